package sigalg

import (
	"crypto/ed25519"
	"strings"

	"filippo.io/mldsa"
	"github.com/cloudflare/circl/sign/ed448"
	"github.com/cloudflare/circl/sign/slhdsa"

	"github.com/kakuin/kakuin/eseal/note"
)

// A wholeKey is a key of an algorithm that takes the message itself: EdDSA
// (RFC 8032, 8410), ML-DSA (FIPS 204, RFC 9881, 9882), SLH-DSA (FIPS 205, RFC
// 9814). All are used in their pure form with an empty context.
type wholeKey struct {
	name   string
	sigLen int
	verify func(msg, sig []byte) bool
}

// slhSizes is n of FIPS 205 table 2 and the octets of a signature.
var slhSizes = map[string]struct{ n, sig int }{
	"128s": {16, 7856}, "128f": {16, 17088},
	"192s": {24, 16224}, "192f": {24, 35664},
	"256s": {32, 29792}, "256f": {32, 49856},
}

func (k *PublicKey) fillWhole(name string, body []byte) error {
	k.Algorithm, k.Bits = name, 8*len(body)
	key := &wholeKey{name: name}
	size := 0
	switch name {
	case "Ed25519":
		size, key.sigLen = ed25519.PublicKeySize, ed25519.SignatureSize
		key.verify = func(msg, sig []byte) bool { return ed25519.Verify(body, msg, sig) }
	case "Ed448":
		size, key.sigLen = ed448.PublicKeySize, ed448.SignatureSize
		key.verify = func(msg, sig []byte) bool { return ed448.Verify(body, msg, sig, "") }
	case "ML-DSA-44", "ML-DSA-65", "ML-DSA-87":
		return k.fillMLDSA(key, body)
	default:
		return k.fillSLHDSA(key, body)
	}
	if len(body) != size {
		return malformed(name+" key", "%d octets where %d are needed", len(body), size)
	}
	k.key = key
	return nil
}

func (k *PublicKey) fillMLDSA(key *wholeKey, body []byte) error {
	p := map[string]mldsa.Parameters{"ML-DSA-44": mldsa.MLDSA44(), "ML-DSA-65": mldsa.MLDSA65(), "ML-DSA-87": mldsa.MLDSA87()}[key.name]
	pub, err := mldsa.NewPublicKey(p, body)
	if err != nil {
		return &Malformed{What: key.name + " key", Err: err}
	}
	key.sigLen = p.SignatureSize()
	key.verify = func(msg, sig []byte) bool { return mldsa.Verify(pub, msg, sig, nil) == nil }
	k.key = key
	return nil
}

func (k *PublicKey) fillSLHDSA(key *wholeKey, body []byte) error {
	set := strings.TrimPrefix(key.name, "SLH-DSA-") // "SHA2-128s"
	id, err := slhdsa.IDByName("SLH-DSA-" + set)
	if err != nil {
		return &Unsupported{Name: key.name, OID: string(k.OID)}
	}
	sizes := slhSizes[set[strings.IndexByte(set, '-')+1:]]
	if len(body) != 2*sizes.n { // FIPS 205 table 2
		return malformed(key.name+" key", "%d octets where %d are needed", len(body), 2*sizes.n)
	}
	pub := slhdsa.PublicKey{ID: id}
	if err := pub.UnmarshalBinary(body); err != nil {
		return &Malformed{What: key.name + " key", Err: err}
	}
	key.sigLen = sizes.sig
	key.verify = func(msg, sig []byte) bool { return slhdsa.Verify(&pub, slhdsa.NewMessage(msg), sig, nil) }
	k.key = key
	return nil
}

func (k *wholeKey) check(_ Algorithm, m Message, sig []byte) ([]note.Note, error) {
	msg, err := m.whole(k.name)
	if err != nil {
		return nil, err
	}
	if len(sig) != k.sigLen {
		return mismatch(CodeSignatureLength, note.Params{"octets": itoa(len(sig)), "expected": itoa(k.sigLen)})
	}
	return nil, guard(k.name, func() bool { return k.verify(msg, sig) })
}
