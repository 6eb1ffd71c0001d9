package trustlist

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kakuin/kakuin/eseal/ber"
)

// everyKey uses every key of the format.
func everyKey(t testing.TB) (string, fstest.MapFS) {
	a, b, c := der(t, "file"), der(t, "pem"), der(t, "der")
	yaml := fmt.Sprintf(`schema: kakuin/trustlist/v1
id: example.prefecture
sequence: 42
issued: 2026-11-01
nextUpdate: 2027-05-01T09:00:00+09:00
operator: 県庁 デジタル課
services:
  - name: {ja: 官職認証局, en: Official Status CA}
    type: seal-ca
    framework: gpki
    anchors:
      - file: certs/a.cer
        sha256: "%s"
        keyId: %x
      - pem: |
%s
        until: 2029-08-23
      - der: %s
      - sha256: fa6336bbc778ca241a59facf07470123426556046c3cbff08ab860b281f55763
        confidence: secondary
        url: https://example.jp/ca.cer
        subject: OU=OfficialStatusCA
        notBefore: 2019-08-23
        notAfter: 2029-08-23
        source: a report
    identity:
      - sha256: fa6336bbc778ca241a59facf07470123426556046c3cbff08ab860b281f55763
      - {subject: {O: Example, OU: [A, B], 2.5.4.97: NTRJP-1}, certificatePolicies: [1.2.392.1], tokenPolicies: [1.3.6.1.4.1.955.1.10.1.5.3]}
    status:
      - {from: 2019-08-23, status: granted}
      - {from: 2029-08-23, status: withdrawn}
    purposes: [seal, timestamping]
    policies: {accept: [1.2.392.200149.8.5.1.1.20], explicit: true}
    revocation: {checkable: restricted, note: {ja: 不可, en: not by you}}
    assurance: {level: 認定, ial: "3", aal: 2, basis: 令和3年総務省告示第146号}
    source: the ministry's page
    url: https://example.jp/
  - name: 登記所
    type: registry
`, print(a), seed20("file"), indent(string(pemOf(b)), "          "), base64.StdEncoding.EncodeToString(c))
	return yaml, fstest.MapFS{"certs/a.cer": {Data: a}}
}

func seed20(cn string) []byte {
	h := sha256.Sum256([]byte(cn))
	return h[:20]
}

func indent(s, by string) string {
	return by + strings.Join(strings.Split(strings.TrimSpace(s), "\n"), "\n"+by)
}

func TestParseReadsEveryKey(t *testing.T) {
	yaml, files := everyKey(t)
	l, err := Parse([]byte(yaml), files)
	if err != nil {
		t.Fatal(err)
	}
	if l.ID != "example.prefecture" || l.Sequence != 42 || l.Issued != date("2026-11-01T00:00:00Z") || l.NextUpdate != date("2027-05-01T00:00:00Z") || l.Operator != "県庁 デジタル課" || l.BuiltIn {
		t.Errorf("head: %+v", l)
	}
	s := l.Services[0]
	if s.Name != (Text{"官職認証局", "Official Status CA"}) || s.Type != TypeSealCA || s.Framework != "gpki" || s.List != l.ID || s.URL != "https://example.jp/" {
		t.Errorf("service: %+v", s)
	}
	if len(s.Anchors) != 4 || s.Anchors[0].Certificate.Subject.CommonName() != "file" || s.Anchors[1].Certificate.Subject.CommonName() != "pem" || s.Anchors[2].Certificate.Subject.CommonName() != "der" {
		t.Fatalf("anchors: %+v", s.Anchors)
	}
	if pin := s.Anchors[3]; pin.Certificate != nil || pin.Confidence != ConfidenceSecondary || pin.NotAfter != date("2029-08-23T00:00:00Z") || pin.Source != "a report" {
		t.Errorf("pin: %+v", pin)
	}
	if !s.Anchors[1].Ended(date("2029-08-23T00:00:00Z")) || s.Anchors[1].Ended(date("2029-08-22T23:59:59Z")) || s.Anchors[0].Ended(to2040) {
		t.Error("sunset: a moment equal to it is past, and an absent one never comes")
	}
	want := []Attribute{{"2.5.4.10", "Example"}, {"2.5.4.11", "A"}, {"2.5.4.11", "B"}, {"2.5.4.97", "NTRJP-1"}}
	if len(s.Identity) != 2 || s.Identity[0].SHA256 == nil || !slices.Equal(s.Identity[1].Subject, want) {
		t.Errorf("identity: %+v", s.Identity)
	}
	if !slices.Equal(s.Policies.Accept, []ber.OID{"1.2.392.200149.8.5.1.1.20"}) || !s.Policies.Explicit || s.Revocation.Checkable != CheckableRestricted || s.Revocation.Note.EN != "not by you" {
		t.Errorf("policies %+v, revocation %+v", s.Policies, s.Revocation)
	}
	if s.Assurance != (Assurance{"認定", "3", "2", "令和3年総務省告示第146号"}) {
		t.Errorf("assurance: %+v", s.Assurance)
	}
	if r := l.Services[1]; r.Type != TypeRegistry || r.Framework != "private" || r.Name.JA != "登記所" || r.Revocation.Checkable != CheckableOpen {
		t.Errorf("defaults: %+v", r)
	}
}

