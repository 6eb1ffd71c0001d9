package registry

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"github.com/kakuin/kakuin/eseal/cert"
)

// Columns of the agency's CSV (リソース定義書), from 0.
const (
	colNumber = iota + 1
	colProcess
	_ // correct
	colUpdateDate
	colChangeDate
	colName
	colNameImage
	colKind
	colPrefecture
	colCity
	colStreet
	_ // addressImageId
	_ // prefectureCode
	_ // cityCode
	_ // postCode
	colAbroad
	_ // addressOutsideImageId
	colCloseDate
	colCloseCause
	colSuccessor
	_ // changeCause
	colAssignmentDate
	colLatest
	colEnName
	_ // enPrefectureName
	_ // enCityName
	_ // enAddressOutside
	colFurigana
	colHidden
	columns
)

// headColumns has the first line of what the agency's Web-API gives: date,
// count, part, parts.
const headColumns = 4

const (
	maxRow = 64 << 10 // octets; the longest row that the definition allows has about 4,000
	peeked = 64 << 10 // octets by which the encoding is told
)

// A row is one line of a table.
type row struct {
	Record
	Latest bool
}

// A BadRow is a line that is not what the agency describes.
type BadRow struct {
	File   string
	Line   int
	Reason string
}

func (e *BadRow) Error() string {
	return fmt.Sprintf("registry: %s, line %d: %s; download the file again, as CSV (not XML)", e.File, e.Line, e.Reason)
}

// A table reads rows one by one, in bounded memory.
type table struct {
	file  string
	csv   *csv.Reader
	guard *guard
	line  int // where the row at hand begins
	first bool
	sjis  bool
	date  string // of the head line, if there is one
}

// guard ends a row that does not end.
type guard struct {
	r    io.Reader
	left int
}

var errLong = errors.New("a row of more than 65,536 octets")

func (g *guard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errLong
	}
	n, err := g.r.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}

func newTable(file string, r io.Reader) *table {
	b := bufio.NewReaderSize(r, peeked)
	head, _ := b.Peek(peeked) // an error shows up again when it is read
	if bom := "\ufeff"; strings.HasPrefix(string(head[:min(3, len(head))]), bom) {
		_, _ = b.Discard(len(bom))
		head = head[len(bom):]
	}
	g := &guard{r: b}
	c := csv.NewReader(g)
	c.FieldsPerRecord, c.ReuseRecord = -1, true
	return &table{file: file, csv: c, guard: g, first: true, sjis: !isUTF8(head)}
}

// isUTF8 looks at whole lines, so that no character is cut.
func isUTF8(head []byte) bool {
	if i := strings.LastIndexByte(string(head), '\n'); i >= 0 {
		head = head[:i]
	}
	return utf8.Valid(head)
}

func (t *table) bad(format string, args ...any) error {
	return &BadRow{t.file, t.line, fmt.Sprintf(format, args...)}
}

// next gives one row, io.EOF after the last.
func (t *table) next() (row, error) {
	for {
		t.guard.left = maxRow
		f, err := t.csv.Read()
		var syntax *csv.ParseError
		switch {
		case errors.As(err, &syntax):
			return row{}, &BadRow{t.file, syntax.Line, syntax.Err.Error()}
		case errors.Is(err, errLong):
			return row{}, &BadRow{t.file, t.line + 1, err.Error()}
		case err != nil:
			return row{}, err
		}
		t.line, _ = t.csv.FieldPos(0)
		head := t.first && len(f) == headColumns && isDate(f[0])
		t.first = false
		if head {
			t.date = f[0]
			continue
		}
		return t.row(f)
	}
}

func (t *table) row(f []string) (row, error) {
	if len(f) != columns {
		return row{}, t.bad("%d columns; the agency's CSV has %d", len(f), columns)
	}
	for i := range f {
		text, err := t.text(f[i])
		if err != nil {
			return row{}, t.bad("column %d: %v", i+1, err)
		}
		f[i] = text
	}
	if !cert.IsCorporateNumber(f[colNumber]) {
		return row{}, t.bad("%.40q is no corporate number: 13 digits, the first of which checks the others", f[colNumber])
	}
	if s := f[colSuccessor]; s != "" && !cert.IsCorporateNumber(s) {
		return row{}, t.bad("%.40q, the successor, is no corporate number", s)
	}
	for _, c := range []int{colUpdateDate, colChangeDate, colCloseDate, colAssignmentDate} {
		if f[c] != "" && !isDate(f[c]) {
			return row{}, t.bad("column %d: %.40q is no date such as 2015-10-05", c+1, f[c])
		}
	}
	if f[colUpdateDate] == "" || f[colLatest] != "0" && f[colLatest] != "1" {
		return row{}, t.bad("no date of update, or neither 0 nor 1 for the newest row")
	}
	address := f[colPrefecture] + f[colCity] + f[colStreet]
	if f[colAbroad] != "" {
		address = f[colAbroad]
	}
	return row{Latest: f[colLatest] == "1", Record: Record{
		Number: f[colNumber], Name: f[colName], Furigana: f[colFurigana], EnName: f[colEnName], Kind: f[colKind], Address: address, Process: f[colProcess],
		AssignmentDate: f[colAssignmentDate], ChangeDate: f[colChangeDate], UpdateDate: f[colUpdateDate],
		CloseDate: f[colCloseDate], CloseCause: f[colCloseCause], Successor: f[colSuccessor],
		NameImage: f[colNameImage] != "", Hidden: f[colHidden] == "1",
	}}, nil
}

// text decodes a field and refuses what no field may have.
func (t *table) text(s string) (string, error) {
	plain := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return "", fmt.Errorf("control character %#02x", s[i])
		}
		plain = plain && s[i] < utf8.RuneSelf
	}
	if plain {
		return s, nil
	}
	if t.sjis {
		out, err := japanese.ShiftJIS.NewDecoder().String(s)
		if err != nil || strings.ContainsRune(out, utf8.RuneError) {
			return "", errors.New("not Shift_JIS, and the file is not UTF-8")
		}
		return out, nil
	}
	if !utf8.ValidString(s) {
		return "", errors.New("not UTF-8, as the lines before are")
	}
	return s, nil
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// dateInName is how the agency names its files: 00_zenkoku_all_20261030.zip,
// diff_20261102.csv.
var dateInName = regexp.MustCompile(`(?:^|[^0-9])(20[0-9]{2})([0-9]{2})([0-9]{2})(?:[^0-9]|$)`)

func dateOf(name string) string {
	if m := dateInName.FindStringSubmatch(name); m != nil {
		if d := m[1] + "-" + m[2] + "-" + m[3]; isDate(d) {
			return d
		}
	}
	return ""
}
