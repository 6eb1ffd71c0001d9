package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/eseal"
)

type inspectFlags struct {
	shared
	revision int
	stamps   bool // only time-stamps will do
}

func newInspect(e *env) *cobra.Command {
	f := &inspectFlags{}
	c := &cobra.Command{
		Use: "inspect FILE", Short: "Show what a document says of its seals, without judging it", Args: oneArg("FILE"),
		Long: `Show what a document says of its seals, signatures and time-stamps, what travels
with them and what is odd about them. Nothing is judged: whether a seal holds is
for kakuin verify to say.

--extract-revision writes the document as it was in its Nth revision: what the
signature over that revision sealed.`,
		Example: "  kakuin inspect certificate.pdf\n  kakuin inspect --extract-revision 2 --output sealed.pdf certificate.pdf",
		RunE:    func(c *cobra.Command, args []string) error { return f.run(c.Context(), e, args[0]) },
	}
	f.registerOutput(c)
	f.registerPassword(c)
	c.Flags().IntVar(&f.revision, "extract-revision", 0, "write revision `N` of a PDF instead")
	return c
}

func (f *inspectFlags) run(ctx context.Context, e *env, path string) error {
	asJSON, err := f.wantsJSON()
	if err != nil {
		return err
	}
	if f.revision < 0 {
		return usage("--extract-revision %d: revisions are counted from 1", f.revision)
	}
	password, err := f.readPassword()
	if err != nil {
		return err
	}
	in, err := e.open(ctx, path)
	if err != nil {
		return err
	}
	defer in.done()
	doc, err := eseal.Open(ctx, in.r, in.size, eseal.Options{Name: in.name, Password: password})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return unreadable("%s: %w", path, err)
	case doc.Unreadable != nil:
		return unreadable("%s: %w", path, doc.Unreadable)
	case f.stamps && !hasTimestamps(doc):
		return unreadable("%s: no time-stamp is in it (it is %s)", path, doc.Format)
	}
	return f.write(e, []string{path}, func(w io.Writer) error {
		switch {
		case f.revision > 0:
			return extractRevision(w, in, doc, f.revision)
		case asJSON:
			return writeJSON(w, inspected(doc))
		}
		return writeTree(w, inspected(doc))
	})
}

func hasTimestamps(doc *eseal.Document) bool {
	if len(doc.Timestamps) > 0 || doc.Response != nil {
		return true
	}
	for _, s := range doc.Signatures {
		if len(s.Timestamps) > 0 {
			return true
		}
	}
	return false
}

// extractRevision writes the file up to where a revision ends: incremental
// updates leave what stands untouched (ISO 32000-2 7.5.6).
func extractRevision(w io.Writer, in *input, doc *eseal.Document, n int) error {
	if doc.PDF == nil {
		return usage("--extract-revision: %s is no PDF", in.name)
	}
	for _, r := range doc.PDF.Revisions {
		if r.Number == n {
			_, err := io.Copy(w, io.NewSectionReader(in.r, 0, r.End))
			return err
		}
	}
	return usage("--extract-revision %d: %s has %d revisions", n, in.name, len(doc.PDF.Revisions))
}
