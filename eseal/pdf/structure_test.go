package pdf

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/note"
)

func TestRevisionsAndTheirObjects(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>").obj(3, "(one)").obj(4, "(stays)").end("")
	first := w.Len()
	w.obj(3, "(two)").end("")
	second := w.Len()
	w.free(3).obj(5, "(new)").endStream(6, "", nil)
	f := w.open(t)
	if len(f.Revisions) != 3 || f.Rebuilt || len(f.Notes) > 0 {
		t.Fatalf("%d revisions, notes %v", len(f.Revisions), f.Notes)
	}
	for i, want := range []Revision{{Start: 0, End: int64(first), Kind: "table"}, {Start: int64(first), End: int64(second), Kind: "table"}, {Start: int64(second), End: int64(w.Len()), Kind: "stream"}} {
		if r := f.Revisions[i]; r.Number != i+1 || r.Start != want.Start || r.End != want.End || r.Kind != want.Kind {
			t.Errorf("revision %d is %+v, want %+v", i+1, r, want)
		}
	}
	for _, c := range []struct {
		rev, num int
		want     string
	}{{1, 3, "one"}, {2, 3, "two"}, {3, 3, ""}, {1, 4, "stays"}, {3, 4, "stays"}, {2, 5, ""}, {3, 5, "new"}, {0, 4, ""}, {4, 5, "new"}, {3, 99, ""}} {
		o, err := f.Object(c.rev, c.num, 0)
		got := ""
		if s, ok := o.(*String); ok {
			got = string(s.Value)
		}
		if got != c.want || err != nil {
			t.Errorf("object %d of revision %d = %q, %v; want %q", c.num, c.rev, got, err, c.want)
		}
	}
	if o, _ := f.Object(1, 3, 7); o != nil {
		t.Error("an object of another generation was given")
	}
}

func TestEndsOfLineBehindTheMark(t *testing.T) {
	for _, eol := range []string{"", "\n", "\r", "\r\n"} {
		b := bytes.TrimSuffix(plain().Bytes(), []byte("\n"))
		f := openBytes(t, append(bytes.Clone(b), eol...))
		if r := f.Revisions[0]; r.End != int64(len(b)+len(eol)) || r.eof != int64(len(b)) {
			t.Errorf("%q: revision ends at %d, file at %d", eol, r.End, len(b)+len(eol))
		}
	}
}

func TestJunkAroundTheFile(t *testing.T) {
	w := signed()
	f := openBytes(t, append(bytes.Clone(w.Bytes()), "junk that no revision holds"...))
	wantCode(t, CodeTrailingOctets, f.Notes)
	if s := f.Signatures[0]; !s.Coverage.Valid || s.Coverage.WholeFile || len(s.Coverage.NotCovered) != 1 {
		t.Errorf("coverage %+v", s.Coverage)
	}
	before := "HTTP/1.1 200 OK\r\n\r\n"
	f = openBytes(t, append([]byte(before), w.Bytes()...))
	wantCode(t, CodeHeaderOffset, f.Notes)
	if f.Rebuilt || f.HeaderOffset != int64(len(before)) || len(f.Signatures) != 1 {
		t.Fatalf("%+v", f)
	}
	s := f.Signatures[0]
	wantCode(t, CodeRangeFromHeader, s.Coverage.Problems)
	if !s.Coverage.Valid || s.Coverage.WholeFile || s.Coverage.NotCovered[0] != (Range{0, int64(len(before))}) {
		t.Errorf("coverage %+v", s.Coverage)
	}
}

func TestCompressedObjects(t *testing.T) {
	f := compressedDoc().open(t)
	if len(f.Notes) > 0 || f.Revisions[0].Kind != "stream" {
		t.Fatalf("notes %v, %+v", f.Notes, f.Revisions)
	}
	o, err := f.Object(1, 3, 0)
	if d, ok := o.(*Dict); err != nil || !ok || d.Name("Type") != "Page" || d.Start != -1 {
		t.Errorf("object 3 = %+v, %v", o, err)
	}
}

func TestHybridShowsWhatTheTableHides(t *testing.T) {
	f := hybridDoc().open(t)
	wantCode(t, CodeHybrid, f.Notes)
	if f.Revisions[0].Kind != "hybrid" || slices.Contains(codes(f.Notes), CodeHybridDiffers) {
		t.Fatalf("%+v %v", f.Revisions, f.Notes)
	}
	if o, _ := f.Object(1, 2, 0); dictOf(o).Name("Type") != "Pages" {
		t.Errorf("object 2 = %v", o)
	}
}

