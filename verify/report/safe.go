package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// steers says whether a character of a name could steer a terminal, hide, or
// change the direction of what stands around it: controls, format characters
// (bidirectional overrides, zero width, tags), line separators, blank letters.
// Variation selectors stay: Japanese names need them.
func steers(r rune) bool {
	switch {
	case r < 0x7f:
		return r < 0x20
	case r >= 0x3040 && r < 0xd800 && r != 0x3164: // kana, ideographs, Hangul: nothing of it steers
		return false
	}
	switch r {
	case 0x2028, 0x2029, 0x115f, 0x1160, 0x3164, 0xffa0:
		return true
	}
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)
}

// Safe shows such characters, and octets that are no text, as escapes.
func Safe(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, steers) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case r == '\n':
			b.WriteString(`\n`)
		case r > 0xffff && steers(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		case steers(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}
