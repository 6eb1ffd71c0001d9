package pdf

import (
	"strings"
	"testing"
)

// What waits in a document is told; what is shown, and what carries nothing, is not.
func TestPreparedContent(t *testing.T) {
	const page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]"
	for _, c := range []struct {
		name  string
		build func(w *writer)
		want  string // code and objects
	}{
		{"nothing", func(w *writer) {}, ""},
		{"a page aside", func(w *writer) { w.obj(10, page+"/Contents 6 0 R>>") }, "K-PDF-070 10 0"},
		{"an empty page aside", func(w *writer) { w.obj(10, page+">>") }, ""},
		{"a page tree aside", func(w *writer) { w.obj(10, "<</Type/Pages/Kids[11 0 R]>>").obj(11, page+"/Contents 6 0 R>>") }, "K-PDF-070 10 0, 11 0"},
		{"a catalogue aside", func(w *writer) { w.obj(10, "<</Type/Catalog/Pages 2 0 R>>") }, "K-PDF-070 10 0"},
		{"another object aside", func(w *writer) { w.obj(10, "<</Type/Font/FontDescriptor 11 0 R>>") }, ""},
		{"many", func(w *writer) {
			for n := range 9 {
				w.obj(10+n, page+"/Contents 6 0 R>>")
			}
		}, "K-PDF-070 10 0, 11 0, 12 0, 13 0, 14 0, 15 0, …"},
		{"hidden", func(w *writer) { w.obj(7, "<</Subtype/Stamp/Rect[0 0 9 9]/F 2/AP<</N 6 0 R>>>>") }, "K-PDF-071 7 0"},
		{"hidden and nothing", func(w *writer) { w.obj(7, "<</Subtype/Stamp/Rect[0 0 9 9]/F 2>>") }, ""},
		{"hidden window", func(w *writer) { w.obj(7, "<</Subtype/Popup/Rect[0 0 9 9]/F 2/AP<</N 6 0 R>>>>") }, ""},
		{"shown", func(w *writer) { w.obj(7, "<</Subtype/Stamp/Rect[0 0 9 9]/F 4/AP<</N 6 0 R>>>>") }, ""},
	} {
		w := newWriter()
		w.obj(1, "<</Type/Catalog/Pages 2 0 R>>").obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, page+"/Contents 6 0 R/Annots[7 0 R]>>").stream(6, "", "BT ET")
		c.build(w)
		f := w.end("").open(t)
		f.References(len(f.Revisions)).TellPrepared()
		var got []string
		for _, n := range f.Notes {
			if n.Code == CodePagesUnreached || n.Code == CodeHiddenDrawing {
				got = append(got, string(n.Code)+" "+n.Params["objects"])
			}
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// One value, its stream, endobj: all else readers may end elsewhere.
func TestPlain(t *testing.T) {
	for body, want := range map[string]bool{
		"(a)\nendobj": true, "<</A 1>>endobj": true, "<</Length 1>>\nstream\nx\nendstream\nendobj": true,
		"<</Length 1>>\nstream\nx\nendstream % words\nendobj": true, "<</Length 1>>\nstream\nxendstream endobj": true,
		"(a) (b)\nendobj": false, "(a)\nxref": false, "<</Length 1>>\nstream\nx\nendobj": false, "<</Length 1>>\nstream\nx\nendstream\n(b)\nendobj": false,
		"<</Length 1>>\nstream\nx\nendstream\nendstream\nendobj": false, "": false,
	} {
		w := newWriter()
		w.obj(1, "<</Type/Catalog>>").at(3)
		w.WriteString("3 0 obj\n" + body + "\n")
		if f := w.end("").open(t); f.Plain(1, 3) != want || !f.Plain(1, 99) {
			t.Errorf("%q: plain %v", body, !want)
		}
	}
}
