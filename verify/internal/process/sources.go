package process

import (
	"slices"
	"strings"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// eitherKind are the kinds of revocation data, in the order in which they are
// asked for.
var eitherKind = []evidence.Type{evidence.OCSP, evidence.CRL}

// kindNames are the kinds as the revocation room and the reports spell them.
var kindNames = map[evidence.Type]string{evidence.OCSP: "OCSP", evidence.CRL: "CRL"}

// demanded are the kinds of data that must answer for a certificate (TS 119
// 172-1 (m)2.1), none where one of either does. With "both" those that it
// names: what its issuer does not publish nobody can have.
func (c *Court) demanded(e *Entry) []evidence.Type {
	switch c.Policy.Need(e.position) {
	case policy.NeedOCSP:
		return []evidence.Type{evidence.OCSP}
	case policy.NeedCRL:
		return []evidence.Type{evidence.CRL}
	case policy.NeedBoth:
		var named []evidence.Type
		if len(e.Certificate.OCSPServers) > 0 {
			named = append(named, evidence.OCSP)
		}
		if len(e.Certificate.CRLDistributionPoints) > 0 {
			named = append(named, evidence.CRL)
		}
		return named
	}
	return nil
}

// kinds are those worth asking for.
func (c *Court) kinds(e *Entry) []evidence.Type {
	if d := c.demanded(e); len(d) > 0 {
		return d
	}
	return eitherKind
}

// weighKinds holds what is known against the kinds that the policy demands:
// each has to answer for itself, and in force. It comes after the word of all
// data together, so that a revocation counts whoever tells it.
func (c *Court) weighKinds(ch *Chain, e *Entry, i int, at time.Time) {
	if e.Status.State == revocation.Unknown {
		return // said already
	}
	demanded := c.demanded(e)
	for _, kind := range demanded {
		own := &Entry{Certificate: e.Certificate, position: e.position}
		own.Status = c.statusBy(ch.Path, own, i, at, kindNames[kind])
		older := e.answered(at) && !own.answered(at) // a hold that the other kind says is over
		if c.isFresh(own, at) && !older {            // what says nothing is never fresh
			continue
		}
		ps := params("subject", e.Certificate.Subject.String(), "type", kindNames[kind], "urls", strings.Join(own.addresses(kind), " "))
		if c.Policy.Revocation.Mode == policy.Prefer {
			ch.warn(verdict.CodeRevocationKind, verdict.Warning, clauseX509+" step 4", ID(e.Certificate), ps)
		} else {
			ch.cause(verdict.TryLater, verdict.CodeRevocationKind, clauseX509+" step 4", ID(e.Certificate), AboutNotFresh, own, ps)
		}
		ch.wantRevocation(own, verdict.CodeRevocationKind, []evidence.Type{kind})
	}
	if len(demanded) == 1 && c.Policy.Need(e.position) == policy.NeedBoth {
		ch.warn(verdict.CodeRevocationOneKind, verdict.Info, clauseX509+" step 4", ID(e.Certificate), params("subject", e.Certificate.Subject.String(), "type", kindNames[demanded[0]]))
	}
}

// answered: the data says good, or revoked only after the time judged at.
func (e *Entry) answered(at time.Time) bool {
	st := &e.Status
	return st.State == revocation.Good || effective(&st.Datum).After(at)
}

// wantRevocation asks for data of some kinds about a certificate of the path.
func (ch *Chain) wantRevocation(e *Entry, reason verdict.Code, kinds []evidence.Type) {
	x := e.Certificate
	want := evidence.Want{For: x.SHA256, Subject: x.Subject.String(), Target: x, OCSPIssuer: ch.issuerOf(x), Reason: string(reason)}
	place := false
	if slices.Contains(kinds, evidence.OCSP) && len(x.OCSPServers) > 0 && want.OCSPIssuer != nil {
		place, want.Type, want.URLs = true, evidence.OCSP, x.OCSPServers
		ch.want(want)
	}
	if slices.Contains(kinds, evidence.CRL) {
		ch.wantDelta(e, want)
		want.Type = evidence.CRL
		for _, urls := range crlPoints(x.CRLDistributionPoints) {
			place, want.URLs = true, urls
			ch.want(want)
		}
	}
	if !place { // nowhere to ask: told all the same
		want.Type, want.URLs = kinds[len(kinds)-1], nil
		ch.want(want)
	}
	for _, w := range e.wants {
		ch.want(w)
	}
}

// want notes a want, once, and tells whether it is new.
func (t *Trace) want(w evidence.Want) bool {
	key := w.Key()
	if t.wanted[key] {
		return false
	}
	if t.wanted == nil {
		t.wanted = map[string]bool{}
	}
	t.wanted[key] = true
	t.Wants = append(t.Wants, w)
	return true
}

func (ch *Chain) issuerOf(x *cert.Certificate) *cert.Certificate {
	if i := slices.Index(ch.Path.Certificates, x); i >= 0 {
		return ch.Path.Issuer(i).Certificate
	}
	return nil
}

// wantDelta asks for the delta CRL that continues the list at hand, where list
// or certificate names one (RFC 5280 5.2.6, RFC 5280 4.2.1.15). It is much smaller than
// the next complete list, which stays wanted where it does not help.
func (ch *Chain) wantDelta(e *Entry, want evidence.Want) {
	if e.Status.Item == nil || e.Status.Item.CRL == nil {
		return // a delta CRL says nothing by itself (RFC 5280 5.2.4)
	}
	want.Type, want.Reason = evidence.CRL, string(verdict.CodeDeltaWanted)
	for _, urls := range crlPoints(slices.Concat(e.Status.Item.CRL.FreshestCRL, e.Certificate.FreshestCRL)) {
		want.URLs = urls
		if ch.want(want) {
			ch.warn(verdict.CodeDeltaWanted, verdict.Info, "RFC 5280 5.2.6", ID(e.Certificate), params("subject", want.Subject, "urls", strings.Join(urls, " ")))
		}
	}
}

// addresses are where data of a kind about the certificate may be had.
func (e *Entry) addresses(kind evidence.Type) []string {
	if kind == evidence.OCSP {
		return e.Certificate.OCSPServers
	}
	return slices.Concat(crlPoints(e.Certificate.CRLDistributionPoints)...)
}

func (c *Court) revocationURLs(e *Entry) (out []string) {
	for _, kind := range c.kinds(e) {
		out = append(out, e.addresses(kind)...)
	}
	return out
}

// crlPoints are the addresses of each distribution point that has any, in
// order: those of one point lead to one CRL, several points may split the
// reasons (RFC 5280 4.2.1.13).
func crlPoints(points []cert.DistributionPoint) (out [][]string) {
	for _, dp := range points {
		var urls []string
		for _, n := range dp.FullNames {
			if n.Type == cert.NameURI {
				urls = append(urls, n.Text)
			}
		}
		if len(urls) > 0 {
			out = append(out, urls)
		}
	}
	return out
}
