package registry

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// TestLargeRegister builds a register of the size of the whole country and asks
// it: memory stays bounded, whatever the number of rows.
func TestLargeRegister(t *testing.T) {
	rows := 30_000
	if os.Getenv("KAKUIN_DEEP") != "" {
		rows = 5_500_000
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "00_zenkoku_all_20261030.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	order := rand.New(rand.NewPCG(3, 4))
	var size int64
	for i := range rows {
		n := (i*7919 + 13) % rows // each number once, in no order
		k, _ := w.WriteString(line{number: number(10_000_000 + n), name: fmt.Sprintf("株式会社%s%d", []string{"見本", "髙澤", "山田商事", "サンプル工業"}[order.IntN(4)], order.IntN(1e9)), en: fmt.Sprintf("Sample %d Co., Ltd.", i)}.String())
		size += int64(k)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(dir, "register.kakuin"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	var peak atomic.Uint64
	stop := make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak.Store(max(peak.Load(), m.Sys-m.HeapReleased))
			}
		}
	}()
	begun := time.Now()
	snap, err := Build(t.Context(), out, BuildOptions{Scratch: dir}, path)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(begun)
	close(stop)
	info, err := out.Stat()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows, %d MB: %.0f rows a second, index %d MB, memory at most %d MB", rows, size>>20, float64(rows)/took.Seconds(), info.Size()>>20, peak.Load()>>20)
	if snap.Records != rows || peak.Load() > 512<<20 {
		t.Errorf("%d records, %d MB", snap.Records, peak.Load()>>20)
	}
	r, err := Open(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	begun = time.Now()
	const asked = 2000
	for range asked {
		n := order.IntN(rows)
		if rec, ok, err := r.Find(number(10_000_000 + n)); err != nil || !ok || rec.Number != number(10_000_000+n) {
			t.Fatal(rec, ok, err)
		}
	}
	t.Logf("%s a look-up", (time.Since(begun) / asked).Round(time.Microsecond))
}
