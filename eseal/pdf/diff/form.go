package diff

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// Keys of a form that the update creates, and of one that was there.
var (
	newFormKeys = []pdf.Name{"Fields", "SigFlags", "DA", "DR", "NeedAppearances"}
	oldFormKeys = []pdf.Name{"Fields", "SigFlags"}
)

// form compares the interactive forms of two revisions (12.7.3): fields may
// be appended when they are signature fields, and filled in.
func (u *update) form() {
	wasForm, isForm := u.f.Dict(u.rev-1, u.f.Catalog(u.rev-1), "AcroForm"), u.f.Dict(u.rev, u.f.Catalog(u.rev), "AcroForm")
	if isForm == nil {
		if wasForm != nil {
			u.tell("form", Form, "removed", LevelOther)
		}
		return
	}
	more, ok := appended(u.f.Array(u.rev-1, wasForm, "Fields"), u.f.Array(u.rev, isForm, "Fields"))
	if !ok || !u.formKeys(wasForm, isForm) {
		u.tell("form", Form, joined(wasForm.Differs(isForm)), LevelOther)
		return
	}
	u.formObjects(isForm)
	if wasForm != nil && u.redraws(wasForm, isForm) {
		u.items = append(u.items, Item{Object: "form", Kind: Form, Detail: "DR", Level: LevelFormFilling, Shows: true})
	}
	defer u.newFields(more)
	if !slices.ContainsFunc(u.order, func(n int) bool { return u.changes[n].open() }) {
		return // nothing is left that a field could have
	}
	u.fields(more)
}

// newFields sees that all fields that were appended are later signatures: an
// older object may have been no field when the form was sealed.
func (u *update) newFields(more []pdf.Ref) {
	for _, ref := range more {
		if c := u.changes[ref.Number]; c == nil || c.item.Kind != LaterSignature && c.item.Kind != SignatureField && c.item.Kind != DocTimeStamp {
			u.tell("form", Form, "Fields", LevelOther)
			return
		}
	}
}

// fields compares the fields one by one.
func (u *update) fields(more []pdf.Ref) {
	old, now := u.tables.fieldsOf(u.rev-1), u.tables.fieldsOf(u.rev)
	if now.odd && len(more) > 0 {
		u.tell("form", Form, "Kids", LevelOther)
		return
	}
	before := map[int]field{}
	names := map[string]bool{}
	for _, fd := range old.fields {
		before[fd.node.ref.Number] = fd
		names[fd.name] = true
	}
	for _, is := range now.fields {
		was, known := before[is.node.ref.Number]
		switch {
		case known && (was.name != is.name || was.kind != is.kind):
			u.tell("form", Form, is.name, LevelOther) // renamed, or of another kind
		case known && is.kind == "Sig" && was.value == nil && is.value != nil:
			u.signed(was, is)
		case known && is.kind != "Sig":
			u.filledIn(was, is)
		case !known && is.kind == "Sig" && slices.Contains(more, is.node.ref) && !names[is.name]:
			u.created(is)
		}
	}
}

func (u *update) formKeys(was, is *pdf.Dict) bool {
	allowed, redraws := oldFormKeys, false
	if v := u.f.Value(u.rev, is, "NeedAppearances"); v != nil && v != pdf.Bool(false) {
		redraws = true // all fields are drawn anew, with the resources that the form has now
	}
	if was == nil {
		allowed = newFormKeys
	}
	if len(is.Duplicate) > 0 || was == nil && redraws {
		return false
	}
	for _, key := range was.Differs(is) {
		resources := (key == "DR" || key == "DA") && !redraws
		if !slices.Contains(allowed, key) && !(resources && extends(drawable(was.Get(key)), drawable(is.Get(key)))) {
			return false
		}
	}
	return true
}

// resourceKinds are what content streams can name (Table 34); some producers
// keep other things in /DR, which nothing draws.
var resourceKinds = []pdf.Name{"ExtGState", "ColorSpace", "Pattern", "Shading", "XObject", "Font", "ProcSet", "Properties", "Encoding"}

// drawable is a resource dictionary without what no content stream can name.
func drawable(o pdf.Object) pdf.Object {
	d, ok := o.(*pdf.Dict)
	if !ok || len(d.Duplicate) > 0 {
		return o
	}
	return &pdf.Dict{Entries: slices.DeleteFunc(slices.Clone(d.Entries), func(e pdf.Entry) bool { return !slices.Contains(resourceKinds, e.Key) })}
}

// extends tells whether is keeps all that was holds: a resource that gets a
// new name beside the old ones changes nothing that is drawn.
func extends(was, is pdf.Object) bool {
	if was == nil || pdf.Equal(was, is) {
		return true
	}
	a, ok1 := was.(*pdf.Dict)
	b, ok2 := is.(*pdf.Dict)
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
func (u *update) formObjects(form *pdf.Dict) {
	var owners []int
	if ref, ok := u.f.Catalog(u.rev).Get("AcroForm").(pdf.Ref); ok {
		u.formObject(ref)
		owners = []int{ref.Number}
	}
	if ref, ok := form.Get("Fields").(pdf.Ref); ok {
		u.formObject(ref, owners...)
	}
	u.explainAdded(form.Get("DR"), Item{Kind: Form, Detail: "DR", Level: LevelFormFilling})
}

// formObject explains one of them, if nothing but its owners used it before.
func (u *update) formObject(ref pdf.Ref, owners ...int) {
	c := u.changes[ref.Number]
	if !c.open() || !c.added && !u.usedOnlyBy(ref.Number, "AcroForm", owners...) {
		return
	}
	u.explain(c, Item{Kind: Form, Detail: changedKeys(c.old, c.new), Level: LevelLongTerm})
}
