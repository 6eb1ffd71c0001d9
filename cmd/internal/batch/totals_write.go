package batch

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A section is one table of the totals, for people.
type section struct {
	title   string
	columns [3]string // keys of their words
	lines   []counted
}

// A counted line is a number of documents, or one document and its time or its
// result.
type counted struct {
	count  int    // 0: until or result is told
	until  string // RFC 3339
	result string
	words  string
	code   string // the exact term
	cause  string // of the result, in words
}

// head is the first cell: what the line is about.
func (l *counted) head() string {
	if l.count > 0 {
		return strconv.Itoa(l.count)
	}
	return cmp.Or(l.until, l.result)
}

var (
	countedColumns = [3]string{"count", "item", "code"}
	endingColumns  = [3]string{"verifiableUntil", "path", "ending"}
	missColumns    = [3]string{"result", "path", "cause"}
)

func word(key, lang string) string { return msg.Word("batch." + key).Text.In(lang) }

// sections are the totals in words. most bounds each list of many.
func (t *Totals) sections(lang string, most int) []section {
	verdicts := section{title: msg.Word("batch.documents").Text.Fill(map[string]string{"count": strconv.Itoa(t.Documents)}).In(lang), columns: countedColumns}
	for _, v := range []verdict.Document{verdict.DocumentPassed, verdict.DocumentFailed, verdict.DocumentIndeterminate, verdict.NotSigned, verdict.Unreadable} {
		if n := t.Verdicts[v]; n > 0 {
			verdicts.lines = append(verdicts.lines, counted{count: n, words: word("verdict."+string(v), lang), code: string(v)})
		}
	}
	often := slices.SortedFunc(maps.Keys(t.Findings), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.Findings[b], t.Findings[a]), strings.Compare(a, b))
	})
	findings := section{title: word("findings", lang), columns: countedColumns}
	for _, code := range often[:min(len(often), most)] {
		findings.lines = append(findings.lines, counted{count: t.Findings[code], words: report.General(verdict.Code(code)).In(lang), code: code})
	}
	unmet := section{title: word("unmet", lang), columns: countedColumns}
	for _, kind := range slices.Sorted(maps.Keys(t.Unmet)) {
		unmet.lines = append(unmet.lines, counted{count: t.Unmet[kind], words: msg.Word("expect." + kind).Text.In(lang), code: kind})
	}
	ends := section{title: word("ends", lang), columns: countedColumns}
	for _, month := range slices.Sorted(maps.Keys(t.Ends)) {
		ends.lines = append(ends.lines, counted{count: t.Ends[month], words: month})
	}
	all := []section{verdicts, t.missed(lang, most), findings, unmet, ends, t.ending(lang, most)}
	return slices.DeleteFunc(all, func(s section) bool { return len(s.lines) == 0 && s.title != verdicts.title })
}

// missed names the documents that did not pass, the worst first.
func (t *Totals) missed(lang string, most int) section {
	s := section{title: word("notPassed", lang), columns: missColumns}
	for _, m := range t.NotPassed[:min(len(t.NotPassed), most)] {
		l := counted{result: word("verdict."+string(m.Verdict), lang), words: m.Path, code: strings.TrimSpace(string(m.Verdict) + " " + m.CauseCode)}
		if m.CauseCode != "" {
			l.cause = report.General(verdict.Code(m.CauseCode)).In(lang)
		}
		s.lines = append(s.lines, l)
	}
	return s
}

// ending names the documents whose verdict ends first.
func (t *Totals) ending(lang string, most int) section {
	s := section{title: word("first", lang), columns: endingColumns}
	for _, e := range t.First[:min(len(t.First), most)] {
		s.lines = append(s.lines, counted{until: e.Until, words: e.Path, code: msg.Word("event." + e.By).Text.In(lang)})
	}
	return s
}

