package path

import (
	"bytes"
	"slices"

	"github.com/kakuin/kakuin/eseal/cert"
)

// A Pool holds the certificates that may stand between a leaf and an anchor,
// once each, in an order of its own. It does not change: any number of
// searches may share it.
type Pool struct {
	all       []*cert.Certificate // by SHA-256
	bySubject map[string][]*entry
	byKeyID   map[string][]*cert.Certificate
	byDigest  map[[32]byte]*cert.Certificate
}

// entry is a certificate with its names prepared for comparison.
type entry struct {
	c               *cert.Certificate
	subject, issuer string // cert.NameKey
}

func newEntry(c *cert.Certificate) *entry {
	return &entry{c: c, subject: cert.NameKey(c.RawSubject), issuer: cert.NameKey(c.RawIssuer)}
}

// selfIssued is RFC 5280 6.1: the same name as subject and issuer.
func (e *entry) selfIssued() bool { return e.subject == e.issuer }

// NewPool indexes certificates. Nil entries and repetitions are left out.
func NewPool(certs []*cert.Certificate) *Pool {
	p := &Pool{
		bySubject: make(map[string][]*entry),
		byKeyID:   make(map[string][]*cert.Certificate),
		byDigest:  make(map[[32]byte]*cert.Certificate, len(certs)),
	}
	for _, c := range certs {
		if c == nil || p.byDigest[c.SHA256] != nil {
			continue
		}
		p.byDigest[c.SHA256] = c
		p.all = append(p.all, c)
	}
	slices.SortFunc(p.all, bySHA256)
	for _, c := range p.all {
		e := newEntry(c)
		p.bySubject[e.subject] = append(p.bySubject[e.subject], e)
		if len(c.SubjectKeyID) > 0 {
			p.byKeyID[string(c.SubjectKeyID)] = append(p.byKeyID[string(c.SubjectKeyID)], c)
		}
	}
	return p
}

func bySHA256(a, b *cert.Certificate) int { return bytes.Compare(a.SHA256[:], b.SHA256[:]) }

// Len is the number of certificates.
func (p *Pool) Len() int {
	if p == nil {
		return 0
	}
	return len(p.all)
}

// All are the certificates in order of their SHA-256. The slice is the pool's own.
func (p *Pool) All() []*cert.Certificate {
	if p == nil {
		return nil
	}
	return p.all
}

// BySubject are the certificates whose subject is the encoded name (RFC 5280 7.1).
func (p *Pool) BySubject(name []byte) []*cert.Certificate {
	var out []*cert.Certificate
	for _, e := range p.named(cert.NameKey(name)) {
		out = append(out, e.c)
	}
	return out
}

func (p *Pool) named(key string) []*entry {
	if p == nil {
		return nil
	}
	return p.bySubject[key]
}

// ByKeyID are the certificates with a subject key identifier.
func (p *Pool) ByKeyID(id []byte) []*cert.Certificate {
	if p == nil {
		return nil
	}
	return p.byKeyID[string(id)]
}

// BySHA256 is the certificate with a digest, or nil.
func (p *Pool) BySHA256(digest [32]byte) *cert.Certificate {
	if p == nil {
		return nil
	}
	return p.byDigest[digest]
}
