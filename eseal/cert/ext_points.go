package cert

import (
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
)

const (
	oidADOCSP      ber.OID = "1.3.6.1.5.5.7.48.1"
	oidADCAIssuers ber.OID = "1.3.6.1.5.5.7.48.2"
)

func decodeCRLPoints(s *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	list, err := s.distributionPoints(r, "cRLDistributionPoints")
	if err != nil {
		return err
	}
	c.CRLDistributionPoints = list
	return nil
}

func decodeFreshestCRL(s *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	list, err := s.distributionPoints(r, "freshestCRL")
	if err != nil {
		return err
	}
	c.FreshestCRL = list
	return nil
}

// distributionPoints reads CRLDistributionPoints (RFC 5280 4.2.1.13).
func (s *scan) distributionPoints(r *ber.Reader, what string) ([]DistributionPoint, error) {
	in, err := sequence(r, what)
	if err != nil {
		return nil, err
	}
	var list []DistributionPoint
	err = each(&in, func() error {
		e, p, err := in.ExpectEnter(ber.Sequence, "DistributionPoint")
		if err != nil {
			return err
		}
		d := DistributionPoint{Raw: e.Raw}
		if err := s.distributionPoint(&d, &p); err != nil {
			return fmt.Errorf("DistributionPoint[%d]: %w", len(list), err)
		}
		list = append(list, d)
		return s.hold(costName)
	})
	return list, err
}

func (s *scan) distributionPoint(d *DistributionPoint, p *ber.Reader) error {
	name, ok, err := p.Optional(ber.Context(0))
	if err != nil {
		return err
	}
	if ok {
		if err := s.pointName(d, p, name); err != nil {
			return err
		}
	}
	reasons, ok, err := p.Optional(ber.Context(1))
	if err != nil {
		return err
	}
	if ok {
		if d.Reasons, err = reasonFlags(reasons); err != nil {
			return err
		}
	}
	issuer, ok, err := p.Optional(ber.Context(2))
	if err != nil {
		return err
	}
	if ok {
		if d.CRLIssuer, err = s.generalNames(p, issuer, address); err != nil {
			return err
		}
	}
	return end(p)
}

func reasonFlags(e ber.Element) (*ReasonFlags, error) {
	v, err := flags(e)
	if err != nil {
		return nil, fmt.Errorf("reasons: %w", err)
	}
	f := ReasonFlags(v)
	return &f, nil
}

// pointName reads DistributionPointName, a CHOICE and so explicitly tagged.
func (s *scan) pointName(d *DistributionPoint, r *ber.Reader, outer ber.Element) error {
	in, err := r.Enter(outer)
	if err != nil {
		return err
	}
	e, err := in.Next()
	if err != nil {
		return err
	}
	switch e.Tag {
	case ber.Context(0):
		if d.FullNames, err = s.generalNames(&in, e, address); err != nil {
			return fmt.Errorf("fullName: %w", err)
		}
	case ber.Context(1):
		if _, err := s.rdn(nil, &in, e, "nameRelativeToCRLIssuer"); err != nil {
			return err
		}
		d.RelativeName = e.Body
	default:
		return fmt.Errorf("octet %d: %s is no DistributionPointName", e.Offset, e.Tag)
	}
	return end(&in)
}

// AppendRDN is the full name of a nameRelativeToCRLIssuer (RFC 5280
// 4.2.1.13): the issuer's encoded name with one more RDN, whose contents rdn is.
func AppendRDN(issuer, rdn []byte) ([]byte, error) {
	r := ber.NewReader(issuer, nil)
	e, err := r.Expect(ber.Sequence, "Name")
	if err != nil {
		return nil, err
	}
	set := ber.Append(nil, 0x31, rdn)
	return ber.Append(nil, 0x30, append(append([]byte(nil), e.Body...), set...)), nil
}

func decodeAuthorityInfo(s *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	list, err := s.infoAccess(r, "authorityInfoAccess")
	if err != nil {
		return err
	}
	c.InfoAccess = list
	for _, a := range list {
		if a.Location.Type != NameURI {
			continue
		}
		switch a.Method {
		case oidADOCSP:
			c.OCSPServers = append(c.OCSPServers, a.Location.Text)
		case oidADCAIssuers:
			c.CAIssuers = append(c.CAIssuers, a.Location.Text)
		}
	}
	return nil
}

func decodeSubjectInfo(s *scan, c *Certificate, _ Extension, r *ber.Reader) error {
	list, err := s.infoAccess(r, "subjectInfoAccess")
	if err != nil {
		return err
	}
	c.SubjectInfoAccess = list
	return nil
}

// infoAccess reads AuthorityInfoAccessSyntax (RFC 5280 4.2.2.1).
func (s *scan) infoAccess(r *ber.Reader, what string) ([]AccessDescription, error) {
	in, err := sequence(r, what)
	if err != nil {
		return nil, err
	}
	var list []AccessDescription
	err = each(&in, func() error {
		_, a, err := in.ExpectEnter(ber.Sequence, "AccessDescription")
		if err != nil {
			return err
		}
		var d AccessDescription
		if d.Method, err = expectOID(&a, "accessMethod"); err != nil {
			return err
		}
		if d.Location, err = s.generalName(&a, address); err != nil {
			return fmt.Errorf("accessLocation: %w", err)
		}
		list = append(list, d)
		return end(&a)
	})
	return list, err
}
