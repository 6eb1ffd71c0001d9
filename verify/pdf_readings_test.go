package verify_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

const openData = "<</Length 40000>>\nstream\n"

// TestReadings: a true seal on a file that programs do not all read alike
// does not pass, and the answer says why; the same file without it passes.
func TestReadings(t *testing.T) {
	w := verifytest.New()
	stray := []byte("4 0 obj\n<</Length 1>>\nstream\nq\nendstream\nendobj\n")
	for _, c := range []struct {
		name   string
		before func(p *verifytest.PDF)
		after  func(p *verifytest.PDF)
		code   verdict.Code
		sealed verdict.Indication // of the sealed revision, where it is told
	}{
		{"nothing", nil, nil, "", ""},
		{"an object behind the one in use", func(p *verifytest.PDF) { p.Append(stray) }, nil, "", ""},
		{"such an object and a number that is none", func(p *verifytest.PDF) { p.Append(stray).Update(map[int]string{70: "<</A --5>>"}) }, nil, "K-PDF-080", ""},
		{"both by a later update", nil, func(p *verifytest.PDF) { p.Append(stray).Update(map[int]string{70: "<</A --5>>"}) }, "K-PDF-080", verdict.TotalPassed},
		{"two names of a font", func(p *verifytest.PDF) {
			p.Update(map[int]string{9: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/BaseFont/Symbol>>"})
		}, nil, "K-PDF-085", ""},
		{"page tree", func(p *verifytest.PDF) { p.Update(map[int]string{2: "<</Type/Pages/Kids[3 0 R]/Count 2>>"}) }, nil, "K-PDF-086", ""},
		{"content that goes on behind the seal",
			func(p *verifytest.PDF) { p.Update(map[int]string{4: openData + "BT ET\n"}) },
			func(p *verifytest.PDF) {
				rest := strings.Index(string(p.Bytes()), openData) + len(openData) + 40000 - len(p.Bytes())
				p.Append([]byte(strings.Repeat(" ", rest) + "\nendstream\nendobj\n")).Update(map[int]string{70: "(unused)"})
			}, "K-PDF-088", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := w.PDF(verifytest.PDFTemplate{})
			if c.before != nil {
				c.before(p)
			}
			p.Sign(verifytest.SignOptions{}).AddEvidence(w.Seal)
			if c.after != nil {
				c.after(p)
			}
			list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
			rep := judged(t, p.Bytes(), eseal.Options{Name: "a.pdf"}, list, verify.WithPolicy(policyNamed(t, "strict", policy.Require)), verify.WithTime(w.Now))
			if c.code == "" {
				if !rep.Passed() {
					t.Errorf("%s: %s", answer(rep), codes(rep))
				}
				return
			}
			s := rep.Signatures[0]
			if answer(rep) != "INDETERMINATE/CUSTOM" || !slices.ContainsFunc(s.Findings, func(f verify.Finding) bool {
				return f.Code == c.code && f.Severity == verdict.Error && f.Remedy.JA != ""
			}) {
				t.Errorf("%s: %s", answer(rep), codes(rep))
			}
			if c.sealed != "" && (s.SealedRevision == nil || s.SealedRevision.Indication != c.sealed) {
				t.Errorf("sealed revision %+v", s.SealedRevision)
			}
		})
	}
}
