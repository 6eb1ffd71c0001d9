package pdf

import (
	"fmt"
	"slices"
)

// newFormKeys may stand in a form that the update creates; fieldKeys in a
// signature field or its widget (Tables 224, 226, 166, 191). None of them acts
// when the document is opened or shows anything outside the widget.
var (
	newFormKeys = []Name{"Fields", "SigFlags", "DA", "DR", "NeedAppearances"}
	oldFormKeys = []Name{"Fields", "SigFlags"}
	fieldKeys   = []Name{"Type", "Subtype", "FT", "T", "TU", "TM", "Ff", "F", "Rect", "P", "V", "AP", "AS", "Lock", "SV", "MK", "DA", "DR", "Q", "Border", "BS", "H", "M", "NM", "Kids", "Parent", "Contents"}
	filledKeys  = []Name{"Type", "V", "AP", "AS", "M", "F", "Ff", "MK", "DA", "DR", "Q", "Lock"}
)

// form explains later signatures: fields that the update appends or fills,
// with their widgets, signature dictionaries and appearances.
func (u *update) form() {
	wasForm, isForm := u.f.dict(u.rev-1, u.f.catalog(u.rev-1), "AcroForm"), u.f.dict(u.rev, u.f.catalog(u.rev), "AcroForm")
	if isForm == nil {
		if wasForm != nil {
			u.item("form", WhatForm, "removed", LevelNotAnalysed)
		}
		return
	}
	appended, ok := u.appended(u.f.array(u.rev-1, wasForm, "Fields"), u.f.array(u.rev, isForm, "Fields"))
	if !ok || !u.formKeys(wasForm, isForm) {
		u.item("form", WhatForm, joinNames(wasForm.differs(isForm)), LevelNotAnalysed)
		return
	}
	u.formObjects(isForm)
	before := map[int]formField{}
	for _, ff := range u.f.signatureFields(u.rev - 1) {
		before[ff.ref.Number] = ff
	}
	pages := u.f.newPageFinder(u.rev)
	for _, ff := range u.f.signatureFields(u.rev) {
		was, old := before[ff.ref.Number]
		switch {
		case old && was.value == nil && ff.value != nil:
			u.filled(was, ff, pages)
		case !old && slices.Contains(appended, ff.ref):
			u.created(ff, pages)
		}
	}
	if ok, _ := u.newFields(appended); !ok {
		u.item("form", WhatForm, "Fields", LevelNotAnalysed)
	}
}

// appended is what a list of references has beside its older self, in which
// nothing may be missing or out of order.
func (u *update) appended(was, is Array) ([]Ref, bool) {
	var out []Ref
	for _, o := range is {
		if len(was) > 0 && equal(was[0], o) {
			was = was[1:]
			continue
		}
		ref, ok := o.(Ref)
		if !ok {
			return nil, false
		}
		out = append(out, ref)
	}
	return out, len(was) == 0
}

func (u *update) formKeys(was, is *Dict) bool {
	allowed, redraws := oldFormKeys, false
	if v := u.f.value(u.rev, is, "NeedAppearances"); v != nil && v != Bool(false) {
		redraws = true // all fields are drawn anew, with the resources that the form has now
	}
	if was == nil {
		allowed = newFormKeys
	}
	if len(is.Duplicate) > 0 || was == nil && redraws {
		return false
	}
	for _, key := range was.differs(is) {
		resources := (key == "DR" || key == "DA") && !redraws
		if !slices.Contains(allowed, key) && !(resources && extends(was.Get(key), is.Get(key))) {
			return false
		}
	}
	return true
}

// extends tells whether is keeps all that was holds: a resource that gets a
// new name beside the old ones changes nothing that is drawn.
func extends(was, is Object) bool {
	if was == nil || equal(was, is) {
		return true
	}
	a, ok1 := was.(*Dict)
	b, ok2 := is.(*Dict)
	if !ok1 || !ok2 || len(b.Duplicate) > 0 {
		return false
	}
	for _, e := range a.Entries {
		if !extends(e.Value, b.Get(e.Key)) {
			return false
		}
	}
	return true
}

