package verifytest

import (
	"bytes"
	"crypto"
)

// Content types and attributes (RFC 5652 11, RFC 5035, RFC 6211, EN 319 122-1, RFC 3161).
const (
	idData             = "1.2.840.113549.1.7.1"
	idSignedData       = "1.2.840.113549.1.7.2"
	idTSTInfo          = "1.2.840.113549.1.9.16.1.4"
	attrContentType    = "1.2.840.113549.1.9.3"
	attrMessageDigest  = "1.2.840.113549.1.9.4"
	attrSigningTime    = "1.2.840.113549.1.9.5"
	attrCounter        = "1.2.840.113549.1.9.6"
	attrProtection     = "1.2.840.113549.1.9.52"
	attrESSv1          = "1.2.840.113549.1.9.16.2.12"
	attrESSv2          = "1.2.840.113549.1.9.16.2.47"
	attrSignatureStamp = "1.2.840.113549.1.9.16.2.14"
	attrContentStamp   = "1.2.840.113549.1.9.16.2.20"
	attrArchiveStamp   = "0.4.0.1733.2.4"
	attrArchiveStampV2 = "1.2.840.113549.1.9.16.2.48"
	attrCertRefs       = "1.2.840.113549.1.9.16.2.21"
	attrRevRefs        = "1.2.840.113549.1.9.16.2.22"
	attrCertValues     = "1.2.840.113549.1.9.16.2.23"
	attrRevValues      = "1.2.840.113549.1.9.16.2.24"
	attrCStamp         = "1.2.840.113549.1.9.16.2.25" // CAdES-C-timestamp
	attrRefsStamp      = "1.2.840.113549.1.9.16.2.26" // time-stamped-certs-crls-references
	idOCSPResponse     = "1.3.6.1.5.5.7.16.2"         // RFC 5940 2.1
)

// SignerDraft is a SignerInfo in the making; mutators change it.
type SignerDraft struct {
	Version            int
	Identifier         []byte // DER of SignerIdentifier
	DigestAlgorithm    []byte
	SignatureAlgorithm []byte
	Attributes         []Attribute // signed
	Unsorted           bool        // leave the signed attributes in this order instead of the order of DER
	Content            []byte      // what is digested
	Signature          []byte
	Unsigned           []Attribute

	noAttributes bool
	key          crypto.Signer
	scheme       scheme
}

// Attribute gives the signed attribute of that type, nil when there is none.
func (d *SignerDraft) Attribute(id string) *Attribute {
	for i := range d.Attributes {
		if d.Attributes[i].ID == id {
			return &d.Attributes[i]
		}
	}
	return nil
}

// SignedData is a CMS SignedData whose parts all stand; mutators change it.
type SignedData struct {
	Version          int
	DigestAlgorithms [][]byte
	ContentType      string
	Content          []byte
	Detached         bool
	Certificates     [][]byte
	CRLs             [][]byte // RevocationInfoChoice elements
	Signers          []*SignerDraft
}

// CMS makes a ContentInfo with SignedData (RFC 5652 5).
func (w *World) CMS(t CMSTemplate, mutators ...CMSMutator) []byte {
	for _, m := range mutators {
		if m.Template != nil {
			m.Template(&t)
		}
	}
	w.fillCMS(&t)
	sd := w.assemble(t, mutators)
	for _, m := range mutators {
		if m.Assembled != nil {
			m.Assembled(sd)
		}
	}
	der := sd.encode()
	if t.Indefinite {
		der = Indefinite(der, signedParts(sd))
	}
	for _, m := range mutators {
		if m.Encoded != nil {
			der = m.Encoded(der)
		}
	}
	return der
}

// assemble makes the parts of a filled template.
func (w *World) assemble(t CMSTemplate, mutators []CMSMutator) *SignedData {
	sd := &SignedData{ContentType: t.ContentType, Content: t.Content, Detached: t.Detached, CRLs: revocationInfo(t)}
	for _, c := range t.Certificates {
		sd.Certificates = append(sd.Certificates, c.DER)
	}
	for _, s := range t.Signers {
		sd.Signers = append(sd.Signers, w.signer(s, t, sd, mutators))
	}
	sd.Version = versionOf(t, sd)
	return sd
}

