package verifytest

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"time"
)

// Profile says what a certificate is for; it decides the extensions.
type Profile string

// The profiles.
const (
	Root      Profile = "root"       // self-signed CA
	CA        Profile = "ca"         // subordinate or cross-certified CA
	Seal      Profile = "seal"       // legal person: organizationIdentifier, QcType eseal (EN 319 412-3)
	Office    Profile = "office"     // a post, 官職: Japanese name in subjectAltName directoryName
	Person    Profile = "person"     // natural person: nonRepudiation, QcType esign
	Timestamp Profile = "timestamp"  // time-stamp unit (RFC 3161 2.3: critical, timeStamping alone)
	OCSP      Profile = "ocsp"       // delegated responder (RFC 6960 4.2.2.2), ocsp-nocheck
	CRLSigner Profile = "crl-signer" // issuer of indirect CRLs
)

// Cert is a certificate with its test key and its issuer.
type Cert struct {
	DER                 []byte
	Key                 crypto.Signer
	KeyName             string
	Issuer              *Cert // nil for a self-signed certificate
	Subject             Name
	Serial              *big.Int
	NotBefore, NotAfter time.Time
	Profile             Profile

	subject, issuer, spki []byte
}

// CertTemplate is what a certificate is made from; zero fields take the profile's defaults.
type CertTemplate struct {
	Profile             Profile
	Subject             Name
	JapaneseName        Name      // subjectAltName directoryName
	Key                 string    // name of the test key; default: by the profile
	Issuer              *Cert     // nil: self-signed
	Serial              *big.Int  // default: from the subject, issuer, key and start
	NotBefore, NotAfter time.Time // default: 2025-04-01 to 2030-03-31, CAs 2023-04-01 to 2043-03-31
	Policies            []string  // certificatePolicies
	PathLen             int       // pathLenConstraint + 1; 0 = none
	CRL                 string    // distribution point address; default: by the issuer; "-" = none
	OCSP                string    // address of the responder; default none
	Digest, Scheme      string    // of the issuer's signature; default by its key
	SignWith            *Cert     // sign with this certificate's key instead of the issuer's
	Extensions          []Extension
}

// Extension is one certificate or CRL extension; Value is the DER inside the octet string.
type Extension struct {
	ID       string
	Critical bool
	Value    []byte
}

// CertDraft is a certificate about to be signed; mutators change it.
type CertDraft struct {
	Version             int // as encoded: 2 = v3
	Serial              *big.Int
	Issuer, Subject     []byte // DER of the names
	NotBefore, NotAfter time.Time
	SPKI                []byte
	Key                 string // name of the test key; a mutator that changes it changes SPKI too
	Extensions          []Extension
	SignatureHook       func([]byte) []byte // changes the signature value

	scheme scheme
}

// Set replaces the extension of that identifier, or adds it.
func (d *CertDraft) Set(e Extension) {
	for i := range d.Extensions {
		if d.Extensions[i].ID == e.ID {
			d.Extensions[i] = e
			return
		}
	}
	d.Extensions = append(d.Extensions, e)
}

// Drop removes the extension of that identifier.
func (d *CertDraft) Drop(id string) {
	var kept []Extension
	for _, e := range d.Extensions {
		if e.ID != id {
			kept = append(kept, e)
		}
	}
	d.Extensions = kept
}

