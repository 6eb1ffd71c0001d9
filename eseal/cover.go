package eseal

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// A Covered is one object under the imprint of a time-stamp. Exactly one of
// Signature, Timestamp and Octets is set.
type Covered struct {
	Signature *Signature // its value and what it signs
	Whole     bool       // of Signature: its unsigned attributes and the message around it too
	Timestamp *Timestamp // the whole token
	Octets    []byte     // a certificate, CRL or OCSP response
	// Via is the digest by which the imprint covers the object; zero where it
	// is over the object's own octets.
	Via sigalg.Digest
}

// Covered are the objects that a time-stamp of the document protects (EN 319
// 102-1 5.6.2.3.4 step 1), if its imprint matches. What they contain in turn is
// for the caller to follow, see [Signature.Carried].
func (d *Document) Covered(t *Timestamp) []Covered {
	if t.Field != nil {
		return d.coveredByRevision(t)
	}
	return t.covers
}

// coveredByRevision: a document time-stamp is over every octet of the
// revisions up to its own, but for its own token.
func (d *Document) coveredByRevision(t *Timestamp) []Covered {
	f := t.Field
	if !f.Coverage.Valid || f.Revision == 0 {
		return nil
	}
	var out []Covered
	for _, s := range d.Signatures {
		if before(s.Field, f) {
			out = append(out, Covered{Signature: s, Whole: true})
		}
	}
	for _, o := range d.Timestamps {
		if before(o.Field, f) {
			out = append(out, Covered{Timestamp: o})
		}
	}
	if d.PDF == nil || d.PDF.SecurityStore == nil {
		return out
	}
	for _, it := range d.PDF.SecurityStore.Items() {
		if it.Revision <= f.Revision {
			out = append(out, Covered{Octets: it.Data})
		}
	}
	return out
}

// before tells whether a signature, with all its octets, stands in a revision
// before that of another one. One that says so of a revision that it does not
// lie in has a coverage that is not valid.
func before(s, f *pdf.Signature) bool {
	return s != nil && s.Coverage.Valid && s.Revision > 0 && s.Revision < f.Revision
}

// Recorded are the objects of an evidence record that is over the document, or
// over the message of one of its signatures.
func (d *Document) Recorded(er *EvidenceRecord) (out []Covered) {
	for _, s := range d.Signatures {
		if er.Signature == nil || s == er.Signature {
			out = append(out, Covered{Signature: s, Whole: true})
		}
	}
	if er.Signature != nil {
		return out
	}
	for _, t := range d.Timestamps {
		out = append(out, Covered{Timestamp: t})
	}
	if d.PDF != nil && d.PDF.SecurityStore != nil {
		for _, it := range d.PDF.SecurityStore.Items() {
			out = append(out, Covered{Octets: it.Data})
		}
	}
	return out
}

// Carried are the certificates, CRLs and OCSP responses that travel in the
// message of a signature and in its unsigned attributes.
func (s *Signature) Carried() [][]byte {
	var out [][]byte
	if sd := s.SignedData; sd != nil {
		for _, c := range sd.Certificates {
			out = append(out, c.Raw)
		}
		out = append(append(out, sd.CRLs...), sd.OCSPs...)
	}
	return append(out, s.values...)
}

// referenceTimestamp reads a token over references (EN 319 122-1 A.1.5).
func (b *builder) referenceTimestamp(s *Signature, si *cms.SignerInfo, r cms.ReferenceTimestamp) *Timestamp {
	refs := si.ReferenceFields()
	over := refs
	if !r.RefsOnly {
		over = append(append(bytes.Clone(si.Signature), si.SignatureTimestampFields()...), refs...)
	}
	t := b.token(ReferenceTimestamp, r.Token, b.add(memorySource("references", over)))
	if !r.RefsOnly {
		t.covers = append(t.covers, Covered{Signature: s})
		for _, o := range s.Timestamps {
			if o.Kind == SignatureTimestamp {
				t.covers = append(t.covers, Covered{Timestamp: o})
			}
		}
	}
	b.later = append(b.later, func() { t.covers = append(t.covers, b.referred(si)...) })
	return t
}

