package path

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/sigalg"
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
	if oid, clause := malformed(c); oid != "" {
		p := subjectOf(c)
		p["oid"] = oid.Name()
		return &flaw{code: CodeMalformed, clause: clause, at: c, params: p}
	}
	if len(c.Issuer.RDNs) == 0 {
		return &flaw{code: CodeEmptyName, clause: "RFC 5280 4.1.2.4", at: c, params: subjectOf(c)}
	}
	if len(c.UnknownCritical) > 0 {
		p := subjectOf(c)
		p["oid"] = string(c.UnknownCritical[0])
		return &flaw{code: CodeUnknownCritical, clause: "RFC 5280 6.1.4 (o)", at: c, params: p}
	}
	if part, clause := uninterpreted(c); part != "" {
		p := subjectOf(c)
		p["oid"] = part
		return &flaw{code: CodeUnknownCritical, clause: clause, at: c, params: p}
	}
	return nil
}

// uninterpreted names a part of a critical extension that is as critical as
// the whole and that we do not know.
func uninterpreted(c *cert.Certificate) (part, clause string) {
	critical := func(oid ber.OID) bool {
		x, _ := c.Extension(oid)
		return x.Critical
	}
	if critical("2.5.29.32") { // certificatePolicies, "including the optional qualifier"
		for _, p := range c.Policies {
			for _, q := range p.Qualifiers {
				if !q.Known() {
					return "certificatePolicies, " + string(q.OID), "RFC 5280 4.2.1.4"
				}
			}
		}
	}
	if critical("1.3.6.1.5.5.7.1.3") { // qcStatements: then each statement is critical
		for _, st := range c.QCStatements {
			if !st.Known() {
				return "qcStatements, " + string(st.OID), "RFC 3739 3.2.6"
			}
		}
	}
	return "", ""
}

const smtpUTF8Mailbox ber.OID = "1.3.6.1.5.5.7.8.9" // RFC 9598

// malformed names the first extension that breaks its own definition: those
// that could not be decoded, and those that decode to what must not be.
func malformed(c *cert.Certificate) (oid ber.OID, clause string) {
	for _, oid := range c.Refusals() {
		if !slices.Contains(c.UnknownCritical, oid) {
			return oid, "RFC 5280 4.2"
		}
	}
	for _, g := range c.SubjectAltNames {
		if _, mailbox := g.SmtpUTF8(); g.Type == cert.NameOther && g.OID == smtpUTF8Mailbox && !mailbox {
			return "2.5.29.17", "RFC 5280 4.2.1.6"
		}
	}
	seen := make(map[ber.OID]bool, len(c.Policies))
	for _, p := range c.Policies {
		if seen[p.OID] { // "must not appear more than once"
			return "2.5.29.32", "RFC 5280 4.2.1.4"
		}
		seen[p.OID] = true
	}
	return "", ""
}

// keyFlaw tells why a key cannot be a working key. RFC 5480 2.1.1 forbids
// curves by parameters instead of by name: arithmetic would hold, but two
// readers may see two curves.
func keyFlaw(n *node, clause string) *flaw {
	if n.keyErr != nil {
		return unusable(n.c, clause, n.keyErr)
	}
	for _, m := range n.key.Notes {
		if m.Code == sigalg.CodeExplicitCurve {
			return unusable(n.c, "RFC 5480 2.1.1", errExplicitCurve)
		}
	}
	return nil
}

var errExplicitCurve = errors.New("the curve is given by its parameters instead of its name")

// validity is 6.1.3 (a)(2): both bounds are inclusive (4.1.2.5).
func (s *search) validity(c *cert.Certificate, leaf bool) *flaw {
	code := CodeCAExpired
	switch {
	case s.at.Before(c.NotBefore.Truncate(time.Second)):
		code = CodeNotYetValid
	case !s.at.After(c.NotAfter):
		return nil
	case leaf:
		code = CodeLeafExpired
	}
	p := subjectOf(c)
	p["notBefore"], p["notAfter"] = c.NotBefore.Format(time.RFC3339), c.NotAfter.Format(time.RFC3339)
	p["at"], p["time"] = s.at.Format(time.RFC3339), c.NotAfter.Format(time.RFC3339)
	return &flaw{code: code, clause: clauseValidity, at: c, params: p}
}

// inForce is 6.1.3 (a)(2) for the certificate of a CA, by itself. Only an end
// that has come can be met by proof of an earlier time, not a beginning that
// has not.
func (s *search) inForce(ca *cert.Certificate) *flaw {
	if s.in.SkipValidity || s.in.CAValidity == AtIssue {
		return nil
	}
	f := s.validity(ca, false)
	if f != nil && f.code == CodeCAExpired && s.in.CAValidity == Recorded {
		return nil
	}
	return f
}

// inForceFor is the chain model: a CA certificate has to be in force when the
// one below it was issued.
func (s *search) inForceFor(ca, child *cert.Certificate) *flaw {
	at := child.NotBefore
	if s.in.SkipValidity || s.in.CAValidity != AtIssue || (!at.Before(ca.NotBefore) && !at.After(ca.NotAfter)) {
		return nil
	}
	p := subjectOf(ca)
	p["child"], p["at"] = child.Subject.String(), at.Format(time.RFC3339)
	p["notBefore"], p["notAfter"] = ca.NotBefore.Format(time.RFC3339), ca.NotAfter.Format(time.RFC3339)
	return &flaw{code: CodeIssuedOutside, clause: "EN 319 102-1 5.2.6.4 step 4", at: ca, params: p}
}

// judgeLeaf asks what depends on the leaf alone.
func (s *search) judgeLeaf(n *node) *flaw {
	f := form(n.c)
	if f == nil {
		f = keyFlaw(n, "RFC 5280 4.1.2.7")
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
