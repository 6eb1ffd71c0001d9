package report

import (
	_ "embed"
	"html/template"
	"io"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/verify"
)

// The page is one file: no script, nothing from outside, and a policy that
// forbids both.
//
//go:embed page.html
var pageSource string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(pageStyle) }, //nolint:gosec // our own file
	"safe":  Safe,
	"one":   func(s Span) []Span { return []Span{s} },
}).Parse(pageSource))

// A Page is an HTML page of its own that prints well: an answer, then sections.
// Its words are made safe; they may come from documents.
type Page struct {
	Lang   string
	Kind   string // what kind of page it is, above the answer
	Answer Span   // the heading: its tone is the page's
	Lines  []Span // below it
	Tables []PageTable
	Foot   []string
	parts  []htmlSection
}

// A PageTable is a table with its title.
type PageTable struct {
	Title   string
	Columns []string
	Rows    [][]string
}

// Write writes the page.
func (p *Page) Write(w io.Writer) error { return pageTemplate.Execute(w, view{p}) }

// A view is what the template sees of a page.
type view struct{ *Page }

// Mark is the sign beside the answer, which says again what its words say.
func (p view) Mark() string {
	switch p.Answer.Tone {
	case Good:
		return "○"
	case Bad:
		return "×"
	}
	return "△"
}

// Sections are those of a report.
func (p view) Sections() []htmlSection { return p.parts }

// An htmlSection is a heading and what stands under it.
type htmlSection struct {
	ID    string
	Title string
	Items []htmlItem
}

// An htmlItem is a heading within a section, a line, or rows of one depth.
type htmlItem struct {
	Depth   int
	Heading string
	Line    []Span
	Rows    []Block
}

// writeHTML writes the outline as a page.
func writeHTML(w io.Writer, rep *verify.Report, o options) error {
	o.color = false
	p := &printer{o: o}
	p.report(rep)
	page := &Page{Lang: o.lang, Kind: p.w("html.kind"), Foot: []string{p.w("html.again", "digest", first(rep.Document.SHA256, "-")), rep.Tool.Name + " " + rep.Tool.Version}}
	blocks := p.blocks
	for i, b := range blocks {
		if b.Kind == Gap || b.Kind == Heading {
			blocks = blocks[i:]
			break
		}
		if i == 0 {
			page.Answer = answer(b.Spans)
			continue
		}
		page.Lines = append(page.Lines, b.Spans...)
		page.Lines = append(page.Lines, Span{Text: "\n"})
	}
	page.parts = sections(blocks)
	return page.Write(w)
}

// answer is the first line in one tone, that of the verdict.
func answer(spans []Span) Span {
	b := Block{Kind: Line, Spans: spans}
	return Span{spans[0].Tone, b.Text()}
}

func sections(blocks []Block) (out []htmlSection) {
	for _, b := range blocks {
		switch {
		case b.Kind == Gap:
			continue
		case b.Kind == Heading && b.Depth == 0:
			out = append(out, htmlSection{ID: "s" + strconv.Itoa(len(out)+1), Title: b.Text()})
			continue
		}
		items := &out[len(out)-1].Items
		last := len(*items) - 1
		switch {
		case b.Kind == Heading:
			*items = append(*items, htmlItem{Depth: b.Depth, Heading: b.Text()})
		case b.Kind == Line:
			*items = append(*items, htmlItem{Depth: b.Depth, Line: b.Spans})
		case last >= 0 && (*items)[last].Rows != nil && (*items)[last].Depth == b.Depth:
			(*items)[last].Rows = append((*items)[last].Rows, b)
		default:
			*items = append(*items, htmlItem{Depth: b.Depth, Rows: []Block{b}})
		}
	}
	return out
}

// Paragraphs are the lines below the answer.
func (p view) Paragraphs() (out [][]Span) {
	var at []Span
	for _, s := range p.Lines {
		if s.Text == "\n" {
			out, at = append(out, at), nil
			continue
		}
		at = append(at, s)
	}
	if at != nil {
		out = append(out, at)
	}
	return out
}

// Title is the page's name in a list of windows.
func (p view) Title() string { return strings.TrimSpace(p.Kind + ": " + p.Answer.Text) }