const minimal = "schema: kakuin/trustlist/v1\nid: x\n"

// in puts one more line into the only service of a list: line 5.
func in(line string) string {
	return minimal + "services:\n  - name: s\n    " + line + "\n"
}

// on puts keys on the only anchor of a list: line 6, column 9.
func on(keys string) string { return in("anchors:\n      - {" + keys + "}") }

const pin = "sha256: fa6336bbc778ca241a59facf07470123426556046c3cbff08ab860b281f55763"

func TestParseRefuses(t *testing.T) {
	for _, tc := range []struct {
		name, yaml string
		line, col  int
		what       string
	}{
		{"nothing", "", 0, 0, "0 YAML documents"},
		{"two documents", minimal + "---\n" + minimal, 0, 0, "2 YAML documents"},
		{"a sequence", "- a\n", 1, 1, "a list is a mapping"},
		{"XML", "\n<TrustServiceStatusList/>", 1, 1, "XML"},
		{"not UTF-8", "schema: \xff", 0, 0, "UTF-8"},
		{"no schema", "id: x\n", 1, 1, "does not name its schema"},
		{"other schema", "schema: kakuin/trustlist/v2\nid: x\n", 1, 9, `schema "kakuin/trustlist/v2" is not known`},
		{"no id", "schema: kakuin/trustlist/v1\n", 1, 1, "no id"},
		{"id with blank", "schema: kakuin/trustlist/v1\nid: a b\n", 2, 5, "cannot be used"},
		{"unknown key", minimal + "colour: red\n", 3, 1, `unknown key "colour" in the list`},
		{"key in another case", minimal + "nextupdate: 2027-01-01\n", 3, 1, "unknown key"},
		{"duplicate key", minimal + "id: y\n", 3, 1, "already defined"},
		{"duplicate key, quoted", minimal + "\"id\": y\n", 3, 1, ""},
		{"no value", minimal + "issued:\n", 3, 1, "has no value"},
		{"null", minimal + "issued: null\n", 3, 1, "has no value"},
		{"sequence of less than zero", minimal + "sequence: -1\n", 3, 11, "whole number"},
		{"sequence in hexadecimal", minimal + "sequence: 0x2A\n", 3, 11, "whole number"},
		{"sequence that is no number", minimal + "sequence: 1.5\n", 3, 11, "whole number"},
		{"day that is none", minimal + "issued: 2026-02-30\n", 3, 9, "not a date"},
		{"time without a zone", minimal + "issued: 2026-02-03T00:00:00\n", 3, 9, "not a date"},
		{"year out of range", minimal + "issued: 0001-01-01\n", 3, 9, "not a date"},
		{"nextUpdate before issued", minimal + "issued: 2027-01-01\nnextUpdate: 2026-01-01\n", 1, 1, "is not after issued"},
		{"services no sequence", minimal + "services: {}\n", 3, 11, "not a sequence"},
		{"service no mapping", minimal + "services: [a]\n", 3, 12, "not a mapping"},
		{"empty service", minimal + "services:\n  -\n", 4, 3, "empty item"},
		{"service without name", minimal + "services: [{type: ca}]\n", 3, 12, "no name"},
		{"name of nothing", in("url: https://a.jp\n  - name: {}"), 6, 5, "no name"},
		{"type", in("type: CA"), 5, 11, `type "CA" is not known`},
		{"framework", in("framework: nasa"), 5, 16, "framework"},
		{"purpose", in("purposes: [sealing]"), 5, 16, "purposes"},
		{"any is no purpose of a list", in("purposes: [any]"), 5, 16, "purposes"},
		{"purpose twice", in("purposes: [seal, seal]"), 5, 22, "twice"},
		{"no purposes", in("purposes: []"), 5, 15, "empty"},
		{"checkable", in("revocation: {checkable: maybe}"), 5, 29, "checkable"},
		{"explicit", in("policies: {explicit: yes}"), 5, 26, "neither true nor false"},
		{"policy", in("policies: {accept: [1.2.x]}"), 5, 25, "not an object identifier"},
		{"policy with leading zero", in("policies: {accept: [1.02.3]}"), 5, 25, "not an object identifier"},
		{"policy of an arc that is none", in("policies: {accept: [3.1.2]}"), 5, 25, "not an object identifier"},
		{"policy any", in("policies: {accept: []}"), 5, 24, "empty"},
		{"url", in("url: file:///etc/passwd"), 5, 10, "cannot be used"},
		{"url with password", in("url: https://a:b@c.jp/"), 5, 10, "cannot be used"},
		{"control character", in(`source: "a\x07b"`), 5, 13, "control character"},
		{"writing direction", in("source: \"a\\u202eb\""), 5, 13, "control character"},
		{"empty text", in(`source: ""`), 5, 13, "empty"},
		{"text of a sequence", in("source: [a]"), 5, 13, "not a single value"},
		{"status without from", in("status: [{status: granted}]"), 5, 14, "needs from and status"},
		{"status word", in("status: [{from: 2020-01-01, status: fine}]"), 5, 41, "not known"},
		{"status newest first", in("status: [{from: 2021-01-01, status: withdrawn}, {from: 2020-01-01, status: granted}]"), 5, 53, "stands after"},
		{"status twice at once", in("status: [{from: 2021-01-01, status: withdrawn}, {from: 2021-01-01, status: granted}]"), 5, 53, "stands after"},
		{"identity of nobody", in("identity: []"), 5, 15, "identity is empty"},
		{"identity that states nothing", in("identity: [{}]"), 5, 16, "states nothing"},
		{"identity attribute", in("identity: [{subject: {name: A}}]"), 5, 27, "unknown attribute"},
		{"identity without attributes", in("identity: [{subject: {}}]"), 5, 26, "not a mapping of attributes"},
		{"identity attribute twice", in("identity: [{subject: {OU: [A, A]}}]"), 5, 35, "twice"},
		{"anchor of nothing", on("url: https://a.jp/"), 6, 9, "names no certificate"},
		{"anchor unknown key", on(pin + ", sha1: aa"), 6, 84, "unknown key"},
		{"fingerprint too short", on("sha256: fa63"), 6, 18, "sha256"},
		{"fingerprint no hex", on("sha256: " + strings.Repeat("zz", 32)), 6, 18, "sha256"},
		{"confidence", on(pin + ", confidence: high"), 6, 96, "confidence"},
		{"validity backwards", on(pin + ", notBefore: 2029-01-01, notAfter: 2019-01-01"), 6, 9, "before notBefore"},
		{"ends before it begins", on(pin + ", notBefore: 2029-01-01, until: 2019-01-01"), 6, 9, "before it begins"},
		{"anchor twice", in("anchors: [{" + pin + "}, {" + pin + "}]"), 4, 5, "stands twice"},
		{"two ways", on("der: AA==, pem: x"), 6, 15, "cannot be read"},
		{"pem of nothing", on("pem: x"), 6, 15, "no PEM block"},
		{"der no base64", on("der: '!'"), 6, 15, "not base64"},
		{"der no certificate", on("der: AQID"), 6, 15, "cannot be read"},
		{"file without folder", on("file: a.cer"), 6, 16, "not read from a folder"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l, err := Parse([]byte(tc.yaml), nil)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("taken: %+v, %v", l, err)
			}
			if e.Line != tc.line || e.Column != tc.col || !strings.Contains(e.Error(), tc.what) {
				t.Errorf("%v (line %d, column %d), want %q at %d:%d", e, e.Line, e.Column, tc.what, tc.line, tc.col)
			}
		})
	}
}

