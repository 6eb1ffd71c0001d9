package diff

import (
	"slices"
	"strings"
	"testing"
)

// A pair is what a producer of forms draws and what a liar would: the one is
// form filling without a doubt, the other is not, and little lies between.
type pair struct{ what, value, plain, lie string }

// fill seals a document with a field and fills that in by an update.
func fill(field, value, dict, content string) *writer {
	before := field
	if strings.Contains(field, "/MK") { // no look yet: the reader draws the ground that the field names
		before = strings.Replace(field, "/AP<</N 11 0 R>>", "", 1)
	}
	w := sealedWith(before)
	is := strings.Replace(strings.Replace(field, "/V(10)", "/V("+value+")", 1), "11 0 R", "30 0 R", 1)
	return w.obj(10, is).stream(30, dict, content).end("")
}

func (p pair) run(t *testing.T, field, plainDict, lieDict string) {
	t.Run(p.what, func(t *testing.T) {
		if p.plain != "" {
			undoubted(t, LevelFormFilling, fill(field, p.value, plainDict, p.plain).later(t))
		}
		if p.lie != "" {
			doubtful(t, fill(field, p.value, lieDict, p.lie).later(t))
		}
	})
}

// undoubted fails unless the one update is of this level and shows nothing
// that its level does not say.
func undoubted(t *testing.T, level string, later []Revision) {
	t.Helper()
	if len(later) != 1 || later[0].Level != level || slices.ContainsFunc(later[0].Items, func(it Item) bool { return it.Shows }) {
		t.Errorf("want %s: %+v", level, later)
	}
}

func td(rest string) string { return "BT /F 10 Tf " + rest + " ET" }

// The box is 90 wide and 20 high, as large as on the page.
func TestWhereTextStands(t *testing.T) {
	for _, c := range []pair{
		{"left edge", "9", td("-1 5 Td (9) Tj"), td("-1.1 5 Td (9) Tj")},
		{"right edge", "0", td("86 5 Td (0) Tj"), td("86.1 5 Td (0) Tj")},
		{"right edge, letter", "a", td("87 5 Td (a) Tj"), td("87.1 5 Td (a) Tj")},
		{"right edge, nine", "9", td("86 5 Td (9) Tj"), td("86.1 5 Td (9) Tj")},
		{"right edge, stop", ".", td("89 5 Td (.) Tj"), td("89.1 5 Td (.) Tj")},
		{"right edge, space", "99", td("79 5 Td (9 9) Tj"), td("79.1 5 Td (9 9) Tj")},
		{"bottom", "9", td("2 -3 Td (9) Tj"), td("2 -3.1 Td (9) Tj")},
		{"top", "9", td("2 15 Td (9) Tj"), td("2 15.1 Td (9) Tj")},
		{"small", "9", "BT /F 2 Tf 2 5 Td (9) Tj ET", "BT /F 1.9 Tf 2 5 Td (9) Tj ET"},
		{"large", "9", "BT /F 26 Tf 2 0 Td (9) Tj ET", "BT /F 26.1 Tf 2 0 Td (9) Tj ET"},
		{"light", "9", "0.64 g " + td("2 5 Td (9) Tj"), "0.66 g " + td("2 5 Td (9) Tj")},
		{"light red", "9", "0 1 0 rg " + td("2 5 Td (9) Tj"), "1 1 0 rg " + td("2 5 Td (9) Tj")},
		{"light by CMYK", "9", "0 0 0 1 k " + td("2 5 Td (9) Tj"), "0 0 0 0 k " + td("2 5 Td (9) Tj")},
		{"close", "99", td("-1 Tc 2 5 Td (99) Tj"), td("-1.1 Tc 2 5 Td (99) Tj")},
		{"close words", "99", td("-1 Tw 2 5 Td (9 9) Tj"), td("-1.1 Tw 2 5 Td (9 9) Tj")},
		{"wide words", "99", td("500 Tw 2 5 Td (99) Tj"), td("500 Tw 2 5 Td (9 9) Tj")},
		{"lines", "99", td("2 12 Td (9) Tj 0 -5 Td (9) Tj"), td("2 12 Td (9) Tj 0 -4.9 Td (9) Tj")},
		{"lines by leading", "123", "BT /F 4 Tf 2 12 Td (1) Tj 0 -5 TD (2) Tj T* (3) Tj ET", "BT /F 4 Tf 2 12 Td (1) Tj 0 -5 TD (2) Tj 0 TL T* (3) Tj ET"},
		{"lines by TL", "123", "BT /F 4 Tf 5 TL 2 12 Td (1) Tj T* (2) Tj (3) ' ET", "BT /F 4 Tf 1 TL 2 12 Td (1) Tj T* (2) Tj (3) ' ET"},
		{"beside", "99", td("2 5 Td (9) Tj 4.5 0 Td (9) Tj"), td("2 5 Td (9) Tj 4.4 0 Td (9) Tj")},
		{"beside and higher", "99", td("2 5 Td (9) Tj 20 0.4 Td (9) Tj"), td("2 5 Td (9) Tj 20 0.5 Td (9) Tj")},
		{"kerned", "99", td("2 5 Td [(9) 200 (9)] TJ"), td("2 5 Td [(9) 201 (9)] TJ")},
		{"narrow", "99", td("60 Tz 2 5 Td (99) Tj"), td("59 Tz 2 5 Td (99) Tj")},
		{"stretched", "99", td("140 Tz 2 5 Td (99) Tj"), td("141 Tz 2 5 Td (99) Tj")},
		{"scaled narrow", "99", "0.61 0 0 1 0 0 cm " + td("2 5 Td (99) Tj"), "3 0 0 5 0 0 cm BT /F 2 Tf 1 1 Td (99) Tj ET"},
		{"scaled wide", "99", "1.59 0 0 1 0 0 cm " + td("2 5 Td (99) Tj"), "8 0 0 5 0 0 cm BT /F 2 Tf 1 1 Td (99) Tj ET"},
		{"slanted", "99", td("1 0 0 1 2 5 Tm (99) Tj"), td("1 0 0.2 1 2 5 Tm (99) Tj")},
		{"risen slant", "99", "1 0 0 1 0 0 cm " + td("2 5 Td (99) Tj"), "1 0.2 0 1 0 0 cm " + td("2 5 Td (99) Tj")},
		{"a state that is left", "99", "q 0.9 g Q " + td("2 5 Td (99) Tj"), "0.9 g q Q " + td("2 5 Td (99) Tj")},
		{"a state that was never saved", "99", "Q " + td("2 5 Td (99) Tj"), ""},
		{"by the operator of three", "99", "", td(`2 5 Td 0 0 (99) "`)},
		{"a name among the strings", "99", "", td("2 5 Td [(9) /x (9)] TJ")},
		{"a size that is no number", "99", "", td("/F (x) Tf 2 5 Td (99) Tj")},
		{"a distance that is no number", "99", "", td("/x Tc 2 5 Td (99) Tj")},
		{"operators that readers count alike", "99", "[] 0 d 1 j 10 M 0 G " + td("2 5 Td (99) Tj"), ""},
	} {
		c.run(t, textField("(10)", "11 0 R", ""), lookDict, lookDict)
	}
}

