package diff

import (
	"fmt"
	"testing"
)

// An update may give a meaning to a reference that led nowhere when the
// document was signed (7.3.10).
func TestUpdateThatFillsADanglingReference(t *testing.T) {
	build := func(catalog, trailer string) Revision {
		w := newWriter()
		w.root += trailer
		w.obj(1, fmt.Sprintf(signedCatalog, "", catalog)).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R>>").obj(4, fmt.Sprintf(widget0, "S", 5)).obj(7, "<</Orphan 10 0 R>>")
		w.signature(5, sigEntries).end("").seal()
		w.obj(1, fmt.Sprintf(signedCatalog, "", catalog+"/DSS 10 0 R")).obj(10, "<</Certs[]>>").end("")
		return later(w.open(t))
	}
	if l := build("", "/Private 10 0 R"); l.Level != LevelLongTerm {
		t.Errorf("referred to by what nobody sees: %+v", l)
	}
	if l := build("/Names 10 0 R", ""); rank[l.Level] < rank[LevelNotAnalysed] {
		t.Errorf("referred to by the catalogue: %+v", l)
	}
}

// Entries that lead into older octets switch on what was prepared there.
func TestUpdateThatRepointsEntries(t *testing.T) {
	w := newWriter()
	w.obj(1, fmt.Sprintf(signedCatalog, "", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R/Contents 6 0 R>>").obj(4, fmt.Sprintf(widget0, "S", 5))
	w.stream(6, "", "(evil)")
	evil := w.offs[6]
	w.stream(6, "", "(good)").obj(7, "(x)").signature(5, sigEntries)
	other := w.offs[7]
	w.end("").seal()
	base := w.String()
	slots := func(num, off int) Revision {
		w := &writer{offs: map[int]int{num: off}, root: "/Root 1 0 R", prev: w.prev, size: 8}
		w.WriteString(base)
		return later(w.end("").open(t))
	}
	if l := slots(6, evil); rank[l.Level] < rank[LevelNotAnalysed] {
		t.Errorf("another object of the same number: %+v", l)
	}
	if l := slots(6, other); rank[l.Level] < rank[LevelNotAnalysed] {
		t.Errorf("an object of another number: %+v", l)
	}
}

func TestObjectStreamThatIsReplaced(t *testing.T) {
	w := newWriter()
	w.obj(1, fmt.Sprintf(signedCatalog, "", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(4, fmt.Sprintf(widget0, "S", 5)).signature(5, sigEntries)
	w.stream(7, "/Type/ObjStm/N 1/First 4", "3 0 <</Type/Page/Parent 2 0 R>>").endStream(8, "", map[int][2]int{3: {7, 0}}).seal()
	w.stream(7, "/Type/ObjStm/N 1/First 4", "3 0 <</Type/Page/Parent 2 0 R/Rotate 90>>").endStream(8, "", nil)
	l := later(w.open(t))
	if rank[l.Level] < rank[LevelNotAnalysed] {
		t.Errorf("the page changed without an entry of its own: %+v", l)
	}
}

func TestOldCrossReferenceStreamAsNumber(t *testing.T) {
	w := newWriter()
	w.obj(1, fmt.Sprintf(signedCatalog, "", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R>>").obj(4, fmt.Sprintf(widget0, "S", 5)).signature(5, sigEntries)
	w.endStream(8, "", nil).seal()
	w.obj(1, fmt.Sprintf(signedCatalog, "", "/DSS 8 0 R")).obj(8, "<</Certs[]>>").endStream(9, "", nil)
	if l := later(w.open(t)); l.Level != LevelLongTerm {
		t.Errorf("%+v", l)
	}
}

func TestUpdateWithoutASection(t *testing.T) {
	w := sealed()
	fmt.Fprintf(w, "%% more\nstartxref\n%d\n%%%%EOF\n", w.prev)
	l := later(w.open(t))
	if rank[l.Level] < rank[LevelNotAnalysed] {
		t.Errorf("%+v", l)
	}
}

// What came after a revision is asked of revisions that there are.
func TestAfter(t *testing.T) {
	w := sealed()
	w.obj(60, "(x)").end("").obj(61, "(x)").end("")
	ch := Compare(w.open(t))
	for _, c := range []struct{ revision, want int }{{-1, 0}, {0, 0}, {1, 2}, {2, 1}, {3, 0}, {4, 0}, {99, 0}} {
		if got := ch.After(c.revision); len(got) != c.want || c.want == 0 && got != nil {
			t.Errorf("after %d: %+v", c.revision, got)
		}
	}
	for _, none := range []*Changes{nil, {}, Compare(sealed().open(t))} {
		if none.After(0) != nil || none.After(1) != nil || none.Level(1) != LevelNone {
			t.Errorf("%+v", none)
		}
	}
}

// The oldest sealed revision counts, wherever its signature stands.
func TestOldestSeal(t *testing.T) {
	w := newWriter()
	w.obj(1, fmt.Sprintf(signedCatalog, " 6 0 R", "")).obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R>>")
	w.obj(4, fmt.Sprintf(widget0, "Later", 5)).obj(6, fmt.Sprintf(widget0, "First", 7))
	w.signature(5, sigEntries)
	later := w.slots
	w.slots = nil
	w.signature(7, sigEntries).end("").seal()
	w.slots = later
	w.obj(60, "(x)").end("").seal().obj(61, "(x)").end("")
	f := w.open(t)
	if len(f.Signatures) != 2 || f.Signatures[0].Revision != 2 || f.Signatures[1].Revision != 1 {
		t.Fatalf("%+v", f.Signatures)
	}
	if ch := Compare(f); len(ch.After(1)) != 2 || len(ch.After(2)) != 1 {
		t.Errorf("%+v", ch)
	}
	w = sealed()
	w.obj(1, sealedCatalog(" 40 0 R", "")).obj(40, fmt.Sprintf(widget0, "Two", 41)).signature(41, sigEntries).end("").seal().obj(61, "(x)").end("")
	if ch := Compare(w.open(t)); len(ch.After(1)) != 2 || len(ch.After(2)) != 1 {
		t.Errorf("%+v", ch)
	}
}
