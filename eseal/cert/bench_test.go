package cert

import (
	"crypto/x509"
	"math/big"
	"testing"
)

// benchCertificate is of the usual size: names, key, eight extensions.
func benchCertificate() []byte {
	s := sound()
	s.extensions = benchExtensions()
	s.signature = bitstr(make([]byte, 256)...)
	return s.der()
}

func benchExtensions() [][]byte {
	return [][]byte{
		ext(oidSubjectKeyID, octs(make([]byte, 20))),
		ext(oidAuthorityKeyID, seq(prim(0, make([]byte, 20)))),
		criticalExt(oidKeyUsage, []byte{3, 2, 6, 0xc0}),
		criticalExt(oidPolicies, seq(seq(oid("1.2.392.200149.8.5.1.1.20")))),
		ext(oidSubjectAltName, seq(ctx(4, dn("C=JP", "O=日本国政府", "CN=統括官")))),
		ext(oidCRLPoints, seq(seq(ctx(0, ctx(0, str(0x86, "http://crl.example.jp/ca.crl")))))),
		ext(oidAuthorityInfo, seq(seq(oid(oidADOCSP), str(0x86, "http://ocsp.example.jp")))),
		ext(oidQCStatements, seq(seq(oid(OIDQcCompliance)), seq(oid(OIDQcType), seq(oid(OIDQcTypeESeal))))),
	}
}

func BenchmarkParse(b *testing.B) {
	der := benchCertificate()
	b.Run("own", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse(der, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("crypto/x509", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := x509.ParseCertificate(der); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkCRL has as many entries as the largest CRL of the measurements.
func BenchmarkCRL(b *testing.B) {
	const n = 136_137
	der := largeCRL(n)
	b.Run("ParseCRL", func(b *testing.B) {
		b.SetBytes(int64(len(der)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ParseCRL(der, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	c, err := ParseCRL(der, nil)
	if err != nil {
		b.Fatal(err)
	}
	absent := encodeInt(serialOf(n))
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(int64(len(der)))
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := scanSerial(c.RawEntries, absent); ok {
				b.Fatal("found")
			}
		}
	})
	b.Run("index", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.buildIndex()
		}
	})
	serial := big.NewInt(1)
	b.Run("Lookup", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, ok, err := c.Lookup(serial, c.RawIssuer); ok || err != nil {
				b.Fatal(ok, err)
			}
		}
	})
	b.Run("x509.ParseRevocationList", func(b *testing.B) {
		b.SetBytes(int64(len(der)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := x509.ParseRevocationList(der); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkNames(b *testing.B) {
	ascii := dn("C=JP", "O=Japanese Government", "OU=OfficialStatusCA")
	ja := dn("C=JP", "O=日本国政府", "OU=官職認証局")
	for name, raw := range map[string][]byte{"ascii": ascii, "japanese": ja} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				NameKey(raw)
			}
		})
	}
}
