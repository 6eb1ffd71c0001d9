package cache

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"slices"
	"syscall"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// errFault is what reading a damaged file ran into.
var errFault = errors.New("damaged file")

// open opens the file, does one thing and closes it. A damaged file can make
// bbolt panic or touch pages that are not there; both are errors here. The list
// of free pages is kept in the file: made anew, bbolt would read the damage in a
// goroutine of its own, whose panic nobody can catch.
func (c *Cache) open(readOnly bool, do func(*bbolt.DB) error) (err error) {
	if !readOnly {
		if err := c.folder(); err != nil {
			return err
		}
	}
	var file *os.File // held, so that the lock ends even where bbolt lost it
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errFault, r)
			if file != nil {
				file.Close()
			}
		}
	}()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	db, err := bbolt.Open(c.path, 0o600, &bbolt.Options{
		Timeout: c.options.Patience, ReadOnly: readOnly, FreelistType: bbolt.FreelistMapType,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			f, err := os.OpenFile(name, flag, mode)
			file = f
			return f, err
		},
	})
	if err != nil {
		return opening(err)
	}
	defer db.Close()
	if err := whole(db, file); err != nil {
		return err
	}
	return do(db)
}

// opening tells what bbolt cannot read from what the system does not give.
func opening(err error) error {
	var path *fs.PathError
	var system syscall.Errno
	if errors.Is(err, berrors.ErrTimeout) || errors.As(err, &path) || errors.As(err, &system) {
		return err
	}
	return fmt.Errorf("%w: %w", errFault, err)
}

// whole tells a file that was cut off: bbolt maps it and would touch pages past
// its end.
func whole(db *bbolt.DB, file *os.File) error {
	return db.View(func(tx *bbolt.Tx) error {
		st, err := file.Stat()
		if err == nil && st.Size() < tx.Size() {
			return errFault
		}
		return err
	})
}

// damaged tells errors of the contents from those of the way to the file.
func damaged(err error) bool { return errors.Is(err, errFault) || errors.Is(err, ErrDamaged) }

// maxEntries bounds the index; a line of it has some hundred octets.
const maxEntries = 20_000

// evict takes the oldest out until what is left fits.
func evict(index, content *bbolt.Bucket, limit int64) error {
	type line struct {
		key []byte
		entry
	}
	var lines []line
	uses, total := map[string]int{}, int64(0)
	err := index.ForEach(func(k, v []byte) error {
		var e entry
		if json.Unmarshal(v, &e) != nil {
			return ErrDamaged
		}
		lines = append(lines, line{slices.Clone(k), e})
		if uses[string(e.SHA256)]++; uses[string(e.SHA256)] == 1 {
			total += e.Size
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(lines, func(a, b line) int { return int(min(max(int64(a.Turn)-int64(b.Turn), -1), 1)) })
	for n, l := range lines {
		if total <= limit && len(lines)-n <= maxEntries {
			break
		}
		if err := index.Delete(l.key); err != nil {
			return err
		}
		if uses[string(l.SHA256)]--; uses[string(l.SHA256)] == 0 {
			total -= l.Size
		}
	}
	return sweep(content, uses)
}

// sweep deletes octets that no line of the index names any more.
func sweep(content *bbolt.Bucket, uses map[string]int) error {
	var gone [][]byte
	c := content.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if uses[string(k)] == 0 {
			gone = append(gone, slices.Clone(k))
		}
	}
	for _, k := range gone {
		if err := content.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
