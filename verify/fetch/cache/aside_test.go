package cache

import (
	"path/filepath"
	"testing"
)

// TestAsideTwice: of two processes that meet the same damage the second finds
// nothing to set aside, and has nothing to tell.
func TestAsideTwice(t *testing.T) {
	c := New(filepath.Join(t.TempDir(), "evidence.db"), Options{Notice: func(err error) { t.Error(err) }})
	c.setAside()
}
