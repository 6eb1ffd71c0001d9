package cms

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"

	"math/big"
)

func TestSignerNotes(t *testing.T) {
	protection := func(digest, sig []byte) []byte { return attr(oidAlgorithmProtect, seq(digest, sig)) }
	sigAlg := func(o ber.OID, params []byte) []byte { return tlv(0xa1, oid(o), params) }
	many := func(n int) [][]byte {
		list := [][]byte{attrType, attrDigest}
		for i := range n {
			list = append(list, attr(ber.OID("1.3.6.1.4.1.99999.2."+big.NewInt(int64(i)).String()), null))
		}
		return list
	}
	signedBy := func(list ...[]byte) func(*signerParts) { return func(s *signerParts) { s.attrs = attrs(list...) } }
	plus := func(list ...[]byte) func(*signerParts) {
		return signedBy(append(slices.Clone(list), attrType, attrDigest, attrTime, attrESS)...)
	}
	without := func(list ...[]byte) func(*signerParts) {
		return func(s *signerParts) { s.unsigned = unsignedOf(list...) }
	}
	for _, tc := range []struct {
		name string
		set  func(*signerParts)
		want []note.Code
	}{
		{"right", func(*signerParts) {}, nil},
		{"no signed attributes", func(s *signerParts) { s.attrs = nil }, nil},
		{"version 3 with an issuer", func(s *signerParts) { s.version = 3 }, []note.Code{CodeSignerVersion}},
		{"version 2", func(s *signerParts) { s.version = 2 }, []note.Code{CodeSignerVersionUnknown}},
		{"unlisted digest", func(s *signerParts) { s.digest = alg(oidSHA1) }, []note.Code{CodeDigestUnlisted}},
		{"element after the last", func(s *signerParts) { s.extra = integer(1) }, []note.Code{CodeUnknownElement}},
		{"no content-type", signedBy(attrDigest, attrESS), []note.Code{CodeNoContentType}},
		{"no message-digest", signedBy(attrType, attrESS), []note.Code{CodeNoMessageDigest}},
		{"empty set", func(s *signerParts) { s.attrs = tlv(0xa0) }, []note.Code{CodeNoContentType, CodeNoMessageDigest}},
		{"content-type differs", signedBy(attr(oidContentType, oid(oidTSTInfo)), attrDigest), []note.Code{CodeContentTypeDiffers}},
		{"content-type twice", plus(attrType), []note.Code{CodeDuplicate}},
		{"message-digest twice", plus(attr(oidMessageDigest, octetString(signature))), []note.Code{CodeDuplicate}},
		{"content-type with two values", signedBy(attr(oidContentType, oid(oidData), oid(oidData)), attrDigest), []note.Code{CodeManyValues, CodeMalformed}},
		{"content-type without values", signedBy(attr(oidContentType), attrDigest), []note.Code{CodeNoValues}},
		{"content-type is a number", signedBy(attr(oidContentType, integer(1)), attrDigest), []note.Code{CodeMalformed}},
		{"message-digest is a number", signedBy(attrType, attr(oidMessageDigest, integer(1))), []note.Code{CodeMalformed}},
		{"unknown attribute", plus(attr(oidMystery, null)), nil},
		{"unknown attribute twice", plus(attr(oidMystery, null), attr(oidMystery, integer(1))), []note.Code{CodeDuplicateUnknown}},
		{"unknown attribute of two values", plus(attr(oidMystery, null, null)), nil},
		{"forty attributes", signedBy(many(40)...), nil},
		{"forty attributes, one twice", signedBy(append(many(40), attrDigest)...), []note.Code{CodeDuplicate}},
		{"two content time-stamps", plus(attr(oidContentTimestamp, token), attr(oidContentTimestamp, token, token)), nil},
		{"signature time-stamp is signed", plus(attr(oidSigTimestamp, token)), []note.Code{CodeNeedlesslySigned}},
		{"signing-time is unsigned", without(attrTime), []note.Code{CodeNotProtected}},
		{"signing-certificate is unsigned", without(attrESS), []note.Code{CodeIgnored}},
		{"unsigned attribute without values", without(attr(oidSigTimestamp)), []note.Code{CodeNoValues}},
		{"unsigned attributes broken", without(attr(oidSigTimestamp, token), integer(1)), []note.Code{CodeUnsignedBroken}},
		{"unsigned attributes primitive", func(s *signerParts) { s.unsigned = tlv(0x81) }, []note.Code{CodeUnsignedBroken}},
		{"unsorted", func(s *signerParts) { s.attrs = unsorted(attrESS, attrTime, attrType, attrDigest) }, []note.Code{CodeNotDER}},
		{"indefinite", func(s *signerParts) { s.attrs = indef(0xa0, attrType, attrDigest) }, []note.Code{CodeNotDER}},
		{"time with offset", signedBy(attrType, attrDigest, attr(oidSigningTime, utc("150506002448-0400"))), []note.Code{CodeTimeForm}},
		{"GeneralizedTime before 2050", signedBy(attrType, attrDigest, attr(oidSigningTime, tlv(0x18, []byte("20261122000000Z")))), []note.Code{CodeTimeForm}},
		{"GeneralizedTime in 2050", signedBy(attrType, attrDigest, attr(oidSigningTime, tlv(0x18, []byte("20500101000000Z")))), nil},
		{"time is nonsense", signedBy(attrType, attrDigest, attr(oidSigningTime, utc("yesterday"))), []note.Code{CodeMalformed}},
		{"time is text", signedBy(attrType, attrDigest, attr(oidSigningTime, tlv(12, []byte("261122000000Z")))), []note.Code{CodeMalformed}},
		{"location is nonsense", plus(attr(oidSignerLocation, integer(1))), []note.Code{CodeMalformedInfo}},
		{"policy is nonsense", plus(attr(oidPolicyID, integer(1))), []note.Code{CodeMalformed}},
		{"reference is nonsense", signedBy(attrType, attrDigest, attr(oidSigningCertV2, integer(1))), []note.Code{CodeMalformed}},
		{"issuerSerial is nonsense", signedBy(attrType, attrDigest, attr(oidSigningCertV2, seq(seq(essV2(nil, integer(1)))))), []note.Code{CodeIssuerSerial}},
		{"algorithms protected", plus(protection(alg(oidSHA256), sigAlg(oidRSA, null))), nil},
		{"algorithms protected, without NULL", plus(protection(seq(oid(oidSHA256)), sigAlg(oidRSA, nil))), nil},
		{"another digest protected", plus(protection(alg(oidSHA1), sigAlg(oidRSA, null))), []note.Code{CodeProtectionDiffers}},
		{"another signature protected", plus(protection(alg(oidSHA256), sigAlg(oidPSS, null))), []note.Code{CodeProtectionDiffers}},
		{"protection without signature", plus(protection(alg(oidSHA256), nil)), []note.Code{CodeMalformed}},
		{"protection with more", plus(attr(oidAlgorithmProtect, seq(alg(oidSHA256), sigAlg(oidRSA, null), null))), []note.Code{CodeMalformed}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := mustParse(t, withSigner(tc.set)).Signers[0]
			if got := codes(s.Notes); !slices.Equal(got, tc.want) {
				t.Errorf("notes %v, want %v", s.Notes, tc.want)
			}
		})
	}
}

