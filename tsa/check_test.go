package tsa

import (
	"errors"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

func TestCheckImprint(t *testing.T) {
	tok := build(t, nil)
	of := func(data string) func(sigalg.Digest) []byte {
		return func(d sigalg.Digest) []byte { h, _ := d.Sum([]byte(data)); return h }
	}
	if err := tok.CheckImprint(of("角印")); err != nil {
		t.Error(err)
	}
	if err := tok.CheckImprint(of("角印 ")); !errors.Is(err, ErrImprint) {
		t.Errorf("other data: %v", err)
	}
	short := func(sigalg.Digest) []byte { return hashed[:16] }
	if err := tok.CheckImprint(short); !errors.Is(err, ErrImprint) {
		t.Errorf("short digest: %v", err)
	}
	none := func(sigalg.Digest) []byte { return nil }
	var mal *sigalg.Malformed
	if err := tok.CheckImprint(none); !errors.As(err, &mal) {
		t.Errorf("no digest: %v", err)
	}
	var un *sigalg.Unsupported
	for _, o := range []ber.OID{"1.2.840.113549.2.4", "1.2.840.113549.1.1.5"} { // MD4, a signature algorithm
		other := build(t, func(d *draft) { d.imprint = tlv(0x30, algorithm(o), tlv(0x04, hashed[:16])) })
		if err := other.CheckImprint(none); !errors.As(err, &un) {
			t.Errorf("%s: %v", o, err)
		}
	}
	// An imprint that is cut short is never the digest, even where it agrees as far as it goes.
	cut := build(t, func(d *draft) { d.imprint = tlv(0x30, algorithm(sha256OID), tlv(0x04, hashed[:31])) })
	if err := cut.CheckImprint(of("角印")); !errors.Is(err, ErrImprint) {
		t.Errorf("cut imprint: %v", err)
	}
}

// TestMatchesCertificate: RFC 5035 5.4, 5.4.1; the first reference of each attribute is the signer's.
func TestMatchesCertificate(t *testing.T) {
	own, other := ownCertificate, otherCertificate
	unknown := attribute("1.2.840.113549.1.9.16.2.47", tlv(0x30, tlv(0x30, tlv(0x30, algorithm("1.2.840.113549.2.4"), tlv(0x04, make([]byte, 16))))))
	broken := attribute("1.2.840.113549.1.9.16.2.47", tlv(0x30, tlv(0x30)))
	for _, c := range []struct {
		name  string
		attrs [][]byte
		want  Binding
		path  int
	}{
		{"none", [][]byte{}, Unbound, 0},
		{"broken", [][]byte{broken}, Unbound, 0},
		{"v2", [][]byte{essV2(own)}, Bound, 0},
		{"v1", [][]byte{essV1(own)}, Bound, 0},
		{"both", [][]byte{essV1(own), essV2(own)}, Bound, 0},
		{"both in the other order", [][]byte{essV2(own), essV1(own)}, Bound, 0},
		{"with the issuer", [][]byte{essV2(own, other)}, Bound, 1},
		{"with the issuer in both", [][]byte{essV2(own, other), essV1(own, other)}, Bound, 2},
		{"issuer first", [][]byte{essV2(other, own)}, BoundLater, 1},
		{"another", [][]byte{essV2(other)}, BoundOther, 0},
		{"v1 names another", [][]byte{essV1(other), essV2(own)}, BoundAside, 0},
		{"v2 names another", [][]byte{essV1(own), essV2(other)}, BoundAside, 0},
		{"unknown digest", [][]byte{unknown}, Unsupported, 0},
		{"unknown digest beside v1", [][]byte{essV1(own), unknown}, BoundAside, 0},
		{"broken beside v1", [][]byte{essV1(own), broken}, Bound, 0},
	} {
		d := newDraft()
		d.attrs = c.attrs
		tok := d.token(t)
		if got := tok.MatchesCertificate(own); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if got := len(tok.PathReferences()); got != c.path {
			t.Errorf("%s: %d references to the path, want %d", c.name, got, c.path)
		}
	}
	if got := build(t, func(d *draft) { d.signers = 0 }).MatchesCertificate(own); got != Unbound {
		t.Errorf("no signer: %v", got)
	}
	if Bound.String() != "bound" || Binding(99).String() != "binding(99)" {
		t.Error("words")
	}
}

// TestSignerUsage: RFC 3161 2.3.
func TestSignerUsage(t *testing.T) {
	const stamping, server, anyUsage ber.OID = "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.1", "2.5.29.37.0"
	bits := func(k cert.KeyUsage) *cert.KeyUsage { return &k }
	for _, c := range []struct {
		name  string
		c     *cert.Certificate
		codes []note.Code
	}{
		{"right", &cert.Certificate{ExtKeyUsage: []ber.OID{stamping}, ExtKeyUsageCritical: true}, nil},
		{"right, with key usage", &cert.Certificate{ExtKeyUsage: []ber.OID{stamping}, ExtKeyUsageCritical: true, KeyUsage: bits(cert.KeyUsageDigitalSignature | cert.KeyUsageNonRepudiation)}, nil},
		{"right, non-repudiation", &cert.Certificate{ExtKeyUsage: []ber.OID{stamping}, ExtKeyUsageCritical: true, KeyUsage: bits(cert.KeyUsageNonRepudiation)}, nil},
		{"absent", &cert.Certificate{}, []note.Code{CodeNoUsage}},
		{"any", &cert.Certificate{ExtKeyUsage: []ber.OID{anyUsage}, ExtKeyUsageCritical: true}, []note.Code{CodeNoUsage}},
		{"server", &cert.Certificate{ExtKeyUsage: []ber.OID{server}}, []note.Code{CodeNoUsage}},
		{"not critical", &cert.Certificate{ExtKeyUsage: []ber.OID{stamping}}, []note.Code{CodeUsageNotCritical}},
		{"not sole", &cert.Certificate{ExtKeyUsage: []ber.OID{stamping, server}, ExtKeyUsageCritical: true}, []note.Code{CodeUsageNotSole}},
		{"neither", &cert.Certificate{ExtKeyUsage: []ber.OID{server, stamping}}, []note.Code{CodeUsageNotCritical, CodeUsageNotSole}},
		{"twice", &cert.Certificate{ExtKeyUsage: []ber.OID{stamping, stamping}, ExtKeyUsageCritical: true}, nil},
		{"may encipher too", &cert.Certificate{ExtKeyUsage: []ber.OID{stamping}, ExtKeyUsageCritical: true, KeyUsage: bits(cert.KeyUsageDigitalSignature | cert.KeyUsageKeyEncipherment)}, []note.Code{CodeKeyUsage}},
		{"may sign certificates only", &cert.Certificate{ExtKeyUsage: []ber.OID{stamping}, ExtKeyUsageCritical: true, KeyUsage: bits(cert.KeyUsageCertSign)}, []note.Code{CodeKeyUsage}},
		{"may nothing", &cert.Certificate{ExtKeyUsage: []ber.OID{stamping}, ExtKeyUsageCritical: true, KeyUsage: bits(0)}, []note.Code{CodeKeyUsage}},
	} {
		wantCodes(t, c.name, SignerUsage(c.c), c.codes...)
	}
}

func TestAnswers(t *testing.T) {
	request := func(parts ...[]byte) *Request {
		r, err := ParseRequest(tlv(0x30, append([][]byte{integer(1)}, parts...)...), nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	withNonce := func(n int64) *Token { return build(t, func(d *draft) { d.rest = [][]byte{integer(n)} }) }
	x509 := tlv(0x30, []byte{5, 0}) // the shape of a certificate is not asked for here
	withCertificate := func(ref []byte) *Token {
		return build(t, func(d *draft) { d.certificates, d.attrs = tlv(0xa0, x509), [][]byte{essV2(ref)} })
	}
	asked := tlv(0x01, []byte{0xff})
	sha512 := tlv(0x30, algorithm(sha512OID), tlv(0x04, hashed[:]))
	flipped := append([]byte{hashed[0] ^ 1}, hashed[1:]...)
	for _, c := range []struct {
		name  string
		tok   *Token
		req   *Request
		codes []note.Code
	}{
		{"right", build(t, nil), request(imprint), nil},
		{"other imprint", build(t, nil), request(tlv(0x30, algorithm(sha256OID), tlv(0x04, flipped))), []note.Code{CodeOtherImprint}},
		{"other hash, same octets", build(t, nil), request(sha512), []note.Code{CodeOtherImprint}},
		{"nonce", withNonce(9), request(imprint, integer(9)), nil},
		{"negative nonce", withNonce(-9), request(imprint, integer(-9)), nil},
		{"nonce with the other sign", withNonce(-9), request(imprint, integer(9)), []note.Code{CodeOtherNonce}},
		{"nonce missing", build(t, nil), request(imprint, integer(9)), []note.Code{CodeOtherNonce}},
		{"nonce not asked for", withNonce(9), request(imprint), nil},
		{"policy", build(t, nil), request(imprint, oidTLV("1.2.3.4")), nil},
		{"other policy", build(t, nil), request(imprint, oidTLV("1.2.3.5")), []note.Code{CodeOtherPolicy}},
		{"certificate missing", build(t, nil), request(imprint, asked), []note.Code{CodeNoCertificate}},
		{"certificate there", withCertificate(x509), request(imprint, asked), nil},
		{"another certificate there", withCertificate(otherCertificate), request(imprint, asked), []note.Code{CodeNoCertificate}},
		{"certificate not asked for", withCertificate(x509), request(imprint), []note.Code{CodeUnaskedCertificate}},
	} {
		wantCodes(t, c.name, c.tok.Answers(c.req), c.codes...)
	}
}

// TestCompare: RFC 3161 2.4.2, ordering and accuracy.
func TestCompare(t *testing.T) {
	at := func(second string, ordering bool, accuracy ...[]byte) *draft {
		d := newDraft()
		d.genTime = tlv(0x18, []byte("202606270234"+second+"Z"))
		if accuracy != nil {
			d.rest = append(d.rest, tlv(0x30, accuracy...))
		}
		if ordering {
			d.rest = append(d.rest, tlv(0x01, []byte{0xff}))
		}
		return d
	}
	elsewhere := at("12", true)
	elsewhere.sid = tlv(0x30, issuer, integer(6))
	byKey := at("12", true)
	byKey.sid, byKey.signerVersion = tlv(0x80, []byte{1}), integer(3)
	noSigner := at("12", true)
	noSigner.signers = 0
	one := integer(1)
	for _, c := range []struct {
		name string
		a, b *draft
		want Order
	}{
		{"ordering, one authority", at("10", true), at("10.5", true), Before},
		{"ordering, same time", at("10", true), at("10", true), Undetermined},
		{"ordering of one only", at("10", true), at("12", false), Undetermined},
		{"ordering, two authorities", at("10", true), elsewhere, Undetermined},
		{"ordering, named otherwise", at("10", true), byKey, Undetermined},
		{"ordering, same key", byKey, byKey, Undetermined},
		{"ordering, no signer", at("10", true), noSigner, Undetermined},
		{"intervals apart", at("10", false, one), at("12.1", false, one), Before},
		{"intervals touch", at("10", false, one), at("12", false, one), Undetermined},
		{"intervals overlap", at("10", false, one), at("11", false, one), Undetermined},
		{"accuracy of one only", at("10", false, one), at("50", false), Undetermined},
	} {
		a, b := c.a.token(t), c.b.token(t)
		if got := a.Compare(b); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
		if got := b.Compare(a); got != -c.want {
			t.Errorf("%s, turned round: %d, want %d", c.name, got, -c.want)
		}
	}
}
