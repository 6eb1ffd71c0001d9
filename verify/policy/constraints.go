package policy

import (
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
)

// SignaturePolicies says what follows from the signature policy that a
// signature names (EN 319 102-1 5.2.4.4).
type SignaturePolicies struct {
	// Unknown: a signature that names a policy without a line is judged by this
	// file (default), or not at all (stop). Absent: stop.
	Unknown  string           `yaml:"unknown"`
	Required bool             `yaml:"required"` // a signature must name one
	Source   string           `yaml:"source"`
	Known    []KnownSignature `yaml:"known"`
}

// What happens to a signature policy without a line.
const (
	ByDefault = "default"
	Stop      = "stop"
)

// A KnownSignature is one signature policy that is accepted. With File or
// SHA256 the digest in the signature must be that of the policy's document.
type KnownSignature struct {
	ID     string `yaml:"id"`
	File   string `yaml:"file"`   // the document, beside the policy file
	SHA256 string `yaml:"sha256"` // of the document
	Source string `yaml:"source"`

	// Document is what File holds; Err why it cannot be had.
	Document []byte `yaml:"-"`
	Err      error  `yaml:"-"`
}

// maxDocument bounds the document of a signature policy; those published have
// some 100 KiB.
const maxDocument = 16 << 20

// read gets the documents; one that cannot be had is told when it is needed.
func (s *SignaturePolicies) read(base fs.FS) {
	for i := range s.Known {
		k := &s.Known[i]
		if k.File == "" {
			continue
		}
		k.Document, k.Err = readDocument(base, k.File)
	}
}

func readDocument(base fs.FS, name string) ([]byte, error) {
	if base == nil {
		return nil, fs.ErrNotExist
	}
	f, err := base.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxDocument+1))
	if err == nil && len(data) > maxDocument {
		return nil, fs.ErrInvalid
	}
	return data, err
}

// SignaturePolicy finds the line of a signature policy.
func (p *Policy) SignaturePolicy(id ber.OID) (KnownSignature, bool) {
	for _, k := range p.SignaturePolicies.Known {
		if k.ID == string(id) {
			return k, true
		}
	}
	return KnownSignature{}, false
}

// Elements are the signature elements constraints (5.1.4.4, 5.2.8.4.2). What
// has no line is not constrained, as the standard has it: the value is told.
type Elements struct {
	Formats         Accepted        `yaml:"formats"` // PAdES, CAdES, PKCS7-PDF, CMS …
	Level           Level           `yaml:"least-level"`
	Attributes      Attributes      `yaml:"signed-attributes"`
	ClaimedTime     ClaimedTime     `yaml:"claimed-time"`
	ContentType     Accepted        `yaml:"content-type"`     // object identifiers, or their names
	CommitmentTypes Accepted        `yaml:"commitment-types"` // one must be there, and no other
	Location        Location        `yaml:"signer-location"`
	Roles           Demand          `yaml:"signer-attributes"`
	ContentStamp    Demand          `yaml:"content-time-stamp"`
	SignatureStamp  Demand          `yaml:"signature-time-stamp"`
	WholePath       Demand          `yaml:"references-for-whole-path"`
	Counter         CounterSignRule `yaml:"counter-signature"`
}

// Accepted is a list of what is accepted; empty means that it is not constrained.
type Accepted struct {
	Accept []string `yaml:"accept"`
	Source string   `yaml:"source"`
}

// A Demand asks for one element.
type Demand struct {
	Required bool   `yaml:"required"`
	Source   string `yaml:"source"`
}

// Level is the lowest baseline level that is accepted (annex C).
type Level struct {
	Level  string `yaml:"level"` // B-B | B-T | B-LT | B-LTA
	Source string `yaml:"source"`
}

// BaselineLevels are the words of Level, the lowest first.
var BaselineLevels = []string{"B-B", "B-T", "B-LT", "B-LTA"}

// Attributes are signed attributes by name or object identifier.
type Attributes struct {
	Mandated  []string `yaml:"mandated"`
	Forbidden []string `yaml:"forbidden"`
	Source    string   `yaml:"source"`
}

// ClaimedTime constrains the claimed signing time (5.2.8.4.2.2).
type ClaimedTime struct {
	Required bool `yaml:"required"`
	// InCertificate: within the validity of the signing certificate.
	InCertificate bool   `yaml:"in-certificate"`
	NotBefore     string `yaml:"not-before"` // first and last day
	NotAfter      string `yaml:"not-after"`
	Source        string `yaml:"source"`
}

