// Package policy holds the validation constraints and the lifetimes of
// algorithms as data (EN 319 102-1 5.1.4, TS 119 172-1): what is required,
// from which date to which, and on whose word. A line that is absent means
// the strict answer.
package policy

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/kakuin/kakuin/internal/plainyaml"
)

// Schema is the only value that a policy file may have as schema.
const Schema = "kakuin/policy/v1"

// A Mode says how much revocation data is demanded.
type Mode string

// The modes. The zero Mode is read as Require.
const (
	Require Mode = "require" // without data the answer is TRY_LATER
	Prefer  Mode = "prefer"  // soft-fail, echoed as a warning
	None    Mode = "none"    // not looked at, echoed as a warning
)

// Text is a text for people in both languages.
type Text struct {
	JA string `yaml:"ja"`
	EN string `yaml:"en"`
}

// A Policy is one set of constraints. Every constraint carries its source.
type Policy struct {
	Schema      string      `yaml:"schema"`
	ID          string      `yaml:"id"`
	Title       Text        `yaml:"title"`
	Description Text        `yaml:"description"`
	Revocation  Revocation  `yaml:"revocation"`
	Reference   Reference   `yaml:"signing-certificate-reference"`
	AnchorSigns AnchorSigns `yaml:"anchor-as-signer"`
	Model       Model       `yaml:"validity-model"`
	CAExpiry    CAExpiry    `yaml:"ca-validity"`
	StaleGrace  StaleGrace  `yaml:"stale-list-grace"`
	Purposes    []Purpose   `yaml:"purposes"`
	PDFChanges  []PDFChange `yaml:"pdf-changes"`
	Algorithms  Algorithms  `yaml:"algorithms"`

	SignaturePolicies SignaturePolicies `yaml:"signature-policies"`
	Elements          Elements          `yaml:"signature-elements"`
	Certificate       Certificate       `yaml:"signing-certificate"`
	Stamps            Stamps            `yaml:"time-stamps"`
	TrustService      TrustService      `yaml:"trust-service"`

	// SHA256 is the digest of the file that the policy was read from.
	SHA256 [32]byte `yaml:"-"`
	// OptOuts name what the caller switched off besides the file, for the report.
	OptOuts []string `yaml:"-"`

	octets []byte // the file
}

// Octets is the file that the policy was read from.
func (p *Policy) Octets() []byte { return p.octets }

// Revocation is the constraint RevocationCheckingConstraints with freshness.
type Revocation struct {
	Mode   Mode   `yaml:"mode"`
	Source string `yaml:"source"`
	// Exempt names the extensions whose certificates need no revocation data; absent: none is exempt.
	Exempt []Exemption `yaml:"exempt"`
	// MaxAge bounds the age of revocation data by position; a position
	// without a line follows nextUpdate (EN 319 102-1 5.2.5.4 step 1).
	MaxAge []MaxAge `yaml:"max-age"`
	// Sources says which kinds of data must answer, by position; for a position
	// without a line one answer of either kind does (EN 319 102-1 5.2.6.4 step 4).
	Sources []SourceNeed `yaml:"sources"`
	// EmptyList says whether a CRL counts that spells out an empty list of entries.
	EmptyList EmptyList `yaml:"empty-list"`
}

// EmptyList says what a CRL with an empty revokedCertificates is: RFC 5280
// 5.1.2.6 tells issuers to leave the field away then.
type EmptyList struct {
	Answer string `yaml:"answer"` // accept | refuse
	Source string `yaml:"source"`
}

// Exemption is one extension by which an issuer says that it publishes no status.
type Exemption struct {
	Extension string `yaml:"extension"` // ocsp-nocheck | no-rev-avail | short-term
	Source    string `yaml:"source"`
}

// The extensions that a policy can exempt.
const (
	NoCheck    = "ocsp-nocheck" // on a delegated responder
	NoRevAvail = "no-rev-avail"
	ShortTerm  = "short-term"
)

// Exempts tells whether certificates with an extension need no revocation data.
func (p *Policy) Exempts(extension string) bool {
	return slices.ContainsFunc(p.Revocation.Exempt, func(e Exemption) bool { return e.Extension == extension })
}

// MaxAge is one line of RevocationFreshnessConstraints.
type MaxAge struct {
	Position string `yaml:"position"` // signer | ca | tsa | responder
	Hours    int    `yaml:"hours"`
	Source   string `yaml:"source"`
}

// A Need says which kinds of revocation data must answer (TS 119 172-1 (m)2.1).
type Need string

