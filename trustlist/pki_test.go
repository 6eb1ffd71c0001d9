package trustlist

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
)

var (
	from2020 = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	to2040   = time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
)

// der makes the same self-signed certificate every time: the key comes from
// the name, and an Ed25519 signature has no randomness.
func der(t testing.TB, cn string, change ...func(*x509.Certificate)) []byte {
	t.Helper()
	seed := sha256.Sum256([]byte(cn))
	key := ed25519.NewKeyFromSeed(seed[:])
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(int64(seed[0]) + 1),
		Subject:      pkix.Name{Country: []string{"JP"}, Organization: []string{"Example"}, OrganizationalUnit: []string{"A", "B"}, CommonName: cn},
		NotBefore:    from2020, NotAfter: to2040,
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign,
		SubjectKeyId: seed[:20],
	}
	for _, f := range change {
		f(tmpl)
	}
	out, err := x509.CreateCertificate(nil, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func withPolicy(oid ...int) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		ids, err := asn1.Marshal([]struct{ ID asn1.ObjectIdentifier }{{oid}})
		if err != nil {
			panic(err)
		}
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 32}, Value: ids})
	}
}

func parsed(t testing.TB, der []byte) *cert.Certificate {
	t.Helper()
	c, err := cert.Parse(der, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func print(der []byte) string {
	h := sha256.Sum256(der)
	return hex.EncodeToString(h[:])
}

func date(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}
