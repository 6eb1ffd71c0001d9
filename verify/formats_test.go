package verify_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// schemaFile compiles a JSON schema that lies in the tree.
func schemaFile(t *testing.T, path string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	s, err := c.Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// xsdHolds validates files by an XML schema, where xmllint and the schema are.
func xsdHolds(t *testing.T, schema string, catalog string, files []string) {
	t.Helper()
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Log("xmllint is not here: the XML was not validated")
		return
	}
	if _, err := os.Stat(schema); err != nil {
		t.Logf("%s is not here: the XML was not validated", schema)
		return
	}
	cmd := exec.Command("xmllint", append([]string{"--nonet", "--noout", "--schema", schema}, files...)...)
	cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+catalog)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%.3000s", schema, err, out)
	}
}

// TestEveryForm writes every specimen in every form and language: each is valid
// by its schema, nothing that did not pass looks as if it had, and no text lacks a
// value.
func TestEveryForm(t *testing.T) {
	t.Parallel()
	sarif := schemaFile(t, "report/testdata/schemas/sarif-2.1.0.json")
	dir := t.TempDir()
	var junits, etsis []string
	for _, d := range verifytest.Deviations() {
		sp := verifytest.MakeSpecimen(d.Name)
		rep := judgedSpecimen(t, sp, "strict", beside(sp))
		for _, lang := range []string{"ja", "en"} {
			doc := written(t, rep, report.SARIF, report.Lang(lang))
			tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
			if err != nil {
				t.Fatal(err)
			}
			if err := sarif.Validate(tree); err != nil {
				t.Errorf("%s: %v", d.Name, err)
			}
			if errs := sarifErrors(t, doc); errs == 0 && !rep.Passed() { // a time-stamp beside may fail where the whole passes
				t.Errorf("%s is %s, SARIF has %d errors", d.Name, rep.Verdict, errs)
			}
			doc = written(t, rep, report.JUnit, report.Lang(lang))
			if bad := junitBad(t, doc); (bad == 0) != rep.Passed() {
				t.Errorf("%s is %s, JUnit has %d that did not pass", d.Name, rep.Verdict, bad)
			}
			name := filepath.Join(dir, d.Name+"."+lang)
			junits = append(junits, name+".junit.xml")
			etsis = append(etsis, name+".etsi.xml")
			for path, data := range map[string][]byte{name + ".junit.xml": doc, name + ".etsi.xml": written(t, rep, report.ETSI, report.Lang(lang))} {
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			html := written(t, rep, report.HTML, report.Lang(lang))
			if !bytes.Contains(html, []byte(`lang="`+lang+`"`)) || bytes.Contains(html, []byte("<script")) || bytes.Contains(html, []byte("(not known)")) || bytes.Contains(html, []byte("(不明)")) {
				t.Errorf("%s: its page in %s", d.Name, lang)
			}
		}
	}
	xsdHolds(t, "report/testdata/schemas/junit-10.xsd", "", junits)
	etsi, err := filepath.Abs("../.ci/schemas/etsi")
	if err != nil {
		t.Fatal(err)
	}
	xsdHolds(t, filepath.Join(etsi, "TS119102-2-v141.xsd"), filepath.Join(etsi, "catalog.xml"), etsis)
}

func sarifErrors(t *testing.T, doc []byte) (n int) {
	t.Helper()
	var log struct {
		Runs []struct{ Results []struct{ Level string } }
	}
	if err := json.Unmarshal(doc, &log); err != nil {
		t.Fatal(err)
	}
	for _, r := range log.Runs {
		for _, x := range r.Results {
			if x.Level == "error" {
				n++
			}
		}
	}
	return n
}

func junitBad(t *testing.T, doc []byte) int {
	t.Helper()
	var suites struct {
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
	}
	if err := xml.Unmarshal(doc, &suites); err != nil {
		t.Fatal(err)
	}
	return suites.Failures + suites.Errors
}
