package eseal

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"

	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// Facts writes down what the document says, so that it can be judged again
// without its file. The file must still be there and unchanged: the structure
// of a message is read from it.
func (d *Document) Facts(ctx context.Context) (*Facts, error) {
	b := d.reading
	switch {
	case b == nil && d.Unreadable == nil:
		return nil, errors.New("eseal: facts of a document that Open did not read")
	case b == nil || d.Unreadable != nil || d.NotBuilt != "":
		return &Facts{d.closed()}, nil
	}
	// Where the structure cannot be told from the content, all is kept.
	var err error
	for _, cut := range []bool{true, false} {
		f := &Facts{}
		if f.rec, err = b.writeDown(ctx, cut); err == nil {
			err = f.settle(ctx, b)
		}
		if err == nil {
			return f, nil
		}
	}
	return nil, err
}

func (d *Document) closed() *record {
	r := &record{Schema: FactsSchema, Name: d.Name, Size: d.Size, SHA256: d.SHA256}
	if b := d.reading; b != nil {
		r.given(b)
		r.Taken.Kind = b.taken.Kind
	}
	r.pdf(d)
	r.Closed = &closed{Format: d.Format, Unreadable: d.Unreadable, NotBuilt: d.NotBuilt, Encrypted: d.Encrypted, TrailingBlank: d.TrailingBlank,
		Notes: d.Notes, Unsealed: d.Unsealed, Material: d.Material}
	return r
}

func (r *record) given(b *builder) {
	r.Limits, r.Request = b.o.Limits, b.o.Request
	for _, d := range b.o.Detached {
		r.Detached = append(r.Detached, recordedFile{d.Name, d.Size})
	}
	for _, k := range b.o.Digests {
		r.Digests = append(r.Digests, recordedDigest{k.Algorithm.Name(), k.Value})
	}
	r.Records = b.recordsGiven
}

func (r *record) pdf(d *Document) {
	r.PDF, r.Changes, r.Views = d.PDF, d.Changes, d.Views
	if d.PDF != nil && d.PDF.DocMDP != nil {
		r.Certified = &certified{slices.Index(d.PDF.Signatures, d.PDF.DocMDP.Signature), d.PDF.DocMDP.P}
	}
}

// writeDown notes what the builder found.
func (b *builder) writeDown(ctx context.Context, cut bool) (*record, error) {
	d := b.doc
	r := &record{Schema: FactsSchema, Name: d.Name, Size: d.Size, SHA256: d.SHA256, Taken: b.taken}
	r.given(b)
	r.pdf(d)
	for _, s := range b.sources {
		rs := recordedSource{Name: s.name, Err: s.err}
		if s.bytes == nil || s.whole || s.apart {
			rs.Known = knownDigests(s.known)
		}
		if s.whole && s.bytes != nil {
			rs.Whole, rs.Octets = true, s.bytes
		}
		r.Sources = append(r.Sources, rs)
	}
	var err error
	switch a := b.taken.armour; {
	case d.PDF != nil:
	case a != nil:
		r.Wrapped = &wrapped{Content: -1, Beside: a.beside}
		if a.content != nil {
			r.Wrapped.Content = int64(len(a.content))
		}
		r.Wrapped.Message, err = b.keep(ctx, bytes.NewReader(a.der), int64(len(a.der)), cut)
	default:
		r.Structure, err = b.keep(ctx, b.in, b.in.size, cut)
	}
	return r, errors.Join(err, b.in.err)
}

func knownDigests(known map[sigalg.Digest][]byte) (out []recordedDigest) {
	for d, v := range known {
		if v != nil {
			out = append(out, recordedDigest{d.Name(), v})
		}
	}
	slices.SortFunc(out, func(a, b recordedDigest) int { return bytes.Compare([]byte(a.Algorithm), []byte(b.Algorithm)) })
	return out
}

// digestNamed is the digest that Name gives this name to.
func digestNamed(name string) sigalg.Digest {
	for d := range sigalg.Digest(math.MaxUint8) {
		if d != 0 && d.Name() == name {
			return d
		}
	}
	return 0
}

// settle works the facts out once. What the readers compute of octets that are
// kept need not be written; what they compute of octets that are not - a
// message with its content put together - must be.
func (f *Facts) settle(ctx context.Context, b *builder) error {
	again, err := f.builder(ctx)
	if err != nil {
		return err
	}
	if _, err := again.open(); err != nil {
		return err
	}
	if err := again.facts.fits(); err != nil {
		return err
	}
	for i, s := range again.sources {
		was := b.sources[i]
		if f.rec.Sources[i].Known == nil && !sameDigests(s.known, was.known) {
			f.rec.Sources[i].Known = knownDigests(was.known)
		}
	}
	return nil
}

func sameDigests(a, b map[sigalg.Digest][]byte) bool {
	return slices.EqualFunc(knownDigests(a), knownDigests(b), func(x, y recordedDigest) bool {
		return x.Algorithm == y.Algorithm && bytes.Equal(x.Value, y.Value)
	})
}

