package process

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A reached is a signature with one result, by a clause: the cause names it, or
// the rule of another standard that it comes down to, or is a code.
type reached struct {
	sub    verdict.SubIndication
	clause string
	rule   string // empty: clause
	setup  func(t *testing.T, s *scene)
}

// reachedRows: what the process for signatures with time and the archival one
// answer (EN 319 102-1 5.1.3 Table 6).
func reachedRows() []reached {
	return []reached{
		{verdict.FormatFailure, "EN 319 102-1 5.3.4 step 1", "RFC 5652 11", func(_ *testing.T, s *scene) {
			s.own(verifytest.Attribute{ID: attrESSv2, Values: [][]byte{seq(seq(seq(tlv(0x02, []byte{1}))))}})
		}},
		{verdict.HashFailure, "EN 319 102-1 5.2.7.4 step 2", "", func(_ *testing.T, s *scene) {
			s.mutate.Assembled = func(sd *verifytest.SignedData) { sd.Content = []byte("Notice") }
		}},
		{verdict.SigCryptoFailure, "EN 319 102-1 5.2.7.4 step 4", "", func(_ *testing.T, s *scene) {
			s.mutate.Signed = func(d *verifytest.SignerDraft) { d.Signature = slices.Clone(d.Signature); d.Signature[20] ^= 1 }
		}},
		{verdict.Revoked, "EN 319 102-1 5.3.4 step 4", "", func(_ *testing.T, s *scene) {
			s.Revoke(s.Seal, on(10, 1, 0), verifytest.KeyCompromise)
			s.contentAt(s.SealTime)
		}},
		{verdict.Expired, "EN 319 102-1 5.3.4 step 4", "", func(_ *testing.T, s *scene) { s.ending(on(10, 29, 0)); s.contentAt(s.SealTime) }},
		{verdict.NotYetValid, "EN 319 102-1 5.5.4 step 4", "", func(_ *testing.T, s *scene) {
			s.leaf(func(d *verifytest.CertDraft) { d.NotBefore = on(10, 30, 2) })
		}},
		{verdict.SigConstraintsFailure, "EN 319 102-1 5.2.8.4.2", "", func(t *testing.T, s *scene) {
			s.policyOf(t, "signature-elements:\n  claimed-time: {required: true, source: s}\n", nil)
			s.signer.NoSigningTime = true
		}},
		{verdict.SigConstraintsFailure, "EN 319 102-1 5.5.4 step 5", "", func(_ *testing.T, s *scene) {
			s.policy.Stamps.Delay = policy.Delay{Hours: new(int), Source: "the case"}
		}},
		{verdict.ChainConstraintsFailure, "EN 319 102-1 5.2.6.4 step 1", "", func(t *testing.T, s *scene) { s.anchors = []path.Anchor{anchor(t, s.Seal), anchor(t, s.TSARoot)} }},
		{verdict.ChainConstraintsFailure, "EN 319 102-1 5.2.6.4 step 5", "RFC 5280 4.2.1.3", func(_ *testing.T, s *scene) { s.policy.Purposes = s.policy.Purposes[1:] }},
		{verdict.CertificateChainGeneral, "EN 319 102-1 5.2.6.4 step 4", "RFC 5280 6.1.3 (a)(2)", func(_ *testing.T, s *scene) { s.underCA(on(10, 31, 0)); s.policy.CAExpiry.Answer = policy.RejectCA }},
		{verdict.CryptoConstraintsFailure, "EN 319 102-1 5.3.4 step 6", "", func(_ *testing.T, s *scene) {
			s.retired("2026-10-28")
			s.contentAt(s.SealTime)
			s.signer.ContentTimestamp.Digest = "SHA-512"
		}},
		{verdict.PolicyProcessingError, "EN 319 102-1 5.2.4.4 step 3", "", func(t *testing.T, s *scene) {
			sum := sha256.Sum256([]byte("other rules"))
			s.policyOf(t, "signature-policies:\n  known: [{id: "+ourPolicy+", file: rules.txt, source: s}]\n", fstest.MapFS{"rules.txt": {Data: []byte(rules)}})
			s.names(t, "2.16.840.1.101.3.4.2.1", sum[:])
		}},
		{verdict.SignaturePolicyNotAvailable, "EN 319 102-1 5.2.4.4 step 2", "", func(t *testing.T, s *scene) { s.namesRules(t) }},
		{verdict.TimestampOrderFailure, "EN 319 102-1 5.5.4 step 4e", "", func(_ *testing.T, s *scene) { s.contentAt(s.StampTime.Add(time.Hour)) }},
		{verdict.NoSigningCertificateFound, "EN 319 102-1 5.2.3.4 step 2", "", func(_ *testing.T, s *scene) { s.own(refs(s.Office)) }},
		{verdict.NoSigningCertificateFound, "EN 319 102-1 5.2.3.4", "", func(_ *testing.T, s *scene) { s.signer.ESS = "none" }},
		{verdict.NoCertificateChainFound, "EN 319 102-1 5.2.6.4 step 2", "", func(_ *testing.T, s *scene) { s.certs = []*verifytest.Cert{s.Seal} }},
		{verdict.NoCertificateChainFoundNoPOE, "EN 319 102-1 5.2.6.4 step 3", "", func(t *testing.T, s *scene) { s.sunset(t, s.Now) }},
		{verdict.RevokedNoPOE, "EN 319 102-1 5.2.6.4 step 4b", "", func(_ *testing.T, s *scene) { s.Revoke(s.Seal, on(10, 1, 0), verifytest.Unspecified) }},
		{verdict.RevokedCANoPOE, "EN 319 102-1 5.2.6.4 step 4d", "", func(_ *testing.T, s *scene) { s.Revoke(s.SealCA, on(10, 1, 0), verifytest.CACompromise) }},
		{verdict.OutOfBoundsNotRevoked, "EN 319 102-1 5.2.6.4 step 7", "", func(_ *testing.T, s *scene) { s.ending(on(10, 31, 0)); s.unstamped() }},
		{verdict.OutOfBoundsNoPOE, "EN 319 102-1 5.2.6.4 step 7", "", func(_ *testing.T, s *scene) { s.ending(on(10, 29, 0)) }},
		{verdict.OutOfBoundsNoPOE, "EN 319 102-1 5.2.6.4 step 4", "", func(_ *testing.T, s *scene) { s.underCA(on(10, 31, 0)) }},
		{verdict.RevocationOutOfBoundsNoPOE, "EN 319 102-1 5.2.6.4 step 8", "", func(_ *testing.T, s *scene) { s.byEndedResponder() }},
		{verdict.CryptoConstraintsFailureNoPOE, "EN 319 102-1 5.2.6.4 step 6", "", func(_ *testing.T, s *scene) { s.policy.Algorithms.Signatures = nil; s.ending(on(10, 31, 0)) }},
		{verdict.CryptoConstraintsFailureNoPOE, "EN 319 102-1 5.2.8.4.1", "", func(_ *testing.T, s *scene) { s.retired("2026-10-28") }},
		{verdict.TryLater, "EN 319 102-1 5.2.6.4 step 4a", "", func(_ *testing.T, s *scene) { s.maxAge("signer", 0); s.unstamped() }},
		{verdict.TryLater, "EN 319 102-1 5.2.6.4 step 4c", "", func(_ *testing.T, s *scene) { s.Revoke(s.Seal, on(10, 1, 0), verifytest.CertificateHold) }},
		{verdict.TryLater, "EN 319 102-1 5.2.6.4 step 4", "", func(_ *testing.T, s *scene) { s.crls = s.CRLs(s.TSA) }},
		{verdict.SignedDataNotFound, "EN 319 102-1 5.2.7.4 step 1", "", func(_ *testing.T, s *scene) {
			s.mutate.Template = func(c *verifytest.CMSTemplate) { c.Detached = true }
		}},
		// What is outside the table: a list that is out of date.
		{verdict.Custom, "EN 319 102-1 5.1.3", string(verdict.CodeListStale), func(_ *testing.T, s *scene) { s.stale = true }},
	}
}

