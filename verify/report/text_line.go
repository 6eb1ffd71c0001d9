package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

// bottomLine is what everybody reads: the verdict in plain words, who sealed,
// which list vouches, and what is missing or wrong.
func (p *printer) bottomLine(rep *verify.Report) {
	word := Span{documentTone(rep.Verdict), p.w("verdict." + string(rep.Verdict))}
	if n := len(rep.Signatures); n > 1 {
		p.spans(0, word)
		p.line(0, p.w("line.several", "count", strconv.Itoa(n)))
		for i := range rep.Signatures {
			s := &rep.Signatures[i]
			p.spans(0, Span{Text: s.ID + colon}, Span{tone(s.Indication), p.w("verdict." + string(s.Indication))}, Span{Text: " - " + p.sealed(s)})
			p.backing(rep, s, 1)
		}
	} else {
		p.spans(0, word, Span{Text: p.subject(rep)})
		if n == 1 {
			p.backing(rep, &rep.Signatures[0], 0)
		}
	}
	p.unbacked(rep)
	p.expected(rep)
}

func documentTone(d verdict.Document) Tone {
	switch d {
	case verdict.DocumentPassed:
		return Good
	case verdict.DocumentFailed:
		return Bad
	}
	return Caution
}

// subject names the one thing that the verdict is about.
func (p *printer) subject(rep *verify.Report) string {
	switch {
	case len(rep.Signatures) == 1:
		return " - " + p.sealed(&rep.Signatures[0])
	case len(rep.Timestamps) > 0 && !rep.Timestamps[0].GenTime.IsZero():
		return " - " + p.w("line.timestamp", "time", rep.Timestamps[0].GenTime.String())
	case len(rep.EvidenceRecords) > 0:
		if all := rep.EvidenceRecords[0].Timestamps; len(all) > 0 && !all[0].GenTime.IsZero() {
			return " - " + p.w("line.recorded", "time", all[0].GenTime.String())
		}
		return " - " + p.w("line.record")
	case rep.Document.Name != "":
		return " - " + rep.Document.Name
	}
	return ""
}

func (p *printer) sealed(s *verify.Signature) string {
	who := p.who(s)
	switch {
	case who == "":
		return p.w("line.sealed.nobody")
	case !shown(s):
		return p.w("line.claims", "who", who)
	}
	key := "line.sealed." + s.Kind
	switch s.Kind {
	case verify.KindSeal, verify.KindOffice, verify.KindPerson:
	default:
		key = "line.sealed." + verify.KindUnknown
	}
	return p.w(key, "who", who)
}

// shown says whether the name may be said without reserve: the certificate leads
// to the list, its key made the signature, and the sealed bytes did not fail.
func shown(s *verify.Signature) bool {
	for _, id := range []verdict.QuestionID{verdict.Issuer, verdict.SealedBy} {
		if q := s.Layers.Find(id); q == nil || q.Status != verdict.Confirmed {
			return false
		}
	}
	return !s.Indication.IsFailed() || (s.SealedRevision != nil && s.SealedRevision.Indication.IsPassed())
}

