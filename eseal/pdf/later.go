package pdf

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/eseal/note"
)

// What a changed object is.
const (
	WhatXRefStream    = "cross-reference stream"
	WhatObjectStream  = "object stream"
	WhatSecurityStore = "security store"
	WhatDocTimeStamp  = "document time-stamp"
	WhatSignature     = "later signature"
	WhatFieldCreated  = "empty signature field"
	WhatPageAnnots    = "annotation list of a page"
	WhatForm          = "interactive form"
	WhatCatalog       = "catalogue"
	WhatInfo          = "document information"
	WhatMetadata      = "metadata stream"
	WhatUnreferenced  = "added, referred to by nothing"
	WhatAdded         = "added"
	WhatChanged       = "changed"
	WhatFreed         = "freed"
	WhatRetargeted    = "re-pointed into older octets"
	WhatFillsDangling = "fills a reference that led nowhere"
	WhatUnreadable    = "cannot be read"
	WhatTrailer       = "trailer"
	WhatHybrid        = "hybrid-reference section"
	WhatRebuilt       = "found by scanning"
	WhatNoSection     = "update without a cross-reference section of its own"
)

// A change is one object that a revision touches.
type change struct {
	num       int
	ref       Ref
	old, new  Object
	added     bool // the older revision has nothing under the number
	freed     bool
	what      string
	detail    string
	level     string
	forbidden bool // no rule may explain it
}

// An update compares one revision with the one before it, by whitelist: what
// no rule explains is not analysed.
type update struct {
	f       *File
	rev     int
	refs    *References
	changes map[int]*change
	order   []int           // the numbers of changes, ascending: the same answer every time
	items   []ChangedObject // beside the objects: trailer, form
}

// readLater compares each revision after the oldest signed one with the one
// before it, once, and gives every signature its part.
func (f *File) readLater() {
	first := 0
	for _, s := range f.Signatures {
		if s.Revision > 0 && s.Revision < len(f.revs) && (first == 0 || s.Revision < first) {
			first = s.Revision
		}
	}
	if first == 0 {
		return
	}
	refs := f.References(first)
	all := make([]LaterRevision, 0, len(f.revs)-first)
	for rev := first + 1; rev <= len(f.revs); rev++ {
		u := &update{f: f, rev: rev, refs: refs, changes: map[int]*change{}}
		all = append(all, u.analyse())
		refs.Advance()
	}
	for _, s := range f.Signatures {
		if s.Revision > 0 && s.Revision < len(f.revs) {
			s.Later = all[s.Revision-first:]
		}
	}
}

func (u *update) analyse() LaterRevision {
	u.structure()
	u.collect()
	if u.refs.Complete() && u.f.Exhausted == nil {
		u.trailer()
		u.catalog()
		u.securityStore()
		u.form()
		u.pages()
		u.metadata()
		u.unreferenced()
	}
	return u.result()
}

func (u *update) item(object, what, detail, level string) {
	u.items = append(u.items, ChangedObject{object, what, detail, level})
}

// structure sees what makes the revision itself doubtful.
func (u *update) structure() {
	r := &u.f.Revisions[u.rev-1]
	switch {
	case u.f.Rebuilt:
		u.item("revision", WhatRebuilt, "", LevelNotAnalysed)
	case r.Kind == "hybrid":
		u.item("revision", WhatHybrid, "", LevelNotAnalysed)
	case r.Kind == "none" || r.XRefOffset < r.Start:
		u.item("revision", WhatNoSection, "", LevelNotAnalysed)
	}
}

// collect compares the objects that the revision has entries for.
func (u *update) collect() {
	start := u.f.Revisions[u.rev-1].Start
	for _, e := range u.f.revs[u.rev-1].entries {
		num := int(e.num)
		was, is := u.f.placeOf(u.rev-1, num), u.f.placeOf(u.rev, num)
		if num == 0 || was == is {
			continue
		}
		c := &change{num: num, added: was == nowhere, freed: is == nowhere, ref: Ref{Number: num}, level: LevelNotAnalysed}
		if e.kind == entryUsed {
			c.ref.Generation = int(e.gen)
		}
		u.read(c)
		if c.what == "" && !c.added && !c.freed && u.f.same(c.old, c.new) {
			continue // written again without change
		}
		if c.what == "" && is != nowhere && is.off < start {
			c.what, c.forbidden = WhatRetargeted, true
		}
		u.changes[num] = c
		u.order = append(u.order, num)
		u.housekeeping(c)
	}
}

// read takes the object before and after.
func (u *update) read(c *change) {
	var err error
	if !c.added {
		gen := 0
		if e, ok := u.f.lookup(u.rev-1, c.num); ok && e.kind == entryUsed {
			gen = int(e.gen)
		}
		if c.old, err = u.f.Object(u.rev-1, c.num, gen); err != nil {
			u.f.failed(err)
			c.old = nil
		}
		if !c.freed && gen != c.ref.Generation {
			c.what, c.detail, c.forbidden = WhatChanged, "generation", true
		}
	}
	if c.freed {
		return
	}
	if c.new, err = u.f.Object(u.rev, c.num, c.ref.Generation); err != nil {
		u.f.failed(err)
		c.what, c.detail, c.forbidden = WhatUnreadable, err.Error(), true
	}
}

