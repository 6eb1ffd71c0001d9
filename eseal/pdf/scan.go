package pdf

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/kakuin/kakuin/eseal/purse"
)

// A hit is a place where "n g obj" stands: where readers that scan a file for
// its objects may find one, be it within a stream or a string.
type hit struct {
	off    int64
	num    uint32
	gen    uint32
	stream int64 // of an object in an object stream: the place of the stream; else -1
}

// hitBytes is the memory of a hit.
const hitBytes = 24

// A scan is what stands in a file without regard to any cross-reference.
type scan struct {
	f        *File
	hits     []hit // by number and place
	trailers []*Dict
	places   []int64 // of the trailers
	section  int64   // of the last cross-reference section
}

// scanFile looks through the whole file once.
func (f *File) scanFile() (*scan, error) {
	s := &scan{f: f, section: -1}
	var trailers []int64
	const overlap = len("startxref") - 1
	var err error
	each := func(base int64, b []byte, word string, found func(end int) error) {
		for i := 0; err == nil; {
			k := bytes.Index(b[i:], []byte(word))
			if k < 0 {
				return
			}
			if i += k + len(word); base == 0 || i > overlap { // else seen at the end of the call before
				err = found(i)
			}
		}
	}
	f.win.sweep(overlap, func(base int64, b []byte) bool {
		each(base, b, "obj", func(end int) error { return s.found(base + int64(end) - 3) })
		each(base, b, "trailer", func(end int) error {
			trailers = append(trailers, base+int64(end))
			return f.purse.Take(purse.Objects, 16)
		})
		each(base, b, "xref", func(end int) error {
			if !bytes.HasSuffix(b[:end], []byte("startxref")) {
				s.section = base + int64(end) - 4
			}
			return f.purse.Take(purse.Objects, 1)
		})
		return err == nil
	})
	if err != nil {
		return nil, err
	}
	return s, s.expand(trailers)
}

// found keeps the object whose "obj" stands at off, if numbers stand before it.
func (s *scan) found(off int64) error {
	r := rebuilder{f: s.f}
	at := r.numbersBefore(off)
	if at < 0 {
		return nil
	}
	b, err := s.f.win.span(at, off, s.f.purse)
	if err != nil {
		return nil
	}
	if err := s.f.purse.Take(purse.Bytes, hitBytes); err != nil {
		return err
	}
	l := lexer{buf: b, p: s.f.purse}
	l.next()
	num := l.int
	l.next()
	if num <= maxObjectNumber {
		s.hits = append(s.hits, hit{off: at, num: uint32(num), gen: uint32(min(l.int, 1<<31-1)), stream: -1})
	}
	return s.f.purse.Take(purse.Objects, 1)
}

// dictSpan is how far from its beginning the dictionary of an object stream
// or cross-reference stream is told by its /Type.
const dictSpan = 64 << 10

// expand reads the trailers, and what stands in object streams.
func (s *scan) expand(trailers []int64) error {
	f := s.f
	for _, at := range trailers {
		p := f.parser()
		p.seek(at)
		before := f.purse.Left(purse.Bytes)
		o, err := p.value()
		f.purse.Give(purse.Bytes, before-f.purse.Left(purse.Bytes))
		if !tooDeep(err) && f.failed(err) {
			return err
		}
		if d, ok := o.(*Dict); ok && err == nil {
			s.trailers, s.places = append(s.trailers, d), append(s.places, at)
		}
	}
	plain := len(s.hits)
	for i := range plain {
		end := f.Size
		if i+1 < plain {
			end = s.hits[i+1].off
		}
		if !f.names(s.hits[i].off, min(end, s.hits[i].off+dictSpan)) {
			continue
		}
		if err := s.structure(s.hits[i]); err != nil {
			return err
		}
	}
	slices.SortStableFunc(s.hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.num, b.num), cmp.Compare(max(a.off, a.stream), max(b.off, b.stream)))
	})
	return nil
}

// names tells whether the name of a structural stream stands in [from, to).
func (f *File) names(from, to int64) (found bool) {
	f.win.scan(from, to, len("ObjStm")-1, func(_ int64, b []byte) bool {
		found = bytes.Contains(b, []byte("ObjStm")) || bytes.Contains(b, []byte("XRef"))
		return !found
	})
	return found
}

// structure takes an object stream or a cross-reference stream.
func (s *scan) structure(h hit) error {
	f := s.f
	before := f.purse.Left(purse.Bytes)
	_, o, err := f.parser().indirect(h.off)
	f.purse.Give(purse.Bytes, before-f.purse.Left(purse.Bytes))
	st, ok := o.(*Stream)
	if err != nil || !ok {
		f.failed(err)
		return f.Exhausted
	}
	switch st.Name("Type") {
	case "XRef":
		s.trailers, s.places = append(s.trailers, st.Dict), append(s.places, h.off)
		s.section = max(s.section, h.off)
	case "ObjStm":
		in, err := f.objectStreamAt(h.off, max(1, f.revisionAt(h.off)))
		if err != nil {
			return f.Exhausted
		}
		if err := f.purse.Take(purse.Bytes, hitBytes*int64(len(in.numbers))); err != nil {
			return err
		}
		for i, n := range in.numbers {
			s.hits = append(s.hits, hit{off: int64(i), num: n, stream: h.off})
		}
	}
	return nil
}

// of is the hits of a number, in the order of the file.
func (s *scan) of(num uint32) []hit {
	from, _ := slices.BinarySearchFunc(s.hits, num, func(h hit, n uint32) int { return cmp.Compare(h.num, n) })
	to := from
	for to < len(s.hits) && s.hits[to].num == num {
		to++
	}
	return s.hits[from:to]
}

// at is where the octets of a hit stand.
func (h hit) at() int64 { return max(h.off, h.stream) }

// object reads a hit as the object of a revision.
func (s *scan) object(rev int, h hit) (Object, error) {
	f := s.f
	if h.stream >= 0 {
		in, err := f.objectStreamAt(h.stream, max(1, f.revisionAt(h.stream)))
		if err != nil {
			return nil, err
		}
		p := parser{lexer: lexer{buf: in.data[in.offsets[h.off]:], p: f.purse}, names: f.prs.names, single: true}
		return p.value()
	}
	ref, o, err := f.parser().indirect(h.off)
	if err != nil {
		return nil, err
	}
	if st, ok := o.(*Stream); ok {
		st.rev = rev
	}
	f.decryptStrings(ref, max(1, f.revisionAt(h.off)), o)
	return o, nil
}
