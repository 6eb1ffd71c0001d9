package process

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A slid is one past certificate validation of the seal: what is known and what
// of it is proven from when on, the result and the control time.
type slid struct {
	name    string
	setup   func(s *scene) []proven
	want    string
	control time.Time // of one that passed; zero: the validation time
	tells   verdict.Code
}

// everything is proven at a time: the path and all data of the message.
func (s *scene) everything(at time.Time) (out []proven) {
	if s.crls == nil {
		s.crls = s.CRLs(s.signer.Cert, s.TSA)
	}
	for _, der := range slices.Concat(s.crls, s.ocsps) {
		out = append(out, proven{der, at})
	}
	for c := s.signer.Cert; c != nil; c = c.Issuer {
		out = append(out, proven{c.DER, at})
	}
	return out
}

// told are the codes of causes and findings.
func (p *Past) told() []string {
	return (&Judgement{Causes: p.Causes, Trace: p.Trace}).told()
}

func slideTable(t *testing.T, rows []slid) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			proofs := row.setup(s)
			want := row.control
			if want.IsZero() {
				want = s.at
			}
			past := s.pastOf(t, proofs...)
			if sub(past.Outcome) != row.want || past.Passed() && !past.Control.Equal(want) {
				t.Errorf("%s, control time %s, want %s %s (%s)", past.Outcome, moment(past.Control), row.want, moment(want), strings.Join(past.told(), " "))
			}
			if row.tells != "" && !slices.Contains(past.told(), string(row.tells)) {
				t.Errorf("not told: %s (%s)", row.tells, strings.Join(past.told(), " "))
			}
		})
	}
}

// unproven is a setup without proofs of its own.
func unproven(setup func(s *scene)) func(s *scene) []proven {
	return func(s *scene) []proven { setup(s); return nil }
}

// listed is a CRL about the seal of a time, beside those of the CAs.
func (s *scene) listed(templates ...verifytest.CRLTemplate) {
	s.crls = s.CRLs(s.SealCA, s.TSA)
	for i, c := range templates {
		if c.Number == 0 {
			c.Number = int64(i + 1)
		}
		s.crls = append(s.crls, s.CRL(s.SealCA, c))
	}
}

// TestSlidingStart is step 1 of validation-time sliding (5.6.2.2.4).
func TestSlidingStart(t *testing.T) {
	sunset := func(until, proof time.Time) func(s *scene) []proven {
		return func(s *scene) []proven { s.sunset(t, until); return s.everything(proof) }
	}
	slideTable(t, []slid{
		{"all is well now", unproven(asIs), "PASSED", time.Time{}, ""},
		{"step 1: the anchor's sunset", sunset(on(10, 31, 0), on(10, 30, 4)), "PASSED", on(10, 31, 0), ""},
		{"step 1: a sunset to come", sunset(on(11, 2, 0), on(11, 1, 0)), "PASSED", time.Time{}, ""},
		{"step 1: a sunset now", sunset(on(11, 1, 0), on(11, 1, 0)), "PASSED", time.Time{}, ""},
		{"step 1: nothing is proven before the sunset", sunset(on(10, 31, 0), on(10, 31, 1)), "NO_POE", time.Time{}, verdict.CodeNoProof},
	})
}

