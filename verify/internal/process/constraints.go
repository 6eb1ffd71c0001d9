package process

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

const (
	clauseContext  = "EN 319 102-1 5.2.4.4"
	clauseElements = "EN 319 102-1 5.2.8.4.2"
)

// constraints holds a signature to what the policy asks of its elements: the
// signature policy that it names (5.2.4.4), its attributes (5.2.8.4.2) and its
// certificate (5.2.6.4 step 5). Each unmet constraint is a cause.
func (c *Court) constraints(s *eseal.Signature, b *Basic) []Cause {
	u := &unmet{s: s}
	c.signaturePolicy(u)
	e := &c.Policy.Elements
	u.form(e)
	u.attributes(&e.Attributes)
	u.claimedTime(&e.ClaimedTime, b.Signer)
	u.content(e)
	u.location(&e.Location)
	u.references(e.WholePath.Required, b.Chain)
	c.stamped(u, e)
	c.counterSigned(u, e.Counter.Need)
	u.certificate(&c.Policy.Certificate, b.Signer)
	return u.causes
}

// unmet collects the constraints that one signature does not meet.
type unmet struct {
	s      *eseal.Signature
	causes []Cause
}

func (u *unmet) add(sub verdict.SubIndication, code verdict.Code, clause string, about About, ps map[string]string) {
	u.causes = append(u.causes, Cause{Sub: sub, About: about, Finding: verdict.Finding{Code: code, Severity: verdict.Error, Clause: clause, Object: u.s.ID, Params: ps}})
}

// element is one unmet signature elements constraint, by its key in the policy.
func (u *unmet) element(clause, constraint, wanted, found string) {
	if found == "" {
		found = "-"
	}
	u.add(verdict.SigConstraintsFailure, verdict.CodeConstraint, clause, AboutOther, params("constraint", constraint, "wanted", wanted, "found", found))
}

// signaturePolicy is 5.2.4.4 steps 2 and 3 for the policy that the signature names.
func (c *Court) signaturePolicy(u *unmet) {
	rules := &c.Policy.SignaturePolicies
	id, stated, err := statedPolicy(u.s)
	switch known, ok := c.Policy.SignaturePolicy(id); {
	case err != nil && (rules.Required || rules.Unknown == policy.Stop):
		u.add(verdict.PolicyProcessingError, verdict.CodePolicyDocument, clauseContext+" step 3", AboutOther, params("policy", "signature-policy-identifier", "reason", err.Error()))
	case id == "" && rules.Required:
		u.element(clauseElements, "signature-policies.required", "signature-policy-identifier", "")
	case id == "":
	case ok:
		u.policyDocument(&known, stated)
	case rules.Unknown == policy.Stop:
		u.add(verdict.SignaturePolicyNotAvailable, verdict.CodePolicyNotAvailable, clauseContext+" step 2", AboutOther, params("policy", string(id)))
	}
}

// statedPolicy is the explicit signature policy; an implied one names nothing.
func statedPolicy(s *eseal.Signature) (ber.OID, *cms.SignaturePolicy, error) {
	if s.SignerInfo == nil {
		return s.PolicyID, nil, nil
	}
	p, err := s.SignerInfo.SignaturePolicy()
	if err != nil || p == nil || p.Implied {
		return "", nil, err
	}
	return p.ID, p, nil
}

// policyDocument is step 3: the document must be the one that the signer saw.
func (u *unmet) policyDocument(k *policy.KnownSignature, stated *cms.SignaturePolicy) {
	if k.File == "" && k.SHA256 == "" {
		return // accepted by its identifier, on the word of the line
	}
	wrong := func(reason string) {
		u.add(verdict.PolicyProcessingError, verdict.CodePolicyDocument, clauseContext+" step 3", AboutOther, params("policy", k.ID, "reason", reason))
	}
	missing := func() {
		u.add(verdict.SignaturePolicyNotAvailable, verdict.CodePolicyNotAvailable, clauseContext+" step 3", AboutOther, params("policy", k.ID))
	}
	if k.File != "" && k.Err != nil {
		missing()
		return
	}
	if k.File != "" && k.SHA256 != "" && !strings.EqualFold(hex.EncodeToString(hashed(sigalg.SHA256, k.Document)), k.SHA256) {
		wrong("the document is not the one of the policy line")
		return
	}
	if stated == nil || len(stated.Hash) == 0 {
		wrong("the signature states no digest of it")
		return
	}
	d, _, _ := sigalg.DigestByIdentifier(stated.HashAlgorithm.OID, stated.HashAlgorithm.Params)
	switch {
	case k.File != "" && !d.Available():
		wrong("digest algorithm " + stated.HashAlgorithm.OID.Name())
	case k.File != "" && !bytes.Equal(hashed(d, k.Document), stated.Hash):
		wrong("the digest in the signature is another")
	case k.File != "":
	case d != sigalg.SHA256: // the line has a SHA-256 only: no document to digest
		missing()
	case !strings.EqualFold(hex.EncodeToString(stated.Hash), k.SHA256):
		wrong("the digest in the signature is another")
	}
}

