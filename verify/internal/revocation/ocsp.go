package revocation

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// checkOCSP reads the responses that name the target's serial number (RFC 6960 3.2).
func (c *checker) checkOCSP() {
	for _, item := range c.index.failed() {
		c.refuse(item, CodeResponderError, statusWords[item.OCSP.Status])
	}
	keyBits := c.issuerKeyBits()
	for _, item := range c.index.answersTo(c.Target.Serial) {
		if !c.take(purse.Objects, len(item.OCSP.Responses)) {
			return
		}
		c.checkResponse(item, keyBits)
	}
}

var statusWords = map[cert.ResponseStatus]string{
	cert.ResponseSuccessful: "no single response", cert.ResponseMalformedRequest: "malformedRequest", cert.ResponseInternalError: "internalError",
	cert.ResponseTryLater: "tryLater", cert.ResponseSigRequired: "sigRequired", cert.ResponseUnauthorized: "unauthorized",
}

// issuerKeyBits are the octets that issuerKeyHash is taken over (RFC 6960 4.1.1).
func (c *checker) issuerKeyBits() []byte {
	if x := c.Issuer.Certificate; x != nil {
		return x.PublicKey
	}
	return keyBits(c.Issuer.SPKI)
}

// keyBits is subjectPublicKey of an encoded SubjectPublicKeyInfo.
func keyBits(spki []byte) []byte {
	r := ber.NewReader(spki, nil)
	_, in, err := r.ExpectEnter(ber.Sequence, "SubjectPublicKeyInfo")
	if err != nil {
		return nil
	}
	if _, err := in.Next(); err != nil {
		return nil
	}
	e, err := in.Expect(ber.BitString, "subjectPublicKey")
	if err != nil {
		return nil
	}
	bits, _, err := e.Bits()
	if err != nil {
		return nil
	}
	return bits
}

// checkResponse judges one response: does it speak of the target, may its
// signer, and what does it say.
func (c *checker) checkResponse(item *Item, keyBits []byte) {
	resp := item.OCSP
	single := c.single(item, keyBits)
	if single == nil {
		return
	}
	if resp.Status != cert.ResponseSuccessful {
		c.refuse(item, CodeResponderError, statusWords[resp.Status])
		return
	}
	if resp.Version != 1 { // RFC 6960 4.2.1: what another means is not known
		c.refuse(item, CodeMalformed, "version "+strconv.Itoa(resp.Version))
		return
	}
	for _, critical := range slices.Concat(resp.UnknownCritical, single.UnknownCritical) { // RFC 6960 4.4
		c.refuse(item, CodeUnknownCritical, string(critical))
		return
	}
	for _, broken := range slices.Concat(resp.MalformedExtensions, single.MalformedExtensions) {
		c.refuse(item, CodeMalformed, broken.Name())
		return
	}
	if !c.knowsTarget(item, single) {
		return
	}
	signer, byIssuer, ok := c.responder(item)
	if !ok {
		return
	}
	if !byIssuer && bytes.Equal(signer.RawSPKI, c.Target.RawSPKI) {
		// Whoever holds a stolen key could vouch for it.
		c.refuse(item, CodeNotAuthorised, "a key cannot answer for itself")
		return
	}
	d := Datum{
		Item: item, Signer: signer, ByIssuer: byIssuer, Reasons: cert.AllReasons, ProducedAt: resp.ProducedAt,
		ThisUpdate: single.ThisUpdate, NextUpdate: single.NextUpdate, HasNextUpdate: !single.NextUpdate.IsZero(),
	}
	switch single.Status {
	case cert.CertGood:
		d.State = Good
	case cert.CertRevoked:
		d.State, d.RevokedAt, d.InvalidityDate, d.Reason = answerState(single), single.RevokedAt, single.InvalidityDate, single.Reason
	default: // unknown is not good: another source may know (RFC 6960 2.2)
		c.status.UnknownByOCSP = true
	}
	c.add(d, single.ArchiveCutoff)
}

// single is what the response says of the target. A CertID has to match whole:
// name, key and serial number, the name as the issuer writes it or as the
// target does (RFC 6960 4.1.1). A response that says two things of one
// certificate is taken by the graver, then by the earlier revocation, then by
// the later word.
func (c *checker) single(item *Item, keyBits []byte) *cert.SingleResponse {
	var best *cert.SingleResponse
	near := "CertID names another issuer" // the index found the number
	for i := range item.OCSP.Responses {
		r := &item.OCSP.Responses[i]
		match, err := r.ID.Matches(c.Issuer.Name, keyBits, c.Target.Serial)
		if !match && err == nil && cert.NamesEqual(c.Issuer.Name, c.Target.RawIssuer) {
			match, err = r.ID.Matches(c.Target.RawIssuer, keyBits, c.Target.Serial)
		}
		switch {
		case err != nil:
			near = err.Error()
		case match && (best == nil || graverAnswer(r, best)):
			best = r
		}
	}
	if best == nil {
		c.refuse(item, CodeScope, near)
	}
	return best
}

func graverAnswer(a, b *cert.SingleResponse) bool {
	return cmp.Or(
		gravity(answerState(a))-gravity(answerState(b)),
		b.RevokedAt.Compare(a.RevokedAt),
		a.ThisUpdate.Compare(b.ThisUpdate),
	) > 0
}

func answerState(r *cert.SingleResponse) State {
	switch {
	case r.Status != cert.CertRevoked:
		return Unknown
	case r.Reason == cert.ReasonCertificateHold:
		return OnHold
	}
	return Revoked
}

// knowsTarget compares the certificate's digest where the responder gives it:
// another certificate under the same number is not ours.
func (c *checker) knowsTarget(item *Item, r *cert.SingleResponse) bool {
	if r.CertHash == nil {
		return true
	}
	d, _, err := sigalg.DigestByIdentifier(r.CertHash.Algorithm.OID, r.CertHash.Algorithm.Params)
	if err == nil {
		var sum []byte
		if sum, err = d.Sum(c.Target.Raw); err == nil && bytes.Equal(sum, r.CertHash.Hash) {
			return true
		}
	}
	if err != nil {
		c.refuse(item, CodeUnsupported, err.Error())
	} else {
		c.refuse(item, CodeCertHash, d.Name())
	}
	return false
}
