// Package lock keeps two processes from writing the same file.
package lock

import (
	"errors"
	"fmt"
	"os"
)

// Suffix is what a file is called beside one that is taken.
const Suffix = ".lock"

// ErrTaken: another process has it.
var ErrTaken = errors.New("in use by another kakuin: wait until it is over")

// Take takes the file at path, which need not exist, until release. The lock is
// a file beside it, so that the file itself can be renamed; one that a killed
// process left behind holds nobody.
func Take(path string) (release func(), err error) {
	for range 3 {
		f, err := os.OpenFile(path+Suffix, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, err
		}
		if err := File(f); err != nil {
			f.Close()
			return nil, fmt.Errorf("%s is %w (%w)", path, ErrTaken, err)
		}
		if still(f, path+Suffix) {
			return func() { drop(f) }, nil
		}
		f.Close() // the one who had it removed it in between
	}
	return nil, fmt.Errorf("%s is %w", path, ErrTaken)
}

// still tells whether the file is the one that the name stands for.
func still(f *os.File, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	st, err := os.Stat(path)
	return err == nil && os.SameFile(mine, st)
}

// drop removes the file while it is held, so that nobody else's goes. Where an
// open file cannot be removed, that of another holder cannot be either.
func drop(f *os.File) {
	err := os.Remove(f.Name())
	f.Close()
	if err != nil {
		os.Remove(f.Name())
	}
}
