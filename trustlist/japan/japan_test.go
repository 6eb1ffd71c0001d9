package japan

import (
	"bytes"
	"encoding/pem"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/trustlist"
)

func list(t testing.TB) *trustlist.List {
	t.Helper()
	l, err := List()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestCatalogueIsPinsWithProvenance(t *testing.T) {
	l := list(t)
	if !l.BuiltIn || l.ID != "kakuin.japan" || l.State(l.Issued) != trustlist.Fresh || l.State(l.NextUpdate.Add(time.Hour)) != trustlist.Stale {
		t.Errorf("built-in %v, id %q, issued %v, next %v", l.BuiltIn, l.ID, l.Issued, l.NextUpdate)
	}
	if n := len(l.Anchors(trustlist.PurposeAny)); n != 0 {
		t.Errorf("%d certificates in the catalogue, want pins only", n)
	}
	for i := range l.Services {
		s := &l.Services[i]
		if s.Name.JA == "" || s.Name.EN == "" || s.URL == "" || !s.BuiltIn || s.List != l.ID {
			t.Errorf("service %v: names, address or origin are missing", s.Name)
		}
		for _, a := range s.Anchors {
			if a.Source == "" || a.Subject == "" || a.Confidence == trustlist.ConfidenceBytes && (a.NotAfter.IsZero() || len(a.KeyID) != 20) {
				t.Errorf("%v: anchor %x lacks provenance", s.Name, a.SHA256)
			}
		}
		if s.Accreditation() && s.Assurance.Basis != "令和3年総務省告示第146号" {
			t.Errorf("%v: accreditation without its rule", s.Name)
		}
	}
	again := list(t)
	l.Services[0].Anchors[0].SHA256[0] ^= 1
	if again.Services[0].Anchors[0].SHA256 == l.Services[0].Anchors[0].SHA256 {
		t.Error("two callers share one list")
	}
}

// printed are fingerprints that stand in full in the notes on Japanese
// services and that no certificate at hand confirms.
var printed = []string{"fa6336bbc778ca241a59facf07470123426556046c3cbff08ab860b281f55763"}

func TestFingerprintsAreThoseOfTheCertificates(t *testing.T) {
	certs := certificates(t)
	for _, p := range list(t).Pins() {
		c := certs[p.SHA256]
		switch {
		case p.Confidence == trustlist.ConfidenceSecondary:
			if c != nil {
				t.Errorf("%x: the certificate is at hand, confidence can be bytes", p.SHA256)
			}
			if !strings.Contains(strings.Join(printed, " "), hexOf(p.SHA256)) {
				t.Errorf("%x: nobody has printed this fingerprint", p.SHA256)
			}
		case p.Confidence != trustlist.ConfidenceBytes:
			t.Errorf("%x: confidence %q", p.SHA256, p.Confidence)
		case c == nil:
			t.Errorf("%x (%s): no certificate has this fingerprint", p.SHA256, p.Subject)
		case !bytes.Equal(c.SubjectKeyID, p.KeyID) || !c.NotBefore.Equal(p.NotBefore) || !c.NotAfter.Equal(p.NotAfter):
			t.Errorf("%s: key %x, from %v to %v", p.Subject, c.SubjectKeyID, c.NotBefore, c.NotAfter)
		case c.Subject.String() != p.Subject:
			t.Errorf("subject is\n%s, the list says\n%s", c.Subject, p.Subject)
		}
	}
}

func hexOf(h [32]byte) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for _, v := range h {
		b.WriteByte(digits[v>>4])
		b.WriteByte(digits[v&15])
	}
	return b.String()
}

