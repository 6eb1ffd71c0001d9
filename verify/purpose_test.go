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

// TestALevelIsProven: a time-stamp that the list does not know is in the
// message and proves nothing; no level above B-B is met by it.
func TestALevelIsProven(t *testing.T) {
	w := verifytest.New()
	known := w.Services()
	for name, c := range map[string]struct {
		services []verifytest.Service
		met      bool
	}{
		"authority known":   {known, true},
		"authority unknown": {known[:len(known)-1], false},
	} {
		list, err := trustlist.Parse(w.TrustList(verifytest.TrustListTemplate{Services: c.services}), nil)
		if err != nil {
			t.Fatal(err)
		}
		data := w.CMS(verifytest.CMSTemplate{Content: []byte("x"), SetTimestamp: true, CRLs: w.CRLs(w.Seal, w.TSA)})
		v, err := verify.New(list, verify.WithPolicy(policyNamed(t, "strict", policy.Require)), verify.WithTime(w.Now))
		if err != nil {
			t.Fatal(err)
		}
		err = v.Check(t.Context(), opened(t, data, eseal.Options{}), verify.AnySealerUnsafe(), verify.RequireLevel("B-T"))
		switch {
		case !c.met:
			refusalHolds(t, name, err, `expected level "B-T", found "B-B"`)
		case err != nil:
			t.Errorf("%s: %v", name, err)
		}
	}
}
