package path_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
)

// Policies of these tests: a to d under the arc for examples (RFC 5612).
const (
	polA   = "1.3.6.1.4.1.32473.1"
	polB   = "1.3.6.1.4.1.32473.2"
	polC   = "1.3.6.1.4.1.32473.3"
	polD   = "1.3.6.1.4.1.32473.4"
	polAny = "2.5.29.32.0"
)

func seq(parts ...[]byte) []byte { return ber.Append(nil, 0x30, slices.Concat(parts...)) }
func oid(s string) []byte        { return ber.Append(nil, 6, ber.EncodeOID(ber.OID(s))) }

func policies(list ...string) option {
	var out [][]byte
	for _, p := range list {
		out = append(out, seq(oid(p)))
	}
	return ext(true, seq(out...), 2, 5, 29, 32)
}

// mapping takes pairs of issuer domain policy and subject domain policy.
func mapping(pairs ...string) option {
	var out [][]byte
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, seq(oid(pairs[i]), oid(pairs[i+1])))
	}
	return ext(true, seq(out...), 2, 5, 29, 33)
}

// constraints is policyConstraints; -1 leaves a field out.
func constraints(requireExplicit, inhibitMapping int) option {
	var body []byte
	if requireExplicit >= 0 {
		body = ber.Append(body, 0x80, []byte{byte(requireExplicit)})
	}
	if inhibitMapping >= 0 {
		body = ber.Append(body, 0x81, []byte{byte(inhibitMapping)})
	}
	return ext(true, ber.Append(nil, 0x30, body), 2, 5, 29, 36)
}

func inhibitAny(n int) option { return ext(true, []byte{2, 1, byte(n)}, 2, 5, 29, 54) }

// TestPolicies: RFC 9618 over root - CA 1 - CA 2 - leaf.
func TestPolicies(t *testing.T) {
	root, ca1, ca2, ee := newEntity("Root"), newEntity("CA 1"), newEntity("CA 2"), newEntity("EE")
	rootCert := issue(t, root, root)
	type opts = []option
	for _, tc := range []struct {
		name         string
		ca1, ca2, ee opts
		want         []string // user-initial-policy-set
		explicit     bool
		noMapping    bool
		noAny        bool
		set          string // user-constrained-policy-set; "-" = no path
	}{
		{name: "no policies at all", set: ""},
		{name: "no policies, explicit", explicit: true, set: "-"},
		{name: "one for all", ca1: opts{policies(polA)}, ca2: opts{policies(polA)}, ee: opts{policies(polA)}, explicit: true, set: polA},
		{name: "wanted", ca1: opts{policies(polA, polB)}, ca2: opts{policies(polA, polB)}, ee: opts{policies(polA, polB)}, want: []string{polB}, explicit: true, set: polB},
		{name: "another wanted", ca1: opts{policies(polA)}, ca2: opts{policies(polA)}, ee: opts{policies(polA)}, want: []string{polB}, explicit: true, set: "-"},
		{name: "another wanted, not explicit", ca1: opts{policies(polA)}, ca2: opts{policies(polA)}, ee: opts{policies(polA)}, want: []string{polB}, set: ""},
		{name: "broken in the middle", ca1: opts{policies(polA)}, ca2: opts{policies(polB)}, ee: opts{policies(polA)}, explicit: true, set: "-"},
		{name: "missing in the middle", ca1: opts{policies(polA)}, ee: opts{policies(polA)}, explicit: true, set: "-"},
		{name: "any above", ca1: opts{policies(polAny)}, ca2: opts{policies(polAny)}, ee: opts{policies(polA)}, explicit: true, set: polA},
		{name: "any below", ca1: opts{policies(polA)}, ca2: opts{policies(polA)}, ee: opts{policies(polAny)}, explicit: true, set: polA},
		{name: "any all the way", ca1: opts{policies(polAny)}, ca2: opts{policies(polAny)}, ee: opts{policies(polAny)}, explicit: true, set: polAny},
		{name: "any all the way, one wanted", ca1: opts{policies(polAny)}, ca2: opts{policies(polAny)}, ee: opts{policies(polAny)}, want: []string{polC}, explicit: true, set: polC},
		{name: "any inhibited by the caller", ca1: opts{policies(polAny)}, ca2: opts{policies(polA)}, ee: opts{policies(polA)}, explicit: true, noAny: true, set: "-"},
		{name: "any inhibited by a CA", ca1: opts{policies(polA), inhibitAny(0)}, ca2: opts{policies(polAny)}, ee: opts{policies(polA)}, explicit: true, set: "-"},
		{name: "any inhibited one later", ca1: opts{policies(polA), inhibitAny(1)}, ca2: opts{policies(polAny)}, ee: opts{policies(polA)}, explicit: true, set: polA},
		{name: "explicit by a CA", ca1: opts{policies(polA), constraints(0, -1)}, ca2: opts{policies(polA)}, set: "-"},
		{name: "explicit by a CA, too far down", ca1: opts{policies(polA), constraints(3, -1)}, ca2: opts{policies(polA)}, set: ""},
		{name: "explicit by the leaf", ca1: opts{policies(polA)}, ca2: opts{policies(polA)}, ee: opts{constraints(0, -1)}, set: "-"},
		{name: "mapped", ca1: opts{policies(polA), mapping(polA, polB)}, ca2: opts{policies(polB)}, ee: opts{policies(polB)}, want: []string{polA}, explicit: true, set: polA},
		{name: "mapped, the subject's word wanted", ca1: opts{policies(polA), mapping(polA, polB)}, ca2: opts{policies(polB)}, ee: opts{policies(polB)}, want: []string{polB}, explicit: true, set: "-"},
		{name: "mapped twice", ca1: opts{policies(polA), mapping(polA, polB)}, ca2: opts{policies(polB), mapping(polB, polC)}, ee: opts{policies(polC)}, explicit: true, set: polA},
		{name: "mapped to two", ca1: opts{policies(polA), mapping(polA, polB, polA, polC)}, ca2: opts{policies(polC)}, ee: opts{policies(polC)}, explicit: true, set: polA},
		{name: "two mapped to one", ca1: opts{policies(polA, polB), mapping(polA, polC, polB, polC)}, ca2: opts{policies(polC)}, ee: opts{policies(polC)}, explicit: true, set: polA + " " + polB},
		{name: "mapped from any", ca1: opts{policies(polAny), mapping(polA, polB)}, ca2: opts{policies(polB)}, ee: opts{policies(polB)}, explicit: true, set: polA},
		{name: "mapping inhibited by the caller", ca1: opts{policies(polA), mapping(polA, polB)}, ca2: opts{policies(polB)}, ee: opts{policies(polB)}, explicit: true, noMapping: true, set: "-"},
		{name: "mapping inhibited by a CA", ca1: opts{policies(polA), constraints(-1, 0)}, ca2: opts{policies(polA), mapping(polA, polB)}, ee: opts{policies(polB)}, explicit: true, set: "-"},
		{name: "mapping of any", ca1: opts{policies(polA), mapping(polAny, polB)}, ca2: opts{policies(polB)}, ee: opts{policies(polB)}, set: "-"},
		{name: "mapping to any", ca1: opts{policies(polA), mapping(polA, polAny)}, ca2: opts{policies(polB)}, ee: opts{policies(polB)}, set: "-"},
		{name: "a policy twice", ca1: opts{policies(polA)}, ca2: opts{policies(polA)}, ee: opts{policies(polA, polA)}, set: "-"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := path.Input{
				Leaf:    issue(t, ca2, ee, append(tc.ee, leaf)...),
				Pool:    path.NewPool([]*cert.Certificate{issue(t, root, ca1, tc.ca1...), issue(t, ca1, ca2, tc.ca2...)}),
				Anchors: anchors(rootCert), Time: noon,
				ExplicitPolicy: tc.explicit, InhibitMapping: tc.noMapping, InhibitAny: tc.noAny,
			}
			for _, p := range tc.want {
				in.InitialPolicies = append(in.InitialPolicies, ber.OID(p))
			}
			got := "-"
			res := path.Search(in, func(p *path.Path) bool {
				var set []string
				for _, o := range p.Policies {
					set = append(set, string(o))
				}
				if p.AnyPolicy {
					set = append(set, polAny)
				}
				got = strings.Join(set, " ")
				return true
			})
			if got != tc.set {
				t.Errorf("policies %q, want %q; %s", got, tc.set, codes(res))
			}
		})
	}
}

