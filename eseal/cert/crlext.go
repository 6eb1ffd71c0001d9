package cert

import (
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
)

const (
	oidCRLNumber      ber.OID = "2.5.29.20"
	oidReasonCode     ber.OID = "2.5.29.21"
	oidInvalidityDate ber.OID = "2.5.29.24"
	oidDeltaIndicator ber.OID = "2.5.29.27"
	oidIDP            ber.OID = "2.5.29.28"
	oidCertIssuer     ber.OID = "2.5.29.29"
	oidExpiredCertsOn ber.OID = "2.5.29.60"
)

var crlFields map[ber.OID]field[CRL]

func init() {
	crlFields = map[ber.OID]field[CRL]{
		oidAuthorityKeyID: {decode: crlAuthorityKeyID, critical: never},
		oidIssuerAltName:  {decode: crlIssuerAltName, inform: true},
		oidCRLNumber:      {decode: crlNumber, critical: never},
		oidDeltaIndicator: {decode: crlDelta, critical: always},
		oidIDP:            {decode: crlIDP, critical: always},
		oidFreshestCRL:    {decode: crlFreshest, critical: never},
		oidAuthorityInfo:  {decode: crlInfoAccess, critical: never},
		oidExpiredCertsOn: {decode: crlExpiredCerts, critical: never},
	}
}

// Refusals are the extensions for which the CRL must not be used: unknown
// critical ones of the list or of an entry, and malformed or doubled ones
// unless they only inform and are not critical.
func (c *CRL) Refusals() []ber.OID {
	var out oidSet
	for _, o := range c.UnknownCritical {
		out.add(o)
	}
	for _, o := range c.EntryUnknownCritical {
		out.add(o)
	}
	for _, o := range c.MalformedExtensions {
		x, _ := c.Extension(o)
		if f, known := crlFields[o]; x.Critical || known && !f.inform {
			out.add(o)
		}
	}
	return out.list
}

func crlAuthorityKeyID(s *scan, c *CRL, _ Extension, r *ber.Reader) error {
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

func crlIssuerAltName(s *scan, c *CRL, _ Extension, r *ber.Reader) error {
	e, err := r.Expect(ber.Sequence, "issuerAltName")
	if err != nil {
		return err
	}
	if c.IssuerAltNames, err = s.generalNames(r, e, address); err != nil {
		return err
	}
	return end(r)
}

func crlNumber(_ *scan, c *CRL, _ Extension, r *ber.Reader) error {
	e, err := r.Expect(ber.Integer, "cRLNumber")
	if err != nil {
		return err
	}
	v, err := e.Int()
	if err != nil {
		return err
	}
	if err := end(r); err != nil {
		return err
	}
	c.Number = v
	return nil
}

func crlDelta(_ *scan, c *CRL, _ Extension, r *ber.Reader) error {
	e, err := r.Expect(ber.Integer, "BaseCRLNumber")
	if err != nil {
		return err
	}
	v, err := e.Int()
	if err != nil {
		return err
	}
	if err := end(r); err != nil {
		return err
	}
	c.DeltaIndicator = v
	return nil
}

func crlFreshest(s *scan, c *CRL, _ Extension, r *ber.Reader) error {
	list, err := s.distributionPoints(r, "freshestCRL")
	if err != nil {
		return err
	}
	c.FreshestCRL = list
	return nil
}

func crlInfoAccess(s *scan, c *CRL, _ Extension, r *ber.Reader) error {
	list, err := s.infoAccess(r, "authorityInfoAccess")
	if err != nil {
		return err
	}
	c.InfoAccess = list
	return nil
}

func crlExpiredCerts(_ *scan, c *CRL, _ Extension, r *ber.Reader) error {
	e, err := r.Expect(ber.GeneralizedTime, "expiredCertsOnCRL")
	if err != nil {
		return err
	}
	t, _, err := e.Time()
	if err != nil {
		return err
	}
	if err := end(r); err != nil {
		return err
	}
	c.ExpiredCertsFrom = &t
	return nil
}

// crlIDP reads IssuingDistributionPoint (RFC 5280 5.2.5).
func crlIDP(s *scan, c *CRL, x Extension, r *ber.Reader) error {
	in, err := sequence(r, "issuingDistributionPoint")
	if err != nil {
		return err
	}
	if in.Empty() { // forbidden, but it limits nothing
		s.note(CodeEmptyExtension, "issuingDistributionPoint", -1, nil)
	}
	d := &IssuingDistributionPoint{Critical: x.Critical}
	point, ok, err := in.Optional(ber.Context(0))
	if err != nil {
		return err
	}
	if ok {
		d.HasPoint, d.Point.Raw = true, point.Raw
		if err := s.pointName(&d.Point, &in, point); err != nil {
			return fmt.Errorf("distributionPoint: %w", err)
		}
	}
	for _, f := range []struct {
		tag uint32
		dst *bool
	}{{1, &d.OnlyUserCerts}, {2, &d.OnlyCACerts}, {3, nil}, {4, &d.IndirectCRL}, {5, &d.OnlyAttributeCerts}} {
		e, ok, err := in.Optional(ber.Context(f.tag))
		switch {
		case err != nil:
			return err
		case !ok:
		case f.dst == nil:
			if d.OnlySomeReasons, err = reasonFlags(e); err != nil {
				return err
			}
		default:
			if err = primitive(e); err != nil {
				return err
			}
			if *f.dst, err = e.Bool(); err != nil {
				return err
			}
		}
	}
	if err := end(&in); err != nil {
		return err
	}
	c.IDP = d
	return nil
}
