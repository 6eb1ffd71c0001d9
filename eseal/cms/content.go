package cms

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/kakuin/kakuin/eseal/purse"
)

// Content is attached content. It may lie in pieces (a constructed OCTET
// STRING) and, after [Open], in the file.
type Content struct {
	data   []byte      // what the extents lie in, or
	src    io.ReaderAt // the file that they lie in
	first  extent
	more   []extent
	size   int64
	joined []byte // all extents of data in one piece, once asked for
	purse  *purse.Purse
}

type extent struct{ off, n int64 }

// extentSize is what one piece costs the purse.
const extentSize = 16

func inMemory(b []byte) Content {
	n := int64(len(b))
	return Content{data: b, first: extent{0, n}, size: n}
}

// add appends a piece. Empty ones are left out: they cost nothing to write
// and would make the list grow.
func (c *Content) add(off, n int64, p *purse.Purse) error {
	if n == 0 {
		return nil
	}
	if c.size == 0 {
		c.first, c.size, c.purse = extent{off, n}, n, p
		return nil
	}
	if err := p.Take(purse.Bytes, extentSize); err != nil {
		return err
	}
	c.more = append(c.more, extent{off, n})
	c.size += n
	return nil
}

// Size is the number of content octets.
func (c *Content) Size() int64 { return c.size }

// Bytes is the content in one piece, when it is held in memory. Pieces are
// joined at the purse's expense; false also when that does not pay for it.
func (c *Content) Bytes() ([]byte, bool) {
	switch {
	case c.src != nil:
		return nil, false
	case len(c.more) == 0:
		return c.data[c.first.off : c.first.off+c.first.n], true
	case c.joined != nil:
		return c.joined, true
	}
	if c.purse.Take(purse.Bytes, c.size) != nil {
		return nil, false
	}
	b := append(make([]byte, 0, c.size), c.data[c.first.off:c.first.off+c.first.n]...)
	for _, e := range c.more {
		b = append(b, c.data[e.off:e.off+e.n]...)
	}
	c.joined = b
	return b, true
}

// Reader streams the octets that are digested: those of the value, without
// tag and length (RFC 5652 5.4). Each call starts anew. A file that has become
// shorter since Open is an error of the reader, not an end.
func (c *Content) Reader() io.Reader {
	if c.src == nil && len(c.more) == 0 {
		return bytes.NewReader(c.data[c.first.off : c.first.off+c.first.n])
	}
	return &contentReader{c: c, next: -1}
}

type contentReader struct {
	c    *Content
	cur  extent
	next int // of more; -1: the first extent was not yet begun
}

func (r *contentReader) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for r.cur.n == 0 {
		switch {
		case r.next < 0:
			r.cur = r.c.first
		case r.next >= len(r.c.more):
			return 0, io.EOF
		default:
			r.cur = r.c.more[r.next]
		}
		r.next++
	}
	b = b[:min(int64(len(b)), r.cur.n)]
	n := 0
	if r.c.src == nil {
		n = copy(b, r.c.data[r.cur.off:])
	} else if err := readFull(r.c.src, b, r.cur.off); err != nil {
		return 0, err
	} else {
		n = len(b)
	}
	r.cur.off += int64(n)
	r.cur.n -= int64(n)
	return n, nil
}

// readFull reads all of b at off. A file that ends before is an error: it was
// longer when it was opened.
func readFull(src io.ReaderAt, b []byte, off int64) error {
	n, err := src.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return fmt.Errorf("octet %d: the file has become shorter while it was read: %w", off+int64(n), io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("octet %d: %w", off+int64(n), err)
}

// allZero tells whether b is padding.
func allZero(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b) != 0 {
			return false
		}
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
