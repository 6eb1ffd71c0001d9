package batch

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A section is one table of the totals, for people.
type section struct {
	title string
	lines []counted
}

// A counted line is a number of documents, or one document and its time.
type counted struct {
	count int    // 0: until is told
	until string // RFC 3339
	words string
	code  string // the exact term
}

func word(key, lang string) string { return msg.Word("batch." + key).Text.In(lang) }

// sections are the totals in words. most bounds each list of many.
func (t *Totals) sections(lang string, most int) []section {
	verdicts := section{title: msg.Word("batch.documents").Text.Fill(map[string]string{"count": strconv.Itoa(t.Documents)}).In(lang)}
	for _, v := range []verdict.Document{verdict.DocumentPassed, verdict.DocumentFailed, verdict.DocumentIndeterminate, verdict.NotSigned, verdict.Unreadable} {
		if n := t.Verdicts[v]; n > 0 {
			verdicts.lines = append(verdicts.lines, counted{count: n, words: word("verdict."+string(v), lang), code: string(v)})
		}
	}
	often := slices.SortedFunc(maps.Keys(t.Findings), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.Findings[b], t.Findings[a]), strings.Compare(a, b))
	})
	findings := section{title: word("findings", lang)}
	for _, code := range often[:min(len(often), most)] {
		findings.lines = append(findings.lines, counted{count: t.Findings[code], words: sentence(code, lang), code: code})
	}
	unmet := section{title: word("unmet", lang)}
	for _, kind := range slices.Sorted(maps.Keys(t.Unmet)) {
		unmet.lines = append(unmet.lines, counted{count: t.Unmet[kind], words: msg.Word("expect." + kind).Text.In(lang), code: kind})
	}
	ends := section{title: word("ends", lang)}
	for _, month := range slices.Sorted(maps.Keys(t.Ends)) {
		ends.lines = append(ends.lines, counted{count: t.Ends[month], words: month})
	}
	first := section{title: word("first", lang)}
	for _, e := range t.First[:min(len(t.First), most)] {
		first.lines = append(first.lines, counted{until: e.Until, words: e.Path, code: msg.Word("event." + e.By).Text.In(lang)})
	}
	return slices.DeleteFunc([]section{verdicts, findings, unmet, ends, first}, func(s section) bool { return len(s.lines) == 0 && s.title != verdicts.title })
}

// sentence is what a code says of every document that has it.
func sentence(code, lang string) string {
	e, known := msg.Lookup(code)
	if !known {
		return ""
	}
	blank := map[string]string{}
	for _, p := range msg.Params(e.Text.In(lang)) {
		blank[p] = "…"
	}
	return e.Text.Fill(blank).In(lang)
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
				fmt.Fprintf(&b, "  %s  %s%s\n", l.until, report.Safe(l.words), code)
			}
		}
	}
	_, err := w.Write(b.Bytes())
	return err
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
			rows = append(rows, []string{guard(s.title), guard(l.words), guard(l.code), count, l.until})
		}
	}
	return out.WriteAll(rows)
}
