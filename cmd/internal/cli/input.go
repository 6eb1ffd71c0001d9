package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
)

// Bounds of what is held in memory: small files are keys, lists, policies and
// requests; an evidence file may be a CRL, of which the largest seen has 60 MB.
const (
	maxSmall    = 16 << 20
	maxEvidence = 256 << 20
	maxStdin    = 1 << 30
)

func readBounded(path string, bound int64) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		return nil, fmt.Errorf("%s is a folder", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, bound+1))
	if err == nil && int64(len(data)) > bound {
		return nil, fmt.Errorf("%s is longer than %d octets", path, bound)
	}
	return data, err
}

func readSmall(path string) ([]byte, error) { return readBounded(path, maxSmall) }

// An input is a document to read: a file, or standard input held in memory.
type input struct {
	name string
	r    io.ReaderAt
	size int64
	done func() error
}

func (e *env) open(ctx context.Context, path string) (*input, error) {
	if path == "-" {
		data, err := e.readStdin(ctx)
		if err != nil {
			return nil, err
		}
		return &input{name: "-", r: bytes.NewReader(data), size: int64(len(data)), done: func() error { return nil }}, nil
	}
	st, err := os.Stat(path) // before opening: a pipe without a writer would block
	switch {
	case err != nil:
		return nil, unreadable("%w", err)
	case st.IsDir():
		return nil, unreadable("%s is a folder, not a document", path)
	case !st.Mode().IsRegular():
		return nil, unreadable("%s is not a regular file; pipe it to standard input (-)", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable("%w", err)
	}
	if st, err = f.Stat(); err != nil {
		f.Close()
		return nil, unreadable("%w", err)
	}
	return &input{name: filepath.Base(path), r: f, size: st.Size(), done: f.Close}, nil
}

// readStdin reads standard input to its end; an interrupt ends the wait.
func (e *env) readStdin(ctx context.Context) ([]byte, error) {
	type read struct {
		data []byte
		err  error
	}
	ch := make(chan read, 1)
	go func() {
		data, err := io.ReadAll(io.LimitReader(e.in, maxStdin+1))
		ch <- read{data, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-ch:
		if r.err != nil {
			return nil, unreadable("standard input: %w", r.err)
		}
		if len(r.data) > maxStdin {
			return nil, unreadable("standard input is longer than %d octets; give a file", maxStdin)
		}
		return r.data, nil
	}
}

// document opens and reads a document.
func (e *env) document(ctx context.Context, path string, o eseal.Options) (*eseal.Document, func() error, error) {
	in, err := e.open(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	doc, err := e.read(ctx, path, in, o)
	if err != nil {
		in.done()
		return nil, nil, err
	}
	return doc, in.done, nil
}

// read reads an open document. Where reading stopped half-way (a medium that
// fails, a file that shrinks) it is a document that cannot be read, and told
// besides.
func (e *env) read(ctx context.Context, path string, in *input, o eseal.Options) (*eseal.Document, error) {
	o.Name = in.name
	doc, err := eseal.Open(ctx, in.r, in.size, o)
	if err == nil || ctx.Err() != nil {
		return doc, err
	}
	e.tell(fmt.Errorf("%s: %w", path, err))
	return &eseal.Document{Name: in.name, Size: in.size, Format: eseal.FormatUnknown, Unreadable: err, Purse: purse.New(o.Limits)}, nil
}
