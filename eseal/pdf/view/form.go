package view

import (
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
)

// form looks at what a viewer makes of the form by itself (12.7.3), and at
// catalogue entries that change what a viewer opens.
func (l *look) form(cat *pdf.Dict) {
	if c := l.f.Dict(l.rev, cat, "Collection"); c != nil {
		l.item(Collection, at{where: "Collection"}, "Collection")
	}
	form := l.f.Dict(l.rev, cat, "AcroForm")
	if form == nil {
		return
	}
	p := at{where: "AcroForm"}
	if form.Has("XFA") {
		l.item(XFA, p, "XFA")
	}
	if need, _ := l.f.Value(l.rev, form, "NeedAppearances").(pdf.Bool); bool(need) && l.fields {
		l.item(Computed, p, "NeedAppearances")
	}
	for _, c := range diff.Contradictions(l.f, l.rev, l.more) {
		kind := Contradiction
		if c.Silent {
			kind = Undrawn
		}
		l.tell(Item{Kind: kind, Page: c.Page, Field: c.Field, Where: "V", Object: c.Object})
	}
}
