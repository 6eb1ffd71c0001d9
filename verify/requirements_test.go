package verify_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A measured document is one that deviates from its format in one line.
type measured struct {
	name    string
	options verifytest.SignOptions
	mutate  []verifytest.CMSMutator
	later   func(w *verifytest.World, p *verifytest.PDF)
	level   string
	missing string // ids that stop the next level
}

func dictionary(from, to string) func(string) string {
	return func(entries string) string { return strings.Replace(entries, from, to, 1) }
}

// evidenceOf is the security store of a world without some of its parts.
func evidenceOf(w *verifytest.World, p *verifytest.PDF, certs, crls bool) {
	var cs []*verifytest.Cert
	var ls [][]byte
	if certs {
		for _, c := range []*verifytest.Cert{w.Seal, w.TSA} {
			cs = append(cs, c.Chain()...)
		}
	}
	if crls {
		ls = w.CRLs(w.Seal, w.TSA)
	}
	p.AddSecurityStore(cs, ls, nil)
}

var measuredDocuments = []measured{
	{name: "B-B", options: verifytest.SignOptions{NoTimestamp: true}, level: "B-B", missing: "6.3-trusted-time"},
	{name: "B-T", level: "B-T", missing: "6.3-dss 6.3-revocation-values"},
	{name: "B-LT", level: "B-LT", missing: "6.3-document-time-stamp", later: func(w *verifytest.World, p *verifytest.PDF) { evidenceOf(w, p, true, true) }},
	{name: "B-LTA", level: "B-LTA", later: func(w *verifytest.World, p *verifytest.PDF) { p.AddLongTerm() }},
	{name: "B-T by the document", options: verifytest.SignOptions{NoTimestamp: true}, level: "B-T", missing: "6.3-dss 6.3-revocation-values",
		later: func(w *verifytest.World, p *verifytest.PDF) { p.AddDocTimestamp(verifytest.TokenTemplate{}) }},
	{name: "store without revocation data", level: "B-T", missing: "6.3-revocation-values", later: func(w *verifytest.World, p *verifytest.PDF) { evidenceOf(w, p, true, false) }},
	{name: "store without the time-stamp's CRLs", level: "B-T", missing: "6.3-revocation-values",
		later: func(w *verifytest.World, p *verifytest.PDF) { p.AddSecurityStore(nil, w.CRLs(w.Seal), nil) }},
	{name: "time-stamp before the store", level: "B-LT", missing: "6.3-document-time-stamp", later: func(w *verifytest.World, p *verifytest.PDF) {
		p.AddDocTimestamp(verifytest.TokenTemplate{})
		evidenceOf(w, p, true, true)
	}},
	{name: "no /M", options: verifytest.SignOptions{Dictionary: dictionary(" /M ", " /Mx ")}, level: "none", missing: "6.3-m"},
	{name: "no /Filter", options: verifytest.SignOptions{Dictionary: dictionary("/Filter /Adobe.PPKLite", "")}, level: "none", missing: "6.3-filter"},
	{name: "/Cert", options: verifytest.SignOptions{Dictionary: dictionary("/Filter", "/Cert <00> /Filter")}, level: "none", missing: "6.3-no-cert"},
	{name: "range too short", options: verifytest.SignOptions{ByteRange: func(r [4]int) [4]int { r[3] -= 10; return r }}, level: "none", missing: "6.3-byte-range"},
}

// TestRequirements holds each line of EN 319 142-1 6.3 against a document that
// deviates in it.
func TestRequirements(t *testing.T) {
	w := verifytest.New()
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	for _, c := range measuredDocuments {
		p := w.PDF(verifytest.PDFTemplate{}).Sign(c.options, c.mutate...)
		if c.later != nil {
			c.later(w, p)
		}
		rep := layerCase{data: p.Bytes(), list: list}.judge(t, w)
		r := rep.Signatures[0].FormatRequirements
		if r == nil || r.Level != c.level || strings.Join(r.Missing, " ") != c.missing {
			t.Errorf("%s: %+v, want %s, missing %s", c.name, r, c.level, c.missing)
			continue
		}
		told := slices.ContainsFunc(rep.Signatures[0].Findings, func(f verify.Finding) bool { return f.Code == verdict.CodeRequirements })
		if told != (c.level == "none") {
			t.Errorf("%s: K-PAD-001 told: %v", c.name, told)
		}
		for _, lang := range []string{"en", "ja"} {
			text := string(written(t, rep, report.Text, report.Lang(lang)))
			for _, id := range r.Missing {
				if !strings.Contains(text, id) || !strings.Contains(text, verify.Term("requirement."+id, nil).In(lang)) {
					t.Errorf("%s: the text (%s) does not say %s", c.name, lang, id)
				}
			}
		}
	}
}
