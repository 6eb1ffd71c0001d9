package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/batch"
	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/cmd/internal/lock"
	"github.com/kakuin/kakuin/verify/report"
)

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
	case b.pace < 0:
		return usage("--host-pace %s: write how long, as in 200ms or 2s", b.pace)
	case b.plan && (b.journal != "" || b.summary || len(b.totals) > 0):
		return usage("--plan judges nothing: --journal, --summary and --totals are about judgements")
	case b.plan && b.format == "csv" || !slices.Contains([]string{"text", "ndjson", "csv"}, b.format):
		return usage("--format %s: write ndjson or csv; with --plan text or ndjson", b.format)
	case b.summary && b.format == "csv":
		return usage("leave --summary out: each row of a table (--format csv) is a summary already")
	}
	return b.checkTotals()
}

func (b *batchFlags) checkTotals() error {
	for _, path := range b.totals {
		lines, known := batch.TotalsLines(path)
		if !known {
			return usage("--totals %s: end its name in %s", path, strings.Join(batch.TotalsForms(), ", "))
		}
		if lines && (b.output == "" || b.output == "-") {
			return usage("--totals %s is made from the lines of the run: it needs --output FILE", path)
		}
	}
	return nil
}

// form is what stands in the output for each document.
func (b *batchFlags) form() batch.Form {
	switch {
	case b.format == "csv":
		return batch.Table
	case b.summary:
		return batch.Summaries
	}
	return batch.Reports
}

func (b *batchFlags) run(c *cobra.Command, e *env, args []string) error {
	if err := b.check(); err != nil {
		return err
	}
	if err := b.apart(args); err != nil {
		return err
	}
	if err := b.takeUp(); err != nil {
		return err
	}
	at, err := b.moment(e)
	if err != nil {
		return err
	}
	if b.plan {
		b.offline = true
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
		Writer: e.out, Journal: b.journal, Resume: b.resume, Now: e.clock(),
	}
	if b.output != "-" && !b.plan {
		o.Output = b.output
	}
	o.Own = batch.OwnFiles(b.written()...)
	total, done, err := b.documents(e, args, &o)
	if err != nil {
		return err
	}
	defer done()
	if o.About, err = b.header(c, judge, at); err != nil {
		return err
	}
	if o.Spawn, err = b.spawn(c, at, source != nil, b.basis(o.About)); err != nil {
		return err
	}
	return b.finish(c.Context(), e, o, total)
}

// written are the files that the run writes.
func (b *batchFlags) written() (paths []string) {
	for _, path := range append([]string{b.output, b.journal}, b.totals...) {
		if path != "" && path != "-" {
			paths = append(paths, path)
		}
	}
	return paths
}

// apart sees that nothing is written over an input, or over another result.
func (b *batchFlags) apart(args []string) error {
	inputs := slices.Concat(args, []string{b.manifest, b.filesFrom}, b.trust)
	all := b.written()
	for i, path := range all {
		if err := sameFile("what is to be written,", path, inputs); err != nil {
			return err
		}
		if slices.ContainsFunc(all[:i], func(other string) bool { return filepath.Clean(other) == filepath.Clean(path) }) {
			return usage("%s is to be written twice: give --output, --journal and --totals names of their own", path)
		}
	}
	return nil
}

// takeUp looks whether there is a run to go on with, and takes its time.
func (b *batchFlags) takeUp() error {
	if !b.resume {
		return nil
	}
	h, err := batch.ReadHeader(b.journal)
	if errors.Is(err, os.ErrNotExist) {
		return usage("--resume: there is no journal %s: the run is over (then %s is whole), or it never began (then leave --resume out)", b.journal, b.output)
	}
	if err != nil {
		return usage("--resume: %w", err)
	}
	if b.at == "" {
		b.at = h.At
	}
	return nil
}

// documents says which ones, and how many there are if that can be told
// beforehand.
func (b *batchFlags) documents(e *env, args []string, o *batch.Options) (total func() int, done func(), err error) {
	done = func() {}
	switch {
	case b.manifest != "":
		m, removed, err := b.table(e)
		if err != nil {
			return nil, nil, err
		}
		o.Documents = m.Documents()
		return func() int { return m.Rows }, removed, nil
	case b.filesFrom == "-":
		o.Documents = batch.Names(e.in)
		return nil, done, nil
	case b.filesFrom != "":
		f, err := os.Open(b.filesFrom)
		if err != nil {
			return nil, nil, usage("--files-from: %w", err)
		}
		o.Documents = batch.Names(f)
		return nil, func() { f.Close() }, nil
	}
	o.Documents = batch.Paths(args, o.Own)
	return func() int { return batch.Count(o.Documents) }, done, nil
}

// table is the manifest; one from standard input is kept in a file while it is
// used, since it is read twice.
func (b *batchFlags) table(e *env) (m *batch.Manifest, done func(), err error) {
	path, folder := b.manifest, ""
	done = func() {}
	if path == "-" {
		f, err := os.CreateTemp("", "kakuin-manifest-*.csv")
		if err != nil {
			return nil, nil, err
		}
		path, folder, done = f.Name(), ".", func() { os.Remove(f.Name()) }
		_, err = io.Copy(f, e.in)
		if err = errors.Join(err, f.Close()); err != nil {
			done()
			return nil, nil, fmt.Errorf("--manifest -: %w", err)
		}
	}
	if m, err = batch.OpenManifest(path, folder); err != nil {
		done()
		return nil, nil, usage("--manifest: %w", err)
	}
	return m, done, nil
}

// finish runs, and tells what it came to.
func (b *batchFlags) finish(ctx context.Context, e *env, o batch.Options, total func() int) error {
	if b.plan {
		o.Plan = &batch.Plan{}
	}
	p := newProgress(e, b.quiet, "documents", total)
	o.Progress = p.add
	t, err := batch.Run(ctx, o)
	p.end()
	if err != nil {
		switch {
		case errors.Is(err, batch.ErrJournal):
			return usage("--journal: %w", err)
		case errors.Is(err, lock.ErrTaken):
			return usage("--output: %w", err)
		}
		if b.journal != "" && ctx.Err() == nil {
			err = fmt.Errorf("%w; what is done is kept: go on with --resume", err)
		}
		return err
	}
	if b.plan {
		return b.tellPlan(e, o.Plan)
	}
	lang := o.Judge.Lang
	for _, path := range b.totals {
		if err := writeFile("--totals", path, func(w io.Writer) error { return o.WriteTotals(w, t, path, lang) }); err != nil {
			return err
		}
	}
	e.result(t.Exit)
	if !b.quiet {
		err = t.Write(e.err, lang)
	}
	if t.Documents == 0 { // a folder that is not mounted must not look like a good night
		return errors.Join(err, usage("there was no document to verify: see that the folder, pattern or table is the right one"))
	}
	return err
}

func (b *batchFlags) tellPlan(e *env, p *batch.Plan) error {
	if p.Unreadable > 0 {
		e.result(exit.Unreadable)
	}
	return b.write(e, nil, func(w io.Writer) error {
		if b.format == "ndjson" || b.json {
			return p.WriteJSON(w)
		}
		lang, err := b.language(e)
		if err != nil {
			return err
		}
		return p.WriteText(w, lang, report.Lang(lang))
	})
}