// The needs. A revocation counts whatever the kind that tells it.
const (
	NeedEither Need = "either" // eitherCheck: one of both
	NeedOCSP   Need = "ocsp"   // ocspCheck
	NeedCRL    Need = "crl"    // crlCheck
	// bothCheck: of each kind that the certificate names; nobody can have the
	// other one from its issuer.
	NeedBoth Need = "both"
)

// SourceNeed is one line of RevocationCheckingConstraints.
type SourceNeed struct {
	Position string `yaml:"position"` // signer | ca | tsa | responder
	Need     Need   `yaml:"need"`
	Source   string `yaml:"source"`
}

// Reference says whether a signed attribute must bind the signing certificate.
type Reference struct {
	Need   string `yaml:"need"` // required, by-format (all but the adbe.* forms of PDF) or optional
	Source string `yaml:"source"`
}

// AnchorSigns says what a signing certificate that is itself an anchor means (5.2.6.4 step 1).
type AnchorSigns struct {
	Answer string `yaml:"answer"` // accept | at-once | refuse
	Source string `yaml:"source"`
}

// The answers: taken while it is in force, taken whenever, or not at all.
const (
	AcceptAnchor = "accept"
	AnchorAtOnce = "at-once"
	RefuseAnchor = "refuse"
)

// Model is the validity model: the moment at which the certificates of CAs
// have to be in force (EN 319 102-1 5.2.6.4 step 4 wants it stated).
type Model struct {
	Answer string `yaml:"answer"` // shell | hybrid | chain
	Source string `yaml:"source"`
}

// The validity models.
const (
	Shell  = "shell"  // at the validation time (RFC 5280 6.1.3 (a)(2))
	Hybrid = "hybrid" // at the time that is proven for the signature
	Chain  = "chain"  // at the issue of the certificate below; revoking a CA for another reason than compromise does not reach back
)

// CAExpiry says what becomes of a path with a CA certificate that has run out.
type CAExpiry struct {
	Answer string `yaml:"answer"` // record | reject | ignore
	Source string `yaml:"source"`
}

// The answers: it needs proof of an earlier time, it breaks the path, or it is
// told and nothing follows.
const (
	RecordCA = "record"
	RejectCA = "reject"
	IgnoreCA = "ignore"
)

// StaleGrace widens the use of a trust list past its nextUpdate.
type StaleGrace struct {
	Days   int    `yaml:"days"`
	Source string `yaml:"source"`
}

// A Purpose is the key usage that a certificate needs for one purpose.
type Purpose struct {
	Name string `yaml:"name"` // seal | timestamping
	// KeyUsageAny: one of these bits suffices; a certificate without the
	// extension is not restricted (RFC 5280 4.2.1.3). [any]: not looked at.
	KeyUsageAny []string `yaml:"key-usage-any"`
	// ExtKeyUsage: where the certificate has the extension, one of these is
	// needed. [any]: the extension is not looked at.
	ExtKeyUsage []string `yaml:"extended-key-usage"`
	// ExtKeyUsageNot: a certificate that has the extension and nothing in it
	// but these is refused. [none]: no such certificate is.
	ExtKeyUsageNot []string `yaml:"extended-key-usage-not"`
	Source         string   `yaml:"source"`
}

// The words by which a purpose says that it does not ask for something.
const (
	AnyUsage = "any"  // key-usage-any and extended-key-usage
	NoUsage  = "none" // extended-key-usage-not
)

// strictPurposes are the answers of the policy strict.
var strictPurposes = map[string]Purpose{
	"seal": {KeyUsageAny: []string{"digitalSignature", "nonRepudiation"}, ExtKeyUsage: []string{AnyUsage},
		ExtKeyUsageNot: []string{"id-kp-serverAuth", "id-kp-codeSigning", "id-kp-timeStamping", "id-kp-OCSPSigning"}},
	"timestamping": {KeyUsageAny: []string{"digitalSignature", "nonRepudiation"}, ExtKeyUsage: []string{"id-kp-timeStamping"}, ExtKeyUsageNot: []string{NoUsage}},
}

func (u *Purpose) fill() {
	strict := strictPurposes[u.Name]
	for _, l := range []struct{ got, want *[]string }{{&u.KeyUsageAny, &strict.KeyUsageAny}, {&u.ExtKeyUsage, &strict.ExtKeyUsage}, {&u.ExtKeyUsageNot, &strict.ExtKeyUsageNot}} {
		if len(*l.got) == 0 {
			*l.got = slices.Clone(*l.want)
		}
	}
}

