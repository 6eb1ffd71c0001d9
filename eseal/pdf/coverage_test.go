package pdf

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/note"
)

// Each /ByteRange and what is said of it: a, b are the ends of /Contents, d
// and e those of the dictionary, z the end of the file.
func TestByteRanges(t *testing.T) {
	base := custom(sigEntries, "<30>", "/ByteRange[0 $a $b $n]")
	s := base.one(t)
	a, b, d, e, z := s.ByteRange[1], s.ByteRange[2], s.dict.Start, s.dict.End, int64(base.Len())
	ranges := func(n ...int64) []int64 { return n }
	list := func(c ...note.Code) []note.Code { return c }
	for _, c := range []struct {
		name       string
		byteRange  []int64
		problems   []note.Code
		notCovered []Range
		revision   int
	}{
		{"right", ranges(0, a, b, z-b), nil, nil, 2},
		{"without the end of line", ranges(0, a, b, z-1-b), list(CodeRangeEOL), []Range{{z - 1, z}}, 2},
		{"and without the start", ranges(1, a-1, b, z-1-b), list(CodeRangeStart, CodeRangeEOL), []Range{{0, 1}, {z - 1, z}}, 2},
		{"from the dictionary", ranges(d, a-d, b, z-b), list(CodeRangeStart), []Range{{0, d}}, 2},
		{"from within the dictionary", ranges(d+1, a-d-1, b, z-b), list(CodeRangeStart, CodeSigOutside), []Range{{0, d + 1}}, 2},
		{"to the dictionary's end", ranges(0, a, b, e-b), list(CodeRangeEnd), []Range{{e, z}}, 0},
		{"to before the dictionary's end", ranges(0, a, b, e-1-b), list(CodeRangeEnd, CodeSigOutside), []Range{{e - 1, z}}, 0},
		{"nothing", nil, list(CodeRangeCount), []Range{{0, z}}, 0},
		{"one number", ranges(0), list(CodeRangeCount), []Range{{0, z}}, 0},
		{"all in one", ranges(0, z), list(CodeRangeCount), nil, 2},
		{"all but the first", ranges(1, z-1), list(CodeRangeCount, CodeRangeStart), []Range{{0, 1}}, 2},
		{"three numbers", ranges(0, a, b), list(CodeRangeCount), []Range{{a, z}}, 0},
		{"six numbers", ranges(0, a, b, 1, b+1, z-b-1), list(CodeRangeCount), []Range{{a, b}}, 2},
		{"a negative start", ranges(-4, 8, b, z-b), list(CodeRangeStart, CodeRangeNegative), []Range{{0, b}}, 0},
		{"a negative length", ranges(10, -5, b, z-b), list(CodeRangeStart, CodeRangeNegative), []Range{{0, b}}, 0},
		{"a negative second", ranges(0, a, -b, z-b), list(CodeRangeNegative), []Range{{a, z}}, 0},
		{"no octets in front", ranges(10, 0, b, z-b), list(CodeRangeStart, CodeGapWide), []Range{{0, b}}, 2},
		{"no octets behind", ranges(0, a, z, 0), list(CodeGapWide), []Range{{a, z}}, 2},
		{"one octet too many", ranges(0, a, b, z-b+1), list(CodeRangeBeyond), []Range{{a, z}}, 0},
		{"nothing beyond", ranges(0, a, z+1, 0), list(CodeRangeBeyond), []Range{{a, z}}, 0},
		{"far beyond", ranges(0, 1<<62, b, z-b), list(CodeRangeBeyond), []Range{{0, b}}, 0},
		{"the second first", ranges(b, z-b, 0, a), list(CodeRangeStart, CodeRangeOrder), []Range{{a, b}}, 0},
		{"over each other", ranges(0, b, a, z-a), list(CodeRangeOrder), nil, 0},
		{"gap before /Contents", ranges(0, a-2, a, z-a), list(CodeGapElsewhere), []Range{{a - 2, a}}, 2},
		{"gap into /Contents", ranges(0, a-2, a+1, z-a-1), list(CodeGapWide), []Range{{a - 2, a + 1}}, 2},
		{"gap behind /Contents", ranges(0, b, b+2, z-b-2), list(CodeGapElsewhere), []Range{{b, b + 2}}, 2},
		{"gap out of /Contents", ranges(0, b-1, b+2, z-b-2), list(CodeGapWide), []Range{{b - 1, b + 2}}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := custom(sigEntries, "<30>", "/ByteRange"+strings.Join(strings.Fields(fmt.Sprint(c.byteRange)), " ")).one(t)
			g := s.Coverage
			if got := codes(g.Problems); !slices.Equal(got, c.problems) {
				t.Errorf("%v, want %v", got, c.problems)
			}
			if c.byteRange != nil && !g.GapIsContents && !slices.Equal(g.NotCovered, c.notCovered) || s.Revision != c.revision {
				t.Errorf("not covered %v, want %v; revision %d, want %d", g.NotCovered, c.notCovered, s.Revision, c.revision)
			}
			if g.Valid != (c.name == "right" || c.name == "without the end of line") {
				t.Errorf("valid %v", g.Valid)
			}
			if g.WholeFile != (g.GapIsContents && (len(c.notCovered) == 0 || c.notCovered[0].Start == z-1)) {
				t.Errorf("whole file %v: %v", g.WholeFile, g.NotCovered)
			}
		})
	}
}

