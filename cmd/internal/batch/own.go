package batch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kakuin/kakuin/cmd/internal/lock"
)

// Own are the files that a run writes. They may lie in a folder that it reads,
// and are no documents.
type Own []ownFile

type ownFile struct {
	folder fs.FileInfo
	name   string
}

var errOwn = errors.New("the run itself writes this file")

// OwnFiles are those with these names, where they are not empty, and what they
// are called while they are written.
func OwnFiles(paths ...string) (o Own) {
	for _, path := range paths {
		folder, err := os.Stat(filepath.Dir(path))
		if path == "" || err != nil {
			continue // nothing can be written where there is no folder
		}
		name := filepath.Base(path)
		for _, s := range []string{"", partial, fresh, lock.Suffix} {
			o = append(o, ownFile{folder, name + s})
		}
	}
	return o
}

func (o Own) has(path string) bool {
	for _, f := range o {
		if f.name != filepath.Base(path) {
			continue
		}
		if st, err := os.Stat(filepath.Dir(path)); err == nil && os.SameFile(st, f.folder) {
			return true
		}
	}
	return false
}
