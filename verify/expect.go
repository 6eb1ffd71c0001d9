package verify

import (
	"context"
	"fmt"
	"strings"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify/verdict"
)

// An Expect is something that the caller wants to be true of the document
// besides its being intact and trusted.
type Expect struct {
	kind, wanted string
}

// SealedBy expects every signature (without any, every time-stamp) to be by
// this one: a name as the certificate has it, a corporate number of 13 digits,
// or the SHA-256 of the certificate in hexadecimal.
func SealedBy(who string) Expect { return Expect{ExpectSealedBy, who} }

// RequireLevel expects at least this baseline level: "B-T", "B-LT", "B-LTA".
func RequireLevel(level string) Expect { return Expect{ExpectLevel, level} }

// RequireAssurance expects the trust list to give this level, at the proven time.
func RequireAssurance(level string) Expect { return Expect{ExpectAssurance, level} }

// AnySealerUnsafe says that it does not matter who sealed. A seal that anybody
// under the trust list could make then passes.
func AnySealerUnsafe() Expect { return Expect{kind: ""} }

// A Refusal is why Check said no. It carries the whole report.
type Refusal struct {
	Report *Report
	Reason string
}

func (r *Refusal) Error() string { return "verify: " + r.Reason }

// Check is a strict yes or no: nil only if everything passed and the sealer is
// the one expected. At least one expectation is mandatory.
func (v *Verifier) Check(ctx context.Context, doc *eseal.Document, expect ...Expect) error {
	if len(expect) == 0 {
		return fmt.Errorf("verify: Check needs an expectation: who should have sealed? (verify.AnySealerUnsafe() opts out)")
	}
	rep, err := v.Verify(ctx, doc, expect...)
	if err != nil {
		return err
	}
	if rep.Passed() {
		return nil
	}
	return &Refusal{Report: rep, Reason: refusalReason(rep)}
}

func refusalReason(rep *Report) string {
	for _, e := range rep.Expectations {
		if !e.Met {
			return fmt.Sprintf("%s: expected %s %q, found %q", rep.Verdict, e.Kind, e.Wanted, e.Found)
		}
	}
	for _, s := range rep.Signatures {
		if s.Indication != verdict.TotalPassed {
			return fmt.Sprintf("%s: %s is %s", rep.Verdict, s.ID, s.Outcome())
		}
	}
	return string(rep.Verdict)
}

// expectations holds the report against what the caller wants.
func (b *reportBuilder) expectations(expect []Expect) {
	for _, e := range expect {
		switch e.kind {
		case ExpectSealedBy:
			b.expect(e, b.sealers(), sealedBy)
		case ExpectLevel:
			b.expect(e, b.levels(), atLeast)
		case ExpectAssurance:
			b.expect(e, b.assurances(), func(wanted string, found []string) bool { return len(found) == 1 && found[0] == wanted })
		}
	}
}

var expectCode = map[string]verdict.Code{ExpectSealedBy: verdict.CodeSealerNotExpected, ExpectLevel: verdict.CodeLevelNotMet, ExpectAssurance: verdict.CodeAssuranceNotMet}

// expect is met when it holds for each signature; nothing signed meets nothing.
func (b *reportBuilder) expect(e Expect, found [][]string, holds func(string, []string) bool) {
	met := len(found) > 0
	var shown []string
	for _, f := range found {
		met = met && holds(e.wanted, f)
		if len(f) > 0 {
			shown = append(shown, f[0])
		}
	}
	b.rep.Expectations = append(b.rep.Expectations, Expectation{Kind: e.kind, Wanted: e.wanted, Found: strings.Join(shown, ", "), Met: met})
	if !met {
		b.document(verdict.Finding{Code: expectCode[e.kind], Severity: verdict.Error, Params: map[string]string{"wanted": e.wanted, "found": strings.Join(shown, ", ")}})
	}
}

// sealers are the words by which each sealer may be named, the one to show first.
func (b *reportBuilder) sealers() [][]string {
	var out [][]string
	for i := range b.rep.Signatures {
		s := b.rep.Signatures[i].Signer
		if s == nil {
			out = append(out, nil)
			continue
		}
		out = append(out, nonEmpty(s.Organization, s.NameJa, s.CommonName, s.CorporateNumber, s.OrganizationIdentifier, s.Certificate))
	}
	if len(b.rep.Signatures) > 0 {
		return out
	}
	for i := range b.rep.Timestamps {
		if t := b.rep.Timestamps[i].TSA; t != nil {
			out = append(out, nonEmpty(t.Subject, t.Certificate))
		} else {
			out = append(out, nil)
		}
	}
	return out
}

func nonEmpty(all ...string) []string {
	var out []string
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// sealedBy compares exactly, but for the case of hexadecimal and the colons
// that fingerprints are printed with.
func sealedBy(wanted string, found []string) bool {
	print := strings.ToLower(strings.ReplaceAll(wanted, ":", ""))
	for _, f := range found {
		if f == wanted || len(print) == 64 && f == print {
			return true
		}
	}
	return false
}

var levelRank = map[string]int{LevelNone: 0, LevelBB: 1, LevelBT: 2, LevelBLT: 3, LevelBLTA: 4}

func atLeast(wanted string, found []string) bool {
	want, known := levelRank[wanted]
	return known && len(found) == 1 && levelRank[found[0]] >= want
}

func (b *reportBuilder) levels() [][]string {
	var out [][]string
	for i := range b.rep.Signatures {
		out = append(out, []string{b.rep.Signatures[i].Level})
	}
	return out
}

func (b *reportBuilder) assurances() [][]string {
	var out [][]string
	level := func(t *TrustService) []string {
		if t == nil || t.Assurance == nil || t.Status != "granted" && t.Status != "recognised" {
			return nil
		}
		return []string{t.Assurance.Level}
	}
	for i := range b.rep.Signatures {
		out = append(out, level(b.rep.Signatures[i].TrustService))
	}
	if len(b.rep.Signatures) == 0 {
		for i := range b.rep.Timestamps {
			out = append(out, level(b.rep.Timestamps[i].TrustService))
		}
	}
	return out
}
