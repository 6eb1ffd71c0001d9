// Package pdf reads PDF files revision by revision (ISO 32000-2), as far as
// electronic signatures need it: every incremental update keeps its own
// object table, every string its place in the file. It reads through an
// io.ReaderAt in windows and never holds the file whole. Facts only: nothing
// here says whether a signature is good.
package pdf

import (
	"errors"
	"io"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A File is what a PDF says about its seals.
type File struct {
	Size          int64
	Version       string // of the header; the catalogue may raise it
	HeaderOffset  int64
	Linearized    bool
	Rebuilt       bool // no cross-reference could be followed: objects were found by scanning
	Encrypted     bool
	Encryption    string // /Filter of the encryption dictionary
	Revisions     []Revision
	Signatures    []*Signature // in order of /Contents
	SecurityStore *SecurityStore
	DocMDP        *Certification
	Notes         []note.Note
	Exhausted     error // *purse.Empty when the purse ran out: the facts are not complete
}

// A Revision is the file up to one %%EOF.
type Revision struct {
	Number     int
	Start, End int64 // End = after %%EOF and its end of line
	XRefOffset int64
	Kind       string // table, stream, hybrid, rebuilt
}

// Open reads the structure of a PDF. The error says that nothing can be read
// as PDF; whatever else is broken is a note.
func Open(r io.ReaderAt, size int64, p *purse.Purse) (*File, error) {
	return nil, errors.New("not a PDF")
}

// Object reads an indirect object as a revision (1-based) sees it.
func (f *File) Object(rev int, num, gen int) (Object, error) { return nil, nil }

// Signed streams the octets of the byte ranges from r.
func (s *Signature) Signed(r io.ReaderAt) io.Reader { return nil }
