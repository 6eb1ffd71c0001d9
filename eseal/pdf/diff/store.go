package diff

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A storeSet is the objects that make up the security store of a revision.
type storeSet struct {
	f       *pdf.File
	rev     int
	numbers map[int]bool
	odd     string // what is not as 12.8.4.3 says
}

// storeObjects walks the keys that the standard knows, and nothing else.
func storeObjects(f *pdf.File, rev int) *storeSet {
	s := &storeSet{f: f, rev: rev, numbers: map[int]bool{}}
	v := f.Catalog(rev).Get("DSS")
	if v == nil {
		return s
	}
	d := s.dict(v, "DSS")
	for _, key := range []pdf.Name{"Certs", "CRLs", "OCSPs"} {
		s.streams(d.Get(key), key)
	}
	if !d.Has("VRI") {
		return s
	}
	for _, e := range entries(s.dict(d.Get("VRI"), "VRI")) {
		if e.Key == "Type" {
			continue // written by some, displays nothing
		}
		v := s.dict(e.Value, e.Key)
		for _, key := range []pdf.Name{"Cert", "CRL", "OCSP"} {
			s.streams(v.Get(key), key)
		}
		s.member(v.Get("TS"))
		s.member(v.Get("TU"))
	}
	return s
}

// member adds the object that o refers to.
func (s *storeSet) member(o pdf.Object) pdf.Object {
	if ref, ok := o.(pdf.Ref); ok {
		s.numbers[ref.Number] = true
	}
	return s.f.Resolve(s.rev, o)
}

func (s *storeSet) dict(o pdf.Object, what pdf.Name) *pdf.Dict {
	d, ok := s.member(o).(*pdf.Dict)
	if !ok {
		s.odd = string(what) + " is no dictionary"
	}
	return d
}

// streams adds a list of streams, and the lengths that they have as objects.
func (s *storeSet) streams(o pdf.Object, what pdf.Name) {
	if o == nil {
		return
	}
	list, ok := s.member(o).(pdf.Array)
	if !ok {
		s.odd = string(what) + " is no array"
	}
	for _, x := range list {
		st, ok := s.member(x).(*pdf.Stream)
		if !ok {
			s.odd = string(what) + " holds something else than streams"
			continue
		}
		if ref, ok := st.Get("Length").(pdf.Ref); ok {
			s.numbers[ref.Number] = true
		}
	}
}

// securityStore explains, as long-term material, what belongs to the store
// after the update, or belonged to it before, and to nothing else.
func (u *update) securityStore() {
	was, is := storeObjects(u.f, u.rev-1), storeObjects(u.f, u.rev)
	if is.odd != "" {
		u.tell("security store", SecurityStore, is.odd, LevelOther)
		return
	}
	if !u.evidenceKept() {
		return
	}
	var shown func(num int) bool // what the old store shares with the rest of the document
	if len(was.numbers) > 0 {
		shown = u.refs.OutsideStore()
	}
	for _, n := range u.order {
		c := u.changes[n]
		switch {
		case !c.open():
		case c.added && is.numbers[n]:
			u.explain(c, Item{Kind: SecurityStore, Level: LevelLongTerm})
		case was.numbers[n] && (is.numbers[n] || c.freed) && !shown(n):
			detail := ""
			if c.freed {
				detail = "removed"
			}
			u.explain(c, Item{Kind: SecurityStore, Detail: detail, Level: LevelLongTerm})
		}
	}
}

// evidenceKept tells whether the store was not taken away. Some evidence is
// dropped for newer; a list that is emptied, or a /VRI that goes or loses
// entries (12.8.4.4), is no housekeeping.
func (u *update) evidenceKept() bool {
	for _, key := range []pdf.Name{"Certs", "CRLs", "OCSPs"} {
		switch lost, left := u.evidence(key); {
		case lost > 0 && left == 0:
			u.tell("security store", SecurityStore, string(key)+" emptied", LevelOther)
			return false
		case lost > 0:
			u.tell("security store", SecurityStore, string(key)+" removed", LevelLongTerm)
		}
	}
	was := u.f.Dict(u.rev-1, u.f.Dict(u.rev-1, u.f.Catalog(u.rev-1), "DSS"), "VRI")
	is := u.f.Dict(u.rev, u.f.Dict(u.rev, u.f.Catalog(u.rev), "DSS"), "VRI")
	for _, e := range entries(was) {
		if e.Key != "Type" && !is.Has(e.Key) {
			u.tell("security store", SecurityStore, "VRI "+string(e.Key)+" removed", LevelOther)
			return false
		}
	}
	return true
}

// evidence counts the streams of a list that an update took away and those
// that the list has now.
func (u *update) evidence(key pdf.Name) (lost, left int) {
	was, is := u.f.Dict(u.rev-1, u.f.Catalog(u.rev-1), "DSS"), u.f.Dict(u.rev, u.f.Catalog(u.rev), "DSS")
	now := u.f.Array(u.rev, is, key)
	kept := map[pdf.Object]bool{}
	for _, o := range now {
		if ref, ok := o.(pdf.Ref); ok {
			kept[ref] = true
		}
	}
	for _, o := range u.f.Array(u.rev-1, was, key) {
		if ref, _ := o.(pdf.Ref); kept[ref] || u.among(u.f.Resolve(u.rev-1, o), now) {
			continue
		}
		lost++
	}
	return lost, len(now)
}

// among tells whether a stream is in a list of the new revision, under
// whatever number.
func (u *update) among(o pdf.Object, list pdf.Array) bool {
	return slices.ContainsFunc(list, func(x pdf.Object) bool {
		return u.f.Purse().Take(purse.Objects, 1) == nil && u.f.Same(o, u.f.Resolve(u.rev, x))
	})
}
