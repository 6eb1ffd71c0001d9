// Package pdf reads PDF files revision by revision (ISO 32000-2), as far as
// electronic signatures need it: every incremental update keeps its own
// object table, every string its place in the file. It reads through an
// io.ReaderAt in windows and never holds the file whole. Facts only: nothing
// here says whether a signature is good.
package pdf

import (
	"bytes"
	"errors"
	"io"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A File is what a PDF says about its seals. It belongs to one goroutine.
type File struct {
	Size          int64
	Version       string // of the header; the catalogue may raise it
	Raised        string // /Version of the newest catalogue
	ESIC          bool   // the newest catalogue names the extensions of ETSI (EN 319 142-1 5.6)
	HeaderOffset  int64
	Linearized    bool
	Rebuilt       bool // no cross-reference could be followed: objects were found by scanning
	Encrypted     bool
	Decrypted     bool   // a password opened it: strings and streams are read as in plain files
	Encryption    string // /Filter of the encryption dictionary
	Opaque        bool   // objects stand in streams that are not decrypted: what they hold is not known
	Revisions     []Revision
	Signatures    []*Signature // in order of /Contents
	SecurityStore *SecurityStore
	DocMDP        *Certification
	Notes         []note.Note
	Readings      []Reading // where readers see different documents in this file
	Exhausted     error     // *purse.Empty when the purse ran out: the facts are not complete

	win   window
	purse *purse.Purse
	base  int64 // added to offsets that count from the header
	revs  []revision
	index []entry // of all revisions, by object number and revision

	near      bool // a table may stand some octets beside its offset
	twoBases  bool // a section stands at startxref counted from the file's start and from the header
	irregular bool // the cross-reference is not as the standard wants it, in a way that has no note
	prs       parser
	cache     map[place]cached
	held      int64
	stms      map[int64]*objectStream
	busy      map[int64]bool // object streams and lengths being read
	decoded   map[int64]bool // object streams that were read before
	seen      map[noteKey]int

	password []byte
	sec      *security // nil where nothing is encrypted
}

// A Revision is the file up to one %%EOF.
type Revision struct {
	Number     int
	Start, End int64 // End = after %%EOF and its end of line
	XRefOffset int64
	Kind       string // table, stream, hybrid, rebuilt; none when an update has no section of its own

	eof int64 // after %%EOF, before its end of line
}

// ErrNotPDF says that the octets hold no PDF header.
var ErrNotPDF = errors.New("no %PDF- header in the first 1024 octets")

// headerSpan is how far from the start readers look for the header (Annex I, implementation note of ISO 32000-1 H.3).
const headerSpan = 1024

// Options are what a file may need to be read.
type Options struct {
	// Password is the user's or the owner's, in UTF-8, for files that the empty
	// one does not open. Revision 6 wants it prepared by SASLprep (RFC 4013),
	// which leaves plain letters and digits as they are.
	Password []byte
}

// Open reads the structure of a PDF. The error says that nothing can be read
// as PDF; whatever else is broken is a note. A nil purse means one with the
// default limits.
func Open(r io.ReaderAt, size int64, p *purse.Purse) (*File, error) {
	return OpenWith(r, size, p, Options{})
}

// OpenWith is Open with options.
func OpenWith(r io.ReaderAt, size int64, p *purse.Purse, o Options) (*File, error) {
	if p == nil {
		p = purse.New(purse.Limits{})
	}
	f := newFile(r, size, p, o.Password)
	if err := f.header(); err != nil {
		return nil, err
	}
	f.readRevisions()
	f.readSignatures()
	f.readReadings()
	f.readSecurityStore()
	f.readVersion()
	if f.win.short {
		f.note(CodeShrunk, "file", -1, nil)
	}
	return f, nil
}

// readVersion reads what the newest catalogue says of the version (7.7.2, 7.12).
func (f *File) readVersion() {
	rev := len(f.Revisions)
	cat := f.catalog(rev)
	version, _ := f.value(rev, cat, "Version").(Name)
	f.Raised, f.ESIC = string(version), f.dict(rev, f.dict(rev, cat, "Extensions"), "ESIC") != nil
}

func newFile(r io.ReaderAt, size int64, p *purse.Purse, password []byte) *File {
	f := &File{Size: size, purse: p, cache: map[place]cached{}, stms: map[int64]*objectStream{}, busy: map[int64]bool{}, decoded: map[int64]bool{}, seen: map[noteKey]int{}, password: password}
	f.win = window{r: r, size: size}
	f.prs = parser{lexer: lexer{w: &f.win, p: p}, names: map[string]Object{}}
	return f
}

func (f *File) header() error {
	head := f.win.at(0)
	head = head[:min(len(head), headerSpan)]
	i := bytes.Index(head, []byte("%PDF-"))
	if i < 0 {
		if f.win.err != nil {
			return f.win.err
		}
		return ErrNotPDF
	}
	f.HeaderOffset = int64(i)
	v := head[i+5:]
	n := 0
	for n < len(v) && n < 8 && (v[n] == '.' || v[n] >= '0' && v[n] <= '9') {
		n++
	}
	f.Version = string(v[:n])
	if i > 0 {
		f.note(CodeHeaderOffset, "header", int64(i), nil)
	}
	f.Linearized = bytes.Contains(head[i:], []byte("/Linearized"))
	return nil
}

// parser is the one parser of the file; no call that uses it calls another.
func (f *File) parser() *parser { return &f.prs }

type noteKey struct {
	code  note.Code
	where string
}

// maxNotes bounds the notes of one code: a broken file of a million objects
// says the same thing a million times.
const maxNotes = 50

// note remembers a deviation of the file, once for each code and place.
func (f *File) note(code note.Code, where string, off int64, params note.Params) {
	if _, ok := f.seen[noteKey{code, where}]; ok {
		return
	}
	total := f.seen[noteKey{code: code}] + 1
	f.seen[noteKey{code: code}] = total
	if total > maxNotes {
		return
	}
	f.seen[noteKey{code, where}] = 1
	f.Notes = append(f.Notes, note.Note{Code: code, Where: where, Offset: off, Params: params})
}

// failed tells whether err is the end of the purse, which it remembers.
func (f *File) failed(err error) bool {
	var empty *purse.Empty
	if !errors.As(err, &empty) {
		return false
	}
	if f.Exhausted == nil && empty.Kind != purse.Depth {
		f.Exhausted = err
		f.note(CodeExhausted, "file", -1, note.Params{"limit": empty.Error()})
	}
	return true
}

// tooDeep tells whether an object nests deeper than is followed. That is the
// object's own fault: readers give up at different depths, and what else is
// read goes on.
func tooDeep(err error) bool {
	var empty *purse.Empty
	return errors.As(err, &empty) && empty.Kind == purse.Depth
}
