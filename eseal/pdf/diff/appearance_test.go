package diff

import (
	"strings"
	"testing"
)

func TestWhatAnAppearanceDraws(t *testing.T) {
	text := " " + td("2 5 Td (99) Tj")
	twice := func(s string, n int) string { return strings.Repeat(s, n) }
	for _, c := range []pair{
		{"spaces", "99", td("2 5 Td (9 9) Tj"), ""},
		{"lines", "99", td(`2 5 Td (9\r\n9) Tj`), td(`2 5 Td (9\0019) Tj`)},
		{"control character in the value", `9\0029`, td("2 5 Td (99) Tj"), ""},
		{"codes beyond ASCII", `9\200`, "", td(`2 5 Td (9\200) Tj`)},
		{"codes beyond ASCII in front", `\2009`, "", td(`2 5 Td (\2009) Tj`)},
		{"deletion", "99", "", td(`2 5 Td (99\177) Tj`)},
		{"forty lines", "99", twice("0 0 m 90 0 l S ", 20) + "0 g" + text, twice("0 0 m 90 0 l S ", 20) + "0 0 90 20 re S 0 g" + text},
		{"saved states", "99", twice("q ", 63) + text, twice("q ", 64) + text},
		{"no states saved", "99", "Q" + text, ""},
		{"a marked part", "99", "/Span <</MCID 0>> BDC" + text + " EMC", "/OC /M BDC" + text + " EMC"},
		{"a marked part without a name", "99", "", "BDC" + text},
		{"a font without a name", "99", "", "BT Tf ET" + text},
		{"another colour", "99", "", td("2 5 Td (9) Tj 0.3 g (9) Tj")},
		{"a colour of an unknown space", "99", "", "1 scn" + text},
	} {
		c.run(t, textField("(10)", "11 0 R", ""), lookDict, lookDict)
	}
	pair{"encoded by nobody knows what", "99", "", text}.run(t, textField("(10)", "11 0 R", ""), "", lookDict+"/Filter/Unknown")
	pair{"a script that formats", "99", "", text}.run(t, textField("(10)", "11 0 R", "/AA<</F<</S/JavaScript/JS(x)>>>>"), "", lookDict)
	pair{"a password", "99", "", text}.run(t, textField("(10)", "11 0 R", "/Ff 8192"), "", lookDict)
	cells := "0 g " + strings.Repeat("45 0 m 45 20 l S ", 29) + text
	pair{"thirty cells", "99", cells, ""}.run(t, textField("(10)", "11 0 R", "/Ff 16777216/MaxLen 30"), lookDict, "")
	pair{"a count below nothing", "99", twice("0 0 m 90 0 l S ", 20) + text, ""}.run(t, textField("(10)", "11 0 R", "/MaxLen -9"), lookDict, "")
}

