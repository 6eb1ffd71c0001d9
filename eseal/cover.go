package eseal

import (
	"bytes"

	"github.com/kakuin/kakuin/eseal/cms"
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
