package diff

import (
	"fmt"
	"testing"
)

func TestSignatureFields(t *testing.T) {
	create := func(field string) func(w *writer) {
		return func(w *writer) {
			w.obj(1, sealedCatalog(" 40 0 R", "")).obj(3, sealedPage(" 40 0 R")).obj(40, field).signature(41, sigEntries)
		}
	}
	two := fmt.Sprintf(widget0, "Two", 41)
	const kids = "<</FT/Sig/T(Two)/V 41 0 R/Kids[%]>>"
	empty := func(entries string) string { return "<</Subtype/Widget/FT/Sig/T(a)/F 4" + entries + ">>" }
	sign := func(field string) func(w *writer) {
		return func(w *writer) { w.obj(10, swap(field, "/T(a)", "/T(a)/V 41 0 R")).signature(41, sigEntries) }
	}
	const seen, unseen = "/Rect[0 0 90 20]", "/Rect[0 0 0 0]"
	signed := func(name, was, is string, shows bool) group {
		return group{name, from(was), []twin{{"signed", sign(is), LevelFormFilling, LaterSignature, shows}}}
	}
	refused := func(name, was, is string) group {
		return group{name, from(was), []twin{{"signed", sign(is), LevelOther, Changed, false}}}
	}
	visible, typed := empty(seen), empty(seen+"/Type/Annot")
	unsigned := from(visible, redo(16, "<</Type/X>>"), redo(1, sealedCatalog("", "/PieceInfo 16 0 R")))
	outside := "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Annots[4 0 R 12 0 R 13 0 R 15 0 R%]>>"
	runGroups(t, []group{
		{"created", sealed, []twin{
			{"with the other's signature", create(swap(two, "41", "5")), LevelOther, Form, false},
			{"of another type", create(swap(two, "/Type/Annot", "/Type/Page")), LevelOther, Form, false},
			{"with a widget within", create(swap(kids, "%", "<</Subtype/Widget/Rect[0 0 0 0]>>")), LevelFormFilling, LaterSignature, false},
			{"with an older widget", create(swap(kids, "%", "15 0 R")), LevelOther, Form, false},
			{"with an older widget that changes", func(w *writer) {
				create(swap(kids, "%", "15 0 R"))(w)
				w.obj(15, note15("second", "400 700 420 720"))
			}, LevelOther, Form, false},
		}},
		{"created with what was no signature", unsigned, []twin{
			{"", func(w *writer) { create(swap(two, "41", "16"))(w); w.signature(16, sigEntries) }, LevelOther, Form, false},
		}},
		signed("seen", visible, visible, false),
		signed("unseen", empty(unseen), empty(unseen), false),
		signed("shown", swap(visible, "F 4", "F 2"), visible, true),
		signed("locked", empty(seen+"/Lock<</Action/All>>"), empty(seen+"/Lock<</Action/All>>"), false),
		signed("gets a lock", visible, empty(seen+"/Lock<</Action/All>>"), false),
		signed("gets a type", visible, empty(seen+"/Type/Annot"), false),
		refused("another lock", empty(seen+"/Lock<</Action/All>>"), empty(seen+"/Lock<</Action/Include/Fields[]>>")),
		refused("another type", visible, empty(seen+"/Type/Page")),
		refused("another place", visible, empty("/Rect[0 0 600 800]")),
		refused("an action", visible, empty(seen+"/AA<<>>")),
		{"seen", unsigned, []twin{
			{"with the seal's signature", redo(10, swap(visible, "/T(a)", "/T(a)/V 5 0 R")), LevelOther, Changed, false},
			{"with a signature within", redo(10, swap(visible, "/T(a)", "/T(a)/V<<"+sigEntries+"/ByteRange[0 1 2 3]/Contents<00>>>")), LevelFormFilling, LaterSignature, false},
		}},
		{"to be signed", from(typed, redo(16, "<</Type/X>>")), []twin{
			{"with what was no signature", func(w *writer) { w.obj(10, swap(typed, "/T(a)", "/T(a)/V 16 0 R")).signature(16, sigEntries) }, LevelOther, AnnotationChanged, false},
		}},
		{"on no page", from(visible, redo(3, swap(outside, "%", ""))), []twin{
			{"signed", sign(visible), LevelFormFilling, LaterSignature, false},
			{"signed and listed", func(w *writer) { sign(visible)(w); w.obj(3, swap(outside, "%", " 10 0 R")) }, LevelFormFilling, LaterSignature, true},
		}},
		{"unseen on no page", from(empty(unseen), redo(3, swap(outside, "%", ""))), []twin{
			{"signed and listed", func(w *writer) { sign(empty(unseen))(w); w.obj(3, swap(outside, "%", " 10 0 R")) }, LevelFormFilling, LaterSignature, false},
		}},
	})
}

