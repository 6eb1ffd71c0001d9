// Package cli is the kakuin command: a cobra tree, one file a verb. It reads
// files and flags, asks the library, and renders; it decides nothing.
//
// What goes where: results on standard output, everything else on standard
// error; "-" is standard input; colour never carries meaning alone.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/verify"
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

// Version names the program in reports and in `kakuin version`.
const Version = "0.1.0-dev"

// An env is what a verb may touch of the outside.
type env struct {
	in     io.Reader
	out    io.Writer
	err    io.Writer
	exit   int
	lookup func(string) (string, bool)
}

// Main runs the command and returns its exit code.
func Main(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) (code int) {
	e := &env{in: in, out: out, err: errw, lookup: os.LookupEnv}
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(errw, "kakuin: internal error: %v\n", r)
			code = ExitInternal
		}
	}()
	root := newRoot(e)
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		return e.failed(ctx, err)
	}
	return e.exit
}

// A usageError is a call that cannot be carried out as it was written.
type usageError struct{ err error }

func (u *usageError) Error() string { return u.err.Error() }
func (u *usageError) Unwrap() error { return u.err }

func usage(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// An unreadableError is an input that cannot be read at all.
type unreadableError struct{ err error }

func (u *unreadableError) Error() string { return u.err.Error() }
func (u *unreadableError) Unwrap() error { return u.err }

func (e *env) failed(ctx context.Context, err error) int {
	if ctx.Err() != nil {
		fmt.Fprintln(e.err, "kakuin: interrupted")
		return ExitInterrupted
	}
	fmt.Fprintf(e.err, "kakuin: %v\n", err)
	var un *unreadableError
	var no *trustError
	switch {
	case errors.As(err, &un):
		return ExitUnreadable
	case errors.As(err, &no):
		return ExitNoTrust
	}
	return ExitUsage
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

func newRoot(e *env) *cobra.Command {
	root := &cobra.Command{
		Use:   "kakuin",
		Short: "Verify electronic seals, signatures and time-stamps on official documents",
		Long: `kakuin verifies electronic seals, signatures and RFC 3161 time-stamps on
official documents against a trust list of your choice and answers with a
layered trust report.

角印 (かくいん) は、公的文書の電子シール・電子署名・タイムスタンプを、
利用者が選んだトラストリストに基づいて検証し、層に分けて報告します。

Exit codes: 0 everything passed, 1 something failed, 2 usage, 3 indeterminate,
4 not signed, 5 trust list missing or stale, 6 unreadable input, 7 internal
error, 130 interrupted.`,
		SilenceUsage: true, SilenceErrors: true,
	}
	root.SetOut(e.out)
	root.SetErr(e.err)
	root.SetIn(e.in)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.AddCommand(newVerify(e), newInspect(e), newExplain(e), newTimestamp(e), newTrust(e), newPolicy(e), newVersion(e))
	return root
}

// Root is the command tree, for the generated manual pages.
func Root() *cobra.Command {
	return newRoot(&env{in: os.Stdin, out: os.Stdout, err: os.Stderr, lookup: os.LookupEnv})
}
