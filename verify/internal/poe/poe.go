// Package poe keeps proofs of existence: for each object of a validation the
// earliest time at which it is proven to have existed, and by what (EN 319
// 102-1 5.6.2.3). It verifies no time-stamp; who adds proofs did.
package poe

import (
	"crypto/sha256"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// An Object is what a proof is about: a signature's value, a whole time-stamp
// token, or a certificate, CRL or OCSP response by its octets.
type Object struct {
	signature *eseal.Signature
	timestamp *eseal.Timestamp
	sha256    [32]byte
}

// Signature is the object of a signature value.
func Signature(s *eseal.Signature) Object { return Object{signature: s} }

// Timestamp is the object of a token.
func Timestamp(t *eseal.Timestamp) Object { return Object{timestamp: t} }

// Digest is the object of octets with a SHA-256.
func Digest(sum [32]byte) Object { return Object{sha256: sum} }

// A Proof is a time at which an object existed, and the id of what proves it;
// empty where nothing does but that it is at hand.
type Proof struct {
	At time.Time
	By string
}

// A Set is the proofs of one validation. Everything at hand exists at the
// validation time (5.6.3.4 step 2).
type Set struct {
	now    time.Time
	proofs map[Object]Proof
	sums   map[extent][32]byte // of octets that were asked about, by where they lie
	inside func(sum [32]byte) [][]byte
}

type extent struct {
	first *byte
	n     int
}

// New makes a set for a validation time. inside gives what an item holds that
// is an object of its own: the certificates of an OCSP response.
func New(now time.Time, inside func(sum [32]byte) [][]byte) *Set {
	return &Set{now: now, proofs: map[Object]Proof{}, sums: map[extent][32]byte{}, inside: inside}
}

// Earliest is the earliest proof of an object.
func (s *Set) Earliest(o Object) Proof {
	if p, ok := s.proofs[o]; ok {
		return p
	}
	return Proof{At: s.now}
}

// By tells whether an object is proven to have existed at a time or before.
func (s *Set) By(o Object, t time.Time) bool { return !s.Earliest(o).At.After(t) }

// Add takes a proof and keeps the earliest.
func (s *Set) Add(o Object, p Proof) {
	if old := s.Earliest(o); p.At.Before(old.At) {
		s.proofs[o] = p
	}
}

// Extract adds what a time-stamp proves by the objects that its imprint covers
// (5.6.2.3.4). An object that is covered by its digest is proven only if the
// digest was reliable from then until the object is proven otherwise (step 4);
// trusted answers for a digest and a time.
func (s *Set) Extract(covered []eseal.Covered, p Proof, trusted func(sigalg.Digest, time.Time) bool) {
	x := &extraction{Set: s, proof: p, seen: map[Object]bool{}}
	for _, c := range covered {
		if c.Via != 0 && (!trusted(c.Via, p.At) || !trusted(c.Via, s.Earliest(s.object(c)).At)) {
			continue
		}
		x.take(c)
	}
}

func (s *Set) object(c eseal.Covered) Object {
	switch {
	case c.Signature != nil:
		return Signature(c.Signature)
	case c.Timestamp != nil:
		return Timestamp(c.Timestamp)
	}
	return Digest(s.sum(c.Octets))
}

// sum hashes octets once: documents hold megabytes of CRLs under every one of
// their time-stamps.
func (s *Set) sum(octets []byte) [32]byte {
	if len(octets) == 0 {
		return sha256.Sum256(nil)
	}
	at := extent{&octets[0], len(octets)}
	sum, ok := s.sums[at]
	if !ok {
		sum = sha256.Sum256(octets)
		s.sums[at] = sum
	}
	return sum
}

// An extraction closes the objects of one time-stamp under containment (step 2).
type extraction struct {
	*Set
	proof Proof
	seen  map[Object]bool
}

func (x *extraction) take(c eseal.Covered) {
	o := x.object(c)
	if x.seen[o] && !c.Whole {
		return
	}
	x.seen[o] = true
	x.Add(o, x.proof)
	switch {
	case c.Signature != nil && c.Whole:
		x.whole(c.Signature)
	case c.Timestamp != nil && c.Timestamp.Signature != nil:
		x.whole(c.Timestamp.Signature)
	case c.Octets != nil:
		for _, raw := range x.inside(o.sha256) {
			x.take(eseal.Covered{Octets: raw})
		}
	}
}

// whole takes what travels with a signature: its message and its unsigned attributes.
func (x *extraction) whole(s *eseal.Signature) {
	for _, raw := range s.Carried() {
		x.take(eseal.Covered{Octets: raw})
	}
	for _, t := range s.Timestamps {
		x.take(eseal.Covered{Timestamp: t})
	}
	for _, c := range s.CounterSignatures {
		x.take(eseal.Covered{Signature: c, Whole: true})
	}
}
