package cert

import (
	"bytes"
	"crypto"
	_ "crypto/sha1" // the usual hash of a CertID; it protects nothing there
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"
	"fmt"
	"math/big"

	"github.com/kakuin/kakuin/eseal/ber"
)

// certID reads CertID (RFC 6960 4.1.1).
func certID(r *ber.Reader) (CertID, error) {
	e, in, err := r.ExpectEnter(ber.Sequence, "CertID")
	if err != nil {
		return CertID{}, err
	}
	id := CertID{Raw: e.Raw}
	if id.HashAlgorithm, err = algorithm(&in, "hashAlgorithm"); err != nil {
		return id, err
	}
	for _, dst := range []*[]byte{&id.IssuerNameHash, &id.IssuerKeyHash} {
		v, err := in.Expect(ber.OctetString, "hash")
		if err != nil {
			return id, err
		}
		if *dst, err = in.Octets(v); err != nil {
			return id, err
		}
	}
	serial, err := in.Expect(ber.Integer, "serialNumber")
	if err != nil {
		return id, err
	}
	if id.Serial, err = serial.Int(); err != nil {
		return id, err
	}
	return id, end(&in)
}

// idHashes are the hashes that a CertID is read with (RFC 5754 2, NIST CSOR).
var idHashes = map[ber.OID]crypto.Hash{
	"1.3.14.3.2.26":           crypto.SHA1,
	"2.16.840.1.101.3.4.2.4":  crypto.SHA224,
	"2.16.840.1.101.3.4.2.1":  crypto.SHA256,
	"2.16.840.1.101.3.4.2.2":  crypto.SHA384,
	"2.16.840.1.101.3.4.2.3":  crypto.SHA512,
	"2.16.840.1.101.3.4.2.8":  crypto.SHA3_256,
	"2.16.840.1.101.3.4.2.9":  crypto.SHA3_384,
	"2.16.840.1.101.3.4.2.10": crypto.SHA3_512,
}

// Matches tells whether the identifier names the certificate with this
// serial number whose issuer has this encoded name (as the certificate writes
// it) and this key: the octets of subjectPublicKey, without tag and unused
// bits. The error says that the hash algorithm is not known here.
func (id CertID) Matches(issuerName, issuerKey []byte, serial *big.Int) (bool, error) {
	if id.Serial == nil || serial == nil || id.Serial.Cmp(serial) != 0 {
		return false, nil
	}
	h, ok := idHashes[id.HashAlgorithm.OID]
	if !ok {
		return false, fmt.Errorf("CertID: hash algorithm %s is not supported", id.HashAlgorithm.OID.Name())
	}
	return bytes.Equal(id.IssuerNameHash, digest(h, issuerName)) && bytes.Equal(id.IssuerKeyHash, digest(h, issuerKey)), nil
}

func digest(h crypto.Hash, b []byte) []byte {
	w := h.New()
	w.Write(b)
	return w.Sum(nil)
}
