package path

import "testing"

// TestRing: what is remembered is bounded, and the oldest is forgotten first.
func TestRing(t *testing.T) {
	var r ring[int, string]
	for i := range 10 {
		for _, v := range []string{"first", "second"} {
			r.put(i, v, 3)
			if want := min(i+1, 3); len(r.values) != want || len(r.order) != want {
				t.Fatalf("after %d: %d values, %d in order", i, len(r.values), len(r.order))
			}
		}
	}
	for i := range 10 {
		if v, ok := r.get(i); ok != (i >= 7) || ok && v != "second" {
			t.Errorf("%d: %q %v", i, v, ok)
		}
	}
}
