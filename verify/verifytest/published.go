package verifytest

import (
	"fmt"
	"math/big"
	"slices"
	"time"
)

// Published is the newest status information that the authorities of this history have issued by a time, about every
// certificate: a CRL of each root and each CA, with Plan.OCSP responses about seal and units. It is made at each full
// hour and lasts for Plan.Fresh. An authority whose certificate has ended or is revoked issues nothing any more: its
// last piece remains.
func (h *History) Published(at time.Time) []Published {
	return h.published(at, slices.Concat([]*Cert{h.World.Seal}, h.Units, h.CAs, h.Roots))
}

// Later is what a judge can fetch at the time of judgement.
func (h *History) Later() []Published { return h.Published(h.At) }

// published is the status of these certificates, each issuer's list once.
func (h *History) published(at time.Time, about []*Cert) []Published {
	var out []Published
	seen := map[*Cert]bool{}
	for _, c := range about {
		leaf := c.Profile != CA && c.Profile != Root
		switch {
		case c.Issuer == nil:
		case h.Plan.OCSP && leaf:
			if this, ok := h.issuing(c.Issuer, at); ok && !this.Before(c.NotBefore) {
				out = append(out, h.response(c, this))
			}
		case !seen[c.Issuer]:
			seen[c.Issuer] = true
			if this, ok := h.issuing(c.Issuer, at); ok {
				out = append(out, h.list(c.Issuer, this))
			}
		}
	}
	return out
}

// issuing is the last hour by a time at which a CA issued, false before it began.
func (h *History) issuing(ca *Cert, at time.Time) (time.Time, bool) {
	end := ca.NotAfter
	if e := h.ending(ca); e != nil && e.At.Before(end) {
		end = e.At
	}
	if at.After(end) {
		at = end.Add(-time.Second)
	}
	this := at.Truncate(time.Hour)
	return this, !this.Before(ca.NotBefore)
}

// ending is the revocation of a certificate.
func (h *History) ending(c *Cert) *Ending {
	for i, e := range h.Plan.Revocations {
		if h.Cert(e.Who) == c {
			return &h.Plan.Revocations[i]
		}
	}
	return nil
}

func (h *History) list(ca *Cert, this time.Time) Published {
	t := CRLTemplate{ThisUpdate: this, NextUpdate: this.Add(h.Plan.Fresh), Number: this.Unix() / 3600}
	for _, e := range h.Plan.Revocations {
		c := h.Cert(e.Who)
		gone := h.Plan.DropExpired && this.After(c.NotAfter.AddDate(0, 0, 1))
		if c.Issuer == ca && !e.At.After(this) && !gone {
			t.Revoked = append(t.Revoked, Revocation{Serial: c.Serial, At: e.At, Reason: e.Reason})
		}
	}
	return Published{this, "CRL", h.nameOf(ca), h.World.CRL(ca, t)}
}

func (h *History) response(c *Cert, this time.Time) Published {
	t := OCSPTemplate{Cert: c, Status: "good", ThisUpdate: this, NextUpdate: this.Add(h.Plan.Fresh), Responder: h.responder(c.Issuer, this)}
	if e := h.ending(c); e != nil && !e.At.After(this) {
		t.Status, t.RevokedAt, t.Reason = "revoked", e.At, e.Reason
	}
	return Published{this, "OCSP", h.nameOf(c), h.World.OCSP(t)}
}

// responder is the delegate of a CA for a year, certified for it and the month after.
func (h *History) responder(ca *Cert, at time.Time) *Cert {
	year := at.UTC().Year()
	key := fmt.Sprint(h.nameOf(ca), year)
	if c := h.responders[key]; c != nil {
		return c
	}
	from, until := date(year, 1, 1), date(year+1, 1, 31)
	if from.Before(ca.NotBefore) {
		from = ca.NotBefore
	}
	if until.After(ca.NotAfter) {
		until = ca.NotAfter
	}
	c := h.World.Issue(CertTemplate{Profile: OCSP, Issuer: ca, Key: "p256-12", NotBefore: from, NotAfter: until, Serial: big.NewInt(int64(year)),
		Subject: h.name("Responder %d", year)})
	h.responders[key] = c
	return c
}

// nameOf is the name that events give a certificate.
func (h *History) nameOf(c *Cert) string {
	for kind, list := range map[string][]*Cert{"root": h.Roots, "ca": h.CAs, "unit": h.Units} {
		if i := slices.Index(list, c); i >= 0 {
			return fmt.Sprintf("%s-%d", kind, i)
		}
	}
	return "seal"
}
