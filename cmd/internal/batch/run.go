package batch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/cmd/internal/lock"
	"github.com/kakuin/kakuin/verify"
)

// Options of a run.
type Options struct {
	Documents Source
	Own       Own    // files that are no documents
	Judge     *Judge // for documents that no worker can be asked about
	Spawn     func(context.Context) *exec.Cmd
	Source    verify.Source // of evidence, for all workers; nil: offline
	Workers   int
	Timeout   time.Duration // of one document
	Ordered   bool          // lines in the order of the documents

	Output  string    // file; empty: Writer
	Writer  io.Writer // where Output is empty
	Journal string    // file; empty: none
	Resume  bool
	About   Header
	Now     func() time.Time

	Progress func(*Totals) // after each line
	Plan     *Plan         // nothing is judged: what the documents lack is added to it
}

// window is how many documents may be done before an earlier one, for each
// worker, where lines are in order.
const window = 64

// An item is a document on its way through the run.
type item struct {
	n      uint64
	doc    Document
	key    key
	result *result
}

// Run judges every document and counts. An error means that the run could not
// go on; what is done is done, and --resume goes on from there.
func Run(ctx context.Context, o Options) (*Totals, error) {
	if o.Output != "" {
		release, err := lock.Take(o.Output)
		if err != nil {
			return nil, err
		}
		defer release()
	}
	out, before, err := o.begin()
	if err != nil {
		return nil, err
	}
	return o.run(ctx, out, before)
}

// begin opens what is written. A journal of nothing is not left behind.
func (o *Options) begin() (*output, *done, error) {
	j, before, err := o.journal()
	if err != nil {
		return nil, nil, err
	}
	out, err := openOutput(o.Output, o.Writer, o.Judge.Form.head(o.Judge.Lang), j, before, o.Now)
	if err != nil && j != nil {
		j.close()
		if before == nil {
			os.Remove(o.Journal)
		}
	}
	return out, before, err
}

func (o *Options) run(ctx context.Context, out *output, before *done) (*Totals, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	t := newTotals()
	if before != nil {
		if err := o.recount(t, out); err != nil {
			out.abandon()
			return t, err
		}
		t.Exit = exit.Worst(t.Exit, before.exit)
	}
	permits := make(chan struct{}, max(o.Workers, 1)*window)
	c := &collector{Options: o, out: out, totals: t, permits: permits, cancel: cancel, waiting: map[uint64]item{}}
	err := c.run(o.start(ctx, before, permits, cancel))
	if cause := context.Cause(ctx); err == nil && cause != nil {
		err = cause
	}
	if err != nil {
		out.abandon()
		return t, err
	}
	return t, out.finish()
}

// recount counts the lines of the run before.
func (o *Options) recount(t *Totals, out *output) error {
	err := o.Judge.Form.each(io.NewSectionReader(out.f, 0, out.offset), func(s *Summary) error { t.add(s); return nil })
	if err != nil {
		return fmt.Errorf("%s: %w", out.path+partial, err)
	}
	return nil
}

func (o *Options) journal() (*journal, *done, error) {
	if o.Journal == "" {
		return nil, nil, nil
	}
	o.About.Schema = JournalSchema
	if !o.Resume {
		j, err := createJournal(o.Journal, o.About)
		return j, nil, err
	}
	j, d, err := resumeJournal(o.Journal)
	if err != nil {
		return nil, nil, err
	}
	if d.header != o.About {
		j.close()
		return nil, nil, fmt.Errorf("%s is of %w: run as then, or remove it to begin anew", o.Journal, errOtherRun)
	}
	return j, d, nil
}