func TestHybridWhoseViewsDiffer(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>")
	at := w.Len()
	data := string([]byte{1, 0, 0, 0, 15, 0, 0})
	fmt.Fprintf(w, "9 0 obj\n<</Type/XRef/W[1 4 2]/Index[2 1]/Size 10/Length %d>>\nstream\n%s\nendstream\nendobj\n", len(data), data)
	f := w.end(fmt.Sprintf("/XRefStm %d", at)).open(t)
	wantCode(t, CodeHybridDiffers, f.Notes)
}

// linearized is Annex F in small: the first page's section stands in front
// and is what startxref leads to; the main one follows through /Prev.
func linearized() []byte {
	head := "%PDF-1.4\n9 0 obj<</Linearized 1>>endobj\n"
	catalog := "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
	pages := "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
	front := "xref\n1 1\n%010d 00000 n \ntrailer<</Size 3/Root 1 0 R/Prev %010d>>\nstartxref\n0\n%%%%EOF\n"
	size := len(fmt.Sprintf(front, 0, 0))
	main := len(head) + size + len(catalog) + len(pages)
	return fmt.Appendf([]byte(head), front+catalog+pages+"xref\n0 1\n0000000000 65535 f \n2 1\n%010d 00000 n \ntrailer<</Size 3>>\nstartxref\n%d\n%%%%EOF\n",
		len(head)+size, main, main-len(pages), len(head))
}

func TestLinearizedFileIsOneRevision(t *testing.T) {
	b := linearized()
	f := openBytes(t, b)
	if len(f.Revisions) != 1 || f.Rebuilt || !f.Linearized || f.Revisions[0].End != int64(len(b)) {
		t.Fatalf("%+v rebuilt %v notes %v", f.Revisions, f.Rebuilt, f.Notes)
	}
	if o, _ := f.Object(1, 2, 0); dictOf(o).Name("Type") != "Pages" {
		t.Error("the main section is not seen")
	}
}

// A section that was prepared inside the older octets and is only switched on
// by a new startxref belongs to the update, not to the signed revision.
func TestHiddenSectionBelongsToTheUpdate(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>").obj(3, "(shown)")
	honest := w.offs[3]
	w.obj(4, "(other)")
	evil := w.Len()
	fmt.Fprintf(w, "xref\n3 1\n%010d 00000 n \ntrailer<</Size 5/Root 1 0 R/Prev PREVPREVPR>>\n", honest)
	w.end("")
	b := bytes.Replace(w.Bytes(), []byte("PREVPREVPR"), fmt.Appendf(nil, "%010d", w.prev), 1)
	signedEnd := int64(len(b))
	f := openBytes(t, fmt.Appendf(b, "startxref\n%d\n%%%%EOF\n", evil))
	if len(f.Revisions) != 2 || f.Revisions[0].End != signedEnd {
		t.Fatalf("%+v %v", f.Revisions, f.Notes)
	}
	wantCode(t, CodeRevisionOrder, f.Notes)
	if e, _ := f.lookup(2, 3); e.rev != 2 {
		t.Errorf("the entry of the hidden section is given to revision %d", e.rev)
	}
}

func TestRebuild(t *testing.T) {
	b := bytes.ReplaceAll(withStore().Bytes(), []byte("startxref"), []byte("startxxxx"))
	f := openBytes(t, b)
	wantCode(t, CodeRebuilt, f.Notes)
	if !f.Rebuilt || len(f.Revisions) != 4 || len(f.Signatures) != 2 {
		t.Fatalf("rebuilt %v, %d revisions, %d signatures", f.Rebuilt, len(f.Revisions), len(f.Signatures))
	}
	for _, s := range f.Signatures {
		if !s.Coverage.Valid {
			t.Errorf("%s: %v", s.Field.Name, s.Coverage.Problems)
		}
	}
	c := bytes.ReplaceAll(compressedDoc().Bytes(), []byte("startxref"), []byte("startxxxx"))
	if f := openBytes(t, c); f.catalog(1) == nil {
		t.Error("the catalogue in an object stream is not found")
	}
	junk := openBytes(t, []byte("%PDF-1.4\nobj 1 obj x 0 obj 5 0 obj<</Type/Catalog>>endobj 6 0 obj("))
	if junk.catalog(1) == nil {
		t.Error("the only object is not found")
	}
}

