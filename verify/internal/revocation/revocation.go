// Package revocation says what CRLs (RFC 5280 6.3) and OCSP responses (RFC
// 6960) say about one certificate at one time: which data apply, whose word
// they are, and what the latest of them states. Whether that is fresh enough,
// or needed at all, is for the caller's policy.
package revocation

import (
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
)

// A State is what is known of a certificate. Its zero value is Unknown.
type State uint8

// The states.
const (
	Unknown State = iota
	Good
	Revoked
	OnHold // revoked with reason certificateHold: it may come back
)

var stateNames = []string{"unknown", "good", "revoked", "onHold"}

// String is the state as reports spell it.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unknown"
}

// An Item is one CRL or one OCSP response.
type Item struct {
	CRL  *cert.CRL
	OCSP *cert.OCSPResponse
	Ref  any // the caller's tag
}

// Input asks for the status of one certificate.
type Input struct {
	Target *cert.Certificate
	Issuer path.Step // who issued Target, as path validation found it
	Items  []Item    // looked at besides Index
	Index  *Index    // shared between many certificates; may be nil
	At     time.Time

	// Delegate answers for a signer that is not the issuer's own key: its
	// key, if the certificate has an acceptable path at At for the purpose.
	// Nil refuses all such signers.
	Delegate func(candidate *cert.Certificate, purpose path.Purpose) (*sigalg.PublicKey, error)

	Pool     *path.Pool // where certificates of CRL signers and responders are looked for
	Purse    *purse.Purse
	Verifier *path.Verifier
}

// Status is the answer. The zero Status knows nothing.
type Status struct {
	Datum // the one that decides: the latest that applies; zero when none does

	All           []Datum   // everything that applies, latest first
	Unusable      []Problem // what was looked at and does not count, and why
	Contradiction bool      // data that apply do not agree
	UnknownByOCSP bool      // a responder with authority said that it does not know the certificate
	Stopped       error     // *purse.Empty where not everything was looked at
}

// A Datum is what one item says of the certificate.
type Datum struct {
	State                  State
	Item                   *Item
	Delta                  *Item // the delta CRL that was combined with Item
	RevokedAt              time.Time
	InvalidityDate         time.Time // zero when absent
	Reason                 cert.Reason
	ThisUpdate, NextUpdate time.Time // NextUpdate is zero without HasNextUpdate
	HasNextUpdate          bool
	ProducedAt             time.Time         // OCSP; for a CRL its thisUpdate
	Signer                 *cert.Certificate // whose key signed the datum; nil when an anchor without certificate
	ByIssuer               bool              // signed by the key that issued the certificate
	Delegated              path.Purpose      // OCSPSigning or CRLSigning when not ByIssuer
	Future                 bool              // issued after the time asked for
	Reasons                cert.ReasonFlags  // reasons covered
	Notes                  []note.Note
}

// A Problem is an item that does not count.
type Problem struct {
	Item   *Item
	Code   note.Code
	Params note.Params
}

// Check gathers what the items say about the target.
func Check(in Input) Status { return Status{} }

// Index finds items by issuer. It does not change once built.
type Index struct{}

// NewIndex indexes items.
func NewIndex(items []Item) *Index { return &Index{} }

// Fresh is the revocation freshness checker of EN 319 102-1 5.2.5.4: with a
// maximum age, thisUpdate must lie strictly after at minus that age; without
// one the datum's own period nextUpdate - thisUpdate is the age, and a datum
// without nextUpdate is not fresh. There is no upper bound.
func Fresh(thisUpdate, nextUpdate time.Time, hasNext bool, maxAge *time.Duration, at time.Time) bool {
	age := nextUpdate.Sub(thisUpdate)
	switch {
	case maxAge != nil:
		age = *maxAge
	case !hasNext:
		return false
	}
	return thisUpdate.After(at.Add(-age))
}
