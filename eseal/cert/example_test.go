package cert_test

import (
	"fmt"
	"math/big"
	"os"
	"time"

	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"

	"github.com/kakuin/kakuin/eseal/cert"
)

// sample makes a self-signed seal certificate and a CRL of its issuer.
func sample() (der, crl []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		panic(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(42),
		Subject: pkix.Name{
			Country: []string{"JP"}, Organization: []string{"デジタル庁"}, CommonName: "角印",
			ExtraNames: []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{2, 5, 4, 97}, Value: "NTRJP-8000012010038"}},
		},
		NotBefore: time.Unix(1_700_000_000, 0), NotAfter: time.Unix(1_900_000_000, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCRLSign, SubjectKeyId: []byte{1},
	}
	if der, err = x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key); err != nil {
		panic(err)
	}
	issuer, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	crl, err = x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: time.Unix(1_700_000_000, 0), NextUpdate: time.Unix(1_700_600_000, 0),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: big.NewInt(7), RevocationTime: time.Unix(1_699_000_000, 0), ReasonCode: 4}},
	}, issuer, key)
	if err != nil {
		panic(err)
	}
	return der, crl
}

func ExampleParse() {
	der, _ := sample()
	c, err := cert.Parse(der, nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Println(c.Subject)
	fmt.Println(c.KeyName(), c.KeyUsage.Names(), c.Reader(), len(c.Notes))
	// Output:
	// organizationIdentifier=NTRJP-8000012010038,CN=角印,O=デジタル庁,C=JP
	// P-384 [digitalSignature cRLSign] crypto/x509 0
}

func ExampleCertificate_Identity() {
	der, _ := sample()
	c, err := cert.Parse(der, nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	id := c.Identity()
	fmt.Println(id.NameJa, id.CorporateNumber, id.CorporateNumbers[0].Source)
	// Output: デジタル庁 角印 8000012010038 organizationIdentifier NTRJP
}

func ExampleCRL_Lookup() {
	_, der := sample()
	crl, err := cert.ParseCRL(der, nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	entry, revoked, err := crl.Lookup(big.NewInt(7), crl.RawIssuer)
	fmt.Println(revoked, entry.Reason, entry.RevocationDate.Format(time.DateOnly), err)
	_, revoked, err = crl.Lookup(big.NewInt(8), crl.RawIssuer)
	fmt.Println(revoked, err)
	// Output:
	// true superseded 2023-11-03 <nil>
	// false <nil>
}

func ExampleParseOCSP() {
	// A responder that refuses to answer says so outside of any signature.
	o, err := cert.ParseOCSP([]byte{0x30, 3, 0x0a, 1, 3}, nil)
	fmt.Println(o.Status, len(o.Responses), err)
	// Output: tryLater 0 <nil>
}

func ExampleNamesEqual() {
	a, _ := asn1.Marshal(pkix.Name{Organization: []string{"Ｔｅｓｔ　ＣＡ"}}.ToRDNSequence())
	b, _ := asn1.Marshal(pkix.Name{Organization: []string{"TEST CA"}}.ToRDNSequence())
	fmt.Println(cert.NamesEqual(a, b))
	// Output: true
}

func ExampleIsCorporateNumber() {
	fmt.Println(cert.IsCorporateNumber("8000012010038"), cert.IsCorporateNumber("8000012010039"))
	// Output: true false
}

func ExamplePersonal() {
	name := cert.Personal("公的 太郎")
	fmt.Println(name, name.Reveal())
	// Output: *** 公的 太郎
}
