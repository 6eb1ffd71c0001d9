package eseal

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// naive hashes ranges one by one.
func naive(d sigalg.Digest, data []byte, ranges []pdf.Range) []byte {
	h, _ := d.New()
	for _, r := range ranges {
		h.Write(data[r.Start:r.End])
	}
	return h.Sum(nil)
}

// TestPassOver: shared hashing gives what hashing each signature alone gives,
// for any ranges, digests and sizes around the block.
func TestPassOver(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	digests := []sigalg.Digest{sigalg.SHA1, sigalg.SHA256, sigalg.SHA384, sigalg.SHA512, sigalg.SHA3_256, sigalg.RIPEMD160, sigalg.MD5}
	for range 150 {
		size := []int{0, 1, 1000, blockSize - 1, blockSize, blockSize + 1, 3*blockSize + 17}[r.IntN(7)]
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		var taps []*tap
		var got, want [][]byte
		for i := range r.IntN(12) {
			ranges := randomRanges(r, int64(size))
			d := digests[r.IntN(len(digests))]
			got, want = append(got, nil), append(want, naive(d, data, ranges))
			taps = append(taps, &tap{digest: d, ranges: ranges, done: func(sum []byte) { got[i] = sum }})
		}
		m := &medium{ctx: context.Background(), r: bytes.NewReader(data), size: int64(size)}
		if err := passOver(context.Background(), m, taps); err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if !bytes.Equal(got[i], want[i]) {
				t.Fatalf("size %d, tap %d of %d: digest differs", size, i, len(got))
			}
		}
	}
}

// randomRanges are ascending, most from the start as signatures have them,
// some empty, some touching.
func randomRanges(r *rand.Rand, size int64) []pdf.Range {
	var out []pdf.Range
	at := int64(0)
	if r.IntN(4) == 0 {
		at = r.Int64N(size + 1)
	}
	for range r.IntN(4) {
		end := at + r.Int64N(size-at+1)
		out = append(out, pdf.Range{Start: at, End: end})
		at = end
		if r.IntN(3) > 0 {
			at += r.Int64N(size - at + 1)
		}
	}
	return out
}

func TestOwnOctets(t *testing.T) {
	for _, c := range []struct {
		ranges []pdf.Range
		want   int64
	}{{nil, 0}, {[]pdf.Range{{Start: 0, End: 9}}, 0}, {[]pdf.Range{{Start: 0, End: 9}, {Start: 11, End: 14}}, 3}, {[]pdf.Range{{Start: 1, End: 9}}, 8}} {
		if got := (&tap{ranges: c.ranges}).own(); got != c.want {
			t.Errorf("%v: %d, want %d", c.ranges, got, c.want)
		}
	}
}

func BenchmarkPassOver(b *testing.B) {
	data := make([]byte, 16<<20)
	for _, n := range []int{1, 8} {
		b.Run(map[int]string{1: "one signature", 8: "eight signatures"}[n], func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				var taps []*tap
				for i := range n {
					cut := int64(len(data) / n * (i + 1))
					taps = append(taps, &tap{digest: sigalg.SHA256, ranges: []pdf.Range{{Start: 0, End: cut - 9000}, {Start: cut - 1000, End: cut}}, done: func([]byte) {}})
				}
				m := &medium{ctx: b.Context(), r: bytes.NewReader(data), size: int64(len(data))}
				if err := passOver(b.Context(), m, taps); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
