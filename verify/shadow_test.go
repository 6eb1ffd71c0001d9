package verify_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
)

// TestShadowsAreNotPermitted: no attack of the PDF room's set is a permitted
// change in a report, whichever rules judged it.
func TestShadowsAreNotPermitted(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "eseal", "pdf", "testdata", "shadows", "*.pdf"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d attacks, %v", len(files), err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rep := judged(t, data, eseal.Options{Name: name}, verify.NoTrust(), verify.WithTime(when(t, "2026-11-01T00:00:00Z")))
		if len(rep.Signatures) == 0 {
			t.Errorf("%s: no signature found", name)
			continue
		}
		s := rep.Signatures[0]
		if s.Changes == nil || s.Changes.Permitted == verify.PermittedYes {
			t.Errorf("%s: %+v", filepath.Base(name), s.Changes)
		}
	}
}