// referred are the items of the document that complete references name by digest.
func (b *builder) referred(si *cms.SignerInfo) (out []Covered) {
	add := func(alg cms.AlgorithmIdentifier, hash []byte) {
		d := sigalg.DigestByOID(alg.OID)
		if len(hash) == 0 || !d.Available() {
			return
		}
		for _, m := range b.doc.Material {
			if sum, err := d.Sum(m.Raw); err == nil && bytes.Equal(sum, hash) {
				out = append(out, Covered{Octets: m.Raw, Via: d})
				return
			}
		}
	}
	certs, _ := si.CertificateRefs()
	for _, r := range certs[:min(len(certs), maxReferences)] {
		add(r.DigestAlgorithm, r.Hash)
	}
	data, _ := si.RevocationRefs()
	for _, r := range data[:min(len(data), maxReferences)] {
		add(r.DigestAlgorithm, r.Hash)
	}
	return out
}

// maxReferences bounds complete references that are looked for: each is
// compared with all material. Real paths have below ten certificates.
const maxReferences = 64

// archived are the archive time-stamps of one signer (EN 319 122-1 5.5.3,
// TS 101 733 6.4.1).
type archived struct {
	b   *builder
	s   *Signature
	si  *cms.SignerInfo
	sd  *cms.SignedData
	src *source // the signed content
	// What attribute values were read into, by their first octet.
	tokens   map[*byte]*Timestamp
	counters map[*byte]*Signature
	// sums are digests of what indexes may name: each archive time-stamp asks for
	// all that the ones before it asked for.
	sums map[summed][][]byte
}

// summed names octets, by the first of them, and an algorithm.
type summed struct {
	first  *byte
	digest sigalg.Digest
}

// sumsOf are the digests of the forms of an object.
func (a *archived) sumsOf(object []byte, d sigalg.Digest, forms func([]byte) [][]byte) [][]byte {
	if len(object) == 0 {
		return nil
	}
	key := summed{&object[0], d}
	out, known := a.sums[key]
	if known {
		return out
	}
	for _, f := range forms(object) {
		if sum, err := d.Sum(f); err == nil {
			out = append(out, sum)
		}
	}
	a.sums[key] = out
	return out
}

// asIs is the only form of what an index names by its own octets.
func asIs(object []byte) [][]byte { return [][]byte{object} }

func (b *builder) archiveTimestamps(a *archived) {
	all := a.si.ArchiveTimestamps()
	stamps := make([]*Timestamp, len(all))
	for i, at := range all {
		stamps[i] = b.token(ArchiveTimestamp, at.Token, nil)
		stamps[i].Imprint.Over = "archived data"
		a.tokens[&at.Token[0]] = stamps[i]
		a.s.Timestamps = append(a.s.Timestamps, stamps[i])
	}
	for i, at := range all {
		switch t := stamps[i]; {
		case t.Token == nil || a.sd == nil || at.Version == 1:
		case at.Version == 3:
			a.version3(t)
		default:
			a.version2(t, at, all, stamps)
		}
	}
}

// version3 makes the imprint of EN 319 122-1 5.5.3 once the content's digest is
// known: eContentType, the digest, the signer's fields, the hash index.
func (a *archived) version3(t *Timestamp) {
	d := t.Token.Info.ImprintDigest
	index, err := t.indexed()
	if err != nil {
		t.noIndex(err.Error())
		return
	}
	a.src.want(d)
	a.b.later = append(a.b.later, func() {
		for _, o := range a.src.all() {
			content := o.known[d]
			if content == nil {
				continue
			}
			for _, fields := range a.fieldForms() {
				got, err := d.Sum(bytes.Join([][]byte{a.sd.EncodedContentType(), content, fields, index.Raw}, nil))
				if err != nil {
					return
				}
				t.compare(got)
			}
		}
		a.match(t, index)
	})
}

// fieldForms are the signer's fields as they stand and, where that is another
// thing, in DER: producers that write BER hash the one or the other.
func (a *archived) fieldForms() [][]byte {
	raw := a.si.SignedFields()
	der := derFields(raw)
	if der == nil || bytes.Equal(raw, der) {
		return [][]byte{raw}
	}
	return [][]byte{raw, der}
}

func (t *Timestamp) indexed() (*cms.HashIndex, error) {
	if t.Token.Signer == nil {
		return nil, errors.New("the token has no signer")
	}
	return t.Token.Signer.HashIndex()
}

