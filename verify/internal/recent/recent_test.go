package recent

import (
	"math/rand/v2"
	"sync"
	"testing"
)

// TestForgets: the oldest go first, but not those that were asked for.
func TestForgets(t *testing.T) {
	m := New[int, string](3)
	for i := range 3 {
		m.Add(i, "first", 1)
	}
	m.Get(0)
	m.Add(3, "new", 1) // 0 was asked for: 1 goes
	m.Add(4, "new", 1) // 2 goes
	m.Add(5, "new", 1) // 0 was spared once: it stands behind 2, before 3
	for i, want := range []bool{false, false, false, true, true, true} {
		if _, ok := m.Get(i); ok != want {
			t.Errorf("%d remembered: %v", i, ok)
		}
	}
	if u := m.Use(); u != (Use{Hits: 4, Misses: 3, Entries: 3, Cost: 3}) {
		t.Errorf("%+v", u)
	}
}

// TestFirstStays: the value that came first is everybody's.
func TestFirstStays(t *testing.T) {
	m := New[string, int](10)
	if a, b := m.Add("x", 1, 1), m.Add("x", 2, 1); a != 1 || b != 1 {
		t.Error(a, b)
	}
	if v, ok := m.Get("x"); v != 1 || !ok {
		t.Error(v, ok)
	}
}

// TestCost: the bound is on what values cost; what is too large is not kept.
func TestCost(t *testing.T) {
	m := New[int, int](10)
	if m.Add(1, 1, 6) != 1 || m.Use().Entries != 0 {
		t.Error("half of the bound was taken by one")
	}
	for i := range 100 {
		m.Add(i, i, int64(1+i%5))
		if u := m.Use(); u.Cost > 10 || u.Entries == 0 {
			t.Fatalf("after %d: %+v", i, u)
		}
	}
	one := New[int, int](1)
	one.Add(1, 1, 1)
	one.Get(1)
	if one.Add(2, 2, 1); one.Use().Entries != 1 || one.Use().Cost != 1 {
		t.Errorf("%+v", one.Use())
	}
	if _, ok := one.Get(2); !ok {
		t.Error("the newest was forgotten")
	}
}

func TestNil(t *testing.T) {
	var m *Map[int, int]
	if _, ok := m.Get(1); ok || m.Add(1, 7, 1) != 7 || m.Use() != (Use{}) {
		t.Error("a nil map remembers")
	}
}

// TestModel holds a random run against what may be remembered: nothing wrong,
// never more than the bound.
func TestModel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m := New[int, int](50)
	said := map[int]int{}
	for i := range 20_000 {
		k := r.IntN(200)
		if v, ok := m.Get(k); ok && v != said[k] {
			t.Fatalf("%d: %d, said %d", k, v, said[k])
		} else if !ok {
			said[k] = i
			m.Add(k, i, int64(1+k%7))
		}
		if u := m.Use(); u.Cost > 50 || u.Hits+u.Misses != uint64(i+1) {
			t.Fatalf("%+v", u)
		}
	}
}

func TestConcurrent(t *testing.T) {
	m := New[int, *int](64)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 1))
			for range 5000 {
				k := r.IntN(200)
				v := m.Add(k, &k, 1)
				if *v != k {
					t.Errorf("%d under %d", *v, k)
				}
			}
		})
	}
	wg.Wait()
}