func (w *World) fillCMS(t *CMSTemplate) {
	t.ContentType = or(t.ContentType, idData)
	if t.Signers == nil {
		t.Signers = []Signer{{}}
	}
	t.Signers = append([]Signer{}, t.Signers...)
	for i := range t.Signers {
		if t.Signers[i].Cert == nil {
			t.Signers[i].Cert = w.Seal
		}
	}
	if t.SetTimestamp {
		t.Signers[0].Timestamp = &TokenTemplate{}
	}
	if t.Certificates == nil && !t.NoCertificates {
		t.Certificates = chains(t.Signers)
	}
}

// chains are the certificates of the signers up to their anchors, each once.
func chains(signers []Signer) []*Cert {
	var out []*Cert
	seen := map[*Cert]bool{}
	for _, s := range signers {
		for _, c := range s.Cert.Chain() {
			if !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// revocationInfo is RevocationInfoChoices: CRLs as they are, OCSP responses as OtherRevocationInfoFormat.
func revocationInfo(t CMSTemplate) [][]byte {
	var out [][]byte
	out = append(out, t.CRLs...)
	for _, o := range t.OCSPs {
		out = append(out, otherRevocation(o))
	}
	return out
}

// otherRevocation is an OCSPResponse as OtherRevocationInfoFormat (RFC 5940 2.1).
func otherRevocation(response []byte) []byte {
	return explicit(1, objectID(idOCSPResponse), response)
}

// versionOf is RFC 5652 5.1.
func versionOf(t CMSTemplate, sd *SignedData) int {
	switch {
	case t.Version != 0:
		return t.Version
	case len(t.OCSPs) > 0:
		return 5
	case sd.ContentType != idData:
		return 3
	}
	for _, s := range sd.Signers {
		if s.Version == 3 {
			return 3
		}
	}
	return 1
}

func (sd *SignedData) encode() []byte {
	var digestIDs, infos [][]byte
	seen := map[string]bool{}
	for _, s := range sd.Signers {
		infos = append(infos, s.encode())
		if !seen[string(s.DigestAlgorithm)] {
			seen[string(s.DigestAlgorithm)] = true
			digestIDs = append(digestIDs, s.DigestAlgorithm)
		}
	}
	if sd.DigestAlgorithms != nil {
		digestIDs = sd.DigestAlgorithms
	}
	parts := [][]byte{integer64(int64(sd.Version)), setOf(digestIDs...), sd.encapsulated()}
	if sd.Certificates != nil {
		parts = append(parts, retag(0xa0, setOf(sd.Certificates...)))
	}
	if sd.CRLs != nil {
		parts = append(parts, retag(0xa1, setOf(sd.CRLs...)))
	}
	parts = append(parts, setOf(infos...))
	return seq(objectID(idSignedData), explicit(0, seq(parts...)))
}

// encapsulated is EncapsulatedContentInfo.
func (sd *SignedData) encapsulated() []byte {
	inner := [][]byte{objectID(sd.ContentType)}
	if !sd.Detached {
		inner = append(inner, explicit(0, octets(sd.Content)))
	}
	return seq(inner...)
}

// retag gives an element another identifier octet (an implicit tag).
func retag(tag byte, element []byte) []byte {
	out := bytes.Clone(element)
	out[0] = tag
	return out
}

// signedParts are the elements whose octets were signed or hashed: they must not be re-encoded.
func signedParts(sd *SignedData) func([]byte) bool {
	kept := map[string]bool{}
	for _, c := range append(append([][]byte{}, sd.Certificates...), sd.CRLs...) {
		kept[string(c)] = true
	}
	for _, s := range sd.Signers {
		kept[string(retag(0xa0, s.attributeSet()))] = true
		for _, a := range s.Unsigned {
			kept[string(a.encode())] = true
		}
	}
	return func(e []byte) bool { return kept[string(e)] }
}

func (a Attribute) encode() []byte { return seq(objectID(a.ID), set(a.Values...)) }
