package cms

import (
	"math/big"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// CertificateKind is the CHOICE of CertificateChoices (RFC 5652 10.2.2).
type CertificateKind uint8

// The kinds; zero is an element that is none of them.
const (
	UnknownCertificate  CertificateKind = iota
	X509                                // Certificate
	ExtendedCertificate                 // [0], PKCS#6, obsolete
	AttributeV1                         // [1], obsolete
	AttributeV2                         // [2], RFC 5755
	OtherCertificate                    // [3]
)

// EmbeddedCertificate is one element of the certificates field, read on demand.
type EmbeddedCertificate struct {
	Kind CertificateKind
	Raw  []byte // whole element; for X509 the certificate itself
}

// SignerInfo is one signer.
type SignerInfo struct {
	Raw                []byte
	Err                error // not nil: this SignerInfo could not be read; only Raw and Notes stand
	Version            int
	Issuer             []byte   // encoded Name; nil when the signer is named by SubjectKeyID
	Serial             *big.Int // with Issuer
	SubjectKeyID       []byte
	DigestAlgorithm    AlgorithmIdentifier
	SignatureAlgorithm AlgorithmIdentifier
	Signature          []byte
	RawSignedAttrs     []byte // as received, tag A0; nil when absent
	RawUnsignedAttrs   []byte // as received, tag A1; nil when absent
	SignedAttrs        []Attribute
	UnsignedAttrs      []Attribute
	Notes              []note.Note
}

// SignedForm is one encoding of the signed attributes that may be what was signed.
type SignedForm struct {
	Bytes []byte
	Note  *note.Note // nil: the attributes were received as DER
}

// SignedForms are the octets to verify the signature over, in the order to try
// them. nil without signed attributes: then the content itself was signed.
func (s *SignerInfo) SignedForms() []SignedForm { return nil }

// MessageDigest is the value of the message-digest attribute (RFC 5652 11.2).
func (s *SignerInfo) MessageDigest() ([]byte, bool) { return nil, false }

// ContentTypeAttr is the value of the content-type attribute (RFC 5652 11.1).
func (s *SignerInfo) ContentTypeAttr() (ber.OID, bool) { return "", false }

// SigningTime is the claimed time (RFC 5652 11.3); nil without the attribute.
func (s *SignerInfo) SigningTime() (*time.Time, error) { return nil, nil }

// CertRef is one reference to a certificate by digest.
type CertRef struct {
	V1              bool // ESSCertID: SHA-1
	DigestAlgorithm AlgorithmIdentifier
	Hash            []byte
	Issuer          []byte   // encoded Name; nil without (usable) issuerSerial
	Serial          *big.Int // nil without (usable) issuerSerial
	Err             error    // what is malformed: the reference, or its issuerSerial only when Hash is there
}

// CertRefs are the ESSCertIDs of signing-certificate (v1, then v2), in order.
func (s *SignerInfo) CertRefs() []CertRef { return nil }

// SignaturePolicy is the signature-policy-identifier (EN 319 122-1 5.2.9).
type SignaturePolicy struct {
	Implied       bool
	ID            ber.OID
	HashAlgorithm AlgorithmIdentifier
	Hash          []byte
	URIs          []string // SPuri qualifiers
	Qualifiers    []PolicyQualifier
}

// PolicyQualifier is one qualifier of a signature policy.
type PolicyQualifier struct {
	ID  ber.OID
	Raw []byte // value
}

// SignaturePolicy reads the signature policy; nil without the attribute.
func (s *SignerInfo) SignaturePolicy() (*SignaturePolicy, error) { return nil, nil }

// CommitmentType is one commitment-type-indication (EN 319 122-1 5.2.3).
type CommitmentType struct {
	ID         ber.OID
	Qualifiers []byte
}

// CommitmentTypes are what the signer commits to.
func (s *SignerInfo) CommitmentTypes() ([]CommitmentType, error) { return nil, nil }

// SignerLocation is where the signer claims to have signed (EN 319 122-1 5.2.5).
type SignerLocation struct {
	Country, Locality string
	PostalAddress     []string
}

// SignerLocation reads the signer-location; nil without the attribute.
func (s *SignerInfo) SignerLocation() (*SignerLocation, error) { return nil, nil }

// SignerAttributes are the signer-attributes v1 and v2, raw.
func (s *SignerInfo) SignerAttributes() []Attribute { return nil }

// ContentHints describe the content (RFC 2634 2.9).
type ContentHints struct {
	Description string
	Type        ber.OID
}

// ContentHints reads the content-hints; nil without the attribute.
func (s *SignerInfo) ContentHints() (*ContentHints, error) { return nil, nil }

// MimeType is the mime-type attribute (EN 319 122-1 5.2.5.1).
func (s *SignerInfo) MimeType() (string, bool) { return "", false }

// ContentTimestamps are the tokens over the content, made before signing.
func (s *SignerInfo) ContentTimestamps() [][]byte { return nil }

// SignatureTimestamps are the tokens over the signature value, of all attributes and values in order.
func (s *SignerInfo) SignatureTimestamps() [][]byte { return nil }

// ReferenceTimestamp is a token over the signature and its references (CAdES-C and X).
type ReferenceTimestamp struct {
	Token    []byte
	RefsOnly bool // time-stamped-certs-crls-references; else CAdES-C-time-stamp
}

// ReferenceTimestamps are the tokens of CAdES-X.
func (s *SignerInfo) ReferenceTimestamps() []ReferenceTimestamp { return nil }

// ArchiveTimestamp is one archive time-stamp, located.
type ArchiveTimestamp struct {
	Version   int // 1, 2 (TS 101 733), 3 (EN 319 122-1 5.5.3)
	Token     []byte
	Attribute int // index in UnsignedAttrs
}

// ArchiveTimestamps are the archive time-stamps in order.
func (s *SignerInfo) ArchiveTimestamps() []ArchiveTimestamp { return nil }

// ATSHashIndex is the hash index in a token's SignerInfo, raw; version 0 when absent.
func (s *SignerInfo) ATSHashIndex() (version int, raw []byte) { return 0, nil }

// CounterSignatures are the signers over this signature value (RFC 5652 11.4).
func (s *SignerInfo) CounterSignatures() []*SignerInfo { return nil }

// CertificateValues are the certificates of certificate-values.
func (s *SignerInfo) CertificateValues() ([][]byte, error) { return nil, nil }

// RevocationValues are the CRLs and basic OCSP responses of revocation-values.
func (s *SignerInfo) RevocationValues() (crls, ocsps [][]byte, err error) { return nil, nil, nil }

// CertificateRefs are the references of complete-certificate-references.
func (s *SignerInfo) CertificateRefs() ([]CertRef, error) { return nil, nil }

// RevocationRef is one reference of complete-revocation-references.
type RevocationRef struct {
	OCSP            bool
	DigestAlgorithm AlgorithmIdentifier
	Hash            []byte
	Raw             []byte
}

// RevocationRefs are the references of complete-revocation-references.
func (s *SignerInfo) RevocationRefs() ([]RevocationRef, error) { return nil, nil }

// AdobeRevocation are the CRLs and OCSP responses of adbe-revocationInfoArchival (ISO 32000-2 12.8.3.3.2).
func (s *SignerInfo) AdobeRevocation() (crls, ocsps [][]byte, err error) { return nil, nil, nil }

// AlgorithmProtection is the CMSAlgorithmProtection attribute (RFC 6211).
type AlgorithmProtection struct {
	Digest    AlgorithmIdentifier
	Signature *AlgorithmIdentifier
	MAC       bool
	Matches   bool // by value: the algorithms of the SignerInfo are these
}

// AlgorithmProtection reads the attribute; nil without it.
func (s *SignerInfo) AlgorithmProtection() (*AlgorithmProtection, error) { return nil, nil }
