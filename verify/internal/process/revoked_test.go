package process

import (
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

const (
	oidNoCheck  = "1.3.6.1.5.5.7.48.1.5"
	asnNull     = "\x05\x00"
	noRevAvail  = "2.5.29.56"
	assuredTerm = "0.4.0.194121.2.1"
)

// TestExemptions: what an issuer says of its own certificate exempts that
// certificate where the policy says so, and no other.
func TestExemptions(t *testing.T) {
	mark := func(s *scene, id string) {
		s.leaf(func(d *verifytest.CertDraft) {
			if id == noRevAvail { // RFC 9608 3: then no address of revocation data
				d.Drop("2.5.29.31")
				d.Drop("1.3.6.1.5.5.7.1.1")
			}
			d.Set(verifytest.Extension{ID: id, Value: []byte(asnNull)})
		})
		s.crls = s.CRLs(s.SealCA, s.TSA)
	}
	responder := func(s *scene, change func(*verifytest.CertDraft)) {
		x := s.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: s.SealCA, Key: "rsa2048-15", Subject: verifytest.NewName("C", "JP", "CN", "Responder 2"), CRL: "-"}, verifytest.CertMutator{Apply: change})
		s.crls = s.CRLs(s.SealCA, s.TSA)
		s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal, Responder: x})}
	}
	rows := []judged{
		{"noRevAvail", func(s *scene) { mark(s, noRevAvail) }, "PASSED", "PASSED", ""},
		{"noRevAvail, not exempt", func(s *scene) { mark(s, noRevAvail); s.policy.Revocation.Exempt = nil }, "TRY_LATER", "TRY_LATER", verdict.CodeNoRevocationData},
		{"short-term", func(s *scene) { mark(s, assuredTerm) }, "PASSED", "PASSED", ""},
		{"short-term, not exempt", func(s *scene) { mark(s, assuredTerm); s.policy.Revocation.Exempt = nil }, "TRY_LATER", "TRY_LATER", verdict.CodeNoRevocationData},
		{"ocsp-nocheck on a signer", func(s *scene) { mark(s, oidNoCheck) }, "TRY_LATER", "TRY_LATER", verdict.CodeNoRevocationData},
		{"ocsp-nocheck on a responder", func(s *scene) { responder(s, func(*verifytest.CertDraft) {}) }, "PASSED", "PASSED", ""},
		{"ocsp-nocheck on a responder, not exempt", func(s *scene) {
			responder(s, func(*verifytest.CertDraft) {})
			s.policy.Revocation.Exempt = nil
		}, "TRY_LATER", "TRY_LATER", verdict.Code(revocation.CodeNotAuthorised)},
		{"a responder without it", func(s *scene) { responder(s, func(d *verifytest.CertDraft) { d.Drop(oidNoCheck) }) }, "TRY_LATER", "TRY_LATER", verdict.Code(revocation.CodeNotAuthorised)},
	}
	for i := range rows {
		setup := rows[i].setup
		rows[i].setup = func(s *scene) { s.unstamped(); setup(s) }
	}
	judgeTable(t, rows)
}

// TestWordsOfData: what the data say together, and what is told besides.
func TestWordsOfData(t *testing.T) {
	entry := func(s *scene, reason verifytest.Reason) verifytest.CRLTemplate {
		return verifytest.CRLTemplate{Number: 1, ThisUpdate: on(10, 29, 0), Revoked: []verifytest.Revocation{{Serial: s.Seal.Serial, At: on(10, 1, 0), Reason: reason}}}
	}
	lists := func(s *scene, reason verifytest.Reason) {
		s.crls = append(s.CRLs(s.SealCA, s.TSA), s.CRL(s.SealCA, entry(s, reason)), s.CRL(s.SealCA, verifytest.CRLTemplate{Number: 2, ThisUpdate: on(10, 31, 0)}))
	}
	for _, c := range []struct {
		name  string
		setup func(*scene)
		want  string
		tells []verdict.Code
	}{
		{"good", func(*scene) {}, "PASSED", nil},
		{"revoked, then gone from the list", func(s *scene) { lists(s, verifytest.KeyCompromise) }, "REVOKED_NO_POE", []verdict.Code{verdict.CodeRevoked, verdict.CodeRevocationContradiction}},
		{"on hold, then gone from the list", func(s *scene) { lists(s, verifytest.CertificateHold) }, "PASSED", nil},
		{"a responder that does not know it", func(s *scene) {
			s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal, Status: "unknown"})}
		}, "PASSED", []verdict.Code{verdict.CodeOCSPUnknown}},
		{"the CA that signed the list has ended", func(s *scene) { s.underCA(on(10, 31, 0)) }, "OUT_OF_BOUNDS_NO_POE", []verdict.Code{verdict.CodeRevocationOutOfBounds}},
		{"it ends this second", func(s *scene) { s.underCA(s.Now); s.at = s.Now.Add(999 * time.Millisecond) }, "PASSED", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t)
			s.unstamped()
			c.setup(s)
			j := s.judge(t)
			var told []verdict.Code
			for _, code := range []verdict.Code{verdict.CodeRevoked, verdict.CodeRevokedAfterProven, verdict.CodeRevocationOutOfBounds, verdict.CodeOCSPUnknown, verdict.CodeRevocationContradiction} {
				if slices.Contains(j.told(), string(code)) {
					told = append(told, code)
				}
			}
			if got := sub(j.Outcome); got != c.want || !slices.Equal(told, c.tells) {
				t.Errorf("%s %v, want %s %v", got, told, c.want, c.tells)
			}
		})
	}
}

