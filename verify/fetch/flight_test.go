package fetch

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/evidence"
)

// TestSingleFlight: many documents that want one thing at once make one request.
func TestSingleFlight(t *testing.T) {
	s := newSite(t)
	release := make(chan struct{})
	s.lie(func(http.ResponseWriter, *http.Request) bool { <-release; return false })
	f := s.fetcher(nil)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { got(t, f, s.want(evidence.CRL), evidence.Fetched) })
	}
	for waiting := 0; waiting < 20; time.Sleep(time.Millisecond) {
		f.flights.mu.Lock()
		waiting = 0
		for _, fl := range f.flights.active {
			waiting += fl.waiting
		}
		f.flights.mu.Unlock()
	}
	close(release)
	wg.Wait()
	if n := s.asked.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// TestFlightGoesOn: one that gives up does not end the request of the others.
func TestFlightGoesOn(t *testing.T) {
	s := newSite(t)
	release := make(chan struct{})
	s.lie(func(http.ResponseWriter, *http.Request) bool { <-release; return false })
	f := s.fetcher(nil)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := f.Get(ctx, s.want(evidence.CRL), full()); err == nil {
			t.Error("the one that gave up has an answer")
		}
	})
	for s.asked.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	wg.Go(func() { got(t, f, s.want(evidence.CRL), evidence.Fetched) })
	for joined := false; !joined; time.Sleep(time.Millisecond) {
		f.flights.mu.Lock()
		for _, fl := range f.flights.active {
			joined = fl.waiting == 2
		}
		f.flights.mu.Unlock()
	}
	cancel()
	time.Sleep(10 * time.Millisecond)
	close(release)
	wg.Wait()
	if n := s.asked.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// TestFlightsOfTwoWants: who asks one address for another type has a limit and
// an answer of its own: a document that names a large CRL as a certificate does
// not take the CRL from its neighbours.
func TestFlightsOfTwoWants(t *testing.T) {
	s := newSite(t)
	release := make(chan struct{})
	s.lie(func(http.ResponseWriter, *http.Request) bool { <-release; return false })
	f := s.fetcher(func(o *Options) { o.Limits.Bundle = 64 })
	crl := s.want(evidence.CRL)
	other := s.want(evidence.Certificate)
	other.URLs = crl.URLs
	var wg sync.WaitGroup
	wg.Go(func() { failedAs(t, f, other, evidence.TooLarge) })
	for s.asked.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	wg.Go(func() { got(t, f, crl, evidence.Fetched) })
	for s.asked.Load() == 1 {
		time.Sleep(time.Millisecond)
	}
	close(release)
	wg.Wait()
}