// Fonts /F of the document (16) and /G, which has other glyphs than letters.
func TestFontsOfTheDocument(t *testing.T) {
	const dict = "/Type/XObject/Subtype/Form/BBox[0 0 90 20]/Resources<</Font<</F 16 0 R/G 17 0 R>>>>"
	latin, wide := td("2 5 Td (99) Tj"), td("2 5 Td <00390039> Tj")
	const file = "/FontDescriptor<</FontFile 18 0 R>>"
	for _, c := range []struct {
		what, font, content string
		plain               bool
	}{
		{"known by its name", "/Subtype/Type1/BaseFont/Helvetica", latin, true},
		{"not in the file", "/Subtype/TrueType/BaseFont/Arial/FontDescriptor<</Flags 32>>", latin, true},
		{"without a name", "/Subtype/TrueType", latin, false},
		{"Marlett", "/Subtype/TrueType/BaseFont/Marlett", latin, false},
		{"in the file, codes of its own", "/Subtype/Type1/BaseFont/A" + file, latin, false},
		{"TrueType, codes of its own", "/Subtype/TrueType/BaseFont/A" + strings.Replace(file, "File", "File2", 1), latin, false},
		{"compact, codes of its own", "/Subtype/Type1/BaseFont/A" + strings.Replace(file, "File", "File3", 1), latin, false},
		{"in the file, named codes", "/Subtype/Type1/BaseFont/A/Encoding/WinAnsiEncoding" + file, latin, true},
		{"in the file, some glyphs", "/Subtype/Type1/BaseFont/ABCDEF+A/Encoding/WinAnsiEncoding" + file, latin, false},
		{"Type 3", "/Subtype/Type3/BaseFont/A", latin, false},
		{"Type 3, named codes", "/Subtype/Type3/BaseFont/A/Encoding/WinAnsiEncoding", latin, false},
		{"Type 3, changed codes", "/Subtype/Type3/BaseFont/A/Encoding<<>>", latin, false},
		{"composite without codes", "/Subtype/Type0/BaseFont/A", latin, false},
		{"composite", "/Subtype/Type0/BaseFont/A/Encoding/UniJIS-UCS2-H", wide, true},
		{"composite, UTF-16", "/Subtype/Type0/BaseFont/A/Encoding/UniJIS-UTF16-H", wide, true},
		{"composite, half a code", "/Subtype/Type0/BaseFont/A/Encoding/UniJIS-UCS2-H", td("2 5 Td <0039003900> Tj"), false},
		{"composite, glyph numbers", "/Subtype/Type0/BaseFont/A/Encoding/Identity-H", wide, false},
		{"composite, codes of a simple one", "/Subtype/Type0/BaseFont/A/Encoding/WinAnsiEncoding", latin, false},
		{"simple, codes of a composite one", "/Subtype/TrueType/BaseFont/A/Encoding/UniJIS-UCS2-H", wide, false},
		{"codes of the Mac", "/Subtype/Type1/BaseFont/A/Encoding/MacRomanEncoding", latin, true},
		{"standard codes", "/Subtype/Type1/BaseFont/A/Encoding/StandardEncoding", latin, true},
		{"codes of text strings", "/Subtype/Type1/BaseFont/A/Encoding/PDFDocEncoding", latin, true},
		{"codes unheard of", "/Subtype/Type1/BaseFont/A/Encoding/Turned", latin, false},
		{"no difference", "/Subtype/Type1/BaseFont/A/Encoding<</BaseEncoding/WinAnsiEncoding>>", latin, true},
		{"harmless differences", "/Subtype/Type1/BaseFont/A/Encoding<</Differences[32/space 39/quotesingle 65/A/B 96/grave 127/bullet/Euro]>>", latin, true},
		{"another digit", "/Subtype/Type1/BaseFont/A/Encoding<</Differences[57/eight]>>", latin, false},
		{"another letter, counted", "/Subtype/Type1/BaseFont/A/Encoding<</Differences[65/A/C]>>", latin, false},
		{"the first of the printed codes", "/Subtype/Type1/BaseFont/A/Encoding<</Differences[33/nine]>>", latin, false},
		{"the last of the printed codes", "/Subtype/Type1/BaseFont/A/Encoding<</Differences[126/nine]>>", latin, false},
		{"doubled base", "/Subtype/Type1/BaseFont/A/Encoding<</BaseEncoding/MacExpertEncoding/BaseEncoding/WinAnsiEncoding>>", latin, false},
		{"pictures before the value", "/Subtype/Type1/BaseFont/Helvetica", "BT /G 10 Tf 2 5 Td (1) Tj /F 10 Tf (99) Tj ET", false},
		{"pictures before another colour", "/Subtype/Type1/BaseFont/Helvetica", "BT /G 10 Tf 2 5 Td (1) Tj 0 g /F 10 Tf (99) Tj ET", false},
		{"pictures that are not used", "/Subtype/Type1/BaseFont/Helvetica", "/F 10 Tf q /G 10 Tf Q BT 2 5 Td (99) Tj ET", true},
		{"pictures as a state is left", "/Subtype/Type1/BaseFont/Helvetica", "/G 10 Tf q /F 10 Tf Q BT 2 5 Td (99) Tj ET", false},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := sealedWith(textField("(10)", "11 0 R", ""), func(w *writer) {
				w.obj(16, "<</Type/Font"+c.font+">>").obj(17, "<</Type/Font/Subtype/Type1/BaseFont/Symbol>>").stream(18, "", "x")
			})
			later := w.obj(10, textField("(99)", "30 0 R", "")).stream(30, dict, c.content).end("").later(t)
			if c.plain {
				undoubted(t, LevelFormFilling, later)
			} else {
				doubtful(t, later)
			}
		})
	}
}

