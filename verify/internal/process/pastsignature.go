package process

import (
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	"github.com/kakuin/kakuin/verify/verdict"
)

const clausePastSignature = "EN 319 102-1 5.6.2.4.4"

// goesOnPast are the results that proofs of existence may better (5.6.3.4
// steps 3 and 5c). NO_CERTIFICATE_CHAIN_FOUND_NO_POE and, for time-stamps,
// TRY_LATER are in no list of the text; but past signature validation has
// branches for both, which nothing else could reach.
var goesOnPast = map[verdict.SubIndication]bool{
	verdict.RevokedNoPOE: true, verdict.RevokedCANoPOE: true, verdict.OutOfBoundsNoPOE: true, verdict.OutOfBoundsNotRevoked: true,
	verdict.CryptoConstraintsFailureNoPOE: true, verdict.RevocationOutOfBoundsNoPOE: true, verdict.TryLater: true,
	verdict.NoCertificateChainFoundNoPOE: true,
}

// A pastCase is one signature, a token's own included, before past signature
// validation (5.6.2.4).
type pastCase struct {
	id      string
	signer  *cert.Certificate
	purpose path.Purpose
	object  poe.Object
	causes  []Cause
	// weak tells whether a cause about the signature's own algorithms is one at
	// the proven time still.
	weak func(cause Cause, at time.Time) bool

	proof poe.Proof // the earliest of the object
	past  *Past
	Trace
}

// pastSignature holds each cause against the proofs of existence (5.6.2.4.4),
// and returns what is left.
func (c *Court) pastSignature(p *pastCase) []Cause {
	if p.signer == nil {
		return p.causes
	}
	for _, cause := range p.causes {
		if !goesOnPast[cause.Sub] {
			return p.causes
		}
	}
	p.proof = c.proofs.Earliest(p.object)
	p.past = c.pastCertificate(p.signer, p.purpose, nil)
	p.take(p.past.Trace)
	if !p.past.Passed() { // step 2
		w, _ := worst(p.past.Causes)
		p.unproven(w.Finding)
		return p.causes
	}
	var left []Cause
	for _, cause := range p.causes {
		if rest, stays := c.weighPast(p, cause); stays {
			left = append(left, rest)
		}
	}
	if len(left) == 0 && !p.past.Bounded { // steps 1 and 7
		left = append(left, Cause{Sub: verdict.RevocationOutOfBoundsNoPOE, About: AboutSigner, Finding: verdict.Finding{Code: verdict.CodeRevocationUnbounded, Severity: verdict.Error,
			Clause: clausePastSignature + " step 1", Object: ID(p.signer), Params: params("subject", p.signer.Subject.String())}})
	}
	p.step(clausePastSignature, "past signature validation", outcomeOf(left), "control time "+moment(p.past.Control)+", proven at "+moment(p.proof.At)+" "+p.proof.By)
	return left
}

// unproven tells why the past could not be validated.
func (p *pastCase) unproven(why verdict.Finding) {
	if why.Code != "" {
		why.Severity = verdict.Warning
		p.finding(why)
	}
	p.step(clausePastSignature+" step 2", "past signature validation", p.past.Outcome, string(why.Code))
}

// weighPast is what is left of a cause, steps 3 to 5.
func (c *Court) weighPast(p *pastCase, cause Cause) (Cause, bool) {
	if cause.Sub == verdict.CryptoConstraintsFailureNoPOE { // step 4 needs no proof before the control time
		return cause, c.weakPast(p, cause)
	}
	if p.proof.At.After(p.past.Control) {
		p.finding(verdict.Finding{Code: verdict.CodeProofTooLate, Severity: verdict.Warning, Clause: clausePastSignature + " step 3", Object: p.id,
			Params: params("proven", moment(p.proof.At), "control", moment(p.past.Control))})
		return cause, true
	}
	at := p.proof.At.Truncate(time.Second)
	if at.Before(p.signer.NotBefore) {
		return Cause{Sub: verdict.NotYetValid, Finding: verdict.Finding{Code: verdict.CodeSignedBeforeValidity, Severity: verdict.Error,
			Clause: clausePastSignature + " step 3", Object: p.id, Params: params("bst", moment(p.proof.At), "notBefore", moment(p.signer.NotBefore))}}, true
	}
	inside := during(p.signer, at)
	switch {
	case cause.Sub == verdict.TryLater && cause.About != AboutHold:
		return cause, !c.freshPast(p, cause) // step 5
	case cause.Sub == verdict.RevokedCANoPOE && !p.knownBefore(c, effective(&cause.Entry.Status.Datum)):
		return cause, true
	case inside:
		return cause, false
	case cause.Sub == verdict.NoCertificateChainFoundNoPOE:
		cause.Sub = verdict.OutOfBoundsNoPOE
	case cause.Sub != verdict.OutOfBoundsNoPOE:
		cause.Sub = verdict.OutOfBoundsNotRevoked
	}
	return cause, true
}

// weakPast is step 4: what is weak now was proven to exist while it was not.
func (c *Court) weakPast(p *pastCase, cause Cause) bool {
	if cause.About == AboutSignature {
		return p.weak(cause, p.proof.At)
	}
	m := cause.Material
	return m == nil || m.Until.IsZero() || !c.proofs.Earliest(poe.Digest(m.SHA256)).At.Before(m.Until)
}

// knownBefore: revocation data about the signer are proven to have existed
// before its CA was revoked.
func (p *pastCase) knownBefore(c *Court, revoked time.Time) bool {
	for _, d := range p.past.signerData() {
		if ref := EvidenceOf(d.Item); ref != nil && c.proofs.By(poe.Digest(ref.SHA256), revoked) {
			return true
		}
	}
	return false
}

func (p *Past) signerData() []revocation.Datum {
	if len(p.Entries) == 0 {
		return nil
	}
	return p.Entries[0].Data
}

// freshPast is step 5: the data that counted are fresh at the proven time. Where
// the past has another path than the cause, all of them have to be.
func (c *Court) freshPast(p *pastCase, cause Cause) bool {
	about := func(e *PastEntry) bool {
		return cause.Entry != nil && e.Certificate.SHA256 == cause.Entry.Certificate.SHA256
	}
	one := slices.ContainsFunc(p.past.Entries, about)
	for _, e := range p.past.Entries {
		if one && !about(e) {
			continue
		}
		for _, d := range e.Data {
			if !revocation.Fresh(d.ThisUpdate, d.NextUpdate, d.HasNextUpdate, c.Policy.MaxAge(e.position), p.proof.At) {
				return false
			}
		}
	}
	return true
}