// TestSlidingSelects is step 2a: in scope, issued before the control time,
// proven by then together with the certificate.
func TestSlidingSelects(t *testing.T) {
	keeps := []verifytest.Extension{{ID: "2.5.29.60", Value: []byte("\x18\x0f20200101000000Z")}}
	before := func(setup func(s *scene), moved func(s *scene) proven) func(s *scene) []proven {
		return func(s *scene) []proven {
			s.sunset(t, on(10, 31, 0))
			setup(s)
			all := s.everything(on(10, 30, 4))
			p := moved(s)
			return append(slices.DeleteFunc(all, func(o proven) bool { return string(o.der) == string(p.der) }), p)
		}
	}
	seal := func(at time.Time) func(s *scene) proven {
		return func(s *scene) proven { return proven{s.Seal.DER, at} }
	}
	list := func(at time.Time) func(s *scene) proven {
		return func(s *scene) proven { return proven{s.crls[0], at} }
	}
	slideTable(t, []slid{
		{"step 2a: no data", unproven(func(s *scene) { s.crls = s.CRLs(s.SealCA, s.TSA) }), "NO_POE", time.Time{}, verdict.CodeNoPastData},
		{"step 2a: no data about the CA", unproven(func(s *scene) { s.crls = s.CRLs(s.Seal, s.TSA)[:1] }), "NO_POE", time.Time{}, verdict.CodeNoPastData},
		{"step 2a: no data, none asked for", unproven(func(s *scene) { s.crls = s.CRLs(s.TSA); s.policy.Revocation.Mode = policy.None }), "PASSED", time.Time{}, ""},
		{"step 2a: no data, preferred", unproven(func(s *scene) { s.crls = s.CRLs(s.TSA); s.policy.Revocation.Mode = policy.Prefer }), "PASSED", time.Time{}, verdict.CodeRevocationSoftFail},
		{"step 2a: no data, exempt", unproven(func(s *scene) { s.noRevAvail("2.5.29.31", "1.3.6.1.5.5.7.1.1") }), "PASSED", time.Time{}, ""},
		{"step 2a: no data, not exempt", unproven(func(s *scene) { s.noRevAvail("2.5.29.31", "1.3.6.1.5.5.7.1.1"); s.policy.Revocation.Exempt = nil }), "NO_POE", time.Time{}, ""},
		{"step 2a i: of after the end", unproven(func(s *scene) { s.ending(on(10, 29, 0)) }), "NO_POE", time.Time{}, verdict.CodeNoProof},
		{"step 2a i: of after the end, entries stay", unproven(func(s *scene) {
			s.ending(on(10, 29, 0))
			s.listed(verifytest.CRLTemplate{Extensions: keeps})
		}), "PASSED", time.Time{}, ""},
		{"step 2a i: ended since", unproven(func(s *scene) { s.ending(on(10, 31, 0)) }), "PASSED", time.Time{}, ""},
		{"step 2a i: the responder does not know", unproven(func(s *scene) {
			s.crls = s.CRLs(s.SealCA, s.TSA)
			s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal, Status: "unknown"})}
		}), "NO_POE", time.Time{}, ""},
		{"step 2a ii: issued at the control time", before(func(s *scene) { s.listed(verifytest.CRLTemplate{ThisUpdate: on(10, 31, 0)}) }, seal(on(10, 30, 4))), "NO_POE", time.Time{}, verdict.CodeNoProof},
		{"step 2a ii: issued before it", before(func(s *scene) { s.listed(verifytest.CRLTemplate{ThisUpdate: on(10, 31, 0).Add(-time.Second)}) }, seal(on(10, 30, 4))), "PASSED", on(10, 31, 0), ""},
		{"step 2a ii: issued after now", unproven(func(s *scene) { s.of(on(11, 1, 1)) }), "PASSED", time.Time{}, ""},
		{"step 2a iii: certificate and data at the control time", before(asIs, seal(on(10, 31, 0))), "PASSED", on(10, 31, 0), ""},
		{"step 2a iii: the certificate after it", before(asIs, seal(on(10, 31, 0).Add(1))), "NO_POE", time.Time{}, verdict.CodeNoProof},
		{"step 2a iii: the data at it", before(asIs, list(on(10, 31, 0))), "PASSED", on(10, 31, 0), ""},
		{"step 2a iii: the data after it", before(asIs, list(on(10, 31, 0).Add(1))), "NO_POE", time.Time{}, verdict.CodeNoProof},
		{"step 2a iii: a delta after it", before(func(s *scene) {
			s.listed(verifytest.CRLTemplate{Number: 5}, verifytest.CRLTemplate{Number: 6, DeltaBase: 5, ThisUpdate: on(10, 30, 5)})
		}, func(s *scene) proven { return proven{s.crls[len(s.crls)-2], on(10, 31, 1)} }), "NO_POE", time.Time{}, ""},
	})
}

