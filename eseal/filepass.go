package eseal

import (
	"context"
	"hash"
	"slices"
	"sync"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// A tap is one digest over byte ranges of the file.
type tap struct {
	digest sigalg.Digest
	ranges []pdf.Range
	done   func(sum []byte)
	hash   hash.Hash // nil while the tap still shares the running hash of its algorithm
}

// own are the octets that a tap hashes for itself alone.
func (t *tap) own() (n int64) {
	for i, r := range t.ranges {
		if i > 0 || r.Start != 0 {
			n += r.End - r.Start
		}
	}
	return n
}

// A trunk is the running hash of one algorithm from the first octet on. Taps
// whose first range starts at 0 share it up to the end of that range and then
// take a copy, so that a file with one signature is hashed little more than once.
type trunk struct {
	hash hash.Cloner
	taps []*tap // by the end of their first range
}

// passOver reads the file once and gives every tap its digest.
func passOver(ctx context.Context, in *medium, taps []*tap) error {
	trunks := plant(taps)
	hold := buffers.Get().(*[]byte)
	defer buffers.Put(hold)
	buf := *hold
	for off := int64(0); off < in.size; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := in.ReadAt(buf[:min(int64(len(buf)), in.size-off)], off)
		if err != nil {
			return err
		}
		for _, t := range trunks {
			t.feed(off, buf[:n])
		}
		for _, t := range taps {
			t.feed(off, buf[:n])
		}
		off += int64(n)
	}
	for _, t := range trunks {
		t.release(in.size)
	}
	for _, t := range taps {
		t.done(t.hash.Sum(nil))
	}
	return nil
}

// buffers are blocks to read into, shared by documents that follow each other.
var buffers = sync.Pool{New: func() any { b := make([]byte, blockSize); return &b }}

// plant groups the taps that can share, and starts a hash for each other one.
func plant(taps []*tap) []*trunk {
	byDigest := map[sigalg.Digest]*trunk{}
	var out []*trunk
	for _, t := range taps {
		h, err := t.digest.New()
		if err != nil {
			panic("eseal: digest " + t.digest.Name() + " was wanted and cannot be computed")
		}
		c, cloneable := h.(hash.Cloner)
		if !cloneable || len(t.ranges) == 0 || t.ranges[0].Start != 0 {
			t.hash = h
			continue
		}
		if byDigest[t.digest] == nil {
			byDigest[t.digest] = &trunk{hash: c}
			out = append(out, byDigest[t.digest])
		}
		byDigest[t.digest].taps = append(byDigest[t.digest].taps, t)
	}
	for _, t := range out {
		slices.SortStableFunc(t.taps, func(a, b *tap) int { return int(min(max(a.ranges[0].End-b.ranges[0].End, -1), 1)) })
	}
	return out
}

// feed gives a block to the running hash, handing copies to the taps that
// leave it inside the block. After the last tap left nothing is hashed.
func (t *trunk) feed(off int64, b []byte) {
	for len(t.taps) > 0 && len(b) > 0 {
		end := t.taps[0].ranges[0].End
		n := min(max(end-off, 0), int64(len(b)))
		t.hash.Write(b[:n])
		off, b = off+n, b[n:]
		t.release(off)
	}
}

// release hands over to the taps whose first range ends at or before off.
func (t *trunk) release(off int64) {
	for len(t.taps) > 0 && t.taps[0].ranges[0].End <= off {
		c, err := t.hash.Clone()
		if err != nil {
			panic("eseal: " + err.Error()) // no hash of the standard library fails to copy
		}
		t.taps[0].hash = c
		t.taps[0].ranges = t.taps[0].ranges[1:]
		t.taps = t.taps[1:]
	}
}

// feed gives a block to a tap that no longer shares.
func (t *tap) feed(off int64, b []byte) {
	if t.hash == nil {
		return
	}
	end := off + int64(len(b))
	for _, r := range t.ranges {
		from, to := max(r.Start, off), min(r.End, end)
		if from < to {
			t.hash.Write(b[from-off : to-off])
		}
	}
}
