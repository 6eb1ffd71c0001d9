package verifytest

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEveryKeySaysThatItIsNoSecret(t *testing.T) {
	names := KeyNames()
	if len(names) < 25 {
		t.Fatalf("only %d keys", len(names))
	}
	for _, n := range names {
		text, err := keyFiles.ReadFile("keys/" + n + ".pem")
		if err != nil || !bytes.HasPrefix(text, []byte("TEST KEY - NOT A SECRET")) {
			t.Errorf("%s does not say so: %v", n, err)
		}
		Key(n)
	}
}

func TestGoReadsEveryCertificate(t *testing.T) {
	w := New()
	for _, c := range w.issued {
		parsed, err := x509.ParseCertificate(c.DER)
		if err != nil {
			t.Errorf("%v: %v", c.Subject, err)
			continue
		}
		if c.Issuer != nil {
			if err := parsed.CheckSignatureFrom(c.Issuer.X509()); err != nil {
				t.Errorf("%v: %v", c.Subject, err)
			}
		}
		if !w.Now.After(parsed.NotBefore) || !w.Now.Before(parsed.NotAfter) || len(parsed.UnhandledCriticalExtensions) > 0 {
			t.Errorf("%v: not usable now", c.Subject)
		}
	}
}

func TestSerialNumbersDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range New().issued {
		key := string(c.issuer) + c.Serial.String()
		if seen[key] {
			t.Errorf("%v: serial %v stands twice under its issuer", c.Subject, c.Serial)
		}
		seen[key] = true
	}
}

func TestRollOverKeepsTheName(t *testing.T) {
	w := New()
	if !bytes.Equal(w.Root.subject, w.RootNext.subject) || bytes.Equal(w.Root.spki, w.RootNext.spki) {
		t.Error("the roll-over should keep the name and change the key")
	}
	if err := w.RootByNext.X509().CheckSignatureFrom(w.RootNext.X509()); err != nil {
		t.Error(err)
	}
	if w.Seal.Anchor() != w.Root || len(w.Seal.Chain()) != 2 {
		t.Errorf("chain of the seal: %d", len(w.Seal.Chain()))
	}
}

func TestRevokeShowsEverywhere(t *testing.T) {
	w := New()
	at := date(2026, 10, 1)
	w.Revoke(w.Seal, at, Superseded)
	list, err := x509.ParseRevocationList(w.CRL(w.SealCA, CRLTemplate{}))
	if err != nil {
		t.Fatal(err)
	}
	if err := list.CheckSignatureFrom(w.SealCA.X509()); err != nil {
		t.Error(err)
	}
	e := list.RevokedCertificateEntries
	if len(e) != 1 || e[0].SerialNumber.Cmp(w.Seal.Serial) != 0 || !e[0].RevocationTime.Equal(at) || e[0].ReasonCode != int(Superseded) {
		t.Errorf("entries %+v", e)
	}
	if answer := w.OCSP(OCSPTemplate{Cert: w.Seal}); !bytes.Contains(answer, generalized(at)) {
		t.Error("the OCSP response does not tell the revocation")
	}
	if bytes.Contains(w.OCSP(OCSPTemplate{Cert: w.Responder}), generalized(at)) {
		t.Error("another certificate is told revoked")
	}
}

func TestAddressesServeWhatCertificatesName(t *testing.T) {
	w := New()
	served := w.Addresses()
	for _, c := range w.issued {
		parsed := c.X509()
		for _, u := range slices.Concat(parsed.CRLDistributionPoints, parsed.IssuingCertificateURL) {
			if served[u] == nil {
				t.Errorf("%v names %s, which nobody serves", c.Subject, u)
			}
		}
	}
}

func TestOptions(t *testing.T) {
	now, this, next := date(2030, 1, 1), date(2029, 12, 1), date(2030, 2, 1)
	w := New(At(now), Updates(this, next))
	list, err := x509.ParseRevocationList(w.CRL(w.Root, CRLTemplate{}))
	if err != nil {
		t.Fatal(err)
	}
	if !w.Now.Equal(now) || !list.ThisUpdate.Equal(this) || !list.NextUpdate.Equal(next) {
		t.Errorf("now %v, CRL %v to %v", w.Now, list.ThisUpdate, list.NextUpdate)
	}
}

func TestTrustListNamesEveryAnchor(t *testing.T) {
	w := New()
	text := string(w.TrustList(TrustListTemplate{}))
	for _, c := range []*Cert{w.Root, w.RootNext, w.PersonCA, w.TSARoot, w.SealCA, w.OfficeCA, w.TSA} {
		if !strings.Contains(text, c.SHA256()) {
			t.Errorf("%v is missing", c.Subject)
		}
	}
	pins := string(w.TrustList(TrustListTemplate{Pins: true, ID: "x", Sequence: 7, Services: []Service{{
		Ja: "あ", En: "a", Type: "ca", Framework: "private", Anchors: []*Cert{w.Root}, Until: date(2027, 1, 1)}}}))
	for _, want := range []string{"id: x", "sequence: 7", "confidence: bytes", "until: 2027-01-01T00:00:00Z"} {
		if !strings.Contains(pins, want) {
			t.Errorf("no %q in\n%s", want, pins)
		}
	}
	if strings.Contains(pins, "der:") {
		t.Error("a pin list holds certificates")
	}
}

