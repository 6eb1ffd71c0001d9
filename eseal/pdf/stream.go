package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

const (
	// The largest certificate list of the corpora decodes to 3.1 MB; the largest object stream to 0.6 MB.
	maxDecoded = 32 << 20
	// Decoded object streams kept at one time.
	maxStreams = 8 << 20
)

var (
	errEncrypted = errors.New("encrypted")
	errBusy      = errors.New("it needs itself to be read")
)

// measure sets DataLen: by /Length where "endstream" follows (7.3.8.2), else
// by searching for that keyword.
func (f *File) measure(st *Stream) error {
	if st.DataLen >= 0 {
		return nil
	}
	n := int64(-1)
	switch l := st.Get("Length").(type) {
	case Integer:
		n = int64(l)
	case Ref:
		if f.busy[st.DataStart] {
			return errBusy
		}
		f.busy[st.DataStart] = true
		if v, ok := f.resolve(st.rev, l).(Integer); ok {
			n = int64(v)
		}
		delete(f.busy, st.DataStart)
	}
	if n >= 0 && n <= f.Size-st.DataStart && f.win.endsStream(st.DataStart+n) {
		st.DataLen = n
		return nil
	}
	end, err := f.findEndStream(st.DataStart)
	if err != nil {
		return err
	}
	f.note(CodeStreamLength, "stream at "+strconv.FormatInt(st.DataStart, 10), st.DataStart,
		note.Params{"length": strconv.FormatInt(n, 10), "found": strconv.FormatInt(end-st.DataStart, 10)})
	st.DataLen, st.wrong, st.stated = end-st.DataStart, true, n
	return nil
}

func (f *File) findEndStream(from int64) (end int64, err error) {
	end = -1
	f.win.scan(from, f.Size, len("endstream"), func(base int64, b []byte) bool {
		if err = f.purse.Take(purse.Objects, int64(len(b))/64+1); err != nil {
			return false
		}
		i := bytes.Index(b, []byte("endstream"))
		if i < 0 {
			return true
		}
		for range 2 { // the end of line before the keyword is not data
			if i > 0 && (b[i-1] == '\n' || b[i-1] == '\r') {
				i--
			}
		}
		end = base + int64(i)
		return false
	})
	if err == nil && end < 0 {
		err = fmt.Errorf("stream at octet %d: endstream is missing", from)
	}
	return end, err
}

// raw is the encoded octets of a stream.
func (f *File) raw(st *Stream) ([]byte, error) {
	if err := f.measure(st); err != nil {
		return nil, err
	}
	return f.win.span(st.DataStart, st.DataStart+st.DataLen, f.purse)
}

// decode is the decoded octets of a stream, at most limit of them. The caller
// gives cap(result) back to the purse when it no longer holds them.
func (f *File) decode(st *Stream, limit int64) ([]byte, error) {
	steps, err := f.filters(st)
	if err != nil {
		return nil, err
	}
	m, steps := f.methodOf(st, steps)
	if len(steps) == 0 {
		return f.owned(st, m)
	}
	if err := f.measure(st); err != nil {
		return nil, err
	}
	before := f.purse.Left(purse.Bytes)
	read := f.raw
	if m != identity {
		read = func(st *Stream) ([]byte, error) { return f.owned(st, m) }
	}
	raw, err := read(st)
	if err != nil {
		return nil, err
	}
	copied := before - f.purse.Left(purse.Bytes)
	out, err := decodeAll(raw, steps, limit, f.purse)
	f.purse.Give(purse.Bytes, copied)
	return out, err
}

// owned is the encoded octets of a stream, decrypted, in memory of the
// caller's own.
func (f *File) owned(st *Stream, m method) ([]byte, error) {
	if m != identity && f.sec.key == nil {
		return nil, errEncrypted
	}
	if err := f.measure(st); err != nil {
		return nil, err
	}
	before := f.purse.Left(purse.Bytes)
	raw, err := f.raw(st)
	if err != nil {
		return nil, err
	}
	if before == f.purse.Left(purse.Bytes) { // a part of a block
		if err := f.purse.Take(purse.Bytes, int64(len(raw))); err != nil {
			return nil, err
		}
		raw = bytes.Clone(raw)
	}
	if m == identity {
		return raw, nil
	}
	return f.decryptStream(m, st, raw)
}

// filters reads /Filter and /DecodeParms (Table 5).
func (f *File) filters(st *Stream) ([]filterStep, error) {
	var steps []filterStep
	names := f.list(st, "Filter", "F")
	parms := f.list(st, "DecodeParms", "DP")
	if len(names) > maxFilters {
		return nil, fmt.Errorf("a chain of %d filters", len(names))
	}
	for i, o := range names {
		n, ok := f.resolve(st.rev, o).(Name)
		if !ok {
			return nil, errors.New("/Filter is no name")
		}
		s := filterStep{name: n}
		if i < len(parms) {
			s.parms = dictOf(f.resolve(st.rev, parms[i]))
		}
		steps = append(steps, s)
	}
	return steps, nil
}

func (f *File) list(st *Stream, key, short Name) Array {
	switch v := f.value(st.rev, st.Dict, key).(type) {
	case Array:
		return v
	case nil:
		if n, ok := st.Get(short).(Name); ok {
			return Array{n}
		}
		return nil
	default:
		return Array{v}
	}
}

