package diff

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// valueKeys may change in a field or its widget when it is filled in (Tables
// 226, 166, 234): the value, what shows it, the chosen rows, the date.
var valueKeys = []pdf.Name{"V", "AP", "AS", "M"}

// rowKeys are those of a choice besides.
var rowKeys = append(slices.Clone(valueKeys), "I", "TI")

// filledIn explains a field of the older revision that got another value, as
// form filling. Its appearance must show that value and nothing else.
func (u *update) filledIn(was, is field) {
	if !u.touchesField(is) {
		return
	}
	it := Item{Kind: u.filling(was, is), Field: is.name, Level: LevelFormFilling}
	if !u.sameShape(was, is) {
		return
	}
	for _, w := range is.widgets {
		it.Page = max(it.Page, u.pageOf(w))
	}
	it.Shows = is.kind == "Ch" && !u.rowsChosen(is) || u.reveals(was, is) || was.flags&flagReadOnly != 0 || !u.fits(is) || u.partsFromPicture(was, is)
	for i := range is.widgets {
		switch u.shown(was.widgets[i], is, is.widgets[i]) {
		case differs:
			it.Kind, it.Level = FieldAppearance, LevelOther
		case notCompared:
			it.Shows = true
		}
	}
	for _, n := range fieldNodes(is) {
		if c := u.changes[n.ref.Number]; c.open() {
			u.explain(c, it)
		}
	}
	if ref, ok := is.value.(pdf.Ref); ok {
		u.explainAdded(ref, it)
		u.ownObject(ref, it, is.node)
	}
	if is.kind != "Btn" { // a button shows one of the states that were sealed
		for _, w := range is.widgets {
			u.appearance(w, it)
		}
	}
}

func fieldNodes(fd field) []node {
	nodes := append(slices.Clone(fd.parents), fd.node)
	return append(nodes, fd.widgets...)
}

// touchesField tells whether the update has anything for this field.
func (u *update) touchesField(fd field) bool {
	for _, n := range fieldNodes(fd) {
		if u.changes[n.ref.Number].open() {
			return true
		}
		ap, _ := n.dict.Get("AP").(pdf.Ref)
		normal, _ := u.f.Dict(u.rev, n.dict, "AP").Get("N").(pdf.Ref)
		if u.changes[ap.Number].open() || u.changes[normal.Number].open() {
			return true
		}
	}
	value, _ := fd.value.(pdf.Ref)
	return u.changes[value.Number].open()
}

// sameShape tells whether the field is the same field, in the same places,
// and nothing changed in it but its value and appearance.
func (u *update) sameShape(was, is field) bool {
	a, b, keys := fieldNodes(was), fieldNodes(is), valueKeys
	if is.kind == "Ch" {
		keys = rowKeys
	}
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ref != b[i].ref || b[i].ref.Number == 0 || !only(a[i].dict, b[i].dict, keys...) {
			return false
		}
		if b[i].dict.Has("AP") && !u.isAppearance(b[i].dict) || a[i].dict.Has("AP") && !b[i].dict.Has("AP") {
			return false
		}
	}
	for i := range was.parents {
		if len(was.parents[i].dict.Differs(is.parents[i].dict)) > 0 {
			return false // other fields inherit it
		}
	}
	return u.isValue(was, is)
}

// isAppearance tells whether /AP is a dictionary with a normal appearance
// that is a stream, or a dictionary of streams (Table 170).
func (u *update) isAppearance(d *pdf.Dict) bool {
	ap, _ := u.f.Value(u.rev, d, "AP").(*pdf.Dict)
	if ap == nil {
		return false
	}
	switch n := u.f.Value(u.rev, ap, "N").(type) {
	case *pdf.Stream:
		return true
	case *pdf.Dict:
		return len(n.Entries) > 0
	}
	return false
}

// isValue tells whether the new value is of the field's kind.
func (u *update) isValue(was, is field) bool {
	switch v := u.f.Resolve(u.rev, is.value).(type) {
	case nil:
		return is.kind == "Tx" || is.kind == "Ch" || is.kind == "Btn" && u.isState("Off", was, is)
	case *pdf.String:
		return is.kind == "Tx" || is.kind == "Ch"
	case pdf.Array:
		return is.kind == "Ch"
	case pdf.Name:
		return is.kind == "Btn" && is.flags&flagPushbutton == 0 && u.isState(v, was, is)
	}
	return false
}

