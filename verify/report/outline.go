package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/kakuin/kakuin/verify"
)

// A Tone is what a piece of text means to the reader. It never carries meaning
// alone: a word or a mark says the same.
type Tone string

// The tones.
const (
	Plain   Tone = ""
	Strong  Tone = "strong"
	Good    Tone = "good"
	Caution Tone = "caution"
	Bad     Tone = "bad"
	Faint   Tone = "faint"
)

// A Span is a piece of text in one tone. Its text may come from a document:
// it is not made safe for any medium yet (see Safe).
type Span struct {
	Tone Tone
	Text string
}

// A BlockKind says what a block is.
type BlockKind string

// The kinds of blocks.
const (
	Heading BlockKind = "heading" // of what follows, until the next of its depth or less
	Line    BlockKind = "line"    // a sentence of its own
	Row     BlockKind = "row"     // a value with its label
	Gap     BlockKind = "gap"     // an empty line
)

// A Block is one line of a report for people. Blocks of a greater depth belong
// to the one before.
type Block struct {
	Kind  BlockKind
	Depth int
	Label string // of a Row
	Spans []Span
}

// Text is the block's text without its tones.
func (b *Block) Text() string {
	var out strings.Builder
	if b.Kind == Row {
		out.WriteString(b.Label + colon)
	}
	for _, s := range b.Spans {
		out.WriteString(s.Text)
	}
	return out.String()
}

// Outline is a report for people as a list of blocks, in one language: what the
// text, HTML and PDF reports all say. What stands before the first heading is
// the answer in short.
func Outline(rep *verify.Report, opts ...Option) ([]Block, error) {
	o, err := chosen(opts)
	if err != nil {
		return nil, err
	}
	if err := judged(rep); err != nil {
		return nil, err
	}
	p := &printer{o: o}
	p.report(rep)
	return p.blocks, nil
}

// judged refuses what nothing was said about.
func judged(rep *verify.Report) error {
	switch {
	case rep == nil:
		return errors.New("report: there is no report to write")
	case !rep.Verdict.Known():
		return errors.New("report: the report has no verdict")
	}
	return nil
}

func chosen(opts []Option) (options, error) {
	o := options{lang: "en"}
	for _, opt := range opts {
		opt(&o)
	}
	if o.lang != "en" && o.lang != "ja" {
		return o, fmt.Errorf("report: language %q is not one of en, ja", o.lang)
	}
	return o, nil
}

// escapes are the tones of a terminal that has colours.
var escapes = map[Tone]string{Strong: "1", Good: "32", Caution: "33", Bad: "31", Faint: "2"}

// flush writes the blocks as lines of text, safe for a terminal.
func (p *printer) flush(w io.Writer) error {
	var out bytes.Buffer
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.Kind != Gap {
			out.WriteString(strings.Repeat("  ", b.Depth))
		}
		if b.Kind == Row {
			out.WriteString(Safe(b.Label + colon))
		}
		for _, s := range b.Spans {
			code := escapes[s.Tone]
			if !p.o.color || code == "" || s.Text == "" {
				out.WriteString(Safe(s.Text))
				continue
			}
			out.WriteString("\x1b[" + code + "m" + Safe(s.Text) + "\x1b[0m")
		}
		out.WriteByte('\n')
	}
	_, err := w.Write(out.Bytes())
	return err
}
