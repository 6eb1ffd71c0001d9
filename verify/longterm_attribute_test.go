package verify_test

import (
	"encoding/asn1"
	"slices"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// wrapped is one DER value with what it holds.
func wrapped(t *testing.T, class, tag int, parts ...[]byte) []byte {
	t.Helper()
	der, err := asn1.Marshal(asn1.RawValue{Class: class, Tag: tag, IsCompound: true, Bytes: slices.Concat(parts...)})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestLongTermValidation: the certificates and revocation data of the withdrawn
// attribute (TS 101 733 V2.1.1 6.5.1) are material like any other; its proof of
// existence proves nothing, and that is told.
func TestLongTermValidation(t *testing.T) {
	for _, c := range []struct {
		name             string
		attribute, stamp bool
		passed, told     bool
	}{
		{name: "no attribute"},
		{name: "material", attribute: true, passed: true},
		{name: "material and proof", attribute: true, stamp: true, passed: true, told: true},
	} {
		w := verifytest.New()
		s := w.CAdES(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), NoCertificates: true}).AddSignatureTimestamp(0, verifytest.TokenTemplate{})
		if c.attribute {
			crls := w.CRLs(w.Seal, w.TSA)
			date, err := asn1.MarshalWithParams(w.Now, "generalized")
			if err != nil {
				t.Fatal(err)
			}
			parts := [][]byte{date}
			if c.stamp {
				parts = append(parts, wrapped(t, asn1.ClassContextSpecific, 0, w.Token(verifytest.TokenTemplate{Data: []byte("?")})))
			}
			parts = append(parts, wrapped(t, asn1.ClassContextSpecific, 0, w.Seal.DER, w.SealCA.DER, w.TSACA.DER), wrapped(t, asn1.ClassContextSpecific, 1, crls...))
			s.AddUnsigned(0, verifytest.Attribute{ID: "0.4.0.1733.2.2", Values: [][]byte{wrapped(t, asn1.ClassUniversal, asn1.TagSequence, parts...)}})
		}
		rep := judged(t, s.Bytes(), eseal.Options{Name: "notice.p7m"}, parsedList(t, w.TrustList(verifytest.TrustListTemplate{})),
			verify.WithTime(w.Now), verify.WithPolicy(policyNamed(t, "strict", policy.Require)))
		if rep.Passed() != c.passed {
			t.Errorf("%s: %s: %s", c.name, answer(rep), codes(rep))
		}
		if told := has(rep.Signatures[0].Findings, "K-TIM-032", verdict.Warning); told != c.told {
			t.Errorf("%s: proof told %v, want %v", c.name, told, c.told)
		}
	}
}