// start sends the documents through the workers. The channel it returns is
// closed when all are done. Every document takes a permit, which its line gives
// back: so many at most are on their way, or wait for an earlier one.
func (o *Options) start(ctx context.Context, before *done, permits chan<- struct{}, cancel context.CancelCauseFunc) <-chan item {
	tasks, finished := make(chan item), make(chan item)
	go func() {
		defer close(tasks)
		n := uint64(0)
		for d, err := range o.Documents {
			if err != nil {
				cancel(err)
				return
			}
			k := d.key()
			if before.skip(k) {
				continue
			}
			if o.Own.has(d.Path) {
				d.Trouble = errOwn
			}
			if !pass(ctx, permits, struct{}{}) || !pass(ctx, tasks, item{n: n, doc: d, key: k}) {
				return
			}
			n++
		}
	}()
	var workers sync.WaitGroup
	for range max(o.Workers, 1) {
		workers.Go(func() { o.work(ctx, tasks, finished, cancel) })
	}
	go func() { workers.Wait(); close(finished) }()
	return finished
}

// pass sends unless the run is over.
func pass[T any](ctx context.Context, to chan<- T, v T) bool {
	select {
	case to <- v:
		return true
	case <-ctx.Done():
		return false
	}
}

func (o *Options) work(ctx context.Context, tasks <-chan item, finished chan<- item, cancel context.CancelCauseFunc) {
	w := &worker{spawn: o.Spawn, source: o.Source, timeout: o.Timeout}
	defer w.end()
	for {
		select {
		case <-ctx.Done():
			return
		case it, ok := <-tasks:
			if !ok {
				return
			}
			var err error
			if it.result, err = o.judged(ctx, w, &it.doc); err != nil {
				cancel(err)
				return
			}
			if !pass(ctx, finished, it) {
				return
			}
		}
	}
}

// judged is the result of one document, whatever became of it.
func (o *Options) judged(ctx context.Context, w *worker, d *Document) (*result, error) {
	if d.Trouble != nil {
		return o.Judge.told(ctx, d, cause(d.Trouble), exit.Unreadable)
	}
	r, err := w.do(ctx, d)
	var ended *endedError
	if errors.As(err, &ended) && !ended.limit {
		// Somebody else may have ended it: the system, short of memory, or an
		// operator. What a document does it does again.
		r, err = w.do(ctx, d)
	}
	switch {
	case !errors.As(err, &ended):
		return r, err
	case ended.limit:
		return o.Judge.told(ctx, d, ended, exit.Unreadable)
	}
	return o.Judge.told(ctx, d, ended, exit.Internal)
}

// told is the line of a document that could not be judged.
func (j *Judge) told(ctx context.Context, d *Document, why error, code int) (*result, error) {
	if j.Planning {
		return &result{Unread: true}, nil
	}
	rep, err := j.Verifier.Verify(ctx, j.unreadable(d, why))
	if err != nil {
		return nil, err
	}
	return j.result(d, rep, code)
}

// A collector writes lines as they come, or in order.
type collector struct {
	*Options
	out     *output
	totals  *Totals
	permits <-chan struct{}
	cancel  context.CancelCauseFunc
	failed  error
	waiting map[uint64]item
	next    uint64
}

func (c *collector) run(finished <-chan item) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case it, ok := <-finished:
			if !ok {
				return c.failed
			}
			c.take(it)
		case <-tick.C: // lines must not wait for a slow document behind them
			if c.out.journal != nil {
				c.check(c.out.commit())
			}
		}
	}
}

func (c *collector) take(it item) {
	if !c.Ordered {
		c.write(it)
		return
	}
	c.waiting[it.n] = it
	for ready, ok := c.waiting[c.next]; ok; ready, ok = c.waiting[c.next] {
		delete(c.waiting, c.next)
		c.next++
		c.write(ready)
	}
}

func (c *collector) write(it item) {
	<-c.permits
	if c.failed != nil {
		return
	}
	if c.Plan != nil {
		c.totals.Documents++
		c.Plan.add(it.result)
	} else {
		c.line(it)
	}
	if c.Progress != nil {
		c.Progress(c.totals)
	}
}

func (c *collector) line(it item) {
	if c.check(c.out.line(it.key, it.result.Line, it.result.Summary.Exit)); c.failed != nil {
		return
	}
	c.totals.add(&it.result.Summary)
}

// check ends the run at the first line that cannot be written.
func (c *collector) check(err error) {
	if err != nil && c.failed == nil {
		c.failed = err
		c.cancel(err)
	}
}
