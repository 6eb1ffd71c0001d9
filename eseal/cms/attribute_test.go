package cms

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// signerWith is a signer with these attributes beside the usual ones.
func signerWith(t *testing.T, signed, unsigned [][]byte) *SignerInfo {
	t.Helper()
	return mustParse(t, withSigner(func(s *signerParts) {
		s.attrs = attrs(append(slices.Clone(signed), attrType, attrDigest)...)
		if unsigned != nil {
			s.unsigned = unsignedOf(unsigned...)
		}
	})).Signers[0]
}

func TestBasicAttributes(t *testing.T) {
	s := signerWith(t, [][]byte{attrTime}, nil)
	at, err := s.SigningTime()
	if err != nil || !at.Equal(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("signing-time %v %v", at, err)
	}
	if d, ok := s.MessageDigest(); !ok || !bytes.Equal(d, digest32) {
		t.Errorf("message-digest %x %v", d, ok)
	}
	if c, ok := s.ContentTypeAttr(); !ok || c != oidData {
		t.Errorf("content-type %v %v", c, ok)
	}
	if a, ok := s.SignedAttribute(oidSigningTime); !ok || !bytes.Equal(a.Raw, attrTime) {
		t.Errorf("SignedAttribute %v %v", a, ok)
	}
	if _, ok := s.UnsignedAttribute(oidSigningTime); ok {
		t.Error("an unsigned signing-time was found")
	}
	constructed := attr(oidMessageDigest, tlv(0x24, octetString([]byte("ab")), octetString([]byte("c"))))
	s = mustParse(t, withSigner(func(s *signerParts) { s.attrs = attrs(constructed) })).Signers[0]
	if d, ok := s.MessageDigest(); !ok || string(d) != "abc" {
		t.Errorf("constructed message-digest %q %v", d, ok)
	}
}

// The quick look at a time never says yes where the calendar says no.
func TestPlainTime(t *testing.T) {
	for in, want := range map[string]bool{
		"261122000000Z": true, "491231235959Z": false, "000101000000Z": true, "260228235959Z": true, "260229000000Z": false,
		"261301000000Z": false, "260001000000Z": false, "260100000000Z": false, "260101240000Z": false, "260101006000Z": false,
		"260101000060Z": false, "2601010000000": false, "26010100000aZ": false, "2601010000Z": false,
	} {
		if got := plainTime(utc(in)); got != want {
			t.Errorf("%s: %v", in, got)
		}
		if _, proper, err := signingTime(utc(in), purse.New(purse.Limits{})); plainTime(utc(in)) && (!proper || err != nil) {
			t.Errorf("%s: the calendar says %v", in, err)
		}
	}
}

// What is absent is not an error; what is there more than once, or broken, is
// not a value.
func TestBasicAttributesAbsentOrBroken(t *testing.T) {
	empty := mustParse(t, withSigner(func(s *signerParts) { s.attrs = nil })).Signers[0]
	two := mustParse(t, withSigner(func(s *signerParts) {
		s.attrs = attrs(attr(oidContentType, oid(oidData), oid(oidData)), attr(oidMessageDigest, octetString(nil), octetString(nil)),
			attr(oidSigningTime, utc("261122000000Z"), utc("261122000000Z")))
	})).Signers[0]
	for i, s := range []*SignerInfo{empty, two} {
		_, md := s.MessageDigest()
		_, ct := s.ContentTypeAttr()
		st, err := s.SigningTime()
		if md || ct || st != nil || (err == nil) != (i == 0) {
			t.Errorf("signer %d: %v %v %v %v", i, md, ct, st, err)
		}
	}
}

