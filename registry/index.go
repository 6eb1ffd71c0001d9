package registry

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"sync"

	"github.com/kakuin/kakuin/eseal/cert"
)

// Schema is the version of the form of an index.
const Schema = "kakuin/registry/v1"

// An index is magic, blocks, table, head, foot.
//
//	block  records in the order of their numbers, each a line of JSON, deflated
//	table  an entry for each block
//	head   the Snapshot as JSON
//	foot   length of the head (8 octets, big-endian), its SHA-256, magic
const (
	magic      = Schema + "\n"
	footLength = 8 + sha256.Size + len(magic)
	entrySize  = 8 + 8 + 4 + 4 + sha256.Size

	blockOctets = 32 << 10  // before deflating
	maxBlock    = 1 << 20   // of a file that somebody else made
	maxTable    = 256 << 20 // five million blocks
	maxHead     = 1 << 20
)

// A Snapshot says which state of the register an index holds.
type Snapshot struct {
	Schema   string   `json:"schema"`
	Date     string   `json:"date"` // of the newest file in it
	Records  int      `json:"records"`
	Inactive int      `json:"inactive"` // of them closed, deleted or superseded
	Sources  []Source `json:"sources"`

	TableOffset int64  `json:"tableOffset"`
	TableLength int64  `json:"tableLength"`
	TableSHA256 string `json:"tableSha256"`

	SHA256 string `json:"-"` // of the head: it fixes every record
}

// A Source is one file that an index was built from.
type Source struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Rows   int    `json:"rows"`
}

// An entry is a line of the table.
type entry struct {
	first  uint64 // number of the first record
	offset int64
	length uint32
	plain  uint32
	sha256 [sha256.Size]byte
}

// A writer writes an index from its first octet to its last.
type writer struct {
	w      io.Writer
	offset int64
	table  []byte
	first  string
	block  []byte
	packed bytes.Buffer
	flate  *flate.Writer
}

func newWriter(w io.Writer) (*writer, error) {
	f, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	x := &writer{w: w, flate: f}
	return x, x.write([]byte(magic))
}

func (x *writer) write(p []byte) error {
	n, err := x.w.Write(p)
	x.offset += int64(n)
	return err
}

func (x *writer) add(number string, line []byte) error {
	if len(x.block) > 0 && len(x.block)+len(line) >= blockOctets {
		if err := x.flush(); err != nil {
			return err
		}
	}
	if len(x.block) == 0 {
		x.first = number
	}
	x.block = append(append(x.block, line...), '\n')
	return nil
}

func (x *writer) flush() error {
	if len(x.block) == 0 {
		return nil
	}
	first, err := strconv.ParseUint(x.first, 10, 64)
	if err != nil {
		return err
	}
	x.packed.Reset()
	x.flate.Reset(&x.packed)
	if _, err := x.flate.Write(x.block); err != nil {
		return err
	}
	if err := x.flate.Close(); err != nil {
		return err
	}
	sum := sha256.Sum256(x.packed.Bytes())
	x.table = binary.BigEndian.AppendUint64(x.table, first)
	x.table = binary.BigEndian.AppendUint64(x.table, uint64(x.offset))
	x.table = binary.BigEndian.AppendUint32(x.table, uint32(x.packed.Len()))
	x.table = binary.BigEndian.AppendUint32(x.table, uint32(len(x.block)))
	x.table = append(x.table, sum[:]...)
	x.block = x.block[:0]
	return x.write(x.packed.Bytes())
}

func (x *writer) finish(s Snapshot) (Snapshot, error) {
	if err := x.flush(); err != nil {
		return s, err
	}
	sum := sha256.Sum256(x.table)
	s.TableOffset, s.TableLength, s.TableSHA256 = x.offset, int64(len(x.table)), hex.EncodeToString(sum[:])
	head, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	sum = sha256.Sum256(head)
	s.SHA256 = hex.EncodeToString(sum[:])
	foot := binary.BigEndian.AppendUint64(nil, uint64(len(head)))
	foot = append(append(foot, sum[:]...), magic...)
	for _, p := range [][]byte{x.table, head, foot} {
		if err := x.write(p); err != nil {
			return s, err
		}
	}
	return s, nil
}

// A Register is an open index. It is safe for concurrent use.
type Register struct {
	r        io.ReaderAt
	closer   io.Closer
	snapshot Snapshot
	table    []byte

	mu    sync.Mutex
	known map[string]answer // what was asked lately: many documents have one sealer
}

type answer struct {
	record Record
	found  bool
}

// manyKnown bounds the answers that are kept.
const manyKnown = 1024

// Open opens an index that Build wrote.
func Open(path string) (*Register, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	info, err := f.Stat()
	var r *Register
	if err == nil {
		r, err = OpenReader(f, info.Size())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w (%s)", err, path), f.Close())
	}
	r.closer = f
	return r, nil
}

// errDamaged is wrapped by errors about an index that is not as Build wrote it.
var errDamaged = errors.New("registry: the index is damaged or none; build it again")