func TestWhatIsPainted(t *testing.T) {
	grounded := textField("(10)", "11 0 R", "/MK<</BG[1]>>")
	text := " 0 g " + td("2 5 Td (99) Tj")
	ground := func(re string) string { return "1 g " + re + " re f" + text }
	line := func(ends string) string { return "1 G 1 w " + ends + " S" + text }
	for _, c := range []pair{
		{"ground beyond the box", "99", ground("-50 -50 200 200"), ground("0 0 0 0")},
		{"ground within the box", "99", ground("1 1 88 18"), ""},
		{"left of the ground", "99", ground("4.5 0 85.5 20"), ground("4.6 0 85.4 20")},
		{"right of the ground", "99", ground("0 0 85.5 20"), ground("0 0 85.4 20")},
		{"below the ground", "99", ground("0 4 90 16"), ground("0 4.1 90 15.9")},
		{"above the ground", "99", ground("0 0 90 16"), ground("0 0 90 15.9")},
		{"light text on grey", "9", "0.5 g 0 0 90 20 re f 0.15 g " + td("2 5 Td (9) Tj"), "0.5 g 0 0 90 20 re f 0.16 g " + td("2 5 Td (9) Tj")},
		{"border", "99", "3 w 0 0 90 20 re S" + text, "3.1 w 0 0 90 20 re S" + text},
		{"closed border", "99", "3 w 0 0 90 20 re s" + text, "0 g 0 0 90 20 re b" + text},
		{"ground with a wide line that is not drawn", "99", "1 g 9 w 0 0 90 20 re f" + text, "1 g 9 w 0 0 90 20 re B" + text},
		{"border scaled to a bar", "99", "", "q -100 0 0 -100 90 20 cm 3 w 0 0 .9 .2 re S Q" + text},
		{"clip to the box", "99", "1 1 88 18 re W n" + text, "40 1 9 18 re W n" + text},
		{"clip to nothing", "99", "", "W n" + text},
		{"path that was begun before the text", "99", "", "1 g 0 0 90 20 re" + text + " f"},
		{"path that is not painted", "99", text + " 0 0 90 20 re n", ""},
		{"left side", "99", line("0 0 m 0 20 l"), line("45 0 m 45 20 l")},
		{"right side", "99", line("90 0 m 90 20 l"), line("0 0 m 90 20 l")},
		{"bottom side", "99", line("0 2 m 90 2 l"), line("0 2.1 m 90 2.1 l")},
		{"bottom side that rises", "99", line("0 0 m 90 2 l"), line("0 0 m 90 2.1 l")},
		{"bottom side that falls", "99", line("0 2 m 90 0 l"), line("0 2.1 m 90 0 l")},
		{"top side", "99", line("0 20 m 90 20 l"), line("0 10 m 90 10 l")},
		{"line from nowhere", "99", "", line("0 0 l")},
		{"cells of a comb that is none", "99", "", "45 0 m 45 20 l S" + text},
	} {
		c.run(t, grounded, lookDict, lookDict)
	}
	for _, c := range []pair{
		{"cells of a comb", "99", "45 4 m 45 20 l S" + text, "45 4.1 m 45 20 l S" + text},
		{"slanting cells", "99", "", "20 0 m 60 20 l S" + text},
	} {
		c.run(t, textField("(10)", "11 0 R", "/Ff 16777216/MaxLen 9"), lookDict, lookDict)
	}
	for _, entries := range []string{"/Ff 16777216", "/MaxLen 9"} {
		pair{"cells with no more than " + entries, "99", "", "45 0 m 45 20 l S" + text}.run(t, textField("(10)", "11 0 R", entries), lookDict, lookDict)
	}
	low := strings.Replace(grounded, "190 120", "190 110", 1)
	lowDict := strings.Replace(lookDict, "90 20", "90 10", 1)
	text = " 0 g BT /F 5 Tf 2 4 Td (99) Tj ET"
	pair{"ground of a low field", "99", ground("0 2 90 8"), ground("0 2.1 90 7.9")}.run(t, low, lowDict, lowDict)
}

