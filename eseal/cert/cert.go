// Package cert reads certificates, CRLs and OCSP responses as facts: what
// they say, where they deviate, and nothing about trust.
//
// One reader fills every field from the octets, whatever crypto/x509 thinks
// of them; [Certificate.Strict] asks crypto/x509 for its opinion. A reader
// that goes on after an oddity relaxes no check: each one is a note, and what
// a path validator must not overlook stands in [Certificate.MalformedExtensions]
// and [Certificate.UnknownCritical].
package cert

import (
	"math/big"
	"sync"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// Algorithm is an AlgorithmIdentifier (RFC 5280 4.1.1.2).
type Algorithm struct {
	OID    ber.OID
	Params []byte // the encoded parameters; nil = absent
	Raw    []byte
}

// Extension is one extension as it stands in the encoding.
type Extension struct {
	OID      ber.OID
	Critical bool
	Value    []byte // contents of extnValue
	Raw      []byte
}

// Certificate holds what one X.509 certificate says. Slices alias the input.
// A parsed certificate does not change: it may be shared between goroutines.
type Certificate struct {
	Raw, RawTBS, RawIssuer, RawSubject, RawSPKI []byte

	SHA256 [32]byte // of Raw
	SHA1   [20]byte // of Raw

	Version         int      // 1 to 3; other values as they stand, plus one
	Serial          *big.Int // may be negative or zero, see Notes
	RawSerial       []byte   // contents octets of the INTEGER
	Issuer, Subject Name
	NotBefore       time.Time
	NotAfter        time.Time

	SignatureAlgorithm    Algorithm // outer
	TBSSignatureAlgorithm Algorithm // inner; a difference is a note
	Signature             []byte    // octets of the bit string

	KeyAlgorithm Algorithm
	PublicKey    []byte // octets of subjectPublicKey

	IssuerUniqueID, SubjectUniqueID []byte // contents octets of the bit strings

	Extensions []Extension // in order, undecoded

	// Decoded extensions. A nil pointer or slice means that the extension is
	// absent or malformed; the difference stands in MalformedExtensions.
	SubjectKeyID          []byte
	AuthorityKeyID        []byte
	AuthorityIssuer       []GeneralName
	AuthoritySerial       *big.Int
	KeyUsage              *KeyUsage
	ExtKeyUsage           []ber.OID
	ExtKeyUsageCritical   bool
	BasicConstraints      *BasicConstraints
	NameConstraints       *NameConstraints
	Policies              []PolicyInformation
	PolicyMappings        []PolicyMapping
	PolicyConstraints     *PolicyConstraints
	InhibitAnyPolicy      *int
	SubjectAltNames       []GeneralName
	IssuerAltNames        []GeneralName
	CRLDistributionPoints []DistributionPoint
	FreshestCRL           []DistributionPoint
	OCSPServers           []string            // AIA id-ad-ocsp, URIs in order
	CAIssuers             []string            // AIA id-ad-caIssuers, URIs in order
	InfoAccess            []AccessDescription // AIA, all of it
	SubjectInfoAccess     []AccessDescription
	OCSPNoCheck           bool // RFC 6960 4.2.2.2.1
	NoRevAvail            bool // RFC 9608
	ShortTermAssured      bool // EN 319 412-1 5.2, validity-assured short term
	QCStatements          []QCStatement
	DirectoryAttributes   []DirectoryAttribute // subjectDirectoryAttributes

	// UnknownCritical are critical extensions that this reader does not
	// decode: a path validator must refuse them (RFC 5280 6.1.4 (o), 6.1.5 (f)).
	UnknownCritical []ber.OID
	// MalformedExtensions could not be decoded or occur twice. Their field is
	// not filled: a path validator must refuse, critical or not, since it
	// cannot know what they would have limited.
	MalformedExtensions []ber.OID

	Notes []note.Note // oddities, in the order of the encoding

	gate       sync.Once
	strict     error
	deviations []note.Note

	subjectKey, issuerKey nameKey
}

// Names of the readers that [Certificate.Reader] can return.
const (
	ReaderStrict  = "crypto/x509"
	ReaderLenient = "lenient"
)

// Extension returns the first extension with the identifier.
func (c *Certificate) Extension(oid ber.OID) (Extension, bool) {
	return findExtension(c.Extensions, oid)
}

func findExtension(list []Extension, oid ber.OID) (Extension, bool) {
	for _, e := range list {
		if e.OID == oid {
			return e, true
		}
	}
	return Extension{}, false
}

// Malformed tells whether an extension stands in MalformedExtensions.
func (c *Certificate) Malformed(oid ber.OID) bool {
	for _, o := range c.MalformedExtensions {
		if o == oid {
			return true
		}
	}
	return false
}

// SubjectKey is [NameKey] of the subject, computed once.
func (c *Certificate) SubjectKey() string { return c.subjectKey.of(c.RawSubject) }

// IssuerKey is [NameKey] of the issuer, computed once.
func (c *Certificate) IssuerKey() string { return c.issuerKey.of(c.RawIssuer) }

// SelfIssued tells whether issuer and subject are one name (RFC 5280 6.1).
func (c *Certificate) SelfIssued() bool { return NamesEqual(c.RawIssuer, c.RawSubject) }
