package process

import (
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// delay is 5.5.4 step 5 and 5.6.3.4 step 8: how long after the claimed time
// the signature is proven to have existed. Where the time of 5.5 is too late an
// older proof may do.
func (j *Judgement) delay(c *Court, documents []*Stamp) {
	limit, asked := c.Policy.TimestampDelay()
	if !asked || j.Source == "" {
		return
	}
	claimed := j.Facts.ClaimedSigningTime
	if claimed == nil && j.Facts.Field != nil {
		claimed = j.Facts.Field.M
	}
	late := func() bool { return claimed == nil || !claimed.Add(limit).After(j.Best) }
	if late() && c.Document != nil && j.archived(c, documents) {
		c.prove()
		j.proven(c.proofs.Earliest(poe.Signature(j.Facts)))
	}
	if !late() {
		return
	}
	ps := params("limit", limit.String())
	if claimed != nil {
		ps["delay"] = j.Best.Sub(*claimed).Truncate(time.Second).String()
	}
	j.Causes = append(j.Causes, Cause{Sub: verdict.SigConstraintsFailure, Finding: verdict.Finding{Code: verdict.CodeTimestampDelay, Severity: verdict.Error,
		Clause: clauseTime + " step 5", Object: j.Facts.ID, Params: ps}})
}

// proven takes a proof as best-signature-time if it is an earlier one.
func (j *Judgement) proven(p poe.Proof) {
	if p.At.Before(j.Best) {
		j.Best, j.Source = p.At, p.By
	}
}

// mandated: where the policy wants time-stamps or evidence records to hold, the
// result of one that does not is the signature's (5.5.4 step 3b, 5.6.3.4 steps
// 1 and 5d).
func (j *Judgement) mandated(c *Court, documents []*Stamp) {
	for _, st := range slices.Concat(j.Stamps, documents) {
		if !st.Passed() && c.Policy.Mandates(mandates[st.Facts.Kind]) {
			j.fails(st.Outcome, clauseTime+" step 3b", verdict.Finding{Code: verdict.CodeTimestampFailed, Object: st.Facts.ID, Params: params("id", st.Facts.ID, "reason", st.Outcome.String())})
		}
	}
	if c.Document == nil || !c.Policy.Mandates(policy.MandateRecord) {
		return
	}
	for _, er := range c.Document.EvidenceRecords {
		if r := c.Record(er); !r.Passed() && (er.Signature == nil || er.Signature == j.Facts) {
			j.fails(r.Outcome, clauseLong+" step 1", verdict.Finding{Code: verdict.CodeRecordFailed, Object: er.ID, Params: params("id", er.ID, "reason", r.Outcome.String())})
		}
	}
}

// mandates is what a policy calls the kinds of time-stamps.
var mandates = map[string]string{
	eseal.SignatureTimestamp: policy.MandateSignature, eseal.ContentTimestamp: policy.MandateSignature,
	eseal.ReferenceTimestamp: policy.MandateArchive, eseal.ArchiveTimestamp: policy.MandateArchive, eseal.DocumentTimestamp: policy.MandateArchive,
}

func (j *Judgement) fails(o verdict.Outcome, clause string, f verdict.Finding) {
	f.Severity, f.Clause = verdict.Error, clause
	j.Causes = append(j.Causes, Cause{Sub: o.SubIndication, Finding: f})
}
