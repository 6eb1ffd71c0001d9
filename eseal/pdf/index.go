package pdf

import (
	"cmp"
	"slices"
	"sort"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// buildIndex makes the one table that answers for every revision.
func (f *File) buildIndex() {
	f.index = nil
	for i := range f.revs {
		r := &f.revs[i]
		for k := len(r.sections) - 1; k >= 0; k-- { // newest first: of doubled numbers the first counts
			if r.entries == nil && k == 0 {
				r.entries = r.sections[k].entries
			} else {
				r.entries = append(r.entries, r.sections[k].entries...)
			}
			r.sections[k].entries = nil // a million objects need not be held twice
		}
		if len(r.sections) > 1 {
			slices.SortStableFunc(r.entries, func(a, b entry) int { return cmp.Compare(a.num, b.num) })
			r.entries = slices.CompactFunc(r.entries, func(a, b entry) bool { return a.num == b.num })
		}
		for k := range r.entries {
			e := &r.entries[k]
			e.rev = int32(i + 1)
			if e.kind == entryUsed && !f.Rebuilt {
				e.off += f.base
			}
		}
		f.index = append(f.index, r.entries...)
	}
	if len(f.revs) > 1 {
		slices.SortFunc(f.index, func(a, b entry) int {
			return cmp.Or(cmp.Compare(a.num, b.num), cmp.Compare(a.rev, b.rev))
		})
	}
}

// lookup is the entry of an object as a revision sees it.
func (f *File) lookup(rev int, num int) (entry, bool) {
	i := sort.Search(len(f.index), func(i int) bool {
		e := &f.index[i]
		return int(e.num) > num || int(e.num) == num && int(e.rev) > rev
	})
	if i == 0 || int(f.index[i-1].num) != num {
		return entry{}, false
	}
	return f.index[i-1], true
}

// A place is where an object stands: an offset and the generation that its
// entry gives it, or an object stream's offset, its number and its index in it.
type place struct {
	off   int64
	num   int32 // -1 for objects of their own
	which uint32
}

var nowhere = place{-1, -1, 0}

// placeOf is where a revision finds an object; nowhere for free and absent ones.
func (f *File) placeOf(rev int, num int) place {
	e, ok := f.lookup(rev, num)
	switch {
	case !ok || e.kind == entryFree:
		return nowhere
	case e.kind == entryUsed:
		return place{e.off, -1, e.gen}
	}
	holder, ok := f.lookup(rev, int(e.off))
	if !ok || holder.kind != entryUsed {
		return nowhere
	}
	return place{holder.off, int32(num), e.gen}
}

type cached struct {
	o    Object
	cost int64
}

// maxHeld bounds what parsed objects are kept: the field tree and the newest
// pages, not the document.
const maxHeld = 16 << 20

// Object reads an indirect object as a revision (1-based) sees it. An object
// that the revision does not have is nil, as null is (7.3.10).
func (f *File) Object(rev int, num, gen int) (Object, error) {
	e, ok := f.lookup(rev, num)
	if !ok || e.kind == entryFree || rev < 1 {
		return nil, nil
	}
	if err := f.purse.Take(purse.Objects, 1); err != nil {
		return nil, err
	}
	ref := Ref{num, gen}
	if e.kind == entryCompressed {
		if gen != 0 {
			return nil, nil
		}
		return f.compressed(rev, e)
	}
	if int(e.gen) != gen {
		return nil, nil
	}
	at := place{e.off, -1, e.gen}
	if c, ok := f.cache[at]; ok {
		return c.o, nil
	}
	if end := f.Revisions[e.rev-1].End; e.off >= end && !f.Rebuilt {
		f.note(CodeOffsetBeyond, "object "+ref.String(), e.off, nil)
	}
	before := f.purse.Left(purse.Bytes)
	found, o, err := f.parser().indirect(e.off)
	if err != nil || found != ref {
		return nil, f.badEntry(ref, e.off, found, err)
	}
	f.check(ref, e.off, o)
	if st, ok := o.(*Stream); ok {
		st.rev = int(e.rev)
	}
	f.decryptStrings(ref, int(e.rev), o)
	f.keep(at, o, before-f.purse.Left(purse.Bytes))
	return o, nil
}

// badEntry is the error for an entry that leads to no object, or another one.
func (f *File) badEntry(ref Ref, off int64, found Ref, err error) error {
	if f.failed(err) {
		return err
	}
	where, what := "object "+ref.String(), "leads to object "+found.String()
	code := CodeXRefEntry
	if err != nil {
		what = err.Error()
		if err != errNotObject {
			code = CodeMalformedObject
		}
	}
	f.note(code, where, off, note.Params{"what": what})
	return &BrokenObject{Ref: ref, Offset: off, What: what}
}

// BrokenObject says that an object has an entry but cannot be read.
type BrokenObject struct {
	Ref    Ref
	Offset int64
	What   string
}

func (e *BrokenObject) Error() string { return "object " + e.Ref.String() + ": " + e.What }

// check notes what is odd about an object that was read.
func (f *File) check(ref Ref, off int64, o Object) {
	if f.prs.odd {
		f.note(CodeMalformedObject, "object "+ref.String(), off, note.Params{"what": "tokens that make no object"})
	}
	d := dictOf(o)
	if d != nil && len(d.Duplicate) > 0 {
		f.note(CodeDuplicateKey, "object "+ref.String(), off, note.Params{"key": string(d.Duplicate[0])})
	}
}

func (f *File) keep(at place, o Object, cost int64) {
	if f.held+cost > maxHeld || len(f.cache) > 1<<16 {
		f.purse.Give(purse.Bytes, f.held)
		clear(f.cache)
		f.held = 0
	}
	f.cache[at] = cached{o, cost}
	f.held += cost
}

// resolve follows references to an object; nil when there is none.
func (f *File) resolve(rev int, o Object) Object {
	for range 8 {
		ref, ok := o.(Ref)
		if !ok {
			return o
		}
		var err error
		if o, err = f.Object(rev, ref.Number, ref.Generation); err != nil {
			f.failed(err)
			return nil
		}
	}
	return nil
}

// value is a resolved dictionary entry.
func (f *File) value(rev int, d *Dict, key Name) Object { return f.resolve(rev, d.Get(key)) }

// dict is a resolved dictionary entry, the dictionary of a stream included.
func (f *File) dict(rev int, d *Dict, key Name) *Dict { return dictOf(f.value(rev, d, key)) }

func (f *File) array(rev int, d *Dict, key Name) Array {
	a, _ := f.value(rev, d, key).(Array)
	return a
}

func dictOf(o Object) *Dict {
	switch d := o.(type) {
	case *Dict:
		return d
	case *Stream:
		return d.Dict
	}
	return nil
}

// trailer is the trailer dictionary that a revision sees.
func (f *File) trailer(rev int) *Dict {
	if rev < 1 || rev > len(f.revs) {
		return nil
	}
	return f.revs[rev-1].trailer
}

// catalog is the document catalogue of a revision; nil when it cannot be read.
func (f *File) catalog(rev int) *Dict { return f.dict(rev, f.trailer(rev), "Root") }
