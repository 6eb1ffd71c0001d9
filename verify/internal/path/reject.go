package path

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
)

// maxRejections bounds the list: a report that names more does not tell more.
const maxRejections = 128

// rejectionKey makes one of rejections that say the same: the same reason
// about the same certificate, under the same one.
type rejectionKey struct {
	code     note.Code
	at, last *cert.Certificate
	anchor   *anchor
}

// weights rank reasons: those about the leaf or about a whole path tell a
// person more than a candidate that merely bears the right name.
var weights = map[note.Code]int{
	CodeLeafExpired: 90, CodeNotYetValid: 88, CodeExtKeyUsage: 86, CodeUnknownCritical: 84,
	CodeCAExpired: 80, CodeIssuedOutside: 79, CodePolicy: 78, CodeNameConstraint: 76, CodePathLength: 74, CodeAnchor: 72,
	CodeKeyUsage: 70, CodeNotCA: 68, CodeAlgorithmDiffers: 66, CodeMalformed: 64, CodeEmptyName: 62,
	CodeUnusableKey: 60, CodeMissingIssuer: 40, CodeNoPath: 30, CodeSignature: 20, CodeDeep: 10, CodeStopped: 5,
}

const (
	weightComplete = 100 // the path reached an anchor
	weightFits     = 45  // the signature fails although the key identifiers fit
	weightDetour   = 90  // the way leads to no anchor
)

// reject records a flaw of the path of the stack.
func (s *search) reject(f *flaw, a *anchor) {
	path := make([]*cert.Certificate, len(s.stack))
	for i, n := range s.stack {
		path[i] = n.c
	}
	s.rejectPath(f, a, path)
}

func (s *search) rejectPath(f *flaw, a *anchor, path []*cert.Certificate) {
	key := rejectionKey{f.code, f.at, path[len(path)-1], a}
	if s.told[key] {
		return
	}
	s.told[key] = true
	if len(s.result.Rejections) >= maxRejections {
		s.result.Untold++
		return
	}
	r := Rejection{Path: path, At: f.at, Code: f.code, Clause: f.clause, Params: f.params, Rank: weights[f.code]}
	if f.fits {
		r.Rank += weightFits
	}
	if a != nil {
		r.Anchor, r.Rank = &a.Anchor, r.Rank+weightComplete
	}
	s.result.Rejections = append(s.result.Rejections, r)
}

// rank puts the most telling rejection first.
func (s *search) rank() {
	s.markDetours()
	slices.SortStableFunc(s.result.Rejections, func(a, b Rejection) int {
		return cmp.Or(cmp.Compare(b.Rank, a.Rank), cmp.Compare(len(a.Path), len(b.Path)), slices.CompareFunc(a.Path, b.Path, bySHA256), cmp.Compare(a.Code, b.Code))
	})
}

// maxDetourSteps bounds the certificates looked at to tell detours: the 128
// rejections of a list, each over a pool of a thousand. Beyond it none is one.
const maxDetourSteps = 1 << 17

// markDetours ranks what is refused on a way that leads to no anchor, however
// the refused edge stood, below what stands on one that does.
func (s *search) markDetours() {
	steps := maxDetourSteps
	for i := range s.result.Rejections {
		r := &s.result.Rejections[i]
		if !s.leadsOn(r.Path, &steps) {
			r.Detour, r.Rank = true, r.Rank-weightDetour
		}
	}
}

// leadsOn tells, by names alone, whether a path can be continued to an anchor
// without passing an entity again.
func (s *search) leadsOn(path []*cert.Certificate, steps *int) bool {
	below := make([]*node, len(path))
	for i, c := range path {
		below[i] = s.nodes[c]
	}
	seen := map[*node]bool{}
	for queue := []*node{below[len(below)-1]}; len(queue) > 0; queue = queue[1:] {
		if len(s.anchors[queue[0].issuer]) > 0 {
			return true
		}
		for _, e := range s.in.Pool.named(queue[0].issuer) {
			if *steps--; *steps < 0 {
				return true
			}
			if up := s.node(e); !seen[up] && !repeats(below, up) {
				seen[up] = true
				queue = append(queue, up)
			}
		}
	}
	return false
}

// explain adds, where no path was taken, what the climb did not meet: the
// leaf's own flaw, issuers that nobody has, self-signed ends that are no
// anchor, and the limit that ended the search. Each certificate is looked at
// once, so that a mesh stays linear.
func (s *search) explain(leaf *node) {
	if s.result.Stopped != nil {
		s.rejectPath(&flaw{code: CodeStopped, clause: "RFC 4158 7.1", at: leaf.c, params: note.Params{"limit": s.result.Stopped.Error()}}, nil, []*cert.Certificate{leaf.c})
	}
	if f := s.leafFlaw; f != nil && !s.hasCode(f.code) {
		s.rejectPath(f, nil, []*cert.Certificate{leaf.c})
	}
	below := map[*node]*node{leaf: nil}
	for queue := []*node{leaf}; len(queue) > 0; queue = queue[1:] {
		n, found := queue[0], false
		for _, a := range s.anchors[n.issuer] {
			found = found || s.signature(n, a.key, a.keyErr) == nil
		}
		for _, up := range s.candidates(n) {
			f := s.signature(n, up.key, up.keyErr)
			if f != nil && up.keyErr == nil {
				continue
			}
			found = true
			if _, seen := below[up]; seen {
				continue
			}
			below[up] = n
			queue = append(queue, up)
			if f != nil { // nobody can tell whether it is the issuer
				s.rejectPath(f, nil, trail(up, below))
			}
		}
		s.deadEnd(n, below, found)
	}
}

// deadEnd tells of a certificate above which nothing is.
func (s *search) deadEnd(n *node, below map[*node]*node, found bool) {
	selfSigned := n.selfIssued() && n.keyErr == nil && s.signature(n, n.key, nil) == nil
	if s.result.Stopped != nil || (found && !selfSigned) || (s.isAnchor(n) && (found || below[n] != nil)) {
		return
	}
	f := &flaw{code: CodeMissingIssuer, clause: "RFC 4158 2.4", at: n.c, params: note.Params{
		"issuer": n.c.Issuer.String(), "urls": strings.Join(n.c.CAIssuers, " "),
	}}
	if selfSigned {
		f = &flaw{code: CodeNoPath, clause: "RFC 5280 6.1.1 (d)", at: n.c, params: subjectOf(n.c)}
	}
	s.rejectPath(f, nil, trail(n, below))
}

// trail is the way from the leaf up to a certificate.
func trail(n *node, below map[*node]*node) (path []*cert.Certificate) {
	for ; n != nil; n = below[n] {
		path = append(path, n.c)
	}
	slices.Reverse(path)
	return path
}

func (s *search) isAnchor(n *node) bool {
	for _, a := range s.anchors[n.subject] {
		if bytes.Equal(a.SPKI, n.c.RawSPKI) {
			return true
		}
	}
	return false
}

func (s *search) hasCode(code note.Code) bool {
	for _, r := range s.result.Rejections {
		if r.Code == code {
			return true
		}
	}
	return false
}
