// Package pdf writes a report as a PDF to keep beside the document: a dated
// verification result (検証結果). It says what the text report says, in the same
// sentences. It stands apart from package report for its font of three
// megabytes.
//
// The PDF is not tagged: the library that writes it cannot. For readers of
// screens there is the HTML report.
package pdf

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"codeberg.org/go-pdf/fpdf"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/msg"
)

// Write writes the report in a language, "ja" or "en". The same report gives the
// same octets.
func Write(w io.Writer, rep *verify.Report, lang string, opts ...report.Option) error {
	blocks, err := report.Outline(rep, append(slices.Clone(opts), report.Lang(lang))...)
	if err != nil {
		return err
	}
	font, err := theFace()
	if err != nil {
		return err
	}
	p := newPaper(font, lang)
	p.meta(rep)
	p.blocks(blocks)
	p.closing(rep)
	p.play(rep)
	return p.pdf.Output(w)
}

// The measures of the paper in millimetres; sizes of letters in points.
const (
	pageWidth, pageHeight   = 210.0, 297.0
	left, right             = 18.0, 192.0
	top, bottom             = 16.0, 276.0
	indent, labelWidth      = 5.0, 44.0
	small, body, sub, title = 8.0, 9.5, 10.5, 12.5
	large, tiny             = 17.0, 7.0
	lead                    = 1.55 // line height by letter height
	point                   = 25.4 / 72
)

type color struct{ r, g, b int }

// The colours of the tones: those of the HTML report.
var (
	ink   = color{0x1a, 0x1a, 0x1a}
	grey  = color{0x4d, 0x4d, 0x4d}
	rule  = color{0x00, 0x17, 0xc1}
	tones = map[report.Tone]color{report.Good: {0x19, 0x7a, 0x4b}, report.Bad: {0xce, 0x00, 0x00}, report.Caution: {0x80, 0x63, 0x00}, report.Faint: grey}
	fills = map[report.Tone]color{report.Good: {0xe6, 0xf5, 0xec}, report.Bad: {0xfd, 0xee, 0xee}, report.Caution: {0xfb, 0xf5, 0xe0}}
)

// A paper sets text into pages first and draws it when their number is known.
type paper struct {
	pdf   *fpdf.Fpdf
	font  *face
	lang  string
	notes shownAs
	pages [][]func()
	y     float64
}

func newPaper(font *face, lang string) *paper {
	p := &paper{pdf: fpdf.New("P", "mm", "A4", ""), font: font, lang: lang, notes: shownAs{}}
	p.pdf.AddUTF8FontFromBytes("biz", "", font.ttf)
	p.pdf.SetFont("biz", "", body)
	p.pdf.SetAutoPageBreak(false, 0)
	p.newPage()
	return p
}

func (p *paper) word(key string, params map[string]string) string {
	return msg.Word(key).Text.Fill(params).In(p.lang)
}

func (p *paper) meta(rep *verify.Report) {
	p.pdf.SetCatalogSort(true)
	p.pdf.SetLang(p.lang)
	p.pdf.SetTitle(p.font.fit(p.word("html.kind", nil)+": "+rep.Document.Name, p.notes), true)
	p.pdf.SetCreator(report.Safe(rep.Tool.Name+" "+rep.Tool.Version), true)
	p.pdf.SetCreationDate(rep.ValidationTime.UTC())
	p.pdf.SetModificationDate(rep.ValidationTime.UTC())
}

func (p *paper) newPage() {
	p.pages = append(p.pages, nil)
	p.y = top
}

// room begins a new page where less than so many millimetres are left.
func (p *paper) room(mm float64) {
	if p.y+mm > bottom {
		p.newPage()
	}
}

func (p *paper) draw(f func()) {
	last := len(p.pages) - 1
	p.pages[last] = append(p.pages[last], f)
}

// set breaks runs into lines of a size.
func (p *paper) set(spans []report.Span, size, width float64) [][]run {
	runs := make([]run, len(spans))
	for i, s := range spans {
		runs[i] = run{s.Tone, p.font.fit(s.Text, p.notes)}
	}
	p.pdf.SetFontSize(size)
	return fill(runs, width, p.pdf.GetStringWidth)
}

// line draws one line with its upper edge at the present place and goes on
// below it.
func (p *paper) line(x float64, line []run, size float64, of color) {
	y := p.y + size*point*1.15
	p.draw(func() {
		at := x
		p.pdf.SetFontSize(size)
		for _, r := range line {
			c, toned := tones[r.tone]
			if !toned {
				c = of
			}
			p.pdf.SetTextColor(c.r, c.g, c.b)
			p.pdf.Text(at, y, r.text)
			at += p.pdf.GetStringWidth(r.text)
		}
	})
	p.y += size * point * lead
}

// text sets spans below each other, over pages where need be.
func (p *paper) text(x, width float64, spans []report.Span, size float64, of color) {
	for _, l := range p.set(spans, size, width) {
		p.room(size * point * lead)
		p.line(x, l, size, of)
	}
}

func (p *paper) blocks(all []report.Block) {
	n := slices.IndexFunc(all, func(b report.Block) bool { return b.Kind == report.Gap || b.Kind == report.Heading })
	if n < 0 {
		n = len(all)
	}
	p.answer(all[:n])
	for i := range all[n:] {
		b := &all[n+i]
		x := left + indent*float64(max(b.Depth-1, 0))
		switch b.Kind {
		case report.Heading:
			p.heading(b, x)
		case report.Row:
			p.row(b, x)
		case report.Line:
			p.text(x, right-x, b.Spans, body, ink)
			p.y += 0.6
		}
	}
}

