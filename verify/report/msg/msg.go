// Package msg has the words of the report: for each stable code and each term
// a sentence in English and Japanese, what to do, and why it matters. The words
// stand in catalogue/*.txt, plain files that a translator can edit. It imports
// nothing of ours and knows no verdicts.
package msg

import (
	"slices"
	"sort"
	"sync"
)

// A Text is one sentence in both languages.
type Text struct{ EN, JA string }

// IsZero says that there is no text.
func (t Text) IsZero() bool { return t == Text{} }

// In gives the Japanese text for "ja" and the English one for anything else.
func (t Text) In(lang string) string {
	if lang == "ja" {
		return t.JA
	}
	return t.EN
}

// Fill replaces the placeholders in both languages.
func (t Text) Fill(params map[string]string) Text {
	if t.IsZero() {
		return t
	}
	return Text{EN: fill("en", t.EN, params), JA: fill("ja", t.JA, params)}
}

// An Entry is everything that is to be said about one finding code.
type Entry struct {
	Code     string
	Severity string // error, warning, info: the usual one; the court may say otherwise
	Clause   string // the clause that it is judged by, empty when our own rule
	Text     Text   // what is the case
	Remedy   Text   // what to do, may be empty
	Why      Text   // what it means and why it matters
}

// Lookup gives the entry of a finding code.
func Lookup(code string) (Entry, bool) {
	e, ok := load().codes[code]
	return e, ok
}

// Codes lists all finding codes in order.
func Codes() []string { return slices.Clone(load().order) }

// A Term is a word of the report: its text, what it means, what to do.
type Term struct{ Text, Remedy, Why Text }

// Word gives a term by its key, such as "verdict.TOTAL-PASSED". An unknown key
// gives the key itself, so that nothing is silently left out.
func Word(key string) Term {
	if t, ok := load().words[key]; ok {
		return t
	}
	return Term{Text: Text{EN: key, JA: key}}
}

// Has says whether the catalogue knows the key of a term.
func Has(key string) bool {
	_, ok := load().words[key]
	return ok
}

// Words lists the keys of all terms in order.
func Words() []string {
	keys := make([]string, 0, len(load().words))
	for k := range load().words {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

var load = sync.OnceValue(func() catalogue {
	c, err := read(files)
	if err != nil {
		panic(err) // the files are part of the program; a test reads them all
	}
	return c
})
