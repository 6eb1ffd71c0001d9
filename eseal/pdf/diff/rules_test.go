package diff

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A twin is an update and what it is: each rule has benign ones, and hostile
// ones that look alike.
type twin struct {
	name   string
	update func(w *writer)
	level  string
	kind   Kind // of one of its items
	shows  bool // one of its items may cover sealed content
}

var twins = map[string][]twin{
	"housekeeping": {
		{"nothing", func(w *writer) {}, LevelNone, "", false},
		{"the same again", func(w *writer) { w.obj(1, sealedCatalog("", "")) }, LevelNone, "", false},
		{"nobody's object", func(w *writer) { w.obj(60, "<</A 61 0 R>>").obj(61, "(x)") }, LevelLongTerm, Unreferenced, false},
		{"private key", func(w *writer) { w.root += "/Private 1" }, LevelLongTerm, Trailer, false},
		{"encryption", func(w *writer) { w.root += "/Encrypt 30 0 R"; w.obj(30, "<</Filter/Standard>>") }, LevelNotAnalysed, Trailer, false},
		{"freed", func(w *writer) { w.free(6) }, LevelOther, PageContent, false},
	},
	"security store": {
		{"added", func(w *writer) {
			w.obj(1, sealedCatalog("", "/DSS 30 0 R")).obj(30, "<</Certs[31 0 R]>>").stream(31, "", "x")
		}, LevelLongTerm, SecurityStore, false},
		{"takes the page's content", func(w *writer) {
			w.obj(1, sealedCatalog("", "/DSS<</Certs[6 0 R]>>")).stream(6, "", "(evil)")
		}, LevelOther, PageContent, false},
		{"of a wrong shape", func(w *writer) { w.obj(1, sealedCatalog("", "/DSS<</Certs 6 0 R>>")) }, LevelOther, SecurityStore, false},
	},
	"catalog": {
		{"extensions", func(w *writer) { w.obj(1, sealedCatalog("", "/Extensions<</ESIC<<>>>>")) }, LevelLongTerm, Catalog, false},
		{"opens with an action", func(w *writer) { w.obj(1, sealedCatalog("", "/OpenAction<</S/JavaScript/JS(x)>>")) }, LevelOther, Action, false},
		{"names", func(w *writer) { w.obj(1, sealedCatalog("", "/Names<</Dests 3 0 R>>")) }, LevelOther, Catalog, false},
		{"optional content", func(w *writer) { w.obj(1, sealedCatalog("", "/OCProperties<<>>")) }, LevelOther, Catalog, false},
		{"pages", func(w *writer) {
			w.obj(1, strings.Replace(sealedCatalog("", ""), "Pages 2", "Pages 40", 1)).obj(40, "<</Type/Pages/Kids[41 0 R]/Count 1>>").obj(41, "<</Type/Page/Parent 40 0 R>>")
		}, LevelOther, PageReplaced, false},
	},
	"pages": {
		{"added", func(w *writer) {
			w.obj(2, "<</Type/Pages/Kids[3 0 R 40 0 R]/Count 2>>").obj(40, "<</Type/Page/Parent 2 0 R>>")
		}, LevelOther, PageAdded, false},
		{"removed", func(w *writer) { w.obj(2, "<</Type/Pages/Kids[]/Count 0>>") }, LevelOther, PageRemoved, false},
		{"content", func(w *writer) { w.stream(6, "", "BT (evil) Tj ET") }, LevelOther, PageContent, false},
		{"font", func(w *writer) { w.obj(7, "<</Type/Font/Subtype/Type1/BaseFont/Symbol>>") }, LevelOther, Font, false},
		{"size", func(w *writer) { w.obj(3, strings.Replace(sealedPage(""), "600 800", "60 80", 1)) }, LevelOther, PageChanged, false},
		{"resources", func(w *writer) { w.obj(3, strings.Replace(sealedPage(""), "F 7 0 R", "F 15 0 R", 1)) }, LevelOther, PageChanged, false},
	},
	"text field": {
		{"changed", func(w *writer) { w.obj(10, textField("(99)", "30 0 R", "")).stream(30, lookDict, look("99")) }, LevelFormFilling, FieldChanged, false},
		{"value only", func(w *writer) { w.obj(10, textField("(99)", "11 0 R", "")) }, LevelFormFilling, FieldChanged, true},
		{"cleared", func(w *writer) { w.obj(10, textField("()", "30 0 R", "")).stream(30, lookDict, "/Tx BMC EMC") }, LevelFormFilling, FieldCleared, false},
		{"shows something else", func(w *writer) { w.obj(10, textField("(99)", "30 0 R", "")).stream(30, lookDict, look("10000")) }, LevelOther, FieldAppearance, false},
		{"draws an image", func(w *writer) { w.obj(10, textField("(99)", "30 0 R", "")).stream(30, lookDict, look("99")+" /X Do") }, LevelOther, FieldAppearance, false},
		{"draws by lines", func(w *writer) {
			w.obj(10, textField("(99)", "30 0 R", "")).stream(30, lookDict, look("99")+strings.Repeat(" 0 0 m 5 5 l S", 40))
		}, LevelOther, FieldAppearance, false},
		{"invisible text", func(w *writer) { w.obj(10, textField("(99)", "30 0 R", "")).stream(30, lookDict, "3 Tr "+look("99")) }, LevelOther, FieldAppearance, false},
		{"half of it white", func(w *writer) {
			w.obj(10, textField("(99)", "30 0 R", "")).stream(30, lookDict, "BT /F 12 Tf (9) Tj 1 g (9) Tj ET")
		}, LevelFormFilling, FieldChanged, true},
		{"glyphs of its own", func(w *writer) {
			w.obj(10, textField("(99)", "30 0 R", "")).stream(30, "/Type/XObject/Subtype/Form/Resources<</Font<</F 31 0 R>>>>", look("99")).obj(31, "<</Type/Font/Subtype/TrueType/FontDescriptor 32 0 R>>").obj(32, "<</Type/FontDescriptor>>")
		}, LevelFormFilling, FieldChanged, true},
		{"another place", func(w *writer) { w.obj(10, strings.Replace(textField("(99)", "11 0 R", ""), "190 120", "500 700", 1)) }, LevelOther, AnnotationChanged, false},
		{"another name", func(w *writer) { w.obj(10, strings.Replace(textField("(99)", "11 0 R", ""), "amount", "sum", 1)) }, LevelOther, Form, false},
		{"an action", func(w *writer) { w.obj(10, textField("(99)", "11 0 R", "/AA<</F<</S/JavaScript>>>>")) }, LevelOther, AnnotationChanged, false},
		{"no appearance any more", func(w *writer) {
			w.obj(10, strings.Replace(textField("(99)", "11 0 R", ""), "/AP<</N 11 0 R>>", "/AP null", 1))
		}, LevelOther, AnnotationChanged, false},
		{"its stream is the choice's too", func(w *writer) { w.stream(11, lookDict, look("99")).obj(10, textField("(99)", "11 0 R", "")) }, LevelOther, Drawing, false},
		{"added", func(w *writer) { w.obj(1, sealedCatalog(" 40 0 R", "")).obj(40, "<</FT/Tx/T(new)/V(x)>>") }, LevelOther, Form, false},
	},
	"form resources": {
		{"a font beside the others", func(w *writer) {
			w.obj(1, strings.Replace(sealedCatalog("", ""), "/SigFlags 3", "/SigFlags 3/DR<</Font<</G 30 0 R>>>>", 1)).obj(30, "<</Type/Font>>")
		}, LevelFormFilling, Form, false},
		{"what nothing draws", func(w *writer) {
			w.obj(1, strings.Replace(sealedCatalog("", ""), "/SigFlags 3", "/SigFlags 3/DR<</DSz 30 0 R>>", 1)).obj(30, "<<>>")
		}, LevelFormFilling, Form, false},
	},
	"buttons and choices": {
		{"ticked", func(w *writer) { w.obj(12, checkBox("Yes")) }, LevelFormFilling, FieldFilled, false},
		{"a state that was not sealed", func(w *writer) { w.obj(12, checkBox("Evil")) }, LevelOther, AnnotationChanged, false},
		{"state and value differ", func(w *writer) { w.obj(12, strings.Replace(checkBox("Yes"), "/AS/Yes", "/AS/No", 1)) }, LevelOther, AnnotationChanged, false},
		{"another look", func(w *writer) { w.stream(14, "/Type/XObject/Subtype/Form", "(evil) Tj") }, LevelOther, Drawing, false},
		{"chosen", func(w *writer) { w.obj(13, choice("(b)", "30 0 R")).stream(30, lookDict, look("Beta")) }, LevelFormFilling, FieldChanged, false},
		{"shows another row", func(w *writer) { w.obj(13, choice("(b)", "30 0 R")).stream(30, lookDict, look("Alpha")) }, LevelOther, FieldAppearance, false},
	},
	"signatures": {
		{"invisible", func(w *writer) {
			w.obj(1, sealedCatalog(" 40 0 R", "")).obj(3, sealedPage(" 40 0 R")).obj(40, fmt.Sprintf(widget0, "Two", 41)).signature(41, sigEntries)
		}, LevelFormFilling, LaterSignature, false},
		{"document time-stamp", func(w *writer) {
			w.obj(1, sealedCatalog(" 40 0 R", "")).obj(3, sealedPage(" 40 0 R")).obj(40, fmt.Sprintf(widget0, "T", 41)).signature(41, tstEntries)
		}, LevelLongTerm, DocTimeStamp, false},
		{"over the page", func(w *writer) {
			w.obj(1, sealedCatalog(" 40 0 R", "")).obj(3, sealedPage(" 40 0 R")).obj(40, strings.Replace(fmt.Sprintf(widget0, "Two", 41), "[0 0 0 0]/F 132", "[0 0 600 800]/F 4/AP<</N 42 0 R>>", 1)).signature(41, sigEntries).stream(42, "", "(evil) Tj")
		}, LevelFormFilling, LaterSignature, true},
		{"with an action", func(w *writer) {
			w.obj(1, sealedCatalog(" 40 0 R", "")).obj(40, "<</FT/Sig/T(E)/Subtype/Widget/Rect[0 0 0 0]/A<</S/JavaScript>>>>")
		}, LevelOther, Form, false},
		{"of a name that is taken", func(w *writer) {
			w.obj(1, sealedCatalog(" 40 0 R", "")).obj(40, fmt.Sprintf(widget0, "Seal", 41)).signature(41, sigEntries)
		}, LevelOther, Form, false},
		{"removed from the form", func(w *writer) { w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/SigFlags 3>>>>") }, LevelOther, Form, false},
	},
	"annotations": {
		{"note", func(w *writer) { w.obj(3, sealedPage(" 40 0 R")).obj(40, note15("x", "10 10 30 30")) }, LevelAnnotations, AnnotationAdded, false},
		{"highlight", func(w *writer) {
			w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Highlight/Rect[0 0 90 9]/C[1 1 0]/QuadPoints[0 0 90 0 0 9 90 9]>>")
		}, LevelAnnotations, AnnotationAdded, false},
		{"link", func(w *writer) {
			w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Link/Rect[0 0 90 9]/Border[0 0 0]/A<</S/URI/URI(x)>>>>")
		}, LevelAnnotations, AnnotationAdded, false},
		{"note as large as the page", func(w *writer) {
			w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Text/Rect[0 0 600 800]/AP<</N 41 0 R>>>>").stream(41, "", "(evil) Tj")
		}, LevelAnnotations, AnnotationAdded, true},
		{"icon of its own", func(w *writer) {
			w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Text/Rect[10 10 20 20]/AP<</N 41 0 R>>>>").stream(41, "", "(9) Tj")
		}, LevelAnnotations, AnnotationAdded, true},
		{"yellow highlight", func(w *writer) {
			w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Highlight/Rect[0 0 90 9]/C[1 1 0]>>")
		}, LevelAnnotations, AnnotationAdded, false},
		{"black highlight", func(w *writer) {
			w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Highlight/Rect[0 0 90 9]/C[0 0 0]>>")
		}, LevelAnnotations, AnnotationAdded, true},
		{"opaque highlight", func(w *writer) {
			w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Highlight/Rect[0 0 90 9]/C[1 1 0]/BM/Normal>>")
		}, LevelAnnotations, AnnotationAdded, true},
		{"struck out", func(w *writer) { w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/StrikeOut/Rect[0 0 90 9]>>") }, LevelAnnotations, AnnotationAdded, true},
		{"text over the page", func(w *writer) {
			w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/FreeText/Rect[0 0 90 9]/Contents(x)>>")
		}, LevelAnnotations, AnnotationAdded, true},
		{"stamp", func(w *writer) { w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Stamp/Rect[0 0 90 9]>>") }, LevelAnnotations, AnnotationAdded, true},
		{"redaction", func(w *writer) { w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Redact/Rect[0 0 90 9]>>") }, LevelOther, PageChanged, false},
		{"attached file", func(w *writer) { w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/FileAttachment/Rect[0 0 9 9]>>") }, LevelOther, PageChanged, false},
		{"link that runs a script", func(w *writer) {
			w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Link/Rect[0 0 90 9]/A<</S/JavaScript/JS(x)>>>>")
		}, LevelOther, PageChanged, false},
		{"widget of no field", func(w *writer) { w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Widget/Rect[0 0 90 9]>>") }, LevelOther, PageChanged, false},
		{"optional content", func(w *writer) { w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Text/Rect[0 0 9 9]/OC<<>>>>") }, LevelOther, PageChanged, false},
		{"in front of the others", func(w *writer) { w.obj(3, strings.Replace(sealedPage(""), "[4 0 R 10 0 R", "[10 0 R 4 0 R", 1)) }, LevelOther, PageChanged, false},
		{"note changed", func(w *writer) { w.obj(15, note15("second", "400 700 420 720")) }, LevelAnnotations, AnnotationChanged, false},
		{"note becomes a widget", func(w *writer) { w.obj(15, strings.Replace(note15("x", "400 700 420 720"), "/Text", "/Widget", 1)) }, LevelOther, AnnotationChanged, false},
		{"note removed", func(w *writer) { w.obj(3, strings.Replace(sealedPage(""), " 15 0 R", "", 1)).free(15) }, LevelAnnotations, AnnotationRemoved, false},
		{"widget removed", func(w *writer) { w.obj(3, strings.Replace(sealedPage(""), " 10 0 R", "", 1)) }, LevelOther, PageChanged, false},
	},
	"metadata": {
		{"stream", func(w *writer) {
			w.obj(1, sealedCatalog("", "/Metadata 30 0 R")).stream(30, "/Type/Metadata", "<rdf:RDF/>")
		}, LevelLongTerm, Metadata, false},
		{"information", func(w *writer) { w.root += "/Info 30 0 R"; w.obj(30, "<</Title(x)>>") }, LevelLongTerm, Info, false},
		{"with entities", func(w *writer) {
			w.obj(1, sealedCatalog("", "/Metadata 30 0 R")).stream(30, "/Type/Metadata", "<!DOCTYPE x><rdf:RDF/>")
		}, LevelOther, Added, false},
		{"the content as metadata", func(w *writer) { w.obj(1, sealedCatalog("", "/Metadata 6 0 R")).stream(6, "", "(evil) Tj RDF") }, LevelOther, PageContent, false},
	},
}

func TestRules(t *testing.T) {
	for rule, cases := range twins {
		for _, c := range cases {
			t.Run(rule+"/"+c.name, func(t *testing.T) { c.run(t, sealed()) })
		}
	}
}

// run holds the update of a sealed document against what it is.
func (c twin) run(t *testing.T, w *writer) {
	c.update(w)
	later := w.end("").later(t)
	if len(later) != 1 {
		t.Fatalf("%+v", later)
	}
	l := later[0]
	shows := slices.ContainsFunc(l.Items, func(it Item) bool { return it.Shows })
	found := c.kind == "" || slices.ContainsFunc(l.Items, func(it Item) bool { return it.Kind == c.kind })
	if l.Level != c.level || shows != c.shows || !found {
		t.Errorf("%s (shows %v), want %s (%v) with %s: %+v", l.Level, shows, c.level, c.shows, c.kind, l.Items)
	}
}

// A group is updates of one sealed document.
type group struct {
	name  string
	from  func() *writer
	twins []twin
}

func runGroups(t *testing.T, groups []group) {
	for _, g := range groups {
		for _, c := range g.twins {
			t.Run(g.name+"/"+c.name, func(t *testing.T) { c.run(t, g.from()) })
		}
	}
}

// A name of the form's resources that leads elsewhere is other; one that no
// content stream can use may lead anywhere.
func TestRepointedFormResource(t *testing.T) {
	const form = "/SigFlags 3/DR<</Font<</G %d 0 R>>/DSz %d 0 R>>"
	catalog := func(font, other int) string {
		return strings.Replace(sealedCatalog("", ""), "/SigFlags 3", fmt.Sprintf(form, font, other), 1)
	}
	for _, c := range []struct {
		font, other int
		level       string
	}{{7, 30, LevelFormFilling}, {30, 8, LevelOther}} {
		w := newWriter()
		w.obj(1, catalog(7, 8)).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R>>").obj(4, fmt.Sprintf(widget0, "Seal", 5))
		w.obj(7, "<</Type/Font>>").obj(8, "<<>>").signature(5, sigEntries).end("").seal()
		l := w.obj(1, catalog(c.font, c.other)).obj(30, "<</Type/Font>>").end("").later(t)[0]
		if l.Level != c.level {
			t.Errorf("font %d: %+v", c.font, l)
		}
	}
}

// No file of the shadow attacks is explained without a doubt.
func TestShadowFiles(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("..", "testdata", "shadows", "*.pdf"))
	if len(files) < 20 {
		t.Fatalf("%d attacks", len(files))
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f := openBytes(t, data)
		for _, l := range Compare(f).After(f.Signatures[0].Revision) {
			shows := slices.ContainsFunc(l.Items, func(it Item) bool { return it.Shows })
			if rank[l.Level] <= rank[LevelAnnotations] && !shows {
				t.Errorf("%s: %+v", filepath.Base(name), l)
			}
		}
	}
}

func FuzzCompare(f *testing.F) {
	for _, name := range []string{"text field", "annotations", "signatures", "security store"} {
		for _, c := range twins[name] {
			w := sealed()
			c.update(w)
			f.Add(w.end("").Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read := func() (*pdf.File, string) {
			file, err := pdf.Open(bytes.NewReader(data), int64(len(data)), purse.New(purse.Limits{Bytes: 16 << 20, Objects: 400_000}))
			if err != nil {
				return nil, ""
			}
			return file, fmt.Sprintf("%+v", Compare(file).Revisions)
		}
		file, a := read()
		if file == nil {
			return
		}
		if _, b := read(); a != b {
			t.Fatalf("two comparisons differ:\n%s\n%s", a, b)
		}
		for _, r := range Compare(file).Revisions {
			for _, it := range r.Items {
				if it.Kind == "" || it.Level == "" || rank[it.Level] > rank[r.Level] && file.Exhausted == nil {
					t.Fatalf("revision at %s has %+v", r.Level, it)
				}
			}
		}
	})
}

// With an empty purse nothing is said to be harmless, or forbidden, that was
// not held against all rules.
func TestEmptyPurse(t *testing.T) {
	for _, c := range []struct {
		update func(w *writer)
		level  string // with a purse that is full enough
	}{
		{func(w *writer) { w.stream(6, "", "BT (evil) Tj ET") }, LevelOther},
		{func(w *writer) { w.obj(10, textField("(99)", "30 0 R", "")).stream(30, lookDict, look("99")) }, LevelFormFilling},
	} {
		w := sealed()
		c.update(w)
		b := w.end("").Bytes()
		for objects := int64(50); ; objects += 7 {
			f, err := pdf.Open(bytes.NewReader(b), int64(len(b)), purse.New(purse.Limits{Objects: objects}))
			if err != nil {
				t.Fatal(err)
			}
			ch := Compare(f)
			if len(f.Signatures) > 0 && f.Signatures[0].Coverage.Valid && len(f.Revisions) == 2 {
				for _, l := range ch.After(f.Signatures[0].Revision) {
					other := slices.ContainsFunc(l.Items, func(it Item) bool { return it.Level == LevelOther })
					if l.Level != c.level && (l.Level != LevelNotAnalysed || other) {
						t.Fatalf("%d objects: %+v", objects, l)
					}
				}
			}
			if f.Exhausted == nil {
				break
			}
		}
	}
}
