package cms

import (
	"bytes"
	"slices"

	"github.com/kakuin/kakuin/eseal/ber"
)

// Small DER and BER by hand: a message that is right, and cases that state
// one deviation each.

func tlv(id byte, parts ...[]byte) []byte { return ber.Append(nil, id, slices.Concat(parts...)) }

// indef writes an indefinite length.
func indef(id byte, parts ...[]byte) []byte {
	return slices.Concat([]byte{id, 0x80}, slices.Concat(parts...), []byte{0, 0})
}

func seq(parts ...[]byte) []byte   { return tlv(0x30, parts...) }
func set(parts ...[]byte) []byte   { return tlv(0x31, parts...) }
func oid(o ber.OID) []byte         { return tlv(6, ber.EncodeOID(o)) }
func octetString(b []byte) []byte  { return tlv(4, b) }
func integer(b ...byte) []byte     { return tlv(2, b) }
func utc(s string) []byte          { return tlv(0x17, []byte(s)) }
func alg(o ber.OID) []byte         { return seq(oid(o), null) }
func directory(name []byte) []byte { return tlv(0xa4, name) }

func attr(o ber.OID, values ...[]byte) []byte { return seq(oid(o), set(values...)) }

const (
	oidRSA     ber.OID = "1.2.840.113549.1.1.1"
	oidTSTInfo ber.OID = "1.2.840.113549.1.9.16.1.4"
	oidMystery ber.OID = "1.3.6.1.4.1.99999.1"
)

var (
	nameBytes  = seq(set(seq(oid("2.5.4.3"), tlv(12, []byte("角印")))))
	digest32   = bytes.Repeat([]byte{0xd1}, 32)
	signature  = bytes.Repeat([]byte{0x51}, 64)
	token      = seq(integer(1)) // stands for a time-stamp token
	attrType   = attr(oidContentType, oid(oidData))
	attrDigest = attr(oidMessageDigest, octetString(digest32))
	attrTime   = attr(oidSigningTime, utc("261122000000Z"))
	attrESS    = attr(oidSigningCertV2, seq(seq(essV2(nil, issuerSerialOf(nameBytes, 7)))))
)

// essV2 is one ESSCertIDv2.
func essV2(alg, issuerSerial []byte) []byte { return seq(alg, octetString(digest32), issuerSerial) }

func issuerSerialOf(name []byte, serial byte) []byte {
	return seq(seq(directory(name)), integer(serial))
}

// signerParts are the fields of a SignerInfo.
type signerParts struct {
	version  byte
	sid      []byte
	digest   []byte
	attrs    []byte // whole [0] element; nil absent
	sigAlg   []byte
	sig      []byte
	unsigned []byte // whole [1] element; nil absent
	extra    []byte
}

func (s signerParts) bytes() []byte {
	return seq(integer(s.version), s.sid, s.digest, s.attrs, s.sigAlg, s.sig, s.unsigned, s.extra)
}

func attrs(list ...[]byte) []byte    { return tlv(0xa0, sorted(list)...) }
func unsorted(list ...[]byte) []byte { return tlv(0xa0, list...) }
func unsignedOf(l ...[]byte) []byte  { return tlv(0xa1, l...) }

func sorted(list [][]byte) [][]byte {
	list = slices.Clone(list)
	slices.SortFunc(list, bytes.Compare)
	return list
}

func goodSigner() signerParts {
	return signerParts{
		version: 1,
		sid:     seq(nameBytes, integer(7)),
		digest:  alg(oidSHA256),
		attrs:   attrs(attrType, attrDigest, attrTime, attrESS),
		sigAlg:  alg(oidRSA),
		sig:     octetString(signature),
	}
}

// parts are the fields of a message.
type parts struct {
	version  byte
	digests  []byte
	ctype    ber.OID
	content  []byte // whole [0] element; nil detached
	certs    []byte // whole [0] element; nil absent
	crls     []byte
	signers  [][]byte
	extra    []byte // after signerInfos
	trailing []byte
	wrap     func(id byte, parts ...[]byte) []byte // tlv or indef
	bare     bool
}

func goodMessage() parts {
	return parts{
		version: 1,
		digests: set(alg(oidSHA256)),
		ctype:   oidData,
		content: tlv(0xa0, octetString([]byte("content"))),
		certs:   tlv(0xa0, seq(integer(1))),
		signers: [][]byte{goodSigner().bytes()},
		wrap:    tlv,
	}
}

func (p parts) bytes() []byte {
	w := p.wrap
	sd := w(0x30, integer(p.version), p.digests, w(0x30, oid(p.ctype), p.content), p.certs, p.crls,
		w(0x31, p.signers...), p.extra)
	if p.bare {
		return append(sd, p.trailing...)
	}
	return append(w(0x30, oid(oidSignedData), w(0xa0, sd)), p.trailing...)
}

// withSigner is a message with this one signer.
func withSigner(f func(*signerParts)) []byte {
	s := goodSigner()
	f(&s)
	m := goodMessage()
	m.signers = [][]byte{s.bytes()}
	return m.bytes()
}