// who names the sealer as its certificate does.
func (p *printer) who(s *verify.Signature) string {
	g := s.Signer
	if g == nil {
		return ""
	}
	organization := first(g.Organization, g.NameJa)
	if p.o.lang == "ja" {
		organization = first(g.NameJa, g.Organization)
		if s.Kind != verify.KindOffice { // of a post the whole is wanted, with ministry and bureau
			organization = first(g.OrganizationJa, organization)
		}
	}
	switch s.Kind {
	case verify.KindPerson:
		return first(g.CommonName, organization)
	case verify.KindOffice:
		if g.CommonName != "" && organization != "" && g.CommonName != organization {
			return organization + " " + g.CommonName
		}
	}
	return first(organization, g.CommonName)
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// backing says who vouches, and what is missing or wrong.
func (p *printer) backing(rep *verify.Report, s *verify.Signature, depth int) {
	issuer := s.Layers.Find(verdict.Issuer)
	led := issuer != nil && issuer.Status == verdict.Confirmed
	switch {
	case s.Indication.IsFailed() && !shown(s): // nobody vouches for altered content
	case led && rep.Trust.State != verify.TrustFresh: // a list that has run out vouches for nothing; the cause tells
	case led && s.TrustService != nil:
		p.vouches(s.TrustService, depth)
	case led:
		p.line(depth, p.w("line.vouches.unnamed", "list", rep.Trust.ID))
	default:
		p.line(depth, p.w("line.vouches.nobody"))
	}
	p.because(s.Indication, s.Findings, depth)
	if r := s.SealedRevision; r != nil {
		p.line(depth, p.w("line.sealed-revision", "revision", strconv.Itoa(r.Revision), "verdict", p.w("verdict."+string(r.Indication))))
	}
}

func (p *printer) vouches(t *verify.TrustService, depth int) {
	p.line(depth, p.w("line.vouches", "service", p.in(t.Service), "list", t.List))
}

// because tells the first error: what is missing, or the cause of a failure.
func (p *printer) because(i verdict.Indication, findings []verify.Finding, depth int) {
	if i.IsPassed() {
		return
	}
	key := "line.missing"
	if i.IsFailed() {
		key = "line.cause"
	}
	if f := cause(findings); f != nil {
		p.line(depth, p.w(key, "what", p.in(f.Text)))
	}
}

// cause is the first error.
func cause(findings []verify.Finding) *verify.Finding {
	i := slices.IndexFunc(findings, func(f verify.Finding) bool { return f.Severity == verdict.Error })
	if i < 0 {
		return nil
	}
	return &findings[i]
}

// isCause tells whether a signature has told this already.
func isCause(rep *verify.Report, f *verify.Finding) bool {
	return slices.ContainsFunc(rep.Signatures, func(s verify.Signature) bool {
		c := cause(s.Findings)
		return c != nil && c.Text == f.Text
	})
}

// unbacked is the same for documents without signatures.
func (p *printer) unbacked(rep *verify.Report) {
	if len(rep.Signatures) == 0 {
		for i := range rep.Timestamps {
			t := &rep.Timestamps[i]
			if t.TrustService != nil && t.Indication.IsPassed() {
				p.vouches(t.TrustService, 0)
			}
			p.because(t.Indication, t.Findings, 0)
		}
		for i := range rep.EvidenceRecords {
			p.because(rep.EvidenceRecords[i].Indication, rep.EvidenceRecords[i].Findings, 0)
		}
	}
	for _, f := range rep.Findings {
		told := strings.HasPrefix(string(f.Code), "K-EXP-") // said by expected
		if f.Severity == verdict.Error && !told && !isCause(rep, &f) && rep.Verdict != verdict.DocumentPassed {
			p.line(0, p.in(f.Text))
		}
	}
}

// expected compares with the office that the reader expects, or asks to.
func (p *printer) expected(rep *verify.Report) {
	asked := false
	for _, e := range rep.Expectations {
		asked = asked || e.Kind == verify.ExpectSealedBy
		switch {
		case !e.Met:
			p.line(0, p.w("line.unexpected", "kind", p.known("expect", e.Kind), "wanted", e.Wanted, "found", e.Found))
		case e.Kind == verify.ExpectSealedBy && rep.Verdict == verdict.DocumentPassed:
			p.line(0, p.w("line.expected", "wanted", e.Wanted))
		case e.Kind == verify.ExpectSealedBy: // the name alone: anybody can write it
			p.line(0, p.w("line.expected-unconfirmed", "wanted", e.Wanted))
		}
	}
	if asked || rep.Verdict != verdict.DocumentPassed { // a name that is not confirmed is no name to compare
		return
	}
	for i := range rep.Signatures {
		if p.who(&rep.Signatures[i]) != "" {
			p.line(0, p.w("line.compare"))
			return
		}
	}
}

// maxNext is how many things a reader is asked to do: the rest stands with the
// findings.
const maxNext = 3

// next says what to do now: until when the answer holds and what keeps it, or
// how what is wrong or missing is mended.
func (p *printer) next(rep *verify.Report) {
	var all []string
	add := func(text string) {
		if text != "" && len(all) < maxNext && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	if rep.Verdict == verdict.DocumentPassed {
		for _, id := range []verdict.QuestionID{verdict.ProvableUntil, verdict.NextAction} {
			if q := rep.Layers.Find(id); q != nil && q.Status != verdict.NotAssessed {
				add(p.in(q.Text))
			}
		}
	} else {
		for _, f := range Findings(rep) {
			if f.Severity == verdict.Error && f.Remedy != nil {
				add(p.in(*f.Remedy))
			}
		}
	}
	if rep.Layers != nil && len(rep.Signatures) > 0 && rep.Verdict != verdict.DocumentFailed {
		all = append(all, p.in(rep.Layers.Content.Answer))
	}
	if len(all) == 0 {
		return
	}
	p.head(0, p.w("heading.next"))
	for i, text := range all {
		p.line(1, strconv.Itoa(i+1)+". "+text)
	}
}
