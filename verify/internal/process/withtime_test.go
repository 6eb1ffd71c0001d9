package process

import (
	"bytes"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// retired ends SHA-256 for signatures on a day.
func (s *scene) retired(day string) {
	s.policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-256", Use: policy.UseSignature, GenerateUntil: day, Source: "test"}}, s.policy.Algorithms.Digests...)
	s.signer.Timestamp = &verifytest.TokenTemplate{Digest: "SHA-512", Scheme: ""} // the time-stamp keeps its strength
}

// TestContentTimestamps are 5.3.4 steps 4 and 6 by a content time-stamp. The
// result of 5.3 alone does not know it; 5.5 starts from the one that does.
func TestContentTimestamps(t *testing.T) {
	judgeTable(t, []judged{
		{"revoked before it", func(s *scene) { s.Revoke(s.Seal, on(10, 1, 0), verifytest.KeyCompromise); s.contentAt(s.SealTime) }, "REVOKED_NO_POE", "REVOKED", verdict.CodeRevoked},
		{"revoked at it", func(s *scene) { s.Revoke(s.Seal, s.SealTime, verifytest.KeyCompromise); s.contentAt(s.SealTime) }, "REVOKED_NO_POE", "REVOKED_NO_POE", verdict.CodeRevoked},
		{"revoked after it and after the signature time-stamp", func(s *scene) {
			s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded)
			s.contentAt(s.SealTime)
		}, "REVOKED_NO_POE", "PASSED", verdict.CodeRevokedAfterProven},
		{"revoked between the signature time-stamp and a later content time-stamp", func(s *scene) {
			s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded)
			s.contentAt(on(10, 30, 3))
		}, "REVOKED_NO_POE", "REVOKED", ""},
		{"expired before it", func(s *scene) { s.ending(on(10, 29, 0)); s.contentAt(s.SealTime) }, "OUT_OF_BOUNDS_NO_POE", "EXPIRED", verdict.CodeCertificateExpired},
		{"expired after it", func(s *scene) { s.ending(on(10, 31, 0)); s.contentAt(s.SealTime) }, "OUT_OF_BOUNDS_NOT_REVOKED", "PASSED", ""},
		{"CA revoked before it: no failure", func(s *scene) {
			s.Revoke(s.SealCA, on(10, 1, 0), verifytest.CACompromise)
			s.contentAt(s.SealTime)
		}, "REVOKED_CA_NO_POE", "REVOKED_CA_NO_POE", ""},
		{"algorithm ended before it", func(s *scene) {
			s.retired("2026-10-28")
			s.contentAt(s.SealTime)
			s.signer.ContentTimestamp.Digest = "SHA-512"
		},
			"CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "CRYPTO_CONSTRAINTS_FAILURE", verdict.CodeAlgorithmRetired},
	})
}

