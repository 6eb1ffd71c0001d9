package eseal

import (
	"cmp"
	"errors"
	"io"
	"slices"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/eseal/xml"
	"github.com/kakuin/kakuin/tsa"
	"github.com/kakuin/kakuin/tsa/ers"
)

// Places of an evidence record; one that is embedded in a CMS signature has
// the id of that signature.
const (
	RecordFile   = "file"
	RecordBeside = "beside"
)

// An EvidenceRecord is one record (RFC 4998, RFC 6283) and what its hash trees
// are over.
type EvidenceRecord struct {
	ID     string // "R1"
	Format string // "RFC4998", "RFC6283"
	Where  string // RecordFile, RecordBeside or the id of a signature
	Name   string // of the file
	Err    error  // it cannot be read
	Notes  []note.Note
	// Timestamps are the Archive Time-Stamps, oldest first, all chains.
	Timestamps []*RecordStamp
	// Covers names the objects that every chain of the record is over;
	// NotCovered the others of those given.
	Covers, NotCovered []string
	Incomplete         bool // no object is at hand, or its digest is not known
	ByDigest           bool // something that it covers is known by digest only
	// WholeDocument: what it covers has the document itself.
	WholeDocument bool
	// Signature is the one that an embedded record is over, nil otherwise.
	Signature *Signature
}

// A RecordStamp is one Archive Time-Stamp. The imprint of its token is over
// the hash tree: it matches where the tree leads to it.
type RecordStamp struct {
	*Timestamp
	Chain, Place int           // from 0
	Digest       sigalg.Digest // of the tree; zero where it is not known
	DigestName   string
	// Covers names the objects in the first list of the tree. The first
	// Archive Time-Stamp of a chain has them.
	Covers []string
	// CoversPrevious: it is over all that it renews: the time-stamp before it
	// (RFC 4998 5.2 time-stamp renewal) or all older chains and the objects
	// (hash-tree renewal). True of the very first.
	CoversPrevious bool
	// Missing: what it should be over is not at hand.
	Missing bool
	// TreeErr: the tree cannot be computed.
	TreeErr error
}

// A reading is a record that waits for the digests of its objects.
type reading struct {
	er      *EvidenceRecord
	rec     *ers.Record
	objects []recordObject
	cov     *ers.Coverage
	purse   *purse.Purse
}

// A recordObject is one thing that a record may be over, in each encoding in
// which it may have been hashed.
type recordObject struct {
	sources  []*source
	name     func() string
	document bool // it is the document, or the signature that the record is embedded in
}

// readRecord reads a document that is a record: all that lies beside it are
// its objects.
func (b *builder) readRecord() error {
	raw, err := b.tokenOctets(b.in, b.in.size)
	if err != nil {
		return b.orUnreadable(err)
	}
	b.detached()
	if len(b.given) == 1 {
		b.given[0].held = true
	}
	b.record(raw, RecordFile, b.o.Name, b.objectsGiven())
	return nil
}

func (b *builder) objectsGiven() []recordObject {
	var out []recordObject
	for _, g := range b.given {
		out = append(out, recordObject{sources: []*source{g}, name: func() string { return cmp.Or(g.file, g.name) }})
	}
	return out
}

// besideRecords reads the records that the caller gave: their object is the
// whole file, and the content that lies beside a message too (RFC 4998
// appendix A, external).
func (b *builder) besideRecords() error {
	for _, d := range b.o.EvidenceRecords {
		m := b.medium(cmp.Or(d.Name, "the evidence record"), d.R, d.Size)
		raw, err := b.tokenOctets(m, d.Size)
		if m.err != nil {
			return m.err
		}
		b.recordsGiven = append(b.recordsGiven, recordedRecord{d.Name, d.Size, raw})
		objects := append([]recordObject{b.wholeFile()}, b.objectsGiven()...)
		if er := b.record(raw, RecordBeside, d.Name, objects); err != nil {
			er.Err = err
		}
	}
	return nil
}

// wholeFile is the document as an object.
func (b *builder) wholeFile() recordObject {
	s := b.add(newSource("document"))
	s.tapped, s.size, s.ranges = true, b.in.size, []pdf.Range{{Start: 0, End: b.in.size}}
	s.open = func() io.Reader { return io.NewSectionReader(b.in, 0, b.in.size) }
	return recordObject{sources: []*source{s}, document: true, name: func() string { return cmp.Or(b.o.Name, "document") }}
}

// record reads one record and asks for the digests of its objects.
func (b *builder) record(raw []byte, where, name string, objects []recordObject) *EvidenceRecord {
	er := &EvidenceRecord{Where: where, Name: name, Format: ers.Looks(raw)}
	b.doc.EvidenceRecords = append(b.doc.EvidenceRecords, er)
	if !b.entry() {
		er.Err = errTooMany
		return er
	}
	rec, err := ers.Parse(raw, b.purse)
	if err != nil {
		er.Err = err
		return er
	}
	er.Notes = rec.Notes
	for _, m := range rec.Material {
		b.material(m.Type, "evidence record", m.Raw)
	}
	for _, s := range rec.Stamps() {
		t := b.tokenBy(ArchiveTimestamp, nil, func() (*tsa.Token, error) { return s.Token, s.TokenErr })
		er.Timestamps = append(er.Timestamps, &RecordStamp{Timestamp: t, Chain: s.Chain, Place: s.Place, Digest: s.Digest, DigestName: s.DigestName})
	}
	for _, o := range objects {
		b.wanted(o, rec)
	}
	b.records = append(b.records, &reading{er: er, rec: rec, objects: objects, purse: b.purse})
	return er
}

