package registry

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed kanji.txt
var kanjiForms string

// kanji leads every form of a character to the first of its line.
var kanji = sync.OnceValue(func() map[rune]rune {
	out := map[rune]rune{}
	for line := range strings.Lines(kanjiForms) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, forms := range strings.Fields(line) {
			first, n := utf8.DecodeRuneInString(forms)
			for _, r := range forms[n:] {
				out[r] = first
			}
		}
	}
	return out
})

func foldKanji(s string) string {
	forms := kanji()
	return strings.Map(func(r rune) rune {
		if first, ok := forms[r]; ok {
			return first
		}
		return r
	}, s)
}
