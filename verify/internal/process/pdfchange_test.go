package process

import (
	"bytes"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestLaterRevisions holds what the court says of what came after a seal: the
// level, whether it is permitted, who decides, and which finding tells it.
func TestLaterRevisions(t *testing.T) {
	p, err := policy.ByName("strict")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		deviation, level, permitted, by string
		sub                             verdict.SubIndication
		codes                           string
		trailing                        bool
	}{
		{deviation: "pdf-docmdp1", level: diff.LevelLongTerm, permitted: "yes", by: "DocMDP P1", codes: "K-CHG-004"},
		{deviation: "pdf-store-added", level: diff.LevelLongTerm, permitted: "yes", by: byPolicy, codes: "K-CHG-004"},
		{deviation: "pdf-info-changed", level: diff.LevelLongTerm, permitted: "yes", by: byPolicy, codes: "K-CHG-004 K-CHG-005"},
		{deviation: "pdf-docmdp1+pdf-info-changed", level: diff.LevelLongTerm, permitted: "no", by: "DocMDP P1", sub: verdict.FormatFailure, codes: "K-CHG-002"},
		{deviation: "pdf-info-date", level: diff.LevelLongTerm, permitted: "yes", by: byPolicy, codes: "K-CHG-004"},
		{deviation: "pdf-later-signature", level: diff.LevelFormFilling, permitted: "yes", by: byPolicy, codes: "K-CHG-004"},
		{deviation: "pdf-later-signature-covers", level: diff.LevelFormFilling, permitted: "doubtful", by: byPolicy, sub: verdict.Custom, codes: "K-CHG-003"},
		{deviation: "pdf-field-filled", level: diff.LevelFormFilling, permitted: "doubtful", by: byPolicy, sub: verdict.Custom, codes: "K-CHG-003"},
		{deviation: "pdf-docmdp1-filled", level: diff.LevelFormFilling, permitted: "no", by: "DocMDP P1", sub: verdict.FormatFailure, codes: "K-CHG-002"},
		{deviation: "pdf-fieldmdp-filled", level: diff.LevelFormFilling, permitted: "no", by: "FieldMDP", sub: verdict.FormatFailure, codes: "K-CHG-002"},
		{deviation: "pdf-lock-filled", level: diff.LevelFormFilling, permitted: "no", by: "Lock", sub: verdict.FormatFailure, codes: "K-CHG-002"},
		{deviation: "pdf-annotation-added", level: diff.LevelAnnotations, permitted: "doubtful", by: byPolicy, sub: verdict.Custom, codes: "K-CHG-003"},
		{deviation: "pdf-page-replaced", level: diff.LevelOther, permitted: "no", by: byPolicy, sub: verdict.FormatFailure, codes: "K-CHG-002"},
		{deviation: "pdf-store-added", trailing: true, level: diff.LevelNotAnalysed, permitted: "doubtful", by: byPolicy, sub: verdict.Custom, codes: "K-CHG-001"},
		{deviation: "pdf-page-replaced", trailing: true, level: diff.LevelOther, permitted: "no", by: byPolicy, sub: verdict.FormatFailure, codes: "K-CHG-002"},
		{deviation: "pdf-field-filled", trailing: true, level: diff.LevelNotAnalysed, permitted: "doubtful", by: byPolicy, sub: verdict.Custom, codes: "K-CHG-001"},
	} {
		t.Run(c.deviation, func(t *testing.T) {
			f := opened(t, deviating(c.deviation))
			court := &Court{Policy: p, Changes: diff.Compare(f), Trailing: c.trailing}
			ch, causes, findings := court.later(f.Signatures[0], "S1")
			if ch.Level != c.level || ch.Permitted != c.permitted || ch.DecidedBy != c.by {
				t.Errorf("%s, %s by %s; want %s, %s by %s", ch.Level, ch.Permitted, ch.DecidedBy, c.level, c.permitted, c.by)
			}
			var codes []string
			for _, x := range causes {
				codes = append(codes, string(x.Finding.Code))
				if x.Sub != c.sub || x.About != AboutChange || x.Finding.Severity != verdict.Error {
					t.Errorf("cause %+v", x)
				}
			}
			for _, x := range findings {
				codes = append(codes, string(x.Code))
			}
			if got := strings.Join(codes, " "); got != c.codes {
				t.Errorf("findings %s, want %s", got, c.codes)
			}
			if clause := clauseOf(causes); (c.by == "FieldMDP" || c.by == "Lock") != strings.HasSuffix(clause, "12.8.2.4") {
				t.Errorf("clause %q", clause)
			}
		})
	}
}

