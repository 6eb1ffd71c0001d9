package process

import (
	"strconv"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// suites is step 6: algorithms and keys of the path and of the revocation
// data used, as things relied on now.
func (c *Court) suites(ch *Chain, at time.Time) {
	for i, x := range ch.Path.Certificates {
		if ch.Path.LeafIsAnchor {
			break
		}
		suite := c.suite(x.SignatureAlgorithm, ch.Path.Issuer(i).Key)
		ch.weak(c.Policy.Check(suite, policy.UseCertificate, policy.Relied, at), ID(x), clauseX509+" step 6", AboutOther)
	}
	for _, e := range ch.Entries {
		it := e.Status.Item
		if it == nil {
			continue
		}
		alg := algorithmOf(it)
		var key *sigalg.PublicKey
		if e.Status.Signer != nil {
			key, _ = c.keyOf(e.Status.Signer)
		}
		ch.weak(c.Policy.Check(c.suite(alg, key), policy.UseRevocation, policy.Relied, at), ItemID(it), clauseX509+" step 6", AboutOther)
	}
}

func algorithmOf(it *revocation.Item) cert.Algorithm {
	if it.CRL != nil {
		return it.CRL.SignatureAlgorithm
	}
	return it.OCSP.SignatureAlgorithm
}

// ItemID names a piece of evidence for the report, which knows it by digest.
func ItemID(it *revocation.Item) string {
	if ref := EvidenceOf(it); ref != nil {
		return EvidenceID(ref)
	}
	return ""
}

func (c *Court) suite(a cert.Algorithm, key *sigalg.PublicKey) policy.Suite {
	s := policy.Suite{Key: key}
	alg, _, err := sigalg.ByIdentifier(a.OID, a.Params, 0)
	if err != nil {
		s.Signature = a.OID.Name()
		return s
	}
	s.Digest, s.Signature = alg.Digest, alg.Name
	return s
}

// weak adds one cause for each algorithm that the policy does not rely on.
func (ch *Chain) weak(ws []policy.Weak, object, clause string, about About) {
	for _, w := range ws {
		code, ps := weakFinding(w)
		ch.cause(verdict.CryptoConstraintsFailureNoPOE, code, clause, object, about, nil, ps)
	}
}

func weakFinding(w policy.Weak) (verdict.Code, map[string]string) {
	if w.Minimum > 0 {
		return verdict.CodeKeyTooShort, params("key", w.Algorithm, "minimum", strconv.Itoa(w.Minimum))
	}
	if w.Unknown {
		return verdict.CodeAlgorithmNotListed, params("algorithm", w.Algorithm)
	}
	return verdict.CodeAlgorithmRetired, params("algorithm", w.Algorithm, "until", moment(w.Until))
}
