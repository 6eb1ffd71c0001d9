package cms

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

func mustParse(t testing.TB, data []byte) *SignedData {
	t.Helper()
	sd, err := Parse(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sd.Signers {
		if s.Err != nil {
			t.Fatal(s.Err)
		}
	}
	return sd
}

func codes(list []note.Note) []note.Code {
	var out []note.Code
	for _, n := range list {
		out = append(out, n.Code)
	}
	slices.Sort(out)
	return out
}

func TestParseReadsEveryField(t *testing.T) {
	data := goodMessage().bytes()
	sd := mustParse(t, data)
	s := sd.Signers[0]
	content, ok := sd.Content.Bytes()
	switch {
	case len(sd.Notes)+len(s.Notes) != 0:
		t.Errorf("notes on a right message: %v %v", sd.Notes, s.Notes)
	case sd.Version != 1, sd.ContentType != oidData, len(sd.DigestAlgorithms) != 1, sd.DigestAlgorithms[0].OID != oidSHA256:
		t.Errorf("head: %+v", sd)
	case !ok, string(content) != "content", sd.Content.Size() != 7:
		t.Errorf("content %q", content)
	case len(sd.Certificates) != 1, sd.Certificates[0].Kind != X509:
		t.Errorf("certificates: %+v", sd.Certificates)
	case !bytes.Equal(s.Issuer, nameBytes), s.Serial.Int64() != 7, s.Version != 1:
		t.Errorf("sid: %x %v", s.Issuer, s.Serial)
	case !bytes.Equal(s.Signature, signature), s.SignatureAlgorithm.OID != oidRSA, !bytes.Equal(s.SignatureAlgorithm.Params, null):
		t.Errorf("signature: %+v", s)
	case len(s.SignedAttrs) != 4, s.RawSignedAttrs[0] != 0xa0:
		t.Errorf("signed attributes: %+v", s.SignedAttrs)
	}
	raw, err := io.ReadAll(sd.EncapsulatedContentInfo())
	if want := seq(oid(oidData), tlv(0xa0, octetString([]byte("content")))); err != nil || !bytes.Equal(raw, want) {
		t.Errorf("encapContentInfo %x, want %x", raw, want)
	}
}

func TestMessageNotes(t *testing.T) {
	other := func(format ber.OID) []byte { return tlv(0xa1, oid(format), seq(integer(9))) }
	ski := goodSigner()
	ski.version, ski.sid = 3, tlv(0x80, []byte{1, 2, 3})
	for _, tc := range []struct {
		name  string
		set   func(*parts)
		want  []note.Code
		check func(*SignedData) bool
	}{
		{name: "right", set: func(*parts) {}},
		{name: "detached", set: func(p *parts) { p.content = nil }, check: func(sd *SignedData) bool { return sd.Content == nil }},
		{name: "empty content", set: func(p *parts) { p.content = tlv(0xa0, octetString(nil)) },
			check: func(sd *SignedData) bool { b, ok := sd.Content.Bytes(); return ok && len(b) == 0 }},
		{name: "bare SignedData", set: func(p *parts) { p.bare = true }, want: []note.Code{CodeBare}},
		{name: "padding", set: func(p *parts) { p.trailing = make([]byte, 1000) }, check: func(sd *SignedData) bool { return sd.Trailing == 1000 }},
		{name: "octets after the message", set: func(p *parts) { p.trailing = append(make([]byte, 20), 7) },
			want: []note.Code{CodeTrailing}, check: func(sd *SignedData) bool { return sd.Trailing == 21 }},
		{name: "version 3 without need", set: func(p *parts) { p.version = 3 }, want: []note.Code{CodeDataVersion}},
		{name: "token in version 3", set: func(p *parts) { p.version, p.ctype = 3, oidTSTInfo }},
		{name: "token in version 1", set: func(p *parts) { p.ctype = oidTSTInfo }, want: []note.Code{CodeDataVersion}},
		{name: "signer by key identifier", set: func(p *parts) { p.version, p.signers = 3, [][]byte{ski.bytes()} },
			check: func(sd *SignedData) bool { return bytes.Equal(sd.Signers[0].SubjectKeyID, []byte{1, 2, 3}) }},
		{name: "no digest algorithms", set: func(p *parts) { p.digests = set() }, want: []note.Code{CodeNoDigestAlgorithms}},
		{name: "certificates only", set: func(p *parts) { p.digests, p.content, p.signers = set(), nil, nil }, want: []note.Code{CodeNoSigners}},
		{name: "content is a sequence", set: func(p *parts) { p.content = tlv(0xa0, seq(integer(5))) }, want: []note.Code{CodeNotOctets},
			check: func(sd *SignedData) bool { b, _ := sd.Content.Bytes(); return bytes.Equal(b, integer(5)) }},
		{name: "content is an indefinite sequence", set: func(p *parts) { p.content = tlv(0xa0, indef(0x30, integer(5))) }, want: []note.Code{CodeNotOctets},
			check: func(sd *SignedData) bool { b, _ := sd.Content.Bytes(); return bytes.Equal(b, integer(5)) }},
		{name: "constructed content", set: func(p *parts) {
			p.content = indef(0xa0, indef(0x24, octetString([]byte("con")), tlv(0x24, octetString([]byte("te")), octetString(nil)), octetString([]byte("nt"))))
		}, check: func(sd *SignedData) bool { b, _ := sd.Content.Bytes(); return string(b) == "content" }},
		{name: "indefinite everywhere", set: func(p *parts) { p.wrap = indef }},
		{name: "every kind of certificate", set: func(p *parts) {
			p.version = 5
			p.certs = tlv(0xa0, seq(), tlv(0xa0), tlv(0xa1), tlv(0xa2, integer(1)), tlv(0xa3), integer(4))
		}, want: []note.Code{CodeCertificateKind, CodeCertificateKind, CodeCertificateKind, CodeCertificateKind, CodeCertificateKind},
			check: func(sd *SignedData) bool {
				kinds := []CertificateKind{X509, ExtendedCertificate, AttributeV1, AttributeV2, OtherCertificate, UnknownCertificate}
				return slices.EqualFunc(sd.Certificates, kinds, func(c EmbeddedCertificate, k CertificateKind) bool { return c.Kind == k })
			}},
		{name: "attribute certificate v2 in version 4", set: func(p *parts) { p.version, p.certs = 4, tlv(0xa0, tlv(0xa2, integer(1))) },
			want: []note.Code{CodeCertificateKind}, check: func(sd *SignedData) bool {
				der, ok := sd.Certificates[0].AttributeDER()
				return ok && bytes.Equal(der, seq(integer(1))) && sd.Certificates[0].Raw[0] == 0xa2
			}},
		{name: "attribute certificate v1 in version 3", set: func(p *parts) { p.version, p.certs = 3, tlv(0xa0, tlv(0xa1)) }, want: []note.Code{CodeCertificateKind}},
		{name: "broken certificates", set: func(p *parts) { p.certs = tlv(0xa0, seq(integer(1)), []byte{0x30, 0x70, 1}) },
			want: []note.Code{CodeSetBroken}, check: func(sd *SignedData) bool { return len(sd.Certificates) == 1 && len(sd.Signers) == 1 }},
		{name: "revocation of every kind", set: func(p *parts) {
			p.version = 5
			p.crls = tlv(0xa1, seq(integer(1)), other(oidRIOCSP), other(oidOCSPBasic), other(oidMystery), integer(3), tlv(0xa1, integer(1)))
		}, want: []note.Code{CodeRevocationFormat, CodeRevocationFormat, CodeRevocationFormat}, check: func(sd *SignedData) bool {
			return len(sd.CRLs) == 1 && len(sd.OCSPs) == 2 && bytes.Equal(sd.OCSPs[0], seq(integer(9))) && sd.OtherRevocation[0].Format == oidMystery
		}},
		{name: "broken crls", set: func(p *parts) { p.crls = tlv(0xa1, []byte{0x30, 0x70, 1}) }, want: []note.Code{CodeSetBroken}},
		{name: "element after signerInfos", set: func(p *parts) { p.extra = integer(1) }, want: []note.Code{CodeUnknownElement}},
		{name: "two signers", set: func(p *parts) { p.signers = append(p.signers, goodSigner().bytes()) },
			check: func(sd *SignedData) bool { return len(sd.Signers) == 2 && sd.Signers[1].index == 1 }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := goodMessage()
			tc.set(&p)
			sd, err := Parse(p.bytes(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := codes(sd.Notes); !slices.Equal(got, tc.want) {
				t.Errorf("notes %v, want %v", sd.Notes, tc.want)
			}
			if tc.check != nil && !tc.check(sd) {
				t.Errorf("content or lists are wrong: %+v", sd)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	good := goodMessage().bytes()
	for _, tc := range []struct {
		name, want string
		in         []byte
	}{
		{"nothing", "ContentInfo", nil},
		{"not a sequence", "ContentInfo", set()},
		{"cut", "claims", good[:len(good)-1]},
		{"data", "id-data, not signed data", seq(oid(oidData))},
		{"without content", "content", seq(oid(oidSignedData))},
		{"content without value", "SignedData", seq(oid(oidSignedData), tlv(0xa0))},
		{"malformed type", "contentType", seq(tlv(6, []byte{0x80}), tlv(0xa0))},
		{"negative version", "version", messageWith(func(p *parts) { p.version = 0xff })},
		{"two contents", "ambiguous", messageWith(func(p *parts) { p.content = tlv(0xa0, octetString(nil), octetString(nil)) })},
		{"empty eContent", "eContent", messageWith(func(p *parts) { p.content = tlv(0xa0) })},
		{"content by implicit tag", "eContent", messageWith(func(p *parts) { p.content = tlv(0x80, []byte("x")) })},
		{"integer in the content", "inside a constructed octet string", messageWith(func(p *parts) { p.content = tlv(0xa0, tlv(0x24, integer(1))) })},
		{"algorithm with three elements", "follows the parameters", messageWith(func(p *parts) { p.digests = set(seq(oid(oidSHA256), null, null)) })},
		{"algorithm without identifier", "digestAlgorithms", messageWith(func(p *parts) { p.digests = set(seq()) })},
		{"primitive certificates", "certificates", messageWith(func(p *parts) { p.certs = tlv(0x80, []byte{1}) })},
		{"primitive crls", "crls", messageWith(func(p *parts) { p.crls = tlv(0x81, []byte{1}) })},
		{"no signerInfos", "signerInfos", seq(oid(oidSignedData), tlv(0xa0, seq(integer(1), set(), seq(oid(oidData)))))},
		{"broken signerInfos", "SignerInfo[1]", messageWith(func(p *parts) { p.signers = append(p.signers, []byte{0x30, 5}) })},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sd, err := Parse(tc.in, nil)
			if err == nil || sd != nil {
				t.Fatal("read")
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %q does not name %q", err, tc.want)
			}
		})
	}
	var wrong *NotSignedData
	if _, err := Parse(seq(oid(oidData)), nil); !errors.As(err, &wrong) || wrong.ContentType != oidData {
		t.Errorf("not *NotSignedData: %v", err)
	}
}

func messageWith(set func(*parts)) []byte {
	p := goodMessage()
	set(&p)
	return p.bytes()
}

func TestEmptyPurseIsItsOwnError(t *testing.T) {
	good := goodMessage().bytes()
	p := purse.New(purse.Limits{})
	if _, err := Parse(good, p); err != nil {
		t.Fatal(err)
	}
	need := purse.DefaultObjects - p.Left(purse.Objects)
	for n := int64(1); n < need; n++ {
		var empty *purse.Empty
		if _, err := Parse(good, purse.New(purse.Limits{Objects: n})); !errors.As(err, &empty) {
			t.Fatalf("%d of %d objects: %v", n, need, err)
		}
	}
	if _, err := Parse(good, purse.New(purse.Limits{Objects: need})); err != nil {
		t.Errorf("exactly enough: %v", err)
	}
}

func TestKindNames(t *testing.T) {
	if X509.String() != "X.509" || CertificateKind(99).String() != "kind(99)" {
		t.Error("kind names")
	}
	e := EmbeddedCertificate{Kind: AttributeV1}
	if _, err := e.Cert(); err == nil || !strings.Contains(err.Error(), "attribute v1") {
		t.Errorf("an attribute certificate was read as X.509: %v", err)
	}
	if _, ok := e.AttributeDER(); ok {
		t.Error("AttributeDER of version 1")
	}
}