func TestBrokenSections(t *testing.T) {
	base := plain().String()
	cases := []struct {
		name, from, to string
		code           note.Code
		rebuilt        bool
	}{
		{"count too large", "0 1\n0000000000 65535 f \n", "0 9\n0000000000 65535 f \n", CodeRebuilt, true},
		{"entry neither n nor f", " 00000 n \n2 1", " 00000 x \n2 1", CodeRebuilt, true},
		{"no trailer", "trailer", "trailor", CodeRebuilt, true},
		{"offset of the catalogue", fmt.Sprintf("%010d", strings.Index(base, "1 0 obj")), "0000000003", CodeXRefEntry, true},
		{"offset of the page", fmt.Sprintf("%010d", strings.Index(base, "3 0 obj")), fmt.Sprintf("%010d", strings.Index(base, "2 0 obj")), CodeXRefEntry, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(base, c.from) {
				t.Fatal("the case does not fit the file")
			}
			f := openBytes(t, []byte(strings.Replace(base, c.from, c.to, 1)))
			f.Object(len(f.Revisions), 3, 0)
			wantCode(t, c.code, f.Notes)
			if f.Rebuilt != c.rebuilt {
				t.Errorf("rebuilt %v; %v", f.Rebuilt, f.Notes)
			}
			if f.catalog(len(f.Revisions)) == nil {
				t.Error("no catalogue")
			}
		})
	}
}

func TestTableNumberedFromOne(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>")
	at := w.Len()
	fmt.Fprintf(w, "xref\n1 3\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF", w.offs[1], w.offs[2], at)
	f := w.open(t)
	if f.Rebuilt || f.catalog(1) == nil {
		t.Errorf("rebuilt %v, notes %v", f.Rebuilt, f.Notes)
	}
}

func TestDoubledNumbersInOneSection(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>")
	at := w.Len()
	fmt.Fprintf(w, "xref\n1 1\n%010d 00000 n \n1 2\n%010d 00000 n \n%010d 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF", w.offs[1], w.offs[2], w.offs[2], at)
	f := w.open(t)
	wantCode(t, CodeDoubleEntry, f.Notes)
	if f.catalog(1).Name("Type") != "Catalog" {
		t.Error("the second entry won")
	}
}

func TestStreamWithoutRightLength(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/DSS<</Certs[7 0 R 8 0 R 9 0 R]>>>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>")
	w.obj(7, "<</Length 999>>\nstream\nwrong\nendstream").obj(8, "<</Length 10 0 R>>stream\r\nindirect\r\nendstream").obj(10, "8")
	w.obj(9, "<</Length 9 0 R>>stream\nown\nendstream")
	f := w.end("").open(t)
	wantCode(t, CodeStreamLength, f.Notes)
	var got []string
	for _, c := range f.SecurityStore.Certs {
		got = append(got, string(c.Data))
	}
	if !slices.Equal(got, []string{"wrong", "indirect", "own"}) {
		t.Errorf("streams %q", got)
	}
}

func TestEncryptionIsSeen(t *testing.T) {
	w := newWriter()
	w.root += "/Encrypt 9 0 R"
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>")
	w.obj(4, fmt.Sprintf(widget0, "S", 5)).signature(5, sigEntries+"/M(\x01\x02)").obj(9, "<</Filter/Standard/V 4/StmF/StdCF/CF<</StdCF<</CFM/AESV2>>>>>>")
	w.stream(7, "/Type/ObjStm/N 0/First 0", "")
	f := w.end("").seal().open(t)
	wantCode(t, CodeEncrypted, f.Notes)
	if !f.Encrypted || f.Encryption != "Standard" || len(f.Signatures) != 1 || !f.Signatures[0].Coverage.Valid {
		t.Errorf("%+v %+v", f.Encrypted, f.Signatures)
	}
	if _, err := f.objectStreamAt(int64(bytes.Index(w.Bytes(), []byte("7 0 obj"))), 1); err == nil {
		t.Error("an encrypted object stream was read")
	}
}

func TestDuplicateKeysAndMalformedObjects(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/Pages 2 0 R>>").obj(2, "<</Type/Pages/Kids[]/Count 0 junk>>")
	f := w.end("").open(t)
	f.Object(1, 2, 0)
	wantCode(t, CodeDuplicateKey, f.Notes)
	wantCode(t, CodeMalformedObject, f.Notes)
}
