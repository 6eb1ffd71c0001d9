package cert

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
)

// Attribute is one AttributeTypeAndValue of a name.
type Attribute struct {
	Type  ber.OID
	Tag   ber.Tag // string type of the value
	Value string  // as UTF-8; empty for values that are no string
	Raw   []byte  // the encoded value
}

// Name is a distinguished name in the order of its encoding.
type Name struct {
	Raw  []byte
	RDNs [][]Attribute
}

// Attribute types that this room asks for (X.520, RFC 4519).
const (
	OIDCommonName             ber.OID = "2.5.4.3"
	OIDCountry                ber.OID = "2.5.4.6"
	OIDOrganization           ber.OID = "2.5.4.10"
	OIDOrganizationalUnit     ber.OID = "2.5.4.11"
	OIDOrganizationIdentifier ber.OID = "2.5.4.97"
	OIDDomainComponent        ber.OID = "0.9.2342.19200300.100.1.25"
	OIDEmailAddress           ber.OID = "1.2.840.113549.1.9.1"
)

// ParseName reads one encoded Name (RFC 5280 4.1.2.4).
func ParseName(raw []byte, p *purse.Purse) (Name, error) {
	s := newScan(p)
	r := s.reader(raw)
	n, err := s.name(&r, "Name")
	if err == nil {
		err = end(&r)
	}
	return n, err
}

func (s *scan) name(r *ber.Reader, what string) (Name, error) {
	e, in, err := r.ExpectEnter(ber.Sequence, what)
	if err != nil {
		return Name{}, err
	}
	n := Name{Raw: e.Raw}
	if in.Empty() {
		return n, nil
	}
	n.RDNs = make([][]Attribute, 0, 6)
	attributes := make([]Attribute, 0, 6)
	for !in.Empty() {
		set, err := in.Expect(ber.Set, what)
		if err != nil {
			return Name{}, err
		}
		start := len(attributes)
		if attributes, err = s.rdn(attributes, &in, set, what); err != nil {
			return Name{}, err
		}
		n.RDNs = append(n.RDNs, attributes[start:len(attributes):len(attributes)])
	}
	return n, nil
}

// rdn appends the attributes of one RelativeDistinguishedName, the element e
// that r returned.
func (s *scan) rdn(out []Attribute, r *ber.Reader, e ber.Element, what string) ([]Attribute, error) {
	attrs, err := r.Enter(e)
	if err != nil {
		return nil, err
	}
	if attrs.Empty() {
		s.note(CodeEmptyRDN, what, e.Offset, nil)
	}
	for !attrs.Empty() {
		_, in, err := attrs.ExpectEnter(ber.Sequence, what)
		if err != nil {
			return nil, err
		}
		if err := s.hold(costExtension); err != nil {
			return nil, err
		}
		a, err := s.attribute(&in, what)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func (s *scan) attribute(in *ber.Reader, what string) (Attribute, error) {
	o, err := expectOID(in, what)
	if err != nil {
		return Attribute{}, err
	}
	v, err := in.Next()
	if err != nil {
		return Attribute{}, fmt.Errorf("%s: value of %s: %w", what, o.Name(), err)
	}
	if !in.Empty() {
		return Attribute{}, fmt.Errorf("%s: octet %d: an element after the value of %s", what, in.Offset(), o.Name())
	}
	a := Attribute{Type: o, Tag: v.Tag, Raw: v.Raw}
	if v.Constructed || !isText(v.Tag) {
		if v.Constructed || v.Tag.Class() != 0 { // X.520 has no attribute of such a type
			s.note(CodeNameString, what, v.Offset, map[string]string{"attribute": attributeName(o), "type": v.Tag.String()})
		}
		return a, nil
	}
	var clean bool
	if a.Value, clean = v.Text(); !clean || !fits(v.Tag, v.Body) {
		s.note(CodeNameString, what, v.Offset, map[string]string{"attribute": attributeName(o), "type": v.Tag.String()})
	}
	return a, nil
}

func isText(t ber.Tag) bool {
	switch t {
	case ber.UTF8String, ber.PrintableString, ber.NumericString, ber.IA5String, ber.VisibleString,
		ber.TeletexString, ber.BMPString, ber.UniversalString:
		return true
	}
	return false
}

// fits tells whether the octets belong to the character set of the type (X.680 41).
func fits(t ber.Tag, b []byte) bool {
	switch t {
	case ber.PrintableString:
		for _, c := range b {
			if !printable[c] {
				return false
			}
		}
	case ber.NumericString:
		for _, c := range b {
			if c != ' ' && (c < '0' || c > '9') {
				return false
			}
		}
	case ber.IA5String, ber.VisibleString:
		return isASCII(b)
	}
	return true
}

// printable is the set of X.680 table 10.
var printable = func() (set [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?" {
		set[c] = true
	}
	return set
}()

// All are the values of a type in the order of the encoding.
func (n Name) All(oid ber.OID) []string {
	var out []string
	for _, rdn := range n.RDNs {
		for _, a := range rdn {
			if a.Type == oid {
				out = append(out, a.Value)
			}
		}
	}
	return out
}

// Get is the most specific value of a type, "" when there is none.
func (n Name) Get(oid ber.OID) string {
	if all := n.All(oid); len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}

// CommonName is the most specific CN.
func (n Name) CommonName() string { return n.Get(OIDCommonName) }

// Organization is the most specific O.
func (n Name) Organization() string { return n.Get(OIDOrganization) }

// attributeNames are the descriptors of RFC 4514 3 and of the IANA registry
// of LDAP parameters; types without one are written by number.
var attributeNames = map[ber.OID]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L",
	"2.5.4.8": "ST", "2.5.4.9": "STREET", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title",
	"2.5.4.13": "description", "2.5.4.15": "businessCategory", "2.5.4.17": "postalCode",
	"2.5.4.41": "name", "2.5.4.42": "givenName", "2.5.4.43": "initials", "2.5.4.44": "generationQualifier",
	"2.5.4.46": "dnQualifier", "2.5.4.65": "pseudonym", "2.5.4.97": "organizationIdentifier",
	"0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
	"1.2.840.113549.1.9.1": "emailAddress",
}

func attributeName(o ber.OID) string {
	if n, ok := attributeNames[o]; ok {
		return n
	}
	return string(o)
}

// String is the form of RFC 4514: most specific first. Characters that could
// deceive a reader (controls, marks of direction) are written as octets.
func (n Name) String() string {
	var b strings.Builder
	for i := len(n.RDNs) - 1; i >= 0; i-- {
		for j, a := range n.RDNs[i] {
			if j > 0 {
				b.WriteByte('+')
			}
			a.write(&b)
		}
		if i > 0 {
			b.WriteByte(',')
		}
	}
	return b.String()
}

func (a Attribute) write(b *strings.Builder) {
	name, known := attributeNames[a.Type]
	if !known || a.Value == "" && !isText(a.Tag) {
		fmt.Fprintf(b, "%s=#%x", attributeName(a.Type), a.Raw) // RFC 4514 2.4
		return
	}
	b.WriteString(name)
	b.WriteByte('=')
	for i, r := range a.Value {
		last := i+utf8.RuneLen(r) == len(a.Value)
		switch {
		case 'A' <= r && r <= 'z' && r != '\\', '0' <= r && r <= '9': // nearly all
			b.WriteRune(r)
		case r == ' ' && (i == 0 || last), r == '#' && i == 0, strings.ContainsRune(`"+,;<>\`, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(b, `\%02x`, c)
			}
		default:
			b.WriteRune(r)
		}
	}
}
