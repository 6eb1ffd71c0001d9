package verify_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestAppearance holds what is told of each part that can make a document look
// different, where, and that the seal passes all the same.
func TestAppearance(t *testing.T) {
	for _, c := range []struct {
		name   string
		status verdict.QuestionStatus
		code   verdict.Code // of the finding, empty for none
		place  string
	}{
		{"script-opening", verdict.Unconfirmed, verdict.CodeScript, "the document as a whole: OpenAction JavaScript"},
		{"script-named", verdict.Unconfirmed, verdict.CodeScript, "the document as a whole: JavaScript"},
		{"script-field", verdict.Unconfirmed, verdict.CodeScript, `page 1, field "remarks": JavaScript`},
		{"field-contradiction", verdict.Refuted, verdict.CodeFieldContradiction, `page 1, field "remarks"`},
		{"field-undrawn", verdict.Unconfirmed, verdict.CodeFieldUndrawn, `page 1, field "remarks"`},
		{"field-drawn", verdict.Confirmed, "", ""},
		{"form-redrawn", verdict.Unconfirmed, verdict.CodeFormRedrawn, ""},
		{"form-xfa", verdict.Unconfirmed, verdict.CodeSecondForm, ""},
		{"layer-hidden", verdict.Unconfirmed, verdict.CodeLayers, "OFF"},
		{"layer-print", verdict.Unconfirmed, verdict.CodeLayers, "AS Print"},
		{"layer-shown", verdict.Confirmed, "", ""},
		{"print-only", verdict.Unconfirmed, verdict.CodePrintDiffers, "page 1: Square"},
		{"media", verdict.Unconfirmed, verdict.CodeMedia, "page 1: Screen"},
		{"launch", verdict.Unconfirmed, verdict.CodeLaunch, "page 1: Launch"},
		{"link", verdict.Confirmed, "", ""},
		{"hide", verdict.Unconfirmed, verdict.CodeSwitches, "page 1: Hide"},
		{"outside", verdict.Unconfirmed, verdict.CodeOutside, "page 1: F"},
		{"collection", verdict.Unconfirmed, verdict.CodeCollection, ""},
		{"attachment", verdict.Confirmed, verdict.CodeAttachments, "page 1: FileAttachment"},
	} {
		sp := verifytest.MakeSpecimen("pdf-view-" + c.name)
		rep := judgedSpecimen(t, sp, "strict", beside(sp))
		if rep.Verdict != verdict.DocumentPassed {
			t.Errorf("%s: %s: %s", c.name, rep.Verdict, codes(rep))
		}
		q := rep.Signatures[0].Layers.Find(verdict.Appearance)
		if q.Status != c.status {
			t.Errorf("%s: %s, want %s", c.name, q.Status, c.status)
		}
		found := false
		for _, f := range rep.Findings {
			if !strings.HasPrefix(string(f.Code), "K-APP-") {
				continue
			}
			if found = f.Code == c.code; !found || !strings.Contains(f.Params["places"], c.place) {
				t.Errorf("%s: %s %q, want %s %q", c.name, f.Code, f.Params["places"], c.code, c.place)
			}
			if named := slices.Contains(q.Evidence, f.ID); named != (c.status != verdict.Confirmed) {
				t.Errorf("%s: the answer names %v, the finding is %s", c.name, q.Evidence, f.ID)
			}
		}
		if found != (c.code != "") {
			t.Errorf("%s: told: %v", c.name, found)
		}
	}
}

// TestRemovedScript: what the sealed revision held and a later one took away is
// told too, with its revision; the signature fails for the change besides.
func TestRemovedScript(t *testing.T) {
	w := verifytest.New()
	p := w.PDF(verifytest.PDFTemplate{Catalog: " /OpenAction << /S /JavaScript /JS (1) >>"}).Sign(verifytest.SignOptions{})
	data := p.Bytes()
	before := strings.Fields(string(data[bytes.LastIndex(data, []byte("startxref"))+len("startxref"):]))[0]
	at1 := len(data)
	data = append(data, "1 0 obj\n<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>\nendobj\n"...)
	data = fmt.Appendf(data, "xref\n1 1\n%010d 00000 n \ntrailer\n<< /Size 99 /Root 1 0 R /Prev %s >>\nstartxref\n%d\n%%%%EOF\n", at1, before, len(data))
	rep := layerCase{data: data, list: parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))}.judge(t, w)
	at := slices.IndexFunc(rep.Findings, func(f verify.Finding) bool { return f.Code == verdict.CodeScript })
	if rep.Verdict != verdict.DocumentFailed || at < 0 || rep.Findings[at].Params["revision"] != "2" || !strings.Contains(rep.Findings[at].Text.EN, "in revision 2") {
		t.Fatalf("%s %+v", rep.Verdict, rep.Findings)
	}
	if q := rep.Signatures[0].Layers.Find(verdict.Appearance); q.Status != verdict.Unconfirmed || !slices.Contains(q.Evidence, rep.Findings[at].ID) {
		t.Errorf("%+v", q)
	}
}
