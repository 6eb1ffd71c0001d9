package path

import (
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
)

// judgeCA asks, once a search, what depends on a CA certificate alone.
func (s *search) judgeCA(n *node) *flaw {
	if n.judged {
		return n.ca
	}
	n.judged = true
	n.ca = form(n.c)
	if n.ca == nil {
		n.ca = keyFlaw(n, "RFC 5280 4.1.2.7")
	}
	if n.ca == nil {
		n.ca = mayIssue(n.c)
	}
	if n.ca == nil {
		n.ca = s.inForce(n.c)
	}
	return n.ca
}

// mayIssue is 6.1.4 (k) and (n). A certificate of version 1 or 2 cannot say
// that it is a CA, and nobody told us by another way.
func mayIssue(c *cert.Certificate) *flaw {
	if c.Version < 3 || c.BasicConstraints == nil || !c.BasicConstraints.CA {
		return &flaw{code: CodeNotCA, clause: "RFC 5280 6.1.4 (k)", at: c, params: subjectOf(c)}
	}
	if c.KeyUsage != nil && !c.KeyUsage.Has(cert.KeyUsageCertSign) {
		p := subjectOf(c)
		p["purpose"] = "keyCertSign"
		return &flaw{code: CodeKeyUsage, clause: "RFC 5280 6.1.4 (n)", at: c, params: p}
	}
	return nil
}

// prepare is 6.1.4, preparation for the next certificate, of a CA certificate
// that passed 6.1.3.
func (v *validation) prepare(n *node) *flaw {
	if f := v.search.judgeCA(n); f != nil { // (k), (n), (o)
		return f
	}
	if f := v.mapPolicies(n.c); f != nil { // (a), (b)
		return f
	}
	if f := v.workingKey(n); f != nil { // (c) to (f)
		return f
	}
	if !n.selfIssued() { // (h), (l); (g) is edge, which holds all below n against it
		v.countDown()
		if v.maxLength <= 0 {
			return &flaw{code: CodePathLength, clause: "RFC 5280 6.1.4 (l)", at: n.c, params: subjectOf(n.c)}
		}
		v.maxLength--
	}
	v.limit(n.c) // (i), (j), (m)
	return nil
}

// countDown is 6.1.4 (h): the counters of policy constraints.
func (v *validation) countDown() {
	for _, counter := range []*int{&v.explicit, &v.mapping, &v.inhibitAny} {
		if *counter > 0 {
			*counter--
		}
	}
}

// limit is 6.1.4 (i), (j), (m): a certificate can only tighten.
func (v *validation) limit(c *cert.Certificate) {
	tighten := func(counter *int, value int) {
		if value >= 0 {
			*counter = min(*counter, value)
		}
	}
	if pc := c.PolicyConstraints; pc != nil {
		tighten(&v.explicit, pc.RequireExplicit)
		tighten(&v.mapping, pc.InhibitMapping)
	}
	if c.InhibitAnyPolicy != nil {
		tighten(&v.inhibitAny, *c.InhibitAnyPolicy)
	}
	if c.BasicConstraints != nil {
		tighten(&v.maxLength, c.BasicConstraints.PathLen)
	}
}

// workingKey is 6.1.4 (c) to (f): a DSA key without parameters takes those of
// the key that certified it.
func (v *validation) workingKey(n *node) *flaw {
	if n.keyErr != nil {
		return unusable(n.c, "RFC 5280 6.1.4 (c)", n.keyErr)
	}
	key, err := v.search.inherit(n.key, v.key)
	if err != nil {
		return unusable(n.c, "RFC 5280 6.1.4 (f)", err)
	}
	v.key = key
	return nil
}

// AnyPolicy is the special identifier of RFC 5280 4.2.1.4.
const AnyPolicy ber.OID = "2.5.29.32.0"
