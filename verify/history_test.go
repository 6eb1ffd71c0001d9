package verify_test

import (
	"bytes"
	"slices"
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
				readCleanly(t, h)
			})
		}
	}
}

// readCleanly: the readers find nothing wrong in what verifytest makes.
func readCleanly(t *testing.T, h *verifytest.History) {
	t.Helper()
	doc, err := eseal.Open(t.Context(), bytes.NewReader(h.Document), int64(len(h.Document)), eseal.Options{Name: h.File})
	if err != nil {
		t.Fatal(err)
	}
	notes := slices.Clone(doc.Notes)
	for _, s := range doc.Signatures {
		notes = append(notes, s.Notes...)
		for _, stamp := range s.Timestamps {
			notes = append(notes, stamp.Notes...)
		}
	}
	for _, n := range notes {
		t.Errorf("%s: %s", h.File, n)
	}
}

// TestSeededHistories: the random histories are read without a fault, and
// before anything but the seal has ended each passes by its time-stamp and its
// material: what is revoked is revoked after the time-stamp.
func TestSeededHistories(t *testing.T) {
	t.Parallel()
	seeds := uint64(200)
	if testing.Short() {
		seeds = 20
	}
	for seed := range seeds {
		p := verifytest.SeededPlan(seed)
		readCleanly(t, p.History())
		p.Renewals, p.Judge = nil, p.Evidence.Add(time.Hour)
		h := p.History()
		if rep := judgedHistory(t, h, h.At); !rep.Passed() {
			t.Errorf("seed %d, %s: %s: %s", seed, p.Format, answer(rep), codes(rep))
		}
	}
}

// TestAnnexExamples are those of EN 319 102-1 annex A.3.
func TestAnnexExamples(t *testing.T) {
	for _, format := range []string{"CAdES", "PAdES"} {
		h := verifytest.AnnexRevokedLater(format).History()
		if rep := judgedHistory(t, h, h.At); !rep.Passed() {
			t.Errorf("example 1, %s: %s: %s", format, answer(rep), codes(rep))
		}
		p, t6 := verifytest.AnnexCARevoked(format)
		h = p.History()
		readCleanly(t, h)
		rep := judgedHistory(t, h, h.At, verify.WithEvidence(published(h, t6)...))
		if got := answer(rep); got != "TOTAL-PASSED" {
			t.Errorf("example 2, %s: %s: %s", format, got, codes(rep))
		}
	}
}

// TestStolenCA: after the CA of the seal was compromised, a list of that CA that
// nothing proves to be older counts for nothing, whatever it is dated: 5.5.4 step
// 4a alone would take it (5.6.2.4.4, the row of REVOKED_CA_NO_POE).
func TestStolenCA(t *testing.T) {
	for _, c := range []struct {
		reason  verifytest.Reason
		proven  bool
		forgery bool
	}{
		{verifytest.CACompromise, true, false},
		{verifytest.CACompromise, false, true},
		{verifytest.CessationOfOperation, false, false},
	} {
		p, t6 := verifytest.AnnexCARevoked("PAdES")
		for i := range p.Revocations {
			p.Revocations[i].Reason = c.reason
		}
		if !c.proven {
			p.Evidence = time.Time{}
		}
		h := p.History()
		rep := judgedHistory(t, h, h.At, verify.WithEvidence(published(h, t6)...))
		if rep.Passed() == c.forgery {
			t.Errorf("%v, proven %v: %s: %s", c.reason, c.proven, answer(rep), codes(rep))
		}
	}
}
