package verify

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/view"
	"github.com/kakuin/kakuin/verify/verdict"
)

// appearanceCodes say what each kind of changing part is told as. Attachments
// stand beside the pages and lower no answer.
var appearanceCodes = map[view.Kind]verdict.Code{
	view.Contradiction: verdict.CodeFieldContradiction, view.Undrawn: verdict.CodeFieldUndrawn, view.Script: verdict.CodeScript,
	view.Computed: verdict.CodeFormRedrawn, view.XFA: verdict.CodeSecondForm, view.Layer: verdict.CodeLayers, view.Switch: verdict.CodeSwitches,
	view.Outside: verdict.CodeOutside, view.Print: verdict.CodePrintDiffers, view.Media: verdict.CodeMedia, view.Launch: verdict.CodeLaunch,
	view.Collection: verdict.CodeCollection, view.Attachment: verdict.CodeAttachments,
}

// appearance tells once for the document what can make it look different, by
// revision: the newest, and older sealed ones for what they had besides.
func (b *reportBuilder) appearance() {
	if len(b.doc.Views) == 0 {
		return
	}
	newest := b.doc.Views[0]
	b.views = map[int][]Finding{}
	for _, v := range b.doc.Views {
		items := v.Items
		if v != newest {
			items = slices.DeleteFunc(slices.Clone(items), func(it view.Item) bool { return slices.Contains(newest.Items, it) })
		}
		var told []Finding
		for from := 0; from < len(items); {
			to := from
			for to < len(items) && items[to].Kind == items[from].Kind {
				to++
			}
			told = append(told, b.changing(v, items[from:to], v != newest))
			from = to
		}
		if v.Missed != "" && (v == newest || v.Missed != newest.Missed) {
			told = append(told, b.words(verdict.Finding{Code: verdict.CodeNotLookedAt, Params: map[string]string{"reason": v.Missed, "reason.ja": missedJa(v.Missed)}}))
		}
		b.views[v.Revision] = told
		b.rep.Findings = append(b.rep.Findings, told...)
	}
}

func missedJa(reason string) string {
	if w := Term("missed."+strings.Fields(reason)[0], nil); !strings.HasPrefix(w.JA, "missed.") {
		return w.JA
	}
	return reason
}

// maxPlaces bounds the places that one finding names.
const maxPlaces = 5

// changing is one finding about all parts of a kind.
func (b *reportBuilder) changing(v *view.Facts, items []view.Item, older bool) Finding {
	en, ja := make([]string, 0, maxPlaces), make([]string, 0, maxPlaces)
	for _, it := range items {
		p := place(it)
		if slices.Contains(en, p.EN) {
			continue
		}
		if len(en) == maxPlaces {
			en, ja = append(en, "…"), append(ja, "…")
			break
		}
		en, ja = append(en, p.EN), append(ja, p.JA)
	}
	f := verdict.Finding{Code: appearanceCodes[items[0].Kind], Params: map[string]string{
		"places": strings.Join(en, "; "), "places.ja": strings.Join(ja, "、"), "count": strconv.Itoa(len(items)),
	}}
	if older {
		f.Params["revision"] = strconv.Itoa(v.Revision)
	}
	return b.words(f)
}

// place names where a part stands, as a person finds it.
func place(it view.Item) Text {
	ps := map[string]string{"where": it.Where, "detail": it.Detail, "field": it.Field}
	if it.Page > 0 {
		ps["page"] = strconv.Itoa(it.Page)
	}
	switch {
	case it.Page > 0 && it.Field != "":
		return Term("place.field-on-page", ps)
	case it.Field != "":
		return Term("place.field", ps)
	case it.Page > 0:
		return Term("place.page", ps)
	}
	return Term("place.document", ps)
}

// seenAs is what was found about the revision that people are shown and about
// the one that was sealed, and whether both were looked at whole.
func (b *reportBuilder) seenAs(f *pdf.Signature) (told []Finding, whole Basis) {
	switch {
	case b.doc.Format != eseal.FormatPDF || f == nil:
		return nil, notAssessed()
	case len(b.doc.Views) == 0:
		return nil, Basis{}
	}
	ok := true
	for i, v := range b.doc.Views {
		if i == 0 || v.Revision == f.Revision {
			told = append(told, b.views[v.Revision]...)
			ok = ok && v.Missed == ""
		}
	}
	return told, confirmedIf(ok)
}

// asked asks the layers with what was found about the document's appearance.
func (b *reportBuilder) asked(s Subject, facts Facts, f *pdf.Signature) *Layers {
	told, whole := b.seenAs(f)
	s.Findings, facts.Appearance = slices.Concat(s.Findings, told), whole
	return AskLayers(s, facts)
}
