package pdf

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A revision holds what the exported Revision does not show.
type revision struct {
	sections []*section // oldest first
	trailer  *Dict
	entries  []entry // by number
}

// A tail is "startxref n %%EOF" behind a section.
type tail struct {
	pos   int64 // of the keyword
	value int64
	eof   int64 // after %%EOF
	end   int64 // after its end of line
	ok    bool
}

// tailSpan bounds the search for a tail behind a section or at the end of the file.
const tailSpan = 64 << 10

func (f *File) readRevisions() {
	last := f.lastTail()
	err := fmt.Errorf("no startxref in the last %d octets", tailSpan)
	var chain []*section
	if last.pos >= 0 {
		chain, err = f.readChain(last.value)
	}
	if err == nil {
		f.cutRevisions(chain, last)
		f.buildIndex()
		f.readEncryption()
		if f.catalog(len(f.revs)) != nil || f.locked() {
			f.noteTrailing()
			return
		}
		err = fmt.Errorf("the document catalogue cannot be read")
	}
	if tooDeep(err) || !f.failed(err) {
		f.rebuild(err)
	}
	if f.catalog(len(f.revs)) == nil && !f.locked() {
		f.note(CodeNoCatalog, "file", -1, nil)
	}
	f.noteTrailing()
}

func (f *File) noteTrailing() {
	if n := len(f.Revisions); n > 0 && f.Revisions[n-1].End < f.Size {
		end := f.Revisions[n-1].End
		f.note(CodeTrailingOctets, "file", end, note.Params{"count": strconv.FormatInt(f.Size-end, 10)})
	}
}

// lastTail finds the last startxref of the file; pos -1 when there is none.
func (f *File) lastTail() tail {
	for _, n := range []int64{512, tailSpan} {
		from := max(0, f.Size-n)
		b, err := f.win.span(from, f.Size, f.purse)
		if err != nil {
			break
		}
		if i := bytes.LastIndex(b, []byte("startxref")); i >= 0 {
			return f.tailAt(from, b, i)
		}
	}
	return tail{pos: -1}
}

// tailAt reads the tail whose keyword stands at b[i].
func (f *File) tailAt(base int64, b []byte, i int) tail {
	t := tail{pos: base + int64(i), eof: -1}
	l := lexer{buf: b[i+len("startxref"):], p: f.purse}
	if l.next() == tokInt {
		t.value = l.int
	}
	rest := b[i:]
	j := bytes.Index(rest, []byte("%%EOF"))
	if next := bytes.Index(rest[1:], []byte("startxref")); j < 0 || next >= 0 && next < j {
		t.end = base + int64(len(b)-len(l.buf)+l.pos)
		return t
	}
	t.ok, t.eof = true, t.pos+int64(j+len("%%EOF"))
	t.end = t.eof
	after := rest[j+len("%%EOF"):]
	if len(after) > 0 && after[0] == '\r' {
		t.end, after = t.end+1, after[1:]
	}
	if len(after) > 0 && after[0] == '\n' {
		t.end++
	}
	return t
}

// tailAfter finds the first tail behind a section: usually at once.
func (f *File) tailAfter(s *section) tail {
	for _, n := range []int64{512, tailSpan} {
		to := min(f.Size, s.end+n)
		if s.end >= to {
			break
		}
		b, err := f.win.span(s.end, to, f.purse)
		if err != nil {
			break
		}
		i := bytes.Index(b, []byte("startxref"))
		t := tail{}
		if i >= 0 {
			t = f.tailAt(s.end, b, i)
		}
		f.purse.Give(purse.Bytes, to-s.end)
		if t.ok || i >= 0 && n == tailSpan {
			return t
		}
	}
	return tail{pos: -1, eof: -1, end: s.end}
}

// readChain follows /Prev from the newest section; oldest first.
func (f *File) readChain(start int64) ([]*section, error) {
	var chain []*section
	visited := map[int64]bool{}
	for off, more := start, true; more; {
		s, err := f.sectionNear(off, len(chain) == 0)
		if err != nil {
			return nil, err
		}
		if visited[s.off] {
			f.note(CodePrevLoop, "trailer", s.off, nil)
			break
		}
		visited[s.off] = true
		f.sortSection(s)
		f.addHybrid(s)
		chain = append(chain, s)
		switch prev := s.trailer.Get("Prev").(type) {
		case Integer:
			off = int64(prev)
		case nil:
			more = false
		default:
			return nil, fmt.Errorf("trailer at octet %d: /Prev is no integer", s.off)
		}
		if err := f.purse.Take(purse.Objects, 16); err != nil {
			return nil, err
		}
	}
	slices.Reverse(chain)
	return chain, nil
}

// sectionNear reads the section at an offset that counts from the file's
// start or, where the header is not at the start, from the header (7.5.2).
func (f *File) sectionNear(off int64, first bool) (*section, error) {
	s, err := f.section(off + f.base)
	if first && f.HeaderOffset > 0 {
		moved, err2 := f.section(off + f.HeaderOffset)
		switch {
		case err2 != nil:
		case err == nil:
			f.twoBases = true
		default:
			f.base = f.HeaderOffset
			return moved, nil
		}
	}
	if err != nil && f.near {
		return f.sectionAround(off)
	}
	return s, err
}

// aroundSpan is how far beside its offset some readers look for a table.
const aroundSpan = 16

