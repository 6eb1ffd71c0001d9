package view

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/internal/corpora"
)

// TestSuites looks at every PDF of the suites in its newest revision: plain
// documents must stay quiet. It logs what was met, to be read by people.
func TestSuites(t *testing.T) {
	for _, suite := range []string{"documents/dss.zip", "documents/pyhanko.zip", "documents/interop.zip", "documents/rub-pdf-attacks.zip", "japan"} {
		files, quiet, missed, kinds := 0, 0, map[string]int{}, map[Kind]int{}
		corpora.Walk(t, corpora.Open(t, suite), func(name string, data []byte) {
			if !bytes.HasPrefix(data, []byte("%PDF-")) {
				return
			}
			f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), nil)
			if err != nil || len(f.Revisions) == 0 {
				return
			}
			files++
			got := Look(f, len(f.Revisions))
			if got.Missed != "" {
				missed[strings.Fields(got.Missed)[0]]++
			}
			if len(got.Items) == 0 && got.Missed == "" {
				quiet++
			}
			seen := map[Kind]bool{}
			for _, it := range got.Items {
				seen[it.Kind] = true
				if len(got.Items) < 8 {
					t.Logf("%s: %+v", name, it)
				}
			}
			for k := range seen {
				kinds[k]++
			}
			if f.Exhausted != nil {
				t.Errorf("%s: looking took all: %v", name, f.Exhausted)
			}
		})
		var table []string
		for _, k := range slices.Sorted(maps.Keys(kinds)) {
			table = append(table, fmt.Sprintf("%s %d", k, kinds[k]))
		}
		t.Logf("%s: %d files, %d quiet, not looked at whole %v; files with %s", suite, files, quiet, missed, strings.Join(table, ", "))
		if files == 0 {
			t.Errorf("%s: no PDF", suite)
		}
	}
}
