package cert

import (
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
)

func TestNameString(t *testing.T) {
	for want, raw := range map[string][]byte{
		"": seq(),
		"CN=統括官,OU=デジタル庁,O=日本国政府,C=JP": dn("C=JP", "O=日本国政府", "OU=デジタル庁", "CN=統括官"),
		`CN=\ a\, b\+c\ `:                  dn(`CN= a, b+c `),
		`CN=\#1\"\\\<\>\;`:                 dn(`CN=#1"\<>;`),
		`CN=a\e2\80\aeb\0a`:                dn("CN=a\u202eb\n"),
		"organizationIdentifier=NTRJP-1":   seq(atv(OIDOrganizationIdentifier, prints("NTRJP-1"))),
		"1.2.3=#0c0178":                    seq(atv("1.2.3", utf8s("x"))),
		"CN=#3000":                         seq(atv(OIDCommonName, seq())),
		"CN=":                              dn("CN="),
		"CN=a+OU=b,C=JP":                   seq(atv(OIDCountry, prints("JP")), set(seq(oid(OIDCommonName), utf8s("a")), seq(oid(OIDOrganizationalUnit), utf8s("b")))),
		"CN=Ž,DC=example,emailAddress=a@b": seq(atv(OIDEmailAddress, str(22, "a@b")), atv(OIDDomainComponent, str(22, "example")), atv(OIDCommonName, str(30, "\x01\x7d"))),
	} {
		n, err := ParseName(raw, nil)
		if err != nil {
			t.Errorf("%s: %v", want, err)
		} else if n.String() != want {
			t.Errorf("%s, want %s", n, want)
		}
	}
	n, err := ParseName(dn("OU=a", "OU=b"), nil)
	if err != nil || n.Get(OIDOrganizationalUnit) != "b" || len(n.All(OIDOrganizationalUnit)) != 2 || n.CommonName() != "" {
		t.Errorf("%v %v", n, err)
	}
	if _, err := ParseName(append(dn("CN=a"), 0), nil); err == nil {
		t.Error("octets after the name were passed over")
	}
}

