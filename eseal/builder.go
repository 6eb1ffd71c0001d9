package eseal

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// A builder turns one file into a Document: first the structures, which say
// which digests are needed; then one pass over the octets; then the facts
// that rest on the digests.
type builder struct {
	ctx   context.Context
	in    io.ReaderAt
	size  int64
	o     Options
	purse *purse.Purse
	doc   *Document

	sources []*source
	later   []func() // run when the digests are known
}

func (b *builder) add(s *source) *source {
	b.sources = append(b.sources, s)
	return s
}

// digests reads all signed data. The whole file's own digest is one more tap.
func (b *builder) digests() error {
	whole := &tap{digest: sigalg.SHA256, ranges: []pdf.Range{{Start: 0, End: b.size}}, done: func(sum []byte) { copy(b.doc.SHA256[:], sum) }}
	taps := []*tap{whole}
	for _, s := range b.sources {
		taps = s.taps(taps)
	}
	if err := passOver(b.ctx, b.in, b.size, taps); err != nil {
		return err
	}
	for _, s := range b.sources {
		if err := s.compute(b.ctx, b.purse); err != nil {
			return err
		}
	}
	return nil
}

// taps adds one tap for each digest wanted of a range of the file.
func (s *source) taps(to []*tap) []*tap {
	if !s.tapped {
		return to
	}
	for _, d := range s.wants {
		to = append(to, &tap{digest: d, ranges: slices.Clone(s.ranges), done: func(sum []byte) { s.known[d] = sum }})
	}
	return to
}

func (b *builder) finish() {
	for _, f := range b.later {
		f()
	}
	b.number()
}

// number gives each signature and time-stamp its id, in document order.
func (b *builder) number() {
	n := numbering{}
	for _, s := range b.doc.Signatures {
		n.signature(s)
	}
	for _, t := range b.doc.Timestamps {
		n.timestamp(t)
	}
}

type numbering struct{ s, t int }

func (n *numbering) signature(s *Signature) {
	n.s++
	s.ID = fmt.Sprintf("S%d", n.s)
	for _, t := range s.Timestamps {
		n.timestamp(t)
	}
	for _, c := range s.CounterSignatures {
		n.signature(c)
	}
}

func (n *numbering) timestamp(t *Timestamp) {
	n.t++
	t.ID = fmt.Sprintf("T%d", n.t)
	if t.Signature != nil {
		t.Signature.ID = t.ID
	}
}

func (b *builder) note(n note.Note) { b.doc.Notes = append(b.doc.Notes, n) }

func (b *builder) material(kind, where string, raws ...[]byte) {
	for _, raw := range raws {
		b.doc.Material = append(b.doc.Material, Material{Type: kind, Raw: raw, Where: where})
	}
}

// bag collects what travels in a SignedData besides its signers.
func (b *builder) bag(sd *cms.SignedData, where string) {
	for _, c := range sd.Certificates {
		if c.Kind == cms.X509 {
			b.material("certificate", where, c.Raw)
		}
	}
	b.material("crl", where, sd.CRLs...)
	b.material("ocsp", where, sd.OCSPs...)
}
