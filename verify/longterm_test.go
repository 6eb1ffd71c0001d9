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
