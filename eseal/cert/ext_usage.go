package cert

import (
	"fmt"
	"math"

	"github.com/kakuin/kakuin/eseal/ber"
)

func decodeSubjectKeyID(_ *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	e, err := r.Expect(ber.OctetString, "subjectKeyIdentifier")
	if err != nil {
		return err
	}
	id, err := r.Octets(e)
	if err != nil {
		return err
	}
	if err := end(r); err != nil {
		return err
	}
	c.SubjectKeyID = present(id)
	return nil
}

// present keeps an empty value apart from an absent one.
func present(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// authority is AuthorityKeyIdentifier (RFC 5280 4.2.1.1), of certificates and CRLs.
type authority struct {
	keyID  []byte
	issuer []GeneralName
	serial ber.Element
	has    bool
}

func (s *scan) authority(r *ber.Reader) (authority, error) {
	var a authority
	in, err := sequence(r, "authorityKeyIdentifier")
	if err != nil {
		return a, err
	}
	id, ok, err := in.Optional(ber.Context(0))
	if err != nil {
		return a, err
	}
	if ok {
		if a.keyID, err = in.Octets(id); err != nil {
			return a, err
		}
		a.keyID = present(a.keyID)
	}
	names, ok, err := in.Optional(ber.Context(1))
	if err != nil {
		return a, err
	}
	if ok {
		if a.issuer, err = s.generalNames(&in, names, address); err != nil {
			return a, err
		}
	}
	if a.serial, a.has, err = in.Optional(ber.Context(2)); err != nil {
		return a, err
	}
	if err := primitive(a.serial); err != nil {
		return a, err
	}
	return a, end(&in)
}

func decodeAuthorityKeyID(s *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	a, err := s.authority(r)
	if err != nil {
		return err
	}
	if a.has {
		if c.AuthoritySerial, err = a.serial.Int(); err != nil {
			return err
		}
	}
	c.AuthorityKeyID, c.AuthorityIssuer = a.keyID, a.issuer
	return nil
}

// flags reads a named BIT STRING: bit n of the string is 1<<n.
func flags(e ber.Element) (uint16, error) {
	b, _, err := e.Bits()
	if err != nil {
		return 0, err
	}
	var v uint16
	for i := range min(16, 8*len(b)) {
		if b[i/8]&(0x80>>(i%8)) != 0 {
			v |= 1 << i
		}
	}
	return v, nil
}

func decodeKeyUsage(_ *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	e, err := r.Expect(ber.BitString, "keyUsage")
	if err != nil {
		return err
	}
	v, err := flags(e)
	if err != nil {
		return err
	}
	if err := end(r); err != nil {
		return err
	}
	u := KeyUsage(v)
	c.KeyUsage = &u
	return nil
}

func decodeExtKeyUsage(s *scan, c *Certificate, x Extension, r *ber.Reader) error {
	in, err := sequence(r, "extKeyUsage")
	if err != nil {
		return err
	}
	var list []ber.OID
	err = each(&in, func() error {
		o, err := expectOID(&in, "KeyPurposeId")
		if err != nil {
			return err
		}
		list = append(list, o)
		return s.hold(int64(len(o)) + 16)
	})
	if err != nil {
		return err
	}
	c.ExtKeyUsage, c.ExtKeyUsageCritical = list, x.Critical
	return nil
}

func decodeBasicConstraints(s *scan, c *Certificate, x Extension, r *ber.Reader) error {
	in, err := sequence(r, "basicConstraints")
	if err != nil {
		return err
	}
	b := &BasicConstraints{PathLen: -1, Critical: x.Critical}
	ca, ok, err := in.Optional(ber.Boolean)
	if err != nil {
		return err
	}
	if ok {
		if b.CA, err = ca.Bool(); err != nil {
			return err
		}
		if !b.CA {
			s.note(CodeNotDER, "basicConstraints", -1, map[string]string{"what": "default value is written out"})
		}
	}
	n, ok, err := in.Optional(ber.Integer)
	if err != nil {
		return err
	}
	if ok {
		if b.PathLen, err = count(n); err != nil {
			return err
		}
	}
	if err := end(&in); err != nil {
		return err
	}
	c.BasicConstraints = b
	return nil
}

// count reads an INTEGER (0..MAX) that counts certificates or years. No path
// is longer than MaxInt32, so larger numbers are that.
func count(e ber.Element) (int, error) {
	if err := primitive(e); err != nil {
		return 0, err
	}
	v, err := e.Int()
	if err != nil {
		return 0, err
	}
	if v.Sign() < 0 {
		return 0, fmt.Errorf("octet %d: %s is negative", e.Offset, v)
	}
	if v.IsInt64() && v.Int64() <= math.MaxInt32 {
		return int(v.Int64()), nil
	}
	return math.MaxInt32, nil
}

// primitive refuses a simple type in constructed form, which no rule of X.690
// allows; under an implicit tag nothing else would notice.
func primitive(e ber.Element) error {
	if e.Constructed {
		return fmt.Errorf("octet %d: %s is constructed", e.Offset, e.Tag)
	}
	return nil
}

// null reads the value NULL of a flag extension.
func null(r *ber.Reader, what string) error {
	e, err := r.Expect(ber.Null, what)
	if err != nil {
		return err
	}
	if len(e.Body) != 0 {
		return fmt.Errorf("%s: octet %d: NULL with contents", what, e.Offset)
	}
	return end(r)
}

func decodeOCSPNoCheck(_ *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	err := null(r, "ocsp-nocheck")
	c.OCSPNoCheck = err == nil
	return err
}

func decodeNoRevAvail(_ *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	err := null(r, "noRevAvail")
	c.NoRevAvail = err == nil
	return err
}

func decodeShortTerm(_ *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	err := null(r, "validityAssuredShortTerm")
	c.ShortTermAssured = err == nil
	return err
}

func decodeDirectoryAttributes(s *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	in, err := sequence(r, "subjectDirectoryAttributes")
	if err != nil {
		return err
	}
	var list []DirectoryAttribute
	err = each(&in, func() error {
		_, a, err := in.ExpectEnter(ber.Sequence, "Attribute")
		if err != nil {
			return err
		}
		d, err := s.directoryAttribute(&a)
		list = append(list, d)
		return err
	})
	if err != nil {
		return err
	}
	c.DirectoryAttributes = list
	return nil
}

func (s *scan) directoryAttribute(a *ber.Reader) (DirectoryAttribute, error) {
	var d DirectoryAttribute
	var err error
	if d.OID, err = expectOID(a, "Attribute"); err != nil {
		return d, err
	}
	_, values, err := a.ExpectEnter(ber.Set, "Attribute values")
	if err != nil {
		return d, err
	}
	for !values.Empty() {
		v, err := values.Next()
		if err != nil {
			return d, err
		}
		if err := s.hold(costExtension); err != nil {
			return d, err
		}
		d.Values = append(d.Values, v.Raw)
	}
	return d, end(a)
}
