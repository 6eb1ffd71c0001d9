package diff

import (
	"fmt"
	"testing"
)

// note16 is a sealed document with another annotation, as object 16.
func note16(dict string, more ...func(w *writer)) func() *writer {
	return from(textField("(10)", "11 0 R", ""), append([]func(w *writer){redo(16, dict), redo(3, sealedPage(" 16 0 R"))}, more...)...)
}

const (
	icon   = "<</Subtype/Text/Rect[10 10 30 30]/Contents(x)>>"
	link   = "<</Subtype/Link/Rect[0 0 90 9]/Border[0 0 0]/A<</S/URI/URI(x)>>>>"
	popup  = "<</Subtype/Popup/Rect[0 0 90 90]/Parent 15 0 R>>"
	bright = "<</Subtype/Highlight/Rect[0 0 90 9]/C[1 1 0]>>"
)

func TestAnnotationAdded(t *testing.T) {
	add := func(dict string) func(w *writer) {
		return func(w *writer) { w.obj(3, sealedPage(" 40 0 R")).obj(40, dict) }
	}
	color := func(c string) func(w *writer) { return add(swap(bright, "1 1 0", c)) }
	rect := func(c string) func(w *writer) { return add(swap(icon, "10 10 30 30", c)) }
	border := func(c string) func(w *writer) { return add(swap(link, "0 0 0]", c)) }
	look := func(dict string) func(w *writer) {
		return func(w *writer) { add(swap(dict, "/Rect", "/AP<</N 41 0 R>>/Rect"))(w); w.stream(41, "", "(9) Tj") }
	}
	was := from(textField("(10)", "11 0 R", ""), redo(1, sealedCatalog("", "/PieceInfo 16 0 R")), redo(16, icon))
	added := func(name string, update func(w *writer), shows bool) twin {
		return twin{name, update, LevelAnnotations, AnnotationAdded, shows}
	}
	refused := func(name string, update func(w *writer)) twin {
		return twin{name, update, LevelOther, PageChanged, false}
	}
	runGroups(t, []group{
		{"drawn by the viewer", sealed, []twin{
			added("closed window", add(popup), false),
			added("open window", add(swap(popup, "/Rect", "/Open true/Rect")), true),
			added("window with a look", look(popup), true),
			added("note as large as an icon", rect("0 0 32 32"), false),
			added("wide note", rect("0 0 33 9"), true),
			added("high note", rect("0 0 9 33"), true),
			added("wide hidden note", add(swap(icon, "10 10 30 30]", "0 0 600 800]/F 2")), false),
			added("hidden note with a look", look(swap(icon, "/Rect", "/F 2/Rect")), false),
			added("link with a look", look(link), true),
			added("link with a border style", add(swap(link, "/Rect", "/BS<</W 1>>/Rect")), true),
			added("link with the border of readers", add(swap(link, "/Border[0 0 0]", "")), true),
			added("link with a short border", border("0 0]"), true),
			added("link with a border that is no number", border("0 0 (x)]"), true),
			added("link with a border of nothing", border("0 0 0.0]"), false),
			added("link with a fine border", border("0 0 0.5]"), true),
			added("link within the document", add(swap(link, "/S/URI/URI(x)", "/S/GoTo/D[3 0 R/Fit]")), false),
			added("link without an action", add(swap(link, "/A<</S/URI/URI(x)>>", "/Dest[3 0 R/Fit]")), false),
			added("highlight with a look", look(bright), true),
			added("light highlight", color("1 0.99 0"), false),
			added("darker highlight", color("1 0.98 0"), true),
			added("cyan highlight", color("0 1 1"), false),
			added("magenta highlight", color("1 0 1"), true),
			added("near white highlight", color("0.99 0.99 0.99"), false),
			added("darker grey highlight", color("0.8 0.8 0.8"), true),
			added("highlight by one number", color("1"), true),
			added("highlight by four numbers", color("1 1 0 0"), true),
			added("listed twice", func(w *writer) { w.obj(3, sealedPage(" 40 0 R 40 0 R")).obj(40, icon) }, false),
		}},
		{"refused", sealed, []twin{
			refused("two actions", add(swap(link, "(x)", "(x)/Next<</S/JavaScript/JS(x)>>"))),
			refused("an action that is none", add(swap(link, "<</S/URI/URI(x)>>", " 5"))),
			refused("a local file", add(swap(link, "(x)", "(File:///x)"))),
			refused("of another type", add(swap(icon, "/Sub", "/Type/Page/Sub"))),
			refused("a word", add("(x)")),
			refused("doubled subtype", add(swap(icon, "/Rect", "/Subtype/Text/Rect"))),
			refused("also evidence", func(w *writer) {
				add(icon)(w)
				w.obj(1, sealedCatalog("", "/DSS<</VRI<</A<</TS 40 0 R>>>>>>"))
			}),
			refused("without an object", redo(3, sealedPage(" 40 0 R"))),
			refused("by value", redo(3, sealedPage(icon))),
		}},
		{"an older object", was, []twin{
			refused("listed", redo(3, sealedPage(" 16 0 R"))),
			refused("listed and changed", func(w *writer) { w.obj(3, sealedPage(" 16 0 R")).obj(16, swap(icon, "(x)", "(y)")) }),
		}},
		{"a number that is referred to", from(textField("(10)", "11 0 R", ""), redo(1, sealedCatalog("", "/PieceInfo 40 0 R"))), []twin{
			refused("note", add(icon)),
		}},
	})
}

