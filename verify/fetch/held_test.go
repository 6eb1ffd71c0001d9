package fetch

import (
	"bytes"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A shelf is a store in memory.
type shelf struct {
	mu    sync.Mutex
	kept  map[string]evidence.Stored
	loads int
}

func newShelf() *shelf { return &shelf{kept: map[string]evidence.Stored{}} }

func (s *shelf) Load(key string) (evidence.Stored, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.kept[key]
	s.loads++
	return x, ok
}

func (s *shelf) Save(key string, x evidence.Stored) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[key] = x
}

// kinds of evidence that are fetched.
var types = []evidence.Type{evidence.Certificate, evidence.CRL, evidence.OCSP}

// TestNextRun: a later run is served from the store without asking, with the
// time at which it was fetched, and with the server gone.
func TestNextRun(t *testing.T) {
	s := newSite(t)
	store := newShelf()
	keep := func(o *Options) { o.Store = store }
	for _, k := range types {
		got(t, s.fetcher(keep), s.want(k), evidence.Fetched)
	}
	s.server.Close()
	s.clock.add(time.Hour)
	for _, k := range types {
		it := got(t, s.fetcher(keep), s.want(k), evidence.Cache)
		if !it.FetchedAt.Equal(s.world.Now) || it.URL != s.want(k).URLs[0] {
			t.Errorf("%s of %s at %s", k, it.URL, it.FetchedAt)
		}
	}
}

// TestStates walks through the life of what is stored: how often the server is
// asked, and what serves when it is gone.
func TestStates(t *testing.T) {
	const days = 24 * time.Hour
	for _, c := range []struct {
		name  string
		t     evidence.Type
		after time.Duration
		state state
	}{
		{"a CRL of today", evidence.CRL, 23 * time.Hour, current},
		{"a CRL of a day ago", evidence.CRL, 24 * time.Hour, aging},
		{"a CRL at its nextUpdate", evidence.CRL, 5*days + 3*time.Hour, stale},
		{"a CRL from the future", evidence.CRL, -3 * days, doubtful},
		{"an OCSP answer of today", evidence.OCSP, 23 * time.Hour, current},
		{"an OCSP answer of yesterday", evidence.OCSP, 25 * time.Hour, aging},
		{"an OCSP answer at its nextUpdate", evidence.OCSP, 5*days + 3*time.Hour, stale},
		{"a certificate of this week", evidence.Certificate, 6 * days, current},
		{"a certificate of a week ago", evidence.Certificate, 7 * days, aging},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			store := newShelf()
			keep := func(o *Options) { o.Store = store }
			w := s.want(c.t)
			got(t, s.fetcher(keep), w, evidence.Fetched)
			s.clock.add(c.after)
			if h := s.fetcher(keep).held(w, s.fetcher(keep).key(w, w.URLs[0]), full()); h.state != c.state {
				t.Fatalf("state %d, want %d", h.state, c.state)
			}
			origin := evidence.Fetched
			if c.state == current {
				origin = evidence.Cache
			}
			before := s.asked.Load()
			backup := maps.Clone(store.kept)
			got(t, s.fetcher(keep), w, origin)
			if asked := s.asked.Load() > before; asked != (c.state != current) {
				t.Errorf("asked: %v", asked)
			}
			s.server.Close()
			store.kept = backup
			items, err := s.fetcher(keep).Get(t.Context(), w, full())
			if served := len(items) > 0; served != (c.state <= aging) || (err == nil) != (c.state == current) {
				t.Errorf("with the server gone: %d items, %v", len(items), err)
			}
		})
	}
}

// TestWithoutClock: nothing stored is used unless the server confirms it.
func TestWithoutClock(t *testing.T) {
	s := newSite(t)
	f := s.fetcher(func(o *Options) { o.Now = nil })
	w := s.want(evidence.CRL)
	for range 2 {
		got(t, f, w, evidence.Fetched)
	}
	doc, done := f.ForDocument(t.Context())
	defer done()
	for range 3 { // within one document it is known
		got(t, doc, w, evidence.Fetched)
	}
	anew := w
	anew.Anew = true
	got(t, f, anew, evidence.Fetched)
	if n := s.asked.Load(); n != 4 {
		t.Errorf("%d requests", n)
	}
	s.server.Close()
	failedAs(t, f, w, evidence.Unreachable)
}

// TestHeldInOneDocument: what a document got of the store, it has.
func TestHeldInOneDocument(t *testing.T) {
	s := newSite(t)
	store := newShelf()
	keep := func(o *Options) { o.Store = store }
	w := s.want(evidence.CRL)
	got(t, s.fetcher(keep), w, evidence.Fetched)
	s.server.Close()
	s.clock.add(25 * time.Hour)
	doc, done := s.fetcher(keep).ForDocument(t.Context())
	defer done()
	items, err := doc.Get(t.Context(), w, full())
	if all := evidence.Failures(err); len(items) != 1 || len(all) != 1 || all[0].Kind != evidence.Unreachable {
		t.Errorf("%d items %v", len(items), err)
	}
	got(t, doc, w, evidence.Cache) // and nobody is asked again
}

// TestClockThatGoesBack: a failure of the future is none.
func TestClockThatGoesBack(t *testing.T) {
	s := newSite(t)
	s.lie(func(w http.ResponseWriter, _ *http.Request) bool { http.Error(w, "gone", http.StatusGone); return true })
	f := s.fetcher(nil)
	failedAs(t, f, s.want(evidence.CRL), evidence.BadStatus)
	s.lie(nil)
	s.clock.add(-time.Hour)
	got(t, f, s.want(evidence.CRL), evidence.Fetched)
}

