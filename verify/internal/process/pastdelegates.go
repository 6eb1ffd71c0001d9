package process

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/verdict"
)

// delegate judges signers of revocation data other than the issuer's key by
// their own past: what they signed counts if it is proven to have existed by
// their control time (5.6.2.2.4, as its note lets one do).
func (s *slider) delegate(i int) func(*cert.Certificate, path.Purpose) (*sigalg.PublicKey, error) {
	c := s.court
	return func(x *cert.Certificate, purpose path.Purpose) (*sigalg.PublicKey, error) {
		if c.depth >= maxDelegates {
			return nil, fmt.Errorf("signers of revocation data are nested deeper than %d", maxDelegates)
		}
		c.depth++
		defer func() { c.depth-- }()
		past := c.pastSigner(x, purpose, &s.Path.Anchor)
		if !past.Passed() {
			w, _ := worst(past.Causes)
			return nil, fmt.Errorf("the certificate of its signer has no past: %s (%s)", past.Outcome, w.Finding.Code)
		}
		if purpose == path.CRLSigning && !entitled(past.Path, s.Path, i) {
			return nil, errors.New("its signer has the issuer's name, and nobody on the certificate's path certified it under that name")
		}
		s.bounds[x.SHA256], s.loose[x.SHA256] = past.Control, !past.Bounded
		return past.Path.Keys[0], nil
	}
}

// pastSigner is pastCertificate for a signer of revocation data. One that is
// being judged already may be told by its own data alone, so its path must do;
// several that vouch for each other have nobody to vouch for them.
func (c *Court) pastSigner(x *cert.Certificate, purpose path.Purpose, anchor *path.Anchor) *Past {
	if !slices.Contains(c.sliding, x.SHA256) {
		c.sliding = append(c.sliding, x.SHA256)
		defer func() { c.sliding = c.sliding[:len(c.sliding)-1] }()
		return c.pastCertificate(x, purpose, anchor)
	}
	if c.sliding[len(c.sliding)-1] != x.SHA256 {
		ch := circular(x)
		return &Past{Outcome: ch.Outcome, Causes: ch.Causes}
	}
	out := &Past{Outcome: verdict.Of(verdict.NoCertificateChainFound)}
	c.pastPaths(x, purpose, anchor, func(p *path.Path) bool {
		out = &Past{Outcome: verdict.Pass(), Path: p, Control: c.At, Bounded: true}
		return true
	})
	return out
}
