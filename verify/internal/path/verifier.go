package path

import (
	"crypto/sha256"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/recent"
)

// A Verifier remembers public keys and the outcome of signatures of
// certificates, CRLs and OCSP responses: same key, same octets, same answer.
// It is bounded and safe for concurrent use. Nil is usable and remembers nothing.
type Verifier struct {
	keys    *recent.Map[[32]byte, keyOutcome]
	results *recent.Map[resultKey, Outcome]
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
	return &Verifier{keys: recent.New[[32]byte, keyOutcome](int64(size)), results: recent.New[resultKey, Outcome](int64(size))}
}

// Key parses a SubjectPublicKeyInfo; equal octets give the same pointer while
// they are remembered.
func (v *Verifier) Key(spki []byte) (*sigalg.PublicKey, error) {
	if v == nil {
		return sigalg.ParsePublicKey(spki)
	}
	id := sha256.Sum256(spki)
	o, ok := v.keys.Get(id)
	if !ok {
		k, err := sigalg.ParsePublicKey(spki)
		o = v.keys.Add(id, keyOutcome{k, err}, 1) // another goroutine may have been first
	}
	return o.key, o.err
}

// Use says how often keys and signatures were remembered.
func (v *Verifier) Use() (keys, signatures recent.Use) {
	if v == nil {
		return keys, signatures
	}
	return v.keys.Use(), v.results.Use()
}

// Certificate checks the signature of c by key (RFC 5280 6.1.3 (a)(1)).
func (v *Verifier) Certificate(c *cert.Certificate, key *sigalg.PublicKey) Outcome {
	return v.Check(key, c.SignatureAlgorithm, c.SHA256, c.RawTBS, c.Signature)
}

// Check checks a signature over tbs that stands in an object with the given
// SHA-256, which must cover tbs, algorithm and signature.
func (v *Verifier) Check(key *sigalg.PublicKey, alg cert.Algorithm, object [32]byte, tbs, sig []byte) Outcome {
	if v == nil {
		return check(key, alg, tbs, sig)
	}
	id := resultKey{key, object}
	o, ok := v.results.Get(id)
	if !ok {
		o = v.results.Add(id, check(key, alg, tbs, sig), 1)
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
