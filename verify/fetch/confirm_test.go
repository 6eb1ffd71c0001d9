package fetch

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestConditional: what is to be confirmed is asked for by its validators, and
// a server that says that it stands sends it not again.
func TestConditional(t *testing.T) {
	s := newSite(t)
	crl := s.world.CRL(s.world.SealCA, verifytest.CRLTemplate{})
	s.lie(func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("ETag", `"one"`)
		w.Header().Set("Last-Modified", "Fri, 30 Oct 2026 03:00:00 GMT")
		if r.Header.Get("If-None-Match") == `"one"` && r.Header.Get("If-Modified-Since") == "Fri, 30 Oct 2026 03:00:00 GMT" {
			w.WriteHeader(http.StatusNotModified)
			return true
		}
		w.Write(crl)
		return true
	})
	store := newShelf()
	keep := func(o *Options) { o.Store = store }
	w := s.want(evidence.CRL)
	got(t, s.fetcher(keep), w, evidence.Fetched)
	s.clock.add(25 * time.Hour)
	it := got(t, s.fetcher(keep), w, evidence.Cache)
	if !bytes.Equal(it.Raw, crl) || !it.FetchedAt.Equal(s.clock.now()) {
		t.Errorf("%d octets of %s", len(it.Raw), it.FetchedAt)
	}
	before := s.asked.Load()
	s.clock.add(23 * time.Hour)
	got(t, s.fetcher(keep), w, evidence.Cache)
	if s.asked.Load() != before {
		t.Error("asked again within a day of its confirmation")
	}
	// Past its nextUpdate, and where the court refused it, nothing that stands
	// could help: it is asked for whole.
	for _, days := range []int{5, -5} {
		s.clock.add(time.Duration(days) * 24 * time.Hour)
		got(t, s.fetcher(keep), w, evidence.Fetched)
		last := s.requests()[len(s.requests())-1]
		if last.Header.Get("If-None-Match") != "" || last.Header.Get("Cache-Control") != "no-cache" {
			t.Error(last.Header)
		}
		w.Anew = true
	}
}

// TestConfirmAfter is RFC 9111 5.2.2.
func TestConfirmAfter(t *testing.T) {
	for _, c := range []struct {
		control []string
		age     string
		want    time.Duration
	}{
		{nil, "", 0}, {[]string{"public, no-transform"}, "", 0}, {[]string{"max-age=3600"}, "", time.Hour}, {[]string{`Public, Max-Age="3600"`}, "", time.Hour},
		{[]string{"public", "max-age=3600"}, "1800", 30 * time.Minute}, {[]string{"max-age=3600"}, "9999", remembered}, {[]string{"max-age=0"}, "", remembered},
		{[]string{"max-age=soon"}, "", remembered}, {[]string{"no-cache"}, "", remembered}, {[]string{"private,no-store"}, "", remembered}, {[]string{"max-age=99999999999"}, "", remembered},
		{[]string{"max-age=3600"}, "-5", time.Hour}, {[]string{"s-maxage=60"}, "", 0},
	} {
		if got := confirmAfter(http.Header{"Cache-Control": c.control, "Age": {c.age}}); got != c.want {
			t.Errorf("%q %q: %s, want %s", c.control, c.age, got, c.want)
		}
	}
}

// TestServerWantsToBeAsked: a server that wants caches to ask sooner is asked
// sooner, about revocation data; one that wants it later is not left alone.
func TestServerWantsToBeAsked(t *testing.T) {
	for _, c := range []struct {
		t       evidence.Type
		control string
		after   time.Duration
		asked   bool
	}{
		{evidence.CRL, "max-age=3600", 59 * time.Minute, false}, {evidence.CRL, "max-age=3600", time.Hour, true}, {evidence.OCSP, "max-age=3600", time.Hour, true},
		{evidence.CRL, "max-age=864000", 23 * time.Hour, false}, {evidence.CRL, "max-age=864000", 24 * time.Hour, true},
		{evidence.CRL, "no-cache", remembered - 1, false}, {evidence.CRL, "no-cache", remembered, true}, {evidence.Certificate, "no-cache", 24 * time.Hour, false},
	} {
		s := newSite(t)
		s.lie(func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Cache-Control", c.control)
			return false
		})
		store := newShelf()
		keep := func(o *Options) { o.Store = store }
		got(t, s.fetcher(keep), s.want(c.t), evidence.Fetched)
		s.clock.add(c.after)
		origin := evidence.Cache
		if c.asked {
			origin = evidence.Fetched
		}
		got(t, s.fetcher(keep), s.want(c.t), origin)
	}
	s := newSite(t) // what a confirmation says of it counts from then on
	first := true
	s.lie(func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("ETag", `"one"`)
		switch {
		case first:
			w.Header().Set("Cache-Control", "max-age=3600")
		case r.Header.Get("If-None-Match") != "":
			if s.asked.Load() < 4 { // what it says no more still stands
				w.Header().Set("Cache-Control", "max-age=7200")
			}
			w.WriteHeader(http.StatusNotModified)
			return true
		}
		return false
	})
	store := newShelf()
	keep := func(o *Options) { o.Store = store }
	got(t, s.fetcher(keep), s.want(evidence.CRL), evidence.Fetched)
	first = false
	for _, step := range []struct {
		after time.Duration
		asked int64
	}{{time.Hour, 1}, {time.Hour, 0}, {time.Hour, 1}, {2 * time.Hour, 1}, {2 * time.Hour, 1}} {
		s.clock.add(step.after)
		before := s.asked.Load()
		got(t, s.fetcher(keep), s.want(evidence.CRL), evidence.Cache)
		if n := s.asked.Load() - before; n != step.asked {
			t.Errorf("after %s: %d requests", step.after, n)
		}
	}
}

// TestValidators: either of the two will do to ask whether an answer stands;
// a server that sends another one instead is believed; nothing is asked so by POST.
func TestValidators(t *testing.T) {
	for _, name := range []string{"ETag", "Last-Modified"} {
		s := newSite(t)
		asks := map[string]string{"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[name]
		next := s.world.CRL(s.world.SealCA, verifytest.CRLTemplate{Number: 2})
		stands := true
		s.lie(func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set(name, "Fri, 30 Oct 2026 03:00:00 GMT")
			switch {
			case r.Header.Get(asks) == "":
				return false
			case stands:
				w.WriteHeader(http.StatusNotModified)
			default:
				w.Write(next)
			}
			return true
		})
		store := newShelf()
		dayLater := func(origin evidence.Origin) *evidence.Item {
			s.clock.add(25 * time.Hour)
			return got(t, s.fetcher(func(o *Options) { o.Store = store }), s.want(evidence.CRL), origin)
		}
		dayLater(evidence.Fetched)
		dayLater(evidence.Cache)
		stands = false
		if it := dayLater(evidence.Fetched); !bytes.Equal(it.Raw, next) {
			t.Errorf("%s: the old one, though another came", name)
		}
	}
	s := newSite(t)
	s.lie(func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("ETag", `"one"`)
		if r.Header.Get("If-None-Match") == "" {
			return false
		}
		if r.Method == http.MethodPost {
			t.Error("a validator is posted")
		}
		http.Error(w, "no", http.StatusMethodNotAllowed)
		return true
	})
	store := newShelf()
	keep := func(o *Options) { o.Store = store }
	got(t, s.fetcher(keep), s.want(evidence.OCSP), evidence.Fetched)
	s.clock.add(25 * time.Hour)
	got(t, s.fetcher(keep), s.want(evidence.OCSP), evidence.Fetched)
}
