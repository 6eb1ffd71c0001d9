package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kakuin/kakuin/cmd/internal/build"
	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
)

// maxSaved bounds an archive of saved evidence, which is held in memory: room
// for eight lists of the largest size seen.
const maxSaved = 512 << 20

func (v *verifyFlags) registerSaved(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&v.save, "save-evidence", "", "write all that the verdict rests on to `FILE`, to verify again from later; it holds certificates of persons as they are")
	f.StringVar(&v.saved, "evidence", "", "verify again from `FILE` that --save-evidence wrote, with or without the document")
}

// besideEvidence are the flags that a replay leaves to the caller; all else
// stands in the archive.
var besideEvidence = []string{"evidence", "detached", "password-file", "format", "json", "lang", "output", "quiet", "color"}

// checkSaved refuses calls in which saved evidence and other flags contradict
// each other.
func (v *verifyFlags) checkSaved(c *cobra.Command, args []string) error {
	switch {
	case v.save != "" && v.plan:
		return usage("--plan judges nothing: there is nothing to save with --save-evidence")
	case v.save != "" && len(args) > 1:
		return usage("--save-evidence is for one document: name one FILE")
	case v.saved == "":
		return nil
	case len(args) > 1:
		return usage("--evidence is about one document: name that FILE, or none")
	case len(args) == 0 && len(v.detached) > 0:
		return usage("--detached goes with the document: name its FILE too")
	}
	var other []string
	c.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains(besideEvidence, f.Name) {
			other = append(other, "--"+f.Name)
		}
	})
	if len(other) > 0 {
		return usage("--evidence has list, policy, time and expectations of its own; %s cannot be given with it", strings.Join(other, ", "))
	}
	return nil
}

// saveEvidence verifies one document and writes down what the verdict rests
// on.
func (r *verifyRun) saveEvidence(ctx context.Context, doc *eseal.Document) (*verify.Report, error) {
	ev, err := r.judge.Collect(ctx, doc, r.at)
	if err != nil {
		return nil, err
	}
	var rep *verify.Report
	err = writeFile("--save-evidence", r.save, func(w io.Writer) error {
		rep, err = r.judge.Save(ctx, w, ev, r.at, r.expect...)
		return err
	})
	return rep, err
}

// replay verifies from saved evidence.
func (v *verifyFlags) replay(ctx context.Context, e *env, args []string) error {
	r := verifyRun{verifyFlags: v, e: e}
	if err := r.rendering(args); err != nil {
		return err
	}
	data, err := readBounded(v.saved, maxSaved)
	if err != nil {
		return unreadable("--evidence: %w", err)
	}
	s, err := verify.OpenSaved(data, verify.SavedOptions{Version: build.Version})
	if err != nil {
		return unreadable("--evidence %s: %w", v.saved, err)
	}
	defer r.close()
	return v.write(e, slices.Concat(args, v.detached, []string{v.saved}), func(w io.Writer) error {
		return e.each(ctx, v.saved, func() error {
			rep, err := r.again(ctx, s, args)
			if err != nil {
				return err
			}
			e.result(exit.Of(rep))
			return r.render(w, rep, report.Explain(s.Explained()))
		})
	})
}

// again replays with the document where it is named, and tells which it was:
// the report is the same.
func (r *verifyRun) again(ctx context.Context, s *verify.Saved, args []string) (*verify.Report, error) {
	name, _, sum := s.Document()
	if len(args) == 0 {
		rep, err := s.Replay(ctx)
		if err != nil {
			return nil, unreadable("--evidence %s: %w", r.saved, err)
		}
		r.e.tell(fmt.Errorf("verified from saved evidence without the document (%s, SHA-256 %x): what it says, the trust list %s and the time are on the word of %s", name, sum, rep.Trust.ID, r.saved))
		return rep, nil
	}
	if err := r.openBeside(ctx); err != nil {
		return nil, err
	}
	password, err := r.readPassword()
	if err != nil {
		return nil, err
	}
	in, err := r.e.open(ctx, args[0])
	if err != nil {
		return nil, err
	}
	defer in.done()
	rep, err := s.ReplayWith(ctx, eseal.Detached{Name: in.name, R: in.r, Size: in.size}, password, r.options.Detached...)
	if err != nil {
		return nil, unreadable("%s: %w", args[0], err)
	}
	r.e.tell(fmt.Errorf("verified from saved evidence with the document: %s is the same and says the same; the trust list %s and the time are on the word of %s", args[0], rep.Trust.ID, r.saved))
	return rep, nil
}

// sameFile tells whether a result would be written over an input.
func sameFile(flag, out string, inputs []string) error {
	if slices.ContainsFunc(inputs, func(in string) bool { return isSameFile(in, out) }) {
		return usage("%s %s is an input too; it would be lost", flag, out)
	}
	return nil
}
