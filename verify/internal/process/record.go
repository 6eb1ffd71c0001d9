package process

import (
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/tsa/ers"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A Record is the judgement of one evidence record.
type Record struct {
	Facts   *eseal.EvidenceRecord
	Outcome verdict.Outcome
	Stamps  []*Stamp // oldest first
	Causes  []Cause
	Trace
}

// Passed tells whether the record proves what it covers.
func (r *Record) Passed() bool { return r.Outcome.IsPassed() }

const clauseRecord = "RFC 4998 5.3, RFC 6283 4.3"

// Record judges one record, once: each Archive Time-Stamp by itself (5.4), its
// tree, what it renews and what it is over; then, where one has run out, by the
// proofs that the younger ones give (5.6.3.4 step 1).
func (c *Court) Record(er *eseal.EvidenceRecord) *Record {
	c.prepare()
	if r := c.records[er]; r != nil {
		return r
	}
	r := &Record{Facts: er}
	c.records[er] = r
	r.Findings = Tell(er.Notes, er.ID)
	if er.Err != nil {
		why := broken(er.Err, er.ID)
		if why.Finding.Code == verdict.CodeFormatFailure { // of a record, not of a signature
			why.Finding.Code, why.Finding.Clause = verdict.CodeRecordUnread, clauseRecord
		}
		r.Causes = append(r.Causes, why)
		return r.conclude()
	}
	for _, t := range er.Timestamps {
		st := c.Timestamp(t.Timestamp)
		if t.Token != nil {
			st.tree(t)
		}
		r.Stamps = append(r.Stamps, st)
	}
	r.renewed(c)
	for _, st := range r.Stamps {
		r.Causes = append(r.Causes, st.Causes...)
		r.take(Trace{Steps: st.Steps})
		if !st.Passed() {
			r.finding(verdict.Finding{Code: verdict.CodeRecordStamp, Severity: verdict.Error, Clause: clauseRecord, Object: st.Facts.ID, Params: params("id", st.Facts.ID, "reason", st.Outcome.String())})
		}
	}
	r.covers()
	if er.ByDigest {
		r.finding(verdict.Finding{Code: verdict.CodeDigestClaimed, Severity: verdict.Info, Clause: clauseRecord, Object: er.ID, Params: params("algorithm", er.Timestamps[0].DigestName)})
	}
	return r.conclude()
}

// renewed is 5.6.3.4 step 1. The text takes the proofs of the next Archive
// Time-Stamp before that is validated and fails the record if any of them
// fails; from the youngest to the oldest the answer is the same. Once one fails
// the older ones are told as they stand.
func (r *Record) renewed(c *Court) {
	if !slices.ContainsFunc(r.Stamps, func(st *Stamp) bool { return !st.Passed() }) {
		return
	}
	c.ground()
	for i := len(r.Stamps) - 1; i >= 0; i-- {
		st := r.Stamps[i]
		if !st.Passed() && st.Basic != nil {
			c.accept(st)
		}
		if !st.Passed() {
			return
		}
		c.proofs.Extract(r.renews(i), poe.Proof{At: st.GenTime, By: st.Facts.ID}, c.reliable)
	}
}

// renews are the tokens that an Archive Time-Stamp is over: the one before it,
// or with the first of a chain those of all older chains (RFC 4998 5.2).
func (r *Record) renews(i int) (out []eseal.Covered) {
	t := r.Facts.Timestamps[i]
	for j := i - 1; j >= 0 && (t.Place == 0 || j == i-1); j-- {
		out = append(out, eseal.Covered{Timestamp: r.Stamps[j].Facts})
	}
	return out
}

// proves adds what a record that holds proves: its objects existed when the
// first Archive Time-Stamp was made.
func (r *Record) proves(c *Court) {
	er := r.Facts
	if !r.Passed() || !er.WholeDocument || len(r.Stamps) == 0 {
		return
	}
	first := r.Stamps[0]
	c.proofs.Extract(c.Document.Recorded(er), poe.Proof{At: first.GenTime, By: er.ID}, c.reliable)
}

// treeConsequences are the notes on a tree that decide about its time-stamp.
// Those of the root and of what is missing follow from the imprint.
var treeConsequences = map[note.Code]verdict.SubIndication{
	ers.CodeRoot:             verdict.HashFailure,
	ers.CodePrevious:         verdict.HashFailure,
	ers.CodeDigestLength:     verdict.HashFailure,
	ers.CodeImprintAlgorithm: verdict.HashFailure,
	ers.CodeOrder:            verdict.TimestampOrderFailure,
	ers.CodeOneAlgorithm:     verdict.SigConstraintsFailure, // "MUST use the same hash algorithm" (RFC 4998 5.3)
}

// tree judges what the hash tree of an Archive Time-Stamp leads to.
func (st *Stamp) tree(t *eseal.RecordStamp) {
	before := len(st.Causes)
	for _, n := range t.Notes {
		if sub, ok := treeConsequences[n.Code]; ok {
			st.Causes = append(st.Causes, Cause{Sub: sub, Finding: verdict.Finding{Code: verdict.Code(n.Code), Severity: verdict.Error, Clause: clauseRecord, Object: t.ID, Params: noteParams(n)}})
		}
	}
	if t.TreeErr != nil {
		st.Causes = append(st.Causes, broken(t.TreeErr, t.ID))
	}
	if t.Place == 0 && len(t.Covers) == 0 || t.Missing {
		st.add(verdict.SignedDataNotFound, verdict.CodeImprintNotChecked, clauseRecord, params("id", t.ID))
	}
	st.block(clauseRecord, "hash tree", st.Causes[before:])
	st.conclude()
}

// covers: a record proves something only for objects that every chain is over;
// one that lies beside a document or in a signature, for that one.
func (r *Record) covers() {
	er := r.Facts
	if len(er.Covers) > 0 && (er.Where == eseal.RecordFile || er.WholeDocument) {
		return
	}
	code := verdict.CodeRecordOther
	if er.Incomplete {
		code = verdict.CodeRecordNoData
	}
	r.Causes = append(r.Causes, Cause{Sub: verdict.SignedDataNotFound, Finding: verdict.Finding{
		Code: code, Severity: verdict.Error, Clause: clauseRecord, Object: er.ID, Params: params("id", er.ID, "objects", strings.Join(er.NotCovered, ", ")),
	}})
}

func (r *Record) conclude() *Record {
	r.Outcome = outcomeOf(r.Causes)
	r.Steps = append(r.Steps, verdict.Step{Clause: clauseRecord, Title: "evidence record", Object: r.Facts.ID, Outcome: r.Outcome})
	return r
}

// Own are the causes that are not those of a time-stamp, which tells its own.
func (r *Record) Own() []Cause {
	var out []Cause
	for _, c := range r.Causes {
		if c.Finding.Object == r.Facts.ID {
			out = append(out, c)
		}
	}
	return out
}
