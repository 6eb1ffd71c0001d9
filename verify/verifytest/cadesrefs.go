package verifytest

import (
	"bytes"
	"slices"
)

// AddReferences adds complete-certificate-references and complete-revocation-references (TS 101 733 6.2.1 and 6.2.2).
// The certificates are those beside the signing certificate; the lists of the revocation references are one each for
// the CRLs and the OCSP responses.
func (c *CAdES) AddReferences(signer int, certs []*Cert, crls, ocsps [][]byte) *CAdES {
	var ids [][]byte
	for _, cert := range certs {
		issuer := seq(seq(explicit(4, cert.issuer)), integer(cert.Serial))
		ids = append(ids, seq(otherHash("SHA-256", cert.DER), issuer))
	}
	c.AddUnsigned(signer, Attribute{attrCertRefs, [][]byte{seq(ids...)}})
	return c.AddUnsigned(signer, Attribute{attrRevRefs, [][]byte{seq(revocationRefs(crls, ocsps))}})
}

// otherHash is OtherHash (RFC 5126 5.8.1): a bare octet string is SHA-1.
func otherHash(alg string, data []byte) []byte {
	if alg == "SHA-1" {
		return octets(Digest(alg, data))
	}
	return seq(digestID(alg), octets(Digest(alg, data)))
}

// revocationRefs is CrlOcspRef with explicit tags.
func revocationRefs(crls, ocsps [][]byte) []byte {
	var parts, ids [][]byte
	for _, der := range crls {
		ids = append(ids, seq(otherHash("SHA-256", der)))
	}
	if ids != nil {
		parts = append(parts, explicit(0, seq(seq(ids...))))
	}
	ids = nil
	for _, response := range ocsps {
		data := elements(elements(basicResponse(response))[0]) // tbsResponseData: responderID, producedAt, responses
		ids = append(ids, seq(seq(data[0], data[1]), otherHash("SHA-256", response)))
	}
	if ids != nil {
		parts = append(parts, explicit(1, seq(seq(ids...))))
	}
	return seq(parts...)
}

// basicResponse is the BasicOCSPResponse inside an OCSPResponse.
func basicResponse(response []byte) []byte {
	body := elements(elements(response)[1])[0]
	return content(elements(body)[1])
}

// AddValues adds certificate-values and revocation-values (TS 101 733 6.3.3 and 6.3.4); those of a certificate path of
// nobody are left out.
func (c *CAdES) AddValues(signer int, certs []*Cert, crls, ocsps [][]byte) *CAdES {
	var list, parts, basics [][]byte
	for _, cert := range certs {
		list = append(list, cert.DER)
	}
	if list != nil {
		c.AddUnsigned(signer, Attribute{attrCertValues, [][]byte{seq(list...)}})
	}
	if crls != nil {
		parts = append(parts, explicit(0, seq(crls...)))
	}
	for _, response := range ocsps {
		basics = append(basics, basicResponse(response))
	}
	if basics != nil {
		parts = append(parts, explicit(1, seq(basics...)))
	}
	if parts == nil {
		return c
	}
	return c.AddUnsigned(signer, Attribute{attrRevValues, [][]byte{seq(parts...)}})
}

// AddCTimestamp adds a CAdES-C-timestamp (RFC 5126 6.3.5): over the signature value, the signature time-stamps and both
// references, each without its tag and length.
func (c *CAdES) AddCTimestamp(signer int, t TokenTemplate) *CAdES {
	d := c.sd.Signers[signer]
	t.Data = append(bytes.Clone(d.Signature), d.bodies(attrSignatureStamp, attrCertRefs, attrRevRefs)...)
	return c.AddUnsigned(signer, Attribute{attrCStamp, [][]byte{c.w.Token(t)}})
}

// AddReferencesTimestamp adds a time-stamped-certs-crls-references (RFC 5126 6.3.6): over both references.
func (c *CAdES) AddReferencesTimestamp(signer int, t TokenTemplate) *CAdES {
	t.Data = c.sd.Signers[signer].bodies(attrCertRefs, attrRevRefs)
	return c.AddUnsigned(signer, Attribute{attrRefsStamp, [][]byte{c.w.Token(t)}})
}

// bodies are the contents of the unsigned attributes of these types, by type, then in order.
func (d *SignerDraft) bodies(ids ...string) []byte {
	var out []byte
	for _, id := range ids {
		for _, a := range d.Unsigned {
			if a.ID == id {
				out = append(out, content(a.encode())...)
			}
		}
	}
	return out
}

// AddToLastArchive puts material into the token of the last archive time-stamp: where an archive-time-stamp-v2 stands,
// certificates and crls of the signature must not change any more (EN 319 122-1 5.5.3, TS 101 733 6.4.1).
func (c *CAdES) AddToLastArchive(certs []*Cert, crls, ocsps [][]byte) *CAdES {
	var ders [][]byte
	for _, cert := range certs {
		ders = append(ders, cert.DER)
	}
	value := &c.sd.Signers[c.last.signer].Unsigned[c.last.index].Values[0]
	*value = withMaterial(*value, ders, revocationInfo(CMSTemplate{CRLs: crls, OCSPs: ocsps}), len(ocsps) > 0)
	return c
}

// withMaterial adds to the certificates and crls of a message whose signatures stand.
func withMaterial(message []byte, certs, revocations [][]byte, ocsp bool) []byte {
	parts := elements(elements(elements(message)[1])[0])
	head, infos := parts[:3], parts[len(parts)-1]
	for _, p := range parts[3 : len(parts)-1] {
		if p[0] == 0xa0 {
			certs = append(elements(p), certs...)
		} else {
			revocations = append(elements(p), revocations...)
		}
	}
	if ocsp {
		head[0] = integer64(5) // RFC 5652 5.1
	}
	head = append([][]byte{}, head...)
	if certs != nil {
		head = append(head, retag(0xa0, unique(certs)))
	}
	if revocations != nil {
		head = append(head, retag(0xa1, unique(revocations)))
	}
	return seq(objectID(idSignedData), explicit(0, seq(append(head, infos)...)))
}

// unique is a SET OF with each element once.
func unique(list [][]byte) []byte {
	var out [][]byte
	for _, e := range list {
		if !slices.ContainsFunc(out, func(o []byte) bool { return bytes.Equal(o, e) }) {
			out = append(out, e)
		}
	}
	return setOf(out...)
}
