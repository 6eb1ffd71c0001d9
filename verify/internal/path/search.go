package path

import (
	"cmp"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// Search offers every path from the leaf to an anchor that passes RFC 5280
// section 6.1 to accept, the most plausible first, until accept returns true,
// none is left, or the purse is empty.
//
// RFC 4158 2.4: paths are built from the leaf upwards. An edge is followed
// only if its signature verifies and the issuer could be a CA of this path at
// all; both are told as rejections otherwise.
func Search(in Input, accept func(*Path) bool) Result {
	s := newSearch(in, accept)
	leaf := s.node(newEntry(in.Leaf))
	s.leafFlaw = s.judgeLeaf(leaf)
	s.survey(leaf)
	s.stack = append(s.stack, leaf)
	s.leafAsAnchor(leaf)
	s.climb()
	if !s.result.Accepted {
		s.explain(leaf)
	}
	s.rank()
	return s.result
}

type search struct {
	in       Input
	at       time.Time
	accept   func(*Path) bool
	anchors  map[string][]*anchor // by name, in a canonical order
	nodes    map[*cert.Certificate]*node
	distance map[string]int // fewest certificates between a name and an anchor; absent = none is reachable
	stack    []*node        // the path being built, leaf first
	leafFlaw *flaw
	final    bool // the leaf's own flaw was told of a complete path

	signatures map[signaturePair]*flaw
	names      map[namePair]*flaw
	subjects   map[*cert.Certificate][]boundName
	bounds     map[*cert.Certificate]*bounds
	inherited  map[[2]*sigalg.PublicKey]*sigalg.PublicKey

	told   map[rejectionKey]bool
	result Result
}

// node is a certificate within one search.
type node struct {
	*entry
	key    *sigalg.PublicKey
	keyErr error
	ups    []*node // candidates for its issuer, most plausible first
	upped  bool
	ca     *flaw // why it cannot be an issuer
	judged bool
}

func newSearch(in Input, accept func(*Path) bool) *search {
	if in.Purse == nil {
		in.Purse = purse.New(purse.Limits{})
	}
	in.Verifier = cmp.Or(in.Verifier, NewVerifier(0))
	s := &search{
		in: in, accept: accept,
		// Certificates count in whole seconds (RFC 5280 4.1.2.5).
		at:         in.Time.Truncate(time.Second),
		nodes:      make(map[*cert.Certificate]*node),
		signatures: make(map[signaturePair]*flaw),
		names:      make(map[namePair]*flaw),
		subjects:   make(map[*cert.Certificate][]boundName),
		bounds:     make(map[*cert.Certificate]*bounds),
		inherited:  make(map[[2]*sigalg.PublicKey]*sigalg.PublicKey),
		told:       make(map[rejectionKey]bool),
	}
	s.anchors = s.sortAnchors()
	return s
}

func (s *search) node(e *entry) *node {
	if n := s.nodes[e.c]; n != nil {
		return n
	}
	n := &node{entry: e}
	n.key, n.keyErr = s.in.Verifier.Key(e.c.RawSPKI)
	s.nodes[e.c] = n
	return n
}

// take spends from the purse; false ends the search.
func (s *search) take(k purse.Kind, n int) bool {
	if s.result.Stopped == nil {
		s.result.Stopped = s.in.Purse.Take(k, int64(n))
	}
	return s.result.Stopped == nil
}

// over: a path was taken, the purse is empty, or no other path would change
// what was found.
func (s *search) over() bool { return s.result.Accepted || s.result.Stopped != nil || s.final }

// leafAsAnchor offers the leaf itself where it is an anchor's certificate
// (EN 319 102-1 5.2.6.4 step 1). Name and key alone would not do: what else
// the certificate says would be nobody's word.
func (s *search) leafAsAnchor(leaf *node) {
	for _, a := range s.anchors[leaf.subject] {
		if s.over() {
			return
		}
		if a.Certificate == nil || a.Certificate.SHA256 != leaf.c.SHA256 {
			continue
		}
		s.result.Complete++
		if p, f := s.anchorPath(leaf, a); f != nil {
			s.reject(f, a)
		} else {
			s.offer(p)
		}
	}
}

func (s *search) offer(p *Path) {
	s.result.Offered++
	s.result.Accepted = s.accept(p)
}

// climb tries everything above the last certificate of the stack.
func (s *search) climb() {
	top := s.stack[len(s.stack)-1]
	for _, a := range s.anchorsAbove(top) {
		s.finish(top, a)
	}
	if len(s.stack) >= s.in.Purse.MaxDepth() {
		s.reject(&flaw{code: CodeDeep, clause: "RFC 4158 2.4.2", at: top.c, params: subjectOf(top.c)}, nil)
		return
	}
	for _, up := range s.candidates(top) {
		if _, reachable := s.distance[up.issuer]; s.over() || !reachable || s.loops(up) || !s.take(purse.Paths, 1) {
			continue
		}
		f := s.edge(top, up)
		if s.over() {
			return
		}
		s.stack = append(s.stack, up)
		if f != nil {
			s.reject(f, nil)
		} else {
			s.climb()
		}
		s.stack = s.stack[:len(s.stack)-1]
	}
}

// finish closes the path of the stack with an anchor and validates it.
func (s *search) finish(top *node, a *anchor) {
	if s.over() || s.crosses(a) || !s.take(purse.Paths, 1) {
		return
	}
	f := s.signature(top, a.key, a.keyErr)
	if s.over() {
		return
	}
	if f != nil {
		s.reject(f.named(a.SubjectKeyID, top.c), nil)
		return
	}
	s.result.Complete++
	p, f := s.validate(a)
	switch {
	case s.over():
	case f != nil:
		s.reject(f, a)
		s.final = f.final
	default:
		s.offer(p)
	}
}

// loops tells whether a candidate repeats an entity of the path: the same
// name, key and alternative names (RFC 5280 6.1, RFC 4158 5.2).
func (s *search) loops(up *node) bool { return repeats(s.stack, up) }

func repeats(path []*node, up *node) bool {
	return slices.ContainsFunc(path, func(n *node) bool { return n.sameEntity(up) })
}

// crosses tells whether the path already runs through the anchor: closing it
// there would repeat what the shorter path said.
func (s *search) crosses(a *anchor) bool {
	for _, n := range s.stack[1:] {
		if n.subject == a.name && string(n.c.RawSPKI) == string(a.SPKI) {
			return true
		}
	}
	return false
}

func (n *node) sameEntity(o *node) bool {
	if n.subject != o.subject || string(n.c.RawSPKI) != string(o.c.RawSPKI) || len(n.c.SubjectAltNames) != len(o.c.SubjectAltNames) {
		return false
	}
	for i, g := range n.c.SubjectAltNames {
		if string(g.Raw) != string(o.c.SubjectAltNames[i].Raw) {
			return false
		}
	}
	return true
}