// An objectStream is a decoded object stream (7.5.7).
type objectStream struct {
	bare    bool
	data    []byte
	numbers []uint32
	offsets []int32
	extends Object
}

// objectStreamAt reads the object stream whose object stands at off.
func (f *File) objectStreamAt(off int64, rev int) (*objectStream, error) {
	if s, ok := f.stms[off]; ok {
		if s == nil {
			return nil, errors.New("the object stream is broken")
		}
		return s, nil
	}
	if f.busy[off] {
		return nil, errBusy
	}
	f.busy[off] = true
	defer delete(f.busy, off)
	s, err := f.readObjectStream(off, rev)
	if err != nil {
		f.stms[off] = nil
		if !f.failed(err) {
			code := CodeObjectStream
			if errors.Is(err, errEncrypted) {
				code = CodeEncrypted
			}
			f.note(code, "object stream at "+strconv.FormatInt(off, 10), off, note.Params{"what": err.Error()})
		}
		return nil, err
	}
	f.keepStream(off, s)
	return s, nil
}

func (f *File) keepStream(off int64, s *objectStream) {
	total := s.cost()
	for _, k := range f.stms {
		total += k.cost()
	}
	if total > maxStreams {
		for o, k := range f.stms {
			f.purse.Give(purse.Bytes, k.cost())
			if k != nil {
				delete(f.stms, o)
			}
		}
	}
	f.stms[off] = s
}

func (s *objectStream) cost() int64 {
	if s == nil {
		return 0
	}
	return int64(cap(s.data) + 8*len(s.numbers))
}

// againCost is how many octets of an object stream cost one element when the
// stream is decoded again: objects that lie in turn in streams too large to
// keep beside each other would cost a decoding each without end.
const againCost = 128

func (f *File) readObjectStream(off int64, rev int) (*objectStream, error) {
	_, o, err := f.parser().indirect(off)
	if err != nil {
		return nil, err
	}
	st, ok := o.(*Stream)
	if !ok || st.Name("Type") != "ObjStm" {
		return nil, errors.New("an entry leads into an object that is no object stream")
	}
	st.rev = rev
	n, ok1 := f.value(rev, st.Dict, "N").(Integer)
	first, ok2 := f.value(rev, st.Dict, "First").(Integer)
	if !ok1 || !ok2 || n < 0 || first < 0 {
		return nil, errors.New("/N or /First is broken")
	}
	data, err := f.decode(st, maxDecoded)
	if err == nil && f.decoded[off] {
		err = f.purse.Take(purse.Objects, int64(len(data))/againCost)
	}
	if err != nil {
		return nil, err
	}
	f.decoded[off] = true
	if int64(first) > int64(len(data)) || int64(n) > int64(len(data)) {
		f.purse.Give(purse.Bytes, int64(cap(data)))
		return nil, errors.New("/N or /First is larger than the stream")
	}
	if err := f.purse.Take(purse.Bytes, 8*int64(n)); err != nil {
		return nil, err
	}
	s := &objectStream{bare: st.bare, data: data, extends: st.Get("Extends")}
	l := lexer{buf: data[:first], p: f.purse}
	for range int(n) {
		if l.next() != tokInt {
			break // fewer pairs than /N: what is there counts
		}
		num := l.int
		if l.next() != tokInt {
			break
		}
		at := int64(first) + min(max(0, l.int), 1<<31)
		s.numbers = append(s.numbers, uint32(min(max(0, num), 1<<31)))
		s.offsets = append(s.offsets, int32(min(at, int64(len(data)))))
	}
	if len(s.numbers) < int(n) {
		f.note(CodeObjectStream, "object stream at "+strconv.FormatInt(off, 10), off, note.Params{"what": "it names fewer objects than /N"})
	}
	return s, nil
}

// compressed reads an object out of an object stream. The stream is found as
// the same revision sees it, as every reader does.
func (f *File) compressed(rev int, e entry) (Object, error) {
	holder, ok := f.lookup(rev, int(e.off))
	if !ok || holder.kind != entryUsed {
		return nil, f.badEntry(Ref{int(e.num), 0}, -1, Ref{}, fmt.Errorf("object stream %d is not there", e.off))
	}
	at := place{holder.off, int32(e.num), e.gen}
	if c, ok := f.cache[at]; ok {
		return c.o, nil
	}
	s, err := f.objectStreamAt(holder.off, int(holder.rev))
	if err != nil {
		return nil, err
	}
	i := int(e.gen)
	if i >= len(s.numbers) || s.numbers[i] != e.num {
		if err := f.purse.Take(purse.Objects, int64(len(s.numbers))/16); err != nil {
			return nil, err
		}
		i = slices.Index(s.numbers, e.num) // the number decides where the index is wrong
	}
	if i < 0 {
		return nil, f.badEntry(Ref{int(e.num), 0}, -1, Ref{}, fmt.Errorf("object stream %d does not hold it", e.off))
	}
	before := f.purse.Left(purse.Bytes)
	p := parser{lexer: lexer{buf: s.data[s.offsets[i]:], p: f.purse}, names: f.prs.names, single: true}
	o, err := p.value()
	if err != nil {
		return nil, f.badEntry(Ref{int(e.num), 0}, -1, Ref{}, err)
	}
	f.keep(at, o, before-f.purse.Left(purse.Bytes))
	return o, nil
}
