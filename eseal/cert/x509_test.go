package cert

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"maps"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// TestAgainstX509 compares every field with crypto/x509 on every certificate
// of the corpora that crypto/x509 accepts: any difference is a bug here.
func TestAgainstX509(t *testing.T) {
	m := corporaMaterial(t)
	accepted, refused, lenient := 0, map[string]int{}, 0
	for _, f := range m.certs {
		c, err := Parse(f.der, nil)
		if err != nil {
			t.Errorf("%s: %v", f.file, err)
			continue
		}
		std, err := x509.ParseCertificate(c.Raw)
		if (err == nil) != (c.Strict() == nil) {
			t.Errorf("%s: Strict %v, crypto/x509 %v", f.file, c.Strict(), err)
		}
		if err != nil {
			lenient++
			refused[generalise(err.Error())]++
			if len(c.Notes) == 0 && !knownRefusal(err.Error()) {
				t.Errorf("%s: crypto/x509 says %q, this reader saw nothing", f.file, err)
			}
			continue
		}
		accepted++
		want, known := stricter[path.Base(strings.TrimSuffix(f.file, "/leaf.der"))]
		if got := c.Refusals(); known {
			if len(got) == 0 || got[len(got)-1] != want {
				t.Errorf("%s: refuses %v, want %s", f.file, got, want)
			}
			continue
		}
		for _, d := range differences(c, std) {
			t.Errorf("%s: %s", f.file, d)
		}
	}
	t.Logf("%d certificates: crypto/x509 accepts %d, refuses %d", len(m.certs), accepted, lenient)
	for _, k := range slices.Sorted(maps.Keys(refused)) {
		t.Logf("%4d %s", refused[k], k)
	}
}

func generalise(s string) string {
	if i := strings.Index(s, `"`); i > 0 {
		s = s[:i]
	}
	return s
}

// knownRefusal are refusals that say nothing about the encoding: crypto/x509
// does not know the algorithm, or is narrower than RFC 5280.
func knownRefusal(s string) bool {
	for _, k := range []string{
		"unsupported elliptic curve",     // brainpool and others
		"invalid DSA parameters",         // inherited from the issuer, RFC 3279 2.3.2
		"invalid RSA public exponent",    // 2^31 and more
		"invalid CRL distribution point", // nameRelativeToCRLIssuer
		"unsupported string type",        // x500UniqueIdentifier
		"invalid basic constraints",      // a path length above an int
	} {
		if strings.Contains(s, k) {
			return true
		}
	}
	return false
}

type diff []string

func (d *diff) eq(what string, got, want any) {
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		*d = append(*d, fmt.Sprintf("%s: read %.300s, crypto/x509 %.300s", what, g, w))
	}
}

func (d *diff) bytes(what string, got, want []byte) {
	if !bytes.Equal(got, want) {
		*d = append(*d, fmt.Sprintf("%s: read %.80x, crypto/x509 %.80x", what, got, want))
	}
}

func differences(c *Certificate, x *x509.Certificate) diff {
	var d diff
	d.bytes("Raw", c.Raw, x.Raw)
	d.bytes("RawTBS", c.RawTBS, x.RawTBSCertificate)
	d.bytes("RawIssuer", c.RawIssuer, x.RawIssuer)
	d.bytes("RawSubject", c.RawSubject, x.RawSubject)
	d.bytes("RawSPKI", c.RawSPKI, x.RawSubjectPublicKeyInfo)
	if !hasNote(c.Notes, CodeUnusedBits) { // crypto/x509 shifts the octets then
		d.bytes("Signature", c.Signature, x.Signature)
	}
	d.eq("Version", c.Version, x.Version)
	d.eq("Serial", c.Serial, x.SerialNumber)
	d.eq("NotBefore", c.NotBefore, x.NotBefore.UTC())
	d.eq("NotAfter", c.NotAfter, x.NotAfter.UTC())
	d.names("Subject", c.Subject, x.Subject.Names, x.RawSubject)
	d.names("Issuer", c.Issuer, x.Issuer.Names, x.RawIssuer)
	d.key(c, x)
	d.extensions(c, x)
	d.usage(c, x)
	d.policies(c, x)
	d.altNames(c, x)
	d.constraints(c, x)
	d.addresses(c, x)
	return d
}

