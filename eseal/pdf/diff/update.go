package diff

import (
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// A change is one object that a revision touches.
type change struct {
	num       int
	ref       pdf.Ref
	old, new  pdf.Object
	added     bool // the older revision has nothing under the number
	unread    bool // what the older revision has cannot be read
	freed     bool
	item      Item // Kind and Level empty: not explained
	forbidden bool // no rule may explain it
}

// An update compares one revision with the one before it, by whitelist.
type update struct {
	f       *pdf.File
	rev     int
	refs    *pdf.References
	tables  *tables
	changes map[int]*change
	order   []int  // the numbers of changes, ascending: the same answer every time
	items   []Item // beside the objects: trailer, form
}

func (c *change) open() bool { return c != nil && c.item.Kind == "" }

func (u *update) tell(object string, kind Kind, detail, level string) {
	u.items = append(u.items, Item{Object: object, Kind: kind, Detail: detail, Level: level})
}

// collect compares the objects that the revision has entries for.
func (u *update) collect() {
	for _, t := range u.f.Touched(u.rev) {
		c := &change{num: t.Ref.Number, ref: t.Ref, added: t.Added, freed: t.Freed}
		u.read(c, t)
		if c.open() && !c.unread && u.f.Same(c.old, c.new) && u.f.Plain(u.rev, c.num) {
			continue // written again without change: null is as good as nothing (7.3.10)
		}
		if t.Older {
			c.item, c.forbidden = Item{Kind: Retargeted, Level: LevelOther}, true
		}
		u.changes[c.num] = c
		u.order = append(u.order, c.num)
		u.housekeeping(c)
	}
}

// read takes the object before and after.
func (u *update) read(c *change, t pdf.Touched) {
	var err error
	if !c.added {
		if c.old, err = u.f.Object(u.rev-1, c.num, t.OldGen); err != nil {
			u.f.Spent(err)
			c.old, c.unread = nil, true
		}
		if !c.freed && t.OldGen != c.ref.Generation {
			c.item, c.forbidden = Item{Kind: Changed, Detail: "generation", Level: LevelOther}, true
		}
	}
	if c.freed {
		return
	}
	if c.new, err = u.f.Object(u.rev, c.num, c.ref.Generation); err != nil {
		u.f.Spent(err)
		c.item, c.forbidden = Item{Kind: Unreadable, Detail: err.Error(), Level: LevelOther}, true
	}
}

// explain gives a change its meaning, if a rule may. An added object that
// fills a dangling reference keeps its doubt.
func (u *update) explain(c *change, it Item) bool {
	if c.forbidden {
		return false
	}
	if c.added && u.refs.Dangling(c.num) {
		c.item, c.forbidden = Item{Kind: FillsDangling, Level: LevelOther}, true
		return false
	}
	c.item = it
	return true
}

// explainAdded explains the added objects that o leads to, through added
// objects only.
func (u *update) explainAdded(o pdf.Object, it Item) {
	eachRef(o, func(ref pdf.Ref) {
		if c := u.changes[ref.Number]; c.open() && c.added && u.explain(c, it) {
			u.explainAdded(c.new, it)
		}
	})
}

// usedOnlyBy tells whether, before the update, nothing else that is reached
// referred to num than these objects, and the catalogue once, under key.
func (u *update) usedOnlyBy(num int, key pdf.Name, owners ...int) bool {
	root, catalog := u.root(u.rev-1), u.f.Catalog(u.rev-1)
	for _, from := range u.refs.Referrers(num) {
		switch {
		case from == root:
			if uses(catalog, num) > 1 || uses(catalog.Get(key), num) == 0 {
				return false
			}
		case !slices.Contains(owners, from) && u.refs.Reachable(from):
			return false
		}
	}
	return true
}

// uses counts the references to num in an object.
func uses(o pdf.Object, num int) int {
	n := 0
	eachRef(o, func(ref pdf.Ref) {
		if ref.Number == num {
			n++
		}
	})
	return n
}

// eachRef visits the references in an object, not what they lead to.
func eachRef(o pdf.Object, f func(pdf.Ref)) {
	switch v := o.(type) {
	case pdf.Ref:
		f(v)
	case pdf.Array:
		for _, x := range v {
			eachRef(x, f)
		}
	case *pdf.Stream:
		eachRef(v.Dict, f)
	case *pdf.Dict:
		for _, e := range entries(v) {
			eachRef(e.Value, f)
		}
	}
}

func entries(d *pdf.Dict) []pdf.Entry {
	if d == nil {
		return nil
	}
	return d.Entries
}

// only tells whether two dictionaries differ in nothing but these keys. Of a
// doubled key readers take the one or the other.
func only(was, is *pdf.Dict, keys ...pdf.Name) bool {
	if was != nil && len(was.Duplicate) > 0 || is != nil && len(is.Duplicate) > 0 {
		return false
	}
	for _, key := range was.Differs(is) {
		if !slices.Contains(keys, key) {
			return false
		}
	}
	return true
}

// changedKeys names the keys in which two dictionaries differ.
func changedKeys(a, b pdf.Object) string {
	x, y := pdf.DictOf(a), pdf.DictOf(b)
	if x == nil || y == nil {
		return ""
	}
	return joined(x.Differs(y))
}

func joined(keys []pdf.Name) string {
	parts := make([]string, 0, len(keys))
	for _, k := range keys {
		parts = append(parts, string(k))
	}
	return strings.Join(parts, " ")
}

// appended is what a list of references has beside its older self, in which
// nothing may be missing or out of order.
func appended(was, is pdf.Array) ([]pdf.Ref, bool) {
	more, gone, ok := compared(was, is)
	return more, ok && len(gone) == 0
}

// compared is what a list has got and lost. What stays must stay in order:
// the order of annotations decides what covers what.
func compared(was, is pdf.Array) (more, gone []pdf.Ref, ok bool) {
	left := map[pdf.Ref]int{}
	for _, o := range is {
		if ref, isRef := o.(pdf.Ref); isRef {
			left[ref]++
		}
	}
	i := 0
	lose := func(o pdf.Object) bool {
		ref, isRef := o.(pdf.Ref)
		gone = append(gone, ref)
		return isRef && left[ref] == 0
	}
	for _, o := range is {
		for i < len(was) {
			if ref, isRef := was[i].(pdf.Ref); !isRef || left[ref] > 0 {
				break // it is o, or comes later and o is new
			}
			lose(was[i])
			i++
		}
		if i < len(was) && pdf.Equal(was[i], o) {
			i++
			continue
		}
		ref, isRef := o.(pdf.Ref)
		if !isRef {
			return nil, nil, false
		}
		more = append(more, ref)
	}
	for ; i < len(was); i++ {
		if !lose(was[i]) {
			return nil, nil, false
		}
	}
	return more, gone, true
}
