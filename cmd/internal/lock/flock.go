//go:build !windows

package lock

import (
	"os"
	"syscall"
)

// File takes the file for this process alone, until it is closed or the process
// ends in any way.
func File(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
