package eseal

import (
	"bytes"
	"errors"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

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
