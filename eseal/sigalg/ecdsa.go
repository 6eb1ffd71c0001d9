package sigalg

import (
	"crypto/ecdsa"
	"math/big"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

type ecKey struct {
	curve *curve
	pub   *ecdsa.PublicKey
}

// fillEC reads the key of id-ecPublicKey (RFC 5480 2.1.1, 2.2).
func (k *PublicKey) fillEC(params, body []byte) error {
	c, err := k.curveOf(params)
	if err != nil {
		return err
	}
	x, y, err := c.point(body)
	if err != nil {
		return err
	}
	pub, err := c.publicKey(x, y)
	if err != nil {
		return &Malformed{What: "EC key", Err: err}
	}
	k.Algorithm, k.Curve, k.Bits, k.key = "ECDSA", c.name, c.p.BitLen(), &ecKey{curve: c, pub: pub}
	return nil
}

// curveOf reads ECParameters: a name, or explicit parameters that are those of
// a named curve. implicitCurve is not for certificates (RFC 5480 2.1.1).
func (k *PublicKey) curveOf(params []byte) (*curve, error) {
	r := ber.NewReader(params, purse.New(purse.Limits{Objects: 64, Depth: 16}))
	e, err := r.Next()
	if err != nil {
		return nil, malformed("EC key", "no curve is named (RFC 5480 2.1.1)")
	}
	switch e.Tag {
	case ber.ObjectID:
		oid, err := e.OID()
		if err != nil {
			return nil, &Malformed{What: "EC key", Err: err}
		}
		c := curves()[oid]
		if c == nil {
			return nil, &Unsupported{Name: "curve " + nameOr(otherCurves[oid], oid), OID: string(oid)}
		}
		return c, nil
	case ber.Sequence:
		in, err := r.Enter(e)
		if err != nil {
			return nil, &Malformed{What: "EC parameters", Err: err}
		}
		c, err := readExplicit(&in)
		if err == nil {
			k.Notes = append(k.Notes, note.New(CodeExplicitCurve, "subjectPublicKeyInfo", note.Params{"curve": c.name}))
		}
		return c, err
	}
	return nil, malformed("EC key", "%s where a curve is named (RFC 5480 2.1.1)", e.Tag)
}

// explicitCurve is SpecifiedECDomain over a prime field (SEC 1 C.2).
type explicitCurve struct {
	p, a, b, n, cofactor *big.Int
	base                 []byte
}

const oidPrimeField ber.OID = "1.2.840.10045.1.1"

// readExplicit reads
//
//	SpecifiedECDomain ::= SEQUENCE { version INTEGER, fieldID FieldID, curve Curve,
//	    base OCTET STRING, order INTEGER, cofactor INTEGER OPTIONAL, ... }
//	FieldID ::= SEQUENCE { fieldType OBJECT IDENTIFIER, parameters ANY }
//	Curve ::= SEQUENCE { a OCTET STRING, b OCTET STRING, seed BIT STRING OPTIONAL }
//
// and finds the named curve that it equals.
func readExplicit(r *ber.Reader) (*curve, error) {
	d, err := readDomain(r)
	if err != nil {
		return nil, classify("EC parameters", err)
	}
	for _, c := range curves() {
		if c.matches(d) {
			return c, nil
		}
	}
	return nil, &Unsupported{Name: "curve with explicit parameters of " + itoa(d.p.BitLen()) + " bits", OID: string(oidEC)}
}

func readDomain(r *ber.Reader) (*explicitCurve, error) {
	if _, err := r.Expect(ber.Integer, "version"); err != nil {
		return nil, err
	}
	d := &explicitCurve{}
	_, field, err := r.ExpectEnter(ber.Sequence, "fieldID")
	if err != nil {
		return nil, err
	}
	kind, err := field.Expect(ber.ObjectID, "fieldType")
	if err != nil {
		return nil, err
	}
	if oid, err := kind.OID(); err != nil || oid != oidPrimeField {
		return nil, &Unsupported{Name: "curve over a binary field", OID: string(oid)}
	}
	if d.p, err = readUint(&field, "prime"); err != nil {
		return nil, err
	}
	_, eq, err := r.ExpectEnter(ber.Sequence, "curve")
	if err != nil {
		return nil, err
	}
	a, err := eq.Expect(ber.OctetString, "a")
	if err != nil {
		return nil, err
	}
	b, err := eq.Expect(ber.OctetString, "b")
	if err != nil {
		return nil, err
	}
	d.a, d.b = new(big.Int).SetBytes(a.Body), new(big.Int).SetBytes(b.Body)
	base, err := r.Expect(ber.OctetString, "base")
	if err != nil {
		return nil, err
	}
	d.base = base.Body
	if d.n, err = readUint(r, "order"); err != nil {
		return nil, err
	}
	if t, ok := r.Peek(); ok && t == ber.Integer {
		d.cofactor, err = readUint(r, "cofactor")
	}
	return d, err
}

// readUint reads a positive INTEGER.
func readUint(r *ber.Reader, what string) (*big.Int, error) {
	e, err := r.Expect(ber.Integer, what)
	if err != nil {
		return nil, err
	}
	v, err := e.Int()
	if err == nil && v.Sign() <= 0 {
		return nil, malformed(what, "is not positive")
	}
	return v, err
}

func (k *ecKey) check(a Algorithm, m Message, sig []byte) ([]note.Note, error) {
	h, err := m.digest(a.Digest)
	if err != nil {
		return nil, err
	}
	var r, s *big.Int
	if a.Plain {
		// BSI TR-03111 5.2.1, XMLDSig 1.1 6.4.3: both as long as the group order.
		size := (k.curve.n.BitLen() + 7) / 8
		if len(sig) != 2*size {
			return mismatch(CodeSignatureLength, note.Params{"octets": itoa(len(sig)), "expected": itoa(2 * size)})
		}
		r, s = new(big.Int).SetBytes(sig[:size]), new(big.Int).SetBytes(sig[size:])
	} else {
		if k.curve.nist && ecdsa.VerifyASN1(k.pub, h, sig) {
			return nil, nil
		}
		var ok bool
		if r, s, ok = readPair(sig); !ok {
			return mismatch(CodeSignatureEncoding, nil)
		}
	}
	if !inRange(r, k.curve.n) || !inRange(s, k.curve.n) {
		return mismatch(CodeSignatureRange, nil)
	}
	if k.curve.nist && !a.Plain {
		return nil, ErrMismatch // well formed, and VerifyASN1 refused it
	}
	return nil, guard(k.curve.name, func() bool { return ecdsa.Verify(k.pub, h, r, s) })
}

func inRange(v, n *big.Int) bool { return v.Sign() > 0 && v.Cmp(n) < 0 }

// readPair reads Ecdsa-Sig-Value or Dss-Sig-Value, SEQUENCE { r INTEGER, s
// INTEGER }, in DER only: signature values of X.509 and CMS are DER (RFC 3279
// 2.2.2, 2.2.3), and a second encoding would make a second signature value.
func readPair(sig []byte) (r, s *big.Int, ok bool) {
	p := purse.New(purse.Limits{Objects: 16})
	rd := ber.NewReader(sig, p)
	seq, in, err := rd.ExpectEnter(ber.Sequence, "signature")
	if err != nil || !rd.Empty() || !ber.IsDER(seq.Raw, p) {
		return nil, nil, false
	}
	if r, err = readUintOrZero(&in); err != nil {
		return nil, nil, false
	}
	if s, err = readUintOrZero(&in); err != nil || !in.Empty() {
		return nil, nil, false
	}
	return r, s, true
}

// readUintOrZero reads an INTEGER in its shortest form (X.690 8.3.2), not negative.
func readUintOrZero(r *ber.Reader) (*big.Int, error) {
	e, err := r.Expect(ber.Integer, "r or s")
	if err != nil {
		return nil, err
	}
	b := e.Body
	if len(b) == 0 || b[0]&0x80 != 0 || len(b) > 1 && b[0] == 0 && b[1]&0x80 == 0 {
		return nil, malformed("signature", "an integer that is negative or not in its shortest form")
	}
	return new(big.Int).SetBytes(b), nil
}
