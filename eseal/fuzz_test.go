package eseal_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// facts writes down what a document says, for comparison.
func facts(doc *eseal.Document) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %d %x %v %v %q %d notes\n", doc.Format, doc.Size, doc.SHA256, doc.Encrypted, doc.Unreadable, doc.NotBuilt, len(doc.Notes))
	for _, m := range doc.Material {
		fmt.Fprintf(&b, "%s %s %x\n", m.Type, m.Where, m.Raw)
	}
	for _, s := range doc.Signatures {
		writeSignature(&b, s)
	}
	for _, t := range doc.Timestamps {
		writeTimestamp(&b, t)
	}
	return b.String()
}

func writeSignature(b io.Writer, s *eseal.Signature) {
	fmt.Fprintf(b, "%s %s %s %v %v %s %s %x\n", s.ID, s.Format, s.Level, s.Err, s.Notes, s.DigestName, s.SignatureName, s.Value)
	for _, r := range s.References {
		fmt.Fprintf(b, " %s %s %x %x %v %v\n", r.Name, r.DigestName, r.Want, r.Got, r.Missing, r.Err)
	}
	fmt.Fprintf(b, " %+v %v %v %d forms\n", s.CertificateRefs, s.ClaimedSigningTime, s.SignedAttributes, len(s.Forms))
	for _, t := range s.Timestamps {
		writeTimestamp(b, t)
	}
	for _, c := range s.CounterSignatures {
		writeSignature(b, c)
	}
}

func writeTimestamp(b io.Writer, t *eseal.Timestamp) {
	fmt.Fprintf(b, "%s %s %v %v %+v\n", t.ID, t.Kind, t.Err, t.Notes, t.Imprint)
	if t.Signature != nil {
		writeSignature(b, t.Signature)
	}
}

func seeds(f *testing.F) {
	samples, _ := filepath.Glob("../testdata/samples/*")
	for _, name := range samples {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(data, []byte(nil))
		}
	}
	for _, d := range verifytest.Deviations() {
		s := verifytest.MakeSpecimen(d.Name)
		f.Add(s.Document, s.Detached)
	}
	if os.Getenv("KAKUIN_CORPORA") == "" {
		return
	}
	n := 0
	for _, zip := range []string{"pki/cms.zip", "pki/rfc3161.zip", "documents/interop.zip"} {
		corpora.Walk(f, corpora.Open(f, zip), func(name string, data []byte) {
			if n++; len(data) < 64<<10 && n%3 == 0 {
				f.Add(data, []byte(nil))
			}
		})
	}
}

// FuzzOpen: any octets are a document; opened twice they say the same, ids are
// unique, and what matches is what was signed.
func FuzzOpen(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data, content []byte) {
		o := eseal.Options{Limits: purse.Limits{Bytes: 16 << 20, Objects: 200_000}}
		if content != nil {
			o.Detached = []eseal.Detached{{Name: "x", R: bytes.NewReader(content), Size: int64(len(content))}}
		}
		doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), o)
		if err != nil {
			t.Fatalf("a medium in memory fails: %v", err)
		}
		again, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), o)
		if err != nil || facts(doc) != facts(again) {
			t.Fatalf("opened twice:\n%s\n%s", facts(doc), facts(again))
		}
		ids := map[string]bool{}
		var signature func(s *eseal.Signature)
		signature = func(s *eseal.Signature) {
			if s.ID == "" || ids[s.ID] {
				t.Errorf("id %q stands twice", s.ID)
			}
			ids[s.ID] = true
			for _, r := range s.References {
				if r.Matches() && (r.Missing || len(r.Got) != r.Digest.Size()) {
					t.Errorf("%s matches with %x", r.Name, r.Got)
				}
			}
			for _, c := range s.CounterSignatures {
				signature(c)
			}
		}
		for _, s := range doc.Signatures {
			signature(s)
		}
		if doc.Unreadable != nil && len(doc.Signatures)+len(doc.Timestamps) > 0 {
			t.Error("unreadable, and yet it has signatures")
		}
	})
}

// FuzzUnarmour: taking a wrapping off what has none changes nothing.
func FuzzUnarmour(f *testing.F) {
	w := verifytest.New()
	der := w.CMS(verifytest.CMSTemplate{Content: []byte("notice")})
	for _, s := range []string{"-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n", "MIIB", "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\nx\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\ny\r\n--b--\r\n",
		"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=30=03"} {
		f.Add([]byte(s))
	}
	f.Add(der)
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		der, content := eseal.Unarmour(data)
		if !bytes.Equal(before, data) {
			t.Fatal("the input was changed")
		}
		if len(der) > len(data) || len(content) > 2*len(data) {
			t.Fatalf("%d octets became %d and %d", len(data), len(der), len(content))
		}
	})
}

// TestSeedsOpen runs the invariants over whole folders where corpora are set.
func TestSeedsOpen(t *testing.T) {
	if os.Getenv("KAKUIN_CORPORA") == "" {
		t.Skip("KAKUIN_CORPORA is not set")
	}
	n := 0
	for _, zip := range []string{"documents/dss.zip", "documents/pyhanko.zip", "pki/cms.zip", "pki/rfc3161.zip"} {
		corpora.Walk(t, corpora.Open(t, zip), func(name string, data []byte) {
			if n++; testing.Short() && n%10 != 0 {
				return
			}
			doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), eseal.Options{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				return
			}
			if facts(doc) != facts(open(t, data, eseal.Options{})) {
				t.Errorf("%s: opened twice, two answers", name)
			}
		})
	}
	t.Logf("%d files", n)
}
