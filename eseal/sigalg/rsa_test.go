package sigalg

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

var (
	e3     = big.NewInt(3)
	eF4    = big.NewInt(65537)
	eLarge = new(big.Int).SetBit(big.NewInt(3), 47, 1) // D-Trust has such, crypto/rsa refuses it
)

func pkcs1(d Digest) Algorithm { return Algorithm{Name: "RSA-PKCS1-v1_5", Digest: d} }

var document = []byte("角印")

func TestPKCS1OfAnySizeExponentAndDigest(t *testing.T) {
	for _, c := range []struct {
		bits int
		e    *big.Int
	}{{512, eF4}, {1024, e3}, {1025, eF4}, {1031, eF4}, {1032, eF4}, {1536, eLarge}, {2048, eF4}, {3072, eLarge}} {
		t.Run(fmt.Sprintf("%d bits, exponent %v", c.bits, c.e), func(t *testing.T) {
			pair := newRSA(t, 1, c.bits, c.e)
			k := pair.key(t)
			if k.Bits != c.bits || k.Name() != fmt.Sprintf("RSA-%d", c.bits) {
				t.Fatalf("read as %s of %d bits", k.Name(), k.Bits)
			}
			for _, d := range []Digest{MD5, SHA1, RIPEMD160, SHA224, SHA256, SHA384, SHA512, SHA512_224, SHA512_256, SHA3_224, SHA3_256, SHA3_384, SHA3_512} {
				em, fits := encodePKCS1(pair.size(), digestInfoDER(d, sum(t, d, document), true))
				if !fits {
					continue // 512 bits are too few for SHA-512
				}
				if notes, err := Check(k, pkcs1(d), Message{Bytes: document}, pair.sign(em)); err != nil || len(notes) > 0 {
					t.Errorf("%s: %v %v", d, err, notes)
				}
				if _, err := Check(k, pkcs1(d), Message{Bytes: document[1:]}, pair.sign(em)); !errors.Is(err, ErrMismatch) {
					t.Errorf("%s: another message: %v", d, err)
				}
			}
		})
	}
}

// TestPKCS1Deviations: each block is signed by the right key over the right
// digest, and none but the canonical one may pass (RFC 8017 8.2.2).
func TestPKCS1Deviations(t *testing.T) {
	pair := newRSA(t, 2, 1024, eF4)
	k, h := pair.key(t), sum(t, SHA256, document)
	good, _ := encodePKCS1(pair.size(), digestInfoDER(SHA256, h, true))
	block := func(t []byte) []byte { em, _ := encodePKCS1(pair.size(), t); return em }
	edit := func(f func(em []byte)) []byte { em := bytes.Clone(good); f(em); return em }
	inner := func(params []byte) []byte { return tlv(0x30, tlv(0x30, oidTLV(SHA256.OID()), params), tlv(0x04, h)) }
	// Bleichenbacher 2006: short padding, the rest of the block is rubbish behind the DigestInfo.
	short := append([]byte{0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 0}, digestInfoDER(SHA256, h, true)...)
	rubbish := append(short, bytes.Repeat([]byte{7}, pair.size()-len(short))...)
	cases := []struct {
		name string
		em   []byte
		code note.Code
	}{
		{"no NULL", block(digestInfoDER(SHA256, h, false)), CodeDigestInfoNoNull},
		{"digest alone", block(h), CodePadding},
		{"other hash named", block(digestInfoDER(SHA3_256, h, true)), CodeDigestInfoOther},
		{"hash without name", block(tlv(0x30, tlv(0x30, oidTLV("1.2.3.4")), tlv(0x04, h))), CodeDigestInfoOther},
		{"parameters that are no NULL", block(inner(tlv(0x30))), CodePadding},
		{"long form of a length", block(append([]byte{0x30, 0x81}, digestInfoDER(SHA256, h, true)[1:]...)), CodePadding},
		{"octets behind the digest", rubbish, CodePadding},
		{"not ASN.1", block([]byte("abc")), CodePadding},
		{"block type 2", edit(func(em []byte) { em[1] = 2 }), CodePadding},
		{"first octet not zero", edit(func(em []byte) { em[0] = 0x00; em[2] = 0xfe }), CodePadding},
		{"padding not FF", edit(func(em []byte) { em[12] = 0xfe }), CodePadding},
		{"padding without end", bytes.Repeat([]byte{0xff}, pair.size()), CodePadding},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			em := c.em
			if em[0] == 0xff { // keep it below the modulus
				em[0], em[1] = 0, 1
			}
			notes, err := Check(k, pkcs1(SHA256), Message{Bytes: document}, pair.sign(em))
			if err != ErrMismatch {
				t.Fatalf("accepted or other error: %v", err)
			}
			wantCodes(t, notes, c.code)
		})
	}
}

func TestRSASignatureLengthAndRange(t *testing.T) {
	pair := newRSA(t, 3, 1024, eF4)
	k := pair.key(t)
	em, _ := encodePKCS1(pair.size(), digestInfoDER(SHA256, sum(t, SHA256, document), true))
	sig := pair.sign(em)
	beyond := new(big.Int).Add(new(big.Int).SetBytes(sig), pair.n)
	for _, c := range []struct {
		name string
		sig  []byte
		code note.Code
	}{
		{"leading zero", append([]byte{0}, sig...), CodeSignatureLength},
		{"one octet short", sig[1:], CodeSignatureLength},
		{"one octet more", append(bytes.Clone(sig), 0), CodeSignatureLength},
		{"empty", nil, CodeSignatureLength},
		{"not below the modulus", pair.n.FillBytes(make([]byte, 128)), CodeSignatureRange},
		{"signature plus modulus", beyond.FillBytes(make([]byte, 129)), CodeSignatureLength},
	} {
		notes, err := Check(k, pkcs1(SHA256), Message{Bytes: document}, c.sig)
		if err != ErrMismatch {
			t.Errorf("%s: %v", c.name, err)
		}
		wantCodes(t, notes, c.code)
	}
}

