package verify_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify"
)

// TestRequirementsOfInterop measures the PDF signatures of ten producers: where
// the requirements reach another level than the suite expects, the report says
// which line stops it.
func TestRequirementsOfInterop(t *testing.T) {
	t.Parallel()
	fsys := corpora.Open(t, "documents/interop.zip")
	var m struct{ Cases []interopCase }
	corpora.JSON(t, fsys, "manifest.json", &m)
	table, stops := map[string]int{}, map[string]int{}
	for _, c := range m.Cases {
		if c.Container != "pdf" {
			continue
		}
		for _, s := range c.judge(t, fsys).Signatures {
			r := s.FormatRequirements
			if r == nil {
				table["not measured: "+s.Format]++
				continue
			}
			table[fmt.Sprintf("expected %s, level %s, requirements %s", c.Expect.Level, s.Level, r.Level)]++
			if s.Format == verify.SignaturePAdES && r.Level != c.Expect.Level && !slices.Equal(r.Missing, []string{"6.3-byte-range"}) {
				t.Errorf("%s: %s, want %s: %v %s", c.ID, r.Level, c.Expect.Level, r.Missing, details(r))
			}
			for _, q := range r.Requirements {
				if q.Status != verify.RequirementMet {
					stops[q.ID+" "+q.Status]++
				}
			}
		}
	}
	t.Log(table)
	t.Log(stops)
}

func details(r *verify.FormatRequirements) string {
	out := ""
	for _, q := range r.Requirements {
		if q.Status != verify.RequirementMet && !q.Advised {
			out += " [" + q.ID + ": " + q.Detail + "]"
		}
	}
	return out
}

// TestRequirementsOfSuites logs what the PDF signatures of EU DSS and pyHanko
// do not meet, to be read by people; every one of them is measured.
func TestRequirementsOfSuites(t *testing.T) {
	t.Parallel()
	for _, suite := range []string{"documents/dss.zip", "documents/pyhanko.zip"} {
		levels, stops, seen := map[string]int{}, map[string]int{}, 0
		corpora.Walk(t, corpora.Open(t, suite), func(name string, data []byte) {
			if !bytes.HasPrefix(data, []byte("%PDF-")) {
				return
			}
			for _, s := range judged(t, data, eseal.Options{}, verify.NoTrust()).Signatures {
				r := s.FormatRequirements
				if r == nil {
					levels["not measured: "+s.Format]++
					continue
				}
				seen++
				levels[s.Format+" "+s.Level+" -> "+r.Level]++
				if s.Level == "B-LTA" && r.Level != s.Level {
					t.Log("XX", name, r.Level, details(r))
				}
				for _, q := range r.Requirements {
					if q.Status == verify.RequirementNotMet && (q.Level == verify.LevelBB || q.Level == "") {
						stops[q.ID]++
						if stops[q.ID] <= 3 {
							t.Log(name, q.ID, q.Detail)
						}
					}
				}
			}
		})
		t.Logf("%s: %d signatures; levels %v; not met %v", suite, seen, levels, stops)
		if seen == 0 {
			t.Errorf("%s: nothing was measured", suite)
		}
	}
}
