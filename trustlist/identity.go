package trustlist

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
)

// Identifies tells whether a certificate that was found under the anchors of
// the service is the service: one of the identities must hold whole. Without
// identities everyone under the anchors is, save that an accreditation needs
// one. The path is the certification path of c, anchor included or not;
// tokenPolicy is the policy of a time-stamp token, empty for anything else.
func (s *Service) Identifies(c *cert.Certificate, path []*cert.Certificate, tokenPolicy ber.OID) bool {
	if c == nil {
		return false
	}
	if len(s.Identity) == 0 {
		return !s.Accreditation()
	}
	for i := range s.Identity {
		if s.Identity[i].holds(c, path, tokenPolicy) {
			return true
		}
	}
	return false
}

func (id *Identity) holds(c *cert.Certificate, path []*cert.Certificate, tokenPolicy ber.OID) bool {
	if id.SHA256 != nil && c.SHA256 != *id.SHA256 && !slices.ContainsFunc(path, func(p *cert.Certificate) bool { return p.SHA256 == *id.SHA256 }) {
		return false
	}
	for _, a := range id.Subject {
		if !hasAttribute(c.Subject, a) {
			return false
		}
	}
	if len(id.CertificatePolicies) > 0 && !slices.ContainsFunc(c.Policies, func(p cert.PolicyInformation) bool { return slices.Contains(id.CertificatePolicies, p.OID) }) {
		return false
	}
	return len(id.TokenPolicies) == 0 || slices.Contains(id.TokenPolicies, tokenPolicy)
}

// hasAttribute compares values as they stand: a list names the letters of the
// certificate, it does not describe them.
func hasAttribute(n cert.Name, want Attribute) bool {
	for _, rdn := range n.RDNs {
		for _, a := range rdn {
			if a.Type == want.Type && a.Value == want.Value {
				return true
			}
		}
	}
	return false
}
