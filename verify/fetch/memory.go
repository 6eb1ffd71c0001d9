package fetch

import (
	"context"
	"sync"
	"time"

	"github.com/kakuin/kakuin/verify/evidence"
)

// Bounds of what a fetcher remembers of its run.
const (
	memoryOctets  = 64 << 20 // some hundred usual CRLs
	memoryEntries = 4096
	// How long a failure or a fresh answer stands before the same is asked again.
	remembered = 5 * time.Minute
)

// A memory holds answers and failures of one run, the oldest go first.
type memory struct {
	mu       sync.Mutex
	answers  map[string]evidence.Stored
	failures map[string]failed
	asked    map[string]time.Time // when the network was last asked with success
	order    []string             // of answers, oldest first
	octets   int
}

type failed struct {
	at      time.Time
	failure *evidence.Failure
}

func newMemory() *memory {
	return &memory{answers: map[string]evidence.Stored{}, failures: map[string]failed{}, asked: map[string]time.Time{}}
}

func (m *memory) Load(key string) (evidence.Stored, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.answers[key]
	return s, ok
}

func (m *memory) Save(key string, s evidence.Stored) {
	if len(s.Raw) > memoryOctets/2 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.answers[key]; ok {
		m.octets -= len(old.Raw)
	} else {
		m.order = append(m.order, key)
	}
	m.answers[key] = s
	m.octets += len(s.Raw)
	for m.octets > memoryOctets || len(m.order) > memoryEntries {
		m.octets -= len(m.answers[m.order[0]].Raw)
		delete(m.answers, m.order[0])
		m.order = m.order[1:]
	}
}

// failure is what an address gave a moment ago; without a clock the run is one
// moment.
func (m *memory) failure(key string, now time.Time) *evidence.Failure {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.failures[key]
	if !ok || !moments(f.at, now) {
		return nil
	}
	return f.failure
}

func (m *memory) fail(key string, now time.Time, f *evidence.Failure) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.failures) >= memoryEntries {
		clear(m.failures)
	}
	m.failures[key] = failed{now, f}
}

// fetched notes that the network just gave an answer; recent tells it.
func (m *memory) fetched(key string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.asked) >= memoryEntries {
		clear(m.asked)
	}
	m.asked[key] = now
	delete(m.failures, key)
}

func (m *memory) recent(key string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.asked[key]
	return ok && !now.IsZero() && moments(at, now)
}

func moments(at, now time.Time) bool { return !now.Before(at) && now.Sub(at) < remembered }

// Flights let many documents that want the same at once share one request.
type flights struct {
	mu     sync.Mutex
	active map[string]*flight
}

type flight struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiting int
	result  *fetched
	failure *evidence.Failure
}

// do runs f once for all that ask by the same key meanwhile. The request ends
// when nobody waits for it any more; limit ends it in any case.
func (fs *flights) do(ctx context.Context, key string, f func(context.Context) (*fetched, *evidence.Failure)) (*fetched, *evidence.Failure, error) {
	fs.mu.Lock()
	fl := fs.active[key]
	if fl == nil {
		shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
		fl = &flight{done: make(chan struct{}), cancel: cancel}
		if fs.active == nil {
			fs.active = map[string]*flight{}
		}
		fs.active[key] = fl
		go func() {
			defer cancel()
			fl.result, fl.failure = f(shared)
			fs.leave(key, fl)
			close(fl.done)
		}()
	}
	fl.waiting++
	fs.mu.Unlock()
	select {
	case <-fl.done:
		return fl.result, fl.failure, nil
	case <-ctx.Done():
		fs.abandon(key, fl)
		return nil, nil, context.Cause(ctx)
	}
}

func (fs *flights) leave(key string, fl *flight) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if fs.active[key] == fl {
		delete(fs.active, key)
	}
}

func (fs *flights) abandon(key string, fl *flight) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if fl.waiting--; fl.waiting == 0 {
		fl.cancel()
		if fs.active[key] == fl { // whoever comes next starts anew
			delete(fs.active, key)
		}
	}
}
