package verdict

import "strings"

// An Outcome is the result of a building block, a process or a signature. Its
// zero value means "not judged" and is never a pass.
type Outcome struct {
	Indication    Indication
	SubIndication SubIndication
}

// Pass is the outcome of a block in which every check passed.
func Pass() Outcome { return Outcome{Indication: Passed} }

// Of gives the block-level outcome that a token stands for. An unknown token
// gives INDETERMINATE/CUSTOM, never a pass.
func Of(sub SubIndication) Outcome {
	if ind := sub.Indication(); ind != "" {
		return Outcome{ind, sub}
	}
	return Outcome{Indeterminate, Custom}
}

// Legal says whether the standard knows the pair.
func (o Outcome) Legal() bool { return Legal(o.Indication, o.SubIndication) }

// IsPassed is true only for a legal pass: a passed word beside a reason token is none.
func (o Outcome) IsPassed() bool { return o.Indication.IsPassed() && o.SubIndication == "" }

// IsFailed is true for FAILED and TOTAL-FAILED.
func (o Outcome) IsFailed() bool { return o.Indication.IsFailed() }

// IsZero says that nothing was judged.
func (o Outcome) IsZero() bool { return o == Outcome{} }

// Total gives the same outcome in the words of a whole signature.
func (o Outcome) Total() Outcome { return Outcome{o.Indication.Total(), o.SubIndication} }

// Block gives the same outcome in the words of a building block.
func (o Outcome) Block() Outcome { return Outcome{o.Indication.Block(), o.SubIndication} }

// String writes "INDETERMINATE/TRY_LATER", or "not judged" for the zero value.
func (o Outcome) String() string {
	if o.IsZero() {
		return "not judged"
	}
	return strings.TrimSuffix(string(o.Indication)+"/"+string(o.SubIndication), "/")
}

// rank orders outcomes for Worst. What was not judged, or is no legal pair,
// stands between a pass and an indetermination: it can hide neither a failure
// nor make a pass.
func (o Outcome) rank() int {
	switch {
	case o.IsFailed():
		return 4
	case o.Indication.IsIndeterminate():
		return 3
	case o.IsPassed():
		return 1
	}
	return 2
}

// Worst gives the worst outcome, the first of equals: failed, then
// indeterminate, then not judged, then passed. Of nothing it is the zero value.
func Worst(outcomes ...Outcome) Outcome {
	var worst Outcome
	rank := 0
	for _, o := range outcomes {
		if r := o.rank(); r > rank {
			worst, rank = o, r
		}
	}
	return worst
}

// A Step is one line of the reasoning: what a clause asked and what came out.
type Step struct {
	Clause      string // "EN 319 102-1 5.2.6.4 step 4b", "RFC 5280 6.1.3 (a)"
	Title       string // our short name of the block or check
	Object      string // id in the report, empty for the document
	Outcome     Outcome
	Explanation string // what was seen, in plain English
}
