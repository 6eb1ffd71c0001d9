package cert

import (
	"bytes"
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
)

// ParseAlgorithm reads an AlgorithmIdentifier.
func ParseAlgorithm(raw []byte, p *purse.Purse) (Algorithm, error) {
	r := ber.NewReader(raw, p)
	a, err := algorithm(&r, "AlgorithmIdentifier")
	if err == nil && !r.Empty() {
		err = fmt.Errorf("AlgorithmIdentifier: octet %d: trailing octets", r.Offset())
	}
	return a, err
}

func algorithm(r *ber.Reader, what string) (Algorithm, error) {
	e, in, err := r.ExpectEnter(ber.Sequence, what)
	if err != nil {
		return Algorithm{}, err
	}
	o, err := expectOID(&in, what)
	if err != nil {
		return Algorithm{}, err
	}
	a := Algorithm{OID: o, Raw: e.Raw}
	if !in.Empty() {
		p, err := in.Next()
		if err != nil {
			return Algorithm{}, fmt.Errorf("%s: parameters: %w", what, err)
		}
		a.Params = p.Raw
	}
	if !in.Empty() {
		return Algorithm{}, fmt.Errorf("%s: octet %d: an element after the parameters", what, in.Offset())
	}
	return a, nil
}

func expectOID(r *ber.Reader, what string) (ber.OID, error) {
	e, err := r.Expect(ber.ObjectID, what)
	if err != nil {
		return "", err
	}
	o, err := e.OID()
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	return o, nil
}

func isNull(params []byte) bool { return bytes.Equal(params, []byte{5, 0}) }

// rsaSignature tells whether an algorithm is one of RFC 4055 5 or RFC 3279
// 2.2.1 whose parameters must be NULL.
func rsaSignature(o ber.OID) bool {
	switch o {
	case "1.2.840.113549.1.1.2", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5",
		"1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", "1.2.840.113549.1.1.14":
		return true
	}
	return false
}

const (
	oidRSA    ber.OID = "1.2.840.113549.1.1.1"
	oidRSAPSS ber.OID = "1.2.840.113549.1.1.10"
	oidEC     ber.OID = "1.2.840.10045.2.1"
	oidDSA    ber.OID = "1.2.840.10040.4.1"
)

// publicKey reads SubjectPublicKeyInfo (RFC 5280 4.1.2.7). What the key is,
// sigalg says; here only the oddities of RSA keys that sigalg mends are noted.
func (s *scan) publicKey(c *Certificate, in *ber.Reader) error {
	e, r, err := in.ExpectEnter(ber.Sequence, "subjectPublicKeyInfo")
	if err != nil {
		return err
	}
	c.RawSPKI = e.Raw
	if c.KeyAlgorithm, err = algorithm(&r, "subjectPublicKeyInfo"); err != nil {
		return err
	}
	if c.PublicKey, err = s.bits(&r, ber.BitString, "subjectPublicKey"); err != nil {
		return err
	}
	if !r.Empty() {
		return fmt.Errorf("subjectPublicKeyInfo: octet %d: an element after the key", r.Offset())
	}
	if p := c.KeyAlgorithm.Params; c.KeyAlgorithm.OID == oidEC && (len(p) == 0 || p[0] != byte(ber.ObjectID)) {
		s.note(CodeExplicitCurve, "subjectPublicKeyInfo", e.Offset, nil)
	}
	if c.KeyAlgorithm.OID != oidRSA && c.KeyAlgorithm.OID != oidRSAPSS {
		return nil
	}
	if c.KeyAlgorithm.OID == oidRSA && !isNull(c.KeyAlgorithm.Params) {
		s.note(CodeRSAParameters, "subjectPublicKeyInfo", e.Offset, map[string]string{"algorithm": c.KeyAlgorithm.OID.Name()})
	}
	modulus, ok := rsaModulus(c.PublicKey, s.purse)
	switch {
	case !ok:
		s.note(CodeKeyShape, "subjectPublicKey", e.Offset, map[string]string{"algorithm": c.KeyAlgorithm.OID.Name()})
	case modulus[0]&0x80 != 0:
		s.note(CodeModulusSign, "subjectPublicKey", e.Offset, nil)
	}
	return nil
}

// rsaModulus is the contents of the modulus in an RSAPublicKey (RFC 8017 A.1.1).
func rsaModulus(key []byte, p *purse.Purse) ([]byte, bool) {
	r := ber.NewReader(key, p)
	_, in, err := r.ExpectEnter(ber.Sequence, "RSAPublicKey")
	if err != nil {
		return nil, false
	}
	n, err := in.Expect(ber.Integer, "modulus")
	if err != nil || len(n.Body) == 0 {
		return nil, false
	}
	if _, err := in.Expect(ber.Integer, "publicExponent"); err != nil || !in.Empty() || !r.Empty() {
		return nil, false
	}
	return n.Body, true
}

