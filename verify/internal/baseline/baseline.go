// Package baseline holds what a signature in a PDF must consist of to be what
// it calls itself: the levels of EN 319 142-1 V1.2.1 clause 6.3 for PAdES, ISO
// 32000-2 12.8.3 for the older adbe.* forms. It is about structure alone:
// which parts are there, not whether they prove anything.
package baseline

import (
	"slices"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
)

// A Status says whether a requirement is met. Its zero value is no answer.
type Status string

// The answers.
const (
	Met          Status = "met"
	NotMet       Status = "not-met"
	NotCheckable Status = "not-checkable"
)

// A Requirement is one line of the rules, with the answer for one signature.
type Requirement struct {
	ID      string // stable: the clause and a short name
	Clause  string
	Level   string // the level that first asks for it; empty where the rules have no levels
	Advised bool   // "should": it stops no level
	Status  Status
	Detail  string // what is missing or in the way, in the terms of the standards
}

// A Result is the answer of one rule book.
type Result struct {
	Rules        string
	Level        string // the highest level of which every requirement is met; empty where the rules have no levels
	Next         string // the level above, empty at the top
	Missing      []string
	Requirements []Requirement
}

// Broken lists the mandatory requirements of a level that are not met.
func (r *Result) Broken(level string) []Requirement {
	return slices.DeleteFunc(slices.Clone(r.Requirements), func(q Requirement) bool {
		return q.Level != level || q.Advised || q.Status != NotMet
	})
}

// A Book is what the document of all signatures carries, gathered once.
type Book struct {
	document *eseal.Document
	evidence *evidence.Set
	purse    *purse.Purse
	subjects map[string][]*cert.Certificate // that travel in the document, by cert.NameKey
	held     *holding
}

// Open gathers. The purse is for measuring alone: what it does not suffice for
// is not checkable.
func Open(doc *eseal.Document, ev *evidence.Set, p *purse.Purse) *Book {
	b := &Book{document: doc, evidence: ev, purse: p, subjects: map[string][]*cert.Certificate{}}
	for _, it := range ev.Items() {
		if it.Certificate != nil && it.Origin == evidence.Document {
			name := it.Certificate.SubjectKey()
			b.subjects[name] = append(b.subjects[name], it.Certificate)
		}
	}
	b.held = b.stored()
	return b
}

// An input is what is known about one signature.
type input struct {
	*Book
	signature *eseal.Signature
	signer    *cert.Certificate // nil when it was not found
	paths     []Path
}

// A Path is a certification path from the end entity to the anchor; only the
// end entity where no path was found.
type Path struct {
	Certificates []*cert.Certificate
	Anchored     bool // the last one is the anchor
}

// The rule books.
const (
	rulesPAdES  = "EN 319 142-1 V1.2.1 6.3"
	rulesLegacy = "ISO 32000-2 12.8.3"
)

// Check measures a signature against the rules of the form that it claims by
// its SubFilter; nil for forms without rules here. The paths are those of the
// signer and of the time-stamp units that give the signature its time.
func (b *Book) Check(s *eseal.Signature, signer *cert.Certificate, paths ...Path) *Result {
	in := &input{b, s, signer, paths}
	f := s.Field
	if f == nil || b.document.PDF == nil {
		return nil
	}
	switch f.SubFilter {
	case "ETSI.CAdES.detached":
		return in.pades()
	case "adbe.pkcs7.detached", "adbe.pkcs7.sha1":
		return in.legacy(pkcs7Rules)
	case "adbe.x509.rsa_sha1":
		return in.legacy(rawRules)
	}
	return nil
}

// A rule is one line of a table. A check answers with what is in the way,
// empty when nothing is.
type rule struct {
	id, clause, level string
	advised           bool
	check             func(*input) (Status, string)
}

func (in *input) run(rules []rule) []Requirement {
	out := make([]Requirement, len(rules))
	for i, r := range rules {
		status, detail := r.check(in)
		if status == NotMet && in.purse.Left(purse.Objects) == 0 {
			status, detail = NotCheckable, "limit"
		}
		out[i] = Requirement{ID: r.id, Clause: r.clause, Level: r.level, Advised: r.advised, Status: status, Detail: detail}
	}
	return out
}

// pades climbs the levels and stops below the first one that lacks something.
func (in *input) pades() *Result {
	out := &Result{Rules: rulesPAdES, Level: eseal.LevelNone, Requirements: in.run(padesRules)}
	for _, level := range []string{eseal.LevelB, eseal.LevelT, eseal.LevelLT, eseal.LevelLTA} {
		for _, r := range out.Requirements {
			if r.Level == level && !r.Advised && r.Status != Met {
				out.Missing = append(out.Missing, r.ID)
			}
		}
		if out.Missing != nil {
			out.Next = level
			break
		}
		out.Level = level
	}
	return out
}

// legacy are rules without levels: what is not met is missing.
func (in *input) legacy(rules []rule) *Result {
	out := &Result{Rules: rulesLegacy, Requirements: in.run(rules)}
	for _, r := range out.Requirements {
		if !r.Advised && r.Status != Met {
			out.Missing = append(out.Missing, r.ID)
		}
	}
	return out
}

func answer(ok bool, detail string) (Status, string) {
	if ok {
		return Met, ""
	}
	return NotMet, detail
}
