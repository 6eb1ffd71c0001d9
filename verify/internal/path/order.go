package path

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// anchor is an Anchor made ready: name and key filled in from its certificate.
type anchor struct {
	Anchor
	name   string
	key    *sigalg.PublicKey
	keyErr error
	digest [32]byte // of name and key
}

// sortAnchors completes the anchors and puts them into an order that does not
// depend on the caller's.
func (s *search) sortAnchors() map[string][]*anchor {
	out := make(map[string][]*anchor)
	for _, given := range s.in.Anchors {
		a := &anchor{Anchor: given}
		if c := a.Certificate; c != nil {
			if len(a.Name) == 0 {
				a.Name = c.RawSubject
			}
			if len(a.SPKI) == 0 {
				a.SPKI = c.RawSPKI
			}
			if len(a.SubjectKeyID) == 0 {
				a.SubjectKeyID = c.SubjectKeyID
			}
		}
		if c := a.Certificate; c != nil && bytes.Equal(a.Name, c.RawSubject) {
			a.name = c.SubjectKey()
		} else {
			a.name = cert.NameKey(a.Name)
		}
		a.key, a.keyErr = s.in.Verifier.Key(a.SPKI)
		a.digest = sha256.Sum256(a.SPKI)
		out[a.name] = append(out[a.name], a)
	}
	for _, list := range out {
		slices.SortStableFunc(list, s.compareAnchors)
	}
	return out
}

// compareAnchors: anchors still in use first, then by key, certificate, tag.
func (s *search) compareAnchors(a, b *anchor) int {
	return cmp.Or(
		cmp.Compare(s.sunset(a), s.sunset(b)),
		bytes.Compare(a.digest[:], b.digest[:]),
		bytes.Compare(anchorSHA(a), anchorSHA(b)),
		cmp.Compare(a.ID, b.ID),
		a.Until.Compare(b.Until),
	)
}

func (s *search) sunset(a *anchor) int {
	if !a.Until.IsZero() && !s.at.Before(a.Until) {
		return 1
	}
	return 0
}

func anchorSHA(a *anchor) []byte {
	if a.Certificate == nil {
		return nil
	}
	return a.Certificate.SHA256[:]
}

// anchorsAbove are the anchors with the issuer's name, those that the
// authority key identifier points to first.
func (s *search) anchorsAbove(top *node) []*anchor {
	list := slices.Clone(s.anchors[top.issuer])
	slices.SortStableFunc(list, func(a, b *anchor) int {
		return cmp.Compare(keyIDHint(top.c.AuthorityKeyID, a.SubjectKeyID), keyIDHint(top.c.AuthorityKeyID, b.SubjectKeyID))
	})
	return list
}

// candidates are the certificates whose subject is the issuer of n. RFC 4158
// 3.5: everything but the name is a hint, so it orders and never excludes.
func (s *search) candidates(n *node) []*node {
	if n.upped {
		return n.ups
	}
	n.upped = true
	for _, e := range s.in.Pool.named(n.issuer) {
		n.ups = append(n.ups, s.node(e))
	}
	slices.SortStableFunc(n.ups, func(a, b *node) int {
		return cmp.Or(
			cmp.Compare(s.authorityHint(n.c, a.c), s.authorityHint(n.c, b.c)),
			cmp.Compare(s.validityHint(a.c), s.validityHint(b.c)),
			cmp.Compare(s.nearness(a), s.nearness(b)),
			bySHA256(a.c, b.c),
		)
	})
	return n.ups
}

// authorityHint compares the authority key identifier (RFC 5280 4.2.1.1) with
// the candidate: 0 fits, 1 says nothing, 2 names another.
func (s *search) authorityHint(child, up *cert.Certificate) int {
	hint := keyIDHint(child.AuthorityKeyID, up.SubjectKeyID)
	if child.AuthoritySerial == nil || hint == 2 {
		return hint
	}
	if child.AuthoritySerial.Cmp(up.Serial) == 0 {
		return 0
	}
	return max(hint, 1)
}

func keyIDHint(authority, subject []byte) int {
	switch {
	case len(authority) == 0 || len(subject) == 0:
		return 1
	case bytes.Equal(authority, subject):
		return 0
	}
	return 2
}

func (s *search) validityHint(c *cert.Certificate) int {
	if s.at.Before(c.NotBefore) || s.at.After(c.NotAfter) {
		return 1
	}
	return 0
}

// unreachable is farther than any path can be.
const unreachable = 1 << 30

func (s *search) nearness(n *node) int {
	if d, ok := s.distance[n.issuer]; ok {
		return d
	}
	return unreachable
}

// survey measures, by names alone, how far the names above the leaf are from
// an anchor. What cannot reach one is not climbed: a mesh of cross
// certificates without an anchor ends here, in linear time.
func (s *search) survey(leaf *node) {
	s.distance = make(map[string]int)
	below := make(map[string][]string) // issuer name -> names it certifies
	seen := map[string]bool{leaf.issuer: true}
	var queue, reached []string
	for queue = append(queue, leaf.issuer); len(queue) > 0; queue = queue[1:] {
		name := queue[0]
		if len(s.anchors[name]) > 0 {
			s.distance[name] = 0
			reached = append(reached, name)
		}
		for _, e := range s.in.Pool.named(name) {
			if !s.take(purse.Objects, 1) {
				return
			}
			below[e.issuer] = append(below[e.issuer], name)
			if !seen[e.issuer] {
				seen[e.issuer] = true
				queue = append(queue, e.issuer)
			}
		}
	}
	for ; len(reached) > 0; reached = reached[1:] {
		for _, name := range below[reached[0]] {
			if _, ok := s.distance[name]; !ok {
				s.distance[name] = s.distance[reached[0]] + 1
				reached = append(reached, name)
			}
		}
	}
}