func TestNamesEqual(t *testing.T) {
	cn := func(tag byte, s string) []byte { return seq(atv(OIDCommonName, str(tag, s))) }
	for _, tc := range []struct {
		name string
		a, b []byte
		want bool
	}{
		{"PrintableString and UTF8String", cn(19, "Test CA"), cn(12, "Test CA"), true},
		{"case", cn(12, "TEST ca"), cn(12, "test CA"), true},
		{"case beyond ASCII", cn(12, "ÉCOLE Σ"), cn(12, "école ς"), true},
		{"spaces", cn(12, "  Test   CA "), cn(19, "Test CA"), true},
		{"space against none", cn(12, "TestCA"), cn(12, "Test CA"), false},
		{"full-width letters", cn(12, "ＴＥＳＴ　ＣＡ"), cn(12, "test ca"), true},
		{"half-width katakana", cn(12, "ｶﾞｲﾑ"), cn(12, "ガイム"), true},
		{"composed and decomposed", cn(12, "é"), cn(12, "e\u0301"), true},
		{"zero-width mark", cn(12, "a\u200bb"), cn(12, "ab"), true},
		{"soft hyphen", cn(12, "a\u00adb"), cn(12, "ab"), true},
		{"Kelvin sign", cn(12, "\u212a"), cn(12, "k"), true},
		{"dotted capital I is not i", cn(12, "\u0130"), cn(12, "i"), false},
		{"old and new form of a character", cn(12, "国"), cn(12, "國"), false},
		{"hiragana and katakana", cn(12, "あ"), cn(12, "ア"), false},
		{"BMPString and UTF8String", cn(30, "\x00A\x53\x70"), cn(12, "a印"), true},
		{"BMPString, another character", cn(30, "\x00b"), cn(12, "a"), false},
		{"BMPString of odd length by octets", cn(30, "\x00a\x00"), cn(30, "\x00A\x00"), false},
		{"UniversalString and PrintableString", cn(28, "\x00\x00\x00A"), cn(19, "a"), true},
		{"TeletexString case", cn(20, "Test  CA"), cn(12, "test ca"), true},
		{"TeletexString beyond what all agree on", cn(20, "\xe9A"), cn(20, "\xe9a"), false},
		{"one letter folded to two", cn(12, "Straße"), cn(19, "STRASSE"), true},
		{"private use by octets", cn(12, "\ue000A"), cn(12, "\ue000a"), false},
		{"invalid UTF-8 by octets", cn(12, "\xffA"), cn(12, "\xffa"), false},
		{"non-ASCII in PrintableString", cn(19, "\xc3\xa9"), cn(12, "é"), false},
		{"IA5String common name", cn(22, "A"), cn(22, "a"), false},
		{"domain component", seq(atv(OIDDomainComponent, str(22, "EXAMPLE"))), seq(atv(OIDDomainComponent, str(22, "example"))), true},
		{"host part of mail", seq(atv(OIDEmailAddress, str(22, "a@EXAMPLE.jp"))), seq(atv(OIDEmailAddress, str(22, "a@example.jp"))), true},
		{"local part of mail", seq(atv(OIDEmailAddress, str(22, "A@example.jp"))), seq(atv(OIDEmailAddress, str(22, "a@example.jp"))), false},
		{"order of RDNs", dn("O=a", "CN=b"), dn("CN=b", "O=a"), false},
		{"one RDN more", dn("O=a", "CN=b"), dn("O=a"), false},
		{"type", dn("O=a"), dn("CN=a"), false},
		{"sets", seq(set(seq(oid(OIDCommonName), utf8s("a")), seq(oid(OIDOrganization), utf8s("b")))), seq(set(seq(oid(OIDOrganization), utf8s("B")), seq(oid(OIDCommonName), utf8s("A")))), true},
		{"one set or two", seq(set(seq(oid(OIDCommonName), utf8s("a")), seq(oid(OIDOrganization), utf8s("b")))), dn("CN=a", "O=b"), false},
		{"empty", seq(), seq(), true},
		{"empty and not", seq(), dn("CN=a"), false},
		{"broken, the same octets", []byte{1, 2}, []byte{1, 2}, true},
		{"broken, other octets", []byte{0x30, 1}, []byte{0x30, 2}, false},
		{"long length", append([]byte{0x30, 0x81, byte(len(dn("CN=a")) - 2)}, dn("CN=a")[2:]...), dn("CN=a"), true},
	} {
		if got := NamesEqual(tc.a, tc.b); got != tc.want {
			t.Errorf("%s: equal %v", tc.name, got)
		}
		if NamesEqual(tc.b, tc.a) != tc.want || (NameKey(tc.a) == NameKey(tc.b)) != tc.want {
			t.Errorf("%s: the other way round, or the keys, say otherwise", tc.name)
		}
	}
}

// A part that holds what separates parts must not make two names one.
func TestNameKeyIsInjective(t *testing.T) {
	a := dn("CN=a\x05\x03\x55\x04\x03sb")
	b := dn("CN=a", "CN=b")
	if NameKey(a) == NameKey(b) || NameKey([]byte("=")) == NameKey(seq()) {
		t.Error("keys meet")
	}
}