// TestWithTime is 5.5.4 branch by branch.
func TestWithTime(t *testing.T) {
	judgeTable(t, []judged{
		{"step 2: an unknown root stays unknown though the time is before the validity", func(s *scene) {
			s.leaf(func(d *verifytest.CertDraft) { d.NotBefore = on(10, 31, 0) })
			s.certs = []*verifytest.Cert{s.signer.Cert}
		}, "NO_CERTIFICATE_CHAIN_FOUND", "NO_CERTIFICATE_CHAIN_FOUND", ""},
		{"step 3: a broken time-stamp proves nothing", func(s *scene) {
			s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded)
			s.signer.Timestamp = &verifytest.TokenTemplate{Data: []byte("another")}
		}, "REVOKED_NO_POE", "REVOKED_NO_POE", verdict.CodeTimestampFailed},
		{"step 4a: revoked after bst", func(s *scene) { s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded) }, "REVOKED_NO_POE", "PASSED", verdict.CodeRevokedAfterProven},
		{"step 4a: revoked at bst", func(s *scene) { s.Revoke(s.Seal, s.StampTime, verifytest.Superseded) }, "REVOKED_NO_POE", "REVOKED_NO_POE", ""},
		{"step 4a: compromised before bst, told later", func(s *scene) {
			s.crls = append(s.CRLs(s.SealCA, s.TSA), s.CRL(s.SealCA, verifytest.CRLTemplate{Revoked: []verifytest.Revocation{
				{Serial: s.Seal.Serial, At: on(10, 30, 2), Reason: verifytest.KeyCompromise, Invalidity: on(10, 20, 0)}}}))
		}, "REVOKED_NO_POE", "REVOKED_NO_POE", ""},
		{"step 4a: CA revoked after bst", func(s *scene) { s.Revoke(s.SealCA, on(10, 30, 2), verifytest.CessationOfOperation) }, "REVOKED_CA_NO_POE", "PASSED", ""},
		{"step 4a: revoked after bst, before the validity", func(s *scene) {
			s.leaf(func(d *verifytest.CertDraft) { d.NotBefore = on(10, 30, 2) })
			s.Revoke(s.signer.Cert, on(10, 30, 3), verifytest.Superseded)
		}, "REVOKED_NO_POE", "NOT_YET_VALID", verdict.CodeSignedBeforeValidity},
		{"step 4a: revoked before bst stays, though before the validity", func(s *scene) {
			s.leaf(func(d *verifytest.CertDraft) { d.NotBefore = on(10, 30, 2) })
			s.Revoke(s.signer.Cert, on(10, 30, 1), verifytest.Superseded)
		}, "REVOKED_NO_POE", "REVOKED_NO_POE", ""},
		{"step 4a: revoked after bst, after the validity", func(s *scene) {
			s.ending(on(10, 29, 0))
			s.Revoke(s.signer.Cert, on(10, 30, 2), verifytest.Superseded)
		}, "REVOKED_NO_POE", "OUT_OF_BOUNDS_NOT_REVOKED", verdict.CodeCertificateExpired},
		{"step 4b: before the validity", func(s *scene) { s.leaf(func(d *verifytest.CertDraft) { d.NotBefore = on(10, 30, 2) }) }, "PASSED", "NOT_YET_VALID", verdict.CodeSignedBeforeValidity},
		{"step 4b: OUT_OF_BOUNDS_NO_POE stays", func(s *scene) { s.ending(on(10, 30, 2)) }, "OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NO_POE", ""},
		{"step 4c: reliable at bst", func(s *scene) { s.retired("2026-10-31") }, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "PASSED", ""},
		{"step 4c: not reliable at bst", func(s *scene) { s.retired("2026-10-28") }, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", verdict.CodeAlgorithmRetired},
		{"step 4d: within the validity", func(s *scene) { s.ending(on(10, 31, 0)) }, "OUT_OF_BOUNDS_NOT_REVOKED", "PASSED", ""},
		{"step 4d: at the end of the validity", func(s *scene) { s.ending(on(10, 31, 0)); s.stampedAt(on(10, 31, 0)) }, "OUT_OF_BOUNDS_NOT_REVOKED", "OUT_OF_BOUNDS_NOT_REVOKED", ""},
		{"step 4e: order", func(s *scene) { s.contentAt(s.StampTime.Add(time.Hour)) }, "PASSED", "TIMESTAMP_ORDER_FAILURE", verdict.CodeTimestampOrder},
		{"step 4e: within the accuracy", func(s *scene) { s.contentAt(s.StampTime.Add(time.Second)) }, "PASSED", "PASSED", ""},
		{"step 4e: within the accuracy of one authority that orders its tokens", func(s *scene) {
			s.signer.ContentTimestamp = &verifytest.TokenTemplate{GenTime: s.StampTime.Add(time.Second), Ordering: true}
			s.signer.Timestamp.Ordering = true
		}, "PASSED", "TIMESTAMP_ORDER_FAILURE", verdict.CodeTimestampOrder},
		{"step 6: no data at all", func(s *scene) { s.crls = s.CRLs(s.TSA) }, "TRY_LATER", "TRY_LATER", verdict.CodeNoRevocationData},
		{"step 6: fresh at bst", func(s *scene) { s.maxAge("signer", 24) }, "TRY_LATER", "PASSED", ""},
		{"step 6: not fresh at bst either", func(s *scene) { s.maxAge("signer", 0); s.stampedAt(on(10, 31, 0)) }, "TRY_LATER", "TRY_LATER", verdict.CodeNotFresh},
		{"step 7: suspended after bst", func(s *scene) { s.Revoke(s.Seal, on(10, 30, 2), verifytest.CertificateHold) }, "TRY_LATER", "PASSED", ""},
		{"step 7: suspended at bst", func(s *scene) { s.Revoke(s.Seal, s.StampTime, verifytest.CertificateHold) }, "TRY_LATER", "TRY_LATER", verdict.CodeOnHold},
	})
}

