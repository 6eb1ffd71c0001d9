package diff

import (
	"slices"
	"strings"
	"testing"
)

// Updates that look like form filling or annotating and change what is seen
// are never explained without a doubt.
func TestLies(t *testing.T) {
	text := func(value, content string) func(w *writer) {
		return func(w *writer) { w.obj(10, textField("("+value+")", "30 0 R", "")).stream(30, lookDict, content) }
	}
	font := func(dict, more string) func(w *writer) {
		return func(w *writer) {
			w.obj(10, textField("(99)", "30 0 R", "")).stream(30, strings.Replace(lookDict, "7 0 R", "31 0 R", 1)+more, look("99")).obj(31, dict)
		}
	}
	own := func(dict string) func(w *writer) {
		return func(w *writer) { w.obj(10, textField("(99)", "30 0 R", "")).stream(30, dict, look("99")) }
	}
	annot := func(dict string) func(w *writer) {
		return func(w *writer) { w.obj(3, sealedPage(" 40 0 R")).obj(40, dict) }
	}
	signature := func(widget string) func(w *writer) {
		return func(w *writer) {
			w.obj(1, sealedCatalog(" 40 0 R", "")).obj(3, sealedPage(" 40 0 R"))
			w.obj(40, "<</FT/Sig/T(Two)/Subtype/Widget/V 41 0 R/AP<</N 42 0 R>>"+widget+">>").signature(41, sigEntries).stream(42, lookDict, look("99"))
		}
	}
	for _, c := range []struct {
		name   string
		update func(w *writer)
	}{
		{"signature hidden by a flag beyond 32 bits", signature("/Rect[100 100 190 120]/F 4294967298")},
		{"signature without a rectangle", signature("")},
		{"signature with a short rectangle", signature("/Rect[100 100 190]")},
		{"signature with a rectangle of words", signature("/Rect[(100) (100) (100) (100)]")},
		{"signature as high as the page and of no width", signature("/Rect[100 0 100 800]")},
		{"white text", text("99", "BT /F 12 Tf 1 g 2 5 Td (99) Tj ET")},
		{"black on black", text("99", "0 g 0 0 90 20 re f BT /F 12 Tf 2 5 Td (99) Tj ET")},
		{"empty clip", text("99", "0 0 0 0 re W n BT /F 12 Tf 2 5 Td (99) Tj ET")},
		{"outside of the box", text("99", "BT /F 12 Tf 2 500 Td (99) Tj ET")},
		{"half outside", text("10000", "BT /F 12 Tf 2 5 Td (100) Tj 500 0 Td (00) Tj ET")},
		{"half outside by TJ", text("10000", "BT /F 12 Tf 2 5 Td [(100) -90000 (00)] TJ ET")},
		{"half outside by Tm", text("10000", "BT /F 12 Tf 2 5 Td (100) Tj 1 0 0 1 500 5 Tm (00) Tj ET")},
		{"other order", text("21", "BT /F 12 Tf 20 5 Td (2) Tj -10 0 Td (1) Tj ET")},
		{"other order by lines", text("21", "BT /F 12 Tf 2 5 Td (2) Tj 0 10 Td (1) Tj ET")},
		{"no width", text("99", "BT /F 12 Tf 0 Tz 2 5 Td (99) Tj ET")},
		{"risen", text("99", "BT /F 12 Tf 900 Ts 2 5 Td (99) Tj ET")},
		{"spread", text("99", "BT /F 12 Tf 200 Tc 2 5 Td (99) Tj ET")},
		{"tiny", text("99", "BT /F 0.01 Tf 2 5 Td (99) Tj ET")},
		{"huge", text("10000", "BT /F 70 Tf 2 5 Td (10000) Tj ET")},
		{"mirrored", text("12", "-1 0 0 1 90 0 cm BT /F 12 Tf 2 5 Td (12) Tj ET")},
		{"moved away", text("12", "1 0 0 1 900 0 cm BT /F 12 Tf 2 5 Td (12) Tj ET")},
		{"struck by a white line", text("10000", "1 G 30 w BT /F 12 Tf 2 5 Td (10000) Tj ET 40 0 m 40 20 l S")},
		{"a digit as a bar", text("99", "2 5 1 10 re f BT /F 12 Tf 5 5 Td (99) Tj ET")},
		{"two fonts in one operator", text("99", "BT /F 12 /G 12 Tf 2 5 Td (99) Tj ET")},
		{"optional by a third operand", text("99", "(x) /OC /M BDC BT /F 12 Tf 2 5 Td (99) Tj ET EMC")},
		{"many operands", text("", "BT /F 12 Tf 2 5 Td "+strings.Repeat("() ", 600)+"(evil) Tj ET")},
		{"operator in an array", text("99", "BT /F 12 Tf 2 5 Td (99) Tj [ (99) Tj ] ET")},
		{"behind saved states", text("99", "BT /F 12 Tf 2 5 Td (99) Tj ET "+strings.Repeat("q ", 64)+"BT /F 12 Tf 40 5 Td (1000) Tj ET")},
		{"other order by a matrix", text("21", "BT /F 12 Tf 20 5 Td (2) Tj 1 0 0 1 -15 0 cm (1) Tj ET")},
		{"other order by a saved state", text("213", "q BT /F 12 Tf 20 5 Td (2) Tj Q /F 12 Tf 2 5 Td (1) Tj ET")},
		{"other order by kerning", text("21", "BT /F 12 Tf 20 5 Td [(2) 200 200 200 200 200 (1)] TJ ET")},
		{"other order by kerning and empty strings", text("21", "BT /F 12 Tf 20 5 Td [(2) 200 () 200 () 200 () 200 () 200 (1)] TJ ET")},
		{"yellow by a component below", text("99", "BT /F 12 Tf 1 1 -9 rg 2 5 Td (99) Tj ET")},
		{"grey on grey", text("99", "0.61 g 0 0 90 20 re f BT /F 12 Tf 0.6 g 2 5 Td (99) Tj ET")},
		{"a border scaled to a bar", text("99", "q 100 0 0 100 0 0 cm 3 w 0 0 .9 .2 re S Q BT /F 12 Tf 2 5 Td (99) Tj ET")},
		{"array in an array", text("99", "BT /F 12 Tf 2 5 Td [ (1) [ (99) ] TJ ET")},
		{"stretched out of the box", text("1000000000000", "BT /F 12 Tf 140 Tz 2 5 Td (1000000000000) Tj ET")},
		{"ground over text", text("99", "BT /F 12 Tf 2 5 Td (99) Tj ET 0 0 90 20 re f")},
		{"highlight without a colour", annot("<</Subtype/Highlight/Rect[0 0 90 9]>>")},
		{"highlight of a colour out of range", annot("<</Subtype/Highlight/Rect[0 0 90 9]/C[255 255 0]>>")},
		{"highlight that many make red", annot("<</Subtype/Highlight/Rect[0 0 90 9]/C[1 .8 0]>>")},
		{"highlight of words", annot("<</Subtype/Highlight/Rect[0 0 90 9]/C[1 1 (x)]>>")},
		{"open note", annot("<</Subtype/Text/Rect[0 0 9 9]/Open true/Contents(x)>>")},
		{"note of 40", annot("<</Subtype/Text/Rect[0 0 40 40]/Contents(x)>>")},
		{"note that moves", func(w *writer) { w.obj(15, note15("first", "400 600 420 620")) }},
		{"value that the look does not show", func(w *writer) { w.obj(10, textField("(99)", "11 0 R", "")) }},
		{"longer than the field", func(w *writer) {
			w.obj(10, textField("(99)", "30 0 R", "/MaxLen 1")).stream(30, lookDict, look("99"))
		}},
		{"words that are no row", func(w *writer) { w.obj(13, choice("(c)", "30 0 R")).stream(30, lookDict, look("c")) }},
		{"graphics state", text("99", "/G gs BT /F 12 Tf 2 5 Td (99) Tj ET")},
		{"Symbol", font("<</Type/Font/Subtype/Type1/BaseFont/Symbol>>", "")},
		{"Dingbats", font("<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats/Encoding/WinAnsiEncoding>>", "")},
		{"Wingdings", font("<</Type/Font/Subtype/TrueType/BaseFont/Wingdings>>", "")},
		{"expert encoding", font("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</BaseEncoding/MacExpertEncoding>>>>", "")},
		{"doubled subtype", font("<</Type/Font/Subtype/Type1/BaseFont/Symbol/BaseFont/Helvetica>>", "")},
		{"doubled box", own(lookDict + "/BBox[0 0 1 1]")},
		{"no resources' doubles", own(lookDict + "/Resources<<>>")},
		{"optional stream", own(lookDict + "/OC<</Type/OCG>>")},
		{"matrix", own(lookDict + "/Matrix[-1 0 0 1 90 0]")},
		{"small box", own(strings.Replace(lookDict, "0 0 90 20", "0 0 9 20", 1))},
		{"link that is a line", annot("<</Subtype/Link/Rect[100 100 300 100]>>")},
		{"link with two actions", annot("<</Subtype/Link/Rect[0 0 9 9]/Border[0 0 0]/A<</S/JavaScript/JS(x)/S/URI/URI(x)>>>>")},
		{"link that runs a script by URI", annot("<</Subtype/Link/Rect[0 0 9 9]/Border[0 0 0]/A<</S/URI/URI(javascript:x)>>>>")},
		{"link with a flat border", annot("<</Subtype/Link/Rect[100 100 300 100]/Border[0 0 2]>>")},
		{"struck out without a rectangle", annot("<</Subtype/StrikeOut/Rect[0 0 0 0]/QuadPoints[0 0 90 0 0 9 90 9]>>")},
		{"ink without a rectangle", annot("<</Subtype/Ink/Rect[0 0 0 0]/InkList[[0 0 90 90]]>>")},
		{"marked row", func(w *writer) { w.obj(13, strings.Replace(choice("(a)", "11 0 R"), "/Opt", "/I[1]/Opt", 1)) }},
		{"clip by lines", text("99", "0 0 m 90 0 l W n BT /F 12 Tf 2 5 Td (99) Tj ET")},
		{"clip by a box and lines", text("99", "0 0 90 20 re 0 0 m 0 20 l W* n BT /F 12 Tf 2 5 Td (99) Tj ET")},
		{"no font", text("99", "BT 2 5 Td (99) Tj ET")},
		{"open window", annot("<</Subtype/Popup/Rect[0 0 600 800]/Open true/Parent 15 0 R>>")},
		{"grey highlight", annot("<</Subtype/Highlight/Rect[0 0 90 9]/C[.5 .5 .5]>>")},
		{"large note", annot("<</Subtype/Text/Rect[0 0 600 800]>>")},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := sealed()
			c.update(w)
			doubtful(t, w.end("").later(t))
		})
	}
}

