package batch

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify"
)

// A worker is a process that judges one document after the other. It is started
// when there is something to do, and again after it has ended.
type worker struct {
	spawn   func(context.Context) *exec.Cmd
	source  verify.Source // nil: nothing is fetched
	timeout time.Duration
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	sent    *shelf
	said    *head // the beginning of what it wrote to standard error
}

// An ended error is how a worker ended that a document brought down.
type endedError struct {
	text  string
	limit bool // a bound of the run ended it, no fault of ours
}

func (e *endedError) Error() string { return e.text }

// do has a document judged. An endedError is about the document; every other
// error ends the run.
func (w *worker) do(ctx context.Context, d *Document) (*result, error) {
	if w.cmd == nil {
		if err := w.start(ctx); err != nil {
			return nil, fmt.Errorf("a worker does not start: %w", err)
		}
	}
	within, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	cmd := w.cmd
	stop := context.AfterFunc(within, func() { cmd.Process.Kill() })
	r, err := w.exchange(within, d)
	if stop() && err == nil {
		return r, nil
	}
	ended := w.end()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil:
		return r, nil
	case within.Err() != nil:
		return nil, &endedError{fmt.Sprintf("it takes longer than %s", w.timeout), true}
	case ended.ExitCode() == ExitMemory:
		return nil, &endedError{"it needs more memory than one document may have", true}
	case ended.ExitCode() == ExitSetup:
		return nil, fmt.Errorf("a worker cannot begin: %s", w.said)
	}
	return nil, &endedError{fmt.Sprintf("the program that judged it ended (%s): %s", ended, w.said), false}
}

func (w *worker) start(ctx context.Context) error {
	cmd := w.spawn(ctx)
	w.said = &head{}
	cmd.Stderr = w.said
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	w.cmd, w.in, w.out, w.sent = cmd, in, bufio.NewReaderSize(out, 64<<10), &shelf{}
	return nil
}

// end waits for the process, which is at its end or is ended now.
func (w *worker) end() *os.ProcessState {
	if w.cmd == nil {
		return nil
	}
	w.in.Close()
	done := make(chan struct{})
	cmd := w.cmd
	go func() {
		select {
		case <-done:
		case <-time.After(time.Second):
			cmd.Process.Kill()
		}
	}()
	io.Copy(io.Discard, w.out)
	cmd.Wait()
	close(done)
	w.cmd = nil
	return cmd.ProcessState
}

// exchange sends a task and answers wants until the result comes.
func (w *worker) exchange(ctx context.Context, d *Document) (*result, error) {
	if err := send(w.in, kindTask, d.task()); err != nil {
		return nil, err
	}
	source, done := w.source, func() {}
	if s, ok := source.(interface {
		ForDocument(context.Context) (verify.Source, func())
	}); ok {
		source, done = s.ForDocument(ctx)
	}
	defer done()
	money := purse.New(purse.Limits{})
	var r result
	for {
		k, body, err := receive(w.out)
		if err != nil {
			return nil, err
		}
		switch k {
		case kindLine:
			r.Line = body
		case kindResult:
			return &r, json.Unmarshal(body, &r)
		case kindWant:
			if err := send(w.in, kindItems, answer(ctx, source, body, w.sent, money)); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("message %c from a worker", k)
		}
	}
}

// answer gets what a worker wants.
func answer(ctx context.Context, source verify.Source, body []byte, sent *shelf, money *purse.Purse) got {
	var asked wanted
	if err := json.Unmarshal(body, &asked); err != nil {
		return asGot(nil, err, sent)
	}
	want, err := asked.want(money)
	if err != nil {
		return asGot(nil, err, sent)
	}
	if source == nil {
		return asGot(nil, errors.New("no source"), sent)
	}
	items, err := source.Get(ctx, want, money)
	return asGot(items, err, sent)
}

// A head keeps the beginning of what is written: a program that dies says why
// first, and then where.
type head struct{ kept []byte }

const maxHead = 2000

func (h *head) Write(b []byte) (int, error) {
	h.kept = append(h.kept, b[:min(len(b), maxHead-len(h.kept))]...)
	return len(b), nil
}

// String is the first line that says something.
func (h *head) String() string {
	for line := range strings.Lines(string(h.kept)) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return "it said nothing"
}
