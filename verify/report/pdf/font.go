package pdf

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"

	"github.com/kakuin/kakuin/verify/report"
)

// BIZ UDPGothic (SIL Open Font License, font/OFL.txt): a face made to be read by
// everybody, with TrueType outlines, which the PDF library needs.
//
//go:embed font/BIZUDPGothic-Regular.ttf.gz
var packed []byte

// A face is the font and which characters it has.
type face struct {
	ttf []byte
	has [1 << 16]bool
}

// theFace unpacks it once.
var theFace = sync.OnceValues(func() (*face, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	f := &face{}
	if f.ttf, err = io.ReadAll(r); err != nil {
		return nil, err
	}
	return f, f.readCharacters()
})

var errFont = errors.New("pdf: the font has no table of characters")

// readCharacters reads the cmap subtable of format 4 (OpenType 1.9): which
// characters of the basic plane have a glyph.
func (f *face) readCharacters() error {
	u16 := func(at int) int {
		if at < 0 || at+2 > len(f.ttf) {
			return 0
		}
		return int(binary.BigEndian.Uint16(f.ttf[at:]))
	}
	u32 := func(at int) int { return u16(at)<<16 | u16(at+2) }
	cmap := 0
	for i := range u16(4) {
		if at := 12 + 16*i; at+16 <= len(f.ttf) && string(f.ttf[at:at+4]) == "cmap" {
			cmap = u32(at + 8)
		}
	}
	for i := range u16(cmap + 2) {
		sub := cmap + u32(cmap+4+8*i+4)
		if cmap == 0 || u16(sub) != 4 {
			continue
		}
		n := u16(sub+6) / 2
		ends, starts, deltas, offsets := sub+14, sub+16+2*n, sub+16+4*n, sub+16+6*n
		for s := range n {
			for c := u16(starts + 2*s); c <= u16(ends+2*s) && c < 0xffff; c++ {
				glyph := c + u16(deltas+2*s)
				if o := u16(offsets + 2*s); o != 0 {
					if glyph = u16(offsets + 2*s + o + 2*(c-u16(starts+2*s))); glyph != 0 {
						glyph += u16(deltas + 2*s)
					}
				}
				f.has[c] = glyph&0xffff != 0
			}
		}
		return nil
	}
	return errFont
}

// plainForms are characters of names beyond U+FFFF, which the PDF library cannot
// write, and the form of the same character that everybody can.
var plainForms = map[rune]rune{0x20bb7: '吉', 0x20b9f: '叱', 0x2123d: '土', 0x2363a: '橋', 0x2550e: '碕'}

// A writer of text remembers what it could not show as it is.
type shownAs map[rune]string

// fit is a text with characters that the font has. What it lacks is shown by
// its number; nothing is left out without a word.
func (f *face) fit(s string, notes shownAs) string {
	s = report.Safe(s)
	var b strings.Builder
	for _, r := range s {
		switch plain, known := plainForms[r]; {
		case r < 1<<16 && f.has[r]:
			b.WriteRune(r)
			continue
		case known:
			b.WriteRune(plain)
			notes[r] = string(plain)
		case unicode.Is(unicode.Variation_Selector, r):
			notes[r] = ""
		case r == ' ' || r == 0xa0 || r == 0x3000:
			b.WriteByte(' ')
		default:
			fmt.Fprintf(&b, "[U+%04X]", r)
		}
	}
	return b.String()
}
