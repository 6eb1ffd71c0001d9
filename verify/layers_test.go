package verify

import (
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// shown are facts in which everything was positively shown.
func shown() Facts {
	yes := Basis{Status: verdict.Confirmed, Evidence: []string{"E1"}}
	no := Basis{Status: verdict.NotAssessed}
	return Facts{
		Issuer: yes, Authority: yes, NotRevoked: yes, Assurance: yes, Registry: no,
		SealedBy: yes, AsIssued: yes, Appearance: no,
		Intact: yes, Covered: yes, When: yes, Algorithms: yes, Portable: yes,
		ProvableUntil: no, NextAction: no,
	}
}

func outcome(sub verdict.SubIndication) verdict.Outcome {
	if sub == "" {
		return verdict.Pass().Total()
	}
	return verdict.Of(sub).Total()
}

func status(t *testing.T, l *Layers, id verdict.QuestionID) verdict.QuestionStatus {
	t.Helper()
	q := l.Find(id)
	if q == nil {
		t.Fatalf("%s is not asked", id)
	}
	return q.Status
}

// TestNothingIsConfirmedByDefault: without facts no question is confirmed.
func TestNothingIsConfirmedByDefault(t *testing.T) {
	l := AskLayers(Subject{ID: "S1", Outcome: outcome("")}, Facts{})
	for _, id := range verdict.Questions() {
		if st := status(t, l, id); st != verdict.Unconfirmed {
			t.Errorf("%s is %s without any evidence", id, st)
		}
	}
	if l.DataIntegrity.Status != verdict.Unconfirmed {
		t.Error("data integrity is", l.DataIntegrity.Status)
	}
	if l.Content.Status != verdict.NotAssessed {
		t.Error("the content is not for a verifier to judge")
	}
}

// TestTakingEvidenceAway: each single fact that is taken away turns its
// question, and what rests on it, to unconfirmed.
func TestTakingEvidenceAway(t *testing.T) {
	for _, id := range verdict.Questions() {
		f := shown()
		if f.basis(id).Status == verdict.NotAssessed {
			continue
		}
		*basisOf(&f, id) = Basis{}
		l := AskLayers(Subject{ID: "S1", Outcome: outcome("")}, f)
		if st := status(t, l, id); st != verdict.Unconfirmed {
			t.Errorf("%s is %s without its evidence", id, st)
		}
		rests := slices.Contains(integrity, id)
		if (l.DataIntegrity.Status == verdict.Unconfirmed) != rests {
			t.Errorf("without %s data integrity is %s", id, l.DataIntegrity.Status)
		}
	}
}

func basisOf(f *Facts, id verdict.QuestionID) *Basis {
	return map[verdict.QuestionID]*Basis{
		verdict.Issuer: &f.Issuer, verdict.Authority: &f.Authority, verdict.NotRevoked: &f.NotRevoked,
		verdict.Assurance: &f.Assurance, verdict.Registry: &f.Registry, verdict.SealedBy: &f.SealedBy,
		verdict.AsIssued: &f.AsIssued, verdict.Appearance: &f.Appearance, verdict.Intact: &f.Intact,
		verdict.Covered: &f.Covered, verdict.When: &f.When, verdict.Algorithms: &f.Algorithms,
		verdict.Portable: &f.Portable, verdict.ProvableUntil: &f.ProvableUntil, verdict.NextAction: &f.NextAction,
	}[id]
}

func TestAllShown(t *testing.T) {
	l := AskLayers(Subject{ID: "S1", Outcome: outcome("")}, shown())
	for name, st := range map[string]verdict.QuestionStatus{
		"organization": l.Organization.Status, "transcription": l.Transcription.Status, "data": l.Data.Status,
		"data integrity": l.DataIntegrity.Status,
	} {
		if st != verdict.Confirmed {
			t.Errorf("%s is %s: %s", name, st, l.Missing())
		}
	}
	if l.Time.Status != verdict.NotAssessed || l.Organization.CPSF != 1 || l.Time.Name != nil {
		t.Error("shape of the layers")
	}
}

// TestBySubIndication walks the table: HASH_FAILURE and SIG_CRYPTO_FAILURE
// refute intact, nothing else does, and intact refuted is always TOTAL-FAILED.
func TestBySubIndication(t *testing.T) {
	for _, sub := range verdict.SubIndications() {
		rows, ok := bySubIndication[sub]
		if !ok {
			t.Errorf("%s has no line in the table", sub)
		}
		o := outcome(sub)
		l := AskLayers(Subject{ID: "S1", Outcome: o}, shown())
		for _, r := range rows {
			if st := status(t, l, r.id); st != r.to {
				t.Errorf("%s: %s is %s, want %s", sub, r.id, st, r.to)
			}
		}
		intact := status(t, l, verdict.Intact)
		if want := sub == verdict.HashFailure || sub == verdict.SigCryptoFailure; (intact == verdict.Refuted) != want {
			t.Errorf("%s: intact is %s", sub, intact)
		}
		if intact == verdict.Refuted && o.Indication != verdict.TotalFailed {
			t.Errorf("%s: intact refuted under %s", sub, o)
		}
		if sub != verdict.Custom && l.Missing() == "" {
			t.Errorf("%s leaves everything confirmed", sub)
		}
	}
}

func TestByCode(t *testing.T) {
	for code, rows := range byCode {
		if _, ok := msg.Lookup(string(code)); !ok {
			t.Errorf("%s is in the table, but has no words", code)
		}
		for _, sev := range []verdict.Severity{verdict.Error, verdict.Warning, verdict.Info} {
			s := Subject{ID: "S1", Outcome: outcome(verdict.Custom), Findings: []Finding{{ID: "F1", Code: code, Severity: sev}}}
			l := AskLayers(s, shown())
			for _, r := range rows {
				want := verdict.Confirmed
				if sev == verdict.Error || r.always {
					want = r.to
				}
				q := l.Find(r.id)
				if q.Status != want {
					t.Errorf("%s as %s: %s is %s, want %s", code, sev, r.id, q.Status, want)
				}
				if (want != verdict.Confirmed) != slices.Contains(q.Evidence, "F1") {
					t.Errorf("%s as %s: %s names %v", code, sev, r.id, q.Evidence)
				}
			}
		}
	}
}

// TestFindingsNeverConfirm: no finding and no outcome makes an answer better.
func TestFindingsNeverConfirm(t *testing.T) {
	var all []Finding
	for code := range byCode {
		all = append(all, Finding{ID: "F1", Code: code, Severity: verdict.Info})
	}
	l := AskLayers(Subject{ID: "S1", Outcome: outcome(""), Findings: all, Changes: &Changes{Level: ChangeNone, Permitted: PermittedYes}}, Facts{})
	for _, id := range verdict.Questions() {
		if st := status(t, l, id); st == verdict.Confirmed {
			t.Errorf("%s is confirmed by findings alone", id)
		}
	}
}

func TestChanges(t *testing.T) {
	for _, c := range []struct {
		changes *Changes
		want    verdict.QuestionStatus
	}{
		{nil, verdict.Confirmed},
		{&Changes{Level: ChangeNone, Permitted: PermittedYes}, verdict.Confirmed},
		{&Changes{Level: ChangeLongTerm, Permitted: PermittedYes}, verdict.Confirmed},
		{&Changes{Level: ChangeFormFilling, Permitted: PermittedDoubtful}, verdict.Unconfirmed},
		{&Changes{Level: ChangeNotAnalysed, Permitted: PermittedYes}, verdict.Unconfirmed},
		{&Changes{Level: ChangeOther, Permitted: PermittedNo}, verdict.Refuted},
		{&Changes{}, verdict.Unconfirmed},
	} {
		l := AskLayers(Subject{ID: "S1", Outcome: outcome(verdict.Custom), Changes: c.changes}, shown())
		if st := status(t, l, verdict.AsIssued); st != c.want {
			t.Errorf("%+v: as-issued is %s, want %s", c.changes, st, c.want)
		}
	}
}

func TestAsIssuedRests(t *testing.T) {
	for _, id := range []verdict.QuestionID{verdict.Intact, verdict.Covered} {
		for _, st := range []verdict.QuestionStatus{verdict.Refuted, verdict.Unconfirmed} {
			f := shown()
			*basisOf(&f, id) = Basis{Status: st}
			l := AskLayers(Subject{ID: "S1", Outcome: outcome(verdict.Custom)}, f)
			if got := status(t, l, verdict.AsIssued); got != st {
				t.Errorf("%s %s, but as-issued %s", id, st, got)
			}
		}
	}
}

func TestElements(t *testing.T) {
	for _, id := range verdict.Questions() {
		if elements[id] == "" {
			t.Errorf("%s is about no element", id)
		}
		if !msg.Has("question." + string(id)) {
			t.Errorf("%s has no words", id)
		}
		for _, st := range verdict.QuestionStatuses() {
			if !msg.Has("answer." + string(id) + "." + string(st)) {
				t.Errorf("%s has no words for %s", id, st)
			}
		}
	}
	l := AskLayers(Subject{ID: "S1", Kind: KindOffice}, Facts{})
	if got := l.Find(verdict.Issuer).Element; got != ElementPeople {
		t.Errorf("an office is about people, not %s", got)
	}
}

func TestWorstLayers(t *testing.T) {
	good := AskLayers(Subject{ID: "S1", Outcome: outcome("")}, shown())
	f := shown()
	f.Intact = Basis{Status: verdict.Refuted, Evidence: []string{"S2"}}
	bad := AskLayers(Subject{ID: "S2", Outcome: outcome(verdict.HashFailure)}, f)
	w := WorstLayers(nil, good, bad)
	if st := status(t, w, verdict.Intact); st != verdict.Refuted || w.Data.Status != verdict.Refuted {
		t.Errorf("intact is %s, the layer %s", st, w.Data.Status)
	}
	if got := w.Find(verdict.Intact).Evidence; !slices.Equal(got, []string{"S2"}) {
		t.Errorf("evidence %v", got)
	}
	if st := status(t, w, verdict.Issuer); st != verdict.Confirmed {
		t.Errorf("issuer is %s", st)
	}
	if WorstLayers() != nil || WorstLayers(nil) != nil {
		t.Error("layers of nothing")
	}
}

func TestLayersDoNotTouchTheFacts(t *testing.T) {
	f := shown()
	f.Intact.Evidence = append(make([]string, 0, 4), "E1")
	AskLayers(Subject{ID: "S1", Outcome: outcome(verdict.HashFailure)}, f)
	if got := f.Intact.Evidence[:cap(f.Intact.Evidence)]; strings.Join(got, "") != "E1" {
		t.Errorf("facts were written to: %v", got)
	}
}

func TestEvidenceIsNamedOnce(t *testing.T) {
	f := shown()
	f.Intact.Evidence = []string{"S1", "E1", "", "S1"}
	l := AskLayers(Subject{ID: "S1", Outcome: outcome(verdict.HashFailure)}, f)
	if got := l.Find(verdict.Intact).Evidence; !slices.Equal(got, []string{"S1", "E1"}) {
		t.Errorf("evidence %q", got)
	}
}

func TestWords(t *testing.T) {
	f := Words("F1", verdict.Finding{Code: verdict.CodeRevoked, Object: "S1", Params: map[string]string{"at": "2026-01-01T00:00:00Z", "reason": "superseded"}})
	if f.Severity != verdict.Error || f.Clause == "" || f.Remedy == nil || !strings.Contains(f.Text.EN, "the certificate was replaced") {
		t.Errorf("%+v", f)
	}
	if f := Words("F1", verdict.Finding{Code: "K-XXX-000"}); f.Severity != verdict.Error || f.Text.EN != "K-XXX-000" {
		t.Errorf("%+v", f)
	}
	if f := Words("F1", verdict.Finding{Code: verdict.CodeRevoked, Severity: verdict.Warning, Clause: "x"}); f.Severity != verdict.Warning || f.Clause != "x" {
		t.Errorf("the court's own words were overwritten: %+v", f)
	}
}

func BenchmarkAskLayers(b *testing.B) {
	b.ReportAllocs()
	s := Subject{ID: "S1", Outcome: outcome(verdict.TryLater), Findings: []Finding{{ID: "F1", Code: verdict.CodeNoRevocationData, Severity: verdict.Error}}}
	f := shown()
	for b.Loop() {
		AskLayers(s, f)
	}
}

// TestBrokenFormLeavesArithmetic: a rule of form that is broken (an attribute
// that stands twice, two signers in a PDF) does not undo what was computed; a
// signature that cannot be parsed has nothing to confirm in the first place.
func TestBrokenFormLeavesArithmetic(t *testing.T) {
	s := Subject{ID: "S1", Outcome: outcome(verdict.FormatFailure), Findings: []Finding{{ID: "F1", Code: verdict.CodeFormatFailure, Severity: verdict.Error}}}
	if got := status(t, AskLayers(s, shown()), verdict.Intact); got != verdict.Confirmed {
		t.Errorf("intact is %s though digests and value hold", got)
	}
	if got := status(t, AskLayers(s, shown()), verdict.SealedBy); got != verdict.Unconfirmed {
		t.Errorf("sealed-by is %s in a signature of broken form", got)
	}
	if got := status(t, AskLayers(s, Facts{}), verdict.Intact); got != verdict.Unconfirmed {
		t.Errorf("intact is %s though nothing could be computed", got)
	}
}
