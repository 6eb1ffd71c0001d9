package tsa

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

func TestToken(t *testing.T) {
	tok := build(t, func(d *draft) {
		d.rest = [][]byte{
			tlv(0x30, integer(1), tlv(0x80, []byte{2}), tlv(0x81, []byte{3})), // 1.002003 s
			tlv(0x01, []byte{0xff}), integer(-5),
			tlv(0xa0, tlv(0xa4, issuer)),
			tlv(0xa1, tlv(0x30, oidTLV(oidQCStatements), tlv(0x04, tlv(0x30, tlv(0x30, oidTLV(oidQualified)))))),
		}
	})
	wantCodes(t, "good token", tok.Notes)
	i := tok.Info
	at := time.Date(2026, 6, 27, 2, 34, 44, 181506000, time.UTC)
	if i.Version != 1 || i.Policy != "1.2.3.4" || i.ImprintDigest != sigalg.SHA256 || !bytes.Equal(i.Imprint, hashed[:]) || i.Serial.Int64() != 7 {
		t.Errorf("%+v", i)
	}
	if !i.GenTime.Equal(at) || i.Accuracy != 1002003*time.Microsecond || !i.HasAccuracy || !i.Ordering || i.Nonce.Int64() != -5 || !i.Qualified {
		t.Errorf("%+v", i)
	}
	if i.TSA == nil || !strings.Contains(i.TSA.String(), "Test TSA") || len(i.Extensions) != 1 {
		t.Errorf("tsa %v, extensions %v", i.TSA, i.Extensions)
	}
	if !tok.Earliest().Equal(at.Add(-i.Accuracy)) || !tok.Latest().Equal(at.Add(i.Accuracy)) {
		t.Error(tok.Earliest(), tok.Latest())
	}
	if tok.Signer == nil || !bytes.Equal(i.Raw, newDraftInfo(tok)) {
		t.Error("raw octets of TSTInfo")
	}
	plain := build(t, nil)
	if p := plain.Info; p.HasAccuracy || p.Accuracy != 0 || p.Ordering || p.Nonce != nil || p.TSA != nil || p.Extensions != nil || p.Qualified {
		t.Errorf("what is absent was found: %+v", p)
	}
}

func newDraftInfo(tok *Token) []byte {
	b, _ := tok.CMS.Content.Bytes()
	return b
}

