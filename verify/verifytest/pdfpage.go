package verifytest

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// Size of an A4 page in points.
const pageWidth, pageHeight = 595, 842

// Page is the content of one page, drawn from the bottom left corner in points. Japanese text uses a CID font that
// every reader knows and nobody embeds, so pages stay small and text can be searched.
type Page struct{ ops strings.Builder }

// Align says where the x of a text stands.
type Align int

// Alignments.
const (
	Left Align = iota
	Center
	Right
)

// Text writes one line at x, y in the given size.
func (p *Page) Text(x, y, size float64, align Align, s string) {
	width := textWidth(s) * size / 1000
	switch align {
	case Center:
		x -= width / 2
	case Right:
		x -= width
	}
	fmt.Fprintf(&p.ops, "BT\n1 0 0 1 %s %s Tm\n", num(x), num(y))
	for _, r := range runs(s) {
		if r.ascii {
			fmt.Fprintf(&p.ops, "/F2 %s Tf %s Tj\n", num(size), literal(r.text))
			continue
		}
		fmt.Fprintf(&p.ops, "/F1 %s Tf <%s> Tj\n", num(size), utf16Hex(r.text))
	}
	p.ops.WriteString("ET\n")
}

// Frame draws a rectangle.
func (p *Page) Frame(x, y, w, h, line float64) {
	fmt.Fprintf(&p.ops, "%s w %s %s %s %s re S\n", num(line), num(x), num(y), num(w), num(h))
}

// Rule draws a line.
func (p *Page) Rule(x1, y1, x2, y2, line float64) {
	fmt.Fprintf(&p.ops, "%s w %s %s m %s %s l S\n", num(line), num(x1), num(y1), num(x2), num(y2))
}

// Sample marks the page as a sample: large grey words across it and a line at its foot.
func (p *Page) Sample() {
	const angle = "0.8660 0.5000 -0.5000 0.8660"
	fmt.Fprintf(&p.ops, "q 0.90 g\nBT\n/F1 78 Tf %s 108 260 Tm <%s> Tj\n/F2 78 Tf <20> Tj (SAMPLE) Tj\nET\nQ\n", angle, utf16Hex("見本"))
	p.ops.WriteString("0.45 g\n")
	p.Text(pageWidth/2, 34, 8, Center, "見本 SAMPLE - 実在の団体・人物とは関係ありません。公開の試験鍵で封印しており、何も証明しません。 Sealed with a public test key.")
	p.ops.WriteString("0 g\n")
}

func (p *Page) bytes() []byte { return []byte(p.ops.String()) }

func num(v float64) string {
	s := strings.TrimRight(fmt.Sprintf("%.2f", v), "0")
	return strings.TrimSuffix(s, ".")
}

type run struct {
	text  string
	ascii bool
}

// runs splits a line where the font changes.
func runs(s string) []run {
	var out []run
	for _, r := range s {
		ascii := r < 0x7f
		if len(out) == 0 || out[len(out)-1].ascii != ascii {
			out = append(out, run{ascii: ascii})
		}
		out[len(out)-1].text += string(r)
	}
	return out
}

// Widths of Helvetica from space to tilde, in thousandths (its published metrics).
var helvetica = [95]int{278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584}

func textWidth(s string) float64 {
	total := 0
	for _, r := range s {
		if r >= ' ' && r <= '~' {
			total += helvetica[r-' ']
		} else {
			total += 1000
		}
	}
	return float64(total)
}

// literal is a PDF literal string; textString one that may hold Japanese (UTF-16 with a byte order mark).
func literal(s string) string {
	return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s) + ")"
}

func textString(s string) string {
	for _, r := range s {
		if r > 0x7e {
			return "<FEFF" + utf16Hex(s) + ">"
		}
	}
	return literal(s)
}

func utf16Hex(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}

// Seal draws the picture of a square seal at x, y.
func (p *Page) Seal(x, y, size float64, words string) {
	fmt.Fprintf(&p.ops, "q 1 0 0 1 %s %s cm\n%sQ\n", num(x), num(y), stampArt(words, size))
}

// stampArt draws a square seal in red: the words in columns from the right, as on paper.
func stampArt(words string, size float64) []byte {
	var p Page
	p.ops.WriteString("0.80 0.10 0.10 RG 0.80 0.10 0.10 rg\n")
	p.Frame(2, 2, size-4, size-4, 2.4)
	letters := []rune(words)
	rows := 1
	for rows*rows < len(letters) {
		rows++
	}
	columns := (len(letters) + rows - 1) / rows
	cell := (size - 12) / float64(rows)
	wide := (size - 12) / float64(columns)
	glyph := min(cell, wide)
	for i, r := range letters {
		column, row := i/rows, i%rows
		x := size - 6 - wide*(float64(column)+0.5)
		y := size - 6 - cell*(float64(row)+0.5) - glyph*0.36
		p.Text(x, y, glyph*0.92, Center, string(r))
	}
	return p.bytes()
}