func TestAnnotationChanged(t *testing.T) {
	const large = "<</Subtype/Text/Rect[0 0 600 800]/Contents(x)>>"
	changed := func(name, was, is string, shows bool) group {
		return group{name, note16(was), []twin{{"changed", redo(16, is), LevelAnnotations, AnnotationChanged, shows}}}
	}
	refused := func(name, was, is string, more ...func(w *writer)) group {
		return group{name, note16(was, more...), []twin{{"changed", redo(16, is), LevelOther, Changed, false}}}
	}
	other := swap(icon, "(x)", "(y)")
	groups := []group{
		changed("text", icon, other, false),
		changed("larger", icon, large, true),
		changed("smaller", large, icon, true),
		changed("where a link leads", link, swap(link, "(x)", "(y)"), true),
		changed("hidden", icon, swap(icon, "/Rect", "/F 2/Rect"), true),
		refused("optional", icon, swap(icon, "/Rect", "/OC<<>>/Rect")),
		refused("a script", link, swap(link, "(x)", "(javascript:x)")),
		refused("also something of the catalogue", icon, other, redo(1, sealedCatalog("", "/PieceInfo 16 0 R"))),
		refused("also something of a stream", icon, other, redo(1, sealedCatalog("", "/PieceInfo 17 0 R")), func(w *writer) { w.stream(17, "/X 16 0 R", "") }),
		refused("another parent", popup, swap(popup, "15 0", "7 0")),
		{"with a look", note16(icon), []twin{{"drawn", func(w *writer) {
			w.obj(16, swap(icon, "/Rect", "/AP<</N 41 0 R>>/Rect")).stream(41, "", "(9) Tj")
		}, LevelAnnotations, AnnotationChanged, true}}},
	}
	for _, names := range []string{"<</Type/StructElem/K 16 0 R>>", "<</Type/OBJR/Obj 16 0 R>>", "[16 0 R]", popup} {
		groups = append(groups, group{"named by " + names, note16(icon, redo(1, sealedCatalog("", "/StructTreeRoot 17 0 R")), redo(17, swap(names, "15 0", "16 0"))), []twin{
			{"changed", redo(16, other), LevelAnnotations, AnnotationChanged, false},
		}})
	}
	runGroups(t, groups)
}

