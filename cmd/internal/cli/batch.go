package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kakuin/kakuin/cmd/internal/batch"
	"github.com/kakuin/kakuin/cmd/internal/build"
	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
)

// batchFlags are the flags of `kakuin batch`.
type batchFlags struct {
	verifyFlags
	filesFrom string
	workers   int
	timeout   time.Duration
	memory    int
	ordered   bool
	summary   bool
	journal   string
	resume    bool
	totals    string
	worker    bool
	fetches   bool // a worker may ask the run for evidence
}

// notForWorkers are flags about the run as a whole.
var notForWorkers = []string{"files-from", "workers", "timeout", "ordered", "journal", "resume", "output", "totals", "at", "worker", "quiet", "offline", "allow-host", "no-cache", "fetches"}

func newBatch(e *env) *cobra.Command {
	b := &batchFlags{}
	c := &cobra.Command{
		Use:   "batch DIR|FILE…",
		Short: "Verify many documents, one line of output each",
		Long: `Verify many documents and write one line for each: its report (NDJSON), or with
--summary the few facts that a table needs. Folders are read with everything
below them; a pattern in quotes stands for what it matches.

Documents are judged by worker processes. One that cannot be read, takes too
long (--timeout) or needs too much memory (--memory) gets a line that says so,
and the run goes on. All are judged at one time, --at or the start of the run.

With --journal the run can be ended at any moment, by kill, power cut or a full
disk, and goes on with --resume: every document stands in the output once. Until
it is over the output is called FILE.part.

` + exitCodes,
		Example: `  kakuin batch --output results.ndjson documents/
  kakuin batch --summary --journal run.journal --output results.ndjson documents/
  kakuin batch --summary --journal run.journal --output results.ndjson --resume documents/
  find documents -name '*.pdf' -print0 | kakuin batch --files-from - --output results.ndjson`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case b.worker:
			case len(args) == 0 && b.filesFrom == "":
				return usage("batch needs at least one DIR or FILE, or --files-from")
			case len(args) > 0 && b.filesFrom != "":
				return usage("documents are named as arguments or by --files-from, not both")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if b.worker {
				return b.serve(c.Context(), e)
			}
			return b.run(c, e, args)
		},
	}
	b.register(c)
	b.registerPassword(c)
	b.registerExpectations(c)
	f := c.Flags()
	f.Lookup("format").Hidden, f.Lookup("json").Hidden, f.Lookup("explain").Hidden, f.Lookup("color").Hidden = true, true, true, true
	f.StringVar(&b.filesFrom, "files-from", "", "read the names of documents from `FILE` (- is standard input), one a line or each ended by NUL")
	f.IntVar(&b.workers, "workers", runtime.GOMAXPROCS(0), "how many documents are judged at a time")
	f.DurationVar(&b.timeout, "timeout", 5*time.Minute, "how long one document may take")
	f.IntVar(&b.memory, "memory", 512, "how many `MiB` of memory one document may need")
	f.BoolVar(&b.ordered, "ordered", false, "write lines in the order of the documents, not as they are done")
	f.BoolVar(&b.summary, "summary", false, "write a summary of each document, not its whole report")
	f.StringVar(&b.journal, "journal", "", "keep a record of what is done in `FILE`, for --resume; needs --output")
	f.BoolVar(&b.resume, "resume", false, "go on with the run of --journal")
	f.StringVar(&b.totals, "totals", "", "write the totals of the run to `FILE`, as JSON")
	f.BoolVar(&b.worker, "worker", false, "")
	f.BoolVar(&b.fetches, "fetches", false, "")
	f.Lookup("worker").Hidden, f.Lookup("fetches").Hidden = true, true
	return c
}

// check reads flags before anything is done.
func (b *batchFlags) check() error {
	switch {
	case b.workers < 1 || b.workers > 1024:
		return usage("--workers %d: write a number from 1 to 1024", b.workers)
	case b.timeout <= 0:
		return usage("--timeout %s: write how long, as in 90s or 5m", b.timeout)
	case b.memory < 64:
		return usage("--memory %d: write at least 64 (MiB)", b.memory)
	case b.journal != "" && (b.output == "" || b.output == "-"):
		return usage("--journal needs --output FILE: what went to standard output cannot be taken back")
	case b.resume && b.journal == "":
		return usage("--resume needs the --journal of the run")
	case b.format != "text" && b.format != "ndjson":
		return usage("--format %s: batch writes ndjson", b.format)
	}
	return nil
}

// judge puts together what documents are judged with.
func (b *batchFlags) judge(e *env, at time.Time, source verify.Source) (*batch.Judge, error) {
	j := &batch.Judge{Summary: b.summary, Options: eseal.Options{}}
	var err error
	if j.Expect, err = b.expectations(); err != nil {
		return nil, err
	}
	if j.Options.Password, err = b.readPassword(); err != nil {
		return nil, err
	}
	j.Verifier, err = b.verifierWith(e, at, source)
	return j, err
}

