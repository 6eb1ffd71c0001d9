package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// codeOfVerdict is the table of DESIGN section 6, with a list in force.
var codeOfVerdict = map[verdict.Document]int{
	verdict.DocumentPassed: 0, verdict.DocumentFailed: 1, verdict.DocumentIndeterminate: 3, verdict.NotSigned: 4, verdict.Unreadable: 6,
}

// called runs the command in this process.
func called(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = Main(context.Background(), args, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

// laidOut writes a specimen as the files that a user would have.
func laidOut(t *testing.T, name string) (s verifytest.Specimen, args []string) {
	t.Helper()
	s = verifytest.MakeSpecimen(name)
	dir := t.TempDir()
	put := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	args = []string{"--trust", put("list.yaml", s.TrustList), "--at", s.World.Now.UTC().Format(time.RFC3339)}
	if s.Detached != nil {
		args = append(args, "--detached", put("content", s.Detached))
	}
	for i, crl := range s.CRLs {
		args = append(args, "--crl", put(strings.Repeat("c", i+1)+".crl", crl))
	}
	return s, append(args, put(s.File, s.Document))
}

// TestEverySpecimen: for each deviation of verifytest the exit code is that of
// the verdict, JSON decodes, results stay on standard output and texts of
// documents never reach a terminal raw.
func TestEverySpecimen(t *testing.T) {
	for i, d := range verifytest.Deviations() {
		if testing.Short() && i%10 != 0 {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			_, args := laidOut(t, d.Name)
			code, out, errs := called(append([]string{"verify", "--json"}, args...)...)
			rep, err := verify.DecodeReport(strings.NewReader(out))
			if err != nil {
				t.Fatalf("exit %d, %v, %s", code, err, errs)
			}
			if want, ok := codeOfVerdict[rep.Verdict]; !ok || code != want && !(code == exit.NoTrust && rep.Trust.State != verify.TrustFresh) {
				t.Errorf("exit %d for %s", code, rep.Verdict)
			}
			if errs != "" {
				t.Errorf("standard error: %s", errs)
			}
			for _, lang := range []string{"ja", "en"} {
				again, text, errs := called(append([]string{"verify", "--explain", "--lang", lang}, args...)...)
				if again != code || errs != "" {
					t.Errorf("exit %d with text in %s, %d with JSON; %s", again, lang, code, errs)
				}
				safe(t, text)
			}
		})
	}
}

// safe wants lines of text without control characters.
func safe(t *testing.T, text string) {
	t.Helper()
	if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e' }); i >= 0 {
		t.Errorf("a control character at %d: %q", i, text[max(0, i-20):min(len(text), i+20)])
	}
	if text == "" || !strings.HasSuffix(text, "\n") {
		t.Errorf("%d octets that do not end a line", len(text))
	}
}

// TestInspectEverySpecimen: facts come out of every document that can be read,
// as JSON and as text, and without a verdict.
func TestInspectEverySpecimen(t *testing.T) {
	for i, d := range verifytest.Deviations() {
		if testing.Short() && i%10 != 0 {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			_, args := laidOut(t, d.Name)
			file := args[len(args)-1]
			code, out, errs := called("inspect", "--json", file)
			if code == exit.Unreadable && out == "" && errs != "" {
				return
			}
			if code != 0 || errs != "" {
				t.Fatalf("exit %d, %s", code, errs)
			}
			var facts inspection
			if err := json.Unmarshal([]byte(out), &facts); err != nil || facts.Schema != inspectionSchema || facts.Document.Format == "" {
				t.Errorf("%v: %.200s", err, out)
			}
			for _, word := range []string{"PASSED", "FAILED", "INDETERMINATE"} {
				if strings.Contains(out, word) {
					t.Errorf("inspect says %s", word)
				}
			}
			code, text, _ := called("inspect", file)
			if code != 0 {
				t.Errorf("exit %d as text", code)
			}
			safe(t, text)
		})
	}
}

// TestWithoutAList: whatever the document, nothing passes without a list, and
// the exit code says that the list is missing unless something worse is true.
func TestWithoutAList(t *testing.T) {
	for i, d := range verifytest.Deviations() {
		if i%7 != 0 {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			_, args := laidOut(t, d.Name)
			args[1] = "no/such/list.yaml"
			code, out, errs := called(append([]string{"verify", "--json"}, args...)...)
			rep, err := verify.DecodeReport(strings.NewReader(out))
			if err != nil {
				t.Fatalf("exit %d, %v, %s", code, err, errs)
			}
			want := exit.NoTrust
			if rep.Verdict == verdict.DocumentFailed || rep.Verdict == verdict.Unreadable {
				want = codeOfVerdict[rep.Verdict]
			}
			if code != want || rep.Verdict == verdict.DocumentPassed || rep.Trust.State != verify.TrustNone || !strings.Contains(errs, "no/such/list.yaml") {
				t.Errorf("exit %d, want %d; %s, list %s, %s", code, want, rep.Verdict, rep.Trust.State, errs)
			}
		})
	}
}
