package policy

import (
	"fmt"
	"slices"

	"github.com/kakuin/kakuin/eseal/ber"
)

// check refuses words that the court does not know: a misspelt constraint
// would otherwise be a silent hole.
func (p *Policy) check() error { return p.held(checker{}) }

// Restore makes a policy of one whose fields were written down after Parse and
// read back: words that the court does not know are refused as in a file, and
// what is absent takes the strict answer.
func (p *Policy) Restore() error {
	p.fill()
	return p.held(checker{filled: true})
}

// held holds the policy against the words that the court knows.
func (p *Policy) held(c checker) error {
	if p.Schema != Schema {
		return fail("schema is %q, this version reads %q", p.Schema, Schema)
	}
	if p.ID == "" {
		return fail("id is missing")
	}
	c.revocation(&p.Revocation)
	c.word("signing-certificate-reference.need", p.Reference.Need, "", "required", "by-format", "optional")
	c.sourced("signing-certificate-reference", p.Reference.Need, p.Reference.Source)
	c.word("anchor-as-signer.answer", p.AnchorSigns.Answer, "", AcceptAnchor, AnchorAtOnce, RefuseAnchor)
	c.sourced("anchor-as-signer", p.AnchorSigns.Answer, p.AnchorSigns.Source)
	c.word("validity-model.answer", p.Model.Answer, "", Shell, Hybrid, Chain)
	c.sourced("validity-model", p.Model.Answer, p.Model.Source)
	if p.Model.Answer == Chain && p.CAExpiry.Answer != "" && !c.filled {
		c.fail("ca-validity: under the chain model a CA may run out; leave this line away")
	}
	c.word("ca-validity.answer", p.CAExpiry.Answer, "", RecordCA, RejectCA, IgnoreCA)
	c.sourced("ca-validity", p.CAExpiry.Answer, p.CAExpiry.Source)
	if p.StaleGrace.Days < 0 {
		c.fail("stale-list-grace: %d days", p.StaleGrace.Days)
	}
	c.purposes(p.Purposes)
	c.changes(p.PDFChanges)
	c.algorithms(&p.Algorithms)
	c.signaturePolicies(&p.SignaturePolicies)
	c.elements(&p.Elements)
	c.certificate(&p.Certificate)
	c.stamps(&p.Stamps)
	c.sourced("trust-service", p.TrustService.Assurance, p.TrustService.Source)
	return c.err
}

func fail(format string, args ...any) error {
	return &SyntaxError{Msg: fmt.Sprintf(format, args...)}
}

// checker keeps the first thing that is wrong.
type checker struct {
	err    error
	filled bool // strict answers stand where the file has no line, and no source
}

func (c *checker) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fail(format, args...)
	}
}

func (c *checker) word(where, got string, allowed ...string) {
	if !slices.Contains(allowed, got) {
		c.fail("%s: %q is not one of %q", where, got, allowed)
	}
}

func (c *checker) sourced(where, value, source string) {
	if value != "" && source == "" && !c.filled {
		c.fail("%s has no source: every line of a policy says on whose word it stands", where)
	}
}

func (c *checker) revocation(r *Revocation) {
	c.word("revocation.mode", string(r.Mode), "", "require", "prefer", "none")
	c.sourced("revocation", string(r.Mode), r.Source)
	for _, e := range r.Exempt {
		c.word("revocation.exempt.extension", e.Extension, NoCheck, NoRevAvail, ShortTerm)
		c.sourced("revocation.exempt "+e.Extension, e.Extension, e.Source)
	}
	c.word("revocation.empty-list.answer", r.EmptyList.Answer, "", "accept", "refuse")
	c.sourced("revocation.empty-list", r.EmptyList.Answer, r.EmptyList.Source)
	seen := map[string]bool{}
	for _, m := range r.MaxAge {
		c.position("revocation.max-age", m.Position, m.Source, seen)
		if m.Hours < 0 {
			c.fail("revocation.max-age %s: %d hours", m.Position, m.Hours)
		}
	}
	clear(seen)
	for _, s := range r.Sources {
		c.position("revocation.sources", s.Position, s.Source, seen)
		c.word("revocation.sources "+s.Position+".need", string(s.Need), string(NeedEither), string(NeedOCSP), string(NeedCRL), string(NeedBoth))
	}
}

