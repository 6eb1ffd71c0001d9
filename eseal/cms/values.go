package cms

import (
	"errors"
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
)

// CertificateValues are the certificates of certificate-values (EN 319 122-1
// A.1.1.2), of all values in order. What was read before an error stands.
func (s *SignerInfo) CertificateValues() ([][]byte, error) {
	var out [][]byte
	err := s.eachUnsigned(oidCertValues, func(e ber.Element) error {
		out = append(out, e.Raw)
		return nil
	})
	return out, err
}

// eachUnsigned calls f with each element of the SEQUENCE that every value of
// an unsigned attribute is.
func (s *SignerInfo) eachUnsigned(t ber.OID, f func(ber.Element) error) error {
	for _, v := range allValues(s.UnsignedAttrs, t) {
		r := ber.NewReader(v, s.purse)
		e, err := r.Expect(ber.Sequence, t.Name())
		if err == nil {
			err = each(s.purse, &r, e, func(_ *ber.Reader, e ber.Element) error { return f(e) })
		}
		if err != nil {
			return fmt.Errorf("%s: %w", t.Name(), err)
		}
	}
	return nil
}

// each calls f with each element inside e, at the price of keeping it.
func each(p *purse.Purse, r *ber.Reader, e ber.Element, f func(*ber.Reader, ber.Element) error) error {
	in, err := r.Enter(e)
	if err != nil {
		return err
	}
	for !in.Empty() {
		c, err := in.Next()
		if err == nil {
			err = pay(p, costSlice)
		}
		if err != nil {
			return err
		}
		if err := f(&in, c); err != nil {
			return err
		}
	}
	return nil
}

// RevocationValues are the CRLs and BasicOCSPResponses of revocation-values
// (EN 319 122-1 A.1.2.2).
//
//	RevocationValues ::= SEQUENCE { crlVals [0] SEQUENCE OF CertificateList OPTIONAL,
//	  ocspVals [1] SEQUENCE OF BasicOCSPResponse OPTIONAL, otherRevVals [2] OtherRevVals OPTIONAL }
func (s *SignerInfo) RevocationValues() (crls, ocsps [][]byte, err error) {
	for _, v := range allValues(s.UnsignedAttrs, oidRevocationValues) {
		if err = s.revocationLists(v, &crls, &ocsps); err != nil {
			return crls, ocsps, fmt.Errorf("revocation-values: %w", err)
		}
	}
	return crls, ocsps, nil
}

// AdobeRevocation are the CRLs and OCSPResponses of
// adbe-revocationInfoArchival (ISO 32000-2 12.8.3.3.2), of the signed
// attribute or, where producers put it among the unsigned, of that.
func (s *SignerInfo) AdobeRevocation() (crls, ocsps [][]byte, err error) {
	values := append(allValues(s.SignedAttrs, oidAdobeRevocation), allValues(s.UnsignedAttrs, oidAdobeRevocation)...)
	for _, v := range values {
		if err = s.revocationLists(v, &crls, &ocsps); err != nil {
			return crls, ocsps, fmt.Errorf("adbe-revocationInfoArchival: %w", err)
		}
	}
	return crls, ocsps, nil
}

// AdobeArchival tells whether adbe-revocationInfoArchival is there, among the
// signed attributes or not, and how many items of other formats it has.
func (s *SignerInfo) AdobeArchival() (other int, signed, ok bool) {
	held := allValues(s.SignedAttrs, oidAdobeRevocation)
	signed = len(held) > 0
	held = append(held, allValues(s.UnsignedAttrs, oidAdobeRevocation)...)
	for _, v := range held {
		r := ber.NewReader(v, s.purse)
		top, err := r.Expect(ber.Sequence, "value")
		if err != nil {
			continue // told where the lists are read
		}
		_ = each(s.purse, &r, top, func(in *ber.Reader, field ber.Element) error {
			if field.Tag != ber.Context(2) {
				return nil
			}
			return each(s.purse, in, field, func(in *ber.Reader, list ber.Element) error {
				return each(s.purse, in, list, func(*ber.Reader, ber.Element) error { other++; return nil })
			})
		})
	}
	return other, signed, len(held) > 0
}

// revocationLists reads the shape that both attributes share: explicitly
// tagged lists, [0] CRLs, [1] OCSP, [2] of other formats.
func (s *SignerInfo) revocationLists(value []byte, crls, ocsps *[][]byte) error {
	r := ber.NewReader(value, s.purse)
	top, err := r.Expect(ber.Sequence, "value")
	if err != nil {
		return err
	}
	return each(s.purse, &r, top, func(in *ber.Reader, field ber.Element) error {
		var to *[][]byte
		switch field.Tag {
		case ber.Context(0):
			to = crls
		case ber.Context(1):
			to = ocsps
		case ber.Context(2):
			return nil
		default:
			return fmt.Errorf("octet %d: %s is none of the lists", field.Offset, field.Tag)
		}
		return each(s.purse, in, field, func(in *ber.Reader, list ber.Element) error {
			return each(s.purse, in, list, func(_ *ber.Reader, e ber.Element) error {
				*to = append(*to, e.Raw)
				return nil
			})
		})
	})
}

