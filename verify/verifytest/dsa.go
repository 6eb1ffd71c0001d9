package verifytest

//lint:file-ignore SA1019 keys whose parameters are inherited exist as DSA alone

import (
	"crypto/dsa"
	"math/big"
)

// DSA is a key of FIPS 186-4 with parameters of 1024 and 160 bits. It is here for what no other kind of key has:
// certificates that leave the parameters to their issuer (RFC 5280 6.1.4 (d) to (f)). It is no secret.
type DSA struct{ key dsa.PrivateKey }

// DSAKey is the one such key.
func DSAKey() *DSA {
	k := &DSA{}
	for at, digits := range map[**big.Int]string{
		&k.key.P: "b12649291f4d129904bf8eab51d0119f07aab9bbbe7dbcccce2d226bf76d81c8c7978ba6f997a0d82bb9e6be37cdebfc1ff6fa3e447e5d30f4d042c6dfd691e93d03a2ef76e2463d24e6b0e273deb9a7f183b41523c0e23fb747727efa7f6a0d87e89f06f908a4a5f637458ce8e664c7166de5040a6ec0de6143e669f66d3545",
		&k.key.Q: "86f53f54e12562401173db999bbafe3e0911185d",
		&k.key.G: "7e8c9a2e468dadfe199df0f085e9d70a78525d6a6ab49698ef99e5fda9b7a7c8c74159620674469405a1162401b7f1918005f4c45c9d40ff088caf0950eb2445d83836f627118281723e2145df40e1652a1bf78487b3f9022e01f962c69101aba6db4434f4346c3a5f546c97db60f321a24e1d7915befc98e160434910f56d2e",
		&k.key.X: "9192fd450b4e7fe94946d35d7f02be3366d3f78",
		&k.key.Y: "51a049e1d37722876759ce6b213184a1e14dafa09343fdabcdcae58e894247b1550fa3f47129927ccdae29e925a171d032da5b6efc348536694a41c7dd1c2bdf4c36569f7229e87652500a572c1d71f9c63130b1eecd6c7ff655bb0d2303799db828d620376fc38154ebea5df3db649e5b5a8ee9db05744a00a5abaabb2171b5",
	} {
		*at, _ = new(big.Int).SetString(digits, 16)
	}
	return k
}

// SPKI encodes the public key, with its parameters only where they are wanted (RFC 3279 2.3.2).
func (k *DSA) SPKI(parameters bool) []byte {
	id := [][]byte{objectID("1.2.840.10040.4.1")}
	if parameters {
		id = append(id, seq(integer(k.key.P), integer(k.key.Q), integer(k.key.G)))
	}
	return seq(seq(id...), bitString(integer(k.key.Y)))
}

// Algorithm is the identifier of DSA with SHA-256 (RFC 5758 3.1).
func (k *DSA) Algorithm() []byte { return seq(objectID("2.16.840.1.101.3.4.3.2")) }

// Sign signs with SHA-256, always alike.
func (k *DSA) Sign(message []byte) []byte {
	r, s, err := dsa.Sign(steady{}, &k.key, Digest("SHA-256", message)[:20])
	if err != nil {
		panic(err)
	}
	return seq(integer(r), integer(s))
}

// steady is a source that always says the same.
type steady struct{}

func (steady) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 0x11
	}
	return len(b), nil
}
