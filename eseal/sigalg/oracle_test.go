package sigalg

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"sync"
	"testing"
	"testing/cryptotest"

	"github.com/kakuin/kakuin/internal/corpora"
)

var standardHashes = map[Digest]crypto.Hash{SHA256: crypto.SHA256, SHA384: crypto.SHA384, SHA512: crypto.SHA512, SHA3_256: crypto.SHA3_256, SHA1: crypto.SHA1}

// standardRSA makes a key by crypto/rsa, and reads it here.
func standardRSA(t *testing.T, bits int) (*rsa.PrivateKey, *PublicKey) {
	t.Helper()
	priv, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&priv.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return priv, mustKey(t, der)
}

// TestSignaturesOfCryptoRSA: what the standard library signs verifies here.
func TestSignaturesOfCryptoRSA(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 70)
	for _, bits := range []int{1024, 2048, 3072} {
		priv, k := standardRSA(t, bits)
		for d, h := range standardHashes {
			digest := sum(t, d, document)
			sig, err := rsa.SignPKCS1v15(rand.Reader, priv, h, digest)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Check(k, pkcs1(d), Message{Bytes: document}, sig); err != nil {
				t.Errorf("%d bits, %s: %v", bits, d, err)
			}
			for _, salt := range []int{0, 11, d.Size()} {
				if salt+d.Size()+2 > bits/8 {
					continue
				}
				sig, err := rsa.SignPSS(rand.Reader, priv, h, digest, &rsa.PSSOptions{SaltLength: salt, Hash: h})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := Check(k, pss(d, d, realSalt(salt, bits, d)), Message{Bytes: document}, sig); err != nil {
					t.Errorf("%d bits, %s, salt %d: %v", bits, d, salt, err)
				}
			}
		}
	}
}

// realSalt: zero is PSSSaltLengthAuto in crypto/rsa, the longest that fits.
func realSalt(salt, bits int, d Digest) int {
	if salt == 0 {
		return (bits-1+7)/8 - 2 - d.Size()
	}
	return salt
}

// TestAgainstCryptoRSA: each octet of a good block is changed in turn and
// signed by the right key; both verifiers must answer alike, which is no.
func TestAgainstCryptoRSA(t *testing.T) {
	pair := newRSA(t, 71, 1024, eF4)
	k, std := pair.key(t), &rsa.PublicKey{N: pair.n, E: 65537}
	h := sum(t, SHA256, document)
	v15, _ := encodePKCS1(pair.size(), digestInfoDER(SHA256, h, true))
	prob := sealPSS(pair.size(), 1023, pss(SHA256, SHA256, 32), h, make([]byte, 32))
	for i := range pair.size() {
		for _, flip := range []byte{1, 0x80} {
			for scheme, good := range map[string][]byte{"v1.5": v15, "PSS": prob} {
				em := bytes.Clone(good)
				em[i] ^= flip
				if new(big.Int).SetBytes(em).Cmp(pair.n) >= 0 {
					continue
				}
				sig := pair.sign(em)
				a, want := pkcs1(SHA256), rsa.VerifyPKCS1v15(std, crypto.SHA256, h, sig)
				if scheme == "PSS" {
					a, want = pss(SHA256, SHA256, 32), rsa.VerifyPSS(std, crypto.SHA256, h, sig, &rsa.PSSOptions{SaltLength: 32})
				}
				if _, err := Check(k, a, Message{Bytes: document}, sig); err == nil || want == nil {
					t.Errorf("%s, octet %d by %02x: here %v, crypto/rsa %v", scheme, i, flip, err, want)
				}
			}
		}
	}
}

// TestAgainstCryptoECDSA: every bit of signatures changed; the same answer as crypto/ecdsa.
func TestAgainstCryptoECDSA(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 72)
	priv, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&priv.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	k, h := mustKey(t, der), sum(t, SHA256, document)
	sig, err := ecdsa.SignASN1(rand.Reader, priv, h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Check(k, ecdsaWithDigest(SHA256, false), Message{Bytes: document}, sig); err != nil {
		t.Fatal(err)
	}
	for bit := range 8 * len(sig) {
		bad := bytes.Clone(sig)
		bad[bit/8] ^= 1 << (bit % 8)
		_, err := Check(k, ecdsaWithDigest(SHA256, false), Message{Bytes: document}, bad)
		if want := ecdsa.VerifyASN1(&priv.PublicKey, h, bad); err == nil || want {
			t.Errorf("bit %d: here %v, crypto/ecdsa %v", bit, err, want)
		}
	}
}

