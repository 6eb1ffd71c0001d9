package path_test

import (
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// bridgeInput is a question to the bridge PKI as this room takes it.
func bridgeInput(t *testing.T, b *verifytest.Bridge, q verifytest.BridgeQuestion) path.Input {
	t.Helper()
	var pool []*cert.Certificate
	for _, der := range b.Candidates() {
		pool = append(pool, parse(t, der))
	}
	in := path.Input{
		Leaf: parse(t, b.Certs[q.Leaf].DER), Pool: path.NewPool(pool), Anchors: anchors(parse(t, b.Certs[q.Anchor].DER)), Time: b.Now,
		ExplicitPolicy: q.Explicit, InhibitMapping: q.InhibitMapping, InhibitAny: q.InhibitAny, AnchorConstraints: q.AnchorConstraints,
	}
	for _, p := range q.Policies {
		in.InitialPolicies = append(in.InitialPolicies, ber.OID(p))
	}
	for _, e := range q.ExtKeyUsage {
		in.RequiredEKU = append(in.RequiredEKU, ber.OID(e))
	}
	for p := path.Any; p <= path.CRLSigning; p++ {
		if p.String() == q.Purpose {
			in.Usage.Purpose = p
		}
	}
	if q.Purpose == "seal" {
		in.Usage.AnyOf = cert.KeyUsageDigitalSignature | cert.KeyUsageContentCommitment
		in.Usage.ExtNot = []ber.OID{timeStamping}
	}
	return in
}

// TestBridge: what path validation says of the deviations of the bridge PKI,
// the reason itself first; those of revocation pass here.
func TestBridge(t *testing.T) {
	// The leaf's validity is told by this room under its own codes.
	own := map[string]string{"K-PTH-026": "K-PTH-003 RFC 5280 6.1.3 (a)(2)", "K-PTH-027": "K-PTH-004 RFC 5280 6.1.3 (a)(2)"}
	for _, d := range verifytest.BridgeDeviations() {
		t.Run(d.Name, func(t *testing.T) {
			got, res := search(t, bridgeInput(t, verifytest.NewBridge(d), d.Question()))
			if res.Accepted != d.RevocationAlone() {
				t.Fatalf("path %q, %s", got, tell(res))
			}
			if d.RevocationAlone() {
				return
			}
			want := d.Code + " " + d.Rule
			if o := own[d.Code]; o != "" {
				want = o
			}
			if first := res.Rejections[0]; string(first.Code)+" "+first.Clause != want {
				t.Errorf("want %s first: %s", want, tell(res))
			}
		})
	}
}
