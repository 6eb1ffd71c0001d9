package sigalg

//lint:file-ignore SA1019 crypto/dsa is here as a second opinion

import (
	"crypto/dsa"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/note"
)

// newDSA makes a group p = kq + 1 of the given sizes, and a key in it.
func newDSA(bits, sub int) *dsa.PrivateKey {
	src := seeded(20)
	one := big.NewInt(1)
	q := prime(src, sub)
	b := make([]byte, (bits-sub)/8)
	src.Read(b)
	k := new(big.Int).SetBytes(b)
	k.SetBit(k, bits-sub-1, 1).SetBit(k, 0, 0)
	p := new(big.Int)
	for {
		p.Mul(k, q).Add(p, one)
		if p.BitLen() == bits && p.ProbablyPrime(8) {
			break
		}
		k.Add(k, big.NewInt(2))
	}
	g := new(big.Int).Exp(big.NewInt(2), new(big.Int).Div(new(big.Int).Sub(p, one), q), p)
	x := prime(src, sub-2)
	return &dsa.PrivateKey{X: x, PublicKey: dsa.PublicKey{Parameters: dsa.Parameters{P: p, Q: q, G: g}, Y: new(big.Int).Exp(g, x, p)}}
}

func dsaSPKI(k *dsa.PrivateKey) []byte {
	return spkiOf(oidDSA, tlv(0x30, integer(k.P), integer(k.Q), integer(k.G)), integer(k.Y))
}

func TestDSA(t *testing.T) {
	for _, size := range [][2]int{{1024, 160}, {1024, 224}, {2048, 256}} {
		priv := newDSA(size[0], size[1])
		k := mustKey(t, dsaSPKI(priv))
		if k.Bits != size[0] || k.Algorithm != "DSA" {
			t.Fatalf("read as %+v", k)
		}
		for _, d := range []Digest{SHA1, SHA256, SHA3_512} {
			h := sum(t, d, document)
			r, s, err := dsa.Sign(seeded(21), priv, h[:min(len(h), size[1]/8)])
			if err != nil {
				t.Fatal(err)
			}
			octets := size[1] / 8
			plain := append(r.FillBytes(make([]byte, octets)), s.FillBytes(make([]byte, octets))...)
			for _, v := range []struct {
				name  string
				sig   []byte
				plain bool
				ok    bool
				code  note.Code
			}{
				{"good", pairDER(r, s), false, true, ""},
				{"plain", plain, true, true, ""},
				{"swapped", pairDER(s, r), false, false, ""},
				{"plain where DER is due", plain, false, false, CodeSignatureEncoding},
				{"plain, cut", plain[1:], true, false, CodeSignatureLength},
				{"s plus q", pairDER(r, new(big.Int).Add(s, priv.Q)), false, false, CodeSignatureRange},
				{"r zero", pairDER(new(big.Int), s), false, false, CodeSignatureRange},
			} {
				notes, err := Check(k, Algorithm{Name: "DSA", Digest: d, Plain: v.plain}, Message{Bytes: document}, v.sig)
				if (err == nil) != v.ok || err != nil && err != ErrMismatch {
					t.Errorf("%v %s %s: %v", size, d, v.name, err)
				}
				if v.code != "" {
					wantCodes(t, notes, v.code)
				}
			}
		}
	}
}

// TestInherit: RFC 5280 6.1.4 (d) to (f), as in the DSA cases of PKITS.
func TestInherit(t *testing.T) {
	priv := newDSA(1024, 160)
	issuer := mustKey(t, dsaSPKI(priv))
	r, s, err := dsa.Sign(seeded(22), priv, sum(t, SHA1, document))
	if err != nil {
		t.Fatal(err)
	}
	check := func(k *PublicKey) error {
		_, err := Check(k, Algorithm{Name: "DSA", Digest: SHA1}, Message{Bytes: document}, pairDER(r, s))
		return err
	}
	for name, params := range map[string][]byte{"absent": nil, "NULL": asn1Null} {
		bare := mustKey(t, spkiOf(oidDSA, params, integer(priv.Y)))
		if !bare.NeedsParameters() || bare.Name() != "DSA" || bare.Strength() != 0 {
			t.Errorf("%s: read as %+v", name, bare)
		}
		var mal *Malformed
		if err := check(bare); !errors.As(err, &mal) {
			t.Errorf("%s: a key without parameters checked: %v", name, err)
		}
		full, err := bare.Inherit(issuer)
		if err != nil {
			t.Fatal(err)
		}
		if err := check(full); err != nil || full.Bits != 1024 {
			t.Errorf("%s: %v", name, err)
		}
		if !bare.NeedsParameters() {
			t.Errorf("%s: Inherit changed the key that it was asked of", name)
		}
		for _, from := range []*PublicKey{nil, bare, newRSA(t, 23, 512, eF4).key(t)} {
			if _, err := bare.Inherit(from); !errors.As(err, &mal) {
				t.Errorf("%s: parameters from nowhere: %v", name, err)
			}
		}
	}
	if same, err := issuer.Inherit(nil); err != nil || same != issuer {
		t.Error("a whole key was changed")
	}
}

func TestDSAKeys(t *testing.T) {
	priv := newDSA(1024, 160)
	one, zero := big.NewInt(1), new(big.Int)
	key := func(p, q, g, y *big.Int) []byte {
		return spkiOf(oidDSA, tlv(0x30, integer(p), integer(q), integer(g)), integer(y))
	}
	huge := new(big.Int).SetBit(one, 9000, 1)
	for name, c := range map[string]struct {
		spki []byte
		err  string
	}{
		"g is 1":       {key(priv.P, priv.Q, one, priv.Y), "g or y"},
		"y is 1":       {key(priv.P, priv.Q, priv.G, one), "g or y"},
		"y is zero":    {key(priv.P, priv.Q, priv.G, zero), "y: is not positive"},
		"y is p":       {key(priv.P, priv.Q, priv.G, priv.P), "g or y"},
		"q above p":    {key(priv.Q, priv.P, priv.G, priv.Y), "DSA"},
		"q even":       {key(priv.P, big.NewInt(6), priv.G, priv.Y), "p or q"},
		"p huge":       {key(huge, priv.Q, priv.G, priv.Y), "DSA-9001"},
		"two numbers":  {spkiOf(oidDSA, tlv(0x30, integer(priv.P), integer(priv.Q)), integer(priv.Y)), "g:"},
		"no sequence":  {spkiOf(oidDSA, integer(priv.P), integer(priv.Y)), "Dss-Parms"},
		"y no integer": {spkiOf(oidDSA, tlv(0x30, integer(priv.P), integer(priv.Q), integer(priv.G)), asn1Null), "y:"},
	} {
		if _, err := ParsePublicKey(c.spki); err == nil || !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
