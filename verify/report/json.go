package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/kakuin/kakuin/verify"
)

func writeIndented(w io.Writer, rep *verify.Report, _ options) error {
	return writeJSON(w, rep, "  ")
}

func writeLine(w io.Writer, rep *verify.Report, _ options) error { return writeJSON(w, rep, "") }

// writeJSON is deterministic: members in the order of the types, map keys
// sorted, no HTML escapes, one line feed at the end.
func writeJSON(w io.Writer, rep any, indent string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(rep); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err := w.Write(harmless(b.Bytes()))
	return err
}

// harmless writes characters that could steer a terminal or turn the direction
// of the text as \u escapes. They stand only inside strings, so the document
// says the same.
func harmless(doc []byte) []byte {
	if !bytes.ContainsFunc(doc, escaped) {
		return doc
	}
	out := make([]byte, 0, len(doc)+64)
	for len(doc) > 0 {
		r, n := utf8.DecodeRune(doc)
		switch {
		case !escaped(r):
			out = append(out, doc[:n]...)
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		doc = doc[n:]
	}
	return out
}

// escaped leaves the line feeds of the layout; inside strings there are none.
// The replacement character is escaped as the encoder does it for octets that
// are no text, so that a report reads and writes to the same bytes.
func escaped(r rune) bool { return r != '\n' && (steers(r) || r == utf8.RuneError) }
