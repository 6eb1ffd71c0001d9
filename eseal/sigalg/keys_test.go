package sigalg

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	mathrand "math/rand/v2"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// seeded is a reader of the same octets in every run.
func seeded(seed byte) *mathrand.ChaCha8 { return mathrand.NewChaCha8([32]byte{seed, 's', 'i', 'g'}) }

// tlv is one definite element.
func tlv(id byte, parts ...[]byte) []byte {
	var body []byte
	for _, p := range parts {
		body = append(body, p...)
	}
	return ber.Append(nil, id, body)
}

func integer(v *big.Int) []byte {
	b := v.Bytes()
	if len(b) == 0 || b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return tlv(0x02, b)
}

func oidTLV(o ber.OID) []byte { return tlv(0x06, ber.EncodeOID(o)) }

// spkiOf is SubjectPublicKeyInfo from its parts; nil params are left out.
func spkiOf(oid ber.OID, params, key []byte) []byte {
	return tlv(0x30, tlv(0x30, oidTLV(oid), params), tlv(0x03, []byte{0}, key))
}

var asn1Null = []byte{5, 0}

// rsaPair is a test key of any size and exponent: crypto/rsa makes neither
// small moduli nor large exponents.
type rsaPair struct{ n, e, d *big.Int }

func newRSA(t testing.TB, seed byte, bits int, e *big.Int) *rsaPair {
	t.Helper()
	one := big.NewInt(1)
	for src := seeded(seed); ; {
		p, q := prime(src, (bits+1)/2), prime(src, bits-(bits+1)/2)
		n := new(big.Int).Mul(p, q)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		if n.BitLen() == bits && d != nil && p.Cmp(q) != 0 {
			return &rsaPair{n, e, d}
		}
	}
}

// prime finds one from a seeded source; crypto/rand.Prime reads an unknown number of octets.
func prime(src *mathrand.ChaCha8, bits int) *big.Int {
	b := make([]byte, (bits+7)/8)
	src.Read(b)
	p := new(big.Int).SetBytes(b)
	p.SetBit(p, bits-1, 1).SetBit(p, bits-2, 1).SetBit(p, 0, 1)
	for i := bits; i < 8*len(b); i++ {
		p.SetBit(p, i, 0)
	}
	for !p.ProbablyPrime(8) {
		p.Add(p, big.NewInt(2))
	}
	return p
}

func (k *rsaPair) size() int { return (k.n.BitLen() + 7) / 8 }

func (k *rsaPair) body() []byte { return tlv(0x30, integer(k.n), integer(k.e)) }

func (k *rsaPair) key(t testing.TB) *PublicKey { return mustKey(t, spkiOf(oidRSA, asn1Null, k.body())) }

// sign is the private operation on any block.
func (k *rsaPair) sign(em []byte) []byte {
	s := new(big.Int).SetBytes(em)
	return s.Exp(s, k.d, k.n).FillBytes(make([]byte, k.size()))
}

// encodePKCS1 is EMSA-PKCS1-v1_5 (RFC 8017 9.2 steps 3 to 5) around any payload.
func encodePKCS1(size int, t []byte) ([]byte, bool) {
	if size < len(t)+11 {
		return nil, false
	}
	em := bytes.Repeat([]byte{0xff}, size)
	em[0], em[1], em[size-len(t)-1] = 0, 1, 0
	copy(em[size-len(t):], t)
	return em, true
}

func mustKey(t testing.TB, spki []byte) *PublicKey {
	t.Helper()
	k, err := ParsePublicKey(spki)
	if err != nil {
		t.Fatalf("ParsePublicKey: %v", err)
	}
	return k
}

func sum(t testing.TB, d Digest, msg []byte) []byte {
	t.Helper()
	h, err := d.Sum(msg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ecPair makes a key of any curve and its SubjectPublicKeyInfo.
func ecPair(t testing.TB, c *curve) (*ecdsa.PrivateKey, []byte) {
	t.Helper()
	priv, err := ecdsa.GenerateKey(c.impl, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return priv, spkiOf(oidEC, oidTLV(c.oid), uncompressed(c, priv.X, priv.Y))
}

func uncompressed(c *curve, x, y *big.Int) []byte {
	b := append([]byte{4}, x.FillBytes(make([]byte, c.size))...)
	return append(b, y.FillBytes(make([]byte, c.size))...)
}

func codes(notes []note.Note) []note.Code {
	var out []note.Code
	for _, n := range notes {
		out = append(out, n.Code)
	}
	return out
}

func wantCodes(t *testing.T, notes []note.Note, want ...note.Code) {
	t.Helper()
	got := codes(notes)
	if len(got) != len(want) {
		t.Errorf("notes %v, want %v", notes, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("notes %v, want %v", notes, want)
		}
	}
}

// TestKeysOfTheStandardLibrary: what crypto/x509 writes is read with the same size and name.
func TestKeysOfTheStandardLibrary(t *testing.T) {
	for _, c := range []elliptic.Curve{elliptic.P224(), elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		priv, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalPKIXPublicKey(&priv.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		if k := mustKey(t, der); k.Name() != c.Params().Name || k.Bits != c.Params().BitSize || len(k.Notes) != 0 {
			t.Errorf("%s read as %+v", c.Params().Name, k)
		}
	}
}
