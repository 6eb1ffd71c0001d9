package sigalg

import (
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// Key algorithms (RFC 3279 2.3, RFC 5480 2.1, RFC 4055 1.2).
const (
	oidRSA         ber.OID = "1.2.840.113549.1.1.1"
	oidRSAOld      ber.OID = "2.5.8.1.1" // X.509 annex H "rsa", seen in certificates of the nineties
	oidPSS         ber.OID = "1.2.840.113549.1.1.10"
	oidMGF1        ber.OID = "1.2.840.113549.1.1.8"
	oidEC          ber.OID = "1.2.840.10045.2.1"
	oidECArc       ber.OID = "1.2.840.10045.4" // arc of the ECDSA identifiers, written without a hash by pyHanko and OpenSSL users
	oidDSA         ber.OID = "1.2.840.10040.4.1"
	oidDSAOld      ber.OID = "1.3.14.3.2.12"
	oidShake128Len ber.OID = "2.16.840.1.101.3.4.2.17"
	oidShake256Len ber.OID = "2.16.840.1.101.3.4.2.18"
	oidECSpecified ber.OID = "1.2.840.10045.4.3" // ecdsa-with-Specified: the hash stands in the parameters
)

// ByIdentifier resolves the AlgorithmIdentifier of a signature. digest is the
// SignerInfo's digestAlgorithm, zero in certificates, CRLs and OCSP responses.
// params is the raw parameters element, nil when absent. The error is
// *Unsupported or *Malformed.
//
// Where both name a hash and they differ, the signature algorithm's governs
// the signature, and digestAlgorithm the message-digest attribute: RFC 5652
// 5.4 knows one hash only, and this reading fits what the producers compute.
func ByIdentifier(oid ber.OID, params []byte, digest Digest) (Algorithm, []note.Note, error) {
	switch oid {
	case oidPSS:
		return resolvePSS(params, digest)
	case oidECSpecified:
		return ecdsaSpecified(params, digest)
	case oidRSA, oidRSAOld:
		return bare(Algorithm{Name: "RSA-PKCS1-v1_5", OID: oid}, params, digest)
	case oidEC, oidECArc, oidDSA, oidDSAOld:
		name := "DSA"
		if oid == oidEC || oid == oidECArc {
			name = "ECDSA"
		}
		// The parameters are those of the key here: nothing to say about them.
		a, notes, err := bare(Algorithm{Name: name, OID: oid}, nil, digest)
		if err == nil {
			notes = append(notes, note.New(CodeBareKey, "signatureAlgorithm", note.Params{"oid": oid.Name(), "digest": digest.Name()}))
		}
		return a, notes, err
	}
	if d := DigestByOID(oid); d != 0 {
		notes := []note.Note{note.New(CodeDigestAsSignature, "signatureAlgorithm", note.Params{"digest": d.Name()})}
		return Algorithm{Name: "RSA-PKCS1-v1_5", Digest: d, OID: oid, byKey: true}, append(notes, unlike(digest, d)...), nil
	}
	in, ok := signatureTable[oid]
	if !ok || in.unsupported {
		return Algorithm{}, nil, &Unsupported{Name: nameOr(in.name, oid), OID: string(oid)}
	}
	a := Algorithm{Name: in.name, Digest: in.digest, OID: oid, Plain: in.plain}
	if in.pssShake {
		a = Algorithm{Name: "RSA-PSS", Digest: in.digest, MGF: in.digest, XOF: true, Salt: in.digest.Size(), OID: oid}
	}
	notes := parametersNote("signatureAlgorithm", oid, params)
	return a, append(notes, unlike(digest, a.Digest)...), nil
}

func nameOr(name string, oid ber.OID) string {
	if name != "" {
		return name
	}
	return oid.Name()
}

// bare completes an identifier that leaves the hash to digestAlgorithm.
func bare(a Algorithm, params []byte, digest Digest) (Algorithm, []note.Note, error) {
	if digest == 0 {
		return Algorithm{}, nil, malformed("signature algorithm", "%s names no hash and nothing else does", a.OID.Name())
	}
	a.Digest = digest
	return a, parametersNote("signatureAlgorithm", a.OID, params), nil
}

// ecdsaSpecified reads ecdsa-with-Specified (X9.62: parameters are the hash's AlgorithmIdentifier).
func ecdsaSpecified(params []byte, digest Digest) (Algorithm, []note.Note, error) {
	r := ber.NewReader(params, nil)
	h, _, err := readIdentifier(&r, "ecdsa-with-Specified")
	if err != nil {
		return Algorithm{}, nil, &Malformed{What: "signature algorithm", Err: err}
	}
	d := DigestByOID(h)
	if d == 0 {
		return Algorithm{}, nil, &Unsupported{Name: h.Name(), OID: string(h)}
	}
	return Algorithm{Name: "ECDSA", Digest: d, OID: oidECSpecified}, unlike(digest, d), nil
}

// unlike notes two hashes for one signature.
func unlike(digest, governs Digest) []note.Note {
	if digest == 0 || governs == 0 || digest == governs {
		return nil
	}
	return []note.Note{note.New(CodeUnlikeDigests, "signatureAlgorithm",
		note.Params{"digestAlgorithm": digest.Name(), "signatureDigest": governs.Name()})}
}

// parametersNote: NULL and absent are both met and both fine (RFC 5754 2 asks
// for tolerance); anything else is told.
func parametersNote(where string, oid ber.OID, params []byte) []note.Note {
	if len(params) == 0 || len(params) == 2 && params[0] == 5 && params[1] == 0 {
		return nil
	}
	return []note.Note{note.New(CodeParameters, where, note.Params{"oid": oid.Name()})}
}

// DigestByIdentifier resolves a digestAlgorithm: DigestByOID, and the habit of
// putting a signature algorithm there, which is noted. The error is *Unsupported.
func DigestByIdentifier(oid ber.OID, params []byte) (Digest, []note.Note, error) {
	if d := DigestByOID(oid); d != 0 {
		return d, parametersNote("digestAlgorithm", oid, params), nil
	}
	if d := shakeOfLength(oid, params); d != 0 {
		return d, nil, nil
	}
	d := signatureTable[oid].digest
	if oid == oidPSS {
		if a, _, err := resolvePSS(params, 0); err == nil {
			d = a.Digest
		}
	}
	if d == 0 {
		return 0, nil, &Unsupported{Name: nameOr(unknownDigests[oid], oid), OID: string(oid)}
	}
	return d, []note.Note{note.New(CodeSignatureAsDigest, "digestAlgorithm", note.Params{"oid": oid.Name(), "digest": d.Name()})}, nil
}

// shakeOfLength reads id-shake128-len and id-shake256-len, whose parameter is
// the length of the output in bits (RFC 8419 2.2). RFC 8419 3.1 wants SHAKE256
// of 512 bits beside Ed448; both usual lengths are those of RFC 8702. Zero for
// any other length and identifier.
func shakeOfLength(oid ber.OID, params []byte) Digest {
	d := map[ber.OID]Digest{oidShake128Len: SHAKE128, oidShake256Len: SHAKE256}[oid]
	if d == 0 {
		return 0
	}
	r := ber.NewReader(params, nil)
	e, err := r.Expect(ber.Integer, "length of SHAKE")
	if err != nil || !r.Empty() {
		return 0
	}
	if n, err := e.Int64(); err != nil || n != int64(8*d.Size()) {
		return 0
	}
	return d
}

// For fixes what the key decides: an identifier that names only a hash stands
// for the usual algorithm of that key.
func (a Algorithm) For(k *PublicKey) Algorithm {
	if !a.byKey {
		return a
	}
	switch k.Algorithm {
	case "RSA":
	case "ECDSA", "DSA":
		a.Name = k.Algorithm
	default: // Ed25519, Ed448, ML-DSA, SLH-DSA take no digest (RFC 8419 2.2, RFC 9882 3.1)
		a.Name, a.Digest = k.Algorithm, 0
	}
	a.byKey = false
	return a
}

// readIdentifier reads an AlgorithmIdentifier: identifier and raw parameters, nil when absent.
func readIdentifier(r *ber.Reader, what string) (ber.OID, []byte, error) {
	_, in, err := r.ExpectEnter(ber.Sequence, what)
	if err != nil {
		return "", nil, err
	}
	e, err := in.Expect(ber.ObjectID, what)
	if err != nil {
		return "", nil, err
	}
	oid, err := e.OID()
	if err != nil {
		return "", nil, err
	}
	if in.Empty() {
		return oid, nil, nil
	}
	p, err := in.Next()
	return oid, p.Raw, err
}
