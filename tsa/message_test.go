package tsa

import (
	"testing"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

func text(s string) []byte { return tlv(0x30, tlv(0x0c, []byte(s))) }

func TestResponse(t *testing.T) {
	token := newDraft().der()
	for _, c := range []struct {
		name  string
		der   []byte
		text  string
		ok    bool
		token bool
		codes []note.Code
	}{
		{"granted", tlv(0x30, tlv(0x30, integer(0)), token), "granted", true, true, nil},
		{"with modifications", tlv(0x30, tlv(0x30, integer(1), text("as we like")), token), "grantedWithMods: as we like", true, true, nil},
		{"rejected", tlv(0x30, tlv(0x30, integer(2), text("no"), tlv(0x03, []byte{7, 0x80}))), "rejection (badAlg): no", false, false, nil},
		{"two failures", tlv(0x30, tlv(0x30, integer(2), tlv(0x03, []byte{0, 0x20, 0x02, 0, 0x40}))), "rejection (badRequest, timeNotAvailable, systemFailure)", false, false, nil},
		{"waiting", tlv(0x30, tlv(0x30, integer(3))), "waiting", false, false, nil},
		{"granted without token", tlv(0x30, tlv(0x30, integer(0))), "granted", true, false, []note.Code{CodeNoToken}},
		{"rejected with token", tlv(0x30, tlv(0x30, integer(2)), token), "rejection", false, true, []note.Code{CodeTokenOnRefusal}},
		{"unknown status", tlv(0x30, tlv(0x30, integer(9))), "status(-1)", false, false, []note.Code{CodeStatus}},
		{"status that turns over", tlv(0x30, tlv(0x30, tlv(0x02, []byte{1, 0, 0, 0, 0}))), "status(-1)", false, false, []note.Code{CodeStatus}},
		{"negative status", tlv(0x30, tlv(0x30, integer(-1))), "status(-1)", false, false, []note.Code{CodeStatus}},
		{"unknown failure", tlv(0x30, tlv(0x30, integer(2), tlv(0x03, []byte{6, 0x40}))), "rejection (failure(1))", false, false, []note.Code{CodeStatus}},
		{"octets behind", append(tlv(0x30, tlv(0x30, integer(2))), 0, 0), "rejection", false, false, []note.Code{CodeTrailing}},
		{"third element", tlv(0x30, tlv(0x30, integer(0)), token, integer(1)), "granted", true, true, []note.Code{CodeStatus}},
		{"element in status", tlv(0x30, tlv(0x30, integer(2), integer(1))), "rejection", false, false, []note.Code{CodeStatus}},
	} {
		r, err := ParseResponse(c.der, nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r.StatusText() != c.text || r.Granted() != c.ok || (r.Token != nil) != c.token || (r.TokenRaw != nil) != c.token {
			t.Errorf("%s: %q %+v", c.name, r.StatusText(), r)
		}
		wantCodes(t, c.name, r.Notes, c.codes...)
	}
	broken, err := ParseResponse(tlv(0x30, tlv(0x30, integer(0)), tlv(0x30, integer(1))), nil)
	if err != nil || broken.Token != nil || broken.TokenErr == nil || broken.TokenRaw == nil {
		t.Errorf("broken token: %+v %v", broken, err)
	}
	for name, der := range map[string][]byte{
		"nothing": nil, "text": []byte("granted"), "no status": tlv(0x30), "empty status": tlv(0x30, tlv(0x30)),
		"status no number": tlv(0x30, tlv(0x30, tlv(0x0c))), "long status": tlv(0x30, tlv(0x30, tlv(0x02, make([]byte, 9)))),
		"broken text":     tlv(0x30, tlv(0x30, integer(0), tlv(0x30, []byte{0x0c}))),
		"a CRL":           tlv(0x30, tlv(0x30, integer(1), tlv(0x30, []byte{6, 1, 42})), tlv(0x30, []byte{6, 1, 42}), tlv(0x03, []byte{0})),
		"broken failures": tlv(0x30, tlv(0x30, integer(0), tlv(0x03, []byte{9, 0}))),
		"cut token":       {0x30, 0x07, 0x30, 0x03, 0x02, 0x01, 0x00, 0x30, 0x05},
	} {
		if r, err := ParseResponse(der, nil); err == nil {
			t.Errorf("%s: read as %+v", name, r)
		}
	}
	if Status(17).String() != "status(17)" || Failure(3).String() != "failure(3)" {
		t.Error("names of what does not exist")
	}
}

func TestRequest(t *testing.T) {
	full := tlv(0x30, integer(1), imprint, oidTLV("1.2.3.4"), integer(-5), tlv(0x01, []byte{0xff}),
		tlv(0xa0, tlv(0x30, oidTLV("1.2.3"), tlv(0x04))))
	r, err := ParseRequest(full, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Version != 1 || r.ImprintDigest != sigalg.SHA256 || r.Policy != "1.2.3.4" || r.Nonce.Int64() != -5 || !r.CertReq || len(r.Extensions) != 1 || len(r.Notes) != 0 {
		t.Errorf("%+v", r)
	}
	for _, c := range []struct {
		name  string
		der   []byte
		codes []note.Code
	}{
		{"short", tlv(0x30, integer(1), imprint), nil},
		{"version 2", tlv(0x30, integer(2), imprint), []note.Code{CodeRequest}},
		{"out of order", tlv(0x30, integer(1), imprint, integer(1), oidTLV("1.2")), []note.Code{CodeRequest}},
		{"octets behind", append(tlv(0x30, integer(1), imprint), 0), []note.Code{CodeTrailing}},
	} {
		r, err := ParseRequest(c.der, nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		wantCodes(t, c.name, r.Notes, c.codes...)
	}
	for name, der := range map[string][]byte{
		"nothing": nil, "empty": tlv(0x30), "no imprint": tlv(0x30, integer(1)), "long version": tlv(0x30, tlv(0x02, make([]byte, 9)), imprint),
		"empty nonce": tlv(0x30, integer(1), imprint, tlv(0x02)), "empty certReq": tlv(0x30, integer(1), imprint, tlv(0x01)),
		"broken policy": tlv(0x30, integer(1), imprint, tlv(0x06, []byte{0x80})), "broken extensions": tlv(0x30, integer(1), imprint, tlv(0xa0, tlv(0x30))),
		"primitive extensions": tlv(0x30, integer(1), imprint, tlv(0x80)),
	} {
		if r, err := ParseRequest(der, nil); err == nil {
			t.Errorf("%s: read as %+v", name, r)
		}
	}
}
