package sigalg

import (
	"math/big"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A dsaKey verifies by FIPS 186-4 4.7; crypto/dsa is deprecated and refuses
// group orders that are no whole octets.
type dsaKey struct{ p, q, g, y *big.Int }

// Bounds of domain parameters: FIPS 186-4 4.2 has up to 3072 and 256 bits; the
// rest is room for what was made beside it.
const (
	maxDSABits    = 8192
	maxDSASubBits = 512
)

// fillDSA reads the key of id-dsa (RFC 3279 2.3.2): parameters SEQUENCE { p, q,
// g }, or none, which means those of the issuer's key.
func (k *PublicKey) fillDSA(params, body []byte) error {
	k.Algorithm, k.value = "DSA", body
	if len(params) == 0 || len(params) == 2 && params[0] == 5 {
		return nil
	}
	r := ber.NewReader(params, purse.New(purse.Limits{Objects: 16}))
	_, in, err := r.ExpectEnter(ber.Sequence, "Dss-Parms")
	if err != nil {
		return &Malformed{What: "DSA key", Err: err}
	}
	var v [3]*big.Int
	for i, name := range []string{"p", "q", "g"} {
		if v[i], err = readUint(&in, name); err != nil {
			return &Malformed{What: "DSA key", Err: err}
		}
	}
	return k.setDSA(v[0], v[1], v[2], body)
}

func (k *PublicKey) setDSA(p, q, g *big.Int, body []byte) error {
	r := ber.NewReader(body, purse.New(purse.Limits{Objects: 16}))
	y, err := readUint(&r, "y")
	if err != nil {
		return &Malformed{What: "DSA key", Err: err}
	}
	one := big.NewInt(1)
	switch {
	case p.BitLen() > maxDSABits || q.BitLen() > maxDSASubBits:
		return &Unsupported{Name: "DSA-" + itoa(p.BitLen()), OID: string(k.OID)}
	case p.Bit(0) == 0 || q.Bit(0) == 0 || q.Cmp(one) <= 0 || q.Cmp(p) >= 0:
		return malformed("DSA key", "p or q is no odd number of its size (FIPS 186-4 4.1)")
	case g.Cmp(one) <= 0 || g.Cmp(p) >= 0 || y.Cmp(one) <= 0 || y.Cmp(p) >= 0:
		return malformed("DSA key", "g or y is not between 1 and p (FIPS 186-4 4.1)")
	}
	k.Bits, k.key = p.BitLen(), &dsaKey{p, q, g, y}
	return nil
}

func (k *dsaKey) check(a Algorithm, m Message, sig []byte) ([]note.Note, error) {
	h, err := m.digest(a.Digest)
	if err != nil {
		return nil, err
	}
	r, s, ok := readPair(sig)
	if a.Plain { // XMLDSig 1.1 6.4.1: each as long as q
		size := (k.q.BitLen() + 7) / 8
		if len(sig) != 2*size {
			return mismatch(CodeSignatureLength, note.Params{"octets": itoa(len(sig)), "expected": itoa(2 * size)})
		}
		r, s, ok = new(big.Int).SetBytes(sig[:size]), new(big.Int).SetBytes(sig[size:]), true
	}
	if !ok {
		return mismatch(CodeSignatureEncoding, nil)
	}
	if !inRange(r, k.q) || !inRange(s, k.q) {
		return mismatch(CodeSignatureRange, nil)
	}
	if !k.holds(h, r, s) {
		return nil, ErrMismatch
	}
	return nil, nil
}

// holds is FIPS 186-4 4.7: v = (g^u1 y^u2 mod p) mod q equals r.
func (k *dsaKey) holds(h []byte, r, s *big.Int) bool {
	w := new(big.Int).ModInverse(s, k.q)
	if w == nil { // q is not prime
		return false
	}
	z := new(big.Int).SetBytes(h)
	if extra := 8*len(h) - k.q.BitLen(); extra > 0 { // the leftmost bits, FIPS 186-4 4.6
		z.Rsh(z, uint(extra))
	}
	u1 := z.Mul(z, w)
	u1.Mod(u1, k.q)
	u2 := w.Mul(r, w)
	u2.Mod(u2, k.q)
	v := u1.Exp(k.g, u1, k.p)
	v.Mul(v, u2.Exp(k.y, u2, k.p)).Mod(v, k.p).Mod(v, k.q)
	return v.Cmp(r) == 0
}
