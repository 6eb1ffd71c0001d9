package revocation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/internal/revocation"
	vt "github.com/kakuin/kakuin/verify/verifytest"
)

// Data that say two things of one certificate, or that nobody but the
// certificate itself says.

// TestDoubleEntries: of several entries for one certificate the gravest
// counts, then the earliest, wherever they stand.
func TestDoubleEntries(t *testing.T) {
	w := vt.New()
	entry := func(days int, r vt.Reason) vt.Revocation {
		return vt.Revocation{Serial: w.Seal.Serial, At: w.Now.AddDate(0, 0, -days), Reason: r}
	}
	for _, tc := range []struct {
		name    string
		entries []vt.Revocation
		want    string
		since   int
	}{
		{"removed and revoked", []vt.Revocation{entry(9, vt.RemoveFromCRL), entry(9, vt.KeyCompromise)}, "revoked", 9},
		{"held and revoked", []vt.Revocation{entry(9, vt.CertificateHold), entry(5, vt.KeyCompromise)}, "revoked", 5},
		{"revoked twice", []vt.Revocation{entry(3, vt.Superseded), entry(9, vt.KeyCompromise)}, "revoked", 9},
		{"held twice", []vt.Revocation{entry(3, vt.CertificateHold), entry(9, vt.CertificateHold)}, "onHold", 9},
	} {
		for _, fill := range []int{0, 300} { // scanned, by table
			var entries []vt.Revocation
			for range fill {
				entries = append(entries, vt.Revocation{Serial: w.Responder.Serial, At: w.Now})
			}
			other := slices.Clone(tc.entries)
			slices.Reverse(other)
			for _, list := range [][]vt.Revocation{tc.entries, other} {
				item := crl(t, w.CRL(w.SealCA, vt.CRLTemplate{Revoked: slices.Concat(list[:1], entries, list[1:])}))
				for range 3 {
					st := revocation.Check(ask(t, w, w.Seal, item))
					if answer(st) != tc.want || !st.RevokedAt.Equal(w.Now.AddDate(0, 0, -tc.since)) {
						t.Errorf("%s: %s since %v", tc.name, answer(st), st.RevokedAt)
					}
				}
			}
		}
	}
}