func TestContentOtherThanDataNeedsAttributes(t *testing.T) {
	s := goodSigner()
	s.attrs = nil
	m := goodMessage()
	m.version, m.ctype, m.signers = 3, oidTSTInfo, [][]byte{s.bytes()}
	if got := codes(mustParse(t, m.bytes()).Signers[0].Notes); !slices.Equal(got, []note.Code{CodeAttrsNeeded}) {
		t.Errorf("notes %v", got)
	}
}

// A long list of digest algorithms is looked up, not read for each signer.
func TestDigestInALongList(t *testing.T) {
	var list [][]byte
	for i := range 40 {
		list = append(list, seq(oid(ber.OID("1.3.6.1.4.1.99999.3."+big.NewInt(int64(i)).String()))))
	}
	for _, listed := range []bool{false, true} {
		if listed {
			list = append(list, alg(oidSHA256))
		}
		m := goodMessage()
		m.digests, m.signers = set(list...), [][]byte{goodSigner().bytes(), goodSigner().bytes()}
		for _, s := range mustParse(t, m.bytes()).Signers {
			if got := slices.Contains(codes(s.Notes), CodeDigestUnlisted); got == listed {
				t.Errorf("listed %v: notes %v", listed, s.Notes)
			}
		}
	}
}

// A signature over attributes can be passed off as one over a content that is
// these attributes.
func TestContentThatIsAttributes(t *testing.T) {
	s := goodSigner()
	s.attrs = nil
	m := goodMessage()
	m.content, m.signers = tlv(0xa0, octetString(set(attrType, attrDigest))), [][]byte{s.bytes()}
	if got := codes(mustParse(t, m.bytes()).Signers[0].Notes); !slices.Equal(got, []note.Code{CodeAmbiguous}) {
		t.Errorf("notes %v", got)
	}
	for _, b := range [][]byte{nil, set(), set(integer(1)), set(attrType), append(set(attrDigest), 0), {0x31, 9}} {
		if LooksLikeSignedAttributes(b) {
			t.Errorf("%x taken for signed attributes", b)
		}
	}
}