// TestSeveralCauses: each must be cleared; the gravest that is left is told.
func TestSeveralCauses(t *testing.T) {
	judgeTable(t, []judged{
		{"revoked, CA revoked, expired, all after bst", func(s *scene) {
			ca := s.underCA(on(12, 1, 0))
			s.Revoke(s.signer.Cert, on(10, 30, 2), verifytest.Superseded)
			s.Revoke(ca, on(10, 30, 2), verifytest.CessationOfOperation)
		}, "REVOKED_NO_POE", "PASSED", ""},
		{"revoked after bst, CA revoked before", func(s *scene) {
			s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded)
			s.Revoke(s.SealCA, on(10, 1, 0), verifytest.CACompromise)
		}, "REVOKED_NO_POE", "REVOKED_CA_NO_POE", ""},
		{"revoked after bst, algorithm ended before", func(s *scene) {
			s.retired("2026-10-28")
			s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded)
		}, "REVOKED_NO_POE", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", ""},
		{"revoked after bst, no signed reference", func(s *scene) {
			s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded)
			s.signer.ESS = "none"
		}, "NO_SIGNING_CERTIFICATE_FOUND", "NO_SIGNING_CERTIFICATE_FOUND", ""},
		{"value broken beats everything but the form", func(s *scene) {
			s.Revoke(s.Seal, on(10, 1, 0), verifytest.Superseded)
			s.mutate.Signed = func(d *verifytest.SignerDraft) {
				d.Signature = bytes.Clone(d.Signature)
				d.Signature[20] ^= 1
			}
		}, "SIG_CRYPTO_FAILURE", "SIG_CRYPTO_FAILURE", verdict.CodeSignatureValue},
		{"digest broken beats the value", func(s *scene) {
			s.mutate.Assembled = func(sd *verifytest.SignedData) { sd.Content = []byte("Notice") }
		}, "HASH_FAILURE", "HASH_FAILURE", verdict.CodeDataDigest},
	})
}

// TestDocumentTimestampsProve: a passed document time-stamp gives bst like any
// other, one that failed does not.
func TestDocumentTimestampsProve(t *testing.T) {
	s := newScene(t)
	s.unstamped()
	s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded)
	doc := s.document(t)
	good := s.stamp(t, s.Token(verifytest.TokenTemplate{Data: []byte("x"), CRLs: s.CRLs(s.TSA)}), []byte("x"))
	bad := s.stamp(t, s.Token(verifytest.TokenTemplate{Data: []byte("x"), CRLs: s.CRLs(s.TSA)}), []byte("y"))
	for _, c := range []struct {
		stamps []*Stamp
		want   string
	}{{[]*Stamp{good}, "PASSED"}, {[]*Stamp{bad}, "REVOKED_NO_POE"}, {[]*Stamp{bad, good}, "PASSED"}, {nil, "REVOKED_NO_POE"}} {
		if got := sub(s.court(t, doc).Signature(doc.Signatures[0], c.stamps).Outcome); got != c.want {
			t.Errorf("%d stamps: %s, want %s", len(c.stamps), got, c.want)
		}
	}
}

// TestCounterSignature: its failure never fails the main signature (5.2.8.4.2.6).
func TestCounterSignature(t *testing.T) {
	judgeTable(t, []judged{
		{"holds", func(s *scene) {
			s.signer.CounterSigners = []verifytest.Signer{{Cert: s.Office}}
			s.certs = []*verifytest.Cert{s.Seal, s.SealCA, s.Office, s.OfficeCA}
			s.crls = s.CRLs(s.Seal, s.Office, s.TSA)
		}, "PASSED", "PASSED", ""},
		{"does not hold", func(s *scene) { s.signer.CounterSigners = []verifytest.Signer{{Cert: s.Office}} }, "PASSED", "PASSED", verdict.CodeCounterSignature},
	})
	s := newScene(t)
	s.signer.CounterSigners = []verifytest.Signer{{Cert: s.Office}}
	s.certs = []*verifytest.Cert{s.Seal, s.SealCA, s.Office, s.OfficeCA}
	s.crls = s.CRLs(s.Seal, s.Office, s.TSA)
	if j := s.judge(t); len(j.Counter) != 1 || !j.Counter[0].Passed() || j.Counter[0].Facts.Parent == nil {
		t.Errorf("counter-signatures: %+v", j.Counter)
	}
}

// TestContentTimestampProvesNoSignature: it says only what the signature came after.
func TestContentTimestampProvesNoSignature(t *testing.T) {
	s := newScene(t)
	s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded)
	doc := s.document(t)
	for _, ts := range doc.Signatures[0].Timestamps {
		ts.Kind = eseal.ContentTimestamp
	}
	if got := sub(s.court(t, doc).Signature(doc.Signatures[0], nil).Outcome); got != string(verdict.RevokedNoPOE) {
		t.Error(got)
	}
}
