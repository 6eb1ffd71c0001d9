package report

import (
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A Case is one document among many, as tools that track problems see it.
type Case struct {
	Name          string // path or name of the document
	SHA256        string // hexadecimal; empty where nothing was read
	Verdict       verdict.Document
	SubIndication string // of the first signature with the worst indication
	Problems      []Problem
}

// A Problem is a finding that is an error or a warning.
type Problem struct {
	Code     verdict.Code
	Severity verdict.Severity
	Text     verify.Text // zero: what the code says of every document
	Remedy   verify.Text // zero: what the code says
	Clause   string
	Object   string // of the report: S1, T1, …
}

// Cases are many documents. Whatever their number, one at a time is held.
type Cases struct {
	Tool     verify.Tool
	Time     verify.Time              // of validation
	Verdicts map[verdict.Document]int // how many documents have it
	All      iter.Seq2[*Case, error]  // in the order of the output; an error ends it
}

// CaseOf is the case of one report.
func CaseOf(rep *verify.Report) *Case {
	c := &Case{Name: rep.Document.Name, SHA256: rep.Document.SHA256, Verdict: rep.Verdict}
	for i := range rep.Signatures {
		if s := &rep.Signatures[i]; string(s.Indication) == string(rep.Verdict) && c.SubIndication == "" {
			c.SubIndication = string(s.SubIndication)
		}
	}
	for _, f := range Findings(rep) {
		if f.Severity != verdict.Error && f.Severity != verdict.Warning {
			continue
		}
		p := Problem{Code: f.Code, Severity: f.Severity, Text: f.Text, Clause: f.Clause, Object: f.Object}
		if f.Remedy != nil {
			p.Remedy = *f.Remedy
		}
		c.Problems = append(c.Problems, p)
	}
	return c
}

// CasesOf are the cases of reports of one run.
func CasesOf(reports ...*verify.Report) Cases {
	c := Cases{Verdicts: map[verdict.Document]int{}}
	for _, r := range reports {
		c.Tool, c.Time = r.Tool, r.ValidationTime
		c.Verdicts[r.Verdict]++
	}
	c.All = func(yield func(*Case, error) bool) {
		for _, r := range reports {
			if !yield(CaseOf(r), nil) {
				return
			}
		}
	}
	return c
}

// caseWriters are the formats that hold many documents.
var caseWriters = map[Format]func(io.Writer, Cases, options) error{
	SARIF: writeSARIF,
	JUnit: writeJUnit,
}

// WriteCases writes one file about many documents: SARIF or JUnit.
func WriteCases(w io.Writer, c Cases, f Format, opts ...Option) error {
	o, err := chosen(opts)
	if err != nil {
		return err
	}
	write, ok := caseWriters[f]
	if !ok {
		return fmt.Errorf("report: format %q is not about many documents; write %s or %s", f, SARIF, JUnit)
	}
	return write(w, c, o)
}

// ofMany writes a single report in a format of many.
func ofMany(f Format) func(io.Writer, *verify.Report, options) error {
	return func(w io.Writer, rep *verify.Report, o options) error {
		return WriteCases(w, CasesOf(rep), f, Lang(o.lang))
	}
}

// General is what a code says of every document that has it: the sentence of
// its finding, with … where it names something.
func General(code verdict.Code) verify.Text {
	e, known := msg.Lookup(string(code))
	if !known {
		return verify.Text{JA: string(code), EN: string(code)}
	}
	return both(e.Text.Fill(blanks(e.Text)))
}

func both(t msg.Text) verify.Text { return verify.Text{JA: t.JA, EN: t.EN} }

func blanks(t msg.Text) map[string]string {
	out := map[string]string{}
	for _, p := range slices.Concat(msg.Params(t.JA), msg.Params(t.EN)) {
		out[p] = "…"
	}
	return out
}

// told is a problem with the words that its code has where it has none itself.
func (p Problem) told() Problem {
	if p.Text.IsZero() {
		p.Text = General(p.Code)
	}
	if e, known := msg.Lookup(string(p.Code)); known && p.Remedy.IsZero() {
		p.Remedy = both(e.Remedy.Fill(blanks(e.Remedy)))
	}
	return p
}

// problems are those of the case. One that did not pass has at least one that
// says so.
func (c *Case) problems() []Problem {
	all := make([]Problem, 0, len(c.Problems)+1)
	worst := false
	for _, p := range c.Problems {
		worst = worst || p.Severity == verdict.Error
		all = append(all, p.told())
	}
	if !worst && c.Verdict != verdict.DocumentPassed {
		t := msg.Word("verdict." + string(c.Verdict))
		all = append([]Problem{{Code: verdict.Code(c.Verdict), Severity: verdict.Error, Text: both(t.Text), Remedy: both(t.Remedy)}}, all...)
	}
	return all
}
