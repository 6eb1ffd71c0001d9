// Package revocation says what CRLs (RFC 5280 6.3) and OCSP responses (RFC
// 6960) say about one certificate: which data apply, whose word they are, and
// what the latest of them states. Whether that is fresh enough, whether a
// revocation lies before the time that matters, and whether data are needed
// at all, is for the caller's policy.
//
// The answer does not depend on the order of the data.
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
	return stateNames[Unknown]
}

// An Item is one CRL or one OCSP response.
type Item struct {
	CRL  *cert.CRL
	OCSP *cert.OCSPResponse
	Ref  any // the caller's tag
}

// Kind is "CRL" or "OCSP".
func (i *Item) Kind() string {
	if i.CRL != nil {
		return "CRL"
	}
	return "OCSP"
}

func (i *Item) digest() [32]byte {
	if i.CRL != nil {
		return i.CRL.SHA256
	}
	return i.OCSP.SHA256
}

// Input asks for the status of one certificate.
type Input struct {
	Target *cert.Certificate
	Issuer path.Step // who issued Target, as path validation found it
	Items  []Item    // looked at besides Index
	Index  *Index    // shared between many certificates; may be nil
	At     time.Time
	Only   string // "CRL" or "OCSP": data of the other kind are not looked at
	// EmptyLists: a CRL counts although it spells out an empty list of entries,
	// which RFC 5280 5.1.2.6 tells its issuer to leave away.
	EmptyLists bool

	// Delegate answers for a signer that is not the issuer's own key: its
	// key, if the certificate has an acceptable path at At for the purpose,
	// under the anchor of the target's path (RFC 5280 6.3.3 (f)). Nil refuses
	// all such signers.
	Delegate func(candidate *cert.Certificate, purpose path.Purpose) (*sigalg.PublicKey, error)

	Pool     *path.Pool // where certificates of CRL signers and responders are looked for
	Purse    *purse.Purse
	Verifier *path.Verifier
}

// Status is the answer. The zero Status knows nothing.
type Status struct {
	Datum // the one that decides; zero when none applies

	All           []Datum   // everything that applies, latest first
	Unusable      []Problem // what speaks of the certificate and does not count, and why
	Contradiction bool      // a later datum calls good what an earlier one calls revoked, or two of one time differ
	UnknownByOCSP bool      // a responder with authority does not know the certificate
	NoRevAvail    bool      // the certificate says that there will be no data (RFC 9608)
	Stopped       error     // *purse.Empty where not everything was looked at
}

// A Datum is what one item says of the certificate. A revocation is told
// whatever its date: RevokedAt may lie after the time asked for.
type Datum struct {
	State                  State
	Item                   *Item
	Delta                  *Item // the delta CRL that was combined with Item
	RevokedAt              time.Time
	InvalidityDate         time.Time // zero when absent
	Reason                 cert.Reason
	ThisUpdate, NextUpdate time.Time // NextUpdate is zero without HasNextUpdate
	HasNextUpdate          bool
	ProducedAt             time.Time         // when the datum was issued: of a CRL its thisUpdate
	Signer                 *cert.Certificate // whose key signed; nil for an anchor without certificate
	ByIssuer               bool              // signed by the key that issued the certificate
	Reasons                cert.ReasonFlags  // the reasons that it covers
	AfterExpiry            bool              // issued after the certificate ran out, by someone who does not promise to keep such entries
}

// A Problem is an item that does not count.
type Problem struct {
	Item   *Item
	Code   note.Code
	Params note.Params
}

// Check gathers what the items say about the target.
func Check(in Input) Status {
	if in.Purse == nil {
		in.Purse = purse.New(purse.Limits{})
	}
	c := &checker{Input: in, told: make(map[problemKey]bool)}
	c.index = in.Index.With(in.Items)
	c.status.NoRevAvail = in.Target.NoRevAvail
	if in.Only != "CRL" {
		c.checkOCSP()
	}
	if in.Only != "OCSP" {
		c.checkCRLs()
	}
	c.decide()
	return c.status
}

type checker struct {
	Input
	index  *Index
	status Status
	told   map[problemKey]bool
}

type problemKey struct {
	item *Item
	code note.Code
}

// refuse records why an item does not count, once a reason.
func (c *checker) refuse(i *Item, code note.Code, reason string) {
	if key := (problemKey{i, code}); !c.told[key] {
		c.told[key] = true
		c.status.Unusable = append(c.status.Unusable, Problem{Item: i, Code: code, Params: note.Params{"type": i.Kind(), "reason": reason}})
	}
}

// take spends from the purse; false ends the gathering.
func (c *checker) take(k purse.Kind, n int) bool {
	if c.status.Stopped == nil {
		c.status.Stopped = c.Purse.Take(k, int64(n))
	}
	return c.status.Stopped == nil
}

// add completes a datum with what follows from its times.
func (c *checker) add(d Datum, expiredFrom *time.Time) {
	end := c.Target.NotAfter
	d.AfterExpiry = d.ThisUpdate.After(end) && (expiredFrom == nil || expiredFrom.After(end))
	c.status.All = append(c.status.All, d)
}

// Fresh is the revocation freshness checker of EN 319 102-1 5.2.5.4: with a
// maximum age, thisUpdate must lie strictly after at minus that age; without
// one the datum's own period nextUpdate - thisUpdate is the age, and a datum
// without nextUpdate, or with one before thisUpdate, is not fresh. There is no
// upper bound.
func Fresh(thisUpdate, nextUpdate time.Time, hasNext bool, maxAge *time.Duration, at time.Time) bool {
	switch {
	case thisUpdate.IsZero():
		return false
	case maxAge != nil:
		return thisUpdate.After(at.Add(-*maxAge))
	}
	return hasNext && !nextUpdate.Before(thisUpdate) && thisUpdate.After(at.Add(-nextUpdate.Sub(thisUpdate)))
}
