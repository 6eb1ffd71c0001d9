package eseal

import (
	"bytes"
	"context"
	"errors"
	"hash"
	"io"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// A source is one piece of signed data. Digests are asked for while the
// structures are read and computed together in one pass.
type source struct {
	name  string // what it is: "content", "byte ranges"
	file  string // name of a detached file
	size  int64
	bytes []byte           // held in memory, or nil
	open  func() io.Reader // nil: the data is not at hand
	known map[sigalg.Digest][]byte
	wants []sigalg.Digest
	whole bool // an algorithm needs the octets themselves
	// tapped sources are byte ranges of the file itself, read with the pass over it.
	tapped bool
	ranges []pdf.Range
	odd    bool // byte ranges that are not in order: reading them may fail
	// metered sources are read besides the others, over the same octets again.
	metered bool
	// byDigest: the caller vouches for the digests, the octets were not seen.
	byDigest bool
	// others are further detached files, any of which may be the one signed.
	others []*source
	// held: a signature or time-stamp was held against it, and says so itself
	// where it does not fit.
	held bool
	err  error // why its digests are not known
	// recorded: its octets are not at hand, what is known of them was written down.
	recorded bool
	// apart: its octets come with the file and are not kept with the facts.
	apart bool
}

func newSource(name string) *source {
	return &source{name: name, known: map[sigalg.Digest][]byte{}}
}

// memorySource is data that is held already; nil counts as empty.
func memorySource(name string, b []byte) *source {
	s := newSource(name)
	s.bytes, s.size = nonNil(b), int64(len(b))
	return s
}

// all are the source and its alternatives.
func (s *source) all() []*source { return append([]*source{s}, s.others...) }

// missing tells whether neither the data nor a digest of it is at hand.
func (s *source) missing() bool { return s.open == nil && s.bytes == nil && !s.byDigest }

// needWhole asks for the octets, for algorithms that take the message itself.
func (s *source) needWhole() {
	for _, o := range s.all() {
		o.whole = true
	}
}

// signed is the alternative that a signature's references name; nil where
// that is not known.
func (s *source) signed(refs []Reference) *source {
	all := s.all()
	if len(all) == 1 {
		return s
	}
	for _, r := range refs {
		for _, o := range all {
			if got := o.known[r.Digest]; got != nil && r.Name == o.name && bytes.Equal(got, r.Want) {
				return o
			}
		}
	}
	return nil
}

// want asks for a digest; a digest that cannot be computed is not wanted.
func (s *source) want(d sigalg.Digest) {
	for _, o := range s.others {
		o.want(d)
	}
	if d == 0 || !d.Available() || s.known[d] != nil {
		return
	}
	for _, have := range s.wants {
		if have == d {
			return
		}
	}
	s.wants = append(s.wants, d)
}

// lookup is the sigalg.Message side of a source.
func (s *source) lookup(d sigalg.Digest) []byte { return s.known[d] }

// compute reads the data once and fills all digests asked for. The error is
// the medium's; what the data is to blame for stays in s.err.
func (s *source) compute(ctx context.Context, p *purse.Purse, work *hashing) error {
	if s.bytes != nil {
		for _, d := range s.wants {
			s.known[d], _ = d.Sum(s.bytes) // want keeps those out that cannot be computed
		}
		return nil
	}
	if s.open == nil || s.tapped && !s.whole || (len(s.wants) == 0 && !s.whole) {
		return nil
	}
	if s.odd || s.metered {
		if s.err = work.take(s.size); s.err != nil {
			return nil
		}
	}
	wants := s.wants
	if s.tapped {
		wants = nil // the pass over the file has them
	}
	hashes, writers := newHashes(wants)
	if s.whole {
		held, err := s.hold(p)
		if err != nil {
			s.err = err
			return nil
		}
		writers = append(writers, held)
	}
	if err := copyAll(ctx, io.MultiWriter(writers...), s.open()); err != nil {
		if s.odd && ctx.Err() == nil {
			s.err = err // ranges that lead nowhere: the signature's fault, not the medium's
			return nil
		}
		return err
	}
	for i, d := range wants {
		s.known[d] = hashes[i].Sum(nil)
	}
	return nil
}

func newHashes(ds []sigalg.Digest) (hashes []hash.Hash, writers []io.Writer) {
	for _, d := range ds {
		h, err := d.New()
		if err != nil {
			continue // want keeps those out
		}
		hashes = append(hashes, h)
		writers = append(writers, h)
	}
	return hashes, writers
}

// hold takes the room for the data itself, which Ed25519 and the like need
// where there are no signed attributes.
func (s *source) hold(p *purse.Purse) (io.Writer, error) {
	if err := p.Take(purse.Bytes, s.size); err != nil {
		return nil, err
	}
	s.bytes = make([]byte, 0, s.size)
	return (*appender)(&s.bytes), nil
}

type appender []byte

func (a *appender) Write(b []byte) (int, error) {
	*a = append(*a, b...)
	return len(b), nil
}

// blockSize is the unit of streaming: large enough for the hash to dominate.
const blockSize = 256 << 10

// copyAll copies until the end and stops when the context does.
func copyAll(ctx context.Context, w io.Writer, r io.Reader) error {
	hold := buffers.Get().(*[]byte)
	defer buffers.Put(hold)
	buf := *hold
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := r.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
