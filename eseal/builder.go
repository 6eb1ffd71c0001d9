package eseal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/tsa"
)

// A builder turns one file into a Document: first the structures, which say
// which digests are needed; then one pass over the octets; then the facts
// that rest on the digests.
type builder struct {
	ctx     context.Context
	in      *medium
	media   []*medium // those that can tell whether they changed
	o       Options
	request *tsa.Request
	purse   *purse.Purse
	doc     *Document

	sources []*source
	given   []*source // content that the caller gave
	beside  bool      // octets that nobody signed stand around the message
	records []*reading
	// recordsGiven are the evidence records of the caller, as they were read.
	recordsGiven []recordedRecord
	later        []func() // run when the digests are known
	embedded     map[*cms.SignedData]*baggage
	nesting      int // of time-stamps within time-stamps
	entries      int // signatures and time-stamps

	taken  taken   // what only the file itself tells, written down or read back
	facts  *record // what stands in for the file or for content beside it, nil where nothing does
	absent bool    // there is no file: all is read back
}

// maxEntries bounds the signatures and time-stamps of one document: each
// becomes a part of the report, some 40 KB in memory. The largest real
// document of the corpora has 50.
const maxEntries = 2_000

// entry counts one more; false where there are too many.
func (b *builder) entry() bool {
	b.entries++
	return b.entries <= maxEntries
}

// tooMany makes a document with more entries than can be judged unreadable:
// judging some of them would look as if those were all.
func (b *builder) tooMany() {
	if b.entries <= maxEntries || b.doc.Unreadable != nil {
		return
	}
	b.unreadable(fmt.Errorf("signatures and time-stamps: %w", &purse.Empty{Kind: purse.Signatures, Limit: maxEntries}))
	b.doc.Signatures, b.doc.Timestamps, b.doc.Material, b.doc.Response = nil, nil, nil, nil
	b.doc.EvidenceRecords, b.records = nil, nil
	b.sources, b.later = nil, nil
}

var errTooMany = errors.New("one signature too many")

// newBuilder holds the options to their meaning before anything is read.
func newBuilder(ctx context.Context, r io.ReaderAt, size int64, o Options) (*builder, error) {
	if size < 0 || r == nil {
		return nil, fmt.Errorf("eseal: a document of %d octets without reader or size", size)
	}
	for _, d := range o.Detached {
		if d.Size < 0 || d.R == nil && !d.recorded {
			return nil, fmt.Errorf("eseal: detached content %q: %d octets without reader or size", d.Name, d.Size)
		}
	}
	for _, d := range o.EvidenceRecords {
		if d.Size < 0 || d.R == nil {
			return nil, fmt.Errorf("eseal: evidence record %q: %d octets without reader or size", d.Name, d.Size)
		}
	}
	for _, k := range o.Digests {
		if k.Algorithm == 0 || len(k.Value) != k.Algorithm.Size() {
			return nil, fmt.Errorf("eseal: a digest of %d octets for %q; %d are needed", len(k.Value), k.Algorithm.Name(), k.Algorithm.Size())
		}
	}
	b := &builder{ctx: ctx, o: o, purse: purse.New(o.Limits), embedded: map[*cms.SignedData]*baggage{}}
	b.in = b.medium(cmp.Or(o.Name, "the document"), r, size)
	b.doc = &Document{Name: o.Name, Size: size, Purse: b.purse}
	if len(o.Request) > 0 {
		req, err := tsa.ParseRequest(o.Request, b.purse)
		if err != nil {
			return nil, fmt.Errorf("eseal: time-stamp request: %w", err)
		}
		b.request = req
	}
	return b, nil
}

func (b *builder) add(s *source) *source {
	b.sources = append(b.sources, s)
	return s
}

// digests reads all signed data. The whole file's own digest is one more tap.
func (b *builder) digests() error {
	if b.absent {
		return b.recalled()
	}
	whole := &tap{digest: sigalg.SHA256, ranges: []pdf.Range{{Start: 0, End: b.in.size}}, done: func(sum []byte) { copy(b.doc.SHA256[:], sum) }}
	taps := []*tap{whole}
	work := &hashing{left: hashingFor(b.in.size)}
	for _, s := range b.sources {
		taps = s.taps(taps, work)
	}
	if err := passOver(b.ctx, b.in, taps); err != nil {
		return err
	}
	for i, s := range b.sources {
		if s.recorded {
			if err := b.facts.recall(i, s); err != nil {
				return err
			}
			continue
		}
		if err := s.compute(b.ctx, b.purse, work); err != nil {
			return err
		}
	}
	return nil
}

