package sigalg

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strconv"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

func itoa(n int) string { return strconv.Itoa(n) }

// maxSalt is more than the largest modulus can hold.
const maxSalt = maxModulusBits / 8

// resolvePSS reads the parameters of a signature by id-RSASSA-PSS. RFC 4055
// 3.1 wants them present; absent or NULL ones are read as the defaults and noted.
func resolvePSS(params []byte, digest Digest) (Algorithm, []note.Note, error) {
	var notes []note.Note
	if len(params) == 0 || bytes.Equal(params, []byte{5, 0}) {
		notes = append(notes, note.New(CodePSSDefaults, "signatureAlgorithm", nil))
		params = []byte{0x30, 0}
	}
	a, err := parsePSS(params)
	if err != nil {
		return Algorithm{}, nil, err
	}
	return a, append(notes, unlike(digest, a.Digest)...), nil
}

// parsePSS reads
//
//	RSASSA-PSS-params ::= SEQUENCE {
//	    hashAlgorithm    [0] HashAlgorithm DEFAULT sha1Identifier,
//	    maskGenAlgorithm [1] MaskGenAlgorithm DEFAULT mgf1SHA1Identifier,
//	    saltLength       [2] INTEGER DEFAULT 20,
//	    trailerField     [3] INTEGER DEFAULT 1 }          -- RFC 4055 3.1
func parsePSS(params []byte) (Algorithm, error) {
	a := Algorithm{Name: "RSA-PSS", Digest: SHA1, MGF: SHA1, Salt: 20, OID: oidPSS}
	r := ber.NewReader(params, purse.New(purse.Limits{Objects: 64, Depth: 16}))
	_, in, err := r.ExpectEnter(ber.Sequence, "RSASSA-PSS-params")
	if err != nil {
		return a, &Malformed{What: "RSASSA-PSS parameters", Err: err}
	}
	for last := -1; !in.Empty(); {
		e, err := in.Next()
		if err != nil {
			return a, &Malformed{What: "RSASSA-PSS parameters", Err: err}
		}
		n := int(e.Tag.Number())
		if e.Tag.Class() != 2 || n > 3 || n <= last {
			return a, malformed("RSASSA-PSS parameters", "%s out of place", e.Tag)
		}
		last = n
		field, err := in.Enter(e)
		if err == nil {
			err = a.pssField(n, &field)
		}
		if err != nil {
			return a, classify("RSASSA-PSS parameters", err)
		}
	}
	return a, nil
}

// classify wraps an error of reading, and leaves *Unsupported and *Malformed as they are.
func classify(what string, err error) error {
	switch err.(type) {
	case *Unsupported, *Malformed:
		return err
	}
	return &Malformed{What: what, Err: err}
}

func (a *Algorithm) pssField(n int, r *ber.Reader) error {
	switch n {
	case 0:
		oid, _, err := readIdentifier(r, "hashAlgorithm")
		if err != nil {
			return err
		}
		if a.Digest = DigestByOID(oid); a.Digest == 0 {
			return &Unsupported{Name: "RSA-PSS with " + nameOr(unknownDigests[oid], oid), OID: string(oid)}
		}
		return nil
	case 1:
		return a.pssMask(r)
	}
	e, err := r.Expect(ber.Integer, "saltLength or trailerField")
	if err != nil {
		return err
	}
	v, err := e.Int64()
	if err != nil {
		return err
	}
	if n == 3 {
		if v != 1 {
			return malformed("RSASSA-PSS parameters", "trailerField %d, only 1 exists", v)
		}
		return nil
	}
	if v < 0 || v > maxSalt {
		return malformed("RSASSA-PSS parameters", "saltLength %d", v)
	}
	a.Salt = int(v)
	return nil
}

