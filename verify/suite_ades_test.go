package verify_test

import (
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
)

// adesRow is a document of pyHanko's test run with what its AdES validation
// said of one signature.
type adesRow struct {
	File  string
	Calls []struct {
		Fn, Field, Now, Test string
		Exc                  string
		Result               struct {
			Indication string `json:"ades_indication"`
			Sub        string `json:"ades_std"`
			Best       string `json:"best_signature_time"`
		}
	}
}

// TestSuitePyHankoAdES: the AdES results of pyHanko's own test run. What
// passed there passes here at the same best-signature-time; nothing else does.
func TestSuitePyHankoAdES(t *testing.T) {
	fsys := corpora.Open(t, "documents/pyhanko.zip")
	var m struct{ Entries []adesRow }
	corpora.JSON(t, fsys, "generated/manifest.json", &m)
	roots, err := fs.Glob(fsys, "generated/_roots/*.der")
	if err != nil || len(roots) == 0 {
		t.Fatal(err, "no roots")
	}
	s := newSuite(t, "pyhanko-ades", 29, 10)
	for _, r := range m.Entries {
		for _, c := range r.Calls {
			if c.Result.Indication == "" && !strings.HasPrefix(c.Fn, "ades_lta") {
				continue
			}
			s.cases++
			at, err := time.Parse(time.DateTime, c.Now)
			if err != nil {
				t.Fatal(err)
			}
			file := path.Join("generated", r.File)
			rep := judged(t, corpora.Read(t, fsys, file), eseal.Options{Name: file}, anchors(t, ders(t, fsys, roots...)),
				verify.WithPolicy(policyNamed(t, "japan", policy.Require)), verify.WithTime(at))
			sig := fieldNamed(rep, c.Field)
			if sig == nil {
				t.Errorf("%s: no signature %s", file, c.Field)
				continue
			}
			passed := sig.Indication == "TOTAL-PASSED"
			right := passed == (c.Result.Indication == "PASSED")
			if passed && right && sig.BestSignatureTime.Time.String() != strings.Replace(strings.TrimSuffix(c.Result.Best, "+00:00"), " ", "T", 1)+"Z" {
				right = false
			}
			s.score(r.File, right, false, // a pass that pyHanko does not give stands in the ledger too
				c.Result.Sub+" "+c.Result.Best+" "+c.Exc+", here "+sig.BestSignatureTime.Time.String()+" "+codes(rep))
		}
	}
	s.done()
}
