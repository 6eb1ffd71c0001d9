package pdf

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/note"
)

// sheet is a sealed document in one revision whose page says what is sealed:
// objects 1 (catalogue), 2 (page tree), 3 (page), 4 and 5 (seal), 6 (content),
// 7 (font). change replaces objects, or adds some, before the seal.
func sheet(change map[int]string) *writer { return sheetBy(change, func(w *writer) { w.end("") }) }

func sheetBy(change map[int]string, end func(w *writer)) *writer {
	w := newWriter()
	for n := 1; n < 20; n++ {
		if body, ok := change[n]; ok {
			if body != "" {
				w.obj(n, body)
			}
			continue
		}
		switch n {
		case 5:
			w.signature(5, sigEntries)
		default:
			if body := sheetObjects[n]; body != "" {
				w.obj(n, body)
			}
		}
	}
	end(w)
	return w.seal()
}

var sheetObjects = map[int]string{
	1: "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>",
	2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Resources<</Font<</F 7 0 R>>>>/Annots[4 0 R]>>",
	4: fmt.Sprintf(widget0, "Seal", 5),
	6: words("sealed"),
	7: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
}

func saying(text string) string { return "BT /F 12 Tf 20 100 Td (" + text + ") Tj ET" }

func words(text string) string { return streamOf("", saying(text)) }

func streamOf(dict, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
}

// edit changes octets of the same length after the document was made.
func edit(w *writer, from, to string) []byte {
	if len(from) != len(to) || !strings.Contains(w.String(), from) {
		panic("the edit does not fit: " + from)
	}
	return bytes.Replace(w.Bytes(), []byte(from), []byte(to), 1)
}

// entryOf is the table's entry for an object.
func entryOf(off int) string { return fmt.Sprintf("%010d 00000 n ", off) }

// aside adds an object that no cross-reference has.
func aside(w *writer, num int, body string) *writer {
	fmt.Fprintf(w, "%d 0 obj\n%s\nendobj\n", num, body)
	return w
}

const evilPage = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 16 0 R/Resources<</Font<</F 7 0 R>>>>>>"

// packed has the page, and another, in an object stream whose numbers say so.
func packed(numbers string, index int) *writer {
	return sheetBy(map[int]string{3: "", 16: words("evil")}, func(w *writer) {
		numbers = fmt.Sprintf(numbers, len(sheetObjects[3])+1)
		w.stream(10, fmt.Sprintf("/Type/ObjStm/N 2/First %d", len(numbers)), numbers+sheetObjects[3]+" "+evilPage)
		w.endStream(9, "", map[int][2]int{3: {10, index}, 8: {10, 1 - index}})
	})
}

// withType changes the type of the last entry of a cross-reference stream.
func (w *writer) withType(kind byte) []byte {
	b := bytes.Clone(w.Bytes())
	b[bytes.LastIndex(b, []byte("\nendstream"))-7] = kind
	return b
}

// twoBases has two tables: the one counts from the file's first octet, the
// other from the header.
func twoBases() *writer {
	const shift = 400
	w := &writer{offs: map[int]int{}}
	fmt.Fprintf(w, "%%%*s\n%%PDF-1.7\n", shift-2, "")
	for _, n := range []int{1, 2, 3, 4, 6, 7} {
		w.obj(n, sheetObjects[n])
	}
	w.signature(5, sigEntries)
	offs := [8]int{}
	for n, at := range w.offs {
		offs[n] = at
	}
	other := w.Len()
	aside(w, 6, words("evil"))
	at := w.Len()
	w.WriteString(fullTable(offs[:], 0, "/Root 1 0 R"))
	fmt.Fprintf(w, "%*s\n", shift-1-(w.Len()-at), "")
	offs[6] = other
	w.WriteString(fullTable(offs[:], shift, "/Root 1 0 R"))
	return w.tail(at).seal()
}

// fullTable is a table of objects from 0 on, 0 being free.
func fullTable(offs []int, shift int, trailer string) string {
	s := fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(offs))
	for _, at := range offs[1:] {
		s += entryOf(at-shift) + "\n"
	}
	return s + fmt.Sprintf("trailer\n<</Size %d%s>>\n", len(offs), trailer)
}

// shortcutTo is a linearized file (Annex F) whose first object names a page.
func shortcutTo(page int) []byte {
	return linearizedSheet(page, func(offs []int) string { return fullTable(offs, 0, "/Root 1 0 R/Prev 0000000000") }, true)
}

