package revocation_test

import (
	"errors"
	"testing"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	vt "github.com/kakuin/kakuin/verify/verifytest"
)

// TestInheritedKeys: a signer whose key has no parameters of its own is checked
// with those that its path gave it, and only then.
func TestInheritedKeys(t *testing.T) {
	w := vt.New()
	k := vt.DSAKey()
	sign := func(tbs []byte) ([]byte, cert.Algorithm) {
		return k.Sign(tbs), cert.Algorithm{OID: "2.16.840.1.101.3.4.3.2", Raw: k.Algorithm()}
	}
	full, err := sigalg.ParsePublicKey(k.SPKI(true))
	if err != nil {
		t.Fatal(err)
	}
	bareKey := vt.CertMutator{Apply: func(d *vt.CertDraft) { d.SPKI = k.SPKI(false) }}
	second := parse(t, w.Issue(vt.CertTemplate{Profile: vt.CA, Subject: w.SealCA.Subject, Issuer: w.Root}, bareKey))
	responder := parse(t, w.Issue(vt.CertTemplate{Profile: vt.OCSP, Subject: vt.NewName("C", "JP", "CN", "DSA responder"), Issuer: w.SealCA}, bareKey))
	gives := func(*cert.Certificate, path.Purpose) (*sigalg.PublicKey, error) { return full, nil }
	refuses := func(*cert.Certificate, path.Purpose) (*sigalg.PublicKey, error) { return nil, errors.New("no path") }
	for _, right := range []bool{true, false} {
		list := crl(t, w.CRL(w.SealCA, vt.CRLTemplate{}))
		list.CRL.Signature, list.CRL.SignatureAlgorithm = sign(list.CRL.RawTBS)
		list.CRL.TBSSignatureAlgorithm = list.CRL.SignatureAlgorithm
		response := ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal}))
		response.OCSP.ResponderName, response.OCSP.ResponderKeyHash = responder.RawSubject, nil
		response.OCSP.Signature, response.OCSP.SignatureAlgorithm = sign(response.OCSP.RawTBS)
		want := "good"
		if !right {
			want = "unknown 020"
			list.CRL.Signature, _ = sign([]byte("something else"))
			response.OCSP.Signature, _ = sign([]byte("something else"))
		}
		for name, item := range map[string]revocation.Item{"list": list, "response": response} {
			in := ask(t, w, w.Seal, item)
			in.Pool, in.Delegate = path.NewPool([]*cert.Certificate{second, responder}), gives
			if st := revocation.Check(in); answer(st) != want {
				t.Errorf("%s, signature right %v: %s, want %s; %v", name, right, answer(st), want, st.Unusable)
			}
			in.Delegate = refuses
			if st := revocation.Check(in); answer(st) != "unknown 021" {
				t.Errorf("%s without a path: %s", name, answer(st))
			}
		}
	}
}
