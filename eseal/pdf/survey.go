package pdf

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/kakuin/kakuin/eseal/purse"
)

// A flaw is what the standard forbids in an object and readers do not all
// read alike.
type flaw uint8

const (
	flawBroken flaw = 1 << iota // its entry leads to no object, or another one (7.5.4)
	flawTokens                  // tokens that make no object (7.2, 7.3), or a key with two values (7.3.7)
	flawLength                  // /Length gives other data than those up to endstream (7.3.8.2)
	flawIndex                   // its number and its index say different things in the object stream (7.5.7)
	flawRef                     // it refers to an object by another generation, or by a number beyond all (7.3.10)
	flawBeyond                  // it goes on behind the end of its revision (7.5.6)
)

// A survey is all objects of one revision, read once in the order of the file:
// what each leads to and what is wrong with it.
type survey struct {
	f         *File
	rev       int
	rows      []row    // by number, once all are read
	to        []uint32 // what the rows lead to, one after the other
	flaws     map[uint32]flaw
	pages     map[uint32]*pageFacts
	irregular bool  // an object is not as the standard wants it, read alike or not
	stream    int64 // place of the object stream read last
	twice     []uint32
	paid      int64
	probe     probe
	win       window // of its own: small blocks, since it goes from object to object past their data
	skimmer   parser
}

// decodedShare is how many octets of an object stream count as one object:
// inflating a gigabyte spends the purse.
const decodedShare = 256

// skimUnit holds some objects without their data.
const skimUnit = 8 << 10

