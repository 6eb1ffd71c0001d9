package pdf

import (
	"bytes"
	"slices"

	"github.com/kakuin/kakuin/eseal/purse"
)

// trailerKeys describe the file's structure or the update itself (Table 15);
// /Root and /Info are looked at by what they lead to.
var trailerKeys = []Name{"Size", "Prev", "XRefStm", "ID", "Root", "Info", "Type", "W", "Index", "Length", "Filter", "DecodeParms", "DocChecksum"}

// trailer looks at the other keys: only /Encrypt has a meaning for readers,
// private ones lead to nothing that is shown.
func (u *update) trailer() {
	for _, key := range u.f.trailer(u.rev - 1).differs(u.f.trailer(u.rev)) {
		switch {
		case key == "Size":
			if u.hides(u.rev-1) || u.hides(u.rev) {
				u.item("trailer", WhatTrailer, "Size", LevelNotAnalysed)
			}
		case slices.Contains(trailerKeys, key):
		case key == "Encrypt":
			u.item("trailer", WhatTrailer, string(key), LevelNotAnalysed)
		default:
			u.item("trailer", WhatTrailer, string(key), LevelLongTerm)
		}
	}
}

// hides tells whether the /Size of a revision's trailer makes readers ignore
// an object that the cross-reference has (7.5.5): changing it shows or takes away.
func (u *update) hides(rev int) bool {
	size, ok := u.f.trailer(rev).Int("Size")
	if !ok {
		return false
	}
	for i := len(u.f.index) - 1; i >= 0 && int64(u.f.index[i].num) >= size; i-- {
		if u.f.placeOf(rev, int(u.f.index[i].num)) != nowhere {
			return true
		}
		if u.f.failed(u.f.purse.Take(purse.Objects, 1)) {
			return true
		}
	}
	return false
}

// catalogKeys may change in the catalogue; the first three have rules of
// their own for what they lead to.
var catalogKeys = []Name{"DSS", "AcroForm", "Metadata", "Extensions", "Version"}

// catalog compares the two catalogues, also where the update brings a new
// object for it.
func (u *update) catalog() {
	was, is := u.f.catalog(u.rev-1), u.f.catalog(u.rev)
	keys := was.differs(is)
	detail := joinNames(keys)
	for _, key := range keys {
		if !slices.Contains(catalogKeys, key) || is == nil || len(is.Duplicate) > 0 {
			u.item("catalogue", WhatCatalog, detail, LevelNotAnalysed)
			return
		}
	}
	if c := u.changes[u.root(u.rev)]; c != nil {
		u.explain(c, WhatCatalog, detail, LevelLongTerm)
	}
	if u.root(u.rev-1) != u.root(u.rev) && u.changes[u.root(u.rev)] == nil {
		u.item("trailer", WhatTrailer, "Root", LevelNotAnalysed) // an older object became the catalogue
	}
	u.explainAdded(is.Get("Extensions"), WhatCatalog, "Extensions", LevelLongTerm)
}

// root is the object number of a revision's catalogue.
func (u *update) root(rev int) int {
	ref, _ := u.f.trailer(rev).Get("Root").(Ref)
	return ref.Number
}

// A storeSet is the objects that make up the security store of a revision.
type storeSet struct {
	f       *File
	rev     int
	numbers map[int]bool
	odd     string // what is not as 12.8.4.3 says
}

// storeObjects walks the keys that the standard knows, and nothing else.
func (f *File) storeObjects(rev int) *storeSet {
	s := &storeSet{f: f, rev: rev, numbers: map[int]bool{}}
	v := f.catalog(rev).Get("DSS")
	if v == nil {
		return s
	}
	d := s.dict(v, "DSS")
	for _, key := range []Name{"Certs", "CRLs", "OCSPs"} {
		s.streams(d.Get(key), key)
	}
	if !d.Has("VRI") {
		return s
	}
	for _, e := range s.dict(d.Get("VRI"), "VRI").entries() {
		if e.Key == "Type" {
			continue // written by some, displays nothing
		}
		v := s.dict(e.Value, e.Key)
		for _, key := range []Name{"Cert", "CRL", "OCSP"} {
			s.streams(v.Get(key), key)
		}
		s.member(v.Get("TS"))
		s.member(v.Get("TU"))
	}
	return s
}

func (d *Dict) entries() []Entry {
	if d == nil {
		return nil
	}
	return d.Entries
}

// member adds the object that o refers to.
func (s *storeSet) member(o Object) Object {
	if ref, ok := o.(Ref); ok {
		s.numbers[ref.Number] = true
	}
	return s.f.resolve(s.rev, o)
}

func (s *storeSet) dict(o Object, what Name) *Dict {
	d, ok := s.member(o).(*Dict)
	if !ok {
		s.odd = string(what) + " is no dictionary"
	}
	return d
}

