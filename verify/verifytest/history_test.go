package verifytest

import (
	"bytes"
	"slices"
	"testing"
	"time"
)

func TestHistoriesAreDeterministic(t *testing.T) {
	begun := time.Now()
	kinds := map[string]int{}
	for seed := range uint64(200) {
		h := NewHistory(seed)
		if len(h.Document) == 0 || len(h.TrustList) == 0 || len(h.Later()) == 0 {
			t.Fatalf("seed %d is incomplete", seed)
		}
		if seed%10 == 0 {
			again := NewHistory(seed)
			if !bytes.Equal(h.Document, again.Document) || !bytes.Equal(h.TrustList, again.TrustList) {
				t.Errorf("seed %d comes out differently the second time", seed)
			}
		}
		if !slices.IsSortedFunc(h.Events, func(a, b Event) int { return a.Time.Compare(b.Time) }) {
			t.Errorf("seed %d: events out of order", seed)
		}
		kinds[h.Plan.Format]++
		for _, e := range h.Events {
			kinds[e.Kind]++
		}
	}
	t.Log(time.Since(begun), kinds)
}
