package verify

import (
	"testing"

	"github.com/kakuin/kakuin/verify/verdict"
)

// TestJNSA: what JAPAN's rule book says of each sort of outcome, and that the
// worst of signatures and time-stamps counts.
func TestJNSA(t *testing.T) {
	of := func(sub verdict.SubIndication, codes ...verdict.Code) Signature {
		o := verdict.Pass().Total()
		if sub != "" {
			o = verdict.Of(sub).Total()
		}
		s := Signature{Indication: o.Indication, SubIndication: o.SubIndication}
		for _, c := range codes {
			s.Findings = append(s.Findings, Finding{Code: c, Severity: verdict.Error})
		}
		return s
	}
	stamp := func(kind string, sub verdict.SubIndication) Timestamp {
		o := verdict.Pass().Block()
		if sub != "" {
			o = verdict.Of(sub).Block()
		}
		return Timestamp{Kind: kind, Indication: o.Indication, SubIndication: o.SubIndication}
	}
	stamped := of("")
	stamped.Timestamps = []Timestamp{stamp(TimestampSignature, verdict.OutOfBoundsNoPOE)}
	for name, tc := range map[string]struct {
		rep  Report
		want Reading
	}{
		"no data, preferred": {Report{Signatures: []Signature{of("", verdict.CodeRevocationSoftFail)}}, Reading{ReadingIndeterminate, "JNSA 5.7"}},
		"revocation off":     {Report{Signatures: []Signature{of("")}, Policy: PolicyInfo{Revocation: RevocationNone}}, Reading{ReadingIndeterminate, "JNSA 5.7"}},
		"passed":             {Report{Signatures: []Signature{of("")}}, Reading{ReadingValid, ""}},
		"revoked":            {Report{Signatures: []Signature{of(verdict.RevokedNoPOE)}}, Reading{ReadingInvalid, "JNSA 5.7"}},
		"expired":            {Report{Signatures: []Signature{of(verdict.OutOfBoundsNoPOE)}}, Reading{ReadingInvalid, "JNSA 5.7"}},
		"altered":            {Report{Signatures: []Signature{of(verdict.HashFailure)}}, Reading{ReadingInvalid, "JNSA 5.5.3"}},
		"no anchor":          {Report{Signatures: []Signature{of(verdict.NoCertificateChainFound)}}, Reading{ReadingIndeterminate, "JNSA 5.7"}},
		"no data":            {Report{Signatures: []Signature{of(verdict.TryLater)}}, Reading{ReadingIndeterminate, "JNSA 5.7"}},
		"on hold":            {Report{Signatures: []Signature{of(verdict.TryLater, verdict.CodeOnHold)}}, Reading{ReadingInvalid, "JNSA 5.7"}},
		"no reference":       {Report{Signatures: []Signature{of(verdict.SigConstraintsFailure, verdict.CodeNoSignerReference)}}, Reading{ReadingInvalid, "JNSA 5.5.3"}},
		"our constraint":     {Report{Signatures: []Signature{of(verdict.SigConstraintsFailure, verdict.CodeConstraint)}}, Reading{ReadingIndeterminate, ""}},
		"not computed":       {Report{Signatures: []Signature{of(verdict.Custom)}}, Reading{ReadingIndeterminate, ""}},
		"stamp expired":      {Report{Signatures: []Signature{stamped}}, Reading{ReadingInvalid, "JNSA 5.6.2"}},
		"document stamp":     {Report{Signatures: []Signature{of("")}, Timestamps: []Timestamp{stamp(TimestampDocument, verdict.HashFailure)}}, Reading{ReadingInvalid, "JNSA 5.6.3"}},
		"invalid is worst":   {Report{Signatures: []Signature{of(verdict.NoCertificateChainFound), of(verdict.RevokedNoPOE)}}, Reading{ReadingInvalid, "JNSA 5.7"}},
		"token alone":        {Report{Timestamps: []Timestamp{stamp(TimestampSignature, "")}}, Reading{ReadingValid, ""}},
		"token without TSA":  {Report{Timestamps: []Timestamp{stamp(TimestampSignature, verdict.NoCertificateChainFound)}}, Reading{ReadingIndeterminate, "JNSA 5.6.2"}},
	} {
		tc.rep.Trust.State = TrustFresh
		if got, ok := jnsa(&tc.rep); !ok || got != tc.want {
			t.Errorf("%s: %+v %v, want %+v", name, got, ok, tc.want)
		}
	}
	if _, ok := jnsa(&Report{}); ok {
		t.Error("nothing is signed, and yet there is a reading")
	}
	stale := Report{Signatures: []Signature{of("")}, Trust: TrustInfo{State: TrustStale}}
	if got, _ := jnsa(&stale); got.Result != ReadingIndeterminate {
		t.Errorf("stale list: %+v", got)
	}
}
