package cert

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
)

// ErrAttribute says that an encoding is an attribute certificate (RFC 5755):
// it holds no key and cannot stand in a path. [ParseAttribute] reads it.
var ErrAttribute = errors.New("this is an attribute certificate, not a public-key certificate")

// Parse reads one certificate (RFC 5280 4.1). It fails only where the
// structure itself is broken; all that is merely against the rules becomes a
// note. Octets after the certificate are a note and not part of Raw.
func Parse(der []byte, p *purse.Purse) (*Certificate, error) {
	s := newScan(p)
	c := &Certificate{}
	if err := s.certificate(c, der); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	c.Notes = s.notes
	return c, nil
}

func (s *scan) certificate(c *Certificate, der []byte) error {
	r := s.reader(der)
	whole, in, err := r.ExpectEnter(ber.Sequence, "Certificate")
	if err != nil {
		return err
	}
	if !r.Empty() {
		s.note(CodeTrailing, "Certificate", r.Offset(), octets(len(r.Rest())))
	}
	tbs, body, err := in.ExpectEnter(ber.Sequence, "tbsCertificate")
	if err != nil {
		return err
	}
	c.Raw, c.RawTBS = whole.Raw, tbs.Raw
	c.SHA256, c.SHA1 = sha256.Sum256(c.Raw), sha1.Sum(c.Raw)
	if attribute(body) {
		return ErrAttribute
	}
	s.checkDER("Certificate", whole.Raw, 0)
	if err := s.tbs(c, body); err != nil {
		return err
	}
	if c.SignatureAlgorithm, err = algorithm(&in, "signatureAlgorithm"); err != nil {
		return err
	}
	s.checkAlgorithms("Certificate", c.SignatureAlgorithm, c.TBSSignatureAlgorithm)
	if c.Signature, err = s.bits(&in, ber.BitString, "signatureValue"); err != nil {
		return err
	}
	if !in.Empty() {
		s.note(CodeTrailing, "Certificate", in.Offset(), octets(len(in.Rest())))
	}
	return nil
}

// attribute recognises AttributeCertificateInfo (RFC 5755 4.1): a version or
// subject in place of the serial number, then a Holder, whose fields are all
// tagged, in place of an algorithm.
func attribute(body ber.Reader) bool {
	if _, _, err := body.Optional(ber.Integer); err != nil {
		return false
	}
	e, err := body.Next()
	if err != nil || !e.Constructed || len(e.Body) == 0 {
		return false
	}
	switch e.Tag {
	case ber.Sequence:
		return e.Body[0]>>6 == 2
	case ber.Context(0), ber.Context(1): // version 1: the subject itself, an IssuerSerial or GeneralNames
		return e.Body[0] != idInteger
	}
	return false
}

func (s *scan) tbs(c *Certificate, in ber.Reader) error {
	if err := s.version(c, &in); err != nil {
		return err
	}
	serial, err := in.Expect(ber.Integer, "serialNumber")
	if err != nil {
		return err
	}
	if c.Serial, err = serial.Int(); err != nil {
		return fmt.Errorf("serialNumber: %w", err)
	}
	c.RawSerial = serial.Body
	s.checkSerial(c.Serial, serial)
	if c.TBSSignatureAlgorithm, err = algorithm(&in, "signature"); err != nil {
		return err
	}
	if c.Issuer, err = s.name(&in, "issuer"); err != nil {
		return err
	}
	if err := s.validity(c, &in); err != nil {
		return err
	}
	if c.Subject, err = s.name(&in, "subject"); err != nil {
		return err
	}
	c.RawIssuer, c.RawSubject = c.Issuer.Raw, c.Subject.Raw
	if err := s.publicKey(c, &in); err != nil {
		return err
	}
	if err := s.optionalFields(c, &in); err != nil {
		return err
	}
	s.checkNames(c)
	return nil
}

func (s *scan) version(c *Certificate, in *ber.Reader) error {
	c.Version = 1
	outer, ok, err := in.Optional(ber.Context(0))
	if err != nil || !ok {
		return err
	}
	r, err := in.Enter(outer)
	if err != nil {
		return fmt.Errorf("version: %w", err)
	}
	v, err := r.Expect(ber.Integer, "version")
	if err != nil {
		return err
	}
	n, err := v.Int64()
	if err != nil || n < -1000 || n > 1000 {
		return fmt.Errorf("version: octet %d: a number of %d octets is no version", v.Offset, len(v.Body))
	}
	if err := end(&r); err != nil { // two readers might see two versions
		return fmt.Errorf("version: %w", err)
	}
	c.Version = int(n) + 1
	switch {
	case n < 0 || n > 2:
		s.note(CodeVersion, "version", v.Offset, map[string]string{"value": strconv.FormatInt(n, 10)})
	case n == 0:
		s.note(CodeNotDER, "version", v.Offset, map[string]string{"what": "default value is written out"})
	}
	return nil
}

