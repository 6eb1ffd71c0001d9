package pdf

import (
	"math"
	"strconv"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A formField is a terminal signature field of the form (12.7.5.5).
type formField struct {
	name    string
	ref     Ref
	dict    *Dict
	value   Object // /V as written, inherited included
	widgets []widget
}

// A widget is where a field shows itself (12.5.6.19).
type widget struct {
	ref  Ref
	dict *Dict
}

// A fieldWalk goes through the field tree of one revision once.
type fieldWalk struct {
	f       *File
	rev     int
	visited map[int]bool
	fields  []formField
	told    bool // that a field comes back to itself or lies too deep
}

// maxFieldDepth bounds the field tree; names of real forms have five parts.
const maxFieldDepth = 32

// signatureFields walks /AcroForm /Fields of a revision.
func (f *File) signatureFields(rev int) []formField {
	form := f.dict(rev, f.catalog(rev), "AcroForm")
	if form == nil {
		return nil
	}
	w := &fieldWalk{f: f, rev: rev, visited: map[int]bool{}}
	for _, o := range f.array(rev, form, "Fields") {
		w.visit(o, inherited{}, 0)
	}
	return w.fields
}

// inherited is what a field takes from its ancestors (Table 226).
type inherited struct {
	name  string
	kind  Name
	value Object
}

func (w *fieldWalk) visit(o Object, in inherited, depth int) {
	ref, d := w.node(o, depth)
	if d == nil {
		return
	}
	if t, ok := w.f.value(w.rev, d, "T").(*String); ok {
		if in.name != "" {
			in.name += "."
		}
		in.name += t.Text()
	}
	if ft, ok := w.f.value(w.rev, d, "FT").(Name); ok {
		in.kind = ft
	}
	if v := d.Get("V"); v != nil {
		in.value = v
	}
	kids := w.f.array(w.rev, d, "Kids")
	field := formField{name: in.name, ref: ref, dict: d, value: in.value}
	terminal := true
	for _, k := range kids {
		if w.isField(k) {
			terminal = false
			w.visit(k, in, depth+1)
		} else if terminal && in.kind == "Sig" {
			kref, kd := w.node(k, depth+1)
			if kd != nil {
				field.widgets = append(field.widgets, widget{kref, kd})
			}
		}
	}
	if len(kids) == 0 {
		field.widgets = []widget{{ref, d}}
	}
	if in.kind == "Sig" && terminal {
		w.fields = append(w.fields, field)
	}
}

// node reads a field or widget that was not yet visited.
func (w *fieldWalk) node(o Object, depth int) (Ref, *Dict) {
	ref, isRef := o.(Ref)
	if err := w.f.purse.Take(purse.Objects, 4); err != nil {
		w.f.failed(err)
		return ref, nil
	}
	if depth > maxFieldDepth || isRef && w.visited[ref.Number] {
		if !w.told { // once: a list may repeat a field a million times
			w.told = true
			w.f.note(CodeFieldTree, "field "+ref.String(), -1, note.Params{"what": "deeper than " + strconv.Itoa(maxFieldDepth) + " or in a circle"})
		}
		return ref, nil
	}
	if isRef {
		w.visited[ref.Number] = true
	}
	d := dictOf(w.f.resolve(w.rev, o))
	if d == nil {
		w.f.note(CodeFieldTree, "field "+ref.String(), -1, note.Params{"what": "no dictionary"})
	}
	return ref, d
}

// isField tells a child field from a widget: it has a name of its own (12.7.4.1).
func (w *fieldWalk) isField(o Object) bool {
	if w.f.purse.Take(purse.Objects, 1) != nil {
		return false
	}
	d := dictOf(w.f.resolve(w.rev, o))
	return d != nil && (d.Has("T") || d.Has("Kids"))
}

// facts are the exported facts about the field.
func (f *File) fieldFacts(rev int, ff formField, pages *pageFinder) Field {
	out := Field{Name: ff.name, Names: []string{ff.name}, Type: "approval", Object: ff.ref.Number}
	for _, w := range ff.widgets {
		rect, visible := f.widgetRect(rev, w.dict)
		page := pages.find(w)
		if !out.Visible || visible {
			out.Rect, out.Page, out.Widget = rect, page, w.ref
		}
		if visible {
			out.Visible = true
			break
		}
	}
	return out
}

// Annotation flags that keep a widget off the screen and the paper (Table 167).
const (
	flagHidden       = 1 << 1
	flagPrint        = 1 << 2
	flagNoView       = 1 << 5
	flagToggleNoView = 1 << 8
)

// widgetRect is where an annotation stands and whether it may be seen. Readers
// draw one whose /Rect is absent or odd, in one place or another, and do not
// agree on flags beyond 32 bits: such a one counts as visible.
func (f *File) widgetRect(rev int, d *Dict) (rect [4]float64, visible bool) {
	flags, _ := f.value(rev, d, "F").(Integer)
	if flags < 0 || flags > math.MaxInt32 {
		flags = 0
	}
	unseen := flags&flagHidden != 0 || flags&(flagNoView|flagPrint|flagToggleNoView) == flagNoView
	a, whole := f.array(rev, d, "Rect"), true
	for i := range rect[:min(len(a), len(rect))] {
		switch n := f.resolve(rev, a[i]).(type) {
		case Integer:
			rect[i] = float64(n)
		case Real:
			rect[i] = float64(n)
		default:
			whole = false
		}
	}
	if len(a) == 0 && !d.Has("Subtype") && !d.Has("AP") {
		return rect, false // a field without a widget
	}
	area := rect[0] != rect[2] || rect[1] != rect[3]
	return rect, (area || !whole || len(a) != len(rect)) && !unseen
}
