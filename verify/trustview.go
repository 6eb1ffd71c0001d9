package verify

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/process"
)

// A trustView is the list as one judgement sees it: pins resolved by the
// certificates at hand, and nothing at all when the list is of no use.
type trustView struct {
	entries  []trustlist.Entry
	byAnchor map[[32]byte][]*trustlist.Service
	groups   map[path.Purpose][]process.Group
}

func newTrustView(list *trustlist.List, find func([32]byte) *cert.Certificate) *trustView {
	v := &trustView{byAnchor: map[[32]byte][]*trustlist.Service{}, groups: map[path.Purpose][]process.Group{}}
	v.entries = append(list.Anchors(trustlist.PurposeAny), list.Resolve(find)...)
	slices.SortStableFunc(v.entries, func(a, b trustlist.Entry) int {
		// The order of services in a file decides nothing.
		return cmp.Or(bytes.Compare(a.SHA256[:], b.SHA256[:]), cmp.Compare(a.Service.List, b.Service.List),
			cmp.Compare(a.Service.Name.EN, b.Service.Name.EN), cmp.Compare(a.Service.Name.JA, b.Service.Name.JA), cmp.Compare(a.Service.Type, b.Service.Type))
	})
	for _, e := range v.entries {
		v.byAnchor[e.SHA256] = append(v.byAnchor[e.SHA256], e.Service)
	}
	return v
}

var purposeWord = map[path.Purpose]string{
	path.Any: trustlist.PurposeAny, path.Seal: trustlist.PurposeSeal, path.Timestamping: trustlist.PurposeTimestamping,
	path.OCSPSigning: trustlist.PurposeOCSP, path.CRLSigning: trustlist.PurposeCRL,
}

// Groups puts anchors with equal policy inputs together, in the order of the list.
func (v *trustView) Groups(p path.Purpose) []process.Group {
	if _, known := v.groups[p]; !known {
		v.groups[p] = v.group(p)
	}
	return v.groups[p]
}

func (v *trustView) group(p path.Purpose) []process.Group {
	var keys []string
	groups := map[string]*process.Group{}
	for _, e := range v.entries {
		if !e.Service.Serves(purposeWord[p]) {
			continue
		}
		key := fmt.Sprint(e.Service.Policies.Explicit, e.Service.Policies.Accept)
		g := groups[key]
		if g == nil {
			g = &process.Group{Policies: slices.Clone(e.Service.Policies.Accept), Explicit: e.Service.Policies.Explicit}
			groups[key] = g
			keys = append(keys, key)
		}
		a := path.Anchor{Certificate: e.Certificate, SubjectKeyID: e.KeyID, Until: e.Until, ID: hex.EncodeToString(e.SHA256[:])}
		if !slices.ContainsFunc(g.Anchors, func(o path.Anchor) bool { return o.ID == a.ID && o.Until.Equal(a.Until) }) {
			g.Anchors = append(g.Anchors, a)
		}
	}
	out := make([]process.Group, len(keys))
	for i, k := range keys {
		out[i] = *groups[k]
	}
	return out
}

// NotCheckable tells whether a service under the anchor restricts who may ask
// for revocation data.
func (v *trustView) NotCheckable(a path.Anchor) bool {
	if a.Certificate == nil {
		return false
	}
	return slices.ContainsFunc(v.byAnchor[a.Certificate.SHA256], func(s *trustlist.Service) bool {
		return s.Revocation.Checkable == trustlist.CheckableRestricted
	})
}

// A standing is what the list says of one unit at its proven time.
type standing struct {
	service    *trustlist.Service // nil: the list identifies no service
	named      *trustlist.Service // a service of the anchor that names somebody else
	status     trustlist.Status
	accredited bool
}

// stand finds the service that a unit is: of those that identify it the
// accredited one first.
func (v *trustView) stand(ch *process.Chain, purpose path.Purpose, tokenPolicy ber.OID, at time.Time) standing {
	var best standing
	if ch == nil || ch.Path == nil || ch.Path.Anchor.Certificate == nil {
		return best
	}
	leaf := ch.Path.Certificates[0]
	for _, s := range v.byAnchor[ch.Path.Anchor.Certificate.SHA256] {
		if !s.Serves(purposeWord[purpose]) {
			continue
		}
		if !s.Identifies(leaf, ch.Path.Certificates, tokenPolicy) {
			if best.named == nil {
				best.named = s
			}
			continue
		}
		st, _ := s.StatusAt(at)
		accredited := s.Accreditation() && s.GrantedAt(at)
		if best.service == nil || accredited && !best.accredited {
			best.service, best.status, best.accredited = s, st, accredited
		}
	}
	return best
}
