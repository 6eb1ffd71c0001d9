package path_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
)

// Certificates of these tests come from crypto/x509 with Ed25519 keys made
// from their names: the same call gives the same octets.

var (
	noon  = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	start = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	end   = time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
)

// entity is a name with a key. Several certificates may certify it.
type entity struct {
	name string
	key  ed25519.PrivateKey
}

func newEntity(name string) *entity { return newKey(name, name) }

// newKey is an entity under a name that another key may bear too.
func newKey(name, seed string) *entity {
	sum := sha256.Sum256([]byte(seed))
	return &entity{name: name, key: ed25519.NewKeyFromSeed(sum[:])}
}

type option func(*x509.Certificate)

// issue makes a certificate for subject under issuer: a CA unless an option
// says otherwise.
func issue(t testing.TB, issuer, subject *entity, opts ...option) *cert.Certificate {
	t.Helper()
	serial := sha256.Sum256([]byte(issuer.name + "/" + subject.name))
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial[:8]), Subject: pkix.Name{CommonName: subject.name},
		NotBefore: start, NotAfter: end, IsCA: true, BasicConstraintsValid: true, MaxPathLen: -1,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	for _, o := range opts {
		o(template)
	}
	parent := &x509.Certificate{Subject: pkix.Name{CommonName: issuer.name}}
	if template.AuthorityKeyId == nil {
		parent.SubjectKeyId = keyID(issuer)
	}
	if template.IsCA && template.SubjectKeyId == nil {
		template.SubjectKeyId = keyID(subject)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, subject.key.Public(), issuer.key)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, der)
}

func parse(t testing.TB, der []byte) *cert.Certificate {
	t.Helper()
	c, err := cert.Parse(der, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func keyID(e *entity) []byte {
	sum := sha256.Sum256(e.key.Public().(ed25519.PublicKey))
	return sum[:20]
}

func leaf(c *x509.Certificate) {
	c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature
}

func expired(c *x509.Certificate)    { c.NotAfter = noon.Add(-time.Hour) }
func early(c *x509.Certificate)      { c.NotBefore = noon.Add(time.Hour) }
func until(at time.Time) option      { return func(c *x509.Certificate) { c.NotAfter = at } }
func since(at time.Time) option      { return func(c *x509.Certificate) { c.NotBefore = at } }
func noKeyIDs(c *x509.Certificate)   { c.SubjectKeyId, c.AuthorityKeyId = []byte{}, []byte{} }
func notCA(c *x509.Certificate)      { c.IsCA = false }
func noCertSign(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign }

func serial(n int64) option {
	return func(c *x509.Certificate) { c.SerialNumber = big.NewInt(n) }
}

func keyIDs(own string) option {
	return func(c *x509.Certificate) { c.SubjectKeyId, c.AuthorityKeyId = []byte(own), []byte{} }
}

func pathLen(n int) option {
	return func(c *x509.Certificate) { c.MaxPathLen, c.MaxPathLenZero = n, n == 0 }
}

func ext(critical bool, value []byte, arcs ...int) option {
	return func(c *x509.Certificate) {
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: arcs, Critical: critical, Value: value})
	}
}

// search runs a search and tells the names of the path that was taken.
func search(t testing.TB, in path.Input) (string, path.Result) {
	t.Helper()
	if in.Time.IsZero() {
		in.Time = noon
	}
	var names []string
	res := path.Search(in, func(p *path.Path) bool {
		for _, c := range p.Certificates {
			names = append(names, c.Subject.CommonName())
		}
		names = append(names, "|", commonName(t, p.Anchor.Name))
		return true
	})
	return strings.Join(names, " "), res
}

func commonName(t testing.TB, raw []byte) string {
	n, err := cert.ParseName(raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	return n.CommonName()
}

func anchors(certs ...*cert.Certificate) []path.Anchor {
	var out []path.Anchor
	for i, c := range certs {
		out = append(out, path.Anchor{Certificate: c, ID: fmt.Sprint(i)})
	}
	return out
}

// bare is an anchor known by name and key alone.
func bare(c *cert.Certificate) path.Anchor {
	return path.Anchor{Name: c.RawSubject, SPKI: c.RawSPKI}
}

func codes(res path.Result) string {
	var out []string
	for _, r := range res.Rejections {
		out = append(out, string(r.Code)[len("K-PTH-"):])
	}
	return strings.Join(out, " ")
}
