package diff

import (
	"strings"
	"testing"
)

func TestMetadata(t *testing.T) {
	const xmp = "<rdf:RDF/>"
	meta := func(update func(w *writer)) func(w *writer) {
		return func(w *writer) { w.obj(1, sealedCatalog("", "/Metadata 30 0 R")); update(w) }
	}
	had := func(more string) func() *writer {
		return from("null", redo(1, sealedCatalog("", "/Metadata 16 0 R"+more)), func(w *writer) { w.stream(16, "/Type/Metadata", xmp) })
	}
	again := func(w *writer) { w.stream(16, "/Type/Metadata/S/JavaScript/JS(x)", xmp+"2") }
	info := from("null", redo(16, "<</Title(x)>>"), func(w *writer) { w.root += "/Info 16 0 R" })
	runGroups(t, []group{
		{"none", sealed, []twin{
			{"no stream", meta(redo(30, "<</Type/Metadata>>")), LevelOther, Added, false},
			{"no RDF", meta(func(w *writer) { w.stream(30, "", "<x/>") }), LevelOther, Added, false},
			{"of an unknown filter", meta(func(w *writer) { w.stream(30, "/Filter/Unknown", xmp) }), LevelOther, Added, false},
			{"in UTF-16", meta(func(w *writer) { w.stream(30, "", "\x00R\x00D\x00F") }), LevelLongTerm, Metadata, false},
			{"entities in UTF-16", meta(func(w *writer) { w.stream(30, "", strings.Join(strings.Split("<!DOCTYPE RDF>", ""), "\x00")) }), LevelOther, Added, false},
		}},
		{"some", had(""), []twin{
			{"again", again, LevelLongTerm, Metadata, false},
			{"other keys", redo(1, sealedCatalog("", "/Metadata 16 0 R/Version/2.0")), LevelLongTerm, Catalog, false},
		}},
		{"some, an action too", had("/OpenAction 16 0 R"), []twin{{"again", again, LevelOther, Changed, false}}},
		{"information", info, []twin{
			{"changed", redo(16, "<</Title(y)>>"), LevelLongTerm, Info, false},
			{"with a title apart", func(w *writer) { w.obj(16, "<</Title 30 0 R>>").obj(30, "(y)") }, LevelLongTerm, Info, false},
		}},
		{"information, an action too", from("null", redo(16, "<</Title(x)>>"), redo(1, sealedCatalog("", "/OpenAction 16 0 R")), func(w *writer) { w.root += "/Info 16 0 R" }), []twin{
			{"changed", redo(16, "<</Title(y)/S/JavaScript/JS(x)>>"), LevelOther, Changed, false},
		}},
	})
}
