package cli

import (
	"context"
	"io"
	"os"
	"time"
)

// MainAt is Main with a clock that stands still.
func MainAt(ctx context.Context, now time.Time, args []string, in io.Reader, out, errw io.Writer) int {
	return run(ctx, args, &env{in: in, out: &keeper{w: out}, err: errw, lookup: os.LookupEnv, now: func() time.Time { return now }})
}
