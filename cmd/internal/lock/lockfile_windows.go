package lock

import (
	"os"

	"golang.org/x/sys/windows"
)

// File takes the file for this process alone, until it is closed or the process
// ends in any way. The octet that is locked lies beyond every file of ours: what
// is locked cannot be read by others.
func File(f *os.File) error {
	beyond := windows.Overlapped{OffsetHigh: 1 << 30}
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &beyond)
}
