package cert

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
)

// NameType is the alternative of a GeneralName, its context tag (RFC 5280 4.2.1.6).
type NameType uint8

// The alternatives of GeneralName.
const (
	NameOther NameType = iota
	NameEmail
	NameDNS
	NameX400
	NameDirectory
	NameEDIParty
	NameURI
	NameIP
	NameRID
)

var nameTypes = [...]string{"otherName", "rfc822Name", "dNSName", "x400Address", "directoryName",
	"ediPartyName", "uniformResourceIdentifier", "iPAddress", "registeredID"}

// String is the name of the alternative in RFC 5280.
func (t NameType) String() string {
	if int(t) < len(nameTypes) {
		return nameTypes[t]
	}
	return fmt.Sprintf("[%d]", uint8(t))
}

// GeneralName is one name. Exactly the field of its type is set.
type GeneralName struct {
	Type      NameType
	Raw       []byte
	Text      string  // rfc822Name, dNSName, uniformResourceIdentifier as written
	Directory []byte  // directoryName: the encoded Name
	IP        []byte  // iPAddress: 4 or 16 octets, in name constraints 8 or 32 (address, mask)
	OID       ber.OID // registeredID, or the type-id of an otherName
	Other     []byte  // otherName: the encoded value inside [0]
	// Clean is false where Text does not fit IA5String, IP does not have the
	// form that its place wants, or an otherName leaves out the tag of its
	// value. In subjectAltName only the last occurs; a constraint on
	// otherNames cannot be held against such a name.
	Clean bool
}

// Identifiers of otherName (RFC 9598, and what Microsoft calls UPN).
const (
	OIDSmtpUTF8Mailbox ber.OID = "1.3.6.1.5.5.7.8.9"
	OIDUserPrincipal   ber.OID = "1.3.6.1.4.1.311.20.2.3"
)

// SmtpUTF8 is the mailbox of an id-on-SmtpUTF8Mailbox otherName (RFC 9598 3).
func (g GeneralName) SmtpUTF8() (string, bool) {
	if g.Type != NameOther || g.OID != OIDSmtpUTF8Mailbox {
		return "", false
	}
	r := ber.NewReader(g.Other, nil)
	e, err := r.Expect(ber.UTF8String, "SmtpUTF8Mailbox")
	if err != nil || !r.Empty() {
		return "", false
	}
	return e.Text()
}

// String is the name with its type, for people: "dNSName:example.jp".
func (g GeneralName) String() string {
	value := g.Text
	switch g.Type {
	case NameDirectory:
		if n, err := ParseName(g.Directory, nil); err == nil {
			value = n.String()
		}
	case NameIP:
		value = ipText(g.IP)
	case NameRID:
		value = string(g.OID)
	case NameOther:
		value = string(g.OID)
		if m, ok := g.SmtpUTF8(); ok {
			value = m
		}
	case NameX400, NameEDIParty:
		value = fmt.Sprintf("#%x", g.Raw)
	}
	return g.Type.String() + ":" + value
}

func ipText(b []byte) string {
	switch len(b) {
	case 4, 16:
		a, _ := netip.AddrFromSlice(b)
		return a.String()
	case 8, 32:
		h := len(b) / 2
		a, _ := netip.AddrFromSlice(b[:h])
		m, _ := netip.AddrFromSlice(b[h:])
		return a.String() + "/" + m.String()
	}
	return fmt.Sprintf("#%x", b)
}

// place says where a GeneralName stands: an iPAddress has a mask in subtrees.
type place uint8

const (
	address place = iota
	subtree
)

// ParseGeneralName reads one GeneralName.
func ParseGeneralName(raw []byte, p *purse.Purse) (GeneralName, error) {
	s := newScan(p)
	r := s.reader(raw)
	g, err := s.generalName(&r, address)
	if err == nil {
		err = end(&r)
	}
	return g, err
}

// ParseGeneralNames reads a GeneralNames SEQUENCE.
func ParseGeneralNames(raw []byte, p *purse.Purse) ([]GeneralName, error) {
	s := newScan(p)
	r := s.reader(raw)
	e, err := r.Expect(ber.Sequence, "GeneralNames")
	if err != nil {
		return nil, err
	}
	list, err := s.generalNames(&r, e, address)
	if err == nil {
		err = end(&r)
	}
	return list, err
}

