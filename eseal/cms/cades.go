package cms

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
)

// SignaturePolicy is the signature-policy-identifier (EN 319 122-1 5.2.9).
//
//	SignaturePolicy ::= CHOICE {
//	  signaturePolicyId SEQUENCE { sigPolicyId OID,
//	    sigPolicyHash SEQUENCE { hashAlgorithm AlgorithmIdentifier, hashValue OCTET STRING } OPTIONAL,
//	    sigPolicyQualifiers SEQUENCE OF SEQUENCE { OID, ANY } OPTIONAL },
//	  signaturePolicyImplied NULL }
type SignaturePolicy struct {
	Implied       bool
	ID            ber.OID
	HashAlgorithm AlgorithmIdentifier
	Hash          []byte
	URIs          []string          // of the SPuri qualifiers
	Qualifiers    []PolicyQualifier // all of them
}

// PolicyQualifier is one qualifier of a signature policy.
type PolicyQualifier struct {
	ID  ber.OID
	Raw []byte // value, nil when absent
}

// SignaturePolicy reads the signature policy; nil without the attribute.
func (s *SignerInfo) SignaturePolicy() (*SignaturePolicy, error) {
	v, ok, err := s.value(oidPolicyID)
	if err != nil || !ok {
		return nil, err
	}
	if bytes.Equal(v, null) {
		return &SignaturePolicy{Implied: true}, nil
	}
	var in ber.Reader
	if _, err := s.enterValue(oidPolicyID, &in); err != nil {
		return nil, err
	}
	p := &SignaturePolicy{}
	if err := p.read(&in, s.purse); err != nil {
		return nil, fmt.Errorf("signature-policy-identifier: %w", err)
	}
	return p, nil
}

func (p *SignaturePolicy) read(in *ber.Reader, budget *purse.Purse) (err error) {
	if p.ID, err = objectID(in, "sigPolicyId"); err != nil || in.Empty() {
		return err
	}
	var hash, list ber.Reader
	if _, err := enter(in, ber.Sequence, "sigPolicyHash", &hash); err != nil {
		return err
	}
	if p.HashAlgorithm, err = readAlgorithm(&hash, "sigPolicyHash.hashAlgorithm"); err != nil {
		return err
	}
	if p.Hash, err = octets(&hash, "sigPolicyHash.hashValue"); err != nil || in.Empty() {
		return err
	}
	if _, err := enter(in, ber.Sequence, "sigPolicyQualifiers", &list); err != nil {
		return err
	}
	for !list.Empty() {
		if err := errors.Join(p.readQualifier(&list), pay(budget, costAttribute)); err != nil {
			return err
		}
	}
	return nil
}

func (p *SignaturePolicy) readQualifier(list *ber.Reader) (err error) {
	var q PolicyQualifier
	var in ber.Reader
	if _, err = enter(list, ber.Sequence, "SigPolicyQualifierInfo", &in); err != nil {
		return err
	}
	if q.ID, err = objectID(&in, "sigPolicyQualifierId"); err != nil {
		return err
	}
	if !in.Empty() {
		v, err := in.Next()
		if err != nil {
			return err
		}
		q.Raw = v.Raw
		if q.ID == oidPolicyURI && !v.Constructed {
			uri, _ := v.Text()
			p.URIs = append(p.URIs, uri)
		}
	}
	p.Qualifiers = append(p.Qualifiers, q)
	return nil
}

// CommitmentType is one commitment-type-indication (EN 319 122-1 5.2.3).
type CommitmentType struct {
	ID         ber.OID
	Qualifiers []byte // SEQUENCE OF CommitmentTypeQualifier, nil when absent
}

// CommitmentTypes are what the signer commits to, of all attributes and values.
func (s *SignerInfo) CommitmentTypes() ([]CommitmentType, error) {
	var out []CommitmentType
	for _, v := range allValues(s.SignedAttrs, oidCommitment) {
		r := ber.NewReader(v, s.purse)
		c, err := readCommitment(&r)
		if err != nil {
			return out, fmt.Errorf("commitment-type-indication: %w", err)
		}
		out = append(out, c)
	}
	return out, nil
}

func readCommitment(r *ber.Reader) (c CommitmentType, err error) {
	var in ber.Reader
	if _, err = enter(r, ber.Sequence, "CommitmentTypeIndication", &in); err != nil {
		return c, err
	}
	if c.ID, err = objectID(&in, "commitmentTypeId"); err != nil || in.Empty() {
		return c, err
	}
	q, err := in.Expect(ber.Sequence, "commitmentTypeQualifier")
	c.Qualifiers = q.Raw
	return c, err
}