func TestLongTermFile(t *testing.T) {
	w := New()
	p := w.PDF(PDFTemplate{}).Sign(SignOptions{})
	sealed := p.Bytes()
	p.AddRelated([]byte("contents"), []*Cert{w.Seal}, w.CRLs(w.Seal)).AddLongTerm()
	whole := p.Bytes()
	if !bytes.HasPrefix(whole, sealed) {
		t.Error("the sealed revision was touched")
	}
	for _, want := range []string{"/Type /DSS", "/VRI <<", "/Type /DocTimeStamp", "/SubFilter /ETSI.RFC3161", "/SubFilter /ETSI.CAdES.detached"} {
		if !bytes.Contains(whole, []byte(want)) {
			t.Errorf("no %s", want)
		}
	}
	if n := bytes.Count(whole, w.Root.DER); n != 1 {
		t.Errorf("the root stands %d times in the store", n)
	}
}

func TestFieldsAndLocksAreWritten(t *testing.T) {
	w := New()
	p := w.PDF(PDFTemplate{Fields: []FormField{{Name: "備考", Value: "a(b)"}}}).
		Sign(SignOptions{DocMDP: 2, FieldMDP: "Include", MDPFields: []string{"備考"}, Lock: "All", Rect: [4]int{1, 2, 61, 62}})
	for _, want := range []string{"/Perms << /DocMDP", "/TransformMethod /DocMDP", "/P 2", "/TransformMethod /FieldMDP", "/Action /Include",
		"/Lock << /Type /SigFieldLock /Action /All", `(a\(b\))`, textString("備考"), "/Rect [1 2 61 62]", "/SigFlags 3"} {
		if !bytes.Contains(p.Bytes(), []byte(want)) {
			t.Errorf("no %s", want)
		}
	}
}

// A document that states only its deviation: the seal certificate had run out.
func ExampleWorld_Issue() {
	w := New()
	expired := w.Issue(w.SealTemplate(), CertDeviation("cert-expired"))
	sealed := w.CMS(CMSTemplate{Content: []byte(Notice), Signers: []Signer{{Cert: expired}}, CRLs: w.CRLs(expired)})
	fmt.Println(expired.NotAfter.Format(time.DateOnly), len(sealed) > 0)
	// Output: 2026-09-30 true
}

// The registry gives whole cases with the answer wanted.
func ExampleMakeSpecimen() {
	s := MakeSpecimen("pdf-page-replaced")
	fmt.Println(s.File, s.Want.Verdict, s.Want.SubIndication, s.World.Now.Format(time.DateOnly))
	// Output: document.pdf TOTAL-FAILED FORMAT_FAILURE 2026-11-01
}

// A PDF file sealed for the long term.
func ExampleWorld_PDF() {
	w := New()
	file := w.PDF(PDFTemplate{Title: "証明書（見本）"}).Sign(SignOptions{}).AddLongTerm().Bytes()
	fmt.Println(strings.HasPrefix(string(file), "%PDF-1.7"))
	// Output: true
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New()
	}
}

func BenchmarkSealedPDF(b *testing.B) {
	b.ReportAllocs()
	w := New()
	for b.Loop() {
		w.SealedPDF()
	}
}

func TestTablesAnswerByName(t *testing.T) {
	for _, m := range CRLDeviations() {
		if CRLDeviation(m.Name).What != m.What {
			t.Errorf("%s gives another", m.Name)
		}
	}
	for _, m := range OCSPDeviations() {
		if OCSPDeviation(m.Name).What != m.What {
			t.Errorf("%s gives another", m.Name)
		}
	}
	for _, m := range PDFDeviations() {
		if PDFDeviation(m.Name).What != m.What {
			t.Errorf("%s gives another", m.Name)
		}
	}
}

func TestWant(t *testing.T) {
	w := unclear("TRY_LATER", "").or("UNREADABLE")
	for answer, ok := range map[string]bool{"INDETERMINATE/TRY_LATER": true, "UNREADABLE": true, "INDETERMINATE": false, "TOTAL-PASSED": false} {
		if w.Allows(answer) != ok {
			t.Errorf("%s: %v", answer, !ok)
		}
	}
	if passed("").String() != "TOTAL-PASSED" {
		t.Error(passed(""))
	}
}

func TestOCSPOptions(t *testing.T) {
	w := New()
	answer := w.OCSP(OCSPTemplate{Cert: w.Office, Nonce: []byte{1, 2, 3}, ArchiveCutoff: date(2020, 1, 1), Status: "revoked",
		RevokedAt: date(2026, 9, 1), Reason: Superseded})
	for name, part := range map[string][]byte{"nonce": octets([]byte{1, 2, 3}), "cutoff": generalized(date(2020, 1, 1)),
		"revocation": generalized(date(2026, 9, 1)), "reason": enumerated(int(Superseded))} {
		if !bytes.Contains(answer, part) {
			t.Errorf("no %s", name)
		}
	}
	if bytes.Contains(answer, w.Office.DER) || bytes.Contains(answer, w.OfficeCA.DER) {
		t.Error("the CA answers itself: no certificate belongs inside")
	}
}
