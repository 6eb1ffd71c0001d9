package path

import (
	"crypto/sha256"
	"sync"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// A Verifier remembers public keys and the outcome of signatures of
// certificates, CRLs and OCSP responses: same key, same octets, same answer.
// It is bounded and safe for concurrent use. Nil is usable and remembers nothing.
type Verifier struct {
	mu      sync.Mutex
	size    int
	keys    ring[[32]byte, keyOutcome]
	results ring[resultKey, Outcome]
}

// resultKey names a signature: the interned key and the signed object's
// SHA-256. The pointer keeps the key alive, so it names no other one.
type resultKey struct {
	key    *sigalg.PublicKey
	object [32]byte
}

type keyOutcome struct {
	key *sigalg.PublicKey
	err error
}

// An Outcome is what the arithmetic said of one signature.
type Outcome struct {
	Err   error // nil, sigalg.ErrMismatch, *sigalg.Unsupported or *sigalg.Malformed
	Notes []note.Note
}

// DefaultVerifierSize is the number of outcomes remembered: an archival
// signature has some hundred, a batch shares those of its CAs.
const DefaultVerifierSize = 1 << 15

// NewVerifier remembers up to size outcomes; 0 means DefaultVerifierSize.
func NewVerifier(size int) *Verifier {
	if size <= 0 {
		size = DefaultVerifierSize
	}
	return &Verifier{size: size}
}

// Key parses a SubjectPublicKeyInfo; equal octets give the same pointer while
// they are remembered.
func (v *Verifier) Key(spki []byte) (*sigalg.PublicKey, error) {
	if v == nil {
		return sigalg.ParsePublicKey(spki)
	}
	id := sha256.Sum256(spki)
	v.mu.Lock()
	o, ok := v.keys.get(id)
	v.mu.Unlock()
	if ok {
		return o.key, o.err
	}
	k, err := sigalg.ParsePublicKey(spki)
	v.mu.Lock()
	defer v.mu.Unlock()
	if o, ok := v.keys.get(id); ok { // another goroutine was first
		return o.key, o.err
	}
	v.keys.put(id, keyOutcome{k, err}, v.size)
	return k, err
}

// Certificate checks the signature of c by key (RFC 5280 6.1.3 (a)(1)).
func (v *Verifier) Certificate(c *cert.Certificate, key *sigalg.PublicKey) Outcome {
	return v.Check(key, c.SignatureAlgorithm, c.SHA256, c.RawTBS, c.Signature)
}

// Check checks a signature over tbs that stands in an object with the given
// SHA-256, which must cover tbs, algorithm and signature.
func (v *Verifier) Check(key *sigalg.PublicKey, alg cert.Algorithm, object [32]byte, tbs, sig []byte) Outcome {
	id := resultKey{key, object}
	if v != nil {
		v.mu.Lock()
		o, ok := v.results.get(id)
		v.mu.Unlock()
		if ok {
			return o
		}
	}
	o := check(key, alg, tbs, sig)
	if v != nil {
		v.mu.Lock()
		v.results.put(id, o, v.size)
		v.mu.Unlock()
	}
	return o
}

func check(key *sigalg.PublicKey, alg cert.Algorithm, tbs, sig []byte) Outcome {
	a, notes, err := sigalg.ByIdentifier(alg.OID, alg.Params, 0)
	if err != nil {
		return Outcome{Err: err, Notes: notes}
	}
	more, err := sigalg.Check(key, a, sigalg.Message{Bytes: tbs}, sig)
	return Outcome{Err: err, Notes: append(notes, more...)}
}

// ring is a map that forgets its oldest entry when it is full.
type ring[K comparable, V any] struct {
	values map[K]V
	order  []K
	next   int
}

func (r *ring[K, V]) get(k K) (V, bool) {
	v, ok := r.values[k]
	return v, ok
}

func (r *ring[K, V]) put(k K, v V, size int) {
	if r.values == nil {
		r.values = make(map[K]V)
	}
	if _, ok := r.values[k]; ok {
		r.values[k] = v
		return
	}
	if len(r.order) < size {
		r.order = append(r.order, k)
	} else {
		delete(r.values, r.order[r.next])
		r.order[r.next] = k
		r.next = (r.next + 1) % size
	}
	r.values[k] = v
}