func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errDamaged, fmt.Sprintf(format, args...))
}

// OpenReader opens an index of a known size.
func OpenReader(r io.ReaderAt, size int64) (*Register, error) {
	out := &Register{r: r, known: map[string]answer{}}
	foot := make([]byte, footLength)
	if size < int64(len(magic)+footLength) {
		return nil, broken("%d octets", size)
	}
	if _, err := r.ReadAt(foot, size-int64(footLength)); err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	if string(foot[8+sha256.Size:]) != magic {
		return nil, broken("no foot of %s", Schema)
	}
	length := binary.BigEndian.Uint64(foot)
	if length > maxHead || int64(length) > size-int64(footLength) {
		return nil, broken("a head of %d octets", length)
	}
	head := make([]byte, length)
	at := size - int64(footLength) - int64(length)
	if _, err := r.ReadAt(head, at); err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	if sum := sha256.Sum256(head); !bytes.Equal(sum[:], foot[8:8+sha256.Size]) {
		return nil, broken("the head has another SHA-256")
	}
	return out, out.open(head, at)
}

func (r *Register) open(head []byte, end int64) error {
	s := &r.snapshot
	if err := json.Unmarshal(head, s); err != nil {
		return broken("%v", err)
	}
	sum := sha256.Sum256(head)
	s.SHA256 = hex.EncodeToString(sum[:])
	if s.Schema != Schema {
		return fmt.Errorf("registry: an index of the form %q; this version reads %q: build it again", s.Schema, Schema)
	}
	if s.TableLength < 0 || s.TableLength > maxTable || s.TableLength%entrySize != 0 || s.TableOffset < 0 || s.TableOffset+s.TableLength != end {
		return broken("a table of %d octets at %d", s.TableLength, s.TableOffset)
	}
	r.table = make([]byte, s.TableLength)
	if _, err := r.r.ReadAt(r.table, s.TableOffset); err != nil {
		return fmt.Errorf("registry: %w", err)
	}
	if sum := sha256.Sum256(r.table); hex.EncodeToString(sum[:]) != s.TableSHA256 {
		return broken("the table has another SHA-256")
	}
	return nil
}

// Close closes the file that Open opened.
func (r *Register) Close() error {
	if r.closer == nil {
		return nil
	}
	return r.closer.Close()
}

// Snapshot says which state of the register this is.
func (r *Register) Snapshot() Snapshot { return r.snapshot }

func (r *Register) blocks() int { return len(r.table) / entrySize }

func (r *Register) entry(i int) entry {
	t := r.table[i*entrySize:]
	return entry{first: binary.BigEndian.Uint64(t), offset: int64(binary.BigEndian.Uint64(t[8:])), length: binary.BigEndian.Uint32(t[16:]), plain: binary.BigEndian.Uint32(t[20:]), sha256: [sha256.Size]byte(t[24:])}
}

// Find gives the record of a number, false where the snapshot has none. An
// error is never a statement about the number.
func (r *Register) Find(number string) (Record, bool, error) {
	if !cert.IsCorporateNumber(number) {
		return Record{}, false, fmt.Errorf("registry: %q is no corporate number: 13 digits, the first of which checks the others", number)
	}
	r.mu.Lock()
	a, known := r.known[number]
	r.mu.Unlock()
	if known {
		return a.record, a.found, nil
	}
	a, err := r.find(number)
	if err != nil {
		return Record{}, false, err
	}
	r.mu.Lock()
	if len(r.known) >= manyKnown {
		clear(r.known)
	}
	r.known[number] = a
	r.mu.Unlock()
	return a.record, a.found, nil
}

func (r *Register) find(number string) (answer, error) {
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return answer{}, err
	}
	i := sort.Search(r.blocks(), func(i int) bool { return r.entry(i).first > n }) - 1
	if i < 0 {
		return answer{}, nil
	}
	block, err := r.block(i)
	if err != nil {
		return answer{}, err
	}
	key := []byte(`{"number":"` + number + `",`)
	for line := range bytes.Lines(block) {
		if !bytes.HasPrefix(line, key) {
			continue
		}
		a := answer{found: true}
		if err := json.Unmarshal(line, &a.record); err != nil {
			return answer{}, broken("block %d: %v", i, err)
		}
		return a, nil
	}
	return answer{}, nil
}

func (r *Register) block(i int) ([]byte, error) {
	e := r.entry(i)
	if e.length > maxBlock || e.plain > maxBlock || e.offset < 0 || e.offset > r.snapshot.TableOffset-int64(e.length) {
		return nil, broken("block %d of %d octets", i, e.length)
	}
	packed := make([]byte, e.length)
	if _, err := r.r.ReadAt(packed, e.offset); err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	if sha256.Sum256(packed) != e.sha256 {
		return nil, broken("block %d has another SHA-256", i)
	}
	plain := make([]byte, e.plain)
	f := flate.NewReader(bytes.NewReader(packed))
	if _, err := io.ReadFull(f, plain); err != nil {
		return nil, broken("block %d: %v", i, err)
	}
	return plain, nil
}
