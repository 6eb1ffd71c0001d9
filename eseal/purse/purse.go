// Package purse holds the one budget that everything hostile is read with:
// bytes, objects, depth, signatures, paths, fetches. Running out is an outcome
// of its own (see [Empty]): not "invalid", not a crash.
//
// A Purse belongs to one document and one goroutine at a time.
package purse

import (
	"fmt"
	"slices"
)

// A Kind is one thing that a purse counts.
type Kind uint8

// The kinds, in the order of Limits.
const (
	Bytes      Kind = iota // octets held in memory for one document, decoded streams included
	Objects                // elements, PDF objects, attributes: anything that costs a few words each
	Depth                  // nesting of one structure; a level, never spent
	Signatures             // public-key operations, in checks of an RSA signature of 2048 bits
	Paths                  // edges tried while certification paths are built
	Fetches                // requests over the network
	kinds
)

var kindNames = [kinds]string{"bytes", "objects", "depth", "signatures", "paths", "fetches"}

// String names the kind as it appears in reports.
func (k Kind) String() string {
	if k < kinds {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Limits are the amounts that a purse starts with. A zero field takes the
// default, so the zero Limits are safe.
type Limits struct {
	Bytes, Objects, Depth, Signatures, Paths, Fetches int64
}

// Defaults of Limits, each with its origin.
const (
	// A 256 MB process limit is the bar for hostile files; half of it is for the reader.
	DefaultBytes = 128 << 20
	// The largest real document of the corpora has 50 056 objects over 50 revisions; a 3.1 MB CRL has 136 137 entries of 4 elements.
	DefaultObjects = 4_000_000
	// Real CMS nests 23 deep (archive time-stamps within tokens); PDF page trees reach 20.
	DefaultDepth = 64
	// An archival signature has some hundred time-stamps and revocation data; the slowest curve costs 400 for each. All of it takes some 2 s.
	DefaultSignatures = 60_000
	// A mesh of 8 cross-certified CAs has 109 601 simple paths; an honest one is found in the first hundreds.
	DefaultPaths = 50_000
	// An archival signature names at most some dozens of addresses.
	DefaultFetches = 200
)

func (l Limits) amounts() [kinds]int64 {
	a := [kinds]int64{l.Bytes, l.Objects, l.Depth, l.Signatures, l.Paths, l.Fetches}
	d := [kinds]int64{DefaultBytes, DefaultObjects, DefaultDepth, DefaultSignatures, DefaultPaths, DefaultFetches}
	for i := range a {
		if a[i] <= 0 {
			a[i] = d[i]
		}
	}
	return a
}

// Empty says which amount ran out. It is the only error of this package.
type Empty struct {
	Kind  Kind
	Limit int64
}

func (e *Empty) Error() string {
	return fmt.Sprintf("limit of %d %s reached", e.Limit, e.Kind)
}

// A Purse is what is left of the limits. A nil Purse is not usable; call New.
type Purse struct {
	left, limit [kinds]int64
}

// New fills a purse.
func New(l Limits) *Purse {
	a := l.amounts()
	return &Purse{left: a, limit: a}
}

// Take spends n of a kind, or returns *Empty and leaves the amount spent.
func (p *Purse) Take(k Kind, n int64) error {
	if n < 0 || n > p.left[k] {
		p.left[k] = 0
		return &Empty{Kind: k, Limit: p.limit[k]}
	}
	p.left[k] -= n
	return nil
}

// Give puts back what was taken for a buffer that is no longer held.
func (p *Purse) Give(k Kind, n int64) {
	if n > 0 {
		p.left[k] = min(p.left[k]+n, p.limit[k])
	}
}

// Left is the amount not yet spent.
func (p *Purse) Left(k Kind) int64 { return p.left[k] }

// MaxDepth is the deepest nesting allowed.
func (p *Purse) MaxDepth() int { return int(p.limit[Depth]) }

// TooDeep is the error for a structure that is nested deeper than MaxDepth.
func (p *Purse) TooDeep() error { return &Empty{Kind: Depth, Limit: p.limit[Depth]} }

// Limits are the amounts that the purse started with, every field set.
func (p *Purse) Limits() Limits {
	l := p.limit
	return Limits{Bytes: l[Bytes], Objects: l[Objects], Depth: l[Depth], Signatures: l[Signatures], Paths: l[Paths], Fetches: l[Fetches]}
}

// Max is the wider of two limits, field by field.
func (l Limits) Max(o Limits) Limits {
	return Limits{Bytes: max(l.Bytes, o.Bytes), Objects: max(l.Objects, o.Objects), Depth: max(l.Depth, o.Depth),
		Signatures: max(l.Signatures, o.Signatures), Paths: max(l.Paths, o.Paths), Fetches: max(l.Fetches, o.Fetches)}
}

// Levels are what is left of each kind, in the order of Limits.
func (p *Purse) Levels() []int64 { return slices.Clone(p.left[:]) }

// Bring sets what is left to levels that a purse with the same limits had:
// work that is not done again has its price all the same. It reports whether
// there are as many levels as kinds.
func (p *Purse) Bring(levels []int64) bool {
	if len(levels) != int(kinds) {
		return false
	}
	for k := range p.left {
		p.left[k] = min(max(levels[k], 0), p.limit[k])
	}
	return true
}
