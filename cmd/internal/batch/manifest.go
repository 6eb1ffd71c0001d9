package batch

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// A Manifest is a table of documents and what is expected of each: CSV, with
// one row of column names, in UTF-8, UTF-16 with a byte order mark or Shift_JIS,
// as spreadsheets write it. Paths are relative to its folder.
type Manifest struct {
	Rows   int
	path   string // of the table
	folder string
	text   func(io.Reader) io.Reader // decodes
	comma  rune
	column []int // what each column is
}

// What a column of a manifest is.
const (
	columnPath = iota
	columnSHA256
	columnSealer
	columnLevel
	columnDetached
	columnNote // read by people only
)

// columns are the names that columns may have, in any case and width.
var columns = map[string]int{
	"path": columnPath, "file": columnPath, "パス": columnPath, "ファイル": columnPath, "ファイル名": columnPath,
	"sha256": columnSHA256, "sha-256": columnSHA256, "hash": columnSHA256, "ハッシュ": columnSHA256, "ハッシュ値": columnSHA256,
	"sealed-by": columnSealer, "issuer": columnSealer, "発行者": columnSealer, "発行元": columnSealer,
	"level": columnLevel, "レベル": columnLevel,
	"detached": columnDetached, "content": columnDetached, "署名対象": columnDetached,
	"note": columnNote, "備考": columnNote,
}

// columnNames is for the error that a wrong one gives.
const columnNames = "path, sha256, sealed-by, level, detached, note (パス, ハッシュ, 発行者, レベル, 署名対象, 備考)"

// maxRow bounds one row of a manifest: two paths of the longest, and words.
const maxRow = 256 << 10

