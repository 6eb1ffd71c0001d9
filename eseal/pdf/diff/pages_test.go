package diff

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// farList is a sealed document whose page has its list of annotations, object
// 17, as an object of its own.
func farList(more ...func(w *writer)) func() *writer {
	more = append(more, redo(3, "<</Type/Page/Parent 2 0 R/Contents 6 0 R/Annots 17 0 R>>"), redo(17, "[4 0 R 16 0 R]"), redo(16, icon))
	return from(textField("(10)", "11 0 R", ""), more...)
}

func TestListsOfAnnotations(t *testing.T) {
	list := func(list string) func(w *writer) { return func(w *writer) { w.obj(17, list).obj(40, icon) } }
	const more = "[4 0 R 16 0 R 40 0 R]"
	piece := redo(1, sealedCatalog("", "/PieceInfo 18 0 R"))
	plain := strings.Replace(sealedPage(""), "[4 0 R 10 0 R 12 0 R 13 0 R 15 0 R]", "%", 1)
	inPage, inList := swap(plain, "%", "[4 0 R 15 0 R]"), swap(plain, "%", " 17 0 R")
	runGroups(t, []group{
		{"its own object", farList(), []twin{
			{"one more", list(more), LevelAnnotations, AnnotationAdded, false},
			{"one more that acts", func(w *writer) { w.obj(17, more).obj(40, swap(link, "/URI/URI(", "/JavaScript/JS(")) }, LevelOther, Changed, false},
		}},
		{"also of another page", farList(redo(2, "<</Type/Pages/Kids[3 0 R 18 0 R]/Count 2>>"), redo(18, "<</Type/Page/Parent 2 0 R/Annots 17 0 R>>")), []twin{
			{"one more", list(more), LevelAnnotations, AnnotationAdded, false},
		}},
		{"also the page's parts", farList(redo(2, "<</Type/Pages/Kids[3 0 R 18 0 R]/Count 2>>"), redo(18, "<</Type/Page/Parent 2 0 R/B 17 0 R>>")), []twin{
			{"one more", list(more), LevelOther, Changed, false},
		}},
		{"also the same page's parts", farList(redo(2, "<</Type/Pages/Kids[3 0 R 18 0 R]/Count 2>>"), redo(18, "<</Type/Page/Parent 2 0 R/Annots 17 0 R/B 17 0 R>>")), []twin{
			{"one more", list(more), LevelOther, Changed, false},
		}},
		{"also of no page", farList(piece, redo(18, "<</Type/Template/Annots 17 0 R>>")), []twin{
			{"one more", list(more), LevelOther, Changed, false},
		}},
		{"of nothing", from("null", redo(17, "[]")), []twin{
			{"one more", list("[40 0 R]"), LevelOther, Changed, false},
		}},
		{"in the page", from("null", redo(3, inPage)), []twin{
			{"becomes an object", func(w *writer) { w.obj(3, inList).obj(17, "[4 0 R 15 0 R 40 0 R]").obj(40, icon) }, LevelAnnotations, AnnotationAdded, false},
		}},
		{"in the page, another waits", from("null", piece, redo(3, inPage), redo(18, "[17 0 R]"), redo(17, "[4 0 R 15 0 R]")), []twin{
			{"becomes the other", redo(3, inList), LevelLongTerm, AnnotationList, false},
			{"becomes the other, which changes", func(w *writer) { w.obj(3, inList).obj(17, "[4 0 R 15 0 R 40 0 R]").obj(40, icon) }, LevelOther, Changed, false},
		}},
	})
}

