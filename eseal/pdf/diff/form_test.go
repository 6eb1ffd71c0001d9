package diff

import (
	"fmt"
	"strings"
	"testing"
)

func TestForm(t *testing.T) {
	form := func(entries string) string {
		return swap(sealedCatalog("", ""), "/SigFlags 3", "/SigFlags 3"+entries)
	}
	having := func(entries string) func() *writer {
		return from(textField("(10)", "11 0 R", ""), redo(1, form(entries)), redo(8, "<</Type/Font/Subtype/Type1/BaseFont/Courier>>"))
	}
	const sealsOnly = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3%s>>>>"
	seals := func(entries string) func() *writer {
		return func() *writer { return prepared(fmt.Sprintf(sealsOnly, entries), signedPage(""), func(*writer) {}) }
	}
	is := func(entries string) func(w *writer) { return redo(1, form(entries)) }
	const dr, drMore = "/DR<</Font<</F 7 0 R>>>>", "/DR<</Font<</F 7 0 R/G 8 0 R>>>>"
	signed := fmt.Sprintf(widget0, "Two", 41)
	appended := func(field string) func(w *writer) {
		return func(w *writer) {
			w.obj(1, sealedCatalog(" 40 0 R", "")).obj(3, sealedPage(" 40 0 R")).obj(40, field).signature(41, sigEntries)
		}
	}
	runGroups(t, []group{
		{"plain", sealed, []twin{
			{"removed", redo(1, "<</Type/Catalog/Pages 2 0 R>>"), LevelOther, Form, false},
			{"a script form", func(w *writer) { is("/XFA 30 0 R")(w); w.stream(30, "", "<xdp/>") }, LevelOther, Form, false},
			{"an order of calculation", is("/CO[10 0 R]"), LevelOther, Form, false},
			{"fields twice", redo(1, swap(sealedCatalog("", ""), "/SigFlags 3", "/Fields[4 0 R 10 0 R 12 0 R 13 0 R]")), LevelOther, Form, false},
			{"an empty signature field", func(w *writer) { appended("<</FT/Sig/T(Two)/Subtype/Widget/Rect[0 0 0 0]/P 3 0 R>>")(w); w.free(41) }, LevelFormFilling, SignatureField, false},
			{"a signature twice", func(w *writer) { appended(signed)(w); w.obj(1, sealedCatalog(" 40 0 R 40 0 R", "")) }, LevelOther, Form, false},
			{"the seal exchanged", func(w *writer) { w.obj(4, fmt.Sprintf(widget0, "Seal", 41)).signature(41, sigEntries) }, LevelOther, AnnotationChanged, false},
		}},
		{"with fonts", having(dr), []twin{
			{"one more", is(drMore), LevelLongTerm, Catalog, false},
			{"one more, drawn by nobody", is("/NeedAppearances false" + drMore), LevelOther, Form, false},
			{"another", is("/DR<</Font<</F 8 0 R>>>>"), LevelOther, Form, false},
			{"none", is(""), LevelOther, Form, false},
			{"no kind of fonts", is("/DR<<>>"), LevelOther, Form, false},
			{"fonts that are none", is("/DR<</Font 7>>"), LevelOther, Form, false},
			{"doubled kind", is("/DR<</Font<</F 8 0 R>>/Font<</F 7 0 R>>>>"), LevelOther, Form, false},
			{"doubled name", is("/DR<</Font<</F 8 0 R/F 7 0 R>>>>"), LevelOther, Form, false},
		}},
		{"with its font", having("/DA(/F 0 Tf)"), []twin{
			{"another", is("/DA(/G 0 Tf)"), LevelOther, Form, false},
			{"no words", is("/DA<<>>"), LevelOther, Form, false},
		}},
		{"drawn by the reader", having("/NeedAppearances true"), []twin{
			{"one more field", func(w *writer) {
				appended(signed)(w)
				w.obj(1, swap(sealedCatalog(" 40 0 R", ""), "/SigFlags 3", "/SigFlags 3/NeedAppearances true"))
			}, LevelFormFilling, LaterSignature, false},
			{"a font for them", is("/NeedAppearances true/DA(/F 0 Tf)"), LevelOther, Form, false},
		}},
		{"signatures only", seals(""), []twin{
			{"a font for new fields", redo(1, fmt.Sprintf(sealsOnly, "/DA(/F 0 Tf)")), LevelLongTerm, Catalog, false},
		}},
		{"signatures only, not drawn by the reader", seals("/NeedAppearances false"), []twin{
			{"a font for new fields", redo(1, fmt.Sprintf(sealsOnly, "/NeedAppearances false/DA(/F 0 Tf)")), LevelLongTerm, Catalog, false},
		}},
	})
}

