package verifytest

import (
	"math/big"
	"time"
)

// Token makes a time-stamp token (RFC 3161 2.4.2, RFC 5816).
func (w *World) Token(t TokenTemplate, mutators ...TokenMutator) []byte {
	for _, m := range mutators {
		if m.Template != nil {
			m.Template(&t)
		}
	}
	w.fillToken(&t)
	var cms []CMSMutator
	for _, m := range mutators {
		cms = append(cms, m.CMS)
	}
	return w.CMS(CMSTemplate{Content: t.info(), ContentType: idTSTInfo, Version: 3, CRLs: t.CRLs, OCSPs: t.OCSPs,
		NoCertificates: t.NoCertificates, Certificates: t.Certificates,
		Signers: []Signer{{Cert: t.TSA, Digest: t.Digest, Scheme: t.Scheme, ESS: t.ESS, SigningTime: t.GenTime.Truncate(time.Second),
			ExtraUnsigned: t.ExtraUnsigned}}}, cms...)
}

func (w *World) fillToken(t *TokenTemplate) {
	t.Algorithm = or(t.Algorithm, "SHA-256")
	t.Policy = or(t.Policy, TokenPolicy)
	t.GenTime = orTime(t.GenTime, w.StampTime)
	if t.Imprint == nil {
		t.Imprint = Digest(t.Algorithm, t.Data)
	}
	if t.Accuracy == 0 {
		t.Accuracy = time.Second
	}
	if t.TSA == nil {
		t.TSA = w.TSA
	}
	if t.Version == 0 {
		t.Version = 1
	}
	if t.Serial == nil {
		t.Serial = new(big.Int).SetBytes(fingerprint(append(generalized(t.GenTime), t.Imprint...))[:8])
	}
}

func (t *TokenTemplate) messageImprint() []byte {
	return seq(seq(objectID(digestNamed(t.Algorithm).oid), null()), octets(t.Imprint))
}

// info is TSTInfo (RFC 3161 2.4.2).
func (t *TokenTemplate) info() []byte {
	parts := [][]byte{integer64(int64(t.Version)), objectID(t.Policy), t.messageImprint(), integer(t.Serial),
		generalized(t.GenTime)}
	if t.Accuracy > 0 {
		parts = append(parts, accuracy(t.Accuracy))
	}
	if t.Ordering {
		parts = append(parts, boolean(true))
	}
	if t.Nonce != nil {
		parts = append(parts, integer(t.Nonce))
	}
	if !t.NoTSAName {
		parts = append(parts, explicit(0, explicit(4, t.TSA.subject)))
	}
	if t.Extensions != nil {
		parts = append(parts, retag(0xa1, encodeExtensions(t.Extensions)))
	}
	return seq(parts...)
}

// accuracy leaves zero parts out.
func accuracy(d time.Duration) []byte {
	var parts [][]byte
	if s := int64(d / time.Second); s > 0 {
		parts = append(parts, integer64(s))
	}
	for tag, v := range []int64{int64(d/time.Millisecond) % 1000, int64(d/time.Microsecond) % 1000} {
		if v > 0 {
			parts = append(parts, primitive(tag, content(integer64(v))))
		}
	}
	return seq(parts...)
}

// Request makes the TimeStampReq that a token with this template answers (RFC 3161 2.4.1).
func (w *World) Request(t TokenTemplate) []byte {
	policy := t.Policy
	w.fillToken(&t)
	parts := [][]byte{integer64(1), t.messageImprint()}
	if policy != "" {
		parts = append(parts, objectID(policy))
	}
	if t.Nonce != nil {
		parts = append(parts, integer(t.Nonce))
	}
	return seq(append(parts, boolean(true))...)
}

// Response wraps a token in a TimeStampResp with status granted (RFC 3161 2.4.2).
func (w *World) Response(token []byte) []byte { return seq(seq(integer64(0)), token) }

// Refusal is a TimeStampResp without a token: status rejection, a text, and the failure bit (0 badAlg, 14 timeNotAvailable …).
func (w *World) Refusal(text string, failure int) []byte {
	return seq(seq(integer64(2), seq(utf8String(text)), namedBits(failure)))
}
