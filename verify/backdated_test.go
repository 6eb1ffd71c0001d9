package verify_test

import (
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// caRevoked is a seal of which no revocation data was kept and whose CA was
// revoked for a compromise, between two document time-stamps: what the CA's key
// signs after that proves nothing. The units of the first time-stamps have ended
// by the judgement, so that only proofs of existence can tell (EN 319 102-1 5.6).
func caRevoked() *verifytest.History {
	p := verifytest.NewPlan("PAdES", sealedAt, sealedAt.AddDate(0, 1, 0), sealedAt.AddDate(0, 19, 0))
	p.Evidence = time.Time{}
	p.Units[0].Until, p.Units[1].Until = sealedAt.AddDate(0, 20, 0), sealedAt.AddDate(0, 20, 0)
	p.Judge = sealedAt.AddDate(0, 23, 0)
	return p.Revoked("ca-0", sealedAt.AddDate(0, 18, 0), verifytest.CACompromise).History()
}

// sealedAndStamped is the seal of a history with its time-stamp.
func sealedAndStamped(h *verifytest.History) *verifytest.PDF {
	stamp := verifytest.TokenTemplate{GenTime: h.Plan.Stamp.At, TSA: h.Units[0]}
	return h.World.PDF(verifytest.PDFTemplate{}).Sign(verifytest.SignOptions{NoTimestamp: true}, verifytest.CMSMutator{
		Template: func(t *verifytest.CMSTemplate) { t.Signers[0].Timestamp = &stamp }})
}

// listOf is the CRL that was published about a CA's certificates at a time.
func listOf(t *testing.T, h *verifytest.History, ca string, at time.Time) []byte {
	t.Helper()
	for _, p := range h.Published(at) {
		if p.About == ca {
			return p.DER
		}
	}
	t.Fatal("no list of", ca)
	return nil
}

func judgedAs(t *testing.T, h *verifytest.History, data []byte) *verify.Report {
	t.Helper()
	return judged(t, data, eseal.Options{Name: "document.pdf"}, parsedList(t, h.TrustList), verify.WithTime(h.At),
		verify.WithPolicy(policyNamed(t, "strict", policy.Require)), verify.WithEvidence(published(h, h.At)...))
}

// TestPromisedEvidence: an item of the security store stands where its octets
// do. A cross-reference that a document time-stamp is over may point behind it,
// to what is written years later (EN 319 102-1 5.6.2.3.4: a time-stamp proves
// what its imprint is over).
func TestPromisedEvidence(t *testing.T) {
	h := caRevoked()
	list := listOf(t, h, "ca-0", h.Plan.Sign.AddDate(0, 0, 2))
	first := verifytest.TokenTemplate{GenTime: h.Plan.Renewals[0].At, TSA: h.Units[1]}
	second := verifytest.TokenTemplate{GenTime: h.Plan.Renewals[1].At, TSA: h.Units[2]}
	var lists [][]byte // of the time-stamp units
	for _, p := range h.Published(second.GenTime.Add(-time.Hour)) {
		if p.About == "ca-1" || p.About == "root-1" {
			lists = append(lists, p.DER)
		}
	}

	kept := sealedAndStamped(h).AddSecurityStore(nil, [][]byte{list}, nil).AddDocTimestamp(first).AddSecurityStore(nil, lists, nil).AddDocTimestamp(second)
	if rep := judgedAs(t, h, kept.Bytes()); !rep.Passed() {
		t.Fatal("with the list of then:", codes(rep))
	}
	late := sealedAndStamped(h).AddDocTimestamp(first).AddSecurityStore(nil, append(lists, list), nil).AddDocTimestamp(second)
	if rep := judgedAs(t, h, late.Bytes()); rep.Passed() {
		t.Error("a list that nothing proves")
	}
	promised := sealedAndStamped(h).PromiseCRL(60_000).AddDocTimestamp(first).KeepPromise(list).AddSecurityStore(nil, lists, nil).AddDocTimestamp(second)
	if rep := judgedAs(t, h, promised.Bytes()); rep.Passed() {
		t.Error("a list that stands behind the time-stamp")
	}
}
