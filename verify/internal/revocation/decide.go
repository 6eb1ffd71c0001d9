package revocation

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/cert"
)

// decide picks the datum that speaks: the latest issued one that applies (EN
// 319 102-1 5.2.6.4 step 4). CRLs that cover only some reasons are taken
// together until all reasons are covered (RFC 5280 6.3.3 (l)); before that
// nothing is good.
func (c *checker) decide() {
	all := c.status.All
	slices.SortStableFunc(all, compareData)
	c.status.Contradiction = contradicts(all)
	known := slices.DeleteFunc(slices.Clone(all), func(d Datum) bool { return d.State == Unknown })
	// Entries may leave a list once their certificate has run out (RFC 5280
	// 3.3): silence after that does not undo an earlier revocation.
	if slices.ContainsFunc(known, func(d Datum) bool { return d.State == Revoked }) {
		known = slices.DeleteFunc(known, func(d Datum) bool { return d.State == Good && d.AfterExpiry })
	}
	var covered cert.ReasonFlags
	var good Datum
	for _, d := range known {
		if d.Reasons&^covered == 0 {
			continue // later data say all that this one could
		}
		if d.State != Good {
			c.status.Datum = d
			return
		}
		good = weakest(good, d)
		if covered |= d.Reasons; covered&cert.AllReasons == cert.AllReasons {
			c.status.Datum = good
			return
		}
	}
	for _, d := range known {
		c.refuse(d.Item, CodeScope, "nothing at hand covers the reasons "+reasonNames(cert.AllReasons&^covered))
	}
}

func reasonNames(f cert.ReasonFlags) string {
	var out []string
	for bit, r := range []cert.Reason{1: cert.ReasonKeyCompromise, cert.ReasonCACompromise, cert.ReasonAffiliationChanged, cert.ReasonSuperseded,
		cert.ReasonCessationOfOperation, cert.ReasonCertificateHold, cert.ReasonPrivilegeWithdrawn, cert.ReasonAACompromise} {
		if f&(1<<bit) != 0 {
			out = append(out, r.String())
		}
	}
	return strings.Join(out, ", ")
}

// weakest lets the good word of several lists end with the first that ends.
func weakest(a, d Datum) Datum {
	if a.Item == nil {
		return d
	}
	d.Reasons |= a.Reasons
	d.HasNextUpdate = d.HasNextUpdate && a.HasNextUpdate
	if a.NextUpdate.Before(d.NextUpdate) {
		d.NextUpdate = a.NextUpdate
	}
	if a.ThisUpdate.Before(d.ThisUpdate) {
		d.ThisUpdate = a.ThisUpdate
	}
	return d
}

// compareData: latest first; of one time the graver first.
func compareData(a, b Datum) int {
	return cmp.Or(
		b.ProducedAt.Compare(a.ProducedAt),
		b.ThisUpdate.Compare(a.ThisUpdate),
		cmp.Compare(gravity(b.State), gravity(a.State)),
		compareItems(a.Item, b.Item),
	)
}

func gravity(s State) int {
	return map[State]int{Revoked: 3, OnHold: 2, Good: 1}[s]
}

func compareItems(a, b *Item) int {
	da, db := a.digest(), b.digest()
	return bytes.Compare(da[:], db[:])
}

// contradicts compares each datum with the later ones. A hold may be lifted,
// and a list issued after the certificate's end may have dropped it; any other
// way from revoked to good is not possible (RFC 5280 5.3.1).
func contradicts(latestFirst []Datum) bool {
	for i, early := range latestFirst {
		for _, late := range latestFirst[:i] {
			if late.Reasons&early.Reasons == 0 || late.State == Unknown || early.State == Unknown || late.State == early.State {
				continue
			}
			if late.ProducedAt.Equal(early.ProducedAt) && late.ThisUpdate.Equal(early.ThisUpdate) {
				return true
			}
			if early.State == Revoked && !late.AfterExpiry {
				return true
			}
		}
	}
	return false
}
