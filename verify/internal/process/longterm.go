package process

import (
	"cmp"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

const clauseLong = "EN 319 102-1 5.6.3.4"

// Settle judges every time-stamp of the document and, where one does not hold
// by itself any more, by the proofs that the newer ones give (5.6.3.4 steps 2
// and 5). Without it each is judged at the validation time alone.
func (c *Court) Settle() {
	for _, t := range allTimestamps(c.Document) {
		if st := c.Timestamp(t); !st.Passed() && st.Basic != nil {
			c.prove()
			return
		}
	}
}

// ground is step 2: everything at hand exists now.
func (c *Court) ground() {
	if c.prepare(); c.proofs == nil {
		c.proofs = poe.New(c.At, c.inside)
	}
}

// prove gathers the proofs of existence of the document, once.
func (c *Court) prove() {
	if c.proven {
		return
	}
	c.proven = true
	c.ground()
	for _, er := range c.Document.EvidenceRecords {
		c.Record(er).proves(c)
	}
	all := allTimestamps(c.Document)
	slices.SortStableFunc(all, newestFirst)
	for _, t := range all {
		c.proveBy(c.Timestamp(t))
	}
}

// inside are the certificates that an OCSP response carries.
func (c *Court) inside(sum [32]byte) [][]byte {
	if it := c.Evidence.Get(sum); it != nil && it.OCSP != nil {
		return it.OCSP.Certificates
	}
	return nil
}

// allTimestamps are those of the document and of all its signatures.
func allTimestamps(d *eseal.Document) (out []*eseal.Timestamp) {
	if d == nil {
		return nil
	}
	var walk func(s *eseal.Signature)
	walk = func(s *eseal.Signature) {
		out = append(out, s.Timestamps...)
		for _, c := range s.CounterSignatures {
			walk(c)
		}
	}
	for _, s := range d.Signatures {
		walk(s)
	}
	return append(out, d.Timestamps...)
}

// newestFirst: by genTime; of one time, what covers more before what it may cover.
func newestFirst(a, b *eseal.Timestamp) int {
	return cmp.Or(genTime(b).Compare(genTime(a)), cmp.Compare(spread[b.Kind], spread[a.Kind]), cmp.Compare(revisionOf(b), revisionOf(a)))
}

// spread ranks kinds of time-stamps by how much they cover.
var spread = map[string]int{eseal.ContentTimestamp: 0, eseal.SignatureTimestamp: 1, eseal.ReferenceTimestamp: 2, eseal.ArchiveTimestamp: 3, eseal.DocumentTimestamp: 4}

func genTime(t *eseal.Timestamp) time.Time {
	if t.Token == nil {
		return time.Time{}
	}
	return t.Token.Info.GenTime
}

func revisionOf(t *eseal.Timestamp) int {
	if t.Field == nil {
		return 0
	}
	return t.Field.Revision
}

// proveBy is steps 5a to 5d for one time-stamp.
func (c *Court) proveBy(st *Stamp) {
	if st.Basic == nil || !st.Facts.Imprint.Matches {
		return
	}
	if !st.Passed() {
		c.accept(st)
	}
	if !st.Passed() {
		return // 5d: it proves nothing
	}
	t := st.Facts
	at := c.proofs.Earliest(poe.Timestamp(t)).At
	if !c.reliable(t.Token.Info.ImprintDigest, at) { // 5b
		return
	}
	c.proofs.Extract(c.Document.Covered(t), poe.Proof{At: st.GenTime, By: t.ID}, c.reliable)
	st.step(clausePOE, "proofs of existence", verdict.Pass(), moment(st.GenTime))
}

const clausePOE = "EN 319 102-1 5.6.2.3.4"

// reliable tells whether a digest could be relied on at a time.
func (c *Court) reliable(d sigalg.Digest, at time.Time) bool {
	return len(c.Policy.Check(policy.Suite{Digest: d}, policy.UseImprint, policy.Relied, at)) == 0
}

// accept is step 5c: a time-stamp that does not hold now and did when it is
// proven to have existed.
func (c *Court) accept(st *Stamp) {
	p := &pastCase{id: st.Facts.ID, signer: st.Basic.Signer, purpose: path.Timestamping, object: poe.Timestamp(st.Facts), causes: st.Causes,
		weak: func(cause Cause, at time.Time) bool { return c.stampStillWeak(st, cause, at) }}
	left := c.pastSignature(p)
	st.take(p.Trace)
	if len(left) > 0 {
		st.Causes, st.Outcome = left, outcomeOf(left)
		return
	}
	st.Causes, st.Outcome, st.Proof = nil, verdict.Pass(), p.proof
	st.Basic.rests(p.past)
	st.Findings, st.Wants = slices.Concat(st.Basic.Findings, tellToken(st.Facts.Notes, st.Facts.ID)), nil
	st.finding(verdict.Finding{Code: verdict.CodeProvenInTime, Severity: verdict.Info, Clause: clausePastSignature, Object: st.Facts.ID,
		Params: params("id", st.Facts.ID, "time", moment(p.proof.At), "source", p.proof.By)})
}

// stampStillWeak asks again for the algorithms of a token, which was made at
// its genTime and is proven at another time.
func (c *Court) stampStillWeak(st *Stamp, cause Cause, at time.Time) bool {
	weak := c.weakToken(st.Facts, at)
	if st.Basic != nil {
		weak = append(weak, c.weakSignature(st.Facts.Signature, st.Basic, made{st.GenTime, at})...)
	}
	return slices.ContainsFunc(weak, func(w Cause) bool { return w.Finding.Params["algorithm"] == cause.Finding.Params["algorithm"] })
}

// past is steps 3 to 9 for one signature: what the process for signatures with
// time left open is held against the proofs of existence.
func (j *Judgement) past(c *Court, documents []*Stamp) {
	if len(j.Causes) == 0 || j.Basic.Signer == nil || c.Document == nil || !j.archived(c, documents) {
		return // step 3: it passed, or there is nothing else that could prove anything
	}
	c.prove()
	s := j.Facts
	p := &pastCase{id: s.ID, signer: j.Basic.Signer, purpose: path.Seal, object: poe.Signature(s), causes: j.Causes,
		weak: func(cause Cause, at time.Time) bool { return j.stillWeak(c, cause, at) }}
	j.proven(c.proofs.Earliest(p.object)) // step 6
	before := outcomeOf(j.Causes)
	j.Causes = c.pastSignature(p)
	j.take(p.Trace)
	if o := outcomeOf(j.Causes); o != before || p.past != nil {
		j.step(clauseLong+" step 7", "validation with long-term availability", o, "before: "+before.String())
	}
	if len(j.Causes) == 0 {
		j.beforeValidity()
		told := len(j.Basic.Findings)
		j.Basic.rests(p.past)
		j.Findings = slices.Concat(j.Basic.Findings, j.Findings[told:])
	}
}

// archived tells whether the signature has anything that proves more than its
// value: a time-stamp over validation material, or an evidence record.
func (j *Judgement) archived(c *Court, documents []*Stamp) bool {
	return len(documents) > 0 || slices.ContainsFunc(c.Document.EvidenceRecords, func(er *eseal.EvidenceRecord) bool { return er.WholeDocument }) ||
		slices.ContainsFunc(j.Facts.Timestamps, func(t *eseal.Timestamp) bool {
			return t.Kind == eseal.ArchiveTimestamp || t.Kind == eseal.ReferenceTimestamp
		})
}
