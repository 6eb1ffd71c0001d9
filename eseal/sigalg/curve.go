package sigalg

//lint:file-ignore SA1019 crypto/ecdsa has no other way to a curve that is not NIST's than elliptic.Curve and the raw coordinates; the points are checked here.

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"math/big"
	"sync"

	"github.com/ProtonMail/go-crypto/bitcurves"
	"github.com/ProtonMail/go-crypto/brainpool"

	"github.com/kakuin/kakuin/eseal/ber"
)

// A curve is a named curve y^2 = x^3 + ax + b over F_p with its arithmetic.
type curve struct {
	name string
	oid  ber.OID
	impl elliptic.Curve
	nist bool // crypto/ecdsa has its own arithmetic for it
	p    *big.Int
	n    *big.Int
	size int // octets of a coordinate

	coefficients func() (a, b *big.Int)
}

var curves = sync.OnceValue(func() map[ber.OID]*curve {
	m := make(map[ber.OID]*curve)
	add := func(name string, oid ber.OID, c elliptic.Curve, nist bool) {
		p := c.Params()
		m[oid] = &curve{name: name, oid: oid, impl: c, nist: nist, p: p.P, n: p.N, size: (p.BitSize + 7) / 8,
			coefficients: sync.OnceValues(func() (*big.Int, *big.Int) { return solve(c) })}
	}
	// RFC 5480 2.1.1.1
	add("P-224", "1.3.132.0.33", elliptic.P224(), true)
	add("P-256", "1.2.840.10045.3.1.7", elliptic.P256(), true)
	add("P-384", "1.3.132.0.34", elliptic.P384(), true)
	add("P-521", "1.3.132.0.35", elliptic.P521(), true)
	// RFC 5639 4.1
	add("brainpoolP256r1", "1.3.36.3.3.2.8.1.1.7", brainpool.P256r1(), false)
	add("brainpoolP256t1", "1.3.36.3.3.2.8.1.1.8", brainpool.P256t1(), false)
	add("brainpoolP384r1", "1.3.36.3.3.2.8.1.1.11", brainpool.P384r1(), false)
	add("brainpoolP384t1", "1.3.36.3.3.2.8.1.1.12", brainpool.P384t1(), false)
	add("brainpoolP512r1", "1.3.36.3.3.2.8.1.1.13", brainpool.P512r1(), false)
	add("brainpoolP512t1", "1.3.36.3.3.2.8.1.1.14", brainpool.P512t1(), false)
	// SEC 2 2.4.1
	add("secp256k1", "1.3.132.0.10", bitcurves.S256(), false)
	return m
})

// otherCurves are known by name only.
var otherCurves = map[ber.OID]string{
	"1.2.840.10045.3.1.1":     "P-192",
	"1.2.840.10045.3.1.2":     "prime192v2",
	"1.2.840.10045.3.1.3":     "prime192v3",
	"1.2.840.10045.3.1.4":     "prime239v1",
	"1.2.840.10045.3.1.5":     "prime239v2",
	"1.2.840.10045.3.1.6":     "prime239v3",
	"1.3.132.0.8":             "secp160r1",
	"1.3.132.0.9":             "secp160k1",
	"1.3.132.0.30":            "secp160r2",
	"1.3.132.0.31":            "secp192k1",
	"1.3.132.0.32":            "secp224k1",
	"1.3.132.0.1":             "sect163k1",
	"1.3.132.0.15":            "sect163r2",
	"1.3.132.0.26":            "sect233k1",
	"1.3.132.0.27":            "sect233r1",
	"1.3.132.0.16":            "sect283k1",
	"1.3.132.0.17":            "sect283r1",
	"1.3.132.0.36":            "sect409k1",
	"1.3.132.0.37":            "sect409r1",
	"1.3.132.0.38":            "sect571k1",
	"1.3.132.0.39":            "sect571r1",
	"1.3.36.3.3.2.8.1.1.1":    "brainpoolP160r1",
	"1.3.36.3.3.2.8.1.1.2":    "brainpoolP160t1",
	"1.3.36.3.3.2.8.1.1.3":    "brainpoolP192r1",
	"1.3.36.3.3.2.8.1.1.4":    "brainpoolP192t1",
	"1.3.36.3.3.2.8.1.1.5":    "brainpoolP224r1",
	"1.3.36.3.3.2.8.1.1.6":    "brainpoolP224t1",
	"1.3.36.3.3.2.8.1.1.9":    "brainpoolP320r1",
	"1.3.36.3.3.2.8.1.1.10":   "brainpoolP320t1",
	"1.2.250.1.223.101.256.1": "FRP256v1",
	"1.2.156.10197.1.301":     "SM2",
}