func TestGeneralNames(t *testing.T) {
	mailbox := ctx(0, oid(OIDSmtpUTF8Mailbox), ctx(0, utf8s("職員@例.jp")))
	for want, raw := range map[string][]byte{
		"rfc822Name:a@b.jp":                  str(0x81, "a@b.jp"),
		"dNSName:example.jp":                 str(0x82, "example.jp"),
		"uniformResourceIdentifier:http://a": str(0x86, "http://a"),
		"iPAddress:192.0.2.1":                prim(7, []byte{192, 0, 2, 1}),
		"iPAddress:2001:db8::1":              prim(7, []byte{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}),
		"registeredID:1.2.3":                 prim(8, ber.EncodeOID("1.2.3")),
		"directoryName:CN=a":                 ctx(4, dn("CN=a")),
		"otherName:1.2.3":                    ctx(0, oid("1.2.3"), ctx(0, num(1))),
		"otherName:職員@例.jp":                  mailbox,
		"ediPartyName:#a5020500":             ctx(5, null0()),
		"dNSName:\uFFFD":                     str(0x82, "\xff"),
		"otherName:1.2.9":                    ctx(0, oid("1.2.9"), utf8s("a")),
		"iPAddress:#0102":                    prim(7, []byte{1, 2}),
	} {
		g, err := ParseGeneralName(raw, nil)
		if err != nil {
			t.Errorf("%s: %v", want, err)
		} else if g.String() != want {
			t.Errorf("%s, want %s", g, want)
		} else if g.Clean == (strings.Contains(want, "\uFFFD") || want == "iPAddress:#0102" || want == "otherName:1.2.9") {
			t.Errorf("%s: clean %v", want, g.Clean)
		}
	}
	for name, raw := range map[string][]byte{
		"tag 9":            prim(9, []byte{1}),
		"universal":        utf8s("a"),
		"two values":       ctx(0, oid("1.2.3"), ctx(0, num(1), num(2))),
		"name of integers": ctx(4, num(1)),
		"trailing":         append(str(0x82, "a"), 0),
	} {
		if g, err := ParseGeneralName(raw, nil); err == nil {
			t.Errorf("%s: read as %s", name, g)
		}
	}
	list, err := ParseGeneralNames(seq(str(0x82, "a"), mailbox), nil)
	if err != nil || len(list) != 2 {
		t.Errorf("%v %v", list, err)
	}
	if m, ok := list[1].SmtpUTF8(); !ok || m != "職員@例.jp" {
		t.Errorf("mailbox %q", m)
	}
	if _, ok := list[0].SmtpUTF8(); ok {
		t.Error("a dNSName has a mailbox")
	}
	if _, err := ParseGeneralNames(seq(), nil); err == nil {
		t.Error("an empty GeneralNames was read")
	}
	if NameType(12).String() != "[12]" {
		t.Error("name of an unknown type")
	}
}

func TestRangeMasks(t *testing.T) {
	for mask, want := range map[string]bool{"\xff\xff\xff\x00": true, "\xff\xff\xff\xff": true, "\x00\x00\x00\x00": true, "\xff\xf8\x00\x00": true,
		"\xff\x00\xff\x00": false, "\xff\xf7\x00\x00": false, "\xfe\xff\xff\xff": false, "\x00\x00\x00\x01": false, "\xff\xff\x80\x80": false} {
		if got := ipForm([]byte("\x0a\x00\x00\x00"+mask), subtree); got != want {
			t.Errorf("mask %x: %v", mask, got)
		}
	}
}

func TestParseAlgorithm(t *testing.T) {
	a, err := ParseAlgorithm(sha256RSA, nil)
	if err != nil || a.OID.Name() != "sha256WithRSAEncryption" || !isNull(a.Params) || string(a.Raw) != string(sha256RSA) {
		t.Errorf("%+v %v", a, err)
	}
	if a, err := ParseAlgorithm(seq(oid("1.2.3")), nil); err != nil || a.Params != nil {
		t.Errorf("absent parameters: %+v %v", a, err)
	}
	for _, bad := range [][]byte{nil, seq(), seq(num(1)), append(seq(oid("1.2.3")), 0), seq(oid("1.2.3"), null0(), null0()), tlv(0x10, oid("1.2.3"))} {
		if a, err := ParseAlgorithm(bad, nil); err == nil {
			t.Errorf("%x: read as %v", bad, a.OID)
		}
	}
}
