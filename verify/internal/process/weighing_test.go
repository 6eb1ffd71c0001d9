package process

import (
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A weighed is a row of a table: what a case changes, and the causes that 5.5.4
// leaves, one by one.
type weighed struct {
	name  string
	setup func(*scene)
	left  string
}

func weighTable(t *testing.T, rows []weighed) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			row.setup(s)
			j := s.judge(t)
			if got := subs(j.Causes); got != row.left {
				t.Errorf("%s, want %s (%v)", got, row.left, j.told())
			}
			told := slices.ContainsFunc(j.Steps, func(s verdict.Step) bool { return s.Clause == clauseTime+" step 4" })
			if changed := outcomeOf(j.Causes) != j.Basic.Outcome; told != changed {
				t.Errorf("step 4 is told: %v", told)
			}
		})
	}
}

// TestWeighedLater are causes that came after the signature, or did not.
func TestWeighedLater(t *testing.T) {
	byEnded := func(s *scene) {
		x := s.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: s.SealCA, Key: "rsa2048-15", Subject: verifytest.NewName("C", "JP", "CN", "Ended Responder"), NotAfter: on(10, 31, 0)})
		s.crls = s.CRLs(s.SealCA, s.TSA)
		s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal, Responder: x, Status: "revoked", RevokedAt: on(10, 30, 12), Reason: verifytest.Superseded, ThisUpdate: on(10, 30, 13)})}
	}
	weighTable(t, []weighed{
		{"step 4a: revoked later, by a responder that has ended", byEnded, "REVOCATION_OUT_OF_BOUNDS_NO_POE"},
		{"step 4a: revoked later, by a CA that is known by its key alone", func(s *scene) {
			x := parsed(t, s.SealCA)
			s.anchors, s.certs = []path.Anchor{{Name: x.RawSubject, SPKI: x.RawSPKI, ID: "by key"}, anchor(t, s.TSARoot)}, []*verifytest.Cert{s.Seal}
			s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded)
		}, "PASSED"},
		{"step 4a: a CA superseded later, by a root that has ended", func(s *scene) {
			root := s.Issue(verifytest.CertTemplate{Profile: verifytest.Root, Key: "rsa2048-13", Subject: verifytest.NewName("C", "JP", "CN", "Short Root"), NotAfter: on(10, 31, 0)})
			ca := s.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa2048-15", Issuer: root, Subject: verifytest.NewName("C", "JP", "CN", "Longer CA")})
			s.under(ca, on(10, 1, 0))
			s.anchors, s.certs = []path.Anchor{anchor(t, root), anchor(t, s.TSARoot)}, []*verifytest.Cert{s.signer.Cert, ca}
			s.Revoke(ca, on(10, 30, 12), verifytest.Superseded)
		}, "PASSED"},
		{"step 4d: before the validity, which has ended too", func(s *scene) {
			s.leaf(func(d *verifytest.CertDraft) { d.NotBefore, d.NotAfter = on(10, 30, 2), on(10, 31, 0) })
		}, "OUT_OF_BOUNDS_NOT_REVOKED NOT_YET_VALID"},
		{"step 4d: a hold after it, by data that are not fresh", func(s *scene) {
			s.Revoke(s.Seal, on(10, 31, 12), verifytest.CertificateHold)
			s.maxAge("signer", 0)
			s.stampedAt(on(10, 31, 0))
		}, "PASSED"},
	})
}

// TestWeighedByModel: the hybrid model asks CAs to have been in force when the
// signature was made; nothing else is cleared by that.
func TestWeighedByModel(t *testing.T) {
	hybrid := func(setup func(*scene)) func(*scene) {
		return func(s *scene) { s.policy.Model.Answer, s.policy.CAExpiry.Answer = policy.Hybrid, "reject"; setup(s) }
	}
	weighTable(t, []weighed{
		{"the CA ended later", hybrid(func(s *scene) { s.underCA(on(10, 31, 0)) }), "PASSED"},
		{"the CA ended later, and the time-stamps are out of order", hybrid(func(s *scene) {
			s.underCA(on(10, 31, 0))
			s.contentAt(s.StampTime.Add(time.Hour))
		}), "TIMESTAMP_ORDER_FAILURE"},
		{"the signer ended, no word after it", hybrid(func(s *scene) { s.ending(on(10, 30, 2)) }), "OUT_OF_BOUNDS_NO_POE"},
		{"a responder that has ended", hybrid((*scene).byEndedResponder), "REVOCATION_OUT_OF_BOUNDS_NO_POE"},
		{"not fresh", hybrid(func(s *scene) { s.maxAge("signer", 0); s.stampedAt(on(10, 31, 0)) }), "TRY_LATER"},
		{"the certificate's algorithm has ended", hybrid(func(s *scene) {
			s.policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-384", Use: policy.UseCertificate, GenerateUntil: "2026-10-31", Source: "the case"}}, s.policy.Algorithms.Digests...)
		}), "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"},
	})
}