// The form and its list of fields may be objects of their own.
func TestFormObjects(t *testing.T) {
	const page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Annots[4 0 R%s]>>"
	signed := fmt.Sprintf(widget0, "Two", 41)
	const catalog = "<</Type/Catalog/Pages 2 0 R/AcroForm 17 0 R>>"
	build := func(page, form string) func() *writer {
		return func() *writer {
			return prepared(catalog, page, func(w *writer) { w.obj(17, form).obj(18, "[4 0 R]") })
		}
	}
	sign := func(w *writer) { w.obj(40, signed).signature(41, sigEntries) }
	grown := func(w *writer) { w.obj(18, "[4 0 R 40 0 R]").obj(3, fmt.Sprintf(page, " 40 0 R")); sign(w) }
	runGroups(t, []group{
		{"objects", build(fmt.Sprintf(page, ""), "<</Fields 18 0 R/SigFlags 3>>"), []twin{
			{"one more field", grown, LevelFormFilling, Form, false},
			{"a list within the form", func(w *writer) {
				w.obj(17, "<</Fields[4 0 R 40 0 R]/SigFlags 3>>").obj(3, fmt.Sprintf(page, " 40 0 R"))
				sign(w)
			}, LevelFormFilling, Form, false},
			{"another list", func(w *writer) {
				w.obj(17, "<</Fields 30 0 R/SigFlags 3>>").obj(30, "[4 0 R 40 0 R]").obj(3, fmt.Sprintf(page, " 40 0 R"))
				sign(w)
			}, LevelFormFilling, Form, false},
		}},
		{"the page's list", build(strings.Replace(page, "[4 0 R%s]", " 18 0 R", 1), "<</Fields 18 0 R/SigFlags 3>>"), []twin{
			{"one more field", func(w *writer) { w.obj(18, "[4 0 R 40 0 R]"); sign(w) }, LevelOther, Changed, false},
		}},
		{"the form is also the resources", build(strings.Replace(page, "/Annots[4 0 R%s]", "/Resources 17 0 R", 1), "<</Fields[4 0 R]/SigFlags 3>>"), []twin{
			{"one more font", func(w *writer) { w.obj(17, "<</Fields[4 0 R]/SigFlags 3/DR<<>>>>") }, LevelOther, Changed, false},
		}},
	})
}

// A document that was certified without a form may get one (12.8.6).
func TestNewForm(t *testing.T) {
	certified := func() *writer {
		w := newWriter()
		w.obj(1, "<</Type/Catalog/Pages 2 0 R/Perms<</DocMDP 5 0 R>>>>").obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R>>").obj(4, "<</FT/Tx/T(a)>>")
		return w.signature(5, sigEntries).end("").seal()
	}
	form := func(entries string) func(w *writer) {
		return func(w *writer) {
			w.obj(1, "<</Type/Catalog/Pages 2 0 R/Perms<</DocMDP 5 0 R>>/AcroForm<</Fields[40 0 R]/SigFlags 3"+entries+">>>>")
			w.obj(40, "<</FT/Sig/T(Two)/V 41 0 R>>").signature(41, sigEntries)
		}
	}
	runGroups(t, []group{{"certified", certified, []twin{
		{"nothing", func(w *writer) {}, LevelNone, "", false},
		{"signed", form("/DA(/F 0 Tf)/DR<<>>"), LevelFormFilling, LaterSignature, false},
		{"drawn by the reader", form("/NeedAppearances true"), LevelOther, Form, false},
		{"not drawn by the reader", form("/NeedAppearances false"), LevelFormFilling, LaterSignature, false},
		{"a script form", form("/XFA(x)"), LevelOther, Form, false},
		{"an older object as field", redo(1, "<</Type/Catalog/Pages 2 0 R/Perms<</DocMDP 5 0 R>>/AcroForm<</Fields[4 0 R]>>>>"), LevelOther, Form, false},
	}}})
}

// A field tree that is not what it should be takes no more fields.
func TestFieldTree(t *testing.T) {
	chain := func(levels int) func(w *writer) {
		return func(w *writer) {
			w.obj(10, "<</T(p)/FT/Tx/Kids[101 0 R]>>")
			for i := 1; i < levels; i++ {
				w.obj(100+i, fmt.Sprintf("<</T(p)/Kids[%d 0 R]>>", 101+i))
			}
			w.obj(100+levels, "<</T(p)/V(10)>>")
		}
	}
	sign := func(w *writer) {
		w.obj(1, sealedCatalog(" 40 0 R", "")).obj(3, sealedPage(" 40 0 R")).obj(40, fmt.Sprintf(widget0, "Two", 41)).signature(41, sigEntries)
	}
	runGroups(t, []group{
		{"deep", from("<<>>", chain(32)), []twin{{"signed", sign, LevelFormFilling, LaterSignature, false}}},
		{"too deep", from("<<>>", chain(33)), []twin{{"signed", sign, LevelOther, Form, false}}},
		{"with a hole", from("<</FT/Tx/T(p)/V(10)/Kids[90 0 R 16 0 R]>>", redo(16, "<</Subtype/Widget/Rect[0 0 9 9]/Parent 10 0 R>>")), []twin{
			{"signed", sign, LevelOther, Form, false},
			{"filled in", redo(10, "<</FT/Tx/T(p)/V(99)/Kids[90 0 R 16 0 R]>>"), LevelFormFilling, FieldChanged, false},
		}},
		{"in a circle", from("<</FT/Tx/T(p)/V(10)/Kids[16 0 R]>>", redo(16, "<</T(q)/Kids[10 0 R]>>")), []twin{
			{"signed", sign, LevelOther, Form, false},
		}},
		{"with a group", from("<</T(p)/Kids[16 0 R]>>", redo(16, "<</T(q)/FT/Tx/Parent 10 0 R>>")), []twin{
			{"a signature in it", func(w *writer) {
				w.obj(10, "<</T(p)/Kids[16 0 R 40 0 R]>>").obj(40, swap(fmt.Sprintf(widget0, "Two", 41), "/P 3 0 R", "/Parent 10 0 R")).signature(41, sigEntries)
			}, LevelOther, Added, false},
		}},
		{"an empty signature field", from("<</FT/Sig/T(p)/Subtype/Widget/Rect[0 0 9 9]/MK<<>>>>"), []twin{
			{"with another look", redo(10, "<</FT/Sig/T(p)/Subtype/Widget/Rect[0 0 9 9]/MK<</BG[1]>>>>"), LevelOther, Changed, false},
		}},
	})
}
