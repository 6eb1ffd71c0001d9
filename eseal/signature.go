package eseal

import (
	"math/big"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/tsa"
)

// Formats of a signature, spelled as in the report.
const (
	PAdES    = "PAdES"
	CAdES    = "CAdES"
	PKCS7PDF = "PKCS7-PDF"
	CMS      = "CMS"
)

// A Signature is what one signature says, whatever format carries it. It is
// facts: nothing here is checked but read.
type Signature struct {
	ID     string // "S1", unique in the document; a counter-signature has its own
	Format string
	Level  string // the highest baseline level whose elements are there: "B-B" … "B-LTA", "none"

	// Err says why the structure cannot be read far enough to be checked. The
	// signature stays an entry; its other fields may be empty.
	Err error
	// Notes are what the readers saw in this signature.
	Notes []note.Note

	Value           []byte
	DigestAlgorithm sigalg.Digest // zero when unknown; DigestName then names it
	DigestName      string
	SignatureName   string // algorithm as named for people before a key is known
	// Forms are the readings of the octets under the value, in the order to try.
	Forms []Form
	// References are the digests that tie signed data to the value.
	References []Reference

	SignerID SignerID
	// CertificateRefs are the signed references to the signing certificate, in
	// order; the first is the signer's, the others limit the path (RFC 5035 5.4.1).
	CertificateRefs    []CertificateRef
	CertificateRefsErr error    // a reference attribute is there and cannot be read
	Embedded           [][]byte // certificates that travel in the same container, as they stand

	ClaimedSigningTime *time.Time
	ClaimedTimeErr     error
	PolicyID           ber.OID // explicit signature policy, empty for none
	CommitmentTypes    []ber.OID
	SignedAttributes   []ber.OID // types of all signed attributes, in order

	// Archival is what adbe-revocationInfoArchival carries, nil without it.
	Archival *Archival

	Content           *Content
	Field             *pdf.Signature
	Said              string // text that a visible PDF signature shows, where it can be read
	Timestamps        []*Timestamp
	CounterSignatures []*Signature

	values [][]byte // certificates, CRLs and OCSP responses in unsigned attributes

	// Parent is the signature that this one counter-signs, nil otherwise.
	Parent *Signature

	// SignerInfo is the CMS structure, nil in other formats.
	SignerInfo *cms.SignerInfo
	SignedData *cms.SignedData
}

// Archival counts the revocation data of adbe-revocationInfoArchival (ISO
// 32000-2 12.8.3.3.2).
type Archival struct {
	CRLs, OCSPs, Other int
	Signed             bool // among the signed attributes, as it should be
}

// A Form is one reading of what the signature value was made over.
type Form struct {
	Algorithm sigalg.Algorithm
	// Err is set where the algorithm cannot be resolved (*sigalg.Unsupported or *sigalg.Malformed).
	Err     error
	Message sigalg.Message
	// Deviation is what to tell when it is this reading that fits.
	Deviation *note.Note
}

// A Reference is one digest over signed data.
type Reference struct {
	Name   string // "content", "byte ranges"
	Digest sigalg.Digest
	// DigestName names the algorithm, also one that cannot be computed.
	DigestName string
	Want       []byte
	Got        []byte // nil when Missing or not computable
	Missing    bool   // the data is not at hand
	Err        error  // the algorithm cannot be computed
}

// Matches tells whether the data is at hand and its digest the one that was signed.
func (r Reference) Matches() bool {
	return !r.Missing && r.Err == nil && len(r.Want) > 0 && string(r.Want) == string(r.Got)
}

// SignerID names the signing certificate outside the signed attributes.
type SignerID struct {
	Issuer       []byte // encoded name
	Serial       *big.Int
	SubjectKeyID []byte
}

// A CertificateRef is one signed reference to a certificate.
type CertificateRef struct {
	Digest     sigalg.Digest
	DigestName string
	Hash       []byte
	Issuer     []byte // encoded name, nil when not stated
	Serial     *big.Int
	V1         bool // ESSCertID, the form that is bound to SHA-1
	First      bool // the first of its attribute, which names the signer's certificate
}

// Content is the signed data of a CMS signature.
type Content struct {
	Attached bool
	Known    bool // at hand, or known by digest only
	ByDigest bool // known by a digest that the caller gave; the octets were not seen
	Name     string
	Size     int64
	SHA256   []byte // nil when it was not computed
	Type     ber.OID
}

// Kinds of time-stamp, spelled as in the report.
const (
	ContentTimestamp   = "content"
	SignatureTimestamp = "signature"
	ArchiveTimestamp   = "archive"
	DocumentTimestamp  = "document"
	ReferenceTimestamp = "reference"
)

// A Timestamp is what one time-stamp token says and what its imprint is over.
type Timestamp struct {
	ID    string // "T1"
	Kind  string
	Token *tsa.Token
	Err   error // the token cannot be read
	Notes []note.Note
	// Signature is the token's own signature.
	Signature *Signature
	Imprint   Imprint
	Field     *pdf.Signature // a PDF document time-stamp
	// Response is the envelope that the token came in, if it came in one.
	Response *tsa.Response
	// Request is what the response should answer, if the caller gave it.
	Request *tsa.Request

	covers []Covered // see Document.Covered
}

// An Imprint compares the message imprint with the data that it should be over.
type Imprint struct {
	Over    string // what it should be over: "signature value", "content", "byte ranges"
	Got     []byte // digest of that data, nil when not computed
	Missing bool   // the data is not at hand
	Matches bool
}

// Material is a certificate, CRL or OCSP response that travels in the document.
type Material struct {
	Type  string // "certificate", "crl", "ocsp"
	Raw   []byte
	Where string // "S1", "T1", "security store"
}
