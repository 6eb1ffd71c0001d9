package verifytest

import "slices"

// An Attack is a sealed PDF file as a forger leaves it, beside its benign twin. Seal, certificates, time-stamp and
// evidence are real and trusted, so that nothing but the attack can keep the document from passing. The families are
// those that the Ruhr University Bochum published from 2019 to 2021 (pdf-insecurity.org).
type Attack struct {
	Name   string // stable, kebab-case, begins with its family
	Family string
	What   string   // what was done, one sentence
	Want   Want     // the answer; others that are right as well stand in Also
	Named  []string // each of these finding codes or kinds of change must be told
	forged func(*World) *PDF
	honest func(*World) *PDF
}

// The families of attacks.
const (
	UniversalForgery  = "usf"    // a signature that cannot be checked is taken for a good one (2019)
	IncrementalSaving = "isa"    // an update that a reader does not see as one (2019)
	Wrapping          = "swa"    // the signed octets are moved, others stand in their place (2019)
	Shadow            = "shadow" // what was prepared before sealing is revealed after it (2020)
	EvilAnnotation    = "eaa"    // permitted annotations of a certified document that change what is read (2021)
	SneakySignature   = "ssa"    // permitted signature fields of a certified document that do so (2021)
	Ambiguous         = "file"   // two readings of one file
	Prepared          = "ready"  // content in the sealed revision that waits to be revealed: a warning, and no failure
)

// Attacks are all attacks, in a fixed order.
func Attacks() []Attack {
	return slices.Concat(universalForgeries, incrementalSavings, wrappings, shadows, forms, evilAnnotations, sneakySignatures, ambiguous, preparations)
}

// Make makes the forged file and its twin, each in a fresh world.
func (a Attack) Make() (forged, twin []byte) {
	return a.forged(New()).Bytes(), a.honest(New()).Bytes()
}

// What an attack is answered with, when nothing else is said.
var (
	refused  = failed("FORMAT_FAILURE", "what is shown is not what was sealed")
	doubtful = unclear("CUSTOM", "DESIGN 3: not forged, but what is seen is not all sealed")
)

// sealedBy is a sealed file that carries its evidence: the evidence came first, so that the seal covers all.
func (w *World) sealedBy(o SignOptions) *PDF { return w.prepared(PDFTemplate{}, o) }

func (w *World) prepared(t PDFTemplate, o SignOptions) *PDF {
	return w.PDF(t).AddEvidence(w.Seal, w.Office).Sign(o)
}

// untouched is the twin of an attack on a file that needs no later revision.
func untouched(w *World) *PDF { return w.sealedBy(SignOptions{}) }

// countersigned is the twin of attacks by updates: the post signs later.
func (p *PDF) countersigned(o SignOptions) *PDF {
	o.Cert, o.Time = p.w.Office, p.w.FinalTime
	return p.Sign(o)
}