func TestParseTellsAllErrors(t *testing.T) {
	_, err := Parse([]byte(minimal+"sequence: x\nissued: y\nservices:\n  - type: z\n"), nil)
	var errs Errors
	if !errors.As(err, &errs) || len(errs) != 4 {
		t.Fatalf("%v", err)
	}
	_, err = Parse([]byte(minimal+"services:\n"+strings.Repeat("  - {type: z}\n", 100)), nil)
	if !errors.As(err, &errs) || len(errs) != maxErrors {
		t.Fatalf("%d errors", len(errs))
	}
}

func TestCertificateMustAgreeWithTheList(t *testing.T) {
	a := der(t, "agree")
	inline := "der: " + base64.StdEncoding.EncodeToString(a)
	for _, tc := range []struct{ name, keys, what string }{
		{"fingerprint of another", pin, "has the fingerprint"},
		{"key of another", "keyId: 00", "has the key identifier"},
		{"validity of another", "notAfter: 2030-01-01", "holds from 2020-01-01 to 2040-01-01"},
		{"ended before it began", "until: 2019-01-01", "before the certificate begins"},
	} {
		_, err := Parse([]byte(on(inline+", "+tc.keys)), nil)
		if err == nil || !strings.Contains(err.Error(), tc.what) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	good := on(inline + ", sha256: '" + print(a) + "', notBefore: 2020-01-01, notAfter: 2040-01-01, until: 2030-01-01")
	if _, err := Parse([]byte(good), nil); err != nil {
		t.Error(err)
	}
}

func TestContradictionsAreNotes(t *testing.T) {
	l, err := Parse([]byte(in("framework: accredited-tsa\n    anchors: [{"+pin+", confidence: secondary}]")), nil)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, n := range l.Notes {
		codes = append(codes, string(n.Code))
	}
	if !slices.Equal(codes, []string{string(CodeNoIdentity), string(CodeNoStatus), string(CodeUncheckedPin)}) {
		t.Errorf("notes %v", codes)
	}
}