// A PDFChange says what follows from changes of one level after the sealed
// revision where the document itself has no rule (DocMDP, FieldMDP, Lock).
type PDFChange struct {
	Level     string `yaml:"level"`     // long-term-material | later-signature | form-filling | annotations | other
	Permitted string `yaml:"permitted"` // yes | doubtful | no
	Source    string `yaml:"source"`
}

// SyntaxError says where a policy file is wrong.
type SyntaxError struct {
	Line, Column int
	Msg          string
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return "policy: " + e.Msg
	}
	return fmt.Sprintf("policy: line %d, column %d: %s", e.Line, e.Column, e.Msg)
}

// maxFile bounds a policy file; the largest built-in one is below 16 KiB.
const maxFile = 1 << 20

// Parse reads a policy file. Unknown and duplicate keys, unknown words and
// lines without a source are errors.
func Parse(data []byte) (*Policy, error) { return ParseIn(data, nil) }

// ParseIn is Parse; the documents of signature policies are read from base.
// Without base they are not to be had.
func ParseIn(data []byte, base fs.FS) (*Policy, error) {
	if len(data) > maxFile {
		return nil, &SyntaxError{Msg: fmt.Sprintf("file of %d octets, at most %d are read", len(data), maxFile)}
	}
	if _, e := plainyaml.Tokens(data); e != nil {
		return nil, &SyntaxError{Line: e.Line, Column: e.Column, Msg: e.What + "; " + e.Fix}
	}
	p := &Policy{}
	dec := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := dec.Decode(p); err != nil {
		return nil, syntaxError(err)
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := p.Algorithms.load(); err != nil {
		return nil, err
	}
	p.fill()
	p.SignaturePolicies.read(base)
	p.SHA256, p.octets = sha256.Sum256(data), bytes.Clone(data)
	return p, nil
}

func syntaxError(err error) error {
	if ye, ok := err.(yaml.Error); ok {
		if tok := ye.GetToken(); tok != nil && tok.Position != nil {
			return &SyntaxError{Line: tok.Position.Line, Column: tok.Position.Column, Msg: ye.GetMessage()}
		}
	}
	return &SyntaxError{Msg: err.Error()}
}

// fill puts the strict answer where a line is absent.
func (p *Policy) fill() {
	set := func(s *string, strict string) {
		if *s == "" {
			*s = strict
		}
	}
	if p.Revocation.Mode == "" {
		p.Revocation.Mode = Require
	}
	set(&p.Revocation.EmptyList.Answer, "refuse")
	set(&p.Reference.Need, "required")
	set(&p.AnchorSigns.Answer, RefuseAnchor)
	set(&p.Model.Answer, Shell)
	set(&p.CAExpiry.Answer, RejectCA)
	set(&p.Algorithms.Lifetimes, "enforced")
	set(&p.SignaturePolicies.Unknown, Stop)
	set(&p.Elements.Counter.Need, CounterOptional)
	set(&p.Stamps.Order.Answer, OrderEnforce)
	for i := range p.Purposes {
		p.Purposes[i].fill()
	}
}

// WithRevocation is the policy with another mode. A weaker one is an opt-out
// and is named in the report.
func (p *Policy) WithRevocation(m Mode) *Policy {
	q := *p
	q.Revocation.Mode = m
	q.OptOuts = slices.Clone(p.OptOuts)
	if m != Require && m != p.Revocation.Mode {
		q.OptOuts = append(q.OptOuts, "revocation="+string(m))
	}
	return &q
}

// Purpose finds the constraints of one purpose; false means that the policy
// has no line for it, which permits nothing.
func (p *Policy) Purpose(name string) (Purpose, bool) {
	for _, u := range p.Purposes {
		if u.Name == name {
			return u, true
		}
	}
	return Purpose{}, false
}

// PDFChange says whether changes of a level are permitted; absent: no.
func (p *Policy) PDFChange(level string) string {
	for _, c := range p.PDFChanges {
		if c.Level == level {
			return c.Permitted
		}
	}
	return "no"
}

// Need is which kinds of revocation data must answer for a position.
func (p *Policy) Need(position string) Need {
	for _, s := range p.Revocation.Sources {
		if s.Position == position {
			return s.Need
		}
	}
	return NeedEither
}

// MaxAge is the constraint on the age of revocation data for a position, or
// nil where nextUpdate decides.
func (p *Policy) MaxAge(position string) *time.Duration {
	for _, m := range p.Revocation.MaxAge {
		if m.Position == position {
			d := time.Duration(m.Hours) * time.Hour
			return &d
		}
	}
	return nil
}
