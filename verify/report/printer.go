package report

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A printer writes lines in one language. Everything that it is given is made
// safe for a terminal; only its own colours are not.
type printer struct {
	b bytes.Buffer
	o options
}

type style string

const (
	plain  style = ""
	bold   style = "1"
	green  style = "32"
	yellow style = "33"
	red    style = "31"
	dim    style = "2"
)

// paint makes text safe and colours it.
func (p *printer) paint(s style, text string) string {
	text = Safe(text)
	if !p.o.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// line writes one line of plain text.
func (p *printer) line(depth int, text string) { p.raw(depth, p.paint(plain, text)) }

// raw writes a line that paint has made.
func (p *printer) raw(depth int, painted string) {
	fmt.Fprintf(&p.b, "%s%s\n", strings.Repeat("  ", depth), painted)
}

func (p *printer) blank() { p.b.WriteByte('\n') }

// head writes a heading after an empty line.
func (p *printer) head(depth int, text string) {
	p.blank()
	p.raw(depth, p.paint(bold, text))
}

// row writes "label: value" and nothing when there is no value.
func (p *printer) row(depth int, label, value string) {
	if value != "" {
		p.line(depth, p.w("label."+label)+colon+value)
	}
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
	mark  string
	style style
}{
	verdict.Confirmed:   {"○", green},
	verdict.Refuted:     {"×", red},
	verdict.Unconfirmed: {"△", yellow},
	verdict.NotAssessed: {"-", dim},
}

func (p *printer) status(s verdict.QuestionStatus) string {
	m := marks[s]
	return p.paint(m.style, fmt.Sprintf("[%s %s]", m.mark, p.w("status."+string(s))))
}

// outcome writes "まだ確認できていません (INDETERMINATE/TRY_LATER)".
func (p *printer) outcome(o verdict.Outcome) string {
	return p.paint(tone(o.Indication), p.aside(p.w("verdict."+string(o.Indication)), o.String()))
}

func tone(i verdict.Indication) style {
	switch {
	case i.IsPassed():
		return green
	case i.IsFailed():
		return red
	}
	return yellow
}
