package verify_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// published is the status information of a history that stood by a time.
func published(h *verifytest.History, at time.Time) []*evidence.Item {
	var out []*evidence.Item
	for _, p := range h.Published(at) {
		kind := map[string]evidence.Type{"CRL": evidence.CRL, "OCSP": evidence.OCSP}[p.Kind]
		out = append(out, items(kind, [][]byte{p.DER})...)
	}
	return out
}

// judgedHistory judges a history at a time with what is published then.
func judgedHistory(t *testing.T, h *verifytest.History, at time.Time, more ...verify.Option) *verify.Report {
	t.Helper()
	o := append([]verify.Option{verify.WithTime(at), verify.WithPolicy(policyNamed(t, "strict", policy.Require)),
		verify.WithEvidence(published(h, at)...)}, more...)
	return judged(t, h.Document, eseal.Options{Name: h.File}, parsedList(t, h.TrustList), o...)
}

// sealedAt is when the planned histories begin.
var sealedAt = time.Date(2026, 4, 1, 1, 0, 0, 0, time.UTC)

// TestHistoriesWithMaterial: soon after sealing, every form of a long-term
// signature passes by its time-stamp and its material (EN 319 102-1 5.5).
func TestHistoriesWithMaterial(t *testing.T) {
	forms := map[string]func(p *verifytest.Plan){
		"plain":      func(*verifytest.Plan) {},
		"ocsp":       func(p *verifytest.Plan) { p.OCSP = true },
		"no stamp":   func(p *verifytest.Plan) { p.Stamp = nil },
		"vri":        func(p *verifytest.Plan) { p.VRI = true },
		"indefinite": func(p *verifytest.Plan) { p.Indefinite = true },
		"renewed": func(p *verifytest.Plan) {
			*p = verifytest.NewPlan(p.Format, p.Sign, p.Evidence.AddDate(0, 0, 1), p.Evidence.AddDate(0, 0, 2))
		},
		"renewed v2": func(p *verifytest.Plan) {
			*p = verifytest.NewPlan(p.Format, p.Sign, p.Evidence.AddDate(0, 0, 1), p.Evidence.AddDate(0, 0, 2))
			p.Renewals[0].V2, p.Renewals[1].V2 = true, true
		},
		"renewed v1 index": func(p *verifytest.Plan) {
			*p = verifytest.NewPlan(p.Format, p.Sign, p.Evidence.AddDate(0, 0, 1), p.Evidence.AddDate(0, 0, 2))
			p.Renewals[0].HashIndex, p.Renewals[1].HashIndex = 1, 2
		},
		"revoked later": func(p *verifytest.Plan) {
			*p = p.Revoked("seal", p.Evidence.AddDate(0, 0, 2), verifytest.Superseded)
		},
	}
	for name, change := range forms {
		for _, format := range []string{"CAdES", "PAdES"} {
			t.Run(name+" "+format, func(t *testing.T) {
				p := verifytest.NewPlan(format, sealedAt)
				change(&p)
				h := p.History()
				rep := judgedHistory(t, h, h.At)
				if !rep.Passed() {
					t.Errorf("%s: %s", answer(rep), codes(rep))
				}
				errorNotes(t, h)
			})
		}
	}
}

// errorNotes: the readers find nothing wrong in what verifytest makes.
func errorNotes(t *testing.T, h *verifytest.History) {
	t.Helper()
	rep := judgedHistory(t, h, h.At)
	for _, s := range rep.Signatures {
		t.Log(s.Level, len(s.Findings))
		for _, f := range s.Findings {
			if f.Severity != "info" {
				t.Log(fmt.Sprint(f.Code, f.Severity, f.Params))
			}
		}
	}
}
