package trustlist

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
)

// States of a list at a moment.
const (
	Fresh = "fresh"
	Stale = "stale" // past its nextUpdate
	None  = "none"  // nothing in it that a path could end at
)

// State tells whether the list can be used at a moment, the control time. A
// nil list is none.
func (l *List) State(at time.Time) string {
	if l == nil || !l.hasAnchors() {
		return None
	}
	if !l.NextUpdate.IsZero() && at.After(l.NextUpdate) {
		return Stale
	}
	return Fresh
}

func (l *List) hasAnchors() bool {
	for i := range l.Services {
		if len(l.Services[i].Anchors) > 0 {
			return true
		}
	}
	return false
}

// servedBy is what each type of service stands for when its entry has no
// purposes. A ca may have anything under it; the others do one thing.
var servedBy = map[string][]string{
	TypeCA:        {PurposeSeal, PurposeTimestamping},
	TypeSealCA:    {PurposeSeal},
	TypeTSA:       {PurposeTimestamping},
	TypeOCSP:      {PurposeOCSP},
	TypeCRLIssuer: {PurposeCRL},
	TypeRegistry:  nil,
}

// Serves tells whether the anchors of the service may end a path for a
// purpose. Who vouches for a certificate vouches for its status too, so
// answers about status (ocsp, crl) may end wherever sealing or time-stamping
// may.
func (s *Service) Serves(purpose string) bool {
	served := s.Purposes
	if len(served) == 0 {
		served = servedBy[s.Type]
	}
	switch purpose {
	case PurposeAny:
		return true
	case PurposeOCSP, PurposeCRL:
		return slices.Contains(served, purpose) || slices.Contains(served, PurposeSeal) || slices.Contains(served, PurposeTimestamping)
	}
	return slices.Contains(served, purpose)
}

// Anchors are the anchors whose certificate the list holds and that serve the
// purpose, by fingerprint. One certificate under two services is two entries.
func (l *List) Anchors(purpose string) []Entry {
	return l.entries(func(s *Service, a *Anchor) bool { return a.Certificate != nil && s.Serves(purpose) })
}

// Pins are the anchors known by their fingerprint alone, by fingerprint.
func (l *List) Pins() []Entry {
	return l.entries(func(_ *Service, a *Anchor) bool { return a.Certificate == nil })
}

// Resolve finds the pins among certificates that turned up by any way, which
// find knows by their fingerprint (nil for none): a pin becomes an anchor once
// its certificate is there. A pin of the built-in catalogue that rests on a
// secondary source does not; naming it in a list of one's own makes it count.
func (l *List) Resolve(find func(sha256 [32]byte) *cert.Certificate) []Entry {
	found := l.entries(func(s *Service, a *Anchor) bool {
		return a.Certificate == nil && a.anchors(s) && find(a.SHA256) != nil
	})
	for i := range found {
		found[i].Certificate = find(found[i].SHA256)
	}
	return found
}

// anchors tells whether the fingerprint of a pin is sure enough.
func (a *Anchor) anchors(s *Service) bool {
	return !s.BuiltIn || a.Confidence != ConfidenceSecondary
}

func (l *List) entries(want func(*Service, *Anchor) bool) []Entry {
	if l == nil {
		return nil
	}
	var out []Entry
	for i := range l.Services {
		s := &l.Services[i]
		for j := range s.Anchors {
			if want(s, &s.Anchors[j]) {
				out = append(out, Entry{Anchor: s.Anchors[j], Service: s})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int {
		return cmp.Or(bytes.Compare(a.SHA256[:], b.SHA256[:]), cmp.Compare(a.Service.List, b.Service.List))
	})
	return out
}
