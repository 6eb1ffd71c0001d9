package path

import (
	"bytes"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
)

// clauseValidity is the validity check of RFC 5280.
const clauseValidity = "RFC 5280 6.1.3 (a)(2)"

// form asks what holds for every certificate of a path, leaf or CA: that its
// two algorithm identifiers agree, that nothing in it is malformed, that it
// names its issuer, and that no critical extension stays unprocessed.
func form(c *cert.Certificate) *flaw {
	if !bytes.Equal(c.SignatureAlgorithm.Raw, c.TBSSignatureAlgorithm.Raw) {
		return &flaw{code: CodeAlgorithmDiffers, clause: "RFC 5280 4.1.1.2", at: c, params: subjectOf(c)}
	}
	if len(c.MalformedExtensions) > 0 {
		p := subjectOf(c)
		p["oid"] = c.MalformedExtensions[0].Name()
		return &flaw{code: CodeMalformed, clause: "RFC 5280 4.2", at: c, params: p}
	}
	for _, g := range c.SubjectAltNames {
		if !g.Clean && (g.Type == cert.NameOther || g.Type == cert.NameIP) {
			p := subjectOf(c)
			p["oid"] = "subjectAltName"
			return &flaw{code: CodeMalformed, clause: "RFC 5280 4.2.1.6", at: c, params: p}
		}
	}
	if len(c.Issuer.RDNs) == 0 {
		return &flaw{code: CodeEmptyName, clause: "RFC 5280 4.1.2.4", at: c, params: subjectOf(c)}
	}
	if len(c.UnknownCritical) > 0 {
		p := subjectOf(c)
		p["oid"] = string(c.UnknownCritical[0])
		return &flaw{code: CodeUnknownCritical, clause: "RFC 5280 6.1.4 (o)", at: c, params: p}
	}
	return nil
}

// validity is 6.1.3 (a)(2): both bounds are inclusive (4.1.2.5).
func (s *search) validity(c *cert.Certificate, leaf bool) *flaw {
	p := subjectOf(c)
	p["notBefore"], p["notAfter"] = c.NotBefore.Format(time.RFC3339), c.NotAfter.Format(time.RFC3339)
	p["at"], p["time"] = s.at.Format(time.RFC3339), c.NotAfter.Format(time.RFC3339)
	switch {
	case s.at.Before(c.NotBefore.Truncate(time.Second)):
		return &flaw{code: CodeNotYetValid, clause: clauseValidity, at: c, params: p}
	case !s.at.After(c.NotAfter):
		return nil
	case leaf:
		return &flaw{code: CodeLeafExpired, clause: clauseValidity, at: c, params: p}
	}
	return &flaw{code: CodeCAExpired, clause: clauseValidity, at: c, params: p}
}

// judgeLeaf asks what depends on the leaf alone.
func (s *search) judgeLeaf(n *node) *flaw {
	f := form(n.c)
	if f == nil && n.keyErr != nil {
		f = unusable(n.c, "RFC 5280 4.1.2.7", n.keyErr)
	}
	if f == nil && !s.in.SkipLeafValidity && !s.in.SkipValidity {
		f = s.validity(n.c, true)
	}
	if f == nil {
		f = judgeUsage(n.c, s.in.Usage, s.in.RequiredEKU)
	}
	if f != nil {
		f.final = true
	}
	return f
}
