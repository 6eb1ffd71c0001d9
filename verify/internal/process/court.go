// Package process holds the validation processes of EN 319 102-1: building
// blocks (5.2), basic signatures (5.3), time-stamps (5.4), signatures with time
// (5.5) and with long-term availability (5.6). It judges facts by policy at a given time; it has no clock, no
// network and no words for people.
package process

import (
	"encoding/hex"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A Group is anchors whose list asks for the same certificate policies: one
// set of inputs to RFC 5280 6.1.1.
type Group struct {
	Anchors    []path.Anchor
	Policies   []ber.OID // user-initial-policy-set; nil is any-policy
	Explicit   bool
	InhibitMap bool
	InhibitAny bool
}

// Trust is the court's view of the trust list.
type Trust interface {
	// Groups are the anchors for a purpose, in a fixed order.
	Groups(p path.Purpose) []Group
	// NotCheckable tells whether revocation data below an anchor goes to
	// certified verifiers only.
	NotCheckable(a path.Anchor) bool
}

// A Court judges one document at one time. It is not safe for concurrent use;
// the Verifier that it shares with others is.
type Court struct {
	At       time.Time // validation time (EN 319 102-1 5.1.1)
	Policy   *policy.Policy
	Trust    Trust
	Evidence *evidence.Set
	// Standing is indexed evidence below Evidence; nil where there is none.
	Standing *Standing
	Verifier *path.Verifier
	Memory   *evidence.Memory // nil remembers nothing
	Purse    *purse.Purse
	// Document is what is judged; nil for a certificate by itself.
	Document *eseal.Document
	// AnchorConstraints: what an anchor's own certificate says binds too (RFC 5937).
	AnchorConstraints bool
	// Stale: the list is past its next update, so nothing can pass on its word.
	Stale *verdict.Finding
	// DocMDP is the permission that the certification of a PDF gives, 0 for none.
	DocMDP int
	// Trailing: octets follow the last revision of the PDF.
	Trailing bool
	// Readings: where programs see different documents in the PDF.
	Readings []pdf.Reading
	// Changes are what the revisions of the PDF changed, nil in other formats.
	Changes *diff.Changes
	// Describe puts a change into words, for what findings name.
	Describe func(diff.Item) (ja, en string)

	pool    *path.Pool
	index   *revocation.Index
	carried map[embeddedKey]*crowd // see candidates
	values  map[*eseal.Signature]*Arithmetic
	answers
}

// answers are those of one court, which no other time shares.
type answers struct {
	chains map[chainKey]*Chain
	open   map[chainKey]int // being judged, by their place on the stack
	lowest int              // place on the stack that the chain being judged leaned on
	depth  int              // of revocation data whose signers need paths of their own

	stamps  map[*eseal.Timestamp]*Stamp
	records map[*eseal.EvidenceRecord]*Record
	proofs  *poe.Set   // nil until something has to be proven
	proven  bool       // the time-stamps of the document gave theirs
	sliding [][32]byte // signers of revocation data whose past is being validated, the innermost last
}

func noAnswers() answers {
	return answers{chains: map[chainKey]*Chain{}, open: map[chainKey]int{}, lowest: selfContained,
		stamps: map[*eseal.Timestamp]*Stamp{}, records: map[*eseal.EvidenceRecord]*Record{}}
}

type chainKey struct {
	leaf    [32]byte
	purpose path.Purpose
	at      time.Time
	anchor  string
}

// A Standing is evidence that many documents are judged with, indexed once. It
// does not change and is safe for concurrent use.
type Standing struct {
	set   *evidence.Set
	pool  *path.Pool
	index *revocation.Index
}

// NewStanding indexes a set, which must not change any more.
func NewStanding(set *evidence.Set) *Standing {
	certs := certificates(set.Items(), nil, purse.New(purse.Limits{}))
	return &Standing{set: set, pool: path.NewPool(certs), index: revocation.NewIndex(statements(set.Items()))}
}

// prepare indexes the evidence once: of a set over the standing one, what is
// the document's own.
func (c *Court) prepare() {
	if c.pool != nil {
		return
	}
	c.answers = noAnswers()
	c.carried, c.values = map[embeddedKey]*crowd{}, map[*eseal.Signature]*Arithmetic{}
	items, below := c.Evidence.Items(), &Standing{}
	if c.Standing != nil && c.Evidence.IsOver(c.Standing.set) {
		items, below = c.Evidence.Own(), c.Standing
	}
	c.pool = below.pool.With(certificates(items, c.Memory, c.Purse))
	c.index = below.index.With(statements(items))
}

// certificates are all candidates: the items and what OCSP responses carry.
func certificates(items []*evidence.Item, m *evidence.Memory, p *purse.Purse) (out []*cert.Certificate) {
	for _, it := range items {
		if it.Certificate != nil {
			out = append(out, it.Certificate)
		}
		if it.OCSP == nil {
			continue
		}
		for _, raw := range it.OCSP.Certificates {
			if x, err := m.Certificate(raw, p); err == nil {
				out = append(out, x)
			}
		}
	}
	return out
}

// statements are the CRLs and OCSP responses among items.
func statements(items []*evidence.Item) (out []revocation.Item) {
	for _, it := range items {
		if it.CRL != nil || it.OCSP != nil {
			out = append(out, revocation.Item{CRL: it.CRL, OCSP: it.OCSP, Ref: it})
		}
	}
	return out
}

// A Trace collects what one judgement has to tell.
type Trace struct {
	Findings []verdict.Finding
	Steps    []verdict.Step
	Wants    []evidence.Want
	wanted   map[string]bool // keys of Wants that want noted
}

func (t *Trace) finding(f verdict.Finding) { t.Findings = append(t.Findings, f) }

func (t *Trace) step(clause, title string, o verdict.Outcome, explanation string) {
	t.Steps = append(t.Steps, verdict.Step{Clause: clause, Title: title, Outcome: o, Explanation: explanation})
}

func (t *Trace) take(o Trace) {
	t.Findings = append(t.Findings, o.Findings...)
	t.Steps = append(t.Steps, o.Steps...)
	t.Wants = append(t.Wants, o.Wants...)
}

// A Cause is one reason against a pass. A signature may have several, and a
// proven time must clear every one of them (5.5.4 step 4).
type Cause struct {
	Sub     verdict.SubIndication
	Finding verdict.Finding
	// About is what the cause concerns, for the rules of 5.5.4.
	About About
	// Entry is the certificate of the path that it concerns, nil for the signature.
	Entry *Entry
	// Material is the certificate or revocation data whose algorithm is too
	// weak, nil where the cause is another one or about the signature itself.
	Material *Material
}

// Material is something that was used, and the end of the algorithm that it
// was made with; zero where there never was a time for that.
type Material struct {
	SHA256 [32]byte
	Until  time.Time
}

// About tells causes of one sub-indication apart.
type About uint8

// The subjects of causes.
const (
	AboutOther     About = iota
	AboutSignature       // signature value or signed attributes (5.5.4 step 4c)
	AboutNotFresh        // no or old revocation data (5.5.4 step 6)
	AboutHold            // suspended certificate (5.5.4 step 7)
	AboutSigner          // the signing certificate
	AboutCA              // another certificate of the path
	AboutChange          // what came after the sealed revision
)

// ID names a certificate in reports: the SHA-256 of its DER.
func ID(c *cert.Certificate) string { return hex.EncodeToString(c.SHA256[:]) }

func params(kv ...string) map[string]string {
	m := make(map[string]string, len(kv)/2)
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] != "" {
			m[kv[i]] = kv[i+1]
		}
	}
	return m
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// keyOf parses a certificate's key, remembered by the Verifier.
func (c *Court) keyOf(x *cert.Certificate) (*sigalg.PublicKey, error) {
	return c.Verifier.Key(x.RawSPKI)
}