// Write tells the totals to people, a page at most.
func (t *Totals) Write(w io.Writer, lang string) error {
	var b bytes.Buffer
	for i, s := range t.sections(lang, 10) {
		if i > 0 {
			fmt.Fprintln(&b)
		}
		fmt.Fprintln(&b, s.title)
		for _, l := range s.lines {
			code := ""
			if l.code != "" {
				code = " (" + report.Safe(l.code) + ")"
			}
			if l.count > 0 {
				fmt.Fprintf(&b, "%9d  %s%s\n", l.count, report.Safe(l.words), code)
			} else {
				fmt.Fprintf(&b, "  %s  %s%s\n", l.head(), report.Safe(l.words), code)
			}
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// writeHTML writes them as a page.
func (t *Totals) writeHTML(w io.Writer, about Header, lang string) error {
	all := t.sections(lang, maxFirst)
	page := report.Page{Lang: lang, Kind: word("page", lang), Answer: report.Span{Tone: t.tone(), Text: all[0].title + t.worst(lang)}}
	for _, s := range all {
		table := report.PageTable{Title: s.title}
		for _, key := range s.columns {
			table.Columns = append(table.Columns, word("column."+key, lang))
		}
		for _, l := range s.lines {
			last := l.code
			if l.result != "" {
				last = l.cause
			}
			table.Rows = append(table.Rows, []string{l.head(), l.words, last})
		}
		if len(table.Rows) > 0 {
			page.Tables = append(page.Tables, table)
		}
	}
	if about.At != "" {
		page.Foot = append(page.Foot, msg.Word("batch.about").Text.Fill(map[string]string{"at": about.At, "policy": about.Policy, "trust": about.Trust}).In(lang))
	}
	page.Foot = append(page.Foot, strings.TrimSpace("kakuin "+about.Tool))
	return page.Write(w)
}

// worst tells how many have the worst verdict, if any did not pass.
func (t *Totals) worst(lang string) string {
	for _, v := range []verdict.Document{verdict.DocumentFailed, verdict.Unreadable, verdict.DocumentIndeterminate, verdict.NotSigned} {
		if n := t.Verdicts[v]; n > 0 {
			return fmt.Sprintf(" - %s: %d", word("verdict."+string(v), lang), n)
		}
	}
	return ""
}

// tone is that of the worst verdict.
func (t *Totals) tone() report.Tone {
	switch {
	case t.Verdicts[verdict.DocumentFailed] > 0:
		return report.Bad
	case t.Documents > 0 && t.Verdicts[verdict.DocumentPassed] == t.Documents:
		return report.Good
	}
	return report.Caution
}

// writeCases writes a case a document, from the lines of the run.
func (o *Options) writeCases(w io.Writer, t *Totals, f report.Format, lang string) error {
	lines, err := os.Open(o.Output)
	if err != nil {
		return err
	}
	defer lines.Close()
	at, err := time.Parse(time.RFC3339Nano, o.About.At)
	if err != nil {
		return err
	}
	c := report.Cases{Tool: verify.Tool{Name: "kakuin", Version: o.About.Tool}, Time: verify.At(at), Verdicts: t.Verdicts}
	c.All = func(yield func(*report.Case, error) bool) {
		err := o.Judge.Form.each(lines, func(s *Summary) error {
			if !yield(s.asCase(), nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && err != errEnough {
			yield(nil, fmt.Errorf("%s: %w", o.Output, err))
		}
	}
	return report.WriteCases(w, c, f, report.Lang(lang))
}

// asCase has of the problems the codes; only the first error has its own words.
func (s *Summary) asCase() *report.Case {
	c := &report.Case{Name: s.Path, SHA256: s.SHA256, Verdict: s.Verdict, SubIndication: s.SubIndication}
	told := s.Cause == nil
	for _, code := range s.Findings {
		p := report.Problem{Code: verdict.Code(code), Severity: s.severity(code)}
		if !told && code == s.CauseCode {
			p.Text, told = *s.Cause, true
		}
		c.Problems = append(c.Problems, p)
	}
	return c
}

// severity is that of the cause, or the usual one of the code.
func (s *Summary) severity(code string) verdict.Severity {
	if code == s.CauseCode {
		return verdict.Error
	}
	e, _ := msg.Lookup(code)
	if e.Severity == string(verdict.Error) && s.Verdict != verdict.DocumentPassed {
		return verdict.Error
	}
	return verdict.Warning
}

// writeJSON writes the counts for programs, all of them.
func (t *Totals) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(t)
}

// writeCSV writes all of them for a spreadsheet.
func (t *Totals) writeCSV(w io.Writer, lang string) error {
	if _, err := io.WriteString(w, mark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	var head []string
	for _, c := range []string{"section", "item", "code", "count", "verifiableUntil"} {
		head = append(head, word("column."+c, lang))
	}
	rows := [][]string{head}
	for _, s := range t.sections(lang, len(t.Findings)+maxFirst) {
		for _, l := range s.lines {
			count := ""
			if l.count > 0 {
				count = strconv.Itoa(l.count)
			}
			rows = append(rows, []string{s.title, shown(l.words), shown(l.code), count, l.until})
		}
	}
	return out.WriteAll(rows)
}
