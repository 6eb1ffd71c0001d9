package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

func testEnv() (*env, *bytes.Buffer) {
	var errs bytes.Buffer
	return &env{in: strings.NewReader(""), out: &keeper{w: io.Discard}, err: &errs, lookup: func(string) (string, bool) { return "", false }}, &errs
}

// TestWorstResult: 7 before 1, 6, 5, 3, 4, 0, whatever the order.
func TestWorstResult(t *testing.T) {
	order := []int{exit.Internal, exit.Failed, exit.Unreadable, exit.NoTrust, exit.Indeterminate, exit.NotSigned, exit.Passed}
	for i, worse := range order {
		for _, better := range order[i:] {
			for _, two := range [][2]int{{worse, better}, {better, worse}} {
				e, _ := testEnv()
				e.result(two[0])
				e.result(two[1])
				if e.exit != worse {
					t.Errorf("%v gives %d, want %d", two, e.exit, worse)
				}
			}
		}
	}
}

func TestExitOfReport(t *testing.T) {
	for _, c := range []struct {
		v     verdict.Document
		trust string
		want  int
	}{
		{verdict.DocumentPassed, verify.TrustFresh, exit.Passed},
		{verdict.DocumentFailed, verify.TrustFresh, exit.Failed},
		{verdict.DocumentFailed, verify.TrustNone, exit.Failed},
		{verdict.DocumentIndeterminate, verify.TrustFresh, exit.Indeterminate},
		{verdict.DocumentIndeterminate, verify.TrustStale, exit.NoTrust},
		{verdict.DocumentIndeterminate, verify.TrustNone, exit.NoTrust},
		{verdict.NotSigned, verify.TrustFresh, exit.NotSigned},
		{verdict.Unreadable, verify.TrustFresh, exit.Unreadable},
	} {
		rep := &verify.Report{Verdict: c.v}
		rep.Trust.State = c.trust
		if got := exit.Of(rep); got != c.want {
			t.Errorf("%s with a list that is %s: exit %d, want %d", c.v, c.trust, got, c.want)
		}
	}
	if got := exit.Of(&verify.Report{}); got != exit.Internal {
		t.Errorf("a report without a verdict: exit %d, want %d", got, exit.Internal)
	}
}

// TestEachGoesOn: what cannot be read and what panics is counted; all else ends the run.
func TestEachGoesOn(t *testing.T) {
	e, errs := testEnv()
	ctx := context.Background()
	if err := e.each(ctx, "a", func() error { return unreadable("a: no") }); err != nil || e.exit != exit.Unreadable {
		t.Errorf("unreadable: %v, exit %d", err, e.exit)
	}
	if err := e.each(ctx, "b", func() error { panic("oops") }); err != nil || e.exit != exit.Internal || !strings.Contains(errs.String(), "b: internal error: oops") {
		t.Errorf("panic: %v, exit %d, %s", err, e.exit, errs)
	}
	if err := e.each(ctx, "c", func() error { return usage("no") }); err == nil {
		t.Error("a usage error did not end the run")
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := e.each(ended, "d", func() error { t.Error("ran"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context gives %v", err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

// TestOutputLost: a result that did not arrive is never exit 0.
func TestOutputLost(t *testing.T) {
	var errs bytes.Buffer
	for _, args := range [][]string{{"version"}, {"explain"}, {"policy", "list"}, {"trust", "list"}, {"completion", "bash"}, {"--help"},
		{"verify", "--trust", "../../../testdata/samples/trust.yaml", "--at", "2026-11-01", "../../../testdata/samples/certificate.pdf"}} {
		errs.Reset()
		if code := Main(context.Background(), args, strings.NewReader(""), brokenWriter{}, &errs); code != exit.Internal || !strings.Contains(errs.String(), "the disk is full") {
			t.Errorf("%v: exit %d, %s", args, code, &errs)
		}
	}
}

// TestWriteFile: a failure leaves what stood, and no other file.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	put := func(s string, err error) func(io.Writer) error {
		return func(w io.Writer) error { io.WriteString(w, s); return err }
	}
	if err := writeFile("--output", path, put("one", nil)); err != nil {
		t.Fatal(err)
	}
	if err := writeFile("--output", path, put("two", errors.New("no"))); err == nil {
		t.Error("the error is lost")
	}
	func() {
		defer func() { _ = recover() }()
		_ = writeFile("--output", path, func(io.Writer) error { panic("oops") })
	}()
	wantFile(t, path, "one")
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("%d files, want 1", len(entries))
	}
	if runtime.GOOS == "windows" {
		return
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := writeFile("--output", link, put("three", nil)); err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, "three")
	if err := writeFile("--output", os.DevNull, put("gone", nil)); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(os.DevNull); err != nil || st.Mode().IsRegular() {
		t.Fatal("the null device was replaced")
	}
}

func wantFile(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
	}
}

// TestTellIsSafe: what a document says never moves the cursor of a terminal.
func TestTellIsSafe(t *testing.T) {
	e, errs := testEnv()
	e.tell(fmt.Errorf("first\x1b[2J\nsecond"))
	if strings.Contains(errs.String(), "\x1b") || strings.Count(errs.String(), "kakuin: ") != 2 {
		t.Errorf("%q", errs)
	}
}

// TestTree: what stands in JSON stands in the text, each at its indent.
func TestTree(t *testing.T) {
	type m = map[string]any
	var b bytes.Buffer
	err := writeTree(&b, m{"a": 1, "b": m{"c": "x\x1b[0m"}, "d": []any{"e", m{"f": m{"g": true}, "h": []any{}}}})
	if err != nil {
		t.Fatal(err)
	}
	want := "a: 1\nb:\n  c: x" // what Safe makes of an escape is its own matter
	if !strings.HasPrefix(b.String(), want) || !strings.HasSuffix(b.String(), "d:\n  - e\n  - f:\n      g: true\n    h:\n") || strings.Contains(b.String(), "\x1b") {
		t.Errorf("%q", &b)
	}
}
