package pdf

import (
	"cmp"
	"slices"

	"github.com/kakuin/kakuin/eseal/purse"
)

// References knows which object refers to which, as one revision sees it.
// An update may fill a number that the signed page already refers to and that
// led nowhere, or change an object that has a second use: only the references
// tell.
type References struct {
	f        *File
	rev      int
	out      [][]uint32       // by object number: what it refers to
	wanted   []bool           // numbers that a later revision touches
	in       map[uint32][]int // wanted number -> objects that referred to it at some time
	reach    []bool           // reachable from the trailer; nil when not yet asked
	complete bool
}

// edgeCost is the memory of one reference: its number, and its place in the
// list of referrers of a number that is wanted.
const edgeCost = 16

// References reads every object of a revision once, in the order of the
// file, without building it.
func (f *File) References(rev int) *References {
	r := &References{f: f, rev: rev, in: map[uint32][]int{}, complete: true}
	for _, later := range f.revs[rev:] {
		if n := len(later.entries); n > 0 {
			last := int(later.entries[n-1].num) // entries are in order of numbers
			r.wanted = append(r.wanted, make([]bool, max(0, last+1-len(r.wanted)))...)
		}
		for _, e := range later.entries {
			r.wanted[e.num] = true
		}
	}
	all, err := f.inOrder(rev)
	if f.failed(err) {
		r.complete = false
		return r
	}
	for _, e := range all {
		if !r.add(e) {
			r.complete = false
			return r
		}
	}
	return r
}

// inOrder is the entries of a revision in the order of the file; off is the
// place of the object, or that of its object stream.
func (f *File) inOrder(rev int) ([]entry, error) {
	if err := f.purse.Take(purse.Objects, int64(len(f.index))/16); err != nil {
		return nil, err
	}
	var all []entry
	for i := range f.index {
		e := f.index[i]
		if int(e.rev) > rev || i+1 < len(f.index) && f.index[i+1].num == e.num && int(f.index[i+1].rev) <= rev {
			continue
		}
		if e.kind == entryCompressed {
			e.off = -1
			if at := f.placeOf(rev, int(e.num)); at != nowhere {
				e.off = at.off
			}
		}
		if e.kind != entryFree && e.off >= 0 {
			all = append(all, e)
		}
	}
	if err := f.purse.Take(purse.Bytes, int64(len(all))*entryBytes); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(cmp.Compare(a.off, b.off), cmp.Compare(a.gen, b.gen)) })
	return all, nil
}

// add reads the references of one object; e.off is its place, or that of its
// object stream. False when the purse is empty.
func (r *References) add(e entry) bool {
	num := int(e.num)
	if grow := num + 1 - len(r.out); grow > 0 {
		if r.f.failed(r.f.purse.Take(purse.Bytes, int64(grow)*24)) {
			return false
		}
		r.out = append(r.out, make([][]uint32, grow)...)
	}
	to, err := r.skim(e)
	if r.f.failed(err) || r.f.failed(r.f.purse.Take(purse.Bytes, int64(len(to))*edgeCost)) {
		return false
	}
	slices.Sort(to)
	to = slices.Compact(to)
	r.out[num] = to
	for _, t := range to {
		if int(t) < len(r.wanted) && r.wanted[t] {
			r.in[t] = append(r.in[t], num)
		}
	}
	return true
}

// skim lists the numbers that an object refers to.
func (r *References) skim(e entry) ([]uint32, error) {
	if e.kind == entryCompressed {
		s, err := r.f.objectStreamAt(e.off, int(e.rev))
		if err != nil {
			return nil, err
		}
		i := int(e.gen)
		if i >= len(s.numbers) || s.numbers[i] != e.num {
			i = slices.Index(s.numbers, e.num)
		}
		if i < 0 {
			return nil, nil
		}
		l := lexer{buf: s.data[s.offsets[i]:], p: r.f.purse, skip: true}
		return l.references(true)
	}
	p := r.f.parser()
	if _, err := p.header(e.off); err != nil {
		return nil, nil // such an entry is noted where it is read
	}
	p.skip = true
	defer func() { p.skip = false }()
	return p.references(false)
}

// references reads one object and lists the numbers that it refers to.
func (l *lexer) references(single bool) (to []uint32, err error) {
	var a, b int64 // the last two integers
	ints, depth := 0, 0
	for tokens := int64(0); ; tokens++ {
		t := l.next()
		if l.err != nil {
			return to, l.err
		}
		if t == tokInt {
			a, b = b, l.int
			ints++
		} else if t == tokWord && len(l.word) == 1 && l.word[0] == 'R' && ints >= 2 {
			if a >= 0 && a <= maxObjectNumber {
				to = append(to, uint32(a))
			}
			ints = 0
		} else if t != tokWord && t != tokArrayEnd && t != tokDictEnd {
			ints = 0 // the parser reads on past a word or a closing bracket that it does not know
		}
		switch t {
		case tokEOF:
			return to, l.p.Take(purse.Objects, tokens)
		case tokArray, tokDict:
			depth++
		case tokArrayEnd, tokDictEnd:
			depth--
		case tokWord:
			if !single && (string(l.word) == "endobj" || string(l.word) == "stream") {
				return to, l.p.Take(purse.Objects, tokens)
			}
		}
		if single && depth <= 0 {
			return to, l.p.Take(purse.Objects, tokens)
		}
	}
}

