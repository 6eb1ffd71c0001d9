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
	bySubject map[string][]*cert.Certificate
	byKeyID   map[string][]*cert.Certificate
	byDigest  map[[32]byte]*cert.Certificate
}

// NewPool indexes certificates. Nil entries and repetitions are left out.
func NewPool(certs []*cert.Certificate) *Pool {
	p := &Pool{
		bySubject: make(map[string][]*cert.Certificate),
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
		name := cert.NameKey(c.RawSubject)
		p.bySubject[name] = append(p.bySubject[name], c)
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
	return p.bySubjectKey(cert.NameKey(name))
}

func (p *Pool) bySubjectKey(key string) []*cert.Certificate {
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
