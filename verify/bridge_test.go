package verify_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// bridgeEvidence is everything at hand of a bridge PKI, in one order.
func bridgeEvidence(b *verifytest.Bridge) []*evidence.Item {
	var lists [][]byte
	for _, der := range b.Lists() {
		lists = append(lists, der)
	}
	all := slices.Concat(items(evidence.Certificate, b.Candidates()), items(evidence.CRL, lists))
	slices.SortFunc(all, func(x, y *evidence.Item) int { return bytes.Compare(x.SHA256[:], y.SHA256[:]) })
	return all
}

// askBridge puts a question to a bridge PKI; the evidence comes in an order of
// its own for each seed.
func askBridge(t *testing.T, b *verifytest.Bridge, evidence []*evidence.Item, q verifytest.BridgeQuestion, seed uint64) *verify.PathReport {
	t.Helper()
	list, err := trustlist.FromCertificates("bridge", b.Certs[q.Anchor].DER)
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Clone(evidence)
	r := rand.New(rand.NewPCG(seed, 1))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	options := []verify.Option{verify.WithPolicy(policyNamed(t, "rfc5280", policy.Require)), verify.WithTime(b.Now), verify.WithEvidence(all...)}
	if q.AnchorConstraints {
		options = append(options, verify.WithAnchorConstraints())
	}
	v, err := verify.New(list, options...)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := cert.Parse(b.Certs[q.Leaf].DER, purse.New(purse.Limits{}))
	if err != nil {
		t.Fatal(err)
	}
	rep, err := v.Path(context.Background(), leaf, verify.PathOptions{Name: q.Leaf, Purpose: q.Purpose, Policies: q.Policies, RequireExplicitPolicy: q.Explicit,
		InhibitPolicyMapping: q.InhibitMapping, InhibitAnyPolicy: q.InhibitAny, ExtKeyUsage: q.ExtKeyUsage})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// shuffles is how often each question is put again with the evidence in
// another order.
func shuffles() uint64 {
	if os.Getenv("KAKUIN_DEEP") != "" {
		return 100
	}
	return 5
}

// TestBridgeRoads: from every anchor every leaf is reached, by the road that
// the cross-certificates make and no other, under the anchor's own policy; the
// same however the evidence is ordered.
func TestBridgeRoads(t *testing.T) {
	t.Parallel()
	schema := compilePathSchema(t)
	b := verifytest.NewBridge()
	all, name := bridgeEvidence(b), map[string]string{}
	for n, c := range b.Certs {
		name[c.SHA256()] = n
	}
	want := map[string]string{
		"osca office":    "office osca",
		"osca post":      "post orgca lgpki-3-by-bca bca-by-osca osca",
		"osca person":    "person jpki-by-bca bca-by-osca osca",
		"lgpki-1 office": "office osca-by-bca bca-by-lgpki-3 lgpki-3-by-2 lgpki-2-by-1 lgpki-1",
		"lgpki-1 post":   "post orgca lgpki-3-by-2 lgpki-2-by-1 lgpki-1",
		"lgpki-1 person": "person jpki-by-bca bca-by-lgpki-3 lgpki-3-by-2 lgpki-2-by-1 lgpki-1",
		"lgpki-2 office": "office osca-by-bca bca-by-lgpki-3 lgpki-3-by-2 lgpki-2",
		"lgpki-2 post":   "post orgca lgpki-3-by-2 lgpki-2",
		"lgpki-2 person": "person jpki-by-bca bca-by-lgpki-3 lgpki-3-by-2 lgpki-2",
		"lgpki-3 office": "office osca-by-bca bca-by-lgpki-3 lgpki-3",
		"lgpki-3 post":   "post orgca lgpki-3",
		"lgpki-3 person": "person jpki-by-bca bca-by-lgpki-3 lgpki-3",
		"jpki office":    "office osca-by-bca bca-by-jpki jpki",
		"jpki post":      "post orgca lgpki-3-by-bca bca-by-jpki jpki",
		"jpki person":    "person jpki",
	}
	asked := 0
	for _, from := range verifytest.BridgeSides() {
		for _, anchor := range from.Anchors {
			for _, to := range verifytest.BridgeSides() {
				asked++
				q := verifytest.AskBridge(to.Leaf, anchor)
				var first []byte
				for seed := range uint64(100) {
					rep := askBridge(t, b, all, q, seed)
					got := pathJSON(t, nil, rep)
					if seed > 0 {
						if !bytes.Equal(got, first) {
							t.Fatalf("%s seen from %s: shuffle %d gives another answer", to.Leaf, anchor, seed)
						}
						continue
					}
					first = pathJSON(t, schema, rep)
					var road []string
					for _, e := range rep.Path {
						road = append(road, name[e.Certificate])
					}
					if !rep.Passed() || strings.Join(road, " ") != want[anchor+" "+to.Leaf] || !slices.Equal(rep.Policies, []string{from.Policy}) {
						t.Errorf("%s seen from %s: road %v, policies %v, %s", to.Leaf, anchor, road, rep.Policies, pathCodes(rep))
					}
				}
			}
		}
	}
	if asked != len(want) {
		t.Errorf("%d questions, %d roads", asked, len(want))
	}
}

// TestBridgeDeviations: each single deviation is refused with its own code and
// clause, the same however the evidence is ordered.
func TestBridgeDeviations(t *testing.T) {
	t.Parallel()
	schema := compilePathSchema(t)
	deviations := verifytest.BridgeDeviations()
	if len(deviations) < 60 {
		t.Fatalf("%d deviations", len(deviations))
	}
	told := map[string]bool{}
	for _, d := range deviations {
		if told[d.Name+d.Anchor+d.Leaf] {
			t.Errorf("%s stands twice", d.Name)
		}
		told[d.Name+d.Anchor+d.Leaf] = true
		t.Run(d.Name, func(t *testing.T) {
			b := verifytest.NewBridge(d)
			all := bridgeEvidence(b)
			rep := askBridge(t, b, all, d.Question(), 0)
			if got := rep.Outcome().String(); got != d.Want || !refusedBy(rep, d.Code, d.Rule) {
				t.Errorf("%s, want %s by %s %s: %s", got, d.Want, d.Code, d.Rule, pathCodes(rep))
			}
			first := pathJSON(t, schema, rep)
			for seed := range shuffles() {
				if again := pathJSON(t, nil, askBridge(t, b, all, d.Question(), seed+1)); !bytes.Equal(again, first) {
					t.Fatalf("shuffle %d gives another answer", seed+1)
				}
			}
		})
	}
}

// refusedBy: a finding or a refused candidate has that code and clause.
func refusedBy(rep *verify.PathReport, code, clause string) bool {
	return slices.ContainsFunc(rep.Findings, func(f verify.Finding) bool { return string(f.Code) == code && f.Clause == clause }) ||
		slices.ContainsFunc(rep.Rejected, func(r verify.RejectedPath) bool { return string(r.Code) == code && r.Clause == clause })
}