// Referrers are the objects that refer to num at the present revision. Those
// of a number that no later revision touches are looked for.
func (r *References) Referrers(num int) []int {
	if num >= len(r.wanted) || !r.wanted[num] {
		return r.search(num)
	}
	var out []int
	for _, from := range r.in[uint32(num)] {
		if r.refers(from, num) {
			out = append(out, from)
		}
	}
	return out
}

func (r *References) refers(from, num int) bool {
	_, ok := slices.BinarySearch(r.out[from], uint32(num))
	return ok
}

func (r *References) search(num int) (out []int) {
	if r.f.failed(r.f.purse.Take(purse.Objects, int64(len(r.out)/8+1))) {
		return nil
	}
	for from := range r.out {
		if r.refers(from, num) {
			out = append(out, from)
		}
	}
	return out
}

// Dangling tells whether something that people may see refers to num: what
// the trailer's /Root, /Info or /Encrypt reaches. Other references lead
// nowhere that is ever looked at.
func (r *References) Dangling(num int) bool {
	for _, from := range r.Referrers(num) {
		if r.reachable(from) {
			return true
		}
	}
	return r.trailerRefers(num)
}

func (r *References) trailerRefers(num int) bool {
	for _, key := range []Name{"Root", "Info", "Encrypt"} {
		if ref, ok := r.f.trailer(r.rev).Get(key).(Ref); ok && ref.Number == num {
			return true
		}
	}
	return false
}

// reachable walks the references from the trailer, once for each revision. A
// cross-reference stream is a trailer, and no use, unless something leads to it.
func (r *References) reachable(num int) bool {
	if r.reach == nil {
		var from []uint32
		for _, key := range []Name{"Root", "Info", "Encrypt"} {
			from = addRefs(from, r.f.trailer(r.rev).Get(key))
		}
		r.reach = r.walk(from, make([]bool, len(r.out)))
	}
	return num < len(r.reach) && r.reach[num]
}

// outsideStore is what the trailer reaches without the catalogue's /DSS.
func (r *References) outsideStore() []bool {
	var from []uint32
	for _, e := range r.f.catalog(r.rev).entries() {
		if e.Key != "DSS" {
			from = addRefs(from, e.Value)
		}
	}
	for _, key := range []Name{"Info", "Encrypt"} {
		from = addRefs(from, r.f.trailer(r.rev).Get(key))
	}
	seen := make([]bool, len(r.out))
	if root, ok := r.f.trailer(r.rev).Get("Root").(Ref); ok && root.Number < len(seen) {
		seen[root.Number] = true // certifications name the catalogue as their /Data: that is no way to its /DSS
	}
	return r.walk(from, seen)
}

func addRefs(to []uint32, o Object) []uint32 {
	eachRef(o, func(ref Ref) { to = append(to, uint32(ref.Number)) })
	return to
}

// walk marks what these numbers lead to, but for what is marked already.
func (r *References) walk(todo []uint32, seen []bool) []bool {
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if int(n) < len(seen) && !seen[n] {
			seen[n] = true
			todo = append(todo, r.out[n]...)
		}
	}
	return seen
}

// Advance moves on to the next revision: its objects replace the older ones.
func (r *References) Advance() {
	r.rev++
	r.reach = nil
	for _, e := range r.f.revs[r.rev-1].entries {
		num := int(e.num)
		if num < len(r.out) {
			r.out[num] = nil
		}
		at := r.f.placeOf(r.rev, num)
		if at == nowhere {
			continue
		}
		e.off = at.off
		if !r.add(e) {
			r.complete = false
			return
		}
	}
}

// Complete tells whether every object could be read before the purse was empty.
func (r *References) Complete() bool { return r.complete }

func (d *Dict) entries() []Entry {
	if d == nil {
		return nil
	}
	return d.Entries
}

func eachRef(o Object, f func(Ref)) {
	switch v := o.(type) {
	case Ref:
		f(v)
	case Array:
		for _, x := range v {
			eachRef(x, f)
		}
	case *Stream:
		eachRef(v.Dict, f)
	case *Dict:
		for _, e := range v.entries() {
			eachRef(e.Value, f)
		}
	}
}