// hashing bounds the octets of the file that are hashed for signatures one by
// one: a file of 10 MB has room for some ten thousand signature dictionaries
// that each claim all of it.
type hashing struct{ left int64 }

// hashingFor allows 32 signatures or digests over nearly the whole file, and
// any number over a small one; the corpora have at most 50 revisions, each of
// which hashes little more than the one before it.
func hashingFor(size int64) int64 { return max(512<<20, 32*size) }

func (h *hashing) take(n int64) error {
	if n > h.left {
		return &purse.Empty{Kind: purse.Bytes, Limit: h.left}
	}
	h.left -= n
	return nil
}

// taps adds one tap for each digest wanted of a range of the file.
func (s *source) taps(to []*tap, work *hashing) []*tap {
	if !s.tapped {
		return to
	}
	for _, d := range s.wants {
		t := &tap{digest: d, ranges: slices.Clone(s.ranges), done: func(sum []byte) { s.known[d] = sum }}
		if err := work.take(t.own()); err != nil {
			s.err = err
			continue
		}
		to = append(to, t)
	}
	return to
}

func (b *builder) finish() {
	for _, f := range b.later {
		f()
	}
	for _, r := range b.records {
		r.cover()
	}
	b.unsealed()
	b.number()
	for _, r := range b.records {
		r.name()
	}
}

// unsealed finds the content that the caller gave and that nothing here is
// over: who gives a file beside a signature reads a pass as one of that file.
func (b *builder) unsealed() {
	for _, g := range b.given {
		if !g.held && !g.signedBy(b.doc.Signatures) && !g.stampedBy(b.doc.Timestamps) && !g.recordedBy(b.records) {
			b.doc.Unsealed = append(b.doc.Unsealed, cmp.Or(g.file, g.name))
		}
	}
}

func (s *source) signedBy(all []*Signature) bool {
	for _, sig := range all {
		for _, r := range sig.References {
			if got := s.known[r.Digest]; len(got) > 0 && bytes.Equal(got, r.Want) {
				return true
			}
		}
		if c := sig.Content; c != nil && len(c.SHA256) > 0 && bytes.Equal(s.known[sigalg.SHA256], c.SHA256) {
			return true
		}
	}
	return false
}

func (s *source) stampedBy(all []*Timestamp) bool {
	for _, t := range all {
		if t.Token == nil {
			continue
		}
		if got := s.known[t.Token.Info.ImprintDigest]; len(got) > 0 && bytes.Equal(got, t.Token.Info.Imprint) {
			return true
		}
	}
	return false
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
	for i, r := range b.doc.EvidenceRecords {
		r.ID = fmt.Sprintf("R%d", i+1)
		for _, t := range r.Timestamps {
			n.timestamp(t.Timestamp)
		}
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

// baggage is what all signers of a message share.
type baggage struct {
	certificates [][]byte
	// notes has the first note of each code: what is said of the message is
	// said of each signature in it. The rest goes to the document.
	notes, rest []note.Note
}

func (b *builder) baggage(sd *cms.SignedData) *baggage {
	if sd == nil {
		return &baggage{} // a counter-signature
	}
	bag := b.embedded[sd]
	if bag != nil {
		return bag
	}
	bag = &baggage{}
	for _, c := range sd.Certificates {
		if c.Kind == cms.X509 {
			bag.certificates = append(bag.certificates, c.Raw)
		}
	}
	for _, n := range sd.Notes {
		if slices.ContainsFunc(bag.notes, func(o note.Note) bool { return o.Code == n.Code }) {
			bag.rest = append(bag.rest, n)
		} else {
			bag.notes = append(bag.notes, n)
		}
	}
	b.embedded[sd] = bag
	return bag
}

// bag collects what travels in a SignedData besides its signers.
func (b *builder) bag(sd *cms.SignedData, where string) {
	bag := b.baggage(sd)
	b.material("certificate", where, bag.certificates...)
	b.doc.Notes = append(b.doc.Notes, bag.rest...)
	if len(sd.Signers) == 0 {
		b.doc.Notes = append(b.doc.Notes, bag.notes...)
	}
	b.material("crl", where, sd.CRLs...)
	b.material("ocsp", where, sd.OCSPs...)
}
