package process

import (
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/tsa"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

const clauseTime = "EN 319 102-1 5.5.4"

// A Judgement is the result of validating a signature with time (5.5).
type Judgement struct {
	Facts   *eseal.Signature
	Outcome verdict.Outcome
	Basic   *Basic
	Causes  []Cause // what is left after the proven time was weighed
	// Best is the best-signature-time; Source the id of the time-stamp that
	// proves it, empty where nothing does and it is the validation time.
	Best    time.Time
	Source  string
	Stamps  []*Stamp
	Counter []*Judgement
	// Sealed is the outcome without regard to later changes of the document.
	Sealed  verdict.Outcome
	Changes Changes
	Trace
}

// Signature validates one signature. documents are the time-stamps of the
// document that cover it, already judged.
func (c *Court) Signature(s *eseal.Signature, documents []*Stamp) *Judgement {
	j := &Judgement{Facts: s, Best: c.At}
	j.Basic = c.basic(s, path.Seal, made{c.At, c.At}, append(coverage(s.Field, s.ID), c.readings(s.Field, s.ID, false)...))
	j.take(j.Basic.Trace)
	for _, t := range s.Timestamps {
		j.Stamps = append(j.Stamps, c.Timestamp(t))
	}
	j.best(documents)
	j.weighTime(c, documents)
	j.past(c, documents)
	j.delay(c, documents)
	j.mandated(c, documents)
	j.Sealed = outcomeOf(j.Causes)
	changes, causes, findings := c.later(s.Field, s.ID)
	j.Changes, j.Causes, j.Findings = changes, append(j.Causes, causes...), append(j.Findings, findings...)
	j.Outcome = outcomeOf(j.Causes)
	for _, cs := range s.CounterSignatures {
		j.Counter = append(j.Counter, c.Signature(cs, nil))
	}
	j.tellTime()
	return j
}

func outcomeOf(causes []Cause) verdict.Outcome {
	if d, ok := Decisive(causes); ok {
		return verdict.Of(d.Sub)
	}
	return verdict.Pass()
}

// best is step 3: the earliest time that a passed token proves.
func (j *Judgement) best(documents []*Stamp) {
	consider := func(st *Stamp) {
		if st.Now.IsPassed() && st.GenTime.Before(j.Best) {
			j.Best, j.Source = st.GenTime, st.Facts.ID
		}
	}
	for _, st := range j.Stamps {
		if st.Facts.Kind == eseal.SignatureTimestamp {
			consider(st)
		}
	}
	for _, st := range documents {
		consider(st)
	}
	outcome := verdict.Pass()
	j.step(clauseTime+" step 3", "best-signature-time", outcome, moment(j.Best)+" "+j.Source)
}

// goesOn are the results of 5.3 that a proven time may still better or
// worsen; with any other the result of 5.3 stands (step 2).
var goesOn = map[verdict.SubIndication]bool{
	verdict.CryptoConstraintsFailureNoPOE: true, verdict.RevokedNoPOE: true, verdict.RevokedCANoPOE: true, verdict.TryLater: true,
	verdict.OutOfBoundsNoPOE: true, verdict.OutOfBoundsNotRevoked: true,
}

// weighTime is steps 4 to 10: each cause of 5.3 is held against the proven
// time. A cause that time does not touch stays.
func (j *Judgement) weighTime(c *Court, documents []*Stamp) {
	basic := j.contentTimestamps(c)
	on := true
	for _, cause := range basic {
		left, stays := c.weighCause(j, cause)
		on = on && (goesOn[cause.Sub] || !stays)
		if stays {
			j.Causes = append(j.Causes, left)
		}
	}
	if on {
		j.beforeValidity()
		j.coherence(c, documents)
	}
	if o := outcomeOf(j.Causes); o != j.Basic.Outcome {
		j.step(clauseTime+" step 4", "weighed at the best-signature-time", o, "before: "+j.Basic.Outcome.String())
	}
}

// weighCause returns what is left of a cause at the best-signature-time.
func (c *Court) weighCause(j *Judgement, cause Cause) (Cause, bool) {
	switch {
	case cause.Sub == verdict.RevokedCANoPOE && compromised(cause.Entry.Status.Datum):
		// Step 4a would let the time of the signature decide. Whoever has the
		// CA's key can date revocation data as he likes, so 5.6 must find them
		// proven to be older than the revocation (5.6.2.4.4).
		return cause, true
	case cause.Sub == verdict.RevokedNoPOE, cause.Sub == verdict.RevokedCANoPOE:
		return j.revokedLater(cause, c.At)
	case cause.Sub == verdict.OutOfBoundsNotRevoked:
		x := cause.Entry.Certificate
		if !j.Best.Before(x.NotBefore) && j.Best.Before(x.NotAfter) {
			return Cause{}, false
		}
	case c.Policy.Model.Answer == policy.Hybrid && cause.ofCA() != nil:
		return cause, !during(cause.ofCA(), j.Best)
	case cause.Sub == verdict.CryptoConstraintsFailureNoPOE && cause.About == AboutSignature:
		return cause, j.stillWeak(c, cause, j.Best)
	case cause.Sub == verdict.TryLater && cause.About == AboutNotFresh:
		if e := cause.Entry; e.answered(j.Best) && c.isFresh(e, j.Best) {
			return Cause{}, false
		}
	case cause.Sub == verdict.TryLater && cause.About == AboutHold:
		if j.Best.Before(effective(&cause.Entry.Status.Datum)) {
			return Cause{}, false
		}
	}
	return cause, true
}

// ofCA is the CA's certificate that a cause says has run out: on the path, or
// as the signer of the data about the certificate below. The hybrid model asks
// it to have been in force when the signature was made.
func (cause *Cause) ofCA() *cert.Certificate {
	switch e := cause.Entry; {
	case cause.Sub == verdict.OutOfBoundsNoPOE && cause.About == AboutCA:
		return e.Certificate
	case cause.Sub == verdict.RevocationOutOfBoundsNoPOE && e.Status.ByIssuer:
		return e.Status.Signer
	}
	return nil
}

// revokedLater is step 4a. What a signer says whose certificate has ended since
// counts against the signature; that the revocation came later is in its
// favour, and nobody's word any more (5.2.6.4 step 8).
func (j *Judgement) revokedLater(cause Cause, now time.Time) (Cause, bool) {
	at := effective(&cause.Entry.Status.Datum)
	if !at.After(j.Best) {
		return cause, true
	}
	if s := cause.Entry.Status.Signer; cause.About == AboutSigner && s != nil && !during(s, now.Truncate(time.Second)) {
		return Cause{Sub: verdict.RevocationOutOfBoundsNoPOE, About: AboutOther, Entry: cause.Entry, Finding: verdict.Finding{Code: verdict.CodeRevocationOutOfBounds, Severity: verdict.Error,
			Clause: clauseX509 + " step 8", Object: cause.Finding.Object, Params: params("subject", s.Subject.String())}}, true
	}
	j.finding(verdict.Finding{Code: verdict.CodeRevokedAfterProven, Severity: verdict.Info, Clause: clauseTime + " step 4a", Object: cause.Finding.Object,
		Params: params("at", moment(at), "bst", moment(j.Best))})
	x := j.Basic.Signer
	if j.Best.Before(x.NotAfter) {
		return Cause{}, false
	}
	cause.Sub = verdict.OutOfBoundsNotRevoked
	return cause, true
}

// stillWeak is step 4c and 8: the algorithm at another time of making.
func (j *Judgement) stillWeak(c *Court, cause Cause, at time.Time) bool {
	for _, w := range c.weakSignature(j.Facts, j.Basic, made{at, at}) {
		if w.Finding.Params["algorithm"] == cause.Finding.Params["algorithm"] {
			return true
		}
	}
	return false
}

// beforeValidity is NOT_YET_VALID of steps 4a, 4b and 4d: the signature existed
// before its certificate was valid. Where something else than the validity is
// left, the result of 5.3 was returned before that was asked.
func (j *Judgement) beforeValidity() {
	x := j.Basic.Signer
	if x == nil || !j.Best.Before(x.NotBefore) {
		return
	}
	for _, left := range j.Causes {
		if left.Sub != verdict.OutOfBoundsNoPOE && left.Sub != verdict.OutOfBoundsNotRevoked {
			return
		}
	}
	j.Causes = append(j.Causes, Cause{Sub: verdict.NotYetValid, Finding: verdict.Finding{Code: verdict.CodeSignedBeforeValidity, Severity: verdict.Error,
		Clause: clauseTime + " step 4", Object: j.Facts.ID, Params: params("bst", moment(j.Best), "notBefore", moment(x.NotBefore))}})
}

// contentTimestamps are the causes of 5.3 after its steps 4 and 6: a content
// time-stamp proves that the signature came after it.
func (j *Judgement) contentTimestamps(c *Court) []Cause {
	out := slices.Clone(j.Basic.Causes)
	for _, st := range j.Stamps {
		if st.Facts.Kind != eseal.ContentTimestamp || !st.Passed() {
			continue
		}
		for i := range out {
			out[i].notBefore(c, j, st.GenTime)
		}
	}
	return out
}

// notBefore turns a cause into a failure where the signature is proven to be
// younger than the event.
func (cause *Cause) notBefore(c *Court, j *Judgement, t time.Time) {
	switch {
	case cause.Sub == verdict.RevokedNoPOE && t.After(cause.Entry.Status.RevokedAt):
		cause.Sub, cause.Finding.Clause = verdict.Revoked, "EN 319 102-1 5.3.4 step 4"
	case (cause.Sub == verdict.OutOfBoundsNoPOE || cause.Sub == verdict.OutOfBoundsNotRevoked) && cause.About == AboutSigner && t.After(cause.Entry.Certificate.NotAfter):
		cause.Sub, cause.Finding.Clause = verdict.Expired, "EN 319 102-1 5.3.4 step 4"
	case cause.Sub == verdict.CryptoConstraintsFailureNoPOE && cause.About == AboutSignature && j.stillWeak(c, *cause, t):
		cause.Sub, cause.Finding.Clause = verdict.CryptoConstraintsFailure, "EN 319 102-1 5.3.4 step 6"
	}
}

// coherence is step 4e: what covers the signature is younger than every
// content time-stamp, and what covers a time-stamp is younger than it, the
// accuracy of both allowed for (RFC 3161 2.4.2).
func (j *Judgement) coherence(c *Court, documents []*Stamp) {
	all := slices.DeleteFunc(slices.Concat(j.Stamps, documents), func(st *Stamp) bool { return !st.Passed() })
	for _, b := range all {
		precedes := c.precedes(b)
		for _, a := range all {
			if a != b && precedes(a) && older(b.Facts.Token, a.Facts.Token) {
				j.disorder(c, b, a)
				return
			}
		}
	}
}

func (j *Judgement) disorder(c *Court, first, second *Stamp) {
	f := verdict.Finding{Code: verdict.CodeTimestampOrder, Severity: verdict.Error,
		Clause: clauseTime + " step 4e", Object: j.Facts.ID, Params: params("first", first.Facts.ID, "second", second.Facts.ID)}
	if c.Policy.EnforcesOrder() {
		j.Causes = append(j.Causes, Cause{Sub: verdict.TimestampOrderFailure, Finding: f})
		return
	}
	f.Severity = verdict.Warning
	j.finding(f)
}

// precedes tells what must not be younger than b: time-stamps over the content
// alone, and what b covers.
func (c *Court) precedes(b *Stamp) func(a *Stamp) bool {
	covered := map[*eseal.Timestamp]bool{}
	if c.Document != nil && b.Facts.Field == nil {
		for _, o := range c.Document.Covered(b.Facts) {
			covered[o.Timestamp] = true
		}
	}
	return func(a *Stamp) bool {
		switch {
		case a.Facts.Kind == eseal.ContentTimestamp:
			return b.Facts.Kind != eseal.ContentTimestamp
		case b.Facts.Field != nil: // a document time-stamp is over everything before its revision
			return a.Facts.Field == nil || a.Facts.Field.Revision < b.Facts.Field.Revision
		}
		return covered[a.Facts]
	}
}

// older: the intervals of the tokens say so, or one authority that orders its
// tokens. An accuracy that is not stated counts as none.
func older(a, b *tsa.Token) bool {
	return a.Latest().Before(b.Earliest()) || a.Compare(b) == tsa.Before
}

// tellTime explains the time that was used and the tokens that prove nothing.
func (j *Judgement) tellTime() {
	s := j.Facts
	if j.Source != "" {
		j.finding(verdict.Finding{Code: verdict.CodeBestTime, Severity: verdict.Info, Clause: clauseTime + " step 3", Object: s.ID, Params: params("time", moment(j.Best), "source", j.Source)})
	} else {
		j.finding(verdict.Finding{Code: verdict.CodeNoProvenTime, Severity: verdict.Info, Clause: clauseTime + " step 1", Object: s.ID})
	}
	if s.Content != nil && s.Content.ByDigest {
		j.finding(verdict.Finding{Code: verdict.CodeDigestClaimed, Severity: verdict.Info, Clause: "EN 319 102-1 5.2.7", Object: s.ID, Params: params("algorithm", s.DigestName)})
	}
	if s.ClaimedSigningTime != nil {
		j.finding(verdict.Finding{Code: verdict.CodeClaimedTime, Severity: verdict.Info, Clause: "EN 319 102-1 5.2.8.4.2.2", Object: s.ID, Params: params("time", moment(*s.ClaimedSigningTime))})
	}
	for _, st := range j.Stamps {
		if !st.Passed() {
			j.finding(verdict.Finding{Code: verdict.CodeTimestampFailed, Severity: verdict.Warning, Clause: clauseTime + " step 3", Object: st.Facts.ID, Params: params("id", st.Facts.ID, "reason", st.Outcome.String())})
		}
	}
	for _, cs := range j.Counter {
		if !cs.Outcome.IsPassed() {
			j.finding(verdict.Finding{Code: verdict.CodeCounterSignature, Severity: verdict.Warning, Clause: "EN 319 102-1 5.2.8.4.2.6", Object: cs.Facts.ID, Params: params("id", cs.Facts.ID, "reason", cs.Outcome.String())})
		}
	}
}

// Passed tells whether nothing stands against the signature.
func (j *Judgement) Passed() bool { return j.Outcome.IsPassed() }

// DocumentStamps are the time-stamps of a PDF whose byte ranges cover a
// signature: those of a later revision.
func DocumentStamps(s *eseal.Signature, all []*Stamp) []*Stamp {
	if s.Field == nil || s.Field.Revision == 0 {
		return nil
	}
	var out []*Stamp
	for _, st := range all {
		if f := st.Facts.Field; f != nil && f.Coverage.Valid && f.Revision > s.Field.Revision {
			out = append(out, st)
		}
	}
	return out
}
