package report_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

func plan(t *testing.T, lang string, wants ...verify.Want) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WritePlan(&b, "a\x1b[1m.pdf", wants, report.Lang(lang)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPlan: what is missing is told with its reason in words, in both
// languages; nothing of a document reaches the terminal raw.
func TestPlan(t *testing.T) {
	wants := []verify.Want{
		{Type: evidence.OCSP, Subject: "CN=x\x07", Reason: string(verdict.CodeNotFresh), URLs: []string{"http://o.example/\x1b", "http://p.example"}},
		{Type: evidence.Certificate, Subject: "CN=CA", Reason: string(verdict.CodeMissingIssuer)},
	}
	for lang, parts := range map[string][]string{
		"en": {"missing evidence: 2\n", "  1. OCSP response about CN=x", "    the revocation data at hand is too old (K-REV-005)\n    http://o.example/", "\n    http://p.example\n  2. certificate about CN=CA\n", "(K-PTH-017)\n    the certificate names no address"},
		"ja": {"不足している情報: 2件\n", "についてのOCSP応答\n", "古くなっています (K-REV-005)\n", "についての証明書\n", "入手先が書かれていません"},
	} {
		got := plan(t, lang, wants...)
		for _, p := range parts {
			if !strings.Contains(got, p) {
				t.Errorf("%s: no %q in\n%s", lang, p, got)
			}
		}
		if strings.ContainsAny(got, "\x1b\x07") {
			t.Errorf("%s: raw octets in %q", lang, got)
		}
		if nothing := plan(t, lang); strings.Count(nothing, "\n") != 1 || !strings.Contains(nothing, strings.TrimPrefix(msg.Word("plan.nothing").Text.In(lang), "{name}")) {
			t.Errorf("%s: %q", lang, nothing)
		}
	}
	one, other := [32]byte{1}, [32]byte{2}
	either := msg.Word("plan.either").Text.EN
	for _, c := range []struct {
		wants []verify.Want
		told  bool
	}{
		{[]verify.Want{{For: one, Type: evidence.OCSP}, {For: one, Type: evidence.CRL}}, true},
		{[]verify.Want{{For: one, Type: evidence.CRL}, {For: other, Type: evidence.CRL}, {For: one, Type: evidence.OCSP}}, true},
		{[]verify.Want{{For: one, Type: evidence.OCSP}, {For: other, Type: evidence.CRL}}, false},
		{[]verify.Want{{For: one, Type: evidence.CRL}, {For: one, Type: evidence.CRL}}, false},
	} {
		if told := strings.Contains(plan(t, "en", c.wants...), either); told != c.told {
			t.Errorf("%+v: alternatives told: %v", c.wants, told)
		}
	}
	if err := report.WritePlan(&bytes.Buffer{}, "", nil, report.Lang("de")); err == nil {
		t.Error("a language that is not there")
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full here: ", err)
	}
	defer full.Close()
	if report.WritePlan(full, "x", nil) == nil {
		t.Error("what could not be written is no error")
	}
}

// TestPlanKnowsReasons: every reason for which the court wants something has
// its words.
func TestPlanKnowsReasons(t *testing.T) {
	for _, c := range []verdict.Code{verdict.CodeMissingIssuer, verdict.CodeNoRevocationData, verdict.CodeNotFresh, verdict.CodeRevocationKind, verdict.CodeDeltaWanted} {
		if !msg.Has("plan.why." + string(c)) {
			t.Errorf("%s has no words", c)
		}
	}
}
