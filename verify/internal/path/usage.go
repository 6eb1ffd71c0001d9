package path

import (
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
)

// Extended key usages that are judged by name (RFC 5280 4.2.1.12).
const (
	ekuAny          ber.OID = "2.5.29.37.0"
	ekuTimestamping ber.OID = "1.3.6.1.5.5.7.3.8"
	ekuOCSPSigning  ber.OID = "1.3.6.1.5.5.7.3.9"
)

// caBits are the usages of a CA. A key with no other cannot be consistent
// with any extended key usage of an end entity (RFC 5280 4.2.1.12).
const caBits = cert.KeyUsageCertSign | cert.KeyUsageCRLSign

// judgeUsage asks what the caller's policy wants of the leaf's keyUsage and
// extendedKeyUsage.
func judgeUsage(c *cert.Certificate, u Usage, eku []ber.OID) *flaw {
	if f := ekuAllows(c, eku); f != nil {
		return f
	}
	if f := ekuFits(c, u); f != nil {
		return f
	}
	if c.KeyUsage == nil {
		if u.Required {
			return usageFlaw(c, u.Purpose)
		}
	} else if !keyUsageAllows(*c.KeyUsage, u) || (len(eku) > 0 && onlyIssues(c)) {
		return usageFlaw(c, u.Purpose)
	}
	switch u.Purpose {
	case Timestamping:
		// RFC 3161 2.3: critical, and timeStamping alone.
		if !c.ExtKeyUsageCritical || len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != ekuTimestamping {
			return ekuFlaw(c, ekuTimestamping, "RFC 3161 2.3")
		}
	case OCSPSigning:
		// RFC 6960 4.2.2.2: by name; anyExtendedKeyUsage delegates nothing.
		if !slices.Contains(c.ExtKeyUsage, ekuOCSPSigning) {
			return ekuFlaw(c, ekuOCSPSigning, "RFC 6960 4.2.2.2")
		}
	}
	return nil
}

// onlyIssues: an end entity whose key may only do what CAs do.
func onlyIssues(c *cert.Certificate) bool {
	return *c.KeyUsage&^caBits == 0 && (c.BasicConstraints == nil || !c.BasicConstraints.CA)
}

func keyUsageAllows(ku cert.KeyUsage, u Usage) bool {
	const signing = cert.KeyUsageDigitalSignature | cert.KeyUsageContentCommitment
	switch {
	case !ku.Has(u.AllOf), u.AnyOf != 0 && ku&u.AnyOf == 0:
		return false
	case u.Purpose == Timestamping || u.Purpose == OCSPSigning:
		return ku&signing != 0
	case u.Purpose == CRLSigning:
		return ku.Has(cert.KeyUsageCRLSign)
	}
	return true
}

// ekuAllows: a certificate without the extension is not restricted, and
// anyExtendedKeyUsage stands for all (RFC 5280 4.2.1.12).
func ekuAllows(c *cert.Certificate, want []ber.OID) *flaw {
	if c.ExtKeyUsage == nil || slices.Contains(c.ExtKeyUsage, ekuAny) {
		return nil
	}
	for _, oid := range want {
		if !slices.Contains(c.ExtKeyUsage, oid) {
			return ekuFlaw(c, oid, "RFC 5280 4.2.1.12")
		}
	}
	return nil
}

// ekuFits holds the leaf to the policy's lines: with the extension, and
// without anyExtendedKeyUsage, one of ExtAnyOf must be there, and something
// else than ExtNot (RFC 5280 4.2.1.12: only for one of the purposes indicated).
func ekuFits(c *cert.Certificate, u Usage) *flaw {
	if c.ExtKeyUsage == nil || slices.Contains(c.ExtKeyUsage, ekuAny) {
		return nil
	}
	in := func(list []ber.OID) func(ber.OID) bool {
		return func(o ber.OID) bool { return slices.Contains(list, o) }
	}
	if len(u.ExtAnyOf) > 0 && !slices.ContainsFunc(c.ExtKeyUsage, in(u.ExtAnyOf)) {
		return ekuFlaw(c, u.ExtAnyOf[0], "RFC 5280 4.2.1.12")
	}
	if not := in(u.ExtNot); !slices.ContainsFunc(c.ExtKeyUsage, func(o ber.OID) bool { return !not(o) }) {
		f := ekuFlaw(c, ekuAny, "RFC 5280 4.2.1.12")
		f.params["purpose"] = u.Purpose.String()
		return f
	}
	return nil
}

func ekuFlaw(c *cert.Certificate, want ber.OID, clause string) *flaw {
	var has []string
	for _, o := range c.ExtKeyUsage {
		has = append(has, o.Name())
	}
	p := subjectOf(c)
	p["purpose"], p["has"] = want.Name(), strings.Join(has, " ")
	return &flaw{code: CodeExtKeyUsage, clause: clause, at: c, params: p}
}

func usageFlaw(c *cert.Certificate, purpose Purpose) *flaw {
	p := note.Params{"subject": c.Subject.String(), "purpose": purpose.String()}
	if c.KeyUsage != nil {
		p["has"] = strings.Join(c.KeyUsage.Names(), " ")
	}
	return &flaw{code: CodeKeyUsage, clause: "RFC 5280 4.2.1.3", at: c, params: p}
}
