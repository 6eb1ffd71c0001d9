package sigalg

import (
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// A PublicKey is a key as found in SubjectPublicKeyInfo. It does not change
// after it was parsed and is safe for concurrent use.
type PublicKey struct {
	Algorithm string  // "RSA", "RSA-PSS", "ECDSA", "DSA", "Ed25519", "Ed448", "ML-DSA-65", "SLH-DSA-SHA2-128s"
	OID       ber.OID // of the key algorithm
	Bits      int     // of the modulus, field or parameter set
	Curve     string  // "P-256", "brainpoolP256r1"; ECDSA only
	Notes     []note.Note
}

// ParsePublicKey reads a SubjectPublicKeyInfo (RFC 5280 4.1.2.7). The error is
// *Unsupported or *Malformed.
func ParsePublicKey(spki []byte) (*PublicKey, error) {
	return nil, &Unsupported{Name: "public key"}
}

// Name is the algorithm with its size: "RSA-2048", "P-384", "Ed25519".
func (k *PublicKey) Name() string { return k.Algorithm }

// Strength is the security strength in bits (NIST SP 800-57 part 1 rev. 5 table 2).
func (k *PublicKey) Strength() int { return 0 }

// NeedsParameters tells whether the key stands without its domain parameters,
// so that Inherit is needed before it can check anything.
func (k *PublicKey) NeedsParameters() bool { return false }

// Inherit completes a DSA key that leaves its parameters to the issuer's key
// (RFC 5280 6.1.4 (d) to (f)). A key that has its own is returned as it is.
func (k *PublicKey) Inherit(from *PublicKey) (*PublicKey, error) { return k, nil }
