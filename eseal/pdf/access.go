package pdf

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// What stands here is for eseal/pdf/diff, which compares revisions: each
// revision resolved on its own, and what an update touches.

// Purse is what the file is read from; comparing takes from it too.
func (f *File) Purse() *purse.Purse { return f.purse }

// Spent tells whether err is the end of the purse, which the file remembers.
func (f *File) Spent(err error) bool { return f.failed(err) }

// Tell adds a note, once for each code and place.
func (f *File) Tell(code note.Code, where string, params note.Params) {
	f.note(code, where, -1, params)
}

// Trailer is the trailer dictionary that a revision sees.
func (f *File) Trailer(rev int) *Dict { return f.trailer(rev) }

// Catalog is the document catalogue of a revision; nil when it cannot be read.
func (f *File) Catalog(rev int) *Dict { return f.catalog(rev) }

// Resolve follows references as a revision sees them; nil when there is nothing.
func (f *File) Resolve(rev int, o Object) Object { return f.resolve(rev, o) }

// Value is a resolved dictionary entry.
func (f *File) Value(rev int, d *Dict, key Name) Object { return f.value(rev, d, key) }

// Dict is a resolved dictionary entry, the dictionary of a stream included.
func (f *File) Dict(rev int, d *Dict, key Name) *Dict { return f.dict(rev, d, key) }

// Array is a resolved dictionary entry that is an array.
func (f *File) Array(rev int, d *Dict, key Name) Array { return f.array(rev, d, key) }

// Decode is the decoded octets of a stream. The caller gives cap(result) back
// to the purse when it no longer holds them.
func (f *File) Decode(st *Stream) ([]byte, error) { return f.decode(st, maxDecoded) }

// Same compares two objects of two revisions, stream octets included.
func (f *File) Same(a, b Object) bool { return f.same(a, b) }

// Equal compares two objects by value, references by their numbers. Streams
// are equal only to themselves.
func Equal(a, b Object) bool { return equal(a, b) }

// Differs lists the keys whose values are not equal. Doubled keys make a
// dictionary differ from every other.
func (d *Dict) Differs(other *Dict) []Name { return d.differs(other) }

// Doubled are the keys that a dictionary has more than once.
func (d *Dict) Doubled() []Name {
	if d == nil {
		return nil
	}
	return d.Duplicate
}

// DictOf is a dictionary, that of a stream included; nil for other objects.
func DictOf(o Object) *Dict { return dictOf(o) }

// Widget is the rectangle of a widget and whether it shows anything.
func (f *File) Widget(rev int, d *Dict) (rect [4]float64, visible bool) { return f.widgetRect(rev, d) }

// A Touched object is one that a revision has an entry of its own for.
type Touched struct {
	Ref    Ref  // under the generation that the revision gives it
	OldGen int  // the generation before
	Added  bool // the revision before has nothing under the number
	Freed  bool // nothing is there any more
	Older  bool // the entry leads into the octets of an older revision
}

// Touched lists what a revision has new entries for, by number. Entries that
// lead where the older ones led are left out.
func (f *File) Touched(rev int) []Touched {
	var out []Touched
	start := f.Revisions[rev-1].Start
	for _, e := range f.revs[rev-1].entries {
		num := int(e.num)
		was, is := f.placeOf(rev-1, num), f.placeOf(rev, num)
		if num == 0 || was == is {
			continue
		}
		t := Touched{Ref: Ref{Number: num}, Added: was == nowhere, Freed: is == nowhere, Older: is != nowhere && is.off < start}
		if e.kind == entryUsed {
			t.Ref.Generation = int(e.gen)
		}
		if old, ok := f.lookup(rev-1, num); ok && old.kind == entryUsed {
			t.OldGen = int(old.gen)
		}
		out = append(out, t)
	}
	return out
}

// Carries tells whether an object stream still holds objects that entries of
// revisions before rev lead to, and rev does not replace.
func (f *File) Carries(rev, num int) bool {
	for i, e := range f.index {
		if e.kind != entryCompressed || e.off != int64(num) || int(e.rev) >= rev {
			continue
		}
		next := i + 1
		if next < len(f.index) && f.index[next].num == e.num && int(f.index[next].rev) <= rev {
			continue
		}
		return true
	}
	return false
}

// Current reads an object under the generation that a revision gives it.
func (f *File) Current(rev, num int) (Object, error) {
	gen := 0
	if e, ok := f.lookup(rev, num); ok && e.kind == entryUsed {
		gen = int(e.gen)
	}
	return f.Object(rev, num, gen)
}

// Reachable tells whether the trailer's /Root, /Info or /Encrypt leads to an
// object at the present revision.
func (r *References) Reachable(num int) bool { return r.reachable(num) }

// OutsideStore tells what the trailer reaches without the catalogue's /DSS,
// at the present revision.
func (r *References) OutsideStore() func(num int) bool {
	seen := r.outsideStore()
	return func(num int) bool { return num >= len(seen) || seen[num] }
}

// Hides tells whether the /Size of a revision's trailer makes readers ignore
// an object that the cross-reference has (7.5.5).
func (f *File) Hides(rev int) bool {
	size, ok := f.trailer(rev).Int("Size")
	if !ok {
		return false
	}
	for i := len(f.index) - 1; i >= 0 && int64(f.index[i].num) >= size; i-- {
		if f.failed(f.purse.Take(purse.Objects, 1)) || f.placeOf(rev, int(f.index[i].num)) != nowhere {
			return true
		}
	}
	return false
}

// Has tells whether the signature dictionary has an entry.
func (s *Signature) Has(key Name) bool {
	_, found := slices.BinarySearch(s.Entries, string(key))
	return found
}

// keys are those that have a value, in order.
func (d *Dict) keys() (out []string) {
	last := make(map[Name]bool, len(d.Entries)) // of doubled keys the last counts, see Get
	for _, e := range d.Entries {
		last[e.Key] = e.Value != nil
	}
	for k, there := range last {
		if there {
			out = append(out, string(k))
		}
	}
	slices.Sort(out)
	return out
}
