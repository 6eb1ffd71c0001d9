// Package sigalg is the only door to signature arithmetic: an object
// identifier or URI on one side, one Check of public key, algorithm, message
// and signature on the other. It knows nothing of trust and nothing of time;
// a nil error says that the arithmetic holds, and no more.
package sigalg

import (
	"errors"
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// ErrMismatch says that the signature is not one of this message by this key.
// The notes beside it tell a recognised cause, if there is one.
var ErrMismatch = errors.New("the signature does not match the message and the key")

// Unsupported names an algorithm that is recognised, or not even that, and
// that this package does not compute. It never means that a signature is bad.
type Unsupported struct {
	Name string // "MD4", "GOST R 34.10-2012"; the identifier when no name is known
	OID  string // dotted identifier or URI, when there was one
}

// Error names the algorithm.
func (e *Unsupported) Error() string {
	if e.OID == "" || e.OID == e.Name {
		return "algorithm " + e.Name + " is not supported"
	}
	return fmt.Sprintf("algorithm %s (%s) is not supported", e.Name, e.OID)
}

// Malformed says that a key or the parameters of an algorithm cannot be read
// as what they claim to be.
type Malformed struct {
	What string
	Err  error
}

// Error says what is malformed and why.
func (e *Malformed) Error() string {
	if e.Err == nil {
		return e.What
	}
	return e.What + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Malformed) Unwrap() error { return e.Err }

func malformed(what string, format string, args ...any) error {
	return &Malformed{What: what, Err: fmt.Errorf(format, args...)}
}

// An Algorithm is a signature algorithm with everything that its identifier
// and parameters fix.
type Algorithm struct {
	Name   string  // as in reports: "RSA-PKCS1-v1_5", "RSA-PSS", "ECDSA", "PLAIN-ECDSA", "DSA", "Ed25519", "Ed448", "ML-DSA-65", "SLH-DSA-SHA2-128s"
	Digest Digest  // zero where the algorithm takes the message itself
	MGF    Digest  // RSA-PSS: the hash under the mask generation function
	XOF    bool    // RSA-PSS: the mask is the output of MGF itself, not MGF1 over it (RFC 8702 2.2)
	Salt   int     // RSA-PSS: octets of salt
	Plain  bool    // ECDSA, DSA: the value is r followed by s, not Ecdsa-Sig-Value
	OID    ber.OID // as found; empty when it came by URI
	URI    string  // as found; empty when it came by identifier
	byKey  bool    // the identifier names a hash only: the key says the rest
}

// Prehashed tells whether the signature is over a digest. Those that are not
// (Ed25519, Ed448, ML-DSA, SLH-DSA) need the message itself.
func (a Algorithm) Prehashed() bool { return a.Digest != 0 }

// A Message is what was signed: its octets, or its digests where the octets
// were streamed.
type Message struct {
	Bytes   []byte
	Digests func(Digest) []byte // nil: computed from Bytes; it returns nil for a digest it does not have
}

// digest is the value that a prehashed algorithm signs.
func (m Message) digest(d Digest) ([]byte, error) {
	if m.Digests == nil {
		return d.Sum(m.Bytes)
	}
	h := m.Digests(d)
	if h == nil {
		if m.Bytes != nil {
			return d.Sum(m.Bytes)
		}
		if !d.Available() {
			return nil, &Unsupported{Name: d.String(), OID: string(d.OID())}
		}
		return nil, malformed("message", "its %s digest was not computed while it was read", d)
	}
	if len(h) != d.Size() {
		return nil, malformed("message", "a digest of %d octets was given for %s", len(h), d)
	}
	return h, nil
}

// whole is the message itself, for the algorithms that hash it their own way.
func (m Message) whole(name string) ([]byte, error) {
	if m.Bytes == nil && m.Digests != nil {
		return nil, malformed("message", "%s signs the message itself, which was not kept", name)
	}
	return m.Bytes, nil
}

// Check verifies sig by k over m. A nil error means that the arithmetic
// holds. Otherwise the error is ErrMismatch, *Unsupported or *Malformed; a
// malformed signature value is a mismatch with a note that says so.
//
// It costs one public-key operation: callers count it in their purse.
func Check(k *PublicKey, a Algorithm, m Message, sig []byte) ([]note.Note, error) {
	if k == nil || k.key == nil {
		return nil, malformed("public key", "there is none, or it stands without its parameters (RFC 5280 6.1.4 (d))")
	}
	a = a.For(k)
	family, known := families[a.Name]
	if !known {
		return nil, &Unsupported{Name: nameOr(a.Name, a.OID), OID: string(a.OID)}
	}
	if family != k.Algorithm {
		return []note.Note{note.New(CodeKeyMismatch, "signatureAlgorithm", note.Params{"algorithm": a.Name, "key": k.Name()})}, ErrMismatch
	}
	return k.key.check(a, m, sig)
}

// families is the kind of key that each signature algorithm takes.
var families = map[string]string{
	"RSA-PKCS1-v1_5": "RSA", "RSA-PSS": "RSA",
	"ECDSA": "ECDSA", "PLAIN-ECDSA": "ECDSA",
	"DSA": "DSA", "Ed25519": "Ed25519", "Ed448": "Ed448",
	"ML-DSA-44": "ML-DSA-44", "ML-DSA-65": "ML-DSA-65", "ML-DSA-87": "ML-DSA-87",
	"SLH-DSA-SHA2-128s": "SLH-DSA-SHA2-128s", "SLH-DSA-SHA2-128f": "SLH-DSA-SHA2-128f",
	"SLH-DSA-SHA2-192s": "SLH-DSA-SHA2-192s", "SLH-DSA-SHA2-192f": "SLH-DSA-SHA2-192f",
	"SLH-DSA-SHA2-256s": "SLH-DSA-SHA2-256s", "SLH-DSA-SHA2-256f": "SLH-DSA-SHA2-256f",
	"SLH-DSA-SHAKE-128s": "SLH-DSA-SHAKE-128s", "SLH-DSA-SHAKE-128f": "SLH-DSA-SHAKE-128f",
	"SLH-DSA-SHAKE-192s": "SLH-DSA-SHAKE-192s", "SLH-DSA-SHAKE-192f": "SLH-DSA-SHAKE-192f",
	"SLH-DSA-SHAKE-256s": "SLH-DSA-SHAKE-256s", "SLH-DSA-SHAKE-256f": "SLH-DSA-SHAKE-256f",
}

// mismatch is ErrMismatch with the note that explains it.
func mismatch(code note.Code, params note.Params) ([]note.Note, error) {
	return []note.Note{note.New(code, "signature", params)}, ErrMismatch
}

// guard runs another project's arithmetic. A panic there is a signature that
// could not be checked, never one that holds.
func guard(name string, verify func() bool) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = malformed("public key or signature value", "the %s arithmetic refused it: %v", name, r)
		}
	}()
	if !verify() {
		return ErrMismatch
	}
	return nil
}
