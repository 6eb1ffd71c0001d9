package pdf

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/kakuin/kakuin/eseal/note"
)

// A twofold is a file of which readers show different documents, or, benign,
// one that looks like it and shows one.
type twofold struct {
	name string
	code note.Code // empty: benign
	file func() []byte
}

// renamed replaces octets of the same length.
func (w *writer) renamed(from, to string) []byte { return edit(w, from, to) }

func twofolds() []twofold {
	return []twofold{
		{"plain", "", func() []byte { return sheet(nil).Bytes() }},
		{"later object in the same revision, startxref wrong", CodeTwoObjects, func() []byte {
			w := sheetBy(nil, func(w *writer) { o := w.offs[6]; w.obj(6, words("evil")); w.offs[6] = o; w.end("") })
			return edit(w, "startxref\n", "startxxxx\n")
		}},
		{"later object and an entry off by two", CodeTwoObjects, func() []byte {
			var page int
			w := sheetBy(nil, func(w *writer) {
				aside(w, 6, words("evil"))
				page = w.offs[7]
				w.end("")
			})
			return edit(w, entryOf(page), entryOf(page+2))
		}},
		{"entry of the content off by two", CodeTwoObjects, func() []byte {
			var at int
			w := sheetBy(nil, func(w *writer) { at = w.offs[6]; w.end("") })
			return edit(w, entryOf(at), entryOf(at+2))
		}},
		{"entry leads to another object", CodeTwoObjects, func() []byte {
			var at, other int
			w := sheetBy(nil, func(w *writer) { at, other = w.offs[6], w.offs[7]; w.end("") })
			return edit(w, entryOf(at), entryOf(other))
		}},
		{"entry off by two of an unused object", "", func() []byte {
			var at int
			w := sheetBy(map[int]string{16: "(unused)"}, func(w *writer) { at = w.offs[16]; w.end("") })
			return edit(w, entryOf(at), entryOf(at+2))
		}},
		{"object within a stream, entry of an unused object wrong", CodeTwoObjects, func() []byte {
			var at int
			w := sheetBy(map[int]string{16: "(unused)", 17: streamOf("", "\n6 0 obj\n"+words("evil")+"\nendobj\n")}, func(w *writer) { at = w.offs[16]; w.end("") })
			return edit(w, entryOf(at), entryOf(at+2))
		}},
		{"generation of an entry", CodeTwoValues, func() []byte {
			var at int
			w := sheetBy(nil, func(w *writer) { at = w.offs[6]; w.end("") })
			return edit(w, entryOf(at), fmt.Sprintf("%010d 00007 n ", at))
		}},
		{"generation of a reference", CodeTwoValues, func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], "6 0 R", "6 1 R", 1)}).Bytes()
		}},
		{"Size too small", CodeBeyondSize, func() []byte {
			return edit(sheet(map[int]string{3: evilPage, 16: words("evil")}), "/Size 17", "/Size 16")
		}},
		{"Size too large", "", func() []byte { return edit(sheet(nil), "/Size 8", "/Size 9") }},
		{"entry twice in one table", CodeTwoTables, func() []byte {
			return sheetBy(map[int]string{}, func(w *writer) {
				second := w.Len()
				aside(w, 6, words("evil"))
				at := w.Len()
				w.WriteString("xref\n0 8\n0000000000 65535 f \n")
				for n := 1; n < 8; n++ {
					w.WriteString(entryOf(w.offs[n]) + "\n")
				}
				fmt.Fprintf(w, "6 1\n%s\ntrailer\n<</Size 8/Root 1 0 R>>\n", entryOf(second))
				w.tail(at)
			}).Bytes()
		}},
		{"a table by tokens and another by records", CodeTwoTables, func() []byte {
			return sheetBy(nil, func(w *writer) {
				second := w.Len()
				aside(w, 6, words("evil"))
				at := w.Len()
				w.WriteString("xref\n0 8\n0000000000 65535 f \n")
				for n := 1; n < 6; n++ {
					w.WriteString(entryOf(w.offs[n]) + "\n")
				}
				w.Truncate(w.Len() - 2)
				fmt.Fprintf(w, " %%%s\n%s\n%s\n", entryOf(second), entryOf(w.offs[6]), entryOf(w.offs[7]))
				w.WriteString("trailer\n<</Size 8/Root 1 0 R>>\n")
				w.tail(at)
			}).Bytes()
		}},
		{"lines of 19 octets", "", func() []byte {
			return sheetBy(nil, func(w *writer) {
				at := w.Len()
				w.WriteString("xref\n0 8\n0000000000 65535 f\n")
				for n := 1; n < 8; n++ {
					w.WriteString(strings.TrimSpace(entryOf(w.offs[n])) + "\n")
				}
				w.WriteString("trailer\n<</Size 8/Root 1 0 R>>\n")
				w.tail(at)
			}).Bytes()
		}},
		{"key twice", CodeTwoValues, func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], "/Contents 6 0 R", "/Contents 16 0 R/Contents 6 0 R", 1), 16: words("evil")}).Bytes()
		}},
		{"key twice after decoding", CodeTwoValues, func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], "/Contents 6 0 R", "/Contents 6 0 R/Cont#65nts 16 0 R", 1), 16: words("evil")}).Bytes()
		}},
		{"key and null", CodeTwoValues, func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], "/Contents 6 0 R", "/Contents 6 0 R/Contents null", 1)}).Bytes()
		}},
		{"key twice with one value", "", func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], "/Contents 6 0 R", "/Contents 6 0 R/Contents 6 0 R", 1)}).Bytes()
		}},
		{"key twice in an unused object", "", func() []byte { return sheet(map[int]string{16: "<</A 1/A 2>>"}).Bytes() }},
		{"Root twice", CodeTwoValues, func() []byte {
			return sheetBy(map[int]string{16: words("evil"), 17: "<</Type/Catalog/Pages 18 0 R>>", 18: "<</Type/Pages/Kids[19 0 R]/Count 1>>", 19: strings.Replace(evilPage, "2 0 R", "18 0 R", 1)},
				func(w *writer) { w.end("/Root 1 0 R/Root 17 0 R/Root 1 0 R") }).Bytes()
		}},
		{"number with two points", CodeTwoValues, func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], "200 200", "200 20.0.5", 1)}).Bytes()
		}},
		{"number with two signs", CodeTwoValues, func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], "[0 0", "[0 --100", 1)}).Bytes()
		}},
		{"0R", CodeTwoValues, func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], "/Contents 6 0 R", "/Contents 6 0R", 1)}).Bytes()
		}},
		{"reference over comments", "", func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], "/Contents 6 0 R", "/Contents 6%\r0%0\n\x00\fR", 1)}).Bytes()
		}},
		{"huge object number", CodeTwoValues, func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], "/Contents 6 0 R", "/Contents[6 0 R 4294967312 0 R]", 1), 16: words("evil")}).Bytes()
		}},
		{"object without endobj", "", func() []byte {
			w := sheet(nil)
			return edit(w, "Helvetica>>\nendobj", "Helvetica>>\n      ")
		}},
		{"two objects in one", CodeTwoValues, func() []byte {
			return sheet(map[int]string{2: "<</Type/Pages/Kids[3 0 R]/Count 1>>\n<</Type/Pages/Kids[18 0 R]/Count 1>>", 16: words("evil"), 18: evilPage}).Bytes()
		}},
		{"Length too small", CodeTwoLengths, func() []byte {
			data := saying("sealed") + "\n" + strings.Replace(saying("more"), "100", "50", 1)
			return sheet(map[int]string{6: fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(saying("sealed")), data)}).Bytes()
		}},
		{"Length too large", CodeTwoLengths, func() []byte {
			s := saying("sealed")
			return sheet(map[int]string{6: fmt.Sprintf("<</Length %d>>stream\n%s\nendstream\n%%%s", len(s)+150, s, strings.Repeat(" ", 150))}).Bytes()
		}},
		{"Length off by a line end", "", func() []byte {
			s := saying("sealed")
			return sheet(map[int]string{6: fmt.Sprintf("<</Length %d>>stream\n%s   \nendstream", len(s), s)}).Bytes()
		}},
		{"no Length", CodeTwoLengths, func() []byte {
			return sheet(map[int]string{6: "<<>>stream\n" + saying("sealed") + "\nendstream"}).Bytes()
		}},
		{"endstream within data", "", func() []byte {
			return sheet(map[int]string{6: streamOf("", saying("sealed")+"\n% endstream endobj\n")}).Bytes()
		}},
		{"missing endstream", "", func() []byte {
			s := saying("sealed")
			return sheet(map[int]string{6: fmt.Sprintf("<</Length %d>>stream\n%s\n", len(s), s)}).Bytes()
		}},
		{"Length up to an endobj within the data", CodeTwoLengths, func() []byte {
			s := saying("sealed")
			return sheet(map[int]string{6: fmt.Sprintf("<</Length %d>>stream\n%s\nendobj\n%s\nendstream", len(s), s, strings.Replace(saying("more"), "100", "50", 1))}).Bytes()
		}},
		{"entry that leads to a comment before the object, and a stray one", CodeTwoObjects, func() []byte {
			return sheetBy(map[int]string{6: ""}, func(w *writer) {
				w.at(6)
				w.WriteString("%\r")
				aside(w, 6, words("sealed"))
				aside(w, 6, words("evil"))
				w.end("")
			}).Bytes()
		}},
		{"entry that leads to a comment before the object", "", func() []byte {
			return sheetBy(map[int]string{6: ""}, func(w *writer) {
				w.at(6)
				w.WriteString("%\r")
				aside(w, 6, words("sealed"))
				w.end("")
			}).Bytes()
		}},
		{"free entry that leads to the object", CodeTwoObjects, func() []byte {
			var at int
			w := sheetBy(nil, func(w *writer) { at = w.offs[7]; w.end("") })
			return edit(w, entryOf(at), strings.Replace(entryOf(at), "n", "f", 1))
		}},
		{"no end of line behind stream", CodeTwoLengths, func() []byte {
			return sheet(map[int]string{6: strings.Replace(words("sealed"), "stream\n", "stream\x00", 1)}).Bytes()
		}},
		{"no end of line behind stream of the table", CodeTwoTables, func() []byte {
			return sheetBy(nil, func(w *writer) { w.endStream(9, "", nil) }).renamed("stream\n\x01", "stream \x01")
		}},
		{"no Size, and a stray object", CodeTwoObjects, func() []byte {
			return sheetBy(nil, func(w *writer) { aside(w, 6, words("evil")); w.end("") }).renamed("/Size", "/Siz_")
		}},
		{"plus before startxref's number, and a stray object", CodeTwoObjects, func() []byte {
			return sheetBy(nil, func(w *writer) { aside(w, 6, words("evil")); w.end("") }).renamed("startxref\n", "startxref+")
		}},
		{"short generation, and a stray object", CodeTwoObjects, func() []byte {
			return sheetBy(nil, func(w *writer) { aside(w, 6, words("evil")); w.end("") }).renamed(" 00000 n \n4", "  0000 n \n4")
		}},
		{"odd Index, and a stray object", CodeTwoObjects, func() []byte {
			return sheetBy(nil, func(w *writer) { aside(w, 6, words("evil")); w.endStream(9, "", nil) }).renamed("9 1 ]", "9 1/]")
		}},
		{"no Size, and a stray object that is cut off", CodeTwoObjects, func() []byte {
			return sheetBy(nil, func(w *writer) {
				aside(w, 6, strings.Replace(words("evil"), "endstream", "endstrea_", 1))
				w.end("")
			}).renamed("/Size", "/Siz_")
		}},
		{"wrong index in an object stream", CodeTwoIndexes, func() []byte { return packed("3 0 8 %d ", 1).Bytes() }},
		{"number twice in an object stream", CodeTwoIndexes, func() []byte { return packed("3 0 3 %d ", 0).Bytes() }},
		{"object stream in order", "", func() []byte { return packed("3 0 8 %d ", 0).Bytes() }},
		{"hybrid that differs", CodeTwoTables, func() []byte {
			return sheetBy(nil, func(w *writer) {
				second := w.Len()
				aside(w, 6, words("evil"))
				at := w.Len()
				data := string([]byte{1, byte(second >> 24), byte(second >> 16), byte(second >> 8), byte(second), 0, 0})
				fmt.Fprintf(w, "9 0 obj\n<</Type/XRef/W[1 4 2]/Index[6 1]/Size 10/Length %d>>\nstream\n%s\nendstream\nendobj\n", len(data), data)
				w.end(fmt.Sprintf("/XRefStm %d", at))
			}).Bytes()
		}},
		{"hybrid over an older revision", CodeTwoTables, func() []byte {
			w := newWriter()
			for n, body := range map[int]string{1: "<</Type/Catalog/Pages 2 0 R>>", 6: words("evil")} {
				w.obj(n, body)
			}
			w.end("")
			for _, n := range []int{1, 2, 3, 4, 7} {
				w.obj(n, sheetObjects[n])
			}
			w.signature(5, sigEntries)
			second := w.Len()
			aside(w, 6, words("sealed"))
			at := w.Len()
			data := string([]byte{1, byte(second >> 24), byte(second >> 16), byte(second >> 8), byte(second), 0, 0})
			fmt.Fprintf(w, "9 0 obj\n<</Type/XRef/W[1 4 2]/Index[6 1]/Size 10/Length %d>>\nstream\n%s\nendstream\nendobj\n", len(data), data)
			return w.end(fmt.Sprintf("/XRefStm %d", at)).seal().Bytes()
		}},
		{"offsets from the file and from the header", CodeTwoTables, func() []byte { return twoBases().Bytes() }},
		{"offsets from the header", "", func() []byte { return append([]byte("junk junk\n"), sheet(nil).Bytes()...) }},
		{"catalogue of an older trailer, entry of an unused object wrong", CodeTwoObjects, func() []byte {
			w := newWriter()
			w.obj(11, "<</Type/Catalog/Pages 12 0 R>>").obj(12, "<</Type/Pages/Kids[13 0 R]/Count 1>>").obj(13, strings.Replace(evilPage, "2 0 R", "12 0 R", 1)).obj(16, words("evil"))
			w.root = "/Root 11 0 R"
			w.end("/ID[(a)(a)]")
			w.root = "/Root 1 0 R"
			for _, n := range []int{1, 2, 3, 4, 6, 7} {
				w.obj(n, sheetObjects[n])
			}
			at := w.signature(5, sigEntries).obj(18, "(unused)").offs[18]
			return edit(w.end("").seal(), entryOf(at), entryOf(at+1))
		}},
		{"Count too small", CodeTwoPageTrees, func() []byte {
			return sheet(map[int]string{2: "<</Type/Pages/Kids[18 0 R 3 0 R]/Count 1>>", 18: evilPage, 16: words("evil")}).Bytes()
		}},
		{"Count of a branch", CodeTwoPageTrees, func() []byte {
			return sheet(map[int]string{2: "<</Type/Pages/Kids[17 0 R 3 0 R]/Count 1>>", 17: "<</Type/Pages/Kids[18 0 R]/Count 0/Parent 2 0 R>>", 18: strings.Replace(evilPage, "2 0 R", "17 0 R", 1), 16: words("evil")}).Bytes()
		}},
		{"page twice", CodeTwoPageTrees, func() []byte {
			return sheet(map[int]string{2: "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>"}).Bytes()
		}},
		{"page with kids", CodeTwoPageTrees, func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], ">>>>/Annots", ">>>>/Kids[18 0 R]/Count 1/Annots", 1), 18: strings.Replace(evilPage, "2 0 R", "3 0 R", 1), 16: words("evil")}).Bytes()
		}},
		{"resources by another parent", CodeTwoPageTrees, func() []byte {
			return sheet(map[int]string{3: "<</Type/Page/Parent 17 0 R/Contents 6 0 R>>", 2: "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 200 200]/Resources<</Font<</F 7 0 R>>>>>>",
				17: "<</Type/Pages/MediaBox[0 0 9 9]>>"}).Bytes()
		}},
		{"linearized to another page", CodeTwoFirstPages, func() []byte { return shortcutTo(18) }},
		{"linearized to its page", "", func() []byte { return shortcutTo(3) }},
		{"linearized to another section", CodeTwoFirstPages, func() []byte { return shortcutSection() }},
		{"unknown type of entry", CodeTwoObjects, func() []byte {
			return sheetBy(nil, func(w *writer) { aside(w, 6, words("evil")); w.endStream(9, "", map[int][2]int{10: {7, 0}}) }).withType(7)
		}},
		{"object that goes on behind its revision", CodeGoesOn, func() []byte {
			s := saying("sealed")
			w := sheetBy(map[int]string{6: ""}, func(w *writer) {
				w.at(6)
				fmt.Fprintf(w, "6 0 obj\n<</Length 00000>>\nstream\n%s\n", s)
				w.end("")
			})
			first := w.Len()
			fmt.Fprintf(w, "%s", saying("evil"))
			from := bytes.Index(w.Bytes(), []byte(s))
			w.WriteString("\nendstream\nendobj\n")
			w.obj(19, "(x)").end("")
			copy(w.Bytes()[bytes.Index(w.Bytes(), []byte("/Length 00000")):], fmt.Sprintf("/Length %05d", first+len(saying("evil"))-from))
			return w.Bytes()
		}},
		{"entry that leads behind its revision", CodeGoesOn, func() []byte {
			w := sheetBy(map[int]string{6: ""}, func(w *writer) { w.offs[6] = 1500; w.end("") })
			w.Write(bytes.Repeat([]byte(" "), 1500-w.Len()))
			aside(w, 6, words("evil"))
			return w.obj(19, "(x)").end("").Bytes()
		}},
		{"object stream in front, startxref wrong", "", func() []byte {
			w := newWriter()
			w.stream(10, "/Type/ObjStm/N 1/First 4", "3 0 "+evilPage).obj(16, words("evil"))
			for n := 1; n < 8; n++ {
				if n == 5 {
					w.signature(5, sigEntries)
				} else {
					w.obj(n, sheetObjects[n])
				}
			}
			w.end("").seal()
			return edit(w, "startxref\n", "startxxxx\n")
		}},
		{"no end mark", "", func() []byte { b := sheet(nil).Bytes(); return b[:len(b)-len("%%EOF\n")] }},
		{"startxref wrong", "", func() []byte {
			w := sheet(nil)
			return edit(w, "startxref\n", "startxxxx\n")
		}},
		{"two headers", "", func() []byte { return append([]byte("%PDF-1.4\n"), sheet(nil).Bytes()...) }},
		{"overlapping Index", CodeTwoTables, func() []byte {
			return sheetBy(nil, func(w *writer) {
				evil := w.Len()
				aside(w, 6, words("evil"))
				w.offs[5000] = evil
				w.size = 8
				w.endStream(9, "", nil)
			}).renamed("5000 1 ", "6 1    ")
		}},
		{"fewer rows than Index says, and a stray object", CodeTwoObjects, func() []byte {
			return sheetBy(nil, func(w *writer) { aside(w, 6, words("evil")); w.endStream(9, "", nil) }).renamed("9 1 ]", "9 9 ]")
		}},
		{"contents with broken elements", "", func() []byte {
			return sheet(map[int]string{3: strings.Replace(sheetObjects[3], "/Contents 6 0 R", "/Contents[null 6 0 R 99 0 R]", 1)}).Bytes()
		}},
		{"object stream that extends another", "", func() []byte {
			return sheetBy(map[int]string{3: ""}, func(w *writer) {
				w.stream(11, "/Type/ObjStm/N 1/First 4", "3 0 "+evilPage)
				w.stream(10, "/Type/ObjStm/N 1/First 4/Extends 11 0 R", "3 0 "+sheetObjects[3])
				w.endStream(9, "", map[int][2]int{3: {10, 0}})
			}).Bytes()
		}},
		{"comments and odd white space", "", func() []byte {
			return sheet(map[int]string{2: "%c\r<<%\n/Type/Pages\x00/Kids\f[3 0 R]%]\n/Count%\r1>>%"}).Bytes()
		}},
	}
}
