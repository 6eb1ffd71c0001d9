package pdf

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// Kinds of cross-reference entry (Table 18).
const (
	entryFree = iota
	entryUsed
	entryCompressed
)

// An entry says where a revision has an object.
type entry struct {
	off  int64 // place in the file; for compressed ones the number of the object stream
	num  uint32
	gen  uint32 // generation; for compressed ones the index
	rev  int32  // number of the revision that brought the entry
	kind uint8
}

// entryBytes is the memory of an entry in a section and in the index.
const entryBytes = 48

// A section is one cross-reference table or stream with its trailer.
type section struct {
	off     int64 // where it begins
	end     int64 // after its trailer dictionary or stream object
	kind    string
	entries []entry
	trailer *Dict
	own     Ref      // object number of a cross-reference stream
	bare    bool     // a stream of which nobody knows where its data begin
	rivals  []entry  // what readers may take instead of the entry with that number
	hidden  []uint32 // numbers that a hybrid section shows only to readers that know its stream
}

var errNoXRef = errors.New("no cross-reference section stands here")

// section reads the table or stream at off (7.5.4, 7.5.8).
func (f *File) section(off int64) (*section, error) {
	p := f.parser()
	p.seek(off)
	switch t := p.next(); {
	case t == tokWord && string(p.word) == "xref":
		return f.table(p, off)
	case t == tokInt:
		return f.xrefStream(off)
	}
	return nil, fmt.Errorf("octet %d: %w", off, errNoXRef)
}

// table reads a cross-reference table behind its keyword and the trailer.
func (f *File) table(p *parser, off int64) (*section, error) {
	s := &section{off: off, kind: "table"}
	for {
		t := p.next()
		if t == tokWord && string(p.word) == "trailer" {
			break
		}
		if t != tokInt {
			return nil, fmt.Errorf("octet %d: cross-reference table without trailer", p.offset())
		}
		first := p.int
		if p.next() != tokInt {
			return nil, fmt.Errorf("octet %d: subsection without count", p.offset())
		}
		if err := f.subsection(p, s, first, p.int); err != nil {
			return nil, err
		}
	}
	o, err := p.value()
	f.irregular = f.irregular || p.odd
	if err != nil {
		return nil, fmt.Errorf("trailer of the table at octet %d: %w", off, err)
	}
	d, ok := o.(*Dict)
	if !ok {
		return nil, fmt.Errorf("trailer of the table at octet %d is no dictionary", off)
	}
	s.trailer, s.end = d, d.End
	return s, nil
}

// subsection reads count entries. The count is believed only as far as
// entries are there.
func (f *File) subsection(p *parser, s *section, first, count int64) error {
	if first < 0 || count < 0 || first > maxObjectNumber {
		return fmt.Errorf("octet %d: subsection %d %d", p.offset(), first, count)
	}
	from, start, loose := len(s.entries), int64(-1), false
	for i := range count {
		mark := p.offset()
		if t := p.next(); t == tokWord && string(p.word) == "trailer" {
			p.seek(mark)
			f.note(CodeXRefBroken, "table", mark, note.Params{"what": "subsection shorter than its count"})
			return nil
		} else if t != tokInt {
			return fmt.Errorf("octet %d: entry %d of subsection %d is broken", mark, i, first)
		}
		if at := p.offset() - int64(len(p.word)); start < 0 {
			start = at
		} else {
			loose = loose || at != start+i*recordLen
		}
		loose = loose || len(p.word) != 10
		e := entry{off: p.int, num: uint32(first + i)}
		if p.next() != tokInt {
			return fmt.Errorf("octet %d: entry without generation", mark)
		}
		e.gen = uint32(max(0, min(p.int, 1<<31-1)))
		if p.next() != tokWord || len(p.word) != 1 || (p.word[0] != 'n' && p.word[0] != 'f') {
			return fmt.Errorf("octet %d: entry is neither n nor f", mark)
		}
		if p.word[0] == 'n' && e.off != 0 {
			e.kind = entryUsed
		}
		f.irregular = f.irregular || p.word[0] == 'n' && e.off == 0
		if i == 0 && first == 1 && e.kind == entryFree && e.gen == 65535 && e.off == 0 {
			first, e.num = 0, 0 // a known writer's fault: the table begins with object 0 and says 1
			f.note(CodeXRefBroken, "table", mark, note.Params{"what": "numbered from 1 where object 0 stands"})
		}
		if err := f.addEntry(s, e); err != nil {
			return err
		}
	}
	if loose {
		f.irregular = true
		f.records(s, start, s.entries[from:])
	}
	return nil
}

// recordLen is an entry of a table with its end of line (7.5.4).
const recordLen = 20

