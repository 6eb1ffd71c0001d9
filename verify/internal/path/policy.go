package path

import (
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// RFC 9618 replaces the policy tree of RFC 5280, whose size is exponential in
// the length of the path, by a graph in which a policy stands once a level.
//
// A level is kept as a map. Nodes without children are not deleted as they
// come up (step d 3): the graph is NULL exactly when its last level is empty,
// and what is still alive is found at the end by walking up from that level.

// Clauses of the policy steps.
const (
	clausePolicies     = "RFC 9618 5.2 (d), (f)"
	clauseMapping      = "RFC 9618 5.3 (a), (b)"
	clauseUserPolicies = "RFC 9618 5.4 (g)"
)

// policyNode is one node. Qualifiers are left out: nothing here depends on them.
type policyNode struct {
	policy   ber.OID
	expected []ber.OID
	parents  []*policyNode
	alive    bool // has a descendant in the last level
}

type policyGraph struct {
	search *search
	levels []map[ber.OID]*policyNode
}

// newPolicyGraph is 6.1.2 (a): one anyPolicy node.
func newPolicyGraph(s *search) *policyGraph {
	root := &policyNode{policy: AnyPolicy, expected: []ber.OID{AnyPolicy}}
	return &policyGraph{search: s, levels: []map[ber.OID]*policyNode{{AnyPolicy: root}}}
}

func (g *policyGraph) last() map[ber.OID]*policyNode { return g.levels[len(g.levels)-1] }

// null is the NULL graph of the standard.
func (g *policyGraph) null() bool { return len(g.last()) == 0 }

// add puts a node into a level; the purse pays for its edges too.
func (g *policyGraph) add(level map[ber.OID]*policyNode, policy ber.OID, parents ...*policyNode) {
	if g.search.take(purse.Objects, 1+len(parents)) {
		level[policy] = &policyNode{policy: policy, expected: []ber.OID{policy}, parents: parents}
	}
}

// expecting lists, for each policy that the last level expects, its nodes.
func (g *policyGraph) expecting() map[ber.OID][]*policyNode {
	out := make(map[ber.OID][]*policyNode)
	last := g.last()
	for _, policy := range sortedPolicies(last) {
		for _, e := range last[policy].expected {
			out[e] = append(out[e], last[policy])
		}
	}
	return out
}

// addPolicies is 6.1.3 (d) to (f).
func (v *validation) addPolicies(n *node, leaf bool) *flaw {
	g := v.graph
	switch {
	case n.c.Policies == nil: // (e)
		g.levels = append(g.levels, nil)
	case !g.null(): // (d)
		g.grow(n.c.Policies, v.inhibitAny > 0 || (!leaf && n.selfIssued()))
	}
	if v.explicit == 0 && g.null() { // (f)
		return &flaw{code: CodePolicy, clause: clausePolicies, at: n.c, params: v.search.wantedPolicies()}
	}
	return nil
}

func (g *policyGraph) grow(policies []cert.PolicyInformation, any bool) {
	level := make(map[ber.OID]*policyNode)
	parents := g.expecting()
	above, hasAny := g.last()[AnyPolicy], false
	for _, pi := range policies {
		switch {
		case pi.OID == AnyPolicy:
			hasAny = true
		case level[pi.OID] != nil: // 4.2.1.4: a policy must not appear twice; the second changes nothing
		case len(parents[pi.OID]) > 0: // (d)(1)(i)
			g.add(level, pi.OID, parents[pi.OID]...)
		case above != nil: // (d)(1)(ii)
			g.add(level, pi.OID, above)
		}
	}
	if hasAny && any { // (d)(2)
		for policy, nodes := range parents {
			if level[policy] == nil {
				g.add(level, policy, nodes...)
			}
		}
	}
	g.levels = append(g.levels, level)
}

// mapPolicies is 6.1.4 (a) and (b).
func (v *validation) mapPolicies(c *cert.Certificate) *flaw {
	if len(c.PolicyMappings) == 0 {
		return nil
	}
	mapped := make(map[ber.OID][]ber.OID)
	for _, m := range c.PolicyMappings {
		if m.IssuerDomain == AnyPolicy || m.SubjectDomain == AnyPolicy { // (a)
			return &flaw{code: CodePolicy, clause: clauseMapping, at: c, params: note.Params{"wanted": "anyPolicy is not mapped"}}
		}
		mapped[m.IssuerDomain] = append(mapped[m.IssuerDomain], m.SubjectDomain)
	}
	level := v.graph.last()
	for policy, to := range mapped {
		switch node := level[policy]; {
		case v.mapping == 0: // (b)(2)
			delete(level, policy)
		case node != nil: // (b)(1)(i)
			node.expected = to
		case level[AnyPolicy] != nil: // (b)(1)(ii)
			v.graph.add(level, policy, level[AnyPolicy].parents...)
			if node := level[policy]; node != nil {
				node.expected = to
			}
		}
	}
	return nil
}

// userPolicies is 6.1.5 (g): what is left for the user, in the words of the
// anchor's domain.
func (v *validation) userPolicies(leaf *cert.Certificate) *flaw {
	s := v.search
	authority, any := v.graph.authority()
	if s.anyWanted() {
		v.path.Policies, v.path.AnyPolicy = authority, any
	} else {
		v.path.Policies = s.restrict(authority, any)
	}
	if v.explicit == 0 && len(v.path.Policies) == 0 && !v.path.AnyPolicy {
		return &flaw{code: CodePolicy, clause: clauseUserPolicies, at: leaf, params: s.wantedPolicies()}
	}
	return nil
}

// restrict is 6.1.5 (g)(6).
func (s *search) restrict(authority []ber.OID, any bool) []ber.OID {
	var out []ber.OID
	for _, policy := range s.in.InitialPolicies {
		if any || slices.Contains(authority, policy) {
			out = append(out, policy)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// authority is 6.1.5 (g)(1) to (4): the policies of live nodes right below an
// anyPolicy node, and whether anyPolicy itself lived to the end.
func (g *policyGraph) authority() (set []ber.OID, any bool) {
	if g.null() {
		return nil, false
	}
	_, any = g.last()[AnyPolicy]
	for _, n := range g.last() {
		n.alive = true
	}
	for _, level := range slices.Backward(g.levels[1:]) {
		for policy, n := range level {
			if !n.alive {
				continue
			}
			for _, p := range n.parents {
				p.alive = true
			}
			// What has an anyPolicy node above it has no other parent.
			if policy != AnyPolicy && n.parents[0].policy == AnyPolicy {
				set = append(set, policy)
			}
		}
	}
	slices.Sort(set)
	return slices.Compact(set), any
}

// wantedPolicies are the words for a refusal.
func (s *search) wantedPolicies() note.Params {
	if s.anyWanted() {
		return note.Params{"wanted": "anyPolicy"}
	}
	var list []string
	for _, o := range s.in.InitialPolicies {
		list = append(list, string(o))
	}
	slices.Sort(list)
	return note.Params{"wanted": strings.Join(list, " ")}
}

func sortedPolicies(level map[ber.OID]*policyNode) []ber.OID {
	out := make([]ber.OID, 0, len(level))
	for o := range level {
		out = append(out, o)
	}
	slices.Sort(out)
	return out
}
