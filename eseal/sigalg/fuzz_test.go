package sigalg

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
)

// goodOnes is one good signature of each family.
func goodOnes(t testing.TB) []signed {
	var out []signed
	pair := newRSA(t, 50, 1024, eF4)
	h := sum(t, SHA256, document)
	em, _ := encodePKCS1(pair.size(), digestInfoDER(SHA256, h, true))
	spki := spkiOf(oidRSA, asn1Null, pair.body())
	out = append(out, signed{"RSA", spki, pkcs1(SHA256), document, pair.sign(em)},
		signed{"RSA-PSS", spki, pss(SHA256, SHA256, 32), document, pair.signPSS(pss(SHA256, SHA256, 32), h, 32)})
	for _, oid := range []ber.OID{"1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.36.3.3.2.8.1.1.7", "1.3.132.0.10"} {
		priv, spki := ecPair(t, curves()[oid])
		r, s, err := ecdsa.Sign(rand.Reader, priv, h)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, signed{curves()[oid].name, spki, ecdsaWithDigest(SHA256, false), document, pairDER(r, s)})
	}
	out = append(out, edwards(t)...)
	return append(out, lattices(t)...)
}

// FuzzCheck: whatever is changed in a good signature or its message, it never
// passes, and nothing panics.
func FuzzCheck(f *testing.F) {
	good := goodOnes(f)
	keys := make([]*PublicKey, len(good))
	for i, s := range good {
		keys[i] = mustKey(f, s.spki)
		if _, err := Check(keys[i], s.a, Message{Bytes: s.msg}, s.sig); err != nil {
			f.Fatalf("%s: %v", s.name, err)
		}
		for _, bit := range []uint16{0, 1, 9, 77, 65535} {
			f.Add(uint8(i), bit, true, []byte(nil))
			f.Add(uint8(i), bit, false, []byte{0})
		}
		f.Add(uint8(i), uint16(0), true, s.sig[1:])
	}
	f.Fuzz(func(t *testing.T, which uint8, bit uint16, inSignature bool, other []byte) {
		s := good[int(which)%len(good)]
		k := keys[int(which)%len(good)]
		msg, sig := bytes.Clone(s.msg), bytes.Clone(s.sig)
		switch {
		case len(other) > 1:
			sig = other
		case inSignature || len(msg) == 0:
			sig[int(bit)/8%len(sig)] ^= 1 << (bit % 8)
		default:
			msg[int(bit)/8%len(msg)] ^= 1 << (bit % 8)
		}
		if bytes.Equal(sig, s.sig) && bytes.Equal(msg, s.msg) {
			return
		}
		if _, err := Check(k, s.a, Message{Bytes: msg}, sig); err == nil {
			t.Errorf("%s: changed signature or message accepted: %x", s.name, sig)
		}
	})
}

// FuzzParsePublicKey: any octets give a key, or one of the two errors; a key
// that was read answers to any signature without a panic, and never "good" to
// one made of nothing.
func FuzzParsePublicKey(f *testing.F) {
	for _, s := range goodOnes(f) {
		f.Add(s.spki, s.sig)
	}
	f.Add(dsaSPKI(newDSA(1024, 160)), pairDER(e3, eF4))
	for _, c := range curves() {
		g := c.impl.Params()
		f.Add(spkiOf(oidEC, domain(c, nil), uncompressed(c, g.Gx, g.Gy)), pairDER(e3, eF4))
	}
	f.Add(spkiOf(oidPSS, pssParams(SHA256, SHA1, 3), newRSA(f, 51, 512, e3).body()), make([]byte, 64))
	algorithms := []Algorithm{pkcs1(SHA256), pss(SHA256, SHA1, 20), ecdsaWithDigest(SHA256, false), ecdsaWithDigest(SHA512, true), {Name: "DSA", Digest: SHA1}}
	f.Fuzz(func(t *testing.T, spki, sig []byte) {
		k, err := ParsePublicKey(spki)
		if err != nil {
			var un *Unsupported
			var mal *Malformed
			if k != nil || !errors.As(err, &un) && !errors.As(err, &mal) {
				t.Fatalf("key %v, error %T %v", k, err, err)
			}
			return
		}
		if k.Name() == "" || k.Strength() < 0 {
			t.Errorf("nameless key %+v", k)
		}
		_, _ = k.Inherit(k)
		for _, a := range append(algorithms, Algorithm{Name: k.Algorithm}) {
			if families[a.Name] != k.Algorithm {
				continue
			}
			_, _ = Check(k, a, Message{Bytes: document}, sig)
			if _, err := Check(k, a, Message{Bytes: document}, make([]byte, len(sig))); err == nil && len(sig) > 0 {
				t.Errorf("%s: a signature of zeros accepted by %x", a.Name, spki)
			}
		}
	})
}

// FuzzByIdentifier: parameters of any octets; what is resolved has a name and,
// where it signs a digest, one.
func FuzzByIdentifier(f *testing.F) {
	f.Add(ber.EncodeOID(oidPSS), pssParams(SHA256, SHA384, 9), uint8(SHA1))
	f.Add(ber.EncodeOID(oidECSpecified), tlv(0x30, oidTLV(SHA256.OID())), uint8(0))
	f.Add(ber.EncodeOID("1.2.840.113549.1.1.11"), asn1Null, uint8(SHA256))
	f.Add(ber.EncodeOID(SHA256.OID()), []byte(nil), uint8(SHA256))
	f.Fuzz(func(t *testing.T, id, params []byte, digest uint8) {
		r := ber.NewReader(tlv(0x06, id), nil)
		e, err := r.Next()
		if err != nil {
			return
		}
		oid, err := e.OID()
		if err != nil {
			return
		}
		_, _, _ = DigestByIdentifier(oid, params)
		a, _, err := ByIdentifier(oid, params, Digest(digest)%digests)
		if err != nil {
			return
		}
		if families[a.Name] == "" || a.OID != oid {
			t.Errorf("%s resolved as %+v", oid, a)
		}
		if takesDigest := families[a.Name] == "RSA" || families[a.Name] == "ECDSA" || families[a.Name] == "DSA"; takesDigest != a.Prehashed() {
			t.Errorf("%s: %+v", oid, a)
		}
	})
}