// records reads a subsection by the place of its entries, as some readers do,
// where they do not all stand in 20 octets. What then differs is a rival.
func (f *File) records(s *section, start int64, entries []entry) {
	to := start + int64(len(entries))*recordLen
	if to > f.Size || f.purse.Take(purse.Objects, to-start) != nil {
		return
	}
	var rivals []entry
	for i, e := range entries {
		b, err := f.win.span(start+int64(i)*recordLen, start+int64(i)*recordLen+18, f.purse)
		if err != nil {
			return
		}
		l := lexer{buf: b[:10], p: f.purse}
		if l.next() != tokInt || len(l.word) != 10 || b[17] != 'n' && b[17] != 'f' {
			return // no such reader takes it for a table
		}
		other := entry{num: e.num, off: l.int, rev: e.rev}
		if b[17] == 'n' && l.int != 0 {
			other.kind = entryUsed
		}
		if other.off != e.off || other.kind != e.kind {
			rivals = append(rivals, other)
		}
	}
	s.rivals = append(s.rivals, rivals...)
}

func (f *File) addEntry(s *section, e entry) error {
	if e.num > maxObjectNumber {
		return nil
	}
	if err := f.purse.Take(purse.Bytes, entryBytes); err != nil {
		return err
	}
	s.entries = append(s.entries, e)
	return nil
}

// xrefStream reads the cross-reference stream at off (7.5.8).
func (f *File) xrefStream(off int64) (*section, error) {
	ref, o, err := f.parser().indirect(off)
	if err != nil {
		return nil, err
	}
	f.irregular = f.irregular || f.prs.odd
	st, ok := o.(*Stream)
	if !ok || st.Name("Type") != "XRef" {
		return nil, fmt.Errorf("octet %d: object %s is no cross-reference stream", off, ref)
	}
	s := &section{off: off, kind: "stream", trailer: st.Dict, own: ref, bare: st.bare}
	w, index, err := xrefLayout(st.Dict)
	f.irregular = f.irregular || !plainLayout(st.Dict)
	if err != nil {
		return nil, fmt.Errorf("cross-reference stream at octet %d: %w", off, err)
	}
	total := int64(0)
	for _, sub := range index {
		total += sub[1]
	}
	width := int64(w[0] + w[1] + w[2])
	// A predictor adds an octet to each row; what lies beyond the entries that /Index counts is not wanted.
	data, err := f.decode(st, min(max(2*total*(width+1), 1<<20), maxDecoded))
	s.end = st.DataStart + max(0, st.DataLen)
	if err != nil {
		return nil, fmt.Errorf("cross-reference stream at octet %d: %w", off, err)
	}
	defer f.purse.Give(purse.Bytes, int64(cap(data)))
	for _, sub := range index {
		f.irregular = f.irregular || int64(len(data)) < sub[1]*width
		for i := int64(0); i < sub[1] && len(data) >= int(width); i++ {
			e, known := xrefFields(data, w, uint32(sub[0]+i))
			f.irregular = f.irregular || !known
			if err := f.addEntry(s, e); err != nil {
				return nil, err
			}
			data = data[width:]
		}
	}
	f.irregular = f.irregular || int64(len(data)) >= width
	return s, nil
}

// xrefLayout reads /W and /Index (Table 17).
func xrefLayout(d *Dict) (w [3]int, index [][2]int64, err error) {
	widths, _ := d.Get("W").(Array)
	if len(widths) < 3 {
		return w, nil, errors.New("/W has not three numbers")
	}
	for i := range w {
		n, ok := widths[i].(Integer)
		if !ok || n < 0 || n > 8 {
			return w, nil, errors.New("/W holds a number that is no width")
		}
		w[i] = int(n)
	}
	if w[1] == 0 {
		return w, nil, errors.New("/W leaves no place for offsets")
	}
	size, _ := d.Int("Size")
	pairs, ok := d.Get("Index").(Array)
	if !ok {
		pairs = Array{Integer(0), Integer(size)}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		first, ok1 := pairs[i].(Integer)
		count, ok2 := pairs[i+1].(Integer)
		if !ok1 || !ok2 || first < 0 || count < 0 || first > maxObjectNumber || count > maxObjectNumber+1 {
			return w, nil, errors.New("/Index is broken: " + strconv.Itoa(i))
		}
		index = append(index, [2]int64{int64(first), int64(count)})
	}
	return w, index, nil
}

// plainLayout tells whether /W has three numbers and /Index pairs of them.
func plainLayout(d *Dict) bool {
	notInt := func(o Object) bool { _, ok := o.(Integer); return !ok }
	w, _ := d.Get("W").(Array)
	index, ok := d.Get("Index").(Array)
	return len(w) == 3 && (ok || !d.Has("Index")) && len(index)%2 == 0 && !slices.ContainsFunc(slices.Concat(w, index), notInt)
}

// xrefFields decodes one entry of a stream (Table 18).
func xrefFields(data []byte, w [3]int, num uint32) (e entry, known bool) {
	kind := uint64(1) // the default where /W leaves the type out
	if w[0] > 0 {
		kind = bigEndian(data[:w[0]])
	}
	a := bigEndian(data[w[0] : w[0]+w[1]])
	b := bigEndian(data[w[0]+w[1] : w[0]+w[1]+w[2]])
	e = entry{num: num, off: int64(min(a, 1<<62)), gen: uint32(min(b, 1<<31-1))}
	switch {
	case kind == 1 && e.off != 0:
		e.kind = entryUsed
	case kind == 2:
		e.kind = entryCompressed
	}
	return e, kind <= 2 // other types are to be read as references to null; some readers scan instead
}

func bigEndian(b []byte) (n uint64) {
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}
