package sigalg

//lint:file-ignore SA1019 keys on curves that are not NIST's are made by their coordinates

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"math/big"
	"testing"
	"testing/cryptotest"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

func ecdsaWithDigest(d Digest, plain bool) Algorithm {
	return Algorithm{Name: "ECDSA", Digest: d, Plain: plain}
}

func pairDER(r, s *big.Int) []byte { return tlv(0x30, integer(r), integer(s)) }

func plainSig(c *curve, r, s *big.Int) []byte {
	size := (c.n.BitLen() + 7) / 8
	return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
}

func TestECDSAOnEveryCurve(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 1)
	if len(curves()) != 11 {
		t.Fatalf("%d curves", len(curves()))
	}
	for _, c := range curves() {
		t.Run(c.name, func(t *testing.T) {
			priv, spki := ecPair(t, c)
			k := mustKey(t, spki)
			if k.Name() != c.name || k.Algorithm != "ECDSA" || k.Strength() < 112 {
				t.Errorf("read as %+v", k)
			}
			compressed := append([]byte{2 + byte(priv.Y.Bit(0))}, priv.X.FillBytes(make([]byte, c.size))...)
			for _, d := range []Digest{SHA1, SHA256, SHA512, SHA3_384, SHAKE256, RIPEMD160} {
				h := sum(t, d, document)
				r, s, err := ecdsa.Sign(rand.Reader, priv, h)
				if err != nil {
					t.Fatal(err)
				}
				for _, key := range []*PublicKey{k, mustKey(t, spkiOf(oidEC, oidTLV(c.oid), compressed))} {
					if notes, err := Check(key, ecdsaWithDigest(d, false), Message{Bytes: document}, pairDER(r, s)); err != nil {
						t.Errorf("%s: %v %v", d, err, notes)
					}
				}
				if notes, err := Check(k, ecdsaWithDigest(d, true), Message{Bytes: document}, plainSig(c, r, s)); err != nil {
					t.Errorf("%s plain: %v %v", d, err, notes)
				}
				if _, err := Check(k, ecdsaWithDigest(d, false), Message{Bytes: document[:3]}, pairDER(r, s)); err != ErrMismatch {
					t.Errorf("%s, another message: %v", d, err)
				}
				swapped := pairDER(s, r)
				if _, err := Check(k, ecdsaWithDigest(d, false), Message{Bytes: document}, swapped); err != ErrMismatch {
					t.Errorf("%s, r and s swapped: %v", d, err)
				}
			}
		})
	}
}

// TestCoefficients against RFC 5639 3.4 and SEC 2 2.4.1: a is not told by the libraries.
func TestCoefficients(t *testing.T) {
	for oid, want := range map[ber.OID][2]string{
		"1.3.36.3.3.2.8.1.1.7": {"7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9", "26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6"},
		"1.3.132.0.10":         {"0", "7"},
		"1.2.840.10045.3.1.7":  {"ffffffff00000001000000000000000000000000fffffffffffffffffffffffc", "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"},
	} {
		a, b := curves()[oid].coefficients()
		if a.Text(16) != want[0] || b.Text(16) != want[1] {
			t.Errorf("%s: a=%x b=%x", oid, a, b)
		}
	}
}