// TestSlidingRevoked is step 2b: back to the time from which the certificate
// is revoked, by the earliest word of all.
func TestSlidingRevoked(t *testing.T) {
	revoked := func(day int, reason verifytest.Reason) verifytest.CRLTemplate {
		w := verifytest.New()
		return verifytest.CRLTemplate{ThisUpdate: on(10, 31, day%5), Revoked: []verifytest.Revocation{{Serial: w.Seal.Serial, At: on(10, day, 0), Reason: reason}}}
	}
	by := func(templates ...verifytest.CRLTemplate) func(s *scene) []proven {
		return unproven(func(s *scene) { s.listed(templates...) })
	}
	chain := func(setup func(s *scene)) func(s *scene) []proven {
		return unproven(func(s *scene) { s.policy.Model.Answer, s.policy.CAExpiry.Answer = policy.Chain, ""; setup(s) })
	}
	good := verifytest.CRLTemplate{ThisUpdate: on(10, 31, 12)}
	slideTable(t, []slid{
		{"step 2b: revoked", by(revoked(20, verifytest.KeyCompromise)), "PASSED", on(10, 20, 0), ""},
		{"step 2b: superseded", by(revoked(20, verifytest.Superseded)), "PASSED", on(10, 20, 0), ""},
		{"step 2b: the earliest of several", by(revoked(20, verifytest.Superseded), revoked(18, verifytest.KeyCompromise), revoked(22, verifytest.Superseded)), "PASSED", on(10, 18, 0), ""},
		{"step 2b: the earliest, by the older list", by(revoked(18, verifytest.KeyCompromise), revoked(15, verifytest.Superseded)), "PASSED", on(10, 15, 0), ""},
		{"step 2b: revoked, and good again by a later list", by(revoked(20, verifytest.KeyCompromise), good), "PASSED", on(10, 20, 0), ""},
		{"step 2b: from its invalidity date", by(func() verifytest.CRLTemplate {
			r := revoked(20, verifytest.KeyCompromise)
			r.Revoked[0].Invalidity = on(10, 10, 0)
			return r
		}()), "PASSED", on(10, 10, 0), ""},
		{"step 2b: on hold", by(revoked(20, verifytest.CertificateHold)), "PASSED", on(10, 20, 0), ""},
		{"step 2b: a hold that is over", by(revoked(20, verifytest.CertificateHold), good), "PASSED", time.Time{}, ""},
		{"step 2b: revoked after now", by(verifytest.CRLTemplate{Revoked: []verifytest.Revocation{{Serial: verifytest.New().Seal.Serial, At: on(11, 5, 0)}}}), "PASSED", time.Time{}, ""},
		{"step 2b: the CA", unproven(func(s *scene) { s.Revoke(s.SealCA, on(10, 20, 0), verifytest.Superseded) }), "NO_POE", time.Time{}, verdict.CodeNoProof},
		{"step 2b: the CA, all older than that", func(s *scene) []proven {
			s.Revoke(s.SealCA, on(10, 31, 0), verifytest.Superseded)
			return s.everything(on(10, 30, 4))
		}, "PASSED", on(10, 31, 0), ""},
		{"step 2b: the CA, chain model", chain(func(s *scene) { s.Revoke(s.SealCA, on(10, 20, 0), verifytest.Superseded) }), "PASSED", time.Time{}, ""},
		{"step 2b: the CA compromised, chain model", chain(func(s *scene) { s.Revoke(s.SealCA, on(10, 20, 0), verifytest.CACompromise) }), "NO_POE", time.Time{}, ""},
		{"step 2b: the seal, chain model", chain(func(s *scene) { s.listed(revoked(20, verifytest.Superseded)) }), "PASSED", on(10, 20, 0), ""},
	})
}

