package cms

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
)

const oidSHA512 ber.OID = "2.16.840.1.101.3.4.2.3"

// TestHashIndex reads the ats-hash-index of every version (EN 319 122-1 5.5.2,
// TS 101 733 6.4.2): its algorithm and lists, or that it cannot be read.
func TestHashIndex(t *testing.T) {
	list := func(n ...byte) []byte {
		var out []byte
		for _, b := range n {
			out = append(out, octetString([]byte{b})...)
		}
		return seq(out)
	}
	lists := slices.Concat(list(1, 2), list(), list(3))
	for name, c := range map[string]struct {
		version int
		index   []byte
		alg     ber.OID // empty: it cannot be read
	}{
		"v3":                                  {3, seq(alg(oidSHA512), lists), oidSHA512},
		"v2":                                  {2, seq(alg(oidSHA512), lists), oidSHA512},
		"v1":                                  {1, seq(alg(oidSHA512), lists), oidSHA512},
		"v1, its default":                     {1, seq(lists), oidSHA256},
		"v1, its default, first list empty":   {1, seq(list(), list(), list(3)), oidSHA256},
		"v2 without an algorithm":             {2, seq(lists), ""},
		"v3 without an algorithm":             {3, seq(lists), ""},
		"a list too few":                      {3, seq(alg(oidSHA512), list(1), list(2)), ""},
		"a list too many":                     {3, seq(alg(oidSHA512), lists, list()), ""},
		"no list":                             {3, seq(alg(oidSHA512), integer(1)), ""},
		"a digest that is no OCTET STRING":    {3, seq(alg(oidSHA512), seq(integer(1)), list(), list()), ""},
		"an octet string in parts, one wrong": {3, seq(alg(oidSHA512), seq(tlv(0x24, integer(1))), list(), list()), ""},
		"no SEQUENCE":                         {3, set(alg(oidSHA512), lists), ""},
		"an algorithm that cannot be read":    {1, seq(seq(oid(oidSHA512), null, null), lists), ""},
	} {
		attribute := attr([]ber.OID{oidHashIndexV1, oidHashIndexV2, oidHashIndexV3}[c.version-1], c.index)
		x, err := signerWith(t, nil, [][]byte{attribute}).HashIndex()
		if c.alg == "" {
			if err == nil {
				t.Errorf("%s: read as %+v", name, x)
			}
			continue
		}
		if err != nil || x.Version != c.version || x.Algorithm.OID != c.alg || !bytes.Equal(x.Raw, c.index) {
			t.Errorf("%s: %+v %v", name, x, err)
			continue
		}
		if n := len(x.Certificates); n != 2 && n != 0 || len(x.CRLs) != 0 || len(x.Attributes) != 1 || !bytes.Equal(x.Attributes[0], []byte{3}) {
			t.Errorf("%s: %v %v %v", name, x.Certificates, x.CRLs, x.Attributes)
		}
	}
	twice := [][]byte{attr(oidHashIndexV3, seq(alg(oidSHA512), lists)), attr(oidHashIndexV2, seq(alg(oidSHA512), lists))}
	for _, unsigned := range [][][]byte{nil, twice} {
		if x, err := signerWith(t, nil, unsigned).HashIndex(); err == nil {
			t.Errorf("of %d indexes: %+v", len(unsigned), x)
		}
	}
}

// TestArchivedFields: what archive time-stamps take of a signer.
func TestArchivedFields(t *testing.T) {
	a, b, c := attr(oidMystery, integer(1)), attr(oidCertRefs, integer(2)), attr(oidSigTimestamp, token)
	refs := attr(oidRevocationRefs, integer(3))
	s := signerWith(t, nil, [][]byte{a, b, c, refs})
	var fields []byte
	r := ber.NewReader(s.Raw, nil)
	_, in, err := r.ExpectEnter(ber.Sequence, "SignerInfo")
	for range 6 { // version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm, signature
		var e ber.Element
		if err == nil {
			e, err = in.Next()
		}
		fields = append(fields, e.Raw...)
	}
	if err != nil || !bytes.Equal(s.SignedFields(), fields) {
		t.Errorf("%x, want %x (%v)", s.SignedFields(), fields, err)
	}
	if plain := signerWith(t, nil, nil); !bytes.Equal(plain.SignedFields(), fields) {
		t.Error("without unsigned attributes")
	}
	for _, raw := range [][]byte{nil, set(integer(1)), {0x30, 3, 2, 5, 1}} {
		if got := (&SignerInfo{Raw: raw}).SignedFields(); got != nil {
			t.Errorf("of %x: %x", raw, got)
		}
	}
	header, contents := s.UnsignedSet(func(i int) bool { return i%2 == 0 })
	if want := slices.Concat(a, c); !reflect.DeepEqual(contents, [][]byte{a, c}) || !bytes.Equal(append(header, want...), tlv(0xa1, want)) {
		t.Errorf("some of the attributes: %x %x", header, contents)
	}
	body := func(raw []byte) []byte { return raw[2:] }
	if got := s.ReferenceFields(); !bytes.Equal(got, slices.Concat(body(b), body(refs))) {
		t.Errorf("references: %x", got)
	}
	if got := s.SignatureTimestampFields(); !bytes.Equal(got, body(c)) {
		t.Errorf("signature time-stamps: %x", got)
	}
	broken := &SignerInfo{UnsignedAttrs: []Attribute{{Type: oidSigTimestamp, Raw: []byte{0x30, 9}}}}
	if got := broken.SignatureTimestampFields(); got != nil {
		t.Errorf("of what cannot be read: %x", got)
	}
	value := s.UnsignedAttrs[0].Values[0]
	if forms := s.UnsignedAttrs[0].IndexedForms(value); len(forms) != 2 || !bytes.Equal(forms[0], append(oid(oidMystery), value...)) || !bytes.Equal(forms[1], a) {
		t.Errorf("indexed forms: %x", forms)
	}
}

// TestRevocationElements: the elements of crls as hash indexes name them, with
// the CRL or OCSP response that is in them (RFC 5940).
func TestRevocationElements(t *testing.T) {
	crl, response := seq(integer(1)), seq(integer(2))
	other := func(format ber.OID) []byte { return tlv(0xa1, oid(format), response) }
	m := goodMessage()
	m.crls = tlv(0xa1, crl, other(oidRIOCSP), other(oidOCSPBasic), other(oidMystery))
	got := mustParse(t, m.bytes()).RevocationElements()
	want := []RevocationElement{{crl, crl}, {other(oidRIOCSP), response}, {other(oidOCSPBasic), response}, {other(oidMystery), nil}}
	if !slices.EqualFunc(got, want, func(a, b RevocationElement) bool {
		return bytes.Equal(a.Raw, b.Raw) && bytes.Equal(a.Value, b.Value) && (a.Value == nil) == (b.Value == nil)
	}) {
		t.Errorf("%x", got)
	}
	for raw, want := range map[string]int{"": 0, "\xa1": 0, "\x02\x01\x01": 0, "\xa1\x05\x30\x00\x30\x09\x00": 1} {
		if got := (&SignedData{RawCRLs: []byte(raw)}).RevocationElements(); len(got) != want {
			t.Errorf("of %x: %x", raw, got)
		}
	}
	if got := mustParse(t, goodMessage().bytes()).EncodedContentType(); !bytes.Equal(got, oid(oidData)) {
		t.Errorf("content type: %x", got)
	}
}
