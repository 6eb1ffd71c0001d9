package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

func sarifSchemaOf(t testing.TB) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open("testdata/schemas/sarif-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("sarif.json")
}

// all are the reports of the fixtures, in order.
func all() (out []*verify.Report) {
	for _, name := range slices.Sorted(maps.Keys(reports)) {
		out = append(out, reports[name]())
	}
	return out
}

func cases(t testing.TB, f Format, lang string, reports ...*verify.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteCases(&b, CasesOf(reports...), f, Lang(lang)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSARIF holds that the files are valid, that what passed without a warning
// has no result and everything else has one.
func TestSARIF(t *testing.T) {
	s := sarifSchemaOf(t)
	doc := cases(t, SARIF, "ja", all()...)
	golden(t, "all.ja.sarif", doc)
	if err := validate(t, s, doc); err != nil {
		t.Error(err)
	}
	for name, report := range reports {
		r := report()
		one := write(t, r, SARIF, Lang("en"))
		if err := validate(t, s, one); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var log struct {
			Runs []struct {
				Results []sarifResult
				Tool    struct{ Driver struct{ Rules []sarifRule } }
			}
		}
		if err := json.Unmarshal(one, &log); err != nil {
			t.Fatal(err)
		}
		errors, rules := 0, map[string]bool{}
		for _, x := range log.Runs[0].Results {
			if x.Level == "error" {
				errors++
			}
			rules[x.RuleID] = true
			if x.Message.Text == "" || x.Properties.Verdict != r.Verdict {
				t.Errorf("%s: %+v", name, x)
			}
		}
		if len(rules) != len(log.Runs[0].Tool.Driver.Rules) {
			t.Errorf("%s: %d rules are named, %d told", name, len(rules), len(log.Runs[0].Tool.Driver.Rules))
		}
		if (errors == 0) != (r.Verdict == verdict.DocumentPassed) {
			t.Errorf("%s: %s has %d errors", name, r.Verdict, errors)
		}
	}
}

func TestLocations(t *testing.T) {
	for name, want := range map[string]string{
		"a b/書.pdf": "a%20b/%E6%9B%B8.pdf", "/x/y.pdf": "file:///x/y.pdf", `C:\x\y.pdf`: "file:///C:/x/y.pdf", "a:b": "./a:b", "a?b#c%": "a%3Fb%23c%25",
	} {
		if got := location(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// junitXSD validates by xmllint, if it is here.
func junitXSD(t *testing.T, doc []byte) {
	t.Helper()
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("xmllint is not here")
	}
	cmd := exec.Command("xmllint", "--nonet", "--noout", "--schema", "testdata/schemas/junit-10.xsd", "-")
	cmd.Stdin = bytes.NewReader(doc)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestJUnit holds that counts are those of the cases, and each verdict is what
// it should be.
func TestJUnit(t *testing.T) {
	doc := cases(t, JUnit, "en", all()...)
	golden(t, "all.en.junit.xml", doc)
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suite    []struct {
			Tests int         `xml:"tests,attr"`
			Cases []junitCase `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(doc, &suites); err != nil {
		t.Fatal(err)
	}
	failures, errors := 0, 0
	for i, c := range suites.Suite[0].Cases {
		v := all()[i].Verdict
		switch {
		case c.Failure != nil && c.Error == nil:
			failures++
		case c.Error != nil && c.Failure == nil:
			errors++
		case v != verdict.DocumentPassed:
			t.Errorf("%s: %s without a failure", c.Name, v)
		}
		for _, cause := range []*junitCause{c.Failure, c.Error} {
			if cause != nil && (v == verdict.DocumentPassed || cause.Message == "" || !strings.HasPrefix(cause.Type, string(v))) {
				t.Errorf("%s: %+v", v, cause)
			}
		}
	}
	n := len(reports)
	if suites.Tests != n || suites.Suite[0].Tests != n || len(suites.Suite[0].Cases) != n || suites.Failures != failures || suites.Errors != errors || failures == 0 || errors == 0 {
		t.Errorf("%d tests, %d failures (%d), %d errors (%d)", suites.Tests, suites.Failures, failures, suites.Errors, errors)
	}
	junitXSD(t, doc)
}

// TestCasesOfCodes: cases that know only their codes have the words of these,
// and one that knows nothing still says that it did not pass.
func TestCasesOfCodes(t *testing.T) {
	c := Cases{Verdicts: map[verdict.Document]int{verdict.DocumentFailed: 2}, All: func(yield func(*Case, error) bool) {
		_ = yield(&Case{Name: "a", Verdict: verdict.DocumentFailed, Problems: []Problem{{Code: "K-SIG-002", Severity: verdict.Error}}}, nil) &&
			yield(&Case{Name: "b", Verdict: verdict.DocumentFailed}, nil)
	}}
	for _, f := range []Format{SARIF, JUnit} {
		var b bytes.Buffer
		if err := WriteCases(&b, c, f); err != nil {
			t.Fatal(err)
		}
		if out := b.String(); !strings.Contains(out, "The sealed content was altered") || !strings.Contains(out, "TOTAL-FAILED") || strings.Count(out, "Altered or forged") == 0 || strings.Contains(out, "{") && f == JUnit {
			t.Errorf("%s: %s", f, out)
		}
	}
	c.Verdicts = nil
	if err := WriteCases(io.Discard, c, JUnit); err == nil {
		t.Error("counts that are not those of the cases were written")
	}
	for _, f := range []Format{JSON, Text, "x"} {
		if err := WriteCases(io.Discard, c, f); err == nil {
			t.Errorf("%s was written", f)
		}
	}
}

// FuzzCases: whatever stands in names and texts, both files are well-formed, and
// SARIF is valid.
func FuzzCases(f *testing.F) {
	f.Add("a.pdf", "text", "K-SIG-002")
	f.Add("\xff\x00\u202e]]>", "<x>&\x1b", "")
	f.Add("C:\\x", "\ufffe\u2028", "]]>")
	s := sarifSchemaOf(f)
	f.Fuzz(func(t *testing.T, name, text, code string) {
		c := Cases{Verdicts: map[verdict.Document]int{verdict.DocumentIndeterminate: 1}, All: func(yield func(*Case, error) bool) {
			yield(&Case{Name: name, SubIndication: text, Verdict: verdict.DocumentIndeterminate, Problems: []Problem{
				{Code: verdict.Code(code), Severity: verdict.Error, Text: verify.Text{JA: text, EN: text}, Object: text, Clause: name},
			}}, nil)
		}}
		var b bytes.Buffer
		if err := WriteCases(&b, c, SARIF); err != nil {
			t.Fatal(err)
		}
		if err := validate(t, s, b.Bytes()); err != nil {
			t.Fatal(err)
		}
		b.Reset()
		if err := WriteCases(&b, c, JUnit); err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(b.Bytes(), new(struct{})); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkCases(b *testing.B) {
	for _, f := range []Format{SARIF, JUnit} {
		b.Run(fmt.Sprint(f), func(b *testing.B) {
			c := CasesOf(all()...)
			b.ReportAllocs()
			for b.Loop() {
				if err := WriteCases(io.Discard, c, f, Lang("ja")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
