package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A printer gathers the lines of a report for people in one language.
type printer struct {
	blocks []Block
	o      options
}

// line adds one line of plain text.
func (p *printer) line(depth int, text string) { p.spans(depth, Span{Text: text}) }

// spans adds a line in several tones.
func (p *printer) spans(depth int, all ...Span) {
	p.blocks = append(p.blocks, Block{Kind: Line, Depth: depth, Spans: all})
}

func (p *printer) blank() { p.blocks = append(p.blocks, Block{Kind: Gap}) }

// head adds a heading after an empty line.
func (p *printer) head(depth int, text string) {
	p.blank()
	p.blocks = append(p.blocks, Block{Kind: Heading, Depth: depth, Spans: []Span{{Strong, text}}})
}

// row adds a value with its label, and nothing when there is no value.
func (p *printer) row(depth int, label, value string) {
	if value != "" {
		p.rowOf(depth, label, Span{Text: value})
	}
}

func (p *printer) rowOf(depth int, label string, value Span) {
	p.blocks = append(p.blocks, Block{Kind: Row, Depth: depth, Label: p.w("label." + label), Spans: []Span{value}})
}

// colon parts a label from its value.
const colon = ": "

// list joins values in the manner of the language.
func (p *printer) list(values ...string) string {
	var kept []string
	for _, v := range values {
		if v != "" {
			kept = append(kept, v)
		}
	}
	if p.o.lang == "ja" {
		return strings.Join(kept, "、")
	}
	return strings.Join(kept, ", ")
}

// aside puts a term beside another in brackets.
func (p *printer) aside(a, b string) string {
	if b == "" || a == "" {
		return a + b
	}
	return a + " (" + b + ")"
}

// w gives a term in the printer's language; params come as name, value, …
func (p *printer) w(key string, params ...string) string {
	t := msg.Word(key).Text
	if len(params) > 0 {
		m := make(map[string]string, len(params)/2)
		for i := 0; i+1 < len(params); i += 2 {
			m[params[i]] = params[i+1]
		}
		t = t.Fill(m)
	}
	return t.In(p.o.lang)
}

// known gives the word for a value of a closed list, or the value itself.
func (p *printer) known(prefix, value string) string {
	if value == "" {
		return ""
	}
	if key := prefix + "." + value; msg.Has(key) {
		return p.w(key)
	}
	return value
}

func (p *printer) in(t verify.Text) string { return t.In(p.o.lang) }

func (p *printer) time(t verify.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.at(t.Time)
}

func (p *printer) at(t time.Time) string { return msg.Time(p.o.lang, t) }

// marks stand beside the word of a status, so that neither colour nor mark
// carries the meaning alone.
var marks = map[verdict.QuestionStatus]struct {
	mark string
	tone Tone
}{
	verdict.Confirmed:   {"○", Good},
	verdict.Refuted:     {"×", Bad},
	verdict.Unconfirmed: {"△", Caution},
	verdict.NotAssessed: {"-", Faint},
}

func (p *printer) status(s verdict.QuestionStatus) Span {
	m := marks[s]
	return Span{m.tone, fmt.Sprintf("[%s %s]", m.mark, p.w("status."+string(s)))}
}

// outcome writes "まだ確認できていません (INDETERMINATE/TRY_LATER)".
func (p *printer) outcome(o verdict.Outcome) Span {
	return Span{tone(o.Indication), p.aside(p.w("verdict."+string(o.Indication)), o.String())}
}

func tone(i verdict.Indication) Tone {
	switch {
	case i.IsPassed():
		return Good
	case i.IsFailed():
		return Bad
	}
	return Caution
}
