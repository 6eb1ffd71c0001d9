package process

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A bettered is one past signature validation of the seal without a time-stamp:
// what is known and proven, when the value is proven, what 5.5 says and what is
// left of that, cause by cause.
type bettered struct {
	name   string
	setup  func(s *scene) []proven
	proof  time.Time
	before string
	left   string
	tells  verdict.Code
}

// pastCaseOf is the seal before past signature validation.
func (s *scene) pastCaseOf(t testing.TB, at time.Time, proofs ...proven) (*Court, *pastCase) {
	t.Helper()
	s.unstamped()
	c := s.pastCourt(t, proofs...)
	sig := c.Document.Signatures[0]
	c.proofs.Add(poe.Signature(sig), poe.Proof{At: at, By: "the case"})
	j := c.Signature(sig, nil)
	return c, &pastCase{id: sig.ID, signer: j.Basic.Signer, purpose: path.Seal, object: poe.Signature(sig), causes: j.Causes,
		weak: func(cause Cause, at time.Time) bool { return j.stillWeak(c, cause, at) }}
}

// subs are the sub-indications of causes, in order.
func subs(causes []Cause) string {
	if len(causes) == 0 {
		return "PASSED"
	}
	var out []string
	for _, c := range causes {
		out = append(out, string(c.Sub))
	}
	return strings.Join(out, " ")
}

func betterTable(t *testing.T, rows []bettered) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			c, p := s.pastCaseOf(t, row.proof, row.setup(s)...)
			if got := subs(p.causes); got != row.before {
				t.Errorf("5.5: %s, want %s", got, row.before)
			}
			left := c.pastSignature(p)
			told := (&Judgement{Causes: left, Trace: p.Trace}).told()
			if got := subs(left); got != row.left {
				t.Errorf("5.6.2.4: %s, want %s (%s)", got, row.left, strings.Join(told, " "))
			}
			if row.tells != "" && !slices.Contains(told, string(row.tells)) {
				t.Errorf("not told: %s (%s)", row.tells, strings.Join(told, " "))
			}
		})
	}
}

// early is a setup of which everything is proven on 30 October at 04:00.
func early(setup func(s *scene)) func(s *scene) []proven {
	return func(s *scene) []proven { setup(s); return s.everything(on(10, 30, 4)) }
}

// from lets the seal's certificate begin at a time.
func (s *scene) from(at time.Time) { s.leaf(func(d *verifytest.CertDraft) { d.NotBefore = at }) }

// TestPastRevoked are the rows of 5.6.2.4.4 for REVOKED_NO_POE and for a hold,
// and step 3: the value is proven by the control time.
func TestPastRevoked(t *testing.T) {
	revoked := func(s *scene) { s.Revoke(s.signer.Cert, on(10, 31, 0), verifytest.Superseded) }
	held := func(s *scene) { s.Revoke(s.signer.Cert, on(10, 31, 0), verifytest.CertificateHold) }
	both := func(first func(s *scene), then func(s *scene)) func(s *scene) []proven {
		return early(func(s *scene) { first(s); then(s) })
	}
	begins := func(s *scene) { s.from(on(10, 30, 2)) }
	ends := func(s *scene) { s.ending(on(10, 30, 5)) }
	betterTable(t, []bettered{
		{"REVOKED_NO_POE, within the validity", early(revoked), on(10, 30, 2), "REVOKED_NO_POE", "PASSED", ""},
		{"REVOKED_NO_POE, proven at the revocation", early(revoked), on(10, 31, 0), "REVOKED_NO_POE", "PASSED", ""},
		{"REVOKED_NO_POE, step 3: proven after it", early(revoked), on(10, 31, 0).Add(1), "REVOKED_NO_POE", "REVOKED_NO_POE", verdict.CodeProofTooLate},
		{"REVOKED_NO_POE, not proven", early(revoked), on(11, 1, 0), "REVOKED_NO_POE", "REVOKED_NO_POE", verdict.CodeProofTooLate},
		{"REVOKED_NO_POE, before the validity", both(begins, revoked), on(10, 30, 2).Add(-1), "REVOKED_NO_POE", "NOT_YET_VALID", verdict.CodeSignedBeforeValidity},
		{"REVOKED_NO_POE, at its begin", both(begins, revoked), on(10, 30, 2), "REVOKED_NO_POE", "PASSED", ""},
		{"REVOKED_NO_POE, after the validity", both(ends, revoked), on(10, 30, 6), "REVOKED_NO_POE OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NOT_REVOKED OUT_OF_BOUNDS_NO_POE", ""},
		{"TRY_LATER on hold, within the validity", early(held), on(10, 30, 2), "TRY_LATER", "PASSED", ""},
		{"TRY_LATER on hold, step 3: proven after it", early(held), on(10, 31, 1), "TRY_LATER", "TRY_LATER", verdict.CodeProofTooLate},
		{"TRY_LATER on hold, before the validity", both(begins, held), on(10, 30, 1), "TRY_LATER", "NOT_YET_VALID", ""},
		{"TRY_LATER on hold, after the validity", both(ends, held), on(10, 30, 6), "TRY_LATER OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NOT_REVOKED OUT_OF_BOUNDS_NO_POE", ""},
		{"TRY_LATER on hold, by data that are not fresh at the proof", both(held, func(s *scene) { s.maxAge("signer", 0) }), on(10, 30, 3), "TRY_LATER", "PASSED", ""},
		{"step 2: no past", unproven(func(s *scene) { s.Revoke(s.SealCA, on(10, 20, 0), verifytest.Superseded) }), on(10, 10, 0), "REVOKED_CA_NO_POE", "REVOKED_CA_NO_POE", verdict.CodeNoProof},
	})
}

