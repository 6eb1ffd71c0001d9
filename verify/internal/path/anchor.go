package path

import (
	"github.com/kakuin/kakuin/eseal/cert"
)

// applyAnchor lets the anchor's own certificate bind the path where the
// caller wants it (RFC 5937 3.2). RFC 5280 takes only name and key from an
// anchor; even so one whose validity never was cannot have issued anything.
func (v *validation) applyAnchor() *flaw {
	c := v.anchor.Certificate
	if c == nil {
		return nil
	}
	if c.NotAfter.Before(c.NotBefore) {
		return &flaw{code: CodeAnchor, clause: "RFC 5280 4.1.2.5", at: c, params: anchorParams(c, "notAfter lies before notBefore")}
	}
	in := v.search.in
	if in.AnchorConstraints || in.AnchorValidity {
		if f := v.anchorInForce(c); f != nil {
			return f
		}
	}
	if !in.AnchorConstraints {
		return nil
	}
	return v.constrainByAnchor(c)
}

// anchorInForce asks of the anchor's certificate what is asked of a CA's; that
// it has run out nothing else would tell.
func (v *validation) anchorInForce(c *cert.Certificate) *flaw {
	s := v.search
	switch {
	case s.in.SkipValidity:
		return nil
	case s.in.CAValidity == AtIssue:
		return s.inForceFor(c, s.stack[len(s.stack)-1].c)
	}
	return s.validity(c, false)
}

// constrainByAnchor reads the anchor's certificate as if it were the first of
// the path. RFC 5937 3.2: its certificatePolicies bind only if it has some,
// and pathLenConstraint sets max_path_length.
func (v *validation) constrainByAnchor(c *cert.Certificate) *flaw {
	n := v.search.node(newEntry(c))
	if len(c.Refusals()) > 0 {
		return form(c)
	}
	// One of version 1 or 2 has no way to say that it is a CA's, unless it
	// carries extensions all the same.
	if c.Version >= 3 || c.BasicConstraints != nil {
		if f := mayIssue(c); f != nil {
			return f
		}
	}
	if f := ekuAllows(c, v.search.in.RequiredEKU); f != nil {
		return f
	}
	if c.Policies != nil {
		if f := v.addPolicies(n, false); f != nil {
			return f
		}
	} else {
		v.graph.grow([]cert.PolicyInformation{{OID: AnyPolicy}}, true)
	}
	if f := v.mapPolicies(c); f != nil {
		return f
	}
	v.constraining = c
	v.limit(c)
	return nil
}

func anchorParams(c *cert.Certificate, reason string) map[string]string {
	p := subjectOf(c)
	p["reason"] = reason
	return p
}