// recalled gives all sources what is known of them.
func (b *builder) recalled() error {
	b.doc.SHA256 = b.facts.SHA256
	if len(b.sources) != len(b.facts.Sources) {
		return fmt.Errorf("eseal: %w: %d pieces of signed data, %d are known", ErrUnfit, len(b.sources), len(b.facts.Sources))
	}
	for i, s := range b.sources {
		if s.bytes != nil {
			if err := s.compute(b.ctx, b.purse, nil); err != nil {
				return err
			}
		}
		if err := b.facts.recall(i, s); err != nil {
			return err
		}
	}
	return nil
}

// recall gives one source what was written down of it.
func (r *record) recall(i int, s *source) error {
	if i >= len(r.Sources) || r.Sources[i].Name != s.name {
		return fmt.Errorf("eseal: %w: signed data %d, %q", ErrUnfit, i, s.name)
	}
	was := &r.Sources[i]
	if s.err = was.Err; was.Whole {
		s.whole, s.bytes = true, nonNil(was.Octets)
	}
	for _, k := range was.Known {
		d := digestNamed(k.Algorithm)
		if d == 0 || len(k.Value) != d.Size() {
			return fmt.Errorf("eseal: %w: a digest of %q", ErrUnfit, k.Algorithm)
		}
		s.known[d] = k.Value
	}
	return nil
}

// notKept stands in for octets that were not kept.
func notKept() io.Reader { return io.NewSectionReader(absent{}, 0, math.MaxInt64) }

type absent struct{}

func (absent) ReadAt([]byte, int64) (int, error) {
	return 0, errors.New("eseal: octets that were not kept with the facts are needed")
}

// A sparse is a file without some of its pieces. Ranges are varints: how many
// octets are kept, how many are not, in turn.
type sparse struct {
	Size   int64
	Octets []byte
	Ranges []byte
}

// keep takes a message without its content.
func (b *builder) keep(ctx context.Context, r io.ReaderAt, size int64, cut bool) (*sparse, error) {
	out := &sparse{Size: size}
	var gaps []cms.Extent
	if cut && b.doc.Format == FormatCMS {
		var err error
		if gaps, err = cms.ContentExtents(r, size, purse.New(b.o.Limits)); err != nil {
			return nil, err
		}
	}
	at := int64(0)
	for _, g := range append(gaps, cms.Extent{Start: size, End: size}) {
		if g.Start < at || g.End < g.Start || ctx.Err() != nil {
			return nil, fmt.Errorf("eseal: %w", cmp.Or(ctx.Err(), ErrUnfit))
		}
		piece := make([]byte, g.Start-at)
		if _, err := r.ReadAt(piece, at); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		out.Octets = append(out.Octets, piece...)
		out.Ranges = binary.AppendUvarint(out.Ranges, uint64(len(piece)))
		out.Ranges = binary.AppendUvarint(out.Ranges, uint64(g.End-g.Start))
		at = g.End
	}
	return out, nil
}

// A sparseFile reads a sparse; what is not kept reads as zeros where blank is
// set, and is an error otherwise.
type sparseFile struct {
	*sparse
	pieces []piece
	blank  bool
}

// A piece is kept: it stands at off of the file and at from of the octets.
type piece struct{ off, n, from int64 }

func (s *sparse) reader(blank bool) (*sparseFile, error) {
	f := &sparseFile{sparse: s, blank: blank}
	at, from := int64(0), int64(0)
	for rest := s.Ranges; len(rest) > 0; {
		var pair [2]uint64
		for i := range pair {
			n := 0
			if pair[i], n = binary.Uvarint(rest); n <= 0 || pair[i] > math.MaxInt64/4 {
				return nil, fmt.Errorf("eseal: %w: ranges", ErrUnfit)
			}
			rest = rest[n:]
		}
		kept := int64(pair[0])
		if kept > int64(len(s.Octets))-from {
			return nil, fmt.Errorf("eseal: %w: ranges", ErrUnfit)
		}
		f.pieces = append(f.pieces, piece{at, kept, from})
		at, from = at+kept+int64(pair[1]), from+kept
		if at > s.Size {
			return nil, fmt.Errorf("eseal: %w: ranges", ErrUnfit)
		}
	}
	if len(s.Ranges) > 0 && (at != s.Size || from != int64(len(s.Octets))) || s.Size < 0 {
		return nil, fmt.Errorf("eseal: %w: ranges", ErrUnfit)
	}
	return f, nil
}

// ReadAt reads what is kept.
func (f *sparseFile) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= f.Size {
		return 0, io.EOF
	}
	if !f.blank {
		return absent{}.ReadAt(p, off)
	}
	n := min(int64(len(p)), f.Size-off)
	copy(p, make([]byte, n))
	i := sort.Search(len(f.pieces), func(i int) bool { return f.pieces[i].off+f.pieces[i].n > off })
	for ; i < len(f.pieces) && f.pieces[i].off < off+n; i++ {
		k := f.pieces[i]
		from, to := max(k.off, off), min(k.off+k.n, off+n)
		copy(p[from-off:to-off], f.Octets[k.from+from-k.off:])
	}
	if n < int64(len(p)) {
		return int(n), io.EOF
	}
	return int(n), nil
}