func (a *Algorithm) pssMask(r *ber.Reader) error {
	oid, params, err := readIdentifier(r, "maskGenAlgorithm")
	if err != nil {
		return err
	}
	if d := DigestByOID(oid); d == SHAKE128 || d == SHAKE256 {
		a.MGF, a.XOF = d, true
		return nil
	}
	if oid != oidMGF1 {
		return &Unsupported{Name: "mask generation " + oid.Name(), OID: string(oid)}
	}
	in := ber.NewReader(params, purse.New(purse.Limits{Objects: 16}))
	hash, _, err := readIdentifier(&in, "hash of MGF1")
	if err != nil {
		return err
	}
	if a.MGF, a.XOF = DigestByOID(hash), false; a.MGF == 0 {
		return &Unsupported{Name: "MGF1 with " + nameOr(unknownDigests[hash], hash), OID: string(hash)}
	}
	return nil
}

func (a Algorithm) describePSS() string {
	mask := "MGF1 "
	if a.XOF {
		mask = ""
	}
	return a.Digest.Name() + ", " + mask + a.MGF.Name() + ", salt " + itoa(a.Salt)
}

// checkPSS is EMSA-PSS-VERIFY with the stated salt length (RFC 8017 9.1.2).
func (k *rsaKey) checkPSS(em []byte, a Algorithm, h []byte) ([]note.Note, error) {
	for _, d := range []Digest{a.Digest, a.MGF} {
		if !d.Available() {
			return nil, &Unsupported{Name: "RSA-PSS with " + d.String(), OID: string(d.OID())}
		}
	}
	salt, ok := openPSS(em, k.n.BitLen()-1, a, h)
	switch {
	case ok && salt == a.Salt:
		return nil, nil
	case ok:
		return mismatch(CodePSSSalt, note.Params{"stated": itoa(a.Salt), "found": itoa(salt)})
	}
	if _, v15 := unpadPKCS1(em); v15 {
		return mismatch(CodeScheme, note.Params{"named": a.Name, "found": "RSA-PKCS1-v1_5"})
	}
	return nil, ErrMismatch
}

// openPSS undoes EMSA-PSS (RFC 8017 9.1.2) for whatever salt length the block
// holds, and tells that length and whether the hash fits.
func openPSS(em []byte, emBits int, a Algorithm, h []byte) (salt int, ok bool) {
	emLen := (emBits + 7) / 8
	if len(em) > emLen { // modulus of 8n+1 bits
		if em[0] != 0 {
			return 0, false
		}
		em = em[len(em)-emLen:]
	}
	hLen := a.Digest.Size()
	if !a.Digest.Available() || emLen < hLen+2 || em[emLen-1] != 0xbc {
		return 0, false
	}
	db := bytes.Clone(em[:emLen-hLen-1])
	seed := em[emLen-hLen-1 : emLen-1]
	unused := 8*emLen - emBits
	if bits.LeadingZeros8(db[0]) < unused {
		return 0, false
	}
	a.mask(db, seed)
	db[0] &= 0xff >> unused
	i := 0
	for i < len(db) && db[i] == 0 {
		i++
	}
	if i == len(db) || db[i] != 1 {
		return 0, false
	}
	hash := a.Digest.info().make()
	hash.Write(make([]byte, 8))
	hash.Write(h)
	hash.Write(db[i+1:])
	return len(db) - i - 1, bytes.Equal(hash.Sum(nil), seed)
}

// mask xors dst with MGF1 over seed (RFC 8017 B.2.1), or with the output of
// SHAKE itself (RFC 8702 2.2).
func (a Algorithm) mask(dst, seed []byte) {
	if a.XOF {
		xorSHAKE(a.MGF, dst, seed)
		return
	}
	hash := a.MGF.info().make()
	var counter [4]byte
	var out []byte
	for n := uint32(0); len(dst) > 0; n++ {
		hash.Reset()
		binary.BigEndian.PutUint32(counter[:], n)
		hash.Write(seed)
		hash.Write(counter[:])
		out = hash.Sum(out[:0])
		for i := range min(len(out), len(dst)) {
			dst[i] ^= out[i]
		}
		dst = dst[min(len(out), len(dst)):]
	}
}
