package cms

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
)

// A HashIndex is the ats-hash-index of an archive time-stamp v3: the digests
// of everything besides the signature that the time-stamp protects.
//
//	ATSHashIndexV3 ::= SEQUENCE {
//	  hashIndAlgorithm AlgorithmIdentifier,            -- v1: DEFAULT id-sha256
//	  certificatesHashIndex SEQUENCE OF OCTET STRING,
//	  crlsHashIndex SEQUENCE OF OCTET STRING,
//	  unsignedAttrValuesHashIndex SEQUENCE OF OCTET STRING }
type HashIndex struct {
	Version      int // 1, 2 (older editions), 3 (EN 319 122-1 5.5.2)
	Algorithm    AlgorithmIdentifier
	Certificates [][]byte
	CRLs         [][]byte
	Attributes   [][]byte // v3: of attrType and one value; before: of the whole attribute
	Raw          []byte
}

var errNoHashIndex = errors.New("no ats-hash-index, or several")

// HashIndex reads the hash index that an archive time-stamp v3 carries among
// the unsigned attributes of its own signer.
func (s *SignerInfo) HashIndex() (*HashIndex, error) {
	version, raw := s.ATSHashIndex()
	if version < 1 {
		return nil, errNoHashIndex
	}
	x := &HashIndex{Version: version, Raw: raw, Algorithm: AlgorithmIdentifier{OID: oidSHA256}}
	if err := x.read(s); err != nil {
		return nil, fmt.Errorf("ats-hash-index: %w", err)
	}
	return x, nil
}

func (x *HashIndex) read(s *SignerInfo) error {
	r := ber.NewReader(x.Raw, s.purse)
	var in, probe ber.Reader
	if _, err := enter(&r, ber.Sequence, "ATSHashIndex", &in); err != nil {
		return err
	}
	// Only version 1 may leave the algorithm out; a list of digests begins with
	// an OCTET STRING or is empty, an AlgorithmIdentifier with an OID.
	probe = in
	if _, err := readAlgorithm(&probe, "hashIndAlgorithm"); err == nil {
		if x.Algorithm, err = readAlgorithm(&in, "hashIndAlgorithm"); err != nil {
			return err
		}
	} else if x.Version > 1 {
		return err
	}
	for _, to := range []*[][]byte{&x.Certificates, &x.CRLs, &x.Attributes} {
		e, err := in.Expect(ber.Sequence, "hash index")
		if err != nil {
			return err
		}
		err = each(s.purse, &in, e, func(r *ber.Reader, e ber.Element) error {
			if e.Tag != ber.OctetString {
				return unexpected(e.Tag, e.Offset, ber.OctetString, "digest", nil)
			}
			h, err := r.Octets(e)
			*to = append(*to, h)
			return err
		})
		if err != nil {
			return err
		}
	}
	if !in.Empty() {
		return fmt.Errorf("octet %d: an element follows", in.Offset())
	}
	return nil
}

// SignedFields are the encodings of version up to signature as they stand in
// the SignerInfo, without its own tag and length: what archive time-stamps
// take of it (EN 319 122-1 5.5.3, TS 101 733 6.4.1).
func (s *SignerInfo) SignedFields() []byte {
	r := ber.NewReader(s.Raw, s.purse)
	_, in, err := r.ExpectEnter(ber.Sequence, "SignerInfo")
	if err != nil {
		return nil
	}
	var out []byte
	for !in.Empty() {
		e, err := in.Next()
		if err != nil {
			return nil
		}
		if e.Tag == ber.Context(1) {
			break
		}
		out = append(out, e.Raw...)
	}
	return out
}

// UnsignedSet is some of the unsigned attributes, in the order in which they
// stand, as parts of the message: contents are the attributes, and header is
// what makes them the [1] field that a message with only these would have.
func (s *SignerInfo) UnsignedSet(include func(i int) bool) (header []byte, contents [][]byte) {
	n := 0
	for i, a := range s.UnsignedAttrs {
		if include(i) {
			contents = append(contents, a.Raw)
			n += len(a.Raw)
		}
	}
	return ber.AppendLength([]byte{0xa1}, n), contents
}

// A RevocationElement is one RevocationInfoChoice: the whole element, which
// hash indexes name, and the CRL or OCSP response in it (nil for other formats).
type RevocationElement struct{ Raw, Value []byte }

// RevocationElements are the elements of the crls field in order.
func (sd *SignedData) RevocationElements() []RevocationElement {
	r := ber.NewReader(sd.RawCRLs, sd.purse)
	e, err := r.Next()
	if err != nil {
		return nil
	}
	in, err := r.Enter(e)
	if err != nil {
		return nil
	}
	var out []RevocationElement
	for !in.Empty() {
		e, err := in.Next()
		if err != nil {
			break // what cannot be stepped over was noted when the message was read
		}
		if e.Tag == ber.Sequence {
			out = append(out, RevocationElement{e.Raw, e.Raw})
			continue
		}
		o := otherRevocation(&in, e)
		if o.Format != oidRIOCSP && o.Format != oidOCSPBasic {
			o.Info = nil
		}
		out = append(out, RevocationElement{e.Raw, o.Info})
	}
	return out
}

// EncodedContentType is the encoding of eContentType, tag and length included.
func (sd *SignedData) EncodedContentType() []byte {
	return encodedType(sd.ContentType)
}

// ReferenceFields are complete-certificate-references and
// complete-revocation-references as time-stamps over them take them: attrType
// and attrValues, without the outer tag (EN 319 122-1 A.1.5).
func (s *SignerInfo) ReferenceFields() []byte {
	return append(s.attributeFields(oidCertRefs), s.attributeFields(oidRevocationRefs)...)
}

// SignatureTimestampFields are the signature-time-stamps in the same way.
func (s *SignerInfo) SignatureTimestampFields() []byte { return s.attributeFields(oidSigTimestamp) }

func (s *SignerInfo) attributeFields(t ber.OID) []byte {
	var out []byte
	for _, a := range s.UnsignedAttrs {
		if a.Type != t {
			continue
		}
		r := ber.NewReader(a.Raw, s.purse)
		if e, err := r.Next(); err == nil {
			out = append(out, e.Body...)
		}
	}
	return out
}

// IndexedForms are the octets by which a hash index may name a value of an
// unsigned attribute: attrType and the value (EN 319 122-1 5.5.2), or the whole
// attribute (the older versions).
func (a *Attribute) IndexedForms(value []byte) [][]byte {
	return [][]byte{append(bytes.Clone(encodedType(a.Type)), value...), a.Raw}
}

func encodedType(t ber.OID) []byte { return ber.Append(nil, byte(ber.ObjectID), ber.EncodeOID(t)) }
