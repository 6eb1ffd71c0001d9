package diff

import (
	"fmt"
	"strings"
	"testing"
)

// redo is an update of one object by its new text.
func redo(num int, body string) func(w *writer) { return func(w *writer) { w.obj(num, body) } }

// swap changes one part of a text.
func swap(s, was, is string) string { return strings.Replace(s, was, is, 1) }

func from(field string, more ...func(w *writer)) func() *writer {
	return func() *writer { return sealedWith(field, more...) }
}

func TestFilledIn(t *testing.T) {
	text := textField("(10)", "11 0 R", "")
	empty := swap(text, "/V(10)", "")
	own := textField(" 16 0 R", "17 0 R", "")
	list := swap(choice("(a)", "11 0 R"), "T(kind)", "T(amount)")
	odd := swap(list, "[(a)(Alpha)][(b)(Beta)]", "[5(Alpha)][(a)5][5 6][(b)(Beta)(x)](b)[(a)(Alpha)]")
	button := swap(checkBox("Off"), "T(agree)", "T(b)")
	words := swap(list, "[[(a)(Alpha)][(b)(Beta)]]", "[(a)(b)]")
	shows := func(field, look string) func(w *writer) {
		return func(w *writer) { w.obj(10, swap(field, "11 0 R", "30 0 R")).stream(30, lookDict, look) }
	}
	runGroups(t, []group{
		{"text", from(text), []twin{
			{"without a value any more", shows(empty, "/Tx BMC EMC"), LevelFormFilling, FieldCleared, false},
			{"rows of a choice", redo(10, swap(text, "/V", "/I[0]/V")), LevelOther, AnnotationChanged, false},
			{"a name as value", redo(10, swap(text, "(10)", "/Off")), LevelOther, AnnotationChanged, false},
			{"a number as value", redo(10, swap(text, "(10)", " 99")), LevelOther, AnnotationChanged, false},
			{"of another kind", redo(10, swap(text, "/Tx", "/Ch")), LevelOther, Form, false},
			{"drawn with another kind of appearance", redo(10, swap(text, "<</N 11 0 R>>", " 5")), LevelOther, "", false},
		}},
		{"empty text", from(empty), []twin{
			{"filled in", shows(text, look("10")), LevelFormFilling, FieldFilled, false},
			{"dated", redo(10, swap(empty, "/F 4", "/F 4/M(D:2026)")), LevelFormFilling, FieldChanged, false},
		}},
		{"number", from(swap(text, "(10)", " 10")), []twin{
			{"becomes text", shows(text, look("10")), LevelFormFilling, FieldChanged, false},
		}},
		{"no kind", from(swap(empty, "/FT/Tx", "")), []twin{
			{"dated", redo(10, swap(swap(empty, "/FT/Tx", ""), "/F 4", "/F 4/M(D:2026)")), LevelOther, AnnotationChanged, false},
		}},
		{"no look", from(swap(text, "/AP<</N 11 0 R>>", "")), []twin{
			{"filled in", redo(10, swap(swap(text, "/AP<</N 11 0 R>>", ""), "(10)", "(99)")), LevelFormFilling, FieldChanged, false},
		}},
		{"value of its own", from(own, func(w *writer) {
			w.obj(16, "(10)").stream(17, lookDict, look("10")).obj(18, "[16 0 R]")
		}), []twin{
			{"changed in place", func(w *writer) { w.obj(16, "(99)").stream(17, lookDict, look("99")) }, LevelFormFilling, FieldChanged, false},
			{"changed, the look stays", redo(16, "(99)"), LevelFormFilling, FieldChanged, true},
			{"freed", func(w *writer) { w.free(16).stream(17, lookDict, "") }, LevelOther, Freed, false},
			{"another object", func(w *writer) { w.obj(10, swap(own, "16 0 R", "31 0 R")).obj(31, "(99)") }, LevelFormFilling, FieldChanged, true},
			{"drawn again", func(w *writer) { w.stream(17, lookDict, "0 g "+look("10")) }, LevelFormFilling, FieldChanged, false},
			{"drawn again with something else", func(w *writer) { w.stream(17, lookDict, look("99")) }, LevelOther, FieldAppearance, false},
		}},
		{"choice", from(list), []twin{
			{"a list as value", shows(swap(list, "/V(a)", "/V[(b)]"), look("Alpha")), LevelOther, FieldAppearance, false},
			{"a list of one", shows(swap(list, "/V(a)", "/V[(b)]"), look("Beta")), LevelFormFilling, FieldChanged, false},
			{"cleared", shows(swap(list, "/V(a)", ""), ""), LevelFormFilling, FieldCleared, false},
			{"emptied", shows(swap(list, "/V(a)", "/V[]"), ""), LevelFormFilling, FieldCleared, false},
			{"marked", redo(10, swap(list, "/V(a)", "/V(a)/I[0]")), LevelFormFilling, FieldChanged, false},
			{"marked below", redo(10, swap(list, "/V(a)", "/V(a)/I[-1]")), LevelFormFilling, FieldChanged, true},
			{"marked beyond", redo(10, swap(list, "/V(a)", "/V(a)/I[2]")), LevelFormFilling, FieldChanged, true},
			{"marked by a word", redo(10, swap(list, "/V(a)", "/V(a)/I[(x)]")), LevelFormFilling, FieldChanged, true},
			{"a name as value", redo(10, swap(list, "/V(a)", "/V/Off")), LevelOther, AnnotationChanged, false},
		}},
		{"choice with an edit field", from(swap(list, "/Ff 131072", "/Ff 393216")), []twin{
			{"its own words", shows(swap(swap(list, "/Ff 131072", "/Ff 393216"), "/V(a)", "/V(other)"), look("other")), LevelFormFilling, FieldChanged, false},
		}},
		{"choice of words", from(words), []twin{
			{"marked", shows(swap(words, "/V(a)", "/V(b)/I[1]"), look("b")), LevelFormFilling, FieldChanged, false},
		}},
		{"odd rows", from(odd), []twin{
			{"passed over", shows(swap(odd, "/V(a)", "/V(a)/I[5]"), look("Alpha")), LevelFormFilling, FieldChanged, false},
			{"a word", shows(swap(odd, "/V(a)", "/V(b)/I[4]"), look("b")), LevelFormFilling, FieldChanged, false},
			{"of three marked", redo(10, swap(odd, "/V(a)", "/V(a)/I[3 5]")), LevelFormFilling, FieldChanged, true},
			{"of three shown", shows(swap(odd, "/V(a)", "/V(b)/I[4]"), look("Beta")), LevelOther, FieldAppearance, false},
		}},
		{"list box", from(swap(list, "/Ff 131072", "")), []twin{
			{"shows one row", shows(swap(swap(list, "/Ff 131072", ""), "/V(a)", "/V(b)"), look("Beta")), LevelFormFilling, FieldChanged, true},
		}},
		{"button", from(button), []twin{
			{"without a state", redo(10, swap(button, "/AS/Off", "")), LevelFormFilling, FieldChanged, false},
			{"without a value", redo(10, swap(button, "/V/Off", "")), LevelFormFilling, FieldChanged, false},
			{"without a value, ticked", redo(10, swap(swap(button, "/V/Off", ""), "AS/Off", "AS/Yes")), LevelOther, AnnotationChanged, false},
			{"ticked for a value it has not", redo(10, swap(swap(button, "V/Off", "V/No"), "AS/Off", "AS/No")), LevelOther, AnnotationChanged, false},
			{"a word as value", redo(10, swap(button, "/V/Off", "/V(Off)")), LevelOther, AnnotationChanged, false},
			{"one stream instead of states", func(w *writer) {
				w.obj(10, swap(button, "<</Yes 14 0 R>>", " 30 0 R")).stream(30, lookDict, "")
			}, LevelOther, AnnotationChanged, false},
		}},
		{"push button", from(swap(button, "/FT", "/Ff 65536/FT")), []twin{
			{"ticked", redo(10, swap(swap(button, "/FT", "/Ff 65536/FT"), "V/Off/AS/Off", "V/Yes/AS/Yes")), LevelOther, AnnotationChanged, false},
		}},
	})
	for _, ap := range []string{"<<>>", " 5", "<</N 5>>", "<</N<<>>>>"} {
		bad := swap(text, "<</N 11 0 R>>", ap)
		twin{"", redo(10, swap(bad, "(10)", "(99)")), LevelOther, AnnotationChanged, false}.run(t, sealedWith(bad))
	}
}

