//lint:file-ignore SA1019 keys whose parameters are inherited exist as DSA alone

package revocation_test

import (
	"crypto/dsa"
	"crypto/sha256"
	"errors"
	"math/big"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	vt "github.com/kakuin/kakuin/verify/verifytest"
)

// dsaKey is a key of FIPS 186-4, parameters of 1024 and 160 bits; made for
// these tests, no secret.
func dsaKey(t *testing.T) *dsa.PrivateKey {
	hex := func(s string) *big.Int {
		n, ok := new(big.Int).SetString(s, 16)
		if !ok {
			t.Fatal(s)
		}
		return n
	}
	k := &dsa.PrivateKey{}
	k.P = hex("b12649291f4d129904bf8eab51d0119f07aab9bbbe7dbcccce2d226bf76d81c8c7978ba6f997a0d82bb9e6be37cdebfc1ff6fa3e447e5d30f4d042c6dfd691e93d03a2ef76e2463d24e6b0e273deb9a7f183b41523c0e23fb747727efa7f6a0d87e89f06f908a4a5f637458ce8e664c7166de5040a6ec0de6143e669f66d3545")
	k.Q = hex("86f53f54e12562401173db999bbafe3e0911185d")
	k.G = hex("7e8c9a2e468dadfe199df0f085e9d70a78525d6a6ab49698ef99e5fda9b7a7c8c74159620674469405a1162401b7f1918005f4c45c9d40ff088caf0950eb2445d83836f627118281723e2145df40e1652a1bf78487b3f9022e01f962c69101aba6db4434f4346c3a5f546c97db60f321a24e1d7915befc98e160434910f56d2e")
	k.X = hex("9192fd450b4e7fe94946d35d7f02be3366d3f78")
	k.Y = hex("51a049e1d37722876759ce6b213184a1e14dafa09343fdabcdcae58e894247b1550fa3f47129927ccdae29e925a171d032da5b6efc348536694a41c7dd1c2bdf4c36569f7229e87652500a572c1d71f9c63130b1eecd6c7ff655bb0d2303799db828d620376fc38154ebea5df3db649e5b5a8ee9db05744a00a5abaabb2171b5")
	return k
}

// number is a positive INTEGER in DER.
func number(n *big.Int) []byte {
	b := n.Bytes()
	if b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return ber.Append(nil, 2, b)
}

// spkiOf encodes the key, its parameters only where they are wanted (RFC 3279 2.3.2).
func spkiOf(k *dsa.PrivateKey, parameters bool) []byte {
	id := ber.Append(nil, 6, ber.EncodeOID("1.2.840.10040.4.1"))
	if parameters {
		id = append(id, tlv(0x30, number(k.P), number(k.Q), number(k.G))...)
	}
	return tlv(0x30, tlv(0x30, id), ber.Append(nil, 3, append([]byte{0}, number(k.Y)...)))
}

// TestInheritedKeys: a signer whose key has no parameters of its own is checked
// with those that its path gave it, and only then.
func TestInheritedKeys(t *testing.T) {
	w := vt.New()
	k := dsaKey(t)
	sign := func(tbs []byte) ([]byte, cert.Algorithm) {
		sum := sha256.Sum256(tbs)
		r, s, err := dsa.Sign(fixed{}, k, sum[:20])
		if err != nil {
			t.Fatal(err)
		}
		return tlv(0x30, number(r), number(s)), cert.Algorithm{OID: "2.16.840.1.101.3.4.3.2", Raw: []byte("the same")}
	}
	full, err := sigalg.ParsePublicKey(spkiOf(k, true))
	if err != nil {
		t.Fatal(err)
	}
	bareKey := vt.CertMutator{Apply: func(d *vt.CertDraft) { d.SPKI = spkiOf(k, false) }}
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

// fixed is a source that always says the same.
type fixed struct{}

func (fixed) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 0x11
	}
	return len(b), nil
}