// TestPolicyGraphStaysSmall: the tree of RFC 5280 grows exponentially here
// (CVE-2023-0464); the graph has two policies a level.
func TestPolicyGraphStaysSmall(t *testing.T) {
	issuer := newEntity("Root")
	rootCert := issue(t, issuer, issuer)
	var pool []*cert.Certificate
	for i := range 40 {
		next := newEntity(strings.Repeat("CA", i+1))
		pool = append(pool, issue(t, issuer, next, policies(polA, polB), mapping(polA, polA, polA, polB, polB, polA, polB, polB)))
		issuer = next
	}
	got, res := search(t, path.Input{
		Leaf: issue(t, issuer, newEntity("EE"), leaf, policies(polA)), Pool: path.NewPool(pool), Anchors: anchors(rootCert), ExplicitPolicy: true,
	})
	if !res.Accepted {
		t.Errorf("path %q, %s", got, codes(res))
	}
}

// TestAnchorPolicies: with anchor constraints the anchor's own certificate
// counts like the first of the path.
func TestAnchorPolicies(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	caCert, leafCert := issue(t, root, ca, policies(polB)), issue(t, ca, ee, leaf, policies(polB))
	for _, tc := range []struct {
		name string
		root []option
		want bool
	}{
		{"without policies", nil, true},
		{"the same", []option{policies(polB)}, true},
		{"another", []option{policies(polA)}, false},
		{"any", []option{policies(polAny)}, true},
		{"mapped", []option{policies(polA), mapping(polA, polB)}, true},
		{"mapped without policies", []option{mapping(polA, polB)}, true},
	} {
		in := path.Input{
			Leaf: leafCert, Pool: path.NewPool([]*cert.Certificate{caCert}), Anchors: anchors(issue(t, root, root, tc.root...)),
			AnchorConstraints: true, ExplicitPolicy: true,
		}
		if got, res := search(t, in); res.Accepted != tc.want {
			t.Errorf("%s: path %q, %s", tc.name, got, codes(res))
		}
		in.AnchorConstraints = false
		if _, res := search(t, in); !res.Accepted {
			t.Errorf("%s: not asked for, and still: %s", tc.name, codes(res))
		}
	}
}
