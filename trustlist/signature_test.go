package trustlist

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.mozilla.org/pkcs7"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/internal/corpora"
)

// operator makes an ECDSA certificate whose key comes from its name.
func operator(t testing.TB, cn string) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	seed := sha256.Sum256([]byte(cn))
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed[:])
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: cn}, NotBefore: from2020, NotAfter: to2040, SubjectKeyId: seed[:20]}
	out, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(out)
	if err != nil {
		t.Fatal(err)
	}
	return c, key
}

// cmsOf signs as any CMS tool does: signed attributes, detached.
func cmsOf(t testing.TB, content []byte, c *x509.Certificate, key crypto.PrivateKey, change func(*pkcs7.SignedData)) []byte {
	t.Helper()
	sd, err := pkcs7.NewSignedData(content)
	if err != nil {
		t.Fatal(err)
	}
	sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if change != nil {
		change(sd)
	}
	if err := sd.AddSigner(c, key, pkcs7.SignerInfoConfig{}); err != nil {
		t.Fatal(err)
	}
	sd.Detach()
	out, err := sd.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestVerifySignature(t *testing.T) {
	list := []byte(minimal)
	op, key := operator(t, "operator")
	stranger, strangerKey := operator(t, "stranger")
	signer := parsed(t, op.Raw)
	good := cmsOf(t, list, op, key, nil)
	if err := VerifySignature(list, good, signer); err != nil {
		t.Fatal(err)
	}
	attached, err := pkcs7.NewSignedData(list)
	if err != nil {
		t.Fatal(err)
	}
	if err := attached.AddSigner(op, key, pkcs7.SignerInfoConfig{}); err != nil {
		t.Fatal(err)
	}
	whole, err := attached.Finish()
	if err != nil {
		t.Fatal(err)
	}
	broken := bytes.Clone(good)
	broken[len(broken)-1] ^= 1
	// The first id-data in the message is eContentType, the second the attribute.
	idData := []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01}
	otherType := bytes.Replace(good, idData, append(bytes.Clone(idData[:8]), 5), 1)
	renumbered, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(8), Subject: op.Subject, NotBefore: from2020, NotAfter: to2040}, op, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name      string
		list, sig []byte
		signer    *cert.Certificate
		what      string
	}{
		{"no signer", list, good, nil, "no signer was named"},
		{"no signature", list, nil, signer, "not a CMS message"},
		{"text", list, []byte("signed by me"), signer, "not a CMS message"},
		{"attached", list, whole, signer, "detached signature is needed"},
		{"another list", append(bytes.Clone(list), '\n'), good, signer, "other octets"},
		{"another signer", list, good, parsed(t, stranger.Raw), "none of its 1 signers"},
		{"signed by a stranger", list, cmsOf(t, list, stranger, strangerKey, nil), signer, "none of its 1 signers"},
		{"another certificate of the same key", list, good, parsed(t, renumbered), "none of its 1 signers"},
		{"content type exchanged", list, otherType, signer, "content-type"},
		{"signature value broken", list, broken, signer, "does not match"},
		{"weak digest", list, cmsOf(t, list, op, key, func(sd *pkcs7.SignedData) { sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA1) }), signer, "too weak"},
	} {
		err := VerifySignature(tc.list, tc.sig, tc.signer)
		var se *SignatureError
		if !errors.As(err, &se) || !strings.Contains(err.Error(), tc.what) {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.what)
		}
	}
}

// TestSignatureCoversEveryAnchor: a certificate beside a signed list could be
// exchanged without touching the list.
func TestSignatureCoversEveryAnchor(t *testing.T) {
	op, key := operator(t, "operator")
	signer := parsed(t, op.Raw)
	a := der(t, "a")
	files := fstest.MapFS{"a.cer": {Data: a}}
	for _, tc := range []struct{ name, keys, what string }{
		{"file alone", "file: a.cer", "does not cover the certificate"},
		{"file with its fingerprint", "file: a.cer, sha256: '" + print(a) + "'", ""},
		{"inline", "der: " + base64.StdEncoding.EncodeToString(a), ""},
		{"pin", pin, ""},
	} {
		yaml := []byte(on(tc.keys))
		l, err := Parse(yaml, files)
		if err != nil {
			t.Fatal(err)
		}
		sig := cmsOf(t, yaml, op, key, nil)
		yaml[0] = 'x' // the list keeps what it was read from
		err = l.VerifySignature(sig, signer)
		if tc.what == "" && err != nil || tc.what != "" && (err == nil || !strings.Contains(err.Error(), tc.what)) {
			t.Errorf("%s: %v", tc.name, err)
		}
		if err := VerifySignature([]byte(on(tc.keys)), sig, signer); err != nil {
			t.Errorf("%s: the octets are signed: %v", tc.name, err)
		}
	}
	plain, err := FromCertificates("a", a)
	if err != nil {
		t.Fatal(err)
	}
	var none *List
	if plain.VerifySignature(nil, signer) == nil || none.VerifySignature(nil, signer) == nil {
		t.Error("plain certificates or no list count as signed")
	}
}

// TestVerifySignatureNamesakes: a stranger with the operator's name and serial
// number signs; only the key decides.
func TestVerifySignatureNamesakes(t *testing.T) {
	list := []byte(minimal)
	op, _ := operator(t, "operator")
	_, strangerKey := operator(t, "stranger")
	forged := cmsOf(t, list, op, strangerKey, nil)
	if err := VerifySignature(list, forged, parsed(t, op.Raw)); err == nil {
		t.Error("a stranger's key signs for the operator")
	}
}

// TestVerifySignatureReference: a signed signing-certificate attribute must
// name the signer (RFC 5035 5).
func TestVerifySignatureReference(t *testing.T) {
	list := []byte(minimal)
	op, key := operator(t, "operator")
	other, _ := operator(t, "other")
	sign := func(c *x509.Certificate) []byte {
		sum := sha1.Sum(c.Raw)
		value := struct{ Certs []struct{ Hash []byte } }{[]struct{ Hash []byte }{{sum[:]}}}
		sd, err := pkcs7.NewSignedData(list)
		if err != nil {
			t.Fatal(err)
		}
		sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
		attr := pkcs7.Attribute{Type: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}, Value: value}
		if err := sd.AddSigner(op, key, pkcs7.SignerInfoConfig{ExtraSignedAttributes: []pkcs7.Attribute{attr}}); err != nil {
			t.Fatal(err)
		}
		sd.Detach()
		out, err := sd.Finish()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if err := VerifySignature(list, sign(op), parsed(t, op.Raw)); err != nil {
		t.Error(err)
	}
	if err := VerifySignature(list, sign(other), parsed(t, op.Raw)); err == nil || !strings.Contains(err.Error(), "names another certificate") {
		t.Errorf("reference to another certificate: %v", err)
	}
}

// FuzzVerifySignature: no message that was not made by the operator's key
// passes, and none hangs.
func FuzzVerifySignature(f *testing.F) {
	list := []byte(minimal)
	op, key := operator(f, "operator")
	signer := parsed(f, op.Raw)
	good := cmsOf(f, list, op, key, nil)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte{0x30, 0x80})
	other := append(bytes.Clone(list), "sequence: 9\n"...)
	f.Fuzz(func(t *testing.T, sig []byte) {
		start := time.Now()
		if VerifySignature(other, sig, signer) == nil {
			t.Fatal("a list that nobody signed passes")
		}
		if d := time.Since(start); d > corpora.TimeBar() {
			t.Fatalf("took %v", d)
		}
	})
}