func doubtful(t *testing.T, later []Revision) {
	t.Helper()
	for _, l := range later {
		if rank[l.Level] > rank[LevelAnnotations] || slices.ContainsFunc(l.Items, func(it Item) bool { return it.Shows }) {
			return
		}
	}
	t.Errorf("%+v", later)
}

// The same of documents that an attacker prepared.
func TestPreparedLies(t *testing.T) {
	const cat = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 10 0 R]/SigFlags 3>>>>"
	state := func(ap, as string) string {
		return "<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[0 0 90 20]/F 4/V(x)/AP<<" + ap + ">>/AS " + as + ">>"
	}
	const helvetica = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
	grounded := func(more string) func(w *writer) {
		return func(w *writer) {
			w.obj(10, textField("(99)", "30 0 R", more)).stream(30, lookDict, "1 g 0 0 90 20 re f 0 g "+look("99"))
		}
	}
	box := func(v, as string) string {
		return "<</Type/Annot/Subtype/Widget/FT/Btn/T(a)/Rect[0 0 90 20]/F 4/V/" + v + "/AS " + as + "/AP<</N<</Yes 11 0 R>>>>>>"
	}
	for _, c := range []struct {
		name         string
		more, update func(w *writer)
	}{
		{"text with states", func(w *writer) {
			w.obj(10, state("/N<</a 11 0 R/b 12 0 R>>", "/a")).stream(11, "", "").stream(12, "", "")
		}, func(w *writer) { w.obj(10, state("/N<</a 11 0 R/b 12 0 R>>", "/b")) }},
		{"font of the document with an encoding of its own", func(w *writer) {
			w.obj(10, strings.Replace(state("/N 11 0 R", "/a"), "/AS /a", "", 1)).stream(11, lookDict, look("x"))
			w.obj(7, "<</Type/Font/Subtype/Type1/BaseFont/CMSY10/FontDescriptor 8 0 R>>").obj(8, "<</Type/FontDescriptor/FontFile 9 0 R>>").stream(9, "", "x")
		}, func(w *writer) {
			w.obj(10, strings.Replace(strings.Replace(state("/N 30 0 R", "/a"), "/AS /a", "", 1), "(x)", "(99)", 1)).stream(30, lookDict, look("99"))
		}},
		{"a dot as a ground", func(w *writer) {
			w.obj(10, textField("()", "11 0 R", "")).stream(11, lookDict, "1 g 0 0 .1 .1 re f").obj(7, helvetica)
		}, grounded("")},
		{"a ground that is only named", func(w *writer) {
			w.obj(10, textField("()", "11 0 R", "/MK<</BG[1]>>")).stream(11, lookDict, "").obj(7, helvetica)
		}, grounded("/MK<</BG[1]>>")},
		{"state by reference", func(w *writer) { w.obj(10, box("Off", "/Off")).stream(11, "", "").obj(12, "/Yes") },
			func(w *writer) { w.obj(10, box("Off", "12 0 R")) }},
		{"second widget shown", func(w *writer) {
			w.obj(10, "<</FT/Sig/T(a)/Kids[11 0 R 12 0 R]>>").obj(11, "<</Subtype/Widget/Parent 10 0 R/Rect[0 0 9 9]/F 4>>").obj(12, "<</Subtype/Widget/Parent 10 0 R/Rect[0 0 200 200]/F 2>>")
		}, func(w *writer) {
			w.obj(10, "<</FT/Sig/T(a)/Kids[11 0 R 12 0 R]/V 21 0 R>>").obj(12, "<</Subtype/Widget/Parent 10 0 R/Rect[0 0 200 200]/F 4/AP<</N 22 0 R>>>>").signature(21, sigEntries).stream(22, "", "(evil)")
		}},
		{"value of a parent", func(w *writer) {
			w.obj(10, "<</T(p)/FT/Tx/V(x)/Kids[11 0 R 12 0 R]>>").obj(11, "<</T(a)/Parent 10 0 R/Rect[0 0 9 9]/F 4>>").obj(12, "<</T(b)/Parent 10 0 R/Rect[0 0 9 9]/F 4>>")
		}, func(w *writer) { w.obj(10, "<</T(p)/FT/Tx/V(evil)/Kids[11 0 R 12 0 R]>>") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := prepared(cat, signedPage(" 10 0 R"), c.more)
			c.update(w)
			doubtful(t, w.end("").later(t))
		})
	}
}