// TestOneKeyManyUsers: a key is shared between documents that are verified at once.
func TestOneKeyManyUsers(t *testing.T) {
	for _, s := range goodOnes(t) {
		k := mustKey(t, s.spki)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := Check(k, s.a, Message{Bytes: s.msg}, s.sig); err != nil {
					t.Errorf("%s: %v", s.name, err)
				}
			})
		}
		wg.Wait()
	}
}

// A jwk is the public key of a Wycheproof group.
type jwk struct{ Kty, Crv, Alg, N, E, X, Y string }

func (j jwk) spki(t *testing.T) []byte {
	t.Helper()
	number := func(s string) *big.Int {
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return new(big.Int).SetBytes(b)
	}
	if j.Kty == "RSA" {
		return spkiOf(oidRSA, asn1Null, tlv(0x30, integer(number(j.N)), integer(number(j.E))))
	}
	for _, c := range curves() {
		if c.name == j.Crv {
			return spkiOf(oidEC, oidTLV(c.oid), uncompressed(c, number(j.X), number(j.Y)))
		}
	}
	t.Fatalf("curve %s", j.Crv)
	return nil
}

var joseAlgorithms = map[string]Algorithm{
	"RS256": pkcs1(SHA256), "RS384": pkcs1(SHA384), "RS512": pkcs1(SHA512),
	"PS256": pss(SHA256, SHA256, 32), "PS384": pss(SHA384, SHA384, 48), "PS512": pss(SHA512, SHA512, 64),
	"ES256": ecdsaWithDigest(SHA256, true), "ES384": ecdsaWithDigest(SHA384, true), "ES512": ecdsaWithDigest(SHA512, true),
}

func headerAlg(t *testing.T, jws string) string {
	t.Helper()
	head, _, _ := strings.Cut(jws, ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		t.Fatal(err)
	}
	var h struct{ Alg string }
	if err := json.Unmarshal(raw, &h); err != nil {
		t.Fatal(err)
	}
	return h.Alg
}

// TestWycheproof runs the vectors of C2SP/wycheproof for JSON web signatures as
// far as they are arithmetic: a valid one holds; one that is invalid does not,
// unless only its JSON or its header is at fault, which this room never sees.
func TestWycheproof(t *testing.T) {
	var suite struct {
		TestGroups []struct {
			Public jwk
			Tests  []struct {
				TcID                 int
				Comment, JWS, Result string
			}
		}
	}
	corpora.JSON(t, corpora.Open(t, "documents/jws-wycheproof.zip"), "json_web_signature_test.json", &suite)
	valid, refused, header := 0, 0, 0
	for _, g := range suite.TestGroups {
		if g.Public.Kty != "RSA" && g.Public.Kty != "EC" {
			continue
		}
		k := mustKey(t, g.Public.spki(t))
		for _, c := range g.Tests {
			a, known := joseAlgorithms[g.Public.Alg]
			if c.Result == "valid" { // the labels of the keys from RFC 7520 are not those of its headers
				a, known = joseAlgorithms[headerAlg(t, c.JWS)]
			}
			if !known {
				continue
			}
			end := strings.LastIndexByte(c.JWS, '.')
			sig, err := base64.RawURLEncoding.Strict().DecodeString(c.JWS[end+1:])
			if err == nil {
				_, err = Check(k, a, Message{Bytes: []byte(c.JWS[:max(end, 0)])}, sig)
			}
			switch {
			case c.Result == "valid" && err != nil:
				t.Errorf("%d %s: %v", c.TcID, c.Comment, err)
			case c.Result == "valid":
				valid++
			case err != nil:
				refused++
			default:
				header++
				t.Logf("%d %s (%s): arithmetic holds", c.TcID, c.Comment, g.Public.Alg)
			}
		}
	}
	t.Logf("%d valid, %d refused, %d at fault elsewhere", valid, refused, header)
	if valid < 36 || refused < 321 {
		t.Errorf("%d valid, %d refused", valid, refused)
	}
}
