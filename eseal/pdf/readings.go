package pdf

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A Reading is a place where readers that people use see different documents
// in one file: some take it as it is written, others repair it, and the two
// lead to different objects. Attackers live there.
type Reading struct {
	note.Note
	Since int // the sealed revision that has it already; after the last one when only an update brought it
}

// readReadings compares the readings of a file that has signatures: the
// newest revision, which readers show, and where that has two readings each
// sealed one.
func (f *File) readReadings() {
	last := len(f.revs)
	if len(f.Signatures) == 0 || last == 0 || f.Exhausted != nil {
		return
	}
	c := &comparison{f: f, rev: last}
	newest := c.notes()
	if c.mended {
		f.forget()
		f.Signatures, f.DocMDP = nil, nil
		f.readSignatures()
	}
	if len(newest) == 0 {
		return
	}
	since := map[note.Code]int{}
	for _, rev := range f.sealedRevisions() {
		older := &comparison{f: f, rev: rev, scan: c.scan}
		for _, n := range older.notes() {
			if since[n.Code] == 0 {
				since[n.Code] = rev
			}
		}
	}
	for _, n := range newest {
		if since[n.Code] == 0 {
			since[n.Code] = last
		}
		f.Readings = append(f.Readings, Reading{n, since[n.Code]})
	}
}

