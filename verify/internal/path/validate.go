package path

import (
	"errors"
	"slices"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// validation holds the state variables of RFC 5280 6.1.2.
type validation struct {
	search       *search
	anchor       *anchor
	constraining *cert.Certificate // the anchor's, where its name constraints bind; 6.1.2 (b), (c)
	graph        *policyGraph      // 6.1.2 (a), RFC 9618 5.1
	explicit     int               // (d) explicit_policy
	inhibitAny   int               // (e) inhibit_anyPolicy
	mapping      int               // (f) policy_mapping
	maxLength    int               // (k) max_path_length
	key          *sigalg.PublicKey // (g) to (i) the working key
	path         *Path
}

// validate runs the path of the stack, closed by an anchor, through 6.1.
func (s *search) validate(a *anchor) (*Path, *flaw) {
	if s.leafFlaw != nil {
		return nil, s.leafFlaw
	}
	n := len(s.stack)
	v := &validation{
		search: s, anchor: a, graph: newPolicyGraph(s),
		explicit: n + 1, inhibitAny: n + 1, mapping: n + 1, maxLength: n, key: a.key,
		path: &Path{Anchor: a.Anchor, AnchorKey: a.key, Keys: make([]*sigalg.PublicKey, n)},
	}
	// 6.1.2 (d) to (f): the caller's switches set the counters to zero.
	if s.in.ExplicitPolicy {
		v.explicit = 0
	}
	if s.in.InhibitAny {
		v.inhibitAny = 0
	}
	if s.in.InhibitMapping {
		v.mapping = 0
	}
	if f := v.applyAnchor(); f != nil {
		return nil, f
	}
	for i := n - 1; i >= 0; i-- {
		if f := v.step(i); f != nil {
			return nil, f
		}
	}
	for _, m := range s.stack {
		v.path.Certificates = append(v.path.Certificates, m.c)
	}
	return v.path, nil
}

// step is 6.1.3 and then 6.1.4 for a CA or 6.1.5 for the leaf.
func (v *validation) step(i int) *flaw {
	n := v.search.stack[i]
	if v.key.NeedsParameters() { // nothing above could give it any, so nothing was checked
		return unusable(n.c, "RFC 5280 6.1.4 (f)", errNoParameters)
	}
	if f := v.search.signature(n, v.key, nil); f != nil { // 6.1.3 (a)(1)
		return f
	}
	v.path.Notes = append(v.path.Notes, v.search.signatureNotes(n, v.key)...)
	// 6.1.3 (a)(2) is judgeLeaf and judgeCA; (a)(4) is how the search found n.
	if f := v.checkNames(n, i == 0); f != nil { // (b), (c)
		return f
	}
	if f := v.addPolicies(n, i == 0); f != nil { // (d) to (f)
		return f
	}
	if i == 0 {
		f := v.wrapUp(n)
		v.path.Keys[0] = v.key
		return f
	}
	if f := v.prepare(n); f != nil {
		return f
	}
	v.path.Keys[i] = v.key
	v.expired(n)
	return nil
}

var errNoParameters = errors.New("the issuer's key has no parameters and nobody to inherit them from")

// expired notes a CA certificate that only lenience lets through; without it
// none comes here.
func (v *validation) expired(n *node) {
	if v.search.in.SkipValidity {
		return
	}
	if f := v.search.validity(n.c, false); f != nil {
		v.path.Expired = append(v.path.Expired, n.c)
		v.path.Notes = append(v.path.Notes, note.New(f.code, "certification path", f.params))
	}
}

// anchorPath is the path of an anchor that is the leaf itself.
func (s *search) anchorPath(leaf *node, a *anchor) (*Path, *flaw) {
	if s.leafFlaw != nil {
		return nil, s.leafFlaw
	}
	p := &Path{
		Certificates: []*cert.Certificate{leaf.c}, Keys: []*sigalg.PublicKey{leaf.key},
		Anchor: a.Anchor, AnchorKey: a.key, LeafIsAnchor: true,
	}
	// A path without certificates restricts no policy (RFC 5280 6.1.1 speaks
	// of n certificates below the anchor): what the leaf names is told as is.
	for _, pi := range leaf.c.Policies {
		if pi.OID == AnyPolicy {
			p.AnyPolicy = true
		} else if s.wanted(pi.OID) {
			p.Policies = append(p.Policies, pi.OID)
		}
	}
	slices.Sort(p.Policies)
	p.Policies = slices.Compact(p.Policies)
	return p, nil
}

// wanted tells whether the user-initial-policy-set has a policy.
func (s *search) wanted(oid ber.OID) bool {
	return s.anyWanted() || slices.Contains(s.in.InitialPolicies, oid)
}

func (s *search) anyWanted() bool {
	return s.in.InitialPolicies == nil || slices.Contains(s.in.InitialPolicies, AnyPolicy)
}

func (s *search) inherit(key, from *sigalg.PublicKey) (*sigalg.PublicKey, error) {
	if !key.NeedsParameters() {
		return key, nil
	}
	pair := [2]*sigalg.PublicKey{key, from}
	if k := s.inherited[pair]; k != nil {
		return k, nil
	}
	k, err := key.Inherit(from)
	if err == nil {
		s.inherited[pair] = k
	}
	return k, err
}

// signatureNotes are the oddities of a signature that verified.
func (s *search) signatureNotes(n *node, key *sigalg.PublicKey) []note.Note {
	return s.in.Verifier.Certificate(n.c, key).Notes
}
