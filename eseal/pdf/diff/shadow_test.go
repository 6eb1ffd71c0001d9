package diff

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// base is a sealed document whose catalogue, page and other objects an
// attacker prepared; the seal is in the first revision.
func prepared(catalog, page string, more func(w *writer)) *writer {
	w := newWriter()
	w.obj(1, catalog).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, page)
	w.obj(4, fmt.Sprintf(widget0, "Seal", 5)).stream(6, "", "BT ET")
	more(w)
	return w.signature(5, sigEntries).end("").seal()
}

func TestShadows(t *testing.T) {
	const cat = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>%s>>"
	page := signedPage("")
	none := func(w *writer) {}
	cases := []struct {
		name          string
		catalog, page string
		more, update  func(w *writer)
	}{
		{"metadata as carrier: XFA", "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3/XFA 7 0 R>>>>", page,
			func(w *writer) { w.stream(7, "", "<xdp/>") },
			func(w *writer) {
				w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3/XFA 7 0 R>>/Metadata 7 0 R>>").stream(7, "", "<xdp>RDF</xdp>")
			}},
		{"store member is XFA", "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3/XFA 7 0 R>>/DSS 8 0 R>>", page,
			func(w *writer) { w.stream(7, "", "<xdp/>").obj(8, "<</Certs[7 0 R]>>") },
			func(w *writer) { w.stream(7, "", "<xdp>2</xdp>") }},
		{"VRI are pages", fmt.Sprintf(cat, "/DSS 8 0 R"), page,
			func(w *writer) { w.obj(8, "<</VRI<</A 2 0 R/B 3 0 R>>>>") },
			func(w *writer) {
				w.obj(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 6 0 R/Annots[4 0 R]>>")
			}},
		{"store dropped page", fmt.Sprintf(cat, "/DSS 8 0 R"), page,
			func(w *writer) { w.obj(8, "<</Certs[3 0 R 6 0 R]>>") },
			func(w *writer) { w.obj(8, "<</Certs[6 0 R]>>").stream(6, "", "BT (evil) ET") }},
		{"page is XRef type", fmt.Sprintf(cat, ""), strings.Replace(page, "6 0 R", "7 0 R", 1),
			func(w *writer) { w.stream(7, "/Type/XRef", "BT ET") },
			func(w *writer) { w.stream(7, "/Type/XRef", "BT (evil) ET") }},
		{"XObject called XRef dangling", fmt.Sprintf(cat, ""), "<</Type/Page/Parent 2 0 R/Contents 6 0 R/Annots[4 0 R]/Resources<</XObject<</A 7 0 R>>>>>>",
			func(w *writer) {
				w.stream(7, "/Type/XObject/Subtype/Form/Resources<</XObject<</XRef 90 0 R>>>>", "/XRef Do")
			},
			func(w *writer) { w.stream(90, "/Type/XObject/Subtype/Form", "BT (evil) ET") }},
		{"page that is the field", strings.Replace(fmt.Sprintf(cat, ""), "[4 0 R]", "[4 0 R 3 0 R]", 1), "<</Type/Page/Parent 2 0 R/FT/Sig/T(x)/Contents 6 0 R/AP<</N 6 0 R>>>>", none,
			func(w *writer) {
				w.obj(3, "<</Type/Page/Parent 2 0 R/FT/Sig/T(x)/Contents 6 0 R/AP<</N 6 0 R>>/V 21 0 R>>").stream(6, "", "BT (evil) ET").signature(21, sigEntries)
			}},
		{"hidden field shown", strings.Replace(fmt.Sprintf(cat, ""), "[4 0 R]", "[4 0 R 20 0 R]", 1), signedPage(" 20 0 R"),
			func(w *writer) { w.obj(20, "<</FT/Sig/T(Two)/Subtype/Widget/Rect[0 0 200 200]/F 2>>") },
			func(w *writer) {
				w.obj(20, "<</FT/Sig/T(Two)/Subtype/Widget/Rect[0 0 200 200]/F 4/V 21 0 R/AP<</N 22 0 R>>>>").signature(21, sigEntries).stream(22, "", "(evil)")
			}},
		{"printed field", fmt.Sprintf(cat, ""), page, none,
			func(w *writer) {
				w.obj(1, fmt.Sprintf(signedCatalog, " 20 0 R", "")).obj(3, signedPage(" 20 0 R")).obj(20, "<</FT/Sig/T(Two)/Subtype/Widget/Rect[0 0 200 200]/F 36/V 21 0 R/AP<</N 22 0 R>>>>").signature(21, sigEntries).stream(22, "", "(evil)")
			}},
		{"doubled Rect", fmt.Sprintf(cat, ""), page, none,
			func(w *writer) {
				w.obj(1, fmt.Sprintf(signedCatalog, " 20 0 R", "")).obj(3, signedPage(" 20 0 R")).obj(20, "<</FT/Sig/T(Two)/Subtype/Widget/Rect[0 0 200 200]/Rect[0 0 0 0]/F 4/V 21 0 R/AP<</N 22 0 R>>>>").signature(21, sigEntries).stream(22, "", "(evil)")
			}},
		{"doubled Annots", fmt.Sprintf(cat, ""), page, none,
			func(w *writer) {
				w.obj(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Annots[30 0 R]/Annots[4 0 R]>>").obj(30, "<</Type/Annot/Subtype/Stamp>>")
			}},
		{"doubled AcroForm", fmt.Sprintf(cat, ""), page, none,
			func(w *writer) {
				w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 31 0 R>>/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>").stream(31, "", "<xdp/>")
			}},
		{"doubled Fields", fmt.Sprintf(cat, ""), page, none,
			func(w *writer) {
				w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[31 0 R]/Fields[4 0 R]/SigFlags 3>>>>").obj(31, "<</FT/Tx>>")
			}},
		{"null later", fmt.Sprintf(cat, "/OCProperties 7 0 R"), page, func(w *writer) { w.obj(7, "<</OCGs[]>>") },
			func(w *writer) { w.obj(1, fmt.Sprintf(cat, "/OCProperties 7 0 R/OCProperties null")) }},
		{"null page contents", fmt.Sprintf(cat, ""), page, none,
			func(w *writer) {
				w.obj(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Annots[4 0 R]/Contents null>>")
			}},
		{"old object becomes a field", fmt.Sprintf(cat, ""), page, func(w *writer) { w.obj(60, "<</FT/Tx/T(a)/Kids[61 0 R]/V(evil)>>") },
			func(w *writer) { w.obj(1, fmt.Sprintf(signedCatalog, " 60 0 R", "")) }},
		{"annots are contents", fmt.Sprintf(cat, ""), "<</Type/Page/Parent 2 0 R/Contents 12 0 R/Annots 12 0 R>>", func(w *writer) { w.obj(12, "[6 0 R 4 0 R]") },
			func(w *writer) {
				w.obj(1, fmt.Sprintf(signedCatalog, " 20 0 R", "")).obj(12, "[6 0 R 4 0 R 20 0 R]").at(20)
				w.WriteString("20 0 obj\n<</FT/Sig/T(Two)/Subtype/Widget/Rect[0 0 0 0]>>\nstream\nBT (evil) ET\nendstream\nendobj\n")
			}},
		{"NeedAppearances with new fonts", "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3/NeedAppearances true>>>>", page, none,
			func(w *writer) {
				w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3/NeedAppearances true/DR<</Font<</Helv 30 0 R>>>>>>>>").obj(30, "<</Type/Font/Subtype/Type3>>")
			}},
		{"smaller Size", fmt.Sprintf(cat, ""), page, none, func(w *writer) { w.size = 4 }},
		{"OpenAction as Metadata", fmt.Sprintf(cat, "/OpenAction 7 0 R"), page, func(w *writer) { w.obj(7, "<</S/GoTo>>") },
			func(w *writer) {
				w.obj(1, fmt.Sprintf(cat, "/OpenAction 7 0 R/Metadata 7 0 R")).stream(7, "/S/JavaScript/JS(x)", "RDF")
			}},
		{"Info is dangling's friend", fmt.Sprintf(cat, "/Names<</JavaScript 9 0 R>>"), page, none,
			func(w *writer) { w.root += "/Info 9 0 R"; w.obj(9, "<</Names[(a)<</S/JavaScript>>]>>") }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := prepared(c.catalog, c.page, c.more)
			c.update(w)
			w.end("")
			golden(t, "shadow-"+strings.Map(fileRune, c.name)+".pdf", w.Bytes())
			f := w.open(t)
			l := later(f)
			shows := slices.ContainsFunc(l.Items, func(it Item) bool { return it.Shows })
			if rank[l.Level] <= rank[LevelFormFilling] && !shows {
				t.Errorf("%s: %+v %+v", l.Level, l.Items, f.Notes)
			}
		})
	}
}

var rewrite = flag.Bool("update", false, "write the files under testdata anew")

func fileRune(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return '-'
}

// golden keeps the attack as a file: the court is held against it too.
func golden(t *testing.T, name string, data []byte) {
	t.Helper()
	path := filepath.Join("..", "testdata", "shadows", name)
	if *rewrite {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, data) {
		t.Errorf("%s is not what the test makes (%v); go test -update writes it", path, err)
	}
}

func TestGenerationOfAnUnchangedPlace(t *testing.T) {
	w := prepared("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>", signedPage(""), func(w *writer) {})
	at := strings.Index(w.String(), "6 0 obj")
	x := w.Len()
	fmt.Fprintf(w, "xref\n6 1\n%010d %05d n \ntrailer\n<</Size 7/Root 1 0 R/Prev %d>>\n", at, 3, w.prev)
	f := w.tail(x).open(t)
	if l := later(f); rank[l.Level] < rank[LevelNotAnalysed] {
		t.Errorf("%+v", l)
	}
}

func TestIndexOfAnObjectStream(t *testing.T) {
	w := newWriter()
	w.obj(1, fmt.Sprintf(signedCatalog, "", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(4, fmt.Sprintf(widget0, "S", 5)).signature(5, sigEntries)
	a, b := "<</Type/Page/Parent 2 0 R>>", "<</Type/Page/Parent 2 0 R/Rotate 90>>"
	head := fmt.Sprintf("3 0 3 %d ", len(a)+1)
	w.stream(7, fmt.Sprintf("/Type/ObjStm/N 2/First %d", len(head)), head+a+" "+b).endStream(8, "", map[int][2]int{3: {7, 0}}).seal()
	w.endStream(9, "", map[int][2]int{3: {7, 1}})
	if l := later(w.open(t)); rank[l.Level] < rank[LevelNotAnalysed] {
		t.Errorf("%+v", l)
	}
}

// A certification names the catalogue as the /Data of its reference (Table
// 256), as other objects may. The security store may grow all the same.
func TestStoreOfACertifiedDocumentGrows(t *testing.T) {
	const catalog = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>/PieceInfo 8 0 R/DSS 10 0 R>>"
	w := prepared(catalog, signedPage(""), func(w *writer) {
		w.obj(8, "<</Reference[<</TransformMethod/DocMDP/Data 1 0 R>>]>>").obj(10, "<</Certs[11 0 R]>>").stream(11, "", "x")
	})
	f := w.obj(10, "<</Certs[11 0 R 12 0 R]>>").stream(12, "", "y").end("").open(t)
	if l := later(f); l.Level != LevelLongTerm {
		t.Errorf("%+v", l)
	}
}

func (w *writer) open(t testing.TB) *pdf.File {
	t.Helper()
	return openBytes(t, w.Bytes())
}

func later(f *pdf.File) Revision {
	r := Compare(f).After(f.Signatures[0].Revision)
	if len(r) == 0 {
		return Revision{}
	}
	return r[0]
}

const signedCatalog = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R%s]/SigFlags 3>>%s>>"

func signedPage(annots string) string {
	return "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Annots[4 0 R" + annots + "]>>"
}
