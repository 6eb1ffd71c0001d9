package eseal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/eseal/pdf/view"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/internal/exactjson"
)

// FactsSchema is the version of the form in which facts are written.
const FactsSchema = "kakuin/facts/v1"

// Facts are what it takes to have a Document again without its file: the
// octets of its CMS structures, what a PDF says of its fields, coverage and
// changes, and the digests of what was signed. The signed content is not among
// them, but where an algorithm takes the message itself (Ed25519 without signed
// attributes).
//
// What follows from the octets that are kept is worked out anew by the same
// readers. What only the file could tell - digests of the content, the facts of
// a PDF - is on the word of the facts.
type Facts struct{ rec *record }

// A record is the written form. Its fields are asked for in the order in which
// the builder comes to them.
type record struct {
	Schema   string
	Name     string
	Size     int64
	SHA256   [32]byte
	Limits   purse.Limits
	Detached []recordedFile
	Digests  []recordedDigest
	Records  []recordedRecord // that lay beside the document
	Request  []byte
	// What only the file could tell.
	Taken     taken
	PDF       *pdf.File
	Certified *certified
	Changes   *diff.Changes
	Views     []*view.Facts
	Structure *sparse // the file; of a PDF nothing
	Wrapped   *wrapped
	Sources   []recordedSource
	Closed    *closed // it could not be read far enough to be judged

	levels, blanks, saids int // how far they were read back
	unfit                 bool
}

// taken is what the builder notes down on its way through a file.
type taken struct {
	Kind   Format // by its first octets
	Noted  int    // how many notes of the PDF were there when they were taken over
	Blank  []bool // whether places around what is signed show nothing, as asked
	Said   []string
	Levels [][]int64 // of the purse, after each stage that is not gone through again

	armour *armoured
}

type recordedFile struct {
	Name string
	Size int64
}

type recordedRecord struct {
	Name   string
	Size   int64
	Octets []byte // none of one that is too large to be read
}

type recordedDigest struct {
	Algorithm string
	Value     []byte
}

// wrapped is the message in a text wrapping.
type wrapped struct {
	Message *sparse
	Content int64 // size of the signed part of a multipart/signed message, -1 for none
	Beside  bool
}

type armoured struct {
	der, content []byte
	beside       bool
}

// recordedSource is what is known of one piece of signed data.
type recordedSource struct {
	Name   string
	Known  []recordedDigest
	Octets []byte // where an algorithm takes the message itself
	Whole  bool   // Octets are kept
	Err    error
}

// certified is /Perms /DocMDP.
type certified struct{ Signature, P int }

// closed is a document of which there is nothing to judge.
type closed struct {
	Format        Format
	Unreadable    error
	NotBuilt      string
	Encrypted     bool
	TrailingBlank bool
	Notes         []note.Note
	Unsealed      []string
	Material      []Material
}

// factRules say which fields of the structures are not written: positions in
// the file and what parsers need on their way.
var factRules = exactjson.Rules{
	Skip: map[reflect.Type][]string{
		reflect.TypeFor[record](): {"levels", "blanks", "saids", "unfit"},
		reflect.TypeFor[taken]():  {"armour"},
		reflect.TypeFor[pdf.File](): {"DocMDP", // see certified
			"win", "purse", "base", "revs", "index", "near", "twoBases", "irregular", "prs", "cache", "held", "stms", "busy", "decoded", "seen", "password", "sec"},
		reflect.TypeFor[pdf.Signature](): {"dict", "shift", "size"},
		reflect.TypeFor[pdf.Revision]():  {"eof"},
	},
	Causes: ErrorCauses(),
}

// ErrorCauses are the errors of the readers that the court tells apart.
func ErrorCauses() []exactjson.Cause {
	return []exactjson.Cause{
		{Name: "limit", Type: reflect.TypeFor[*purse.Empty]()},
		{Name: "unsupported", Type: reflect.TypeFor[*sigalg.Unsupported]()},
	}
}

// ReadFacts reads what Marshal wrote, and nothing else. used hears of each
// blob that is named.
func ReadFacts(data []byte, blobs map[[32]byte][]byte, used func([32]byte)) (*Facts, error) {
	rec := &record{}
	if err := factRules.Unmarshal(data, rec, blobs, used); err != nil {
		return nil, fmt.Errorf("eseal: facts: %w", err)
	}
	if rec.Schema != FactsSchema {
		return nil, fmt.Errorf("eseal: facts of the schema %q; this version reads %q", rec.Schema, FactsSchema)
	}
	if err := rec.check(); err != nil {
		return nil, fmt.Errorf("eseal: %w", err)
	}
	return &Facts{rec}, nil
}

// check refuses what the builder does not expect of its own notes.
func (r *record) check() error {
	pdf := r.Taken.Kind == FormatPDF && r.Closed == nil
	switch {
	case slices.ContainsFunc(r.Records, func(er recordedRecord) bool {
		return er.Size < 0 || len(er.Octets) > 0 && er.Size != int64(len(er.Octets))
	}):
		return ErrUnfit
	case r.Size < 0 || r.Taken.Noted < 0, pdf && (r.PDF == nil || r.Changes == nil),
		r.Changes != nil && r.Changes.First < 0,
		r.Structure != nil && r.Structure.Size != r.Size,
		r.Wrapped != nil && r.Wrapped.Message == nil:
		return ErrUnfit
	}
	return nil
}

