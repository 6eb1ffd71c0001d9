package verify_test

import (
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// stolenSeal is a seal that was made with a stolen key: the certificate had
// been revoked a month before, which only the CA's own list tells. units end a
// year after the signature, so that later judgements need proofs of existence.
func stolenSeal(judged time.Time, renewals ...time.Time) *verifytest.History {
	p := verifytest.NewPlan("PAdES", sealedAt, renewals...)
	p.Evidence = time.Time{}
	p.Judge = judged
	p.Fresh = 400 * 24 * time.Hour
	return p.Revoked("seal", sealedAt.AddDate(0, -1, 0), verifytest.KeyCompromise).History()
}

// without are the published data of a history but for the lists of some CAs.
func without(h *verifytest.History, cas ...string) (out []*evidence.Item) {
	for _, p := range h.Published(h.At) {
		if !slices.Contains(cas, p.About) {
			out = append(out, items(map[string]evidence.Type{"CRL": evidence.CRL, "OCSP": evidence.OCSP}[p.Kind], [][]byte{p.DER})...)
		}
	}
	return out
}

func judgedBy(t *testing.T, h *verifytest.History, data []byte, ev []*evidence.Item) *verify.Report {
	t.Helper()
	return judged(t, data, eseal.Options{Name: "document.pdf"}, parsedList(t, h.TrustList), verify.WithTime(h.At),
		verify.WithPolicy(policyNamed(t, "strict", policy.Require)), verify.WithEvidence(ev...))
}

// TestEndedDelegateRevokes: a responder whose certificate has ended may not
// move a revocation to a later day (EN 319 102-1 5.2.6.4 step 8, 5.5.4 step 4a).
func TestEndedDelegateRevokes(t *testing.T) {
	h := stolenSeal(sealedAt.AddDate(1, 0, 0))
	ended := h.World.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: h.CAs[0], Key: "p256-12", NotBefore: sealedAt.AddDate(0, -3, 0),
		NotAfter: sealedAt.AddDate(0, 6, 0), Subject: verifytest.NewName("C", "JP", "CN", "Mihon Responder")})
	forged := h.World.OCSP(verifytest.OCSPTemplate{Cert: h.World.Seal, Status: "revoked", RevokedAt: sealedAt.AddDate(0, 5, 0), Reason: verifytest.Superseded,
		Responder: ended, ThisUpdate: sealedAt.AddDate(0, 5, 1), NextUpdate: sealedAt.AddDate(2, 0, 0)})
	rep := judgedBy(t, h, sealedAndStamped(h).Bytes(), append(without(h, "ca-0"), items(evidence.OCSP, [][]byte{forged})...))
	if rep.Passed() {
		t.Error("passed by the word of a responder that has ended")
	}
}

// archivedTwice is the seal with its time-stamp, material and two document
// time-stamps. The units of the first ones have ended by the judgement.
func archivedTwice(t *testing.T, h *verifytest.History, certs []*verifytest.Cert, first, second [][]byte) []byte {
	t.Helper()
	stamp := func(i int) verifytest.TokenTemplate {
		return verifytest.TokenTemplate{GenTime: h.Plan.Renewals[i].At, TSA: h.Units[i+1]}
	}
	var lists [][]byte
	for _, p := range h.Published(stamp(1).GenTime.Add(-time.Hour)) {
		if p.About == "ca-1" || p.About == "root-1" {
			lists = append(lists, p.DER)
		}
	}
	return sealedAndStamped(h).AddSecurityStore(certs, nil, first).AddDocTimestamp(stamp(0)).AddSecurityStore(nil, lists, second).AddDocTimestamp(stamp(1)).Bytes()
}

