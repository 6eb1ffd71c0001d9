package verify

import (
	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// Words puts words to a finding: the text of its code with its parameters, and
// the remedy if there is one. A severity or clause that the court left open is
// taken from the catalogue. An unknown code keeps its code as text, and counts
// as an error unless the court said otherwise.
func Words(id string, f verdict.Finding) Finding {
	out := Finding{ID: id, Code: f.Code, Severity: f.Severity, Clause: f.Clause, Object: f.Object, Params: f.Params}
	e, ok := msg.Lookup(string(f.Code))
	if !ok {
		e = msg.Entry{Severity: string(verdict.Error), Text: msg.Text{EN: string(f.Code), JA: string(f.Code)}}
	}
	if out.Severity == "" {
		out.Severity = verdict.Severity(e.Severity)
	}
	if out.Clause == "" {
		out.Clause = e.Clause
	}
	out.Text = text(e.Text, f.Params)
	if !e.Remedy.IsZero() {
		t := text(e.Remedy, f.Params)
		out.Remedy = &t
	}
	return out
}

// Term gives a term of the catalogue ("change.annotations") in both languages.
func Term(key string, params map[string]string) Text { return text(msg.Word(key).Text, params) }

func text(t msg.Text, params map[string]string) Text {
	t = t.Fill(params)
	return Text{JA: t.JA, EN: t.EN}
}