// One SignerInfo that cannot be read costs neither the others nor itself: it
// stays in the list.
func TestUnreadableSignersStay(t *testing.T) {
	for name, set := range map[string]func(*signerParts){
		"sid":                func(s *signerParts) { s.sid = integer(1) },
		"serialNumber":       func(s *signerParts) { s.sid = seq(nameBytes, nameBytes) },
		"issuer":             func(s *signerParts) { s.sid = seq(integer(7)) },
		"digestAlgorithm":    func(s *signerParts) { s.digest = null },
		"signedAttrs":        func(s *signerParts) { s.attrs = tlv(0xa0, integer(1)) },
		"attrType":           func(s *signerParts) { s.attrs = tlv(0xa0, seq(integer(1), seq())) },
		"attrValues":         func(s *signerParts) { s.attrs = tlv(0xa0, seq(oid(oidData), seq())) },
		"follows attrValues": func(s *signerParts) { s.attrs = tlv(0xa0, seq(oid(oidData), tlv(0x31), null)) },
		"signatureAlgorithm": func(s *signerParts) { s.sigAlg = nil },
		"signature":          func(s *signerParts) { s.sig = tlv(3, []byte{0}) },
	} {
		t.Run(name, func(t *testing.T) {
			bad := goodSigner()
			set(&bad)
			m := goodMessage()
			m.signers = [][]byte{bad.bytes(), goodSigner().bytes()}
			sd, err := Parse(m.bytes(), nil)
			if err != nil {
				t.Fatal(err)
			}
			b, g := sd.Signers[0], sd.Signers[1]
			if b.Err == nil || !strings.Contains(b.Err.Error(), name) || !strings.Contains(b.Err.Error(), "SignerInfo[0]") {
				t.Errorf("error %v", b.Err)
			}
			if !bytes.Equal(b.Raw, bad.bytes()) || b.Signature != nil || b.SignedAttrs != nil {
				t.Errorf("an unreadable signer kept more than its octets: %+v", b)
			}
			if g.Err != nil || len(g.Notes) > 0 {
				t.Errorf("the next signer: %v %v", g.Err, g.Notes)
			}
		})
	}
	m := goodMessage()
	m.signers = [][]byte{integer(1)}
	if sd, err := Parse(m.bytes(), nil); err != nil || sd.Signers[0].Err == nil {
		t.Errorf("a number among the signers: %v", err)
	}
}