func (f *File) sectionAround(off int64) (*section, error) {
	from := min(max(0, off-aroundSpan), f.Size)
	b, err := f.win.span(from, min(f.Size, from+2*aroundSpan), f.purse)
	if err != nil {
		return nil, err
	}
	i := bytes.Index(b, []byte("xref"))
	if i < 0 || bytes.HasSuffix(b[:i], []byte("start")) {
		return nil, errNoXRef
	}
	return f.section(from + int64(i))
}

// sortSection orders the entries by number; of doubled ones the first counts.
func (f *File) sortSection(s *section) {
	slices.SortStableFunc(s.entries, func(a, b entry) int { return cmp.Compare(a.num, b.num) })
	before := len(s.entries)
	if size, ok := s.trailer.Int("Size"); !ok || before > 0 && int64(s.entries[before-1].num) >= size {
		f.irregular = true // 7.5.5
	}
	for i := 1; i < before; i++ {
		if a, b := s.entries[i-1], s.entries[i]; a.num == b.num {
			s.rivals = append(s.rivals, b)
		}
	}
	s.entries = slices.CompactFunc(s.entries, func(a, b entry) bool { return a.num == b.num })
	if len(s.entries) < before {
		f.note(CodeDoubleEntry, "section at "+strconv.FormatInt(s.off, 10), s.off, nil)
	}
}

// addHybrid merges the stream of a hybrid-reference section: it shows what
// the table hides as free or leaves out (7.5.8.4).
func (f *File) addHybrid(s *section) {
	at, ok := s.trailer.Int("XRefStm")
	if s.kind != "table" || !ok {
		return
	}
	where := "section at " + strconv.FormatInt(s.off, 10)
	st, err := f.xrefStream(at + f.base)
	if err != nil {
		f.failed(err)
		f.note(CodeXRefBroken, where, at, note.Params{"what": "/XRefStm: " + err.Error()})
		return
	}
	s.kind = "hybrid"
	f.note(CodeHybrid, where, s.off, nil)
	f.sortSection(st)
	merged := s.entries
	for _, e := range st.entries {
		i, found := slices.BinarySearchFunc(s.entries, e.num, func(x entry, n uint32) int { return cmp.Compare(x.num, n) })
		switch {
		case !found:
			merged = append(merged, e)
			s.hidden = append(s.hidden, e.num)
		case merged[i].kind == entryFree:
			merged[i] = e
			s.hidden = append(s.hidden, e.num)
		case merged[i].kind != e.kind || merged[i].off != e.off:
			s.rivals = append(s.rivals, e)
			f.note(CodeHybridDiffers, "object "+strconv.Itoa(int(e.num)), s.off, nil)
		}
	}
	s.entries, s.rivals = merged, append(s.rivals, st.rivals...)
	f.sortSection(s)
}

// cutRevisions groups sections into revisions. A revision holds the sections
// up to its %%EOF that its own startxref leads to: one, or the two of a
// linearized file (Annex F). A section that an older revision's octets hold
// but its startxref does not lead to belongs to the update that uses it.
func (f *File) cutRevisions(chain []*section, last tail) {
	var groups [][]*section
	var tails []tail
	for _, s := range chain {
		n := len(groups)
		if n > 0 && (s.off < maxOffset(groups[n-1]) || tails[n-1].ok && s.off < tails[n-1].eof) {
			groups[n-1] = append(groups[n-1], s)
			tails[n-1] = f.tailAfter(furthest(groups[n-1]))
			continue
		}
		groups, tails = append(groups, []*section{s}), append(tails, f.tailAfter(s))
	}
	if n := len(tails); last.pos > tails[n-1].pos {
		groups, tails = append(groups, nil), append(tails, last)
	}
	for i := range groups {
		f.deferSections(groups, tails, i)
	}
	start := int64(0)
	for i, g := range groups {
		r := Revision{Number: i + 1, Start: start, End: max(start, tails[i].end), Kind: "none", eof: tails[i].eof}
		in := revision{sections: g}
		if len(g) > 0 {
			r.XRefOffset, r.Kind = g[len(g)-1].off, g[len(g)-1].kind
			in.trailer = g[len(g)-1].trailer
		} else if i > 0 {
			in.trailer = f.revs[i-1].trailer
		}
		if !tails[i].ok {
			r.eof = r.End
			f.note(CodeNoEOF, "revision "+strconv.Itoa(i+1), r.End, nil)
		}
		start = r.End
		f.Revisions, f.revs = append(f.Revisions, r), append(f.revs, in)
	}
}

// deferSections moves the sections of group i that its own startxref does not
// see into the next group.
func (f *File) deferSections(groups [][]*section, tails []tail, i int) {
	g := groups[i]
	if len(g) == 0 || !tails[i].ok {
		return
	}
	where := "revision " + strconv.Itoa(i+1)
	own := slices.IndexFunc(g, func(s *section) bool { return s.off == tails[i].value+f.base })
	if own == len(g)-1 {
		if len(g) > 1 && !f.Linearized {
			f.note(CodeRevisionOrder, where, g[own].off, nil)
		}
		return
	}
	f.note(CodeStartXRef, where, tails[i].pos, note.Params{"value": strconv.FormatInt(tails[i].value, 10)})
	if own < 0 || i+1 == len(groups) {
		return
	}
	f.note(CodeRevisionOrder, where, g[own+1].off, nil)
	groups[i+1] = append(slices.Clone(g[own+1:]), groups[i+1]...)
	groups[i] = g[:own+1]
}

func furthest(g []*section) *section {
	return slices.MaxFunc(g, func(a, b *section) int { return cmp.Compare(a.off, b.off) })
}

func maxOffset(g []*section) int64 { return furthest(g).off }