// position checks the head of a line by position; of two lines one would be a
// silent hole.
func (c *checker) position(where, position, source string, seen map[string]bool) {
	c.word(where+".position", position, "signer", "ca", "tsa", "responder")
	c.sourced(where+" "+position, position, source)
	if seen[position] {
		c.fail("%s: %s stands twice", where, position)
	}
	seen[position] = true
}

// keyUsageBits are the names of RFC 5280 4.2.1.3.
var keyUsageBits = []string{"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment",
	"keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}

func (c *checker) purposes(ps []Purpose) {
	seen := map[string]bool{}
	for _, u := range ps {
		c.word("purposes.name", u.Name, "seal", "timestamping")
		c.sourced("purposes "+u.Name, u.Name, u.Source)
		if seen[u.Name] {
			c.fail("purposes: %s stands twice", u.Name)
		}
		seen[u.Name] = true
		for _, b := range unless(AnyUsage, u.KeyUsageAny) {
			c.word("purposes "+u.Name+".key-usage-any", b, keyUsageBits...)
		}
		for _, e := range slices.Concat(unless(AnyUsage, u.ExtKeyUsage), unless(NoUsage, u.ExtKeyUsageNot)) {
			if _, known := ber.ByName(e); !known {
				c.fail("purposes %s: the extended key usage %q is not known by that name", u.Name, e)
			}
		}
	}
}

// unless is a list, or nothing where it is the one word that says so.
func unless(word string, list []string) []string {
	if len(list) == 1 && list[0] == word {
		return nil
	}
	return list
}

func (c *checker) changes(cs []PDFChange) {
	seen := map[string]bool{}
	for _, ch := range cs {
		c.word("pdf-changes.level", ch.Level, "long-term-material", "later-signature", "form-filling", "annotations", "other")
		c.word("pdf-changes.permitted", ch.Permitted, "yes", "doubtful", "no")
		c.sourced("pdf-changes "+ch.Level, ch.Level, ch.Source)
		if seen[ch.Level] {
			c.fail("pdf-changes: %s stands twice", ch.Level)
		}
		seen[ch.Level] = true
	}
}

func (c *checker) algorithms(a *Algorithms) {
	c.word("algorithms.lifetimes", a.Lifetimes, "", "enforced", "none")
	c.sourced("algorithms.lifetimes", a.Lifetimes, a.Source)
	c.sourced("algorithms.catalogue", a.Catalogue, a.Source)
	c.lifetimes(a)
}

// lifetimes checks the lines of a policy or of a catalogue.
func (c *checker) lifetimes(a *Algorithms) {
	for _, l := range a.Lines() {
		if l.Use != "" {
			c.word("algorithms "+l.Name+".use", string(l.Use), string(UseReference), string(UseImprint), string(UseSignature), string(UseCertificate), string(UseRevocation))
		}
		if l.Name == "" {
			c.fail("algorithms: a line has no name")
		}
		if l.MinBits < 0 {
			c.fail("algorithms %s: min-bits: %d", l.Name, l.MinBits)
		}
		c.sourced("algorithms "+l.Name, l.Name, l.Source)
		for _, d := range []string{l.GenerateUntil, l.VerifyUntil} {
			if _, err := until(d); err != nil {
				c.fail("algorithms %s: %v", l.Name, err)
			}
		}
		if l.GenerateUntil == "" {
			c.fail("algorithms %s: generate-until is missing", l.Name)
		}
	}
	for _, l := range slices.Concat(a.Digests, a.Strengths) {
		if l.MinBits != 0 || l.Digest != "" {
			c.fail("algorithms %s: min-bits and digest belong to lines of signatures", l.Name)
		}
	}
}
