package diff

import (
	"bytes"
	"crypto/md5"
	"crypto/rc4"
	"fmt"
	"slices"
	"testing"
)

func TestHousekeeping(t *testing.T) {
	popup := swap(popup, "15 0", "40 0")
	runGroups(t, []group{{"plain", sealed, []twin{
		{"a cross-reference that is no stream", redo(60, "<</Type/XRef>>"), LevelLongTerm, Unreferenced, false},
		{"a page's content as cross-reference", func(w *writer) { w.stream(6, "/Type/XRef", "BT (evil) Tj ET") }, LevelOther, PageContent, false},
		{"a page's content as object stream", func(w *writer) { w.stream(6, "/Type/ObjStm/N 0/First 0", "BT (evil) Tj ET") }, LevelOther, PageContent, false},
		{"a window that no page lists", func(w *writer) {
			w.obj(3, sealedPage(" 40 0 R")).obj(40, swap(icon, "/Rect", "/Popup 41 0 R/Rect")).obj(41, popup)
		}, LevelOther, Added, false},
		{"a window that a page lists", func(w *writer) {
			w.obj(3, sealedPage(" 40 0 R 41 0 R")).obj(40, swap(icon, "/Rect", "/Popup 41 0 R/Rect")).obj(41, popup)
		}, LevelAnnotations, AnnotationAdded, false},
		{"nobody's objects in a circle", func(w *writer) { w.obj(60, "<</A 61 0 R>>").obj(61, "<</A 60 0 R>>") }, LevelLongTerm, Unreferenced, false},
		{"the information in a circle", func(w *writer) { w.root += "/Info 60 0 R"; w.obj(60, "<</A 61 0 R>>").obj(61, "<</A 60 0 R>>") }, LevelLongTerm, Info, false},
	}}})
	l := sealed().endStream(60, "", nil).later(t)
	undoubted(t, LevelLongTerm, sealed().obj(61, "(x)").endStream(60, "/Private 61 0 R", nil).later(t))
	if undoubted(t, LevelLongTerm, l); len(l[0].Items) != 1 || l[0].Items[0].Kind != XRefStream {
		t.Errorf("%+v", l)
	}
}

// An object stream may be packed again under its number when nothing older is
// read from it.
func TestObjectStreamPackedAgain(t *testing.T) {
	build := func() *writer {
		w := newWriter()
		w.obj(1, fmt.Sprintf(signedCatalog, "", "/DSS 50 0 R")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R>>").obj(4, fmt.Sprintf(widget0, "S", 5)).signature(5, sigEntries)
		return w.stream(7, "/Type/ObjStm/N 1/First 5", "50 0 <<>>").endStream(8, "", map[int][2]int{50: {7, 0}}).seal()
	}
	w := build().obj(50, "<<>>").stream(7, "/Type/ObjStm/N 1/First 5", "51 0 <<>>").endStream(9, "", map[int][2]int{51: {7, 0}})
	undoubted(t, LevelLongTerm, w.later(t))
	w = build().obj(50, "<<>>").free(7).endStream(9, "", nil)
	undoubted(t, LevelLongTerm, w.later(t))
	w = build().free(7).endStream(9, "", nil)
	doubtful(t, w.later(t))
}

// A section that stands in older octets is no update of its own.
func TestUpdateWithAnOlderSection(t *testing.T) {
	w := sealed()
	old := w.prev
	w.end("") // an update that the last one leaves out
	fmt.Fprintf(w, "%% more\nstartxref\n%d\n%%%%EOF\n", old)
	later := w.later(t)
	if len(later) == 0 {
		t.Error("no update")
	}
	for _, l := range later {
		if l.Level != LevelNotAnalysed {
			t.Errorf("%+v", l)
		}
	}
}

// Objects beyond /Size are ignored by some readers (7.5.5): more of it shows
// them.
func TestSizeThatGrows(t *testing.T) {
	w := newWriter()
	w.obj(1, fmt.Sprintf(signedCatalog, "", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, signedPage("")).obj(4, fmt.Sprintf(widget0, "S", 5)).stream(60, "", "(hidden)")
	w.signature(5, sigEntries)
	w.size = 20
	w.end("").seal()
	w.size = 70
	if l := later(w.end("").open(t)); l.Level != LevelOther {
		t.Errorf("%+v", l)
	}
}

// encrypted is a sealed document under the standard handler of revision 2
// with an empty password (7.6.4.3), or under one that nobody knows.
func encrypted(known bool) *writer {
	pad := []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")
	owner, id := bytes.Repeat([]byte{7}, 32), []byte("0123456789abcdef")
	key := md5.Sum(slices.Concat(pad, owner, []byte{0xfc, 0xff, 0xff, 0xff}, id))
	user := make([]byte, 32)
	if c, err := rc4.NewCipher(key[:5]); err == nil && known {
		c.XORKeyStream(user, pad)
	}
	return sealedWith("null", redo(16, fmt.Sprintf("<</Filter/Standard/V 1/R 2/O<%x>/U<%x>/P -4>>", owner, user)), func(w *writer) {
		w.root += fmt.Sprintf("/Encrypt 16 0 R/ID[<%x><%x>]", id, id)
	})
}

// What cannot be read cannot be said to be forbidden.
func TestLevelOfWhatIsNotRead(t *testing.T) {
	content := func(w *writer) { w.stream(6, "", "BT (evil) Tj ET") }
	runGroups(t, []group{
		{"opened", func() *writer { return encrypted(true) }, []twin{
			{"content", content, LevelOther, PageContent, false},
			{"nobody's", redo(60, "<<>>"), LevelLongTerm, Unreferenced, false},
		}},
		{"not opened", func() *writer { return encrypted(false) }, []twin{
			{"content", content, LevelNotAnalysed, PageContent, false},
			{"nobody's", redo(60, "<<>>"), LevelLongTerm, Unreferenced, false},
		}},
	})
	w := sealed()
	content(w)
	w.end("")
	b := w.Bytes()
	copy(b[bytes.LastIndex(b, []byte("startxref"))+10:], "000")
	for _, l := range Compare(openBytes(t, b)).After(1) {
		if l.Level != LevelNotAnalysed || slices.ContainsFunc(l.Items, func(it Item) bool { return it.Level == LevelOther }) {
			t.Errorf("rebuilt: %+v", l)
		}
	}
}