func hashed(d sigalg.Digest, data []byte) []byte {
	h, err := d.New()
	if err != nil {
		return nil
	}
	h.Write(data)
	return h.Sum(nil)
}

// form is the format and the level (annex C): a level alone is a matter of
// validity only where the policy says so.
func (u *unmet) form(e *policy.Elements) {
	if a := e.Formats.Accept; len(a) > 0 && !slices.Contains(a, u.s.Format) {
		u.element(clauseElements+".3", "signature-elements.formats", strings.Join(a, ", "), u.s.Format)
	}
	want := slices.Index(policy.BaselineLevels, e.Level.Level)
	if want >= 0 && slices.Index(policy.BaselineLevels, u.s.Level) < want {
		u.element(clauseElements, "signature-elements.least-level", e.Level.Level, u.s.Level)
	}
}

func (u *unmet) attributes(a *policy.Attributes) {
	for _, name := range a.Mandated {
		if !slices.ContainsFunc(u.s.SignedAttributes, func(t ber.OID) bool { return policy.Named([]string{name}, t) }) {
			u.element(clauseElements, "signature-elements.signed-attributes.mandated", name, "")
		}
	}
	for _, t := range u.s.SignedAttributes {
		if policy.Named(a.Forbidden, t) {
			u.element(clauseElements, "signature-elements.signed-attributes.forbidden", "-", t.Name())
		}
	}
}

// claimed is the claimed signing time: the attribute, in PDF also /M.
func claimed(s *eseal.Signature) *time.Time {
	if s.ClaimedSigningTime == nil && s.Field != nil {
		return s.Field.M
	}
	return s.ClaimedSigningTime
}

// claimedTime is 5.2.8.4.2.2. A malformed attribute counts as absent (5.2.8.4).
func (u *unmet) claimedTime(rule *policy.ClaimedTime, signer *cert.Certificate) {
	const key, clause = "signature-elements.claimed-time", clauseElements + ".2"
	t := claimed(u.s)
	from, before := rule.Window()
	constrained := rule.Required || rule.InCertificate || !from.IsZero() || !before.IsZero()
	switch {
	case !constrained:
	case t == nil:
		if rule.Required {
			u.element(clause, key+".required", "signing-time", "")
		}
	case t.Before(from):
		u.element(clause, key+".not-before", rule.NotBefore, moment(*t))
	case !before.IsZero() && !t.Before(before):
		u.element(clause, key+".not-after", rule.NotAfter, moment(*t))
	case rule.InCertificate && signer != nil && (t.Before(signer.NotBefore) || t.After(signer.NotAfter)):
		u.element(clause, key+".in-certificate", moment(signer.NotBefore)+" - "+moment(signer.NotAfter), moment(*t))
	}
}

// content is 5.2.8.4.2.3 and the commitment of the signer.
func (u *unmet) content(e *policy.Elements) {
	if a := e.ContentType.Accept; len(a) > 0 {
		var found ber.OID
		if u.s.Content != nil {
			found = u.s.Content.Type
		} else if u.s.SignerInfo != nil {
			found, _ = u.s.SignerInfo.ContentTypeAttr()
		}
		if !policy.Named(a, found) {
			u.element(clauseElements+".3", "signature-elements.content-type", strings.Join(a, ", "), found.Name())
		}
	}
	a := e.CommitmentTypes.Accept
	if len(a) == 0 {
		return
	}
	var names []string
	for _, id := range u.s.CommitmentTypes {
		names = append(names, id.Name())
	}
	if len(names) == 0 || slices.ContainsFunc(u.s.CommitmentTypes, func(id ber.OID) bool { return !policy.Named(a, id) }) {
		u.element(clauseElements, "signature-elements.commitment-types", strings.Join(a, ", "), strings.Join(names, ", "))
	}
}

