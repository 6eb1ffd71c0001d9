package diff

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A writer builds small PDFs as text, revision by revision.
type writer struct {
	bytes.Buffer
	offs  map[int]int // of the present revision; 0 marks a free object
	root  string
	prev  int
	size  int
	slots []slot
	gens  map[int]int // generations other than 0
}

// A slot is a signature dictionary whose ByteRange is still open.
type slot struct{ rangeAt, contents, contentsEnd int }

const (
	rangeRoom    = "[0000000000 0000000000 0000000000 0000000000]"
	contentsRoom = "<3006020100040100>"
)

func newWriter() *writer {
	w := &writer{offs: map[int]int{}, root: "/Root 1 0 R", gens: map[int]int{}}
	w.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	return w
}

func (w *writer) obj(num int, body string) *writer {
	w.at(num)
	fmt.Fprintf(w, "%d %d obj\n%s\nendobj\n", num, w.gens[num], body)
	return w
}

func (w *writer) stream(num int, dict, data string) *writer {
	w.at(num)
	fmt.Fprintf(w, "%d 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n", num, dict, len(data), data)
	return w
}

func (w *writer) at(num int) {
	w.offs[num] = w.Len()
	w.size = max(w.size, num+1)
}

func (w *writer) free(num int) *writer { w.offs[num] = 0; return w }

// signature writes a signature dictionary; seal fills in its ByteRange.
func (w *writer) signature(num int, entries string) *writer {
	w.at(num)
	fmt.Fprintf(w, "%d 0 obj\n<<%s/ByteRange ", num, entries)
	s := slot{rangeAt: w.Len()}
	w.WriteString(rangeRoom + "/Contents ")
	s.contents = w.Len()
	w.WriteString(contentsRoom)
	s.contentsEnd = w.Len()
	w.WriteString(">>\nendobj\n")
	w.slots = append(w.slots, s)
	return w
}

// end closes the revision with a cross-reference table.
func (w *writer) end(trailer string) *writer {
	at := w.Len()
	w.WriteString("xref\n")
	nums := w.numbers()
	if w.prev == 0 {
		w.WriteString("0 1\n0000000000 65535 f \n")
	}
	for _, n := range nums {
		if w.offs[n] == 0 {
			fmt.Fprintf(w, "%d 1\n%010d %05d f \n", n, 0, 1)
			continue
		}
		fmt.Fprintf(w, "%d 1\n%010d %05d n \n", n, w.offs[n], w.gens[n])
	}
	fmt.Fprintf(w, "trailer\n<</Size %d%s%s%s>>\n", w.size, w.root, w.prevEntry(), trailer)
	return w.tail(at)
}

// endStream closes the revision with a cross-reference stream.
func (w *writer) endStream(num int, trailer string, compressed map[int][2]int) *writer {
	w.at(num)
	at := w.Len()
	var data, index strings.Builder
	row := func(n, kind, a, b int) {
		fmt.Fprintf(&index, "%d 1 ", n)
		data.Write([]byte{byte(kind), byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a), byte(b >> 8), byte(b)})
	}
	for _, n := range w.numbers() {
		row(n, min(1, w.offs[n]), w.offs[n], 0)
	}
	for n, c := range compressed {
		w.size = max(w.size, n+1)
		row(n, 2, c[0], c[1])
	}
	dict := fmt.Sprintf("/Type/XRef/W[1 4 2]/Index[%s]/Size %d%s%s%s", index.String(), w.size, w.root, w.prevEntry(), trailer)
	fmt.Fprintf(w, "%d 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n", num, dict, data.Len(), data.String())
	return w.tail(at)
}

func (w *writer) numbers() []int {
	var nums []int
	for n := range w.offs {
		nums = append(nums, n)
	}
	slices.Sort(nums)
	return nums
}

func (w *writer) prevEntry() string {
	if w.prev == 0 {
		return ""
	}
	return fmt.Sprintf("/Prev %d", w.prev)
}

func (w *writer) tail(at int) *writer {
	fmt.Fprintf(w, "startxref\n%d\n%%%%EOF\n", at)
	w.prev, w.offs = at, map[int]int{}
	return w
}