func TestSignedForms(t *testing.T) {
	inOrder := set(sorted([][]byte{attrType, attrDigest, attrTime})...)
	asSent := set(attrTime, attrType, attrDigest)
	berValue := attr(oidMystery, indef(0x30, tlv(1, []byte{1}), tlv(0x24, octetString([]byte("ab")), octetString([]byte("c")))))
	derValue := attr(oidMystery, seq(tlv(1, []byte{0xff}), octetString([]byte("abc"))))
	for _, tc := range []struct {
		name  string
		attrs []byte
		want  [][]byte
		cause string
	}{
		{"none", nil, nil, ""},
		{"DER", attrs(attrType, attrDigest, attrTime), [][]byte{inOrder}, ""},
		{"unsorted", unsorted(attrTime, attrType, attrDigest), [][]byte{asSent, inOrder}, "unsorted set"},
		{"indefinite", indef(0xa0, sorted([][]byte{attrType, attrDigest, attrTime})...), [][]byte{inOrder}, "indefinite length"},
		{"indefinite and unsorted", indef(0xa0, attrTime, attrType, attrDigest), [][]byte{inOrder, asSent}, "indefinite length"},
		{"BER inside", unsorted(berValue), [][]byte{set(berValue), set(derValue)}, "indefinite length"},
		{"constructed string", unsorted(attr(oidMystery, tlv(0x24, octetString([]byte("abc"))))),
			[][]byte{set(attr(oidMystery, tlv(0x24, octetString([]byte("abc"))))), set(attr(oidMystery, octetString([]byte("abc"))))}, "constructed string"},
		{"long length", append([]byte{0xa0, 0x81, byte(len(attrType))}, attrType...),
			[][]byte{append([]byte{0x31, 0x81, byte(len(attrType))}, attrType...), set(attrType)}, "length not minimal"},
		{"long length inside", unsorted(attr(oidMystery, []byte{4, 0x81, 1, 9})),
			[][]byte{set(attr(oidMystery, []byte{4, 0x81, 1, 9})), set(attr(oidMystery, octetString([]byte{9})))}, "length not minimal"},
		{"boolean", unsorted(attr(oidMystery, tlv(1, []byte{1}))),
			[][]byte{set(attr(oidMystery, tlv(1, []byte{1}))), set(attr(oidMystery, tlv(1, []byte{0xff})))}, "boolean"},
		{"boolean in DER", unsorted(attr(oidMystery, tlv(1, []byte{0xff}))), [][]byte{set(attr(oidMystery, tlv(1, []byte{0xff})))}, ""},
		{"high tag in DER", unsorted(attr(oidMystery, []byte{0xbf, 0x81, 0x23, 2, 5, 0})), [][]byte{set(attr(oidMystery, []byte{0xbf, 0x81, 0x23, 2, 5, 0}))}, ""},
		{"set inside unsorted", unsorted(attr(oidMystery, set(integer(2), integer(1)))),
			[][]byte{set(attr(oidMystery, set(integer(2), integer(1)))), set(attr(oidMystery, set(integer(1), integer(2))))}, "unsorted set"},
		{"large value in DER", unsorted(attr(oidMystery, octetString(make([]byte, 300)), octetString(make([]byte, 70000)))),
			[][]byte{set(attr(oidMystery, octetString(make([]byte, 300)), octetString(make([]byte, 70000))))}, ""},
		{"broken inside", unsorted(attr(oidMystery, tlv(0x30, []byte{4, 9}))), [][]byte{set(attr(oidMystery, tlv(0x30, []byte{4, 9})))}, "claims 9 octets"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := mustParse(t, withSigner(func(s *signerParts) { s.attrs = tc.attrs })).Signers[0]
			forms := s.SignedForms()
			if len(forms) != len(tc.want) {
				t.Fatalf("%d forms, want %d: %x", len(forms), len(tc.want), forms)
			}
			for i, f := range forms {
				if !bytes.Equal(f.Bytes, tc.want[i]) {
					t.Errorf("form %d\n%x, want\n%x", i, f.Bytes, tc.want[i])
				}
				if (f.Note != nil) != (tc.cause != "") || f.Note != nil && !strings.Contains(f.Note.Params["cause"], tc.cause) {
					t.Errorf("form %d: note %v, want cause %q", i, f.Note, tc.cause)
				}
			}
			if s.RawSignedAttrs != nil && s.RawSignedAttrs[0] != 0xa0 {
				t.Error("the input was changed")
			}
		})
	}
}

