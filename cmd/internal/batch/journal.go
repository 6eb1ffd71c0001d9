package batch

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/cmd/internal/lock"
)

// JournalSchema is the first word of a journal.
const JournalSchema = "kakuin/journal/v1"

// A Header says what a run judges by. A run that goes on must judge by the same.
type Header struct {
	Schema   string `json:"schema"`
	Output   string `json:"output"`
	At       string `json:"at"` // the validation time of all documents
	Tool     string `json:"tool"`
	Policy   string `json:"policy"`   // digest
	Trust    string `json:"trust"`    // digest
	Settings string `json:"settings"` // everything else that lines depend on
}

// A journal tells which documents are done: their lines stand in the output
// before the offset. Each record is 29 octets: key, offset, exit code, CRC-32 of
// these. It is written after the lines, so whatever happens a record has its line; what
// the output has beyond the last record is cut off, and done anew.
type journal struct {
	f   *os.File
	buf []byte
}

const recordSize = 16 + 8 + 1 + 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (j *journal) add(k key, offset int64, code int) {
	start := len(j.buf)
	j.buf = append(j.buf, k[:]...)
	j.buf = binary.BigEndian.AppendUint64(j.buf, uint64(offset))
	j.buf = append(j.buf, byte(code))
	j.buf = binary.BigEndian.AppendUint32(j.buf, crc32.Checksum(j.buf[start:], castagnoli))
}

// commit writes the records that were added, and makes them last.
func (j *journal) commit() error {
	if len(j.buf) == 0 {
		return nil
	}
	_, err := j.f.Write(j.buf)
	j.buf = j.buf[:0]
	if err != nil {
		return err
	}
	return j.f.Sync()
}

func (j *journal) close() error { return j.f.Close() }

// fresh is what a journal is called until its header is whole.
const fresh = ".new"

// createJournal begins a journal; one that exists is not overwritten. It gets
// its name when its header is whole.
func createJournal(path string, h Header) (*journal, error) {
	line, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path+fresh, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err := lock.File(f); err != nil {
		f.Close()
		return nil, busy(path, err)
	}
	if _, err := os.Lstat(path); err == nil {
		f.Close()
		os.Remove(path + ".new")
		return nil, fmt.Errorf("%s %w: go on with --resume, or remove it to begin anew", path, errThere)
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = f.Write(append(line, '\n'))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Rename(path+fresh, path); err != nil {
		return nil, err
	}
	lasting(path)
	j, _, err := resumeJournal(path)
	return j, err
}

// ErrJournal: the journal is not the one of this run. Nothing was done.
var ErrJournal = errors.New("the journal is not of this run")

var (
	errThere    = journalError("is there already")
	errBusy     = journalError("is in use by another run")
	errOtherRun = journalError("a run with another output, policy, trust list, time, version or other settings")
)

type journalError string

func (e journalError) Error() string   { return string(e) }
func (e journalError) Is(t error) bool { return t == ErrJournal }

// busy is why a journal cannot be had: two runs would write over each other.
func busy(path string, err error) error {
	return fmt.Errorf("%s %w (%w): wait until it is over", path, errBusy, err)
}

// done is what a journal says of the run before.
type done struct {
	header Header
	count  map[key]int // how often a document was done
	exit   int         // the one that counts of all
	offset int64       // of the output: what is beyond was not recorded
}

const maxHeader = 64 << 10

// ReadHeader reads what the run of a journal judges by.
func ReadHeader(path string) (Header, error) {
	f, err := os.Open(path)
	if err != nil {
		return Header{}, err
	}
	defer f.Close()
	d, _, err := readJournal(f)
	if err != nil {
		return Header{}, fmt.Errorf("%s: %w", path, err)
	}
	return d.header, nil
}

// resumeJournal reads a journal and goes on behind its last whole record. What a
// crash left behind that is cut off.
func resumeJournal(path string) (*journal, *done, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	if err := lock.File(f); err != nil {
		f.Close()
		return nil, nil, busy(path, err)
	}
	d, end, err := readJournal(f)
	if err == nil {
		err = f.Truncate(end)
	}
	if err == nil {
		_, err = f.Seek(end, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return &journal{f: f}, d, nil
}

func readJournal(r io.Reader) (*done, int64, error) {
	head := make([]byte, maxHeader)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return nil, 0, err
	}
	line, rest, found := bytes.Cut(head[:n], []byte("\n"))
	d := &done{count: map[key]int{}}
	if !found || json.Unmarshal(line, &d.header) != nil || d.header.Schema != JournalSchema {
		return nil, 0, errors.New("not a journal of kakuin batch")
	}
	end := int64(len(line) + 1)
	in := io.MultiReader(bytes.NewReader(bytes.Clone(rest)), r)
	for rec := make([]byte, recordSize); ; {
		_, err := io.ReadFull(in, rec)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return d, end, nil
		}
		if err != nil {
			return nil, 0, err
		}
		offset := int64(binary.BigEndian.Uint64(rec[16:24]))
		if crc32.Checksum(rec[:25], castagnoli) != binary.BigEndian.Uint32(rec[25:]) || offset < d.offset {
			return d, end, nil // torn by a crash, and all behind it
		}
		d.count[key(rec[:16])]++
		d.exit = exit.Worst(d.exit, int(rec[24]))
		d.offset = offset
		end += recordSize
	}
}

// skip tells whether a document is done already.
func (d *done) skip(k key) bool {
	if d == nil || d.count[k] == 0 {
		return false
	}
	if d.count[k]--; d.count[k] == 0 {
		delete(d.count, k)
	}
	return true
}