// TestPastBounds are the rows for OUT_OF_BOUNDS_* and for an anchor's sunset.
func TestPastBounds(t *testing.T) {
	ends := early(func(s *scene) { s.ending(on(10, 31, 0)) })
	sunset := func(more func(s *scene)) func(s *scene) []proven {
		return early(func(s *scene) { s.sunset(t, on(10, 31, 0)); more(s) })
	}
	ca := func(s *scene) { s.underCA(on(10, 31, 0)) }
	betterTable(t, []bettered{
		{"OUT_OF_BOUNDS_NOT_REVOKED, within", ends, on(10, 30, 2), "OUT_OF_BOUNDS_NOT_REVOKED", "PASSED", ""},
		{"OUT_OF_BOUNDS_NOT_REVOKED, after", ends, on(10, 31, 1), "OUT_OF_BOUNDS_NOT_REVOKED", "OUT_OF_BOUNDS_NOT_REVOKED", ""},
		{"OUT_OF_BOUNDS_NOT_REVOKED, before", early(func(s *scene) {
			s.leaf(func(d *verifytest.CertDraft) { d.NotBefore, d.NotAfter = on(10, 30, 2), on(10, 31, 0) })
		}), on(10, 30, 1), "OUT_OF_BOUNDS_NOT_REVOKED", "NOT_YET_VALID", verdict.CodeSignedBeforeValidity},
		{"OUT_OF_BOUNDS_NO_POE of the CA, within", early(ca), on(10, 30, 2), "REVOCATION_OUT_OF_BOUNDS_NO_POE OUT_OF_BOUNDS_NO_POE", "PASSED", ""},
		{"OUT_OF_BOUNDS_NO_POE of the CA, after the signer's", early(func(s *scene) {
			s.under(s.underCA(on(10, 31, 0)), on(10, 1, 0))
			own := s.SealTemplate()
			own.Issuer, own.OCSP, own.NotAfter = s.signer.Cert.Issuer, "", on(10, 30, 12)
			s.signer.Cert = s.Issue(own)
		}), on(10, 30, 13), "OUT_OF_BOUNDS_NO_POE OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NO_POE OUT_OF_BOUNDS_NO_POE", ""},
		{"NO_CERTIFICATE_CHAIN_FOUND_NO_POE, within", sunset(asIs), on(10, 30, 2), "NO_CERTIFICATE_CHAIN_FOUND_NO_POE", "PASSED", ""},
		{"NO_CERTIFICATE_CHAIN_FOUND_NO_POE, after the sunset", sunset(asIs), on(10, 31, 1), "NO_CERTIFICATE_CHAIN_FOUND_NO_POE", "NO_CERTIFICATE_CHAIN_FOUND_NO_POE", verdict.CodeProofTooLate},
		{"NO_CERTIFICATE_CHAIN_FOUND_NO_POE, before", sunset(func(s *scene) { s.from(on(10, 30, 2)) }), on(10, 30, 1), "NO_CERTIFICATE_CHAIN_FOUND_NO_POE", "NOT_YET_VALID", ""},
		{"NO_CERTIFICATE_CHAIN_FOUND_NO_POE, after", sunset(func(s *scene) { s.ending(on(10, 30, 12)) }), on(10, 30, 13), "NO_CERTIFICATE_CHAIN_FOUND_NO_POE OUT_OF_BOUNDS_NOT_REVOKED", "OUT_OF_BOUNDS_NO_POE OUT_OF_BOUNDS_NOT_REVOKED", ""},
	})
}

