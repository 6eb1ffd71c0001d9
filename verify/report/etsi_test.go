package report

import (
	"bytes"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

// etsiXSD validates by the schema of ETSI, if it and xmllint are here.
func etsiXSD(t *testing.T, files ...string) {
	t.Helper()
	folder, err := filepath.Abs("../../.ci/schemas/etsi")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the schema is not here: .ci/schemas/fetch")
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("xmllint is not here")
	}
	cmd := exec.Command("xmllint", append([]string{"--nonet", "--noout", "--schema", filepath.Join(folder, "TS119102-2-v141.xsd")}, files...)...)
	cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+filepath.Join(folder, "catalog.xml"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// statuses are the main indications of the signature reports.
func statuses(t *testing.T, doc []byte) (out []string) {
	t.Helper()
	var r struct {
		Reports []struct {
			Status struct {
				Main string   `xml:"MainIndication"`
				Sub  []string `xml:"SubIndication"`
			} `xml:"SignatureValidationStatus"`
		} `xml:"SignatureValidationReport"`
	}
	if err := xml.Unmarshal(doc, &r); err != nil {
		t.Fatal(err)
	}
	for _, x := range r.Reports {
		for _, s := range x.Status.Sub {
			if !strings.HasPrefix(s, "urn:etsi:019102:subindication:") {
				t.Errorf("sub-indication %s", s)
			}
		}
		out = append(out, x.Status.Main)
	}
	return out
}

// TestETSI holds that each report is valid by the schema of TS 119 102-2, has an
// entry for each signature, and that each says what the report says.
func TestETSI(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for name, report := range reports {
		r := report()
		doc := write(t, r, ETSI, Lang("en"))
		if name == "passed" || name == "token" {
			golden(t, name+".etsi.xml", doc)
		}
		file := filepath.Join(dir, name+".xml")
		if err := os.WriteFile(file, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
		got := statuses(t, doc)
		want := wanted(r)
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if r.Verdict != verdict.DocumentPassed && len(r.Signatures) == 1 && len(r.Signatures[0].CounterSignatures) == 0 && strings.HasSuffix(got[0], "total-passed") && r.Signatures[0].Indication != verdict.TotalPassed {
			t.Errorf("%s is told as passed", name)
		}
	}
	etsiXSD(t, files...)
}

func wanted(r *verify.Report) (out []string) {
	word := func(i string) { out = append(out, "urn:etsi:019102:mainindication:"+strings.ToLower(i)) }
	var add func([]verify.Signature)
	add = func(all []verify.Signature) {
		for _, s := range all {
			word(string(s.Indication))
			add(s.CounterSignatures)
		}
	}
	add(r.Signatures)
	if len(out) > 0 {
		return out
	}
	for _, s := range r.Timestamps {
		word(string(s.Indication))
	}
	for _, s := range r.EvidenceRecords {
		word(string(s.Indication))
	}
	if len(out) == 0 {
		return []string{"urn:kakuin:mainindication:" + strings.ToLower(string(r.Verdict))}
	}
	return out
}

// TestETSIReferences: every reference leads to an object of the same file.
func TestETSIReferences(t *testing.T) {
	for name, report := range reports {
		doc := write(t, report(), ETSI)
		ids, refs := map[string]bool{}, []string{}
		d := xml.NewDecoder(bytes.NewReader(doc))
		for tok, err := d.Token(); err == nil; tok, err = d.Token() {
			start, ok := tok.(xml.StartElement)
			if !ok {
				continue
			}
			for _, a := range start.Attr {
				switch a.Name.Local {
				case "id":
					if ids[a.Value] {
						t.Errorf("%s: %s stands there twice", name, a.Value)
					}
					ids[a.Value] = true
				case "VOReference":
					refs = append(refs, a.Value)
				}
			}
		}
		for _, r := range refs {
			if !ids[r] {
				t.Errorf("%s: %s leads nowhere", name, r)
			}
		}
	}
}

// FuzzETSI: whatever stands in names, the file is well-formed.
func FuzzETSI(f *testing.F) {
	f.Add("a", "b")
	f.Add("\xff\x00]]><", "\u202e\ufffe&")
	f.Fuzz(func(t *testing.T, name, text string) {
		r := passed()
		r.Signatures[0].Field.Name, r.Signatures[0].Field.Reason, r.Signatures[0].Signer.CommonName = name, text, name
		r.Signatures[0].Findings = append(r.Signatures[0].Findings, verify.Finding{Code: verdict.Code(name), Text: verify.Text{EN: text}})
		r.Signatures[0].SignatureAlgorithm = text
		if got := statuses(t, write(t, r, ETSI)); len(got) == 0 || !strings.HasSuffix(got[0], ":total-passed") {
			t.Error(got)
		}
	})
}