func (s *scan) checkSerial(v *big.Int, e ber.Element) {
	switch {
	case v.Sign() < 0:
		s.note(CodeSerialNegative, "serialNumber", e.Offset, map[string]string{"serial": v.String()})
	case v.Sign() == 0:
		s.note(CodeSerialZero, "serialNumber", e.Offset, nil)
	}
	if len(e.Body) > 20 {
		s.note(CodeSerialLong, "serialNumber", e.Offset, octets(len(e.Body)))
	}
}

func (s *scan) checkAlgorithms(where string, outer, inner Algorithm) {
	if !bytes.Equal(outer.Raw, inner.Raw) {
		s.note(CodeAlgorithmsDiffer, where, -1, map[string]string{"outer": outer.OID.Name(), "inner": inner.OID.Name()})
	}
	if rsaSignature(outer.OID) && !isNull(outer.Params) {
		s.note(CodeRSAParameters, where, -1, map[string]string{"algorithm": outer.OID.Name()})
	}
}

func (s *scan) validity(c *Certificate, in *ber.Reader) error {
	_, r, err := in.ExpectEnter(ber.Sequence, "validity")
	if err != nil {
		return err
	}
	if c.NotBefore, err = s.time(&r, "notBefore"); err != nil {
		return err
	}
	if c.NotAfter, err = s.time(&r, "notAfter"); err != nil {
		return err
	}
	if !r.Empty() {
		return fmt.Errorf("validity: octet %d: more than two times", r.Offset())
	}
	if c.NotAfter.Before(c.NotBefore) {
		s.note(CodeValidityOrder, "validity", -1, nil)
	}
	return nil
}

// time reads a Time of RFC 5280 4.1.2.5: UTCTime to 2049, GeneralizedTime
// from 2050 on, seconds, Z, no fraction.
func (s *scan) time(r *ber.Reader, what string) (time.Time, error) {
	e, err := r.Next()
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", what, err)
	}
	if e.Tag != ber.UTCTime && e.Tag != ber.GeneralizedTime {
		return time.Time{}, fmt.Errorf("%s: octet %d: %s is no time", what, e.Offset, e.Tag)
	}
	t, der, err := e.Time()
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", what, err)
	}
	general := e.Tag == ber.GeneralizedTime
	if !der || general && (len(e.Body) != len("20060102150405Z") || t.Year() < 2050) {
		s.note(CodeTimeForm, what, e.Offset, map[string]string{"value": string(e.Body)})
	}
	return t, nil
}

// optionalFields reads what follows the key: unique identifiers and extensions.
func (s *scan) optionalFields(c *Certificate, in *ber.Reader) error {
	var err error
	for i, dst := range []*[]byte{&c.IssuerUniqueID, &c.SubjectUniqueID} {
		tag := ber.Context(uint32(i + 1))
		if t, ok := in.Peek(); !ok || t != tag {
			continue
		}
		if c.Version < 2 {
			s.note(CodeVersionFields, "tbsCertificate", in.Offset(), map[string]string{"field": "uniqueIdentifier", "version": strconv.Itoa(c.Version)})
		}
		if *dst, err = s.bits(in, tag, "uniqueIdentifier"); err != nil {
			return err
		}
	}
	outer, ok, err := in.Optional(ber.Context(3))
	if err != nil {
		return err
	}
	if ok {
		if c.Version != 3 {
			s.note(CodeVersionFields, "tbsCertificate", outer.Offset, map[string]string{"field": "extensions", "version": strconv.Itoa(c.Version)})
		}
		if c.Extensions, err = s.extensions(in, outer, "extensions"); err != nil {
			return err
		}
		c.MalformedExtensions, c.UnknownCritical = decodeFields(s, fields, c, c.Extensions)
	}
	if !in.Empty() {
		return fmt.Errorf("tbsCertificate: octet %d: an element that the structure does not have", in.Offset())
	}
	return nil
}

func (s *scan) checkNames(c *Certificate) {
	if len(c.Issuer.RDNs) == 0 {
		s.note(CodeEmptyIssuer, "issuer", -1, nil)
	}
	if len(c.Subject.RDNs) > 0 {
		return
	}
	// RFC 5280 4.1.2.6: empty only where a critical subjectAltName names the
	// subject, and never in a CA.
	san, ok := c.Extension(oidSubjectAltName)
	if !ok || !san.Critical || c.BasicConstraints != nil && c.BasicConstraints.CA {
		s.note(CodeEmptySubject, "subject", -1, nil)
	}
}

// bits reads a BIT STRING that holds whole octets.
func (s *scan) bits(r *ber.Reader, tag ber.Tag, what string) ([]byte, error) {
	e, err := r.Expect(tag, what)
	if err != nil {
		return nil, err
	}
	b, unused, err := e.Bits()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if unused != 0 {
		s.note(CodeUnusedBits, what, e.Offset, map[string]string{"bits": strconv.Itoa(unused)})
	}
	return b, nil
}

func octets(n int) map[string]string { return map[string]string{"octets": strconv.Itoa(n)} }
