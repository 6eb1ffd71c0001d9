package policy

import (
	"encoding/hex"
	"io/fs"
	"regexp"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
)

var (
	dotted  = regexp.MustCompile(`^[0-2](\.(0|[1-9][0-9]*)){1,31}$`)
	country = regexp.MustCompile(`^[A-Z]{2}$`)
)

func (c *checker) signaturePolicies(s *SignaturePolicies) {
	c.word("signature-policies.unknown", s.Unknown, "", ByDefault, Stop)
	c.sourced("signature-policies", s.Unknown, s.Source)
	c.flag("signature-policies", s.Required, s.Source)
	seen := map[string]bool{}
	for _, k := range s.Known {
		where := "signature-policies.known " + k.ID
		if !dotted.MatchString(k.ID) {
			c.fail("signature-policies.known: %q is no object identifier", k.ID)
		}
		c.sourced(where, k.ID, k.Source)
		if seen[k.ID] {
			c.fail("%s stands twice", where)
		}
		seen[k.ID] = true
		if raw, err := hex.DecodeString(k.SHA256); err != nil || (len(raw) != 0 && len(raw) != 32) {
			c.fail("%s: sha256 is not 64 hexadecimal digits", where)
		}
		if k.File != "" && !fs.ValidPath(k.File) {
			c.fail("%s: file %q has to lie beside the policy", where, k.File)
		}
	}
}

func (c *checker) elements(e *Elements) {
	c.accepted("formats", e.Formats)
	for _, f := range e.Formats.Accept {
		c.word("signature-elements.formats", f, "PAdES", "CAdES", "XAdES", "JAdES", "PKCS7-PDF", "CMS", "XMLDSig", "JWS")
	}
	c.word("signature-elements.least-level", e.Level.Level, append([]string{""}, BaselineLevels...)...)
	c.sourced("signature-elements.least-level", e.Level.Level, e.Level.Source)
	c.identifiers("signature-elements.signed-attributes", e.Attributes.Source, e.Attributes.Mandated, e.Attributes.Forbidden)
	c.claimed(&e.ClaimedTime)
	c.identifiers("signature-elements.content-type", e.ContentType.Source, e.ContentType.Accept)
	c.identifiers("signature-elements.commitment-types", e.CommitmentTypes.Source, e.CommitmentTypes.Accept)
	c.flag("signature-elements.signer-location", e.Location.Required || len(e.Location.Countries) > 0, e.Location.Source)
	for _, code := range e.Location.Countries {
		if !country.MatchString(code) {
			c.fail("signature-elements.signer-location: %q is no country code", code)
		}
	}
	c.flag("signature-elements.signer-attributes", e.Roles.Required, e.Roles.Source)
	c.flag("signature-elements.content-time-stamp", e.ContentStamp.Required, e.ContentStamp.Source)
	c.flag("signature-elements.signature-time-stamp", e.SignatureStamp.Required, e.SignatureStamp.Source)
	c.flag("signature-elements.references-for-whole-path", e.WholePath.Required, e.WholePath.Source)
	c.word("signature-elements.counter-signature.need", e.Counter.Need, "", CounterOptional, CounterValid, CounterRequired)
	c.sourced("signature-elements.counter-signature", e.Counter.Need, e.Counter.Source)
}

func (c *checker) claimed(t *ClaimedTime) {
	const where = "signature-elements.claimed-time"
	c.flag(where, t.Required || t.InCertificate || t.NotBefore != "" || t.NotAfter != "", t.Source)
	for _, day := range []string{t.NotBefore, t.NotAfter} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			c.fail("%s: %q is not a day (2030-12-31)", where, day)
		}
	}
	if from, before := t.Window(); !before.IsZero() && !from.Before(before) {
		c.fail("%s: not-before lies after not-after, so no time would do", where)
	}
}

func (c *checker) certificate(x *Certificate) {
	c.identifiers("signing-certificate", x.Source, x.Mandated, x.Forbidden)
	c.identifiers("signing-certificate.qc-statements", x.Source, x.QCStatements)
}

func (c *checker) stamps(s *Stamps) {
	if h := s.Delay.Hours; h != nil {
		c.flag("time-stamps.delay", true, s.Delay.Source)
		if *h < 0 || *h > maxHours {
			c.fail("time-stamps.delay: %d hours", *h)
		}
	}
	seen := map[string]bool{}
	for _, m := range s.Mandated {
		c.word("time-stamps.mandated-valid.kind", m.Kind, MandateSignature, MandateArchive, MandateRecord)
		c.sourced("time-stamps.mandated-valid "+m.Kind, m.Kind, m.Source)
		if seen[m.Kind] {
			c.fail("time-stamps.mandated-valid: %s stands twice", m.Kind)
		}
		seen[m.Kind] = true
	}
	c.word("time-stamps.order.answer", s.Order.Answer, "", OrderEnforce, OrderReport)
	c.sourced("time-stamps.order", s.Order.Answer, s.Order.Source)
}

// maxHours is a hundred years: more is no constraint and would overflow a duration.
const maxHours = 100 * 365 * 24

func (c *checker) flag(where string, set bool, source string) {
	if set {
		c.sourced(where, "set", source)
	}
}

func (c *checker) accepted(name string, a Accepted) {
	c.flag("signature-elements."+name, len(a.Accept) > 0, a.Source)
}

// identifiers checks names or object identifiers; what is mandated and
// forbidden at once could never be met.
func (c *checker) identifiers(where, source string, lists ...[]string) {
	all := slices.Concat(lists...)
	c.flag(where, len(all) > 0, source)
	seen := map[ber.OID]bool{}
	for _, n := range all {
		id := oidOf(n)
		if !dotted.MatchString(string(id)) {
			c.fail("%s: %q is no object identifier and not known by that name", where, n)
		}
		if seen[id] {
			c.fail("%s: %s stands twice", where, n)
		}
		seen[id] = true
	}
}