// TestAnew: what the court refused is asked for at its address, once a moment.
func TestAnew(t *testing.T) {
	s := newSite(t)
	store := newShelf()
	keep := func(o *Options) { o.Store = store }
	w := s.want(evidence.CRL)
	got(t, s.fetcher(keep), w, evidence.Fetched)
	newer := s.world.CRL(s.world.SealCA, verifytest.CRLTemplate{Number: 2, ThisUpdate: s.world.Now})
	s.served[w.URLs[0]] = newer
	f := s.fetcher(keep)
	got(t, f, w, evidence.Cache)
	w.Anew = true
	if it := got(t, f, w, evidence.Fetched); !bytes.Equal(it.Raw, newer) {
		t.Error("the old one")
	}
	if it := got(t, f, w, evidence.Cache); !bytes.Equal(it.Raw, newer) {
		t.Error("the old one again")
	}
	w.Anew = false
	if it := got(t, s.fetcher(keep), w, evidence.Cache); !bytes.Equal(it.Raw, newer) {
		t.Error("the new one is not kept")
	}
	if n := s.asked.Load(); n != 2 {
		t.Errorf("%d requests", n)
	}
}

// TestAnewInOneDocument: what came from the network for this document is the
// newest that there is; what the court refused never comes from the store when
// nobody answers, in force or not.
func TestAnewInOneDocument(t *testing.T) {
	s := newSite(t)
	store := newShelf()
	f := s.fetcher(func(o *Options) { o.Store = store })
	doc, done := f.ForDocument(t.Context())
	defer done()
	w := s.want(evidence.CRL)
	got(t, doc, w, evidence.Fetched)
	w.Anew = true
	got(t, doc, w, evidence.Fetched)
	if n := s.asked.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
	s.server.Close()
	s.clock.add(25 * time.Hour)
	failedAs(t, s.fetcher(func(o *Options) { o.Store = store }), w, evidence.Unreachable)
	_, unused := f.ForDocument(t.Context())
	unused() // a document that lacks nothing
}

// TestStoreThatLies: what cannot be read from a store is as if it were not
// there, and a time from the future makes nothing fresh.
func TestStoreThatLies(t *testing.T) {
	s := newSite(t)
	w := s.want(evidence.CRL)
	crl := s.world.CRL(s.world.SealCA, verifytest.CRLTemplate{})
	for name, x := range map[string]evidence.Stored{
		"noise":       {Raw: []byte("noise"), FetchedAt: s.world.Now},
		"nothing":     {FetchedAt: s.world.Now},
		"no time":     {Raw: crl},
		"from future": {Raw: crl, FetchedAt: s.world.Now.Add(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			store := newShelf()
			f := s.fetcher(func(o *Options) { o.Store = store })
			store.Save(f.key(w, w.URLs[0]), x)
			got(t, f, w, evidence.Fetched)

			store.Save(f.key(w, w.URLs[0]), x)
			s.lie(func(w http.ResponseWriter, r *http.Request) bool { http.NotFound(w, r); return true })
			failedAs(t, s.fetcher(func(o *Options) { o.Store = store }), w, evidence.BadStatus)
			s.lie(nil)
		})
	}
}

// TestStoreIsReadOnce in a run; then the memory serves.
func TestStoreIsReadOnce(t *testing.T) {
	s := newSite(t)
	store := newShelf()
	keep := func(o *Options) { o.Store = store }
	got(t, s.fetcher(keep), s.want(evidence.CRL), evidence.Fetched)
	f := s.fetcher(keep)
	before := store.loads
	for range 3 {
		got(t, f, s.want(evidence.CRL), evidence.Cache)
	}
	if n := store.loads - before; n != 1 {
		t.Errorf("read %d times", n)
	}
}

// TestMemoryIsBounded: the run forgets the oldest.
func TestMemoryIsBounded(t *testing.T) {
	m := newMemory()
	big := make([]byte, memoryOctets/8)
	for i := range 20 {
		m.Save(string(rune('a'+i)), evidence.Stored{Raw: big})
	}
	if m.octets > memoryOctets || len(m.answers) != len(m.order) || len(m.answers) != 8 {
		t.Errorf("%d octets, %d answers", m.octets, len(m.answers))
	}
	if _, ok := m.Load("t"); !ok {
		t.Error("the youngest is gone")
	}
	m.Save("huge", evidence.Stored{Raw: make([]byte, memoryOctets/2+1)})
	if _, ok := m.Load("huge"); ok {
		t.Error("one answer fills the memory")
	}
	for i := range 3 * memoryEntries {
		m.Save(string(rune(i)), evidence.Stored{})
		m.fail(string(rune(i)), time.Time{}, nil)
		m.fetched(string(rune(i)), time.Time{})
	}
	if len(m.answers) > memoryEntries || len(m.failures) > memoryEntries || len(m.asked) > memoryEntries {
		t.Errorf("%d answers, %d failures, %d times", len(m.answers), len(m.failures), len(m.asked))
	}
}

// TestBytesOfThePurse: what a document may hold bounds what it is given.
func TestBytesOfThePurse(t *testing.T) {
	s := newSite(t)
	f := s.fetcher(nil)
	items, err := f.Get(t.Context(), s.want(evidence.CRL), small(100))
	if all := evidence.Failures(err); len(items) > 0 || len(all) != 1 || all[0].Kind != evidence.OverBudget {
		t.Errorf("%d items %v", len(items), err)
	}
	got(t, f, s.want(evidence.CRL), evidence.Fetched) // another document bears it
}
