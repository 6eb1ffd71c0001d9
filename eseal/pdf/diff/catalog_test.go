package diff

import (
	"fmt"
	"testing"
)

func TestCatalog(t *testing.T) {
	runGroups(t, []group{{"plain", sealed, []twin{
		{"acts", redo(1, sealedCatalog("", "/AA<</WC<</S/JavaScript/JS(x)>>>>")), LevelOther, Action, false},
		{"doubled", redo(1, sealedCatalog("", "/Version/1.7/Version/2.0")), LevelOther, Catalog, false},
		{"under another number", func(w *writer) { w.root = "/Root 40 0 R"; w.obj(40, sealedCatalog("", "")) }, LevelLongTerm, Catalog, false},
		{"an older object", func(w *writer) { w.root = "/Root 2 0 R" }, LevelOther, Catalog, false},
		{"extensions apart", func(w *writer) {
			w.obj(1, sealedCatalog("", "/Extensions 40 0 R")).obj(40, "<</ESIC 41 0 R>>").obj(41, "<<>>")
		}, LevelLongTerm, Catalog, false},
	}}, {"another catalogue waits", from("null", redo(16, sealedCatalog("", ""))), []twin{
		{"becomes the catalogue", func(w *writer) { w.root = "/Root 16 0 R" }, LevelOther, Trailer, false},
	}}})
	// without a catalogue between two that are
	w := newWriter()
	catalog := "<</AcroForm<</Fields[4 0 R]>>/Type/Catalog/Pages 2 0 R>>"
	w.obj(1, catalog).obj(2, "<</Type/Pages/Kids[]/Count 0>>").obj(4, fmt.Sprintf(widget0, "S", 5)).signature(5, sigEntries).end("").seal()
	later := w.free(1).end("").obj(1, catalog).end("").later(t)
	if len(later) != 2 || later[0].Level != LevelOther || later[1].Level != LevelOther {
		t.Errorf("%+v", later)
	}
}
