package cms

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// CertRef is one reference to a certificate by its digest.
type CertRef struct {
	V1              bool // ESSCertID: the digest is SHA-1
	DigestAlgorithm AlgorithmIdentifier
	Hash            []byte
	Issuer          []byte   // encoded Name; nil without a usable issuerSerial
	Serial          *big.Int // nil without a usable issuerSerial
	RawIssuerSerial []byte   // as received; nil when absent
	Err             error    // what is malformed: with Hash only issuerSerial, without it the reference
}

// Digest is the algorithm of Hash; zero when it is unknown.
func (c *CertRef) Digest() sigalg.Digest { return sigalg.DigestByOID(c.DigestAlgorithm.OID) }

var (
	algorithmSHA1   = AlgorithmIdentifier{OID: oidSHA1}
	algorithmSHA256 = AlgorithmIdentifier{OID: oidSHA256}
)

// CertRefs are the references of signing-certificate and
// signing-certificate-v2 (RFC 5035 5.4) in the order of the attributes. The
// first of each attribute is the signer's certificate. What is malformed
// stands in Err; an attribute that cannot be read is one reference without Hash.
func (s *SignerInfo) CertRefs() []CertRef { return s.refs }

// readRefs fills s.refs from all values of both attributes.
func (s *SignerInfo) readRefs() {
	for i := range s.SignedAttrs {
		a := &s.SignedAttrs[i]
		if a.Type != oidSigningCert && a.Type != oidSigningCertV2 {
			continue
		}
		for _, v := range a.Values {
			if pay(s.purse, costRef) != nil {
				return // the message ends with that
			}
			if err := s.readSigningCertificate(v, a.Type == oidSigningCert); err != nil {
				s.refs = append(s.refs, CertRef{V1: a.Type == oidSigningCert, Err: fmt.Errorf("%s: %w", a.Type.Name(), err)})
			}
		}
	}
}

// readSigningCertificate reads one value.
//
//	SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2, policies SEQUENCE OF PolicyInformation OPTIONAL }
//	ESSCertIDv2 ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier DEFAULT {id-sha256}, certHash OCTET STRING, issuerSerial IssuerSerial OPTIONAL }
//	ESSCertID ::= SEQUENCE { certHash OCTET STRING, issuerSerial IssuerSerial OPTIONAL }
func (s *SignerInfo) readSigningCertificate(value []byte, v1 bool) error {
	r := ber.NewReader(value, s.purse)
	var in, certs ber.Reader
	if _, err := enter(&r, ber.Sequence, "SigningCertificate", &in); err != nil {
		return err
	}
	if _, err := enter(&in, ber.Sequence, "certs", &certs); err != nil {
		return err
	}
	if certs.Empty() {
		return errors.New("certs names no certificate")
	}
	for !certs.Empty() {
		ref := CertRef{V1: v1, DigestAlgorithm: algorithmSHA256}
		if v1 {
			ref.DigestAlgorithm = algorithmSHA1
		}
		if err := ref.readESS(&certs); err != nil {
			return err
		}
		if err := pay(s.purse, costRef); err != nil {
			return err
		}
		s.refs = append(s.refs, ref)
	}
	return nil
}

func (c *CertRef) readESS(certs *ber.Reader) (err error) {
	var in ber.Reader
	if _, err = enter(certs, ber.Sequence, "ESSCertID", &in); err != nil {
		return err
	}
	if tag, _ := in.Peek(); tag == ber.Sequence && !c.V1 {
		if c.DigestAlgorithm, err = readAlgorithm(&in, "hashAlgorithm"); err != nil {
			return err
		}
	}
	if c.Hash, err = octets(&in, "certHash"); err != nil {
		return err
	}
	if in.Empty() {
		return nil
	}
	c.readIssuerSerial(&in)
	return nil
}

// readIssuerSerial reads the optional end of a reference. What is wrong with
// it stays in Err: the digest binds the certificate without it.
//
//	IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber INTEGER }
func (c *CertRef) readIssuerSerial(r *ber.Reader) {
	var in ber.Reader
	raw, err := enter(r, ber.Sequence, "issuerSerial", &in)
	if err != nil {
		c.Err = err
		return
	}
	c.RawIssuerSerial = raw
	c.Issuer, c.Serial, err = issuerSerial(&in)
	if err == nil && !r.Empty() {
		err = fmt.Errorf("octet %d: an element follows issuerSerial", r.Offset())
	}
	if err != nil {
		c.Issuer, c.Serial, c.Err = nil, nil, fmt.Errorf("issuerSerial: %w", err)
	}
}

// issuerSerial reads the contents of IssuerSerial. RFC 5035 5.4.1 wants
// exactly one directoryName for a public-key certificate.
func issuerSerial(in *ber.Reader) ([]byte, *big.Int, error) {
	var list, dir ber.Reader
	if _, err := enter(in, ber.Sequence, "issuer", &list); err != nil {
		return nil, nil, err
	}
	if tag, _ := list.Peek(); tag != ber.Context(4) {
		return nil, nil, fmt.Errorf("octet %d: issuer does not start with a directoryName", list.Offset())
	}
	if _, err := enter(&list, ber.Context(4), "issuer", &dir); err != nil {
		return nil, nil, err
	}
	if !list.Empty() {
		return nil, nil, fmt.Errorf("octet %d: issuer has more than one name", list.Offset())
	}
	name, err := dir.Expect(ber.Sequence, "directoryName")
	if err != nil {
		return nil, nil, err
	}
	serial, err := in.Expect(ber.Integer, "serialNumber")
	if err != nil {
		return nil, nil, err
	}
	if !in.Empty() {
		return nil, nil, fmt.Errorf("octet %d: an element follows serialNumber", in.Offset())
	}
	v, err := serial.Int()
	return name.Raw, v, err
}
