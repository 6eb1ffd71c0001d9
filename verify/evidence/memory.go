package evidence

import (
	"bytes"
	"crypto/sha256"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/internal/recent"
)

// A Memory keeps what items say, so that octets that come with many documents
// - the certificates of their CAs, a list of three megabytes - are read once.
// It is bounded and safe for concurrent use. Nil is usable and remembers nothing.
type Memory struct {
	items *recent.Map[readKey, read]
}

// MemoryOctets bounds a Memory: some twenty lists of the largest size known,
// or all that a batch of one office meets.
const MemoryOctets = 64 << 20

// NewMemory keeps items of so many octets in all; 0 means MemoryOctets.
func NewMemory(octets int64) *Memory {
	if octets <= 0 {
		octets = MemoryOctets
	}
	return &Memory{items: recent.New[readKey, read](octets)}
}

// readKey names octets and how deep they were read.
type readKey struct {
	itemKey
	depth int
}

// read is what octets say, and what reading them cost: it costs every document
// the same, so that a report does not depend on those before.
type read struct {
	item           *Item
	bytes, objects int64
}

// NewItem is [NewItem], with the parsed part from memory where the same octets
// were read before. What is shared must not be changed.
func (m *Memory) NewItem(t Type, raw []byte, origin Origin, where string, p *purse.Purse) *Item {
	if m == nil || t != Certificate && t != CRL && t != OCSP {
		return NewItem(t, raw, origin, where, p)
	}
	key := readKey{itemKey{t, sha256.Sum256(raw)}, p.MaxDepth()}
	if r, ok := m.items.Get(key); ok && p.Left(purse.Bytes) >= r.bytes && p.Left(purse.Objects) >= r.objects {
		return r.again(raw, origin, where, p)
	}
	b, o := p.Left(purse.Bytes), p.Left(purse.Objects)
	// Octets of its own: those given may be a corner of a large document.
	it := NewItem(t, bytes.Clone(raw), origin, where, p)
	if it.Err != nil {
		it.Raw = raw
		return it
	}
	kept := *it // what the caller does with the item is its own affair
	m.items.Add(key, read{item: &kept, bytes: b - p.Left(purse.Bytes), objects: o - p.Left(purse.Objects)}, int64(len(raw))+certificateCost)
	return it
}

func (r read) again(raw []byte, origin Origin, where string, p *purse.Purse) *Item {
	_, _ = p.Take(purse.Bytes, r.bytes), p.Take(purse.Objects, r.objects) // there is enough
	it := *r.item
	it.Raw, it.Origin, it.Where = raw, origin, where
	return &it
}

// Certificate reads a certificate that stands within another item.
func (m *Memory) Certificate(raw []byte, p *purse.Purse) (*cert.Certificate, error) {
	it := m.NewItem(Certificate, raw, Document, "", p)
	return it.Certificate, it.Err
}

// Use says how often octets were remembered.
func (m *Memory) Use() recent.Use {
	if m == nil {
		return recent.Use{}
	}
	return m.items.Use()
}