// Issue makes a certificate.
func (w *World) Issue(t CertTemplate, mutators ...CertMutator) *Cert {
	c := &Cert{Issuer: t.Issuer, Subject: t.Subject, Profile: t.Profile, KeyName: or(t.Key, defaultKey[t.Profile])}
	c.Key = Key(c.KeyName)
	signer, issuerName := c, t.Subject.DER()
	if t.Issuer != nil {
		signer, issuerName = t.Issuer, t.Issuer.subject
	}
	if t.SignWith != nil {
		signer = t.SignWith
	}
	d := &CertDraft{Version: 2, Serial: t.Serial, Issuer: issuerName, Subject: t.Subject.DER(), SPKI: spki(c.Key),
		Key: c.KeyName, NotBefore: t.NotBefore, NotAfter: t.NotAfter, scheme: schemeFor(signer.Key, t.Scheme, t.Digest)}
	fillDates(d, t.Profile)
	if d.Serial == nil {
		d.Serial = serialOf(d)
	}
	d.Extensions = profileExtensions(t, d)
	for _, m := range mutators {
		m.Apply(d)
	}
	if d.Key != c.KeyName {
		c.KeyName, c.Key = d.Key, Key(d.Key)
		d.SPKI = spki(c.Key)
	}
	c.DER = d.sign(signer.Key)
	c.Serial, c.NotBefore, c.NotAfter = d.Serial, d.NotBefore, d.NotAfter
	c.subject, c.issuer, c.spki = d.Subject, d.Issuer, d.SPKI
	w.issued = append(w.issued, c)
	return c
}

func fillDates(d *CertDraft, p Profile) {
	from, to := date(2025, 4, 1), date(2030, 3, 31)
	if p == Root || p == CA {
		from, to = date(2023, 4, 1), date(2043, 3, 31)
	}
	if d.NotBefore.IsZero() {
		d.NotBefore = from
	}
	if d.NotAfter.IsZero() {
		d.NotAfter = to
	}
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// serialOf derives a positive serial number of at most eight octets from what is certified, so that numbers do not
// depend on the order of issuing.
func serialOf(d *CertDraft) *big.Int {
	h := sha256.New()
	for _, part := range [][]byte{d.Issuer, d.Subject, d.SPKI, moment(d.NotBefore), moment(d.NotAfter)} {
		h.Write(part)
	}
	return new(big.Int).SetUint64(binary.BigEndian.Uint64(h.Sum(nil))>>1 | 1<<62)
}

// sign encodes and signs the certificate (RFC 5280 4.1).
func (d *CertDraft) sign(k crypto.Signer) []byte {
	parts := [][]byte{}
	if d.Version > 0 {
		parts = append(parts, explicit(0, integer64(int64(d.Version))))
	}
	parts = append(parts, integer(d.Serial), d.scheme.identifier(), d.Issuer,
		seq(moment(d.NotBefore), moment(d.NotAfter)), d.Subject, d.SPKI)
	if len(d.Extensions) > 0 {
		parts = append(parts, explicit(3, encodeExtensions(d.Extensions)))
	}
	tbs := seq(parts...)
	sig := d.scheme.sign(k, tbs)
	if d.SignatureHook != nil {
		sig = d.SignatureHook(sig)
	}
	return seq(tbs, d.scheme.identifier(), bitString(sig))
}

func encodeExtensions(list []Extension) []byte {
	var out [][]byte
	for _, e := range list {
		parts := [][]byte{objectID(e.ID)}
		if e.Critical {
			parts = append(parts, boolean(true))
		}
		out = append(out, seq(append(parts, octets(e.Value))...))
	}
	return seq(out...)
}

// Chain is the certificate and its issuers, without the self-signed one at the end (unless it is that one itself).
func (c *Cert) Chain() []*Cert {
	chain := []*Cert{c}
	for at := c.Issuer; at != nil && at.Issuer != nil; at = at.Issuer {
		chain = append(chain, at)
	}
	return chain
}

// Anchor is the self-signed certificate at the end of the chain.
func (c *Cert) Anchor() *Cert {
	for c.Issuer != nil {
		c = c.Issuer
	}
	return c
}

// SHA256 is the fingerprint in lower-case hex.
func (c *Cert) SHA256() string { return hex.EncodeToString(fingerprint(c.DER)) }

// PEM is the certificate as text.
func (c *Cert) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.DER})
}

// X509 is the certificate as crypto/x509 reads it; it panics where that package refuses it.
func (c *Cert) X509() *x509.Certificate {
	parsed, err := x509.ParseCertificate(c.DER)
	if err != nil {
		panic(err)
	}
	return parsed
}

func (c *Cert) selfSigned() bool { return c.Issuer == nil }