// CertificateRefs are the references of complete-certificate-references
// (EN 319 122-1 A.1.1.1): the path without the signer's certificate.
//
//	OtherCertID ::= SEQUENCE { otherCertHash OtherHash, issuerSerial IssuerSerial OPTIONAL }
func (s *SignerInfo) CertificateRefs() ([]CertRef, error) {
	var out []CertRef
	for _, v := range allValues(s.UnsignedAttrs, oidCertRefs) {
		r := ber.NewReader(v, s.purse)
		list, err := r.Expect(ber.Sequence, "CompleteCertificateRefs")
		if err == nil {
			err = each(s.purse, &r, list, func(in *ber.Reader, e ber.Element) error {
				ref, err := otherCertID(in, e)
				out = append(out, ref)
				return errors.Join(err, pay(s.purse, costRef))
			})
		}
		if err != nil {
			return out, fmt.Errorf("complete-certificate-references: %w", err)
		}
	}
	return out, nil
}

func otherCertID(r *ber.Reader, e ber.Element) (CertRef, error) {
	var ref CertRef
	in, err := r.Enter(e)
	if err != nil {
		return ref, err
	}
	if ref.DigestAlgorithm, ref.Hash, err = otherHash(&in); err != nil {
		return ref, err
	}
	if !in.Empty() {
		ref.readIssuerSerial(&in)
	}
	return ref, nil
}

// otherHash reads OtherHash ::= CHOICE { sha1Hash OCTET STRING, otherHash
// SEQUENCE { hashAlgorithm AlgorithmIdentifier, hashValue OCTET STRING } }.
func otherHash(r *ber.Reader) (AlgorithmIdentifier, []byte, error) {
	e, err := r.Next()
	if err != nil {
		return AlgorithmIdentifier{}, nil, fmt.Errorf("OtherHash: %w", err)
	}
	if e.Tag == ber.OctetString {
		b, err := r.Octets(e)
		return algorithmSHA1, b, err
	}
	in, err := r.Enter(e)
	if err != nil {
		return AlgorithmIdentifier{}, nil, fmt.Errorf("OtherHash: %w", err)
	}
	alg, err := readAlgorithm(&in, "OtherHash.hashAlgorithm")
	if err != nil {
		return alg, nil, err
	}
	b, err := octets(&in, "OtherHash.hashValue")
	return alg, b, err
}

// RevocationRef is one reference of complete-revocation-references.
type RevocationRef struct {
	OCSP            bool
	DigestAlgorithm AlgorithmIdentifier
	Hash            []byte // nil: an OCSP reference without a digest
	Raw             []byte // CrlValidatedID or OcspResponsesID
}

// RevocationRefs are the references of complete-revocation-references
// (EN 319 122-1 A.1.2.1).
//
//	CrlOcspRef ::= SEQUENCE { crlids [0] SEQUENCE { crls SEQUENCE OF CrlValidatedID } OPTIONAL,
//	  ocspids [1] SEQUENCE { ocspResponses SEQUENCE OF OcspResponsesID } OPTIONAL, otherRev [2] ... OPTIONAL }
func (s *SignerInfo) RevocationRefs() ([]RevocationRef, error) {
	var out []RevocationRef
	for _, v := range allValues(s.UnsignedAttrs, oidRevocationRefs) {
		r := ber.NewReader(v, s.purse)
		list, err := r.Expect(ber.Sequence, "CompleteRevocationRefs")
		if err == nil {
			err = each(s.purse, &r, list, func(in *ber.Reader, ref ber.Element) error {
				return each(s.purse, in, ref, func(in *ber.Reader, field ber.Element) error {
					return s.revocationRefs(in, field, &out)
				})
			})
		}
		if err != nil {
			return out, fmt.Errorf("complete-revocation-references: %w", err)
		}
	}
	return out, nil
}

// revocationRefs reads one field of CrlOcspRef.
func (s *SignerInfo) revocationRefs(r *ber.Reader, field ber.Element, out *[]RevocationRef) error {
	if field.Tag != ber.Context(0) && field.Tag != ber.Context(1) {
		return nil
	}
	ocsp := field.Tag == ber.Context(1)
	return each(s.purse, r, field, func(in *ber.Reader, id ber.Element) error {
		return each(s.purse, in, id, func(in *ber.Reader, list ber.Element) error {
			return each(s.purse, in, list, func(in *ber.Reader, e ber.Element) error {
				ref, err := revocationRef(in, e, ocsp)
				*out = append(*out, ref)
				return errors.Join(err, pay(s.purse, costRef))
			})
		})
	})
}

func revocationRef(r *ber.Reader, e ber.Element, ocsp bool) (RevocationRef, error) {
	ref := RevocationRef{OCSP: ocsp, Raw: e.Raw}
	in, err := r.Enter(e)
	if err != nil {
		return ref, err
	}
	if ocsp { // ocspIdentifier stands before the digest
		if _, err := in.Next(); err != nil {
			return ref, err
		}
		if in.Empty() {
			return ref, nil
		}
	}
	ref.DigestAlgorithm, ref.Hash, err = otherHash(&in)
	return ref, err
}
