package diff

import (
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// maxPageDepth bounds the page tree; balanced trees of a million pages have
// five levels.
const maxPageDepth = 64

// readPages walks the page tree (7.7.3) in order. What is in a circle or too
// deep is left out; the reader of the file notes it.
func readPages(f *pdf.File, rev int) *pageTable {
	t := &pageTable{number: map[int]int{}, inner: map[int]bool{}}
	type visit struct {
		o     pdf.Object
		depth int
	}
	todo := []visit{{f.Catalog(rev).Get("Pages"), 0}}
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		ref, isRef := v.o.(pdf.Ref)
		if t.inner[ref.Number] || t.number[ref.Number] > 0 || v.depth > maxPageDepth {
			continue
		}
		if err := f.Purse().Take(purse.Objects, 2); err != nil {
			f.Spent(err)
			return t
		}
		d := pdf.DictOf(f.Resolve(rev, v.o))
		if d == nil {
			continue
		}
		if kids, ok := f.Value(rev, d, "Kids").(pdf.Array); ok {
			t.inner[ref.Number] = isRef
			if list, ok := d.Get("Kids").(pdf.Ref); ok {
				t.inner[list.Number] = true
			}
			for i := len(kids) - 1; i >= 0; i-- {
				todo = append(todo, visit{kids[i], v.depth + 1})
			}
			continue
		}
		t.order = append(t.order, ref.Number)
		if isRef {
			t.number[ref.Number] = len(t.order)
		}
	}
	return t
}

// pageList tells which pages were added, removed or replaced, when the update
// did something to the page tree that no rule explains.
func (u *update) pageList(items []Item) []Item {
	worst := LevelNone
	for _, it := range items {
		worst = Worse(worst, it.Level)
	}
	if worst != LevelOther {
		return nil
	}
	was, is := u.tables.pagesOf(u.rev-1), u.tables.pagesOf(u.rev)
	var out []Item
	page := func(kind Kind, n int) {
		if len(out) < maxPagesTold {
			out = append(out, Item{Object: "page tree", Kind: kind, Page: n, Level: LevelOther})
		}
	}
	head := 0
	for head < len(was.order) && head < len(is.order) && was.order[head] == is.order[head] {
		head++
	}
	tail := 0
	for tail < len(was.order)-head && tail < len(is.order)-head && was.order[len(was.order)-1-tail] == is.order[len(is.order)-1-tail] {
		tail++
	}
	old, now := len(was.order)-head-tail, len(is.order)-head-tail
	for i := range min(old, now) {
		page(PageReplaced, head+i+1)
	}
	for i := min(old, now); i < now; i++ {
		page(PageAdded, head+i+1)
	}
	for i := min(old, now); i < old; i++ {
		page(PageRemoved, head+i+1)
	}
	return out
}

// maxPagesTold bounds what is told of a document that was exchanged whole.
const maxPagesTold = 50
