package pdf

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A rebuilder finds objects by reading the file from front to back, each
// %%EOF closing a revision.
type rebuilder struct {
	f       *File
	pos     int64
	start   int64 // of the present revision
	entries []entry
	trailer *Dict
	catalog Object // Ref of the last catalogue seen
	streams []entry
}

// rebuild replaces the cross-reference by what a scan finds; why is the
// reason. Facts found this way are weaker, and the note says so.
func (f *File) rebuild(why error) {
	f.Rebuilt, f.base = true, 0
	f.Revisions, f.revs, f.index = nil, nil, nil
	f.forget()
	f.Encrypted, f.Decrypted, f.sec = false, false, nil // until the trailers are found
	f.note(CodeRebuilt, "file", -1, note.Params{"what": why.Error()})
	r := &rebuilder{f: f}
	for r.step() {
	}
	if len(r.entries) > 0 || len(f.revs) == 0 {
		r.close(f.Size, f.Size)
	}
	f.buildIndex()
	f.readEncryption()
	r.expandStreams()
}

// step handles the next object, trailer or %%EOF.
func (r *rebuilder) step() bool {
	at := r.find("obj", r.f.Size)
	limit := at
	if at < 0 {
		limit = r.f.Size
	}
	if t := r.find("trailer", limit); t >= 0 {
		r.readTrailer(t)
		return true
	}
	if e := r.find("%%EOF", limit); e >= 0 {
		r.readEOF(e)
		return true
	}
	if at < 0 || r.f.purse.Take(purse.Objects, 1) != nil {
		return false
	}
	r.readObject(at)
	return true
}

// find is where word stands next, below limit; -1 when it does not.
func (r *rebuilder) find(word string, limit int64) int64 {
	at := int64(-1)
	r.f.win.scan(r.pos, limit, len(word)-1, func(base int64, b []byte) bool {
		if i := bytes.Index(b, []byte(word)); i >= 0 {
			at = base + int64(i)
		}
		return at < 0
	})
	return at
}

// readObject reads the object whose "obj" stands at off, if numbers stand before it.
func (r *rebuilder) readObject(off int64) {
	r.pos = off + 3
	start := r.numbersBefore(off)
	if start < 0 {
		return
	}
	before := r.f.purse.Left(purse.Bytes)
	ref, o, err := r.f.parser().indirect(start)
	r.f.purse.Give(purse.Bytes, before-r.f.purse.Left(purse.Bytes)) // nothing of it is kept but its trailer keys
	if err != nil {
		r.f.failed(err)
		return
	}
	if ref.Number > maxObjectNumber || r.f.purse.Take(purse.Bytes, entryBytes) != nil {
		return
	}
	r.pos = max(r.pos, r.f.prs.offset()-int64(len(r.f.prs.stop)))
	e := entry{num: uint32(ref.Number), gen: uint32(ref.Generation), off: start, kind: entryUsed}
	r.entries = append(r.entries, e)
	d := dictOf(o)
	if d.Name("Type") == "Catalog" {
		r.catalog = ref
	}
	st, ok := o.(*Stream)
	if !ok {
		return
	}
	if _, ok := d.Get("Root").(Ref); ok && d.Name("Type") == "XRef" {
		r.trailer = d
	}
	if n, ok := d.Int("Length"); ok && n >= 0 && n <= r.f.Size-st.DataStart && r.f.win.endsStream(st.DataStart+n) {
		r.pos = st.DataStart + n
	}
	if d.Name("Type") == "ObjStm" {
		e.rev = int32(len(r.f.revs) + 1)
		r.streams = append(r.streams, e)
	}
}

