// Package cli is the kakuin command: a cobra tree, one file a verb. It reads
// files and flags, asks the library, and renders; it decides nothing.
//
// What goes where: results on standard output, everything else on standard
// error; "-" is standard input; colour never carries meaning alone.
package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/exit"
)

// An env is what a verb may touch of the outside.
type env struct {
	in     io.Reader
	out    *keeper
	err    io.Writer
	exit   int
	lookup func(string) (string, bool)
	now    func() time.Time // nil: the machine's clock
}

func (e *env) clock() func() time.Time {
	if e.now == nil {
		return time.Now
	}
	return e.now
}

// A keeper remembers the first error of a writer, so that a result that did
// not arrive is never taken for one that did.
type keeper struct {
	w   io.Writer
	err error
}

func (k *keeper) Write(b []byte) (int, error) {
	if k.err != nil {
		return 0, k.err
	}
	n, err := k.w.Write(b)
	k.err = err
	return n, err
}

// Main runs the command and returns its exit code.
func Main(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	return run(ctx, args, &env{in: in, out: &keeper{w: out}, err: errw, lookup: os.LookupEnv})
}

func run(ctx context.Context, args []string, e *env) (code int) {
	defer func() {
		if r := recover(); r != nil {
			code = e.panicked("", r)
		}
	}()
	root := newRoot(e)
	root.SetArgs(args)
	c, err := root.ExecuteContextC(ctx)
	if err == nil && e.out.err != nil {
		err = &failure{exit.Internal, fmt.Errorf("standard output: %w", e.out.err)}
	}
	if err != nil {
		return e.failed(ctx, c, err)
	}
	return e.exit
}

// panicked tells of a fault of this program.
func (e *env) panicked(about string, cause any) int {
	fmt.Fprintf(e.err, "kakuin: %sinternal error: %v; this is a fault of kakuin, please report it\n%s", about, cause, debug.Stack())
	return exit.Internal
}

// Root is the command tree, for the generated manual pages.
func Root() *cobra.Command {
	return newRoot(&env{in: os.Stdin, out: &keeper{w: os.Stdout}, err: os.Stderr, lookup: os.LookupEnv})
}
