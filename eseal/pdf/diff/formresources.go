package diff

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// redraws tells whether new default resources of the form (12.7.3, Table 224)
// may change how a field looks that was there before: one that is drawn by a
// font which its default appearance names and the form now brings, or whose
// appearance has no resources of its own.
func (u *update) redraws(wasForm, isForm *pdf.Dict) bool {
	if pdf.Equal(wasForm.Get("DR"), isForm.Get("DR")) && pdf.Equal(wasForm.Get("DA"), isForm.Get("DA")) {
		return false
	}
	old := u.tables.fieldsOf(u.rev - 1)
	if old.odd || len(old.fields) > 0 && !pdf.Equal(wasForm.Get("DA"), isForm.Get("DA")) && slices.ContainsFunc(old.fields, func(fd field) bool { return fd.kind != "Sig" }) {
		return true
	}
	brought := u.broughtFonts(wasForm, isForm)
	for _, fd := range old.fields {
		for _, n := range append(fieldNodes(fd), node{dict: wasForm}) {
			if fd.kind != "Sig" && u.namesFont(n.dict, brought) {
				return true
			}
		}
		if slices.ContainsFunc(fd.widgets, u.borrows) {
			return true
		}
	}
	return false
}

// broughtFonts are the names of fonts that the form did not have.
func (u *update) broughtFonts(wasForm, isForm *pdf.Dict) (names []pdf.Name) {
	was := u.f.Dict(u.rev-1, u.f.Dict(u.rev-1, wasForm, "DR"), "Font")
	for _, e := range entries(u.f.Dict(u.rev, u.f.Dict(u.rev, isForm, "DR"), "Font")) {
		if !was.Has(e.Key) {
			names = append(names, e.Key)
		}
	}
	return names
}

// namesFont tells whether a default appearance selects one of these fonts.
func (u *update) namesFont(d *pdf.Dict, fonts []pdf.Name) bool {
	da, ok := u.f.Value(u.rev-1, d, "DA").(*pdf.String)
	if !ok || len(fonts) == 0 {
		return false
	}
	found := false
	err := pdf.Operators(da.Value, u.f.Purse(), func(op string, operands []pdf.Object) bool {
		for _, o := range operands {
			name, isName := o.(pdf.Name)
			found = found || op == "Tf" && isName && slices.Contains(fonts, name)
		}
		return !found
	})
	u.f.Spent(err)
	return found
}

// borrows tells whether a widget's appearance draws with what the form has.
func (u *update) borrows(w node) bool {
	st, ok := u.f.Value(u.rev-1, u.f.Dict(u.rev-1, w.dict, "AP"), "N").(*pdf.Stream)
	return ok && !st.Has("Resources") && st.Dict.Get("Length") != pdf.Integer(0)
}
