package batch

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/verify/report"
)

// A totalsForm is one way to write totals.
type totalsForm struct {
	ending string
	lines  bool
	write  func(o *Options, w io.Writer, t *Totals, lang string) error
}

// totalsForms is how totals are written, by the end of the file's name. Those
// that tell of each document are made from the lines of the run.
var totalsForms = []totalsForm{
	{".txt", false, func(_ *Options, w io.Writer, t *Totals, lang string) error { return t.Write(w, lang) }},
	{".json", false, func(_ *Options, w io.Writer, t *Totals, _ string) error { return t.writeJSON(w) }},
	{".csv", false, func(_ *Options, w io.Writer, t *Totals, lang string) error { return t.writeCSV(w, lang) }},
	{".html", false, func(o *Options, w io.Writer, t *Totals, lang string) error { return t.writeHTML(w, o.About, lang) }},
	{".xml", true, func(o *Options, w io.Writer, t *Totals, lang string) error {
		return o.writeCases(w, t, report.JUnit, lang)
	}},
	{".sarif", true, func(o *Options, w io.Writer, t *Totals, lang string) error {
		return o.writeCases(w, t, report.SARIF, lang)
	}},
}

// TotalsForms are the endings that names of totals may have.
func TotalsForms() (all []string) {
	for _, f := range totalsForms {
		all = append(all, f.ending)
	}
	return all
}

func formOf(path string) (totalsForm, bool) {
	ending := strings.ToLower(filepath.Ext(path))
	i := slices.IndexFunc(totalsForms, func(f totalsForm) bool { return f.ending == ending })
	if i < 0 {
		return totalsForm{}, false
	}
	return totalsForms[i], true
}

// TotalsLines tells whether totals of this name are made from the lines of the
// run, which then has to have an output that can be read; known is false for a
// name that says no form.
func TotalsLines(path string) (lines, known bool) {
	f, known := formOf(path)
	return f.lines, known
}

// WriteTotals writes the totals of this run as the name of the file says.
func (o *Options) WriteTotals(w io.Writer, t *Totals, path, lang string) error {
	f, known := formOf(path)
	if !known {
		return fmt.Errorf("%s: no form of totals", path)
	}
	return f.write(o, w, t, lang)
}
