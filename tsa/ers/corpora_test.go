package ers

import (
	"encoding/base64"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/eseal/xml"
	"github.com/kakuin/kakuin/internal/corpora"
)

// A suiteCase is one case of pki/evidence-records.zip.
type suiteCase struct {
	ID, Format, Expect, Why string
	Record                  string `json:"evidence_record"`
	Objects                 []struct {
		File, Name string
		Bytes      *string           `json:"bytes_base64"`
		Digests    map[string]string `json:"digests"`
	}
}

// TestSuiteEvidenceRecords: 51 cases, 47 of them scored.
func TestSuiteEvidenceRecords(t *testing.T) {
	suite := corpora.Open(t, "pki/evidence-records.zip")
	var m struct{ Cases []suiteCase }
	corpora.JSON(t, suite, "manifest.json", &m)
	scored, right, accepted, refused := 0, 0, 0, 0
	for _, c := range m.Cases {
		got, why := assess(t, suite, c)
		if c.Expect == "parse" {
			if got == "reject-parse" {
				t.Errorf("%s: %s", c.ID, why)
			}
			t.Logf("not scored: %s: %s %s", c.ID, got, why)
			continue
		}
		scored++
		switch {
		case got == c.Expect:
			right++
			continue
		case got == "valid":
			accepted++
		case c.Expect == "valid":
			refused++
		}
		t.Errorf("%s: %s, want %s (%s): %s", c.ID, got, c.Expect, c.Why, why)
	}
	t.Logf("evidence-records: %d cases, %d scored, %d right, %d wrongly accepted, %d wrongly refused, ledger 0", len(m.Cases), scored, right, accepted, refused)
	if len(m.Cases) != 51 || scored != 47 {
		t.Errorf("%d cases, %d scored", len(m.Cases), scored)
	}
}

// assess puts the facts into the words of the suite.
func assess(t *testing.T, suite fs.FS, c suiteCase) (string, string) {
	rec, err := Parse(corpora.Read(t, suite, c.Record), nil)
	if err != nil {
		return "reject-parse", err.Error()
	}
	if want := strings.ToUpper(c.Format); rec.Format != want {
		t.Errorf("%s: %s", c.ID, rec.Format)
	}
	cov := rec.Cover(objects(t, suite, c))
	var why []string
	for _, s := range cov.Stamps {
		for _, n := range s.Notes {
			why = append(why, n.String())
		}
	}
	reason := strings.Join(why, "; ")
	switch {
	case cov.Broken():
		return "invalid", reason
	case len(cov.Objects) == 0:
		return "indeterminate", reason
	}
	for _, s := range cov.Stamps {
		if !s.Holds() {
			return "indeterminate", fmt.Sprint(s.Err, s.TokenErr, reason)
		}
	}
	if len(cov.Others) > 0 {
		return "partial", reason
	}
	return "valid", reason
}

func objects(t *testing.T, suite fs.FS, c suiteCase) []Object {
	var out []Object
	for _, o := range c.Objects {
		data := []byte(nil)
		switch {
		case o.File != "":
			data = corpora.Read(t, suite, o.File)
		case o.Bytes != nil:
			b, err := base64.StdEncoding.DecodeString(*o.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			data = b
		default:
			out = append(out, Object{Name: o.Name, Digests: func(d sigalg.Digest) [][]byte {
				b, err := base64.StdEncoding.DecodeString(o.Digests[strings.ReplaceAll(d.Name(), "-", "")])
				if err != nil {
					t.Fatal(err)
				}
				if len(b) == 0 {
					return nil
				}
				return [][]byte{b}
			}})
			continue
		}
		out = append(out, octetsObject(o.Name, data))
	}
	return out
}

func octetsObject(name string, data []byte) Object {
	return Object{
		Name:    name,
		Digests: func(d sigalg.Digest) [][]byte { h, _ := d.Sum(data); return [][]byte{h} },
		Canonical: func(m xml.Method, d sigalg.Digest) []byte {
			doc, err := xml.Parse(data, nil)
			if err != nil {
				return nil
			}
			b, err := doc.Canonical(m)
			if err != nil {
				return nil
			}
			h, _ := d.Sum(b)
			return h
		},
	}
}