func TestCertRefs(t *testing.T) {
	v1 := func(list ...[]byte) []byte { return attr(oidSigningCert, seq(seq(list...))) }
	v2 := func(list ...[]byte) []byte { return attr(oidSigningCertV2, seq(seq(list...))) }
	ess := func(parts ...[]byte) []byte { return seq(append([][]byte{octetString(digest32)}, parts...)...) }
	for _, tc := range []struct {
		name  string
		attrs [][]byte
		want  []string // digest, issuer?, serial, error
	}{
		{"none", nil, nil},
		{"v2 with default hash", [][]byte{v2(essV2(nil, issuerSerialOf(nameBytes, 7)))}, []string{"SHA-256 issuer 7"}},
		{"v2 with SHA-512", [][]byte{v2(essV2(seq(oid("2.16.840.1.101.3.4.2.3")), nil))}, []string{"SHA-512"}},
		{"v1", [][]byte{v1(ess())}, []string{"v1 SHA-1"}},
		{"several, in order", [][]byte{v2(essV2(nil, nil), essV2(alg(oidSHA1), nil))}, []string{"SHA-256", "SHA-1"}},
		{"both", [][]byte{v1(ess(issuerSerialOf(nameBytes, 1))), v2(essV2(nil, issuerSerialOf(nameBytes, 2)))}, []string{"v1 SHA-1 issuer 1", "SHA-256 issuer 2"}},
		{"no certificate", [][]byte{v2()}, []string{"SHA-256? certs names no certificate"}},
		{"v2 under v1", [][]byte{v1(essV2(alg(oidSHA256), nil))}, []string{"v1 SHA-1? certHash"}},
		{"hash is missing", [][]byte{v2(seq(alg(oidSHA256)))}, []string{"SHA-256? certHash"}},
		{"not a sequence", [][]byte{attr(oidSigningCertV2, null)}, []string{"SHA-256? SigningCertificate"}},
		{"good, then broken", [][]byte{v2(essV2(nil, nil), null)}, []string{"SHA-256", "SHA-256? ESSCertID"}},
		{"issuer is empty", [][]byte{v2(essV2(nil, seq(seq(), integer(1))))}, []string{"SHA-256 issuerSerial: "}},
		{"issuer is a DNS name", [][]byte{v2(essV2(nil, seq(seq(tlv(0x82, []byte("a.jp"))), integer(1))))}, []string{"SHA-256 issuerSerial: "}},
		{"two issuers", [][]byte{v2(essV2(nil, seq(seq(directory(nameBytes), directory(nameBytes)), integer(1))))}, []string{"SHA-256 issuerSerial: "}},
		{"issuer by implicit tag", [][]byte{v2(essV2(nil, seq(seq(tlv(0xa4)), integer(1))))}, []string{"SHA-256 issuerSerial: "}},
		{"serial is missing", [][]byte{v2(essV2(nil, seq(seq(directory(nameBytes)))))}, []string{"SHA-256 issuerSerial: "}},
		{"issuerSerial and more", [][]byte{v2(seq(octetString(digest32), issuerSerialOf(nameBytes, 1), null))}, []string{"SHA-256 issuerSerial: "}},
		{"more in issuerSerial", [][]byte{v2(essV2(nil, seq(seq(directory(nameBytes)), integer(1), null)))}, []string{"SHA-256 issuerSerial: "}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, r := range signerWith(t, tc.attrs, nil).CertRefs() {
				got = append(got, describe(r))
			}
			if !slices.EqualFunc(got, tc.want, strings.HasPrefix) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func describe(r CertRef) string {
	s := ""
	if r.V1 {
		s = "v1 "
	}
	d := r.Digest()
	if r.Hash == nil { // the reference itself could not be read
		d = map[bool]sigalg.Digest{true: sigalg.SHA1, false: sigalg.SHA256}[r.V1]
	}
	s += d.Name()
	if r.Issuer != nil {
		s += " issuer " + r.Serial.String()
	}
	if r.Hash == nil {
		s += "?"
	}
	if r.Err != nil {
		msg := r.Err.Error()
		if i := strings.Index(msg, "V2: "); i >= 0 {
			msg = msg[i+4:]
		}
		s += " " + strings.TrimPrefix(msg, "id-aa-signingCertificate: ")
	}
	return s
}

func TestSignaturePolicy(t *testing.T) {
	hash := seq(alg(oidSHA256), octetString(digest32))
	uri := seq(oid(oidPolicyURI), tlv(22, []byte("https://example.jp/policy")))
	bare := seq(oid(oidMystery))
	for _, tc := range []struct {
		name  string
		value []byte
		want  *SignaturePolicy
	}{
		{"implied", null, &SignaturePolicy{Implied: true}},
		{"identifier only", seq(oid(oidMystery)), &SignaturePolicy{ID: oidMystery}},
		{"with hash", seq(oid(oidMystery), hash), &SignaturePolicy{ID: oidMystery,
			HashAlgorithm: AlgorithmIdentifier{OID: oidSHA256, Params: null, Raw: alg(oidSHA256)}, Hash: digest32}},
		{"with qualifiers", seq(oid(oidMystery), hash, seq(uri, bare)), &SignaturePolicy{ID: oidMystery,
			HashAlgorithm: AlgorithmIdentifier{OID: oidSHA256, Params: null, Raw: alg(oidSHA256)}, Hash: digest32,
			URIs:       []string{"https://example.jp/policy"},
			Qualifiers: []PolicyQualifier{{ID: oidPolicyURI, Raw: tlv(22, []byte("https://example.jp/policy"))}, {ID: oidMystery}}}},
		{"number", integer(1), nil},
		{"empty", seq(), nil},
		{"hash is a number", seq(oid(oidMystery), integer(1)), nil},
		{"hash without value", seq(oid(oidMystery), seq(alg(oidSHA256))), nil},
		{"qualifiers are a number", seq(oid(oidMystery), hash, integer(1)), nil},
		{"qualifier without identifier", seq(oid(oidMystery), hash, seq(seq())), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := signerWith(t, [][]byte{attr(oidPolicyID, tc.value)}, nil).SignaturePolicy()
			if (err != nil) != (tc.want == nil) || !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%+v %v, want %+v", got, err, tc.want)
			}
		})
	}
	if p, err := signerWith(t, nil, nil).SignaturePolicy(); p != nil || err != nil {
		t.Errorf("without the attribute: %v %v", p, err)
	}
}

func TestInformingAttributes(t *testing.T) {
	text := func(s string) []byte { return tlv(12, []byte(s)) }
	s := signerWith(t, [][]byte{
		attr(oidCommitment, seq(oid(oidMystery)), seq(oid(oidData), seq(null))),
		attr(oidSignerLocation, seq(tlv(0xa0, text("JP")), tlv(0xa1, text("千代田区")), tlv(0xa2, seq(text("霞が関"), text("一丁目"))))),
		attr(oidContentHint, seq(text("証明書"), oid(oidData))),
		attr(oidMimeType, text("text/plain")),
		attr(oidSignerAttrV2, seq()),
		attr(oidContentTimestamp, token),
	}, nil)
	if len(s.Notes) > 0 {
		t.Errorf("notes %v", s.Notes)
	}
	c, err := s.CommitmentTypes()
	slices.SortFunc(c, func(a, b CommitmentType) int { return strings.Compare(string(b.ID), string(a.ID)) })
	if want := []CommitmentType{{ID: oidMystery}, {ID: oidData, Qualifiers: seq(null)}}; err != nil || !reflect.DeepEqual(c, want) {
		t.Errorf("commitment %v %v", c, err)
	}
	l, err := s.SignerLocation()
	if want := (&SignerLocation{"JP", "千代田区", []string{"霞が関", "一丁目"}}); err != nil || !reflect.DeepEqual(l, want) {
		t.Errorf("location %v %v", l, err)
	}
	h, err := s.ContentHints()
	if want := (&ContentHints{"証明書", oidData}); err != nil || !reflect.DeepEqual(h, want) {
		t.Errorf("hints %v %v", h, err)
	}
	if m, err := s.MimeType(); err != nil || m != "text/plain" {
		t.Errorf("mime-type %q %v", m, err)
	}
	if a := s.SignerAttributes(); len(a) != 1 || a[0].Type != oidSignerAttrV2 {
		t.Errorf("signer attributes %v", a)
	}
	if ts := s.ContentTimestamps(); len(ts) != 1 || !bytes.Equal(ts[0], token) {
		t.Errorf("content time-stamps %x", ts)
	}
}

func TestInformingAttributesBroken(t *testing.T) {
	for name, a := range map[string][]byte{
		"commitment is a number":         attr(oidCommitment, integer(1)),
		"commitment without identifier":  attr(oidCommitment, seq(null)),
		"commitment qualifier":           attr(oidCommitment, seq(oid(oidData), null)),
		"location of an unknown part":    attr(oidSignerLocation, seq(tlv(0xa7, tlv(12, []byte("x"))))),
		"location without text":          attr(oidSignerLocation, seq(tlv(0xa0))),
		"location cut":                   attr(oidSignerLocation, tlv(0x30, []byte{0xa0, 9})),
		"location cut inside":            attr(oidSignerLocation, seq(tlv(0xa0, []byte{12, 9}))),
		"hints without type":             attr(oidContentHint, seq()),
		"hints cut":                      attr(oidContentHint, tlv(0x30, []byte{12, 9})),
		"mime-type of another type":      attr(oidMimeType, octetString([]byte("text/plain"))),
		"mime-type is not UTF-8":         attr(oidMimeType, tlv(12, []byte{0xff})),
		"mime-type of several values":    attr(oidMimeType, tlv(12), tlv(12, []byte("x"))),
		"revocation archive is a number": attr(oidAdobeRevocation, integer(1)),
		"revocation archive of nothing":  attr(oidAdobeRevocation, seq(null)),
	} {
		t.Run(name, func(t *testing.T) {
			s := signerWith(t, [][]byte{a}, nil)
			if got := codes(s.Notes); !slices.Contains(got, CodeMalformedInfo) {
				t.Errorf("notes %v", s.Notes)
			}
		})
	}
}

func TestTimestampsAreLocated(t *testing.T) {
	tok := func(n byte) []byte { return seq(integer(n)) }
	s := signerWith(t, nil, [][]byte{
		attr(oidSigTimestamp, tok(1), tok(2)),
		attr(oidCTimestamp, tok(3)),
		attr(oidSigTimestamp, tok(4)),
		attr(oidRefsTimestamp, tok(5)),
		attr(oidArchiveV2, tok(6)),
		attr(oidArchiveV3, tok(7), tok(8)),
		attr(oidArchiveV1, tok(9)),
	})
	if got := s.SignatureTimestamps(); !reflect.DeepEqual(got, [][]byte{tok(1), tok(2), tok(4)}) {
		t.Errorf("signature time-stamps %x", got)
	}
	if got, want := s.ReferenceTimestamps(), []ReferenceTimestamp{{tok(3), false, 1}, {tok(5), true, 3}}; !reflect.DeepEqual(got, want) {
		t.Errorf("reference time-stamps %v", got)
	}
	want := []ArchiveTimestamp{{2, tok(6), 4}, {3, tok(7), 5}, {3, tok(8), 5}, {1, tok(9), 6}}
	if got := s.ArchiveTimestamps(); !reflect.DeepEqual(got, want) {
		t.Errorf("archive time-stamps %v", got)
	}
	if v, _ := s.ATSHashIndex(); v != 0 {
		t.Errorf("hash index %d", v)
	}
	for i, o := range []ber.OID{oidHashIndexV1, oidHashIndexV2, oidHashIndexV3} {
		if v, raw := signerWith(t, nil, [][]byte{attr(o, token)}).ATSHashIndex(); v != i+1 || !bytes.Equal(raw, token) {
			t.Errorf("hash index %s: %d %x", o, v, raw)
		}
	}
	if v, _ := signerWith(t, nil, [][]byte{attr(oidHashIndexV1, token), attr(oidHashIndexV3, token)}).ATSHashIndex(); v != -1 {
		t.Errorf("two hash indexes: %d", v)
	}
}

func TestCounterSignatures(t *testing.T) {
	counter := func(f func(*signerParts)) []byte {
		s := goodSigner()
		s.attrs = attrs(attrDigest, attrTime)
		f(&s)
		return s.bytes()
	}
	nested := counter(func(s *signerParts) {
		s.unsigned = unsignedOf(attr(oidCounterSignature, counter(func(*signerParts) {})))
	})
	s := signerWith(t, nil, [][]byte{attr(oidCounterSignature, counter(func(*signerParts) {}), nested), attr(oidCounterSignature,
		counter(func(s *signerParts) { s.attrs = attrs(attrDigest, attrType) }), integer(1), append(nested, 0x30))})
	if len(s.Notes) == 0 || s.Notes[0].Code != CodeUnsignedBroken {
		// the last value leaves octets that are no element
		t.Errorf("notes %v", s.Notes)
	}
	s = signerWith(t, nil, [][]byte{attr(oidCounterSignature, counter(func(*signerParts) {}), nested), attr(oidCounterSignature,
		counter(func(s *signerParts) { s.attrs = attrs(attrDigest, attrType) }), integer(1))})
	list := s.CounterSignatures()
	if len(list) != 4 {
		t.Fatalf("%d counter-signatures", len(list))
	}
	for i, c := range list[:2] {
		if c.Err != nil || !c.Counter || len(c.Notes) > 0 || len(c.SignedForms()) != 1 {
			t.Errorf("counter-signature %d: %v %v", i, c.Err, c.Notes)
		}
	}
	if in := list[1].CounterSignatures(); len(in) != 1 || in[0].Err != nil || in[0].depth != 2 {
		t.Errorf("nested: %+v", in)
	}
	if got := codes(list[2].Notes); !slices.Equal(got, []note.Code{CodeCounterContentType}) {
		t.Errorf("with content-type: %v", list[2].Notes)
	}
	if list[3].Err == nil || !strings.Contains(list[3].Err.Error(), "counter-signature 3") {
		t.Errorf("a number: %v", list[3].Err)
	}
	deep := &SignerInfo{depth: 70, purse: purse.New(purse.Limits{})}
	if err := deep.readCounter(nested); err == nil {
		t.Error("seventy levels of counter-signatures")
	}
}

func TestValidationValues(t *testing.T) {
	n := func(b byte) []byte { return seq(integer(b)) }
	lists := func(crls, ocsps []byte) []byte {
		return seq(tlv(0xa0, seq(crls)), tlv(0xa1, seq(ocsps)), tlv(0xa2, seq()))
	}
	s := signerWith(t, [][]byte{attr(oidAdobeRevocation, lists(n(5), n(6)))}, [][]byte{
		attr(oidCertValues, seq(n(1), n(2))),
		attr(oidRevocationValues, lists(slices.Concat(n(3), n(4)), nil)),
	})
	if got, err := s.CertificateValues(); err != nil || !reflect.DeepEqual(got, [][]byte{n(1), n(2)}) {
		t.Errorf("certificates %x %v", got, err)
	}
	if crls, ocsps, err := s.RevocationValues(); err != nil || !reflect.DeepEqual(crls, [][]byte{n(3), n(4)}) || ocsps != nil {
		t.Errorf("revocation %x %x %v", crls, ocsps, err)
	}
	if crls, ocsps, err := s.AdobeRevocation(); err != nil || !reflect.DeepEqual(crls, [][]byte{n(5)}) || !reflect.DeepEqual(ocsps, [][]byte{n(6)}) {
		t.Errorf("archive %x %x %v", crls, ocsps, err)
	}
	s = signerWith(t, nil, [][]byte{attr(oidCertValues, integer(1)), attr(oidRevocationValues, seq(tlv(0xa5)))})
	if _, err := s.CertificateValues(); err == nil {
		t.Error("certificate-values of a number")
	}
	if _, _, err := s.RevocationValues(); err == nil {
		t.Error("revocation-values of [5]")
	}
}

func TestValidationReferences(t *testing.T) {
	other := seq(alg(oidSHA256), octetString(digest32))
	sha1 := octetString(digest32[:20])
	crlIDs := tlv(0xa0, seq(seq(seq(sha1), seq(other, seq(nameBytes)))))
	ocspIDs := tlv(0xa1, seq(seq(seq(seq(null), other), seq(seq(null)))))
	s := signerWith(t, nil, [][]byte{
		attr(oidCertRefs, seq(seq(other, issuerSerialOf(nameBytes, 9)), seq(sha1))),
		attr(oidRevocationRefs, seq(seq(crlIDs, ocspIDs, tlv(0xa2, seq())))),
	})
	certs, err := s.CertificateRefs()
	if err != nil || len(certs) != 2 || certs[0].Digest() != sigalg.SHA256 || certs[0].Serial.Int64() != 9 || certs[1].Digest() != sigalg.SHA1 || certs[1].Issuer != nil {
		t.Errorf("certificates %+v %v", certs, err)
	}
	refs, err := s.RevocationRefs()
	if err != nil || len(refs) != 4 {
		t.Fatalf("revocation %+v %v", refs, err)
	}
	if refs[0].OCSP || refs[0].DigestAlgorithm.OID != oidSHA1 || refs[1].DigestAlgorithm.OID != oidSHA256 || !refs[2].OCSP ||
		!bytes.Equal(refs[2].Hash, digest32) || refs[3].Hash != nil {
		t.Errorf("revocation %+v", refs)
	}
	for name, a := range map[string][]byte{
		"number":           attr(oidCertRefs, integer(1)),
		"no hash":          attr(oidCertRefs, seq(seq())),
		"hash of a number": attr(oidCertRefs, seq(seq(integer(1)))),
		"hash half":        attr(oidCertRefs, seq(seq(seq(alg(oidSHA256))))),
	} {
		if _, err := signerWith(t, nil, [][]byte{a}).CertificateRefs(); err == nil {
			t.Errorf("%s: read", name)
		}
	}
	for name, a := range map[string][]byte{
		"number":          attr(oidRevocationRefs, integer(1)),
		"empty reference": attr(oidRevocationRefs, seq(seq(tlv(0xa0, seq(seq(seq())))))),
		"empty OCSP":      attr(oidRevocationRefs, seq(seq(tlv(0xa1, seq(seq(seq())))))),
		"primitive":       attr(oidRevocationRefs, seq(seq(tlv(0x80, []byte{1})))),
	} {
		if _, err := signerWith(t, nil, [][]byte{a}).RevocationRefs(); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

// RSASSA-PSS defaults may be spelled out on one side only (RFC 4055 3.1).
func TestProtectionComparesValues(t *testing.T) {
	sha1, mgf := alg(oidSHA1), seq(oid("1.2.840.113549.1.1.8"), alg(oidSHA1))
	spelled := seq(tlv(0xa0, sha1), tlv(0xa1, mgf), tlv(0xa2, integer(20)), tlv(0xa3, integer(1)))
	for _, tc := range []struct {
		name   string
		params []byte
		want   bool
	}{
		{"same", seq(), true},
		{"defaults spelled out", spelled, true},
		{"another salt", seq(tlv(0xa2, integer(32))), false},
	} {
		a := attr(oidAlgorithmProtect, seq(alg(oidSHA1), tlv(0xa1, oid(oidPSS), tc.params)))
		s := mustParse(t, withSigner(func(s *signerParts) {
			s.digest, s.sigAlg, s.attrs = alg(oidSHA1), seq(oid(oidPSS), seq()), attrs(a, attrType, attrDigest)
		})).Signers[0]
		p, err := s.AlgorithmProtection()
		if err != nil || p.Matches != tc.want {
			t.Errorf("%s: %+v %v", tc.name, p, err)
		}
		if told := slices.Contains(codes(s.Notes), CodeProtectionEncoding); told != (tc.name == "defaults spelled out") {
			t.Errorf("%s: notes %v", tc.name, s.Notes)
		}
	}
	if p, err := signerWith(t, nil, nil).AlgorithmProtection(); p != nil || err != nil {
		t.Errorf("without the attribute: %v %v", p, err)
	}
}

// TestLongTermValidation: the tags of its fields collide, what is inside tells
// them apart (TS 101 733 V2.1.1 6.5.1).
func TestLongTermValidation(t *testing.T) {
	cert := func(b byte) []byte { return seq(seq(integer(b)), seq(), []byte{3, 1, 0}) }
	date := []byte("\x18\x0f20260401000000Z")
	token := seq(oid(oidContentType), tlv(0xa0, seq()))
	record := seq(integer(1), seq(), seq())
	crl := seq(seq(integer(7)), seq(), []byte{3, 1, 0})
	ocsp := tlv(0xa1, oid(oidRIOCSP), seq(integer(8)))
	s := signerWith(t, nil, [][]byte{
		attr(oidLongTermValidation, seq(date, tlv(0xa0, token), tlv(0xa0, cert(1), cert(2)), tlv(0xa1, crl, ocsp))),
		attr(oidLongTermValidation, seq(date, tlv(0xa1, record))),
		attr(oidLongTermValidation, seq(date)),
	})
	want := []LongTermValues{
		{Certificates: [][]byte{cert(1), cert(2)}, CRLs: [][]byte{crl}, OCSPs: [][]byte{seq(integer(8))}, Proof: token},
		{Proof: record}, {},
	}
	if got, err := s.LongTermValidation(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v", got, err)
	}
	for _, bad := range [][]byte{integer(1), seq(date, tlv(0xa2)), seq(date, tlv(0xa0, []byte{0x30, 5}))} {
		if _, err := signerWith(t, nil, [][]byte{attr(oidLongTermValidation, bad)}).LongTermValidation(); err == nil {
			t.Errorf("%x is read", bad)
		}
	}
}