// byEndedResponder: the status of the seal by a responder whose certificate
// ended before the validation time.
func (s *scene) byEndedResponder() {
	x := s.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: s.SealCA, Key: "rsa2048-15", Subject: verifytest.NewName("C", "JP", "CN", "Ended Responder"), NotAfter: on(10, 31, 0)})
	s.crls = s.CRLs(s.SealCA, s.TSA)
	s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.signer.Cert, Responder: x})}
}

// TestSubIndications: every word of EN 319 102-1 5.1.3 Table 6 is the result of
// a case, by the clause that gives it. NO_POE is one of validation-time sliding
// (5.6.2.2.4) alone: past signature validation returns the status that it had.
func TestSubIndications(t *testing.T) {
	seen := map[verdict.SubIndication]bool{}
	for _, row := range reachedRows() {
		seen[row.sub] = true
		t.Run(string(row.sub)+" by "+row.clause, func(t *testing.T) {
			s := newScene(t)
			row.setup(t, s)
			j := s.judge(t)
			d, _ := Decisive(j.Causes)
			rule := cmp.Or(row.rule, row.clause)
			if j.Outcome.SubIndication != row.sub || !j.Outcome.Legal() || !strings.HasPrefix(d.Finding.Clause+string(d.Finding.Code), rule) {
				t.Errorf("%s by %s (%s)", j.Outcome, d.Finding.Clause, strings.Join(j.told(), " "))
			}
		})
	}
	t.Run("NO_POE by EN 319 102-1 5.6.2.2.4 step 2a", func(t *testing.T) {
		seen[verdict.NoPOE] = true
		s := newScene(t)
		s.crls = s.CRLs(s.TSA)
		c := s.court(t, s.document(t))
		c.ground()
		past := c.pastCertificate(parsed(t, s.Seal), path.Seal, nil)
		if past.Outcome.SubIndication != verdict.NoPOE || past.Causes[0].Finding.Clause != "EN 319 102-1 5.6.2.2.4 step 2a" {
			t.Errorf("%s %+v", past.Outcome, past.Causes)
		}
	})
	for _, word := range verdict.SubIndications() {
		if !seen[word] {
			t.Errorf("%s: no case", word)
		}
	}
	if len(verdict.SubIndications()) != 26 {
		t.Errorf("%d words, Table 6 has 26", len(verdict.SubIndications()))
	}
}

// pastOf is past certificate validation of the seal by proofs of existence.
func (s *scene) pastOf(t testing.TB, proofs ...proven) *Past {
	t.Helper()
	return s.pastCourt(t, proofs...).pastCertificate(parsed(t, s.signer.Cert), path.Seal, nil)
}

// proven is a proof of octets.
type proven struct {
	der []byte
	at  time.Time
}

// pastCourt is a court with given proofs of existence.
func (s *scene) pastCourt(t testing.TB, proofs ...proven) *Court {
	t.Helper()
	c := s.court(t, s.document(t))
	c.ground()
	c.proven = true
	for _, p := range proofs {
		c.proofs.Add(poe.Digest([32]byte(verifytest.Digest("SHA-256", p.der))), poe.Proof{At: p.at, By: "the case"})
	}
	return c
}