// maxCanonical bounds an object that is parsed for its canonical form; the
// largest trust list has 13 MB.
const maxCanonical = 16 << 20

// wanted asks for the digests of an object and, where it may have been hashed
// in a canonical form, for its octets (RFC 6283 4.1.1).
func (b *builder) wanted(o recordObject, rec *ers.Record) {
	for _, s := range o.sources {
		for _, d := range rec.Wants() {
			s.want(d)
		}
		if len(rec.Canonical()) > 0 && s.open != nil && s.size <= min(maxCanonical, b.purse.Left(purse.Bytes)/8) && startsAsXML(s.open()) {
			s.whole = true
		}
	}
}

func startsAsXML(r io.Reader) bool {
	var head [64]byte
	n, _ := io.ReadFull(r, head[:]) // a short file is no error, a broken one fails where it is read
	return ers.Looks(head[:n]) == ers.RFC6283
}

// digests are those that are known of an object.
func (o recordObject) digests(d sigalg.Digest) [][]byte {
	var out [][]byte
	for _, s := range o.sources {
		if h := s.known[d]; h != nil {
			out = append(out, h)
		}
	}
	return out
}

// canonical gives the digests of the canonical forms of an object that is XML.
// What is no XML after all was hashed as it stands, or not at all.
func (o recordObject) canonical(p *purse.Purse) func(xml.Method, sigalg.Digest) []byte {
	s := o.sources[0]
	if !s.whole || ers.Looks(s.bytes[:min(len(s.bytes), 64)]) != ers.RFC6283 {
		return nil
	}
	doc, err := xml.Parse(s.bytes, p)
	if err != nil {
		return nil
	}
	return func(m xml.Method, d sigalg.Digest) []byte {
		b, err := doc.Canonical(m)
		if err != nil || p.Take(purse.Bytes, int64(len(b))) != nil {
			return nil
		}
		sum, _ := d.Sum(b) // asked for only where it is available
		return sum
	}
}

// cover compares the trees with the digests, which are known now.
func (r *reading) cover() {
	objects := make([]ers.Object, len(r.objects))
	for i, o := range r.objects {
		objects[i] = ers.Object{Digests: o.digests, Canonical: o.canonical(r.purse)}
	}
	r.cov = r.rec.Cover(objects)
	for i, c := range r.cov.Stamps {
		t := r.er.Timestamps[i]
		t.CoversPrevious, t.Missing, t.TreeErr = c.Previous, c.Missing, c.Err
		t.Imprint = Imprint{Over: "hash tree", Got: c.Root, Missing: c.Root == nil && c.Missing, Matches: c.Leads}
		if c.Root == nil && c.Broken() {
			t.Imprint.Got = []byte{} // there is a tree, and it leads nowhere
		}
		t.Notes = slices.Concat(t.Notes, c.Notes)
	}
	known := slices.ContainsFunc(r.objects, func(o recordObject) bool {
		return slices.ContainsFunc(r.rec.Wants(), func(d sigalg.Digest) bool { return len(o.digests(d)) > 0 })
	})
	r.er.Incomplete = !known || len(r.cov.Objects) == 0 && len(r.cov.Unknown) > 0
	r.er.ByDigest = slices.ContainsFunc(r.cov.Objects, func(i int) bool { return r.objects[i].sources[0].byDigest })
	r.er.WholeDocument = slices.ContainsFunc(r.cov.Objects, func(i int) bool { return r.objects[i].document })
}

// name puts names where there were numbers, once signatures have their ids.
func (r *reading) name() {
	if s := r.er.Signature; s != nil {
		r.er.Where = s.ID
	}
	names := func(all []int) (out []string) {
		for _, i := range all {
			out = append(out, r.objects[i].name())
		}
		return out
	}
	r.er.Covers, r.er.NotCovered = names(r.cov.Objects), names(r.cov.Others)
	for i, c := range r.cov.Stamps {
		r.er.Timestamps[i].Covers = names(c.Objects)
	}
}

// recordedBy tells whether a document that is a record is over a source. One
// that lies beside a signature decides nothing, so what it alone is over is
// not answered for.
func (s *source) recordedBy(all []*reading) bool {
	for _, r := range all {
		if r.er.Where != RecordFile {
			continue
		}
		for _, i := range r.cov.Objects {
			if slices.Contains(r.objects[i].sources, s) {
				return true
			}
		}
	}
	return false
}

var errNoMessage = errors.New("the message around the evidence record cannot be taken apart")
