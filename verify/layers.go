package verify

import (
	"slices"

	"github.com/kakuin/kakuin/verify/verdict"
)

// A Basis is what the court positively knows about one question. Its zero value
// means that nothing was shown: the answer is then unconfirmed, never confirmed
// and never left out. Whatever is outside of what was built says NotAssessed.
type Basis struct {
	Status   verdict.QuestionStatus
	Evidence []string          // ids in the report: S1, T1, E2, F3
	Params   map[string]string // values for the words of the answer
}

// Facts is the positive evidence for each question about one signature. The
// mapping table can only lower what stands here.
type Facts struct {
	Issuer        Basis // a certification path ends at an anchor; params: anchor
	Authority     Basis // a list that is in force vouches; params: list, service
	NotRevoked    Basis // good for the whole path at the proven time
	Assurance     Basis // service identified, granted and accredited then; params: level
	Registry      Basis
	SealedBy      Basis // the value fits the key, and the certificate is bound by a signed attribute
	AsIssued      Basis // no change after sealing, or only permitted ones; rests on Intact and Covered besides
	Appearance    Basis
	Intact        Basis // every digest of signed data and the signature value agree
	Covered       Basis // all that should be covered is; params: extent
	When          Basis // proven by a time-stamp; params: time
	Algorithms    Basis // all strong enough at their proven times
	Portable      Basis // all evidence in the document; params: missing
	ProvableUntil Basis // params: until
	NextAction    Basis // params: action, until
}

func (f *Facts) basis(id verdict.QuestionID) Basis {
	switch id {
	case verdict.Issuer:
		return f.Issuer
	case verdict.Authority:
		return f.Authority
	case verdict.NotRevoked:
		return f.NotRevoked
	case verdict.Assurance:
		return f.Assurance
	case verdict.Registry:
		return f.Registry
	case verdict.SealedBy:
		return f.SealedBy
	case verdict.AsIssued:
		return f.AsIssued
	case verdict.Appearance:
		return f.Appearance
	case verdict.Intact:
		return f.Intact
	case verdict.Covered:
		return f.Covered
	case verdict.When:
		return f.When
	case verdict.Algorithms:
		return f.Algorithms
	case verdict.Portable:
		return f.Portable
	case verdict.ProvableUntil:
		return f.ProvableUntil
	case verdict.NextAction:
		return f.NextAction
	}
	return Basis{}
}

// Subject is what layers are asked about: a signature, or a time-stamp or
// evidence record that stands by itself.
type Subject struct {
	ID       string // S1, T1, R1
	Kind     string // kind of the signer, KindSeal …
	Outcome  verdict.Outcome
	Findings []Finding // about the subject, its path and its time-stamps
	Changes  *Changes  // PDF
}

// SubjectOf makes a subject of a signature in the report.
func SubjectOf(s *Signature) Subject {
	return Subject{ID: s.ID, Kind: s.Kind, Outcome: s.Outcome(), Findings: s.Findings, Changes: s.Changes}
}

// AskLayers answers the questions of the layered trust report: what the facts
// say, lowered by what the outcome, the findings and the changes say against it.
func AskLayers(s Subject, facts Facts) *Layers {
	answers := map[verdict.QuestionID]Basis{}
	for _, id := range verdict.Questions() {
		answers[id] = given(facts.basis(id))
	}
	lowerBySub(answers, s)
	lowerByFindings(answers, s)
	lowerByChanges(answers, s)
	lowerByRests(answers)
	return assemble(answers, s.Kind)
}

// given turns what is not said, or not said in a known word, into unconfirmed,
// and names each piece of evidence once.
func given(b Basis) Basis {
	if !b.Status.Known() {
		b.Status = verdict.Unconfirmed
	}
	var once []string
	for _, e := range b.Evidence {
		if e != "" && !slices.Contains(once, e) {
			once = append(once, e)
		}
	}
	b.Evidence = once
	return b
}

// lower makes an answer worse, never better, and notes what speaks against it.
func lower(answers map[verdict.QuestionID]Basis, id verdict.QuestionID, to verdict.QuestionStatus, by string) {
	b := answers[id]
	b.Status = verdict.WorstStatus(b.Status, to)
	if by != "" && !slices.Contains(b.Evidence, by) {
		b.Evidence = append(b.Evidence, by)
	}
	answers[id] = b
}

// lowerBySub takes the rows of the sub-indication. What does not pass now has
// nothing that could last, whatever the reason.
func lowerBySub(answers map[verdict.QuestionID]Basis, s Subject) {
	if !s.Outcome.IsPassed() {
		for _, row := range notPassed {
			lower(answers, row.id, row.to, "")
		}
	}
	for _, row := range bySubIndication[s.Outcome.SubIndication] {
		lower(answers, row.id, row.to, s.ID)
	}
}

// lowerByFindings takes each finding's row. A finding that is not an error did
// not decide: it can make an answer unconfirmed where the table says so, but
// never refute one.
func lowerByFindings(answers map[verdict.QuestionID]Basis, s Subject) {
	for _, f := range s.Findings {
		for _, row := range byCode[f.Code] {
			if f.Severity == verdict.Error || row.always {
				lower(answers, row.id, row.to, f.ID)
			}
		}
	}
}

// lowerByChanges: what was changed after sealing is not as issued, and it is a
// part of the document that the signature does not cover. Otherwise data
// integrity would stand confirmed over a page that was never sealed.
func lowerByChanges(answers map[verdict.QuestionID]Basis, s Subject) {
	c := s.Changes
	switch {
	case c == nil:
	case c.Permitted == PermittedNo:
		lower(answers, verdict.AsIssued, verdict.Refuted, s.ID)
		lower(answers, verdict.Covered, verdict.Refuted, s.ID)
	case c.Permitted != PermittedYes || c.Level == ChangeNotAnalysed:
		lower(answers, verdict.AsIssued, verdict.Unconfirmed, s.ID)
		lower(answers, verdict.Covered, verdict.Unconfirmed, s.ID)
	}
}

// lowerByRests lowers answers that rest on others.
func lowerByRests(answers map[verdict.QuestionID]Basis) {
	for _, r := range rests {
		for _, on := range r.on {
			if st := answers[on].Status; st == verdict.Refuted || st == verdict.Unconfirmed {
				lower(answers, r.id, st, "")
			}
		}
	}
}
