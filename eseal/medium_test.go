package eseal

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/verifytest"
)

// A failing reader works for some reads, then has another size or an error.
type failing struct {
	data  []byte
	reads int // that still work
	err   error
	size  int64 // of the file afterwards
}

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	data := f.data
	if f.reads--; f.reads < 0 {
		if f.err != nil {
			return 0, f.err
		}
		data = data[:f.size]
	}
	return bytes.NewReader(data).ReadAt(p, off)
}

func documents() map[string][]byte {
	w := verifytest.New()
	big := bytes.Repeat([]byte("0123456789abcdef"), 40_000)
	return map[string][]byte{
		"pdf":      w.SealedPDF().Bytes(),
		"cms":      w.CMS(verifytest.CMSTemplate{Content: big, SetTimestamp: true}),
		"ber":      w.CMS(verifytest.CMSTemplate{Content: big, Indefinite: true}),
		"token":    w.Token(verifytest.TokenTemplate{Data: []byte("x")}),
		"response": w.Response(w.Token(verifytest.TokenTemplate{Data: []byte("x")})),
		"pem":      []byte(block("CMS", w.CMS(verifytest.CMSTemplate{Content: []byte("x")}))),
		"zip":      []byte("PK\x03\x04........."),
	}
}

var errDisk = errors.New("disk on fire")

// TestMediumFails: whenever the file gets shorter or the disk fails, Open
// says that, and never that the document is broken.
func TestMediumFails(t *testing.T) {
	for name, data := range documents() {
		counter := &failing{data: data, reads: 1 << 30}
		if _, err := Open(context.Background(), counter, int64(len(data)), Options{}); err != nil {
			t.Fatal(name, err)
		}
		total := 1<<30 - counter.reads
		for reads := range total {
			_, err := Open(context.Background(), &failing{data: data, reads: reads, err: errDisk}, int64(len(data)), Options{Name: name})
			if !errors.Is(err, errDisk) {
				t.Fatalf("%s: read %d of %d fails: %v", name, reads+1, total, err)
			}
			_, err = Open(context.Background(), &failing{data: data, reads: reads}, int64(len(data)), Options{Name: name})
			if !errors.Is(err, ErrShrunk) {
				t.Fatalf("%s: file is empty from read %d of %d on: %v", name, reads+1, total, err)
			}
		}
		_, err := Open(context.Background(), bytes.NewReader(data), int64(len(data))+1, Options{})
		if !errors.Is(err, ErrShrunk) {
			t.Errorf("%s: shorter than its size: %v", name, err)
		}
	}
}

func TestDetachedMediumFails(t *testing.T) {
	w := verifytest.New()
	der := w.CMS(verifytest.CMSTemplate{Content: []byte("notice"), Detached: true})
	open := func(d Detached) error {
		_, err := Open(context.Background(), bytes.NewReader(der), int64(len(der)), Options{Detached: []Detached{d}})
		return err
	}
	if err := open(Detached{Name: "a", R: &failing{err: errDisk}, Size: 6}); !errors.Is(err, errDisk) {
		t.Error(err)
	}
	if err := open(Detached{Name: "a", R: bytes.NewReader([]byte("not")), Size: 6}); !errors.Is(err, ErrShrunk) {
		t.Error(err)
	}
	if open(Detached{Name: "a", Size: 6}) == nil || open(Detached{R: bytes.NewReader(nil), Size: -1}) == nil {
		t.Error("content without reader or size is taken")
	}
	if err := open(Detached{R: bytes.NewReader([]byte("notice and more")), Size: 6}); err != nil {
		t.Error("a file that grew is read as far as its size:", err)
	}
}

// TestFileChanges: what is read before and after a change is not put together.
func TestFileChanges(t *testing.T) {
	for name, data := range documents() {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		past := time.Unix(1e9, 0)
		if err := os.Chtimes(path, past, past); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), f, int64(len(data)), Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for what, change := range map[string]func() error{
			"octet": func() error { _, err := f.WriteAt(data[:1], 0); return err },
			"size":  func() error { _, err := f.WriteAt([]byte("x"), int64(len(data))); return err },
		} {
			if err := os.Chtimes(path, past, past); err != nil {
				t.Fatal(err)
			}
			r := &written{File: f, change: change}
			if _, err := Open(t.Context(), r, int64(len(data)), Options{}); !errors.Is(err, ErrChanged) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
			o := Options{Detached: []Detached{{Name: "beside", R: &written{File: f, change: change}, Size: int64(len(data))}}}
			if err := os.Chtimes(path, past, past); err != nil {
				t.Fatal(err)
			}
			message := verifytest.New().CMS(verifytest.CMSTemplate{Content: data, Detached: true})
			if _, err := Open(t.Context(), bytes.NewReader(message), int64(len(message)), o); !errors.Is(err, ErrChanged) {
				t.Errorf("%s beside, %s: %v", name, what, err)
			}
		}
	}
}

// written is a file that somebody writes to after the first block was read.
type written struct {
	*os.File
	change func() error
}

func (w *written) ReadAt(p []byte, off int64) (int, error) {
	n, err := w.File.ReadAt(p, off)
	if other := w.change(); other != nil {
		return 0, other
	}
	return n, err
}

// slow cancels a context after some reads.
type slow struct {
	io.ReaderAt
	left   int
	cancel context.CancelFunc
}

func (s *slow) ReadAt(p []byte, off int64) (int, error) {
	if s.left--; s.left == 0 {
		s.cancel()
	}
	return s.ReaderAt.ReadAt(p, off)
}

func TestCancelled(t *testing.T) {
	for name, data := range documents() {
		for after := 1; ; after++ {
			ctx, cancel := context.WithCancel(context.Background())
			r := &slow{bytes.NewReader(data), after, cancel}
			_, err := Open(ctx, r, int64(len(data)), Options{})
			cancel()
			if err == nil {
				break // it was done before, or with the last read
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("%s: cancelled after read %d: %v", name, after, err)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, bytes.NewReader([]byte("x")), 1, Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestMediumReads(t *testing.T) {
	m := &medium{ctx: context.Background(), r: bytes.NewReader([]byte("012345")), size: 4}
	for _, c := range []struct {
		off  int64
		n    int
		want string
		err  error
	}{{0, 4, "0123", nil}, {2, 4, "23", io.EOF}, {4, 1, "", io.EOF}, {9, 1, "", io.EOF}, {4, 0, "", nil}} {
		p := make([]byte, c.n)
		n, err := m.ReadAt(p, c.off)
		if string(p[:n]) != c.want || err != c.err || m.err != nil {
			t.Errorf("%d at %d: %q, %v (%v)", c.n, c.off, p[:n], err, m.err)
		}
	}
}

func TestOpenRefusesOptions(t *testing.T) {
	for name, f := range map[string]func() error{
		"negative size": func() error { _, err := Open(context.Background(), bytes.NewReader(nil), -1, Options{}); return err },
		"no reader":     func() error { _, err := Open(context.Background(), nil, 1, Options{}); return err },
		"short digest": func() error {
			_, err := Open(context.Background(), bytes.NewReader([]byte("x")), 1, Options{Digests: []KnownDigest{{Algorithm: 3, Value: []byte{1}}}})
			return err
		},
		"broken request": func() error {
			_, err := Open(context.Background(), bytes.NewReader([]byte("x")), 1, Options{Request: []byte("x")})
			return err
		},
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
