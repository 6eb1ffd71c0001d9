// Package batch judges many documents and survives what is in them: workers
// are processes of their own, so that a document can end one of them and
// nothing else; what is done stands in a journal, so that a run that was ended
// goes on where it was. It decides nothing: each line is the report of one
// document, or a summary of it.
package batch

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"github.com/kakuin/kakuin/verify"
)

// A Document is one that is to be judged: a path as the file system has it,
// whatever its encoding, and what the manifest expects of it.
type Document struct {
	Path     string
	Detached []string // signed content that lies beside
	SHA256   string   // expected, hexadecimal
	SealedBy string
	Level    string
	// Trouble is why there is nothing to open at this path, found while looking
	// for documents.
	Trouble error
}

// expectations are what the manifest expects of it.
func (d *Document) expectations() (out []verify.Expect) {
	for _, e := range []struct {
		wanted string
		expect func(string) verify.Expect
	}{{d.SHA256, verify.SameDocument}, {d.SealedBy, verify.SealedBy}, {d.Level, verify.RequireLevel}} {
		if e.wanted != "" {
			out = append(out, e.expect(e.wanted))
		}
	}
	return out
}

// A key tells documents apart in the journal, without holding their names.
type key [16]byte

// key is over everything that the manifest says, so that a changed row is done
// anew.
func (d *Document) key() (k key) {
	h := sha256.New()
	for _, part := range append([]string{d.Path, d.SHA256, d.SealedBy, d.Level}, d.Detached...) {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	copy(k[:], h.Sum(nil))
	return k
}

// Name is the path as text: each of its names as it is if it is UTF-8, else read
// as Shift_JIS as the archives of Japanese Windows have it, else with its octets
// written out. A folder may have been named by another system than what is in it.
func Name(path string) string {
	if utf8.ValidString(path) {
		return path
	}
	names := strings.Split(path, "/")
	for i, name := range names {
		names[i] = nameText(name)
	}
	return strings.Join(names, "/")
}

func nameText(path string) string {
	if utf8.ValidString(path) {
		return path
	}
	if text, err := japanese.ShiftJIS.NewDecoder().String(path); err == nil && !hasReplacement(text) {
		return text
	}
	var out []byte
	for i := 0; i < len(path); {
		r, n := utf8.DecodeRuneInString(path[i:])
		if r == utf8.RuneError && n == 1 {
			out = append(out, `\x`+hex.EncodeToString([]byte{path[i]})...)
		} else {
			out = append(out, path[i:i+n]...)
		}
		i += n
	}
	return string(out)
}

func hasReplacement(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError {
			return true
		}
	}
	return false
}

// octets are those of a path that is not UTF-8, in hexadecimal: by them the
// file can be found again.
func octets(path string) string {
	if utf8.ValidString(path) {
		return ""
	}
	return hex.EncodeToString([]byte(path))
}
