package pdf

import (
	"fmt"
	"strings"
	"testing"
)

const signedCatalog = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R%s]/SigFlags 3>>%s>>"

func signedPage(annots string) string {
	return "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Annots[4 0 R" + annots + "]>>"
}

func TestLaterRevisions(t *testing.T) {
	visible := strings.Replace(fmt.Sprintf(widget0, "Two", 21), "[0 0 0 0]/F 132", "[10 10 90 40]/F 4/AP<</N 22 0 R>>", 1)
	cases := []struct {
		name   string
		update func(w *writer)
		level  string
		what   string // of one of its items
	}{
		{"nothing", func(w *writer) {}, LevelNone, ""},
		{"the same object again", func(w *writer) { w.obj(1, fmt.Sprintf(signedCatalog, "", "")) }, LevelNone, ""},
		{"security store", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, "", "/DSS 10 0 R/Extensions<</ESIC 12 0 R>>")).obj(10, "<</Certs[11 0 R]>>").stream(11, "", "x").obj(12, "<<>>")
		}, LevelLongTerm, WhatSecurityStore},
		{"security store of a wrong shape", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, "", "/DSS 10 0 R")).obj(10, "<</Certs 11 0 R>>").stream(11, "", "x")
		}, LevelNotAnalysed, WhatSecurityStore},
		{"security store that takes a page", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, "", "/DSS<</Certs[6 0 R]>>")).stream(6, "", "BT (other) ET")
		}, LevelNotAnalysed, WhatChanged},
		{"document time-stamp", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, " 20 0 R", "")).obj(3, signedPage(" 20 0 R")).obj(20, fmt.Sprintf(widget0, "T", 21)).signature(21, tstEntries)
		}, LevelLongTerm, WhatDocTimeStamp},
		{"later signature that may cover something", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, " 20 0 R", "")).obj(3, signedPage(" 20 0 R")).obj(20, visible).signature(21, sigEntries)
			w.stream(22, "/Type/XObject/Subtype/Form/Resources<</Font<</F 23 0 R>>>>", "q").obj(23, "<</Type/Font>>")
		}, LevelNotAnalysed, WhatSignature},
		{"later signature that shows nothing", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, " 20 0 R", "")).obj(3, signedPage(" 20 0 R")).obj(20, fmt.Sprintf(widget0, "Two", 21)).signature(21, sigEntries)
		}, LevelFormFilling, WhatSignature},
		{"empty signature field", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, " 20 0 R", "")).obj(20, "<</FT/Sig/T(E)/Subtype/Widget/Rect[0 0 0 0]>>")
		}, LevelFormFilling, WhatFieldCreated},
		{"signature field with an action", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, " 20 0 R", "")).obj(20, "<</FT/Sig/T(E)/Subtype/Widget/Rect[0 0 0 0]/A<</S/JavaScript>>>>")
		}, LevelNotAnalysed, WhatAdded},
		{"second field for the old signature", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, " 20 0 R", "")).obj(20, fmt.Sprintf(widget0, "Copy", 5))
		}, LevelNotAnalysed, WhatAdded},
		{"text field", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, " 20 0 R", "")).obj(20, "<</FT/Tx/T(E)/V(x)>>")
		}, LevelNotAnalysed, WhatAdded},
		{"field removed", func(w *writer) { w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/SigFlags 3>>>>") }, LevelNotAnalysed, WhatForm},
		{"appearances to be made anew", func(w *writer) {
			w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3/NeedAppearances true>>>>")
		}, LevelNotAnalysed, WhatForm},
		{"page content", func(w *writer) { w.stream(6, "", "BT (other) ET") }, LevelNotAnalysed, WhatChanged},
		{"page size", func(w *writer) { w.obj(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots[4 0 R]>>") }, LevelNotAnalysed, WhatChanged},
		{"annotation", func(w *writer) { w.obj(3, signedPage(" 20 0 R")).obj(20, "<</Type/Annot/Subtype/Stamp>>") }, LevelNotAnalysed, WhatAdded},
		{"annotation removed", func(w *writer) { w.obj(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Annots[]>>") }, LevelNotAnalysed, WhatChanged},
		{"page added", func(w *writer) {
			w.obj(2, "<</Type/Pages/Kids[3 0 R 20 0 R]/Count 2>>").obj(20, "<</Type/Page/Parent 2 0 R>>")
		}, LevelNotAnalysed, WhatAdded},
		{"catalogue with an action", func(w *writer) { w.obj(1, fmt.Sprintf(signedCatalog, "", "/OpenAction 3 0 R")) }, LevelNotAnalysed, WhatCatalog},
		{"another catalogue", func(w *writer) { w.root = "/Root 20 0 R"; w.obj(20, fmt.Sprintf(signedCatalog, "", "/DSS<<>>")) }, LevelLongTerm, WhatCatalog},
		{"an older object as catalogue", func(w *writer) { w.root = "/Root 2 0 R" }, LevelNotAnalysed, WhatCatalog},
		{"object freed", func(w *writer) { w.free(6) }, LevelNotAnalysed, WhatFreed},
		{"unreferenced object", func(w *writer) { w.obj(30, "<</Anything 31 0 R>>").obj(31, "(x)") }, LevelLongTerm, WhatUnreferenced},
		{"metadata", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, "", "/Metadata 30 0 R")).stream(30, "/Type/Metadata", "<rdf:RDF/>")
		}, LevelLongTerm, WhatMetadata},
		{"metadata with a document type", func(w *writer) {
			w.obj(1, fmt.Sprintf(signedCatalog, "", "/Metadata 30 0 R")).stream(30, "/Type/Metadata", "<!DOCTYPE x><rdf:RDF/>")
		}, LevelNotAnalysed, WhatAdded},
		{"encryption", func(w *writer) { w.root += "/Encrypt 30 0 R"; w.obj(30, "<</Filter/Standard>>") }, LevelNotAnalysed, WhatTrailer},
		{"private key of the trailer", func(w *writer) { w.root += "/AdditionalStreams[99 0 R]" }, LevelLongTerm, WhatTrailer},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := signed()
			c.update(w)
			f := w.end("").open(t)
			s := f.Signatures[0]
			if len(s.Later) != 1 || s.Later[0].Number != 3 {
				t.Fatalf("later %+v; notes %v", s.Later, f.Notes)
			}
			l := s.Later[0]
			found := c.what == ""
			for _, it := range l.Items {
				found = found || it.What == c.what
			}
			if l.Level != c.level || !found {
				t.Errorf("%s, want %s with %q: %+v", l.Level, c.level, c.what, l.Items)
			}
		})
	}
}

func TestInfoIsMetadata(t *testing.T) {
	build := func(page string) *writer {
		w := newWriter()
		w.root += "/Info 9 0 R"
		w.obj(1, fmt.Sprintf(signedCatalog, "", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, page).obj(4, fmt.Sprintf(widget0, "S", 5))
		w.obj(9, "<</Title(a)>>").signature(5, sigEntries).end("").seal()
		return w.obj(9, "<</Title(a)/ModDate(D:2026)>>").end("")
	}
	s := build("<</Type/Page/Parent 2 0 R/Annots[4 0 R]>>").one(t)
	if l := s.Later[0]; l.Level != LevelLongTerm || l.Items[0].What != WhatInfo || l.Items[0].Detail != "ModDate" {
		t.Errorf("%+v", l)
	}
	s = build("<</Type/Page/Parent 2 0 R/Annots[4 0 R]/PieceInfo 9 0 R>>").one(t)
	if l := s.Later[0]; l.Level != LevelNotAnalysed {
		t.Errorf("an information dictionary with a second use: %+v", l)
	}
}

// An update may give a meaning to a reference that led nowhere when the
// document was signed (7.3.10).
func TestUpdateThatFillsADanglingReference(t *testing.T) {
	build := func(catalog, trailer string) LaterRevision {
		w := newWriter()
		w.root += trailer
		w.obj(1, fmt.Sprintf(signedCatalog, "", catalog)).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R>>").obj(4, fmt.Sprintf(widget0, "S", 5)).obj(7, "<</Orphan 10 0 R>>")
		w.signature(5, sigEntries).end("").seal()
		w.obj(1, fmt.Sprintf(signedCatalog, "", catalog+"/DSS 10 0 R")).obj(10, "<</Certs[]>>").end("")
		return w.one(t).Later[0]
	}
	if l := build("", "/Private 10 0 R"); l.Level != LevelLongTerm {
		t.Errorf("referred to by what nobody sees: %+v", l)
	}
	if l := build("/Names 10 0 R", ""); l.Level != LevelNotAnalysed || l.Items[len(l.Items)-1].What != WhatFillsDangling {
		t.Errorf("referred to by the catalogue: %+v", l)
	}
}

// Entries that lead into older octets switch on what was prepared there.
func TestUpdateThatRepointsEntries(t *testing.T) {
	w := newWriter()
	w.obj(1, fmt.Sprintf(signedCatalog, "", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R/Contents 6 0 R>>").obj(4, fmt.Sprintf(widget0, "S", 5))
	w.stream(6, "", "(evil)")
	evil := w.offs[6]
	w.stream(6, "", "(good)").obj(7, "(x)").signature(5, sigEntries)
	other := w.offs[7]
	w.end("").seal()
	base := w.String()
	slots := func(num, off int) LaterRevision {
		w := &writer{offs: map[int]int{num: off}, root: "/Root 1 0 R", prev: w.prev, size: 8}
		w.WriteString(base)
		return w.end("").one(t).Later[0]
	}
	if l := slots(6, evil); l.Level != LevelNotAnalysed || l.Items[0].What != WhatRetargeted {
		t.Errorf("another object of the same number: %+v", l)
	}
	if l := slots(6, other); l.Level != LevelNotAnalysed || l.Items[0].What != WhatUnreadable {
		t.Errorf("an object of another number: %+v", l)
	}
}

func TestObjectStreamThatIsReplaced(t *testing.T) {
	w := newWriter()
	w.obj(1, fmt.Sprintf(signedCatalog, "", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(4, fmt.Sprintf(widget0, "S", 5)).signature(5, sigEntries)
	w.stream(7, "/Type/ObjStm/N 1/First 4", "3 0 <</Type/Page/Parent 2 0 R>>").endStream(8, "", map[int][2]int{3: {7, 0}}).seal()
	w.stream(7, "/Type/ObjStm/N 1/First 4", "3 0 <</Type/Page/Parent 2 0 R/Rotate 90>>").endStream(8, "", nil)
	l := w.one(t).Later[0]
	if l.Level != LevelNotAnalysed {
		t.Errorf("the page changed without an entry of its own: %+v", l)
	}
}

func TestOldCrossReferenceStreamAsNumber(t *testing.T) {
	w := newWriter()
	w.obj(1, fmt.Sprintf(signedCatalog, "", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R>>").obj(4, fmt.Sprintf(widget0, "S", 5)).signature(5, sigEntries)
	w.endStream(8, "", nil).seal()
	w.obj(1, fmt.Sprintf(signedCatalog, "", "/DSS 8 0 R")).obj(8, "<</Certs[]>>").endStream(9, "", nil)
	if l := w.one(t).Later[0]; l.Level != LevelLongTerm {
		t.Errorf("%+v", l)
	}
}

func TestUpdateWithoutASection(t *testing.T) {
	w := signed()
	fmt.Fprintf(w, "%% more\nstartxref\n%d\n%%%%EOF\n", w.prev)
	l := w.one(t).Later
	if len(l) != 1 || l[0].Level != LevelNotAnalysed || l[0].Items[0].What != WhatNoSection {
		t.Errorf("%+v", l)
	}
}

func TestFilledSignatureField(t *testing.T) {
	build := func(second string) LaterRevision {
		w := newWriter()
		w.obj(1, fmt.Sprintf(signedCatalog, " 20 0 R", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R/Annots[4 0 R 20 0 R]>>").obj(4, fmt.Sprintf(widget0, "S", 5))
		w.obj(20, "<</FT/Sig/T(Two)/Subtype/Widget/Rect[0 0 9 9]/AP<</N 22 0 R>>>>").stream(22, "", "empty").signature(5, sigEntries).end("").seal()
		w.obj(20, second).signature(21, sigEntries).stream(22, "", "drawn").end("")
		return w.open(t).Signatures[0].Later[0]
	}
	if l := build("<</FT/Sig/T(Two)/Subtype/Widget/Rect[0 0 9 9]/AP<</N 22 0 R>>/V 21 0 R>>"); l.Level != LevelFormFilling || l.Items[0].What != WhatSignature || !strings.Contains(l.Items[0].Detail, "page 1") {
		t.Errorf("%+v", l)
	}
	if l := build("<</FT/Sig/T(Two)/Subtype/Widget/Rect[0 0 99 99]/AP<</N 22 0 R>>/V 21 0 R>>"); l.Level != LevelNotAnalysed {
		t.Errorf("a widget that grew: %+v", l)
	}
}
