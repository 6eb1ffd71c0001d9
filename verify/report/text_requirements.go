package report

import (
	"strconv"

	"github.com/kakuin/kakuin/verify"
)

// requirements says which level the structure reaches and what stops the next
// one; --explain adds what is only advised.
func (p *printer) requirements(r *verify.FormatRequirements) {
	if r == nil {
		return
	}
	reached := ""
	if r.Level != "" {
		reached = p.w("label.levelreached", "level", r.Level)
	}
	p.row(1, "requirements", p.aside(r.Rules, reached))
	if r.Next != "" {
		p.line(2, p.w("label.levelstopped", "level", r.Next))
	}
	missing := map[string]bool{}
	for _, id := range r.Missing {
		missing[id] = true
	}
	for _, q := range r.Requirements {
		told := missing[q.ID] || p.o.explain && q.Advised
		if told && q.Status != verify.RequirementMet {
			p.line(3, p.aside(p.in(q.Text), p.list(p.known("requirementstatus", q.Status), q.Detail, q.ID)))
		}
	}
	if a := r.Archival; a != nil {
		p.row(1, "archival", p.w("label.archivalcount", "crls", strconv.Itoa(a.CRLs), "ocsps", strconv.Itoa(a.OCSPs), "other", strconv.Itoa(a.Other)))
	}
}

// drawn says where a visible seal stands and what it shows and claims. A seal
// may draw anything: whose it is says the certificate.
func (p *printer) drawn(f *verify.Field) {
	if len(f.Rect) == 4 {
		at := make([]string, 4)
		for i, x := range f.Rect {
			at[i] = strconv.FormatFloat(x, 'f', -1, 64)
		}
		p.row(1, "rect", p.w("label.corners", "left", at[0], "bottom", at[1], "right", at[2], "top", at[3]))
	}
	p.row(1, "shows", f.Shows)
	p.row(1, "claimedname", f.ClaimedName)
	p.row(1, "reason", f.Reason)
	p.row(1, "location", f.Location)
	p.row(1, "contact", f.Contact)
	if f.Masked {
		p.line(1, "("+p.w("label.masked")+")")
	}
}
