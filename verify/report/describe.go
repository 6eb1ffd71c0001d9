package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/kakuin/kakuin/verify/report/msg"
)

// Describe writes what a finding code, a verdict or a sub-indication means, why
// it matters and what to do: the page behind `kakuin explain`. What it does not
// know is an error.
func Describe(w io.Writer, word, lang string) error {
	p := &printer{o: options{lang: lang}}
	var text, why, remedy msg.Text
	clause, severity := "", ""
	if e, ok := msg.Lookup(strings.ToUpper(word)); ok {
		word, text, why, remedy, clause, severity = e.Code, e.Text, e.Why, e.Remedy, e.Clause, e.Severity
	} else if t, ok := term(word); ok {
		text, why, remedy = t.Text, t.Why, t.Remedy
	} else {
		return fmt.Errorf("report: %q is no finding code, verdict or sub-indication that is known", word)
	}
	head := Safe(word)
	if severity != "" {
		head += " [" + p.w("severity."+severity) + "]"
	}
	p.line(0, head)
	p.line(1, bare(text.In(lang)))
	p.row(1, "why", bare(why.In(lang)))
	p.row(1, "remedy", bare(remedy.In(lang)))
	p.row(1, "clause", clause)
	return p.flush(w)
}

// term finds a verdict ("TOTAL-PASSED") or a sub-indication ("TRY_LATER").
func term(word string) (msg.Term, bool) {
	for _, prefix := range []string{"verdict.", "sub."} {
		if key := prefix + strings.ToUpper(word); msg.Has(key) {
			return msg.Word(key), true
		}
	}
	return msg.Term{}, false
}

// bare shows a text with its placeholders: the brackets of optional parts go.
func bare(text string) string {
	return strings.NewReplacer("[[", "", "]]", "").Replace(text)
}