// Window is the time in which the claimed time has to be; zero ends are open.
func (c *ClaimedTime) Window() (from, before time.Time) {
	if c.NotBefore != "" {
		from, _ = time.Parse(time.DateOnly, c.NotBefore) // checked by Parse
	}
	before, _ = until(c.NotAfter)
	return from, before
}

// Location constrains the signer's location (5.2.8.4.2.4).
type Location struct {
	Required  bool     `yaml:"required"`
	Countries []string `yaml:"countries"`
	Source    string   `yaml:"source"`
}

// CounterSignRule constrains counter-signatures (5.2.8.4.2.6).
type CounterSignRule struct {
	Need   string `yaml:"need"`
	Source string `yaml:"source"`
}

// What counter-signatures are needed.
const (
	CounterOptional = "optional" // one that fails is told and fails nothing
	CounterValid    = "valid"    // those that are there must hold
	CounterRequired = "required" // one must be there, and all must hold
)

// Certificate constrains the signing certificate beside the path (5.2.6.4
// step 5): extensions and QC statements by name or object identifier.
type Certificate struct {
	Mandated     []string `yaml:"mandated-extensions"`
	Forbidden    []string `yaml:"forbidden-extensions"`
	QCStatements []string `yaml:"qc-statements"`
	Source       string   `yaml:"source"`
}

// Stamps constrains time-stamps and evidence records.
type Stamps struct {
	Delay    Delay     `yaml:"delay"`
	Mandated []Mandate `yaml:"mandated-valid"`
	Order    Order     `yaml:"order"`
}

// Delay is the longest time between the claimed and the proven one.
type Delay struct {
	Hours  *int   `yaml:"hours"`
	Source string `yaml:"source"`
}

// A Mandate says that of one kind every one must hold.
type Mandate struct {
	Kind   string `yaml:"kind"`
	Source string `yaml:"source"`
}

// The kinds of Mandate.
const (
	MandateSignature = "signature"       // signature time-stamps (5.5.4 step 3b)
	MandateArchive   = "archive"         // archive and document time-stamps (5.6.3.4 steps 3 and 5d)
	MandateRecord    = "evidence-record" // 5.6.3.4 step 1
)

// Order says what a broken order of time-stamps means (5.5.4 step 4e).
type Order struct {
	Answer string `yaml:"answer"`
	Source string `yaml:"source"`
}

// The answers of Order.
const (
	OrderEnforce = "enforce"
	OrderReport  = "report"
)

// TrustService constrains the service that the trust list names for the signer.
type TrustService struct {
	Assurance string `yaml:"assurance"` // level that the list must give at the proven time
	Source    string `yaml:"source"`
}

// TimestampDelay is the longest time that may lie between the claimed signing
// time and the best-signature-time (5.5.4 step 5, 5.6.3.4 step 8); false: the
// policy does not constrain it. Without a claimed time the constraint is not met.
func (p *Policy) TimestampDelay() (time.Duration, bool) {
	if p.Stamps.Delay.Hours == nil {
		return 0, false
	}
	return time.Duration(*p.Stamps.Delay.Hours) * time.Hour, true
}

// Mandates tells whether each time-stamp or evidence record of a kind must
// hold: where one does not, its result is the signature's (5.5.4 step 3b,
// 5.6.3.4 steps 1, 3 and 5d). Otherwise one that fails is dropped and told.
func (p *Policy) Mandates(kind string) bool {
	return slices.ContainsFunc(p.Stamps.Mandated, func(m Mandate) bool { return m.Kind == kind })
}

// EnforcesOrder tells whether a broken order of time-stamps is
// TIMESTAMP_ORDER_FAILURE (5.5.4 step 4e); otherwise it is only told.
func (p *Policy) EnforcesOrder() bool { return p.Stamps.Order.Answer != OrderReport }

// Named tells whether a list of names and object identifiers has one.
func Named(list []string, id ber.OID) bool {
	return slices.ContainsFunc(list, func(n string) bool { return oidOf(n) == id })
}

// oidOf is the object identifier of a name, or of itself.
func oidOf(name string) ber.OID {
	if id, known := ber.ByName(name); known {
		return id
	}
	return ber.OID(name)
}
