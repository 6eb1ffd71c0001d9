package trustlist

import (
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"github.com/kakuin/kakuin/eseal/ber"
)

func day(t time.Time) string {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

// clip keeps what a file says short and printable in an error.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// scalar reads one value as text, or tells that there is none.
func (d *decoder) scalar(n ast.Node, what string) (string, bool) {
	s, ok := text(n)
	if !ok {
		d.fail(n, "write one plain value", "%s is not a single value", what)
		return "", false
	}
	return s, true
}

// printable refuses what changes how a name looks without being seen:
// control characters and the marks of writing direction (Unicode UAX 9).
func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar
	})
}

// line reads words for people, on one line.
func (d *decoder) line(dst *string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := d.scalar(n, "text")
		if !ok {
			return
		}
		s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }), " ")
		s = strings.TrimSpace(s)
		switch {
		case s == "":
			d.fail(n, "write it or leave the key out", "the text is empty")
		case !printable(s):
			d.fail(n, "remove it", "the text holds a control character")
		}
		*dst = s
	}
}

// text reads `{ja: …, en: …}`, or one text for both.
func (d *decoder) text(dst *Text) func(ast.Node) {
	return func(n ast.Node) {
		if _, ok := text(n); ok {
			d.line(&dst.EN)(n)
			dst.JA = dst.EN
			return
		}
		d.mapping(n, "a text", field{"ja", d.line(&dst.JA)}, field{"en", d.line(&dst.EN)})
	}
}

// word reads one of a closed set.
func (d *decoder) word(dst *string, what string, allowed ...string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := d.scalar(n, what)
		if ok && !slices.Contains(allowed, s) {
			d.fail(n, "known: "+strings.Join(allowed, ", "), "%s %q is not known", what, clip(s))
		}
		*dst = s
	}
}

func (d *decoder) words(n ast.Node, what string, allowed []string) (out []string) {
	d.sequence(n, what, func(n ast.Node) {
		var s string
		d.word(&s, what, allowed...)(n)
		if slices.Contains(out, s) {
			d.fail(n, "keep one", "%q stands twice in %s", clip(s), what)
		}
		out = append(out, s)
	})
	if len(out) == 0 {
		d.fail(n, "name one, or leave the key out", "%s is empty", what)
	}
	return out
}

// id is the name under which sequence numbers are remembered, so it is kept
// to letters that no file system or terminal reads otherwise.
func (d *decoder) id(dst *string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := d.scalar(n, "id")
		bad := strings.ContainsFunc(s, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-:/", r))
		})
		if ok && (s == "" || len(s) > 128 || bad) {
			d.fail(n, "use letters, digits and . _ - : /, at most 128", "id %q cannot be used", clip(s))
		}
		*dst = s
	}
}

func (d *decoder) sequenceNumber(dst *int64) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := d.scalar(n, "sequence")
		v, err := strconv.ParseInt(s, 10, 64)
		if ok && (err != nil || v < 0) {
			d.fail(n, "count from 0 upwards", "sequence %q is not a whole number", clip(s))
		}
		*dst = v
	}
}

// time reads a date, which means its first moment in UTC, or an RFC 3339 time.
func (d *decoder) time(dst *time.Time) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := d.scalar(n, "a date")
		if !ok {
			return
		}
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t, err = time.Parse(time.RFC3339, s)
		}
		if err != nil || t.Year() < 1950 || t.Year() > 9998 {
			d.fail(n, "write 2026-11-01 or 2026-11-01T00:00:00Z", "%q is not a date", clip(s))
			return
		}
		*dst = t.UTC()
	}
}

func (d *decoder) boolean(dst *bool) func(ast.Node) {
	return func(n ast.Node) {
		b, ok := n.(*ast.BoolNode)
		if !ok {
			d.fail(n, "write true or false", "the value is neither true nor false")
			return
		}
		*dst = b.Value
	}
}

// hex reads octets written as hexadecimal, colons and spaces allowed as
// authorities print them; size 0 is any.
func (d *decoder) hex(n ast.Node, what string, size int) []byte {
	s, ok := d.scalar(n, what)
	if !ok {
		return nil
	}
	b, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(strings.TrimSpace(s)))
	if err != nil || len(b) == 0 || size > 0 && len(b) != size || len(b) > 64 {
		fix := "write it in hexadecimal"
		if size > 0 {
			fix = "write " + strconv.Itoa(2*size) + " hexadecimal digits, in quotes if they are all decimal"
		}
		d.fail(n, fix, "%s %q is not such a value", what, clip(s))
		return nil
	}
	return b
}

func (d *decoder) print256(n ast.Node) (h [32]byte, ok bool) {
	b := d.hex(n, "sha256", len(h))
	return h, copy(h[:], b) == len(h)
}

func (d *decoder) oid(n ast.Node, what string) ber.OID {
	s, ok := d.scalar(n, what)
	if !ok {
		return ""
	}
	if !isOID(s) {
		d.fail(n, "write it dotted, as 1.2.392.200149.8.5.1.1.20", "%s %q is not an object identifier", what, clip(s))
		return ""
	}
	return ber.OID(s)
}

// isOID wants the one spelling that comparisons rely on: no leading zeros,
// arcs that X.660 7 knows.
func isOID(s string) bool {
	arcs := strings.Split(s, ".")
	if len(s) > 256 || len(arcs) < 2 {
		return false
	}
	for _, a := range arcs {
		if a == "" || len(a) > 1 && a[0] == '0' || strings.Trim(a, "0123456789") != "" {
			return false
		}
	}
	root, second := arcs[0], arcs[1]
	return (root == "2" || (root == "0" || root == "1") && (len(second) == 1 || len(second) == 2 && second < "40")) &&
		ber.EncodeOID(ber.OID(s)) != nil
}

func (d *decoder) oids(n ast.Node, what string) (out []ber.OID) {
	d.sequence(n, what, func(n ast.Node) { out = append(out, d.oid(n, what)) })
	if len(out) == 0 {
		d.fail(n, "name one, or leave the key out", "%s is empty", what)
	}
	return out
}

// url reads an address; it is shown and fetched, so only schemes that
// authorities use are taken.
func (d *decoder) url(dst *string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := d.scalar(n, "url")
		u, err := url.Parse(s)
		if ok && (err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "ldap", "ldaps"}, u.Scheme) || u.User != nil || !printable(s)) {
			d.fail(n, "write https://…", "url %q cannot be used", clip(s))
		}
		*dst = s
	}
}
