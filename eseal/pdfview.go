package eseal

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/eseal/pdf/view"
)

// maxViews bounds how many revisions are looked at.
const maxViews = 4

// views looks at the newest revision, and at each sealed one after which more
// changed than evidence, signatures and the values of fields: no rule lets
// such an update take a script or a layer away.
func (b *builder) views() {
	if b.absent {
		b.doc.Views = b.facts.Views
		return
	}
	f := b.doc.PDF
	newest := len(f.Revisions)
	if newest == 0 || len(f.Signatures) == 0 {
		return
	}
	revs := []int{newest}
	for _, s := range f.Signatures {
		if s.Revision == 0 || slices.Contains(revs, s.Revision) {
			continue
		}
		switch b.doc.Changes.Level(s.Revision) {
		case diff.LevelAnnotations, diff.LevelOther, diff.LevelNotAnalysed:
			revs = append(revs, s.Revision)
		}
	}
	slices.SortFunc(revs[1:], func(x, y int) int { return y - x })
	for i, rev := range revs {
		if i >= maxViews {
			b.doc.Views = append(b.doc.Views, &view.Facts{Revision: rev, Missed: view.Limit})
			continue
		}
		b.doc.Views = append(b.doc.Views, view.Look(f, rev))
	}
}
