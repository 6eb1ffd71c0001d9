package sigalg

import (
	"crypto/ecdsa"
	"crypto/rand"
	"fmt"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
)

func benchCheck(b *testing.B, s signed) {
	b.Run(s.name, func(b *testing.B) {
		k := mustKey(b, s.spki)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Check(k, s.a, Message{Bytes: s.msg}, s.sig); err != nil {
				b.Fatal(err)
			}
		}
		// Nearly the same for all, or the purse is deceived.
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(k.Cost(len(s.msg))), "ns/cost")
	})
}

func BenchmarkCheck(b *testing.B) {
	h := sum(b, SHA256, document)
	for _, bits := range []int{1024, 2048, 3072, 4096} {
		pair := newRSA(b, 60, bits, eF4)
		em, _ := encodePKCS1(pair.size(), digestInfoDER(SHA256, h, true))
		spki := spkiOf(oidRSA, asn1Null, pair.body())
		benchCheck(b, signed{fmt.Sprintf("RSA-%d", bits), spki, pkcs1(SHA256), document, pair.sign(em)})
		if bits == 2048 {
			a := pss(SHA256, SHA256, 32)
			benchCheck(b, signed{"RSA-PSS-2048", spki, a, document, pair.signPSS(a, h, 32)})
		}
	}
	for _, oid := range []ber.OID{"1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35", "1.3.36.3.3.2.8.1.1.7", "1.3.36.3.3.2.8.1.1.11", "1.3.36.3.3.2.8.1.1.13", "1.3.132.0.10"} {
		priv, spki := ecPair(b, curves()[oid])
		r, s, err := ecdsa.Sign(rand.Reader, priv, h)
		if err != nil {
			b.Fatal(err)
		}
		benchCheck(b, signed{curves()[oid].name, spki, ecdsaWithDigest(SHA256, false), document, pairDER(r, s)})
	}
	for _, s := range append(edwards(b), lattices(b)...) {
		benchCheck(b, s)
	}
	for _, s := range hashTrees(b, "SLH-DSA-SHA2-128s", "SLH-DSA-SHA2-128f", "SLH-DSA-SHA2-256s", "SLH-DSA-SHA2-256f", "SLH-DSA-SHAKE-128f", "SLH-DSA-SHAKE-256s", "SLH-DSA-SHAKE-256f") {
		benchCheck(b, s)
	}
}

func BenchmarkParsePublicKey(b *testing.B) {
	_, p256 := ecPair(b, curves()["1.2.840.10045.3.1.7"])
	for name, spki := range map[string][]byte{"RSA-2048": spkiOf(oidRSA, asn1Null, newRSA(b, 61, 2048, eF4).body()), "P-256": p256} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParsePublicKey(spki); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