// A font that the update brings may name the reader's fonts, no glyphs.
func TestFontsOfTheUpdate(t *testing.T) {
	for _, c := range []struct {
		what, font, brought, content string
		plain                        bool
	}{
		{"known by its name", "31 0 R", "/Subtype/Type1/BaseFont/Helvetica", "(99)", true},
		{"with a description", "31 0 R", "/Subtype/TrueType/BaseFont/Arial/FontDescriptor<</Flags 32>>", "(99)", false},
		{"with a description, within the resources", "<</Type/Font/Subtype/TrueType/BaseFont/Arial/FontDescriptor<</Flags 32>>>>", "", "(99)", false},
		{"composite", "31 0 R", "/Subtype/Type0/BaseFont/A/Encoding/UniJIS-UCS2-H", "<00390039>", false},
		{"that is missing", "90 0 R", "", "(99)", false},
		{"of another document change", "16 0 R", "", "(99)", true},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := sealedWith(textField("(10)", "11 0 R", ""), func(w *writer) {
				w.obj(16, "<</Type/Font/Subtype/TrueType/BaseFont/Arial/FontDescriptor<</Flags 32>>>>")
			})
			w.obj(10, textField("(99)", "30 0 R", "")).stream(30, strings.Replace(lookDict, "7 0 R", c.font, 1), td("2 5 Td "+c.content+" Tj"))
			if c.brought != "" {
				w.obj(31, "<</Type/Font"+c.brought+">>")
			}
			if later := w.end("").later(t); c.plain {
				undoubted(t, LevelFormFilling, later)
			} else {
				doubtful(t, later)
			}
		})
	}
}

// An appearance is the sealed one only when none of its objects changed.
func TestAppearanceDrawnAgain(t *testing.T) {
	own := strings.Replace(textField("(10)", "16 0 R", ""), "/V(10)", "/V(%)", 1)
	far := strings.Replace(own, "/AP<</N 16 0 R>>", "/AP 17 0 R", 1)
	with := func(field, v string) string { return strings.Replace(field, "%", v, 1) }
	build := func(field string, update func(w *writer)) []Revision {
		w := sealedWith(with(field, "10"), func(w *writer) {
			w.stream(16, lookDict, look("10")).obj(17, "<</N 16 0 R>>").stream(18, lookDict, look("10000")).obj(19, "[18 0 R]").stream(20, lookDict, "0 g "+look("10"))
		})
		update(w)
		return w.end("").later(t)
	}
	same, other := look("99"), look("10000")
	undoubted(t, LevelFormFilling, build(own, func(w *writer) { w.obj(10, with(own, "99")).stream(16, lookDict, same) }))
	undoubted(t, LevelFormFilling, build(far, func(w *writer) { w.obj(10, with(far, "99")).obj(17, "<</N 30 0 R>>").stream(30, lookDict, same) }))
	undoubted(t, LevelFormFilling, build(far, func(w *writer) { w.obj(17, "<</N 30 0 R>>").stream(30, lookDict, "0 g "+look("10")) }))
	undoubted(t, LevelFormFilling, build(far, func(w *writer) { w.obj(17, "<</N 20 0 R>>") }))
	undoubted(t, LevelFormFilling, build(far, func(w *writer) { w.obj(10, with(far, "99")).stream(16, lookDict, same) }))
	for what, update := range map[string]func(w *writer){
		"stream":       func(w *writer) { w.obj(10, with(own, "99")).stream(16, lookDict, other) },
		"stream alone": func(w *writer) { w.stream(16, lookDict, other) },
		"under the pointer": func(w *writer) {
			w.obj(10, strings.Replace(with(own, "99"), "/AP<<", "/AP<</R 30 0 R", 1)).stream(30, lookDict, other)
		},
		"the first state": func(w *writer) {
			w.obj(10, strings.Replace(with(own, "99"), "/N 16 0 R", "/N<</On 30 0 R>>", 1)).stream(30, lookDict, other)
		},
	} {
		t.Run(what, func(t *testing.T) { doubtful(t, build(own, update)) })
	}
	for what, update := range map[string]func(w *writer){
		"dictionary":       func(w *writer) { w.obj(10, with(far, "99")).obj(17, "<</N 30 0 R>>").stream(30, lookDict, other) },
		"dictionary alone": func(w *writer) { w.obj(17, "<</N 18 0 R>>") },
	} {
		t.Run(what, func(t *testing.T) { doubtful(t, build(far, update)) })
	}
}
