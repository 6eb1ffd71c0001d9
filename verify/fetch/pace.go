package fetch

import (
	"context"
	"sync"
	"time"
)

// A pacer lets one request to a host begin in each span of time. It has no
// clock: a turn ends by itself, and who waits tries again.
type pacer struct {
	every time.Duration
	mu    sync.Mutex
	taken map[string]chan struct{} // closed when the turn is over
}

// wait gives the caller the next turn at a host.
func (p *pacer) wait(ctx context.Context, host string) error {
	if p.every <= 0 {
		return nil
	}
	for {
		over := p.take(host)
		if over == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-over:
		}
	}
}

// take begins a turn, or tells by what to wait for the end of the present one.
func (p *pacer) take(host string) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if over, taken := p.taken[host]; taken {
		return over
	}
	if p.taken == nil {
		p.taken = map[string]chan struct{}{}
	}
	over := make(chan struct{})
	p.taken[host] = over
	time.AfterFunc(p.every, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.taken, host)
		close(over)
	})
	return nil
}
