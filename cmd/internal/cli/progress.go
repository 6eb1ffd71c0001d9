package cli

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/kakuin/kakuin/cmd/internal/batch"
)

// A progress tells how far a run is: a bar on a terminal, a line now and then
// where what is written is kept.
type progress struct {
	now    func() time.Time
	begun  time.Time
	things string       // that are counted
	before int          // documents that an earlier run did
	total  atomic.Int64 // 0: not known (yet)
	done   atomic.Int64
	out    io.Writer
	bars   *mpb.Progress
	bar    *mpb.Bar
	told   time.Time
}

// plainEvery is how often a plain line is written.
const plainEvery = 10 * time.Second

func newProgress(e *env, quiet bool, things string, total func() int) *progress {
	p := &progress{now: e.clock(), things: things, before: -1}
	p.begun = p.now()
	p.told = p.begun
	if quiet {
		return p
	}
	p.out = e.err
	if total != nil {
		go func() { p.total.Store(int64(total())) }()
	}
	if f, ok := e.err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bars = mpb.New(mpb.WithOutput(f), mpb.WithWidth(30))
		p.bar = p.bars.AddBar(0, mpb.BarRemoveOnComplete(), mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return p.words() })))
	}
	return p
}

// add is called after each document.
func (p *progress) add(t *batch.Totals) {
	if p.before < 0 {
		p.before = t.Documents - 1
	}
	p.at(t.Documents)
}

// at is how many are done.
func (p *progress) at(done int) {
	p.done.Store(int64(done))
	if p.bar != nil {
		p.bar.SetTotal(p.total.Load(), false)
		p.bar.SetCurrent(int64(done))
		return
	}
	if now := p.now(); p.out != nil && now.Sub(p.told) >= plainEvery {
		p.told = now
		fmt.Fprintf(p.out, "kakuin: %s\n", p.words())
	}
}

// words say how many are done, how fast, and how long the rest will take.
func (p *progress) words() string {
	done, total := p.done.Load(), p.total.Load()
	rate := float64(done-int64(max(p.before, 0))) / max(p.now().Sub(p.begun).Seconds(), 1e-3)
	out := fmt.Sprintf("%d %s, %.0f a second", done, p.things, rate)
	if total > 0 {
		out = fmt.Sprintf("%d of %d %s, %.0f a second", done, total, p.things, rate)
	}
	if left := total - done; left > 0 && rate > 0 {
		out += fmt.Sprintf(", %s left", time.Duration(float64(left)/rate*float64(time.Second)).Round(time.Second))
	}
	return out
}

// end takes the bar away, so that the totals stand alone.
func (p *progress) end() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
}
