package tsa

import (
	"errors"
	"strconv"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

const oidTSTInfo ber.OID = "1.2.840.113549.1.9.16.1.4"

func itoa(n int) string { return strconv.Itoa(n) }

// ParseToken reads a token, DER or BER. It verifies nothing. A nil purse means
// the default limits. The error is *NotToken; it wraps *purse.Empty where the
// limits were too small.
func ParseToken(der []byte, p *purse.Purse) (*Token, error) {
	if p == nil {
		p = purse.New(purse.Limits{})
	}
	sd, err := cms.Parse(der, p)
	if err != nil {
		var other *cms.NotSignedData
		if errors.As(err, &other) {
			return nil, &NotToken{ContentType: other.ContentType, Err: err}
		}
		return nil, &NotToken{Err: err}
	}
	if sd.ContentType != oidTSTInfo {
		return nil, &NotToken{ContentType: sd.ContentType}
	}
	if sd.Content == nil {
		return nil, &NotToken{Err: errors.New("its TSTInfo is detached (RFC 3161 2.4.2)")}
	}
	octets, ok := sd.Content.Bytes()
	if !ok {
		return nil, &NotToken{Err: &purse.Empty{Kind: purse.Bytes, Limit: sd.Content.Size()}}
	}
	t := &Token{Raw: der, CMS: sd}
	if t.Info, t.Notes, err = readInfo(octets, p); err != nil {
		return nil, &NotToken{Err: err}
	}
	t.noteSigners()
	return t, nil
}

func (t *Token) note(code note.Code, where string, params note.Params) {
	t.Notes = append(t.Notes, note.New(code, where, params))
}

// noteSigners picks the signer and tells how the message departs from the
// profile of SignedData that RFC 3161 2.4.2 makes.
func (t *Token) noteSigners() {
	for _, s := range t.CMS.Signers {
		if s.Err == nil {
			t.Signer = s
			break
		}
	}
	if n := len(t.CMS.Signers); n != 1 || t.Signer == nil {
		t.note(CodeSigners, "signerInfos", note.Params{"signers": itoa(n)})
	}
	if t.Signer != nil {
		t.noteVersion(t.Signer)
		t.noteAttributes(t.Signer)
	}
}

// noteVersion: 3 names the signer by key identifier, 1 by issuer and number
// (RFC 5652 5.3). A token has no reason to differ.
func (t *Token) noteVersion(s *cms.SignerInfo) {
	want := 1
	if s.Issuer == nil {
		want = 3
	}
	if s.Version != want {
		t.note(CodeSignerVersion, "SignerInfo.version", note.Params{"version": itoa(s.Version), "expected": itoa(want)})
	}
}

// noteAttributes: the signer's certificate must be named by ESSCertID (RFC 3161
// 2.4.2) or ESSCertIDv2 (RFC 5816 2.2.1).
func (t *Token) noteAttributes(s *cms.SignerInfo) {
	if s.RawSignedAttrs == nil {
		t.note(CodeAttributes, "SignerInfo.signedAttrs", nil)
		return
	}
	refs := s.CertRefs()
	if len(refs) == 0 {
		t.note(CodeNoESS, "SignerInfo.signedAttrs", nil)
	}
	for i, r := range refs {
		name := "signing-certificate-v2"
		if r.V1 {
			name = "signing-certificate"
		}
		where := name + "[" + itoa(i) + "]"
		switch {
		case r.Hash == nil:
			t.note(CodeESSMalformed, where, note.Params{"reason": reason(r.Err)})
		case r.Err != nil:
			t.note(CodeESSIssuerSerial, where, note.Params{"reason": reason(r.Err)})
		case len(r.Hash) != r.Digest().Size() && r.Digest() != 0:
			t.note(CodeESSMalformed, where, note.Params{"reason": "a digest of " + itoa(len(r.Hash)) + " octets under " + r.Digest().Name()})
		}
	}
}

func reason(err error) string {
	if err == nil {
		return "unreadable"
	}
	return err.Error()
}
