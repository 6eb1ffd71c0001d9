package evidence

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/kakuin/kakuin/eseal/cert"
)

// A Set holds each item once, whatever the order in which items came. It is
// filled first and then only read; reading is safe for concurrent use.
type Set struct {
	base   *Set // what many sets share; nil where there is nothing
	byKey  map[itemKey]*Item
	byHash map[[32]byte]*Item

	mu  sync.Mutex
	own []*Item // of byKey, in the order of compare; nil until somebody asks
	all []*Item // with those of base
}

type itemKey struct {
	t   Type
	sha [32]byte
}

// NewSet makes a set of items.
func NewSet(items ...*Item) *Set {
	s := &Set{byKey: make(map[itemKey]*Item, len(items)), byHash: make(map[[32]byte]*Item, len(items))}
	for _, it := range items {
		s.Add(it)
	}
	return s
}

// Over makes an empty set on top of another one, which must not change any
// more: everything of base is in it too, and costs nothing to put there.
func Over(base *Set) *Set {
	s := NewSet()
	s.base = base
	return s
}

// Add puts an item in and tells whether it was new. Of two equal items the
// one of the nearer origin stays.
func (s *Set) Add(it *Item) bool {
	key := itemKey{it.Type, it.SHA256}
	old := s.find(key)
	if old != nil && !nearer(it, old) {
		return false
	}
	s.byKey[key] = it
	if other := s.byHash[it.SHA256]; other == nil || compare(it, other) <= 0 {
		s.byHash[it.SHA256] = it
	}
	s.own, s.all = nil, nil
	return old == nil
}

func (s *Set) find(key itemKey) *Item {
	for ; s != nil; s = s.base {
		if it := s.byKey[key]; it != nil {
			return it
		}
	}
	return nil
}

func compare(a, b *Item) int {
	if a.Type != b.Type {
		return cmp.Or(typeOrder(a.Type)-typeOrder(b.Type), cmp.Compare(a.Type, b.Type))
	}
	return bytes.Compare(a.SHA256[:], b.SHA256[:])
}

func nearer(a, b *Item) bool {
	if rank[a.Origin] != rank[b.Origin] {
		return rank[a.Origin] < rank[b.Origin]
	}
	if a.Where != b.Where {
		return a.Where < b.Where
	}
	return a.URL < b.URL
}

// Clone copies the set, not the items.
func (s *Set) Clone() *Set {
	c := NewSet(s.Own()...)
	c.base = s.base
	return c
}

// IsOver tells whether the set stands on top of base.
func (s *Set) IsOver(base *Set) bool { return base != nil && s.base == base }

// Own are the items that were added to this set itself, in the order of Items.
func (s *Set) Own() []*Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sorted()
}

func (s *Set) sorted() []*Item {
	if s.own == nil {
		s.own = slices.SortedFunc(maps.Values(s.byKey), compare)
	}
	return s.own
}

// Items are all items: by type, then by digest, so that the order never
// depends on the order of arrival.
func (s *Set) Items() []*Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.base == nil {
		return s.sorted()
	}
	if s.all == nil {
		s.all = merge(s.sorted(), s.base.Items())
	}
	return s.all
}

// merge keeps the order of both; of equal items that of a stays.
func merge(a, b []*Item) []*Item {
	out := make([]*Item, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := compare(a[0], b[0]); {
		case c <= 0:
			out, a = append(out, a[0]), a[1:]
			if c == 0 {
				b = b[1:]
			}
		default:
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

func typeOrder(t Type) int {
	return slices.Index([]Type{Certificate, CRL, OCSP, Token, List}, t)
}

// Get finds an item by the SHA-256 of its octets; of octets that came as two
// types, the one whose type stands first in Items.
func (s *Set) Get(sha [32]byte) *Item {
	it := s.byHash[sha]
	if s.base != nil {
		if below := s.base.Get(sha); it == nil || below != nil && compare(below, it) < 0 {
			return below
		}
	}
	return it
}

// Certificate finds a certificate that could be read by the SHA-256 of its
// octets; nil for none.
func (s *Set) Certificate(sha [32]byte) *cert.Certificate {
	if it := s.find(itemKey{Certificate, sha}); it != nil {
		return it.Certificate
	}
	return nil
}

// Certificates are the certificates that could be read.
func (s *Set) Certificates() []*cert.Certificate {
	var out []*cert.Certificate
	for _, it := range s.Items() {
		if it.Certificate != nil {
			out = append(out, it.Certificate)
		}
	}
	return out
}
