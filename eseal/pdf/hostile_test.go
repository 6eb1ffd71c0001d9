package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
)

func deflate(data []byte) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.String()
}

// bomb inflates to a thousand times its size.
var bomb = sync.OnceValue(func() string { return deflate(make([]byte, 96<<20)) })

// xrefBy is a file whose only cross-reference is a stream with this dictionary.
func xrefBy(dict, data string) string {
	head := "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
	return head + fmt.Sprintf("9 0 obj<</Type/XRef/Root 1 0 R%s/Length %d>>stream\n%s\nendstream endobj\nstartxref\n%d\n%%%%EOF\n", dict, len(data), data, len(head))
}

func TestHostileFilesEndInTime(t *testing.T) {
	deep := strings.Repeat("[", 12<<20)
	table := func(objects, trailer string) string {
		return "%PDF-1.7\n" + objects + "trailer<</Root 1 0 R" + trailer + ">>\nstartxref\n0\n%%EOF"
	}
	cases := map[string]string{
		"header only":             "%PDF-1.7",
		"nested arrays":           table("1 0 obj"+deep+"endobj\n", ""),
		"nested dictionaries":     table("1 0 obj"+strings.Repeat("<</A ", 4<<20)+"endobj\n", ""),
		"open string":             table(strings.Repeat("1 0 obj(\n", 1<<18), ""),
		"open hexadecimal string": table(strings.Repeat("1 0 obj<\n", 1<<18), ""),
		"stream without end":      table(strings.Repeat("1 0 obj<</Type/ObjStm/N 1/First 1>>stream\n", 1<<16), ""),
		"bomb as cross-reference": xrefBy("/W[1 4 2]/Size 8388607/Filter/FlateDecode", bomb()),
		"bomb as object stream":   compressedBomb().String(),
		"huge widths":             xrefBy("/W[9223372036854775807 9223372036854775807 9223372036854775807]/Size 5", "x"),
		"huge index":              xrefBy("/W[1 1 1]/Index[0 9223372036854775807 9223372036854775807 1]/Size 9223372036854775807", "xxxxxx"),
		"no width at all":         xrefBy("/W[0 0 0]/Index[0 8388607]/Size 8388607", "x"),
		"negative widths":         xrefBy("/W[-1 -1 -1]/Size 5", "x"),
		"predictor without sense": xrefBy("/W[1 2 1]/Size 5/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 99999999999>>", deflate([]byte("abc"))),
		"a million columns":       xrefBy("/W[1 2 1]/Size 5/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 16777216/Colors 32>>", deflate(make([]byte, 4096))),
		"filter chain":            xrefBy("/W[1 2 1]/Size 5/Filter["+strings.Repeat("/ASCIIHexDecode ", 100)+"]", "61"),
		"pages of pages":          newWriter().obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[2 0 R]>>>>").obj(2, "<</Kids[2 0 R 2 0 R 1 0 R]/FT/Sig>>").end("").String(),
	}
	for name, doc := range cases {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			if _, err := Open(strings.NewReader(doc), int64(len(doc)), nil); err != nil {
				t.Errorf("a file with a header gives an error: %v", err)
			}
			runtime.ReadMemStats(&after)
			if d := time.Since(start); d > corpora.TimeBar() {
				t.Errorf("took %v", d)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 400<<20 {
				t.Errorf("allocated %d MB in all", got>>20)
			}
		})
	}
}

func compressedBomb() *writer {
	w := newWriter()
	w.stream(7, "/Type/ObjStm/N 3/First 20/Filter/FlateDecode", bomb())
	return w.endStream(8, "", map[int][2]int{1: {7, 0}})
}

func TestObjectStreamThatNeedsItself(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>>")
	w.at(7)
	data := "5 0 <</Fields[]>>"
	fmt.Fprintf(w, "7 0 obj\n<</Type/ObjStm/N 1/First 4/Length 9 0 R>>\nstream\n%s\nendstream\nendobj\n", data)
	f := w.endStream(8, "", map[int][2]int{5: {7, 0}, 9: {7, 1}, 7: {7, 0}}).open(t)
	if f.Rebuilt || f.Exhausted != nil {
		t.Fatalf("rebuilt %v, exhausted %v", f.Rebuilt, f.Exhausted)
	}
	if o, err := f.Object(1, 9, 0); o != nil || err == nil {
		t.Errorf("object 9 = %v, %v", o, err)
	}
}

func TestObjectStreamThatNamesFewerObjects(t *testing.T) {
	for n, told := range map[int]bool{1: false, 2: true} {
		w := newWriter()
		w.stream(7, fmt.Sprintf("/Type/ObjStm/N %d/First 4", n), "1 0 <</Type/Catalog/Pages 2 0 R>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>")
		f := w.endStream(8, "", map[int][2]int{1: {7, 0}}).open(t)
		if f.catalog(1) == nil || f.Rebuilt || slices.Contains(codes(f.Notes), CodeObjectStream) != told {
			t.Errorf("/N %d: %v", n, f.Notes)
		}
	}
}

func TestObjectStreamInItself(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R>>")
	f := w.endStream(8, "", map[int][2]int{7: {7, 0}, 6: {7, 0}}).open(t)
	for _, n := range []int{6, 7} {
		if o, err := f.Object(1, n, 0); o != nil || err == nil {
			t.Errorf("object %d = %v, %v", n, o, err)
		}
	}
}

