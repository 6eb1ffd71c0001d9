package diff

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// fieldKeys may stand in a signature field or its widget (Tables 224, 226,
// 166, 191); filledKeys may change in an empty one that is signed. None of
// them acts when the document is opened or shows anything outside the widget.
var (
	fieldKeys  = []pdf.Name{"Type", "Subtype", "FT", "T", "TU", "TM", "Ff", "F", "Rect", "P", "V", "AP", "AS", "Lock", "SV", "MK", "DA", "DR", "Q", "Border", "BS", "H", "M", "NM", "Kids", "Parent", "Contents"}
	filledKeys = []pdf.Name{"Type", "V", "AP", "AS", "M", "F", "Ff", "MK", "DA", "DR", "Q", "Lock"}
)

// meaning is what a signature field brings: a document time-stamp that shows
// nothing is long-term material, everything else form filling.
func (u *update) meaning(fd field) Item {
	it := Item{Field: fd.name, Level: LevelFormFilling}
	for _, w := range fd.widgets {
		_, visible := u.f.Widget(u.rev, w.dict)
		if it.Page == 0 || visible && !it.Shows {
			it.Page = u.pageOf(w)
		}
		it.Shows = it.Shows || visible
	}
	d := pdf.DictOf(u.f.Resolve(u.rev, fd.value))
	sub, _ := u.f.Value(u.rev, d, "SubFilter").(pdf.Name)
	switch {
	case d == nil:
		it.Kind = SignatureField
	case sub == "ETSI.RFC3161":
		if it.Kind = DocTimeStamp; !it.Shows {
			it.Level = LevelLongTerm
		}
	default:
		it.Kind = LaterSignature
	}
	return it
}

// created explains a signature field that the update adds, as form filling.
// One that shows something may lie over sealed content, which is told.
func (u *update) created(fd field) {
	it := u.meaning(fd)
	if ref, ok := fd.value.(pdf.Ref); ok && (u.changes[ref.Number] == nil || !u.changes[ref.Number].added) {
		return // the signature dictionary of another field
	}
	nodes := append([]node{fd.node}, fd.widgets...)
	for _, n := range nodes {
		if len(n.dict.Duplicate) > 0 || n.dict.Has("Type") && n.dict.Get("Type") != pdf.Name("Annot") {
			return
		}
		for _, e := range n.dict.Entries {
			if !slices.Contains(fieldKeys, e.Key) {
				return
			}
		}
		if c := u.changes[n.ref.Number]; n.ref.Number > 0 && (c == nil || !c.added) {
			return // a widget that was there before: not this field's own
		}
	}
	for _, n := range nodes {
		u.explainAdded(n.ref, it)
	}
}

// signed explains an empty field of the older revision that the update signs,
// as form filling: its place on the page was sealed.
func (u *update) signed(was, is field) {
	it := u.meaning(is)
	it.Shows = false
	if len(was.widgets) != len(is.widgets) || !onlySigned(was.node.dict, is.node.dict) {
		return
	}
	for i := range is.widgets {
		if was.widgets[i].ref != is.widgets[i].ref || !onlySigned(was.widgets[i].dict, is.widgets[i].dict) {
			return
		}
		_, before := u.f.Widget(u.rev-1, was.widgets[i].dict)
		_, now := u.f.Widget(u.rev, is.widgets[i].dict)
		it.Shows = it.Shows || now && !before // what showed before was sealed there
	}
	if ref, ok := is.value.(pdf.Ref); ok && (u.changes[ref.Number] == nil || !u.changes[ref.Number].added) {
		return
	}
	for _, n := range append([]node{is.node}, is.widgets...) {
		if c := u.changes[n.ref.Number]; c.open() {
			u.explain(c, it)
		}
		for _, key := range []pdf.Name{"MK", "DR", "Lock"} {
			u.explainAdded(n.dict.Get(key), it)
		}
		u.appearance(n, it)
	}
	u.explainAdded(is.value, it)
}

func onlySigned(was, is *pdf.Dict) bool {
	return only(was, is, filledKeys...) &&
		(pdf.Equal(was.Get("Lock"), is.Get("Lock")) || !was.Has("Lock")) &&
		(pdf.Equal(was.Get("Type"), is.Get("Type")) || is.Get("Type") == pdf.Name("Annot"))
}

// appearance explains the appearance of a widget or annotation: new streams,
// or its own stream drawn again.
func (u *update) appearance(n node, it Item) {
	u.explainAdded(n.dict.Get("AP"), it)
	holder := n
	if ref, ok := n.dict.Get("AP").(pdf.Ref); ok { // the dictionary is an object of its own
		u.ownObject(ref, it, n)
		holder = node{ref, u.f.Dict(u.rev, n.dict, "AP")}
	}
	if ref, ok := u.f.Dict(u.rev, n.dict, "AP").Get("N").(pdf.Ref); ok {
		u.ownObject(ref, it, holder)
	}
}

// ownObject explains an old object that only its owner used, and what it
// newly leads to.
func (u *update) ownObject(ref pdf.Ref, it Item, owner node) {
	c := u.changes[ref.Number]
	if c.open() && !c.freed && uses(owner.dict, ref.Number) == 1 && u.usedOnlyBy(ref.Number, "", owner.ref.Number) && u.explain(c, it) {
		u.explainAdded(pdf.DictOf(c.new), it)
	}
}
