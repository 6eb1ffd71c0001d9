package cert

import (
	"strings"

	"github.com/kakuin/kakuin/eseal/ber"
)

// JPKI are the items that a Japanese public personal certificate puts into
// subjectAltName as otherNames (1.2.392.200149.8.5.5.1 to .6).
type JPKI struct {
	Name      Personal
	Gender    Personal // 1 male, 2 female, 9 not applicable
	BirthDate Personal // EYYYYMMDD: E is the era (0 unknown, 1 明治 ... 5 令和), YYYY the Western year
	Address   Personal

	// One digit per character: 1 where the character is a substitute for one
	// of the resident register that cannot be written.
	NameSubstituted, AddressSubstituted Personal
	Substituted                         bool // some digit is 1
}

const jpkiArc = "1.2.392.200149.8.5.5."

func (s *scan) jpki(names []GeneralName) *JPKI {
	var j *JPKI
	for _, g := range names {
		item, ok := strings.CutPrefix(string(g.OID), jpkiArc)
		if g.Type != NameOther || !ok {
			continue
		}
		if j == nil {
			j = &JPKI{}
		}
		dst := map[string]*Personal{"1": &j.Name, "2": &j.NameSubstituted, "3": &j.Gender,
			"4": &j.BirthDate, "5": &j.Address, "6": &j.AddressSubstituted}[item]
		if dst == nil {
			continue // items of later profiles: the furigana, a former surname
		}
		r := s.reader(g.Other)
		v, err := r.Next()
		if err != nil || !isText(v.Tag) {
			s.note(CodeIdentityMalformed, "subjectAltName", -1, map[string]string{"item": string(g.OID), "reason": "not a character string"})
			continue
		}
		t, _ := v.Text()
		*dst = Personal(t)
	}
	if j != nil && strings.Contains(string(j.NameSubstituted+j.AddressSubstituted), "1") {
		j.Substituted = true
		s.note(CodeSubstituted, "subjectAltName", -1, nil)
	}
	return j
}

// MOJ are the private extensions of the commercial-registration certification
// authority of the Ministry of Justice (1.2.392.100300.1.1.1 to .3).
type MOJ struct {
	Registrar      string // "東京法務局登記官"
	CorporateName  string
	Number         string // 会社法人等番号: 12 digits, without check digit
	Address        string
	Representative Personal
	Title          string
	RegistryOffice string
	Policies       []PolicyInformation // the policy with its notice in Japanese
}

const (
	oidMOJPolicies  ber.OID = "1.2.392.100300.1.1.1"
	oidMOJRegistrar ber.OID = "1.2.392.100300.1.1.2"
	oidMOJCorporate ber.OID = "1.2.392.100300.1.1.3"
)

func (s *scan) moj(c *Certificate) *MOJ {
	var m *MOJ
	for _, x := range c.Extensions {
		if !strings.HasPrefix(string(x.OID), "1.2.392.100300.1.1.") {
			continue
		}
		if m == nil {
			m = &MOJ{}
		}
		r := s.reader(x.Value)
		var err error
		switch x.OID {
		case oidMOJPolicies:
			m.Policies, err = s.policies(&r)
		case oidMOJRegistrar:
			m.Registrar, err = text(&r, "registrar")
		case oidMOJCorporate:
			err = m.corporate(&r)
		default:
			continue
		}
		if err == nil {
			err = end(&r)
		}
		if err != nil {
			s.note(CodeIdentityMalformed, "extensions", -1, map[string]string{"item": string(x.OID), "reason": err.Error()})
		}
	}
	return m
}

// corporate reads registeredCorporationInfo: explicitly tagged
// DirectoryStrings, [5] is not used.
func (m *MOJ) corporate(r *ber.Reader) error {
	_, in, err := r.ExpectEnter(ber.Sequence, "registeredCorporationInfo")
	if err != nil {
		return err
	}
	for !in.Empty() {
		e, err := in.Next()
		if err != nil {
			return err
		}
		v, err := in.Enter(e)
		if err != nil {
			return err
		}
		t, err := text(&v, e.Tag.String())
		if err != nil {
			return err
		}
		switch e.Tag {
		case ber.Context(0):
			m.CorporateName = t
		case ber.Context(1):
			m.Number = t
		case ber.Context(2):
			m.Address = t
		case ber.Context(3):
			m.Representative = Personal(t)
		case ber.Context(4):
			m.Title = t
		case ber.Context(6):
			m.RegistryOffice = t
		}
	}
	return nil
}