// TestRevokedCounts: of a revoked certificate the words that say so are told.
func TestRevokedCounts(t *testing.T) {
	s := newScene(t)
	entry := []verifytest.Revocation{{Serial: s.Seal.Serial, At: on(10, 20, 0), Reason: verifytest.KeyCompromise}}
	hold := []verifytest.Revocation{{Serial: s.Seal.Serial, At: on(10, 19, 0), Reason: verifytest.CertificateHold}}
	s.listed(verifytest.CRLTemplate{ThisUpdate: on(10, 30, 5), Revoked: entry}, verifytest.CRLTemplate{ThisUpdate: on(10, 30, 6)}, verifytest.CRLTemplate{ThisUpdate: on(10, 30, 7), Revoked: hold})
	past := s.pastOf(t)
	e := past.Entries[0]
	if !past.Passed() || len(e.Data) != 2 || !past.Control.Equal(on(10, 19, 0)) {
		t.Fatalf("%s, %d data, control time %s", past.Outcome, len(e.Data), past.Control)
	}
	if ch := past.chain(); len(ch.Entries) != 3 || ch.Entries[0].State != stateRevoked || ch.Entries[1].State != stateGood ||
		ch.Entries[0].position != "signer" || ch.Entries[1].position != "ca" || !ch.Entries[2].Anchor || ch.Entries[0].Anchor || ch.Entries[1].Anchor {
		t.Errorf("%+v", ch.Entries)
	}
}

// TestSlidingStale is step 2c: back to the last moment at which the data were
// fresh (5.2.5.4), at the earliest thisUpdate.
func TestSlidingStale(t *testing.T) {
	last := on(11, 6, 3).Add(-time.Second) // of the world's lists
	later := func(setup func(s *scene)) func(s *scene) []proven {
		return func(s *scene) []proven {
			s.at = on(11, 20, 0)
			setup(s)
			return s.everything(on(10, 30, 4))
		}
	}
	slideTable(t, []slid{
		{"step 2c: fresh to the last second", unproven(func(s *scene) { s.at = last }), "PASSED", last, ""},
		{"step 2c: nextUpdate has come", func(s *scene) []proven { s.at = on(11, 6, 3); return s.everything(on(10, 30, 4)) }, "PASSED", last, ""},
		{"step 2c: nextUpdate is long past", later(asIs), "PASSED", last, ""},
		{"step 2c: nothing proven before that", unproven(func(s *scene) { s.at = on(11, 20, 0) }), "NO_POE", time.Time{}, verdict.CodeNoProof},
		{"step 2c: the signer's maximum age", later(func(s *scene) { s.maxAge("signer", 24) }), "PASSED", on(10, 31, 3).Add(-time.Second), ""},
		{"step 2c: the CA's maximum age", later(func(s *scene) { s.maxAge("ca", 24) }), "PASSED", on(10, 31, 3).Add(-time.Second), ""},
		{"step 2c: a responder's maximum age", later(func(s *scene) { s.maxAge("responder", 24) }), "PASSED", last, ""},
		{"step 2c: a maximum age that is longer than its life", later(func(s *scene) { s.maxAge("signer", 24*30) }), "PASSED", last, ""},
		{"step 2c: a maximum age of zero", later(func(s *scene) { s.maxAge("signer", 0) }), "PASSED", on(10, 30, 3), ""},
		{"step 2c: no nextUpdate", later((*scene).noNextUpdate), "PASSED", on(10, 30, 3), ""},
		{"step 2c: the CA first, and not forth again", later(func(s *scene) {
			s.crls = append(s.CRLs(s.TSA), s.CRL(s.Root, verifytest.CRLTemplate{NextUpdate: on(11, 2, 0)}), s.CRL(s.SealCA, verifytest.CRLTemplate{}))
		}), "PASSED", on(11, 2, 0).Add(-time.Second), ""},
		{"step 2c: the latest of several counts", later(func(s *scene) {
			s.listed(verifytest.CRLTemplate{NextUpdate: on(10, 30, 4)}, verifytest.CRLTemplate{ThisUpdate: on(10, 30, 4), NextUpdate: on(11, 3, 0)})
		}), "PASSED", on(11, 3, 0).Add(-time.Second), ""},
		{"step 2c: lists that share the reasons out", later(func(s *scene) { s.shared([]int{1, 2, 3, 4}, []int{5, 6, 7, 8}) }), "PASSED", on(11, 3, 0).Add(-time.Second), ""},
		{"step 2c: a list that leaves reasons out", later(func(s *scene) { s.shared([]int{1, 2, 3, 4}) }), "NO_POE", time.Time{}, ""},
	})
}