// keyNames are the algorithms and curves whose name alone says the size:
// SEC 2, RFC 5639, RFC 8410, RFC 9881 (ML-DSA), RFC 9909 (SLH-DSA).
var keyNames = map[ber.OID]string{
	"1.2.840.10045.3.1.1": "P-192", "1.3.132.0.33": "P-224", "1.2.840.10045.3.1.7": "P-256",
	"1.3.132.0.34": "P-384", "1.3.132.0.35": "P-521", "1.3.132.0.10": "secp256k1",
	"1.3.36.3.3.2.8.1.1.1": "brainpoolP160r1", "1.3.36.3.3.2.8.1.1.3": "brainpoolP192r1",
	"1.3.36.3.3.2.8.1.1.5": "brainpoolP224r1", "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
	"1.3.36.3.3.2.8.1.1.9": "brainpoolP320r1", "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
	"1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
	"1.3.36.3.3.2.8.1.1.8":  "brainpoolP256t1", "1.3.36.3.3.2.8.1.1.12": "brainpoolP384t1",
	"1.3.36.3.3.2.8.1.1.14": "brainpoolP512t1",
	"1.3.101.110":           "X25519", "1.3.101.111": "X448", "1.3.101.112": "Ed25519", "1.3.101.113": "Ed448",
	"2.16.840.1.101.3.4.3.17": "ML-DSA-44", "2.16.840.1.101.3.4.3.18": "ML-DSA-65", "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
	"2.16.840.1.101.3.4.3.20": "SLH-DSA-SHA2-128s", "2.16.840.1.101.3.4.3.21": "SLH-DSA-SHA2-128f",
	"2.16.840.1.101.3.4.3.22": "SLH-DSA-SHA2-192s", "2.16.840.1.101.3.4.3.23": "SLH-DSA-SHA2-192f",
	"2.16.840.1.101.3.4.3.24": "SLH-DSA-SHA2-256s", "2.16.840.1.101.3.4.3.25": "SLH-DSA-SHA2-256f",
	"2.16.840.1.101.3.4.3.26": "SLH-DSA-SHAKE-128s", "2.16.840.1.101.3.4.3.27": "SLH-DSA-SHAKE-128f",
	"2.16.840.1.101.3.4.3.28": "SLH-DSA-SHAKE-192s", "2.16.840.1.101.3.4.3.29": "SLH-DSA-SHAKE-192f",
	"2.16.840.1.101.3.4.3.30": "SLH-DSA-SHAKE-256s", "2.16.840.1.101.3.4.3.31": "SLH-DSA-SHAKE-256f",
}

// KeyName is the key in a word: "RSA-2048", "P-384", "Ed25519", "ML-DSA-65".
// What it cannot name it gives by its identifier.
func (c *Certificate) KeyName() string {
	p := purse.New(purse.Limits{})
	a := c.KeyAlgorithm
	switch a.OID {
	case oidRSA, oidRSAPSS:
		if n, ok := rsaModulus(c.PublicKey, p); ok {
			return "RSA-" + strconv.Itoa(bitLen(n))
		}
		return "RSA"
	case oidDSA:
		return dsaName(a.Params, p)
	case oidEC:
		return curveName(a.Params, p)
	}
	if n, ok := keyNames[a.OID]; ok {
		return n
	}
	return a.OID.Name()
}

func bitLen(b []byte) int {
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) == 0 {
		return 0
	}
	return 8*(len(b)-1) + bits.Len8(b[0])
}

// dsaName reads the prime of Dss-Parms (RFC 3279 2.3.2); parameters may be
// inherited from the issuer, then the size is not known here.
func dsaName(params []byte, p *purse.Purse) string {
	r := ber.NewReader(params, p)
	if _, in, err := r.ExpectEnter(ber.Sequence, "Dss-Parms"); err == nil {
		if prime, err := in.Expect(ber.Integer, "p"); err == nil {
			return "DSA-" + strconv.Itoa(bitLen(prime.Body))
		}
	}
	return "DSA"
}

func curveName(params []byte, p *purse.Purse) string {
	r := ber.NewReader(params, p)
	o, err := expectOID(&r, "namedCurve")
	if err != nil {
		return "EC-explicit"
	}
	if n, ok := keyNames[o]; ok {
		return n
	}
	return "EC-" + strings.TrimPrefix(o.Name(), "EC-")
}