// formObjects explains the form dictionary and its list of fields.
func (u *update) formObjects(form *Dict) {
	var owners []int
	if ref, ok := u.f.catalog(u.rev).Get("AcroForm").(Ref); ok {
		u.formObject(ref)
		owners = []int{ref.Number}
	}
	if ref, ok := form.Get("Fields").(Ref); ok {
		u.formObject(ref, owners...)
	}
	u.explainAdded(form.Get("DR"), WhatForm, "DR", LevelFormFilling)
}

// formObject explains one of them, if nothing but its owners used it before.
func (u *update) formObject(ref Ref, owners ...int) {
	c := u.changes[ref.Number]
	if c == nil || c.what != "" || !c.added && !u.usedOnlyBy(ref.Number, "AcroForm", owners...) {
		return
	}
	u.explain(c, WhatForm, changedKeys(c.old, c.new), LevelLongTerm)
}

// meaning is what a signature field brings: a document time-stamp that shows
// nothing is long-term material, everything else form filling.
func (u *update) meaning(ff formField, pages *pageFinder) (what, detail, level string) {
	facts := u.f.fieldFacts(u.rev, ff, pages)
	detail = fmt.Sprintf("%s, page %d, %v", facts.Name, facts.Page, facts.Rect)
	d := dictOf(u.f.resolve(u.rev, ff.value))
	sub, _ := u.f.value(u.rev, d, "SubFilter").(Name)
	switch {
	case d == nil:
		return WhatFieldCreated, detail, LevelFormFilling
	case sub == "ETSI.RFC3161" && !facts.Visible:
		return WhatDocTimeStamp, detail, LevelLongTerm
	}
	return WhatSignature, detail, LevelFormFilling
}

