package process

import (
	"math"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

const clauseX509 = "EN 319 102-1 5.2.6.4"

// An Entry is one certificate of a path with what is known of its revocation.
type Entry struct {
	Certificate *cert.Certificate
	Anchor      bool
	Exempt      bool   // the policy needs no revocation data for it
	State       string // word of the report: good, revoked, unknown, not-checked, not-checkable
	Status      revocation.Status
	position    string          // signer, ca, tsa, responder
	wants       []evidence.Want // what the signers of its revocation data lack
}

// Words of the report for Entry.State.
const (
	stateGood         = "good"
	stateRevoked      = "revoked"
	stateUnknown      = "unknown"
	stateNotChecked   = "not-checked"
	stateNotCheckable = "not-checkable"
)

// A Chain is the result of X.509 certificate validation (5.2.6).
type Chain struct {
	Outcome  verdict.Outcome
	Path     *path.Path // the path used, or the best one that failed; nil when none was complete
	Entries  []*Entry
	Causes   []Cause
	Warnings []verdict.Finding
	Rejected []path.Rejection
	Untold   int // rejections beyond those that are kept
	Trace
}

// Passed tells whether a path holds without any proof of an earlier time.
func (ch *Chain) Passed() bool { return ch.Outcome.IsPassed() }

// validate is X.509 certificate validation at a time (5.2.6.4). The answer
// for one certificate, purpose and time is computed once.
func (c *Court) validate(leaf *cert.Certificate, purpose path.Purpose, at time.Time) *Chain {
	return c.validateUnder(leaf, purpose, at, nil)
}

// validateUnder is the same with paths that end at one anchor only, as signers
// of revocation data must (RFC 5280 6.3.3 (f)). Nil stands for any anchor.
func (c *Court) validateUnder(leaf *cert.Certificate, purpose path.Purpose, at time.Time, anchor *path.Anchor) *Chain {
	c.prepare()
	key := chainKey{leaf: leaf.SHA256, purpose: purpose, at: at}
	if anchor != nil {
		key.anchor = anchor.ID
	}
	if ch, ok := c.chains[key]; ok {
		return ch
	}
	if place, ok := c.open[key]; ok {
		c.lowest = min(c.lowest, place)
		if place < len(c.open)-1 {
			return circular(leaf)
		}
		// The status of a CRL's signer may be told by that list alone: its path
		// must do, or nothing ever could.
		return c.search(leaf, purpose, at, anchor, true)
	}
	place, before := len(c.open), c.lowest
	c.open[key], c.lowest = place, selfContained
	ch := c.search(leaf, purpose, at, anchor, false)
	delete(c.open, key)
	if c.lowest >= place {
		// What leaned on a judgement further down the stack is not the answer
		// that the same question gets by itself; keeping it would make reports
		// depend on the order of signatures.
		c.chains[key] = ch
		c.lowest = selfContained
	}
	c.lowest = min(c.lowest, before)
	return ch
}

// circular is the answer about a signer of revocation data whose status rests on
// somebody whose own status rests on it: several that vouch for each other have
// nobody to vouch for them.
func circular(leaf *cert.Certificate) *Chain {
	ch := &Chain{Outcome: verdict.Of(verdict.TryLater)}
	ch.cause(verdict.TryLater, verdict.CodeNoRevocationData, clauseX509+" step 4", ID(leaf), AboutOther, nil, params("subject", leaf.Subject.String()))
	return ch
}

// selfContained: no judgement further down the stack was leaned on.
const selfContained = math.MaxInt

func (c *Court) search(leaf *cert.Certificate, purpose path.Purpose, at time.Time, anchor *path.Anchor, pathOnly bool) *Chain {
	s := &chainSearch{court: c, purpose: purpose, at: at, pathOnly: pathOnly}
	return s.run(leaf, anchor, Ask{})
}

// run searches under each group of anchors until a path holds.
func (s *chainSearch) run(leaf *cert.Certificate, anchor *path.Anchor, ask Ask) *Chain {
	for _, g := range s.court.groups(s.purpose, anchor) {
		if s.done {
			break
		}
		in := s.court.input(leaf, s.purpose, s.at, ask.narrow(g))
		in.RequiredEKU = ask.ExtKeyUsage
		res := path.Search(in, s.offer)
		s.complete += res.Complete
		s.rejected = append(s.rejected, res.Rejections...)
		s.untold += res.Untold
		if res.Stopped != nil {
			s.stopped = res.Stopped
		}
	}
	return s.result(leaf)
}

// groups are the groups of anchors for a purpose; of one anchor alone, for a
// signer of revocation data. What a list accepts is about the certificates that
// it vouches for; such a signer speaks by leave of the key that issued one (RFC
// 6960 4.2.2.2, RFC 5280 6.3.3 (f)).
func (c *Court) groups(purpose path.Purpose, anchor *path.Anchor) []Group {
	all := c.Trust.Groups(purpose)
	if anchor == nil {
		return all
	}
	out := make([]Group, 0, len(all))
	for _, g := range all {
		out = append(out, Group{Anchors: slices.DeleteFunc(slices.Clone(g.Anchors), func(a path.Anchor) bool { return a.ID != anchor.ID })})
	}
	return out
}

// input sets the inputs of RFC 5280 6.1.1 from policy and list.
func (c *Court) input(leaf *cert.Certificate, purpose path.Purpose, at time.Time, g Group) path.Input {
	return path.Input{
		Leaf: leaf, Pool: c.pool, Anchors: g.Anchors, Time: at,
		SkipLeafValidity: true, // 5.2.6.4 step 4 leaves it to step 7
		CAValidity:       c.caValidity(),
		InitialPolicies:  g.Policies, ExplicitPolicy: g.Explicit, InhibitMapping: g.InhibitMap, InhibitAny: g.InhibitAny,
		AnchorConstraints: c.AnchorConstraints,
		Usage:             c.usage(purpose),
		Purse:             c.Purse, Verifier: c.Verifier,
	}
}

// caValidity is what the policy's validity model asks of the path: under the
// hybrid model a CA that has run out waits for the time of the signature.
func (c *Court) caValidity() path.CAValidity {
	switch {
	case c.Policy.Model.Answer == policy.Chain:
		return path.AtIssue
	case c.Policy.Model.Answer == policy.Hybrid, c.Policy.CAExpiry.Answer != policy.RejectCA:
		return path.Recorded
	}
	return path.AtTime
}

// usage is the policy's key usage for a purpose. Signers of revocation data
// are held to their RFCs by the path room itself.
func (c *Court) usage(purpose path.Purpose) path.Usage {
	u := path.Usage{Purpose: purpose}
	if purpose != path.Seal && purpose != path.Timestamping {
		return u
	}
	line, ok := c.Policy.Purpose(purpose.String())
	if !ok {
		u.AllOf, u.Required = ^cert.KeyUsage(0), true // no line permits nothing
		return u
	}
	for _, name := range line.KeyUsageAny {
		u.AnyOf |= keyUsageBit(name)
	}
	u.ExtAnyOf, u.ExtNot = usageOIDs(line.ExtKeyUsage), usageOIDs(line.ExtKeyUsageNot)
	return u
}

// usageOIDs are the identifiers of names that the policy reader knows.
func usageOIDs(names []string) (out []ber.OID) {
	for _, n := range names {
		if o, ok := ber.ByName(n); ok {
			out = append(out, o)
		}
	}
	return out
}

func keyUsageBit(name string) cert.KeyUsage {
	for bit := cert.KeyUsageDigitalSignature; bit <= cert.KeyUsageDecipherOnly; bit <<= 1 {
		if names := bit.Names(); len(names) == 1 && names[0] == name {
			return bit
		}
	}
	return 0
}

// chainSearch keeps the best of the paths that were offered.
type chainSearch struct {
	court    *Court
	purpose  path.Purpose
	at       time.Time
	best     *Chain
	judged   []*Chain // every path that was offered
	rejected []path.Rejection
	untold   int
	complete int
	stopped  error
	done     bool
	pathOnly bool // revocation is not looked at
}

// offer judges one path that RFC 5280 6.1 accepts (steps 3 to 9).
func (s *chainSearch) offer(p *path.Path) bool {
	ch := s.court.judge(p, s.purpose, s.at, s.pathOnly)
	s.judged = append(s.judged, ch)
	if s.best == nil || ch.better(s.best) {
		s.best = ch
	}
	// Step 4b returns at once: another path cannot undo what the issuer said of the signer.
	s.done = ch.Passed() || ch.has(verdict.RevokedNoPOE)
	return s.done
}

func (ch *Chain) has(sub verdict.SubIndication) bool {
	for _, c := range ch.Causes {
		if c.Sub == sub {
			return true
		}
	}
	return false
}

// result is the answer after the last path (step 2).
func (s *chainSearch) result(leaf *cert.Certificate) *Chain {
	ch := s.best
	if ch == nil {
		ch = s.nothing(leaf)
	}
	ch.Rejected = append(s.others(), s.rejected...)
	ch.Untold = s.untold
	if w, ok := worst(ch.Causes); ok {
		ch.Outcome = verdict.Of(w.Sub)
	} else {
		ch.Outcome = verdict.Pass()
	}
	ch.step(clauseX509, "X.509 certificate validation of "+leaf.Subject.String(), ch.Outcome, "")
	return ch
}

func (ch *Chain) cause(sub verdict.SubIndication, code verdict.Code, clause, object string, about About, e *Entry, ps map[string]string) {
	ch.Causes = append(ch.Causes, Cause{Sub: sub, About: about, Entry: e,
		Finding: verdict.Finding{Code: code, Severity: verdict.Error, Clause: clause, Object: object, Params: ps}})
}

func (ch *Chain) warn(code verdict.Code, severity verdict.Severity, clause, object string, ps map[string]string) {
	ch.Warnings = append(ch.Warnings, verdict.Finding{Code: code, Severity: severity, Clause: clause, Object: object, Params: ps})
}

// judge takes a path through steps 3 to 9 and notes every cause against it.
func (c *Court) judge(p *path.Path, purpose path.Purpose, at time.Time, pathOnly bool) *Chain {
	ch := &Chain{Path: p}
	leaf := p.Certificates[0]
	if !p.Anchor.Until.IsZero() && !at.Before(p.Anchor.Until) {
		ch.cause(verdict.NoCertificateChainFoundNoPOE, verdict.CodeAnchorSunset, clauseX509+" step 3", ID(leaf), AboutOther, nil, params("until", moment(p.Anchor.Until)))
	}
	if c.Stale != nil {
		f := *c.Stale
		f.Object = ID(leaf)
		ch.Causes = append(ch.Causes, Cause{Sub: verdict.Custom, Finding: f})
	}
	c.entries(ch, purpose)
	switch {
	case p.LeafIsAnchor:
		c.leafIsAnchor(ch, leaf)
	case !pathOnly:
		c.revocation(ch, purpose, at)
	}
	if !p.LeafIsAnchor || c.Policy.AnchorSigns.Answer != policy.AnchorAtOnce {
		c.validity(ch, leaf, at)
	}
	c.endedCAs(ch, p)
	c.suites(ch, at)
	for _, n := range p.Notes {
		if n.Code == path.CodeCAExpired || n.Code == path.CodeNotYetValid {
			continue // a cause above
		}
		ch.warn(verdict.Code(n.Code), "", "RFC 5280 6.1", ID(leaf), n.Params)
	}
	if len(ch.Causes) == 0 {
		ch.Outcome = verdict.Pass()
	}
	return ch
}

// endedCAs: CAs of the path that have ended, as far as the policy asks.
func (c *Court) endedCAs(ch *Chain, p *path.Path) {
	for _, ca := range p.Expired {
		ps := params("subject", ca.Subject.String(), "time", moment(ca.NotAfter))
		if c.Policy.CAExpiry.Answer == policy.IgnoreCA {
			ch.warn(verdict.CodeCAExpired, verdict.Warning, clauseX509+" step 4", ID(ca), ps)
			continue
		}
		ch.cause(verdict.OutOfBoundsNoPOE, verdict.CodeCAExpired, clauseX509+" step 4", ID(ca), AboutCA, ch.entry(ca), ps)
	}
}

// entry is that of a certificate of the path.
func (ch *Chain) entry(x *cert.Certificate) *Entry {
	for _, e := range ch.Entries {
		if e.Certificate == x {
			return e
		}
	}
	return nil
}

func (c *Court) entries(ch *Chain, purpose path.Purpose) {
	for i, x := range ch.Path.Certificates {
		e := &Entry{Certificate: x, State: stateNotChecked, position: "ca"}
		if i == 0 {
			e.position = positions[purpose]
			e.Anchor = ch.Path.LeafIsAnchor
		}
		ch.Entries = append(ch.Entries, e)
	}
	if a := ch.Path.Anchor.Certificate; a != nil && !ch.Path.LeafIsAnchor {
		ch.Entries = append(ch.Entries, &Entry{Certificate: a, Anchor: true, State: stateNotChecked})
	}
}

var positions = map[path.Purpose]string{path.Seal: "signer", path.Any: "signer", path.Timestamping: "tsa", path.OCSPSigning: "responder", path.CRLSigning: "responder"}

// leafIsAnchor: step 1 lets a policy accept a signer that is itself an anchor.
func (c *Court) leafIsAnchor(ch *Chain, leaf *cert.Certificate) {
	if c.Policy.AnchorSigns.Answer != policy.RefuseAnchor {
		ch.warn(verdict.CodeSignerIsAnchor, verdict.Warning, clauseX509+" step 1", ID(leaf), nil)
		return
	}
	ch.cause(verdict.ChainConstraintsFailure, verdict.CodeSignerIsAnchor, clauseX509+" step 1", ID(leaf), AboutOther, nil, nil)
}

// validity is step 7: the signing certificate's own period, which counts in
// whole seconds.
func (c *Court) validity(ch *Chain, leaf *cert.Certificate, at time.Time) {
	at = at.Truncate(time.Second)
	switch {
	case at.Before(leaf.NotBefore):
		ch.cause(verdict.OutOfBoundsNoPOE, verdict.CodeCertificateNotYet, clauseX509+" step 7", ID(leaf), AboutSigner, ch.Entries[0], params("subject", leaf.Subject.String(), "notBefore", moment(leaf.NotBefore)))
	case at.After(leaf.NotAfter):
		sub := verdict.OutOfBoundsNoPOE
		if ch.Entries[0].knownAfterExpiry(at) {
			sub = verdict.OutOfBoundsNotRevoked
		}
		ch.cause(sub, verdict.CodeCertificateExpired, clauseX509+" step 7", ID(leaf), AboutSigner, ch.Entries[0], params("notAfter", moment(leaf.NotAfter)))
	}
}

// knownAfterExpiry: the issuer still answers for the certificate after its
// end and says that it was not revoked (expiredCertsOnCRL, archive cutoff). An
// answer whose signer's certificate has ended too is nobody's word today.
func (e *Entry) knownAfterExpiry(at time.Time) bool {
	st := &e.Status
	if st.State != revocation.Good || st.Item == nil || st.Signer != nil && !during(st.Signer, at) {
		return false
	}
	end := e.Certificate.NotAfter
	if crl := e.Status.Item.CRL; crl != nil {
		return !crl.ThisUpdate.After(end) || crl.ExpiredCertsFrom != nil && !crl.ExpiredCertsFrom.After(end)
	}
	for _, r := range e.Status.Item.OCSP.Responses {
		if r.ID.Serial == nil || e.Certificate.Serial == nil || r.ID.Serial.Cmp(e.Certificate.Serial) != 0 {
			continue // about another certificate
		}
		if r.ArchiveCutoff != nil && !r.ArchiveCutoff.After(end) {
			return true
		}
	}
	return !e.Status.ThisUpdate.After(end)
}
