package verify

import (
	"github.com/kakuin/kakuin/verify/verdict"
)

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
		out[id] = []verdict.QuestionStatus{verdict.Confirmed, verdict.Unconfirmed}
		if refuted[id] {
			out[id] = append(out[id], verdict.Refuted)
		}
		if id == verdict.Assurance || id == verdict.Appearance || id == verdict.Registry { // a list that says nothing of the service; no PDF; no register
			out[id] = append(out[id], verdict.NotAssessed)
		}
	}
	return out
}

// Curtly makes no forecast beyond the first line from here on.
func (v *Verifier) Curtly() { v.foreseeAll = false }
