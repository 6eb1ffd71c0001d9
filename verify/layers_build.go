package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/verify/verdict"
)

// plan is the shape of the layered trust report.
var plan = struct{ organization, transcription, data, time []verdict.QuestionID }{
	organization:  []verdict.QuestionID{verdict.Issuer, verdict.Authority, verdict.NotRevoked, verdict.Assurance, verdict.Registry},
	transcription: []verdict.QuestionID{verdict.SealedBy, verdict.AsIssued, verdict.Appearance},
	data:          []verdict.QuestionID{verdict.Intact, verdict.Covered, verdict.When, verdict.Algorithms, verdict.Portable},
	time:          []verdict.QuestionID{verdict.ProvableUntil, verdict.NextAction},
}

func assemble(answers map[verdict.QuestionID]Basis, kind string) *Layers {
	ask := func(ids []verdict.QuestionID) []Question {
		out := make([]Question, len(ids))
		for i, id := range ids {
			b := answers[id]
			out[i] = Question{
				ID: id, Status: b.Status, Element: element(id, kind),
				Text:     Term(fmt.Sprintf("answer.%s.%s", id, b.Status), b.Params),
				Evidence: b.Evidence,
			}
		}
		return out
	}
	return compose(ask(plan.organization), ask(plan.transcription), ask(plan.data), ask(plan.time))
}

// compose puts statuses and names to the answered questions.
func compose(organization, transcription, data, time []Question) *Layers {
	l := &Layers{
		Framework:     Framework{Name: "METI CPSF", Version: "1.0"},
		Organization:  layer(1, "layer.organization", organization),
		Transcription: layer(2, "layer.transcription", transcription),
		Data:          layer(3, "layer.data", data),
		Time:          layer(0, "", time),
		Content:       ContentAnswer{Status: verdict.NotAssessed, Answer: Term("layer.content.answer", nil)},
	}
	// What is not assessed is skipped in a layer, but data integrity that was
	// not looked at is not confirmed.
	statuses := make([]verdict.QuestionStatus, 0, len(integrity))
	for _, id := range integrity {
		st := verdict.Unconfirmed
		if q := l.Find(id); q != nil && q.Status != verdict.NotAssessed {
			st = q.Status
		}
		statuses = append(statuses, st)
	}
	l.DataIntegrity = DataIntegrity{Status: verdict.WorstStatus(statuses...), RestsOn: slices.Clone(integrity)}
	return l
}

func layer(cpsf int, name string, questions []Question) Layer {
	statuses := make([]verdict.QuestionStatus, len(questions))
	for i, q := range questions {
		statuses[i] = q.Status
	}
	out := Layer{CPSF: cpsf, Status: verdict.WorstStatus(statuses...), Questions: questions}
	if name != "" {
		t := Term(name, nil)
		out.Name = &t
	}
	return out
}

// WorstLayers gives the layers of a document: for each question the worst
// answer of its signatures (the first of equals), with the evidence of all who
// answer so. Of nothing it is nil.
func WorstLayers(all ...*Layers) *Layers {
	all = slices.DeleteFunc(slices.Clone(all), func(l *Layers) bool { return l == nil })
	if len(all) == 0 {
		return nil
	}
	ask := func(ids []verdict.QuestionID) []Question {
		out := make([]Question, len(ids))
		for i, id := range ids {
			out[i] = worstQuestion(id, all)
		}
		return out
	}
	return compose(ask(plan.organization), ask(plan.transcription), ask(plan.data), ask(plan.time))
}

func worstQuestion(id verdict.QuestionID, all []*Layers) Question {
	statuses := make([]verdict.QuestionStatus, 0, len(all))
	for _, l := range all {
		if q := l.Find(id); q != nil {
			statuses = append(statuses, q.Status)
		} else {
			statuses = append(statuses, verdict.Unconfirmed)
		}
	}
	worst := verdict.WorstStatus(statuses...)
	out := Question{ID: id, Status: worst}
	first := true
	for i, l := range all {
		q := l.Find(id)
		if q == nil || statuses[i] != worst {
			continue
		}
		if first {
			out.Element, out.Text, first = q.Element, q.Text, false
		}
		for _, e := range q.Evidence {
			if !slices.Contains(out.Evidence, e) {
				out.Evidence = append(out.Evidence, e)
			}
		}
	}
	if first { // no layer asked
		out.Element, out.Text = element(id, ""), Term(fmt.Sprintf("answer.%s.%s", id, worst), nil)
	}
	return out
}

// Missing lists the questions of the layers that are not confirmed, for logs and tests.
func (l *Layers) Missing() string {
	var out []string
	for _, id := range verdict.Questions() {
		if q := l.Find(id); q != nil && (q.Status == verdict.Refuted || q.Status == verdict.Unconfirmed) {
			out = append(out, string(id)+"="+string(q.Status))
		}
	}
	return strings.Join(out, " ")
}
