package pdf

import "strconv"

// Readers do not walk the page tree alike (7.7.3): some believe /Count and
// skip what it says, some /Type, some /Kids; inherited entries are taken on
// the way down or by /Parent. Where these agree all see the same pages.

// pageFacts is what a survey keeps of a node of the page tree.
type pageFacts struct {
	kind   Name
	tree   bool // it has /Kids
	kids   Object
	count  Object
	parent int // 0 absent
}

// page keeps the facts of what may be a node of the page tree.
func (s *survey) page(num uint32, o Object) {
	d, ok := o.(*Dict)
	if !ok {
		return
	}
	kind := d.Name("Type")
	if kind != "Page" && kind != "Pages" && !d.Has("Kids") {
		return
	}
	p := &pageFacts{kind: kind, tree: d.Has("Kids"), kids: d.Get("Kids"), count: d.Get("Count")}
	if ref, ok := d.Get("Parent").(Ref); ok {
		p.parent = ref.Number
	}
	s.pages[num] = p
}

// A pageWalk counts the pages of one tree.
type pageWalk struct {
	s     *survey
	seen  map[int]bool
	odd   string // the first contradiction; empty when there is none
	first Ref    // the first page
}

// oddPages names the first contradiction in the page tree of a revision.
func (s *survey) oddPages() *pageWalk {
	w := &pageWalk{s: s, seen: map[int]bool{}}
	if root, ok := s.f.catalog(s.rev).Get("Pages").(Ref); ok {
		w.visit(root, 0, 0)
	}
	return w
}

// visit counts the pages below a node.
func (w *pageWalk) visit(ref Ref, parent, depth int) int64 {
	switch {
	case w.odd != "":
		return 0
	case depth > w.s.f.purse.MaxDepth() || w.seen[ref.Number]:
		w.tell(ref, "/Kids")
		return 0
	}
	w.seen[ref.Number] = true
	p := w.s.pages[uint32(ref.Number)]
	if p == nil {
		p = &pageFacts{parent: parent} // it has no /Type: nobody but its /Kids says what it is
		if w.s.find(uint32(ref.Number)) < 0 {
			return 0 // null: no page
		}
	}
	if parent > 0 && p.parent != parent {
		w.tell(ref, "/Parent")
	}
	if p.tree == (p.kind == "Page") && p.kind != "" {
		w.tell(ref, "/Type")
	}
	if !p.tree {
		if w.first == (Ref{}) {
			w.first = ref
		}
		return 1
	}
	kids, _ := w.s.f.resolve(w.s.rev, p.kids).(Array)
	total := int64(0)
	for _, k := range kids {
		kid, ok := k.(Ref)
		if !ok {
			w.tell(ref, "/Kids")
			break
		}
		total += w.visit(kid, ref.Number, depth+1)
	}
	if n, ok := w.s.f.resolve(w.s.rev, p.count).(Integer); !ok || int64(n) != total {
		w.tell(ref, "/Count")
	}
	return total
}

func (w *pageWalk) tell(ref Ref, key string) {
	if w.odd == "" {
		w.odd = ref.String() + " " + key
	}
}

// shortcut is what a reader that opens the file page by page believes
// (Annex F): the first object says where the cross-reference of the first
// page stands, right behind itself, and which object that page is. It says so
// only in a file of exactly the length that it names.
func (f *File) shortcut() (section int64, page int, ok bool) {
	if !f.Linearized {
		return 0, 0, false
	}
	b := f.win.at(f.HeaderOffset)
	p := f.parser()
	r := rebuilder{f: f, start: f.HeaderOffset}
	for i := 0; i+3 <= len(b) && i < headerSpan; i++ {
		if string(b[i:i+3]) != "obj" {
			continue
		}
		start := r.numbersBefore(f.HeaderOffset + int64(i))
		if start < 0 {
			continue
		}
		_, o, err := p.indirect(start)
		d, _ := o.(*Dict)
		if n, isInt := d.Int("L"); err != nil || d == nil || !d.Has("Linearized") || !isInt || n != f.Size-f.HeaderOffset && n != f.Size {
			return 0, 0, false
		}
		page, _ := d.Int("O")
		if first, isInt := d.Int("P"); isInt && first != 0 {
			page = 0
		}
		return p.offset(), int(max(0, min(page, 1<<31-1))), true
	}
	return 0, 0, false
}

// oddShortcut names what a linearized file says otherwise than its end does.
func (f *File) oddShortcut(w *pageWalk) string {
	at, page, ok := f.shortcut()
	switch {
	case !ok:
		return ""
	case page > 0 && w.first.Number > 0 && page != w.first.Number:
		return "/O " + strconv.Itoa(page)
	}
	s, err := f.section(at)
	if err != nil {
		f.failed(err)
		f.irregular = true // such a reader scans the file
		return ""
	}
	if newest := f.revs[len(f.revs)-1].sections; len(newest) > 0 && newest[len(newest)-1].trailer.Start == s.trailer.Start {
		return ""
	}
	return "octet " + strconv.FormatInt(at, 10)
}