// shortcutSection is a file whose first object says that it is linearized,
// before a table that the end of the file does not lead to.
func shortcutSection() []byte {
	return linearizedSheet(3, func(offs []int) string {
		offs[3] = offs[18]
		return fullTable(offs, 0, "/Root 1 0 R              ")
	}, false)
}

func linearizedSheet(page int, front func(offs []int) string, leads bool) []byte {
	w := newWriter()
	fmt.Fprintf(w, "19 0 obj\n<</Linearized 1/L 0000000000/H[600 50]/O %d/E 900/N 1/T 1200>>\nendobj\n", page)
	at, lin := w.Len(), bytes.Index(w.Bytes(), []byte("19 0 obj"))
	room := len(front(make([]int, 20)))
	fmt.Fprintf(w, "%*sstartxref\n0\n%%%%EOF\n", room, "")
	for _, n := range []int{1, 2, 3, 4, 6, 7} {
		w.obj(n, sheetObjects[n])
	}
	w.signature(5, sigEntries).obj(18, evilPage).obj(16, words("evil"))
	offs := make([]int, 20)
	for n, o := range w.offs {
		offs[n] = o
	}
	offs[19] = lin
	main := w.Len()
	if leads {
		w.WriteString("xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 20>>\n")
		w.tail(at)
	} else {
		w.WriteString(fullTable(offs, 0, "/Root 1 0 R"))
		w.tail(main)
	}
	b := w.seal().Bytes()
	copy(b[at:], strings.Replace(front(offs), "/Prev 0000000000", fmt.Sprintf("/Prev %010d", main), 1))
	return bytes.Replace(b, []byte("/L 0000000000"), fmt.Appendf(nil, "/L %010d", len(b)), 1)
}

// An object that nests deeper than is followed is doubtful where it is used,
// and hides nothing where it is not.
func TestReadingsBesideADeepObject(t *testing.T) {
	deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	doubled := "<</Length 5/Length 6>>\nstream\nBT ET\nendstream"
	for name, c := range map[string]struct {
		change map[int]string
		want   note.Code
	}{
		"unused":                        {map[int]string{16: deep}, ""},
		"unused, a key with two values": {map[int]string{6: doubled, 16: deep}, CodeTwoValues},
		"unused, in a dictionary":       {map[int]string{6: doubled, 16: "<</A " + deep + ">>"}, CodeTwoValues},
		"used":                          {map[int]string{1: strings.Replace(sheetObjects[1], "/Pages", "/X 16 0 R/Pages", 1), 16: deep}, CodeTwoValues},
	} {
		f := openBytes(t, sheet(c.change).Bytes())
		told := slices.ContainsFunc(f.Readings, func(r Reading) bool { return r.Code == c.want })
		if told != (c.want != "") || c.want == "" && len(f.Readings) > 0 {
			t.Errorf("%s: %v, want %q", name, f.Readings, c.want)
		}
	}
	lost := sheetBy(nil, func(w *writer) { w.end("/A " + deep) })
	if f := openBytes(t, lost.Bytes()); !f.Rebuilt || len(f.Signatures) != 1 || !f.Signatures[0].Reached {
		t.Errorf("a deep trailer of the file itself: rebuilt %v, %d signatures, %v", f.Rebuilt, len(f.Signatures), f.Notes)
	}
	w := sheetBy(nil, func(w *writer) { aside(w, 6, words("evil")); w.end("") })
	data := append(w.Bytes(), "trailer<</A "+deep+">>\n"...)
	if f := openBytes(t, data); len(f.Readings) == 0 || f.Readings[0].Code != CodeTwoObjects {
		t.Errorf("a deep trailer hides the scan: %v", f.Readings)
	}
}

func TestReadings(t *testing.T) {
	for _, c := range twofolds() {
		t.Run(c.name, func(t *testing.T) { holds(t, c, c.file()) })
	}
}

// holds opens a file and sees that it says what it is.
func holds(t *testing.T, c twofold, b []byte) *File {
	t.Helper()
	f := openBytes(t, b)
	var got []note.Code
	for _, r := range f.Readings {
		got = append(got, r.Code)
	}
	switch {
	case len(f.Signatures) != 1:
		t.Fatalf("%d signatures; notes %v", len(f.Signatures), f.Notes)
	case c.code == "" && len(got) > 0:
		t.Errorf("readings %v of a benign file", f.Readings)
	case c.code != "" && !slices.Contains(got, c.code):
		t.Errorf("readings %v, want %s; notes %v", f.Readings, c.code, f.Notes)
	}
	if f.Exhausted != nil {
		t.Error(f.Exhausted)
	}
	return f
}