// solve finds a and b of the curve equation from the two points G and 2G. The
// libraries do not tell a, and tell b not always.
func solve(c elliptic.Curve) (a, b *big.Int) {
	p := c.Params()
	x1, y1 := p.Gx, p.Gy
	x2, y2 := c.Double(x1, y1)
	rest := func(x, y *big.Int) *big.Int { // y^2 - x^3 = ax + b
		v := new(big.Int).Mul(y, y)
		return v.Sub(v, new(big.Int).Exp(x, big.NewInt(3), p.P)).Mod(v, p.P)
	}
	r1, r2 := rest(x1, y1), rest(x2, y2)
	dx := new(big.Int).Sub(x1, x2)
	a = new(big.Int).Sub(r1, r2)
	a.Mul(a, dx.ModInverse(dx.Mod(dx, p.P), p.P)).Mod(a, p.P)
	b = new(big.Int).Mul(a, x1)
	b.Sub(r1, b).Mod(b, p.P)
	return a, b
}

// point reads an elliptic curve point, whole or compressed (SEC 1 2.3.4). The
// hybrid form and the point at infinity are no keys (RFC 5480 2.2).
func (c *curve) point(b []byte) (x, y *big.Int, err error) {
	switch {
	case len(b) == 1+2*c.size && b[0] == 4:
		x, y = new(big.Int).SetBytes(b[1:1+c.size]), new(big.Int).SetBytes(b[1+c.size:])
	case len(b) == 1+c.size && (b[0] == 2 || b[0] == 3):
		x = new(big.Int).SetBytes(b[1:])
		y = c.root(x, uint(b[0]&1))
	default:
		return nil, nil, malformed("EC key", "%d octets are no point of %s (RFC 5480 2.2)", len(b), c.name)
	}
	if y == nil || x.Cmp(c.p) >= 0 || y.Cmp(c.p) >= 0 || x.Sign() == 0 && y.Sign() == 0 || !c.holds(x, y) {
		return nil, nil, malformed("EC key", "the point is not on %s", c.name)
	}
	return x, y, nil
}

// holds tells whether the point is on the curve.
func (c *curve) holds(x, y *big.Int) bool {
	left := new(big.Int).Mul(y, y)
	return left.Mod(left, c.p).Cmp(c.right(x)) == 0
}

// right is x^3 + ax + b.
func (c *curve) right(x *big.Int) *big.Int {
	a, b := c.coefficients()
	v := new(big.Int).Mul(x, x)
	v.Add(v, a).Mul(v, x).Add(v, b)
	return v.Mod(v, c.p)
}

// root is the y of the wanted parity for a compressed point, nil if x is no coordinate.
func (c *curve) root(x *big.Int, parity uint) *big.Int {
	y := new(big.Int).ModSqrt(c.right(x), c.p)
	if y != nil && y.Bit(0) != parity {
		y.Sub(c.p, y)
	}
	return y
}

// publicKey makes the key of the standard library.
func (c *curve) publicKey(x, y *big.Int) (*ecdsa.PublicKey, error) {
	if !c.nist {
		return &ecdsa.PublicKey{Curve: c.impl, X: x, Y: y}, nil
	}
	b := make([]byte, 1+2*c.size)
	b[0] = 4
	x.FillBytes(b[1 : 1+c.size])
	y.FillBytes(b[1+c.size:])
	return ecdsa.ParseUncompressedPublicKey(c.impl, b)
}

// matches compares explicit domain parameters with a named curve, all of them:
// a generator that is not compared lets anyone make a key (CVE-2020-0601).
func (c *curve) matches(d *explicitCurve) bool {
	if d.p.Cmp(c.p) != 0 || d.n.Cmp(c.n) != 0 || d.cofactor != nil && d.cofactor.Cmp(big.NewInt(1)) != 0 {
		return false
	}
	a, b := c.coefficients()
	if d.a.Cmp(a) != 0 || d.b.Cmp(b) != 0 {
		return false
	}
	p := c.impl.Params()
	x, y, err := c.point(d.base)
	return err == nil && x.Cmp(p.Gx) == 0 && y.Cmp(p.Gy) == 0
}
