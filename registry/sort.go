package registry

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// A sorter puts rows in the order of their numbers, the newest of a number
// last, in bounded memory: runs on disk, merged in one pass.
//
// A row is a line: its key, a tab, its JSON. Keys compare as octets.
type sorter struct {
	folder string // for runs; made with the first one
	parent string
	limit  int
	arena  []byte
	lines  [][2]int // of the arena: from, to
	runs   []string
}

func newSorter(parent string, limit int) *sorter { return &sorter{parent: parent, limit: limit} }

// close removes what was written for sorting.
func (s *sorter) close() {
	if s.folder != "" {
		_ = os.RemoveAll(s.folder) // scratch: nothing is lost with it
	}
}

// add takes a row: the file it stood in and its place there tell which of two
// rows of a day is the newer.
func (s *sorter) add(r row, file, place int) error {
	latest := 0
	if r.Latest {
		latest = 1
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	from := len(s.arena)
	s.arena = fmt.Appendf(s.arena, "%s %d %s %06d %012d\t", r.Number, latest, r.UpdateDate, file, place)
	s.arena = append(s.arena, text...)
	s.lines = append(s.lines, [2]int{from, len(s.arena)})
	if len(s.arena)+len(s.lines)*16 >= s.limit {
		return s.spill()
	}
	return nil
}

func (s *sorter) sorted() [][2]int {
	slices.SortFunc(s.lines, func(a, b [2]int) int { return bytes.Compare(s.arena[a[0]:a[1]], s.arena[b[0]:b[1]]) })
	return s.lines
}

// spill writes what is in memory as a run.
func (s *sorter) spill() (err error) {
	if s.folder == "" {
		if s.folder, err = os.MkdirTemp(s.parent, "kakuin-registry-*"); err != nil {
			return err
		}
	}
	f, err := os.CreateTemp(s.folder, "run-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s.runs = append(s.runs, f.Name())
	w := bufio.NewWriterSize(f, 1<<20)
	for _, l := range s.sorted() {
		_, _ = w.Write(s.arena[l[0]:l[1]]) // Flush tells
		_ = w.WriteByte('\n')
	}
	s.arena, s.lines = s.arena[:0], s.lines[:0]
	return w.Flush()
}

// each gives the rows in order.
func (s *sorter) each(do func(row) error) error {
	var m runs
	defer func() {
		for _, r := range m {
			r.close()
		}
	}()
	for _, name := range s.runs {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		m = append(m, &run{file: f, r: bufio.NewReaderSize(f, 256<<10)})
	}
	m = append(m, &run{rest: s.sorted(), arena: s.arena})
	live := m[:0:0]
	for _, r := range m {
		switch err := r.next(); {
		case err == nil:
			live = append(live, r)
		case !errors.Is(err, io.EOF):
			return err
		}
	}
	heap.Init(&live)
	for len(live) > 0 {
		top := live[0]
		if err := deliver(top.line, do); err != nil {
			return err
		}
		switch err := top.next(); {
		case err == nil:
			heap.Fix(&live, 0)
		case errors.Is(err, io.EOF):
			heap.Pop(&live)
		default:
			return err
		}
	}
	return nil
}

func deliver(line []byte, do func(row) error) error {
	_, text, _ := bytes.Cut(line, []byte("\t"))
	var r row
	if err := json.Unmarshal(text, &r); err != nil {
		return err
	}
	return do(r)
}

// A run is a sorted sequence of lines, on disk or in memory.
type run struct {
	line  []byte
	file  *os.File
	r     *bufio.Reader
	rest  [][2]int
	arena []byte
}

func (r *run) next() (err error) {
	if r.file == nil {
		if len(r.rest) == 0 {
			return io.EOF
		}
		r.line, r.rest = r.arena[r.rest[0][0]:r.rest[0][1]], r.rest[1:]
		return nil
	}
	line, err := r.r.ReadBytes('\n')
	if err != nil {
		return err
	}
	r.line = line[:len(line)-1]
	return nil
}

func (r *run) close() {
	if r.file != nil {
		_ = r.file.Close() // read only
	}
}

// runs is a heap by the lines at hand.
type runs []*run

func (h runs) Len() int           { return len(h) }
func (h runs) Less(i, j int) bool { return bytes.Compare(h[i].line, h[j].line) < 0 }
func (h runs) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runs) Push(x any)        { *h = append(*h, x.(*run)) }
func (h *runs) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
