package lock

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

func TestTake(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path+Suffix, nil, 0o600); err != nil { // of a killed process
		t.Fatal(err)
	}
	release, err := Take(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Take(path); !errors.Is(err, ErrTaken) {
		t.Errorf("taken twice: %v", err)
	}
	release()
	if _, err := os.Stat(path + Suffix); err == nil {
		t.Error("the lock is left behind")
	}
	if _, err := Take(filepath.Join(path, "none", "f")); err == nil || errors.Is(err, ErrTaken) {
		t.Errorf("no folder: %v", err)
	}
}

// TestTakeAlone: whatever the order, one at a time has it.
func TestTakeAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	var holders, had atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 500 {
				release, err := Take(path)
				if err != nil {
					if !errors.Is(err, ErrTaken) {
						t.Error(err)
					}
					continue
				}
				if holders.Add(1) != 1 {
					t.Error("two have it")
				}
				had.Add(1)
				holders.Add(-1)
				release()
			}
		})
	}
	all.Wait()
	if had.Load() == 0 {
		t.Error("nobody ever had it")
	}
}
