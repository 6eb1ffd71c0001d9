package cert

import (
	"math/big"

	"github.com/kakuin/kakuin/eseal/ber"
)

// KeyUsage is the bit set of RFC 5280 4.2.1.3.
type KeyUsage uint16

// The bits of a KeyUsage, in the order of the BIT STRING.
const (
	KeyUsageDigitalSignature KeyUsage = 1 << iota
	KeyUsageContentCommitment
	KeyUsageKeyEncipherment
	KeyUsageDataEncipherment
	KeyUsageKeyAgreement
	KeyUsageCertSign
	KeyUsageCRLSign
	KeyUsageEncipherOnly
	KeyUsageDecipherOnly

	// KeyUsageNonRepudiation is the older name of contentCommitment.
	KeyUsageNonRepudiation = KeyUsageContentCommitment
)

// Has tells whether all bits of want are set.
func (k KeyUsage) Has(want KeyUsage) bool { return k&want == want }

var keyUsageNames = []string{"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment",
	"keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}

// Names are the names of the bits that are set, in order.
func (k KeyUsage) Names() []string {
	var out []string
	for i, n := range keyUsageNames {
		if k&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return out
}

// BasicConstraints is RFC 5280 4.2.1.9.
type BasicConstraints struct {
	CA       bool
	PathLen  int // -1 when absent
	Critical bool
}

// NameConstraints is RFC 5280 4.2.1.10.
type NameConstraints struct {
	Permitted, Excluded []Subtree
	Critical            bool
}

// Subtree is one GeneralSubtree. RFC 5280 wants minimum 0 and no maximum; a
// validator must refuse others or process them.
type Subtree struct {
	Base    GeneralName
	Minimum int
	Maximum int // -1 when absent
}

// PolicyInformation is one policy of RFC 5280 4.2.1.4.
type PolicyInformation struct {
	OID        ber.OID
	Qualifiers []PolicyQualifier
}

// PolicyQualifier is one qualifier; CPS or Notice is set where its type is known.
type PolicyQualifier struct {
	OID    ber.OID
	Raw    []byte // the encoded qualifier
	CPS    string
	Notice *UserNotice
}

// UserNotice is the notice of RFC 5280 4.2.1.4.
type UserNotice struct {
	Organization string
	Numbers      []int
	Text         string
}

// PolicyMapping is RFC 5280 4.2.1.5.
type PolicyMapping struct{ IssuerDomain, SubjectDomain ber.OID }

// PolicyConstraints is RFC 5280 4.2.1.11; -1 means absent.
type PolicyConstraints struct{ RequireExplicit, InhibitMapping int }

// ReasonFlags is the bit set of RFC 5280 4.2.1.13; bit n is the reason n of
// the BIT STRING (1 keyCompromise ... 8 aACompromise).
type ReasonFlags uint16

// The reasons, as bits of ReasonFlags.
const (
	ReasonFlagUnused ReasonFlags = 1 << iota
	ReasonFlagKeyCompromise
	ReasonFlagCACompromise
	ReasonFlagAffiliationChanged
	ReasonFlagSuperseded
	ReasonFlagCessationOfOperation
	ReasonFlagCertificateHold
	ReasonFlagPrivilegeWithdrawn
	ReasonFlagAACompromise

	// AllReasons is what a point or CRL without reasons covers.
	AllReasons ReasonFlags = 1<<9 - 2
)

// DistributionPoint is RFC 5280 4.2.1.13, or the name in an issuing
// distribution point.
type DistributionPoint struct {
	FullNames    []GeneralName
	RelativeName []byte // contents of nameRelativeToCRLIssuer (one RDN), see [AppendRDN]
	Reasons      *ReasonFlags
	CRLIssuer    []GeneralName
	Raw          []byte
}

// AccessDescription is RFC 5280 4.2.2.1.
type AccessDescription struct {
	Method   ber.OID
	Location GeneralName
}

// QCStatement is one statement of RFC 3739 3.2.6 or EN 319 412-5; the fields
// that its type has are set.
type QCStatement struct {
	OID       ber.OID
	Raw       []byte    // whole statement
	Types     []ber.OID // QcType: 0.4.0.1862.1.6.1 esign, .2 eseal, .3 web
	Countries []string  // QcCClegislation
	PDS       []PDSLocation
	Limit     *QCLimit
	Retention *int    // years
	Semantics ber.OID // semanticsIdentifier of RFC 3739
}

// PDSLocation is where a disclosure statement can be read.
type PDSLocation struct{ URL, Language string }

// QCLimit is the transaction limit Amount * 10^Exponent.
type QCLimit struct {
	Currency string
	Amount   *big.Int
	Exponent int
}

// DirectoryAttribute is one attribute of subjectDirectoryAttributes; Values
// are encoded elements.
type DirectoryAttribute struct {
	OID    ber.OID
	Values [][]byte
}
