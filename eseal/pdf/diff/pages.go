package diff

import (
	"github.com/kakuin/kakuin/eseal/pdf"
)

// pages explains pages whose list of annotations got or lost annotations that
// other rules explain (12.5.2), at the level of the worst of them. Any other
// change of a page is other.
func (u *update) pages() {
	for _, n := range u.order {
		c := u.changes[n]
		if !c.open() {
			continue
		}
		was, is := pdf.DictOf(c.old), pdf.DictOf(c.new)
		if was.Name("Type") == "Page" {
			u.page(c, was, is)
		} else if _, ok := c.new.(pdf.Array); ok {
			u.list(c)
		}
	}
}

func (u *update) page(c *change, was, is *pdf.Dict) {
	if !only(was, is, "Annots") {
		return
	}
	number := u.tables.pagesOf(u.rev).number[c.num]
	if it, ok := u.annots(u.f.Array(u.rev-1, was, "Annots"), u.f.Array(u.rev, is, "Annots"), number); ok && u.explain(c, it) {
		if ref, ok := is.Get("Annots").(pdf.Ref); ok { // the list became an object of its own
			if l := u.changes[ref.Number]; l.open() && l.added {
				u.explain(l, it)
			}
		}
	}
}

// list explains a changed array that is the list of annotations of pages and
// nothing else.
func (u *update) list(c *change) {
	owners, number := u.refs.Referrers(c.num), 0
	for _, n := range owners {
		o, err := u.f.Current(u.rev-1, n)
		u.f.Spent(err)
		d := pdf.DictOf(o)
		if ref, _ := d.Get("Annots").(pdf.Ref); ref.Number != c.num || d.Name("Type") != "Page" || uses(o, c.num) != 1 {
			return
		}
		number = u.tables.pagesOf(u.rev).number[n]
	}
	was, _ := c.old.(pdf.Array)
	is, _ := c.new.(pdf.Array)
	if it, ok := u.annots(was, is, number); ok && len(owners) > 0 {
		u.explain(c, it)
	}
}

// annots compares two lists: the item is for the list itself, those of the
// annotations that went away are told besides.
func (u *update) annots(was, is pdf.Array, page int) (Item, bool) {
	out := Item{Kind: AnnotationList, Page: page, Level: LevelLongTerm}
	more, gone, ok := compared(was, is)
	if !ok {
		return out, false
	}
	var told []Item
	for _, ref := range more {
		it, ok := u.annotationAdded(ref, page)
		if !ok {
			return out, false
		}
		out.Level = Worse(out.Level, it.Level)
	}
	for _, ref := range gone {
		it, ok := u.annotationRemoved(ref, page)
		if !ok {
			return out, false
		}
		out.Level = Worse(out.Level, it.Level)
		it.Object = ref.String()
		if c := u.changes[ref.Number]; c == nil {
			told = append(told, it)
		}
	}
	u.items = append(u.items, told...)
	return out, true
}

// A pageTable numbers the pages of one revision.
type pageTable struct {
	number map[int]int // object number of a page -> its place, from 1
	order  []int       // object numbers in order
	inner  map[int]bool
}

// pageOf is the page of an annotation: the one that it names, else the one
// whose list holds it.
func (u *update) pageOf(n node) int {
	table := u.tables.pagesOf(u.rev)
	if ref, _ := n.dict.Get("P").(pdf.Ref); table.number[ref.Number] > 0 {
		return table.number[ref.Number]
	}
	for _, from := range u.refs.Referrers(n.ref.Number) {
		if k := table.number[from]; k > 0 {
			return k
		}
	}
	for _, num := range u.order {
		if k := table.number[num]; k > 0 && uses(u.f.Array(u.rev, pdf.DictOf(u.changes[num].new), "Annots"), n.ref.Number) > 0 {
			return k
		}
	}
	return 0
}
