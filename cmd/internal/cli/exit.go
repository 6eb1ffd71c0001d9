package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/verify/report"
)

// A failure is an error that knows its exit code.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// usage is a call that cannot be carried out as it was written.
func usage(format string, args ...any) error {
	return &failure{exit.Usage, fmt.Errorf(format, args...)}
}

// unreadable is an input that cannot be read at all.
func unreadable(format string, args ...any) error {
	return &failure{exit.Unreadable, fmt.Errorf(format, args...)}
}

// noTrust is a trust list that cannot be used.
func noTrust(format string, args ...any) error {
	return &failure{exit.NoTrust, fmt.Errorf(format, args...)}
}

// codeOf is the exit code of an error; what does not know its own is a fault
// of ours.
func codeOf(err error) int {
	var f *failure
	if errors.As(err, &f) {
		return f.code
	}
	return exit.Internal
}

// failed tells why the run ended and gives its exit code: 2 and 130 end it at
// once, others stand beside the results before them.
func (e *env) failed(ctx context.Context, c *cobra.Command, err error) int {
	if ctx.Err() != nil {
		fmt.Fprintln(e.err, "kakuin: interrupted")
		return exit.Interrupted
	}
	e.tell(err)
	var f *failure
	if !errors.As(err, &f) || f.code == exit.Usage { // cobra's own errors are about usage: see wrapRuns
		fmt.Fprintf(e.err, "kakuin: see `%s --help`\n", c.CommandPath())
		return exit.Usage
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
	if err == nil || ctx.Err() != nil || codeOf(err) != exit.Unreadable {
		return err
	}
	e.tell(err)
	e.result(exit.Unreadable)
	return nil
}

// result keeps the worst exit code.
func (e *env) result(code int) {
	e.exit = exit.Worst(e.exit, code)
}
