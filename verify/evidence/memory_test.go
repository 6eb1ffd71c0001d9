package evidence

import (
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestMemoryIsNothing: an item from memory is the item that reading gives,
// where it came from is this document's, and the purse is spent alike.
func TestMemoryIsNothing(t *testing.T) {
	m := NewMemory(0)
	for round := range 2 {
		for _, it := range items() {
			p, q := full(), full()
			got, want := m.NewItem(it.Type, it.Raw, Fetched, "round", p), NewItem(it.Type, it.Raw, Fetched, "round", q)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%d: %+v, want %+v", round, got, want)
			}
			for k := purse.Bytes; k <= purse.Fetches; k++ {
				if p.Left(k) != q.Left(k) {
					t.Errorf("%d: %s: %s left %d, want %d", round, it.Type, k, p.Left(k), q.Left(k))
				}
			}
		}
	}
	w := verifytest.New()
	a, b := m.NewItem(Certificate, w.Seal.DER, Document, "S1", full()), m.NewItem(Certificate, w.Seal.DER, Supplied, "", full())
	if a.Certificate != b.Certificate || a.Origin != Document || b.Origin != Supplied || b.Where != "" {
		t.Errorf("not remembered: %+v %+v", a, b)
	}
	fresh := NewMemory(0)
	fresh.NewItem(Certificate, w.Seal.DER, Fetched, "", full()).URL = "http://example.jp/"
	if it := fresh.NewItem(Certificate, w.Seal.DER, Document, "", full()); it.URL != "" {
		t.Errorf("what one document says of an item, another one hears: %s", it.URL)
	}
	if u := m.Use(); u.Hits == 0 || u.Entries == 0 || u.Cost > MemoryOctets {
		t.Errorf("%+v", u)
	}
	if x, err := m.Certificate([]byte("broken"), full()); x != nil || err == nil {
		t.Error("a broken certificate")
	}
	var none *Memory
	if x, err := none.Certificate(w.Seal.DER, full()); x == nil || err != nil || none.Use().Misses != 0 {
		t.Error("a nil memory does not read")
	}
}

// TestMemoryOfPurses: what does not suffice to read does not suffice to
// remember, and how deep something may nest is part of the question.
func TestMemoryOfPurses(t *testing.T) {
	w := verifytest.New()
	m := NewMemory(0)
	list := w.CRL(w.SealCA, verifytest.CRLTemplate{})
	if m.NewItem(CRL, list, Document, "", full()).Err != nil || m.NewItem(Certificate, w.Seal.DER, Document, "", full()).Err != nil {
		t.Fatal("unreadable")
	}
	for name, limits := range map[string]purse.Limits{"objects": {Objects: 3}, "bytes": {Bytes: 8}, "depth": {Depth: 2}} {
		for typ, raw := range map[Type][]byte{CRL: list, Certificate: w.Seal.DER} {
			p, q := purse.New(limits), purse.New(limits)
			got, want := m.NewItem(typ, raw, Document, "", p), NewItem(typ, raw, Document, "", q)
			if !reflect.DeepEqual(got, want) || p.Left(purse.Objects) != q.Left(purse.Objects) || p.Left(purse.Bytes) != q.Left(purse.Bytes) {
				t.Errorf("%s, %s: %+v, want %+v", name, typ, got, want)
			}
		}
	}
	if got := m.NewItem(CRL, list, Document, "", purse.New(purse.Limits{Depth: 2})); got.Err == nil {
		t.Error("a depth of 2 does for a CRL that was read before")
	}
}

// TestMemoryOwnsItsOctets: what is remembered does not alias a document.
func TestMemoryOwnsItsOctets(t *testing.T) {
	w := verifytest.New()
	m := NewMemory(0)
	first := slices.Clone(w.Seal.DER)
	m.NewItem(Certificate, first, Document, "", full())
	clear(first)
	if it := m.NewItem(Certificate, w.Seal.DER, Document, "", full()); it.Certificate.Serial.Sign() == 0 || !slices.Equal(it.Certificate.Raw, w.Seal.DER) {
		t.Error("the memory changed with the document that it came from")
	}
}

func TestMemoryOfMany(t *testing.T) {
	w := verifytest.New()
	m := NewMemory(40 << 10) // some four certificates
	certs := [][]byte{w.Seal.DER, w.SealCA.DER, w.Root.DER, w.TSA.DER, w.TSARoot.DER, w.CRL(w.SealCA, verifytest.CRLTemplate{})}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				raw := certs[(i*7+g)%len(certs)]
				typ := Certificate
				if (i*7+g)%len(certs) == 5 {
					typ = CRL
				}
				if it := m.NewItem(typ, raw, Document, "", full()); it.Err != nil {
					t.Error(it.Err)
				}
			}
		})
	}
	wg.Wait()
	if u := m.Use(); u.Cost > 40<<10 || u.Hits == 0 {
		t.Errorf("%+v", u)
	}
}