func TestAnnotationRemoved(t *testing.T) {
	gone := redo(3, sealedPage(""))
	also := func(more func(w *writer)) func(w *writer) { return func(w *writer) { gone(w); more(w) } }
	free := also(func(w *writer) { w.free(16) })
	runGroups(t, []group{
		{"note", note16(icon), []twin{
			{"freed", free, LevelAnnotations, AnnotationRemoved, false},
			{"freed, listed still", func(w *writer) { w.free(16) }, LevelOther, Freed, false},
			{"and changed", also(redo(16, swap(icon, "(x)", "(y)"))), LevelAnnotations, AnnotationChanged, false},
			{"and made something else", also(redo(16, "<</S/JavaScript/JS(x)>>")), LevelOther, PageChanged, false},
		}},
		{"stamp", note16(swap(icon, "/Text", "/Stamp")), []twin{{"freed", free, LevelAnnotations, AnnotationRemoved, true}}},
		{"mark of redaction", note16(swap(icon, "/Text", "/Redact")), []twin{{"from the list", gone, LevelOther, PageChanged, false}, {"freed", free, LevelOther, PageChanged, false}}},
		{"no dictionary", note16("(x)"), []twin{{"from the list", gone, LevelOther, PageChanged, false}, {"freed", free, LevelOther, PageChanged, false}}},
		{"also something of the catalogue", note16(icon, redo(1, sealedCatalog("", "/PieceInfo 16 0 R"))), []twin{{"from the list", gone, LevelOther, PageChanged, false}}},
		{"a place that was never there", note16("null"), []twin{{"from the list", gone, LevelOther, PageChanged, false}}},
	})
}

// What calls itself an annotation and is part of the page tree (7.7.3): keys
// of annotations would rotate it, or give it other resources.
func TestPagesThatAreAnnotations(t *testing.T) {
	page := "<</Type/Page/Subtype/Text/Parent 20 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Annots[3 0 R 4 0 R 20 0 R]>>"
	tree := func(node string) func() *writer {
		return func() *writer {
			w := newWriter()
			w.obj(1, fmt.Sprintf(signedCatalog, "", "")).obj(2, "<</Type/Pages/Kids 18 0 R/Count 1>>").obj(18, "[20 0 R]").obj(20, node).obj(19, "[3 0 R]").obj(3, page)
			w.obj(4, swap(fmt.Sprintf(widget0, "Seal", 5), "/P 3 0 R", "")).stream(6, "", "BT ET")
			w.obj(21, "<</Type/Pages/Resources<</Font<</F 22 0 R>>>>>>").obj(22, "<</Type/Font>>")
			return w.signature(5, sigEntries).end("").seal()
		}
	}
	const node = "<</Subtype/%/Kids 19 0 R/Parent 2 0 R/Count 1/Rotate 0>>"
	runGroups(t, []group{
		{"page", tree(swap(node, "%", "X")), []twin{
			{"other content", func(w *writer) {
				w.obj(3, swap(page, "6 0 R", "30 0 R")).stream(30, "", "(evil) Tj")
			}, LevelOther, PageChanged, false},
		}},
		{"node", tree(swap(node, "%", "Popup")), []twin{
			{"other parent", redo(20, swap(swap(node, "%", "Popup"), "2 0 R", "21 0 R")), LevelOther, Changed, false},
			{"dated", redo(20, swap(swap(node, "%", "Popup"), "/Rotate 0", "/Rotate 0/M(x)")), LevelOther, Changed, false},
			{"freed", func(w *writer) {
				w.obj(3, swap(page, " 20 0 R]", "]")).free(20)
			}, LevelOther, Freed, false},
		}},
		{"node as a stamp", tree(swap(node, "%", "Stamp")), []twin{
			{"rotated", redo(20, swap(swap(node, "%", "Stamp"), "/Rotate 0", "/Rotate 90")), LevelOther, Changed, false},
		}},
	})
}

// The page of an annotation is told, whether its list is the page's own or an
// object.
func TestPageOfAnAnnotation(t *testing.T) {
	far := from(textField("(10)", "11 0 R", ""), redo(3, "<</Type/Page/Parent 2 0 R/Annots 17 0 R>>"), redo(17, "[4 0 R 16 0 R]"), redo(16, icon))
	for what, later := range map[string][]Revision{
		"own list":     note16(icon)().obj(3, sealedPage(" 16 0 R 40 0 R")).obj(40, icon).end("").later(t),
		"far list":     far().obj(17, "[4 0 R 16 0 R 40 0 R]").obj(40, icon).end("").later(t),
		"from far":     far().obj(17, "[4 0 R]").free(16).end("").later(t),
		"from its own": note16(icon)().obj(3, sealedPage("")).free(16).end("").later(t),
	} {
		undoubted(t, LevelAnnotations, later)
		for _, it := range later[0].Items {
			if it.Page != 1 {
				t.Errorf("%s: %+v", what, it)
			}
		}
	}
}