// created explains a field that the update adds.
func (u *update) created(ff formField, pages *pageFinder) {
	what, detail, level := u.meaning(ff, pages)
	if u.f.fieldFacts(u.rev, ff, pages).Visible {
		level = LevelNotAnalysed // it may lie over sealed content: what is under it is for the analysis of changes to say
	}
	if ref, ok := ff.value.(Ref); ok && (u.changes[ref.Number] == nil || !u.changes[ref.Number].added) {
		return // the signature dictionary of another field
	}
	nodes := append([]widget{{ff.ref, ff.dict}}, ff.widgets...)
	for _, n := range nodes {
		if len(n.dict.Duplicate) > 0 || u.isStream(n.ref) {
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
		u.explainAdded(n.ref, what, detail, level)
	}
}

// isStream tells whether a field is a stream: it could be drawn as a page's content.
func (u *update) isStream(ref Ref) bool {
	c := u.changes[ref.Number]
	if c == nil {
		return false
	}
	_, yes := c.new.(*Stream)
	return yes
}

// filled explains an empty field of the older revision that the update signs.
func (u *update) filled(was, is formField, pages *pageFinder) {
	what, detail, level := u.meaning(is, pages)
	if u.f.fieldFacts(u.rev, is, pages).Visible && !u.f.fieldFacts(u.rev-1, was, pages).Visible {
		return // it may lie over sealed content, and nobody saw that when sealing
	}
	if len(was.widgets) != len(is.widgets) || !u.onlyFilled(was.dict, is.dict) {
		return
	}
	for i := range is.widgets {
		if was.widgets[i].ref != is.widgets[i].ref || !u.onlyFilled(was.widgets[i].dict, is.widgets[i].dict) {
			return
		}
	}
	for _, n := range append([]widget{{is.ref, is.dict}}, is.widgets...) {
		if c := u.changes[n.ref.Number]; c != nil && c.what == "" && !c.added {
			u.explain(c, what, detail, level)
		}
		u.appearance(n, what, detail, level)
	}
	u.explainAdded(is.value, what, detail, level)
}

func (u *update) onlyFilled(was, is *Dict) bool {
	if len(is.Duplicate) > 0 {
		return false
	}
	for _, key := range was.differs(is) {
		if !slices.Contains(filledKeys, key) || key == "Lock" && was.Has(key) || key == "Type" && is.Get(key) != Name("Annot") {
			return false
		}
	}
	return true
}

// appearance explains the appearance of a filled widget: new streams, or the
// empty field's own stream drawn again.
func (u *update) appearance(n widget, what, detail, level string) {
	for _, key := range []Name{"AP", "MK", "DR", "Lock"} {
		u.explainAdded(n.dict.Get(key), what, detail, level)
	}
	normal := u.f.dict(u.rev, n.dict, "AP").Get("N")
	ref, ok := normal.(Ref)
	if !ok {
		return
	}
	c := u.changes[ref.Number]
	if c != nil && c.what == "" && !c.added && uses(n.dict, ref.Number) == 1 && u.usedOnlyBy(ref.Number, "", n.ref.Number) && u.explain(c, what, detail, level) {
		u.explainAdded(dictOf(c.new), what, detail, level)
	}
}

// pages explains pages whose list of annotations got the widgets of later
// signatures behind what it had.
func (u *update) pages() {
	for _, n := range u.order {
		c := u.changes[n]
		if c.what != "" || c.added || c.freed {
			continue
		}
		was, is := dictOf(c.old), dictOf(c.new)
		if was.Name("Type") == "Page" && is != nil {
			u.page(c, was, is)
		} else if _, ok := c.new.(Array); ok {
			u.annots(c)
		}
	}
}

func (u *update) page(c *change, was, is *Dict) {
	for _, key := range was.differs(is) {
		if key != "Annots" || len(is.Duplicate) > 0 {
			return
		}
	}
	if ok, level := u.onlyWidgets(u.f.array(u.rev-1, was, "Annots"), u.f.array(u.rev, is, "Annots")); ok {
		if u.explain(c, WhatPageAnnots, "", level) {
			u.explainList(is.Get("Annots"), level)
		}
	}
}

// explainList explains a list of annotations that became an object of its own.
func (u *update) explainList(o Object, level string) {
	ref, ok := o.(Ref)
	if c := u.changes[ref.Number]; ok && c != nil && c.added && c.what == "" {
		u.explain(c, WhatPageAnnots, "", level)
	}
}

// onlyWidgets tells whether a list got nothing but explained widgets, and the
// highest level among them.
func (u *update) onlyWidgets(was, is Array) (bool, string) {
	more, ok := u.appended(was, is)
	fine, level := u.newFields(more)
	return ok && fine, level
}

// newFields tells whether all of these are explained fields of signatures,
// and the highest level among them.
func (u *update) newFields(refs []Ref) (bool, string) {
	level := LevelLongTerm
	for _, ref := range refs {
		c := u.changes[ref.Number]
		if c == nil || c.what != WhatSignature && c.what != WhatDocTimeStamp && c.what != WhatFieldCreated {
			return false, ""
		}
		if levelRank[c.level] > levelRank[level] {
			level = c.level
		}
	}
	return true, level
}

// annots explains a changed array that is the list of annotations of pages
// and nothing else.
func (u *update) annots(c *change) {
	owners := u.refs.Referrers(c.num)
	for _, n := range owners {
		e, _ := u.f.lookup(u.rev-1, n)
		gen := 0
		if e.kind == entryUsed {
			gen = int(e.gen)
		}
		o, err := u.f.Object(u.rev-1, n, gen)
		d := dictOf(o)
		if ref, ok := d.Get("Annots").(Ref); err != nil || !ok || ref.Number != c.num || d.Name("Type") != "Page" || uses(d, c.num) > 1 {
			return
		}
	}
	was, _ := c.old.(Array)
	is, _ := c.new.(Array)
	if ok, level := u.onlyWidgets(was, is); ok && len(owners) > 0 {
		u.explain(c, WhatPageAnnots, "", level)
	}
}
