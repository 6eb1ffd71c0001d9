package process

import (
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestTimestampDelay is 5.5.4 step 5: the seal claims 01:00, the time-stamp is
// of 01:01.
func TestTimestampDelay(t *testing.T) {
	limit := func(hours int) func(*scene) {
		return func(s *scene) {
			s.policy.Stamps.Delay = policy.Delay{Hours: &hours, Source: "the case"}
		}
	}
	judgeTable(t, []judged{
		{"step 5: in time", limit(1), "PASSED", "PASSED", ""},
		{"step 5: too late", limit(0), "PASSED", "SIG_CONSTRAINTS_FAILURE", verdict.CodeTimestampDelay},
		{"step 5: no time-stamp", func(s *scene) { limit(0)(s); s.signer.Timestamp = nil }, "PASSED", "PASSED", ""},
	})
}

// TestMandatedTimestamps: 5.5.4 step 3b, the result of one that must hold is
// the signature's.
func TestMandatedTimestamps(t *testing.T) {
	broken := &verifytest.TokenTemplate{Imprint: make([]byte, 32)}
	mandate := func(kind string) func(*scene) {
		return func(s *scene) {
			s.policy.Stamps.Mandated = []policy.Mandate{{Kind: kind, Source: "the case"}}
			s.signer.Timestamp = broken
		}
	}
	judgeTable(t, []judged{
		{"step 3b: dropped", func(s *scene) { s.signer.Timestamp = broken }, "PASSED", "PASSED", ""},
		{"step 3b: demanded, and it holds", func(s *scene) { mandate(policy.MandateSignature)(s); s.signer.Timestamp = &verifytest.TokenTemplate{} }, "PASSED", "PASSED", ""},
		{"step 3b: demanded", mandate(policy.MandateSignature), "PASSED", "HASH_FAILURE", verdict.CodeTimestampFailed},
		{"step 3b: another kind is demanded", mandate(policy.MandateArchive), "PASSED", "PASSED", ""},
	})
}

// TestDelayOfClaims: the time that a PDF signature claims is that of its
// dictionary; without any claim nothing can be in time.
func TestDelayOfClaims(t *testing.T) {
	hours := func(c *Court, n int) *Court {
		c.Policy.Stamps.Delay = policy.Delay{Hours: &n, Source: "the case"}
		return c
	}
	unclaimed := func(c *Court) *Court {
		s := c.Document.Signatures[0]
		if s.ClaimedSigningTime = nil; s.Field != nil {
			s.Field.M = nil
		}
		return c
	}
	attribute := func(c *Court) *Court {
		at := sealedAt.Add(-2 * time.Hour)
		c.Document.Signatures[0].ClaimedSigningTime = &at
		return c
	}
	soon := func(format string) *Court {
		return agedCourt(t, verifytest.NewPlan(format, sealedAt), sealedAt.AddDate(0, 0, 1))
	}
	for name, c := range map[string]struct {
		court *Court
		want  string
		delay string
	}{
		"PDF, in time":          {hours(soon("PAdES"), 1), "PASSED", ""},
		"PDF, too late":         {hours(soon("PAdES"), 0), "SIG_CONSTRAINTS_FAILURE", "1m0s"},
		"PDF, nothing claimed":  {hours(unclaimed(soon("PAdES")), 1), "SIG_CONSTRAINTS_FAILURE", ""},
		"CMS, too late":         {hours(soon("CAdES"), 0), "SIG_CONSTRAINTS_FAILURE", "1m0s"},
		"CMS, nothing claimed":  {hours(unclaimed(soon("CAdES")), 1), "SIG_CONSTRAINTS_FAILURE", ""},
		"PDF, by the attribute": {hours(attribute(soon("PAdES")), 1), "SIG_CONSTRAINTS_FAILURE", "2h1m0s"},
		"not asked":             {unclaimed(soon("CAdES")), "PASSED", ""},
	} {
		j, _ := c.court.all()
		told := ""
		for _, cause := range j.Causes {
			told = cause.Finding.Params["delay"]
		}
		if sub(j.Outcome) != c.want || told != c.delay {
			t.Errorf("%s: %s, late by %q (%v)", name, j.Outcome, told, j.told())
		}
		c.court.Document = nil
		if alone := c.court.Signature(j.Facts, nil); sub(alone.Outcome) != c.want {
			t.Errorf("%s, without its document: %s", name, alone.Outcome)
		}
	}
}

// TestDelayByOlderProof is 5.6.3.4 step 8: the signature time-stamp has run
// out, and the document time-stamp a week later would be too late; by it the
// older one proves its time.
func TestDelayByOlderProof(t *testing.T) {
	for name, c := range map[string]struct {
		hours int
		want  string
		best  time.Time
	}{
		"in time by the older proof": {24, "PASSED", sealedAt.Add(time.Minute)},
		"too late by either":         {0, "SIG_CONSTRAINTS_FAILURE", sealedAt.Add(time.Minute)},
		"in time by the younger":     {24 * 30, "PASSED", sealedAt.AddDate(0, 0, 7)},
	} {
		court := agedCourt(t, archivedOnce("PAdES"), sealedAt.AddDate(0, 18, 0))
		court.Policy.Stamps.Delay = policy.Delay{Hours: &c.hours, Source: "the case"}
		if j, _ := court.all(); sub(j.Outcome) != c.want || !j.Best.Equal(c.best) {
			t.Errorf("%s: %s at %s", name, j.Outcome, j.Best)
		}
	}
}