// numbersBefore is where "n g " begins before "obj" at off; -1 without it.
func (r *rebuilder) numbersBefore(off int64) int64 {
	from := max(r.start, off-24)
	b, err := r.f.win.span(from, off, r.f.purse)
	if err != nil {
		return -1
	}
	i := len(b)
	for range 2 {
		j := i
		for j > 0 && class[b[j-1]] == space {
			j--
		}
		k := j
		for k > 0 && b[k-1] >= '0' && b[k-1] <= '9' {
			k--
		}
		if k == j {
			return -1
		}
		i = k
	}
	return from + int64(i)
}

func (r *rebuilder) readTrailer(off int64) {
	r.pos = off + int64(len("trailer"))
	p := r.f.parser()
	p.seek(r.pos)
	if o, err := p.value(); err == nil {
		d, _ := o.(*Dict)
		if _, ok := d.Get("Root").(Ref); ok {
			r.trailer = d
		}
	}
}

func (r *rebuilder) readEOF(off int64) {
	r.pos = off + int64(len("%%EOF"))
	end := r.pos
	if r.f.win.has(end, "\r") {
		end++
	}
	if r.f.win.has(end, "\n") {
		end++
	}
	if len(r.entries) > 0 && (!r.f.Linearized || r.start > 0 || len(r.f.revs) > 0 || !r.linearizedMiddle()) {
		r.close(end, r.pos)
	}
}

// linearizedMiddle tells whether the %%EOF is the first of a linearized file,
// which ends no revision (Annex F): the page that follows has no trailer yet.
func (r *rebuilder) linearizedMiddle() bool {
	return r.f.win.has(r.pos-int64(len("%%EOF"))-2, "0") || r.f.win.has(r.pos-int64(len("%%EOF"))-3, "0")
}

// close ends a revision.
func (r *rebuilder) close(end, eof int64) {
	f := r.f
	slices.Reverse(r.entries) // of doubled numbers the last counts
	slices.SortStableFunc(r.entries, func(a, b entry) int { return cmp.Compare(a.num, b.num) })
	r.entries = slices.CompactFunc(r.entries, func(a, b entry) bool { return a.num == b.num })
	t := r.trailer
	if t == nil && r.catalog != nil {
		t = &Dict{Start: -1, End: -1, Entries: []Entry{{"Root", r.catalog}}}
	}
	f.revs = append(f.revs, revision{trailer: t, entries: r.entries})
	f.Revisions = append(f.Revisions, Revision{Number: len(f.revs), Start: r.start, End: end, Kind: "rebuilt", eof: eof})
	r.start, r.entries = end, nil
}

// expandStreams adds the objects of object streams, where no object of its
// own has the number in the same revision.
func (r *rebuilder) expandStreams() {
	f := r.f
	for _, e := range r.streams {
		s, err := f.objectStreamAt(e.off, int(e.rev))
		if err != nil {
			continue
		}
		in := &f.revs[e.rev-1]
		for i, num := range s.numbers {
			if num > maxObjectNumber || f.purse.Take(purse.Bytes, entryBytes) != nil {
				continue
			}
			in.entries = append(in.entries, entry{num: num, gen: uint32(i), off: int64(e.num), kind: entryCompressed})
		}
	}
	for i := range f.revs {
		in := &f.revs[i]
		slices.SortStableFunc(in.entries, func(a, b entry) int { return cmp.Compare(a.num, b.num) })
		in.entries = slices.CompactFunc(in.entries, func(a, b entry) bool { return a.num == b.num })
		if in.trailer == nil {
			in.trailer = r.fallbackTrailer(i)
		}
	}
	f.buildIndex()
}

// fallbackTrailer is for a revision without any: the newest older one, else
// the catalogue found in an object stream.
func (r *rebuilder) fallbackTrailer(i int) *Dict {
	if i > 0 && r.f.revs[i-1].trailer != nil {
		return r.f.revs[i-1].trailer
	}
	if r.trailer != nil {
		return r.trailer
	}
	if r.catalog != nil {
		return &Dict{Start: -1, End: -1, Entries: []Entry{{"Root", r.catalog}}}
	}
	return nil
}