// housekeeping explains the streams that carry the file's structure. Under an
// old number one is harmless only when the old object was of that kind, and
// carried no object that is still in use.
func (u *update) housekeeping(c *change) {
	was, is := dictOf(c.old).Name("Type"), dictOf(c.new).Name("Type")
	_, isStream := c.new.(*Stream)
	if was == "ObjStm" && !c.added && u.carries(c.num) {
		c.forbidden = true
		return
	}
	if was == "XRef" || was == "ObjStm" {
		if c.freed {
			u.explain(c, WhatXRefStream, "", LevelLongTerm)
			return
		}
		c.added = true // what the number meant before was never seen by anyone
	}
	switch {
	case !isStream || !c.added:
	case is == "XRef":
		u.explain(c, WhatXRefStream, "", LevelLongTerm)
	case is == "ObjStm":
		u.explain(c, WhatObjectStream, "", LevelLongTerm)
	}
}

// carries tells whether an object stream still holds objects that entries of
// older revisions lead to.
func (u *update) carries(num int) bool {
	for i, e := range u.f.index {
		if e.kind != entryCompressed || e.off != int64(num) || int(e.rev) >= u.rev {
			continue
		}
		next := i + 1
		if next < len(u.f.index) && u.f.index[next].num == e.num && int(u.f.index[next].rev) <= u.rev {
			continue
		}
		return true
	}
	return false
}

// explain gives a change its meaning, if a rule may. An added object that
// fills a dangling reference keeps its doubt.
func (u *update) explain(c *change, what, detail, level string) bool {
	if c.forbidden {
		return false
	}
	if c.added && u.refs.Dangling(c.num) {
		c.what, c.forbidden, c.level = WhatFillsDangling, true, LevelNotAnalysed
		return false
	}
	c.what, c.detail, c.level = what, detail, level
	return true
}

// explainAdded explains the added objects that o leads to, through added
// objects only.
func (u *update) explainAdded(o Object, what, detail, level string) {
	switch v := o.(type) {
	case Ref:
		c := u.changes[v.Number]
		if c != nil && c.added && c.what == "" && u.explain(c, what, detail, level) {
			u.explainAdded(c.new, what, detail, level)
		}
	case Array:
		for _, x := range v {
			u.explainAdded(x, what, detail, level)
		}
	case *Stream:
		u.explainAdded(v.Dict, what, detail, level)
	case *Dict:
		for _, e := range v.entries() {
			u.explainAdded(e.Value, what, detail, level)
		}
	}
}

// usedOnlyBy tells whether, before the update, nothing else that is reached
// referred to num than these objects, and the catalogue once, under key.
func (u *update) usedOnlyBy(num int, key Name, owners ...int) bool {
	root := u.root(u.rev - 1)
	for _, from := range u.refs.Referrers(num) {
		switch {
		case from == root:
			if key == "" || uses(u.f.catalog(u.rev-1), num) > 1 || uses(u.f.catalog(u.rev-1).Get(key), num) == 0 {
				return false
			}
		case !slices.Contains(owners, from) && u.refs.reachable(from):
			return false
		}
	}
	return true
}

// uses counts the references to num in an object.
func uses(o Object, num int) int {
	n := 0
	eachRef(o, func(ref Ref) {
		if ref.Number == num {
			n++
		}
	})
	return n
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

// unreferenced explains added objects that nothing leads to after the update:
// nobody sees them. What refers to them later is a change of its own.
func (u *update) unreferenced() {
	used := map[int]bool{}
	var mark func(o Object)
	mark = func(o Object) {
		eachRef(o, func(ref Ref) {
			if c := u.changes[ref.Number]; c != nil && c.added && !used[ref.Number] {
				used[ref.Number] = true
				mark(c.new)
			}
		})
	}
	for _, n := range u.order {
		if c := u.changes[n]; !c.added || c.what != "" {
			mark(c.new)
		}
	}
	for _, key := range []Name{"Root", "Info", "Encrypt"} {
		mark(u.f.trailer(u.rev).Get(key))
	}
	for _, n := range u.order {
		if c := u.changes[n]; c.added && c.what == "" && !used[n] {
			u.explain(c, WhatUnreferenced, "", LevelLongTerm)
		}
	}
}

var levelRank = map[string]int{LevelNone: 0, LevelLongTerm: 1, LevelFormFilling: 2, LevelNotAnalysed: 3}

func (u *update) result() LaterRevision {
	out := LaterRevision{Number: u.rev, Level: LevelNone, Items: u.items}
	for _, n := range u.order {
		c := u.changes[n]
		if c.what == "" {
			c.level = LevelNotAnalysed
			switch {
			case c.freed:
				c.what = WhatFreed
			case c.added:
				c.what = WhatAdded
			default:
				c.what, c.detail = WhatChanged, changedKeys(c.old, c.new)
			}
		}
		out.Items = append(out.Items, ChangedObject{c.ref.String(), c.what, c.detail, c.level})
	}
	for _, it := range out.Items {
		if levelRank[it.Level] > levelRank[out.Level] {
			out.Level = it.Level
		}
	}
	if !u.refs.Complete() || u.f.Exhausted != nil {
		out.Level = LevelNotAnalysed
		u.f.note(CodeExhausted, "revision "+strconv.Itoa(u.rev), -1, note.Params{"limit": "changes not compared"})
	}
	return out
}

// changedKeys names the keys in which two dictionaries differ.
func changedKeys(a, b Object) string {
	x, y := dictOf(a), dictOf(b)
	if x == nil || y == nil {
		return ""
	}
	return joinNames(x.differs(y))
}

func joinNames(keys []Name) string {
	parts := make([]string, 0, len(keys))
	for _, k := range keys {
		parts = append(parts, string(k))
	}
	return strings.Join(parts, " ")
}
