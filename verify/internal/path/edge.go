package path

import (
	"bytes"
	"errors"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// flaw is why a certificate, an edge or a path is refused.
type flaw struct {
	code   note.Code
	clause string
	params note.Params
	at     *cert.Certificate
	final  bool // of the leaf alone: every path has it
	fits   bool // a signature mismatch although the key identifiers name this issuer
}

type signaturePair struct {
	c   *cert.Certificate
	key *sigalg.PublicKey
}

// edge tells why up cannot be the issuer of top in this path: what need not
// know the anchor. Asking it as the path grows keeps the search small.
func (s *search) edge(top, up *node) *flaw {
	if f := s.signature(top, up.key, up.keyErr); f != nil {
		return f.named(up.c.SubjectKeyID, top.c)
	}
	if f := s.judgeCA(up); f != nil {
		return f
	}
	if f := s.inForceFor(up.c, top.c); f != nil {
		return f
	}
	if f := pathLength(up, s.stack); f != nil {
		return f
	}
	for i, n := range s.stack {
		if i > 0 && n.selfIssued() {
			continue // 6.1.3 (b): a self-issued certificate that is not the last is exempt
		}
		if f := s.constrained(up.c, n.c); f != nil {
			return f
		}
	}
	return nil
}

// pathLength is 6.1.4 (l), (m) seen from one CA: how many certificates that
// are not self-issued stand between it and the leaf. Of a CA by judgeCA.
func pathLength(up *node, below []*node) *flaw {
	bc, count := up.c.BasicConstraints, 0
	for _, n := range below[1:] {
		if !n.selfIssued() {
			count++
		}
	}
	if bc.PathLen < 0 || count <= bc.PathLen {
		return nil
	}
	return &flaw{code: CodePathLength, clause: "RFC 5280 6.1.4 (l)", at: up.c, params: subjectOf(up.c)}
}

// signature is 6.1.3 (a)(1). A key without its parameters cannot be asked
// until validation from the anchor has given it some: nil for now.
func (s *search) signature(n *node, key *sigalg.PublicKey, keyErr error) *flaw {
	if keyErr != nil {
		return unusable(n.c, "RFC 5280 6.1.3 (a)(1)", keyErr)
	}
	if key.NeedsParameters() {
		return nil
	}
	pair := signaturePair{n.c, key}
	if f, ok := s.signatures[pair]; ok {
		return f
	}
	if !s.take(purse.Signatures, int(key.Cost(len(n.c.RawTBS)))) {
		return nil
	}
	var f *flaw
	if err := s.in.Verifier.Certificate(n.c, key).Err; errors.Is(err, sigalg.ErrMismatch) {
		f = &flaw{code: CodeSignature, clause: "RFC 5280 6.1.3 (a)(1)", at: n.c, params: subjectOf(n.c)}
	} else if err != nil {
		f = unusable(n.c, "RFC 5280 6.1.3 (a)(1)", err)
	}
	s.signatures[pair] = f
	return f
}

// named marks a mismatch where the key identifiers say that this should have
// been the issuer.
func (f *flaw) named(issuerKeyID []byte, child *cert.Certificate) *flaw {
	if len(issuerKeyID) == 0 || !bytes.Equal(issuerKeyID, child.AuthorityKeyID) {
		return f
	}
	g := *f
	g.fits = true
	return &g
}

func unusable(c *cert.Certificate, clause string, err error) *flaw {
	p := subjectOf(c)
	p["reason"] = err.Error()
	return &flaw{code: CodeUnusableKey, clause: clause, at: c, params: p}
}

func subjectOf(c *cert.Certificate) note.Params {
	return note.Params{"subject": c.Subject.String()}
}
