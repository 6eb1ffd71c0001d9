package cert

import (
	"encoding/hex"
	"math/big"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
)

// Encodings for tests, made by hand: right by default, so that a case states
// only its deviation.

func tlv(id byte, parts ...[]byte) []byte {
	var body []byte
	for _, p := range parts {
		body = append(body, p...)
	}
	return ber.Append(nil, id, body)
}

func seq(parts ...[]byte) []byte          { return tlv(0x30, parts...) }
func set(parts ...[]byte) []byte          { return tlv(0x31, parts...) }
func ctx(n byte, parts ...[]byte) []byte  { return tlv(0xa0|n, parts...) }
func prim(n byte, parts ...[]byte) []byte { return tlv(0x80|n, parts...) }
func oid(o ber.OID) []byte                { return tlv(0x06, ber.EncodeOID(o)) }
func num(b ...byte) []byte                { return tlv(0x02, b) }
func octs(b ...[]byte) []byte             { return tlv(0x04, b...) }
func str(tag byte, s string) []byte       { return tlv(tag, []byte(s)) }
func utf8s(s string) []byte               { return str(12, s) }
func prints(s string) []byte              { return str(19, s) }
func yes() []byte                         { return []byte{1, 1, 0xff} }
func null0() []byte                       { return []byte{5, 0} }
func bitstr(b ...byte) []byte             { return tlv(0x03, []byte{0}, b) }
func utc(s string) []byte                 { return str(0x17, s) }
func general(s string) []byte             { return str(0x18, s) }

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// atv is one RDN of one attribute.
func atv(o ber.OID, value []byte) []byte { return set(seq(oid(o), value)) }

func dn(pairs ...string) []byte {
	short := map[string]ber.OID{"C": OIDCountry, "O": OIDOrganization, "OU": OIDOrganizationalUnit, "CN": OIDCommonName}
	var rdns [][]byte
	for _, p := range pairs {
		k, v, _ := strings.Cut(p, "=")
		rdns = append(rdns, atv(short[k], utf8s(v)))
	}
	return seq(rdns...)
}

var (
	sha256RSA = seq(oid("1.2.840.113549.1.1.11"), null0())
	testKey   = seq(seq(oid(oidRSA), null0()), bitstr(seq(num(append([]byte{0, 0xc1}, make([]byte, 255)...)...), num(1, 0, 1))...))
)

// shape is a certificate in parts.
type shape struct {
	version, serial, inner, issuer, validity, subject, key, more, outer, signature, tail []byte
	extensions                                                                           [][]byte
}

func sound() shape {
	return shape{
		version:   ctx(0, num(2)),
		serial:    num(0x2a),
		inner:     sha256RSA,
		issuer:    dn("C=JP", "O=Test CA"),
		validity:  seq(utc("240101000000Z"), utc("290101000000Z")),
		subject:   dn("C=JP", "O=Office", "CN=Seal"),
		key:       testKey,
		outer:     sha256RSA,
		signature: bitstr(1, 2, 3, 4),
	}
}

func (s shape) der() []byte {
	more := s.more
	if s.extensions != nil {
		more = append(more, ctx(3, seq(s.extensions...))...)
	}
	tbs := seq(s.version, s.serial, s.inner, s.issuer, s.validity, s.subject, s.key, more)
	return append(seq(tbs, s.outer, s.signature), s.tail...)
}

func ext(o ber.OID, value []byte) []byte         { return seq(oid(o), octs(value)) }
func criticalExt(o ber.OID, value []byte) []byte { return seq(oid(o), yes(), octs(value)) }

// withExtensions reads a sound certificate with these extensions.
func withExtensions(t testing.TB, list ...[]byte) *Certificate {
	t.Helper()
	s := sound()
	s.extensions = list
	c, err := Parse(s.der(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func integer(body []byte) *big.Int {
	v, _ := ber.Element{Tag: ber.Integer, Body: body}.Int()
	return v
}