// TestWeighedAfterContent are 5.3.4 steps 4 and 6: what a content time-stamp
// turns into a failure and what it does not.
func TestWeighedAfterContent(t *testing.T) {
	weighTable(t, []weighed{
		{"step 4: one that does not hold turns nothing", func(s *scene) {
			s.Revoke(s.Seal, on(10, 1, 0), verifytest.KeyCompromise)
			s.signer.ContentTimestamp = &verifytest.TokenTemplate{GenTime: s.SealTime, Imprint: make([]byte, 32)}
		}, "REVOKED_NO_POE"},
		{"step 4: ended before it, known not revoked", func(s *scene) {
			s.unstamped()
			s.ending(on(10, 31, 0))
			s.contentAt(on(10, 31, 12))
		}, "EXPIRED"},
		{"step 4: ended at it", func(s *scene) {
			s.unstamped()
			s.ending(on(10, 31, 0))
			s.contentAt(on(10, 31, 0))
		}, "OUT_OF_BOUNDS_NOT_REVOKED"},
		{"step 4: the CA ended before it", func(s *scene) {
			s.underCA(on(10, 29, 23))
			s.contentAt(s.SealTime)
		}, "TRY_LATER OUT_OF_BOUNDS_NO_POE"},
		{"step 4: ended before it, revoked after it", func(s *scene) {
			s.unstamped()
			s.Revoke(s.ending(on(10, 30, 12)), on(10, 30, 14), verifytest.Superseded)
			s.contentAt(on(10, 30, 13))
		}, "REVOKED_NO_POE EXPIRED"},
		{"step 6: the algorithm ended after it", func(s *scene) {
			s.retired("2026-10-31")
			s.unstamped()
			s.contentAt(s.SealTime)
			s.signer.ContentTimestamp.Digest = "SHA-512"
		}, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"},
	})
}

// TestStopsBeforeOrder is step 2: where a result stands that no time betters,
// the order of the time-stamps is not asked.
func TestStopsBeforeOrder(t *testing.T) {
	weighTable(t, []weighed{
		{"no path", func(s *scene) {
			s.certs = []*verifytest.Cert{s.Seal, s.TSA, s.TSACA}
			s.contentAt(s.StampTime.Add(time.Hour))
		}, "NO_CERTIFICATE_CHAIN_FOUND"},
		{"one that time may better beside one that it may not", func(s *scene) {
			s.signer.ESS = "none"
			s.policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-384", Use: policy.UseCertificate, GenerateUntil: "2026-10-31", Source: "the case"}}, s.policy.Algorithms.Digests...)
			s.contentAt(s.StampTime.Add(time.Hour))
		}, "NO_SIGNING_CERTIFICATE_FOUND CRYPTO_CONSTRAINTS_FAILURE_NO_POE"},
	})
}

// TestEarliestCounts is step 3: the earliest time-stamp that holds.
func TestEarliestCounts(t *testing.T) {
	c := agedCourt(t, verifytest.NewPlan("PAdES", sealedAt, sealedAt.AddDate(0, 0, 7)), sealedAt.AddDate(0, 0, 10))
	if j, stamps := c.all(); !j.Passed() || !j.Best.Equal(sealedAt.Add(time.Minute)) || len(stamps) != 1 {
		t.Errorf("%s at %s", j.Outcome, j.Best)
	}
}

// TestOrderOfDocumentTimestamps is step 4e for a PDF: what lies in an earlier
// revision must not be younger. What is not over another may be.
func TestOrderOfDocumentTimestamps(t *testing.T) {
	week := 7 * 24 * time.Hour
	for name, c := range map[string]struct {
		format string
		stamp  time.Duration // of the signature time-stamp, after the seal
		first  time.Duration
		second time.Duration
		want   string
	}{
		"in order":                             {"PAdES", time.Minute, week, 2 * week, "PASSED"},
		"signature time-stamp after the first": {"PAdES", 2 * week, week, 3 * week, "TIMESTAMP_ORDER_FAILURE"},
		"the second before the first":          {"PAdES", time.Minute, 3 * week, 2 * week, "TIMESTAMP_ORDER_FAILURE"},
		"in order, CAdES":                      {"CAdES", time.Minute, week, 2 * week, "PASSED"},
		"signature time-stamp after, CAdES":    {"CAdES", 2 * week, week, 3 * week, "TIMESTAMP_ORDER_FAILURE"},
		"the second before the first, CAdES":   {"CAdES", time.Minute, 3 * week, 2 * week, "TIMESTAMP_ORDER_FAILURE"},
	} {
		p := verifytest.NewPlan(c.format, sealedAt, sealedAt.Add(c.first), sealedAt.Add(c.second))
		p.Stamp.At, p.Evidence = sealedAt.Add(c.stamp), sealedAt.Add(time.Hour)
		for i := range p.Units {
			p.Units[i].From = sealedAt.AddDate(0, -1, 0)
		}
		court := agedCourt(t, p, sealedAt.AddDate(0, 2, 0))
		if j, _ := court.all(); sub(j.Outcome) != c.want {
			t.Errorf("%s: %s %v", name, j.Outcome, j.told())
		}
	}
}

// TestDocumentStamps: the time-stamps of a later revision, none of the same.
func TestDocumentStamps(t *testing.T) {
	field := func(revision int, valid bool) *pdf.Signature {
		f := &pdf.Signature{Revision: revision}
		f.Coverage.Valid = valid
		return f
	}
	stamp := func(f *pdf.Signature) *Stamp { return &Stamp{Facts: &eseal.Timestamp{Field: f}} }
	later, same, before, uncovered, outside := stamp(field(3, true)), stamp(field(2, true)), stamp(field(1, true)), stamp(field(3, false)), stamp(nil)
	all := []*Stamp{before, same, later, uncovered, outside}
	if got := DocumentStamps(&eseal.Signature{Field: field(2, true)}, all); len(got) != 1 || got[0] != later {
		t.Errorf("%d time-stamps", len(got))
	}
	for _, s := range []*eseal.Signature{{}, {Field: field(0, true)}} {
		if got := DocumentStamps(s, all); got != nil {
			t.Errorf("%d time-stamps over what lies in no revision", len(got))
		}
	}
}