// sealedRevisions are the revisions before the newest that a signature
// covers, ascending.
func (f *File) sealedRevisions() []int {
	var out []int
	for _, s := range f.Signatures {
		if s.Revision > 0 && s.Revision < len(f.revs) {
			out = append(out, s.Revision)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// A comparison holds one revision, as its cross-reference says, against the
// other ways to read it.
type comparison struct {
	f      *File
	rev    int
	survey *survey
	scan   *scan
	found  map[note.Code][]string
	mended bool // an entry that led nowhere was set right
}

// notes lists what has two readings, one note a kind.
func (c *comparison) notes() []note.Note {
	f := c.f
	var err error
	c.found = map[note.Code][]string{}
	if c.survey, err = f.survey(c.rev); err != nil {
		f.failed(err)
		return nil
	}
	defer c.survey.giveBack()
	c.trailers()
	pages := c.survey.oddPages()
	if pages.odd != "" {
		c.tell(CodeTwoPageTrees, pages.odd)
	}
	if c.rev == len(f.revs) {
		if odd := f.oddShortcut(pages); odd != "" {
			c.tell(CodeTwoFirstPages, odd)
		}
		if f.twoBases {
			c.tell(CodeTwoTables, "startxref")
		}
	}
	seen := c.reached()
	c.flawed(seen)
	c.rivals(seen)
	if err := c.scanned(seen); err != nil {
		f.failed(err)
	}
	return c.told()
}

func (c *comparison) tell(code note.Code, object string) {
	if of := c.found[code]; !slices.Contains(of, object) && len(of) <= maxNamed {
		c.found[code] = append(of, object)
	}
}

// maxNamed bounds the objects that a note names.
const maxNamed = 6

func (c *comparison) told() (out []note.Note) {
	for _, code := range []note.Code{CodeTwoObjects, CodeBeyondSize, CodeTwoTables, CodeTwoLengths, CodeTwoIndexes, CodeTwoValues, CodeTwoPageTrees, CodeTwoFirstPages, CodeGoesOn} {
		of := c.found[code]
		if len(of) > maxNamed {
			of = append(of[:maxNamed], "…")
		}
		if len(of) > 0 {
			out = append(out, note.Note{Code: code, Where: strings.Join(of, ", "), Offset: -1})
		}
	}
	return out
}

// trailers looks at the trailers of the revision's sections: which /Root,
// /Prev or /Size counts must not depend on the reader.
func (c *comparison) trailers() {
	for i := range c.f.revs[:c.rev] {
		for _, s := range c.f.revs[i].sections {
			if s.bare {
				c.tell(CodeTwoTables, "octet "+strconv.FormatInt(s.off, 10))
			}
			if s.trailer.ambiguous() {
				c.tell(CodeTwoValues, "trailer at "+strconv.FormatInt(s.off, 10))
			}
		}
	}
}

// reached is the numbers that /Root and /Info of the trailer lead to, those
// that lead nowhere included, ascending.
func (c *comparison) reached() []uint32 {
	var todo, out []uint32
	for _, key := range []Name{"Root", "Info"} {
		todo = addRefs(todo, c.f.trailer(c.rev).Get(key))
	}
	rows, other := make([]bool, len(c.survey.rows)), map[uint32]bool{}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		i := c.survey.find(n)
		if i < 0 && other[n] || i >= 0 && rows[i] {
			continue
		}
		out = append(out, n)
		if i < 0 {
			other[n] = true
			continue
		}
		rows[i] = true
		todo = append(todo, c.survey.to[c.survey.rows[i].from:c.survey.rows[i].to]...)
	}
	slices.Sort(out)
	return out
}

var flawCodes = []struct {
	is   flaw
	code note.Code
}{{flawTokens, CodeTwoValues}, {flawRef, CodeTwoValues}, {flawLength, CodeTwoLengths}, {flawIndex, CodeTwoIndexes}, {flawBeyond, CodeGoesOn}}

// flawed tells the objects in use that have two readings by themselves, and
// those that /Size hides from readers that obey it (7.5.5).
func (c *comparison) flawed(seen []uint32) {
	size, ok := c.f.trailer(c.rev).Int("Size")
	for _, n := range seen {
		bad := c.survey.flaws[n]
		for _, x := range flawCodes {
			if bad&x.is != 0 {
				c.tell(x.code, c.name(n))
			}
		}
		if c.halfFree(n) {
			c.tell(CodeTwoObjects, c.name(n))
		}
		if ok && int64(n) >= size && c.f.placeOf(c.rev, int(n)) != nowhere {
			c.tell(CodeBeyondSize, c.name(n))
		}
	}
}

// halfFree tells whether an entry says that an object in use is free, and yet
// leads to it: a free one names the next free number (7.5.4).
func (c *comparison) halfFree(n uint32) bool {
	e, ok := c.f.lookup(c.rev, int(n))
	if !ok || e.kind != entryFree || e.off <= 0 {
		return false
	}
	ref, err := c.f.parser().header(e.off + c.f.base)
	c.f.failed(err)
	return err == nil && ref.Number == int(n)
}

func (c *comparison) name(n uint32) string {
	gen := 0
	if e, ok := c.f.lookup(c.rev, int(n)); ok && e.kind == entryUsed {
		gen = int(e.gen)
	}
	return Ref{int(n), gen}.String()
}

// rivals tells the objects in use for which the cross-reference of the
// revision that brought them has two answers.
func (c *comparison) rivals(seen []uint32) {
	for i := range c.f.revs[:c.rev] {
		for _, s := range c.f.revs[i].sections {
			for _, r := range s.rivals {
				if c.decides(seen, r.num, i+1) && !c.alike(r.num, c.rivalObject(r, i+1)) {
					c.tell(CodeTwoTables, c.name(r.num))
				}
			}
			for _, n := range s.hidden {
				if i > 0 && c.f.placeOf(i, int(n)) != nowhere && c.decides(seen, n, i+1) {
					if o, err := c.f.Current(i, int(n)); !c.alike(n, o) || err != nil {
						c.tell(CodeTwoTables, c.name(n))
					}
				}
			}
		}
	}
}

// decides tells whether a number is in use and has its entry from a revision.
func (c *comparison) decides(seen []uint32, n uint32, rev int) bool {
	if _, used := slices.BinarySearch(seen, n); !used || c.f.failed(c.f.purse.Take(purse.Objects, 1)) {
		return false
	}
	e, ok := c.f.lookup(c.rev, int(n))
	return ok && int(e.rev) == rev
}

// rivalObject reads what another entry leads to; nil when that is nothing.
func (c *comparison) rivalObject(e entry, rev int) Object {
	switch e.kind {
	case entryUsed:
		o, _ := (&scan{f: c.f}).object(rev, hit{off: e.off + c.f.base, num: e.num, stream: -1})
		return o
	case entryCompressed:
		o, err := c.f.compressed(c.rev, e)
		c.f.failed(err)
		return o
	}
	return nil
}

// alike tells whether an object in use is equal to what another reading has.
func (c *comparison) alike(n uint32, other Object) bool {
	o, err := c.f.Current(c.rev, int(n))
	c.f.failed(err)
	return err == nil && c.f.same(o, other)
}
