package pdf

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/kakuin/kakuin/eseal/purse"
)

const (
	// A block holds a whole typical cross-reference table or signature dictionary.
	blockSize = 64 << 10
	// Sixteen blocks (1 MiB) keep the working set of a page tree in random order.
	windowBlocks = 16
)

// A window gives the octets of the file in blocks, the last few kept. Blocks
// are never written twice, so that a slice of one stays good after it left.
type window struct {
	r      io.ReaderAt
	size   int64
	blocks [windowBlocks]block
	clock  uint64
	last   int
	unit   int64 // octets of a block, blockSize where 0
	short  bool  // the file ended before its size
	err    error // first read error other than the end
}

type block struct {
	index int64
	used  uint64
	data  []byte
}

// at is what follows off, up to the end of its block; nil when nothing does.
func (w *window) at(off int64) []byte {
	if off < 0 || off >= w.size {
		return nil
	}
	unit := cmp.Or(w.unit, blockSize)
	n := off / unit
	b := &w.blocks[w.last]
	if b.data == nil || b.index != n {
		b = w.load(n, unit)
	}
	if i := off - n*unit; i < int64(len(b.data)) {
		return b.data[i:]
	}
	return nil
}

func (w *window) load(n, unit int64) *block {
	w.clock++
	oldest := 0
	for i := range w.blocks {
		b := &w.blocks[i]
		if b.data != nil && b.index == n {
			b.used, w.last = w.clock, i
			return b
		}
		if b.used < w.blocks[oldest].used {
			oldest = i
		}
	}
	b := &w.blocks[oldest]
	*b = block{index: n, used: w.clock, data: w.fetch(n*unit, make([]byte, min(unit, w.size-n*unit)))}
	w.last = oldest
	return b
}

// fetch fills buf from off; what cannot be read is cut off and remembered.
func (w *window) fetch(off int64, buf []byte) []byte {
	k, err := w.r.ReadAt(buf, off)
	k = max(0, min(k, len(buf)))
	if k < len(buf) {
		w.short = true
		if err != nil && !errors.Is(err, io.EOF) && w.err == nil {
			w.err = err
		}
	}
	return buf[:k]
}

// span is [from, to) in one piece: a part of a block where it lies in one,
// else a copy that p pays for.
func (w *window) span(from, to int64, p *purse.Purse) ([]byte, error) {
	if from < 0 || to < from || to > w.size {
		return nil, fmt.Errorf("octets %d to %d: the file has %d", from, to, w.size)
	}
	if b := w.at(from); int64(len(b)) >= to-from {
		return b[: to-from : to-from], nil
	}
	if err := p.Take(purse.Bytes, to-from); err != nil {
		return nil, err
	}
	buf := w.fetch(from, make([]byte, to-from))
	if int64(len(buf)) < to-from {
		return nil, fmt.Errorf("octets %d to %d: the file ends at %d", from, to, from+int64(len(buf)))
	}
	return buf, nil
}

// has tells whether the octets of word stand at off.
func (w *window) has(off int64, word string) bool {
	for i := 0; i < len(word); {
		b := w.at(off + int64(i))
		if len(b) == 0 {
			return false
		}
		n := min(len(b), len(word)-i)
		if string(b[:n]) != word[i:i+n] {
			return false
		}
		i += n
	}
	return true
}

// endsStream tells whether the end of a stream stands at off.
func (w *window) endsStream(off int64) bool {
	return w.endsBy(off, "endstream") || w.endsBy(off, "endobj")
}

// endsBy tells whether word stands at off, after some line ends.
func (w *window) endsBy(off int64, word string) bool {
	for range 4 {
		b := w.at(off)
		if len(b) == 0 || class[b[0]] != space {
			break
		}
		off++
	}
	return w.has(off, word)
}

// scan calls f with the octets of [from, to) block by block until f says stop.
// Between two blocks it passes the seam, overlap octets of each, so that a
// word of overlap+1 octets is seen exactly once wherever it stands.
func (w *window) scan(from, to int64, overlap int, f func(base int64, b []byte) bool) {
	for from < to {
		b := w.at(from)
		b = b[:min(int64(len(b)), to-from)]
		if len(b) == 0 || !f(from, b) {
			return
		}
		from += int64(len(b))
		next := w.at(from)
		if from >= to || len(next) == 0 {
			return
		}
		left := b[max(0, len(b)-overlap):]
		right := next[:min(int64(len(next)), int64(overlap), to-from)]
		if !f(from-int64(len(left)), append(append(make([]byte, 0, len(left)+len(right)), left...), right...)) {
			return
		}
	}
}

// sweep calls f with all octets of the file in order, through one buffer of
// its own: the blocks of the window stay as they are. Each call begins with
// the last overlap octets of the one before, so that a word of overlap+1
// octets is seen exactly once. f must not keep b.
func (w *window) sweep(overlap int, f func(base int64, b []byte) bool) {
	buf := make([]byte, overlap+int(min(blockSize, w.size)))
	kept := 0
	for off := int64(0); off < w.size; {
		n := len(w.fetch(off, buf[kept:min(int64(len(buf)), int64(kept)+w.size-off)]))
		if n == 0 || !f(off-int64(kept), buf[:kept+n]) {
			return
		}
		off += int64(n)
		tail := buf[max(0, kept+n-overlap) : kept+n]
		kept = copy(buf, tail)
	}
}
