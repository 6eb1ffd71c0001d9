// Package report writes a report for machines and for people. It adds words and
// layout; it decides nothing.
//
//	err := report.Write(w, rep, report.HTML, report.Lang("ja"))
//
// [Formats] lists the formats; PDF is in verify/report/pdf, which brings a font.
// JSON has every text in both languages, whatever Lang says; its schema is
// [Schema], and [verify.DecodeReport] reads it back. Programs should go by
// verdicts and finding codes, which stay, never by texts, which may be bettered.
// Texts, HTML and PDF may hold what a document claims; it is made harmless
// ([Safe]).
package report

import (
	_ "embed"
	"fmt"
	"io"
	"slices"

	"github.com/kakuin/kakuin/verify"
)

// A Format is a way to write a report.
type Format string

// The formats. JSON is indented, NDJSON is the same document on one line. HTML is
// a page of its own: no script, nothing from outside. SARIF (2.1.0) and JUnit are
// for tools that track problems; WriteCases writes them of many documents.
const (
	JSON   Format = "json"
	NDJSON Format = "ndjson"
	Text   Format = "text"
	HTML   Format = "html"
	SARIF  Format = "sarif"
	JUnit  Format = "junit"
	ETSI   Format = "etsi-xml" // ETSI TS 119 102-2 V1.4.1
	PDF    Format = "pdf"      // written by package report/pdf, not by Write: it brings a font
)

// Many says whether a file of this format can be about many documents.
func (f Format) Many() bool { return caseWriters[f] != nil }

// Single says whether a file of this format is about one document: such files
// cannot be written one after the other.
func (f Format) Single() bool { return f == HTML || f == PDF || f == ETSI }

// writers is the table of formats.
var writers = map[Format]func(io.Writer, *verify.Report, options) error{
	JSON:   writeIndented,
	NDJSON: writeLine,
	Text:   writeText,
	HTML:   writeHTML,
	SARIF:  ofMany(SARIF),
	JUnit:  ofMany(JUnit),
	ETSI:   writeETSI,
}

// Formats lists the formats that Write knows, in alphabetical order.
func Formats() []Format {
	out := make([]Format, 0, len(writers))
	for f := range writers {
		out = append(out, f)
	}
	slices.Sort(out)
	return out
}

type options struct {
	lang    string
	color   bool
	explain bool
	quiet   bool
}

// An Option changes how a report is written for people. JSON always carries
// both languages and heeds none.
type Option func(*options)

// Lang chooses the language, "ja" or "en"; anything else is an error of Write.
func Lang(lang string) Option { return func(o *options) { o.lang = lang } }

// Color adds ANSI colours. They never carry meaning alone.
func Color(on bool) Option { return func(o *options) { o.color = on } }

// Explain adds the steps of the judgement and the paths that were rejected.
func Explain(on bool) Option { return func(o *options) { o.explain = on } }

// Quiet leaves only the bottom line.
func Quiet(on bool) Option { return func(o *options) { o.quiet = on } }

// Write writes the report. A report without a verdict is an error, so that
// nothing unjudged can be shown as anything.
func Write(w io.Writer, rep *verify.Report, f Format, opts ...Option) error {
	o, err := chosen(opts)
	if err != nil {
		return err
	}
	if err := judged(rep); err != nil {
		return err
	}
	write, ok := writers[f]
	if !ok {
		return fmt.Errorf("report: format %q is not one of %v", f, Formats())
	}
	return write(w, rep, o)
}

//go:embed report-v1.schema.json
var schema []byte

// Schema gives the JSON Schema (2020-12) of the report, kakuin/report/v1.
func Schema() []byte { return slices.Clone(schema) }
