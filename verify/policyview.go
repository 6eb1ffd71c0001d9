package verify

import (
	"encoding/hex"
	"slices"

	"github.com/kakuin/kakuin/verify/policy"
)

// policyInfo is what the report says of the policy.
func policyInfo(p *policy.Policy) PolicyInfo {
	return PolicyInfo{ID: p.ID, SHA256: hex.EncodeToString(p.SHA256[:]), Revocation: string(p.Revocation.Mode), OptOuts: p.OptOuts,
		Catalogue: p.Algorithms.Catalogue, Disabled: p.Disabled()}
}

// demanded adds the expectation that the policy itself has: the assurance of
// the service behind the signer.
func (b *reportBuilder) demanded(expect []Expect) []Expect {
	level := b.v.policy.TrustService.Assurance
	if level == "" {
		return expect
	}
	return append(slices.Clone(expect), RequireAssurance(level))
}
