// Package recent remembers answers of which many documents ask the same: a
// map with a bound, safe for concurrent use, that forgets first what came long
// ago and was not asked for since.
package recent

import "sync"

// A Map remembers values up to a total cost. Make one with New; a nil Map
// remembers nothing.
type Map[K comparable, V any] struct {
	mu           sync.Mutex
	limit, cost  int64
	values       map[K]*held[K, V]
	first, last  *held[K, V] // the oldest and the newest
	hits, misses uint64
}

type held[K comparable, V any] struct {
	key   K
	value V
	cost  int64
	asked bool // since it came, or since it was spared
	next  *held[K, V]
}

// New makes a map of a total cost. A value that alone costs more than half of
// it is not kept.
func New[K comparable, V any](limit int64) *Map[K, V] {
	return &Map[K, V]{limit: limit, values: make(map[K]*held[K, V])}
}

// Get is the value of a key, if it is remembered.
func (m *Map[K, V]) Get(key K) (value V, ok bool) {
	if m == nil {
		return value, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.values[key]
	if h == nil {
		m.misses++
		return value, false
	}
	m.hits++
	h.asked = true
	return h.value, true
}

// Add remembers a value, unless the key has one already: that one stays. It
// returns the value that counts. The cost must be positive.
func (m *Map[K, V]) Add(key K, value V, cost int64) V {
	if m == nil {
		return value
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if h := m.values[key]; h != nil {
		return h.value
	}
	if cost > m.limit/2 && cost > 1 {
		return value
	}
	for m.cost+cost > m.limit && m.first != nil {
		m.forget()
	}
	h := &held[K, V]{key: key, value: value, cost: cost}
	m.values[key] = h
	m.cost += cost
	m.append(h)
	return value
}

// forget drops the oldest value that nobody asked for; one that was asked for
// gets a second life.
func (m *Map[K, V]) forget() {
	for {
		h := m.first
		if m.first = h.next; m.first == nil {
			m.last = nil
		}
		if !h.asked {
			delete(m.values, h.key)
			m.cost -= h.cost
			return
		}
		h.asked = false
		m.append(h)
	}
}

func (m *Map[K, V]) append(h *held[K, V]) {
	h.next = nil
	if m.last == nil {
		m.first = h
	} else {
		m.last.next = h
	}
	m.last = h
}

// Use says how much a map served.
type Use struct {
	Hits, Misses uint64
	Entries      int
	Cost         int64
}

// Use is what was asked of the map so far.
func (m *Map[K, V]) Use() Use {
	if m == nil {
		return Use{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return Use{Hits: m.hits, Misses: m.misses, Entries: len(m.values), Cost: m.cost}
}
