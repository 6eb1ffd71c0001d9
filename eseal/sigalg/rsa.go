package sigalg

import (
	"bytes"
	"math/big"
	"sync"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// An rsaKey verifies on math/big: crypto/rsa refuses exponents of 2^31 and
// more, moduli below 1024 bits and signatures with an unlike MGF1 hash; it is
// as fast at 2048 bits and two to four times slower from 3072 on. Nothing here
// is secret, so time need not be constant.
type rsaKey struct {
	n, e     *big.Int
	pssOnly  bool
	restrict *Algorithm // parameters of an id-RSASSA-PSS key
}

const (
	minModulusBits = 256   // below, no padding with a digest fits
	maxModulusBits = 16384 // BoringSSL, OpenSSL (OPENSSL_RSA_MAX_MODULUS_BITS)
	// maxWork bounds exponent bits times squared words of the modulus: 256 bits
	// of exponent (FIPS 186-5 A.1.1) at 16384 bits of modulus, some 50 ms.
	maxWork = 256 * (maxModulusBits / 64) * (maxModulusBits / 64)
)

// fillRSA reads RSAPublicKey (RFC 8017 A.1.1).
func (k *PublicKey) fillRSA(body, pssParams []byte) error {
	r := ber.NewReader(body, purse.New(purse.Limits{Objects: 16}))
	_, in, err := r.ExpectEnter(ber.Sequence, "RSAPublicKey")
	if err != nil {
		return &Malformed{What: "RSA key", Err: err}
	}
	n, err := in.Expect(ber.Integer, "modulus")
	if err != nil {
		return &Malformed{What: "RSA key", Err: err}
	}
	e, err := in.Expect(ber.Integer, "publicExponent")
	if err != nil {
		return &Malformed{What: "RSA key", Err: err}
	}
	if !in.Empty() || !r.Empty() {
		return malformed("RSA key", "octets after the exponent")
	}
	if len(n.Body) > 0 && n.Body[0]&0x80 != 0 {
		k.Notes = append(k.Notes, note.New(CodeNegativeModulus, "subjectPublicKeyInfo", nil))
	}
	key := &rsaKey{n: new(big.Int).SetBytes(n.Body), e: new(big.Int).SetBytes(e.Body), pssOnly: k.PSSOnly}
	k.Algorithm, k.Bits, k.key = "RSA", key.n.BitLen(), key
	if key.e.BitLen() > 256 {
		k.Notes = append(k.Notes, note.New(CodeUnusualExponent, "subjectPublicKeyInfo", note.Params{"bits": itoa(key.e.BitLen())}))
	}
	if len(pssParams) > 0 {
		a, err := parsePSS(pssParams)
		if err != nil {
			return err
		}
		key.restrict = &a
	}
	return key.sane()
}

// sane refuses what is no RSA key (RFC 8017 3.1: e is odd, from 3 to n-1) and
// what is too much work.
func (k *rsaKey) sane() error {
	words := (k.n.BitLen() + 63) / 64
	switch {
	case k.n.BitLen() < minModulusBits:
		return malformed("RSA key", "modulus of %d bits", k.n.BitLen())
	case k.n.BitLen() > maxModulusBits:
		return &Unsupported{Name: "RSA-" + itoa(k.n.BitLen()), OID: string(oidRSA)}
	case k.n.Bit(0) == 0:
		return malformed("RSA key", "modulus is even")
	case k.e.BitLen() < 2 || k.e.Bit(0) == 0:
		return malformed("RSA key", "public exponent is even or below 3 (RFC 8017 3.1)")
	case k.e.Cmp(k.n) >= 0:
		return malformed("RSA key", "public exponent is not below the modulus (RFC 8017 3.1)")
	case k.e.BitLen()*words*words > maxWork:
		return &Unsupported{Name: "RSA-" + itoa(k.n.BitLen()) + " with an exponent of " + itoa(k.e.BitLen()) + " bits", OID: string(oidRSA)}
	}
	return nil
}

func (k *rsaKey) check(a Algorithm, m Message, sig []byte) ([]note.Note, error) {
	if notes, err := k.permits(a); err != nil {
		return notes, err
	}
	h, err := m.digest(a.Digest)
	if err != nil {
		return nil, err
	}
	size := (k.n.BitLen() + 7) / 8
	if len(sig) != size { // RFC 8017 8.1.2 step 1, 8.2.2 step 1
		return mismatch(CodeSignatureLength, note.Params{"octets": itoa(len(sig)), "expected": itoa(size)})
	}
	s := new(big.Int).SetBytes(sig)
	if s.Cmp(k.n) >= 0 { // RFC 8017 5.2.2 step 1
		return mismatch(CodeSignatureRange, nil)
	}
	em := s.Exp(s, k.e, k.n).FillBytes(make([]byte, size))
	if a.Name == "RSA-PSS" {
		return k.checkPSS(em, a, h)
	}
	return k.checkPKCS1(em, a, h)
}

// permits holds an id-RSASSA-PSS key to what its SubjectPublicKeyInfo says (RFC 4055 1.2, 3.3).
func (k *rsaKey) permits(a Algorithm) ([]note.Note, error) {
	if !k.pssOnly {
		return nil, nil
	}
	if a.Name != "RSA-PSS" {
		return mismatch(CodeKeyMismatch, note.Params{"algorithm": a.Name, "key": "id-RSASSA-PSS"})
	}
	if r := k.restrict; r != nil && (a.Digest != r.Digest || a.MGF != r.MGF || a.XOF != r.XOF || a.Salt < r.Salt) {
		return mismatch(CodePSSRestriction, note.Params{"key": r.describePSS(), "signature": a.describePSS()})
	}
	return nil, nil
}

// checkPKCS1 compares with the one block that RFC 8017 9.2 allows. A DigestInfo
// without NULL (note 1 there) is recognised and told, not accepted.
func (k *rsaKey) checkPKCS1(em []byte, a Algorithm, h []byte) ([]note.Note, error) {
	t, ok := unpadPKCS1(em)
	if !ok {
		return k.explain(em, a, h)
	}
	if prefix := digestInfoPrefixes()[a.Digest]; len(t) == len(prefix)+len(h) && bytes.HasPrefix(t, prefix) && bytes.Equal(t[len(prefix):], h) {
		return nil, nil
	}
	return explainDigestInfo(t, a, h)
}

// digestInfoPrefixes are the octets of DigestInfo before the digest (RFC 8017 9.2 note 1).
var digestInfoPrefixes = sync.OnceValue(func() (out [digests][]byte) {
	for d := SHA1; d < digests; d++ {
		whole := digestInfoDER(d, make([]byte, d.Size()), true)
		out[d] = whole[:len(whole)-d.Size()]
	}
	return out
})

// digestInfoDER is DigestInfo of RFC 8017 A.2.4.
func digestInfoDER(d Digest, h []byte, null bool) []byte {
	id := ber.Append(nil, 0x06, ber.EncodeOID(d.OID()))
	if null {
		id = append(id, 0x05, 0x00)
	}
	return ber.Append(nil, 0x30, ber.Append(ber.Append(nil, 0x30, id), 0x04, h))
}

// explain finds out what a block without the padding of PKCS #1 v1.5 is: the
// other scheme, a bad padding, or, as under any wrong key, nothing. It never accepts.
func (k *rsaKey) explain(em []byte, a Algorithm, h []byte) ([]note.Note, error) {
	if _, ok := openPSS(em, k.n.BitLen()-1, pssWith(a.Digest), h); ok {
		return mismatch(CodeScheme, note.Params{"named": a.Name, "found": "RSA-PSS"})
	}
	if em[0] == 0 && em[1] <= 2 { // block types 0, 1 and 2 (PKCS #1 v1.5 8.1)
		return mismatch(CodePadding, note.Params{"found": "broken padding of block type " + itoa(int(em[1]))})
	}
	return nil, ErrMismatch
}

// explainDigestInfo finds out what a rightly padded block holds that is not
// the DigestInfo expected. It never accepts.
func explainDigestInfo(t []byte, a Algorithm, h []byte) ([]note.Note, error) {
	if bytes.Equal(t, digestInfoDER(a.Digest, h, false)) {
		return mismatch(CodeDigestInfoNoNull, note.Params{"digest": a.Digest.Name()})
	}
	if bytes.Equal(t, h) {
		return mismatch(CodePadding, note.Params{"found": "digest without DigestInfo"})
	}
	oid, value, err := readDigestInfo(t)
	switch {
	case err != nil:
		return mismatch(CodePadding, note.Params{"found": "no DigestInfo"})
	case oid != a.Digest.OID():
		return mismatch(CodeDigestInfoOther, note.Params{"named": a.Digest.Name(), "found": nameOr(DigestByOID(oid).Name(), oid)})
	case bytes.Equal(value, h):
		return mismatch(CodePadding, note.Params{"found": "DigestInfo that is not canonical"})
	}
	return nil, ErrMismatch // a good signature of something else
}

// unpadPKCS1 takes the padding of block type 1 off (RFC 8017 9.2).
func unpadPKCS1(em []byte) ([]byte, bool) {
	if len(em) < 11 || em[0] != 0 || em[1] != 1 {
		return nil, false
	}
	i := 2
	for i < len(em) && em[i] == 0xff {
		i++
	}
	if i < 10 || i == len(em) || em[i] != 0 {
		return nil, false
	}
	return em[i+1:], true
}

func readDigestInfo(t []byte) (ber.OID, []byte, error) {
	r := ber.NewReader(t, purse.New(purse.Limits{Objects: 16}))
	_, in, err := r.ExpectEnter(ber.Sequence, "DigestInfo")
	if err != nil {
		return "", nil, err
	}
	oid, _, err := readIdentifier(&in, "digestAlgorithm")
	if err != nil {
		return "", nil, err
	}
	v, err := in.Expect(ber.OctetString, "digest")
	return oid, v.Body, err
}
