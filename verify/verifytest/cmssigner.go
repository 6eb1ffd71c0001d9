package verifytest

// signer makes one SignerInfo: attributes, signature, unsigned attributes, each open to the mutators.
func (w *World) signer(s Signer, t CMSTemplate, sd *SignedData, mutators []CMSMutator) *SignerDraft {
	sch := schemeFor(s.Cert.Key, s.Scheme, s.Digest)
	d := &SignerDraft{Version: 1, Identifier: issuerAndSerial(s.Cert), DigestAlgorithm: digestID(sch.digest),
		SignatureAlgorithm: sch.identifier(), Content: t.Content, noAttributes: s.NoAttributes, key: s.Cert.Key, scheme: sch}
	if s.SubjectKeyID {
		d.Version, d.Identifier = 3, primitive(0, keyID(s.Cert.spki))
	}
	if !s.NoAttributes {
		d.Attributes = w.signedAttributes(s, t, d)
	}
	for _, m := range mutators {
		if m.Signing != nil {
			m.Signing(d)
		}
	}
	d.sign()
	d.Unsigned = append(d.Unsigned, s.ExtraUnsigned...)
	w.addStamps(s, d, sd)
	for _, m := range mutators {
		if m.Signed != nil {
			m.Signed(d)
		}
	}
	return d
}

func issuerAndSerial(c *Cert) []byte { return seq(c.issuer, integer(c.Serial)) }

// signedAttributes are those of CAdES baseline (EN 319 122-1 6.3), in any order.
func (w *World) signedAttributes(s Signer, t CMSTemplate, d *SignerDraft) []Attribute {
	list := []Attribute{
		{attrContentType, [][]byte{objectID(t.ContentType)}},
		{attrMessageDigest, [][]byte{octets(Digest(d.scheme.digest, t.Content))}},
	}
	if !s.NoSigningTime {
		list = append(list, Attribute{attrSigningTime, [][]byte{moment(orTime(s.SigningTime, w.SealTime))}})
	}
	switch s.ESS {
	case "", "v2":
		list = append(list, Attribute{attrESSv2, [][]byte{seq(seq(essCertIDv2(s.Cert, or(s.ESSDigest, "SHA-256"))))}})
	case "v1":
		list = append(list, Attribute{attrESSv1, [][]byte{seq(seq(seq(octets(Digest("SHA-1", s.Cert.DER)))))}})
	}
	if s.AlgorithmProtection {
		list = append(list, Attribute{attrProtection, [][]byte{
			seq(d.DigestAlgorithm, retag(0xa1, d.SignatureAlgorithm))}})
	}
	if s.ContentTimestamp != nil {
		stamp := *s.ContentTimestamp
		stamp.Data, stamp.GenTime = t.Content, orTime(stamp.GenTime, w.SealTime)
		list = append(list, Attribute{attrContentStamp, [][]byte{w.Token(stamp)}})
	}
	return append(list, s.ExtraSigned...)
}

// essCertIDv2 leaves the default SHA-256 out, as DER wants, and the issuer and serial, as EN 319 122-1 5.2.2.3 advises.
func essCertIDv2(c *Cert, dig string) []byte {
	hash := octets(Digest(dig, c.DER))
	if dig == "SHA-256" {
		return seq(hash)
	}
	return seq(seq(objectID(digestNamed(dig).oid)), hash)
}

// addStamps adds what is made over the signature value: time-stamp, counter-signatures, archive time-stamp.
func (w *World) addStamps(s Signer, d *SignerDraft, sd *SignedData) {
	if s.Timestamp != nil {
		stamp := *s.Timestamp
		if stamp.Imprint == nil && stamp.Data == nil {
			stamp.Data = d.Signature
		}
		d.Unsigned = append(d.Unsigned, Attribute{attrSignatureStamp, [][]byte{w.Token(stamp)}})
	}
	for _, c := range s.CounterSigners {
		if c.Cert == nil {
			c.Cert = w.Office
		}
		counter := w.counterSigner(c, d.Signature)
		d.Unsigned = append(d.Unsigned, Attribute{attrCounter, [][]byte{counter.encode()}})
	}
	if s.ArchiveTimestamp != nil {
		d.Unsigned = append(d.Unsigned, w.archiveStamp(ArchiveTimestamp{Token: *s.ArchiveTimestamp}, d, sd, d.fields()))
	}
}

// counterSigner signs a signature value; it has no content-type attribute (RFC 5652 11.4).
func (w *World) counterSigner(s Signer, signature []byte) *SignerDraft {
	d := w.signer(s, CMSTemplate{Content: signature, ContentType: idData}, &SignedData{}, []CMSMutator{{
		Signing: func(d *SignerDraft) { d.Attributes = d.Attributes[1:] }}})
	return d
}

// sign computes the signature over the DER SET OF the attributes, or over the content (RFC 5652 5.4).
func (d *SignerDraft) sign() {
	message := d.Content
	if !d.noAttributes {
		message = d.attributeSet()
	}
	d.Signature = d.scheme.sign(d.key, message)
}

// attributeSet is the signed attributes with the SET tag.
func (d *SignerDraft) attributeSet() []byte {
	var list [][]byte
	for _, a := range d.Attributes {
		list = append(list, a.encode())
	}
	if d.Unsorted {
		return set(list...)
	}
	return setOf(list...)
}

// fields are those of SignerInfo up to the signature, one by one.
func (d *SignerDraft) fields() [][]byte {
	out := [][]byte{integer64(int64(d.Version)), d.Identifier, d.DigestAlgorithm}
	if !d.noAttributes {
		out = append(out, retag(0xa0, d.attributeSet()))
	}
	return append(out, d.SignatureAlgorithm, octets(d.Signature))
}

func (d *SignerDraft) encode() []byte {
	parts := d.fields()
	var list [][]byte
	for _, a := range d.Unsigned {
		list = append(list, a.encode())
	}
	if list != nil {
		parts = append(parts, retag(0xa1, setOf(list...)))
	}
	return seq(parts...)
}
