package plainyaml

import (
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "a: {b: [1, 2]}\nc: |\n  text\n", ""},
		{"byte order mark", "\ufeffa: b\n", ""},
		{"anchor", "a: &x b\n", "anchors"},
		{"alias", "a: *x\n", "aliases"},
		{"tag", "a: !x b\n", "tags"},
		{"merge", "<<: {a: b}\n", "merge keys"},
		{"deep", strings.Repeat("[", maxDepth+1), "deeply"},
		{"far right", strings.Repeat(" ", maxColumn+1) + "a: b\n", "deeply"},
		{"wide", "{" + strings.Repeat("a: b,", maxKeys+1) + "}", "too many keys"},
		{"marks", strings.Repeat("#\n", MaxMarks), "too many marks"},
		{"octets", "a: \xff\n", "UTF-8"},
	} {
		_, refused := Tokens([]byte(c.in))
		switch {
		case c.want == "" && refused != nil:
			t.Errorf("%s: refused: %v", c.name, refused)
		case c.want != "" && (refused == nil || !strings.Contains(refused.What, c.want)):
			t.Errorf("%s: %v, want %q", c.name, refused, c.want)
		}
	}
}
