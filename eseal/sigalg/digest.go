package sigalg

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/subtle"
	"hash"

	"golang.org/x/crypto/ripemd160" //lint:ignore SA1019 old signatures must be read as what they are

	"github.com/kakuin/kakuin/eseal/ber"
)

// A Digest is a hash algorithm. The zero Digest is an unknown one.
type Digest uint8

// The digests that this project knows by name. Those after RIPEMD160 are
// recognised but not computed.
const (
	SHA1 Digest = iota + 1
	SHA224
	SHA256
	SHA384
	SHA512
	SHA512_224
	SHA512_256
	SHA3_224
	SHA3_256
	SHA3_384
	SHA3_512
	SHAKE128 // 256 bits of output, RFC 8702 3.1
	SHAKE256 // 512 bits of output, RFC 8702 3.1
	MD5
	RIPEMD160
	MD2
	MD4
	RIPEMD128
	RIPEMD256
	Whirlpool
	GOST94
	Streebog256
	Streebog512
	SM3
	digests
)

type digestInfo struct {
	name     string
	oid      ber.OID
	size     int
	strength int // bits against collisions
	make     func() hash.Hash
}

// digestTable: strengths are half the output (SP 800-57 part 1 rev. 5 table 3)
// unless an attack is published: SHA-1 Leurent and Peyrin 2020, MD5 Stevens
// 2009, MD4 and MD2 Leurent 2008, Knudsen 2009.
var digestTable = [digests]digestInfo{
	SHA1:        {"SHA-1", "1.3.14.3.2.26", 20, 61, sha1.New},
	SHA224:      {"SHA-224", "2.16.840.1.101.3.4.2.4", 28, 112, sha256.New224},
	SHA256:      {"SHA-256", "2.16.840.1.101.3.4.2.1", 32, 128, sha256.New},
	SHA384:      {"SHA-384", "2.16.840.1.101.3.4.2.2", 48, 192, sha512.New384},
	SHA512:      {"SHA-512", "2.16.840.1.101.3.4.2.3", 64, 256, sha512.New},
	SHA512_224:  {"SHA-512/224", "2.16.840.1.101.3.4.2.5", 28, 112, sha512.New512_224},
	SHA512_256:  {"SHA-512/256", "2.16.840.1.101.3.4.2.6", 32, 128, sha512.New512_256},
	SHA3_224:    {"SHA3-224", "2.16.840.1.101.3.4.2.7", 28, 112, func() hash.Hash { return sha3.New224() }},
	SHA3_256:    {"SHA3-256", "2.16.840.1.101.3.4.2.8", 32, 128, func() hash.Hash { return sha3.New256() }},
	SHA3_384:    {"SHA3-384", "2.16.840.1.101.3.4.2.9", 48, 192, func() hash.Hash { return sha3.New384() }},
	SHA3_512:    {"SHA3-512", "2.16.840.1.101.3.4.2.10", 64, 256, func() hash.Hash { return sha3.New512() }},
	SHAKE128:    {"SHAKE128", "2.16.840.1.101.3.4.2.11", 32, 128, func() hash.Hash { return &shake{sha3.NewSHAKE128(), 32} }},
	SHAKE256:    {"SHAKE256", "2.16.840.1.101.3.4.2.12", 64, 256, func() hash.Hash { return &shake{sha3.NewSHAKE256(), 64} }},
	MD5:         {"MD5", "1.2.840.113549.2.5", 16, 16, md5.New},
	RIPEMD160:   {"RIPEMD-160", "1.3.36.3.2.1", 20, 80, ripemd160.New},
	MD2:         {"MD2", "1.2.840.113549.2.2", 16, 63, nil},
	MD4:         {"MD4", "1.2.840.113549.2.4", 16, 1, nil},
	RIPEMD128:   {"RIPEMD-128", "1.3.36.3.2.2", 16, 64, nil},
	RIPEMD256:   {"RIPEMD-256", "1.3.36.3.2.3", 32, 64, nil},
	Whirlpool:   {"Whirlpool", "1.0.10118.3.0.55", 64, 256, nil},
	GOST94:      {"GOST R 34.11-94", "1.2.643.2.2.9", 32, 105, nil},
	Streebog256: {"GOST R 34.11-2012-256", "1.2.643.7.1.1.2.2", 32, 128, nil},
	Streebog512: {"GOST R 34.11-2012-512", "1.2.643.7.1.1.2.3", 64, 256, nil},
	SM3:         {"SM3", "1.2.156.10197.1.401", 32, 128, nil},
}

var digestByOID = func() map[ber.OID]Digest {
	m := make(map[ber.OID]Digest, digests)
	for d := SHA1; d < digests; d++ {
		m[digestTable[d].oid] = d
	}
	return m
}()

// DigestByOID finds a digest by its own identifier; zero when the identifier
// is not that of a digest. See DigestByIdentifier for the habits of producers.
func DigestByOID(oid ber.OID) Digest { return digestByOID[oid] }

func (d Digest) info() digestInfo {
	if d < digests {
		return digestTable[d]
	}
	return digestInfo{}
}

// Name is the name in reports, such as "SHA-256"; empty for the zero Digest.
func (d Digest) Name() string { return d.info().name }

// String is Name, or "unknown digest".
func (d Digest) String() string {
	if n := d.Name(); n != "" {
		return n
	}
	return "unknown digest"
}

// OID is the object identifier.
func (d Digest) OID() ber.OID { return d.info().oid }

// Size is the number of octets of a digest value.
func (d Digest) Size() int { return d.info().size }

// Strength is the number of bits of work that a collision takes.
func (d Digest) Strength() int { return d.info().strength }

// Available tells whether New gives a hash.
func (d Digest) Available() bool { return d.info().make != nil }

// New starts a computation, or says by *Unsupported why there is none.
func (d Digest) New() (hash.Hash, error) {
	in := d.info()
	if in.make == nil {
		return nil, &Unsupported{Name: d.String(), OID: string(in.oid)}
	}
	return in.make(), nil
}

// Sum is the digest of b.
func (d Digest) Sum(b []byte) ([]byte, error) {
	h, err := d.New()
	if err != nil {
		return nil, err
	}
	h.Write(b)
	return h.Sum(nil), nil
}

// shake makes a hash of fixed length out of an extendable-output function.
type shake struct {
	*sha3.SHAKE
	size int
}

// Sum appends the output; the state stays as it was.
func (s *shake) Sum(b []byte) []byte {
	c := *s.SHAKE // a value: reading from it leaves the original absorbing
	out := make([]byte, s.size)
	c.Read(out)
	return append(b, out...)
}

// Size is the output length in octets.
func (s *shake) Size() int { return s.size }

// xorSHAKE xors dst with as much output of SHAKE128 or SHAKE256 over seed.
func xorSHAKE(d Digest, dst, seed []byte) {
	x := sha3.NewSHAKE256()
	if d == SHAKE128 {
		x = sha3.NewSHAKE128()
	}
	x.Write(seed)
	out := make([]byte, len(dst))
	x.Read(out)
	subtle.XORBytes(dst, dst, out)
}
