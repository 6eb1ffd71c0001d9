package pdf

import (
	"bytes"
	"slices"

	"github.com/kakuin/kakuin/eseal/purse"
)

// trailerKeys may differ between trailers: they describe the file's
// structure, or the update itself (Table 15). /Info is looked at on its own.
var trailerKeys = []Name{"Size", "Prev", "XRefStm", "ID", "Info", "Type", "W", "Index", "Length", "Filter", "DecodeParms", "DocChecksum"}

func (u *update) trailer() {
	was, is := u.f.trailer(u.rev-1), u.f.trailer(u.rev)
	for _, key := range was.differs(is) {
		if slices.Contains(trailerKeys, key) {
			continue
		}
		if key != "Root" && key != "Encrypt" && !is.Has(key) {
			continue // private keys are lost in an update by another writer
		}
		u.item("trailer", WhatTrailer, string(key), LevelNotAnalysed)
	}
}

// catalogKeys may change in the catalogue; each but the last two has a rule
// of its own for what it leads to.
var catalogKeys = []Name{"DSS", "AcroForm", "Metadata", "Extensions", "Version"}

func (u *update) catalog() {
	was, is := u.f.catalog(u.rev-1), u.f.catalog(u.rev)
	root, _ := u.f.trailer(u.rev).Get("Root").(Ref)
	c := u.changes[root.Number]
	if c == nil || c.added {
		return
	}
	keys := was.differs(is)
	for _, key := range keys {
		if !slices.Contains(catalogKeys, key) {
			return
		}
	}
	if u.explain(c, WhatCatalog, joinNames(keys), LevelLongTerm) {
		u.explainAdded(is.Get("Extensions"), WhatCatalog, "Extensions", LevelLongTerm)
	}
}

// storeObjects are the numbers of the objects that make up the security store
// of a revision (12.8.4.3): nothing but the keys that the standard knows.
func (f *File) storeObjects(rev int) map[int]bool {
	out := map[int]bool{}
	d := f.member(rev, f.catalog(rev).Get("DSS"), out)
	for _, key := range []Name{"Certs", "CRLs", "OCSPs"} {
		f.members(rev, d.Get(key), out)
	}
	vri := f.member(rev, d.Get("VRI"), out)
	if vri == nil {
		return out
	}
	for _, e := range vri.Entries {
		v := f.member(rev, e.Value, out)
		for _, key := range []Name{"Cert", "CRL", "OCSP"} {
			f.members(rev, v.Get(key), out)
		}
		f.member(rev, v.Get("TS"), out)
		f.member(rev, v.Get("TU"), out)
	}
	return out
}

// member adds the object that o refers to and gives its dictionary.
func (f *File) member(rev int, o Object, out map[int]bool) *Dict {
	if ref, ok := o.(Ref); ok {
		out[ref.Number] = true
	}
	v := f.resolve(rev, o)
	if st, ok := v.(*Stream); ok {
		if ref, ok := st.Get("Length").(Ref); ok {
			out[ref.Number] = true
		}
	}
	return dictOf(v)
}

func (f *File) members(rev int, o Object, out map[int]bool) {
	if ref, ok := o.(Ref); ok {
		out[ref.Number] = true
	}
	list, _ := f.resolve(rev, o).(Array)
	for _, x := range list {
		f.member(rev, x, out)
	}
}

// securityStore explains what belongs to the store after the update, or
// belonged to it before, and to nothing else.
func (u *update) securityStore() {
	was, is := u.f.storeObjects(u.rev-1), u.f.storeObjects(u.rev)
	owners := make([]int, 0, len(was)+1)
	for n := range was {
		owners = append(owners, n)
	}
	root, _ := u.f.trailer(u.rev - 1).Get("Root").(Ref)
	owners = append(owners, root.Number)
	for n, c := range u.changes {
		switch {
		case c.what != "":
		case c.added && is[n]:
			u.explain(c, WhatSecurityStore, "", LevelLongTerm)
		case was[n] && (is[n] || c.freed) && u.usedOnlyBy(n, owners...):
			detail := ""
			if c.freed {
				detail = "removed"
			}
			u.explain(c, WhatSecurityStore, detail, LevelLongTerm)
		}
	}
}

// metadata explains the document information and the metadata stream of the
// catalogue (14.3), each only when nothing else uses it.
func (u *update) metadata() {
	is := u.f.trailer(u.rev)
	if ref, ok := is.Get("Info").(Ref); ok {
		u.described(ref, WhatInfo, 0)
	}
	root, _ := is.Get("Root").(Ref)
	if ref, ok := u.f.catalog(u.rev).Get("Metadata").(Ref); ok {
		if st, ok := u.f.resolve(u.rev, ref).(*Stream); ok && u.harmlessXML(st) {
			u.described(ref, WhatMetadata, root.Number)
		}
	}
}

func (u *update) described(ref Ref, what string, owner int) {
	c := u.changes[ref.Number]
	if c == nil || c.what != "" || !c.added && !u.usedOnlyBy(ref.Number, owner) {
		return
	}
	if u.explain(c, what, changedKeys(c.old, c.new), LevelLongTerm) {
		u.explainAdded(dictOf(c.new), what, "", LevelLongTerm)
	}
}

// harmlessXML tells whether a metadata stream can be decoded and has no
// document type: entities could make it show what it does not hold.
func (u *update) harmlessXML(st *Stream) bool {
	data, err := u.f.decode(st, maxDecoded)
	if err != nil {
		u.f.failed(err)
		return false
	}
	defer u.f.purse.Give(purse.Bytes, int64(cap(data)))
	return !bytes.Contains(bytes.ReplaceAll(data, []byte{0}, nil), []byte("<!DOCTYPE"))
}