func (f *File) survey(rev int) (*survey, error) {
	s := &survey{f: f, rev: rev, flaws: map[uint32]flaw{}, pages: map[uint32]*pageFacts{}, stream: -1}
	s.win = window{r: f.win.r, size: f.win.size, unit: skimUnit}
	s.skimmer = parser{lexer: lexer{w: &s.win, p: f.purse}}
	defer func() { f.win.short = f.win.short || s.win.short }()
	all, err := f.inOrder(rev)
	if err != nil {
		return nil, err
	}
	defer f.purse.Give(purse.Bytes, int64(len(all))*entryBytes)
	for _, e := range all {
		before, held := f.purse.Left(purse.Objects), f.purse.Left(purse.Bytes)
		if e.kind == entryUsed { // 7.5.4: the entry leads to the beginning of the object
			b := s.win.at(e.off)
			s.irregular = s.irregular || len(b) == 0 || b[0] < '0' || b[0] > '9'
		}
		bad, err := s.add(e)
		if tooDeep(err) {
			bad, err = bad|flawTokens, nil
		}
		if f.failed(err) {
			return nil, err
		}
		if bad != 0 {
			s.flaws[e.num] |= bad
			s.irregular = true
		}
		// Every object is read once more, and only its references are kept.
		spent := before - f.purse.Left(purse.Objects)
		f.purse.Give(purse.Objects, spent-spent/16)
		if e.kind == entryUsed {
			f.purse.Give(purse.Bytes, held-f.purse.Left(purse.Bytes))
		}
		if err := s.pay(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(s.rows, func(a, b row) int { return cmp.Compare(a.num, b.num) })
	return s, nil
}

// pay takes what the survey holds beyond what it has paid for.
func (s *survey) pay() error {
	held := int64(len(s.rows))*rowBytes + int64(len(s.to))*4 + int64(len(s.pages))*pageBytes
	err := s.f.purse.Take(purse.Bytes, held-s.paid)
	s.paid = held
	return err
}

// giveBack returns what the survey held.
func (s *survey) giveBack() { s.f.purse.Give(purse.Bytes, s.paid) }

// A row is an object and the part of the list that it leads to.
type row struct{ num, from, to uint32 }

const (
	rowBytes  = 12
	pageBytes = 192
)

// find is the row of a number, -1 where nothing stands under it.
func (s *survey) find(num uint32) int {
	i, ok := slices.BinarySearchFunc(s.rows, num, func(r row, n uint32) int { return cmp.Compare(r.num, n) })
	if !ok {
		return -1
	}
	return i
}

// add takes an object: what it leads to, and what is wrong with it.
func (s *survey) add(e entry) (flaw, error) {
	plain, err := s.plain(e)
	if plain || err != nil {
		return s.refer(e.num), err
	}
	o, bad, err := s.read(e)
	if err == nil {
		bad |= s.take(e.num, o)
	}
	return bad, err
}

// refer keeps the references that a probe has found.
func (s *survey) refer(num uint32) (bad flaw) {
	from := len(s.to)
	for _, ref := range s.probe.refs {
		bad |= s.walk(ref)
	}
	s.keep(num, from)
	return bad
}

// keep makes the row of an object whose references begin at from.
func (s *survey) keep(num uint32, from int) {
	own := s.to[from:]
	slices.Sort(own)
	s.to = s.to[:from+len(slices.Compact(own))]
	s.rows = append(s.rows, row{num, uint32(from), uint32(len(s.to))})
}

// read is one object and what is wrong with how it stands in the file.
func (s *survey) read(e entry) (Object, flaw, error) {
	if e.kind == entryCompressed {
		return s.compressed(e)
	}
	f := s.f
	p := f.parser()
	found, o, err := p.indirect(e.off)
	want := Ref{int(e.num), int(e.gen)}
	if err != nil || found != want {
		err = f.badEntry(want, e.off, found, err)
		return nil, flawBroken, err
	}
	end, bad := p.offset(), flaw(0)
	if p.odd {
		bad |= flawTokens
		f.check(want, e.off, o)
	}
	if st, ok := o.(*Stream); ok {
		st.rev = int(e.rev)
		same, err := s.measured(st)
		if f.failed(err) {
			return nil, bad, err
		}
		if end = st.DataStart + st.DataLen; err != nil {
			end = f.Size
		}
		if !same || st.bare {
			bad |= flawLength
		}
	}
	if i := f.revisionAt(e.off); i > 0 && end > f.Revisions[i-1].End || f.offBeyond(e) {
		bad |= flawBeyond
	}
	return o, bad, nil
}

// offBeyond tells whether the object stands behind the end of the revision
// whose cross-reference has it.
func (f *File) offBeyond(e entry) bool {
	return e.rev > 0 && !f.Rebuilt && e.off >= f.Revisions[e.rev-1].End
}

// measured tells whether a stream gives the same data by its /Length as up to
// endstream. Where endobj follows instead some readers go on to the next one.
func (s *survey) measured(st *Stream) (bool, error) {
	f := s.f
	if err := f.measure(st); err != nil {
		return false, err
	}
	other := max(0, st.stated) // an absent /Length is none
	if !st.wrong {
		if f.win.endsBy(st.DataStart+st.DataLen, "endstream") {
			return true, nil
		}
		end, err := f.findEndStream(st.DataStart)
		if err != nil {
			s.irregular = true
			return !f.failed(err), f.Exhausted
		}
		other = end - st.DataStart
	}
	s.irregular = true
	return s.sameData(st, other), nil
}

// sameData tells whether a stream decodes to the same with another length,
// white space at its end apart.
func (s *survey) sameData(st *Stream, n int64) bool {
	if st.Name("Type") == "XRef" || n > s.f.Size-st.DataStart {
		return st.Name("Type") == "XRef"
	}
	other := *st
	other.DataLen = n
	a, err1 := s.f.decode(st, maxDecoded)
	b, err2 := s.f.decode(&other, maxDecoded)
	defer s.f.purse.Give(purse.Bytes, int64(cap(a)+cap(b)))
	const blanks = "\x00\t\n\f\r "
	return err1 == nil && err2 == nil && bytes.Equal(bytes.TrimRight(a, blanks), bytes.TrimRight(b, blanks))
}

// compressed reads an object of an object stream.
func (s *survey) compressed(e entry) (Object, flaw, error) {
	f := s.f
	if f.locked() {
		return nil, 0, nil // nobody has read it yet
	}
	data, bad, err := s.within(e)
	if err != nil || data == nil {
		return nil, bad, err
	}
	p := parser{lexer: lexer{buf: data, p: f.purse}, names: f.prs.names, single: true, stack: f.prs.stack}
	before := f.purse.Left(purse.Bytes)
	o, err := p.value()
	f.prs.stack = p.stack
	f.purse.Give(purse.Bytes, before-f.purse.Left(purse.Bytes))
	if err != nil {
		return nil, flawBroken, err
	}
	if p.odd {
		bad |= flawTokens
	}
	return o, bad, nil
}

// within is the octets of an object in its stream, by its index, where its
// number says the same.
func (s *survey) within(e entry) ([]byte, flaw, error) {
	f := s.f
	st, err := f.objectStreamAt(e.off, int(e.rev))
	if err != nil {
		return nil, flawBroken, err
	}
	if s.stream != e.off {
		s.stream, s.twice = e.off, doubled(st.numbers)
		if err := f.purse.Take(purse.Objects, 16*int64(len(st.data))/decodedShare); err != nil {
			return nil, 0, err
		}
	}
	bad := flaw(0)
	i := int(e.gen)
	if i >= len(st.numbers) || st.numbers[i] != e.num {
		bad |= flawIndex
		if i = slices.Index(st.numbers, e.num); i < 0 {
			return nil, flawBroken, f.badEntry(Ref{int(e.num), 0}, -1, Ref{}, errNotObject)
		}
	}
	if _, twice := slices.BinarySearch(s.twice, e.num); twice || st.bare {
		bad |= flawIndex
	}
	return st.data[st.offsets[i]:], bad, nil
}

// doubled are the numbers that stand more than once, ascending.
func doubled(numbers []uint32) (out []uint32) {
	if slices.IsSorted(numbers) && len(slices.Compact(slices.Clone(numbers))) == len(numbers) {
		return nil
	}
	sorted := slices.Sorted(slices.Values(numbers))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			out = append(out, sorted[i])
		}
	}
	return out
}

