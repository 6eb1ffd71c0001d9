package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/internal/corpora"
)

// The comparison of readings ends in time whatever the file: it says what
// differs, or that the purse is empty.
func TestHostileReadingsEndInTime(t *testing.T) {
	wrong := func(w *writer) []byte { // something to repair
		at := w.obj(18, "(unused)").offs[18]
		return edit(w.end(""), entryOf(at), entryOf(at+2))
	}
	cases := map[string]func() []byte{
		"a million copies of an object": func() []byte {
			w := sheet(nil)
			w.WriteString(strings.Repeat("6 0 obj(x)endobj\n", 1<<20))
			return wrong(w)
		},
		"copies within copies": func() []byte {
			w := sheet(nil)
			const n, head = 1 << 17, "6 0 obj<</Length 09999999>>stream\n"
			w.WriteString(strings.Repeat(head, n))
			return wrong(w)
		},
		"open strings": func() []byte {
			w := sheet(nil)
			w.WriteString(strings.Repeat("6 0 obj(\n", 1<<18))
			return wrong(w)
		},
		"a dictionary of doubled keys": func() []byte {
			return sheet(map[int]string{7: "<<" + strings.Repeat("/A 1/B 2", 1<<18) + "/A 3>>"}).Bytes()
		},
		"a wide page tree": func() []byte {
			return sheet(map[int]string{2: "<</Type/Pages/Count 1/Kids[" + strings.Repeat("3 0 R ", 1<<18) + "]>>"}).Bytes()
		},
		"many sealed revisions": func() []byte {
			w := sheet(map[int]string{7: "<</Type/Font/Type/F>>"})
			for range 400 {
				w.signature(5, sigEntries).obj(18, "(x)").end("").seal()
			}
			return w.Bytes()
		},
		"object streams that inflate": func() []byte {
			w := aside(sheet(nil), 6, words("evil"))
			for n := 20; n < 60; n++ {
				w.stream(n, "/Type/ObjStm/N 1/First 4/Filter/FlateDecode", bomb())
			}
			return wrong(w)
		},
		"many trailers": func() []byte {
			w := sheet(nil)
			w.WriteString(strings.Repeat("trailer<</Root 7 0 R>>\n", 1<<18))
			return wrong(w)
		},
		"many tables with doubled entries": func() []byte {
			w := sheet(nil)
			for range 2000 {
				at := w.Len()
				fmt.Fprintf(w, "xref\n6 1\n%s\n6 1\n%s\ntrailer\n<</Size 8/Root 1 0 R/Prev %d>>\n", entryOf(honest6(w)), entryOf(honest7(w)), w.prev)
				w.tail(at)
			}
			return w.Bytes()
		},
	}
	for name, file := range cases {
		t.Run(name, func(t *testing.T) {
			b := file()
			start := time.Now()
			f, err := Open(bytes.NewReader(b), int64(len(b)), nil)
			if err != nil {
				t.Fatal(err)
			}
			if d := time.Since(start); d > corpora.TimeBar() {
				t.Errorf("took %v", d)
			}
			if len(f.Signatures) == 0 || len(f.Readings) == 0 && f.Exhausted == nil {
				t.Errorf("%d signatures, nothing is said; notes %d", len(f.Signatures), len(f.Notes))
			}
			t.Logf("%v, %d octets: %v %v", time.Since(start), len(b), f.Readings, f.Exhausted)
		})
	}
}
