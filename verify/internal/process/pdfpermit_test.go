package process

import (
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/verify/policy"
)

func TestLocks(t *testing.T) {
	for _, c := range []struct {
		action string
		fields []string
		name   string
		want   bool
	}{
		{"All", nil, "a", true}, {"", nil, "a", true}, {"Other", nil, "a", true},
		{"Include", []string{"a"}, "a", true}, {"Include", []string{"a"}, "a.b", true}, {"Include", []string{"a"}, "ab", false}, {"Include", []string{"a"}, "b.b", false},
		{"Include", nil, "a", false}, {"Exclude", []string{"a"}, "a", false}, {"Exclude", []string{"a"}, "a.b", false}, {"Exclude", []string{"a.b"}, "a", true},
	} {
		if got := locks(c.action, c.fields, c.name); got != c.want {
			t.Errorf("%s %v: %s locked %v", c.action, c.fields, c.name, got)
		}
	}
}

// TestWhoPermits holds every kind of change against every kind of rule that a
// document can have (ISO 32000-2 12.8.2), under the strict policy.
func TestWhoPermits(t *testing.T) {
	p, err := policy.ByName("strict")
	if err != nil {
		t.Fatal(err)
	}
	fill := diff.Item{Kind: diff.FieldFilled, Level: diff.LevelFormFilling, Field: "a"}
	nameless := diff.Item{Kind: diff.FieldFilled, Level: diff.LevelFormFilling}
	list := diff.Item{Kind: diff.AnnotationList, Level: diff.LevelFormFilling}
	sign := diff.Item{Kind: diff.LaterSignature, Level: diff.LevelFormFilling, Field: "s"}
	note := diff.Item{Kind: diff.AnnotationAdded, Level: diff.LevelAnnotations}
	store := diff.Item{Kind: diff.SecurityStore, Level: diff.LevelLongTerm}
	xmp := diff.Item{Kind: diff.Metadata, Level: diff.LevelLongTerm}
	date := diff.Item{Kind: diff.Info, Level: diff.LevelLongTerm, Detail: "ModDate"}
	title := diff.Item{Kind: diff.Info, Level: diff.LevelLongTerm, Detail: "Title"}
	other := diff.Item{Kind: diff.PageReplaced, Level: diff.LevelOther}
	dark := diff.Item{Kind: diff.Hybrid, Level: diff.LevelNotAnalysed}
	covers := func(it diff.Item) diff.Item { it.Shows = true; return it }
	include := &pdf.FieldMDP{Action: "Include", Fields: []string{"a"}}
	exclude := &pdf.FieldMDP{Action: "Exclude", Fields: []string{"a"}}
	for _, c := range []struct {
		name       string
		f          pdf.Signature
		it         diff.Item
		answer, by string
	}{
		{"store", pdf.Signature{}, store, "yes", byPolicy}, {"store P1", pdf.Signature{DocMDP: 1}, store, "yes", "DocMDP P1"},
		{"metadata", pdf.Signature{}, xmp, "yes", byPolicy}, {"metadata P1", pdf.Signature{DocMDP: 1}, xmp, "no", "DocMDP P1"}, {"date P1", pdf.Signature{DocMDP: 1}, date, "yes", "DocMDP P1"},
		{"sign", pdf.Signature{}, sign, "yes", byPolicy}, {"sign P1", pdf.Signature{DocMDP: 1}, sign, "no", "DocMDP P1"}, {"sign P2", pdf.Signature{DocMDP: 2}, sign, "yes", "DocMDP P2"},
		{"covering sign", pdf.Signature{}, covers(sign), "doubtful", byPolicy}, {"covering sign P3", pdf.Signature{DocMDP: 3}, covers(sign), "doubtful", byPolicy},
		{"fill", pdf.Signature{}, fill, "doubtful", byPolicy}, {"fill P1", pdf.Signature{DocMDP: 1}, fill, "no", "DocMDP P1"}, {"fill P2", pdf.Signature{DocMDP: 2}, fill, "yes", "DocMDP P2"},
		{"unclear fill P2", pdf.Signature{DocMDP: 2}, covers(fill), "doubtful", byPolicy},
		{"locked fill", pdf.Signature{FieldMDP: include}, fill, "no", "FieldMDP"}, {"locked fill P2", pdf.Signature{DocMDP: 2, FieldMDP: include}, fill, "no", "FieldMDP"},
		{"free fill", pdf.Signature{FieldMDP: exclude}, fill, "yes", "FieldMDP"}, {"free fill P1", pdf.Signature{DocMDP: 1, FieldMDP: exclude}, fill, "no", "DocMDP P1"},
		{"nameless, all locked", pdf.Signature{Lock: &pdf.Lock{Action: "All"}}, nameless, "no", "Lock"}, {"nameless, not excepted", pdf.Signature{FieldMDP: exclude}, nameless, "no", "FieldMDP"},
		{"nameless, not named", pdf.Signature{FieldMDP: include}, nameless, "yes", "FieldMDP"}, {"list beside a lock", pdf.Signature{Lock: &pdf.Lock{Action: "All"}}, list, "yes", byPolicy},
		{"all locked", pdf.Signature{Lock: &pdf.Lock{Action: "All"}}, fill, "no", "Lock"}, {"all locked, signed", pdf.Signature{Lock: &pdf.Lock{Action: "All"}}, sign, "doubtful", "Lock"},
		{"lock with P1", pdf.Signature{Lock: &pdf.Lock{Action: "Include", P: 1}}, fill, "no", "Lock P1"}, {"lock stricter", pdf.Signature{DocMDP: 3, Lock: &pdf.Lock{Action: "Include", P: 2}}, note, "no", "Lock P2"},
		{"lock milder", pdf.Signature{DocMDP: 2, Lock: &pdf.Lock{Action: "Include", P: 3}}, note, "no", "DocMDP P2"}, {"title P1", pdf.Signature{DocMDP: 1}, title, "no", "DocMDP P1"},
		{"all locked, signed, P1", pdf.Signature{DocMDP: 1, Lock: &pdf.Lock{Action: "All"}}, sign, "no", "DocMDP P1"}, {"locked fill P1", pdf.Signature{DocMDP: 1, FieldMDP: include}, fill, "no", "DocMDP P1"},
		{"list beside FieldMDP", pdf.Signature{FieldMDP: exclude}, list, "yes", byPolicy}, {"free by Lock", pdf.Signature{Lock: &pdf.Lock{Action: "Exclude", Fields: []string{"a"}}}, fill, "yes", "Lock"},
		{"free by both", pdf.Signature{FieldMDP: exclude, Lock: &pdf.Lock{Action: "Exclude", Fields: []string{"a"}}}, fill, "yes", "FieldMDP"},
		{"covering note P2", pdf.Signature{DocMDP: 2}, covers(note), "no", "DocMDP P2"},
		{"note", pdf.Signature{}, note, "doubtful", byPolicy}, {"note P2", pdf.Signature{DocMDP: 2}, note, "no", "DocMDP P2"}, {"note P3", pdf.Signature{DocMDP: 3}, note, "yes", "DocMDP P3"},
		{"covering note P3", pdf.Signature{DocMDP: 3}, covers(note), "doubtful", byPolicy},
		{"other", pdf.Signature{}, other, "no", byPolicy}, {"other P3", pdf.Signature{DocMDP: 3}, other, "no", "DocMDP P3"}, {"other, fields free", pdf.Signature{FieldMDP: exclude}, other, "no", byPolicy},
		{"not analysed P3", pdf.Signature{DocMDP: 3}, dark, "doubtful", byPolicy},
	} {
		if answer, by := (&Court{Policy: p}).permissionOf(&c.f).item(c.it); answer != c.answer || by != c.by {
			t.Errorf("%s: %s by %s, want %s by %s", c.name, answer, by, c.answer, c.by)
		}
	}
	for level := range map[string]bool{"": true, "new-level": true} {
		if answer, _ := (&Court{Policy: p}).permissionOf(&pdf.Signature{DocMDP: 3}).item(diff.Item{Level: level}); answer != "no" {
			t.Errorf("level %q: %s", level, answer)
		}
	}
	if answer, by := (&Court{Policy: &policy.Policy{}}).permissionOf(&pdf.Signature{}).item(store); answer != "no" || by != byPolicy {
		t.Errorf("a policy without the line: %s by %s", answer, by)
	}
	if answer, by := (&Court{Policy: p, DocMDP: 1}).permissionOf(&pdf.Signature{DocMDP: 3}).item(note); answer != "no" || by != "DocMDP P1" {
		t.Errorf("the certification is stricter: %s by %s", answer, by)
	}
}
