package pdf

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"
)

// A sparse file has a hole of zeros between its head and its tail.
type sparse struct {
	head, tail []byte
	hole       int64
}

func (s *sparse) size() int64 { return int64(len(s.head)) + s.hole + int64(len(s.tail)) }

func (s *sparse) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	if off < int64(len(s.head)) {
		copy(p, s.head[off:])
	}
	tail := int64(len(s.head)) + s.hole
	if end := off + int64(len(p)); end > tail {
		from := max(0, tail-off)
		copy(p[from:], s.tail[max(0, off-tail):])
		if end > s.size() {
			return int(s.size() - off), io.EOF
		}
	}
	return len(p), nil
}

func TestTwoGigabytesInBoundedMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads two gigabytes")
	}
	const hole = 2 << 30
	head := "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
	stream := fmt.Sprintf("3 0 obj<</Length %d>>stream\n", hole)
	at := int64(len(head)+len(stream)) + hole
	end := "\nendstream endobj\n"
	xref := fmt.Sprintf("xref\n1 3\n%010d 00000 n \n%010d 00000 n \n%010d 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", 9, bytes.Index([]byte(head), []byte("2 0 obj")), len(head), at+int64(len(end)))
	s := &sparse{head: []byte(head + stream), tail: []byte(end + xref), hole: hole}
	runtime.GC()
	var before, during runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := Open(s, s.size(), nil)
	runtime.ReadMemStats(&during)
	if err != nil || f.Rebuilt || len(f.Notes) > 0 || f.catalog(1) == nil {
		t.Fatalf("%v, %v", err, f.Notes)
	}
	if during.HeapSys > before.HeapSys+64<<20 {
		t.Errorf("the heap grew by %d MB", (during.HeapSys-before.HeapSys)>>20)
	}
	if o, err := f.Object(1, 3, 0); err != nil || f.measure(o.(*Stream)) != nil || o.(*Stream).DataLen != hole {
		t.Errorf("%v %v", o, err)
	}
}

func TestWindowKeepsItsBlocks(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 20*blockSize/16)
	w := &window{r: bytes.NewReader(data), size: int64(len(data))}
	first := w.at(5)
	for off := int64(0); off < w.size; off += blockSize / 2 {
		if b := w.at(off); len(b) == 0 || b[0] != data[off] {
			t.Fatalf("octet %d", off)
		}
	}
	if !bytes.Equal(first, data[5:blockSize]) {
		t.Error("a block changed after it left the window")
	}
	if w.at(-1) != nil || w.at(w.size) != nil || !w.has(blockSize-3, "def0123") || w.has(w.size-2, "ef0") {
		t.Error("edges of the file")
	}
	var got []int64
	w.scan(3, w.size, 15, func(base int64, b []byte) bool {
		for i := 0; ; {
			k := bytes.Index(b[i:], []byte("f012345678"))
			if k < 0 {
				return true
			}
			got = append(got, base+int64(i+k))
			i += k + 1
		}
	})
	seen := map[int64]bool{}
	for _, off := range got {
		seen[off] = true
	}
	if want := len(data)/16 - 1; len(seen) != want {
		t.Errorf("%d places, want %d", len(seen), want)
	}
	var swept []int64
	w.sweep(9, func(base int64, b []byte) bool {
		if !bytes.Equal(b, data[base:base+int64(len(b))]) {
			t.Fatalf("other octets at %d", base)
		}
		for i := 0; ; {
			k := bytes.Index(b[i:], []byte("f012345678"))
			if k < 0 {
				return true
			}
			swept = append(swept, base+int64(i+k))
			i += k + 1
		}
	})
	if want := len(data)/16 - 1; len(swept) != want {
		t.Errorf("swept %d places, want each of %d once", len(swept), want)
	}
}