// TestWhoSignedTheData is step 8: who signed the data about the signing
// certificate is within its validity; of other certificates that is not asked,
// nor of an issuer that is known by its key alone.
func TestWhoSignedTheData(t *testing.T) {
	rooted := func(s *scene, from, to time.Time) *verifytest.Cert {
		return s.Issue(verifytest.CertTemplate{Profile: verifytest.Root, Key: "rsa2048-13", Subject: verifytest.NewName("C", "JP", "CN", "Short Root"), NotBefore: from, NotAfter: to})
	}
	under := func(s *scene, ca *verifytest.Cert) {
		tmpl := s.SealTemplate()
		tmpl.Issuer, tmpl.OCSP = ca, ""
		s.signer.Cert = s.Issue(tmpl)
		s.certs = []*verifytest.Cert{s.signer.Cert, ca}
	}
	for _, c := range []struct {
		name  string
		setup func(*scene) *verifytest.Cert
		want  string
	}{
		{"in force", func(s *scene) *verifytest.Cert { r := rooted(s, on(1, 1, 0), on(12, 1, 0)); under(s, r); return r }, "PASSED"},
		{"ended", func(s *scene) *verifytest.Cert { r := rooted(s, on(1, 1, 0), on(10, 31, 0)); under(s, r); return r }, "REVOCATION_OUT_OF_BOUNDS_NO_POE"},
		{"not yet", func(s *scene) *verifytest.Cert { r := rooted(s, on(11, 2, 0), on(12, 1, 0)); under(s, r); return r }, "REVOCATION_OUT_OF_BOUNDS_NO_POE"},
		{"ended, of data about the CA", func(s *scene) *verifytest.Cert {
			r := rooted(s, on(1, 1, 0), on(10, 31, 0))
			ca := s.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa2048-15", Issuer: r, Subject: verifytest.NewName("C", "JP", "CN", "Longer CA")})
			under(s, ca)
			s.crls = append(s.crls, s.CRL(ca, verifytest.CRLTemplate{}))
			return r
		}, "PASSED"},
	} {
		s := newScene(t)
		s.unstamped()
		s.crls = s.CRLs(s.TSA)
		r := c.setup(s)
		s.anchors = []path.Anchor{anchor(t, r), anchor(t, s.TSARoot)}
		s.crls = append(s.crls, s.CRL(r, verifytest.CRLTemplate{ThisUpdate: on(10, 30, 3), NextUpdate: on(11, 6, 3)}))
		if c.name == "not yet" {
			s.crls = append(s.crls, s.CRL(r, verifytest.CRLTemplate{Number: 2, ThisUpdate: on(11, 2, 1)}))
		}
		if j := s.judge(t); sub(j.Outcome) != c.want || slices.Contains(j.told(), string(verdict.CodeRevocationOutOfBounds)) != (c.want != "PASSED") {
			t.Errorf("%s: %s %v, want %s", c.name, sub(j.Outcome), j.told(), c.want)
		}
	}
	s := newScene(t)
	s.unstamped()
	ca := parsed(t, s.SealCA)
	s.anchors = []path.Anchor{{Name: ca.RawSubject, SPKI: ca.RawSPKI, ID: "by key"}}
	s.certs = []*verifytest.Cert{s.Seal}
	if j := s.judge(t); !j.Passed() {
		t.Errorf("an anchor without certificate: %s %v", j.Outcome, j.told())
	}
}

// TestEffective: a compromise counts from the date that its entry gives, if
// that is earlier; a routine revocation does not (RFC 5280 5.3.2).
func TestEffective(t *testing.T) {
	early, late := on(10, 1, 0), on(10, 2, 0)
	for _, c := range []struct {
		reason     cert.Reason
		invalidity time.Time
		want       time.Time
	}{
		{cert.ReasonKeyCompromise, early, early}, {cert.ReasonUnspecified, early, early}, {cert.ReasonSuperseded, early, late},
		{cert.ReasonKeyCompromise, time.Time{}, late}, {cert.ReasonKeyCompromise, on(10, 3, 0), late},
	} {
		st := &revocation.Status{Datum: revocation.Datum{Reason: c.reason, InvalidityDate: c.invalidity, RevokedAt: late}}
		if got := effective(&st.Datum); !got.Equal(c.want) {
			t.Errorf("%s, invalid from %s: %s", ReasonName(c.reason), c.invalidity, got)
		}
	}
	if ReasonName(cert.ReasonKeyCompromise) != "keyCompromise" || ReasonName(cert.Reason(99)) != "unspecified" || EvidenceOf(nil) != nil {
		t.Error("names of what is not there")
	}
}
