package report

import (
	"strings"

	"github.com/kakuin/kakuin/verify"
)

func (p *printer) timestamp(rep *verify.Report, t *verify.Timestamp, depth int) {
	p.head(depth, p.aside(p.w("heading.timestamp", "id", t.ID), p.known("timestamp", t.Kind)))
	p.rowOf(depth+1, "verdict", p.outcome(t.Outcome()))
	if t.SubIndication != "" {
		p.row(depth+1, "meaning", p.known("sub", string(t.SubIndication)))
	}
	p.row(depth+1, "gentime", p.aside(p.time(t.GenTime), accuracy(t.Accuracy)))
	if i := t.Imprint; i != nil {
		match := "label.unchecked"
		if i.Matches != nil {
			match = map[bool]string{true: "label.matches", false: "label.differs"}[*i.Matches]
		}
		p.row(depth+1, "imprint", p.list(i.Algorithm, p.w(match)))
	}
	if t.TSA != nil {
		p.row(depth+1, "tsa", t.TSA.Subject)
	}
	p.row(depth+1, "policy", t.Policy)
	p.row(depth+1, "serial", t.Serial)
	p.service(t.TrustService, depth+1)
	p.path(rep, t.Path, depth+1)
}

func accuracy(a string) string {
	if a == "" {
		return ""
	}
	return "±" + a
}

func (p *printer) record(rep *verify.Report, r *verify.EvidenceRecord) {
	p.head(0, p.aside(p.w("heading.record", "id", r.ID), r.Format))
	p.judged(r.Outcome())
	p.row(1, "covers", p.list(r.Covers...))
	p.row(1, "notcovered", p.list(r.NotCovered...))
	for i := range r.Timestamps {
		p.timestamp(rep, &r.Timestamps[i], 1)
	}
}

// evidence lists every piece that was used and where it came from.
func (p *printer) evidence(rep *verify.Report) {
	if len(rep.Evidence) == 0 {
		return
	}
	p.head(0, p.w("heading.evidence"))
	for _, e := range rep.Evidence {
		issued := first(p.time(e.ProducedAt), p.time(e.ThisUpdate))
		proven := ""
		if e.ProvenBy != "" {
			proven = p.w("label.provenby", "by", e.ProvenBy)
		}
		fetched := ""
		if !e.FetchedAt.IsZero() {
			fetched = p.w("label.fetchedat", "at", p.time(e.FetchedAt))
		}
		p.line(1, e.ID+" "+p.list(p.known("evidence", e.Type), p.known("origin", e.Origin), issued, e.URL, fetched, proven))
		p.row(2, "fingerprint", e.SHA256)
	}
}

// reasoning writes the steps of the judgement and the paths that did not hold.
func (p *printer) reasoning(rep *verify.Report) {
	for _, part := range parts(rep) {
		p.steps(part.id, part.steps)
		p.rejected(rep, part)
	}
}

func (p *printer) rejected(rep *verify.Report, part part) {
	if len(part.rejected) == 0 {
		return
	}
	p.head(0, p.aside(p.w("heading.rejected"), part.id))
	for _, r := range part.rejected {
		names := make([]string, len(r.Path))
		for i, sha := range r.Path {
			names[i] = first(rep.Certificates[sha].Subject, sha)
		}
		p.line(1, strings.Join(names, " <- "))
		why := ""
		if r.Text != nil {
			why = p.in(*r.Text)
		}
		p.line(2, p.aside(why, p.list(string(r.Code), r.Clause)))
	}
}
