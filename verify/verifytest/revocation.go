package verifytest

import (
	"math/big"
	"time"
)

// Revocation is one entry of a CRL.
type Revocation struct {
	Serial     *big.Int
	At         time.Time
	Reason     Reason // Unspecified: no reason extension
	Invalidity time.Time
	Issuer     *Cert // certificateIssuer, for indirect CRLs
}

// Reason is a CRLReason (RFC 5280 5.3.1).
type Reason int

// The reasons.
const (
	Unspecified          Reason = 0
	KeyCompromise        Reason = 1
	CACompromise         Reason = 2
	AffiliationChanged   Reason = 3
	Superseded           Reason = 4
	CessationOfOperation Reason = 5
	CertificateHold      Reason = 6
	RemoveFromCRL        Reason = 8
	PrivilegeWithdrawn   Reason = 9
	AACompromise         Reason = 10
)

// CRLTemplate is what a CRL is made from; zero fields take good defaults.
type CRLTemplate struct {
	ThisUpdate, NextUpdate time.Time // default: the world's; NextUpdate absent when NoNextUpdate
	NoNextUpdate           bool
	Number                 int64        // default 1
	Revoked                []Revocation // beside those that World.Revoke recorded
	DeltaBase              int64        // > 0: a delta CRL over that base number
	Point                  *IssuingPoint
	Signer                 *Cert // default: the issuer; another with the issuer's name makes a wrong signer
	Issuer                 *Cert // name in the issuer field; default: the issuer (indirect CRLs name their own)
	Digest, Scheme         string
	Extensions             []Extension
}

// IssuingPoint is an issuingDistributionPoint (RFC 5280 5.2.5), critical.
type IssuingPoint struct {
	URI                                  string
	Directory                            Name
	OnlyUser, OnlyCA, OnlyAttr, Indirect bool
	Reasons                              []int
}

// OCSPTemplate is what an OCSP response is made from; zero fields take good defaults.
type OCSPTemplate struct {
	Cert                             *Cert  // whose status
	Status                           string // good (default), revoked, unknown
	RevokedAt                        time.Time
	Reason                           Reason
	Produced, ThisUpdate, NextUpdate time.Time // default: the world's
	NoNextUpdate                     bool
	Responder                        *Cert  // default: the world's delegate for SealCA, else the issuer itself
	ByName                           bool   // responderID by name rather than by key
	CertIDDigest                     string // default SHA-1
	Nonce                            []byte
	ResponseStatus                   int // OCSPResponseStatus; not 0 = no bytes inside
	NoCertificates                   bool
	Issuer                           *Cert    // names the issuer in CertID; default the certificate's
	Serial                           *big.Int // default the certificate's
	Digest, Scheme                   string
	ArchiveCutoff                    time.Time
	More                             []OCSPTemplate // further single responses in the same response
}
