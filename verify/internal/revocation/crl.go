package revocation

import (
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
)

// checkCRLs is RFC 5280 6.3.3 over all lists at hand. The standard stops at
// the first answer; here every list that applies is told and decide chooses.
func (c *checker) checkCRLs() {
	for _, item := range c.candidates() {
		if item.CRL.DeltaIndicator != nil {
			continue // read together with the list that it continues
		}
		if !c.take(purse.Objects, 1) {
			return
		}
		c.checkCRL(item)
	}
}

// candidates are the lists of the certificate's issuer, and those of the CRL
// issuers that its distribution points name.
func (c *checker) candidates() []*Item {
	names := []string{c.Target.IssuerKey()}
	for _, dp := range c.Target.CRLDistributionPoints {
		for _, n := range dp.CRLIssuer {
			if n.Type == cert.NameDirectory {
				names = append(names, cert.NameKey(n.Directory))
			}
		}
	}
	slices.Sort(names)
	var out []*Item
	for _, name := range slices.Compact(names) {
		out = append(out, c.index.listsOf(name)...)
	}
	return out
}

// checkCRL judges one complete list: scope, form, signer, entry, and the same
// together with the delta CRLs that continue it.
func (c *checker) checkCRL(item *Item) {
	reasons, why := c.scope(item.CRL)
	if reasons == 0 {
		c.refuse(item, CodeScope, why)
		return
	}
	if !c.readable(item) {
		return
	}
	signer, ok := c.crlSigner(item)
	if !ok {
		return
	}
	d, ok := c.read(item, nil, signer, reasons)
	if !ok {
		return
	}
	if c.ownWord(d) {
		c.refuse(item, CodeNotAuthorised, "signed by the key whose status it tells")
		return
	}
	c.add(d, item.CRL.ExpiredCertsFrom)
	for _, delta := range c.deltas(item, signer) {
		if d, ok := c.read(item, delta, signer, reasons); ok {
			c.add(d, item.CRL.ExpiredCertsFrom)
		}
	}
}

// readable: a list with a critical extension that we do not process, in the
// list or in any entry, must not be used for any certificate (RFC 5280 5.2,
// 5.3), nor one whose form says that its author kept to another standard.
func (c *checker) readable(item *Item) bool {
	crl := item.CRL
	if list := crl.Refusals(); len(list) > 0 {
		code := CodeMalformed
		if slices.Contains(crl.UnknownCritical, list[0]) || slices.Contains(crl.EntryUnknownCritical, list[0]) {
			code = CodeUnknownCritical
		}
		c.refuse(item, code, list[0].Name())
		return false
	}
	for _, n := range crl.Notes {
		if n.Code == cert.CodeEmptyRevoked && !c.EmptyLists || n.Code == cert.CodeVersion { // 5.1.2.6, 5.1.2.1
			c.refuse(item, CodeMalformed, n.String())
			return false
		}
	}
	if crl.ForOthers() && !crl.Indirect() { // 5.2.5: then one reader skips the entries that another counts
		c.refuse(item, CodeMalformed, "certificateIssuer, although the list is not indirect")
		return false
	}
	return true
}

// read is 6.3.3 (i) to (k): the entry in the delta CRL, else in the list.
func (c *checker) read(item, delta *Item, signer *crlSigner, reasons cert.ReasonFlags) (Datum, bool) {
	latest := item
	if delta != nil {
		latest = delta
	}
	d := Datum{
		State: Good, Item: item, Delta: delta, Reasons: reasons,
		ThisUpdate: latest.CRL.ThisUpdate, ProducedAt: latest.CRL.ThisUpdate,
		NextUpdate: latest.CRL.NextUpdate, HasNextUpdate: !latest.CRL.NextUpdate.IsZero(),
		Signer: signer.certificate, ByIssuer: signer.byIssuer,
	}
	for _, i := range []*Item{delta, item} {
		if i == nil {
			continue
		}
		found := false
		err := i.CRL.Find(c.Target.Serial, c.Target.RawIssuer, func(e cert.Entry) bool {
			found = true
			d.apply(e)
			return true
		})
		if err != nil {
			c.refuse(i, CodeMalformed, err.Error())
			return Datum{}, false
		}
		if found {
			break
		}
	}
	return d, true
}

// apply puts an entry into a datum; removeFromCRL says that there is none any
// more (6.3.3 (k)). Of several for one certificate the gravest counts, then
// the earliest, as in a response.
func (d *Datum) apply(e cert.Entry) {
	state := Revoked
	switch e.Reason {
	case cert.ReasonRemoveFromCRL:
		return
	case cert.ReasonCertificateHold:
		state = OnHold
	}
	if more := gravity(state) - gravity(d.State); more < 0 || more == 0 && !e.RevocationDate.Before(d.RevokedAt) {
		return
	}
	d.State, d.RevokedAt, d.InvalidityDate, d.Reason = state, e.RevocationDate, e.InvalidityDate, e.Reason
}