// seal fills the open ByteRanges for a file that ends here.
func (w *writer) seal() *writer {
	for _, s := range w.slots {
		r := fmt.Sprintf("[%d %d %d %d]", 0, s.contents, s.contentsEnd, w.Len()-s.contentsEnd)
		copy(w.Bytes()[s.rangeAt:], fmt.Sprintf("%-*s", len(rangeRoom), r))
	}
	w.slots = nil
	return w
}

const (
	sigEntries = "/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached"
	tstEntries = "/Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161"
	widget0    = "<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)/Rect[0 0 0 0]/F 132/P 3 0 R/V %d 0 R>>"
)

// sealed is a document with a page, a form and a note under a seal: objects 1
// (catalogue), 3 (page), 4 and 5 (seal), 6 (content), 7 (font), 10 (text
// field), 11 (its appearance), 12 (check box), 13 (choice), 15 (note).
func sealed() *writer { return sealedWith(textField("(10)", "11 0 R", "")) }

// sealedWith is the same with another field as object 10, and more objects or
// others instead of these.
func sealedWith(field string, more ...func(w *writer)) *writer {
	w := newWriter()
	for _, add := range more {
		add(w)
	}
	for num, body := range []string{
		1: sealedCatalog("", ""), 2: "<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: sealedPage(""),
		4: fmt.Sprintf(widget0, "Seal", 5), 7: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		10: field, 12: checkBox("Off"), 13: choice("(a)", "11 0 R"), 15: note15("first", "400 700 420 720"),
	} {
		if body != "" && w.offs[num] == 0 {
			w.obj(num, body)
		}
	}
	w.stream(6, "", "BT /F 12 Tf (sealed) Tj ET").stream(11, lookDict, look("10")).stream(14, "/Type/XObject/Subtype/Form", "0 0 5 5 re f")
	return w.signature(5, sigEntries).end("").seal()
}

const lookDict = "/Type/XObject/Subtype/Form/BBox[0 0 90 20]/Resources<</Font<</F 7 0 R>>>>"

func sealedCatalog(fields, more string) string {
	return "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 10 0 R 12 0 R 13 0 R" + fields + "]/SigFlags 3>>" + more + ">>"
}

func sealedPage(annots string) string {
	return "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 6 0 R/Resources<</Font<</F 7 0 R>>>>/Annots[4 0 R 10 0 R 12 0 R 13 0 R 15 0 R" + annots + "]>>"
}

func textField(value, look, more string) string {
	return "<</Type/Annot/Subtype/Widget/FT/Tx/T(amount)/Rect[100 100 190 120]/F 4/P 3 0 R/AP<</N " + look + ">>/V" + value + more + ">>"
}

func checkBox(state string) string {
	return "<</Type/Annot/Subtype/Widget/FT/Btn/T(agree)/Rect[10 10 20 20]/F 4/P 3 0 R/AP<</N<</Yes 14 0 R>>>>/V/" + state + "/AS/" + state + ">>"
}

func choice(value, look string) string {
	return "<</Type/Annot/Subtype/Widget/FT/Ch/Ff 131072/T(kind)/Opt[[(a)(Alpha)][(b)(Beta)]]/Rect[30 30 120 50]/F 4/P 3 0 R/AP<</N " + look + ">>/V" + value + ">>"
}

func note15(text, rect string) string {
	return "<</Type/Annot/Subtype/Text/Rect[" + rect + "]/Contents(" + text + ")/P 3 0 R>>"
}

func look(text string) string { return "/Tx BMC q BT /F 12 Tf 0 g 2 5 Td (" + text + ") Tj ET Q EMC" }

// later opens a file and gives what came after its first seal.
func (w *writer) later(t testing.TB) []Revision {
	t.Helper()
	f := openBytes(t, w.Bytes())
	if len(f.Signatures) == 0 {
		t.Fatalf("no signature; notes %v", f.Notes)
	}
	return Compare(f).After(f.Signatures[0].Revision)
}
