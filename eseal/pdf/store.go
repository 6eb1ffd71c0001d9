package pdf

import (
	"crypto/sha256"
	"slices"
	"strconv"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A storeReader gathers the security store over all revisions, newest first.
type storeReader struct {
	f     *File
	rev   int
	out   *SecurityStore
	data  map[place]held   // decoded streams, each once
	items map[storeKey]int // index of an item in its list
	vri   map[string]int
}

// held is a decoded stream and the revision whose octets have all of it.
type held struct {
	data []byte
	rev  int
}

type storeKey struct {
	list string
	sum  [sha256.Size]byte
}

// readSecurityStore reads /DSS of each revision that has one of its own.
func (f *File) readSecurityStore() {
	r := &storeReader{f: f, data: map[place]held{}, items: map[storeKey]int{}, vri: map[string]int{}}
	var last, lastIn place = nowhere, nowhere
	for rev := 1; rev <= len(f.revs); rev++ {
		if !f.touches(rev) {
			continue
		}
		o := f.catalog(rev).Get("DSS")
		d := dictOf(f.resolve(rev, o))
		if d == nil {
			continue
		}
		at, in := f.storePlace(rev, o, d)
		if at == last && in == lastIn && rev < len(f.revs) {
			continue
		}
		last, lastIn = at, in
		r.read(rev, d)
	}
	f.SecurityStore = r.out
}

// touches tells whether a revision can show something new.
func (f *File) touches(rev int) bool {
	return rev == 1 || len(f.revs[rev-1].entries) > 0
}

// storePlace is where a revision's store stands and where its VRI does.
func (f *File) storePlace(rev int, o Object, d *Dict) (at, vri place) {
	at, vri = place{off: d.Start, num: -1}, nowhere
	if ref, ok := o.(Ref); ok {
		at = f.placeOf(rev, ref.Number)
	}
	if ref, ok := d.Get("VRI").(Ref); ok {
		vri = f.placeOf(rev, ref.Number)
	}
	return at, vri
}

func (r *storeReader) read(rev int, d *Dict) {
	if r.out == nil {
		r.out = &SecurityStore{}
	}
	r.rev = rev
	r.out.Revisions = append(r.out.Revisions, rev)
	r.allGone()
	r.list(&r.out.Certs, "Certs", d, "Certs")
	r.list(&r.out.CRLs, "CRLs", d, "CRLs")
	r.list(&r.out.OCSPs, "OCSPs", d, "OCSPs")
	vri := r.f.dict(rev, d, "VRI")
	if vri == nil {
		return
	}
	for _, e := range vri.Entries {
		if v := dictOf(r.f.resolve(rev, e.Value)); v != nil {
			r.entry(string(e.Key), v)
		} else if e.Key != "Type" {
			r.f.note(CodeSecurityStore, "VRI "+string(e.Key), -1, note.Params{"what": "no dictionary"})
		}
	}
}

// allGone marks what older revisions had; what is still there is marked back.
func (r *storeReader) allGone() {
	for _, l := range [][]StoreItem{r.out.Certs, r.out.CRLs, r.out.OCSPs} {
		for i := range l {
			l[i].Gone = true
		}
	}
	for i := range r.out.VRI {
		r.out.VRI[i].Gone = true
	}
}

// list adds the streams of an array.
func (r *storeReader) list(to *[]StoreItem, name string, d *Dict, key Name) {
	for _, o := range r.f.array(r.rev, d, key) {
		st, num := r.stream(o, name)
		if st.data == nil {
			continue
		}
		first := max(r.rev, st.rev)
		k := storeKey{name, sha256.Sum256(st.data)}
		if i, ok := r.items[k]; ok {
			it := &(*to)[i]
			it.Gone, it.Revision = false, min(it.Revision, first)
			continue
		}
		r.items[k] = len(*to)
		*to = append(*to, StoreItem{Data: st.data, Object: num, Revision: first})
	}
}

// stream decodes one stream of the store, once for each place in the file.
func (r *storeReader) stream(o Object, what string) (held, int) {
	ref, ok := o.(Ref)
	if !ok || r.f.purse.Take(purse.Objects, 4) != nil {
		return held{}, 0
	}
	at := r.f.placeOf(r.rev, ref.Number)
	if b, ok := r.data[at]; ok {
		return b, ref.Number
	}
	st, ok := r.f.resolve(r.rev, ref).(*Stream)
	var h held
	err := errNotObject
	if ok {
		h.data, err = r.f.decode(st, maxDecoded)
		h.rev = r.f.revisionWith(st.DataStart + max(0, st.DataLen))
	}
	if err != nil && !r.f.failed(err) {
		r.f.note(CodeSecurityStore, what+" object "+strconv.Itoa(ref.Number), -1, note.Params{"what": err.Error()})
	}
	r.data[at] = h
	return h, ref.Number
}

// revisionWith is the oldest revision that ends at an offset or behind it. An
// entry may point behind its own revision, to what was written years later.
func (f *File) revisionWith(end int64) int {
	for i := range f.Revisions {
		if f.Revisions[i].End >= end {
			return i + 1
		}
	}
	return len(f.Revisions) + 1 // behind the last %%EOF
}

// entry reads the information about one signature (Table 262).
func (r *storeReader) entry(key string, d *Dict) {
	i, ok := r.vri[key]
	if !ok {
		i = len(r.out.VRI)
		r.vri[key] = i
		r.out.VRI = append(r.out.VRI, VRI{Key: key, Revision: r.rev})
	}
	v := &r.out.VRI[i]
	v.Gone = false
	r.list(&v.Certs, key+" Cert", d, "Cert")
	r.list(&v.CRLs, key+" CRL", d, "CRL")
	r.list(&v.OCSPs, key+" OCSP", d, "OCSP")
	if t, ok := r.f.value(r.rev, d, "TU").(*String); ok {
		v.TU = t.Text()
	}
	if d.Has("TS") {
		ts, _ := r.stream(d.Get("TS"), key+" TS")
		v.TS = ts.data
	}
}

// Items are all items of the store and of its entries for signatures.
func (s *SecurityStore) Items() []StoreItem {
	out := slices.Concat(s.Certs, s.CRLs, s.OCSPs)
	for _, v := range s.VRI {
		out = slices.Concat(out, v.Certs, v.CRLs, v.OCSPs)
	}
	return out
}