// scope is 6.3.3 (b) and (d): the reasons for which a list speaks of the
// target, over all its distribution points and the one that stands for lists
// that none of them names. None: why says so.
func (c *checker) scope(crl *cert.CRL) (reasons cert.ReasonFlags, why string) {
	if why := c.kindMismatch(crl.IDP); why != "" {
		return 0, why
	}
	matched := false
	for _, dp := range c.Target.CRLDistributionPoints {
		if c.pointMatches(crl, dp) {
			matched, reasons = true, reasons|interim(crl.IDP, dp.Reasons)
		}
	}
	implied := cert.DistributionPoint{FullNames: []cert.GeneralName{{Type: cert.NameDirectory, Directory: c.Target.RawIssuer}}}
	if c.pointMatches(crl, implied) {
		matched, reasons = true, reasons|interim(crl.IDP, nil)
	}
	switch {
	case matched && reasons == 0:
		return 0, "it covers none of the reasons that count there"
	case reasons == 0:
		return 0, "its issuing distribution point is none of the certificate's"
	}
	return reasons, ""
}

// kindMismatch is 6.3.3 (b)(2)(ii) to (iv). A certificate before version 3
// cannot say whether it is a CA's, so no list for one kind covers it.
func (c *checker) kindMismatch(idp *cert.IssuingDistributionPoint) string {
	if idp == nil {
		return ""
	}
	ca := c.Target.BasicConstraints != nil && c.Target.BasicConstraints.CA
	switch {
	case idp.OnlyAttributeCerts:
		return "onlyContainsAttributeCerts"
	case idp.OnlyUserCerts && (ca || c.Target.Version < 3):
		return "onlyContainsUserCerts"
	case idp.OnlyCACerts && !ca:
		return "onlyContainsCACerts"
	}
	return ""
}

// interim is 6.3.3 (d).
func interim(idp *cert.IssuingDistributionPoint, dp *cert.ReasonFlags) cert.ReasonFlags {
	reasons := cert.AllReasons
	if idp != nil && idp.OnlySomeReasons != nil {
		reasons &= *idp.OnlySomeReasons
	}
	if dp != nil {
		reasons &= *dp
	}
	return reasons
}

// pointMatches is 6.3.3 (b)(1) and (2)(i).
func (c *checker) pointMatches(crl *cert.CRL, dp cert.DistributionPoint) bool {
	if len(dp.CRLIssuer) > 0 {
		if !crl.Indirect() || !hasDirectory(dp.CRLIssuer, crl.RawIssuer) {
			return false
		}
	} else if !cert.NamesEqual(crl.RawIssuer, c.Target.RawIssuer) {
		return false
	}
	if crl.IDP == nil || !crl.IDP.HasPoint {
		return true
	}
	have := fullNames(crl.IDP.Point, crl.RawIssuer)
	want := dp.CRLIssuer
	if len(dp.FullNames) > 0 || len(dp.RelativeName) > 0 {
		want = fullNames(dp, crl.RawIssuer) // 4.2.1.13: relative to cRLIssuer where there is one, else to the issuer: the list's either way
	}
	return slices.ContainsFunc(have, func(a cert.GeneralName) bool {
		return slices.ContainsFunc(want, func(b cert.GeneralName) bool { return sameName(a, b) })
	})
}

func hasDirectory(names []cert.GeneralName, dn []byte) bool {
	return slices.ContainsFunc(names, func(n cert.GeneralName) bool { return cert.NamesEqual(n.Directory, dn) })
}

// fullNames are the names of a point; a relative one is completed with its base.
func fullNames(p cert.DistributionPoint, base []byte) []cert.GeneralName {
	if len(p.RelativeName) == 0 {
		return p.FullNames
	}
	dn, err := cert.AppendRDN(base, p.RelativeName)
	if err != nil {
		return nil
	}
	return []cert.GeneralName{{Type: cert.NameDirectory, Directory: dn}}
}

func sameName(a, b cert.GeneralName) bool {
	if a.Type != b.Type {
		return false
	}
	switch a.Type {
	case cert.NameDirectory:
		return cert.NamesEqual(a.Directory, b.Directory)
	case cert.NameURI:
		return foldHost(a.Text) == foldHost(b.Text)
	case cert.NameDNS, cert.NameEmail:
		return strings.EqualFold(a.Text, b.Text)
	}
	return string(a.Raw) == string(b.Raw)
}

// foldHost lowers scheme and host of a URI (RFC 3986 6.2.2.1).
func foldHost(uri string) string {
	scheme, rest, found := strings.Cut(uri, "://")
	if !found {
		return uri
	}
	host, tail := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host, tail = rest[:i], rest[i:]
	}
	return strings.ToLower(scheme) + "://" + strings.ToLower(host) + tail
}
