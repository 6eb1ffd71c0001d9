package diff

import (
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A node is a field or widget and where it stands.
type node struct {
	ref  pdf.Ref
	dict *pdf.Dict
}

// A field is a terminal field of the form (12.7.4) with what it inherits.
type field struct {
	name    string
	kind    pdf.Name // Tx, Ch, Btn, Sig
	node    node
	parents []node // from the root
	widgets []node // the field itself when it has no kids
	value   pdf.Object
	flags   int64
	maxLen  int64
	opt     pdf.Object
	scripts bool // it formats its value by a script
}

// Field flags (Tables 228 to 232).
const (
	flagReadOnly   = 1 << 0 // nobody is to fill it in
	flagPassword   = 1 << 13
	flagPushbutton = 1 << 16
	flagCombo      = 1 << 17
	flagEdit       = 1 << 18
)

// maxFieldDepth bounds the field tree; names of real forms have five parts.
const maxFieldDepth = 32

// A fieldWalk goes through the field tree of one revision once.
type fieldWalk struct {
	f          *pdf.File
	rev        int
	visited    map[int]bool
	fieldTable // odd: a circle, too deep, or something that is no dictionary
}

// A fieldTable is the terminal fields of a revision; odd when the field tree
// is not what it should be.
type fieldTable struct {
	fields []field
	odd    bool
}

// readFields walks /AcroForm /Fields of a revision.
func readFields(f *pdf.File, rev int) *fieldTable {
	roots := f.Array(rev, f.Dict(rev, f.Catalog(rev), "AcroForm"), "Fields")
	w := &fieldWalk{f: f, rev: rev, visited: make(map[int]bool, len(roots))}
	w.fields = make([]field, 0, len(roots))
	for _, o := range roots {
		w.visit(o, field{}, 0)
	}
	return &w.fieldTable
}

func (w *fieldWalk) visit(o pdf.Object, in field, depth int) {
	ref, d := w.node(o, depth)
	if d == nil {
		return
	}
	in = w.inherit(in, d)
	in.node = node{ref, d}
	kids := w.f.Array(w.rev, d, "Kids")
	in.widgets = nil
	if len(kids) == 0 {
		in.widgets = []node{in.node}
		w.fields = append(w.fields, in)
		return
	}
	terminal := true
	below := in
	below.parents = append(append([]node(nil), in.parents...), in.node)
	for _, k := range kids {
		if w.isField(k) {
			terminal = false
			w.visit(k, below, depth+1)
		} else if kref, kd := w.node(k, depth+1); kd != nil {
			in.widgets = append(in.widgets, node{kref, kd})
		}
	}
	if terminal {
		w.fields = append(w.fields, in)
	}
}

// inherit takes what a field has of its own (Table 226).
func (w *fieldWalk) inherit(in field, d *pdf.Dict) field {
	if t, ok := w.f.Value(w.rev, d, "T").(*pdf.String); ok {
		if in.name != "" {
			in.name += "."
		}
		in.name += t.Text()
	}
	if ft, ok := w.f.Value(w.rev, d, "FT").(pdf.Name); ok {
		in.kind = ft
	}
	if v := d.Get("V"); v != nil {
		in.value = v
	}
	if n, ok := w.f.Value(w.rev, d, "Ff").(pdf.Integer); ok {
		in.flags = int64(n)
	}
	if n, ok := w.f.Value(w.rev, d, "MaxLen").(pdf.Integer); ok {
		in.maxLen = int64(n)
	}
	if o := d.Get("Opt"); o != nil {
		in.opt = o
	}
	in.scripts = in.scripts || d.Has("AA")
	return in
}

// node reads a field or widget that was not yet visited.
func (w *fieldWalk) node(o pdf.Object, depth int) (pdf.Ref, *pdf.Dict) {
	ref, isRef := o.(pdf.Ref)
	if err := w.f.Purse().Take(purse.Objects, 4); err != nil {
		w.f.Spent(err)
		return ref, nil
	}
	d, _ := w.f.Resolve(w.rev, o).(*pdf.Dict)
	if depth > maxFieldDepth || w.visited[ref.Number] || d == nil {
		w.odd = true
		return ref, nil
	}
	if isRef {
		w.visited[ref.Number] = true
	}
	return ref, d
}

// isField tells a child field from a widget: it has a name of its own (12.7.4.1).
func (w *fieldWalk) isField(o pdf.Object) bool {
	if w.f.Purse().Take(purse.Objects, 1) != nil {
		return false
	}
	d := pdf.DictOf(w.f.Resolve(w.rev, o))
	return d.Has("T") || d.Has("Kids")
}
