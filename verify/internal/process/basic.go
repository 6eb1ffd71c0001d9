package process

import (
	"maps"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A Basic is the result of validating a basic signature (5.3), with every
// cause against it, so that a proven time can be weighed (5.5.4).
type Basic struct {
	Outcome    verdict.Outcome
	Signer     *cert.Certificate // nil when none was found
	Bound      bool              // a signed attribute binds the signer
	Chain      *Chain            // nil when the signer was not found
	Arithmetic Arithmetic
	Causes     []Cause // all, the chain's included
	Trace
}

const clauseBasic = "EN 319 102-1 5.3.4"

// basic is 5.3.4 at the court's time. The order of its steps is free as long
// as the result is equal (5.1.1): digests and value are always computed, since
// a failure there beats everything else.
func (c *Court) basic(s *eseal.Signature, purpose path.Purpose, when made, extra []Cause) *Basic {
	b := &Basic{}
	c.prepare()
	b.Findings = append(b.Findings, Tell(s.Notes, s.ID)...)
	b.Causes = append(b.Causes, decide(s.Notes, s.ID)...)
	b.Causes = append(b.Causes, extra...)
	b.block(s, "EN 319 102-1 5.2.2", "format checking", b.Causes)
	if s.Err != nil {
		b.Causes = append(b.Causes, broken(s.Err, s.ID))
		return b.conclude(s)
	}
	candidates, causes, warnings := c.identify(s, c.needsReference(s), purpose == path.Timestamping)
	b.Causes = append(b.Causes, causes...)
	b.Findings = append(b.Findings, warnings...)
	b.block(s, clauseIdentify, "identification of the signing certificate", causes)
	b.Bound = len(s.CertificateRefs) > 0 && len(causes) == 0
	b.Arithmetic.references(s)
	c.value(&b.Arithmetic, s, candidates)
	b.Signer = b.Arithmetic.Signer
	b.Findings = append(b.Findings, Tell(b.Arithmetic.Notes, s.ID)...)
	b.Causes = append(b.Causes, b.Arithmetic.Causes...)
	b.block(s, clauseCrypto, "cryptographic verification", b.Arithmetic.Causes)
	if b.Signer != nil {
		b.chain(s, purpose, c.validate(b.Signer, purpose, c.At))
		b.furtherReferences(s)
	}
	if purpose == path.Seal && s.Parent == nil {
		unmet := c.constraints(s, b)
		b.Causes = append(b.Causes, unmet...)
		b.block(s, "EN 319 102-1 5.2.8.4.2", "signature elements constraints", unmet)
	}
	weak := c.weakSignature(s, b, when)
	b.Causes = append(b.Causes, weak...)
	b.block(s, "EN 319 102-1 5.2.8.4", "signature acceptance", weak)
	return b.conclude(s)
}

// block adds the step of one building block.
func (b *Basic) block(s *eseal.Signature, clause, title string, causes []Cause) {
	b.Steps = append(b.Steps, verdict.Step{Clause: clause, Title: title, Object: s.ID, Outcome: outcomeOf(causes)})
}

func (b *Basic) chain(s *eseal.Signature, purpose path.Purpose, ch *Chain) {
	b.Chain = ch
	if ch.Path != nil {
		b.block(s, "RFC 5280 6.1", "certification path", nil)
		if purpose == path.Timestamping {
			b.block(s, "RFC 3161 2.3", "purpose of the certificate", nil)
		}
	}
	b.take(ch.Trace)
	b.Findings = append(b.Findings, ch.Warnings...)
	b.Causes = append(b.Causes, ch.Causes...)
}

// rests puts the path and the data that proofs of existence led to in the
// place of those of the validation time: what is missing now is not any more.
func (b *Basic) rests(on *Past) {
	if on == nil || on.Path == nil || b.Chain == nil {
		return
	}
	told := b.Chain.Warnings
	b.Findings = slices.DeleteFunc(b.Findings, func(f verdict.Finding) bool {
		return slices.ContainsFunc(told, func(w verdict.Finding) bool {
			return w.Code == f.Code && w.Object == f.Object && maps.Equal(w.Params, f.Params)
		})
	})
	b.Wants, b.Chain = nil, on.chain()
}

// furtherReferences: certificates named beside the signer's limit the path
// (RFC 5035 5.4.1, EN 319 102-1 5.2.8.4.2.1).
func (b *Basic) furtherReferences(s *eseal.Signature) {
	if b.Chain.Path == nil {
		return
	}
	above := b.Chain.Entries[1:]
	for _, r := range s.CertificateRefs {
		if !r.First && !slices.ContainsFunc(above, func(e *Entry) bool { return refers(r, e.Certificate) }) {
			b.Causes = append(b.Causes, Cause{Sub: verdict.SigConstraintsFailure, Finding: verdict.Finding{Code: verdict.CodeAttributeConstraint, Severity: verdict.Error,
				Clause: "EN 319 102-1 5.2.8.4.2.1", Object: s.ID, Params: params("what", "signing-certificate names a certificate that is not in the path above the signer")}})
			return
		}
	}
}

// made is when a signature was made, as far as that counts, and the time at
// which it is relied on: an algorithm may have an end for either. Of a token the
// first is its genTime, since whoever could have forged that could do so only
// after the second end.
type made struct{ at, relied time.Time }

// check returns what of a suite was not reliable.
func (m made) check(p *policy.Policy, s policy.Suite, use policy.Use) []policy.Weak {
	if ws := p.Check(s, use, policy.Made, m.at); len(ws) > 0 {
		return ws
	}
	return p.Check(s, use, policy.Relied, m.relied)
}

// weakSignature is the cryptographic part of 5.2.8: the algorithms of the
// signature value and of the signed attributes that were not reliable.
func (c *Court) weakSignature(s *eseal.Signature, b *Basic, when made) []Cause {
	var out []Cause
	add := func(ws []policy.Weak) {
		for _, w := range ws {
			code, ps := weakFinding(w)
			out = append(out, Cause{Sub: verdict.CryptoConstraintsFailureNoPOE, About: AboutSignature,
				Finding: verdict.Finding{Code: code, Severity: verdict.Error, Clause: "EN 319 102-1 5.2.8.4.1", Object: s.ID, Params: ps}})
		}
	}
	a := b.Arithmetic
	if a.Value != Holds {
		return nil
	}
	add(when.check(c.Policy, policy.Suite{Digest: a.Algorithm.Digest, Signature: a.Algorithm.Name, Key: a.Key}, policy.UseSignature))
	for _, r := range s.References {
		if r.Digest != a.Algorithm.Digest {
			add(when.check(c.Policy, policy.Suite{Digest: r.Digest}, policy.UseSignature))
		}
	}
	add(c.weakReferences(s, when))
	return out
}

// weakReferences: of the references to the signing certificate, one in an
// algorithm that was reliable is enough, since all must match.
func (c *Court) weakReferences(s *eseal.Signature, when made) (weak []policy.Weak) {
	for _, r := range s.CertificateRefs {
		if !r.First {
			continue
		}
		ws := when.check(c.Policy, policy.Suite{Digest: r.Digest}, policy.UseReference)
		if len(ws) == 0 {
			return nil
		}
		weak = append(weak, ws...)
	}
	return weak
}

// order ranks causes of a basic signature: failures first (5.3.4 steps 1 and
// 5), then what stops before the path, then the path, then acceptance.
var order = map[verdict.SubIndication]int{
	verdict.FormatFailure: 1000, verdict.HashFailure: 990, verdict.SigCryptoFailure: 980, verdict.Revoked: 970, verdict.Expired: 960, verdict.NotYetValid: 950,
	verdict.SignedDataNotFound: 800, verdict.NoSigningCertificateFound: 700, verdict.PolicyProcessingError: 690, verdict.SignaturePolicyNotAvailable: 680, verdict.Custom: 650, verdict.SigConstraintsFailure: 1,
	verdict.CryptoConstraintsFailureNoPOE: 5, verdict.CryptoConstraintsFailure: 6, verdict.TimestampOrderFailure: 3,
}

func basicRank(c Cause) int {
	switch {
	case c.About == AboutChange && c.Sub == verdict.FormatFailure:
		return 660 // what is shown is not what was sealed, whether or not an update also took the field away
	case c.About == AboutChange:
		return 600 // the sealed revision is judged first
	}
	if r, ok := order[c.Sub]; ok && c.Material == nil { // weak material is of 5.2.6.4 step 6
		return r
	}
	return 100 + c.decides()
}

// Decisive is the cause that gives the outcome.
func Decisive(causes []Cause) (Cause, bool) {
	if len(causes) == 0 {
		return Cause{}, false
	}
	return slices.MaxFunc(causes, func(a, b Cause) int { return basicRank(a) - basicRank(b) }), true
}

func (b *Basic) conclude(s *eseal.Signature) *Basic {
	if len(b.Causes) == 0 && (b.Arithmetic.Value != Holds || b.Arithmetic.Digests != Holds || b.Chain == nil || !b.Chain.Passed()) {
		// Nothing was found wrong because something was not looked at: no pass.
		b.Causes = append(b.Causes, Cause{Sub: verdict.Custom, Finding: verdict.Finding{Code: verdict.CodeUnsupportedAlgorithm, Severity: verdict.Error,
			Clause: clauseBasic, Object: s.ID, Params: params("algorithm", s.SignatureName)}})
	}
	b.Outcome = verdict.Pass()
	explanation := ""
	if d, ok := Decisive(b.Causes); ok {
		b.Outcome = verdict.Of(d.Sub)
		explanation = string(d.Finding.Code)
	}
	b.Steps = append(b.Steps, verdict.Step{Clause: clauseBasic, Title: "validation of a basic signature", Object: s.ID, Outcome: b.Outcome, Explanation: explanation})
	return b
}

// Passed tells whether nothing stands against the signature at the court's time.
func (b *Basic) Passed() bool { return b.Outcome.IsPassed() }
