package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

func (p *printer) signature(rep *verify.Report, s *verify.Signature, heading string) {
	p.head(0, p.w(heading, "id", s.ID))
	p.judged(s.Outcome())
	p.row(1, "format", p.list(s.Format, s.Level))
	p.row(1, "kind", p.aside(p.known("kind", s.Kind), p.known("basis", s.KindBasis)))
	p.signer(s.Signer)
	p.row(1, "algorithms", p.list(s.SignatureAlgorithm, s.DigestAlgorithm))
	p.row(1, "claimed", p.time(s.ClaimedSigningTime))
	if b := s.BestSignatureTime; b != nil {
		label := "proven"
		if b.Source == verify.SourceValidationTime {
			label = "judged"
		}
		p.row(1, label, p.aside(p.time(b.Time), p.known("value", b.Source)))
	}
	p.field(s.Field)
	p.content(s.Content)
	p.coverage(s.Coverage)
	p.changes(s.Changes)
	if r := s.SealedRevision; r != nil {
		o := verdict.Outcome{Indication: r.Indication, SubIndication: r.SubIndication}
		p.line(1, p.w("line.sealed-revision", "revision", strconv.Itoa(r.Revision), "verdict", o.String()))
	}
	p.requirements(s.FormatRequirements)
	p.service(s.TrustService, 1)
	p.path(rep, s.Path, 1)
	for i := range s.Timestamps {
		p.timestamp(rep, &s.Timestamps[i], 1)
	}
	for i := range s.CounterSignatures {
		p.signature(rep, &s.CounterSignatures[i], "heading.counter")
	}
}

// judged writes the outcome, what it means and what to do.
func (p *printer) judged(o verdict.Outcome) {
	p.rowOf(1, "verdict", p.outcome(o))
	if o.SubIndication != "" {
		p.row(1, "meaning", p.known("sub", string(o.SubIndication)))
	}
}

func (p *printer) signer(g *verify.Signer) {
	if g == nil {
		return
	}
	p.row(1, "signer", g.CommonName)
	p.row(1, "organization", p.aside(g.NameJa, g.Organization))
	p.row(1, "number", g.CorporateNumber)
	p.registration(g.Registry)
	p.row(1, "orgid", g.OrganizationIdentifier)
	p.row(1, "fingerprint", g.Certificate)
	if g.Masked {
		p.line(1, "("+p.w("label.masked")+")")
	}
}

// registration is what the register says of the number.
func (p *printer) registration(r *verify.Registration) {
	if r == nil {
		return
	}
	p.row(1, "registry", p.list(p.w("label.registered", "name", r.Name, "date", r.Snapshot.Date), p.known("registration", r.Status), r.CloseDate))
	p.row(1, "successor", r.Successor)
}

func (p *printer) field(f *verify.Field) {
	if f == nil {
		return
	}
	page, seen := "", "label.invisible"
	if f.Page > 0 {
		page = p.w("label.page", "page", strconv.Itoa(f.Page))
	}
	if f.Visible {
		seen = "label.visible"
	}
	p.row(1, "field", p.aside(f.Name, p.list(p.known("field", f.Type), page, p.w(seen))))
	p.drawn(f)
}

func (p *printer) content(c *verify.Content) {
	if c == nil {
		return
	}
	where := "label.detached"
	if c.Attached {
		where = "label.attached"
	}
	size := ""
	if c.Size != nil {
		size = p.w("label.size", "count", strconv.FormatInt(*c.Size, 10))
	}
	p.row(1, "content", p.list(c.Name, p.w(where), size, c.SHA256))
}

func (p *printer) coverage(c *verify.Coverage) {
	if c == nil {
		return
	}
	whole, revision := "", ""
	if c.WholeFile {
		whole = p.w("label.wholefile")
	}
	if c.Revision > 0 && c.Revisions > 0 {
		revision = p.w("label.revisionof", "revision", strconv.Itoa(c.Revision), "revisions", strconv.Itoa(c.Revisions))
	}
	p.row(1, "coverage", p.list(whole, revision, strings.Join(c.Objects, " "), byteRange(c.ByteRange)))
	p.row(1, "notcovered", p.list(c.NotCovered...))
}

func byteRange(r []int64) string {
	if len(r) == 0 {
		return ""
	}
	return "ByteRange " + fmt.Sprint(r)
}

func (p *printer) changes(c *verify.Changes) {
	if c == nil {
		return
	}
	by := ""
	if c.DecidedBy != "" {
		by = p.w("label.decidedby", "what", c.DecidedBy)
	}
	p.row(1, "changes", p.aside(p.known("change", c.Level), p.list(p.known("permitted", c.Permitted), by)))
	for _, i := range c.Items {
		p.line(2, i.Object+colon+p.aside(p.in(i.Text), p.list(p.known("change", i.Level), string(i.Code))))
	}
}

func (p *printer) service(t *verify.TrustService, depth int) {
	if t == nil {
		return
	}
	accredited, since := p.w("label.notaccredited"), ""
	if t.Accredited {
		accredited = p.w("label.accredited")
	}
	if !t.Since.IsZero() {
		since = p.w("label.since", "time", t.Since.String())
	}
	p.row(depth, "service", p.aside(p.in(t.Service), p.list(t.List, p.known("service", t.Type), p.known("framework", t.Framework), t.Status, since, accredited)))
	if a := t.Assurance; a != nil {
		p.row(depth, "assurance", p.list(a.Level, labelled("IAL", a.IAL), labelled("AAL", a.AAL), a.Basis))
	}
}

func labelled(label, value string) string {
	if value == "" {
		return ""
	}
	return label + " " + value
}

// path writes the certification path with what is known of revocation.
func (p *printer) path(rep *verify.Report, path []verify.PathEntry, depth int) {
	if len(path) == 0 {
		return
	}
	p.line(depth, p.w("heading.path")+":")
	for i, e := range path {
		c := rep.Certificates[e.Certificate]
		anchor := ""
		if e.Anchor {
			anchor = p.w("label.anchor")
		}
		p.line(depth+1, fmt.Sprintf("%d. %s", i+1, p.aside(first(c.Subject, e.Certificate), anchor)))
		if c.Subject != "" {
			p.line(depth+2, p.list(c.Key, p.w("label.validity", "from", c.NotBefore.String(), "until", c.NotAfter.String())))
		}
		p.revocation(e.Revocation, depth+2)
		p.row(depth+2, "oddities", p.list(c.Oddities...))
	}
}

func (p *printer) revocation(r *verify.RevocationInfo, depth int) {
	if r == nil {
		return
	}
	at := ""
	if !r.RevokedAt.IsZero() {
		at = p.w("label.revokedat", "time", r.RevokedAt.String())
	}
	p.row(depth, "revocation", p.aside(p.known("revocation", r.Status), p.list(at, p.known("value", r.Reason), r.Evidence)))
}