// What one update shares with the security store the next may not change.
func TestStoreMemberThatIsSeen(t *testing.T) {
	w := sealed()
	w.obj(1, sealedCatalog("", "/DSS<</VRI<</A<</TS 41 0 R>>>>>>")).obj(3, sealedPage(" 40 0 R"))
	w.obj(40, "<</Subtype/Link/Rect[0 0 9 9]/Border[0 0 0]/A 41 0 R>>").obj(41, "<</S/URI/URI(x)>>").end("")
	w.obj(41, "<</S/JavaScript/JS(x)>>")
	doubtful(t, w.end("").later(t))
	w = sealed()
	w.obj(1, sealedCatalog("", "/DSS<</Certs[30 0 R]>>")).obj(10, textField("(99)", "30 0 R", "")).stream(30, lookDict, look("99")).end("")
	w.stream(30, lookDict, look("1000"))
	doubtful(t, w.end("").later(t))
	w = sealed()
	w.root += "/Info 41 0 R"
	w.obj(3, sealedPage(" 40 0 R")).obj(40, "<</Subtype/Link/Rect[0 0 9 9]/Border[0 0 0]/A 41 0 R>>").obj(41, "<</S/URI/URI(x)>>").end("")
	w.obj(41, "<</S/JavaScript/JS(x)>>")
	doubtful(t, w.end("").later(t))
	// a font of an accepted appearance
	w = sealed()
	w.root += "/Info 32 0 R"
	w.obj(32, "<</X 31 0 R>>").obj(31, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	w.obj(10, textField("(99)", "30 0 R", "")).stream(30, strings.Replace(lookDict, "7 0 R", "31 0 R", 1), look("99")).end("")
	w.obj(31, "<</Type/Font/Subtype/Type1/BaseFont/Symbol>>")
	doubtful(t, w.end("").later(t))
	// an unseen object that is seen later
	w = sealed()
	w.obj(60, note15("x", "0 0 9 9")).end("")
	w.obj(3, sealedPage(" 60 0 R"))
	doubtful(t, w.end("").later(t))
}