// serve is the worker.
func (b *batchFlags) serve(ctx context.Context, e *env) error {
	at, err := b.moment(e)
	if err == nil {
		err = batch.Serve(ctx, e.in, e.out, int64(b.memory)<<20, func(s verify.Source) (*batch.Judge, error) {
			if !b.fetches {
				s = nil
			}
			return b.judge(e, at, s)
		})
	}
	var setup *batch.SetupError
	if errors.As(err, &setup) {
		return &failure{batch.ExitSetup, err}
	}
	return err
}

func (b *batchFlags) run(c *cobra.Command, e *env, args []string) error {
	if err := b.check(); err != nil {
		return err
	}
	if b.resume && b.at == "" {
		h, err := batch.ReadHeader(b.journal)
		if err != nil {
			return usage("--resume: %w", err)
		}
		b.at = h.At
	}
	at, err := b.moment(e)
	if err != nil {
		return err
	}
	source, err := b.source(e)
	if err != nil {
		return err
	}
	judge, err := b.judge(e, at, nil)
	if err != nil {
		return err
	}
	o := batch.Options{
		Judge: judge, Source: source, Workers: b.workers, Timeout: b.timeout, Ordered: b.ordered,
		Writer: e.out, Journal: b.journal, Resume: b.resume, Now: e.clock(), Documents: batch.Paths(args),
	}
	if b.output != "-" {
		o.Output = b.output
	}
	if b.filesFrom != "" {
		in, done, err := b.names(e)
		if err != nil {
			return err
		}
		defer done()
		o.Documents = batch.Names(in)
	}
	if o.Spawn, err = b.spawn(c, at, source != nil); err != nil {
		return err
	}
	if o.About, err = b.header(c, judge, at); err != nil {
		return err
	}
	return b.finish(c.Context(), e, o)
}

// finish runs, and tells what it came to.
func (b *batchFlags) finish(ctx context.Context, e *env, o batch.Options) error {
	begun := e.clock()()
	told := begun
	o.Progress = func(t *batch.Totals) {
		if now := e.clock()(); !b.quiet && now.Sub(told) >= 10*time.Second {
			told = now
			fmt.Fprintf(e.err, "kakuin: %d documents, %.0f a second\n", t.Documents, float64(t.Documents)/now.Sub(begun).Seconds())
		}
	}
	t, err := batch.Run(ctx, o)
	if err != nil {
		if b.journal != "" && ctx.Err() == nil {
			err = fmt.Errorf("%w; what is done is kept: go on with --resume", err)
		}
		return err
	}
	if b.totals != "" {
		if err := writeFile("--totals", b.totals, func(w io.Writer) error { return writeJSON(w, t) }); err != nil {
			return err
		}
	}
	e.result(t.Exit)
	if b.quiet {
		return nil
	}
	lang, err := b.language(e)
	if err != nil {
		return err
	}
	return t.Write(e.err, lang)
}

func (b *batchFlags) names(e *env) (io.Reader, func(), error) {
	if b.filesFrom == "-" {
		return e.in, func() {}, nil
	}
	f, err := os.Open(b.filesFrom)
	if err != nil {
		return nil, nil, usage("--files-from: %w", err)
	}
	return f, func() { f.Close() }, nil
}

// spawn starts workers: this program, with the flags that documents are judged
// by.
func (b *batchFlags) spawn(c *cobra.Command, at time.Time, fetches bool) (func(context.Context) *exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := append([]string{os.Args[0], "batch", "--worker", "--at", at.Format(time.RFC3339Nano)}, changed(c, notForWorkers...)...)
	if fetches {
		args = append(args, "--fetches")
	}
	return func(context.Context) *exec.Cmd {
		cmd := exec.Command(self)
		cmd.Args = args
		return cmd
	}, nil
}

// changed are the flags of a call, as they are written, but for some.
func changed(c *cobra.Command, but ...string) (out []string) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(but, f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if many, ok := f.Value.(pflag.SliceValue); ok {
			values = many.GetSlice()
		}
		for _, v := range values {
			out = append(out, "--"+f.Name+"="+v)
		}
	})
	return out
}

// header says what the lines of this run depend on.
func (b *batchFlags) header(c *cobra.Command, j *batch.Judge, at time.Time) (batch.Header, error) {
	h := batch.Header{Output: b.output, At: at.Format(time.RFC3339Nano), Tool: build.Version}
	var err error
	if h.Policy, h.Trust, err = j.About(c.Context()); err != nil {
		return h, err
	}
	sum := sha256.New()
	for _, flag := range changed(c, append(notForWorkers, "trust", "policy", "memory", "totals")...) {
		fmt.Fprintf(sum, "%s\x00", flag)
	}
	fmt.Fprint(sum, b.summary, b.offline)
	h.Settings = hex.EncodeToString(sum.Sum(nil))
	return h, nil
}
