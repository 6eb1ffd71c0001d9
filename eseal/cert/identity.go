package cert

import (
	"strings"
	"unicode"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// Identity is who a certificate names, gathered from all the places where
// Japanese certificates put it. It says what is written there; whether the
// issuer was entitled to write it, the court says.
type Identity struct {
	CommonName          string
	Organization        string
	OrganizationalUnits []string
	Country             string

	// NameJa is the Japanese name: of the register (MOJ), of a directoryName
	// in subjectAltName (GPKI, LGPKI, HPKI, JPKI), or of the subject where
	// that is Japanese itself; from the whole to the part, with spaces.
	NameJa string

	// OrganizationJa is the organization alone, of the same place as NameJa.
	OrganizationJa string

	OrganizationIdentifier string // 2.5.4.97 as written

	CorporateNumber  string            // 法人番号: 13 digits, check digit right; "" when there is none, or several that differ
	CorporateNumbers []CorporateNumber // every number found, right or wrong

	QcCompliance, QcSSCD  bool
	QcSeal, QcSign, QcWeb bool // QcType
	NaturalPerson         bool // the names are those of a person: JPKI, HPKI role, given name or surname, QcType esign

	Roles  []Role
	JPKI   *JPKI
	MOJ    *MOJ
	Emails []Personal

	Notes []note.Note
}

// Role is one healthcare role of an HPKI certificate (ISO 17090, hcRole).
type Role struct {
	CodingScheme ber.OID
	Code         string
	Text         string // "Medical Doctor"
}

// Identity gathers who the certificate names.
func (c *Certificate) Identity() Identity {
	s := newScan(nil)
	id := Identity{
		CommonName:             c.Subject.CommonName(),
		Organization:           c.Subject.Organization(),
		OrganizationalUnits:    c.Subject.All(OIDOrganizationalUnit),
		Country:                c.Subject.Get(OIDCountry),
		OrganizationIdentifier: c.Subject.Get(OIDOrganizationIdentifier),
	}
	id.qualified(c.QCStatements)
	id.Roles = s.roles(c)
	id.JPKI = s.jpki(c.SubjectAltNames)
	id.MOJ = s.moj(c)
	id.Emails = emails(c)
	id.NameJa, id.OrganizationJa = nameJa(c, id.MOJ)
	s.corporateNumbers(c, &id)
	id.NaturalPerson = id.JPKI != nil || len(id.Roles) > 0 || id.QcSign ||
		c.Subject.Get("2.5.4.4") != "" || c.Subject.Get("2.5.4.42") != ""
	id.Notes = s.notes
	return id
}

func (id *Identity) qualified(list []QCStatement) {
	for _, q := range list {
		switch q.OID {
		case OIDQcCompliance:
			id.QcCompliance = true
		case OIDQcSSCD:
			id.QcSSCD = true
		}
		for _, t := range q.Types {
			switch t {
			case OIDQcTypeESeal:
				id.QcSeal = true
			case OIDQcTypeESign:
				id.QcSign = true
			case OIDQcTypeWeb:
				id.QcWeb = true
			}
		}
	}
}

// nameJa takes the register before the alternative name before the subject.
func nameJa(c *Certificate, m *MOJ) (whole, organization string) {
	if m != nil && m.CorporateName != "" {
		return m.CorporateName, m.CorporateName
	}
	for _, g := range c.SubjectAltNames {
		if g.Type != NameDirectory {
			continue
		}
		if n, err := ParseName(g.Directory, nil); err == nil {
			if s := joined(n); japanese(s) {
				return s, n.Organization()
			}
		}
	}
	if s := joined(c.Subject); japanese(s) {
		return s, c.Subject.Organization()
	}
	return "", ""
}

// joined are organisation, units and common name in the order of the name.
func joined(n Name) string {
	var parts []string
	for _, rdn := range n.RDNs {
		for _, a := range rdn {
			switch a.Type {
			case OIDOrganization, OIDOrganizationalUnit, OIDCommonName:
				if a.Value != "" && !strings.HasPrefix(a.Value, "CN-") {
					parts = append(parts, a.Value)
				}
			}
		}
	}
	return strings.Join(parts, " ")
}

func japanese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
	})
}

func emails(c *Certificate) []Personal {
	var out []Personal
	for _, g := range c.SubjectAltNames {
		if g.Type == NameEmail {
			out = append(out, Personal(g.Text))
		} else if m, ok := g.SmtpUTF8(); ok {
			out = append(out, Personal(m))
		}
	}
	for _, m := range c.Subject.All(OIDEmailAddress) {
		out = append(out, Personal(m))
	}
	return out
}

const oidHCRole ber.OID = "1.0.17090.0.1"

// roles reads hcRole (ISO 17090-2 annex A, HPKI profile):
//
//	HCActorData ::= SET OF HCActor
//	HCActor ::= SEQUENCE { codedData [0] CodedData, ... }
//	CodedData ::= SET { [0] codingSchemeReference, [1] codeDataValue, [2] codeDataFreeText }
func (s *scan) roles(c *Certificate) []Role {
	var out []Role
	for _, a := range c.DirectoryAttributes {
		if a.OID != oidHCRole {
			continue
		}
		for _, v := range a.Values {
			list, err := s.actors(v)
			if err != nil {
				s.note(CodeIdentityMalformed, "hcRole", -1, map[string]string{"item": "hcRole", "reason": err.Error()})
				continue
			}
			out = append(out, list...)
		}
	}
	return out
}

func (s *scan) actors(raw []byte) ([]Role, error) {
	r := s.reader(raw)
	_, actors, err := r.ExpectEnter(ber.Set, "HCActorData")
	if err != nil {
		return nil, err
	}
	var out []Role
	for !actors.Empty() {
		_, actor, err := actors.ExpectEnter(ber.Sequence, "HCActor")
		if err != nil {
			return nil, err
		}
		_, tagged, err := actor.ExpectEnter(ber.Context(0), "codedData")
		if err != nil {
			return nil, err
		}
		_, set, err := tagged.ExpectEnter(ber.Set, "CodedData")
		if err != nil {
			return nil, err
		}
		role, err := codedData(&set)
		if err != nil {
			return nil, err
		}
		out = append(out, role)
	}
	return out, nil
}

func codedData(set *ber.Reader) (Role, error) {
	var role Role
	for !set.Empty() {
		e, err := set.Next()
		if err != nil {
			return role, err
		}
		in, err := set.Enter(e)
		if err != nil {
			return role, err
		}
		v, err := in.Next()
		if err != nil {
			return role, err
		}
		switch e.Tag {
		case ber.Context(0):
			role.CodingScheme, err = v.OID()
		case ber.Context(1):
			role.Code, _ = v.Text()
		case ber.Context(2):
			role.Text, _ = v.Text()
		}
		if err != nil {
			return role, err
		}
	}
	return role, nil
}