func (d *diff) names(what string, n Name, list []pkix.AttributeTypeAndValue, raw []byte) {
	var flat []string
	for _, rdn := range n.RDNs {
		for _, a := range rdn {
			flat = append(flat, fmt.Sprintf("%s=%s", a.Type, a.Value))
		}
	}
	var want []string
	for _, w := range list {
		want = append(want, fmt.Sprintf("%s=%v", w.Type, w.Value))
	}
	d.eq(what, flat, want)
	d.eq(what+" equals itself", NamesEqual(raw, slices.Clone(raw)) && NameKey(raw) == NameKey(n.Raw), true)
}

func (d *diff) key(c *Certificate, x *x509.Certificate) {
	want := ""
	switch k := x.PublicKey.(type) {
	case *rsa.PublicKey:
		want = fmt.Sprintf("RSA-%d", k.N.BitLen())
	case *ecdsa.PublicKey:
		want = k.Params().Name
	case ed25519.PublicKey:
		want = "Ed25519"
	default:
		return
	}
	d.eq("KeyName", c.KeyName(), want)
}

func (d *diff) extensions(c *Certificate, x *x509.Certificate) {
	d.eq("number of extensions", len(c.Extensions), len(x.Extensions))
	for i, e := range x.Extensions {
		if i < len(c.Extensions) {
			d.eq("extension", string(c.Extensions[i].OID), e.Id.String())
			d.eq("critical", c.Extensions[i].Critical, e.Critical)
			d.bytes("extension value", c.Extensions[i].Value, e.Value)
		}
	}
	// This reader decodes some extensions that crypto/x509 leaves to others.
	var unknown []string
	for _, o := range x.UnhandledCriticalExtensions {
		if _, mine := fields[ber.OID(o.String())]; !mine {
			unknown = append(unknown, o.String())
		}
	}
	d.eq("UnknownCritical", c.UnknownCritical, unknown)
	for _, o := range c.MalformedExtensions {
		if !fields[o].inform {
			d.eq("malformed", o.Name(), "accepted")
		}
	}
}

// stricter are the certificates whose extension crypto/x509 accepts against
// its syntax: all made to be refused.
var stricter = map[string]ber.OID{
	"bad_policy_qualifiers.der":             oidPolicies,
	"policy_qualifiers_empty_sequence.der":  oidPolicies,
	"basic_constraints_unconsumed_data.der": oidBasicConstraints,
	"policy_constraints_empty.der":          oidPolicyConstraints,
	"inhibit_any_policy_negative.pem":       oidInhibitAny,
	"empty-eku.pem":                         oidExtKeyUsage,
	"ee-eku-empty":                          oidExtKeyUsage,
	"bad-othername-namec-inter.pem":         oidNameConstraints, // excludedSubtrees is there, but empty
}

func (d *diff) usage(c *Certificate, x *x509.Certificate) {
	d.bytes("SubjectKeyID", c.SubjectKeyID, x.SubjectKeyId)
	d.bytes("AuthorityKeyID", c.AuthorityKeyID, x.AuthorityKeyId)
	if c.KeyUsage != nil {
		d.eq("KeyUsage", int(*c.KeyUsage)&0x1ff, int(x.KeyUsage))
	} else {
		d.eq("KeyUsage", 0, int(x.KeyUsage))
	}
	d.eq("number of ExtKeyUsage", len(c.ExtKeyUsage), len(x.ExtKeyUsage)+len(x.UnknownExtKeyUsage))
	for _, o := range x.UnknownExtKeyUsage {
		d.eq("ExtKeyUsage "+o.String(), slices.Contains(c.ExtKeyUsage, ber.OID(o.String())), true)
	}
	for _, u := range x.ExtKeyUsage {
		d.eq("ExtKeyUsage "+u.OID().String(), slices.Contains(c.ExtKeyUsage, ber.OID(u.OID().String())), true)
	}
	d.eq("BasicConstraints", c.BasicConstraints != nil, x.BasicConstraintsValid)
	if b := c.BasicConstraints; b != nil {
		d.eq("CA", b.CA, x.IsCA)
		want := x.MaxPathLen
		if want == 0 && !x.MaxPathLenZero {
			want = -1
		}
		d.eq("PathLen", b.PathLen, want)
	}
}

