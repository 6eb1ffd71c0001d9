package verifytest

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/big"
)

// pssParameters is RSASSA-PSS-params (RFC 4055 3.1): MGF1 with the same digest, salt as long as the digest.
func pssParameters(dig string) []byte {
	hash := seq(objectID(digestNamed(dig).oid), null())
	return seq(
		explicit(0, hash),
		explicit(1, seq(objectID("1.2.840.113549.1.1.8"), hash)),
		explicit(2, integer64(int64(digestNamed(dig).hash.Size()))))
}

// signPSS is RSASSA-PSS-SIGN (RFC 8017 8.1.1) with a salt derived from the message: crypto/rsa takes its salt from
// the system's random source, and test documents must come out the same every time. Test keys only: no blinding.
func signPSS(k *rsa.PrivateKey, dig string, message []byte) ([]byte, error) {
	hash := Digest(dig, message)
	salt := Digest(dig, append([]byte("salt"), hash...))
	em, err := encodePSS(hash, salt, k.N.BitLen()-1, dig)
	if err != nil {
		return nil, err
	}
	s := new(big.Int).Exp(new(big.Int).SetBytes(em), k.D, k.N)
	return s.FillBytes(make([]byte, k.Size())), nil
}

// encodePSS is EMSA-PSS-ENCODE (RFC 8017 9.1.1).
func encodePSS(hash, salt []byte, bits int, dig string) ([]byte, error) {
	size := (bits + 7) / 8
	if size < len(hash)+len(salt)+2 {
		return nil, errors.New("key too short for this digest and salt")
	}
	h := Digest(dig, bytes.Join([][]byte{make([]byte, 8), hash, salt}, nil))
	db := make([]byte, size-len(h)-1)
	db[len(db)-len(salt)-1] = 0x01
	copy(db[len(db)-len(salt):], salt)
	for i, m := range mgf1(h, len(db), dig) {
		db[i] ^= m
	}
	db[0] &= 0xff >> (8*size - bits)
	return bytes.Join([][]byte{db, h, {0xbc}}, nil), nil
}

// mgf1 is RFC 8017 B.2.1.
func mgf1(seed []byte, n int, dig string) []byte {
	var out []byte
	for i := uint32(0); len(out) < n; i++ {
		out = append(out, Digest(dig, binary.BigEndian.AppendUint32(bytes.Clone(seed), i))...)
	}
	return out[:n]
}

// fingerprint is the SHA-256 of a DER value.
func fingerprint(der []byte) []byte {
	sum := sha256.Sum256(der)
	return sum[:]
}
