package pdf

import (
	"maps"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// TellPrepared notes what waits in a sealed revision to be revealed by an
// update: pages that nothing leads to, and annotations that draw something
// and are hidden. Neither changes what is shown now.
func (r *References) TellPrepared() {
	if !r.complete || r.f.Exhausted != nil {
		return
	}
	r.f.tellAll(CodePagesUnreached, r.unreachedPages())
	r.f.tellAll(CodeHiddenDrawing, r.f.hiddenDrawings(r.rev))
}

// maxPrepared bounds the objects that such a note names.
const maxPrepared = 6

func (f *File) tellAll(code note.Code, objects []string) {
	if len(objects) == 0 {
		return
	}
	if len(objects) > maxPrepared {
		objects = append(objects[:maxPrepared], "…")
	}
	f.note(code, "file", -1, note.Params{"objects": strings.Join(objects, ", ")})
}

// unreachedPages are the pages, page trees and catalogues that the trailer
// does not lead to. Each has references: to what it draws or holds.
func (r *References) unreachedPages() (out []string) {
	for num := range r.out {
		if len(r.out[num]) == 0 || r.reachable(num) {
			continue
		}
		o, err := r.f.Current(r.rev, num)
		if !tooDeep(err) && r.f.failed(err) {
			return out
		}
		d, _ := o.(*Dict)
		if key, ok := carries[d.Name("Type")]; ok && d.Has(key) && len(out) <= maxPrepared {
			out = append(out, Ref{Number: num}.String())
		}
	}
	return out
}

// carries says by which entry a dictionary of the page tree shows something.
var carries = map[Name]Name{"Page": "Contents", "Pages": "Kids", "Catalog": "Pages"}

// hiddenDrawings are the annotations of the pages that have an area and an
// appearance and are not shown (12.5.3).
func (f *File) hiddenDrawings(rev int) (out []string) {
	pages := f.newPageFinder(rev)
	pages.find(widget{})
	for _, num := range slices.Sorted(maps.Keys(pages.annots)) {
		if f.failed(f.purse.Take(purse.Objects, 1)) {
			return out
		}
		d := dictOf(f.resolve(rev, Ref{Number: num}))
		rect, visible := f.widgetRect(rev, d)
		area := rect[0] != rect[2] && rect[1] != rect[3]
		if d.Has("AP") && area && !visible && d.Name("Subtype") != "Popup" && len(out) <= maxPrepared {
			out = append(out, Ref{Number: num}.String())
		}
	}
	return out
}