func TestChainOfSectionsThatComesBack(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>").end("/Prev 0000000000")
	at := w.prev
	b := bytes.Replace(w.Bytes(), []byte("/Prev 0000000000"), fmt.Appendf(nil, "/Prev %010d", at), 1)
	f := openBytes(t, b)
	wantCode(t, CodePrevLoop, f.Notes)
	if len(f.Revisions) != 1 || f.Rebuilt {
		t.Errorf("%d revisions, rebuilt %v", len(f.Revisions), f.Rebuilt)
	}
}

func TestCyclesInTheTrees(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>")
	w.obj(2, "<</Type/Pages/Kids[2 0 R 3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R>>")
	w.obj(4, "<</FT/Sig/T(a)/Kids[4 0 R 5 0 R]>>").obj(5, "<</T(b)/Kids[6 0 R]/Parent 4 0 R>>")
	w.obj(6, "<</T(c)/Kids[5 0 R 7 0 R]>>").obj(7, "<</T(d)/Subtype/Widget/Rect[0 0 1 1]/V 8 0 R>>").signature(8, sigEntries)
	f := w.end("").seal().open(t)
	wantCode(t, CodeFieldTree, f.Notes)
	wantCode(t, CodePageTree, f.Notes)
	if len(f.Signatures) != 1 || f.Signatures[0].Field.Name != "a.b.c.d" {
		t.Errorf("signatures %+v", f.Signatures)
	}
}

func TestEmptyPurseIsToldAndIsNoError(t *testing.T) {
	b := withStore().Bytes()
	for objects := int64(1); objects < 4000; objects += 37 {
		f, err := Open(bytes.NewReader(b), int64(len(b)), purse.New(purse.Limits{Objects: objects}))
		if err != nil {
			t.Fatal(err)
		}
		if f.Exhausted == nil {
			return // enough: the loop has seen all smaller amounts
		}
		if !isEmpty(f.Exhausted) {
			t.Fatalf("%v", f.Exhausted)
		}
		wantCode(t, CodeExhausted, f.Notes)
	}
	t.Error("4000 objects are not enough for a small file")
}

func TestSmallMemoryIsHeld(t *testing.T) {
	b := withStore().Bytes()
	for _, n := range []int64{1, 100, 1000, 10_000} {
		f, err := Open(bytes.NewReader(b), int64(len(b)), purse.New(purse.Limits{Bytes: n}))
		if err != nil {
			t.Fatal(err)
		}
		if n < 1000 && f.Exhausted == nil {
			t.Errorf("%d octets were enough", n)
		}
	}
}

// A shrinking file has fewer octets than it said.
type shrinking struct {
	b     []byte
	reads int
}

func (s *shrinking) ReadAt(p []byte, off int64) (int, error) {
	s.reads++
	b := s.b[:max(0, len(s.b)-s.reads*70_000)]
	if off >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[off:])
	if n < len(p) {
		return n, io.ErrUnexpectedEOF
	}
	return n, nil
}

func TestFileThatShrinksWhileRead(t *testing.T) {
	w := plain()
	w.stream(9, "", strings.Repeat("x", 300_000)).obj(1, "<</Type/Catalog/Pages 2 0 R>>").end("")
	f, err := Open(&shrinking{b: w.Bytes()}, int64(w.Len()), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, CodeShrunk, f.Notes)
}

func TestWhatIsNoPDF(t *testing.T) {
	for _, b := range []string{"", "PK\x03\x04", strings.Repeat(" ", 1100) + "%PDF-1.4"} {
		if _, err := Open(strings.NewReader(b), int64(len(b)), nil); err != ErrNotPDF {
			t.Errorf("%q: %v", b[:min(len(b), 8)], err)
		}
	}
	if _, err := Open(broken{}, 100, nil); err != io.ErrClosedPipe {
		t.Errorf("an unreadable file: %v", err)
	}
}

type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, io.ErrClosedPipe }

func TestByteRangesOfEveryBadKind(t *testing.T) {
	cases := []struct {
		name, rng string
		codes     []note.Code
	}{
		{"negative", "[0 -1 5 5]", []note.Code{CodeRangeNegative}},
		{"huge", "[0 9223372036854775807 9223372036854775807 9223372036854775807]", []note.Code{CodeRangeBeyond}},
		{"larger than any integer", "[0 99999999999999999999999 5 5]", []note.Code{CodeRangeBeyond}},
		{"overlapping", "[0 100 50 100]", []note.Code{CodeRangeOrder}},
		{"not from the start", "[5 100 200 300]", []note.Code{CodeRangeStart}},
		{"two numbers", "[0 700]", []note.Code{CodeRangeCount}},
		{"six numbers", "[0 10 20 10 40 10]", []note.Code{CodeRangeCount}},
		{"three numbers", "[0 10 20]", []note.Code{CodeRangeCount}},
		{"empty", "[]", []note.Code{CodeRangeCount}},
		{"reals", "[0 1.5 2 3]", []note.Code{CodeRangeNotNumbers}},
		{"no array", "(x)", []note.Code{CodeRangeAbsent}},
		{"all zero", "[0 0 0 0]", []note.Code{CodeGapElsewhere, CodeRangeEnd, CodeSigOutside}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := plain()
			w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>").obj(4, fmt.Sprintf(widget0, "S", 5))
			w.obj(5, "<<"+sigEntries+"/ByteRange "+c.rng+"/Contents<30>>>").end("")
			s := w.one(t)
			for _, code := range c.codes {
				wantCode(t, code, s.Coverage.Problems)
			}
			if s.Coverage.Valid || s.Coverage.WholeFile {
				t.Error("coverage is said to be valid")
			}
			checkSignature(t, s, w.Bytes())
		})
	}
}
