package process

import (
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

const (
	clausePast  = "EN 319 102-1 5.6.2.1.4"
	clauseSlide = "EN 319 102-1 5.6.2.2.4"
)

// A Past is the result of past certificate validation (5.6.2.1): the time
// before which what the certificate signed may be accepted.
type Past struct {
	Outcome verdict.Outcome
	Path    *path.Path
	Control time.Time // control time; meaningful where the outcome is passed
	Entries []*PastEntry
	Causes  []Cause // why not, of the best path
	Trace
	// Bounded: revocation data about the certificate is proven to have existed
	// while the certificate of its signer was valid (5.6.2.4.4 step 1).
	Bounded bool
}

// A PastEntry is one certificate of the path with the data that counted.
type PastEntry struct {
	Certificate *cert.Certificate
	Data        []revocation.Datum // latest first; none where the policy needs none
	exempt      bool
	position    string
}

// chain is the path with the data that counted, as reports show paths.
func (p *Past) chain() *Chain {
	ch := &Chain{Outcome: p.Outcome, Path: p.Path, Trace: p.Trace}
	for i, x := range p.Path.Certificates {
		e := &Entry{Certificate: x, State: stateNotChecked, Anchor: i == 0 && p.Path.LeafIsAnchor}
		if i < len(p.Entries) {
			p.Entries[i].fill(e)
		}
		ch.Entries = append(ch.Entries, e)
	}
	if a := p.Path.Anchor.Certificate; a != nil && !p.Path.LeafIsAnchor {
		ch.Entries = append(ch.Entries, &Entry{Certificate: a, Anchor: true, State: stateNotChecked})
	}
	return ch
}

func (p *PastEntry) fill(e *Entry) {
	e.Exempt, e.position = p.exempt, p.position
	if len(p.Data) == 0 {
		return
	}
	e.State, e.Status = stateGood, revocation.Status{Datum: p.Data[0], All: p.Data}
	if p.Data[0].State != revocation.Good {
		e.State = stateRevoked
	}
}

// Passed tells whether a path holds for some time.
func (p *Past) Passed() bool { return p.Outcome.IsPassed() }

// pastCertificate is past certificate validation (5.6.2.1.4) by the proofs of
// existence. Of several paths the one with the latest control time counts:
// whichever it is, what it vouches for was vouched for.
func (c *Court) pastCertificate(leaf *cert.Certificate, purpose path.Purpose, anchor *path.Anchor) *Past {
	c.prepare()
	var best *Past
	tried := c.pastPaths(leaf, purpose, anchor, func(p *path.Path) bool {
		past := c.slide(p, purpose)
		if best == nil || past.better(best) {
			best = past
		}
		return past.Passed() && past.Bounded && past.Control.Equal(c.At)
	})
	if best == nil { // step 1 without any path
		ch := tried.nothing(leaf)
		best = &Past{Outcome: outcomeOf(ch.Causes), Causes: ch.Causes, Trace: ch.Trace}
	}
	best.step(clausePast, "past certificate validation of "+leaf.Subject.String(), best.Outcome, "control time "+moment(best.Control))
	return best
}

// pastPaths offers the paths of step 2: RFC 5280 6.1 without revocation, and
// without a time, where the model does not say one.
func (c *Court) pastPaths(leaf *cert.Certificate, purpose path.Purpose, anchor *path.Anchor, offer func(*path.Path) bool) *chainSearch {
	s := &chainSearch{court: c, purpose: purpose, at: c.At}
	for _, g := range c.groups(purpose, anchor) {
		in := c.input(leaf, purpose, c.At, g)
		in.SkipValidity = c.Policy.Model.Answer != policy.Chain
		res := path.Search(in, func(p *path.Path) bool { s.done = offer(p); return s.done })
		s.rejected = append(s.rejected, res.Rejections...)
		if res.Stopped != nil {
			s.stopped = res.Stopped
		}
		if s.done {
			break
		}
	}
	return s
}

func (p *Past) better(than *Past) bool {
	switch {
	case p.Passed() != than.Passed():
		return p.Passed()
	case p.Bounded != than.Bounded:
		return p.Bounded
	}
	return p.Control.After(than.Control)
}

// slide is validation-time sliding (5.6.2.2.4) along one path, after step 2 of
// past certificate validation: from now back to the last time before which
// nothing that is known speaks against what the certificate signed.
func (c *Court) slide(p *path.Path, purpose path.Purpose) *Past {
	s := &slider{court: c, Past: &Past{Path: p, Control: c.At, Bounded: true}, purpose: purpose, bounds: map[[32]byte]time.Time{}, loose: map[[32]byte]bool{}}
	if until := p.Anchor.Until; !until.IsZero() && until.Before(c.At) { // step 1
		s.Control = until
	}
	leaf := p.Certificates[0]
	switch {
	case p.LeafIsAnchor && c.Policy.AnchorSigns.Answer == policy.RefuseAnchor:
		s.fail(verdict.ChainConstraintsFailure, verdict.CodeSignerIsAnchor, clausePast+" step 4", ID(leaf), nil)
	case !p.LeafIsAnchor && c.Policy.Model.Answer != policy.Chain && !commonTime(p.Certificates):
		s.fail(verdict.CertificateChainGeneral, verdict.CodeNoCommonTime, clausePast+" step 2", ID(leaf), params("subject", leaf.Subject.String()))
	case !p.LeafIsAnchor:
		for i := len(p.Certificates) - 1; i >= 0 && len(s.Causes) == 0; i-- {
			s.certificate(i)
		}
	}
	slices.Reverse(s.Entries) // the signer first, as in paths
	s.Outcome = outcomeOf(s.Causes)
	s.step(clauseSlide, "validation time sliding", s.Outcome, "control time "+moment(s.Control))
	return s.Past
}

// commonTime tells whether all validities have a moment in common.
func commonTime(certs []*cert.Certificate) bool {
	from, to := certs[0].NotBefore, certs[0].NotAfter
	for _, x := range certs {
		if x.NotBefore.After(from) {
			from = x.NotBefore
		}
		if x.NotAfter.Before(to) {
			to = x.NotAfter
		}
	}
	return !from.After(to)
}

type slider struct {
	court *Court
	*Past
	purpose path.Purpose
	// bounds are the control times of signers of revocation data: what they
	// signed counts if it existed by then.
	bounds map[[32]byte]time.Time
	// loose are those of them whose own past is not bounded.
	loose map[[32]byte]bool
}

func (s *slider) fail(sub verdict.SubIndication, code verdict.Code, clause, object string, ps map[string]string) {
	s.Causes = append(s.Causes, Cause{Sub: sub, Finding: verdict.Finding{Code: code, Severity: verdict.Error, Clause: clause, Object: object, Params: ps}})
}

// lower moves the control time back, never forth.
func (s *slider) lower(to time.Time) {
	if to.Before(s.Control) {
		s.Control = to
	}
}

// certificate is step 2 for one certificate of the path.
func (s *slider) certificate(i int) {
	c, x := s.court, s.Path.Certificates[i]
	e := &PastEntry{Certificate: x, position: "ca"}
	if i == 0 {
		e.position = positions[s.purpose]
	}
	s.Entries = append(s.Entries, e)
	if e.exempt = c.exempt(x, s.purpose, i); c.Policy.Revocation.Mode != policy.None && !e.exempt {
		s.revocation(e, i)
	}
	if len(s.Causes) > 0 {
		return
	}
	// Step d: the certificate and what was used about it.
	s.suite(c.suite(x.SignatureAlgorithm, s.Path.Issuer(i).Key), policy.UseCertificate, ID(x))
	for _, d := range e.Data {
		var key *sigalg.PublicKey
		if d.Signer != nil {
			key, _ = c.keyOf(d.Signer)
		}
		s.suite(c.suite(algorithmOf(d.Item), key), policy.UseRevocation, ItemID(d.Item))
	}
}

// suite lowers the control time to the last moment at which algorithms were
// reliable (step d).
func (s *slider) suite(suite policy.Suite, use policy.Use, object string) {
	for _, w := range s.court.Policy.Check(suite, use, policy.Relied, s.Control) {
		if w.Unknown || w.Until.IsZero() {
			code, ps := weakFinding(w)
			s.fail(verdict.NoPOE, code, clauseSlide+" step 2d", object, ps)
			return
		}
		s.lower(w.Until.Add(-time.Second))
	}
}

// revocation is steps 2a to 2c.
func (s *slider) revocation(e *PastEntry, i int) {
	c, x := s.court, e.Certificate
	st := revocation.Check(revocation.Input{
		Target: x, Issuer: s.Path.Issuer(i), Index: c.index, At: c.At,
		Delegate: s.delegate(i), Pool: c.pool, Purse: c.Purse, Verifier: c.Verifier,
		EmptyLists: c.Policy.Revocation.EmptyList.Answer == "accept",
	})
	if st.Stopped != nil {
		s.fail(verdict.Custom, verdict.CodeLimit, clauseSlide, ID(x), params("kind", "revocation data", "limit", st.Stopped.Error()))
		return
	}
	// That somebody with the right to do so says "revoked" speaks against what
	// came after it whether or not it is proven old: a proof could only be
	// lacking for an attacker's sake. That it was good before is known from data
	// that stand alone.
	standing := s.standing(st.All)
	if at, revoked := s.revokedAt(st.All, standing, i); revoked {
		s.lower(at)
		e.Data = slices.DeleteFunc(slices.Clone(standing), func(d revocation.Datum) bool { return d.State != revocation.Revoked && d.State != revocation.OnHold })
		if s.anyBounded(e.Data) {
			return
		}
	}
	data := s.selected(standing, x)
	if s.anyBounded(data) {
		data = slices.DeleteFunc(data, func(d revocation.Datum) bool { return !s.bounded(d) })
	} else {
		s.Bounded = s.Bounded && len(e.Data)+len(data) == 0
		if len(e.Data) > 0 {
			return
		}
	}
	data, whole := covering(data)
	if !whole {
		s.noProof(e, st.All)
		return
	}
	e.Data = data
	for _, d := range data { // step c
		if !revocation.Fresh(d.ThisUpdate, d.NextUpdate, d.HasNextUpdate, c.Policy.MaxAge(e.position), s.Control) {
			s.lower(lastFresh(d, c.Policy.MaxAge(e.position)))
		}
	}
}

// noProof is NO_POE of step 2a, or what a policy that does without data says.
func (s *slider) noProof(e *PastEntry, all []revocation.Datum) {
	c, x := s.court, e.Certificate
	if c.Policy.Revocation.Mode == policy.Prefer {
		s.finding(verdict.Finding{Code: verdict.CodeRevocationSoftFail, Severity: verdict.Warning, Clause: clauseSlide + " step 2a", Object: ID(x), Params: params("subject", x.Subject.String())})
		return
	}
	code := verdict.CodeNoProof
	if len(all) == 0 {
		code = verdict.CodeNoPastData
	}
	s.fail(verdict.NoPOE, code, clauseSlide+" step 2a", ID(x), params("subject", x.Subject.String(), "time", moment(s.Control)))
}

// selected are the data of step 2a: in scope, issued before the control time,
// and proven, as the certificate is, to have existed by then.
func (s *slider) selected(standing []revocation.Datum, x *cert.Certificate) (out []revocation.Datum) {
	if !s.court.proofs.By(poe.Digest(x.SHA256), s.Control) {
		return nil
	}
	for _, d := range standing {
		// What is asked for now may be dated now, or a moment later.
		early := d.ThisUpdate.Before(s.Control) || s.Control.Equal(s.court.At)
		if d.State != revocation.Unknown && !d.AfterExpiry && early {
			out = append(out, d)
		}
	}
	return out
}

// standing are the data that are proven to have existed by the control time;
// of those that a delegate signed, by the delegate's own control time.
func (s *slider) standing(all []revocation.Datum) (out []revocation.Datum) {
	for _, d := range all {
		by := s.Control
		if end, delegated := s.bounds[signerOf(d)]; delegated && end.Before(by) {
			by = end
		}
		if !s.proven(d).After(by) {
			out = append(out, d)
		}
	}
	return out
}

func signerOf(d revocation.Datum) [32]byte {
	if d.Signer == nil || d.ByIssuer {
		return [32]byte{}
	}
	return d.Signer.SHA256
}

// proven is when a datum is proven to have existed: its list, and the delta
// that was read with it.
func (s *slider) proven(d revocation.Datum) time.Time {
	var at time.Time
	for _, it := range []*revocation.Item{d.Item, d.Delta} {
		if ref := EvidenceOf(it); ref != nil {
			if t := s.court.proofs.Earliest(poe.Digest(ref.SHA256)).At; t.After(at) {
				at = t
			}
		}
	}
	return at
}

// anyBounded tells whether data are proven to have existed while the
// certificate of their own signer was valid. 5.6.2.4.4 step 1 asks for that of
// the data about the signer; whoever holds a key after that could say anything
// about a CA too.
func (s *slider) anyBounded(data []revocation.Datum) bool {
	return slices.ContainsFunc(data, s.bounded)
}

// bounded: a proof of the datum lies in the validity of its signer's
// certificate, of which the same holds, or the signer is the anchor, whose
// validity binds nobody.
func (s *slider) bounded(d revocation.Datum) bool {
	x := d.Signer
	if a := s.Path.Anchor.Certificate; x == nil || a != nil && a.SHA256 == x.SHA256 {
		return true
	}
	return !s.loose[signerOf(d)] && during(x, s.proven(d).Truncate(time.Second))
}

// revokedAt is step 2b: the earliest time from which somebody says that the
// certificate is revoked, or on hold without a later word that stands that it
// is over. Under the chain model what a CA issued stays good unless its key is
// compromised or nobody says why.
func (s *slider) revokedAt(all, standing []revocation.Datum, i int) (first time.Time, revoked bool) {
	for _, d := range all {
		switch {
		case d.State != revocation.Revoked && d.State != revocation.OnHold,
			d.State == revocation.OnHold && lifted(&d, slices.DeleteFunc(slices.Clone(standing), func(d revocation.Datum) bool { return !s.bounded(d) })),
			i > 0 && s.court.Policy.Model.Answer == policy.Chain && !compromised(d):
			continue
		}
		if at := effective(&d); !revoked || at.Before(first) {
			first, revoked = at, true
		}
	}
	return first, revoked
}

// covering are the latest data that together speak for all reasons (RFC 5280
// 6.3.3 (l)); false where some reason is left out.
func covering(latestFirst []revocation.Datum) (out []revocation.Datum, whole bool) {
	var covered cert.ReasonFlags
	for _, d := range latestFirst {
		if d.Reasons&^covered == 0 {
			continue
		}
		out = append(out, d)
		if covered |= d.Reasons; covered&cert.AllReasons == cert.AllReasons {
			return out, true
		}
	}
	return nil, false
}

// lastFresh is the last moment at which a datum is fresh (5.2.5.4), at the
// earliest its thisUpdate. The text of step 2c goes back to thisUpdate itself;
// but what is fresh enough at a time when it is asked live is so later on too,
// and with a maximum age of zero both are the same.
func lastFresh(d revocation.Datum, maxAge *time.Duration) time.Time {
	end := d.ThisUpdate
	switch {
	case maxAge != nil:
		end = d.ThisUpdate.Add(*maxAge)
	case d.HasNextUpdate:
		end = d.NextUpdate
	}
	if end = end.Add(-time.Second); end.Before(d.ThisUpdate) {
		return d.ThisUpdate
	}
	return end
}
