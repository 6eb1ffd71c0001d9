package verifytest

import (
	"math/big"
	"time"
)

// Revoke records a revocation; every later CRL of that issuer tells it, and OCSP responses with an empty Status too.
func (w *World) Revoke(c *Cert, at time.Time, reason Reason) {
	key := string(c.Issuer.spki)
	w.revoked[key] = append(w.revoked[key], Revocation{Serial: c.Serial, At: at, Reason: reason})
}

// CRL makes the certificate revocation list of an issuer (RFC 5280 5).
func (w *World) CRL(issuer *Cert, t CRLTemplate, mutators ...CRLMutator) []byte {
	d := &CRLDraft{ThisUpdate: orTime(t.ThisUpdate, w.ThisUpdate), NextUpdate: orTime(t.NextUpdate, w.NextUpdate),
		NoNextUpdate: t.NoNextUpdate, Issuer: issuer.subject, Key: issuer}
	if t.Issuer != nil {
		d.Issuer = t.Issuer.subject
	}
	if t.Signer != nil {
		d.Key = t.Signer
	}
	d.Entries = append(append([]Revocation{}, w.revoked[string(issuer.spki)]...), t.Revoked...)
	d.Extensions = crlExtensions(t, d.Key)
	for _, m := range mutators {
		m.Apply(d)
	}
	return d.sign(schemeFor(d.Key.Key, t.Scheme, t.Digest))
}

// CRLDraft is a CRL about to be signed; mutators change it.
type CRLDraft struct {
	ThisUpdate, NextUpdate time.Time
	NoNextUpdate           bool
	Issuer                 []byte // DER of the name
	Key                    *Cert  // who signs
	Entries                []Revocation
	Extensions             []Extension
	SignatureHook          func([]byte) []byte
}

func crlExtensions(t CRLTemplate, key *Cert) []Extension {
	number := t.Number
	if number == 0 {
		number = 1
	}
	list := []Extension{{extAuthorityKeyID, false, seq(primitive(0, keyID(key.spki)))},
		{extCRLNumber, false, integer64(number)}}
	if t.DeltaBase > 0 {
		list = append(list, Extension{extDeltaCRL, true, integer64(t.DeltaBase)})
	}
	if t.Point != nil {
		list = append(list, Extension{extIssuingPoint, true, t.Point.encode()})
	}
	return append(list, t.Extensions...)
}

func (d *CRLDraft) sign(s scheme) []byte {
	parts := [][]byte{integer64(1), s.identifier(), d.Issuer, moment(d.ThisUpdate)}
	if !d.NoNextUpdate {
		parts = append(parts, moment(d.NextUpdate))
	}
	var entries [][]byte
	for _, r := range d.Entries {
		entries = append(entries, r.encode())
	}
	if len(entries) > 0 { // RFC 5280 5.1.2.6: absent when nothing is revoked
		parts = append(parts, seq(entries...))
	}
	if len(d.Extensions) > 0 {
		parts = append(parts, explicit(0, encodeExtensions(d.Extensions)))
	}
	tbs := seq(parts...)
	sig := s.sign(d.Key.Key, tbs)
	if d.SignatureHook != nil {
		sig = d.SignatureHook(sig)
	}
	return seq(tbs, s.identifier(), bitString(sig))
}

func (r Revocation) encode() []byte {
	var list []Extension
	if r.Reason != Unspecified {
		list = append(list, Extension{extReason, false, enumerated(int(r.Reason))})
	}
	if !r.Invalidity.IsZero() {
		list = append(list, Extension{extInvalidityDate, false, generalized(r.Invalidity)})
	}
	if r.Issuer != nil {
		list = append(list, Extension{extCertIssuer, true, seq(directoryName(r.Issuer.Subject))})
	}
	parts := [][]byte{integer(r.Serial), moment(r.At)}
	if list != nil {
		parts = append(parts, encodeExtensions(list))
	}
	return seq(parts...)
}

func (p *IssuingPoint) encode() []byte {
	var parts [][]byte
	switch {
	case p.URI != "":
		parts = append(parts, explicit(0, explicit(0, uri(p.URI))))
	case p.Directory != nil:
		parts = append(parts, explicit(0, explicit(0, directoryName(p.Directory))))
	}
	flag := func(n int, on bool) {
		if on {
			parts = append(parts, primitive(n, []byte{0xff}))
		}
	}
	flag(1, p.OnlyUser)
	flag(2, p.OnlyCA)
	if len(p.Reasons) > 0 {
		parts = append(parts, primitive(3, content(namedBits(p.Reasons...))))
	}
	flag(4, p.Indirect)
	flag(5, p.OnlyAttr)
	return seq(parts...)
}

func enumerated(n int) []byte { return tlv(0x0a, []byte{byte(n)}) }

func orTime(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

func orInt(a, b *big.Int) *big.Int {
	if a == nil {
		return b
	}
	return a
}
