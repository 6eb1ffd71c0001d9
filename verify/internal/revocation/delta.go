package revocation

import (
	"bytes"
	"slices"

	"github.com/kakuin/kakuin/eseal/cert"
)

// deltas are the delta CRLs that continue a complete list: RFC 5280 6.3.3 (c),
// (h) and 5.2.4. They have to be signed by the key of the list. The latest
// decides as a later list would, so an earlier one is heard too.
func (c *checker) deltas(base *Item, signer *crlSigner) (out []*Item) {
	for _, item := range c.index.listsOf(base.CRL.IssuerKey()) {
		if item.CRL.DeltaIndicator == nil || !sameScope(base.CRL, item.CRL) {
			continue
		}
		if !continues(base.CRL, item.CRL) {
			c.refuse(item, CodeDelta, "cRLNumber")
			continue
		}
		if !c.readable(item) {
			continue
		}
		if f := c.verify(signer.key, item.CRL.SignatureAlgorithm, item.CRL.SHA256, item.CRL.RawTBS, item.CRL.Signature); f != nil {
			c.refuse(item, f.code, f.reason)
			continue
		}
		out = append(out, item)
	}
	return out
}

// continues is 5.2.4 (c), (d): the list is at least the delta's base, and
// older than the delta.
func continues(base, delta *cert.CRL) bool {
	return base.Number != nil && delta.Number != nil &&
		base.Number.Cmp(delta.DeltaIndicator) >= 0 && base.Number.Cmp(delta.Number) < 0
}

// sameScope is 6.3.3 (c)(2), (3): the same issuing distribution point and the
// same authority key identifier, or neither.
func sameScope(base, delta *cert.CRL) bool {
	if !bytes.Equal(base.AuthorityKeyID, delta.AuthorityKeyID) || (base.IDP == nil) != (delta.IDP == nil) {
		return false
	}
	if base.IDP == nil {
		return true
	}
	a, b := *base.IDP, *delta.IDP
	if a.OnlyUserCerts != b.OnlyUserCerts || a.OnlyCACerts != b.OnlyCACerts || a.OnlyAttributeCerts != b.OnlyAttributeCerts ||
		a.IndirectCRL != b.IndirectCRL || interim(&a, nil) != interim(&b, nil) || a.HasPoint != b.HasPoint {
		return false
	}
	if !a.HasPoint {
		return true
	}
	names := fullNames(b.Point, delta.RawIssuer)
	return slices.ContainsFunc(fullNames(a.Point, base.RawIssuer), func(n cert.GeneralName) bool {
		return slices.ContainsFunc(names, func(m cert.GeneralName) bool { return sameName(n, m) })
	})
}
