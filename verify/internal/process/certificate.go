package process

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/verify/internal/path"
)

// An Ask is what a caller wants of one certificate besides what policy and
// list want: the inputs (c) and (e) to (g) of RFC 5280 6.1.1, and extended key
// usages. It binds this certificate alone, not the signers of revocation data.
type Ask struct {
	Policies    []ber.OID // nil: as the list says
	Explicit    bool
	InhibitMap  bool
	InhibitAny  bool
	ExtKeyUsage []ber.OID // each must be allowed
}

// Certificate is X.509 certificate validation (5.2.6) of a certificate by
// itself, at the validation time.
func (c *Court) Certificate(leaf *cert.Certificate, purpose path.Purpose, ask Ask) *Chain {
	c.prepare()
	s := &chainSearch{court: c, purpose: purpose, at: c.At}
	return s.run(leaf, nil, ask)
}

// narrow puts the caller's inputs to those of the list: neither can widen
// the other.
func (a Ask) narrow(g Group) Group {
	g.Policies = narrower(g.Policies, a.Policies)
	g.Explicit, g.InhibitMap, g.InhibitAny = g.Explicit || a.Explicit, g.InhibitMap || a.InhibitMap, g.InhibitAny || a.InhibitAny
	return g
}

// narrower is what two user-initial-policy-sets have in common; nil is any-policy.
func narrower(a, b []ber.OID) []ber.OID {
	switch {
	case a == nil || slices.Contains(a, path.AnyPolicy):
		return b
	case b == nil || slices.Contains(b, path.AnyPolicy):
		return a
	}
	return slices.DeleteFunc(slices.Clone(a), func(o ber.OID) bool { return !slices.Contains(b, o) })
}

// others are the paths that RFC 5280 accepts and that what the court asks
// besides (steps 3 to 9) refuses, as rejections: all but the one that is told.
func (s *chainSearch) others() []path.Rejection {
	var out []path.Rejection
	for _, ch := range s.judged {
		w, refused := worst(ch.Causes)
		if ch == s.best || !refused {
			continue
		}
		r := path.Rejection{Path: ch.Path.Certificates, Anchor: &ch.Path.Anchor, Code: note.Code(w.Finding.Code), Clause: w.Finding.Clause, Params: w.Finding.Params}
		for _, x := range ch.Path.Certificates {
			if ID(x) == w.Finding.Object {
				r.At = x
			}
		}
		out = append(out, r)
	}
	return out
}