// streams adds a list of streams, and the lengths that they have as objects.
func (s *storeSet) streams(o Object, what Name) {
	if o == nil {
		return
	}
	list, ok := s.member(o).(Array)
	if !ok {
		s.odd = string(what) + " is no array"
	}
	for _, x := range list {
		st, ok := s.member(x).(*Stream)
		if !ok {
			s.odd = string(what) + " holds something else than streams"
			continue
		}
		if ref, ok := st.Get("Length").(Ref); ok {
			s.numbers[ref.Number] = true
		}
	}
}

// securityStore explains what belongs to the store after the update, or
// belonged to it before, and to nothing else.
func (u *update) securityStore() {
	was, is := u.f.storeObjects(u.rev-1), u.f.storeObjects(u.rev)
	if is.odd != "" {
		u.item("security store", WhatSecurityStore, is.odd, LevelNotAnalysed)
		return
	}
	for _, key := range []Name{"Certs", "CRLs", "OCSPs"} {
		switch lost, left := u.evidence(key); {
		case lost > 0 && left == 0:
			u.item("security store", WhatSecurityStore, string(key)+" emptied", LevelNotAnalysed)
			return
		case lost > 0:
			u.item("security store", WhatSecurityStore, string(key)+" removed", LevelLongTerm)
		}
	}
	var shown []bool // what the old store shares with the rest of the document
	if len(was.numbers) > 0 {
		shown = u.refs.outsideStore()
	}
	for _, n := range u.order {
		c := u.changes[n]
		switch {
		case c.what != "":
		case c.added && is.numbers[n]:
			u.explain(c, WhatSecurityStore, "", LevelLongTerm)
		case was.numbers[n] && (is.numbers[n] || c.freed) && n < len(shown) && !shown[n]:
			detail := ""
			if c.freed {
				detail = "removed"
			}
			u.explain(c, WhatSecurityStore, detail, LevelLongTerm)
		}
	}
}

// evidence counts the streams of a list that an update took away and those
// that the list has now. Some are dropped for newer ones; a list that is
// emptied is no housekeeping. Entries of /VRI may go: they only point into
// the lists (12.8.4.4).
func (u *update) evidence(key Name) (lost, left int) {
	was, is := u.f.dict(u.rev-1, u.f.catalog(u.rev-1), "DSS"), u.f.dict(u.rev, u.f.catalog(u.rev), "DSS")
	now := u.f.array(u.rev, is, key)
	kept := map[Object]bool{}
	for _, o := range now {
		if ref, ok := o.(Ref); ok {
			kept[ref] = true
		}
	}
	for _, o := range u.f.array(u.rev-1, was, key) {
		if ref, ok := o.(Ref); ok && kept[ref] || u.among(u.f.resolve(u.rev-1, o), now) {
			continue
		}
		lost++
	}
	return lost, len(now)
}

// among tells whether a stream is in a list of the new revision, under
// whatever number.
func (u *update) among(o Object, list Array) bool {
	return slices.ContainsFunc(list, func(x Object) bool {
		return u.f.purse.Take(purse.Objects, 1) == nil && u.f.same(o, u.f.resolve(u.rev, x))
	})
}

// metadata explains the document information and the metadata stream of the
// catalogue (14.3), each only when nothing else uses it.
func (u *update) metadata() {
	is := u.f.trailer(u.rev)
	if ref, ok := is.Get("Info").(Ref); ok {
		u.described(ref, WhatInfo, "")
	}
	if ref, ok := u.f.catalog(u.rev).Get("Metadata").(Ref); ok && u.changes[ref.Number] != nil {
		if st, ok := u.f.resolve(u.rev, ref).(*Stream); ok && u.harmlessXML(st) {
			u.described(ref, WhatMetadata, "Metadata")
		}
	}
}

func (u *update) described(ref Ref, what string, key Name) {
	c := u.changes[ref.Number]
	if c == nil || c.what != "" || !c.added && !u.usedOnlyBy(ref.Number, key) {
		return
	}
	if u.explain(c, what, changedKeys(c.old, c.new), LevelLongTerm) {
		u.explainAdded(dictOf(c.new), what, "", LevelLongTerm)
	}
}

// harmlessXML tells whether a metadata stream can be decoded, is RDF (14.3.2)
// and has no document type: entities could make it show what it does not hold.
func (u *update) harmlessXML(st *Stream) bool {
	data, err := u.f.decode(st, maxDecoded)
	if err != nil {
		u.f.failed(err)
		return false
	}
	defer u.f.purse.Give(purse.Bytes, int64(cap(data)))
	text := bytes.ReplaceAll(data, []byte{0}, nil) // UTF-16 is XMP too
	return bytes.Contains(text, []byte("RDF")) && !bytes.Contains(text, []byte("<!DOCTYPE"))
}