// TestRevokedDelegateRevokes: a responder that was revoked for a compromise
// may not move a revocation of its issuer's certificates to a later day with
// what it signs after that (EN 319 102-1 5.6.2.2.4 step 2a).
func TestRevokedDelegateRevokes(t *testing.T) {
	h := stolenSeal(sealedAt.AddDate(1, 11, 0), sealedAt.AddDate(0, 1, 0), sealedAt.AddDate(0, 19, 0))
	d := h.World.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: h.CAs[0], Key: "p256-12", NotBefore: sealedAt.AddDate(0, -3, 0),
		NotAfter: sealedAt.AddDate(3, 0, 0), Subject: verifytest.NewName("C", "JP", "CN", "Mihon Responder")}, dropNoCheck)
	told := h.World.OCSP(verifytest.OCSPTemplate{Cert: d, Status: "revoked", RevokedAt: sealedAt.AddDate(0, 3, 0), Reason: verifytest.KeyCompromise, Responder: h.CAs[0],
		ThisUpdate: sealedAt.AddDate(1, 10, 0), NextUpdate: sealedAt.AddDate(2, 0, 0)})
	forged := h.World.OCSP(verifytest.OCSPTemplate{Cert: h.World.Seal, Status: "revoked", RevokedAt: sealedAt.AddDate(1, 10, 0), Reason: verifytest.Superseded,
		Responder: d, ThisUpdate: sealedAt.AddDate(1, 10, 1), NextUpdate: sealedAt.AddDate(2, 0, 0)})
	rep := judgedBy(t, h, archivedTwice(t, h, nil, nil, nil), append(without(h, "ca-0"), items(evidence.OCSP, [][]byte{forged, told})...))
	if rep.Passed() {
		t.Error("passed")
	}
}

var dropNoCheck = verifytest.CertMutator{Apply: func(d *verifytest.CertDraft) { d.Drop("1.3.6.1.5.5.7.48.1.5") }}

// TestEndedDelegateVouches: what a responder signs about a CA after its own
// certificate has ended does not make the CA good, whatever it is dated
// (5.6.2.2.4 step 2a, as 5.6.2.4.4 step 1 asks of data about the signer).
func TestEndedDelegateVouches(t *testing.T) {
	p := verifytest.NewPlan("PAdES", sealedAt, sealedAt.AddDate(0, 1, 0), sealedAt.AddDate(0, 19, 0))
	p.Evidence, p.Judge = time.Time{}, sealedAt.AddDate(1, 11, 0)
	h := p.History()
	responder := h.World.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: h.Roots[0], Key: "p256-12", NotBefore: sealedAt.AddDate(0, -3, 0),
		NotAfter: sealedAt.AddDate(1, 0, 0), Subject: verifytest.NewName("C", "JP", "CN", "Mihon Responder")})
	dated := func(c *verifytest.Cert, by *verifytest.Cert) []byte {
		return h.World.OCSP(verifytest.OCSPTemplate{Cert: c, Status: "good", Responder: by, ThisUpdate: sealedAt.AddDate(0, 0, 20), NextUpdate: sealedAt.AddDate(9, 0, 0)})
	}
	ca, seal := dated(h.CAs[0], responder), dated(h.World.Seal, h.CAs[0])
	for _, c := range []struct {
		when  string
		first [][]byte
		late  []*evidence.Item
		pass  bool
	}{
		{"then", [][]byte{ca, seal}, nil, true},
		{"now", nil, items(evidence.OCSP, [][]byte{ca, seal}), false},
		{"now, about the CA", [][]byte{seal}, items(evidence.OCSP, [][]byte{ca}), false},
	} {
		rep := judgedBy(t, h, archivedTwice(t, h, []*verifytest.Cert{h.World.Seal, h.CAs[0]}, c.first, nil), append(without(h, "ca-0", "root-0"), c.late...))
		if rep.Passed() != c.pass {
			t.Errorf("vouched for %s: %s %s", c.when, answer(rep), codes(rep))
		}
	}
}