// location is 5.2.8.4.2.4; the /Location of a PDF is text that says no country.
func (u *unmet) location(rule *policy.Location) {
	if !rule.Required && len(rule.Countries) == 0 {
		return
	}
	const key, clause = "signature-elements.signer-location", clauseElements + ".4"
	var at *cms.SignerLocation
	if u.s.SignerInfo != nil {
		at, _ = u.s.SignerInfo.SignerLocation() // malformed counts as absent
	}
	switch {
	case at == nil:
		u.element(clause, key+".required", "signer-location", "")
	case len(rule.Countries) > 0 && !slices.Contains(rule.Countries, strings.ToUpper(at.Country)):
		u.element(clause, key+".countries", strings.Join(rule.Countries, ", "), at.Country)
	}
}

// references is 5.2.8.4.2.1: each certificate of the path is referenced.
func (u *unmet) references(required bool, ch *Chain) {
	if !required || ch == nil || ch.Path == nil {
		return
	}
	for _, e := range ch.Entries {
		if !slices.ContainsFunc(u.s.CertificateRefs, func(r eseal.CertificateRef) bool { return refers(r, e.Certificate) }) {
			u.element(clauseElements+".1", "signature-elements.references-for-whole-path", e.Certificate.Subject.String(), "")
			return
		}
	}
}

// stamped is 5.2.8.4.2.5 and 5.2.8.4.2.7, and that a time-stamp over the value is there.
func (c *Court) stamped(u *unmet, e *policy.Elements) {
	if e.Roles.Required && (u.s.SignerInfo == nil || len(u.s.SignerInfo.SignerAttributes()) == 0) {
		u.element(clauseElements+".7", "signature-elements.signer-attributes", "signer-attributes", "")
	}
	if e.SignatureStamp.Required && !u.has(eseal.SignatureTimestamp) && slices.Index(policy.BaselineLevels, u.s.Level) < 1 {
		u.element(clauseElements, "signature-elements.signature-time-stamp", "signature-time-stamp", "")
	}
	if !e.ContentStamp.Required {
		return
	}
	found := ""
	for _, t := range u.s.Timestamps {
		if t.Kind != eseal.ContentTimestamp {
			continue
		}
		st := c.Timestamp(t)
		if st.Passed() {
			return
		}
		found = t.ID + " " + st.Outcome.String()
	}
	u.element(clauseElements+".5", "signature-elements.content-time-stamp", "content-time-stamp", found)
}

func (u *unmet) has(kind string) bool {
	return slices.ContainsFunc(u.s.Timestamps, func(t *eseal.Timestamp) bool { return t.Kind == kind && t.Err == nil })
}

// counterSigned is 5.2.8.4.2.6.
func (c *Court) counterSigned(u *unmet, need string) {
	if need != policy.CounterValid && need != policy.CounterRequired {
		return
	}
	const key, clause = "signature-elements.counter-signature", clauseElements + ".6"
	if len(u.s.CounterSignatures) == 0 && need == policy.CounterRequired {
		u.element(clause, key, need, "")
	}
	for _, cs := range u.s.CounterSignatures {
		if j := c.Signature(cs, nil); !j.Passed() {
			u.element(clause, key, need, cs.ID+" "+j.Outcome.String())
		}
	}
}

// certificate is the part of the X.509 constraints that looks at the signing
// certificate itself.
func (u *unmet) certificate(rule *policy.Certificate, x *cert.Certificate) {
	if x == nil {
		return
	}
	tell := func(key, wanted, found string) {
		u.add(verdict.ChainConstraintsFailure, verdict.CodeConstraint, clauseX509+" step 5", AboutSigner, params("constraint", "signing-certificate."+key, "wanted", wanted, "found", found))
	}
	for _, name := range rule.Mandated {
		if !slices.ContainsFunc(x.Extensions, func(e cert.Extension) bool { return policy.Named([]string{name}, e.OID) }) {
			tell("mandated-extensions", name, "-")
		}
	}
	for _, e := range x.Extensions {
		if policy.Named(rule.Forbidden, e.OID) {
			tell("forbidden-extensions", "-", e.OID.Name())
		}
	}
	for _, name := range rule.QCStatements {
		if !slices.ContainsFunc(x.QCStatements, func(q cert.QCStatement) bool { return states(q, name) }) {
			tell("qc-statements", name, "-")
		}
	}
}

// states: a statement by its identifier, or a type within QcType.
func states(q cert.QCStatement, name string) bool {
	return slices.ContainsFunc(append([]ber.OID{q.OID}, q.Types...), func(id ber.OID) bool { return policy.Named([]string{name}, id) })
}
