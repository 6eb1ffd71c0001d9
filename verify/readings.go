package verify

import (
	"slices"

	"github.com/kakuin/kakuin/verify/verdict"
)

// The results of other rule books.
const (
	ReadingValid         = "VALID"
	ReadingInvalid       = "INVALID"
	ReadingIndeterminate = "INDETERMINATE"
)

// JNSA is the key of the reading by the guideline of the Japan Network
// Security Association for verifying digital signatures (2023-12-20).
const JNSA = "jnsa"

// jnsaRules is how the guideline reads what EN 319 102-1 calls by a
// sub-indication: revoked and expired are INVALID, what is missing is
// INDETERMINATE. What is not here stays INDETERMINATE without a clause.
var jnsaRules = map[verdict.SubIndication]Reading{
	verdict.FormatFailure:             {ReadingInvalid, "JNSA 5.5.3"},
	verdict.HashFailure:               {ReadingInvalid, "JNSA 5.5.3"},
	verdict.SigCryptoFailure:          {ReadingInvalid, "JNSA 5.5.3"},
	verdict.SigConstraintsFailure:     {ReadingInvalid, "JNSA 5.5.3"}, // required elements
	verdict.NoSigningCertificateFound: {ReadingInvalid, "JNSA 5.5.3"},
	verdict.SignedDataNotFound:        {ReadingIndeterminate, "JNSA 5.5.3"},

	verdict.Revoked:                      {ReadingInvalid, "JNSA 5.7"},
	verdict.Expired:                      {ReadingInvalid, "JNSA 5.7"},
	verdict.NotYetValid:                  {ReadingInvalid, "JNSA 5.7"},
	verdict.RevokedNoPOE:                 {ReadingInvalid, "JNSA 5.7"},
	verdict.RevokedCANoPOE:               {ReadingInvalid, "JNSA 5.7"},
	verdict.OutOfBoundsNoPOE:             {ReadingInvalid, "JNSA 5.7"},
	verdict.OutOfBoundsNotRevoked:        {ReadingInvalid, "JNSA 5.7"},
	verdict.ChainConstraintsFailure:      {ReadingInvalid, "JNSA 5.7"},
	verdict.CertificateChainGeneral:      {ReadingInvalid, "JNSA 5.7"},
	verdict.NoCertificateChainFound:      {ReadingIndeterminate, "JNSA 5.7"},
	verdict.NoCertificateChainFoundNoPOE: {ReadingIndeterminate, "JNSA 5.7"},
	verdict.TryLater:                     {ReadingIndeterminate, "JNSA 5.7"}, // no revocation data
	verdict.RevocationOutOfBoundsNoPOE:   {ReadingIndeterminate, "JNSA 5.7"},

	verdict.TimestampOrderFailure: {ReadingInvalid, "JNSA 5.6.3"},
}

// stampClauses are the clauses about time-stamps, by kind.
var stampClauses = map[string]string{
	TimestampSignature: "JNSA 5.6.2", TimestampContent: "JNSA 5.6.1", TimestampArchive: "JNSA 5.6.3", TimestampDocument: "JNSA 5.6.3", TimestampReference: "JNSA 5.6.3",
}

// jnsa reads the report by the guideline: every signature and every time-stamp
// counts; INVALID before INDETERMINATE before VALID. False where there is
// nothing that it would judge.
func jnsa(rep *Report) (Reading, bool) {
	if len(rep.Signatures)+len(rep.Timestamps) == 0 {
		return Reading{}, false
	}
	worst := Reading{Result: ReadingValid}
	for i := range rep.Signatures {
		s := &rep.Signatures[i]
		worst = worseReading(worst, jnsaOf(s.Outcome(), s.Findings))
		for j := range s.Timestamps {
			worst = worseReading(worst, jnsaStamp(&s.Timestamps[j]))
		}
	}
	for i := range rep.Timestamps {
		worst = worseReading(worst, jnsaStamp(&rep.Timestamps[i]))
	}
	if worst.Result == ReadingValid && rep.Trust.State != TrustFresh {
		return Reading{Result: ReadingIndeterminate, Clause: "JNSA 5.7"}, true // nobody vouches for the anchors
	}
	if worst.Result == ReadingValid && rep.Policy.Revocation == RevocationNone {
		return Reading{Result: ReadingIndeterminate, Clause: "JNSA 5.7"}, true // revocation data were not looked at
	}
	return worst, true
}

// jnsaOf reads one outcome. A suspended certificate is one that the list calls revoked.
func jnsaOf(o verdict.Outcome, findings []Finding) Reading {
	if o.Indication == verdict.TotalPassed || o.Indication == verdict.Passed {
		if slices.ContainsFunc(findings, func(f Finding) bool { return f.Code == verdict.CodeRevocationSoftFail }) {
			return Reading{ReadingIndeterminate, "JNSA 5.7"} // passed by a policy that does without revocation data
		}
		return Reading{Result: ReadingValid}
	}
	told := func(code verdict.Code) bool {
		return slices.ContainsFunc(findings, func(f Finding) bool { return f.Code == code && f.Severity == verdict.Error })
	}
	switch {
	case o.SubIndication == verdict.TryLater && told(verdict.CodeOnHold):
		return Reading{ReadingInvalid, "JNSA 5.7"}
	case (o.SubIndication == verdict.SigConstraintsFailure || o.SubIndication == verdict.ChainConstraintsFailure) && told(verdict.CodeConstraint):
		return Reading{Result: ReadingIndeterminate} // a constraint of our policy, not of the guideline
	}
	if r, ok := jnsaRules[o.SubIndication]; ok {
		return r
	}
	if o.Indication == verdict.TotalFailed || o.Indication == verdict.Failed {
		return Reading{Result: ReadingInvalid}
	}
	return Reading{Result: ReadingIndeterminate}
}

// jnsaStamp is jnsaOf under the clause of the kind of time-stamp.
func jnsaStamp(t *Timestamp) Reading {
	r := jnsaOf(t.Outcome(), t.Findings)
	if r.Result != ReadingValid {
		r.Clause = stampClauses[t.Kind]
	}
	return r
}

var readingRank = map[string]int{ReadingValid: 0, ReadingIndeterminate: 1, ReadingInvalid: 2}

func worseReading(a, b Reading) Reading {
	if readingRank[b.Result] > readingRank[a.Result] {
		return b
	}
	return a
}
