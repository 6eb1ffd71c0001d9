package cert

import (
	"fmt"
	"math/big"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// AttributeCertificate is what an attribute certificate (RFC 5755 4.1) says,
// as far as a report tells it: whose, by whom, when. It is never a candidate
// for a path. Amano's time-stamps up to 2023 carry such certificates of their
// time source.
type AttributeCertificate struct {
	Raw                 []byte
	Version             int // 1 or 2
	Serial              *big.Int
	Holder              []GeneralName // entityName, or the issuer in baseCertificateID
	HolderSerial        *big.Int      // baseCertificateID
	Issuer              []GeneralName
	NotBefore, NotAfter time.Time
	SignatureAlgorithm  Algorithm
	Signature           []byte
	Notes               []note.Note
}

// ParseAttribute reads an attribute certificate of version 1 or 2.
func ParseAttribute(der []byte, p *purse.Purse) (*AttributeCertificate, error) {
	s := newScan(p)
	a := &AttributeCertificate{}
	if err := s.attributeCertificate(a, der); err != nil {
		return nil, fmt.Errorf("attribute certificate: %w", err)
	}
	a.Notes = s.notes
	return a, nil
}

func (s *scan) attributeCertificate(a *AttributeCertificate, der []byte) error {
	r := s.reader(der)
	whole, in, err := r.ExpectEnter(ber.Sequence, "AttributeCertificate")
	if err != nil {
		return err
	}
	if a.Raw = whole.Raw; !r.Empty() {
		s.note(CodeTrailing, "AttributeCertificate", r.Offset(), octets(len(r.Rest())))
	}
	_, info, err := in.ExpectEnter(ber.Sequence, "acinfo")
	if err != nil {
		return err
	}
	if err := s.attributeInfo(a, &info); err != nil {
		return err
	}
	if a.SignatureAlgorithm, err = algorithm(&in, "signatureAlgorithm"); err != nil {
		return err
	}
	if a.Signature, err = s.bits(&in, ber.BitString, "signatureValue"); err != nil {
		return err
	}
	return end(&in)
}

func (s *scan) attributeInfo(a *AttributeCertificate, in *ber.Reader) error {
	a.Version = 1
	if v, ok, err := in.Optional(ber.Integer); err != nil {
		return err
	} else if ok {
		n, err := v.Int64()
		if err != nil || n < 0 || n > 1 {
			return fmt.Errorf("version: octet %d: not a version", v.Offset)
		}
		a.Version = int(n) + 1
	}
	holder, err := in.Next()
	if err != nil {
		return fmt.Errorf("holder: %w", err)
	}
	if err := s.holder(a, in, holder); err != nil {
		return fmt.Errorf("holder: %w", err)
	}
	issuer, err := in.Next()
	if err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	if a.Issuer, err = s.attributeIssuer(in, issuer); err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	if _, err := algorithm(in, "signature"); err != nil {
		return err
	}
	serial, err := in.Expect(ber.Integer, "serialNumber")
	if err != nil {
		return err
	}
	if a.Serial, err = serial.Int(); err != nil {
		return err
	}
	_, times, err := in.ExpectEnter(ber.Sequence, "attrCertValidityPeriod")
	if err != nil {
		return err
	}
	if a.NotBefore, err = s.ocspTime(&times, "notBeforeTime"); err != nil {
		return err
	}
	a.NotAfter, err = s.ocspTime(&times, "notAfterTime")
	return err
}

// holder reads Holder: baseCertificateID [0], entityName [1], digest [2]; in
// version 1 a choice of the first two in its place.
func (s *scan) holder(a *AttributeCertificate, r *ber.Reader, e ber.Element) error {
	list := []ber.Element{e}
	in := *r
	if e.Tag == ber.Sequence {
		var err error
		if in, err = r.Enter(e); err != nil {
			return err
		}
		list = nil
		for !in.Empty() {
			one, err := in.Next()
			if err != nil {
				return err
			}
			list = append(list, one)
		}
	}
	for _, one := range list {
		switch one.Tag {
		case ber.Context(0):
			if err := s.baseCertificate(a, &in, one); err != nil {
				return err
			}
		case ber.Context(1):
			names, err := s.generalNames(&in, one, address)
			if err != nil {
				return err
			}
			a.Holder = names
		}
	}
	return nil
}

// baseCertificate reads IssuerSerial.
func (s *scan) baseCertificate(a *AttributeCertificate, r *ber.Reader, e ber.Element) error {
	in, err := r.Enter(e)
	if err != nil {
		return err
	}
	names, err := in.Expect(ber.Sequence, "issuer")
	if err != nil {
		return err
	}
	if a.Holder, err = s.generalNames(&in, names, address); err != nil {
		return err
	}
	serial, err := in.Expect(ber.Integer, "serial")
	if err != nil {
		return err
	}
	a.HolderSerial, err = serial.Int()
	return err
}

// attributeIssuer reads AttCertIssuer: GeneralNames (version 1), or the names
// in V2Form [0].
func (s *scan) attributeIssuer(r *ber.Reader, e ber.Element) ([]GeneralName, error) {
	if e.Tag == ber.Sequence {
		return s.generalNames(r, e, address)
	}
	if e.Tag != ber.Context(0) {
		return nil, fmt.Errorf("octet %d: %s is no AttCertIssuer", e.Offset, e.Tag)
	}
	in, err := r.Enter(e)
	if err != nil {
		return nil, err
	}
	names, ok, err := in.Optional(ber.Sequence)
	if err != nil || !ok {
		return nil, err
	}
	return s.generalNames(&in, names, address)
}
