package sigalg

import (
	"strconv"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A PublicKey is a key as found in SubjectPublicKeyInfo. It does not change
// after it was parsed and is safe for concurrent use.
type PublicKey struct {
	Algorithm string  // "RSA", "ECDSA", "DSA", "Ed25519", "Ed448", "ML-DSA-65", "SLH-DSA-SHA2-128s"
	OID       ber.OID // of the key algorithm
	Bits      int     // of the modulus, the field or the encoded key
	Curve     string  // "P-256", "brainpoolP256r1"; ECDSA only
	PSSOnly   bool    // an RSA key under id-RSASSA-PSS signs with that scheme only (RFC 4055 1.2)
	Notes     []note.Note

	key   checker
	value []byte // DSA: the encoded y of a key without parameters
}

// A checker is the arithmetic of one kind of key.
type checker interface {
	check(a Algorithm, m Message, sig []byte) ([]note.Note, error)
}

// maxKeyOctets bounds a SubjectPublicKeyInfo: explicit DSA parameters of 16384
// bits need some 10 kB, a composite or lattice key less.
const maxKeyOctets = 64 << 10

// ParsePublicKey reads a SubjectPublicKeyInfo (RFC 5280 4.1.2.7). The error is
// *Unsupported or *Malformed.
func ParsePublicKey(spki []byte) (*PublicKey, error) {
	if len(spki) > maxKeyOctets {
		return nil, malformed("public key", "%d octets, more than any algorithm needs", len(spki))
	}
	r := ber.NewReader(spki, purse.New(purse.Limits{Objects: 1000, Depth: 16}))
	_, in, err := r.ExpectEnter(ber.Sequence, "SubjectPublicKeyInfo")
	if err != nil {
		return nil, &Malformed{What: "public key", Err: err}
	}
	oid, params, err := readIdentifier(&in, "algorithm")
	if err != nil {
		return nil, &Malformed{What: "public key", Err: err}
	}
	bits, err := in.Expect(ber.BitString, "subjectPublicKey")
	if err != nil {
		return nil, &Malformed{What: "public key", Err: err}
	}
	body, unused, err := bits.Bits()
	if err != nil {
		return nil, &Malformed{What: "public key", Err: err}
	}
	if unused != 0 || !in.Empty() || !r.Empty() {
		return nil, malformed("public key", "unused bits or octets after the key")
	}
	k := &PublicKey{OID: oid}
	if err := k.fill(params, body); err != nil {
		return nil, err
	}
	return k, nil
}

func (k *PublicKey) fill(params, body []byte) error {
	switch k.OID {
	case oidRSA, oidRSAOld:
		k.Notes = parametersNote("subjectPublicKeyInfo", k.OID, params)
		return k.fillRSA(body, nil)
	case oidPSS:
		k.PSSOnly = true
		return k.fillRSA(body, params)
	case oidEC:
		return k.fillEC(params, body)
	case oidDSA, oidDSAOld:
		return k.fillDSA(params, body)
	}
	if name, ok := otherKeys[k.OID]; ok {
		return &Unsupported{Name: name, OID: string(k.OID)}
	}
	in, ok := signatureTable[k.OID]
	if !ok || in.unsupported || in.digest != 0 {
		return &Unsupported{Name: nameOr(in.name, k.OID), OID: string(k.OID)}
	}
	k.Notes = parametersNote("subjectPublicKeyInfo", k.OID, params)
	return k.fillWhole(in.name, body)
}

// otherKeys cannot sign, or not by anything computed here.
var otherKeys = map[ber.OID]string{
	"1.3.101.110":             "X25519",
	"1.3.101.111":             "X448",
	"1.2.840.113549.1.3.1":    "Diffie-Hellman",
	"1.2.840.10046.2.1":       "Diffie-Hellman (X9.42)",
	"1.2.840.113549.1.1.7":    "RSAES-OAEP",
	"2.16.840.1.101.2.1.1.22": "KEA",
	"1.3.132.1.12":            "ECDH",
	"1.3.132.1.13":            "ECMQV",
	"1.2.643.2.2.19":          "GOST R 34.10-2001",
	"1.2.643.2.2.20":          "GOST R 34.10-94",
	"1.2.643.7.1.1.1.1":       "GOST R 34.10-2012-256",
	"1.2.643.7.1.1.1.2":       "GOST R 34.10-2012-512",
	"2.16.840.1.101.3.4.4.1":  "ML-KEM-512",
	"2.16.840.1.101.3.4.4.2":  "ML-KEM-768",
	"2.16.840.1.101.3.4.4.3":  "ML-KEM-1024",
	"1.3.14.7.2.1.1":          "ElGamal",
}

// Name is the algorithm with its size: "RSA-2048", "P-384", "Ed25519".
func (k *PublicKey) Name() string {
	switch k.Algorithm {
	case "ECDSA":
		return k.Curve
	case "RSA", "DSA":
		if k.Bits > 0 {
			return k.Algorithm + "-" + strconv.Itoa(k.Bits)
		}
	}
	return k.Algorithm
}

// NeedsParameters tells whether the key stands without its domain parameters,
// so that Inherit is needed before it can check anything.
func (k *PublicKey) NeedsParameters() bool { return k.key == nil }

// Inherit completes a DSA key that leaves its parameters to the issuer's key
// (RFC 5280 6.1.4 (d) to (f)). A key that has its own is returned as it is.
func (k *PublicKey) Inherit(from *PublicKey) (*PublicKey, error) {
	if !k.NeedsParameters() {
		return k, nil
	}
	if from == nil {
		return nil, malformed("public key", "DSA parameters are left out and there is no issuer's key to take them from")
	}
	donor, ok := from.key.(*dsaKey)
	if !ok {
		return nil, malformed("public key", "DSA parameters are left out and the issuer's key is %s", from.Name())
	}
	full := *k
	return &full, full.setDSA(donor.p, donor.q, donor.g, k.value)
}
