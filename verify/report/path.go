package report

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

//go:embed path-v1.schema.json
var pathSchema []byte

// PathSchema gives the JSON Schema (2020-12) of kakuin/path/v1. It refers to
// parts of that of the report, see [Schema].
func PathSchema() []byte { return slices.Clone(pathSchema) }

// WritePath writes the report on one certificate. One that was not judged is
// an error, so that it cannot be shown as anything.
func WritePath(w io.Writer, rep *verify.PathReport, f Format, opts ...Option) error {
	o, err := chosen(opts)
	switch {
	case err != nil:
		return err
	case rep == nil || !rep.Outcome().Legal():
		return errors.New("report: the certificate was not judged")
	case f == JSON:
		return writeJSON(w, rep, "  ")
	case f == NDJSON:
		return writeJSON(w, rep, "")
	case f != Text:
		return fmt.Errorf("report: format %q of a path is not one of %v", f, []Format{JSON, NDJSON, Text})
	}
	p := &printer{o: o}
	p.certificate(rep)
	return p.flush(w)
}

// certificate writes the bottom line, what was asked, the path, and every
// candidate where there is no path or it is asked for.
func (p *printer) certificate(rep *verify.PathReport) {
	subject := first(rep.Certificates[rep.Certificate].Subject, rep.Certificate)
	p.spans(0, p.outcome(rep.Outcome()), Span{Text: " - " + subject})
	switch {
	case len(rep.Path) == 0:
		p.line(0, p.w("line.vouches.nobody"))
	case !rep.Passed():
	case rep.TrustService != nil:
		p.vouches(rep.TrustService, 0)
	default:
		p.line(0, p.w("line.vouches.unnamed", "list", rep.Trust.ID))
	}
	p.because(rep.Indication, rep.Findings, 0)
	if p.o.quiet {
		return
	}
	whole := &verify.Report{
		Tool: rep.Tool, ValidationTime: rep.ValidationTime, Policy: rep.Policy, Trust: rep.Trust,
		Certificates: rep.Certificates, Evidence: rep.Evidence, Findings: rep.Findings,
	}
	p.head(0, p.w("heading.about"))
	p.row(1, "certificate", first(rep.Name, subject))
	p.row(1, "fingerprint", rep.Certificate)
	p.row(1, "purpose", p.known("purpose", rep.Purpose))
	p.row(1, "asked", p.input(rep.Asked))
	p.row(1, "verdict", rep.Outcome().String())
	if rep.SubIndication != "" {
		p.row(1, "meaning", p.known("sub", string(rep.SubIndication)))
	}
	p.basis(whole)
	if len(rep.Path) > 0 {
		p.blank()
		p.path(whole, rep.Path, 0)
		p.row(1, "policies", first(p.list(rep.Policies...), p.w("label.nopolicies")))
	}
	if p.o.explain || !rep.Passed() {
		p.candidates(rep)
	}
	p.evidence(whole)
	p.findings(whole)
	if p.o.explain {
		p.steps("", rep.Steps)
	}
}

func (p *printer) input(a *verify.PathAsked) string {
	if a == nil {
		return ""
	}
	var out []string
	add := func(key string, set bool, list ...string) {
		if set {
			out = append(out, p.w("asked."+key, "list", strings.Join(list, " ")))
		}
	}
	add("policies", len(a.Policies) > 0, a.Policies...)
	add("explicit", a.RequireExplicitPolicy)
	add("mapping", a.InhibitPolicyMapping)
	add("any", a.InhibitAnyPolicy)
	add("anchor", a.AnchorConstraints)
	add("eku", len(a.ExtKeyUsage) > 0, a.ExtKeyUsage...)
	return p.list(out...)
}

// A candidate is one certificate as it stands above another in the search:
// what may have issued it stands below it in the tree.
type candidate struct {
	sha    string
	anchor bool
	used   bool
	why    []verify.RejectedPath
	ups    []*candidate
}

