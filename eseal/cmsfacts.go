package eseal

import (
	"bytes"
	"errors"
	"slices"

	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// signer turns one SignerInfo into the facts of a signature. src is what the
// message-digest is over.
func (b *builder) signer(sd *cms.SignedData, si *cms.SignerInfo, src *source) *Signature {
	if !b.entry() {
		return &Signature{Err: errTooMany}
	}
	bag := b.baggage(sd)
	s := &Signature{SignerInfo: si, SignedData: sd, Format: CMS, Embedded: bag.certificates, Notes: slices.Concat(si.Notes, bag.notes), Err: si.Err}
	if si.Err != nil {
		return s
	}
	s.Value = si.Signature
	s.SignerID = SignerID{Issuer: si.Issuer, Serial: si.Serial, SubjectKeyID: si.SubjectKeyID}
	s.digestAlgorithm(si)
	s.attributes(si)
	alg, notes, err := sigalg.ByIdentifier(si.SignatureAlgorithm.OID, si.SignatureAlgorithm.Params, s.DigestAlgorithm)
	s.Notes = append(s.Notes, notes...)
	s.SignatureName = alg.Name
	if s.SignatureName == "" {
		s.SignatureName = si.SignatureAlgorithm.OID.Name()
	}
	if forms := si.SignedForms(); forms != nil {
		for _, f := range forms {
			s.Forms = append(s.Forms, Form{Algorithm: alg, Err: err, Message: sigalg.Message{Bytes: f.Bytes}, Deviation: f.Note})
		}
		b.reference(s, src)
	} else {
		b.contentForm(s, alg, err, src)
	}
	b.timestamps(s, si, sd, src)
	return s
}

func (s *Signature) digestAlgorithm(si *cms.SignerInfo) {
	d, notes, err := sigalg.DigestByIdentifier(si.DigestAlgorithm.OID, si.DigestAlgorithm.Params)
	s.Notes = append(s.Notes, notes...)
	s.DigestAlgorithm, s.DigestName = d, d.Name()
	if err != nil || d == 0 {
		s.DigestName = si.DigestAlgorithm.OID.Name()
		var un *sigalg.Unsupported
		if errors.As(err, &un) {
			s.DigestName = un.Name
		}
	}
}

// attributes reads the signed attributes that a judgement asks for.
func (s *Signature) attributes(si *cms.SignerInfo) {
	for _, a := range si.SignedAttrs {
		s.SignedAttributes = append(s.SignedAttributes, a.Type)
	}
	s.ClaimedSigningTime, s.ClaimedTimeErr = si.SigningTime()
	if p, err := si.SignaturePolicy(); err == nil && p != nil && !p.Implied {
		s.PolicyID = p.ID
	}
	if cs, err := si.CommitmentTypes(); err == nil {
		for _, c := range cs {
			s.CommitmentTypes = append(s.CommitmentTypes, c.ID)
		}
	}
	first := map[bool]bool{true: true, false: true} // by version: each attribute has its own first
	for _, r := range si.CertRefs() {
		if r.Err != nil && s.CertificateRefsErr == nil {
			s.CertificateRefsErr = r.Err
		}
		if len(r.Hash) == 0 {
			continue
		}
		d, _, _ := sigalg.DigestByIdentifier(r.DigestAlgorithm.OID, r.DigestAlgorithm.Params)
		name := d.Name()
		if r.V1 {
			d, name = sigalg.SHA1, sigalg.SHA1.Name()
		} else if d == 0 {
			name = r.DigestAlgorithm.OID.Name()
		}
		s.CertificateRefs = append(s.CertificateRefs, CertificateRef{Digest: d, DigestName: name, Hash: r.Hash, Issuer: r.Issuer, Serial: r.Serial, V1: r.V1, First: first[r.V1]})
		first[r.V1] = false
	}
}

// reference ties the signed attributes to the content by message-digest (RFC 5652 11.2).
func (b *builder) reference(s *Signature, src *source) {
	want, _ := s.SignerInfo.MessageDigest()
	src.want(s.DigestAlgorithm)
	i := len(s.References)
	s.References = append(s.References, Reference{Name: src.name, Digest: s.DigestAlgorithm, DigestName: s.DigestName, Want: want})
	b.later = append(b.later, func() { src.fill(&s.References[i]) })
}

// fill puts what the pass over the data found into a reference; of several
// detached files the one that fits is the one that was signed.
func (s *source) fill(r *Reference) {
	for _, o := range s.others {
		if got := o.known[r.Digest]; got != nil && bytes.Equal(got, r.Want) {
			r.Got = got
			return
		}
	}
	switch {
	case s.err != nil:
		r.Err = s.err
	case !r.Digest.Available():
		r.Err = &sigalg.Unsupported{Name: r.DigestName, OID: string(r.Digest.OID())}
	case s.known[r.Digest] != nil:
		r.Got = s.known[r.Digest]
	default:
		r.Missing = true
	}
}

// contentForm is for signatures without signed attributes: the value is over
// the content itself (RFC 5652 5.4), which is then the only reference there is.
func (b *builder) contentForm(s *Signature, alg sigalg.Algorithm, err error, src *source) {
	src.want(s.DigestAlgorithm)
	src.want(alg.Digest)
	if err == nil && !alg.Prehashed() {
		src.needWhole()
	}
	for _, o := range src.all() {
		i := len(s.Forms)
		s.Forms = append(s.Forms, Form{Algorithm: alg, Err: err})
		b.later = append(b.later, func() { s.Forms[i].Message = sigalg.Message{Bytes: o.bytes, Digests: o.lookup} })
	}
	if src.missing() {
		s.References = append(s.References, Reference{Name: src.name, Digest: s.DigestAlgorithm, DigestName: s.DigestName, Missing: true})
	}
}

// timestamps reads the tokens and counter-signatures of one signer.
func (b *builder) timestamps(s *Signature, si *cms.SignerInfo, sd *cms.SignedData, src *source) {
	held := &archived{b: b, s: s, si: si, sd: sd, src: src, tokens: map[*byte]*Timestamp{}, counters: map[*byte]*Signature{}, sums: map[summed][][]byte{}}
	keep := func(raw []byte, t *Timestamp) {
		s.Timestamps, held.tokens[&raw[0]] = append(s.Timestamps, t), t
	}
	for _, raw := range si.ContentTimestamps() {
		s.Timestamps = append(s.Timestamps, b.token(ContentTimestamp, raw, src))
	}
	value := b.add(memorySource("signature value", si.Signature))
	for _, raw := range si.SignatureTimestamps() {
		t := b.token(SignatureTimestamp, raw, value)
		t.covers = []Covered{{Signature: s}}
		keep(raw, t)
	}
	for _, r := range si.ReferenceTimestamps() {
		keep(r.Token, b.referenceTimestamp(s, si, r))
	}
	for _, c := range si.CounterSignatures() {
		cs := b.signer(nil, c, value)
		cs.Embedded, cs.Parent = s.Embedded, s
		s.CounterSignatures = append(s.CounterSignatures, cs)
		if len(c.Raw) > 0 {
			held.counters[&c.Raw[0]] = cs
		}
	}
	b.later = append(b.later, func() { b.embeddedValues(s, si) })
	b.archiveTimestamps(held)
}

// embeddedValues collects validation material from the attributes of CAdES
// and of Adobe (EN 319 122-1 5.4, ISO 32000-2 12.8.3.3.2).
func (b *builder) embeddedValues(s *Signature, si *cms.SignerInfo) {
	broken := func(what string, err error) {
		if err != nil {
			s.Notes = append(s.Notes, note.New(CodeMaterialUnusable, what, note.Params{"where": what, "reason": err.Error()}))
		}
	}
	keep := func(kind string, raws [][]byte) {
		b.material(kind, "signature", raws...)
		s.values = append(s.values, raws...)
	}
	certs, err := si.CertificateValues()
	broken("certificate-values", err)
	keep("certificate", certs)
	crls, ocsps, err := si.RevocationValues()
	broken("revocation-values", err)
	keep("crl", crls)
	keep("ocsp", ocsps)
	old, err := si.LongTermValidation()
	broken("long-term-validation", err)
	for _, v := range old {
		keep("certificate", v.Certificates)
		keep("crl", v.CRLs)
		keep("ocsp", v.OCSPs)
		if v.Proof != nil {
			s.Notes = append(s.Notes, note.New(CodeWithdrawnProof, "long-term-validation", nil))
		}
	}
	crls, ocsps, err = si.AdobeRevocation()
	broken("adbe-revocationInfoArchival", err)
	keep("crl", crls)
	keep("ocsp", ocsps)
	if other, signed, ok := si.AdobeArchival(); ok {
		s.Archival = &Archival{CRLs: len(crls), OCSPs: len(ocsps), Other: other, Signed: signed}
	}
}

// label sets the format and structural level once the attributes are known.
func (s *Signature) label(inPDF bool, subFilter string) {
	ess := len(s.CertificateRefs) > 0
	switch {
	case inPDF && subFilter == "ETSI.CAdES.detached":
		s.Format = PAdES
	case inPDF:
		s.Format = PKCS7PDF
	case ess:
		s.Format = CAdES
	}
}
