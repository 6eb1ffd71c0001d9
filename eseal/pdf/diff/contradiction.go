package diff

import "github.com/kakuin/kakuin/eseal/pdf"

// A Contradiction is a field of one revision that draws other text than the
// value that it has (12.7.4.3).
type Contradiction struct {
	Field  string
	Page   int
	Object string
	Silent bool // it draws no text at all
}

// Contradictions lists the text and choice fields whose appearance can be read
// with certainty and says something else than the value. A field whose script
// formats what it shows says nothing about that. more is asked before each
// field whether there is room to go on.
func Contradictions(f *pdf.File, rev int, more func() bool) []Contradiction {
	if !more() {
		return nil
	}
	fields, _ := readFields(f, rev)
	u := &update{f: f, rev: rev, tables: &pageTables{f: f}}
	var out []Contradiction
	for _, fd := range fields {
		if !more() {
			break
		}
		list := fd.kind == "Ch" && fd.flags&flagCombo == 0 // shows its other rows too
		if fd.kind != "Tx" && fd.kind != "Ch" || list || fd.scripts || fd.flags&flagPassword != 0 {
			continue
		}
		for _, w := range fd.widgets {
			st, ok := u.f.Value(rev, u.f.Dict(rev, w.dict, "AP"), "N").(*pdf.Stream)
			if !ok || w.dict.Has("AA") {
				continue
			}
			t := u.drawn(st, fd, w.dict)
			if t.foreign || t.unsure || t.odd || letters(t.text.String()) == letters(u.wanted(fd)) {
				continue
			}
			c := Contradiction{Field: fd.name, Object: w.ref.String(), Silent: letters(t.text.String()) == ""}
			if ref, ok := w.dict.Get("P").(pdf.Ref); ok {
				c.Page = u.tables.of(rev).number[ref.Number]
			}
			out = append(out, c)
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
