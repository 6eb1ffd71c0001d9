package revocation

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
)

// crlSigner is the key that signed a list, with the right to do so.
type crlSigner struct {
	key         *sigalg.PublicKey
	certificate *cert.Certificate
	byIssuer    bool
}

// failure is why a signer does not do; the gravest of several candidates is told.
type failure struct {
	code   note.Code
	reason string
}

var failureRank = []note.Code{CodeSignerMissing, CodeSignature, CodeUnsupported, CodeOutOfValidity, CodeNotAuthorised}

func graver(a, b failure) failure {
	if slices.Index(failureRank, b.code) > slices.Index(failureRank, a.code) {
		return b
	}
	return a
}

// crlSigner finds who signed a list (RFC 5280 6.3.3 (f), (g)): the target's
// issuer with the key that issued the target, else any certificate with the
// list issuer's name whose key fits and for which Delegate answers. One name
// may have many keys: roll-over, or a key for lists alone.
func (c *checker) crlSigner(item *Item) (*crlSigner, bool) {
	crl := item.CRL
	if !bytes.Equal(crl.SignatureAlgorithm.Raw, crl.TBSSignatureAlgorithm.Raw) {
		c.refuse(item, CodeMalformed, "its algorithm differs inside and outside") // 5.1.1.2
		return nil, false
	}
	worst := failure{CodeSignerMissing, crl.Issuer.String()}
	if cert.NamesEqual(crl.RawIssuer, c.Issuer.Name) {
		s := &crlSigner{key: c.Issuer.Key, certificate: c.Issuer.Certificate, byIssuer: true}
		f := c.tryCRLSigner(crl, s)
		if f == nil {
			return s, true
		}
		worst = graver(worst, *f)
	}
	for _, candidate := range c.crlSignerCandidates(crl) {
		s := &crlSigner{certificate: candidate}
		f := c.tryCRLSigner(crl, s)
		if f == nil {
			return s, true
		}
		worst = graver(worst, *f)
	}
	if c.status.Stopped == nil {
		c.refuse(item, worst.code, worst.reason)
	}
	return nil, false
}

// crlSignerCandidates: by name; the authority key identifier only orders.
func (c *checker) crlSignerCandidates(crl *cert.CRL) []*cert.Certificate {
	list := slices.DeleteFunc(c.Pool.BySubject(crl.RawIssuer), func(x *cert.Certificate) bool {
		return c.Issuer.Certificate != nil && x.SHA256 == c.Issuer.Certificate.SHA256
	})
	slices.SortStableFunc(list, func(a, b *cert.Certificate) int {
		return keyIDHint(crl, a) - keyIDHint(crl, b)
	})
	return list
}

func keyIDHint(crl *cert.CRL, c *cert.Certificate) int {
	if bytes.Equal(crl.AuthorityKeyID, c.SubjectKeyID) {
		return 0
	}
	return 1
}

// tryCRLSigner asks key usage, signature and, for another key than the
// issuer's, the caller.
func (c *checker) tryCRLSigner(crl *cert.CRL, s *crlSigner) *failure {
	key := s.key
	if key == nil {
		var err error
		if key, err = c.Verifier.Key(s.certificate.RawSPKI); err != nil {
			return &failure{CodeUnsupported, err.Error()}
		}
	}
	// A DSA key that inherits its parameters has to be completed by a path first.
	needsPath := key.NeedsParameters()
	if !needsPath {
		if f := c.verify(key, crl.SignatureAlgorithm, crl.SHA256, crl.RawTBS, crl.Signature); f != nil {
			return f
		}
	}
	if x := s.certificate; x != nil {
		if x.KeyUsage != nil && !x.KeyUsage.Has(cert.KeyUsageCRLSign) {
			return &failure{CodeNotAuthorised, "keyUsage without cRLSign"}
		}
		if f := inValidity(x, crl.ThisUpdate); f != nil {
			return f
		}
	}
	if s.byIssuer {
		s.key = key
		return nil
	}
	var f *failure
	if s.key, f = c.delegate(s.certificate, path.CRLSigning); f != nil {
		return f
	}
	if needsPath {
		return c.verify(s.key, crl.SignatureAlgorithm, crl.SHA256, crl.RawTBS, crl.Signature)
	}
	return nil
}

func (c *checker) delegate(candidate *cert.Certificate, purpose path.Purpose) (*sigalg.PublicKey, *failure) {
	if c.Delegate == nil {
		return nil, &failure{CodeNotAuthorised, "not the key that issued the certificate"}
	}
	key, err := c.Delegate(candidate, purpose)
	switch {
	case err != nil:
		return nil, &failure{CodeNotAuthorised, candidate.Subject.String() + ": " + err.Error()}
	case key == nil:
		return nil, &failure{CodeNotAuthorised, candidate.Subject.String() + ": no path"}
	}
	return key, nil
}

// verify is the arithmetic of one signature, paid from the purse.
func (c *checker) verify(key *sigalg.PublicKey, alg cert.Algorithm, object [32]byte, tbs, sig []byte) *failure {
	if !c.take(purse.Signatures, int(key.Cost(len(tbs)))) {
		return &failure{CodeSignature, c.status.Stopped.Error()}
	}
	switch err := c.Verifier.Check(key, alg, object, tbs, sig).Err; {
	case err == nil:
		return nil
	case errors.Is(err, sigalg.ErrMismatch):
		return &failure{CodeSignature, err.Error()}
	default:
		return &failure{CodeUnsupported, err.Error()}
	}
}

// inValidity: data issued outside the validity of their signer's certificate
// are nobody's word (EN 319 102-1 5.2.6.4 step 4). That binds an anchor's
// certificate too; a newer one of the same name and key may stand in for it.
func inValidity(signer *cert.Certificate, issued time.Time) *failure {
	if signer == nil || (!issued.Before(signer.NotBefore) && !issued.After(signer.NotAfter)) {
		return nil
	}
	return &failure{CodeOutOfValidity, signer.Subject.String()}
}

// ownWord: a list calls good the very key that signed it, as that of a
// self-issued certificate would; whoever stole the key could issue it. RFC
// 5280 6.1.3 (a)(3) asks for the issuer's word. It counts where the issuer
// entrusted the key with it by cRLIssuer in the certificate (4.2.1.13).
func (c *checker) ownWord(d Datum) bool {
	if d.State != Good || d.ByIssuer || !bytes.Equal(d.Signer.RawSPKI, c.Target.RawSPKI) {
		return false
	}
	for _, dp := range c.Target.CRLDistributionPoints {
		if slices.ContainsFunc(dp.CRLIssuer, func(n cert.GeneralName) bool {
			return n.Type == cert.NameDirectory && cert.NamesEqual(n.Directory, d.Item.CRL.RawIssuer)
		}) {
			return false
		}
	}
	return true
}