func (s *scan) generalNames(r *ber.Reader, e ber.Element, where place) ([]GeneralName, error) {
	in, err := r.Enter(e)
	if err != nil {
		return nil, err
	}
	var list []GeneralName
	err = each(&in, func() error {
		g, err := s.generalName(&in, where)
		if err != nil {
			return fmt.Errorf("GeneralName[%d]: %w", len(list), err)
		}
		list = append(list, g)
		return nil
	})
	return list, err
}

func (s *scan) generalName(r *ber.Reader, where place) (GeneralName, error) {
	e, err := r.Next()
	if err != nil {
		return GeneralName{}, err
	}
	if err := s.hold(costName); err != nil {
		return GeneralName{}, err
	}
	if e.Tag.Class() != 2 || e.Tag.Number() > uint32(NameRID) {
		return GeneralName{}, fmt.Errorf("octet %d: %s is no GeneralName", e.Offset, e.Tag)
	}
	g := GeneralName{Type: NameType(e.Tag.Number()), Raw: e.Raw, Clean: true}
	switch g.Type {
	case NameEmail, NameDNS, NameURI:
		g.Text, g.Clean = string(e.Body), !e.Constructed && isASCII(e.Body)
		if !g.Clean {
			g.Text = strings.ToValidUTF8(g.Text, "\uFFFD")
		}
	case NameIP:
		g.IP, g.Clean = e.Body, !e.Constructed && ipForm(e.Body, where)
	case NameRID:
		if err = primitive(e); err == nil {
			g.OID, err = e.OID()
		}
	case NameDirectory:
		err = s.directoryName(&g, r, e)
	case NameOther:
		err = otherName(&g, r, e)
	}
	if err != nil {
		return GeneralName{}, fmt.Errorf("%s: %w", g.Type, err)
	}
	if !g.Clean {
		s.note(CodeNameForm, g.Type.String(), e.Offset, map[string]string{"type": g.Type.String()})
	}
	return g, nil
}

// ipForm is the form of an address, or of a range as RFC 4632 has it: a mask
// of ones and then zeros (RFC 5280 4.2.1.10).
func ipForm(b []byte, where place) bool {
	n := len(b)
	if where == address {
		return n == 4 || n == 16
	}
	if n != 8 && n != 32 {
		return false
	}
	zeros := false
	for _, m := range b[n/2:] {
		if zeros && m != 0 || ^m&(^m+1) != 0 { // ^m is 2^k - 1: ones, then zeros
			return false
		}
		zeros = zeros || m != 0xff
	}
	return true
}

func (s *scan) directoryName(g *GeneralName, r *ber.Reader, e ber.Element) error {
	in, err := r.Enter(e)
	if err != nil {
		return err
	}
	n, err := s.name(&in, "directoryName")
	if err != nil {
		return err
	}
	g.Directory = n.Raw
	return end(&in)
}

func otherName(g *GeneralName, r *ber.Reader, e ber.Element) error {
	in, err := r.Enter(e)
	if err != nil {
		return err
	}
	if g.OID, err = expectOID(&in, "type-id"); err != nil {
		return err
	}
	value, err := in.Next()
	if err != nil {
		return err
	}
	if value.Tag != ber.Context(0) { // real certificates leave the tag out
		g.Other, g.Clean = value.Raw, false
		return end(&in)
	}
	v, err := in.Enter(value)
	if err != nil {
		return err
	}
	if value, err = v.Next(); err != nil {
		return err
	}
	if g.Other = value.Raw; !v.Empty() {
		return end(&v)
	}
	return end(&in)
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// errForm refuses a name whose form decides what a constraint covers.
func errForm(list []GeneralName) error {
	for i, g := range list {
		if !g.Clean && g.Type != NameOther {
			return fmt.Errorf("GeneralName[%d]: %s does not have the form of its type", i, g.Type)
		}
	}
	return nil
}
