package revocation

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"slices"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/internal/path"
)

const ekuOCSPSigning ber.OID = "1.3.6.1.5.5.7.3.9"

// responder finds who signed a response and whether it may (RFC 6960
// 4.2.2.2): the key that issued the target, or a certificate with
// id-kp-OCSPSigning that this same key issued.
func (c *checker) responder(item *Item) (signer *cert.Certificate, byIssuer, ok bool) {
	resp := item.OCSP
	worst := failure{CodeSignerMissing, responderID(resp)}
	if c.isResponder(resp, c.Issuer.Name, c.issuerKeyBits()) {
		f := c.verify(c.Issuer.Key, resp.SignatureAlgorithm, resp.SHA256, resp.RawTBS, resp.Signature)
		if f == nil {
			f = inValidity(c.Issuer.Certificate, resp.ProducedAt)
		}
		if f == nil {
			return c.Issuer.Certificate, true, true
		}
		worst = graver(worst, *f)
	}
	for _, candidate := range c.responderCandidates(resp) {
		f := c.tryResponder(resp, candidate)
		if f == nil {
			return candidate, false, true
		}
		worst = graver(worst, *f)
	}
	if c.status.Stopped == nil {
		c.refuse(item, worst.code, worst.reason)
	}
	return nil, false, false
}

// isResponder compares a name and key with ResponderID (RFC 6960 4.2.1).
func (c *checker) isResponder(resp *cert.OCSPResponse, name, keyBits []byte) bool {
	if len(resp.ResponderKeyHash) > 0 {
		sum := sha1.Sum(keyBits)
		return bytes.Equal(sum[:], resp.ResponderKeyHash)
	}
	return cert.NamesEqual(name, resp.ResponderName)
}

// responderCandidates are the response's own certificates and those at hand
// that bear the responder's name or key, in an order of their own.
func (c *checker) responderCandidates(resp *cert.OCSPResponse) []*cert.Certificate {
	var out []*cert.Certificate
	for _, der := range resp.Certificates {
		x := c.Pool.BySHA256(sha256.Sum256(der))
		if x == nil {
			x, _ = cert.Parse(der, c.Purse)
		}
		if x != nil {
			out = append(out, x)
		}
	}
	out = append(out, c.Pool.BySubject(resp.ResponderName)...)
	out = append(out, c.Pool.ByKeyID(resp.ResponderKeyHash)...)
	out = slices.DeleteFunc(out, func(x *cert.Certificate) bool {
		return !c.isResponder(resp, x.RawSubject, x.PublicKey)
	})
	slices.SortStableFunc(out, func(a, b *cert.Certificate) int { return bytes.Compare(a.SHA256[:], b.SHA256[:]) })
	return slices.CompactFunc(out, func(a, b *cert.Certificate) bool { return a.SHA256 == b.SHA256 })
}

// tryResponder: signature first, then the delegation by the issuer's own key,
// then the caller's word on the path.
func (c *checker) tryResponder(resp *cert.OCSPResponse, x *cert.Certificate) *failure {
	if !c.take(purse.Paths, 1) {
		return &failure{CodeSignerMissing, c.status.Stopped.Error()}
	}
	key, err := c.Verifier.Key(x.RawSPKI)
	if err != nil {
		return &failure{CodeUnsupported, err.Error()}
	}
	needsPath := key.NeedsParameters()
	if !needsPath {
		if f := c.verify(key, resp.SignatureAlgorithm, resp.SHA256, resp.RawTBS, resp.Signature); f != nil {
			return f
		}
	}
	if !slices.Contains(x.ExtKeyUsage, ekuOCSPSigning) {
		return &failure{CodeNotAuthorised, "extendedKeyUsage without OCSPSigning"}
	}
	if !cert.NamesEqual(x.RawIssuer, c.Issuer.Name) ||
		c.verify(c.Issuer.Key, x.SignatureAlgorithm, x.SHA256, x.RawTBS, x.Signature) != nil {
		return &failure{CodeNotAuthorised, "the responder's certificate was not issued by the certificate's issuer"}
	}
	if f := inValidity(x, resp.ProducedAt); f != nil {
		return f
	}
	key, f := c.delegate(x, path.OCSPSigning)
	if f == nil && needsPath {
		f = c.verify(key, resp.SignatureAlgorithm, resp.SHA256, resp.RawTBS, resp.Signature)
	}
	return f
}

func responderID(resp *cert.OCSPResponse) string {
	if n, err := cert.ParseName(resp.ResponderName, nil); err == nil {
		return n.String()
	}
	return "responder's key hash"
}