// TestDeviations: each token differs in one thing from the good one.
func TestDeviations(t *testing.T) {
	long := tlv(0x02, bytes.Repeat([]byte{1}, 22))
	accuracy := func(parts ...[]byte) func(*draft) {
		return func(d *draft) { d.rest = [][]byte{tlv(0x30, parts...)} }
	}
	extension := func(parts ...[]byte) func(*draft) {
		return func(d *draft) { d.rest = [][]byte{tlv(0xa1, tlv(0x30, parts...))} }
	}
	attrs := func(a ...[]byte) func(*draft) { return func(d *draft) { d.attrs = a } }
	refs := func(o ber.OID, list []byte) []byte { return attribute(o, tlv(0x30, tlv(0x30, list))) }
	const v1, v2 ber.OID = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
	for _, c := range []struct {
		name   string
		change func(d *draft)
		codes  []note.Code
	}{
		{"no signer", func(d *draft) { d.signers = 0 }, []note.Code{CodeSigners}},
		{"two signers", func(d *draft) { d.signers = 2 }, []note.Code{CodeSigners}},
		{"signer version 3 by issuer", func(d *draft) { d.signerVersion = integer(3) }, []note.Code{CodeSignerVersion}},
		{"signer version 1 by key", func(d *draft) { d.sid = tlv(0x80, []byte{1, 2, 3}) }, []note.Code{CodeSignerVersion}},
		{"signer version 3 by key", func(d *draft) { d.sid, d.signerVersion = tlv(0x80, []byte{1, 2, 3}), integer(3) }, nil},
		{"version 2", func(d *draft) { d.version = integer(2) }, []note.Code{CodeVersion}},
		{"policy as text", func(d *draft) { d.policy = tlv(0x06, []byte("1.2.616.1\x80")) }, []note.Code{CodePolicy}},
		{"imprint by a signature algorithm", func(d *draft) { d.imprint = tlv(0x30, algorithm("1.2.840.113549.1.1.5"), tlv(0x04, make([]byte, 20))) }, []note.Code{CodeImprintAlgorithm}},
		{"imprint of another length", func(d *draft) { d.imprint = tlv(0x30, algorithm(sha512OID), tlv(0x04, hashed[:])) }, []note.Code{CodeImprintLength}},
		{"imprint without NULL", func(d *draft) { d.imprint = tlv(0x30, tlv(0x30, oidTLV(sha256OID)), tlv(0x04, hashed[:])) }, nil},
		{"negative number", func(d *draft) { d.serial = integer(-1) }, []note.Code{CodeSerial}},
		{"long number", func(d *draft) { d.serial = long }, []note.Code{CodeSerial}},
		{"time without Z", func(d *draft) { d.genTime = tlv(0x18, []byte("20260627023444")) }, []note.Code{CodeGenTime}},
		{"time with an offset", func(d *draft) { d.genTime = tlv(0x18, []byte("20260627113444+0900")) }, []note.Code{CodeGenTime}},
		{"time with trailing zero", func(d *draft) { d.genTime = tlv(0x18, []byte("20260627023444.10Z")) }, []note.Code{CodeGenTime}},
		{"time without seconds", func(d *draft) { d.genTime = tlv(0x18, []byte("202606270234Z")) }, []note.Code{CodeGenTime}},
		{"empty accuracy", accuracy(), nil},
		{"micros only", accuracy(tlv(0x81, []byte{1})), nil},
		{"millis 0", accuracy(tlv(0x80, []byte{0})), []note.Code{CodeAccuracy}},
		{"millis 1000", accuracy(tlv(0x80, []byte{3, 0xe8})), []note.Code{CodeAccuracy}},
		{"negative seconds", accuracy(integer(-1)), []note.Code{CodeAccuracy}},
		{"huge seconds", accuracy(tlv(0x02, []byte{0x7f, 0, 0, 0, 0, 0, 0, 0})), []note.Code{CodeAccuracy}},
		{"unknown part of accuracy", accuracy(tlv(0x82, []byte{1})), []note.Code{CodeAccuracy}},
		{"tsa without explicit tag", func(d *draft) { d.rest = [][]byte{tlv(0xa0, issuer)} }, []note.Code{CodeTSAName}},
		{"unknown extension", extension(oidTLV("1.2.3"), tlv(0x04)), nil},
		{"unknown extension, not critical", extension(oidTLV("1.2.3"), tlv(0x01, []byte{0}), tlv(0x04)), nil},
		{"unknown critical extension", extension(oidTLV("1.2.3"), tlv(0x01, []byte{0xff}), tlv(0x04)), []note.Code{CodeCriticalExtension}},
		{"broken statements", extension(oidTLV(oidQCStatements), tlv(0x04, []byte{0x30})), nil},
		{"element after the end", func(d *draft) { d.rest = [][]byte{tlv(0xa2)} }, []note.Code{CodeInfoElement}},
		{"out of order", func(d *draft) { d.rest = [][]byte{integer(1), tlv(0x01, []byte{0xff})} }, []note.Code{CodeInfoElement}},
		{"no attributes", func(d *draft) { d.attrs = nil }, []note.Code{CodeAttributes}},
		{"no reference", func(d *draft) { d.attrs = [][]byte{} }, []note.Code{CodeNoESS}},
		{"both references", attrs(essV1(ownCertificate), essV2(ownCertificate)), nil},
		{"reference v1", attrs(essV1(ownCertificate)), nil},
		{"empty reference v1", attrs(refs(v1, nil)), []note.Code{CodeESSMalformed}},
		{"empty reference v2", attrs(refs(v2, nil)), []note.Code{CodeESSMalformed}},
		{"malformed reference", attrs(refs(v2, tlv(0x04))), []note.Code{CodeESSMalformed}},
		{"digest of another length", attrs(refs(v2, tlv(0x30, tlv(0x04, hashed[:20])))), []note.Code{CodeESSMalformed}},
		{"issuer by mail address", attrs(refs(v2, tlv(0x30, tlv(0x04, hashed[:]), tlv(0x30, tlv(0x30, tlv(0x81, []byte("a@b"))), integer(5))))), []note.Code{CodeESSIssuerSerial}},
		{"issuer by name", attrs(refs(v2, tlv(0x30, tlv(0x04, hashed[:]), tlv(0x30, tlv(0x30, tlv(0xa4, issuer)), integer(5))))), nil},
	} {
		d := newDraft()
		c.change(d)
		wantCodes(t, c.name, d.token(t).Notes, c.codes...)
	}
}