// isState tells whether a button's value and the states of its widgets fit:
// each shows the value or Off (12.7.5.2).
func (u *update) isState(v pdf.Name, was, is field) bool {
	shown := v == "Off"
	for i, w := range is.widgets {
		if !pdf.Equal(was.widgets[i].dict.Get("AP"), w.dict.Get("AP")) {
			return false
		}
		if _, name := w.dict.Get("AS").(pdf.Name); !name && w.dict.Has("AS") {
			return false
		}
		switch as := w.dict.Name("AS"); {
		case as == "Off", as == "":
		case as == v && u.f.Dict(u.rev, u.f.Dict(u.rev, w.dict, "AP"), "N").Has(v):
			shown = true
		default:
			return false
		}
	}
	return shown
}

// fits tells whether a value is one that the field takes: no longer than
// /MaxLen (Table 232), of a choice without an edit field one of its rows
// (Table 233).
func (u *update) fits(fd field) bool {
	value := u.f.Resolve(u.rev, fd.value)
	if s, ok := value.(*pdf.String); ok && fd.kind == "Tx" && fd.maxLen > 0 && int64(utf8.RuneCountInString(s.Text())) > fd.maxLen {
		return false
	}
	if fd.kind != "Ch" || fd.flags&flagEdit != 0 && fd.flags&flagCombo != 0 || blank(value) {
		return true
	}
	rows := map[string]bool{}
	list, _ := u.f.Resolve(u.rev, fd.opt).(pdf.Array)
	for _, o := range list {
		row := u.f.Resolve(u.rev, o)
		if pair, ok := row.(pdf.Array); ok && len(pair) > 0 {
			row = u.f.Resolve(u.rev, pair[0]) // the value for export
		}
		if s, ok := row.(*pdf.String); ok {
			rows[s.Text()] = true
		}
	}
	chosen, many := value.(pdf.Array)
	if !many {
		chosen = pdf.Array{value}
	}
	return !slices.ContainsFunc(chosen, func(o pdf.Object) bool {
		s, ok := u.f.Resolve(u.rev, o).(*pdf.String)
		return !ok || !rows[s.Text()]
	})
}

// partsFromPicture tells whether a field shows on in one place what it had, and
// has another value: some viewers show the one, some the other. So does a
// widget with a value of its own.
func (u *update) partsFromPicture(was, is field) bool {
	a, b := u.f.Resolve(u.rev-1, was.value), u.f.Resolve(u.rev, is.value)
	if is.kind == "Btn" {
		return false
	}
	for i, w := range is.widgets {
		if !blank(a) && !u.f.Same(a, b) && w.dict.Has("AP") && u.sealedAppearance(was.widgets[i], w) {
			return true
		}
		if w.ref != is.node.ref && !pdf.Equal(was.widgets[i].dict.Get("V"), w.dict.Get("V")) {
			return true
		}
	}
	return false
}

// filling tells filled, changed and cleared apart.
func (u *update) filling(was, is field) Kind {
	a, b := u.f.Resolve(u.rev-1, was.value), u.f.Resolve(u.rev, is.value)
	switch {
	case blank(a) && !blank(b):
		return FieldFilled
	case blank(b) && !blank(a):
		return FieldCleared
	}
	return FieldChanged
}

func blank(o pdf.Object) bool {
	switch v := o.(type) {
	case nil:
		return true
	case *pdf.String:
		return v.Text() == ""
	case pdf.Name:
		return v == "Off"
	case pdf.Array:
		return len(v) == 0
	}
	return false
}

// rowsChosen tells whether the rows that a choice marks (Table 234) are those
// of its value.
func (u *update) rowsChosen(fd field) bool {
	if !fd.node.dict.Has("I") {
		return true
	}
	rows, _ := u.f.Resolve(u.rev, fd.opt).(pdf.Array)
	var marked strings.Builder
	for _, o := range u.f.Array(u.rev, fd.node.dict, "I") {
		i, ok := u.f.Resolve(u.rev, o).(pdf.Integer)
		if !ok || i < 0 || int(i) >= len(rows) {
			return false
		}
		switch row := u.f.Resolve(u.rev, rows[i]).(type) {
		case *pdf.String:
			marked.WriteString(row.Text())
		case pdf.Array:
			if len(row) != 2 {
				return false
			}
			if s, ok := u.f.Resolve(u.rev, row[1]).(*pdf.String); ok {
				marked.WriteString(s.Text())
			}
		}
	}
	return marked.String() == u.wanted(fd)
}