// The quick way and the thorough one agree with re-encoding.
func TestDERIsWhatReencodingSays(t *testing.T) {
	values := [][]byte{null, integer(1), set(integer(1), integer(2)), set(integer(2), integer(1)), tlv(0x24, octetString(nil)),
		indef(0x30), tlv(0x1f, []byte{1}), {0x04, 0x81, 0x01, 0}, {0x04, 0x82, 0, 1, 0}, octetString(make([]byte, 200)),
		octetString(make([]byte, 70000)), tlv(0xa5, set(integer(2), integer(1))), tlv(0x61, integer(1)), tlv(1, []byte{2}), {0xbf, 0x23, 2, 5, 0}}
	for _, v := range values {
		for _, list := range [][][]byte{{attr(oidMystery, v)}, {attrType, attr(oidMystery, v)}, {attr(oidMystery, v), attrType}} {
			raw := unsorted(list...)
			sd, err := Parse(withSigner(func(s *signerParts) { s.attrs = raw }), nil)
			if err != nil {
				t.Fatal(err)
			}
			s := sd.Signers[0]
			if s.Err != nil {
				continue
			}
			as := bytes.Clone(raw)
			as[0] = 0x31
			if got, want := s.notDER() == "", ber.IsDER(as, nil); got != want {
				t.Errorf("%x: DER %v, re-encoding says %v (%s)", raw, got, want, s.notDER())
			}
		}
	}
}

func TestNames(t *testing.T) {
	s := mustParse(t, goodMessage().bytes()).Signers[0]
	printable := seq(set(seq(oid("2.5.4.3"), tlv(12, []byte("角印  ")))))
	for _, tc := range []struct {
		name string
		c    *cert.Certificate
		want bool
	}{
		{"issuer and serial", &cert.Certificate{RawIssuer: nameBytes, Serial: big.NewInt(7)}, true},
		{"issuer with other spaces", &cert.Certificate{RawIssuer: printable, Serial: big.NewInt(7)}, true},
		{"another serial", &cert.Certificate{RawIssuer: nameBytes, Serial: big.NewInt(8)}, false},
		{"another issuer", &cert.Certificate{RawIssuer: seq(), Serial: big.NewInt(7)}, false},
		{"nothing", &cert.Certificate{}, false},
	} {
		if got := s.Names(tc.c); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
	ski := &SignerInfo{SubjectKeyID: []byte{1}}
	if !ski.Names(&cert.Certificate{SubjectKeyID: []byte{1}}) || ski.Names(&cert.Certificate{SubjectKeyID: []byte{2}}) {
		t.Error("key identifier")
	}
	if (&SignerInfo{SubjectKeyID: []byte{}}).Names(&cert.Certificate{}) {
		t.Error("an empty key identifier names a certificate without one")
	}
}

func TestNegativeSerialAndAlgorithms(t *testing.T) {
	s := mustParse(t, withSigner(func(s *signerParts) { s.sid = seq(nameBytes, integer(0xff)) })).Signers[0]
	if s.Serial.Int64() != -1 || !bytes.Equal(s.RawSerial, []byte{0xff}) {
		t.Errorf("serial %v", s.Serial)
	}
	if s.Digest() != sigalg.SHA256 {
		t.Errorf("digest %v", s.Digest())
	}
	if a, _, err := s.Algorithm(); err != nil || a.Digest != sigalg.SHA256 {
		t.Errorf("algorithm %+v %v", a, err)
	}
}
