package trustlist

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/internal/plainyaml"
)

// TestBombsEndEarly: what makes the YAML library slow or large is refused
// before it sees it. The race detector runs with -short: its time says nothing.
func TestBombsEndEarly(t *testing.T) {
	const n = MaxSize - 4096
	many := func(unit string) string { return strings.Repeat(unit, n/len(unit)) }
	// allowed stays just below the number of marks, so the library gets to see it.
	allowed := func(unit string) string {
		return strings.Repeat(unit, min(n/len(unit), (plainyaml.MaxMarks-10)/plainyaml.Marks([]byte(unit))))
	}
	var laughs strings.Builder
	laughs.WriteString("a0: &a0 [x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&laughs, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	var width strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&width, "k%06d: 1\n", i)
	}
	for _, tc := range []struct{ name, yaml, what string }{
		{"billion laughs", laughs.String(), "YAML anchors"},
		{"alias alone", "a: *b\n", "YAML aliases"},
		{"merge key", "<<: {a: b}\n", "merge keys"},
		{"tag", "schema: !!str x\n", "YAML tags"},
		{"directive", "%YAML 1.2\n---\na: b\n", "YAML directives"},
		{"complex key", "? a\n: b\n", "keys written"},
		{"deep flow sequence", "a: " + allowed("["), "nested too deeply"},
		{"deep flow mapping", "a: " + allowed("{a: "), "nested too deeply"},
		{"deep block sequence", allowed("- "), "nested too deeply"},
		{"deep block mapping", allowed("a: "), "nested too deeply"},
		{"deep by lines", deepLines(400), "nested too deeply"},
		{"wide block mapping", width.String(), "too many keys"},
		{"wide flow mapping", "a: {" + strings.ReplaceAll(width.String(), "\n", ", ") + "}", "too many keys"},
		{"many small items", "services:\n" + many("- a\n"), "too many marks"},
		{"many flow items", "services: [" + many("a,") + "a]", "too many marks"},
		{"many comments", many("#\n"), "too many marks"},
		{"as many small items as fit", "services:\n" + allowed("- a\n"), "not a mapping"},
		{"as many flow items as fit", "services: [" + allowed("a,") + "a]", "not a mapping"},
		{"as many comments as fit", allowed("#\n") + minimal, ""},
		{"as many small mappings as fit", "services:\n" + allowed("- a: b\n  c: d\n"), "unknown key"},
		{"as many lines of text as fit", minimal + "operator: |\n" + allowed("  a\n"), ""},
		{"as many lines of a quote as fit", minimal + "operator: '" + allowed("a\n") + "'\n", ""},
		{"large", strings.Repeat(" ", MaxSize+1), "larger than"},
		{"one long word", "id: " + many("b"), "cannot be used"},
		{"open quote", "id: '" + many("b c "), ""},
		{"long text", minimal + "operator: \"" + many("\\u0041") + "\"\n", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := Parse([]byte(tc.yaml), nil)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if err == nil && tc.what != "" {
				t.Fatal("taken")
			}
			if err != nil && !strings.Contains(err.Error(), tc.what) {
				t.Errorf("%.200v, want %q", err, tc.what)
			}
			if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; took > corpora.TimeBar() && !testing.Short() || mb > 256 {
				t.Errorf("took %v and %d MB", took, mb)
			}
		})
	}
}

// deepLines nests a mapping one column further with each line.
func deepLines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%sa:\n", strings.Repeat(" ", i))
	}
	return b.String()
}

// FuzzParse: an error has a place inside the file and comes again; a list that
// is taken keeps the rules of its format and survives its own questions.
func FuzzParse(f *testing.F) {
	yaml, files := everyKey(f)
	f.Add(yaml)
	f.Add(minimal)
	f.Add(on(pin))
	f.Add(in("status: [{from: 2021-01-01, status: withdrawn}]"))
	f.Add("- a\n- b: [c, {d: e}]\n")
	f.Add("a: |\n  x\n b: >-\n   y\n")
	f.Add("? *a : !b &c\n")
	f.Add(deepLines(20))
	f.Fuzz(func(t *testing.T, yaml string) {
		// A library that hangs ends the fuzzing with its input told.
		defer time.AfterFunc(10*time.Second, func() { panic(fmt.Sprintf("no end: %q", yaml)) }).Stop()
		l, err := Parse([]byte(yaml), files)
		if err != nil {
			placed(t, yaml, err)
			if _, again := Parse([]byte(yaml), files); again == nil || again.Error() != err.Error() {
				t.Fatalf("first %v, then %v", err, again)
			}
			return
		}
		if l.Schema != Schema || l.ID == "" || !l.NextUpdate.IsZero() && !l.NextUpdate.After(l.Issued) {
			t.Fatalf("%+v", l)
		}
		for i := range l.Services {
			s := &l.Services[i]
			for j, st := range s.Status {
				if got, ok := s.StatusAt(st.From); !ok || got != st || j > 0 && !st.From.After(s.Status[j-1].From) {
					t.Fatalf("history %v", s.Status)
				}
			}
			for _, a := range s.Anchors {
				if a.SHA256 == [32]byte{} || a.Certificate != nil && a.Certificate.SHA256 != a.SHA256 {
					t.Fatalf("anchor %+v", a)
				}
			}
		}
		if n := len(l.Anchors(PurposeAny)) + len(l.Pins()); (n > 0) != (l.State(l.Issued) != None) {
			t.Fatalf("%d anchors, state %s", n, l.State(l.Issued))
		}
	})
}

func placed(t *testing.T, yaml string, err error) {
	var errs Errors
	if !errors.As(err, &errs) || len(errs) == 0 {
		t.Fatalf("error of type %T", err)
	}
	lines := strings.Count(yaml, "\n") + strings.Count(yaml, "\r") + 1
	for _, e := range errs {
		if e.What == "" || e.Line < 0 || e.Line > lines || e.Column < 0 {
			t.Fatalf("%+v in %d lines", e, lines)
		}
	}
}
