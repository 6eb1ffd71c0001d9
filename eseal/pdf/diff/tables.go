package diff

import "github.com/kakuin/kakuin/eseal/pdf"

// tables keeps what was read of the last two revisions: each is compared with
// the one before and with the one after.
type tables struct {
	f      *pdf.File
	pages  lastTwo[*pageTable]
	fields lastTwo[*fieldTable]
}

// lastTwo remembers a value for the two revisions that were asked for last.
type lastTwo[T any] struct {
	revs   [2]int
	values [2]T
}

func (l *lastTwo[T]) of(rev int, read func() T) T {
	for i, r := range l.revs {
		if r == rev {
			return l.values[i]
		}
	}
	v := read()
	l.revs, l.values = [2]int{l.revs[1], rev}, [2]T{l.values[1], v}
	return v
}

func (t *tables) fieldsOf(rev int) *fieldTable {
	return t.fields.of(rev, func() *fieldTable { return readFields(t.f, rev) })
}

func (t *tables) pagesOf(rev int) *pageTable {
	return t.pages.of(rev, func() *pageTable {
		if same := t.inherited(rev); same != nil {
			return same
		}
		return readPages(t.f, rev)
	})
}

// inherited is the page table of the revision before, if it holds still: the
// update touches no node of the page tree.
func (t *tables) inherited(rev int) *pageTable {
	before := t.pages.values[1]
	if t.pages.revs[1] != rev-1 || before == nil {
		return nil
	}
	if !pdf.Equal(t.f.Catalog(rev-1).Get("Pages"), t.f.Catalog(rev).Get("Pages")) {
		return nil
	}
	for _, x := range t.f.Touched(rev) {
		if before.inner[x.Ref.Number] {
			return nil
		}
		if before.number[x.Ref.Number] > 0 {
			o, err := t.f.Object(rev, x.Ref.Number, x.Ref.Generation)
			t.f.Spent(err)
			if d := pdf.DictOf(o); d == nil || d.Has("Kids") {
				return nil
			}
		}
	}
	return before
}
