package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kakuin/kakuin/cmd/internal/batch"
	"github.com/kakuin/kakuin/cmd/internal/build"
	"github.com/kakuin/kakuin/verify"
)

// judge puts together what documents are judged with.
func (b *batchFlags) judge(e *env, at time.Time, source verify.Source) (*batch.Judge, error) {
	j := &batch.Judge{Form: b.form(), Planning: b.plan}
	var err error
	if j.Lang, err = b.language(e); err != nil {
		return nil, err
	}
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
			j, err := b.judge(e, at, s)
			if err != nil {
				return nil, err
			}
			return j, b.sameBasis(ctx, j)
		})
	}
	var setup *batch.SetupError
	if errors.As(err, &setup) {
		return &failure{batch.ExitSetup, err}
	}
	return err
}

// spawn starts workers: this program, with the flags that documents are judged
// by.
func (b *batchFlags) spawn(c *cobra.Command, at time.Time, fetches bool, basis string) (func(context.Context) *exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := append([]string{os.Args[0], "batch", "--worker", "--at", at.Format(time.RFC3339Nano), "--basis", basis}, changed(c, notForWorkers...)...)
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
	fmt.Fprint(sum, b.summary, b.offline, b.given)
	h.Settings = hex.EncodeToString(sum.Sum(nil))
	return h, nil
}

// basis is a digest of what documents are judged by, which lies in files that
// may change while a run is going on.
func (b *batchFlags) basis(h batch.Header) string {
	sum := sha256.Sum256(fmt.Append(nil, h.Tool, "\x00", h.Policy, "\x00", h.Trust, "\x00", b.given))
	return hex.EncodeToString(sum[:])
}

// sameBasis holds a worker to what the run began with: lines by two trust lists
// must not stand in one output.
func (b *batchFlags) sameBasis(ctx context.Context, j *batch.Judge) error {
	h := batch.Header{Tool: build.Version}
	var err error
	if h.Policy, h.Trust, err = j.About(ctx); err != nil {
		return err
	}
	if b.basis(h) != b.began {
		return errors.New("the trust list, the policy, the evidence, the register or this program was changed while the run was going on")
	}
	return nil
}
