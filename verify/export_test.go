package verify

import (
	"slices"

	"github.com/kakuin/kakuin/verify/verdict"
)

// notBuiltYet are the questions whose room is not built.
var notBuiltYet = []verdict.QuestionID{verdict.Registry}

// AllowedStatuses gives, for each question, the answers that the mapping table
// and the facts permit: for tests that want to see each of them.
func AllowedStatuses() map[verdict.QuestionID][]verdict.QuestionStatus {
	refuted := map[verdict.QuestionID]bool{}
	for _, rows := range bySubIndication {
		for _, r := range rows {
			refuted[r.id] = refuted[r.id] || r.to == verdict.Refuted
		}
	}
	for _, rows := range byCode {
		for _, r := range rows {
			refuted[r.id] = refuted[r.id] || r.to == verdict.Refuted
		}
	}
	for _, r := range rests {
		for _, on := range r.on {
			refuted[r.id] = refuted[r.id] || refuted[on]
		}
	}
	out := map[verdict.QuestionID][]verdict.QuestionStatus{}
	for _, id := range verdict.Questions() {
		if slices.Contains(notBuiltYet, id) {
			out[id] = []verdict.QuestionStatus{verdict.NotAssessed}
			continue
		}
		out[id] = []verdict.QuestionStatus{verdict.Confirmed, verdict.Unconfirmed}
		if refuted[id] {
			out[id] = append(out[id], verdict.Refuted)
		}
		if id == verdict.Assurance || id == verdict.Appearance { // a list that says nothing of the service; no PDF
			out[id] = append(out[id], verdict.NotAssessed)
		}
	}
	return out
}

// Curtly makes no forecast beyond the first line from here on.
func (v *Verifier) Curtly() { v.foreseeAll = false }
