package baseline

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
)

// complete follows a path that ends below an anchor by the certificates that
// travel in the document, up to one that issued itself.
func (in *input) complete(p Path) (certs []*cert.Certificate, anchored bool) {
	certs = p.Certificates
	if p.Anchored || len(certs) == 0 {
		return certs, p.Anchored
	}
	seen := map[[32]byte]bool{}
	for len(certs) < in.purse.MaxDepth() {
		last := certs[len(certs)-1]
		if last.SelfIssued() {
			return certs, true
		}
		seen[last.SHA256] = true
		next := in.issuer(last)
		if next == nil || seen[next.SHA256] {
			return certs, false
		}
		certs = append(certs[:len(certs):len(certs)], next)
	}
	return certs, false
}

// issuer finds a certificate of the document whose name, and key identifier
// where both say one, fit. Nothing is proven by that.
func (in *input) issuer(c *cert.Certificate) *cert.Certificate {
	for _, x := range in.subjects[c.IssuerKey()] {
		if in.purse.Take(purse.Objects, 1) != nil {
			return nil
		}
		if len(c.AuthorityKeyID) == 0 || len(x.SubjectKeyID) == 0 || bytes.Equal(c.AuthorityKeyID, x.SubjectKeyID) {
			return x
		}
	}
	return nil
}

func (in *input) carries(c *cert.Certificate) bool {
	it := in.evidence.Get(c.SHA256)
	return it != nil && it.Origin == evidence.Document
}

// certificateValues: every certificate below the anchor travels in the
// document.
func certificateValues(in *input) (Status, string) {
	return in.eachPath(func(certs []*cert.Certificate, anchored bool) (missing []string, open string) {
		n := len(certs)
		if anchored {
			n--
		} else {
			open = certs[n-1].Issuer.String()
		}
		for _, c := range certs[:n] {
			if !in.carries(c) {
				missing = append(missing, c.Subject.String())
			}
		}
		return missing, open
	})
}

// anchorValues: the anchors too, which is what the rule says and few producers do.
func anchorValues(in *input) (Status, string) {
	return in.eachPath(func(certs []*cert.Certificate, anchored bool) (missing []string, open string) {
		last := certs[len(certs)-1]
		if !anchored {
			return nil, last.Issuer.String()
		}
		if !in.carries(last) {
			missing = append(missing, last.Subject.String())
		}
		return missing, ""
	})
}

// revocationValues: the security store has revocation data for every
// certificate below the anchor that can be revoked.
func revocationValues(in *input) (Status, string) {
	return in.eachPath(func(certs []*cert.Certificate, anchored bool) (missing []string, open string) {
		n := len(certs)
		if anchored {
			n--
		}
		for i, c := range certs[:n] {
			var issuer *cert.Certificate
			if i+1 < len(certs) {
				issuer = certs[i+1]
			}
			if !c.NoRevAvail && !c.ShortTermAssured && !in.held.speaks(c, issuer) {
				missing = append(missing, c.Subject.String())
			}
		}
		return missing, ""
	})
}

// eachPath asks about each path; what is missing is told before what is open.
func (in *input) eachPath(ask func(certs []*cert.Certificate, anchored bool) (missing []string, open string)) (Status, string) {
	var all []string
	open, unsure := "", in.signer == nil
	for _, p := range in.paths {
		certs, anchored := in.complete(p)
		if len(certs) == 0 {
			continue
		}
		missing, end := ask(certs, anchored)
		for _, m := range missing {
			if len(all) < maxNamed && !slices.Contains(all, m) {
				all = append(all, m)
			}
		}
		if end != "" {
			open, unsure = end, true
		}
	}
	switch {
	case all != nil:
		return NotMet, strings.Join(all, "; ")
	case unsure:
		return NotCheckable, open
	}
	return Met, ""
}

// A holding is the revocation data of the security store.
type holding struct {
	crls  map[string]bool                  // by the issuer's cert.NameKey
	ocsps map[string][]cert.SingleResponse // by serial number
}

func (b *Book) stored() *holding {
	h := &holding{crls: map[string]bool{}, ocsps: map[string][]cert.SingleResponse{}}
	if b.document.PDF == nil || b.document.PDF.SecurityStore == nil {
		return h
	}
	store := b.document.PDF.SecurityStore
	add := func(items []pdf.StoreItem) {
		for _, s := range items {
			switch it := b.evidence.Get(sha256.Sum256(s.Data)); {
			case s.Gone || it == nil:
			case it.CRL != nil && it.CRL.DeltaIndicator == nil:
				h.crls[it.CRL.IssuerKey()] = true
			case it.OCSP != nil:
				for _, r := range it.OCSP.Responses {
					if r.ID.Serial != nil {
						h.ocsps[r.ID.Serial.Text(62)] = append(h.ocsps[r.ID.Serial.Text(62)], r)
					}
				}
			}
		}
	}
	add(store.CRLs)
	add(store.OCSPs)
	for _, v := range store.VRI {
		if !v.Gone {
			add(v.CRLs)
			add(v.OCSPs)
		}
	}
	return h
}

// speaks tells whether there is a CRL of the certificate's issuer, or of the
// one that its distribution points name, or an OCSP answer about it.
func (h *holding) speaks(c, issuer *cert.Certificate) bool {
	if h.crls[c.IssuerKey()] {
		return true
	}
	for _, p := range c.CRLDistributionPoints {
		for _, n := range p.CRLIssuer {
			if n.Directory != nil && h.crls[cert.NameKey(n.Directory)] {
				return true
			}
		}
	}
	if c.Serial == nil {
		return false
	}
	for _, r := range h.ocsps[c.Serial.Text(62)] {
		if issuer == nil {
			return true
		}
		if ok, err := r.ID.Matches(c.RawIssuer, issuer.PublicKey, c.Serial); err == nil && ok {
			return true
		}
	}
	return false
}
