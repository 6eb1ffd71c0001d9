package verifytest

import "slices"

// Deviation is one thing wrong (or merely unusual) with an object that is right in all else.
type Deviation struct {
	Name string // stable, kebab-case, begins with its kind: "cms-content-changed"
	Kind string // cms, cert, crl, ocsp, token, pdf
	What string // what was done, one sentence
	Want Want   // what the judgement of the specimen should be
}

// Want is the consequence expected under strict rules at the world's time, with the evidence that the specimen
// carries and the world's trust list.
type Want struct {
	Verdict       string   // TOTAL-PASSED, TOTAL-FAILED, INDETERMINATE, NOT-SIGNED, UNREADABLE
	SubIndication string   // EN 319 102-1 word; empty when passed
	Note          string   // clause, or why
	Also          []string // answers that are right as well: "INDETERMINATE/TRY_LATER", "UNREADABLE"
}

func passed(note string) Want       { return Want{Verdict: "TOTAL-PASSED", Note: note} }
func failed(sub, note string) Want  { return Want{"TOTAL-FAILED", sub, note, nil} }
func unclear(sub, note string) Want { return Want{"INDETERMINATE", sub, note, nil} }

// or names another answer that is right as well.
func (w Want) or(also string) Want {
	w.Also = append(slices.Clip(w.Also), also)
	return w
}

// String is the answer wanted: the verdict, and the sub-indication behind a slash.
func (w Want) String() string {
	if w.SubIndication == "" {
		return w.Verdict
	}
	return w.Verdict + "/" + w.SubIndication
}

// Allows tells whether an answer, spelled like String, is the one wanted or as right.
func (w Want) Allows(answer string) bool {
	return answer == w.String() || slices.Contains(w.Also, answer)
}

// A CertMutator deviates in a certificate.
type CertMutator struct {
	Deviation
	Apply func(*CertDraft)
}

// A CMSMutator deviates in a CMS signature; nil steps are skipped.
type CMSMutator struct {
	Deviation
	Template  func(*CMSTemplate)      // before anything is made
	Signing   func(*SignerDraft)      // attributes stand, not yet signed
	Signed    func(*SignerDraft)      // signature stands
	Assembled func(*SignedData)       // all parts stand
	Encoded   func(der []byte) []byte // last: the bytes
}

// A TokenMutator deviates in a time-stamp token; nil steps are skipped.
type TokenMutator struct {
	Deviation
	Template func(*TokenTemplate)
	CMS      CMSMutator // how the signature over TSTInfo deviates
}

// A PDFMutator deviates in a sealed PDF file; nil steps are skipped.
type PDFMutator struct {
	Deviation
	Template func(*PDFTemplate)
	Options  func(*SignOptions) // of the seal
	Sealed   func(*PDF)         // what came after the seal and its evidence
}

// find picks a deviation by name out of one of the tables.
func find[T any](table []T, name string, of func(T) Deviation) T {
	i := slices.IndexFunc(table, func(t T) bool { return of(t).Name == name })
	if i < 0 {
		panic("verifytest: no deviation " + name)
	}
	return table[i]
}

// A CRLMutator deviates in a CRL.
type CRLMutator struct {
	Deviation
	Apply func(*CRLDraft)
}

// An OCSPMutator deviates in an OCSP response.
type OCSPMutator struct {
	Deviation
	Apply func(*OCSPDraft)
}
