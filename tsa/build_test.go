package tsa

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"math/big"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// tlv is one definite element.
func tlv(id byte, parts ...[]byte) []byte { return ber.Append(nil, id, bytes.Join(parts, nil)) }

func oidTLV(o ber.OID) []byte { return tlv(0x06, ber.EncodeOID(o)) }

func integer(n int64) []byte {
	b := big.NewInt(n).Bytes()
	if n < 0 {
		return tlv(0x02, []byte{byte(n)}) // -128 to -1 is enough here
	}
	if len(b) == 0 || b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return tlv(0x02, b)
}

func algorithm(o ber.OID) []byte { return tlv(0x30, oidTLV(o), []byte{5, 0}) }

const (
	sha256OID ber.OID = "2.16.840.1.101.3.4.2.1"
	sha512OID ber.OID = "2.16.840.1.101.3.4.2.3"
)

var (
	hashed  = sha256.Sum256([]byte("角印"))
	imprint = tlv(0x30, algorithm(sha256OID), tlv(0x04, hashed[:]))
	issuer  = tlv(0x30, tlv(0x31, tlv(0x30, oidTLV("2.5.4.3"), tlv(0x0c, []byte("Test TSA")))))
)

// A draft is a token that is right unless a test changes one part. Nothing in
// it is signed: this room does not ask.
type draft struct {
	contentType                               ber.OID
	version, policy, imprint, serial, genTime []byte
	rest                                      [][]byte // of TSTInfo
	signerVersion                             []byte
	sid                                       []byte
	attrs                                     [][]byte // beside content-type and message-digest; nil: no signed attributes at all
	signers                                   int
	certificates                              []byte
}

func attribute(o ber.OID, value []byte) []byte { return tlv(0x30, oidTLV(o), tlv(0x31, value)) }

// The certificates are only octets here.
var (
	ownCertificate   = []byte("the signer's certificate")
	otherCertificate = []byte("the certificate of its issuer")
)

func essV2(certs ...[]byte) []byte {
	var refs []byte
	for _, c := range certs {
		h := sha256.Sum256(c)
		refs = append(refs, tlv(0x30, tlv(0x04, h[:]))...)
	}
	return attribute("1.2.840.113549.1.9.16.2.47", tlv(0x30, tlv(0x30, refs)))
}

func essV1(certs ...[]byte) []byte {
	var refs []byte
	for _, c := range certs {
		h := sha1.Sum(c)
		refs = append(refs, tlv(0x30, tlv(0x04, h[:]))...)
	}
	return attribute("1.2.840.113549.1.9.16.2.12", tlv(0x30, tlv(0x30, refs)))
}

func newDraft() *draft {
	return &draft{
		contentType: oidTSTInfo,
		version:     integer(1), policy: oidTLV("1.2.3.4"), imprint: imprint, serial: integer(7),
		genTime:       tlv(0x18, []byte("20260627023444.181506Z")),
		signerVersion: integer(1), sid: tlv(0x30, issuer, integer(5)),
		attrs: [][]byte{essV2(ownCertificate)}, signers: 1,
	}
}

func (d *draft) info() []byte {
	return tlv(0x30, append([][]byte{d.version, d.policy, d.imprint, d.serial, d.genTime}, d.rest...)...)
}

func (d *draft) der() []byte {
	var signedAttrs []byte
	if d.attrs != nil {
		h := sha256.Sum256(d.info())
		all := [][]byte{attribute("1.2.840.113549.1.9.3", oidTLV(d.contentType)), attribute("1.2.840.113549.1.9.4", tlv(0x04, h[:]))}
		signedAttrs = tlv(0xa0, append(all, d.attrs...)...)
	}
	signer := tlv(0x30, d.signerVersion, d.sid, algorithm(sha256OID), signedAttrs, algorithm("1.2.840.113549.1.1.1"), tlv(0x04, make([]byte, 256)))
	sd := tlv(0x30, integer(3), tlv(0x31, algorithm(sha256OID)),
		tlv(0x30, oidTLV(d.contentType), tlv(0xa0, tlv(0x04, d.info()))), d.certificates, tlv(0x31, bytes.Repeat(signer, d.signers)))
	return tlv(0x30, oidTLV("1.2.840.113549.1.7.2"), tlv(0xa0, sd))
}

func (d *draft) token(t testing.TB) *Token {
	t.Helper()
	tok, err := ParseToken(d.der(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func build(t testing.TB, change func(d *draft)) *Token {
	t.Helper()
	d := newDraft()
	if change != nil {
		change(d)
	}
	return d.token(t)
}

func wantCodes(t *testing.T, name string, notes []note.Note, want ...note.Code) {
	t.Helper()
	ok := len(notes) == len(want)
	for i := range want {
		ok = ok && notes[i].Code == want[i]
	}
	if !ok {
		t.Errorf("%s: notes %v, want %v", name, notes, want)
	}
}