// derFields re-encodes elements that stand one after another; nil where that
// cannot be done.
func derFields(raw []byte) (out []byte) {
	r := ber.NewReader(raw, nil)
	for !r.Empty() {
		e, err := r.Next()
		if err == nil {
			out, err = ber.AppendDER(out, e.Raw, nil)
		}
		if err != nil {
			return nil
		}
	}
	return out
}

// compare holds a digest of what the imprint should be over against it.
func (t *Timestamp) compare(got []byte) {
	if t.Imprint.Matches {
		return
	}
	t.Imprint.Missing, t.Imprint.Got = false, got
	t.Imprint.Matches = bytes.Equal(got, t.Token.Info.Imprint)
}

// match finds the original of each digest of the index. One without an
// original makes the index, and with it the time-stamp, invalid (EN 319 122-1
// 5.5.2).
func (a *archived) match(t *Timestamp, index *cms.HashIndex) {
	d := sigalg.DigestByOID(index.Algorithm.OID)
	if !d.Available() {
		t.noIndex("digest " + index.Algorithm.OID.Name())
		return
	}
	if d != t.Token.Info.ImprintDigest {
		t.Notes = append(t.Notes, note.New(CodeHashIndexDigest, "ats-hash-index", note.Params{"index": d.Name(), "imprint": t.Token.Info.ImprintDigest.Name()}))
	}
	m := &indexMatch{left: map[string]int{}}
	t.covers = append(t.covers, Covered{Signature: a.s})
	m.list(index.Certificates)
	for _, c := range a.sd.Certificates {
		if m.has(a.sumsOf(c.Raw, d, asIs)) {
			t.covers = append(t.covers, Covered{Octets: c.Raw, Via: d})
		}
	}
	m.next("certificatesHashIndex", index.CRLs)
	for _, r := range a.sd.RevocationElements() {
		if m.has(a.sumsOf(r.Raw, d, asIs)) && r.Value != nil {
			t.covers = append(t.covers, Covered{Octets: r.Value, Via: d})
		}
	}
	m.next("crlsHashIndex", index.Attributes)
	for i := range a.si.UnsignedAttrs {
		attr := &a.si.UnsignedAttrs[i]
		for _, v := range attr.Values {
			if m.has(a.sumsOf(v, d, attr.IndexedForms)) {
				t.covers = append(t.covers, a.inside(v, d)...)
			}
		}
	}
	m.next("unsignedAttrsHashIndex", nil)
	if m.orphan != "" {
		t.noIndex("an entry of " + m.orphan + " has no original")
	}
}

// noIndex: without its index the time-stamp covers nothing that can be named,
// whatever its imprint is over.
func (t *Timestamp) noIndex(reason string) {
	t.Notes = append(t.Notes, note.New(CodeHashIndex, "ats-hash-index", note.Params{"reason": reason}))
	t.covers = nil
}

// inside is what a value of an unsigned attribute holds.
func (a *archived) inside(value []byte, via sigalg.Digest) []Covered {
	if t := a.tokens[&value[0]]; t != nil {
		return []Covered{{Timestamp: t, Via: via}}
	}
	if s := a.counters[&value[0]]; s != nil {
		return []Covered{{Signature: s, Whole: true, Via: via}}
	}
	var out []Covered
	for _, raw := range a.s.values {
		if liesIn(raw, value) {
			out = append(out, Covered{Octets: raw, Via: via})
		}
	}
	return out
}

// liesIn tells whether a slice lies in another one's octets.
func liesIn(part, whole []byte) bool {
	i := bytes.Index(whole, part)
	return i >= 0 && len(part) > 0 && &whole[i] == &part[0]
}

// An indexMatch strikes out the digests of one list as originals turn up.
type indexMatch struct {
	left   map[string]int
	orphan string
}

func (m *indexMatch) list(hashes [][]byte) {
	for _, h := range hashes {
		m.left[string(h)] = 1
	}
}

// has tells whether the index names one of the forms of an object.
func (m *indexMatch) has(sums [][]byte) bool {
	for _, sum := range sums {
		if _, ok := m.left[string(sum)]; ok {
			m.left[string(sum)] = 0
			return true
		}
	}
	return false
}

