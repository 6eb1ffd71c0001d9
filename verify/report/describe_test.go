package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

func TestDescribe(t *testing.T) {
	words := msg.Codes()
	for _, s := range verdict.SubIndications() {
		words = append(words, string(s))
	}
	for _, d := range verdict.Documents() {
		words = append(words, string(d))
	}
	for _, lang := range []string{"ja", "en"} {
		for _, w := range words {
			var b bytes.Buffer
			if err := Describe(&b, strings.ToLower(w), lang); err != nil {
				t.Errorf("%s: %v", w, err)
			}
			if n := strings.Count(b.String(), "\n"); n < 2 || strings.Contains(b.String(), "[[") {
				t.Errorf("%s %s:\n%s", w, lang, b.String())
			}
		}
	}
	if err := Describe(&bytes.Buffer{}, "K-XXX-001", "en"); err == nil {
		t.Error("an unknown code was described")
	}
}

// TestEveryStatusHasWords looks up each word that the printer may need.
func TestEveryStatusHasWords(t *testing.T) {
	for prefix, values := range map[string]string{
		"verdict":    "TOTAL-PASSED TOTAL-FAILED INDETERMINATE NOT-SIGNED UNREADABLE PASSED FAILED",
		"status":     "confirmed refuted unconfirmed not-assessed",
		"kind":       "seal office person unknown",
		"basis":      "trust-list qc-type policy-oid organization-identifier none",
		"change":     "none long-term-material form-filling annotations other not-analysed",
		"permitted":  "yes doubtful no",
		"revocation": "good revoked unknown not-checked not-checkable",
		"evidence":   "certificate crl ocsp token list",
		"origin":     "document supplied cache fetched list",
		"timestamp":  "content signature archive document reference",
		"trust":      "fresh stale none",
		"mode":       "require prefer none",
		"expect":     "sealed-by level assurance",
		"field":      "approval certification",
		"severity":   "error warning info",
		"element":    "organization people component data procedure system",
		"value":      "unspecified keyCompromise cACompromise affiliationChanged superseded cessationOfOperation certificateHold removeFromCRL privilegeWithdrawn aACompromise",
	} {
		for _, v := range strings.Fields(values) {
			if !msg.Has(prefix + "." + v) {
				t.Errorf("%s.%s has no words", prefix, v)
			}
		}
	}
	for _, s := range verdict.SubIndications() {
		if w := msg.Word("sub." + string(s)); w.Text.IsZero() || w.Remedy.IsZero() {
			t.Errorf("%s: meaning or remedy is missing", s)
		}
	}
}
