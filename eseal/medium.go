package eseal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
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
	was  fs.FileInfo // when it was opened; nil where the medium cannot tell
}

// statter is an *os.File, or what else knows of its changes.
type statter interface{ Stat() (fs.FileInfo, error) }

// medium sees to it that a file is judged as it was at one moment: what is read
// of it here and there must not be put together out of two.
func (b *builder) medium(name string, r io.ReaderAt, size int64) *medium {
	m := &medium{ctx: b.ctx, name: name, r: r, size: size}
	if f, ok := r.(statter); ok {
		if st, err := f.Stat(); err == nil {
			m.was = st
			b.media = append(b.media, m)
		}
	}
	return m
}

// unchanged compares size and time with those at the beginning.
func (m *medium) unchanged() error {
	st, err := m.r.(statter).Stat()
	if err != nil {
		return fmt.Errorf("eseal: %s: %w", m.name, err)
	}
	if st.Size() != m.was.Size() || !st.ModTime().Equal(m.was.ModTime()) {
		return fmt.Errorf("eseal: %s: %w", m.name, ErrChanged)
	}
	return nil
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
