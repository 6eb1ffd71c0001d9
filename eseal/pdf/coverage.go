package pdf

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/kakuin/kakuin/eseal/note"
)

// harmless are the codes that leave the coverage as it should be.
var harmless = map[note.Code]bool{CodeRangeFromHeader: true, CodeRangeEOL: true}

// cover measures what a signature covers (12.8.1; EN 319 142-1 4.1).
func (f *File) cover(s *Signature) {
	if s.dict == nil {
		return
	}
	if f.readByteRange(s) {
		f.checkGap(s)
		f.checkEnd(s)
		f.checkHolder(s)
	}
	f.notCovered(s)
	c := &s.Coverage
	for _, key := range []Name{"Contents", "ByteRange"} {
		if slices.Contains(s.dict.Duplicate, key) {
			c.problem(s, CodeDuplicateKey, note.Params{"key": string(key)})
		}
	}
	c.Valid = c.GapIsContents && c.WholeRevision
	for _, p := range c.Problems {
		c.Valid = c.Valid && harmless[p.Code]
	}
}

func (c *Coverage) problem(s *Signature, code note.Code, params note.Params) {
	c.Problems = append(c.Problems, s.at(code, params))
}

// maxRanges bounds the numbers that are kept of a /ByteRange: four are right,
// some more show what is wrong.
const maxRanges = 64

// readByteRange takes /ByteRange; true when its numbers can be worked with.
func (f *File) readByteRange(s *Signature) bool {
	c := &s.Coverage
	rev := max(s.Introduced, 1)
	v := s.dict.Get("ByteRange")
	if _, indirect := v.(Ref); indirect {
		s.note(CodeSigIndirectEntry, note.Params{"key": "ByteRange"})
	}
	a, ok := f.resolve(rev, v).(Array)
	if !ok {
		c.problem(s, CodeRangeAbsent, nil)
		return false
	}
	if len(a) != 4 {
		c.problem(s, CodeRangeCount, note.Params{"count": strconv.Itoa(len(a))})
	}
	for _, o := range a[:min(len(a), maxRanges)] {
		n, ok := f.resolve(rev, o).(Integer)
		if !ok {
			c.problem(s, CodeRangeNotNumbers, nil)
			return false
		}
		s.ByteRange = append(s.ByteRange, int64(n))
	}
	f.findShift(s)
	return f.checkNumbers(s)
}

// findShift sees whether the ranges count from a header that is not at the
// file's first octet: then they fit around /Contents only when moved.
func (f *File) findShift(s *Signature) {
	b := s.ByteRange
	if h := f.HeaderOffset; h > 0 && len(b) == 4 && b[0]+b[1]+h == s.ContentsStart && b[2]+h == s.ContentsEnd {
		s.shift = h
		s.Coverage.problem(s, CodeRangeFromHeader, note.Params{"offset": strconv.FormatInt(h, 10)})
	}
}

// checkNumbers looks at the numbers by themselves.
func (f *File) checkNumbers(s *Signature) bool {
	c, at, fine := &s.Coverage, int64(0), len(s.ByteRange) >= 2
	if fine && s.ByteRange[0] != 0 {
		c.problem(s, CodeRangeStart, note.Params{"start": strconv.FormatInt(s.ByteRange[0], 10)})
	}
	for i := 0; i+1 < len(s.ByteRange); i += 2 {
		off, n := s.ByteRange[i], s.ByteRange[i+1]
		switch {
		case off < 0 || n < 0:
			c.problem(s, CodeRangeNegative, nil)
			return false
		case n > f.Size-s.shift-off:
			c.problem(s, CodeRangeBeyond, note.Params{"size": strconv.FormatInt(f.Size, 10)})
			return false
		}
		if off < at {
			if fine {
				c.problem(s, CodeRangeOrder, nil)
			}
			fine = false
		}
		at = off + n
		c.SignedBytes += n
	}
	return fine && len(s.ByteRange)%2 == 0
}

// checkGap compares the gap with the /Contents string as it stands in the file.
func (f *File) checkGap(s *Signature) {
	if len(s.ByteRange) != 4 || s.ContentsStart < 0 {
		return
	}
	from, to := s.ByteRange[0]+s.ByteRange[1]+s.shift, s.ByteRange[2]+s.shift
	params := note.Params{"gap": span(from, to), "contents": span(s.ContentsStart, s.ContentsEnd)}
	switch {
	case from == s.ContentsStart && to == s.ContentsEnd:
		s.Coverage.GapIsContents = true
	case from < s.ContentsEnd && to > s.ContentsStart:
		s.Coverage.problem(s, CodeGapWide, params)
	default:
		s.Coverage.problem(s, CodeGapElsewhere, params)
	}
	if g := &s.Coverage; g.GapIsContents {
		for _, n := range s.Notes {
			if n.Code == CodeContentsNotHex || n.Code == CodeContentsForeign {
				g.GapIsContents = false
				g.Problems = append(g.Problems, n)
			}
		}
	}
}