// TestEndedDelegateOfDelegate: nor does it make another responder good that
// speaks for the seal.
func TestEndedDelegateOfDelegate(t *testing.T) {
	h := stolenSeal(sealedAt.AddDate(1, 11, 0), sealedAt.AddDate(0, 1, 0), sealedAt.AddDate(0, 19, 0))
	name := func(cn string) verifytest.Name { return verifytest.NewName("C", "JP", "CN", cn) }
	ended := h.World.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: h.CAs[0], Key: "p256-12", NotBefore: sealedAt.AddDate(0, -3, 0),
		NotAfter: sealedAt.AddDate(1, 0, 0), Subject: name("Mihon Responder 1")})
	other := h.World.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: h.CAs[0], Key: "p256-11", NotBefore: sealedAt.AddDate(0, -3, 0),
		NotAfter: sealedAt.AddDate(3, 0, 0), Subject: name("Mihon Responder 2")}, dropNoCheck)
	dated := func(c, by *verifytest.Cert) []byte {
		return h.World.OCSP(verifytest.OCSPTemplate{Cert: c, Status: "good", Responder: by, ThisUpdate: sealedAt.AddDate(0, 0, 20), NextUpdate: sealedAt.AddDate(9, 0, 0)})
	}
	for _, by := range []*verifytest.Cert{ended, other} {
		forged := items(evidence.OCSP, [][]byte{dated(h.World.Seal, by), dated(other, ended)})
		if rep := judgedBy(t, h, archivedTwice(t, h, nil, nil, nil), append(without(h, "ca-0"), forged...)); rep.Passed() {
			t.Error("passed by the word of", by.Subject)
		}
	}
}

// TestResponderCircle: two responders that vouch for each other have nobody to
// vouch for them, now as in the past; with the CA's word for one of them both
// are good.
func TestResponderCircle(t *testing.T) {
	p := verifytest.NewPlan("PAdES", sealedAt, sealedAt.AddDate(0, 1, 0), sealedAt.AddDate(0, 19, 0))
	p.Evidence, p.Judge = time.Time{}, sealedAt.AddDate(1, 11, 0)
	h := p.History()
	responder := func(key, cn string) *verifytest.Cert {
		return h.World.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: h.CAs[0], Key: key, NotBefore: sealedAt.AddDate(0, -3, 0),
			NotAfter: sealedAt.AddDate(9, 0, 0), Subject: verifytest.NewName("C", "JP", "CN", cn)}, dropNoCheck)
	}
	a, b := responder("p256-12", "Mihon Responder A"), responder("p256-11", "Mihon Responder B")
	good := func(c, by *verifytest.Cert) []byte {
		return h.World.OCSP(verifytest.OCSPTemplate{Cert: c, Status: "good", Responder: by, ThisUpdate: sealedAt.AddDate(0, 0, 20), NextUpdate: sealedAt.AddDate(9, 0, 0)})
	}
	circle := [][]byte{good(h.World.Seal, a), good(a, b), good(b, a)}
	for _, c := range []struct {
		name  string
		data  [][]byte
		pass  bool
		after bool // judged after the seal's certificate has ended
	}{
		{"circle", circle, false, false},
		{"circle with the CA's word", append(circle[:3:3], good(b, h.CAs[0])), true, false},
		{"past circle", circle, false, true},
		{"past circle with the CA's word", append(circle[:3:3], good(b, h.CAs[0])), true, true},
	} {
		doc, at := sealedAndStamped(h).Bytes(), sealedAt.AddDate(0, 1, 0)
		if c.after {
			doc, at = archivedTwice(t, h, []*verifytest.Cert{h.World.Seal, h.CAs[0]}, c.data, nil), h.At
		}
		rep := judged(t, doc, eseal.Options{Name: "document.pdf"}, parsedList(t, h.TrustList), verify.WithTime(at),
			verify.WithPolicy(policyNamed(t, "strict", policy.Require)), verify.WithEvidence(append(without(h, "ca-0"), items(evidence.OCSP, c.data)...)...))
		if rep.Passed() != c.pass {
			t.Errorf("%s: %s %s", c.name, answer(rep), codes(rep))
		}
	}
}
