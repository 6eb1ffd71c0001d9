package process

import (
	"errors"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/verdict"
)

const clauseCrypto = "EN 319 102-1 5.2.7.4"

// Arithmetic is the result of cryptographic verification (5.2.7).
type Arithmetic struct {
	Digests   State // of all signed data
	Value     State // of the signature value under the signing certificate's key
	Algorithm sigalg.Algorithm
	Key       *sigalg.PublicKey
	Signer    *cert.Certificate // the candidate whose key fits, or the first one
	Causes    []Cause
	Notes     []note.Note
}

// State is what is known of one check. Its zero value is "not done".
type State uint8

// The states of a check.
const (
	NotDone State = iota
	Holds
	Fails
)

// references is step 2: every digest over signed data.
func (a *Arithmetic) references(s *eseal.Signature) {
	a.Digests = Holds
	for _, r := range s.References {
		f := verdict.Finding{Severity: verdict.Error, Clause: clauseCrypto, Object: s.ID, Params: params("name", r.Name, "algorithm", r.DigestName)}
		switch {
		case r.Matches():
			continue
		case r.Err != nil:
			a.notComputed(f, r.Err, r.DigestName)
			if a.Digests == Holds {
				a.Digests = NotDone
			}
		case r.Missing:
			f.Code, f.Clause = verdict.CodeDataNotFound, clauseCrypto+" step 1"
			a.add(verdict.SignedDataNotFound, f)
			if a.Digests == Holds {
				a.Digests = NotDone
			}
		default:
			f.Code, f.Clause = verdict.CodeDataDigest, clauseCrypto+" step 2"
			a.add(verdict.HashFailure, f)
			a.Digests = Fails
		}
	}
}

func (a *Arithmetic) add(sub verdict.SubIndication, f verdict.Finding) {
	a.Causes = append(a.Causes, Cause{Sub: sub, Finding: f})
}

// value is steps 3 and 4. Time does not change it, so that it is computed once
// for all times that the document is judged at.
func (c *Court) value(a *Arithmetic, s *eseal.Signature, candidates []*cert.Certificate) {
	v, known := c.values[s]
	if !known {
		v = &Arithmetic{}
		c.compute(v, s, candidates)
		c.values[s] = v
	}
	a.Value, a.Algorithm, a.Key, a.Signer = v.Value, v.Algorithm, v.Key, v.Signer
	a.Causes, a.Notes = append(a.Causes, v.Causes...), append(a.Notes, v.Notes...)
}

// compute tries the signature value under the key of each candidate and over
// each reading of the signed octets.
func (c *Court) compute(a *Arithmetic, s *eseal.Signature, candidates []*cert.Certificate) {
	var unsupported error
	var failed []note.Note // of keys that do not fit: told only when none does
	mismatch := false
	for _, x := range candidates {
		key, err := c.keyOf(x)
		if err != nil {
			unsupported = keepFirst(unsupported, err)
			continue
		}
		key = c.inherited(key, x)
		for _, f := range s.Forms {
			err := f.Err
			var notes []note.Note
			alg := f.Algorithm
			if err == nil {
				alg = f.Algorithm.For(key)
				notes, err = c.arithmetic(key, alg, f, s)
			}
			if err == nil {
				a.Value, a.Signer, a.Key, a.Algorithm = Holds, x, key, alg
				a.Notes = append(a.Notes, notes...)
				if f.Deviation != nil {
					a.Notes = append(a.Notes, *f.Deviation)
				}
				return
			}
			if errors.Is(err, sigalg.ErrMismatch) {
				mismatch = true
				failed = append(failed, notes...)
			} else {
				unsupported = keepFirst(unsupported, err)
			}
			if a.Signer == nil {
				a.Signer, a.Key, a.Algorithm = x, key, alg
			}
		}
	}
	if a.Signer == nil && len(candidates) > 0 {
		a.Signer = candidates[0]
	}
	a.Notes = append(a.Notes, failed...)
	a.refused(s, unsupported, mismatch)
}

func keepFirst(old, err error) error {
	if old == nil {
		return err
	}
	return old
}

// refused says why no candidate fits. What could not be computed anywhere is
// not a failure of the signature.
func (a *Arithmetic) refused(s *eseal.Signature, unsupported error, mismatch bool) {
	f := verdict.Finding{Severity: verdict.Error, Clause: clauseCrypto + " step 4", Object: s.ID}
	switch {
	case mismatch:
		a.Value = Fails
		f.Code = verdict.CodeSignatureValue
		a.add(verdict.SigCryptoFailure, f)
	case unsupported != nil:
		a.notComputed(f, unsupported, algorithmName(unsupported, s))
	}
}

// notComputed tells the end of the purse apart from what no purse would buy.
func (a *Arithmetic) notComputed(f verdict.Finding, err error, algorithm string) {
	var empty *purse.Empty
	if errors.As(err, &empty) {
		f.Code, f.Params = verdict.CodeLimit, params("kind", empty.Kind.String(), "limit", empty.Error())
	} else {
		f.Code, f.Params = verdict.CodeUnsupportedAlgorithm, params("algorithm", algorithm)
	}
	a.add(verdict.Custom, f)
}

func algorithmName(err error, s *eseal.Signature) string {
	var un *sigalg.Unsupported
	if errors.As(err, &un) {
		return un.Name
	}
	return s.SignatureName + ": " + err.Error()
}

// arithmetic is one check, paid from the purse.
func (c *Court) arithmetic(key *sigalg.PublicKey, alg sigalg.Algorithm, f eseal.Form, s *eseal.Signature) ([]note.Note, error) {
	if err := c.Purse.Take(purse.Signatures, key.Cost(len(f.Message.Bytes))); err != nil {
		return nil, err
	}
	return sigalg.Check(key, alg, f.Message, s.Value)
}

// inherited completes a DSA key that leaves its parameters to its issuer
// (RFC 5280 6.1.4 (d)): the path is needed for the key itself.
func (c *Court) inherited(key *sigalg.PublicKey, x *cert.Certificate) *sigalg.PublicKey {
	if !key.NeedsParameters() {
		return key
	}
	for _, issuer := range c.pool.BySubject(x.RawIssuer) {
		from, err := c.keyOf(issuer)
		if err != nil {
			continue
		}
		if k, err := key.Inherit(from); err == nil && !k.NeedsParameters() {
			return k
		}
	}
	return key
}