// shared are lists about the seal that speak of some reasons each; the first
// ends on 3 November, the others later.
func (s *scene) shared(reasons ...[]int) {
	var list []verifytest.CRLTemplate
	for i, r := range reasons {
		list = append(list, verifytest.CRLTemplate{ThisUpdate: on(10, 30, i), NextUpdate: on(11, 3, i), Point: &verifytest.IssuingPoint{Reasons: r}})
	}
	s.listed(list...)
}

// TestSlidingSuites is step 2d: back to the last moment at which the
// certificate and the data about it could be relied on.
func TestSlidingSuites(t *testing.T) {
	ended := func(use policy.Use, names ...string) func(s *scene) []proven {
		return func(s *scene) []proven {
			for _, name := range names {
				s.policy.Algorithms.Digests = append([]policy.Lifetime{{Name: name, Use: use, GenerateUntil: "2026-10-30", Source: "the case"}}, s.policy.Algorithms.Digests...)
			}
			return s.everything(on(10, 30, 4))
		}
	}
	last := on(10, 31, 0).Add(-time.Second)
	slideTable(t, []slid{
		{"step 2d: of the certificate", ended(policy.UseCertificate, "SHA-256"), "PASSED", last, ""},
		{"step 2d: of the CA's certificate", ended(policy.UseCertificate, "SHA-384"), "PASSED", last, ""},
		{"step 2d: of the data", ended(policy.UseRevocation, "SHA-256"), "PASSED", last, ""},
		{"step 2d: of the data about the CA", ended(policy.UseRevocation, "SHA-384"), "PASSED", last, ""},
		{"step 2d: not of other uses", ended(policy.UseImprint, "SHA-256", "SHA-384"), "PASSED", time.Time{}, ""},
		{"step 2d: banned", unproven(func(s *scene) {
			s.policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-256", Use: policy.UseCertificate, GenerateUntil: "never", Source: "the case"}}, s.policy.Algorithms.Digests...)
		}), "NO_POE", time.Time{}, verdict.CodeAlgorithmRetired},
		{"step 2d: unknown", unproven(func(s *scene) { s.policy.Algorithms.Signatures = nil }), "NO_POE", time.Time{}, verdict.CodeAlgorithmNotListed},
		{"step 2d: the key of who signed the data", unproven(func(s *scene) {
			s.policy.Algorithms.Strengths = []policy.Lifetime{{Name: "192", GenerateUntil: "open", Source: "the case"}}
		}), "NO_POE", time.Time{}, ""},
	})
}

