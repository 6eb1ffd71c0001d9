package process

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// stamp judges a token or response over data; nil data is not at hand.
func (s *scene) stamp(t testing.TB, der, data []byte, request ...byte) *Stamp {
	t.Helper()
	o := eseal.Options{Request: request}
	if data != nil {
		o.Detached = []eseal.Detached{{Name: "x", R: bytes.NewReader(data), Size: int64(len(data))}}
	}
	doc, err := eseal.Open(context.Background(), bytes.NewReader(der), int64(len(der)), o)
	if err != nil || len(doc.Timestamps) != 1 {
		t.Fatal(err, doc)
	}
	return s.court(t, doc).Alone(doc.Timestamps[0])
}

// TestTimestamp is 5.4.4 with the caller's step of 5.5.4 3a.
func TestTimestamp(t *testing.T) {
	data := []byte("data")
	for _, c := range []struct {
		name  string
		setup func(*scene, *verifytest.TokenTemplate)
		data  []byte
		want  string
		tells verdict.Code
	}{
		{"good", func(*scene, *verifytest.TokenTemplate) {}, data, "PASSED", ""},
		{"imprint over other data", func(*scene, *verifytest.TokenTemplate) {}, []byte("Data"), "HASH_FAILURE", verdict.CodeImprintMismatch},
		{"data not at hand", func(*scene, *verifytest.TokenTemplate) {}, nil, "SIGNED_DATA_NOT_FOUND", verdict.CodeImprintNotChecked},
		{"weak imprint", func(_ *scene, x *verifytest.TokenTemplate) { x.Algorithm = "SHA-1" }, data, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", verdict.CodeAlgorithmRetired},
		{"no reference", func(_ *scene, x *verifytest.TokenTemplate) { x.ESS = "none" }, data, "NO_SIGNING_CERTIFICATE_FOUND", ""},
		{"reference v1", func(_ *scene, x *verifytest.TokenTemplate) { x.ESS = "v1" }, data, "PASSED", ""},
		{"later than the time judged at", func(s *scene, x *verifytest.TokenTemplate) { x.GenTime = s.Now.Add(time.Second) }, data, "CUSTOM", verdict.CodeTimestampLater},
		{"unit revoked", func(s *scene, x *verifytest.TokenTemplate) {
			s.Revoke(s.TSA, on(10, 1, 0), verifytest.KeyCompromise)
			x.CRLs = s.CRLs(s.TSA)
		}, data, "REVOKED_NO_POE", verdict.CodeRevoked},
		{"no revocation data", func(_ *scene, x *verifytest.TokenTemplate) { x.CRLs = nil }, data, "TRY_LATER", verdict.CodeNoRevocationData},
		{"no revocation data, preferred", func(s *scene, x *verifytest.TokenTemplate) { x.CRLs = nil; s.policy.Revocation.Mode = policy.Prefer }, data, "PASSED", verdict.CodeRevocationSoftFail},
		{"a seal is no time-stamping unit", func(s *scene, x *verifytest.TokenTemplate) { x.TSA, x.CRLs = s.Seal, s.CRLs(s.Seal) }, data, "CHAIN_CONSTRAINTS_FAILURE", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t)
			x := verifytest.TokenTemplate{Data: data, CRLs: s.CRLs(s.TSA)}
			c.setup(s, &x)
			st := s.stamp(t, s.Token(x), c.data)
			j := &Judgement{Causes: st.Causes, Trace: st.Trace}
			if got := sub(st.Outcome); got != c.want {
				t.Errorf("%s, want %s %v", got, c.want, j.told())
			}
			told := false
			for _, code := range j.told() {
				told = told || code == string(c.tells)
			}
			if c.tells != "" && !told {
				t.Errorf("not told: %s %v", c.tells, j.told())
			}
		})
	}
}

// TestAnswers: a response is held to the request that it should answer.
func TestAnswers(t *testing.T) {
	s := newScene(t)
	data := []byte("data")
	x := verifytest.TokenTemplate{Data: data, CRLs: s.CRLs(s.TSA), Nonce: s.Seal.Serial}
	request := s.Request(x)
	other := x
	other.Nonce = s.Office.Serial
	for _, c := range []struct {
		name string
		der  []byte
		want string
	}{
		{"response", s.Response(s.Token(x)), "PASSED"},
		{"bare token", s.Token(x), "PASSED"},
		{"another nonce", s.Response(s.Token(other)), "SIG_CONSTRAINTS_FAILURE"},
		{"another nonce, bare token", s.Token(other), "SIG_CONSTRAINTS_FAILURE"},
	} {
		if got := sub(s.stamp(t, c.der, data, request...).Outcome); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
