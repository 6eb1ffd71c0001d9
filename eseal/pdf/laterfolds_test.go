package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// laterfolds are files whose seal is honest and covers an honest revision;
// what was added later is read in two ways.
func laterfolds() []twofold {
	return []twofold{
		{"honest update", "", func() []byte { return sheet(nil).obj(17, "(x)").end("").Bytes() }},
		{"stray object and an entry off by two", CodeTwoObjects, func() []byte {
			w := aside(sheet(nil), 6, words("evil"))
			at := w.obj(17, "(x)").offs[17]
			return edit(w.end(""), entryOf(at), entryOf(at+2))
		}},
		{"stray object and no end mark", CodeTwoObjects, func() []byte {
			b := aside(sheet(nil), 6, words("evil")).obj(17, "(x)").end("").Bytes()
			return b[:len(b)-len("%%EOF\n")]
		}},
		{"table of two readings", CodeTwoTables, func() []byte {
			w := sheet(nil)
			evil := w.Len()
			aside(w, 6, words("evil"))
			w.obj(17, "(x)").obj(18, "(x)")
			at := w.Len()
			fmt.Fprintf(w, "xref\n17 1\n%s\n6 2\n%s %%%s\n%s\n%s\n", entryOf(w.offs[17]), strings.TrimSpace(entryOf(honest6(w))), entryOf(evil), entryOf(honest7(w)), "trailer\n<</Size 19/Root 1 0 R/Prev "+fmt.Sprint(w.prev)+">>")
			return w.tail(at).Bytes()
		}},
		{"entry twice", CodeTwoTables, func() []byte {
			w := sheet(nil)
			evil := w.Len()
			aside(w, 6, words("evil"))
			at := w.Len()
			fmt.Fprintf(w, "xref\n6 1\n%s\n6 1\n%s\ntrailer\n<</Size 8/Root 1 0 R/Prev %d>>\n", entryOf(honest6(w)), entryOf(evil), w.prev)
			return w.tail(at).Bytes()
		}},
		{"Prev as a real number", CodeTwoObjects, func() []byte {
			w := aside(sheet(nil), 6, words("evil"))
			prev := w.prev
			w.prev = 0
			return w.obj(17, "(x)").end(fmt.Sprintf("/Prev %d.0", prev)).Bytes()
		}},
		{"Size smaller than before", CodeBeyondSize, func() []byte { w := sheet(nil).obj(3, sheetObjects[3]); w.size = 7; return w.end("").Bytes() }},
		{"Root twice", CodeTwoValues, func() []byte {
			w := sheet(nil)
			w.root = "/Root 17 0 R/Root 1 0 R"
			return w.obj(17, "<</Type/Catalog/Pages 18 0 R>>").obj(18, "<</Type/Pages/Kids[19 0 R]/Count 1>>").obj(19, strings.Replace(evilPage, "2 0 R", "18 0 R", 1)).obj(16, words("evil")).end("").Bytes()
		}},
		{"junk and objects behind the end", CodeTwoObjects, func() []byte { return aside(sheet(nil), 6, words("evil")).Bytes() }},
		{"white space behind the end", "", func() []byte { return append(sheet(nil).Bytes(), "  \r\n"...) }},
		{"startxref twice", "", func() []byte {
			w := sheet(nil).obj(17, "(x)")
			at := w.Len()
			w.end("")
			return append(bytes.TrimSuffix(w.Bytes(), []byte("%%EOF\n")), fmt.Sprintf("startxref\n%d\n%%%%EOF\n", at)...)
		}},
		{"linearization made true by the length", CodeTwoFirstPages, func() []byte {
			w := newWriter()
			fmt.Fprintf(w, "19 0 obj\n<</Linearized 1/L 3000/H[600 50]/O 18/E 900/N 1/T 1200>>\nendobj\n")
			for _, n := range []int{1, 2, 3, 4, 6, 7} {
				w.obj(n, sheetObjects[n])
			}
			w.signature(5, sigEntries).obj(18, evilPage).obj(16, words("evil")).end("").seal()
			return lengthened(w, 3000)
		}},
	}
}

func honest6(w *writer) int { return bytes.Index(w.Bytes(), []byte("\n6 0 obj")) + 1 }

func honest7(w *writer) int { return bytes.Index(w.Bytes(), []byte("\n7 0 obj")) + 1 }

// lengthened adds an update that makes the file so long.
func lengthened(w *writer, length int) []byte {
	before := bytes.Clone(w.Bytes())
	prev, size := w.prev, w.size
	for pad := 0; ; pad++ {
		v := newWriter()
		v.Reset()
		v.Write(before)
		v.prev, v.size = prev, size
		if b := v.obj(20, "("+strings.Repeat("x", pad)+")").end("").Bytes(); len(b) >= length {
			return b
		}
	}
}

func TestLaterReadings(t *testing.T) {
	for _, c := range laterfolds() {
		t.Run(c.name, func(t *testing.T) {
			b := c.file()
			f := holds(t, c, b)
			if s := f.Signatures[0]; !s.Coverage.Valid || s.Revision != 1 {
				t.Fatalf("the honest revision is not covered: %v", s.Coverage.Problems)
			}
			for _, r := range f.Readings {
				if r.Since < 2 && len(f.Revisions) > 1 && r.Code != CodeTwoFirstPages {
					t.Errorf("%s is said of the sealed revision", r.Note)
				}
			}
		})
	}
}
