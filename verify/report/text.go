package report

import (
	"io"
	"strconv"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

// writeText writes for people: the bottom line first, then the questions and
// answers, then what they rest on, then what to do.
func writeText(w io.Writer, rep *verify.Report, o options) error {
	p := &printer{o: o}
	p.report(rep)
	return p.flush(w)
}

// report adds all that is said about a document.
func (p *printer) report(rep *verify.Report) {
	p.bottomLine(rep)
	if p.o.quiet {
		return
	}
	p.next(rep)
	p.about(rep)
	p.expectations(rep)
	p.layers(rep.Layers)
	for i := range rep.Signatures {
		p.signature(rep, &rep.Signatures[i], "heading.signature")
	}
	for i := range rep.Timestamps {
		p.timestamp(rep, &rep.Timestamps[i], 0)
	}
	for i := range rep.EvidenceRecords {
		p.record(rep, &rep.EvidenceRecords[i])
	}
	p.evidence(rep)
	p.forecast(rep)
	p.others(rep)
	p.findings(rep)
	if p.o.explain {
		p.reasoning(rep)
	}
}

// about says what was checked, when and by which rules.
func (p *printer) about(rep *verify.Report) {
	p.head(0, p.w("heading.about"))
	d := rep.Document
	encrypted := ""
	if d.Encrypted {
		encrypted = p.w("label.encrypted")
	}
	p.row(1, "document", p.aside(d.Name, p.list(d.Format, p.w("label.size", "count", strconv.FormatInt(d.Size, 10)), encrypted)))
	p.row(1, "fingerprint", d.SHA256)
	p.row(1, "verdict", string(rep.Verdict))
	p.basis(rep)
}

// basis says when, by which policy and list, and by which program.
func (p *printer) basis(rep *verify.Report) {
	p.row(1, "validationTime", p.time(rep.ValidationTime))
	p.row(1, "validationPolicy", p.aside(rep.Policy.ID, p.known("mode", rep.Policy.Revocation)))
	p.row(1, "optouts", p.list(rep.Policy.OptOuts...))
	p.row(1, "disabled", p.list(rep.Policy.Disabled...))
	t := rep.Trust
	builtIn, sequence := "", ""
	if t.BuiltIn {
		builtIn = p.w("label.builtin")
	}
	if t.Sequence > 0 {
		sequence = "#" + strconv.FormatInt(t.Sequence, 10)
	}
	p.row(1, "trust", p.aside(t.ID, p.list(sequence, p.known("trust", t.State), p.w("label.anchors", "count", strconv.Itoa(t.Anchors)), builtIn)))
	p.row(1, "tool", rep.Tool.Name+" "+rep.Tool.Version)
}

func (p *printer) expectations(rep *verify.Report) {
	if len(rep.Expectations) == 0 {
		return
	}
	p.head(0, p.w("heading.expectations"))
	for _, e := range rep.Expectations {
		met, t := "label.unmet", Bad
		if e.Met {
			met, t = "label.met", Good
		}
		line := p.known("expect", e.Kind) + colon + p.w("label.wanted", "wanted", e.Wanted, "found", e.Found)
		p.spans(1, Span{t, "[" + p.w(met) + "]"}, Span{Text: " " + line})
	}
}

// layers writes the layered trust report of the document.
func (p *printer) layers(l *verify.Layers) {
	if l == nil {
		return
	}
	p.head(0, p.w("heading.layers")+" ("+l.Framework.Name+" "+l.Framework.Version+")")
	p.asked(1, l.DataIntegrity.Status, Strong, p.w("layer.dataIntegrity"))
	for _, layer := range []struct {
		key string
		l   verify.Layer
	}{{"layer.organization", l.Organization}, {"layer.transcription", l.Transcription}, {"layer.data", l.Data}, {"layer.time", l.Time}} {
		name := p.w(layer.key)
		if layer.l.CPSF > 0 {
			name = p.w("layer.number", "number", strconv.Itoa(layer.l.CPSF)) + " " + name
		}
		p.asked(1, layer.l.Status, Strong, name)
		for _, q := range layer.l.Questions {
			p.question(q)
		}
	}
	p.asked(1, l.Content.Status, Strong, p.w("layer.content"))
	p.line(3, p.in(l.Content.Answer))
}

// asked adds what was asked with the status of its answer.
func (p *printer) asked(depth int, s verdict.QuestionStatus, t Tone, what string) {
	p.spans(depth, p.status(s), Span{Text: " "}, Span{t, what})
}

func (p *printer) question(q verify.Question) {
	p.asked(2, q.Status, Plain, p.known("question", string(q.ID)))
	p.line(3, p.aside(p.in(q.Text), p.list(q.Evidence...)))
}

// forecast says until when, then what is to come.
func (p *printer) forecast(rep *verify.Report) {
	f := rep.Forecast
	if f == nil {
		return
	}
	p.head(0, p.w("heading.forecast"))
	p.line(1, p.w("forecast."+f.State, "until", f.VerifiableUntil.String()))
	for _, e := range f.Events {
		p.line(1, p.aside(p.time(e.At)+" "+p.known("event", e.What), p.eventAbout(rep, e)))
		if e.Effect != "" {
			p.line(2, p.w("forecast.effect", "effect", p.aside(e.Effect, p.list(e.Affects...))))
		}
		if e.Remedy != nil {
			p.row(2, "remedy", p.in(*e.Remedy))
		}
	}
	if f.Incomplete {
		p.line(1, p.w("forecast.incomplete"))
	}
}

// eventAbout names what an event is about as people know it.
func (p *printer) eventAbout(rep *verify.Report, e verify.ForecastEvent) string {
	object := e.Object
	if c, known := rep.Certificates[object]; known {
		object = c.Subject
	}
	service := ""
	if e.Service != nil {
		service = p.in(*e.Service)
	}
	return p.list(e.Algorithm, service, object)
}

// others writes how other rule books and other tools read the same facts.
func (p *printer) others(rep *verify.Report) {
	if len(rep.Readings) > 0 {
		p.head(0, p.w("heading.readings"))
		for _, name := range sorted(rep.Readings) {
			r := rep.Readings[name]
			p.line(1, name+colon+p.aside(r.Result, r.Clause))
		}
	}
	if len(rep.SecondOpinion) > 0 {
		p.head(0, p.w("heading.second"))
		for _, s := range rep.SecondOpinion {
			agrees := p.w("label.agrees")
			if s.Differs {
				agrees = p.w("label.differsfromours")
			}
			p.line(1, s.Tool+" "+s.Version+colon+p.aside(s.Says, agrees))
		}
	}
}

// severities in the order in which findings are told.
var severities = []verdict.Severity{verdict.Error, verdict.Warning, verdict.Info}

func (p *printer) findings(rep *verify.Report) {
	all := Findings(rep)
	if len(all) == 0 {
		return
	}
	p.head(0, p.w("heading.findings"))
	n := 0
	for _, sev := range severities {
		for _, f := range all {
			if f.Severity == sev {
				n++
				p.finding(n, f)
			}
		}
	}
}

func (p *printer) finding(n int, f verify.Finding) {
	t := map[verdict.Severity]Tone{verdict.Error: Bad, verdict.Warning: Caution}[f.Severity]
	p.spans(1, Span{Text: strconv.Itoa(n) + ". "}, Span{t, "[" + p.w("severity."+string(f.Severity)) + "]"}, Span{Text: " " + p.in(f.Text)})
	if f.Remedy != nil {
		p.row(2, "remedy", p.in(*f.Remedy))
	}
	p.spans(2, Span{Faint, p.list(string(f.Code), f.ID, f.Object, f.Clause)})
}
