package sigalg

import (
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// ByIdentifier resolves the AlgorithmIdentifier of a signature. digest is the
// SignerInfo's digestAlgorithm, zero in certificates, CRLs and OCSP responses.
// params is the raw parameters element, nil when absent. The error is
// *Unsupported or *Malformed.
func ByIdentifier(oid ber.OID, params []byte, digest Digest) (Algorithm, []note.Note, error) {
	return Algorithm{}, nil, &Unsupported{Name: oid.Name(), OID: string(oid)}
}

// DigestByIdentifier resolves a digestAlgorithm: DigestByOID, and the habit of
// putting a signature algorithm there, which is noted. The error is *Unsupported.
func DigestByIdentifier(oid ber.OID, params []byte) (Digest, []note.Note, error) {
	return 0, nil, &Unsupported{Name: oid.Name(), OID: string(oid)}
}

// For fixes what the key decides: an identifier that names only a hash stands
// for the usual algorithm of that key.
func (a Algorithm) For(k *PublicKey) Algorithm { return a }
