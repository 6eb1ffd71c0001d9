package verify

import (
	"slices"
	"strings"

	"github.com/kakuin/kakuin/verify/verdict"
)

// needed are the questions that a passed signature must have answered.
var needed = []verdict.QuestionID{
	verdict.Issuer, verdict.Authority, verdict.NotRevoked,
	verdict.SealedBy, verdict.AsIssued, verdict.Intact, verdict.Covered,
}

// layers holds the invariants between the layers and the indication.
func (c *checker) layers(s *Signature) {
	if s.Layers == nil {
		return
	}
	status := func(id verdict.QuestionID) verdict.QuestionStatus {
		if q := s.Layers.Find(id); q != nil {
			return q.Status
		}
		return ""
	}
	if status(verdict.Intact) == verdict.Refuted && s.Indication != verdict.TotalFailed {
		c.add("%s: intact is refuted, but the indication is %s", s.ID, s.Indication)
	}
	switch s.SubIndication {
	case verdict.HashFailure, verdict.SigCryptoFailure:
		if status(verdict.Intact) != verdict.Refuted {
			c.add("%s: %s, but intact is %s", s.ID, s.SubIndication, status(verdict.Intact))
		}
	}
	if s.Indication != verdict.TotalPassed {
		return
	}
	for _, id := range needed {
		st := status(id)
		if st == verdict.Refuted || (st != verdict.Confirmed && !c.mayBeOpen(id)) {
			c.add("%s: TOTAL-PASSED, but %s is %s", s.ID, id, st)
		}
	}
}

// mayBeOpen says whether the policy, as echoed in the report, does without the answer.
func (c *checker) mayBeOpen(id verdict.QuestionID) bool {
	p := c.rep.Policy
	if id == verdict.NotRevoked && p.Revocation != RevocationRequire {
		return true
	}
	return id == verdict.SealedBy && slices.ContainsFunc(p.OptOuts, func(o string) bool { return strings.HasPrefix(o, optOutReference) })
}

// verdict holds that the document's verdict follows from its parts. An error
// finding on the document itself may make it worse, nothing makes it better.
func (c *checker) verdict() {
	r := c.rep
	want := c.expected()
	if !r.Verdict.Known() {
		c.add("there is no verdict")
		return
	}
	if r.Verdict != want && !(c.documentError() && badness(r.Verdict) > badness(want)) {
		c.add("the verdict is %s, but the parts give %s", r.Verdict, want)
	}
	if r.Verdict != verdict.DocumentPassed && !c.error {
		c.add("the verdict is %s, but no error finding with a remedy says why", r.Verdict)
	}
}

func (c *checker) documentError() bool {
	for _, f := range c.rep.Findings {
		if f.Severity == verdict.Error {
			return true
		}
	}
	return false
}

// expected is the verdict by the rule of the report contract.
func (c *checker) expected() verdict.Document {
	r := c.rep
	d := VerdictOf(r)
	if d == verdict.NotSigned && (r.Verdict == verdict.Unreadable || r.Verdict == verdict.DocumentIndeterminate && c.documentError()) {
		return r.Verdict // nothing could be found because nothing, or not all, could be read
	}
	return d
}

// VerdictOf gives the document's verdict by its parts: the worst of its
// signatures; without any the worst of its own time-stamps and evidence
// records; NOT-SIGNED when there is nothing to judge. An expectation that is
// not met caps it at INDETERMINATE. It does not know UNREADABLE.
func VerdictOf(r *Report) verdict.Document {
	var all []verdict.Outcome
	for i := range r.Signatures {
		all = append(all, r.Signatures[i].Outcome())
	}
	if len(all) == 0 {
		for i := range r.Timestamps {
			all = append(all, r.Timestamps[i].Outcome())
		}
		for i := range r.EvidenceRecords {
			all = append(all, r.EvidenceRecords[i].Outcome())
		}
	}
	if len(all) == 0 {
		return verdict.NotSigned
	}
	d := verdict.DocumentIndeterminate // also when something was not judged
	switch worst := verdict.Worst(all...); {
	case worst.IsFailed():
		d = verdict.DocumentFailed
	case worst.IsPassed():
		d = verdict.DocumentPassed
	}
	for _, e := range r.Expectations {
		if !e.Met && d == verdict.DocumentPassed {
			d = verdict.DocumentIndeterminate
		}
	}
	return d
}

func badness(d verdict.Document) int {
	switch d {
	case verdict.DocumentPassed:
		return 0
	case verdict.DocumentFailed:
		return 2
	}
	return 1
}
