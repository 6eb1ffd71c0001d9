package eseal

import (
	"errors"
	"fmt"
	"io"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

func (b *builder) readPDF() error {
	if err := b.structure(); err != nil {
		b.unreadable(err) // Open returns a failure of the medium instead
		return nil
	}
	f := b.doc.PDF
	b.doc.Encrypted = f.Encrypted
	b.doc.Notes = append(b.doc.Notes, f.Notes[:b.taken.Noted]...)
	if store := f.SecurityStore; store != nil {
		b.store(store)
	}
	if n := len(f.Revisions); n > 0 {
		b.doc.TrailingBlank = b.blankBetween(f.Revisions[n-1].End, b.in.size)
	}
	b.detached() // a PDF carries what it seals: content beside it is nobody's
	for _, ps := range f.Signatures {
		if ps.UsageRights && len(ps.Field.Names) == 0 { // one that a field reaches too is somebody's seal
			b.note(note.New(CodeUsageRights, "/Perms", note.Params{"name": ps.Name}))
			continue
		}
		b.pdfSignature(ps)
	}
	b.views()
	b.level()
	return nil
}

// structure reads the PDF itself, or takes what was written down of it.
func (b *builder) structure() error {
	if b.absent {
		b.doc.PDF, b.doc.Changes = b.facts.file(), b.facts.Changes
		b.taken.Noted = min(b.facts.Taken.Noted, len(b.doc.PDF.Notes))
		b.level()
		return nil
	}
	f, err := pdf.OpenWith(b.in, b.in.size, b.purse, pdf.Options{Password: b.o.Password})
	if err != nil {
		return err
	}
	b.doc.PDF, b.doc.Changes = f, diff.Compare(f)
	b.taken.Noted = len(f.Notes)
	b.level()
	return nil
}

func (b *builder) store(store *pdf.SecurityStore) {
	const where = "security store"
	put := func(kind string, items []pdf.StoreItem) {
		for _, it := range items {
			b.material(kind, where, it.Data)
		}
	}
	put("certificate", store.Certs)
	put("crl", store.CRLs)
	put("ocsp", store.OCSPs)
	for _, v := range store.VRI {
		put("certificate", v.Certs)
		put("crl", v.CRLs)
		put("ocsp", v.OCSPs)
	}
}

// pdfSignature turns one signature dictionary into an entry, whatever its
// state: a broken one is an entry with Err.
func (b *builder) pdfSignature(ps *pdf.Signature) {
	src := b.byteRanges(ps)
	if ps.DocTimeStamp {
		t := b.token(DocumentTimestamp, ps.Contents, src)
		t.Field = ps
		t.Notes = append(t.Notes, ps.Notes...)
		b.doc.Timestamps = append(b.doc.Timestamps, t)
		return
	}
	s := b.pdfSigner(ps, src)
	s.Field = ps
	s.Notes = append(s.Notes, ps.Notes...)
	if s.Err == nil {
		s.Err = ps.Problem
	}
	if s.Err == nil && !subFilters[ps.SubFilter] {
		s.Err = &sigalg.Unsupported{Name: "SubFilter " + ps.SubFilter}
	}
	if h := b.shift(ps); h > 0 && !b.blankBetween(0, h) {
		s.Notes = append(s.Notes, note.New(CodeBeside, "before the header", nil))
	}
	if rev := max(ps.Revision, ps.Introduced); ps.Field.Visible && rev > 0 {
		s.Said = b.said(rev, ps.Field.Widget)
	}
	s.Level = padesLevel(s, b.doc.PDF)
	b.doc.Signatures = append(b.doc.Signatures, s)
}

// maxBlank bounds white space around a document that is passed over: mailers
// and downloads add some line ends.
const maxBlank = 1 << 10

// blankBetween tells whether the octets from a to b are few and show nothing.
func (b *builder) blankBetween(from, to int64) bool {
	if b.absent {
		return b.facts.blank()
	}
	is := b.readsBlank(from, to)
	b.taken.Blank = append(b.taken.Blank, is)
	return is
}

func (b *builder) readsBlank(from, to int64) bool {
	if to-from > maxBlank || to < from {
		return false
	}
	buf := make([]byte, to-from)
	if n, _ := b.in.ReadAt(buf, from); n < len(buf) {
		return false
	}
	return blank(buf)
}

// subFilters are the encodings of a signature that this program knows (ISO
// 32000-2 12.8.3, table 260).
var subFilters = map[string]bool{"ETSI.CAdES.detached": true, "adbe.pkcs7.detached": true, "adbe.pkcs7.sha1": true, "adbe.x509.rsa_sha1": true, "ETSI.RFC3161": true}

// byteRanges makes the octets under a signature a source. Ranges in order
// are read with the pass over the file; odd ones apart.
func (b *builder) byteRanges(ps *pdf.Signature) *source {
	src := newSource("byte ranges")
	src.ranges, src.tapped = orderly(ps.ByteRange, b.in.size, b.shift(ps))
	src.odd = !src.tapped
	if len(ps.ByteRange) > 0 {
		src.open = func() io.Reader { return ps.Signed(b.in) }
	}
	src.size = ps.Coverage.SignedBytes
	return b.add(src)
}

// shift is what ranges count from: the file's first octet, or the header's
// where octets stand before it and the producer did not count them.
func (b *builder) shift(ps *pdf.Signature) int64 {
	h := b.doc.PDF.HeaderOffset
	if h > 0 && len(ps.ByteRange) > 1 && ps.ByteRange[0]+ps.ByteRange[1]+h == ps.ContentsStart {
		return h
	}
	return 0
}

// orderly turns pairs of offset and length into ascending ranges inside the
// file, or reports that they are not.
func orderly(br []int64, size, shift int64) ([]pdf.Range, bool) {
	if len(br) == 0 || len(br)%2 != 0 || len(br) > 64 {
		return nil, false
	}
	var out []pdf.Range
	end := int64(0)
	for i := 0; i < len(br); i += 2 {
		if br[i] < 0 || br[i+1] < 0 || br[i] > size || br[i+1] > size {
			return nil, false
		}
		start := br[i] + shift
		if start < end || start+br[i+1] > size {
			return nil, false
		}
		end = start + br[i+1]
		out = append(out, pdf.Range{Start: start, End: end})
	}
	return out, true
}

func (b *builder) pdfSigner(ps *pdf.Signature, src *source) *Signature {
	broken := func(err error) *Signature {
		b.entry()
		return &Signature{Format: PKCS7PDF, Err: err}
	}
	if len(ps.Contents) == 0 && ps.Problem != nil {
		return broken(ps.Problem)
	}
	if ps.SubFilter == "adbe.x509.rsa_sha1" {
		return b.rawRSA(ps, src)
	}
	sd, err := cms.Parse(ps.Contents, b.purse)
	if err != nil {
		return broken(fmt.Errorf("/Contents: %w", err))
	}
	if len(sd.Signers) == 0 {
		return broken(errors.New("/Contents: the message has no signer"))
	}
	var s *Signature
	if ps.SubFilter == "adbe.pkcs7.sha1" {
		s = b.sha1Signer(sd, src)
	} else {
		s = b.signer(sd, sd.Signers[0], src)
		if sd.Content != nil && sd.Content.Size() > 0 {
			s.Notes = append(s.Notes, note.New(CodeAttachedInDetached, "/Contents", nil))
		}
	}
	s.label(true, ps.SubFilter)
	b.bag(sd, "signature")
	if len(sd.Signers) > 1 {
		s.Notes = append(s.Notes, note.New(CodeSeveralSigners, "/Contents", note.Params{"count": fmt.Sprint(len(sd.Signers))}))
	}
	_ = b.embeddedRecords(sd, []*Signature{s}, src, func() ([]byte, error) { return ps.Contents, nil }) // in memory: nothing fails
	return s
}

// sha1Signer reads adbe.pkcs7.sha1 (ISO 32000-1 12.8.3.3.2): the message
// carries the SHA-1 of the byte ranges as its content.
func (b *builder) sha1Signer(sd *cms.SignedData, ranges *source) *Signature {
	var held []byte
	if sd.Content != nil {
		held, _ = sd.Content.Bytes()
	}
	s := b.signer(sd, sd.Signers[0], b.add(memorySource("content", held)))
	ranges.want(sigalg.SHA1)
	i := len(s.References)
	s.References = append(s.References, Reference{Name: ranges.name, Digest: sigalg.SHA1, DigestName: sigalg.SHA1.Name(), Want: held})
	b.later = append(b.later, func() { ranges.fill(&s.References[i]) })
	return s
}

// rsaDigests are the digests that adbe.x509.rsa_sha1 is seen with: the name
// says SHA-1, ISO 32000-1 table 257 allows the others, and only the value
// itself tells which one was used.
var rsaDigests = []sigalg.Digest{sigalg.SHA1, sigalg.SHA256, sigalg.SHA384, sigalg.SHA512, sigalg.RIPEMD160}

// rawRSA reads adbe.x509.rsa_sha1 (ISO 32000-1 12.8.3.2): /Contents is an
// OCTET STRING with a PKCS#1 value, /Cert the certificates.
func (b *builder) rawRSA(ps *pdf.Signature, src *source) *Signature {
	b.entry()
	s := &Signature{Format: PKCS7PDF, DigestAlgorithm: sigalg.SHA1, DigestName: sigalg.SHA1.Name(), SignatureName: "RSA-PKCS1-v1_5", Embedded: ps.Cert}
	b.material("certificate", "signature", ps.Cert...)
	r := ber.NewReader(ps.Contents, b.purse)
	e, err := r.Expect(ber.OctetString, "/Contents")
	if err != nil {
		s.Err = err
		return s
	}
	if s.Value, err = r.Octets(e); err != nil {
		s.Err = err
		return s
	}
	for _, d := range rsaDigests {
		src.want(d)
		s.Forms = append(s.Forms, Form{Algorithm: sigalg.Algorithm{Name: s.SignatureName, Digest: d}, Message: sigalg.Message{Digests: src.lookup}})
	}
	return s
}