func TestECDSASignatureValues(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 2)
	for _, oid := range []ber.OID{"1.2.840.10045.3.1.7", "1.3.36.3.3.2.8.1.1.7", "1.3.132.0.10"} {
		c := curves()[oid]
		priv, spki := ecPair(t, c)
		k, h := mustKey(t, spki), sum(t, SHA256, document)
		r, s, err := ecdsa.Sign(rand.Reader, priv, h)
		if err != nil {
			t.Fatal(err)
		}
		long := func(v *big.Int) []byte { return tlv(0x02, []byte{0}, integer(v)[2:]) }
		zero, der := new(big.Int), pairDER(r, s)
		for _, v := range []struct {
			name string
			sig  []byte
			a    bool
			code note.Code
		}{
			{"empty", nil, false, CodeSignatureEncoding},
			{"plain where DER is due", plainSig(c, r, s), false, CodeSignatureEncoding},
			{"octets behind", append(bytes.Clone(der), 0), false, CodeSignatureEncoding},
			{"octets inside", tlv(0x30, integer(r), integer(s), asn1Null), false, CodeSignatureEncoding},
			{"padded r", tlv(0x30, long(r), integer(s)), false, CodeSignatureEncoding},
			{"padded s", tlv(0x30, integer(r), long(s)), false, CodeSignatureEncoding},
			{"long length", append([]byte{0x30, 0x81, der[1]}, der[2:]...), false, CodeSignatureEncoding},
			{"indefinite length", append(append([]byte{0x30, 0x80}, der[2:]...), 0, 0), false, CodeSignatureEncoding},
			{"negative r", tlv(0x30, tlv(0x02, []byte{0x80 | 1}, r.Bytes()), integer(s)), false, CodeSignatureEncoding},
			{"s missing", tlv(0x30, integer(r)), false, CodeSignatureEncoding},
			{"r zero", pairDER(zero, s), false, CodeSignatureRange},
			{"s zero", pairDER(r, zero), false, CodeSignatureRange},
			{"both zero", pairDER(zero, zero), false, CodeSignatureRange},
			{"r plus order", pairDER(new(big.Int).Add(r, c.n), s), false, CodeSignatureRange},
			{"s plus order", pairDER(r, new(big.Int).Add(s, c.n)), false, CodeSignatureRange},
			{"r is the order", pairDER(c.n, s), false, CodeSignatureRange},
			{"DER where plain is due", der, true, CodeSignatureLength},
			{"plain, one octet more", append(plainSig(c, r, s), 0), true, CodeSignatureLength},
			{"plain zeros", make([]byte, 64), true, CodeSignatureRange},
			{"plain ones", bytes.Repeat([]byte{0xff}, 64), true, CodeSignatureRange},
		} {
			t.Run(c.name+", "+v.name, func(t *testing.T) {
				notes, err := Check(k, ecdsaWithDigest(SHA256, v.a), Message{Bytes: document}, v.sig)
				if err != ErrMismatch {
					t.Fatal(err)
				}
				wantCodes(t, notes, v.code)
			})
		}
	}
}

// TestCraftedScalars: values that lead custom arithmetic to the point at
// infinity or to equal points end as refusals, whatever the library does.
func TestCraftedScalars(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 3)
	for _, c := range curves() {
		priv, spki := ecPair(t, c)
		k := mustKey(t, spki)
		one := big.NewInt(1)
		last := new(big.Int).Sub(c.n, one)
		hashes := [][]byte{make([]byte, 32), bytes.Repeat([]byte{0xff}, 32), c.n.Bytes()[:28]}
		for _, h := range hashes {
			for _, r := range []*big.Int{one, last, new(big.Int).Mod(priv.X, c.n), c.impl.Params().Gx} {
				for _, s := range []*big.Int{one, last, new(big.Int).Mod(priv.Y, c.n)} {
					size := (c.n.BitLen() + 7) / 8
					m := Message{Digests: func(d Digest) []byte { return append(h, make([]byte, 32)...)[:d.Size()] }}
					sig := append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
					if _, err := Check(k, ecdsaWithDigest(SHA256, true), m, sig); err == nil {
						t.Errorf("%s: r=%x s=%x h=%x accepted", c.name, r, s, h)
					}
				}
			}
		}
	}
}

