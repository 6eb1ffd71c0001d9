package cms

import (
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
)

// LongTermValues is what one value of long-term-validation holds, an attribute
// of TS 101 733 V2.1.1 6.5.1 that V2.2.1 withdrew and EN 319 122-1 forbids to
// add. Its certificates, CRLs and OCSP responses are material like any other;
// how its proof was to be hashed is no longer in a standard.
type LongTermValues struct {
	Certificates, CRLs, OCSPs [][]byte
	Proof                     []byte // the TimeStampToken or EvidenceRecord, or nil
}

// LongTermValidation reads long-term-validation, of all values in order. What
// was read before an error stands.
//
//	LongTermValidation ::= SEQUENCE { poeDate GeneralizedTime,
//	  poeValue CHOICE { timeStamp [0] EXPLICIT TimeStampToken, evidenceRecord [1] EXPLICIT EvidenceRecord } OPTIONAL,
//	  extraCertificates [0] IMPLICIT CertificateSet OPTIONAL, extraRevocation [1] IMPLICIT RevocationInfoChoices OPTIONAL }
//
// The tags collide; what is inside tells which field it is.
func (s *SignerInfo) LongTermValidation() ([]LongTermValues, error) {
	var out []LongTermValues
	for _, v := range allValues(s.UnsignedAttrs, oidLongTermValidation) {
		out = append(out, LongTermValues{})
		if err := s.longTermValues(v, &out[len(out)-1]); err != nil {
			return out, fmt.Errorf("long-term-validation: %w", err)
		}
	}
	return out, nil
}

func (s *SignerInfo) longTermValues(value []byte, to *LongTermValues) error {
	r := ber.NewReader(value, s.purse)
	top, err := r.Expect(ber.Sequence, "LongTermValidation")
	if err != nil {
		return err
	}
	return each(s.purse, &r, top, func(in *ber.Reader, field ber.Element) error {
		switch field.Tag {
		case ber.GeneralizedTime:
			return nil
		case ber.Context(0), ber.Context(1):
		default:
			return fmt.Errorf("octet %d: %s is none of the fields", field.Offset, field.Tag)
		}
		return each(s.purse, in, field, func(in *ber.Reader, e ber.Element) error {
			to.add(in, field.Tag, e)
			return nil
		})
	})
}

// add keeps one element of a field [0] or [1].
func (l *LongTermValues) add(r *ber.Reader, field ber.Tag, e ber.Element) {
	inner := firstTag(r, e)
	switch {
	case field == ber.Context(0) && inner == ber.ObjectID, field == ber.Context(1) && inner == ber.Integer:
		l.Proof = e.Raw
	case field == ber.Context(0):
		if certificateKind(e) == X509 {
			l.Certificates = append(l.Certificates, e.Raw)
		}
	case e.Tag == ber.Sequence:
		l.CRLs = append(l.CRLs, e.Raw)
	default:
		if o := otherRevocation(r, e); o.Format == oidRIOCSP || o.Format == oidOCSPBasic {
			l.OCSPs = append(l.OCSPs, o.Info)
		}
	}
}

// firstTag is the tag of the first element of a SEQUENCE, or the zero tag.
func firstTag(r *ber.Reader, e ber.Element) (t ber.Tag) {
	if e.Tag != ber.Sequence {
		return t
	}
	in, err := r.Enter(e)
	if err != nil {
		return t
	}
	if first, err := in.Next(); err == nil {
		t = first.Tag
	}
	return t
}
