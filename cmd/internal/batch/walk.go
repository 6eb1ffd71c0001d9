package batch

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
)

// A Source offers documents, in the same order at each call. An error ends it.
type Source = iter.Seq2[Document, error]

var errLoop = errors.New("a link to a folder that it lies in: a loop, not followed")

// Paths offers files as they are and everything below folders, in order of
// names. Links are followed; one that leads back is told and not followed. A
// pattern (*, ?, […]) that names no file stands for what it matches. What the
// run itself writes there is passed over.
func Paths(roots []string, own Own) Source {
	return func(yield func(Document, error) bool) {
		w := &walker{yield: yield, own: own}
		for _, root := range roots {
			if !w.root(root) {
				return
			}
		}
	}
}

type walker struct {
	yield func(Document, error) bool
	own   Own
	above []fs.FileInfo // the folders that the present one lies in
}

func (w *walker) offer(path string, trouble error) bool {
	return w.yield(Document{Path: path, Trouble: trouble}, nil)
}

func (w *walker) root(root string) bool {
	_, err := os.Lstat(root)
	if errors.Is(err, fs.ErrNotExist) {
		if found, bad := filepath.Glob(root); bad == nil && len(found) > 0 {
			return w.found(found)
		}
	}
	return w.path(root)
}

// path is one file, or a folder and what is below.
func (w *walker) path(path string) bool {
	st, err := os.Stat(path)
	switch {
	case err != nil:
		return w.offer(path, err)
	case !st.IsDir():
		return w.offer(path, nil)
	case slices.ContainsFunc(w.above, func(a fs.FileInfo) bool { return os.SameFile(a, st) }):
		return w.offer(path, errLoop)
	}
	return w.folder(path, st)
}

// folder offers what lies in it. Its names are held together, since they are
// offered in order.
func (w *walker) folder(path string, st fs.FileInfo) bool {
	w.above = append(w.above, st)
	defer func() { w.above = w.above[:len(w.above)-1] }()
	names, err := readNames(path)
	for i, name := range names {
		names[i] = filepath.Join(path, name)
	}
	if !w.found(names) {
		return false
	}
	if err != nil { // what could be read of it is judged all the same
		return w.offer(path, fmt.Errorf("the folder cannot be read to its end: %w", err))
	}
	return true
}

// found are paths that nobody named: a folder or a pattern has them.
func (w *walker) found(paths []string) bool {
	for _, path := range paths {
		if !w.own.has(path) && !w.path(path) {
			return false
		}
	}
	return true
}

func readNames(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}

// Count is how many documents a source has.
func Count(s Source) (n int) {
	for _, err := range s {
		if err != nil {
			return n
		}
		n++
	}
	return n
}