func certificates(t *testing.T) map[[32]byte]*cert.Certificate {
	t.Helper()
	out := map[[32]byte]*cert.Certificate{}
	corpora.Walk(t, corpora.Open(t, "japan"), func(name string, data []byte) {
		base := path.Base(name)
		if !strings.HasSuffix(base, ".cer") && !strings.HasSuffix(base, ".pem") && !strings.HasPrefix(base, "cert-") && !strings.HasSuffix(name, "root.der") {
			return
		}
		if b, _ := pem.Decode(data); b != nil {
			data = b.Bytes
		}
		c, err := cert.Parse(data, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		out[c.SHA256] = c
	})
	return out
}

func TestSecondaryPinDoesNotAnchor(t *testing.T) {
	l := list(t)
	found := &cert.Certificate{}
	for _, p := range l.Pins() {
		if p.Confidence == trustlist.ConfidenceSecondary {
			found.SHA256 = p.SHA256
		}
	}
	if found.SHA256 == [32]byte{} {
		t.Fatal("no secondary pin in the catalogue")
	}
	if got := l.Resolve(among(found)); len(got) != 0 {
		t.Errorf("a reported fingerprint anchors: %v", got)
	}
	for i := range l.Services {
		l.Services[i].BuiltIn = false // the same list, chosen by the user
	}
	if got := l.Resolve(among(found)); len(got) != 1 {
		t.Errorf("the user's own list names it, %d anchors", len(got))
	}
}

func TestAccreditedTimestampIsToldByIdentityAndDate(t *testing.T) {
	fsys := corpora.Open(t, "japan/socratic-qa-accredited-ts")
	read := func(name string) *cert.Certificate {
		b, _ := pem.Decode(corpora.Read(t, fsys, name))
		c, err := cert.Parse(b.Bytes, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	unit, root := read("tsa-Seiko-A3W02-203.pem"), read("GlobalSign-Timestamping-Root-R45.pem")
	l := list(t)
	found := l.Resolve(among(unit, root))
	if len(found) != 1 || found[0].Certificate != root || !found[0].Service.Serves(trustlist.PurposeTimestamping) || found[0].Service.Serves(trustlist.PurposeSeal) {
		t.Fatalf("anchors found: %+v", found)
	}
	s := found[0].Service
	sealPath := []*cert.Certificate{unit, root}
	if !s.Identifies(unit, sealPath, "1.3.6.1.4.1.955.1.10.1.5.3") {
		t.Error("the accredited unit is not recognised")
	}
	if s.Identifies(unit, sealPath, "1.3.6.1.4.1.955.1.1") || s.Identifies(root, nil, "1.3.6.1.4.1.955.1.10.1.5.3") {
		t.Error("another policy or another certificate is taken for the accredited unit")
	}
	if !s.GrantedAt(time.Date(2026, 6, 27, 2, 34, 44, 0, time.UTC)) || s.GrantedAt(time.Date(2023, 2, 15, 23, 59, 59, 0, time.UTC)) {
		t.Error("accredited from 2023-02-16")
	}
}

func TestNothingIsAccreditedWithoutIdentity(t *testing.T) {
	l := list(t)
	for i := range l.Services {
		s := &l.Services[i]
		if s.Framework == "accredited-seal" {
			t.Errorf("%v: no accredited e-seal service is known", s.Name)
		}
		if s.Accreditation() && len(s.Identity) == 0 && s.Identifies(&cert.Certificate{}, nil, "") {
			t.Errorf("%v identifies anybody", s.Name)
		}
	}
}

func TestCertificatesOfResidentsCannotBeAskedFor(t *testing.T) {
	l := list(t)
	for i := range l.Services {
		s := &l.Services[i]
		if s.Framework != "jpki" {
			continue
		}
		if s.Revocation.Checkable != trustlist.CheckableRestricted || s.Revocation.Note.JA == "" || s.Revocation.Note.EN == "" || len(s.Anchors) != 3 || !s.Policies.Explicit {
			t.Errorf("%+v", s)
		}
		return
	}
	t.Error("no JPKI service")
}

// among finds these certificates by their fingerprints.
func among(certs ...*cert.Certificate) func([32]byte) *cert.Certificate {
	return func(sha [32]byte) *cert.Certificate {
		for _, c := range certs {
			if c.SHA256 == sha {
				return c
			}
		}
		return nil
	}
}