func (d *diff) policies(c *Certificate, x *x509.Certificate) {
	var mine, std []string
	for _, p := range c.Policies {
		mine = append(mine, string(p.OID))
	}
	for _, p := range x.Policies {
		std = append(std, p.String())
	}
	d.eq("Policies", mine, std)
	mine, std = nil, nil
	for _, m := range c.PolicyMappings {
		mine = append(mine, string(m.IssuerDomain+">"+m.SubjectDomain))
	}
	for _, m := range x.PolicyMappings {
		std = append(std, m.IssuerDomainPolicy.String()+">"+m.SubjectDomainPolicy.String())
	}
	d.eq("PolicyMappings", mine, std)
	explicit, mapping := -1, -1
	if p := c.PolicyConstraints; p != nil {
		explicit, mapping = p.RequireExplicit, p.InhibitMapping
	}
	d.eq("RequireExplicit", explicit, orAbsent(x.RequireExplicitPolicy, x.RequireExplicitPolicyZero))
	d.eq("InhibitMapping", mapping, orAbsent(x.InhibitPolicyMapping, x.InhibitPolicyMappingZero))
	anyPolicy := -1
	if c.InhibitAnyPolicy != nil {
		anyPolicy = *c.InhibitAnyPolicy
	}
	d.eq("InhibitAnyPolicy", anyPolicy, orAbsent(x.InhibitAnyPolicy, x.InhibitAnyPolicyZero))
}

func orAbsent(v int, zero bool) int {
	if v == 0 && !zero {
		return -1
	}
	return v
}

func texts(list []GeneralName, t NameType) []string {
	var out []string
	for _, g := range list {
		switch {
		case g.Type != t:
		case t == NameIP:
			out = append(out, net.IP(g.IP).String())
		case t == NameURI:
			u, err := url.Parse(g.Text)
			if err != nil {
				out = append(out, err.Error())
			} else {
				out = append(out, u.String())
			}
		default:
			out = append(out, g.Text)
		}
	}
	return out
}

func (d *diff) altNames(c *Certificate, x *x509.Certificate) {
	d.eq("DNS", texts(c.SubjectAltNames, NameDNS), x.DNSNames)
	d.eq("Email", texts(c.SubjectAltNames, NameEmail), x.EmailAddresses)
	var ips, uris []string
	for _, ip := range x.IPAddresses {
		ips = append(ips, ip.String())
	}
	for _, u := range x.URIs {
		uris = append(uris, u.String())
	}
	d.eq("IP", texts(c.SubjectAltNames, NameIP), ips)
	d.eq("URI", texts(c.SubjectAltNames, NameURI), uris)
}

func subtreeTexts(list []Subtree, t NameType) []string {
	var out []string
	for _, s := range list {
		switch {
		case s.Base.Type != t:
		case t == NameIP:
			h := len(s.Base.IP) / 2
			out = append(out, (&net.IPNet{IP: s.Base.IP[:h], Mask: s.Base.IP[h:]}).String())
		default:
			out = append(out, s.Base.Text)
		}
	}
	return out
}

func (d *diff) constraints(c *Certificate, x *x509.Certificate) {
	n := c.NameConstraints
	if n == nil {
		n = &NameConstraints{}
	}
	nets := func(list []*net.IPNet) []string {
		var out []string
		for _, i := range list {
			out = append(out, i.String())
		}
		return out
	}
	d.eq("permitted DNS", subtreeTexts(n.Permitted, NameDNS), x.PermittedDNSDomains)
	d.eq("excluded DNS", subtreeTexts(n.Excluded, NameDNS), x.ExcludedDNSDomains)
	d.eq("permitted email", subtreeTexts(n.Permitted, NameEmail), x.PermittedEmailAddresses)
	d.eq("excluded email", subtreeTexts(n.Excluded, NameEmail), x.ExcludedEmailAddresses)
	d.eq("permitted URI", subtreeTexts(n.Permitted, NameURI), x.PermittedURIDomains)
	d.eq("excluded URI", subtreeTexts(n.Excluded, NameURI), x.ExcludedURIDomains)
	d.eq("permitted IP", subtreeTexts(n.Permitted, NameIP), nets(x.PermittedIPRanges))
	d.eq("excluded IP", subtreeTexts(n.Excluded, NameIP), nets(x.ExcludedIPRanges))
	d.eq("NC critical", n.Critical, x.PermittedDNSDomainsCritical)
}

func (d *diff) addresses(c *Certificate, x *x509.Certificate) {
	d.eq("OCSPServers", c.OCSPServers, x.OCSPServer)
	d.eq("CAIssuers", c.CAIssuers, x.IssuingCertificateURL)
	var points []string
	for _, p := range c.CRLDistributionPoints {
		for _, g := range p.FullNames {
			if g.Type != NameURI {
				break // crypto/x509 stops at the first name of another type
			}
			points = append(points, g.Text)
		}
	}
	d.eq("CRLDistributionPoints", points, x.CRLDistributionPoints)
}

func hasNote(list []note.Note, code note.Code) bool {
	return slices.ContainsFunc(list, func(n note.Note) bool { return n.Code == code })
}