// next closes a list and opens another one.
func (m *indexMatch) next(name string, hashes [][]byte) {
	for _, n := range m.left {
		if n > 0 && m.orphan == "" {
			m.orphan = name
		}
	}
	m.left = map[string]int{}
	m.list(hashes)
}

// version2 makes the imprint of TS 101 733 6.4.1: encapContentInfo, detached
// content, certificates, crls, and the signer with the unsigned attributes
// that were there. Which those were nothing says, so the readings of the
// producers are tried: all but the archive time-stamps that are not older, or
// those that stand before it; as a field, or without its tag and length.
func (a *archived) version2(t *Timestamp, at cms.ArchiveTimestamp, all []cms.ArchiveTimestamp, stamps []*Timestamp) {
	later := map[int]bool{}
	for i, o := range all {
		if stamps[i].Token == nil || !stamps[i].Token.Info.GenTime.Before(t.Token.Info.GenTime) {
			later[o.Attribute] = true
		}
	}
	readings := []func(int) bool{
		func(i int) bool { return !later[i] },
		func(i int) bool { return i < at.Attribute },
	}
	head := [][]byte{a.sd.RawCertificates, a.sd.RawCRLs, a.si.SignedFields()}
	for _, include := range distinct(readings, len(a.si.UnsignedAttrs)) {
		for _, withHeader := range []bool{true, false} {
			// Made anew at each reading of it: held for every time-stamp the parts
			// of a message with hundreds would be held hundreds of times.
			a.try(t, func() [][]byte {
				header, contents := a.si.UnsignedSet(include)
				if !withHeader {
					header = nil
				}
				return slices.Concat(head, [][]byte{header}, contents)
			}, include)
		}
	}
}

// distinct are the choices out of n things that are not the same as an earlier one.
func distinct(choices []func(int) bool, n int) (out []func(int) bool) {
	for _, c := range choices {
		same := func(o func(int) bool) bool {
			for i := range n {
				if o(i) != c(i) {
					return false
				}
			}
			return true
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, c)
		}
	}
	return out
}

// try adds one reading of what an archive time-stamp v2 is over.
func (a *archived) try(t *Timestamp, tail func() [][]byte, include func(int) bool) {
	d := t.Token.Info.ImprintDigest
	for _, content := range a.src.all() {
		src := a.whole(content, tail)
		if src == nil {
			continue // the content is not at hand
		}
		src.want(d)
		a.b.later = append(a.b.later, func() {
			got := src.known[d]
			if got == nil || t.Imprint.Matches {
				return
			}
			if t.compare(got); t.Imprint.Matches {
				t.covers = a.before(include)
			}
		})
	}
}

// whole is encapContentInfo, the content where that is detached, and what
// follows, as one source; nil where the content's octets are not at hand.
func (a *archived) whole(content *source, tail func() [][]byte) *source {
	open := content.open
	switch {
	case a.sd.Content != nil:
		open = func() io.Reader { return bytes.NewReader(nil) } // in encapContentInfo
	case content.bytes != nil:
		open = func() io.Reader { return bytes.NewReader(content.bytes) }
	case open == nil:
		return nil
	}
	src := newSource("archived data")
	src.metered, src.size = true, content.size
	for _, part := range tail() {
		src.size += int64(len(part))
	}
	src.open = func() io.Reader {
		all := []io.Reader{a.sd.EncapsulatedContentInfo(), open()}
		for _, part := range tail() {
			all = append(all, bytes.NewReader(part))
		}
		return io.MultiReader(all...)
	}
	return a.b.add(src)
}

// before is what an archive time-stamp v2 covers under one reading.
func (a *archived) before(include func(int) bool) []Covered {
	out := []Covered{{Signature: a.s}}
	for _, c := range a.sd.Certificates {
		out = append(out, Covered{Octets: c.Raw})
	}
	for _, r := range a.sd.RevocationElements() {
		if r.Value != nil {
			out = append(out, Covered{Octets: r.Value})
		}
	}
	for i, attr := range a.si.UnsignedAttrs {
		if !include(i) {
			continue
		}
		for _, v := range attr.Values {
			out = append(out, a.inside(v, 0)...)
		}
	}
	return out
}
