package verify_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/verifytest"
)

// renewedEvery is a plan whose archive proof is renewed every so many years
// until a year after the signature.
func renewedEvery(format string, years, until int) verifytest.Plan {
	var at []time.Time
	for y := years; y <= until; y += years {
		at = append(at, sealedAt.AddDate(y, 0, 0))
	}
	p := verifytest.NewPlan(format, sealedAt, append([]time.Time{sealedAt.AddDate(0, 0, 7)}, at...)...)
	// SHA-256 and P-256 end in 2050: whoever renews goes over to stronger ones in time.
	for i := range p.Renewals {
		if r := &p.Renewals[i]; r.At.Year() > 2045 {
			r.Digest, p.Units[r.Unit].Key = "SHA-512", fmt.Sprintf("p384-%02d", i%4+3)
		}
	}
	return p
}

// TestLongTerm: a document whose proofs are renewed in time passes five,
// fifteen and thirty years later, at the time of its first time-stamp.
func TestLongTerm(t *testing.T) {
	for _, format := range []string{"CAdES", "PAdES"} {
		for _, after := range []int{5, 15, 30} {
			t.Run(fmt.Sprint(format, after), func(t *testing.T) {
				p := renewedEvery(format, 4, after)
				h := p.History()
				at := sealedAt.AddDate(after, 0, 10)
				rep := judgedHistory(t, h, at)
				if !rep.Passed() {
					t.Fatal(codes(rep))
				}
				if got := rep.Signatures[0].BestSignatureTime.Time.String(); got != sealedAt.Add(time.Minute).Format(time.RFC3339) {
					t.Error("best-signature-time", got)
				}
			})
		}
	}
}

// TestMissingRenewal: without one renewal the document fails from the day on
// that the forecast named, not a day earlier or later, and no later renewal
// brings it back.
func TestMissingRenewal(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"CAdES", "PAdES"} {
		whole := renewedEvery(format, 4, 16)
		whole.Fresh = 40 * 365 * 24 * time.Hour // so that nothing but the missing renewal ends the proof
		for missing := 1; missing < len(whole.Renewals)-1; missing++ {
			t.Run(fmt.Sprint(format, missing), func(t *testing.T) {
				last := whole.Renewals[missing-1].At.AddDate(0, 0, 20)
				before := whole.Until(last).History()
				told := judgedHistory(t, before, last).Forecast
				if told == nil || told.VerifiableUntil.IsZero() {
					t.Fatalf("no forecast: %+v", told)
				}
				end := told.VerifiableUntil.Time
				kept := whole.Without(missing)
				for _, c := range []struct {
					at   time.Time
					pass bool
				}{{end.AddDate(0, 0, -1), true}, {end, true}, {end.Add(time.Second), false}, {end.AddDate(0, 0, 1), false}, {sealedAt.AddDate(16, 1, 0), false}} {
					h := kept.Until(c.at).History()
					rep := judgedHistory(t, h, c.at)
					if rep.Passed() != c.pass {
						t.Errorf("at %s (forecast %s): passed %v, want %v: %s", c.at, end, rep.Passed(), c.pass, codes(rep))
					}
				}
			})
		}
	}
}