func TestECKeys(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 4)
	p256 := curves()["1.2.840.10045.3.1.7"]
	priv, _ := ecPair(t, p256)
	whole := uncompressed(p256, priv.X, priv.Y)
	edit := func(f func(b []byte)) []byte { b := bytes.Clone(whole); f(b); return b }
	notOn := append([]byte{2}, make([]byte, 32)...)
	for x := byte(1); ; x++ { // the first x without a y
		notOn[32] = x
		if p256.root(new(big.Int).SetBytes(notOn[1:]), 0) == nil {
			break
		}
	}
	named := oidTLV(p256.oid)
	for _, c := range []struct {
		name        string
		params, key []byte
		unsupported bool
	}{
		{"not on the curve", named, edit(func(b []byte) { b[64] ^= 1 }), false},
		{"hybrid form", named, edit(func(b []byte) { b[0] = 6 + b[64]&1 }), false},
		{"infinity", named, []byte{0}, false},
		{"infinity, long", named, make([]byte, 65), false},
		{"zero point", named, append([]byte{4}, make([]byte, 64)...), false},
		{"cut", named, whole[:64], false},
		{"empty", named, nil, false},
		{"coordinate not reduced", named, append([]byte{4}, append(p256.p.Bytes(), whole[33:]...)...), false},
		{"compressed, no such point", named, notOn, false},
		{"compressed, not reduced", named, append([]byte{2}, p256.p.Bytes()...), false},
		{"another curve", oidTLV("1.3.132.0.34"), whole, false},
		{"no curve", nil, whole, false},
		{"implicit curve", asn1Null, whole, false},
		{"P-192", oidTLV("1.2.840.10045.3.1.1"), whole, true},
		{"unknown curve", oidTLV("1.2.3.4"), whole, true},
		{"broken explicit parameters", tlv(0x30, integer(e3)), whole, false},
	} {
		var un *Unsupported
		var mal *Malformed
		_, err := ParsePublicKey(spkiOf(oidEC, c.params, c.key))
		if c.unsupported && !errors.As(err, &un) || !c.unsupported && !errors.As(err, &mal) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// domain writes the explicit parameters of a curve; edit changes them first.
func domain(c *curve, edit func(d *explicitCurve)) []byte {
	a, b := c.coefficients()
	g := c.impl.Params()
	d := &explicitCurve{p: c.p, a: a, b: b, n: c.n, cofactor: big.NewInt(1), base: uncompressed(c, g.Gx, g.Gy)}
	if edit != nil {
		edit(d)
	}
	var cofactor []byte
	if d.cofactor != nil {
		cofactor = integer(d.cofactor)
	}
	octets := func(v *big.Int) []byte { return tlv(0x04, v.FillBytes(make([]byte, c.size))) }
	return tlv(0x30, integer(big.NewInt(1)), tlv(0x30, oidTLV(oidPrimeField), integer(d.p)),
		tlv(0x30, octets(d.a), octets(d.b)), tlv(0x04, d.base), integer(d.n), cofactor)
}

// TestExplicitParameters: read as the named curve only where all of them are
// its own. A generator of the attacker's choice is CVE-2020-0601.
func TestExplicitParameters(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 5)
	for _, c := range curves() {
		priv, _ := ecPair(t, c)
		key := uncompressed(c, priv.X, priv.Y)
		g := c.impl.Params()
		for _, good := range []func(*explicitCurve){
			nil,
			func(d *explicitCurve) { d.cofactor = nil },
			func(d *explicitCurve) {
				d.base = append([]byte{2 + byte(g.Gy.Bit(0))}, g.Gx.FillBytes(make([]byte, c.size))...)
			},
		} {
			k := mustKey(t, spkiOf(oidEC, domain(c, good), key))
			if k.Name() != c.name {
				t.Errorf("%s read as %s", c.name, k.Name())
			}
			wantCodes(t, k.Notes, CodeExplicitCurve)
		}
		for i, bad := range []func(*explicitCurve){
			func(d *explicitCurve) { d.base = key },
			func(d *explicitCurve) { d.base = []byte{0} },
			func(d *explicitCurve) { d.a = new(big.Int).Xor(d.a, big.NewInt(1)) },
			func(d *explicitCurve) { d.b = new(big.Int).Xor(d.b, big.NewInt(1)) },
			func(d *explicitCurve) { d.n = new(big.Int).Add(d.n, big.NewInt(2)) },
			func(d *explicitCurve) { d.p = new(big.Int).Add(d.p, big.NewInt(2)) },
			func(d *explicitCurve) { d.cofactor = big.NewInt(4) },
		} {
			var un *Unsupported
			if _, err := ParsePublicKey(spkiOf(oidEC, domain(c, bad), key)); !errors.As(err, &un) {
				t.Errorf("%s, change %d: %v", c.name, i, err)
			}
		}
	}
	binary := tlv(0x30, integer(e3), tlv(0x30, oidTLV("1.2.840.10045.1.2"), integer(e3)))
	var un *Unsupported
	if _, err := ParsePublicKey(spkiOf(oidEC, binary, []byte{4})); !errors.As(err, &un) {
		t.Errorf("binary field: %v", err)
	}
}

// TestGuard: a panic in another project's arithmetic is never an acceptance.
func TestGuard(t *testing.T) {
	var mal *Malformed
	if err := guard("test", func() bool { panic("no such point") }); !errors.As(err, &mal) {
		t.Error(err)
	}
	if guard("test", func() bool { return false }) != ErrMismatch || guard("test", func() bool { return true }) != nil {
		t.Error("answers changed")
	}
}
