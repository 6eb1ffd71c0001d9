package cms

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"os"
	"testing"
	"time"

	"go.mozilla.org/pkcs7"
)

// sample is a message of about 9.5 KB as CAdES-B-LT producers write it: three
// certificates, five signed attributes, a token's worth of unsigned octets.
func sample(tb testing.TB) []byte {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	var certs []*x509.Certificate
	for i := range 3 {
		certs = append(certs, selfSigned(tb, key, i))
	}
	sd, err := pkcs7.NewSignedData([]byte("content of a sealed document"))
	if err != nil {
		tb.Fatal(err)
	}
	sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	config := pkcs7.SignerInfoConfig{
		ExtraSignedAttributes: []pkcs7.Attribute{
			{Type: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}, Value: essCertID{Certs: []essCert{{Hash: make([]byte, 32)}}}},
		},
		ExtraUnsignedAttributes: []pkcs7.Attribute{
			{Type: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}, Value: struct{ Token []byte }{make([]byte, 6000)}},
		},
	}
	if err := sd.AddSigner(certs[0], key, config); err != nil {
		tb.Fatal(err)
	}
	sd.AddCertificate(certs[1])
	sd.AddCertificate(certs[2])
	der, err := sd.Finish()
	if err != nil {
		tb.Fatal(err)
	}
	return der
}

type essCert struct{ Hash []byte }
type essCertID struct{ Certs []essCert }

func selfSigned(tb testing.TB, key *rsa.PrivateKey, serial int) *x509.Certificate {
	tb.Helper()
	tpl := &x509.Certificate{
		SerialNumber: big.NewInt(int64(1000 + serial)),
		Subject:      pkix.Name{Country: []string{"JP"}, Organization: []string{"Example City"}, CommonName: "Seal of the Mayor"},
		NotBefore:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, tpl, tpl, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// BenchmarkParse compares with the library that the reader replaces; -v of
// TestSpeed prints the ratio of one run.
func BenchmarkParse(b *testing.B) {
	data := sample(b)
	if name := os.Getenv("KAKUIN_BENCH_CMS"); name != "" {
		var err error
		if data, err = os.ReadFile(name); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%d octets", len(data))
	b.Run("kakuin", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse(data, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("pkcs7", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := pkcs7.Parse(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