// A field may have several widgets (12.7.4.1), and fields above it.
func TestFieldsWithKids(t *testing.T) {
	widget := func(parent, y int, more string) string {
		return fmt.Sprintf("<</Subtype/Widget/Parent %d 0 R/Rect[100 %d 190 %d]/F 4%s>>", parent, y, y+20, more)
	}
	dot := func(y int, more string) string { return swap(widget(10, y, more), "190", "120") }
	const field = "<</FT/Tx/T(p)/V(10)/Kids[16 0 R 17 0 R]>>"
	two := func(w *writer) {
		w.obj(16, widget(10, 100, "/AP<</N 11 0 R>>")).obj(17, widget(10, 200, "/AP<</N 11 0 R>>"))
	}
	both := func(w *writer, first, second string) {
		w.obj(16, widget(10, 100, "/AP<</N 30 0 R>>")).obj(17, widget(10, 200, "/AP<</N 31 0 R>>")).stream(30, lookDict, look(first)).stream(31, lookDict, look(second))
	}
	radio := func(v, a, b string) func(w *writer) {
		return func(w *writer) {
			w.obj(10, "<</FT/Btn/Ff 32768/T(p)/V/"+v+"/Kids[16 0 R 17 0 R]>>")
			w.obj(16, dot(100, "/AP<</N<</A 14 0 R>>>>/AS/"+a)).obj(17, dot(200, "/AP<</N<</B 14 0 R>>>>/AS/"+b))
		}
	}
	far := swap(field, "[16 0 R 17 0 R]", " 18 0 R")
	within := swap(field, "[16 0 R 17 0 R]", "["+widget(10, 100, "/AP<</N 11 0 R>>")+"]")
	above := "<</T(p)/Kids[16 0 R]>>"
	below := swap(textField("(10)", "11 0 R", ""), "T(amount)", "T(a)/Parent 10 0 R")
	middle := func(v, look string) string {
		return "<</FT/Tx/V(" + v + ")/Parent 10 0 R/Kids[17 0 R]>>"
	}
	runGroups(t, []group{
		{"two widgets", from(field, two), []twin{
			{"filled in", func(w *writer) { w.obj(10, swap(field, "(10)", "(99)")); both(w, "99", "99") }, LevelFormFilling, FieldChanged, false},
			{"the second shows something else", func(w *writer) { w.obj(10, swap(field, "(10)", "(99)")); both(w, "99", "10000") }, LevelOther, FieldAppearance, false},
			{"one taken away", redo(10, swap(field, " 17 0 R", "")), LevelOther, Changed, false},
		}},
		{"a list of its own", from(far, two, redo(18, "[16 0 R 17 0 R]")), []twin{
			{"filled in", func(w *writer) { w.obj(10, swap(far, "(10)", "(99)")); both(w, "99", "99") }, LevelFormFilling, FieldChanged, false},
			{"one taken away", func(w *writer) { w.obj(10, swap(far, "(10)", "(99)")).obj(18, "[16 0 R]") }, LevelOther, Changed, false},
			{"one more", func(w *writer) {
				w.obj(10, swap(far, "(10)", "(99)")).obj(18, "[16 0 R 17 0 R 30 0 R]").obj(30, widget(10, 300, ""))
			}, LevelOther, Added, false},
			{"in another order", func(w *writer) { w.obj(10, swap(far, "(10)", "(99)")).obj(18, "[17 0 R 16 0 R]") }, LevelOther, Changed, false},
		}},
		{"a widget within the field", from(within), []twin{
			{"filled in", redo(10, swap(within, "(10)", "(99)")), LevelOther, Changed, false},
		}},
		{"radio", from("<<>>", radio("Off", "Off", "Off")), []twin{
			{"chosen", radio("B", "Off", "B"), LevelFormFilling, FieldFilled, false},
			{"both chosen", radio("B", "A", "B"), LevelOther, "", false},
			{"one without the state", radio("B", "B", "B"), LevelOther, "", false},
			{"none chosen", radio("B", "Off", "Off"), LevelOther, "", false},
		}},
		{"a field above", from(above, redo(16, below)), []twin{
			{"filled in", func(w *writer) {
				w.obj(16, swap(swap(below, "11 0", "30 0"), "(10)", "(99)")).stream(30, lookDict, look("99"))
			}, LevelFormFilling, FieldChanged, false},
			{"renamed", redo(10, swap(above, "(p)", "(q)")), LevelOther, Form, false},
		}},
		{"a script above", from(swap(above, "/T", "/AA<</F<</S/JavaScript/JS(x)>>>>/T"), redo(16, below)), []twin{
			{"filled in", func(w *writer) {
				w.obj(16, swap(swap(below, "11 0", "30 0"), "(10)", "(99)")).stream(30, lookDict, look("99"))
			}, LevelFormFilling, FieldChanged, true},
		}},
		{"a field without a name between", from(above, redo(16, middle("10", "")), redo(17, widget(16, 100, "/AP<</N 11 0 R>>"))), []twin{
			{"filled in", func(w *writer) {
				w.obj(16, middle("99", "")).obj(17, widget(16, 100, "/AP<</N 30 0 R>>")).stream(30, lookDict, look("99"))
			}, LevelFormFilling, FieldChanged, false},
		}},
	})
	w := from(above, redo(16, below))()
	w.obj(16, swap(swap(below, "11 0", "30 0"), "(10)", "(99)")).stream(30, lookDict, look("99"))
	for _, it := range w.end("").later(t)[0].Items {
		if it.Field != "p.a" {
			t.Errorf("%+v", it)
		}
	}
}