// TestPastPaths is past certificate validation (5.6.2.1.4) but for sliding.
func TestPastPaths(t *testing.T) {
	slideTable(t, []slid{
		{"step 1: no anchor", unproven(func(s *scene) { s.anchors = []path.Anchor{} }), "NO_CERTIFICATE_CHAIN_FOUND", time.Time{}, verdict.CodeNoPath},
		{"step 1: the CA is missing", unproven(func(s *scene) { s.certs = []*verifytest.Cert{s.Seal} }), "NO_CERTIFICATE_CHAIN_FOUND", time.Time{}, verdict.CodeMissingIssuer},
		{"step 2: a CA that ended", unproven(func(s *scene) { s.underCA(on(10, 31, 0)) }), "PASSED", time.Time{}, ""},
		{"step 2: a second in common", unproven(func(s *scene) { s.under(s.underCA(on(10, 31, 0)), on(10, 31, 0)) }), "PASSED", time.Time{}, ""},
		{"step 2: no time in common", unproven(func(s *scene) { s.under(s.underCA(on(10, 31, 0)), on(10, 31, 0).Add(time.Second)) }), "CERTIFICATE_CHAIN_GENERAL_FAILURE", time.Time{}, verdict.CodeNoCommonTime},
		{"step 2: issued after the CA's end, chain model", unproven(func(s *scene) {
			s.policy.Model.Answer, s.policy.CAExpiry.Answer = policy.Chain, ""
			s.under(s.underCA(on(10, 31, 0)), on(10, 31, 0).Add(time.Second))
		}), "CERTIFICATE_CHAIN_GENERAL_FAILURE", time.Time{}, ""},
		{"step 2: no time in common, chain model", unproven(func(s *scene) {
			s.policy.Model.Answer, s.policy.CAExpiry.Answer = policy.Chain, ""
			s.successive()
		}), "PASSED", time.Time{}, ""},
		{"step 2: no time in common of three", unproven((*scene).successive), "CERTIFICATE_CHAIN_GENERAL_FAILURE", time.Time{}, verdict.CodeNoCommonTime},
		{"step 4: key usage", unproven(func(s *scene) { s.policy.Purposes = s.policy.Purposes[1:] }), "CHAIN_CONSTRAINTS_FAILURE", time.Time{}, ""},
		{"step 4: the signer is an anchor, refused", unproven(func(s *scene) { s.anchors = []path.Anchor{anchor(t, s.Seal)} }), "CHAIN_CONSTRAINTS_FAILURE", time.Time{}, verdict.CodeSignerIsAnchor},
		{"step 4: the signer is an anchor, accepted", unproven(func(s *scene) {
			s.anchors, s.crls, s.policy.AnchorSigns.Answer = []path.Anchor{anchor(t, s.Seal)}, [][]byte{}, policy.AcceptAnchor
		}), "PASSED", time.Time{}, ""},
		{"step 4: the signer is an anchor with a sunset", unproven(func(s *scene) {
			a := anchor(t, s.Seal)
			a.Until = on(10, 31, 0)
			s.anchors, s.policy.AnchorSigns.Answer = []path.Anchor{a}, policy.AcceptAnchor
		}), "PASSED", on(10, 31, 0), ""},
	})
}

// under is a seal of a CA that begins at a time.
func (s *scene) under(ca *verifytest.Cert, from time.Time) {
	tmpl := s.SealTemplate()
	tmpl.Issuer, tmpl.OCSP, tmpl.NotBefore = ca, "", from
	s.signer.Cert = s.Issue(tmpl)
}

// successive is a seal under a CA under a CA, each begun when the one above
// was about to end: the outer two never were in force together.
func (s *scene) successive() {
	name := func(cn string) verifytest.Name {
		return verifytest.NewName("C", "JP", "O", "Mihon Trust Center", "CN", cn)
	}
	above := s.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa2048-13", Issuer: s.Root, Subject: name("Above"), NotAfter: on(6, 1, 0), Policies: []string{verifytest.SealPolicy}})
	ca := s.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa2048-15", Issuer: above, Subject: name("Below"), NotBefore: on(5, 1, 0), Policies: []string{verifytest.SealPolicy}})
	s.under(ca, on(7, 1, 0))
	old := verifytest.CRLTemplate{ThisUpdate: on(5, 31, 23), NextUpdate: on(12, 1, 0)}
	s.crls = append(s.CRLs(s.TSA), s.CRL(s.Root, old), s.CRL(above, old), s.CRL(ca, verifytest.CRLTemplate{}))
}

// TestStoppedSliding: what the purse does not allow to look at is no pass.
func TestStoppedSliding(t *testing.T) {
	limited := false
	for n := int64(1); n < 400; n += 10 { // a check of P-384 counts for many
		s := newScene(t)
		c := s.pastCourt(t)
		c.Purse = purse.New(purse.Limits{Signatures: n})
		past := c.pastCertificate(parsed(t, s.Seal), path.Seal, nil)
		if past.Passed() {
			break
		}
		limited = limited || slices.Contains(past.told(), string(verdict.CodeLimit))
		if past.Outcome.SubIndication != verdict.Custom {
			t.Errorf("%d signatures: %s %v", n, past.Outcome, past.told())
		}
	}
	if !limited {
		t.Error("nothing was stopped at revocation data")
	}
}