// The signed octets may go on with a few blanks behind %%EOF, or with all that
// the file has.
func TestWhatFollowsTheEnd(t *testing.T) {
	unsealed := func(rest string) *writer {
		w := plain()
		w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>").obj(4, fmt.Sprintf(widget0, "Seal", 5)).signature(5, sigEntries).end("")
		w.WriteString(rest)
		return w.seal()
	}
	for _, c := range []struct {
		name, signed, more string
		update, valid      bool
	}{
		{"sixteen blanks", strings.Repeat(" ", 15) + "\n", "", true, true},
		{"seventeen blanks", strings.Repeat(" ", 16) + "\n", "", true, false},
		{"words", "words\n", "", true, false},
		{"words to the end", "words\n", "", false, true},
		{"words, and more", "words\n", "more\n", false, false},
		{"one blank more", "\n", "", true, true},
		{"one blank more to the end", "\n", "", false, true},
	} {
		w := unsealed(c.signed)
		w.WriteString(c.more)
		if c.update {
			w.obj(9, "(x)").end("")
		}
		s := w.one(t)
		if s.Coverage.Valid != c.valid || (s.Revision == 2) != c.valid || s.Coverage.WholeFile != (c.more == "" && !c.update) {
			t.Errorf("%s: revision %d, %+v", c.name, s.Revision, s.Coverage)
		}
	}
	first := newWriter()
	first.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>").obj(4, fmt.Sprintf(widget0, "Seal", 5))
	if s := first.signature(5, sigEntries).end("").seal().one(t); !s.Coverage.Valid || s.Revision != 1 {
		t.Errorf("the first revision: %+v", s.Coverage)
	}
	// unsigned blanks at the file's end
	for n, whole := range map[int]bool{0: true, 16: true, 17: false} {
		w := unsealed("")
		w.WriteString(strings.Repeat("\n", n))
		if s := w.one(t); !s.Coverage.Valid || s.Coverage.WholeFile != whole {
			t.Errorf("%d blanks: %+v", n, s.Coverage)
		}
	}
}

// Ranges that count from a header behind junk fit when moved, all of them.
func TestRangesFromTheHeader(t *testing.T) {
	base := signed()
	const junk = "0123456789\n"
	build := func(n ...int64) *Signature {
		b := bytes.Clone(base.Bytes())
		r := strings.Join(strings.Fields(fmt.Sprint(n)), " ")
		copy(b[bytes.LastIndex(b, []byte("/ByteRange "))+len("/ByteRange "):], fmt.Sprintf("%-*s", len(rangeRoom), r))
		f := openBytes(t, append([]byte(junk), b...))
		if len(f.Signatures) != 1 || f.HeaderOffset != int64(len(junk)) {
			t.Fatalf("%d signatures, header at %d", len(f.Signatures), f.HeaderOffset)
		}
		return f.Signatures[0]
	}
	r, h := base.one(t).ByteRange, int64(len(junk))
	for _, c := range []struct {
		name     string
		s        *Signature
		problems []note.Code
	}{
		{"from the header", build(r[0], r[1], r[2], r[3]), []note.Code{CodeRangeFromHeader}},
		{"from the file's start", build(r[0], r[1]+h, r[2]+h, r[3]), nil},
		{"the first from the file's start", build(r[0], r[1]+h, r[2], r[3]+h), []note.Code{CodeGapWide}},
		{"the second from the file's start", build(r[0], r[1], r[2]+h, r[3]), []note.Code{CodeGapWide}},
		{"one range", build(r[0], r[2]+r[3]+h), []note.Code{CodeRangeCount}},
		{"one range from the header", build(r[0], r[1]), []note.Code{CodeRangeCount, CodeRangeEnd, CodeSigOutside}},
	} {
		if got := codes(c.s.Coverage.Problems); !slices.Equal(got, c.problems) {
			t.Errorf("%s: %v, want %v", c.name, got, c.problems)
		}
	}
}
