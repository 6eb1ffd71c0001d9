// Package path builds certification paths (RFC 4158) and validates them
// (RFC 5280 section 6, policies by RFC 9618).
//
// [Search] walks depth-first from the leaf towards the trust anchors and goes
// back at every dead end: names decide which certificate may have issued
// another, everything else (key identifiers, validity, nearness to an anchor)
// only decides which is tried first. Each complete path runs through the steps
// of section 6.1 in their order, one file a step group: basic.go (6.1.3 a),
// names.go (6.1.3 b, c), policy.go (6.1.3 d to f, RFC 9618), prepare.go
// (6.1.4), wrapup.go (6.1.5). Revocation (6.1.3 a 3) is not of this package:
// the caller judges it when a path is offered to it.
//
// The answer does not depend on the order of anchors or candidates.
package path

import (
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// An Anchor is where a path may end (RFC 5280 6.1.1 d): a name and a key.
type Anchor struct {
	Certificate  *cert.Certificate // nil: only name and key are known
	Name         []byte            // encoded subject; empty: that of Certificate
	SPKI         []byte            // empty: that of Certificate
	SubjectKeyID []byte
	Until        time.Time // sunset of EN 319 102-1 5.2.6.4, judged by the caller; zero = none
	ID           string    // the caller's tag
}

// A Purpose is what the leaf is wanted for.
type Purpose uint8

// The purposes. Any asks nothing of the leaf beyond [Usage].
const (
	Any Purpose = iota
	Seal
	Timestamping // RFC 3161 2.3: extendedKeyUsage critical, timeStamping and nothing else
	OCSPSigning  // RFC 6960 4.2.2.2: extendedKeyUsage with OCSPSigning
	CRLSigning   // RFC 5280 4.2.1.3: cRLSign where keyUsage is present
)

var purposeNames = []string{"any", "seal", "timestamping", "ocsp", "crl"}

// String is the purpose as commands and reports spell it.
func (p Purpose) String() string {
	if int(p) < len(purposeNames) {
		return purposeNames[p]
	}
	return "unknown"
}

// Usage is the key usage that the caller's policy wants of the leaf. The zero
// Usage wants nothing.
type Usage struct {
	Purpose  Purpose
	AnyOf    cert.KeyUsage // at least one of these bits
	AllOf    cert.KeyUsage // each of these bits
	Required bool          // a leaf without keyUsage is refused
	ExtAnyOf []ber.OID     // with extendedKeyUsage, one of these; nil = not asked
	ExtNot   []ber.OID     // with extendedKeyUsage, something else than these
}

// A CAValidity says when the certificates of CAs have to be in force.
type CAValidity uint8

// The zero value is the shell model of RFC 5280 6.1.3 (a)(2).
const (
	AtTime   CAValidity = iota // at Input.Time
	Recorded                   // the same, but one that has run out is listed in Path.Expired, not refused
	AtIssue                    // chain model: when they issued what stands below, by its notBefore
)

// Input is what a search starts from: the inputs of RFC 5280 6.1.1 and what
// EN 319 102-1 adds.
type Input struct {
	Leaf    *cert.Certificate
	Pool    *Pool // candidates; nil = none
	Anchors []Anchor
	Time    time.Time // 6.1.1 (b)

	SkipLeafValidity bool // the leaf's validity is judged apart (EN 319 102-1 5.2.6.4 step 7)
	SkipValidity     bool // no validity is judged (5.6.2.1)
	CAValidity       CAValidity

	InitialPolicies []ber.OID // 6.1.1 (c); nil = any-policy
	ExplicitPolicy  bool      // 6.1.1 (f)
	InhibitMapping  bool      // 6.1.1 (e)
	InhibitAny      bool      // 6.1.1 (g)

	AnchorConstraints bool // what the anchor's own certificate says binds too (RFC 5937), its validity included
	AnchorValidity    bool // of that only the validity

	RequiredEKU []ber.OID // each must be allowed by the leaf's extendedKeyUsage, if it has one
	Usage       Usage

	Purse    *purse.Purse // nil = a new one
	Verifier *Verifier    // nil = one for this search
}

// A Step is an issuer as validation left it: its name, its working key, and
// its certificate where it has one.
type Step struct {
	Name        []byte
	SPKI        []byte // as certified; Key may have inherited parameters besides
	Key         *sigalg.PublicKey
	Certificate *cert.Certificate
}

// A Path passed RFC 5280 section 6.1, revocation apart.
type Path struct {
	Certificates []*cert.Certificate // leaf first, up to the one that the anchor issued
	Anchor       Anchor              // with name and key filled in
	AnchorKey    *sigalg.PublicKey
	Keys         []*sigalg.PublicKey // of each certificate, with DSA parameters inherited
	Policies     []ber.OID           // user-constrained-policy-set in the anchor's domain, sorted
	AnyPolicy    bool                // the set is any-policy
	Expired      []*cert.Certificate // CA certificates that have run out (Recorded)
	Notes        []note.Note
	LeafIsAnchor bool // the leaf is the anchor's own certificate; nothing above it was judged
}

// Issuer is who issued Certificates[i]. The leaf of a path with LeafIsAnchor
// has only itself.
func (p *Path) Issuer(i int) Step {
	if i+1 < len(p.Certificates) {
		c := p.Certificates[i+1]
		return Step{Name: c.RawSubject, SPKI: c.RawSPKI, Key: p.Keys[i+1], Certificate: c}
	}
	return Step{Name: p.Anchor.Name, SPKI: p.Anchor.SPKI, Key: p.AnchorKey, Certificate: p.Anchor.Certificate}
}

// A Rejection is one edge or path that was tried and refused.
type Rejection struct {
	Path   []*cert.Certificate // leaf first; the last is the one that was refused as issuer, or the last reached
	Anchor *Anchor             // set where the path was complete
	At     *cert.Certificate   // the certificate that the reason is about
	Code   note.Code
	Clause string
	Params note.Params
	Rank   int  // higher = tells more
	Detour bool // no anchor lies beyond it, whatever stood here
}

// Result is what is left to say when no path was taken.
type Result struct {
	Accepted   bool // accept took a path
	Offered    int  // paths that were good and offered to accept
	Complete   int  // paths that reached an anchor, good or not
	Rejections []Rejection
	Untold     int   // rejections beyond those that are listed
	Stopped    error // *purse.Empty where the search ended at a limit; rejections are then not all
}
