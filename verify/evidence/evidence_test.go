package evidence

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/verifytest"
)

func full() *purse.Purse { return purse.New(purse.Limits{}) }

// items are certificates, CRLs and OCSP responses, some twice by several ways, some broken.
func items() []*Item {
	w := verifytest.New()
	var out []*Item
	for _, o := range []Origin{Fetched, Document, Supplied} {
		for _, c := range []*verifytest.Cert{w.Seal, w.SealCA, w.Root} {
			out = append(out, NewItem(Certificate, c.DER, o, "S1", full()))
		}
		for _, crl := range w.CRLs(w.Seal) {
			out = append(out, NewItem(CRL, crl, o, "", full()))
		}
		out = append(out, NewItem(OCSP, w.OCSP(verifytest.OCSPTemplate{Cert: w.Seal}), o, "S1", full()),
			NewItem(Certificate, []byte("broken"), o, "S1", full()), NewItem(CRL, []byte("broken"), o, "S1", full()),
			NewItem(Token, []byte("token"), o, "", full()), NewItem(Type("other"), []byte("x"), o, "", full()))
	}
	return out
}

func spelled(s *Set) string {
	var b strings.Builder
	for _, it := range s.Items() {
		fmt.Fprintf(&b, "%s %x %s %s %v\n", it.Type, it.SHA256[:4], it.Origin, it.Where, it.Err != nil)
	}
	return b.String()
}

// TestOrderIsNothing: the same items in any order make the same set.
func TestOrderIsNothing(t *testing.T) {
	all := items()
	first := NewSet(all...)
	want := spelled(first)
	if len(first.Items()) != len(all)/3 {
		t.Errorf("%d items, want %d", len(first.Items()), len(all)/3)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		s := NewSet(all...)
		if got := spelled(s); got != want {
			t.Fatalf("another order:\n%s\nwant:\n%s", got, want)
		}
		if s.Get(all[0].SHA256).Origin != Document {
			t.Error("Get depends on the order")
		}
		if spelled(s.Clone()) != want {
			t.Error("the clone differs")
		}
	}
	for _, it := range first.Items() {
		if it.Origin != Document {
			t.Errorf("%s came from the document and is said to be %s", it.Type, it.Origin)
		}
	}
}

// TestNearer: the origin, then the place, then the address.
func TestNearer(t *testing.T) {
	order := []*Item{{Origin: Document, Where: "S1"}, {Origin: Document, Where: "S2"}, {Origin: Supplied}, {Origin: FromList}, {Origin: Cache}, {Origin: Fetched, URL: "http://a"}, {Origin: Fetched, URL: "http://b"}}
	for i := range order {
		for j := range order {
			if got := nearer(order[i], order[j]); got != (i < j) {
				t.Errorf("%d nearer than %d: %v", i, j, got)
			}
		}
	}
}

// TestAdd tells what was new; a nearer one of the same octets takes the place.
func TestAdd(t *testing.T) {
	s := NewSet()
	w := verifytest.New()
	far := NewItem(Certificate, w.Seal.DER, Fetched, "", full())
	near := NewItem(Certificate, w.Seal.DER, Document, "S1", full())
	if !s.Add(far) || s.Add(near) || s.Add(far) || len(s.Items()) != 1 || s.Items()[0] != near || s.Get(near.SHA256) != near {
		t.Errorf("%v", s.Items())
	}
	if c := s.Certificates(); len(c) != 1 || c[0] != near.Certificate {
		t.Error(c)
	}
	clone := s.Clone()
	clone.Add(NewItem(Certificate, w.Root.DER, Document, "", full()))
	if len(s.Items()) != 1 || len(clone.Items()) != 2 {
		t.Error("the clone is not apart")
	}
}

// TestBrokenStays: what cannot be read is an item with its error.
func TestBrokenStays(t *testing.T) {
	s := NewSet(NewItem(Certificate, []byte("x"), Document, "S1", full()), NewItem(CRL, nil, Document, "S1", full()), NewItem("other", []byte("y"), Document, "S1", full()))
	if len(s.Items()) != 3 || len(s.Certificates()) != 0 {
		t.Fatal(s.Items())
	}
	for _, it := range s.Items() {
		if it.Err == nil || it.Where != "S1" {
			t.Errorf("%+v", it)
		}
	}
	if s.Get([32]byte{}) != nil {
		t.Error("found what is not there")
	}
}

// TestOver: a set on top of another is what one set of both would be, however
// the items are shared out.
func TestOver(t *testing.T) {
	all := items()
	want := NewSet(all...)
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		cut := r.IntN(len(all))
		base := NewSet(all[:cut]...)
		below := spelled(base)
		s, flat := Over(base), NewSet(all[:cut]...)
		for _, it := range all[cut:] {
			if s.Add(it) != flat.Add(it) {
				t.Fatal("not of one mind about what is new")
			}
		}
		if spelled(s) != spelled(want) || spelled(s.Clone()) != spelled(want) {
			t.Fatalf("layered:\n%s\nwant:\n%s", spelled(s), spelled(want))
		}
		if spelled(base) != below {
			t.Fatal("the set below changed")
		}
		if !s.IsOver(base) || !s.Clone().IsOver(base) || s.IsOver(flat) || flat.IsOver(nil) || base.IsOver(nil) {
			t.Fatal("IsOver")
		}
		for _, it := range all {
			if s.Get(it.SHA256) != want.Get(it.SHA256) && s.Get(it.SHA256).Origin != want.Get(it.SHA256).Origin {
				t.Errorf("Get: %+v, want %+v", s.Get(it.SHA256), want.Get(it.SHA256))
			}
			if (s.Certificate(it.SHA256) == nil) != (it.Type != Certificate || it.Err != nil) {
				t.Errorf("Certificate of %s: %v", it.Type, s.Certificate(it.SHA256))
			}
		}
	}
	one, octets := NewSet(), []byte("both")
	one.Add(NewItem(CRL, octets, Document, "", full()))
	two := Over(one)
	two.Add(NewItem(OCSP, octets, Document, "", full()))
	three := Over(two.base)
	three.Add(NewItem(Certificate, octets, Document, "", full()))
	if sha := two.Items()[0].SHA256; two.Get(sha).Type != CRL || three.Get(sha).Type != Certificate || two.Get([32]byte{}) != nil {
		t.Error("of octets of two types the first counts")
	}
}

func TestSeveralReaders(t *testing.T) {
	s := NewSet(items()...)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if !slices.IsSortedFunc(s.Items(), compare) {
				t.Error("not in order")
			}
		})
	}
	wg.Wait()
}

func TestWantKey(t *testing.T) {
	a := Want{Type: CRL, URLs: []string{"http://a", "http://b"}}
	for name, b := range map[string]Want{"type": {Type: OCSP, URLs: a.URLs}, "target": {Type: CRL, For: [32]byte{1}, URLs: a.URLs}, "addresses": {Type: CRL, URLs: []string{"http://a http://b"}}} {
		if a.Key() == b.Key() {
			t.Errorf("wants that differ by %s have one key", name)
		}
	}
	if a.Key() != (Want{Type: CRL, URLs: a.URLs, Reason: "x"}).Key() {
		t.Error("the reason makes another want")
	}
}

func BenchmarkSet(b *testing.B) {
	all := make([]*Item, 2000)
	for i := range all {
		all[i] = NewItem(Token, fmt.Append(nil, i), Document, "", full())
	}
	b.ReportAllocs()
	for b.Loop() {
		NewSet(all...).Items()
	}
}
