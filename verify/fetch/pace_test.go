package fetch

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Requests to one host begin one after the other, those to others at once; who
// gives up waiting takes no turn.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pacer{every: 100 * time.Millisecond}
		begun := time.Now()
		var all sync.WaitGroup
		var mu sync.Mutex
		at := map[string][]time.Duration{}
		for i := range 10 {
			host := []string{"a.example", "b.example"}[i%2]
			all.Go(func() {
				if err := p.wait(t.Context(), host); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				at[host] = append(at[host], time.Since(begun))
			})
		}
		all.Wait()
		for host, times := range at {
			for i, d := range times {
				if want := time.Duration(i) * p.every; d != want {
					t.Errorf("%s: request %d begins after %s, want %s", host, i, d, want)
				}
			}
		}
		within, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := p.wait(within, "a.example"); err == nil {
			t.Error("a turn was had while the last one went on")
		}
		time.Sleep(p.every)
		if p.mu.Lock(); len(p.taken) != 0 {
			t.Errorf("%d hosts are remembered when their turns are over", len(p.taken))
		}
		p.mu.Unlock()
		none := &pacer{}
		for range 2 {
			if err := none.wait(t.Context(), "a.example"); err != nil || none.taken != nil {
				t.Error("without a pace nobody waits")
			}
		}
	})
}