// heading stays with what it is of.
func (p *paper) heading(b *report.Block, x float64) {
	if b.Depth > 0 {
		p.room(18)
		p.y += 2
		p.text(x, right-x, []report.Span{{Text: b.Text()}}, sub, ink)
		return
	}
	p.room(28)
	if p.y > top {
		p.y += 5
	}
	p.text(x, right-x, []report.Span{{Text: b.Text()}}, title, ink)
	y := p.y + 0.4
	p.draw(func() {
		p.pdf.SetDrawColor(rule.r, rule.g, rule.b)
		p.pdf.SetLineWidth(0.4)
		p.pdf.Line(left, y, right, y)
	})
	p.y += 2
}

// row is a label with its value beside it.
func (p *paper) row(b *report.Block, x float64) {
	labels := p.set([]report.Span{{Text: b.Label}}, body, labelWidth-2)
	values := p.set(b.Spans, body, right-x-labelWidth)
	const height = body * point * lead
	p.room(height * float64(max(len(labels), min(len(values), 4))))
	begun := p.y
	for _, l := range labels {
		p.line(x, l, body, grey)
	}
	below := p.y
	p.y = begun
	page := len(p.pages)
	for _, l := range values {
		p.room(height)
		p.line(x+labelWidth, l, body, ink)
	}
	if len(p.pages) == page {
		p.y = max(p.y, below)
	}
	p.y += 0.6
}

// answer is the frame on the first page.
func (p *paper) answer(all []report.Block) {
	tone := report.Caution
	if len(all) > 0 && len(all[0].Spans) > 0 && fills[all[0].Spans[0].Tone] != (color{}) {
		tone = all[0].Spans[0].Tone
	}
	begun := p.y
	c, f := tones[tone], fills[tone]
	x, width := left+8, right-left-13
	drawn := len(p.pages[0])
	p.y += 4
	p.text(x, width, []report.Span{{Text: p.word("html.kind", nil)}}, small, grey)
	p.y++
	for i, b := range all {
		if i == 0 {
			p.text(x, width, []report.Span{{Tone: tone, Text: markOf[tone] + " " + b.Text()}}, large, ink)
			p.y++
			continue
		}
		p.text(x, width, b.Spans, sub, ink)
	}
	end := p.y + 4
	if len(p.pages) > 1 { // a frame that does not end on its page goes to its foot
		end = bottom
	}
	frame := func() {
		p.pdf.SetFillColor(f.r, f.g, f.b)
		p.pdf.Rect(left, begun, right-left, end-begun, "F")
		p.pdf.SetFillColor(c.r, c.g, c.b)
		p.pdf.Rect(left, begun, 3, end-begun, "F")
	}
	p.pages[0] = slices.Insert(p.pages[0], drawn, frame)
	p.y += 4
}

// markOf says again what the words of the answer say.
var markOf = map[report.Tone]string{report.Good: "○", report.Bad: "×", report.Caution: "△"}

// closing says what this paper is worth, and what could not be shown as it is.
func (p *paper) closing(rep *verify.Report) {
	p.y += 6
	sha := rep.Document.SHA256
	if sha == "" {
		sha = "-"
	}
	p.text(left, right-left, []report.Span{{Tone: report.Faint, Text: p.word("paper.again", map[string]string{"digest": sha})}}, small, grey)
	for _, r := range slices.Sorted(maps.Keys(p.notes)) {
		params := map[string]string{"code": fmt.Sprintf("U+%04X", r), "as": p.notes[r]}
		key := "paper.shown"
		if p.notes[r] == "" {
			key = "paper.selector"
		}
		p.text(left, right-left, []report.Span{{Tone: report.Faint, Text: p.word(key, params)}}, small, grey)
	}
}

// play draws the pages, each with its foot.
func (p *paper) play(rep *verify.Report) {
	about := rep.Document.SHA256
	if len(about) > 16 {
		about = about[:16] + "…"
	}
	when := msg.Time(p.lang, rep.ValidationTime.Time)
	if p.lang != "en" {
		when += " / " + msg.Time("en", rep.ValidationTime.Time)
	}
	for i, page := range p.pages {
		p.pdf.AddPage()
		for _, f := range page {
			f()
		}
		foot := strconv.Itoa(i+1) + " / " + strconv.Itoa(len(p.pages))
		p.pdf.SetFontSize(tiny)
		p.pdf.SetTextColor(grey.r, grey.g, grey.b)
		p.pdf.Text(right-p.pdf.GetStringWidth(foot), pageHeight-10, foot)
		p.foot(rep.Document.Name, pageHeight-14)
		p.foot("SHA-256 "+about+"  "+when, pageHeight-10)
	}
}

// foot is one line of it, cut where it is too long.
func (p *paper) foot(text string, y float64) {
	lines := fill([]run{{"", p.font.fit(text, shownAs{})}}, pageWidth-2*left-20, p.pdf.GetStringWidth)
	if len(lines) == 0 {
		return
	}
	text = lines[0][0].text
	if len(lines) > 1 {
		text += "…"
	}
	p.pdf.Text(left, y, text)
}