// Marshal writes the facts: one document has one spelling. Large octets go to
// blobs, by their SHA-256.
func (f *Facts) Marshal(blobs map[[32]byte][]byte) ([]byte, error) {
	return factRules.Marshal(f.rec, blobs)
}

// Name, Size and SHA256 are those of the document.
func (f *Facts) Name() string { return f.rec.Name }

// Size is that of the file in octets.
func (f *Facts) Size() int64 { return f.rec.Size }

// SHA256 is the digest of the file.
func (f *Facts) SHA256() [32]byte { return f.rec.SHA256 }

// Limits are those that the document was read with.
func (f *Facts) Limits() purse.Limits { return f.rec.Limits }

// Detached are name and size of the content that was given beside the
// document, in order.
func (f *Facts) Detached() []Detached {
	var out []Detached
	for _, d := range f.rec.Detached {
		out = append(out, Detached{Name: d.Name, Size: d.Size, recorded: true})
	}
	return out
}

// ErrUnfit is wrapped by the error for facts that do not fit together.
var ErrUnfit = errors.New("the facts of the document do not fit together")

// Document builds the Document from the facts alone.
func (f *Facts) Document(ctx context.Context) (*Document, error) {
	if c := f.rec.Closed; c != nil {
		return c.document(f.rec), nil
	}
	b, err := f.builder(ctx)
	if err != nil {
		return nil, err
	}
	doc, err := b.open()
	if err != nil {
		return nil, err
	}
	if err := b.facts.fits(); err != nil {
		return nil, err
	}
	return doc, nil
}

// fits tells whether all that was written down was asked for, and no more.
func (r *record) fits() error {
	if r.unfit || r.levels != len(r.Taken.Levels) || r.blanks != len(r.Taken.Blank) || r.saids != len(r.Taken.Said) {
		return fmt.Errorf("eseal: %w", ErrUnfit)
	}
	return nil
}

// options are those that the document was opened with, but for the password.
func (r *record) options() (Options, error) {
	o := Options{Name: r.Name, Request: r.Request, Limits: r.Limits, Detached: (&Facts{r}).Detached()}
	for _, d := range r.Digests {
		alg := digestNamed(d.Algorithm)
		if alg == 0 {
			return o, fmt.Errorf("eseal: %w: a digest of %q", ErrUnfit, d.Algorithm)
		}
		o.Digests = append(o.Digests, KnownDigest{Algorithm: alg, Value: d.Value})
	}
	for _, er := range r.Records {
		o.EvidenceRecords = append(o.EvidenceRecords, Detached{Name: er.Name, R: bytes.NewReader(er.Octets), Size: er.Size})
	}
	return o, nil
}

func (f *Facts) builder(ctx context.Context) (*builder, error) {
	o, err := f.rec.options()
	if err != nil {
		return nil, err
	}
	rec := *f.rec
	file := rec.Structure
	if file == nil {
		file = &sparse{Size: rec.Size}
	}
	r, err := file.reader(rec.Structure != nil)
	if err != nil {
		return nil, err
	}
	b, err := newBuilder(ctx, r, rec.Size, o)
	if err != nil {
		return nil, err
	}
	b.facts, b.absent, b.taken.Kind = &rec, true, rec.Taken.Kind
	return b, nil
}

// Open reads the file itself, with the options of the facts. Content that lay
// beside it is read where it is given again, in the same order; without any,
// what is known of it is taken from the facts. That the file says what the
// facts say is for the caller to compare.
func (f *Facts) Open(ctx context.Context, in Detached, password []byte, detached ...Detached) (*Document, error) {
	o, err := f.rec.options()
	if err != nil {
		return nil, err
	}
	o.Password = password
	if len(detached) > 0 {
		if len(detached) != len(o.Detached) {
			return nil, fmt.Errorf("eseal: %d files of detached content; %d were given when the facts were written", len(detached), len(o.Detached))
		}
		for i, d := range detached {
			o.Detached[i] = Detached{Name: o.Detached[i].Name, R: d.R, Size: d.Size}
		}
	}
	b, err := newBuilder(ctx, in.R, in.Size, o)
	if err != nil {
		return nil, err
	}
	rec := *f.rec
	b.facts = &rec
	return b.start()
}

func (c *closed) document(r *record) *Document {
	return &Document{Name: r.Name, Size: r.Size, SHA256: r.SHA256, Format: c.Format, Encrypted: c.Encrypted, Unreadable: c.Unreadable, NotBuilt: c.NotBuilt,
		Notes: c.Notes, Unsealed: c.Unsealed, TrailingBlank: c.TrailingBlank, Material: c.Material,
		PDF: r.file(), Changes: r.Changes, Views: r.Views, Purse: purse.New(r.Limits)}
}

// file is the PDF, as far as it was written down.
func (r *record) file() *pdf.File {
	f := r.PDF
	if f == nil {
		return nil
	}
	if c := r.Certified; c != nil && c.Signature >= 0 && c.Signature < len(f.Signatures) {
		f.DocMDP = &pdf.Certification{Signature: f.Signatures[c.Signature], P: c.P}
	}
	return f
}
