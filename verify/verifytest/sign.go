package verifytest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5"
	"crypto/rsa"
	_ "crypto/sha1"
	"crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"
	"encoding/hex"
	"fmt"
	"sync"
)

// Names of the signature schemes, as reports spell them.
const (
	RSAPKCS1 = "RSA-PKCS1-v1_5"
	RSAPSS   = "RSA-PSS"
	ECDSA    = "ECDSA"
	Ed25519  = "Ed25519"
)

type digest struct {
	hash       crypto.Hash
	oid        string
	rsa, ecdsa string // OIDs of the joint signature algorithms
}

// The digests by name. Sources: RFC 3279, 4055, 5754, 5758; SHA-3 from NIST CSOR.
var digests = map[string]digest{
	"MD5":      {crypto.MD5, "1.2.840.113549.2.5", "1.2.840.113549.1.1.4", ""},
	"SHA-1":    {crypto.SHA1, "1.3.14.3.2.26", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1"},
	"SHA-224":  {crypto.SHA224, "2.16.840.1.101.3.4.2.4", "1.2.840.113549.1.1.14", "1.2.840.10045.4.3.1"},
	"SHA-256":  {crypto.SHA256, "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"},
	"SHA-384":  {crypto.SHA384, "2.16.840.1.101.3.4.2.2", "1.2.840.113549.1.1.12", "1.2.840.10045.4.3.3"},
	"SHA-512":  {crypto.SHA512, "2.16.840.1.101.3.4.2.3", "1.2.840.113549.1.1.13", "1.2.840.10045.4.3.4"},
	"SHA3-256": {crypto.SHA3_256, "2.16.840.1.101.3.4.2.8", "2.16.840.1.101.3.4.3.14", "2.16.840.1.101.3.4.3.10"},
	"SHA3-512": {crypto.SHA3_512, "2.16.840.1.101.3.4.2.10", "2.16.840.1.101.3.4.3.16", "2.16.840.1.101.3.4.3.12"},
}

func digestNamed(name string) digest {
	d, ok := digests[name]
	if !ok {
		panic("verifytest: no digest " + name)
	}
	return d
}

// Digest hashes data with the digest of that name ("SHA-256").
func Digest(name string, data []byte) []byte {
	h := digestNamed(name).hash.New()
	h.Write(data)
	return h.Sum(nil)
}

// digestID is the AlgorithmIdentifier of a digest: NULL for the old ones (RFC 3370 2), absent parameters for
// SHA-2 and SHA-3 (RFC 5754 2).
func digestID(name string) []byte {
	d := digestNamed(name)
	if name == "MD5" || name == "SHA-1" {
		return seq(objectID(d.oid), null())
	}
	return seq(objectID(d.oid))
}

// scheme is a signature algorithm: a name from the constants above and a digest name.
type scheme struct{ name, digest string }

// schemeFor picks what fits the key; name and digest may be given or empty.
func schemeFor(k crypto.Signer, name, dig string) scheme {
	switch p := k.Public().(type) {
	case *rsa.PublicKey:
		return scheme{or(name, RSAPKCS1), or(dig, "SHA-256")}
	case *ecdsa.PublicKey:
		natural := map[int]string{256: "SHA-256", 384: "SHA-384", 521: "SHA-512"}[p.Curve.Params().BitSize]
		return scheme{or(name, ECDSA), or(dig, natural)}
	case ed25519.PublicKey:
		return scheme{or(name, Ed25519), "SHA-512"} // RFC 8419 3: SHA-512 beside Ed25519
	}
	panic(fmt.Sprintf("verifytest: key of type %T", k))
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// identifier is the AlgorithmIdentifier of the signature algorithm.
func (s scheme) identifier() []byte {
	d := digestNamed(s.digest)
	switch s.name {
	case RSAPKCS1:
		return seq(objectID(d.rsa), null()) // RFC 4055 5: NULL parameters
	case RSAPSS:
		return seq(objectID("1.2.840.113549.1.1.10"), pssParameters(s.digest))
	case ECDSA:
		return seq(objectID(d.ecdsa)) // RFC 5758 3.2: absent parameters
	case Ed25519:
		return seq(objectID("1.3.101.112")) // RFC 8410 3
	}
	panic("verifytest: no signature scheme " + s.name)
}

var signatures sync.Map // key, scheme and message -> signature; worlds repeat themselves

// sign signs deterministically.
func (s scheme) sign(k crypto.Signer, message []byte) []byte {
	sum := sha256.Sum256(message)
	at := hex.EncodeToString(keyID(spki(k))) + s.name + s.digest + string(sum[:])
	if sig, ok := signatures.Load(at); ok {
		return sig.([]byte)
	}
	sig, err := s.compute(k, message)
	if err != nil {
		panic(fmt.Sprintf("verifytest: signing with %s/%s: %v", s.name, s.digest, err))
	}
	signatures.Store(at, sig)
	return sig
}

func (s scheme) compute(k crypto.Signer, message []byte) ([]byte, error) {
	switch s.name {
	case RSAPSS:
		return signPSS(k.(*rsa.PrivateKey), s.digest, message)
	case Ed25519:
		return k.Sign(nil, message, crypto.Hash(0))
	}
	// A nil random source: PKCS #1 v1.5 needs none, ECDSA then signs by RFC 6979.
	return k.Sign(nil, Digest(s.digest, message), digestNamed(s.digest).hash)
}