// An annotation that is freed is told once.
func TestRemovedOnce(t *testing.T) {
	n := 0
	for _, it := range note16(icon)().obj(3, sealedPage("")).free(16).end("").later(t)[0].Items {
		if it.Kind == AnnotationRemoved {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d times", n)
	}
}

// The page of an annotation is the one that it names, else that whose list
// has it.
func TestPageThatHoldsAnAnnotation(t *testing.T) {
	two := func(w *writer) {
		w.obj(2, "<</Type/Pages/Kids[3 0 R 18 0 R]/Count 2>>").obj(17, "<</Subtype/Popup/Parent 16 0 R/Rect[0 0 9 9]>>").obj(16, icon).obj(3, sealedPage("")).obj(18, page18(""))
	}
	build := func(update func(w *writer)) []Revision {
		w := sealedWith("null", two)
		update(w)
		return w.end("").later(t)
	}
	named := func(n string) string { return swap(icon, "/Rect", "/P "+n+" 0 R/Rect") }
	for what, later := range map[string][]Revision{
		"changed":        build(redo(16, swap(icon, "(x)", "(y)"))),
		"changed, names": build(redo(16, named("18"))),
		"changed, wrong": build(redo(16, named("7"))),
		"added":          build(func(w *writer) { w.obj(18, page18(" 40 0 R")).obj(40, icon) }),
		"added, names":   build(func(w *writer) { w.obj(18, page18(" 40 0 R")).obj(40, named("18")) }),
		"added to both": build(func(w *writer) {
			w.obj(3, sealedPage(" 41 0 R")).obj(18, page18(" 40 0 R")).obj(40, icon).obj(41, icon)
		}),
		"added, no list":  build(func(w *writer) { w.obj(18, page18(" 40 0 R")).obj(40, named("7")) }),
		"added, astray":   build(func(w *writer) { w.obj(8, "<</Annots[40 0 R]>>").obj(18, page18(" 40 0 R")).obj(40, icon) }),
		"added elsewhere": build(func(w *writer) { w.obj(18, page18(" 40 0 R")).obj(40, icon).obj(15, note15("y", "400 700 420 720")) }),
	} {
		undoubted(t, LevelAnnotations, later)
		for _, it := range later[0].Items {
			if (it.Object == "16 0" || it.Object == "40 0") && it.Page != 2 {
				t.Errorf("%s: %+v", what, it)
			}
		}
	}
}

func page18(annots string) string {
	return "<</Type/Page/Parent 2 0 R/Annots[16 0 R 17 0 R" + annots + "]>>"
}

// told are the changes of the page tree that an update is said to make.
func told(t *testing.T, w *writer, update func(w *writer)) (out []string) {
	t.Helper()
	update(w)
	later := w.end("").later(t)
	if later[0].Level != LevelOther {
		t.Errorf("%+v", later)
	}
	for _, it := range later[0].Items {
		if it.Object == "page tree" {
			out = append(out, fmt.Sprintf("%s %d", it.Kind, it.Page))
		}
	}
	return out
}

func TestPageTree(t *testing.T) {
	kids := func(kids string) func(w *writer) {
		return redo(2, "<</Type/Pages/Kids["+kids+"]/Count 2>>")
	}
	page := func(num int) func(w *writer) { return redo(num, "<</Type/Page/Parent 2 0 R>>") }
	and := func(fs ...func(w *writer)) func(w *writer) {
		return func(w *writer) {
			for _, f := range fs {
				f(w)
			}
		}
	}
	var many, others strings.Builder
	var exchange []func(w *writer)
	for i := range 51 {
		fmt.Fprintf(&many, "%d 0 R ", 100+i)
		fmt.Fprintf(&others, "%d 0 R ", 200+i)
		exchange = append(exchange, page(200+i))
	}
	const direct = "<</Type/Page>>"
	far := redo(2, "<</Type/Pages/Kids 18 0 R/Count 1>>")
	for _, c := range []struct {
		name         string
		sealed, what func(w *writer)
		want         string
	}{
		{"one more", kids("3 0 R"), and(kids("3 0 R 40 0 R"), page(40)), "page-added 2"},
		{"two more", kids("3 0 R"), and(kids("3 0 R 40 0 R 41 0 R"), page(40), page(41)), "page-added 2 page-added 3"},
		{"one more in front", kids("3 0 R"), and(kids("40 0 R 3 0 R"), page(40)), "page-added 1"},
		{"one less", and(kids("3 0 R 18 0 R"), page(18)), kids("3 0 R"), "page-removed 2"},
		{"the first less", and(kids("18 0 R 3 0 R"), page(18)), kids("3 0 R"), "page-removed 1"},
		{"one replaced", and(kids("3 0 R 18 0 R"), page(18)), and(kids("40 0 R 18 0 R"), page(40)), "page-replaced 1"},
		{"by value", kids(direct), kids(direct + direct), "page-added 2"},
		{"by value, one less", kids(direct + direct), kids(direct), "page-removed 2"},
		{"the list is an object", and(far, redo(18, "[3 0 R]")), and(redo(18, "[3 0 R 40 0 R]"), page(40)), "page-added 2"},
		{"a page becomes a node", kids("3 0 R"), and(redo(3, "<</Type/Pages/Parent 2 0 R/Kids[40 0 R]>>"), page(40)), "page-replaced 1"},
		{"a page becomes a word", kids("3 0 R"), redo(3, "(x)"), "page-removed 1"},
		{"a page is freed", kids("3 0 R"), func(w *writer) { w.free(3) }, "page-removed 1"},
		{"other pages", and(far, redo(18, "[3 0 R]")), and(redo(1, swap(sealedCatalog("", ""), "Pages 2", "Pages 40")), redo(40, "<</Type/Pages/Kids[41 0 R]>>"), page(41)), "page-replaced 1"},
		{"all exchanged", kids(many.String()), and(append(exchange, kids(others.String()))...), ""},
	} {
		got := told(t, sealedWith("null", func(w *writer) {
			c.sealed(w)
			for i := range 51 {
				if c.name == "all exchanged" {
					page(100 + i)(w)
				}
			}
		}), c.what)
		if c.want == "" {
			if len(got) != maxPagesTold {
				t.Errorf("%s: %q", c.name, got)
			}
		} else if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestOddPageTrees(t *testing.T) {
	chain := func(levels int) *writer {
		return sealedWith("null", func(w *writer) {
			w.obj(2, "<</Type/Pages/Kids[101 0 R]>>")
			for i := 1; i < levels; i++ {
				w.obj(100+i, fmt.Sprintf("<</Type/Pages/Kids[%d 0 R]>>", 101+i))
			}
			w.obj(100+levels, "<</Type/Page>>")
		})
	}
	circle := sealedWith("null", redo(2, "<</Type/Pages/Kids["+strings.Repeat("2 0 R ", 9)+"3 0 R 3 0 R 90 0 R]>>"))
	for _, c := range []struct {
		name string
		w    *writer
		want []int
	}{
		{"circle", circle, []int{3}},
		{"deep", chain(64), []int{164}},
		{"too deep", chain(65), nil},
	} {
		f := c.w.open(t)
		if got := readPages(f, 1); !slices.Equal(got.order, c.want) || len(got.number) != len(c.want) || f.Exhausted != nil {
			t.Errorf("%s: %v %v", c.name, got, f.Exhausted)
		}
	}
}