// TestPastCA is the row for REVOKED_CA_NO_POE: something about the signer is
// proven to be older than the revocation of its CA.
func TestPastCA(t *testing.T) {
	at := on(10, 31, 0)
	revoked := func(s *scene) { s.Revoke(s.SealCA, at, verifytest.CACompromise) }
	chain := func(when func(s *scene) time.Time) func(s *scene) []proven {
		return early(func(s *scene) {
			s.policy.Model.Answer, s.policy.CAExpiry.Answer = policy.Chain, ""
			s.Revoke(s.SealCA, when(s), verifytest.Superseded)
		})
	}
	betterTable(t, []bettered{
		{"known before", early(revoked), on(10, 30, 2), "REVOKED_CA_NO_POE", "PASSED", ""},
		{"proven after it", early(revoked), on(10, 31, 1), "REVOKED_CA_NO_POE", "REVOKED_CA_NO_POE", verdict.CodeProofTooLate},
		{"the data about the signer proven after it", func(s *scene) []proven {
			revoked(s)
			all := s.everything(on(10, 30, 4))
			for i := range all[:3] {
				if string(all[i].der) == string(s.CRLs(s.Seal)[0]) {
					all[i].at = on(10, 31, 1)
				}
			}
			return all
		}, on(10, 30, 2), "REVOKED_CA_NO_POE", "REVOKED_CA_NO_POE", verdict.CodeNoProof},
		{"nothing is known of the signer, nor need be", early(func(s *scene) {
			s.noRevAvail("2.5.29.31", "1.3.6.1.5.5.7.1.1")
			revoked(s)
			s.crls = s.CRLs(s.SealCA, s.TSA)
		}), on(10, 30, 2), "REVOKED_CA_NO_POE", "REVOKED_CA_NO_POE", ""},
		{"after the validity", early(func(s *scene) { s.ending(on(10, 30, 5)); revoked(s) }), on(10, 30, 6), "REVOKED_CA_NO_POE OUT_OF_BOUNDS_NOT_REVOKED", "OUT_OF_BOUNDS_NOT_REVOKED OUT_OF_BOUNDS_NOT_REVOKED", ""},
		{"chain model: superseded before it issued, which no data are older than", chain(func(s *scene) time.Time { return parsed(t, s.Seal).NotBefore }), on(10, 30, 2), "REVOKED_CA_NO_POE", "REVOKED_CA_NO_POE", ""},
	})
}

// TestPastBounded are steps 1 and 7: the data about the signer are proven while
// the certificate of their own signer was valid.
func TestPastBounded(t *testing.T) {
	responder := func(proof time.Time) func(s *scene) []proven {
		return func(s *scene) []proven {
			s.byEndedResponder()
			all := s.everything(on(10, 30, 4))
			return append(slices.DeleteFunc(all, func(p proven) bool { return string(p.der) == string(s.ocsps[0]) }), proven{s.ocsps[0], proof})
		}
	}
	ended := func(proof time.Time) func(s *scene) []proven {
		return func(s *scene) []proven { s.underCA(on(10, 31, 0)); return s.everything(proof) }
	}
	betterTable(t, []bettered{
		{"by a responder before its end", responder(on(10, 31, 0)), on(10, 30, 2), "REVOCATION_OUT_OF_BOUNDS_NO_POE", "PASSED", ""},
		{"by a responder after its end", responder(on(10, 31, 0).Add(time.Second)), on(10, 30, 2), "REVOCATION_OUT_OF_BOUNDS_NO_POE", "REVOCATION_OUT_OF_BOUNDS_NO_POE", verdict.CodeRevocationUnbounded},
		{"by the CA before its end", ended(on(10, 31, 0)), on(10, 30, 2), "REVOCATION_OUT_OF_BOUNDS_NO_POE OUT_OF_BOUNDS_NO_POE", "PASSED", ""},
		{"by the CA after its end", ended(on(10, 31, 1)), on(10, 30, 2), "REVOCATION_OUT_OF_BOUNDS_NO_POE OUT_OF_BOUNDS_NO_POE", "REVOCATION_OUT_OF_BOUNDS_NO_POE", verdict.CodeRevocationUnbounded},
		{"not told where another cause is left", ended(on(10, 31, 1)), on(1, 1, 0).AddDate(-20, 0, 0), "REVOCATION_OUT_OF_BOUNDS_NO_POE OUT_OF_BOUNDS_NO_POE", "NOT_YET_VALID NOT_YET_VALID", ""},
		{"REVOCATION_OUT_OF_BOUNDS_NO_POE, before the validity", early(func(s *scene) {
			s.from(on(10, 30, 2))
			s.byEndedResponder()
		}), on(10, 30, 1), "REVOCATION_OUT_OF_BOUNDS_NO_POE", "NOT_YET_VALID", ""},
	})
}

