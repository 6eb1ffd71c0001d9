package batch

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"time"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
)

// A Judge is what the run and its workers judge with: the same in both.
type Judge struct {
	Verifier *verify.Verifier
	Options  eseal.Options // password and limits; names and content are the document's
	Expect   []verify.Expect
	Form     Form
	Lang     string // of tables
	Planning bool   // nothing is judged: a result is what the document lacks
}

// Serve judges the tasks that come until there are none: the worker's side.
// memory, in octets, ends the process where a document needs more.
func Serve(ctx context.Context, in io.Reader, out io.Writer, memory int64, judge func(verify.Source) (*Judge, error)) error {
	c := &client{in: bufio.NewReaderSize(in, 64<<10), out: out, memory: evidence.NewMemory(0)}
	j, err := judge(c)
	if err != nil {
		return &SetupError{err}
	}
	debug.SetMaxStack(maxStack)
	debug.SetGCPercent(gcPercent)
	if memory > 0 {
		debug.SetMemoryLimit(memory * 3 / 4)
		go watchMemory(memory)
	}
	for {
		k, body, err := receive(c.in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var t task
		if err := json.Unmarshal(body, &t); err != nil || k != kindTask {
			return fmt.Errorf("message %c where a task was due: %w", k, err)
		}
		r, err := j.one(ctx, t.document())
		if err != nil {
			return err
		}
		if err := errors.Join(sendOctets(c.out, kindLine, r.Line), send(c.out, kindResult, r)); err != nil {
			return err
		}
	}
}

// A SetupError is why a worker cannot judge anything.
type SetupError struct{ Err error }

func (e *SetupError) Error() string { return e.Err.Error() }
func (e *SetupError) Unwrap() error { return e.Err }

// ExitSetup is how a worker ends that cannot judge anything: the next one could
// not either.
const ExitSetup = 87

// maxStack bounds recursion: nothing here needs a hundredth of it.
const maxStack = 32 << 20

// gcPercent spends memory that a worker may have on a third less time: what a
// document leaves behind is some megabytes, and the memory limit goes before it.
const gcPercent = 400

// ExitMemory is how a worker ends that needs more memory than it may have.
const ExitMemory = 86

// watchMemory ends the process before the machine runs out: what one document
// asks for must not take the others' share.
func watchMemory(bound int64) {
	in := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for {
		time.Sleep(20 * time.Millisecond)
		metrics.Read(in)
		if int64(in[0].Value.Uint64()-in[1].Value.Uint64()) > bound {
			os.Exit(ExitMemory)
		}
	}
}

// one judges a document. What cannot be opened is a document that cannot be
// read; an error means that the worker cannot go on.
func (j *Judge) one(ctx context.Context, d *Document) (*result, error) {
	doc, done := j.open(ctx, d)
	defer done()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if j.Planning {
		return j.planned(ctx, doc)
	}
	rep, err := j.Verifier.Verify(ctx, doc, append(slices.Clone(j.Expect), d.expectations()...)...)
	if err != nil {
		return nil, err
	}
	return j.result(d, rep, exit.Of(rep))
}

// planned is what a document lacks.
func (j *Judge) planned(ctx context.Context, doc *eseal.Document) (*result, error) {
	if doc.Unreadable != nil {
		return &result{Unread: true}, nil
	}
	wants, err := j.Verifier.Plan(ctx, doc)
	r := &result{}
	for _, w := range wants {
		w.OCSPIssuer, w.Target = nil, nil
		r.Plan = append(r.Plan, asWanted(w))
	}
	return r, err
}

func (j *Judge) result(d *Document, rep *verify.Report, code int) (*result, error) {
	r := &result{Summary: summarize(d.Path, rep)}
	r.Summary.Exit = code
	var err error
	r.Line, err = j.Form.line(&r.Summary, rep, j.Lang)
	return r, err
}

// About are the digests of the policy and of the trust list that documents are
// judged by.
func (j *Judge) About(ctx context.Context) (policy, trust string, err error) {
	rep, err := j.Verifier.Verify(ctx, j.unreadable(&Document{}, errors.New("no document")))
	if err != nil {
		return "", "", err
	}
	return rep.Policy.SHA256, rep.Trust.SHA256, nil
}

// unreadable stands for a document that there is nothing to read of.
func (j *Judge) unreadable(d *Document, why error) *eseal.Document {
	return &eseal.Document{Name: Name(d.Path), Format: eseal.FormatUnknown, Unreadable: why, Purse: purse.New(j.Options.Limits)}
}

func (j *Judge) open(ctx context.Context, d *Document) (doc *eseal.Document, done func()) {
	var opened []*os.File
	done = func() {
		for _, f := range opened {
			f.Close()
		}
	}
	f, size, err := openFile(d.Path)
	if err != nil {
		return j.unreadable(d, err), done
	}
	opened = append(opened, f)
	o := j.Options
	o.Name = Name(d.Path)
	for _, path := range d.Detached {
		f, size, err := openFile(path)
		if err != nil {
			return j.unreadable(d, fmt.Errorf("the content beside it: %w", err)), done
		}
		opened = append(opened, f)
		o.Detached = append(o.Detached, eseal.Detached{Name: Name(filepath.Base(path)), R: f, Size: size})
	}
	if doc, err = eseal.Open(ctx, f, size, o); err != nil {
		doc = j.unreadable(d, err)
		doc.Size = size
	}
	return doc, done
}

// openFile opens a regular file; a pipe without a writer would block.
func openFile(path string) (*os.File, int64, error) {
	st, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, 0, cause(err)
	case st.IsDir():
		return nil, 0, errors.New("it is a folder")
	case !st.Mode().IsRegular():
		return nil, 0, fmt.Errorf("it is not a regular file (%s)", st.Mode().Type())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, cause(err)
	}
	if st, err = f.Stat(); err != nil {
		f.Close()
		return nil, 0, cause(err)
	}
	return f, st.Size(), nil
}

// cause is an error of the file system without the path, which the line has.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// A client asks the run for evidence: the run alone has a network.
type client struct {
	in     *bufio.Reader
	out    io.Writer
	memory *evidence.Memory
	kept   shelf
}

// Get passes a want on and waits for the answer.
func (c *client) Get(_ context.Context, w verify.Want, p *purse.Purse) ([]*evidence.Item, error) {
	if err := send(c.out, kindWant, asWanted(w)); err != nil {
		return nil, err
	}
	k, body, err := receive(c.in)
	if err != nil {
		return nil, err
	}
	var g got
	if err := json.Unmarshal(body, &g); err != nil || k != kindItems {
		return nil, fmt.Errorf("message %c where items were due: %w", k, err)
	}
	return g.items(c.memory, &c.kept, p)
}
