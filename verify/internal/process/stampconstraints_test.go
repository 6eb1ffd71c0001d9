package process

import (
	"testing"

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
		{"step 3b: demanded", mandate(policy.MandateSignature), "PASSED", "HASH_FAILURE", verdict.CodeTimestampFailed},
		{"step 3b: another kind is demanded", mandate(policy.MandateArchive), "PASSED", "PASSED", ""},
	})
}