// deviating makes a sealed PDF with deviations, joined by +.
func deviating(names string) []byte {
	var all []verifytest.PDFMutator
	for _, n := range strings.Split(names, "+") {
		all = append(all, verifytest.PDFDeviation(n))
	}
	return verifytest.New().SealedPDF(all...).Bytes()
}

// What was not read whole is doubtful, and the finding says which revision.
func TestUnreadRevisions(t *testing.T) {
	p, err := policy.ByName("strict")
	if err != nil {
		t.Fatal(err)
	}
	good := deviating("pdf-info-date")
	last := bytes.LastIndex(good, []byte("startxref"))
	lost := append(append([]byte{}, good[:last]...), bytes.Replace(good[last:], []byte("\n"), []byte("\n9"), 1)...)
	spent := opened(t, good)
	if err := spent.Purse().Take(purse.Objects, spent.Purse().Left(purse.Objects)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		f        *pdf.File
		trailing bool
		want     string
	}{{"cross-reference lost", opened(t, lost), false, "3, 4"}, {"purse empty", spent, false, "3, 4"}, {"octets behind", opened(t, good), true, "%%EOF+"}, {"both", opened(t, lost), true, "3, 4, %%EOF+"}} {
		court := &Court{Policy: p, Changes: diff.Compare(c.f), Trailing: c.trailing}
		ch, causes, _ := court.later(c.f.Signatures[0], "S1")
		if ch.Level != diff.LevelNotAnalysed || ch.Permitted != changeDoubtful || len(causes) != 1 || causes[0].Finding.Params["revisions"] != c.want {
			t.Errorf("%s: %s, %s: %+v", c.name, ch.Level, ch.Permitted, causes)
		}
	}
}

// A signature whose ranges are not a revision has nothing that came after it.
func TestRangesThatAreNoRevision(t *testing.T) {
	for name, codes := range map[string]int{"pdf-store-added": 0, "pdf-byterange-gap": 2} {
		f := opened(t, deviating(name))
		causes := coverage(f.Signatures[0], "S1")
		if len(causes) != codes {
			t.Errorf("%s: %+v", name, causes)
		}
		court := &Court{Changes: diff.Compare(f), Policy: &policy.Policy{}}
		if ch, _, _ := court.later(f.Signatures[0], "S1"); (ch.Level == "") != (codes > 0) {
			t.Errorf("%s: level %q", name, ch.Level)
		}
	}
}

func opened(t *testing.T, data []byte) *pdf.File {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func clauseOf(causes []Cause) string {
	if len(causes) == 0 {
		return ""
	}
	return causes[0].Finding.Clause
}

// What decides is named first, and what only follows from it not at all.
func TestChangesThatAreNamed(t *testing.T) {
	item := func(k diff.Kind, permitted string) ChangedItem {
		return ChangedItem{Item: diff.Item{Kind: k}, Permitted: permitted}
	}
	many := make([]ChangedItem, 0, 9)
	for _, k := range []diff.Kind{"a", "b", "c", "d", "e", "f", "g", "a"} {
		many = append(many, item(k, changeNo))
	}
	for _, c := range []struct {
		items []ChangedItem
		want  string
	}{
		{[]ChangedItem{item(diff.Form, changeNo), item(diff.PageReplaced, changeNo)}, "page-replaced"},
		{[]ChangedItem{item(diff.Form, changeNo), item(diff.Catalog, changeNo)}, "form, catalog"},
		{[]ChangedItem{item(diff.PageReplaced, changeYes), item(diff.FieldFilled, changeNo)}, "field-filled"},
		{many, "a, b, c, d, e, f, …"}, {many[:6], "a, b, c, d, e, f"},
	} {
		if got := (&Court{}).what(Changes{Permitted: changeNo, Items: c.items}); got["what"] != c.want || got["what.ja"] != strings.ReplaceAll(c.want, ", ", "、") {
			t.Errorf("%v, want %s", got, c.want)
		}
	}
	words := &Court{Describe: func(it diff.Item) (ja, en string) { return "頁", "page" }}
	if got := words.what(Changes{Permitted: changeNo, Items: many[:1]}); got["what"] != "page" || got["what.ja"] != "頁" {
		t.Errorf("%v", got)
	}
}
