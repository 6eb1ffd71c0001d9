package verify_test

import (
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestKeyForAnotherPurposeSealsNothing: keys that their CA gave for answering
// OCSP or for time-stamping alone make no seal (RFC 5280 4.2.1.12).
func TestKeyForAnotherPurposeSealsNothing(t *testing.T) {
	w := verifytest.New()
	list, err := trustlist.Parse(w.TrustList(verifytest.TrustListTemplate{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		signer *verifytest.Cert
		pass   bool
	}{
		{"the seal's own key", w.Seal, true},
		{"the OCSP responder's key", w.Responder, false},
		{"the time-stamp unit's key", w.TSA, false},
	} {
		data := w.CMS(verifytest.CMSTemplate{Content: []byte("x"), CRLs: w.CRLs(tc.signer), Signers: []verifytest.Signer{{Cert: tc.signer}}})
		rep := judged(t, data, eseal.Options{Name: tc.name}, list, verify.WithPolicy(policyNamed(t, "strict", policy.Require)), verify.WithTime(w.Now))
		if rep.Passed() != tc.pass {
			t.Errorf("%s: %s", tc.name, codes(rep))
		}
	}
}
