package cert

import (
	"math/big"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// Reason is a CRLReason (RFC 5280 5.3.1). The code 0 of the encoding,
// unspecified, is a value of its own here, so that the zero value says nothing.
type Reason int8

// The reasons; ReasonAbsent is a revocation without a stated reason.
const (
	ReasonAbsent               Reason = 0
	ReasonKeyCompromise        Reason = 1
	ReasonCACompromise         Reason = 2
	ReasonAffiliationChanged   Reason = 3
	ReasonSuperseded           Reason = 4
	ReasonCessationOfOperation Reason = 5
	ReasonCertificateHold      Reason = 6
	ReasonRemoveFromCRL        Reason = 8
	ReasonPrivilegeWithdrawn   Reason = 9
	ReasonAACompromise         Reason = 10
	ReasonUnspecified          Reason = -1 // code 0, written out
	ReasonUnknown              Reason = -2 // a code that no standard knows
)

// CRL holds what one certificate revocation list says. Entries stay encoded;
// [CRL.Lookup] scans them. Slices alias the input.
type CRL struct {
	Raw, RawTBS, RawIssuer []byte
	SHA256                 [32]byte
	Version                int // 1 or 2
	Issuer                 Name
	ThisUpdate             time.Time
	NextUpdate             time.Time // zero when absent
	SignatureAlgorithm     Algorithm
	TBSSignatureAlgorithm  Algorithm
	Signature              []byte
	RawEntries             []byte // contents of revokedCertificates
	Count                  int    // entries

	Extensions       []Extension
	Number           *big.Int
	AuthorityKeyID   []byte
	AuthorityIssuer  []GeneralName
	AuthoritySerial  *big.Int
	IDP              *IssuingDistributionPoint
	DeltaIndicator   *big.Int // BaseCRLNumber; nil = a complete CRL
	FreshestCRL      []DistributionPoint
	ExpiredCertsFrom *time.Time // expiredCertsOnCRL, X.509 9.5.2.8 (2.5.29.60)
	IssuerAltNames   []GeneralName
	InfoAccess       []AccessDescription

	UnknownCritical     []ber.OID
	MalformedExtensions []ber.OID
	Notes               []note.Note

	index crlIndex
}

// IssuingDistributionPoint is RFC 5280 5.2.5.
type IssuingDistributionPoint struct {
	Point              DistributionPoint // FullNames or RelativeName
	HasPoint           bool
	OnlyUserCerts      bool
	OnlyCACerts        bool
	OnlyAttributeCerts bool
	OnlySomeReasons    *ReasonFlags
	IndirectCRL        bool
	Critical           bool
}

// Entry is one revoked certificate.
type Entry struct {
	Serial          []byte // contents octets of the INTEGER
	Issuer          []byte // encoded name of the certificate's issuer, sticky in indirect CRLs (RFC 5280 5.3.3)
	RevocationDate  time.Time
	Reason          Reason
	InvalidityDate  time.Time // zero when absent
	UnknownCritical []ber.OID
	Notes           []note.Note
	Raw             []byte
}