// The box of the appearance is scaled to the widget's rectangle (12.5.5).
func TestBoxes(t *testing.T) {
	box := func(size string) string { return strings.Replace(lookDict, "90 20", size, 1) }
	more := func(entries string) string { return lookDict + entries }
	text := td("2 5 Td (99) Tj")
	for _, c := range []struct{ what, plain, lie, text string }{
		{"narrower", box("112 20"), box("112.5 20"), text},
		{"wider", box("73 20"), box("72 20"), text},
		{"large", box("8999 1999"), box("9000 2000"), "BT /F 1000 Tf 200 500 Td (99) Tj ET"},
		{"small", box("0.91 0.201"), box("0.9 0.2"), "BT /F 0.1 Tf 0.02 0.05 Td (99) Tj ET"},
		{"of three numbers", "", box("90"), text},
		{"of words", "", box("90 (x)"), text},
		{"by the other corners", strings.Replace(lookDict, "0 0 90 20", "90 20 0 0", 1), "", text},
		{"moved", more("/Matrix[1 0 0 1 5 5]"), more("/Matrix[1 0]"), text},
		{"turned", "", more("/Matrix[0 1 -1 0 0 0]"), text},
		{"moved by words", "", more("/Matrix[1 0 0 1 (x) 0]"), text},
		{"without resources", strings.Replace(lookDict, "/Resources<</Font<</F 7 0 R>>>>", "", 1), "", text},
		{"without fonts", strings.Replace(lookDict, "/Font<</F 7 0 R>>", "", 1), "", text},
		{"doubled fonts", "", strings.Replace(lookDict, "/Resources<<", "/Resources<</Font<<>>", 1), text},
		{"doubled font", "", strings.Replace(lookDict, "/F 7 0 R", "/F 7 0 R/F 7 0 R", 1), text},
	} {
		value := "99"
		pair{c.what, value, c.text, ""}.when(c.plain != "").run(t, textField("(10)", "11 0 R", ""), c.plain, "")
		pair{c.what, value, "", c.text}.when(c.lie != "").run(t, textField("(10)", "11 0 R", ""), "", c.lie)
	}
	for _, dict := range []string{more("/OC<</Type/OCG>>"), box("90"), more("/Matrix[-1 0 0 1 90 0]"), box("900 20")} {
		pair{"nothing in " + dict, "", "", "/Tx BMC EMC"}.run(t, textField("(10)", "11 0 R", ""), "", dict)
	}
	point := strings.Replace(textField("(10)", "11 0 R", ""), "190 120", "190", 1)
	pair{"rectangle of three numbers", "99", "", text}.run(t, point, "", lookDict)
}

func (p pair) when(is bool) pair {
	if !is {
		p.plain, p.lie = "", ""
	}
	return p
}
