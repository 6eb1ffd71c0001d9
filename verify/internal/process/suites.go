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
		ch.weak(c.Policy.Check(suite, policy.UseCertificate, policy.Relied, at), ID(x), x.SHA256)
	}
	for _, e := range ch.Entries {
		it := e.Status.Item
		if it == nil {
			continue
		}
		alg := algorithmOf(it)
		ch.weak(c.Policy.Check(c.suite(alg, c.signerKey(&e.Status)), policy.UseRevocation, policy.Relied, at), ItemID(it), itemDigest(it))
	}
}

// signerKey is the key that signed the datum that speaks, nil where it is not
// known.
func (c *Court) signerKey(st *revocation.Status) *sigalg.PublicKey {
	if st.Signer == nil {
		return nil
	}
	key, _ := c.keyOf(st.Signer)
	return key
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
func (ch *Chain) weak(ws []policy.Weak, object string, sum [32]byte) {
	for _, w := range ws {
		code, ps := weakFinding(w)
		ch.cause(verdict.CryptoConstraintsFailureNoPOE, code, clauseX509+" step 6", object, AboutOther, nil, ps)
		ch.Causes[len(ch.Causes)-1].Material = &Material{SHA256: sum, Until: w.Until}
	}
}

func itemDigest(it *revocation.Item) [32]byte {
	if ref := EvidenceOf(it); ref != nil {
		return ref.SHA256
	}
	return [32]byte{}
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
