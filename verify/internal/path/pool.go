package path

import (
	"bytes"
	"math/big"
	"slices"

	"github.com/kakuin/kakuin/eseal/cert"
)

// A Pool holds the certificates that may stand between a leaf and an anchor,
// once each, in an order of its own. It does not change: any number of
// searches may share it, and pools of single documents may stand over one of
// what they have in common.
type Pool struct {
	base      *Pool
	all       []*cert.Certificate // by SHA-256, without those of base
	bySubject map[string][]*entry
	byKeyID   map[string][]*cert.Certificate
	bySerial  map[string][]*cert.Certificate
	byDigest  map[[32]byte]*cert.Certificate
}

// entry is a certificate with its names prepared for comparison.
type entry struct {
	c               *cert.Certificate
	subject, issuer string // cert.NameKey
}

func newEntry(c *cert.Certificate) *entry {
	return &entry{c: c, subject: c.SubjectKey(), issuer: c.IssuerKey()}
}

// selfIssued is RFC 5280 6.1: the same name as subject and issuer.
func (e *entry) selfIssued() bool { return e.subject == e.issuer }

// NewPool indexes certificates. Nil entries and repetitions are left out.
func NewPool(certs []*cert.Certificate) *Pool { return (*Pool)(nil).With(certs) }

// With is a pool of the certificates of p and some more.
func (p *Pool) With(certs []*cert.Certificate) *Pool {
	out := &Pool{
		base:      p,
		bySubject: make(map[string][]*entry),
		byKeyID:   make(map[string][]*cert.Certificate),
		bySerial:  make(map[string][]*cert.Certificate),
		byDigest:  make(map[[32]byte]*cert.Certificate, len(certs)),
	}
	for _, c := range certs {
		if c == nil || out.BySHA256(c.SHA256) != nil {
			continue
		}
		out.byDigest[c.SHA256] = c
		out.all = append(out.all, c)
	}
	slices.SortFunc(out.all, bySHA256)
	for _, c := range out.all {
		e := newEntry(c)
		out.bySubject[e.subject] = append(out.bySubject[e.subject], e)
		if len(c.SubjectKeyID) > 0 {
			out.byKeyID[string(c.SubjectKeyID)] = append(out.byKeyID[string(c.SubjectKeyID)], c)
		}
		if c.Serial != nil {
			out.bySerial[c.Serial.Text(62)] = append(out.bySerial[c.Serial.Text(62)], c)
		}
	}
	return out
}

func bySHA256(a, b *cert.Certificate) int { return bytes.Compare(a.SHA256[:], b.SHA256[:]) }

// layered gathers what a pool and those below it have, in one order.
func layered[T any](p *Pool, of func(*Pool) []T, order func(a, b T) int) []T {
	if p == nil {
		return nil
	}
	own, below := of(p), layered(p.base, of, order)
	if len(own) == 0 {
		return below
	}
	if len(below) == 0 {
		return own
	}
	out := slices.Concat(own, below)
	slices.SortFunc(out, order)
	return out
}

// Len is the number of certificates.
func (p *Pool) Len() int {
	if p == nil {
		return 0
	}
	return len(p.all) + p.base.Len()
}

// All are the certificates in order of their SHA-256. The slice is not the caller's.
func (p *Pool) All() []*cert.Certificate {
	return layered(p, func(p *Pool) []*cert.Certificate { return p.all }, bySHA256)
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
	return layered(p, func(p *Pool) []*entry { return p.bySubject[key] }, func(a, b *entry) int { return bySHA256(a.c, b.c) })
}

// ByKeyID are the certificates with a subject key identifier.
func (p *Pool) ByKeyID(id []byte) []*cert.Certificate {
	return layered(p, func(p *Pool) []*cert.Certificate { return p.byKeyID[string(id)] }, bySHA256)
}

// BySerial are the certificates with a serial number, whoever issued them.
func (p *Pool) BySerial(serial *big.Int) []*cert.Certificate {
	return layered(p, func(p *Pool) []*cert.Certificate { return p.bySerial[serial.Text(62)] }, bySHA256)
}

// BySHA256 is the certificate with a digest, or nil.
func (p *Pool) BySHA256(digest [32]byte) *cert.Certificate {
	for ; p != nil; p = p.base {
		if c := p.byDigest[digest]; c != nil {
			return c
		}
	}
	return nil
}
