package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify/report"
)

func newInspect(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "inspect FILE", Short: "Show what a document says of its seals, without judging it", Args: oneArg("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			doc, done, err := e.document(c.Context(), args[0], eseal.Options{})
			if err != nil {
				return err
			}
			defer done()
			if doc.Unreadable != nil {
				return &unreadableError{fmt.Errorf("%s: %w", args[0], doc.Unreadable)}
			}
			inspectDocument(e.out, doc)
			return nil
		},
	}
}

// An inspection prints indented lines; every text of a document is made safe
// for a terminal.
type inspection struct{ w io.Writer }

func (p inspection) line(indent int, name, format string, args ...any) {
	fmt.Fprintf(p.w, "%*s%s: %s\n", 2*indent, "", name, report.Safe(fmt.Sprintf(format, args...)))
}

func (p inspection) text(indent int, name, value string) {
	if value != "" {
		p.line(indent, name, "%s", value)
	}
}

func inspectDocument(w io.Writer, d *eseal.Document) {
	p := inspection{w}
	p.line(0, "document", "%s, %d octets, %s", d.Name, d.Size, d.Format)
	p.line(0, "sha256", "%x", d.SHA256)
	p.text(0, "not built in this version", d.NotBuilt)
	if f := d.PDF; f != nil {
		p.line(0, "pdf", "version %s, %d revisions, encrypted %v", f.Version, len(f.Revisions), f.Encrypted)
		for _, r := range f.Revisions {
			p.line(1, fmt.Sprintf("revision %d", r.Number), "octets %d to %d, cross-reference %s at %d", r.Start, r.End, r.Kind, r.XRefOffset)
		}
	}
	for _, s := range d.Signatures {
		p.signature(0, s)
	}
	for _, t := range d.Timestamps {
		p.timestamp(0, t)
	}
	for _, m := range d.Material {
		p.line(0, "material", "%s, %d octets, in %s", m.Type, len(m.Raw), m.Where)
	}
	for _, n := range d.Notes {
		p.line(0, "note", "%s", n)
	}
}

func (p inspection) signature(in int, s *eseal.Signature) {
	p.line(in, "signature "+s.ID, "%s, level %s", s.Format, s.Level)
	if s.Err != nil {
		p.line(in+1, "unreadable", "%v", s.Err)
	}
	p.text(in+1, "digest algorithm", s.DigestName)
	p.text(in+1, "signature algorithm", s.SignatureName)
	if s.ClaimedSigningTime != nil {
		p.line(in+1, "claimed signing time", "%s", s.ClaimedSigningTime.Format(time.RFC3339))
	}
	if f := s.Field; f != nil {
		p.line(in+1, "field", "%s, page %d, visible %v, %s, %s", f.Field.Name, f.Field.Page, f.Field.Visible, f.Field.Type, f.SubFilter)
		p.line(in+1, "byte range", "%v, whole file %v, revision %d", f.ByteRange, f.Coverage.WholeFile, f.Revision)
	}
	for _, r := range s.References {
		p.line(in+1, "reference", "%s, %s, want %x, got %x", r.Name, r.DigestName, r.Want, r.Got)
	}
	for _, a := range s.SignedAttributes {
		p.line(in+1, "signed attribute", "%s", a.Name())
	}
	for _, n := range s.Notes {
		p.line(in+1, "note", "%s", n)
	}
	for _, t := range s.Timestamps {
		p.timestamp(in+1, t)
	}
	for _, c := range s.CounterSignatures {
		p.signature(in+1, c)
	}
}

func (p inspection) timestamp(in int, t *eseal.Timestamp) {
	if t.Err != nil {
		p.line(in, "time-stamp "+t.ID, "%s, unreadable: %v", t.Kind, t.Err)
		return
	}
	i := t.Token.Info
	p.line(in, "time-stamp "+t.ID, "%s, %s", t.Kind, i.GenTime.Format(time.RFC3339Nano))
	if i.HasAccuracy {
		p.line(in+1, "accuracy", "%s", i.Accuracy)
	}
	p.line(in+1, "policy", "%s", i.Policy)
	p.line(in+1, "serial", "%s", i.Serial)
	if i.Nonce != nil {
		p.line(in+1, "nonce", "%s", i.Nonce)
	}
	p.line(in+1, "imprint", "%s %x, matches %v", i.ImprintDigest.Name(), i.Imprint, t.Imprint.Matches)
	for _, n := range t.Notes {
		p.line(in+1, "note", "%s", n)
	}
}
