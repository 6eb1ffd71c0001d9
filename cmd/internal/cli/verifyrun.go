package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/term"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/pdf"
)

// A verifyRun is one call of `kakuin verify` with everything read that its
// documents share.
type verifyRun struct {
	*verifyFlags
	e       *env
	judge   *verify.Verifier
	at      time.Time
	options eseal.Options
	expect  []verify.Expect
	format  report.Format
	words   []report.Option
	lang    string
	opened  []*input
	several bool
	reports []*verify.Report // where one file is about all
	headed  bool             // something stands above the next report
}

// prepare reads flags before files, so that a wrong call costs nothing.
func (r *verifyRun) prepare(ctx context.Context, args []string) (err error) {
	if err := r.rendering(args); err != nil {
		return err
	}
	if r.expect, err = r.expectations(); err != nil {
		return err
	}
	for _, d := range r.digests {
		k, err := parseDigest(d)
		if err != nil {
			return err
		}
		r.options.Digests = append(r.options.Digests, k)
	}
	if r.options.Password, err = r.readPassword(); err != nil {
		return err
	}
	if r.at, err = r.moment(r.e); err != nil {
		return err
	}
	if r.judge, err = r.verifier(r.e, r.at); err != nil {
		return err
	}
	return r.openBeside(ctx)
}

// rendering reads how the result is to be written.
func (r *verifyRun) rendering(args []string) (err error) {
	if n := count(slices.Concat(args, r.detached, r.records), "-"); n > 1 {
		return usage("standard input (-) can be read only once")
	}
	if r.format, err = r.reportFormat(r.several); err != nil {
		return err
	}
	if err := plainOnly(r.format); r.plan && err != nil {
		return err
	}
	if f, ok := r.e.out.w.(*os.File); ok && r.format == report.PDF && (r.output == "" || r.output == "-") && term.IsTerminal(int(f.Fd())) {
		return usage("--format pdf is no text for a terminal: name a file with --output FILE")
	}
	lang, err := r.language(r.e)
	if err != nil {
		return err
	}
	color, err := r.colored(r.e)
	if err != nil {
		return err
	}
	r.lang = lang
	r.words = []report.Option{report.Lang(lang), report.Color(color), report.Explain(r.explain), report.Quiet(r.quiet)}
	return nil
}

func count(all []string, s string) (n int) {
	for _, a := range all {
		if a == s {
			n++
		}
	}
	return n
}

// one verifies one document, or tells what its evidence lacks.
func (r *verifyRun) one(ctx context.Context, w io.Writer, path string) error {
	doc, done, err := r.e.document(ctx, path, r.options)
	if err != nil {
		return err
	}
	defer done()
	if r.plan {
		return r.printPlan(ctx, w, doc)
	}
	rep, err := r.report(ctx, doc)
	if err != nil {
		return err
	}
	r.e.result(exit.Of(rep))
	if r.format.Many() {
		r.reports = append(r.reports, rep)
		return nil
	}
	if r.several && r.format == report.Text {
		r.heading(w, path)
	}
	return r.render(w, rep)
}

// render writes one report, alone in its file or after others.
func (r *verifyRun) render(w io.Writer, rep *verify.Report, more ...report.Option) error {
	if r.format == report.PDF {
		return pdf.Write(w, rep, r.lang, append(r.words, more...)...)
	}
	return report.Write(w, rep, r.format, append(r.words, more...)...)
}

func (r *verifyRun) report(ctx context.Context, doc *eseal.Document) (*verify.Report, error) {
	if r.save != "" {
		return r.saveEvidence(ctx, doc)
	}
	return r.judge.Verify(ctx, doc, r.expect...)
}

// heading tells the reports of several documents apart.
func (r *verifyRun) heading(w io.Writer, path string) {
	if r.headed {
		fmt.Fprintln(w)
	}
	r.headed = true
	fmt.Fprintf(w, "==> %s <==\n", report.Safe(path))
}

// openBeside opens --detached, --evidence-record and --request.
func (r *verifyRun) openBeside(ctx context.Context) (err error) {
	if r.options.Detached, err = r.beside(ctx, "--detached", r.detached); err != nil {
		return err
	}
	if r.options.EvidenceRecords, err = r.beside(ctx, "--evidence-record", r.records); err != nil {
		return err
	}
	if r.request != "" {
		data, err := readSmall(r.request)
		if err != nil {
			r.close()
			return unreadable("--request: %w", err)
		}
		r.options.Request = data
	}
	return nil
}

// beside opens files that lie beside the document.
func (r *verifyRun) beside(ctx context.Context, flag string, paths []string) (out []eseal.Detached, err error) {
	for _, path := range paths {
		in, err := r.e.open(ctx, path)
		if err != nil {
			r.close()
			return nil, fmt.Errorf("%s: %w", flag, err)
		}
		r.opened = append(r.opened, in)
		out = append(out, eseal.Detached{Name: in.name, R: in.r, Size: in.size})
	}
	return out, nil
}

func (r *verifyRun) close() {
	for _, in := range r.opened {
		in.done()
	}
}
