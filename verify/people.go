package verify

import (
	"encoding/hex"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/internal/process"
)

// certFacts is a certificate that a report may refer to.
type certFacts struct {
	c *cert.Certificate
}

// knows makes a certificate something that findings may refer to.
func (b *reportBuilder) knows(c *cert.Certificate) string {
	id := process.ID(c)
	if b.known[id] == nil {
		b.known[id] = &certFacts{c: c}
	}
	return id
}

// use puts a certificate into the report's table.
func (b *reportBuilder) use(id string) string {
	if _, done := b.rep.Certificates[id]; done || b.known[id] == nil {
		return id
	}
	if b.rep.Certificates == nil {
		b.rep.Certificates = map[string]CertificateInfo{}
	}
	c := b.known[id].c
	info := CertificateInfo{
		Subject: c.Subject.String(), Issuer: c.Issuer.String(), Serial: hex.EncodeToString(c.RawSerial),
		NotBefore: At(c.NotBefore), NotAfter: At(c.NotAfter), Key: c.KeyName(),
	}
	for _, p := range c.Policies {
		info.Policies = append(info.Policies, string(p.OID))
	}
	for _, n := range c.Notes {
		info.Oddities = append(info.Oddities, string(n.Code))
	}
	if !b.v.personalData {
		info.Subject, info.Masked = masked(c, info.Subject)
	}
	b.rep.Certificates[id] = info
	return id
}

func (b *reportBuilder) cert(c *cert.Certificate) string { return b.use(b.knows(c)) }

// mask stands for personal data that was not asked for.
const mask = "***"

// masked hides the subject of a natural person's certificate: its name and
// mail address are personal data wherever they stand.
func masked(c *cert.Certificate, subject string) (string, bool) {
	id := c.Identity()
	if id.JPKI == nil && !(id.QcSign && !id.QcSeal) {
		return subject, false
	}
	return mask, true
}

// signer is whom the signing certificate names.
func (b *reportBuilder) signer(c *cert.Certificate) *Signer {
	id := c.Identity()
	s := &Signer{Certificate: b.cert(c), CommonName: id.CommonName, Organization: id.Organization, NameJa: id.NameJa,
		OrganizationIdentifier: id.OrganizationIdentifier, CorporateNumber: id.CorporateNumber}
	if _, hide := masked(c, ""); hide && !b.v.personalData {
		s.CommonName, s.Masked = mask, true
		if id.JPKI != nil {
			s.NameJa = mask
		}
	}
	return s
}

// kind says whom the certificate stands for, and on whose word.
func kind(c *cert.Certificate, st standing) (kind, basis string) {
	if c == nil {
		return KindUnknown, BasisNone
	}
	if st.service != nil && st.service.Type == trustlist.TypeSealCA {
		return KindSeal, BasisTrustList
	}
	id := c.Identity()
	switch {
	case id.QcSeal:
		return KindSeal, BasisQCType
	case id.QcSign, id.JPKI != nil:
		return KindPerson, BasisQCType
	case st.service != nil && (st.service.Framework == "gpki" || st.service.Framework == "lgpki"):
		return KindOffice, BasisTrustList
	case st.service != nil && st.service.Framework == "moj":
		return KindSeal, BasisTrustList
	case id.OrganizationIdentifier != "":
		return KindSeal, BasisOrganizationIdentifier
	}
	return KindUnknown, BasisNone
}