// take keeps what an object leads to.
func (s *survey) take(num uint32, o Object) flaw {
	from := len(s.to)
	bad := s.walk(o)
	s.keep(num, from)
	s.page(num, o)
	return bad
}

func (s *survey) walk(o Object) (bad flaw) {
	switch v := o.(type) {
	case Ref:
		if v.Number < 0 || v.Number > maxObjectNumber {
			return flawRef
		}
		s.to = append(s.to, uint32(v.Number))
		if e, ok := s.f.lookup(s.rev, v.Number); ok && e.kind != entryFree && (e.kind == entryCompressed && v.Generation != 0 || e.kind == entryUsed && v.Generation != int(e.gen)) {
			return flawRef
		}
	case Array:
		for _, x := range v {
			bad |= s.walk(x)
		}
	case *Stream:
		return s.walk(v.Dict)
	case *Dict:
		if v.ambiguous() {
			bad |= flawTokens
		}
		for _, e := range v.entries() {
			bad |= s.walk(e.Value)
		}
	}
	return bad
}

// ambiguous tells whether a key stands twice with different values.
func (d *Dict) ambiguous() bool {
	if d == nil {
		return false
	}
	if len(d.Duplicate) == 0 {
		return false
	}
	first, more := map[Name]Object{}, map[Name]bool{}
	for _, e := range d.Entries {
		if v, ok := first[e.Key]; !ok {
			first[e.Key] = e.Value
		} else if !equal(v, e.Value) {
			return true
		} else {
			more[e.Key] = true
		}
	}
	return slices.ContainsFunc(d.Duplicate, func(key Name) bool { return !more[key] }) // the other is null
}