// SignerLocation is where the signer claims to have signed (EN 319 122-1 5.2.5).
//
//	SignerLocation ::= SEQUENCE { countryName [0] DirectoryString OPTIONAL,
//	  localityName [1] DirectoryString OPTIONAL, postalAddress [2] SEQUENCE OF DirectoryString OPTIONAL }
type SignerLocation struct {
	Country, Locality string
	PostalAddress     []string
}

// SignerLocation reads the signer-location; nil without the attribute.
func (s *SignerInfo) SignerLocation() (*SignerLocation, error) {
	var in ber.Reader
	ok, err := s.enterValue(oidSignerLocation, &in)
	if err != nil || !ok {
		return nil, err
	}
	l := &SignerLocation{}
	for !in.Empty() {
		e, err := in.Next()
		if err == nil {
			err = l.read(&in, e, s.purse)
		}
		if err != nil {
			return nil, fmt.Errorf("signer-location: %w", err)
		}
	}
	return l, nil
}

func (l *SignerLocation) read(in *ber.Reader, e ber.Element, p *purse.Purse) error {
	var texts []string
	if err := directoryStrings(in, e, &texts, p); err != nil {
		return err
	}
	if len(texts) == 0 {
		return fmt.Errorf("octet %d: %s is empty", e.Offset, e.Tag)
	}
	switch e.Tag {
	case ber.Context(0):
		l.Country = texts[0]
	case ber.Context(1):
		l.Locality = texts[0]
	case ber.Context(2):
		l.PostalAddress = texts
	default:
		return fmt.Errorf("octet %d: %s is no part of a location", e.Offset, e.Tag)
	}
	return nil
}

// directoryStrings collects the strings in e, tagged explicitly or, as some
// producers do, implicitly.
func directoryStrings(r *ber.Reader, e ber.Element, out *[]string, p *purse.Purse) error {
	if !e.Constructed {
		text, _ := e.Text()
		*out = append(*out, text)
		return pay(p, costSlice+int64(len(text)))
	}
	in, err := r.Enter(e)
	if err != nil {
		return err
	}
	for !in.Empty() {
		inner, err := in.Next()
		if err == nil {
			err = directoryStrings(&in, inner, out, p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// SignerAttributes are the attributes signer-attributes (TS 101 733) and
// signer-attributes-v2 (EN 319 122-1 5.2.6.1), raw.
func (s *SignerInfo) SignerAttributes() []Attribute {
	var out []Attribute
	for _, a := range s.SignedAttrs {
		if a.Type == oidSignerAttr || a.Type == oidSignerAttrV2 {
			out = append(out, a)
		}
	}
	return out
}

// ContentHints describe the content (RFC 2634 2.9).
type ContentHints struct {
	Description string
	Type        ber.OID
}

// ContentHints reads the content-hints; nil without the attribute.
func (s *SignerInfo) ContentHints() (*ContentHints, error) {
	var in ber.Reader
	ok, err := s.enterValue(oidContentHint, &in)
	if err != nil || !ok {
		return nil, err
	}
	h := &ContentHints{}
	text, ok, err := in.Optional(ber.UTF8String)
	if err != nil {
		return nil, fmt.Errorf("content-hints: %w", err)
	}
	if ok {
		h.Description, _ = text.Text()
	}
	if h.Type, err = objectID(&in, "contentType"); err != nil {
		return nil, fmt.Errorf("content-hints: %w", err)
	}
	return h, nil
}

// MimeType is the mime-type attribute (EN 319 122-1 5.2.4.2); empty without it.
func (s *SignerInfo) MimeType() (string, error) {
	v, ok, err := s.value(oidMimeType)
	if err != nil || !ok {
		return "", err
	}
	r := ber.NewReader(v, s.purse)
	e, err := r.Next()
	if err != nil {
		return "", fmt.Errorf("mime-type: %w", err)
	}
	if e.Tag != ber.UTF8String || e.Constructed {
		return "", fmt.Errorf("mime-type: %s found where a UTF8String is needed", e.Tag)
	}
	text, clean := e.Text()
	if !clean {
		return "", fmt.Errorf("mime-type is not UTF-8")
	}
	return text, nil
}
