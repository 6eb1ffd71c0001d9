// Package eseal reads what a sealed document says: its signatures,
// time-stamps and the validation material that travels in it, broken ones
// included. It knows no trust, no clock and no network, and never says that
// anything is valid; every digest of the document is computed here, once,
// while it is read.
//
//	doc, err := eseal.Open(ctx, file, size, eseal.Options{Name: "notice.pdf"})
//
// An error of [Open] is about the medium or the context. A file that is damaged,
// of an unknown format or not signed is a [Document] all the same, which says so
// (Unreadable, NotBuilt, no Signatures). Keep the file open and unchanged until
// the Document is judged: parts of it are read again. To learn whether a
// signature is to be trusted, give the Document to package verify.
package eseal

import (
	"cmp"
	"context"
	"errors"
	"io"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/eseal/pdf/view"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/tsa"
)

// A Format is a kind of document, spelled as in the report.
type Format string

// The formats. This version reads PDF, CMS, time-stamps and evidence records; the others are
// recognised, so that the answer is "not checked" and not "not a document".
const (
	FormatPDF            Format = "pdf"
	FormatCMS            Format = "cms"
	FormatTimestamp      Format = "timestamp"
	FormatXML            Format = "xml"
	FormatJWS            Format = "jws"
	FormatASiCS          Format = "asic-s"
	FormatASiCE          Format = "asic-e"
	FormatZIP            Format = "zip"
	FormatEvidenceRecord Format = "evidence-record"
	FormatUnknown        Format = "unknown"
)

// Options are what the caller knows besides the document. The zero Options
// are safe defaults.
type Options struct {
	Name     string        // of the document, for the report
	Detached []Detached    // content that the signature does not carry
	Digests  []KnownDigest // content known by its digest only
	// EvidenceRecords lie beside the document, which is what they are over.
	EvidenceRecords []Detached
	Request         []byte       // the time-stamp request that a token or response must answer
	Password        []byte       // of an encrypted document, the user's or the owner's; the empty one is always tried
	Limits          purse.Limits // zero fields take the defaults
}

// Detached is signed content that lies beside the signature.
type Detached struct {
	Name string
	R    io.ReaderAt
	Size int64

	recorded bool // R is not at hand, what is known of it was written down
}

// KnownDigest stands for content that the caller has only the digest of.
type KnownDigest struct {
	Algorithm sigalg.Digest
	Value     []byte
}

// A Document is what one file says.
type Document struct {
	Name      string
	Size      int64
	SHA256    [32]byte
	Format    Format
	Encrypted bool

	Signatures []*Signature
	Timestamps []*Timestamp // of the document itself: PDF document time-stamps, a bare token
	// EvidenceRecords are those in the document, those beside it, and the
	// document itself where it is one.
	EvidenceRecords []*EvidenceRecord
	Material        []Material
	Notes           []note.Note

	// Unsealed names content that the caller gave and that no signature or
	// time-stamp here is over.
	Unsealed []string
	// TrailingBlank: what follows the last revision of a PDF shows nothing.
	TrailingBlank bool

	// Unreadable says why nothing could be read, nil otherwise.
	Unreadable error
	// NotBuilt names a format that is recognised and that this version cannot check.
	NotBuilt string

	PDF      *pdf.File     // nil in other formats
	Changes  *diff.Changes // what the later revisions of a PDF changed
	Views    []*view.Facts // what in a PDF can make it look different: the newest revision, then sealed ones that differ
	Response *tsa.Response // the envelope of a bare token, refused ones included
	// Purse is what is left of the limits; the judgement goes on with it.
	Purse *purse.Purse

	reading *builder // how it was read, see Facts; nil where it was not by Open
}

// ErrShrunk is wrapped by the error for a file that got shorter while it was read.
var ErrShrunk = errors.New("the file got shorter while it was read")

// ErrChanged is wrapped by the error for a file that was written to while it was read.
var ErrChanged = errors.New("the file was changed while it was read; verify it again when nobody writes to it")

// Open reads a document. The error says that reading failed (the medium, the
// context); a bad document is a Document that says what is bad. Where the reader
// has a method Stat, as an *os.File has, a file that is written to meanwhile is
// an error too.
func Open(ctx context.Context, r io.ReaderAt, size int64, o Options) (*Document, error) {
	b, err := newBuilder(ctx, r, size, o)
	if err != nil {
		return nil, err
	}
	return b.start()
}

// start sees what the file is.
func (b *builder) start() (*Document, error) {
	head := make([]byte, min(b.in.size, sniffed))
	if _, err := b.in.ReadAt(head, 0); b.in.err != nil {
		return nil, err
	}
	b.taken.Kind = sniff(head)
	return b.open()
}

// open reads the document, of which it is known what it is.
func (b *builder) open() (*Document, error) {
	b.doc.Format = b.taken.Kind
	if err := b.read(); err != nil || b.in.err != nil {
		return nil, cmp.Or(b.in.err, err) // whatever the readers made of it
	}
	if err := b.besideRecords(); err != nil {
		return nil, err
	}
	b.tooMany()
	if err := b.digests(); err != nil {
		return nil, err
	}
	b.level()
	b.finish()
	for _, m := range b.media {
		if err := m.unchanged(); err != nil {
			return nil, err
		}
	}
	b.in.ctx = context.WithoutCancel(b.ctx) // the reading that the context governs is over
	b.doc.reading = b
	return b.doc, nil
}

// sniffed is how much of the start of a file decides its format: the header
// of a PDF may stand anywhere in the first 1024 octets (ISO 32000-2 annex I,
// implementation note of earlier editions).
const sniffed = 1024

func (b *builder) read() error {
	switch b.doc.Format {
	case FormatPDF:
		return b.readPDF()
	case FormatEvidenceRecord:
		return b.readRecord()
	case FormatUnknown:
		return b.readCMS()
	}
	b.doc.NotBuilt = string(b.doc.Format)
	return nil
}