// TestIssuersInDirectList: RFC 5280 5.2.5, 5.3.3. Entries of other issuers
// stand in indirect lists alone; elsewhere readers skip what others count.
func TestIssuersInDirectList(t *testing.T) {
	w := vt.New()
	entries := []vt.Revocation{{Serial: w.Responder.Serial, At: w.Now, Issuer: w.OfficeCA}, {Serial: w.Seal.Serial, At: w.Now}}
	for want, p := range map[string]*vt.IssuingPoint{"unknown 024": nil, "good": {Indirect: true}} {
		item := crl(t, w.CRL(w.SealCA, vt.CRLTemplate{Revoked: entries, Point: p}))
		if got := answer(revocation.Check(ask(t, w, w.Seal, item))); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestEveryDelta: a delta CRL that a later one does not repeat, or that has
// the number of another, is heard all the same.
func TestEveryDelta(t *testing.T) {
	w := vt.New()
	list := func(number, base int64, age int, revoked bool) revocation.Item {
		tpl := vt.CRLTemplate{Number: number, DeltaBase: base, ThisUpdate: w.Now.AddDate(0, 0, -age), NextUpdate: w.Now.Add(day)}
		if revoked {
			tpl.Revoked = []vt.Revocation{{Serial: w.Seal.Serial, At: w.Now.AddDate(0, 0, -3), Reason: vt.KeyCompromise}}
		}
		return crl(t, w.CRL(w.SealCA, tpl))
	}
	for name, items := range map[string][]revocation.Item{
		"one number":     {list(5, 0, 3, false), list(6, 5, 1, false), list(6, 5, 2, true)},
		"later, silent":  {list(5, 0, 3, false), list(7, 5, 1, false), list(6, 5, 2, true)},
		"one of the day": {list(5, 0, 3, false), list(6, 5, 2, true), list(6, 5, 2, false)},
	} {
		st := revocation.Check(ask(t, w, w.Seal, items...))
		told := slices.ContainsFunc(st.All, func(d revocation.Datum) bool { return d.State == revocation.Revoked && d.Delta != nil })
		if !told || !st.Contradiction || st.Delta == nil {
			t.Errorf("%s: %s, told %v", name, answer(st), told)
		}
	}
}

// TestOwnWord: an OCSP response signed by the key of the certificate it is
// about proves nothing, whichever certificate the key stands in.
func TestOwnWord(t *testing.T) {
	w := vt.New()
	responder := func(cn, key string) *vt.Cert {
		return w.Issue(vt.CertTemplate{Profile: vt.OCSP, Subject: vt.NewName("C", "JP", "CN", cn), Issuer: w.SealCA, Key: key})
	}
	self, renewed, another := responder("Responder", "p256-04"), responder("Responder G2", "p256-04"), responder("Another", "p256-03")
	for _, tc := range []struct {
		name string
		by   *vt.Cert
		want string
	}{{"itself", self, "unknown 021"}, {"its key in another certificate", renewed, "unknown 021"}, {"another", another, "good"}, {"the CA", w.SealCA, "good"}} {
		in := ask(t, w, self, ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: self, Responder: tc.by})))
		in.Delegate = trusting(t, self, renewed, another)
		if got := answer(revocation.Check(in)); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

// TestCertIDName: RFC 6960 4.1.1 hashes the issuer's name as the certificate
// writes it, which another string type than the issuer's own may.
func TestCertIDName(t *testing.T) {
	w := vt.New()
	loud := slices.Clone(w.SealCA.Subject)
	for i := range loud {
		loud[i].Value = strings.ToUpper(loud[i].Value)
	}
	other := w.Issue(vt.CertTemplate{Profile: vt.CA, Subject: loud, Issuer: w.Root, Key: w.SealCA.KeyName})
	target := w.Issue(w.SealTemplate(), vt.CertMutator{Apply: func(d *vt.CertDraft) { d.Issuer = loud.DER() }})
	for name, issuer := range map[string]*vt.Cert{"as its certificate writes it": w.SealCA, "as the target writes it": other} {
		in := ask(t, w, target, ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: target, Issuer: issuer, Responder: w.SealCA, NoCertificates: true})))
		if got := answer(revocation.Check(in)); got != "good" {
			t.Errorf("%s: %s", name, got)
		}
	}
	// The name that the target writes is another one: whoever answers by it speaks of another certificate.
	stranger := w.Issue(w.SealTemplate(), vt.CertMutator{Apply: func(d *vt.CertDraft) { d.Issuer = w.OfficeCA.Subject.DER() }})
	named := w.Issue(vt.CertTemplate{Profile: vt.CA, Subject: w.OfficeCA.Subject, Issuer: w.Root, Key: w.SealCA.KeyName})
	in := ask(t, w, stranger, ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: stranger, Issuer: named, Responder: w.SealCA, NoCertificates: true})))
	if got := answer(revocation.Check(in)); got != "unknown 022" {
		t.Errorf("another name: %s", got)
	}
}

// TestResponseVersion: RFC 6960 4.2.1 knows version 1 alone.
func TestResponseVersion(t *testing.T) {
	w := vt.New()
	for version, want := range map[int]string{1: "good", 2: "unknown 024", 0: "unknown 024"} {
		item := ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal, Responder: w.SealCA}))
		item.OCSP.Version = version
		if got := answer(revocation.Check(ask(t, w, w.Seal, item))); got != want {
			t.Errorf("version %d: %s, want %s", version, got, want)
		}
	}
}

// TestTwoAnswers: a response that calls one certificate revoked and on hold,
// or revoked on two days, is taken by the graver and the earlier.
func TestTwoAnswers(t *testing.T) {
	w := vt.New()
	first := vt.OCSPTemplate{Cert: w.Seal, Responder: w.SealCA, Status: "revoked", RevokedAt: w.Now.AddDate(0, 0, -3), Reason: vt.KeyCompromise}
	for name, second := range map[string]vt.OCSPTemplate{
		"hold":  {Status: "revoked", RevokedAt: w.Now.AddDate(0, 0, -9), Reason: vt.CertificateHold, ThisUpdate: w.Now.Add(time.Hour)},
		"later": {Status: "revoked", RevokedAt: w.Now.AddDate(0, 0, -1), Reason: vt.Superseded, ThisUpdate: w.Now.Add(time.Hour)},
		"good":  {Status: "good", ThisUpdate: w.Now.Add(time.Hour)},
	} {
		second.Cert, second.Responder = w.Seal, w.SealCA
		for _, pair := range [][2]vt.OCSPTemplate{{first, second}, {second, first}} {
			pair[0].More = pair[1:]
			st := revocation.Check(ask(t, w, w.Seal, ocsp(t, w.OCSP(pair[0]))))
			if st.State != revocation.Revoked || !st.RevokedAt.Equal(first.RevokedAt) {
				t.Errorf("%s: %s since %v", name, answer(st), st.RevokedAt)
			}
		}
	}
}
