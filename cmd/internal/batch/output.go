package batch

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// partial is what the output is called until the run is over: a file with the
// output's own name is always whole.
const partial = ".part"

// An output takes lines. With a journal it is a file that is renamed at the
// end; without one it is a writer.
type output struct {
	path    string
	f       *os.File
	w       *bufio.Writer
	journal *journal
	offset  int64
	last    time.Time
	now     func() time.Time
}

// every is how long lines may wait to be made lasting: what a power cut costs.
const every = time.Second

func (o *output) line(k key, line []byte, code int) error {
	if _, err := o.w.Write(line); err != nil {
		return o.failed(err)
	}
	if err := o.w.WriteByte('\n'); err != nil {
		return o.failed(err)
	}
	o.offset += int64(len(line)) + 1
	if o.journal == nil {
		if o.f == nil {
			return o.w.Flush() // a pipe: who reads it waits for lines
		}
		return nil
	}
	o.journal.add(k, o.offset, code)
	if now := o.now(); now.Sub(o.last) >= every {
		o.last = now
		return o.commit()
	}
	return nil
}

// commit makes the lines last, then their records.
func (o *output) commit() error {
	if err := o.w.Flush(); err != nil {
		return o.failed(err)
	}
	if o.f == nil {
		return nil
	}
	if err := o.f.Sync(); err != nil {
		return o.failed(err)
	}
	if o.journal != nil {
		if err := o.journal.commit(); err != nil {
			return fmt.Errorf("the journal: %w", err)
		}
	}
	return nil
}

func (o *output) failed(err error) error {
	if o.path == "" {
		return fmt.Errorf("standard output: %w", err)
	}
	return fmt.Errorf("%s: %w", o.path+partial, err)
}

// finish makes the output whole: it gets its name, and the journal has done
// its work.
func (o *output) finish() error {
	if err := o.commit(); err != nil {
		return err
	}
	if o.f == nil {
		return nil
	}
	if err := o.f.Close(); err != nil {
		return o.failed(err)
	}
	if err := os.Rename(o.path+partial, o.path); err != nil {
		return err
	}
	lasting(o.path)
	if o.journal == nil {
		return nil
	}
	name := o.journal.f.Name()
	return errors.Join(o.journal.close(), os.Remove(name))
}

// lasting makes the name of a file last as its octets do. Not every system can
// sync a folder; those that cannot keep names by themselves.
func lasting(path string) {
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		d.Sync()
		d.Close()
	}
}

// abandon keeps what is there for --resume; without a journal nobody could go
// on, so that the part goes.
func (o *output) abandon() {
	if o.f == nil {
		return
	}
	if o.journal != nil {
		o.commit() // as much as can be; the error that ended the run is told
		o.journal.close()
	}
	o.f.Close()
	if o.journal == nil {
		os.Remove(o.path + partial)
	}
}

// openOutput begins the output, or goes on where the journal says.
func openOutput(path string, w io.Writer, head []byte, j *journal, d *done, now func() time.Time) (*output, error) {
	o := &output{path: path, journal: j, now: now, last: now()}
	if path == "" {
		o.w = bufio.NewWriter(w)
		_, err := o.w.Write(head)
		return o, err
	}
	flags := os.O_RDWR | os.O_CREATE
	if d == nil {
		flags |= os.O_TRUNC
	} else {
		o.offset = d.offset
		if err := reopen(path, d.offset); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(path+partial, flags, 0o666)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err == nil && st.Size() < o.offset {
		err = fmt.Errorf("%s%s has %d octets, the journal says %d: it is not the output of this journal", path, partial, st.Size(), o.offset)
	}
	if err == nil {
		err = f.Truncate(o.offset)
	}
	if err == nil {
		_, err = f.Seek(o.offset, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	lasting(path)
	o.f, o.w = f, bufio.NewWriterSize(f, 256<<10)
	if o.offset == 0 {
		o.offset = int64(len(head))
		_, err = o.w.Write(head)
	}
	return o, err
}

// reopen takes back the name of an output that was finished when the run ended
// before its journal was gone.
func reopen(path string, offset int64) error {
	if _, err := os.Stat(path + partial); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if st, err := os.Stat(path); err != nil || st.Size() != offset {
		return nil // opening the part tells what is wrong
	}
	return os.Rename(path, path+partial)
}