func TestAccuracyIsNeverTooSmall(t *testing.T) {
	tok := build(t, func(d *draft) {
		d.rest = [][]byte{tlv(0x30, integer(2), tlv(0x80, []byte{3, 0xe8}), tlv(0x81, []byte{3, 0xe8}))}
	})
	if want := 2*time.Second + 1000*time.Millisecond + 1000*time.Microsecond; tok.Info.Accuracy != want {
		t.Errorf("%v, want %v", tok.Info.Accuracy, want)
	}
	huge := build(t, func(d *draft) { d.rest = [][]byte{tlv(0x30, tlv(0x02, []byte{0x7f, 0xff, 0xff, 0xff}))} })
	if huge.Info.Accuracy <= 0 || !huge.Earliest().Before(huge.Latest()) {
		t.Errorf("accuracy %v turned over", huge.Info.Accuracy)
	}
}

func TestNotTokens(t *testing.T) {
	good := newDraft().der()
	with := func(change func(d *draft)) []byte { d := newDraft(); change(d); return d.der() }
	for name, der := range map[string][]byte{
		"nothing":           nil,
		"text":              []byte("not ASN.1"),
		"cut":               good[:len(good)-3],
		"id-data":           with(func(d *draft) { d.contentType = "1.2.840.113549.1.7.1" }),
		"enveloped":         tlv(0x30, oidTLV("1.2.840.113549.1.7.3"), tlv(0xa0, tlv(0x30))),
		"no version":        with(func(d *draft) { d.version = nil }),
		"version too large": with(func(d *draft) { d.version = tlv(0x02, make([]byte, 9)) }),
		"no policy":         with(func(d *draft) { d.policy = nil }),
		"no imprint":        with(func(d *draft) { d.imprint = nil }),
		"imprint no octets": with(func(d *draft) { d.imprint = tlv(0x30, algorithm(sha256OID), integer(1)) }),
		"imprint longer":    with(func(d *draft) { d.imprint = tlv(0x30, algorithm(sha256OID), tlv(0x04), integer(1)) }),
		"no number":         with(func(d *draft) { d.serial = nil }),
		"empty number":      with(func(d *draft) { d.serial = tlv(0x02) }),
		"no time":           with(func(d *draft) { d.genTime = nil }),
		"UTCTime":           with(func(d *draft) { d.genTime = tlv(0x17, []byte("260627023444Z")) }),
		"no such time":      with(func(d *draft) { d.genTime = tlv(0x18, []byte("20261327023444Z")) }),
		"broken ordering":   with(func(d *draft) { d.rest = [][]byte{tlv(0x01)} }),
		"broken accuracy":   with(func(d *draft) { d.rest = [][]byte{tlv(0x30, tlv(0x02))} }),
		"broken extensions": with(func(d *draft) { d.rest = [][]byte{tlv(0xa1, tlv(0x30))} }),
		"broken element":    with(func(d *draft) { d.rest = [][]byte{{0x30, 0x05}} }),
	} {
		tok, err := ParseToken(der, nil)
		var no *NotToken
		if !errors.As(err, &no) || tok != nil || err.Error() == "" {
			t.Errorf("%s: %v %v", name, tok, err)
		}
	}
	var no *NotToken
	if _, err := ParseToken(with(func(d *draft) { d.contentType = "1.2.840.113549.1.7.1" }), nil); !errors.As(err, &no) || no.ContentType != "1.2.840.113549.1.7.1" {
		t.Errorf("the content type is not told: %v", err)
	}
	var empty *purse.Empty
	if _, err := ParseToken(good, purse.New(purse.Limits{Objects: 20})); !errors.As(err, &empty) {
		t.Errorf("a purse of 20 objects: %v", err)
	}
}
