package diff

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestSecurityStore(t *testing.T) {
	// the store is object 16, its streams are 17 and 18
	having := func(store string, more ...func(w *writer)) func() *writer {
		more = append(more, redo(1, sealedCatalog("", "/DSS 16 0 R")), redo(16, store), func(w *writer) { w.stream(17, "", "one").stream(18, "", "two") })
		return from("null", more...)
	}
	is := func(store string, more ...func(w *writer)) func(w *writer) {
		return func(w *writer) {
			w.obj(16, store)
			for _, f := range more {
				f(w)
			}
		}
	}
	far := func(w *writer) {
		w.at(40)
		fmt.Fprintf(w, "40 0 obj\n<</Length 41 0 R>>\nstream\nnew\nendstream\nendobj\n")
		w.obj(41, "3")
	}
	const both, one = "<</Certs[17 0 R 18 0 R]>>", "<</Certs[17 0 R]>>"
	const vri = "<</Certs[17 0 R]/VRI<</Type/VRI/A<</Cert[17 0 R]>>/B<</Cert[17 0 R]/TU(D:2026)>>>>>>"
	store := func(name string, update func(w *writer)) twin {
		return twin{name, update, LevelLongTerm, SecurityStore, false}
	}
	refused := func(name string, update func(w *writer)) twin { return twin{name, update, LevelOther, Changed, false} }
	runGroups(t, []group{
		{"two certificates", having(both), []twin{
			store("a third", is("<</Certs[17 0 R 18 0 R 40 0 R]>>", far)),
			store("one dropped", is(one)),
			store("one dropped and freed", is(one, func(w *writer) { w.free(18) })),
			store("one replaced", is("<</Certs[17 0 R 40 0 R]>>", far)),
			store("one renumbered", is("<</Certs[17 0 R 40 0 R]>>", func(w *writer) { w.stream(40, "", "two") })),
			store("of other octets", func(w *writer) { w.stream(17, "", "new") }),
			refused("one dropped and made something else", is(one, redo(18, "<</S/URI/URI(x)>>"))),
			refused("emptied", is("<</Certs[]>>")),
			refused("no certificates", is("<<>>")),
			refused("no list", is("<</Certs 17 0 R>>")),
			refused("no stream", is("<</Certs[17 0 R 18 0 R 7 0 R]>>")),
			{"gone", redo(1, sealedCatalog("", "")), LevelOther, SecurityStore, false},
		}},
		{"entries for two signatures", having(vri), []twin{
			store("a third", is(strings.Replace(vri, "/VRI<<", "/VRI<</C<<>>", 1))),
			store("no type", is(strings.Replace(vri, "/Type/VRI", "", 1))),
			refused("one less", is(strings.Replace(vri, "/A<</Cert[17 0 R]>>", "", 1))),
			refused("none", is(one)),
			refused("no dictionary", is(strings.Replace(vri, "<</Cert[17 0 R]>>", "5", 1))),
			refused("no entries", is("<</Certs[17 0 R]/VRI 5>>")),
		}},
		{"also something of a page", having(both, redo(3, swap(sealedPage(""), "/Contents 6 0 R", "/Contents 17 0 R"))), []twin{
			{"of other octets", func(w *writer) { w.stream(17, "", "new") }, LevelOther, PageContent, false},
		}},
	})
	details := func(update func(w *writer)) (out []string) {
		w := having(both)()
		update(w)
		for _, it := range w.end("").later(t)[0].Items {
			if it.Detail != "" {
				out = append(out, it.Object+" "+it.Detail)
			}
		}
		return out
	}
	for _, c := range []struct {
		update func(w *writer)
		want   []string
	}{
		{is(one), []string{"security store Certs removed"}},
		{is(one, func(w *writer) { w.free(18) }), []string{"security store Certs removed", "18 0 removed"}},
		{is("<</Certs[17 0 R 40 0 R]>>", far), []string{"security store Certs removed"}},
		{is("<</Certs[17 0 R 40 0 R]>>", func(w *writer) { w.stream(40, "", "two") }), nil},
		{func(w *writer) { w.stream(17, "", "new") }, nil},
	} {
		if got := details(c.update); !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
