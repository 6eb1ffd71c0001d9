package eseal

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// A medium is a file as the readers see it. Its first failure stays: a reader
// that takes a lost block for a broken structure would state wrong facts, so
// Open looks here at the end of each stage. It also stops readers whose
// context ended.
type medium struct {
	ctx  context.Context
	name string // for errors
	r    io.ReaderAt
	size int64
	err  error
}

// ReadAt reads inside the size that was given, whatever the file grew to.
func (m *medium) ReadAt(p []byte, off int64) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	if err := m.ctx.Err(); err != nil {
		m.err = fmt.Errorf("eseal: %s: %w", m.name, err)
		return 0, m.err
	}
	want := min(int64(len(p)), max(m.size-off, 0))
	if want == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	n, err := m.r.ReadAt(p[:want], off)
	if int64(n) < want || n < 0 {
		m.err = m.failure(err, off+int64(max(n, 0)))
		return max(n, 0), m.err
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (m *medium) failure(err error, at int64) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("eseal: %s: octet %d of %d: %w", m.name, at, m.size, ErrShrunk)
	}
	return fmt.Errorf("eseal: %s: octet %d of %d: %w", m.name, at, m.size, err)
}
