package verify

import (
	"cmp"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/internal/process"
)

// certFacts is a certificate that a report may refer to.
type certFacts struct {
	c *cert.Certificate

	full, shown string // subject as it is and as it may be told
	hidden      bool
}

func newCertFacts(c *cert.Certificate) *certFacts {
	f := &certFacts{c: c, full: c.Subject.String()}
	f.shown, f.hidden = masked(c, f.full)
	return f
}

// fact is what is known of a certificate by its id, nil for nothing.
func (b *reportBuilder) fact(id string) *certFacts {
	if f := b.known[id]; f != nil {
		return f
	}
	return b.v.stock.known[id]
}

// knows makes a certificate something that findings may refer to.
func (b *reportBuilder) knows(c *cert.Certificate) string {
	id := process.ID(c)
	if b.fact(id) == nil {
		f := newCertFacts(c)
		b.known[id] = f
		if f.hidden {
			b.hidden = append(b.hidden, f)
			slices.SortFunc(b.hidden, longest)
		}
	}
	return id
}

// use puts a certificate into the report's table.
func (b *reportBuilder) use(id string) string {
	f := b.fact(id)
	if _, done := b.rep.Certificates[id]; done || f == nil {
		return id
	}
	if b.rep.Certificates == nil {
		b.rep.Certificates = map[string]CertificateInfo{}
	}
	c := f.c
	info := CertificateInfo{
		Subject: f.full, Issuer: c.Issuer.String(), Serial: hex.EncodeToString(c.RawSerial),
		NotBefore: At(c.NotBefore), NotAfter: At(c.NotAfter), Key: c.KeyName(),
	}
	for _, p := range c.Policies {
		info.Policies = append(info.Policies, string(p.OID))
	}
	for _, n := range c.Notes {
		info.Oddities = append(info.Oddities, string(n.Code))
	}
	if !b.v.personalData {
		info.Subject, info.Masked = f.shown, f.hidden
	}
	b.rep.Certificates[id] = info
	b.lists(c.SHA256)
	return id
}

func (b *reportBuilder) cert(c *cert.Certificate) string { return b.use(b.knows(c)) }

// mask stands for personal data that was not asked for.
const mask = "***"

// masked hides what a subject tells of a natural person: the whole name where
// the certificate is a person's, else the mail addresses in it.
func masked(c *cert.Certificate, subject string) (string, bool) {
	id := c.Identity()
	if id.NaturalPerson && !id.QcSeal {
		return mask, true
	}
	shown := subject
	for _, m := range id.Emails {
		shown = strings.ReplaceAll(shown, escapedName(string(m)), mask)
		shown = strings.ReplaceAll(shown, string(m), mask)
	}
	return shown, shown != subject
}

// escapedName is a value as RFC 4514 writes it within a name.
func escapedName(value string) string {
	n := cert.Name{RDNs: [][]cert.Attribute{{{Type: cert.OIDCommonName, Value: value}}}}
	return strings.TrimPrefix(n.String(), "CN=")
}

// longest puts the longest subject first: one name may be part of another.
func longest(x, y *certFacts) int {
	return cmp.Or(cmp.Compare(len(y.full), len(x.full)), cmp.Compare(x.full, y.full))
}

// conceal takes the subjects that are not to be told out of a text.
func (b *reportBuilder) conceal(text string) string {
	if b.v.personalData || !strings.Contains(text, "=") {
		return text
	}
	for _, f := range b.hidden {
		text = strings.ReplaceAll(text, f.full, f.shown)
	}
	return text
}

// concealed does so for the values of a finding, which stay as they are.
func (b *reportBuilder) concealed(params map[string]string) map[string]string {
	out := params
	copied := false
	for k, v := range params {
		shown := b.conceal(v)
		if shown == v {
			continue
		}
		if !copied {
			out, copied = maps.Clone(params), true
		}
		out[k] = shown
	}
	return out
}

// signer is whom the signing certificate names.
func (b *reportBuilder) signer(c *cert.Certificate) *Signer {
	id := c.Identity()
	s := &Signer{Certificate: b.cert(c), CommonName: id.CommonName, Organization: id.Organization, NameJa: id.NameJa, OrganizationJa: id.OrganizationJa,
		OrganizationIdentifier: id.OrganizationIdentifier, CorporateNumber: id.CorporateNumber}
	if b.v.personalData {
		return s
	}
	cn, person := masked(c, id.CommonName)
	if person {
		s.CommonName, s.Masked = cn, true
	}
	if person && cn == mask && id.NameJa != "" {
		s.NameJa, s.OrganizationJa = mask, ""
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
