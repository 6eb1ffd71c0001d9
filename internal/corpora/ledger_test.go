package corpora

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A witness is a test that remembers what it was told instead of failing.
type witness struct {
	testing.TB
	errors []string
}

func (w *witness) Helper()                   {}
func (w *witness) Logf(string, ...any)       {}
func (w *witness) Errorf(f string, a ...any) { w.errors = append(w.errors, fmt.Sprintf(f, a...)) }

const smallLedger = `# a comment
== coverage | part | whole * | milder | we
The reason.
- 2 a/*.pdf
- 1 b.pdf
`

func TestLedger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.txt")
	if err := os.WriteFile(path, []byte(smallLedger), 0o600); err != nil {
		t.Fatal(err)
	}
	d := func(file string, milder bool) Difference {
		return Difference{File: file, What: "coverage", Theirs: "part", Ours: "whole file", Milder: milder, Detail: "x"}
	}
	stale := path + ":5: says 1, found 0"
	for name, c := range map[string]struct {
		seen []Difference
		want []string
	}{
		"all explained":  {[]Difference{d("a/1.pdf", true), d("a/b/2.pdf", true), d("b.pdf", true)}, nil},
		"one goes stale": {[]Difference{d("a/1.pdf", true), d("a/2.pdf", true)}, []string{stale}},
		"one too many":   {[]Difference{d("a/1.pdf", true), d("a/2.pdf", true), d("a/3.pdf", true), d("b.pdf", true)}, []string{path + ":4: says 2, found 3"}},
		"unknown file":   {[]Difference{d("a/1.pdf", true), d("a/2.pdf", true), d("bxpdf", true)}, []string{"bxpdf: coverage | part | whole file | milder: x", stale}},
		"other direction": {[]Difference{d("a/1.pdf", true), d("a/2.pdf", true), d("b.pdf", false)},
			[]string{"b.pdf: coverage | part | whole file | -: x", stale}},
	} {
		w := &witness{TB: t}
		l := ReadLedger(w, path)
		for _, x := range c.seen {
			l.Differ(x)
		}
		if l.Done(); !slices.Equal(w.errors, c.want) {
			t.Errorf("%s: %q, want %q", name, w.errors, c.want)
		}
	}
}
