package diff

import (
	"fmt"
	"strings"
	"testing"
)

func TestObjectsWrittenAgain(t *testing.T) {
	again := func(gen int) func(w *writer) {
		return func(w *writer) { w.gens[7] = gen; w.obj(7, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>") }
	}
	null, broken := redo(16, "null"), redo(16, "<</Length")
	older := from(textField("(10)", "11 0 R", ""), func(w *writer) { w.gens[16] = 1; w.obj(16, icon) }, redo(3, sealedPage(" 16 1 R")))
	runGroups(t, []group{
		{"plain", sealed, []twin{
			{"the same", again(0), LevelNone, "", false},
			{"under another generation", again(1), LevelOther, Changed, false},
			{"nothing", redo(60, "null"), LevelNone, "", false},
		}},
		{"null", from("null", null), []twin{
			{"freed", func(w *writer) { w.free(16) }, LevelNone, "", false},
			{"given a meaning", redo(16, "(x)"), LevelOther, Changed, false},
		}},
		{"of the second generation", older, []twin{
			{"freed", func(w *writer) { w.free(16).obj(3, sealedPage("")) }, LevelAnnotations, AnnotationRemoved, false},
			{"the same", func(w *writer) { w.gens[16] = 1; w.obj(16, icon) }, LevelNone, "", false},
		}},
		{"unreadable", from(textField("(10)", "11 0 R", ""), broken, redo(1, sealedCatalog("", "/PieceInfo 16 0 R"))), []twin{
			{"taken away", null, LevelOther, Changed, false},
			{"freed", func(w *writer) { w.free(16) }, LevelOther, Freed, false},
		}},
	})
}

// What is unreadable in the update stays so, whatever the rules would say.
func TestUnreadableObject(t *testing.T) {
	twin{"", func(w *writer) { w.root += "/Info 30 0 R"; w.obj(30, "<</Length") }, LevelOther, Unreadable, false}.run(t, sealed())
}

// The list of annotations and that of fields: what stays, stays in order.
func TestLists(t *testing.T) {
	page := func(annots string) string {
		return strings.Replace(sealedPage(""), "4 0 R 10 0 R 12 0 R 13 0 R 15 0 R", annots, 1)
	}
	const notes = "15 0 R 16 0 R 17 0 R"
	list := func(annots string, more ...func(w *writer)) func(w *writer) {
		return func(w *writer) {
			w.obj(3, page(annots))
			for _, f := range more {
				f(w)
			}
		}
	}
	new40 := redo(40, icon)
	runGroups(t, []group{
		{"three notes", from("null", list(notes, redo(16, icon), redo(17, icon))), []twin{
			{"one in front", list("40 0 R "+notes, new40), LevelAnnotations, AnnotationAdded, false},
			{"one between", list("15 0 R 40 0 R 16 0 R 17 0 R", new40), LevelAnnotations, AnnotationAdded, false},
			{"one behind", list(notes+" 40 0 R", new40), LevelAnnotations, AnnotationAdded, false},
			{"one less between", list("15 0 R 17 0 R", func(w *writer) { w.free(16) }), LevelAnnotations, AnnotationRemoved, false},
			{"one less in front, one new", list("40 0 R 16 0 R 17 0 R", new40, func(w *writer) { w.free(15) }), LevelAnnotations, AnnotationRemoved, false},
			{"two exchanged", list("15 0 R 17 0 R 16 0 R"), LevelOther, PageChanged, false},
			{"the first goes last", list("16 0 R 17 0 R 15 0 R"), LevelOther, PageChanged, false},
			{"one by value", list(notes + " " + icon), LevelOther, PageChanged, false},
			{"one by value instead", list("15 0 R 16 0 R "+icon, func(w *writer) { w.free(17) }), LevelOther, PageChanged, false},
		}},
		{"one by value", from("null", list(icon+" 15 0 R")), []twin{
			{"one more", list(icon+" 15 0 R 40 0 R", new40), LevelAnnotations, AnnotationAdded, false},
			{"one more in front", list("40 0 R "+icon+" 15 0 R", new40), LevelAnnotations, AnnotationAdded, false},
			{"gone", list("15 0 R"), LevelOther, PageChanged, false},
			{"another", list(swap(icon, "(x)", "(y)") + " 15 0 R"), LevelOther, PageChanged, false},
		}},
		{"fields", sealed, []twin{
			{"one by value", redo(1, sealedCatalog("<</FT/Tx/T(new)/V(evil)>>", "")), LevelOther, Form, false},
		}},
	})
}

// Of a doubled key readers take the one or the other, before and after.
func TestDoubledKeys(t *testing.T) {
	doubled := swap(icon, "/Rect", "/Contents(y)/Rect")
	runGroups(t, []group{
		{"note", note16(icon), []twin{{"gets another text besides", redo(16, doubled), LevelOther, Changed, false}}},
		{"doubled", note16(doubled), []twin{{"loses one text", redo(16, icon), LevelOther, Changed, false}}},
		{"page", sealed, []twin{{"gets another list besides", redo(3, swap(sealedPage(""), "/Annots", "/Annots[]/Annots")), LevelOther, PageChanged, false}}},
	})
}

// The keys that changed are told.
func TestDetailOfAChange(t *testing.T) {
	w := sealedWith("null", redo(16, "<</Title(x)/Author(y)>>"), func(w *writer) { w.root += "/Info 16 0 R" })
	w.obj(16, "<</Title(z)/Author(y)>>").obj(15, note15("second", "400 700 420 720")).stream(6, "/X 1", "").obj(7, "(x)")
	w.obj(3, sealedPage(" 40 0 R")).obj(40, icon)
	got := map[string]string{}
	for _, it := range w.end("").later(t)[0].Items {
		got[it.Object] = fmt.Sprintf("%s %q", it.Kind, it.Detail)
	}
	for object, want := range map[string]string{
		"16 0": `info "Title"`, "15 0": `annotation-changed "Contents"`, "6 0": `page-content "Length X"`, "7 0": `font ""`, "40 0": `annotation-added ""`,
	} {
		if got[object] != want {
			t.Errorf("%s: %s, want %s", object, got[object], want)
		}
	}
	w = sealed()
	w.root += "/Info 30 0 R"
	for _, it := range w.obj(30, "<</Title(z)>>").end("").later(t)[0].Items {
		if it.Detail != "" {
			t.Errorf("%+v", it)
		}
	}
}
