package process

import (
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/tsa"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A Stamp is the result of validating a time-stamp token (5.4) together with
// the caller's step: the imprint over the data that it should be over.
type Stamp struct {
	Facts   *eseal.Timestamp
	Outcome verdict.Outcome
	Basic   *Basic // nil when the token could not be read
	GenTime time.Time
	Causes  []Cause
	// Now is the outcome at the validation time, without proofs of existence.
	Now verdict.Outcome
	// Proof is what made a time-stamp hold that does not by itself (5.6.3.4 step 5c).
	Proof poe.Proof
	Trace
}

const clauseStamp = "EN 319 102-1 5.4.4"

// Passed tells whether the token proves its time.
func (st *Stamp) Passed() bool { return st.Outcome.IsPassed() }

// Alone validates the token of a document that has no signature: what came
// after it in the file then counts against it.
func (c *Court) Alone(t *eseal.Timestamp) *Stamp {
	st := c.Timestamp(t)
	_, causes, findings := c.later(t.Field, t.ID)
	causes = append(causes, c.readings(t.Field, t.ID, false)...)
	st.Causes, st.Findings = append(st.Causes, causes...), append(st.Findings, findings...)
	st.block("ISO 32000-2 12.8.2.2", "later changes of the document", causes)
	st.Outcome = outcomeOf(st.Causes)
	return st
}

func (st *Stamp) block(clause, title string, causes []Cause) {
	st.Steps = append(st.Steps, verdict.Step{Clause: clause, Title: title, Object: st.Facts.ID, Outcome: outcomeOf(causes)})
}

// Timestamp validates one token, once.
func (c *Court) Timestamp(t *eseal.Timestamp) *Stamp {
	c.prepare()
	st := c.stamps[t]
	if st == nil {
		st = c.timestamp(t)
		c.stamps[t] = st
	}
	return st
}

func (c *Court) timestamp(t *eseal.Timestamp) *Stamp {
	st := &Stamp{Facts: t}
	if t.Token == nil {
		err := t.Err
		st.Causes = []Cause{broken(err, t.ID)}
		return st.conclude()
	}
	st.GenTime = t.Token.Info.GenTime
	st.Basic = c.basic(t.Signature, path.Timestamping, made{st.GenTime, c.At}, append(c.tokenCauses(t), coverage(t.Field, t.ID)...))
	st.Causes = append(st.Causes, st.Basic.Causes...)
	st.take(st.Basic.Trace)
	st.Findings = append(st.Findings, tellToken(t.Notes, t.ID)...)
	before := len(st.Causes)
	st.imprint(c, t)
	st.block("RFC 3161 2.4.2", "message imprint", st.Causes[before:])
	st.answers(t)
	before = len(st.Causes)
	if st.GenTime.After(c.At) {
		st.add(verdict.Custom, verdict.CodeTimestampLater, clauseStamp, params("id", t.ID, "time", moment(st.GenTime)))
	}
	st.block(clauseStamp, "time of the token", st.Causes[before:])
	return st.conclude()
}

// tokenCauses are the rules of RFC 3161 for the token itself.
func (c *Court) tokenCauses(t *eseal.Timestamp) []Cause {
	causes := decide(t.Notes, t.ID)
	for _, n := range t.Notes {
		if sub, ok := tokenConsequences[n.Code]; ok {
			causes = append(causes, noteCauses(n, sub, "RFC 3161 2.4.2", t.ID)...)
		}
	}
	if t.Signature.SignerInfo != nil && len(t.Signature.CertificateRefs) == 0 {
		causes = append(causes, Cause{Sub: verdict.SigConstraintsFailure, Finding: verdict.Finding{Code: verdict.CodeTSAReference, Severity: verdict.Error, Clause: "RFC 3161 2.4.2, RFC 5816 2.2", Object: t.ID, Params: params("id", t.ID)}})
	}
	for _, r := range t.Signature.CertificateRefs {
		if !r.V1 && r.Digest == sigalg.SHA1 {
			causes = append(causes, Cause{Sub: verdict.SigConstraintsFailure, Finding: verdict.Finding{Code: verdict.CodeTSAReference, Severity: verdict.Error, Clause: "RFC 5816 2.2.1", Object: t.ID, Params: params("id", t.ID)}})
		}
	}
	return causes
}

// tellToken is Tell without the notes that decide about a token.
func tellToken(notes []note.Note, object string) []verdict.Finding {
	return Tell(slices.DeleteFunc(slices.Clone(notes), func(n note.Note) bool {
		_, decides := tokenConsequences[n.Code]
		return decides
	}), object)
}

func (st *Stamp) add(sub verdict.SubIndication, code verdict.Code, clause string, ps map[string]string) {
	st.Causes = append(st.Causes, Cause{Sub: sub, Finding: verdict.Finding{Code: code, Severity: verdict.Error, Clause: clause, Object: st.Facts.ID, Params: ps}})
}

// imprint compares the message imprint (5.5.4 step 3a, 5.2.8.4.2.5) and holds
// its hash to the policy.
func (st *Stamp) imprint(c *Court, t *eseal.Timestamp) {
	info := t.Token.Info
	switch {
	case t.Imprint.Matches:
	case t.Imprint.Got != nil:
		st.add(verdict.HashFailure, verdict.CodeImprintMismatch, "RFC 3161 2.4.2", params("id", t.ID))
	case !info.ImprintDigest.Available():
		st.add(verdict.Custom, verdict.CodeUnsupportedAlgorithm, "RFC 3161 2.4.2", params("algorithm", ImprintName(info)))
	default:
		st.add(verdict.SignedDataNotFound, verdict.CodeImprintNotChecked, "RFC 3161 2.4.2", params("id", t.ID))
	}
	st.Causes = append(st.Causes, c.weakToken(t, c.At)...)
}

// weakToken holds the hash of an imprint to the policy.
func (c *Court) weakToken(t *eseal.Timestamp, relied time.Time) (out []Cause) {
	info := t.Token.Info
	for _, w := range (made{info.GenTime, relied}).check(c.Policy, policy.Suite{Digest: info.ImprintDigest}, policy.UseImprint) {
		code, ps := weakFinding(w)
		out = append(out, Cause{Sub: verdict.CryptoConstraintsFailureNoPOE, About: AboutSignature,
			Finding: verdict.Finding{Code: code, Severity: verdict.Error, Clause: "EN 319 102-1 5.2.8.4.1", Object: t.ID, Params: ps}})
	}
	return out
}

// ImprintName names the hash of an imprint, also one that is not known.
func ImprintName(info tsa.Info) string {
	if n := info.ImprintDigest.Name(); n != "" {
		return n
	}
	return info.ImprintAlgorithm.OID.Name()
}

// answers holds a response to the request that it should answer.
func (st *Stamp) answers(t *eseal.Timestamp) {
	if t.Request == nil {
		return
	}
	for _, n := range t.Token.Answers(t.Request) {
		st.add(verdict.SigConstraintsFailure, verdict.CodeResponseMismatch, "RFC 3161 2.4.2", answerParams(n))
	}
}

func answerParams(n note.Note) map[string]string {
	p := noteParams(n)
	if p["what"] == "" {
		p["what"] = n.Where
	}
	return p
}

func (st *Stamp) conclude() *Stamp {
	st.Outcome = outcomeOf(st.Causes)
	st.Now = st.Outcome
	st.Steps = append(st.Steps, verdict.Step{Clause: clauseStamp, Title: "time-stamp validation", Object: st.Facts.ID, Outcome: st.Outcome})
	return st
}
