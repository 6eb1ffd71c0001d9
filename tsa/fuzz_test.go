package tsa

import (
	"bytes"
	"errors"
	"testing"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// seeds are drafts with one feature each.
func seeds() [][]byte {
	var out [][]byte
	for _, change := range []func(d *draft){
		func(*draft) {},
		func(d *draft) {
			d.rest = [][]byte{tlv(0x30, integer(1), tlv(0x80, []byte{2})), integer(-5), tlv(0xa0, tlv(0xa4, issuer))}
		},
		func(d *draft) { d.attrs = [][]byte{essV1(ownCertificate, otherCertificate), essV2(ownCertificate)} },
		func(d *draft) { d.signers = 2 },
		func(d *draft) {
			d.rest = [][]byte{tlv(0xa1, tlv(0x30, oidTLV("1.2.3"), tlv(0x01, []byte{0xff}), tlv(0x04)))}
		},
	} {
		d := newDraft()
		change(d)
		out = append(out, d.der())
	}
	return out
}

// FuzzParseToken: no panic; what is read keeps its promises: an interval that
// is not turned round, an imprint that only fitting data meets, a note for
// each departure that makes a token unusable.
func FuzzParseToken(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		tok, err := ParseToken(der, nil)
		if err != nil {
			var no *NotToken
			if !errors.As(err, &no) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		if tok.Earliest().After(tok.Info.GenTime) || tok.Latest().Before(tok.Info.GenTime) {
			t.Errorf("interval %v to %v", tok.Earliest(), tok.Latest())
		}
		has := func(code note.Code) bool {
			for _, n := range tok.Notes {
				if n.Code == code {
					return true
				}
			}
			return false
		}
		if (len(tok.CMS.Signers) == 1 && tok.Signer != nil) == has(CodeSigners) || (tok.Info.Version == 1) == has(CodeVersion) {
			t.Errorf("notes %v of %d signers, version %d", tok.Notes, len(tok.CMS.Signers), tok.Info.Version)
		}
		err = tok.CheckImprint(func(d sigalg.Digest) []byte { h, _ := d.Sum([]byte("other data")); return h })
		if err == nil {
			t.Error("an imprint of data that nobody stamped")
		}
		if b := tok.MatchesCertificate([]byte("no certificate")); b == Bound || b == BoundLater || b == BoundAside {
			t.Errorf("bound to nothing: %v", b)
		}
		if tok.Compare(tok) != Undetermined {
			t.Error("older than itself")
		}
	})
}

// FuzzParseResponse: no panic; a token is there, or an error of it, or no
// octets of one.
func FuzzParseResponse(f *testing.F) {
	f.Add(tlv(0x30, tlv(0x30, integer(2), text("no"), tlv(0x03, []byte{7, 0x80}))))
	for _, s := range seeds() {
		f.Add(tlv(0x30, tlv(0x30, integer(0)), s))
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		r, err := ParseResponse(der, nil)
		if err != nil {
			return
		}
		if (r.TokenRaw == nil) != (r.Token == nil && r.TokenErr == nil) || r.StatusText() == "" {
			t.Errorf("%+v", r)
		}
	})
}

// FuzzParseRequest: no panic; a token is never an answer to a request for another imprint.
func FuzzParseRequest(f *testing.F) {
	f.Add(tlv(0x30, integer(1), imprint, oidTLV("1.2.3.4"), integer(-5), tlv(0x01, []byte{0xff})))
	f.Add(tlv(0x30, integer(1), imprint, tlv(0xa0, tlv(0x30, oidTLV("1.2.3"), tlv(0x04)))))
	tok := newDraft().token(f)
	f.Fuzz(func(t *testing.T, der []byte) {
		r, err := ParseRequest(der, nil)
		if err != nil {
			return
		}
		answers := len(tok.Answers(r)) == 0
		if answers && !bytes.Equal(r.Imprint, hashed[:]) {
			t.Errorf("answers a request for %x", r.Imprint)
		}
	})
}
