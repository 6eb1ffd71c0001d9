package diff

import (
	"strings"
	"testing"
)

// What a sealed form had ready, or an update adds beside the value, and
// readers then show: each pair is the same update without the lie.
func TestFormsThatHide(t *testing.T) {
	const cat = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 10 0 R]/DR<</Font<</F 7 0 R%s>>>>/SigFlags 3>>>>"
	catalog := func(fonts string) string { return strings.Replace(cat, "%s", fonts, 1) }
	ground := "1 g 0 0 90 20 re f " + look("99")
	box := func(v, rect string) string {
		return "<</Type/Annot/Subtype/Widget/FT/Btn/T(a)/Rect[" + rect + "]/F 4/V/" + v + "/AS/" + v + "/AP<</N<</Yes 11 0 R>>>>>>"
	}
	named := func(font string) string {
		return "<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[0 0 90 20]/F 4/V(x)/DA(/" + font + " 12 Tf)>>"
	}
	for _, c := range []struct {
		name         string
		sealed       func(w *writer)
		update, twin func(w *writer)
	}{
		{"a ground", func(w *writer) { w.obj(10, textField("()", "11 0 R", "")).stream(11, lookDict, "") },
			func(w *writer) { w.obj(10, textField("(99)", "30 0 R", "")).stream(30, lookDict, ground) },
			func(w *writer) { w.obj(10, textField("(99)", "30 0 R", "")).stream(30, lookDict, look("99")) }},
		{"a ground that the characteristics name", func(w *writer) { w.obj(10, textField("()", "11 0 R", "/MK<<>>")).stream(11, lookDict, "") },
			func(w *writer) { w.obj(10, textField("(99)", "30 0 R", "/MK<<>>")).stream(30, lookDict, ground) }, nil},
		{"a large state", func(w *writer) { w.obj(10, box("Off", "0 0 300 20")).stream(11, "", "") },
			func(w *writer) { w.obj(10, box("Yes", "0 0 300 20")) }, nil},
		{"the named font", func(w *writer) { w.obj(10, named("G")) },
			func(w *writer) {
				w.obj(1, catalog("/G 30 0 R")).obj(30, "<</Type/Font/Subtype/Type1/BaseFont/Symbol>>")
			},
			func(w *writer) {
				w.obj(1, catalog("/H 30 0 R")).obj(30, "<</Type/Font/Subtype/Type1/BaseFont/Symbol>>")
			}},
		{"borrowed resources", func(w *writer) { w.obj(10, textField("(99)", "11 0 R", "")).stream(11, "", look("99")) },
			func(w *writer) {
				w.obj(1, catalog("/G 30 0 R")).obj(30, "<</Type/Font/Subtype/Type1/BaseFont/Symbol>>")
			}, nil},
		{"a default appearance", func(w *writer) { w.obj(10, textField("(99)", "11 0 R", "")).stream(11, lookDict, look("99")) },
			func(w *writer) { w.obj(1, strings.Replace(catalog(""), "/SigFlags", "/DA(/F 99 Tf)/SigFlags", 1)) }, nil},
		{"read only", func(w *writer) { w.obj(10, textField("(10)", "11 0 R", "/Ff 1")).stream(11, lookDict, look("10")) },
			func(w *writer) { w.obj(10, textField("(99)", "30 0 R", "/Ff 1")).stream(30, lookDict, look("99")) }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			make := func(change func(w *writer)) []Revision {
				w := prepared(catalog(""), signedPage(" 10 0 R"), func(w *writer) {
					w.obj(7, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
					c.sealed(w)
				})
				change(w)
				return w.end("").later(t)
			}
			doubtful(t, make(c.update))
			if c.twin == nil {
				return
			}
			for _, l := range make(c.twin) {
				if rank[l.Level] > rank[LevelFormFilling] {
					t.Errorf("the twin is %s: %+v", l.Level, l.Items)
				}
				for _, it := range l.Items {
					if it.Shows {
						t.Errorf("the twin is doubtful: %+v", it)
					}
				}
			}
		})
	}
}

// An object that an update writes again must be the same to all readers, and
// an object stream must not give a meaning to what was sealed without one.
func TestHousekeepingThatIsNone(t *testing.T) {
	w := sealed()
	w.at(15)
	w.WriteString("15 0 obj\n" + note15("first", "400 700 420 720") + "\n(more)\nendobj\n")
	doubtful(t, w.end("").later(t))

	w = sealed()
	w.stream(60, "", "x").end("")
	if l := w.later(t)[0]; l.Level != LevelLongTerm {
		t.Errorf("nobody's stream: %+v", l)
	}
	w = sealed()
	w.at(60)
	w.WriteString("60 0 obj\n<</Length 1>>\nstream\nx\nendstream\nBT (evil) Tj ET\nendobj\n")
	if l := w.end("").later(t)[0]; l.Level != LevelNotAnalysed || l.Items[0].Kind != TwoReadings {
		t.Errorf("octets behind a stream: %+v", l)
	}

	w = newWriter()
	w.obj(1, sealedCatalog("", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R/Contents 50 0 R>>")
	w.obj(4, "<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/Rect[0 0 0 0]/V 5 0 R>>").signature(5, sigEntries)
	w.endStream(8, "", map[int][2]int{50: {60, 0}}).seal()
	head := "50 0 "
	doubtful(t, w.stream(60, "/Type/ObjStm/N 1/First 5", head+"(evil)").endStream(9, "", nil).later(t))

	w = sealed()
	w.root += "/Root 2 0 R"
	doubtful(t, w.end("").later(t))
}

// An annotation is taken off the page with and without its object.
func TestAnnotationTakenOff(t *testing.T) {
	page := strings.Replace(sealedPage(""), " 15 0 R]", "]", 1)
	for _, free := range []bool{false, true} {
		w := sealed()
		if w.obj(3, page); free {
			w.free(15)
		}
		if l := w.end("").later(t)[0]; l.Level != LevelAnnotations || l.Items[0].Kind != AnnotationRemoved && l.Items[1].Kind != AnnotationRemoved {
			t.Errorf("freed %v: %+v", free, l)
		}
	}
}
