package verify

import (
	"fmt"

	"github.com/kakuin/kakuin/verify/verdict"
)

// Contradictions lists what in a report breaks the report's own contract: pairs
// of words that the standard does not know, ids that stand twice or lead
// nowhere, a verdict that does not follow from its parts, layers that say
// otherwise than the indication. It is empty for every report that this program
// makes; who receives reports from others can ask it too.
func (r *Report) Contradictions() []string {
	c := checker{rep: r, ids: map[string]bool{}}
	if r.Schema != Schema {
		c.add("schema is %q", r.Schema)
	}
	c.collectIDs()
	c.signatures(r.Signatures)
	c.timestamps(r.Timestamps)
	for i := range r.EvidenceRecords {
		e := &r.EvidenceRecords[i]
		c.block(e.ID, e.Outcome())
		c.findings(e.ID, e.Findings)
		c.timestamps(e.Timestamps)
	}
	c.findings("document", r.Findings)
	for _, e := range r.Evidence {
		c.refers(e.ID, "provenBy", e.ProvenBy)
	}
	c.questions("document", r.Layers)
	c.forecast()
	c.verdict()
	return c.out
}

type checker struct {
	rep   *Report
	ids   map[string]bool
	out   []string
	error bool // an error finding with a remedy was seen
}

func (c *checker) add(format string, args ...any) {
	c.out = append(c.out, fmt.Sprintf(format, args...))
}

func (c *checker) id(id string, letter byte) {
	switch {
	case id == "" || id[0] != letter:
		c.add("id %q does not begin with %c", id, letter)
	case c.ids[id]:
		c.add("id %s stands twice", id)
	}
	c.ids[id] = true
}

// collectIDs reads every id before any reference is looked at.
func (c *checker) collectIDs() {
	r := c.rep
	for sha := range r.Certificates {
		c.ids[sha] = true
	}
	for _, e := range r.Evidence {
		c.id(e.ID, 'E')
	}
	c.idsOfSignatures(r.Signatures)
	c.idsOfTimestamps(r.Timestamps)
	for _, e := range r.EvidenceRecords {
		c.id(e.ID, 'R')
		c.idsOfFindings(e.Findings)
		c.idsOfTimestamps(e.Timestamps)
	}
	c.idsOfFindings(r.Findings)
}

func (c *checker) idsOfSignatures(all []Signature) {
	for _, s := range all {
		c.id(s.ID, 'S')
		c.idsOfFindings(s.Findings)
		c.idsOfTimestamps(s.Timestamps)
		c.idsOfSignatures(s.CounterSignatures)
	}
}

func (c *checker) idsOfTimestamps(all []Timestamp) {
	for _, t := range all {
		c.id(t.ID, 'T')
		c.idsOfFindings(t.Findings)
	}
}

func (c *checker) idsOfFindings(all []Finding) {
	for _, f := range all {
		c.id(f.ID, 'F')
	}
}

func (c *checker) refers(from, what, to string) {
	if to != "" && !c.ids[to] {
		c.add("%s: %s %q is nowhere in the report", from, what, to)
	}
}

func (c *checker) signatures(all []Signature) {
	for i := range all {
		s := &all[i]
		if o := s.Outcome(); !o.Legal() || o.Total() != o {
			c.add("%s: %s is no outcome of a signature", s.ID, o)
		}
		if s.Signer != nil {
			c.refers(s.ID, "signer", s.Signer.Certificate)
		}
		if b := s.BestSignatureTime; b != nil && b.Source != SourceValidationTime {
			c.refers(s.ID, "source of the best-signature-time", b.Source)
		}
		c.path(s.ID, s.Path)
		c.findings(s.ID, s.Findings)
		c.timestamps(s.Timestamps)
		c.signatures(s.CounterSignatures)
		c.questions(s.ID, s.Layers)
		c.layers(s)
	}
}

func (c *checker) timestamps(all []Timestamp) {
	for i := range all {
		t := &all[i]
		c.block(t.ID, t.Outcome())
		if t.TSA != nil {
			c.refers(t.ID, "tsa", t.TSA.Certificate)
		}
		c.path(t.ID, t.Path)
		c.findings(t.ID, t.Findings)
	}
}

func (c *checker) block(id string, o verdict.Outcome) {
	if !o.Legal() || o.Block() != o {
		c.add("%s: %s is no outcome of a time-stamp or evidence record", id, o)
	}
}

func (c *checker) path(id string, path []PathEntry) {
	for i, p := range path {
		c.refers(id, "path", p.Certificate)
		if p.Revocation != nil {
			c.refers(id, "revocation evidence", p.Revocation.Evidence)
		}
		if p.Anchor && i != len(path)-1 {
			c.add("%s: the path goes on beyond its anchor", id)
		}
	}
}

func (c *checker) findings(id string, all []Finding) {
	for _, f := range all {
		if !f.Severity.Known() {
			c.add("%s: %s has the severity %q", id, f.ID, f.Severity)
		}
		if f.Text.JA == "" || f.Text.EN == "" {
			c.add("%s: %s has no words", id, f.ID)
		}
		c.refers(f.ID, "object", f.Object)
		if f.Severity == verdict.Error && f.Remedy != nil {
			c.error = true
		}
	}
}

func (c *checker) questions(id string, l *Layers) {
	if l == nil {
		return
	}
	for _, q := range verdict.Questions() {
		a := l.Find(q)
		if a == nil {
			c.add("%s: the question %s is not asked", id, q)
			continue
		}
		if !a.Status.Known() {
			c.add("%s: the question %s is not answered", id, q)
		}
		for _, e := range a.Evidence {
			c.refers(id, string(q)+" evidence", e)
		}
	}
}

// forecast: only a document that passes has an end to tell, and nobody can say
// what to do about an event that is not in the report.
func (c *checker) forecast() {
	f := c.rep.Forecast
	if f == nil {
		return
	}
	if ends := f.State == ForecastEnds; ends == f.VerifiableUntil.IsZero() || f.State != ForecastNotNow && !c.rep.Passed() {
		c.add("the forecast is %q until %s, the verdict %s", f.State, f.VerifiableUntil, c.rep.Verdict)
	}
	for _, e := range f.Events {
		c.refers("forecast", e.What, e.Object)
		for _, id := range e.Affects {
			c.refers("forecast", e.What, id)
		}
	}
}
