package verifytest

// CAdES is a CMS signature that grows with time. Every method adds one thing over what stands then, so that the order
// of the calls is the history of the signature:
//
//	c := w.CAdES(CMSTemplate{Content: data})
//	c.AddSignatureTimestamp(0, TokenTemplate{})
//	c.AddEvidence(certs, crls, ocsps)
//	c.AddArchiveTimestamp(0, ArchiveTimestamp{})
//	c.AddEvidence(…about the first archive unit…).AddArchiveTimestamp(0, ArchiveTimestamp{Token: TokenTemplate{GenTime: …, TSA: …}})
//	file := c.Bytes()
//
// Signers are counted from 0 in the order of the template. Archive time-stamps version 2 are over DER; with
// CMSTemplate.Indefinite use version 3, whose imprint is over the octets that the file has.
type CAdES struct {
	w     *World
	t     CMSTemplate
	sd    *SignedData
	certs map[string]bool
	last  struct{ signer, index int } // the archive time-stamp that may still take material
}

// CAdES begins a signature (B-B, or what the template's signers say).
func (w *World) CAdES(t CMSTemplate, mutators ...CMSMutator) *CAdES {
	w.fillCMS(&t)
	c := &CAdES{w: w, t: t, sd: w.assemble(t, mutators), certs: map[string]bool{}}
	for _, der := range append(append([][]byte{}, c.sd.Certificates...), c.sd.CRLs...) {
		c.certs[string(der)] = true
	}
	return c
}

// Signer is the SignerInfo as it stands; tests may change its unsigned attributes.
func (c *CAdES) Signer(i int) *SignerDraft { return c.sd.Signers[i] }

// SignedData is the message as it stands.
func (c *CAdES) SignedData() *SignedData { return c.sd }

// AddUnsigned adds an unsigned attribute as it is.
func (c *CAdES) AddUnsigned(signer int, a Attribute) *CAdES {
	d := c.sd.Signers[signer]
	d.Unsigned = append(d.Unsigned, a)
	return c
}

// AddSignatureTimestamp adds a signature-time-stamp (EN 319 122-1 5.3); the default time is the world's StampTime.
func (c *CAdES) AddSignatureTimestamp(signer int, t TokenTemplate) *CAdES {
	if t.Imprint == nil {
		t.Data = c.sd.Signers[signer].Signature
	}
	return c.AddUnsigned(signer, Attribute{attrSignatureStamp, [][]byte{c.w.Token(t)}})
}

// AddCounterSignature adds a counter-signature (RFC 5652 11.4); the default signer is World.Office.
func (c *CAdES) AddCounterSignature(signer int, s Signer) *CAdES {
	if s.Cert == nil {
		s.Cert = c.w.Office
	}
	counter := c.w.counterSigner(s, c.sd.Signers[signer].Signature)
	return c.AddUnsigned(signer, Attribute{attrCounter, [][]byte{counter.encode()}})
}

// AddEvidence adds material to the certificates and crls of the SignedData, OCSP responses as OtherRevocationInfo
// (RFC 5940). What is there already is not added again.
func (c *CAdES) AddEvidence(certs []*Cert, crls, ocsps [][]byte) *CAdES {
	for _, cert := range certs {
		c.sd.Certificates = c.addOnce(c.sd.Certificates, cert.DER)
	}
	for _, der := range crls {
		c.sd.CRLs = c.addOnce(c.sd.CRLs, der)
	}
	for _, der := range ocsps {
		c.sd.CRLs = c.addOnce(c.sd.CRLs, otherRevocation(der))
		c.sd.Version = 5 // RFC 5652 5.1: a revocation choice of another format
	}
	return c
}

func (c *CAdES) addOnce(list [][]byte, der []byte) [][]byte {
	if c.certs[string(der)] {
		return list
	}
	c.certs[string(der)] = true
	return append(list, der)
}

// AddArchiveTimestamp adds an archive time-stamp over all that stands.
func (c *CAdES) AddArchiveTimestamp(signer int, a ArchiveTimestamp) *CAdES {
	d := c.sd.Signers[signer]
	c.AddUnsigned(signer, c.w.archiveStamp(a, d, c.sd, c.fields(d)))
	c.last.signer, c.last.index = signer, len(d.Unsigned)-1
	return c
}

// fields are those of the SignerInfo from version to signature in the encoding that Bytes gives them.
func (c *CAdES) fields(d *SignerDraft) [][]byte {
	out := d.fields()
	if c.t.Indefinite {
		for i, f := range out {
			out[i] = Indefinite(f, signedParts(c.sd))
		}
	}
	return out
}

// Bytes is the message as it stands.
func (c *CAdES) Bytes() []byte {
	der := c.sd.encode()
	if c.t.Indefinite {
		der = Indefinite(der, signedParts(c.sd))
	}
	return der
}