// TestPastSuites is step 4: what is weak now is proven to have existed while it
// was not. The value's own algorithm is asked at the time of its proof.
func TestPastSuites(t *testing.T) {
	ended := func(use policy.Use, proof time.Time) func(s *scene) []proven {
		return func(s *scene) []proven {
			s.policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-256", Use: use, GenerateUntil: "2026-10-30", Source: "the case"}}, s.policy.Algorithms.Digests...)
			return s.everything(proof)
		}
	}
	retired := func(day string) func(s *scene) []proven { return early(func(s *scene) { s.retired(day) }) }
	const weak = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
	betterTable(t, []bettered{
		{"step 4: the value, proven in time", retired("2026-10-31"), on(10, 30, 2), weak, "PASSED", ""},
		{"step 4: the value, proven too late", retired("2026-10-28"), on(10, 30, 2), weak, weak, verdict.CodeAlgorithmRetired},
		{"step 4: the certificate, proven in time", ended(policy.UseCertificate, on(10, 30, 4)), on(10, 30, 2), weak, "PASSED", ""},
		{"step 4: the data, proven in time", ended(policy.UseRevocation, on(10, 30, 4)), on(10, 30, 2), weak, "PASSED", ""},
		{"step 4: in time, but the value only after that", ended(policy.UseCertificate, on(10, 30, 4)), on(10, 31, 12), weak, "PASSED", ""},
		{"step 4: the certificate, proven too late", ended(policy.UseCertificate, on(10, 31, 1)), on(10, 30, 2), weak, weak, ""},
	})
}

// TestPastFresh is step 5: what is not fresh now was at the proven time.
func TestPastFresh(t *testing.T) {
	later := func(setup func(s *scene)) func(s *scene) []proven {
		return early(func(s *scene) { s.at = on(11, 20, 0); setup(s) })
	}
	signer := func(s *scene) {
		s.maxAge("signer", 0)
		s.policy.Revocation.MaxAge = append(s.policy.Revocation.MaxAge, policy.MaxAge{Position: "ca", Hours: 24 * 60, Source: "the case"})
	}
	betterTable(t, []bettered{
		{"step 5: fresh then", later(asIs), on(10, 30, 2), "TRY_LATER TRY_LATER", "PASSED", ""},
		{"step 5: the value proven after they ended", later(asIs), on(11, 6, 3), "TRY_LATER TRY_LATER", "TRY_LATER TRY_LATER", verdict.CodeProofTooLate},
		{"step 5: the signer's, issued after the proof", later(signer), on(10, 30, 2), "TRY_LATER", "PASSED", ""},
		{"step 5: the signer's, issued at the proof", later(signer), on(10, 30, 3), "TRY_LATER", "TRY_LATER", ""},
		{"step 5: the CA's, not the signer's", later(func(s *scene) {
			s.policy.Revocation.MaxAge = []policy.MaxAge{{Position: "ca", Hours: 0, Source: "the case"}, {Position: "signer", Hours: 24 * 60, Source: "the case"}}
		}), on(10, 30, 3), "TRY_LATER", "TRY_LATER", ""},
		{"step 5: no data", unproven(func(s *scene) { s.crls = s.CRLs(s.TSA) }), on(10, 30, 2), "TRY_LATER TRY_LATER", "TRY_LATER TRY_LATER", verdict.CodeNoPastData},
	})
}

// TestPastStops: beside a result that no proof betters nothing is bettered.
func TestPastStops(t *testing.T) {
	s := newScene(t)
	s.Revoke(s.Seal, on(10, 31, 0), verifytest.Superseded)
	c, p := s.pastCaseOf(t, on(10, 30, 2), s.everything(on(10, 30, 4))...)
	signer := p.signer
	for _, other := range verdict.SubIndications() {
		if goesOnPast[other] {
			continue
		}
		causes := append(slices.Clip(p.causes), Cause{Sub: other})
		stopped := *p
		stopped.causes = causes
		if got := subs(c.pastSignature(&stopped)); got != "REVOKED_NO_POE "+string(other) || stopped.past != nil {
			t.Errorf("beside %s: %s; the past was asked for: %v", other, got, stopped.past != nil)
		}
	}
	if p.signer = nil; subs(c.pastSignature(p)) != "REVOKED_NO_POE" || p.past != nil {
		t.Error("without a signer")
	}
	if p.signer = signer; len(c.pastSignature(p)) != 0 {
		t.Error("nothing is bettered at all")
	}
}