func (c *candidate) up(sha string, anchor bool) *candidate {
	for _, u := range c.ups {
		if u.sha == sha && u.anchor == anchor {
			return u
		}
	}
	u := &candidate{sha: sha, anchor: anchor}
	c.ups = append(c.ups, u)
	return u
}

// tree puts the path that is told and all that were refused into one tree.
func tree(rep *verify.PathReport) *candidate {
	root := &candidate{}
	at := root
	for i, e := range rep.Path {
		at = at.up(e.Certificate, e.Anchor && i > 0)
	}
	at.used = len(rep.Path) > 0
	for _, r := range rep.Rejected {
		at := root
		for _, sha := range r.Path {
			at = at.up(sha, false)
		}
		if r.Anchor != "" && (len(r.Path) != 1 || r.Path[0] != r.Anchor) {
			at = at.up(r.Anchor, true)
		}
		at.why = append(at.why, r)
	}
	return root
}

// candidates writes the tree: who may have issued what, and why not.
func (p *printer) candidates(rep *verify.PathReport) {
	root := tree(rep)
	if len(root.ups) == 0 {
		return
	}
	p.head(0, p.w("heading.candidates"))
	for _, c := range root.ups {
		p.candidate(rep, c, "  ", "  ")
	}
}

// candidate writes one branch; lead stands before its own line, below before
// the lines under it.
func (p *printer) candidate(rep *verify.PathReport, c *candidate, lead, below string) {
	name, anchor := first(rep.Certificates[c.sha].Subject, c.sha), ""
	if c.anchor {
		anchor = p.w("label.anchor")
	}
	p.spans(0, Span{Text: lead}, Span{Strong, name}, Span{Text: " "}, Span{Faint, "(" + p.list(anchor, fingerprint(c.sha)) + ")"})
	bar := below
	if len(c.ups) > 0 {
		bar += "│"
	} else {
		bar += " "
	}
	if c.used {
		mark, word, t := "○", "label.pathused", Good
		if !rep.Passed() {
			mark, word, t = "△", "label.pathbest", Caution
		}
		p.spans(0, Span{Text: bar + " "}, Span{t, mark + " " + p.w(word)})
	}
	for _, r := range c.why {
		p.refusal(rep, c, r, bar+" ")
	}
	for i, u := range c.ups {
		if i == len(c.ups)-1 {
			p.candidate(rep, u, below+"└─ ", below+"   ")
		} else {
			p.candidate(rep, u, below+"├─ ", below+"│  ")
		}
	}
}

// refusal writes the reason, and whom it is about where that is somebody
// further down the path.
func (p *printer) refusal(rep *verify.PathReport, c *candidate, r verify.RejectedPath, lead string) {
	why := string(r.Code)
	if r.Text != nil {
		why = p.in(*r.Text)
	}
	about := ""
	if r.At != "" && r.At != c.sha {
		about = fingerprint(r.At)
	}
	p.spans(0, Span{Text: lead}, Span{Bad, "× "}, Span{Text: p.aside(why, p.list(string(r.Code), r.Clause, about))})
}

// fingerprint is enough of a SHA-256 to tell certificates of one name apart.
func fingerprint(sha string) string {
	if len(sha) > 16 {
		return sha[:16] + "…"
	}
	return sha
}

// steps writes the steps of one judgement.
func (p *printer) steps(id string, steps []verify.Step) {
	if len(steps) > 0 {
		p.head(0, p.aside(p.w("heading.steps"), id))
	}
	for _, s := range steps {
		o := verdict.Outcome{Indication: s.Indication, SubIndication: s.SubIndication}
		result := ""
		if !o.IsZero() {
			result = o.String()
		}
		p.line(1, p.aside(p.w("label.clausetitle", "clause", s.Clause, "title", s.Title), p.list(s.Object, result)))
		if s.Explanation != "" {
			p.line(2, s.Explanation)
		}
	}
}