// The field of a signature may have its widgets apart (12.7.4.1).
func TestSignatureFieldsWithKids(t *testing.T) {
	const field, far = "<</FT/Sig/T(a)/Kids[16 0 R 17 0 R]>>", "<</FT/Sig/T(a)/Kids 18 0 R>>"
	widget := func(flags int) string {
		return fmt.Sprintf("<</Subtype/Widget/Parent 10 0 R/Rect[0 0 90 20]/F %d>>", flags)
	}
	two := func(w *writer) { w.obj(16, widget(2)).obj(17, widget(2)).obj(18, "[16 0 R 17 0 R]") }
	sign := func(field string) func(w *writer) {
		return func(w *writer) { w.obj(10, swap(field, "/T(a)", "/T(a)/V 41 0 R")).signature(41, sigEntries) }
	}
	and := func(field string, num int, body string) func(w *writer) {
		return func(w *writer) { sign(field)(w); w.obj(num, body) }
	}
	runGroups(t, []group{
		{"apart", from(field, two), []twin{
			{"signed", sign(field), LevelFormFilling, LaterSignature, false},
			{"the first shown", and(field, 16, widget(4)), LevelFormFilling, LaterSignature, true},
			{"the second shown", and(field, 17, widget(4)), LevelFormFilling, LaterSignature, true},
			{"the field acts", sign(swap(field, "/T", "/AA<<>>/T")), LevelOther, Changed, false},
			{"a widget moves", and(field, 16, swap(widget(2), "90 20", "600 800")), LevelOther, Changed, false},
		}},
		{"a list of its own", from(far, two), []twin{
			{"signed", sign(far), LevelFormFilling, LaterSignature, false},
			{"one more", func(w *writer) { and(far, 18, "[16 0 R 17 0 R 40 0 R]")(w); w.obj(40, widget(4)) }, LevelOther, Added, false},
			{"one less", and(far, 18, "[16 0 R]"), LevelOther, Changed, false},
		}},
	})
}

// The page of a signature is that of the first widget that shows, else of the
// first.
func TestPageOfASignature(t *testing.T) {
	pages := func(w *writer) {
		w.obj(2, "<</Type/Pages/Kids[3 0 R 16 0 R]/Count 2>>").obj(16, "<</Type/Page/Parent 2 0 R>>")
	}
	const widget = "<</Subtype/Widget/Parent 40 0 R/P % 0 R/Rect[0 0 90 20]/F 2>>"
	for _, c := range []struct{ first, second, page int }{{2, 2, 1}, {4, 2, 1}, {4, 4, 1}, {2, 4, 2}} {
		w := sealedWith("<<>>", pages).obj(1, sealedCatalog(" 40 0 R", "")).obj(40, "<</FT/Sig/T(Two)/V 41 0 R/Kids[42 0 R 43 0 R]>>").signature(41, sigEntries)
		w.obj(42, swap(swap(widget, "%", "3"), "F 2", fmt.Sprint("F ", c.first))).obj(43, swap(swap(widget, "%", "16"), "F 2", fmt.Sprint("F ", c.second)))
		for _, it := range w.end("").later(t)[0].Items {
			if it.Kind == LaterSignature && (it.Page != c.page || it.Shows != (c.first == 4 || c.second == 4)) {
				t.Errorf("%+v: %+v", c, it)
			}
		}
	}
}