func TestRSAKeys(t *testing.T) {
	pair := newRSA(t, 4, 1024, eF4)
	raw := pair.n.Bytes() // the top bit is set: as an INTEGER this is negative
	wide := new(big.Int).SetBit(big.NewInt(1), maxModulusBits, 1)
	e300 := new(big.Int).SetBit(big.NewInt(1), 299, 1)
	key := func(n, e *big.Int) []byte { return spkiOf(oidRSA, asn1Null, tlv(0x30, integer(n), integer(e))) }
	for _, c := range []struct {
		name string
		spki []byte
		code note.Code // of a key that is read
		err  string
	}{
		{"good", spkiOf(oidRSA, asn1Null, pair.body()), "", ""},
		{"no NULL", spkiOf(oidRSA, nil, pair.body()), "", ""},
		{"X.509 annex rsa", spkiOf(oidRSAOld, integer(big.NewInt(1024)), pair.body()), CodeParameters, ""},
		{"negative modulus", spkiOf(oidRSA, asn1Null, tlv(0x30, tlv(0x02, raw), integer(eF4))), CodeNegativeModulus, ""},
		{"exponent of 300 bits", key(pair.n, e300), CodeUnusualExponent, ""},
		{"exponent 1", key(pair.n, big.NewInt(1)), "", "public exponent"},
		{"even exponent", key(pair.n, big.NewInt(4)), "", "public exponent"},
		{"exponent as large as the modulus", key(pair.n, pair.n), "", "below the modulus"},
		{"even modulus", key(new(big.Int).Lsh(pair.n, 1), eF4), "", "even"},
		{"tiny modulus", key(big.NewInt(15), e3), "", "modulus of 4 bits"},
		{"modulus of 16385 bits", key(wide, eF4), "", "RSA-16385"},
		{"octets after", spkiOf(oidRSA, asn1Null, append(pair.body(), 0)), "", "octets after"},
		{"three numbers", spkiOf(oidRSA, asn1Null, tlv(0x30, integer(pair.n), integer(eF4), integer(e3))), "", "octets after"},
		{"no exponent", spkiOf(oidRSA, asn1Null, tlv(0x30, integer(pair.n))), "", "publicExponent"},
		{"no sequence", spkiOf(oidRSA, asn1Null, integer(pair.n)), "", "RSAPublicKey"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, err := ParsePublicKey(c.spki)
			if c.err != "" {
				if err == nil || !bytes.Contains([]byte(err.Error()), []byte(c.err)) {
					t.Fatalf("error %v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.code == "" {
				wantCodes(t, k.Notes)
			} else {
				wantCodes(t, k.Notes, c.code)
			}
		})
	}
}

// TestNegativeModulusVerifies: the Estonian cards of 2011 to 2015.
func TestNegativeModulusVerifies(t *testing.T) {
	pair := newRSA(t, 5, 2048, eF4)
	k := mustKey(t, spkiOf(oidRSA, asn1Null, tlv(0x30, tlv(0x02, pair.n.Bytes()), integer(eF4))))
	em, _ := encodePKCS1(pair.size(), digestInfoDER(SHA256, sum(t, SHA256, document), true))
	if _, err := Check(k, pkcs1(SHA256), Message{Bytes: document}, pair.sign(em)); err != nil {
		t.Error(err)
	}
}

// TestWorkIsBounded: the slowest key that is read still answers soon.
func TestWorkIsBounded(t *testing.T) {
	n := new(big.Int).SetBit(big.NewInt(1), maxModulusBits-1, 1)
	n.SetBit(n, 77, 1)
	full := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))
	k := mustKey(t, spkiOf(oidRSA, asn1Null, tlv(0x30, integer(n), integer(full))))
	sig := bytes.Repeat([]byte{0x5a}, maxModulusBits/8)
	if _, err := Check(k, pkcs1(SHA256), Message{Bytes: document}, sig); err != ErrMismatch {
		t.Error(err)
	}
	long := new(big.Int).SetBit(full, 260, 1)
	var un *Unsupported
	if _, err := ParsePublicKey(spkiOf(oidRSA, asn1Null, tlv(0x30, integer(n), integer(long)))); !errors.As(err, &un) {
		t.Errorf("an exponent of 261 bits over 16384: %v", err)
	}
}

func TestDigestInfoIsThatOfTheStandard(t *testing.T) {
	// RFC 8017 9.2 note 1.
	for d, prefix := range map[Digest]string{
		MD5:    "3020300c06082a864886f70d020505000410",
		SHA1:   "3021300906052b0e03021a05000414",
		SHA256: "3031300d060960864801650304020105000420",
		SHA512: "3051300d060960864801650304020305000440",
	} {
		if got := fmt.Sprintf("%x", digestInfoDER(d, make([]byte, d.Size()), true)); got[:len(prefix)] != prefix {
			t.Errorf("%s: %s", d, got)
		}
	}
	if !ber.IsDER(digestInfoDER(SHA3_512, make([]byte, 64), true), nil) {
		t.Error("not DER")
	}
}