func span(from, to int64) string {
	return strconv.FormatInt(from, 10) + "-" + strconv.FormatInt(to, 10)
}

// checkEnd finds the revision that the signed octets end with: the last one
// whose %%EOF they hold, if nothing but its end of line follows.
func (f *File) checkEnd(s *Signature) {
	n := len(s.ByteRange)
	end := s.ByteRange[n-2] + s.ByteRange[n-1] + s.shift
	i := len(f.Revisions) - 1
	for i >= 0 && f.Revisions[i].eof > end {
		i--
	}
	if i < 0 || end != f.Size && !f.blank(f.Revisions[i].End, end) {
		s.Coverage.problem(s, CodeRangeEnd, note.Params{"end": strconv.FormatInt(end, 10)})
		return
	}
	r := &f.Revisions[i]
	if end != r.End {
		s.Coverage.problem(s, CodeRangeEOL, note.Params{"end": strconv.FormatInt(end, 10), "revisionEnd": strconv.FormatInt(r.End, 10)})
	}
	s.Revision, s.Coverage.WholeRevision = r.Number, true
}

// blank tells whether a few octets, or none, are white space.
func (f *File) blank(from, to int64) bool {
	if to-from > 16 {
		return false
	}
	for ; from < to; from++ {
		if b := f.win.at(from); len(b) == 0 || class[b[0]] != space {
			return false
		}
	}
	return true
}

// checkHolder sees that the dictionary lies inside the signed octets and is
// the one that the covered revision has under its number.
func (f *File) checkHolder(s *Signature) {
	n := len(s.ByteRange)
	start, end := s.ByteRange[0]+s.shift, s.ByteRange[n-2]+s.ByteRange[n-1]+s.shift
	if s.dict.Start < start || s.dict.End > end {
		s.Coverage.problem(s, CodeSigOutside, nil)
	}
	if s.Revision == 0 || s.dict.Start < 0 {
		return
	}
	o, err := f.Object(s.Revision, s.ObjectNumber, s.Generation)
	f.failed(err)
	d := enclosing(o, s.dict.Start)
	if d == nil || d.Start != s.dict.Start {
		s.Coverage.problem(s, CodeSigReplaced, note.Params{"revision": strconv.Itoa(s.Revision)})
	}
}

// notCovered lists the octets outside the ranges and the gap for /Contents.
func (f *File) notCovered(s *Signature) {
	var in []Range
	for i := 0; i+1 < len(s.ByteRange); i += 2 {
		off, n := s.ByteRange[i], s.ByteRange[i+1]
		if off >= 0 && n > 0 && n <= f.Size-s.shift-off {
			in = append(in, Range{off + s.shift, off + n + s.shift})
		}
	}
	if s.Coverage.GapIsContents {
		in = append(in, Range{s.ContentsStart, s.ContentsEnd})
	}
	slices.SortFunc(in, func(a, b Range) int { return cmp.Compare(a.Start, b.Start) })
	at := int64(0)
	for _, r := range in {
		if r.Start > at {
			s.Coverage.NotCovered = append(s.Coverage.NotCovered, Range{at, r.Start})
		}
		at = max(at, r.End)
	}
	if at < f.Size {
		s.Coverage.NotCovered = append(s.Coverage.NotCovered, Range{at, f.Size})
	}
	rest := s.Coverage.NotCovered
	eol := len(rest) == 1 && f.blank(rest[0].Start, f.Size)
	s.Coverage.WholeFile = s.Coverage.GapIsContents && (len(rest) == 0 || eol)
}

var errNoRange = errors.New("/ByteRange does not name octets of the file")

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// Signed streams the octets of the byte ranges from r, in their order.
func (s *Signature) Signed(r io.ReaderAt) io.Reader {
	var parts []io.Reader
	for i := 0; i+1 < len(s.ByteRange); i += 2 {
		off, n := s.ByteRange[i], s.ByteRange[i+1]
		if off < 0 || n < 0 || n > s.size-s.shift-off {
			return failingReader{errNoRange}
		}
		parts = append(parts, io.NewSectionReader(r, off+s.shift, n))
	}
	if len(parts) == 0 || len(s.ByteRange)%2 != 0 {
		return failingReader{errNoRange}
	}
	return io.MultiReader(parts...)
}
