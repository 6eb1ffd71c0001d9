package diff

import "github.com/kakuin/kakuin/eseal/pdf"

// A Contradiction is a field of one revision that shows something else than the
// value that it has (12.7.4.3).
type Contradiction struct {
	Field  string
	Page   int
	Object string
	Silent bool // it draws nothing at all
}

// Contradictions lists the fields whose appearance can be read with certainty
// and says something else than the value. A field whose script formats what it
// shows says nothing about that. more is asked before each field whether there
// is room to go on.
func Contradictions(f *pdf.File, rev int, more func() bool) []Contradiction {
	if !more() {
		return nil
	}
	kept := &tables{f: f}
	u := &update{f: f, rev: rev, tables: kept}
	var out []Contradiction
	for _, fd := range kept.fieldsOf(rev).fields {
		if !more() {
			break
		}
		switch {
		case fd.scripts || fd.flags&flagPassword != 0:
		case fd.kind == "Tx", fd.kind == "Ch" && fd.flags&flagCombo != 0: // a list box shows its other rows too
			out = append(out, u.otherText(fd)...)
		case fd.kind == "Btn" && fd.flags&flagPushbutton == 0:
			out = append(out, u.otherState(fd)...)
		}
	}
	return out
}

func (u *update) contradiction(fd field, w node, silent bool) Contradiction {
	c := Contradiction{Field: fd.name, Object: w.ref.String(), Silent: silent}
	if ref, ok := w.dict.Get("P").(pdf.Ref); ok {
		c.Page = u.tables.pagesOf(u.rev).number[ref.Number]
	}
	return c
}

// otherText are the widgets of a field that draw other text than its value, or
// have nothing to draw it with: some viewers then show it, others do not.
func (u *update) otherText(fd field) []Contradiction {
	var out []Contradiction
	for _, w := range fd.widgets {
		n := u.f.Value(u.rev, u.f.Dict(u.rev, w.dict, "AP"), "N")
		st, ok := n.(*pdf.Stream)
		if _, visible := u.f.Widget(u.rev, w.dict); n == nil && visible && letters(u.wanted(fd)) != "" {
			out = append(out, u.contradiction(fd, w, true))
		}
		if !ok || w.dict.Has("AA") {
			continue
		}
		t := u.drawn(st, fd, w.dict)
		drawn := letters(t.text.String())
		if !t.foreign && !t.unsure && !t.odd && drawn != letters(u.wanted(fd)) {
			out = append(out, u.contradiction(fd, w, drawn == ""))
		}
	}
	return out
}

// otherState are the widgets of a check box or of radio buttons that are on
// though the value is another, or off though the value is theirs (12.7.5.2).
func (u *update) otherState(fd field) []Contradiction {
	value, _ := u.f.Resolve(u.rev, fd.value).(pdf.Name)
	var out []Contradiction
	for _, w := range fd.widgets {
		states, ok := u.f.Value(u.rev, u.f.Dict(u.rev, w.dict, "AP"), "N").(*pdf.Dict)
		as, named := u.f.Value(u.rev, w.dict, "AS").(pdf.Name)
		if !ok || !named {
			continue
		}
		on := as != "Off" && states.Has(as)
		if on && as != value || !on && value != "" && value != "Off" && states.Has(value) {
			out = append(out, u.contradiction(fd, w, !on))
		}
	}
	return out
}

// FontCodes tells how the codes of a font of a revision are read; the reading says
// whether its letters are known with certainty.
func FontCodes(f *pdf.File, rev int, fonts *pdf.Dict, name pdf.Name) func(*pdf.String) (string, bool) {
	if !fonts.Has(name) {
		return unknown
	}
	d := drawing{u: &update{f: f, rev: rev}, fonts: []*pdf.Dict{fonts}}
	return d.font(name)
}