// OpenManifest reads the whole table once, so that what is wrong in its last
// row is told before the first document is judged. folder is where its paths
// begin; empty: its own.
func OpenManifest(path, folder string) (*Manifest, error) {
	m := &Manifest{path: path, folder: folder}
	if folder == "" {
		m.folder = filepath.Dir(path)
	}
	err := m.withFile(func(f *os.File) (err error) {
		if m.text, err = encodingOf(f); err != nil {
			return err
		}
		_, err = f.Seek(0, io.SeekStart)
		return err
	})
	if err == nil {
		err = m.header()
	}
	if err == nil {
		err = m.rows(func(d Document) error { m.Rows++; return nil })
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// Documents offers the rows.
func (m *Manifest) Documents() Source {
	return func(yield func(Document, error) bool) {
		err := m.rows(func(d Document) error {
			if d.Path = m.find(d.Path); !yield(d, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && err != errEnough {
			yield(Document{}, fmt.Errorf("%s: %w", m.path, err))
		}
	}
}

var errEnough = errors.New("no more is wanted")

func (m *Manifest) withFile(do func(*os.File) error) error {
	f, err := os.Open(m.path)
	if err != nil {
		return err
	}
	defer f.Close()
	return do(f)
}

// encodingOf looks at the whole table: a first row in ASCII says nothing about
// the others.
func encodingOf(r io.Reader) (func(io.Reader) io.Reader, error) {
	decoded := func(t func() transform.Transformer) func(io.Reader) io.Reader {
		return func(r io.Reader) io.Reader { return transform.NewReader(r, t()) }
	}
	in := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := in.Peek(3); len(mark) >= 2 && (string(mark[:2]) == "\xff\xfe" || string(mark[:2]) == "\xfe\xff") {
		return decoded(func() transform.Transformer {
			return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		}), nil
	}
	for {
		r, n, err := in.ReadRune()
		if err == io.EOF {
			return decoded(func() transform.Transformer { return unicode.UTF8BOM.NewDecoder() }), nil
		}
		if err != nil {
			return nil, err
		}
		if r == utf8.RuneError && n == 1 {
			return decoded(func() transform.Transformer { return japanese.ShiftJIS.NewDecoder() }), nil
		}
	}
}

// A rowReader is the table as CSV. No row may grow without bound: the standard
// reader holds one whole.
type rowReader struct {
	in    io.Reader
	read  int64
	begun int64 // where the present row begins
	csv   *csv.Reader
}

// row reads the next one.
func (r *rowReader) row() ([]string, error) {
	r.begun = r.csv.InputOffset()
	row, err := r.csv.Read()
	var bad *csv.ParseError
	if errors.As(err, &bad) && errors.Is(err, csv.ErrFieldCount) {
		return nil, fmt.Errorf("line %d: %d cells, the first row has %d: give each row as many, and put cells with the separator in quotation marks", bad.Line, len(row), r.csv.FieldsPerRecord)
	}
	return row, err
}

func (r *rowReader) Read(b []byte) (int, error) {
	if r.read-r.begun > maxRow {
		return 0, fmt.Errorf("the row is longer than %d octets; is a quotation mark not closed?", maxRow)
	}
	n, err := r.in.Read(b[:min(len(b), 4096)])
	r.read += int64(n)
	return n, err
}

func (m *Manifest) reader(f io.Reader) *rowReader {
	r := &rowReader{in: m.text(f)}
	r.csv = csv.NewReader(r)
	r.csv.ReuseRecord = true
	if m.comma != 0 {
		r.csv.Comma, r.csv.FieldsPerRecord = m.comma, len(m.column)
	}
	return r
}

// header reads the names of the columns, which tell the separator too.
func (m *Manifest) header() error {
	return m.withFile(func(f *os.File) error {
		line, err := bufio.NewReader(io.LimitReader(m.text(f), maxRow)).ReadString('\n')
		if err != nil && err != io.EOF {
			return err
		}
		m.comma = ','
		for _, other := range "\t;" {
			if strings.ContainsRune(line, other) && !strings.ContainsRune(line, ',') {
				m.comma = other
			}
		}
		r := csv.NewReader(strings.NewReader(line))
		r.Comma = m.comma
		names, err := r.Read()
		if err == io.EOF {
			return errors.New("the manifest is empty; its first row names the columns: " + columnNames)
		}
		if err != nil {
			return err
		}
		return m.columns(names)
	})
}

func (m *Manifest) columns(names []string) error {
	seen := map[int]bool{}
	for _, name := range names {
		kind, known := columns[strings.ToLower(norm.NFKC.String(strings.TrimSpace(name)))]
		if !known {
			return fmt.Errorf("line 1: no column is called %q; they are %s", name, columnNames)
		}
		if seen[kind] && kind != columnDetached && kind != columnNote {
			return fmt.Errorf("line 1: column %q stands there twice", name)
		}
		seen[kind] = true
		m.column = append(m.column, kind)
	}
	if !seen[columnPath] {
		return fmt.Errorf("line 1: no column %q", "path")
	}
	return nil
}

// rows reads the table. What is wrong in it is told by line.
func (m *Manifest) rows(each func(Document) error) error {
	return m.withFile(func(f *os.File) error {
		r := m.reader(f)
		for first := true; ; first = false {
			row, err := r.row()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if first {
				continue
			}
			line, _ := r.csv.FieldPos(0)
			d, err := m.document(row)
			if err != nil {
				return fmt.Errorf("line %d: %w", line, err)
			}
			if err := each(d); err != nil {
				return err
			}
		}
	})
}

func (m *Manifest) document(row []string) (d Document, err error) {
	for i, cell := range row {
		if strings.ContainsRune(cell, utf8.RuneError) {
			return d, fmt.Errorf("column %d is neither UTF-8 nor Shift_JIS", i+1)
		}
		if cell = strings.TrimSpace(cell); cell == "" {
			continue
		}
		switch m.column[i] {
		case columnPath:
			d.Path = strings.Clone(cell)
		case columnSHA256:
			d.SHA256 = strings.ToLower(cell)
		case columnSealer:
			d.SealedBy = strings.Clone(cell)
		case columnLevel:
			d.Level = strings.ToUpper(cell)
		case columnDetached:
			d.Detached = append(d.Detached, m.find(strings.Clone(cell)))
		}
	}
	if d.Path == "" {
		return d, errors.New("the row names no file")
	}
	for _, e := range d.expectations() {
		if err := e.Err(); err != nil {
			return d, errors.New(strings.TrimPrefix(err.Error(), "verify: "))
		}
	}
	return d, nil
}

// find is the path as the file system has it. Its names are octets: those of a
// table in another encoding, or from a system that writes か and ゙ apart, are
// looked for in each spelling, its own first.
func (m *Manifest) find(name string) string {
	if runtime.GOOS != "windows" && strings.Contains(name, `\`) && !exists(m.join(name)) {
		name = strings.ReplaceAll(name, `\`, "/")
	}
	if isASCII(name) || exists(m.join(name)) {
		return m.join(name)
	}
	spellings := []string{norm.NFC.String(name), norm.NFD.String(name)}
	if octets, err := japanese.ShiftJIS.NewEncoder().String(name); err == nil {
		spellings = append(spellings, octets)
	}
	for _, s := range spellings {
		if path := m.join(s); exists(path) {
			return path
		}
	}
	return m.join(name)
}

func (m *Manifest) join(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(m.folder, name)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
