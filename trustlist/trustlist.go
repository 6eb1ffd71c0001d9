// Package trustlist is the address book: who is trusted, for which service,
// from when to when, and on whose word. It reads kakuin's own list format
// (YAML, schema [Schema]) and plain certificates, and answers questions of
// fact. What follows from the answers is for verify to say.
//
// A list names anchors, where a certification path may end. Whether a service
// was granted, and whether a unit under the anchor is that service, are
// questions of their own (Service.StatusAt, Service.Identifies): an anchor
// alone never makes a time-stamp accredited.
//
// The shortest list that works, to be saved as trust.yaml for [Load]:
//
//	schema: kakuin/trustlist/v1
//	id: example.prefecture
//	sequence: 1 # one more with every edition
//	issued: 2026-11-01T00:00:00Z
//	nextUpdate: 2027-05-01T00:00:00Z # stale from then on: nothing passes
//	services:
//	  - name: {ja: 見本認証局, en: Example CA}
//	    type: seal-ca # ca, seal-ca, tsa, ocsp, crl-issuer or registry
//	    framework: private # or gpki, lgpki, accredited-tsa, ...
//	    anchors:
//	      - file: root.cer # beside the list; or pem: |, der: |
//	        sha256: (its fingerprint, from another place than the file)
//	    status: # since when it is what; accredited services need it
//	      - {from: 2026-04-01T00:00:00Z, status: granted}
//
// An accredited service also says by identity (sha256 of certificates, or
// subject and policies) which units below its anchors are it. `kakuin trust
// import` writes a draft, [Lint] tells what is wrong or soon will be.
// [FromCertificates] makes a list of bare anchors without any of this.
package trustlist

import (
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
)

// Schema is the value of the key schema in a list file.
const Schema = "kakuin/trustlist/v1"

// A List is one trust list, or several that were merged.
type List struct {
	Schema     string    // Schema; empty for plain certificates
	ID         string    // stable name of the list, "example.prefecture"
	Sequence   int64     // never goes back for one ID, see CheckSequence
	Issued     time.Time // zero = absent
	NextUpdate time.Time // past it the list is stale; zero = absent, never stale
	Operator   string    // who answers for the list
	URL        string    // where its newest edition is published, with its signature at URL.p7s
	Services   []Service
	SHA256     [32]byte    // of the file as it was read, or of the merged lists
	BuiltIn    bool        // the catalogue that the program carries, nobody's choice
	Source     string      // where it was read: a path, "built-in"
	Notes      []note.Note // what the list says and cannot mean, see CodeNoIdentity

	raw   []byte   // the file, what a signature is over
	files [][]byte // of a merged list
}

// A Text is the same words in Japanese and English; one may be empty.
type Text struct{ JA, EN string }

// String is the English text, or the Japanese where there is no other.
func (t Text) String() string {
	if t.EN != "" {
		return t.EN
	}
	return t.JA
}

// Types of service.
const (
	TypeCA        = "ca"
	TypeSealCA    = "seal-ca"
	TypeTSA       = "tsa"
	TypeOCSP      = "ocsp"
	TypeCRLIssuer = "crl-issuer"
	TypeRegistry  = "registry"
)

// Purposes that an anchor can serve. Sealing stands for every signature on a
// document, of an office or a person too.
const (
	PurposeAny          = "any" // only as a question: every anchor
	PurposeSeal         = "seal"
	PurposeTimestamping = "timestamping"
	PurposeOCSP         = "ocsp"
	PurposeCRL          = "crl"
)

// A Service is one trust service with its anchors and its history.
type Service struct {
	Name       Text
	Type       string // one of the Type constants
	Framework  string // gpki, lgpki, jpki, moj, hpki, accredited-tsa, accredited-seal, eu, private
	Anchors    []Anchor
	Identity   []Identity // any of them; none = everyone under the anchors
	Status     []Status   // history, newest last
	Purposes   []string   // as written; none = by type, see Serves
	Policies   Policies
	Revocation Revocation
	Assurance  Assurance
	Source     string // where the facts of the service come from
	URL        string // official address of the service
	List       string // ID of the list that names it
	BuiltIn    bool   // named by the built-in catalogue

	line, column int
}

// How the fingerprint of a pin was confirmed.
const (
	ConfidenceBytes     = "bytes"     // computed from the certificate itself
	ConfidencePublished = "published" // as its operator publishes it
	ConfidenceSecondary = "secondary" // as somebody else reports it
)

// An Anchor is a place where a certification path may end: a certificate, or
// a pin that becomes one when the certificate turns up by any way.
type Anchor struct {
	Certificate *cert.Certificate // nil for a pin
	SHA256      [32]byte          // of the certificate
	KeyID       []byte            // subject key identifier, if stated
	Confidence  string            // of a pin; empty beside a certificate
	URL         string            // where the certificate may be got
	Until       time.Time         // sunset date (EN 319 102-1 5.2.6.4), zero = none
	Subject     string            // of a pin: the name as the list tells it, for people
	NotBefore   time.Time         // of a pin: validity as the list tells it, zero = untold
	NotAfter    time.Time
	Source      string // where the fingerprint comes from

	line, column int  // in the list, 0 if it was not read from one
	loose        bool // read from another file that the list gives no fingerprint of
}

// Ended tells whether the sunset date has come: a moment equal to it is past
// (EN 319 102-1 5.2.6.4 step 3).
func (a *Anchor) Ended(at time.Time) bool { return !a.Until.IsZero() && !at.Before(a.Until) }

// An Identity says which certificates under the anchors are the service. All
// that is stated must hold.
type Identity struct {
	SHA256              *[32]byte   // the unit's certificate, or the CA that issues for it alone
	Subject             []Attribute // attributes of the unit's subject
	CertificatePolicies []ber.OID   // one of them in the unit's certificate
	TokenPolicies       []ber.OID   // one of them in the time-stamp token
}

// An Attribute is one attribute of a subject name.
type Attribute struct {
	Type  ber.OID
	Value string
}

// Words of a status history.
const (
	Granted     = "granted"
	Suspended   = "suspended"
	Withdrawn   = "withdrawn"
	Ceased      = "ceased" // ended by its operator
	Recognised  = "recognised"
	Deprecated  = "deprecated"
	Supervision = "under-supervision"
)

// A Status holds from a moment until the next entry.
type Status struct {
	From   time.Time
	Status string
}

// Policies are the certificate policies that the list accepts under the
// anchors of a service: inputs of RFC 5280 6.1.1 (c) and (e).
type Policies struct {
	Accept   []ber.OID // none = any policy
	Explicit bool      // a valid policy is required
}

// Revocation tells who may ask for the status of certificates.
type Revocation struct {
	Checkable string // open, restricted (only certified verifiers), none (nothing is published)
	Note      Text
}

// Values of Revocation.Checkable.
const (
	CheckableOpen       = "open"
	CheckableRestricted = "restricted"
	CheckableNone       = "none"
)

// An Assurance is the level that a framework gives to the service.
type Assurance struct {
	Level, IAL, AAL string
	Basis           string // the rule that gives it
}

// An Entry is an anchor with the service that names it.
type Entry struct {
	Anchor
	Service *Service
}
