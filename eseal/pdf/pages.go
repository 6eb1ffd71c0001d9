package pdf

import (
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A pageFinder tells on which page a widget stands. It walks the page tree
// (7.7.3) once, in order, only as far as it is asked.
type pageFinder struct {
	f       *File
	rev     int
	started bool
	todo    []pageNode // last is next
	visited map[int]bool
	pages   map[int]int // object number of a page -> page
	annots  map[int]int // object number of an annotation -> page
	count   int
}

type pageNode struct {
	o     Object
	depth int
}

func (f *File) newPageFinder(rev int) *pageFinder {
	return &pageFinder{f: f, rev: rev, visited: map[int]bool{}, pages: map[int]int{}, annots: map[int]int{}}
}

// find is the page whose /Annots holds the widget, else the page that its /P
// names, else 0.
func (p *pageFinder) find(w widget) int {
	if !p.started {
		p.started = true
		if root := p.f.catalog(p.rev).Get("Pages"); root != nil {
			p.todo = append(p.todo, pageNode{root, 0})
		}
	}
	for {
		if n, ok := p.annots[w.ref.Number]; ok && w.ref.Number > 0 {
			return n
		}
		if len(p.todo) == 0 {
			break
		}
		p.step()
	}
	if ref, ok := w.dict.Get("P").(Ref); ok {
		return p.pages[ref.Number]
	}
	return 0
}

// step visits one node.
func (p *pageFinder) step() {
	n := p.todo[len(p.todo)-1]
	p.todo = p.todo[:len(p.todo)-1]
	ref, isRef := n.o.(Ref)
	if isRef && p.visited[ref.Number] || n.depth > p.f.purse.MaxDepth() {
		p.f.note(CodePageTree, "page tree node "+ref.String(), -1, note.Params{"what": "too deep or in a circle"})
		return
	}
	p.visited[ref.Number] = isRef
	if err := p.f.purse.Take(purse.Objects, 4); err != nil {
		p.f.failed(err)
		p.todo = nil
		return
	}
	d := dictOf(p.f.resolve(p.rev, n.o))
	if d == nil {
		p.f.note(CodePageTree, "page tree node "+ref.String(), -1, note.Params{"what": "no dictionary"})
		return
	}
	if kids, ok := p.f.value(p.rev, d, "Kids").(Array); ok {
		for i := len(kids) - 1; i >= 0; i-- {
			p.todo = append(p.todo, pageNode{kids[i], n.depth + 1})
		}
		return
	}
	p.count++
	p.pages[ref.Number] = p.count
	for _, a := range p.f.array(p.rev, d, "Annots") {
		if r, ok := a.(Ref); ok && p.annots[r.Number] == 0 && p.f.purse.Take(purse.Objects, 1) == nil {
			p.annots[r.Number] = p.count
		}
	}
}
