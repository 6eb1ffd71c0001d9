package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
)

// Exit codes.
const (
	ExitPassed        = 0
	ExitFailed        = 1
	ExitUsage         = 2
	ExitIndeterminate = 3
	ExitNotSigned     = 4
	ExitNoTrust       = 5
	ExitUnreadable    = 6
	ExitInternal      = 7
	ExitInterrupted   = 130
)

// A failure is an error that knows its exit code.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// usage is a call that cannot be carried out as it was written.
func usage(format string, args ...any) error { return &failure{ExitUsage, fmt.Errorf(format, args...)} }

// unreadable is an input that cannot be read at all.
func unreadable(format string, args ...any) error {
	return &failure{ExitUnreadable, fmt.Errorf(format, args...)}
}

// noTrust is a trust list that cannot be used.
func noTrust(format string, args ...any) error {
	return &failure{ExitNoTrust, fmt.Errorf(format, args...)}
}

// codeOf is the exit code of an error; what does not know its own is a fault
// of ours.
func codeOf(err error) int {
	var f *failure
	if errors.As(err, &f) {
		return f.code
	}
	return ExitInternal
}

// failed tells why the run ended and gives its exit code: 2 and 130 end it at
// once, others stand beside the results before them.
func (e *env) failed(ctx context.Context, c *cobra.Command, err error) int {
	if ctx.Err() != nil {
		fmt.Fprintln(e.err, "kakuin: interrupted")
		return ExitInterrupted
	}
	e.tell(err)
	var f *failure
	if !errors.As(err, &f) || f.code == ExitUsage { // cobra's own errors are about usage: see wrapRuns
		fmt.Fprintf(e.err, "kakuin: see `%s --help`\n", c.CommandPath())
		return ExitUsage
	}
	e.result(f.code)
	return e.exit
}

// tell writes an error for people; texts of documents in it are made safe for
// a terminal.
func (e *env) tell(err error) {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(e.err, "kakuin: %s\n", report.Safe(strings.TrimSuffix(line, "\n")))
	}
}

// each does one of several inputs: what cannot be read is told and counted,
// and the others still get their turn.
func (e *env) each(ctx context.Context, path string, do func() error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer func() {
		if r := recover(); r != nil {
			e.result(e.panicked(path+": ", r))
		}
	}()
	err = do()
	if err == nil || ctx.Err() != nil || codeOf(err) != ExitUnreadable {
		return err
	}
	e.tell(err)
	e.result(ExitUnreadable)
	return nil
}

// rank orders exit codes of several results: 7 before 1, 6, 5, 3, 4, 0.
var rank = map[int]int{ExitPassed: 0, ExitNotSigned: 1, ExitIndeterminate: 2, ExitNoTrust: 3, ExitUnreadable: 4, ExitFailed: 5, ExitInternal: 6}

// result keeps the worst exit code.
func (e *env) result(code int) {
	if rank[code] > rank[e.exit] {
		e.exit = code
	}
}

// exitOf is the exit code of one report.
func exitOf(rep *verify.Report) int {
	switch rep.Verdict {
	case verdict.DocumentPassed:
		return ExitPassed
	case verdict.DocumentFailed:
		return ExitFailed
	case verdict.NotSigned:
		return ExitNotSigned
	case verdict.Unreadable:
		return ExitUnreadable
	case verdict.DocumentIndeterminate:
		if rep.Trust.State != verify.TrustFresh {
			return ExitNoTrust
		}
		return ExitIndeterminate
	}
	return ExitInternal
}
