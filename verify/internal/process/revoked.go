package process

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// EvidenceID is how findings name a piece of evidence before the report
// gives it a short id.
func EvidenceID(it *evidence.Item) string { return "evidence:" + hex.EncodeToString(it.SHA256[:]) }

// revocation is steps 4 and 4a to 4d for every certificate below the anchor,
// and step 8 for the signing certificate.
func (c *Court) revocation(ch *Chain, purpose path.Purpose, at time.Time) {
	if c.Policy.Revocation.Mode == policy.None {
		ch.warn(verdict.CodeRevocationNotRequired, verdict.Warning, clauseX509+" step 4", "", nil)
		return
	}
	for i := range ch.Path.Certificates {
		e := ch.Entries[i]
		if e.Exempt = c.exempt(e.Certificate, purpose, i); e.Exempt {
			continue
		}
		e.Status = c.status(ch.Path, e, i, at)
		due := c.dueAt(ch.Path, i, &e.Status, at)
		c.weigh(ch, e, i == 0, due)
		c.weighKinds(ch, e, i, due)
	}
}

// dueAt is the time at which a certificate of the path must be good. Under the
// chain model what a CA issued stays good when the CA is revoked later, unless
// its key is compromised or nobody says why (EN 319 102-1 5.6.2.2.4 step b);
// and of one that has run out the last word is that of its end.
func (c *Court) dueAt(p *path.Path, i int, st *revocation.Status, at time.Time) time.Time {
	if i == 0 || c.Policy.Model.Answer != policy.Chain {
		return at
	}
	switch end := p.Certificates[i].NotAfter; {
	case st.State == revocation.Revoked && !slices.ContainsFunc(st.All, compromised):
		return p.Certificates[i-1].NotBefore
	case st.State != revocation.Revoked && end.Before(at):
		return end
	}
	return at
}

// exempt tells whether the policy needs no revocation data for a certificate
// whose issuer says that there is none.
func (c *Court) exempt(x *cert.Certificate, purpose path.Purpose, i int) bool {
	switch {
	case i > 0:
		return false
	case purpose == path.OCSPSigning && x.OCSPNoCheck:
		return c.Policy.Exempts(policy.NoCheck)
	case x.NoRevAvail && !pointsOut(x): // RFC 9608 3: never beside an address of such data
		return c.Policy.Exempts(policy.NoRevAvail)
	case x.ShortTermAssured:
		return c.Policy.Exempts(policy.ShortTerm)
	}
	return false
}

// pointsOut tells whether a certificate says where its status is to be had,
// or may be an issuer, which RFC 9608 3 forbids besides.
func pointsOut(x *cert.Certificate) bool {
	return len(x.CRLDistributionPoints)+len(x.FreshestCRL)+len(x.OCSPServers) > 0 || x.BasicConstraints != nil && x.BasicConstraints.CA
}

func (c *Court) status(p *path.Path, e *Entry, i int, at time.Time) revocation.Status {
	return c.statusBy(p, e, i, at, "")
}

// statusBy is the status by data of one kind alone.
func (c *Court) statusBy(p *path.Path, e *Entry, i int, at time.Time, only string) revocation.Status {
	st := revocation.Check(revocation.Input{
		Target: p.Certificates[i], Issuer: p.Issuer(i), Index: c.index, At: at, Only: only,
		Delegate: c.delegate(p, i, e, at), Pool: c.pool, Purse: c.Purse, Verifier: c.Verifier,
		EmptyLists: c.Policy.Revocation.EmptyList.Answer == "accept",
	})
	// Only a hold is ever lifted (RFC 5280 5.3.1), and no entry leaves the list
	// before the certificate ends (3.3): an earlier word stands, and no later
	// one moves it to another day. Lists that share the reasons out speak each
	// for their own (6.3.3 (l)).
	for _, d := range st.All {
		if d.State == revocation.Revoked && graver(&d, &st.Datum, at) {
			st.Datum = d
		}
	}
	// Until a revocation counts the certificate may have been on hold.
	pending := st.State == revocation.Revoked && effective(&st.Datum).After(at)
	for _, d := range st.All {
		held := d.State == revocation.OnHold && !lifted(&d, st.All)
		if held && (st.State == revocation.Good || pending && !effective(&d).After(at)) {
			st.Datum = d
			break
		}
	}
	// Of a CA that may have run out, too, the time before its end is what counts.
	mayEnd := i > 0 && c.Policy.Model.Answer != policy.Shell
	if st.State == revocation.Good && st.AfterExpiry && (mayEnd || !at.Truncate(time.Second).After(p.Certificates[i].NotAfter)) {
		beforeEnd(&st)
	}
	return st
}

// lifted tells whether somebody knew later that the hold is over: of a response
// that was signed again thisUpdate says when, not producedAt (RFC 6960 4.2.2.1).
func lifted(hold *revocation.Datum, all []revocation.Datum) bool {
	return slices.ContainsFunc(all, func(d revocation.Datum) bool {
		return d.State == revocation.Good && d.Reasons&hold.Reasons != 0 && !d.ThisUpdate.Before(hold.ThisUpdate)
	})
}

// beforeEnd takes the word back of data that were issued after the certificate
// ran out, when entries need not stay (RFC 5280 3.3, RFC 6960 4.4.4): of the
// time before they tell nothing. The latest that were issued in time speaks.
func beforeEnd(st *revocation.Status) {
	late := st.Item
	st.Datum = revocation.Datum{}
	for _, d := range st.All {
		if !d.AfterExpiry && d.State != revocation.Unknown && d.Reasons&cert.AllReasons == cert.AllReasons {
			st.Datum = d
			return
		}
	}
	st.Unusable = append(st.Unusable, revocation.Problem{Item: late, Code: revocation.CodeScope,
		Params: params("type", late.Kind(), "reason", "issued after the certificate ran out, when entries need not stay")})
}

// graver tells whether a revocation counts before the datum that speaks so far.
func graver(d, than *revocation.Datum, at time.Time) bool {
	switch than.State {
	case revocation.Revoked:
		return effective(d).Before(effective(than))
	case revocation.OnHold:
		return !effective(d).After(at)
	}
	return true
}

// maxDelegates bounds data about signers of data about signers.
const maxDelegates = 4

// maxDelegateWants bounds what is asked for them; each has a path of some three
// certificates.
const maxDelegateWants = 32

// delegate judges the path of a CRL signer or responder other than the
// issuer's own key. Its failure makes the datum unusable, not the path.
func (c *Court) delegate(p *path.Path, i int, e *Entry, at time.Time) func(*cert.Certificate, path.Purpose) (*sigalg.PublicKey, error) {
	return func(x *cert.Certificate, purpose path.Purpose) (*sigalg.PublicKey, error) {
		if c.depth >= maxDelegates {
			c.lowest = 0 // another way here may be shorter
			return nil, fmt.Errorf("signers of revocation data are nested deeper than %d", maxDelegates)
		}
		c.depth++
		defer func() { c.depth-- }()
		ch := c.validateUnder(x, purpose, at, &p.Anchor)
		if !ch.Passed() && !(i == 0 && ch.ranOut()) {
			e.wants = append(e.wants, ch.Wants[:min(len(ch.Wants), max(0, maxDelegateWants-len(e.wants)))]...)
			w, _ := worst(ch.Causes)
			return nil, fmt.Errorf("the certificate of its signer does not hold: %s (%s)", ch.Outcome, w.Finding.Code)
		}
		if purpose == path.CRLSigning && !entitled(ch.Path, p, i) {
			return nil, errors.New("its signer has the issuer's name, and nobody on the certificate's path certified it under that name")
		}
		return ch.Path.Keys[0], nil
	}
}

// ranOut: nothing stands against a signer of revocation data but that its
// certificate has ended since. What it signed before was its word (5.2.6.4 step
// 4); for the signing certificate step 8 says what that is worth now.
func (ch *Chain) ranOut() bool {
	for _, cause := range ch.Causes {
		if cause.About != AboutSigner || cause.Finding.Code != verdict.CodeCertificateExpired {
			return false
		}
	}
	return ch.Path != nil && len(ch.Causes) > 0
}

// entitled tells whether a signer of lists that bears the name of the issuer of
// p's certificate i, but has another key, is that issuer. RFC 5280 6.3.3 (f)
// asks for the same anchor alone; but below one anchor, all the more below a
// bridge, another CA could certify a namesake and speak for this one. So the
// key is one of p above the certificate, or it was certified by the issuer
// itself (roll-over, a key for lists) or by who certified the issuer. A signer
// of another name was named by the certificate itself (cRLIssuer).
func entitled(signer, p *path.Path, i int) bool {
	issuer := p.Issuer(i)
	if !cert.NamesEqual(signer.Certificates[0].RawSubject, issuer.Name) {
		return true
	}
	keys := [][]byte{issuer.SPKI}
	if i+1 < len(p.Certificates) {
		keys = append(keys, p.Issuer(i+1).SPKI)
	}
	known := func(spki []byte) bool {
		return slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, spki) })
	}
	for j, x := range signer.Certificates {
		if known(x.RawSPKI) || !signer.LeafIsAnchor && known(signer.Issuer(j).SPKI) {
			return true
		}
		if !cert.NamesEqual(x.RawIssuer, issuer.Name) {
			return false
		}
	}
	return false
}

// weigh turns the status of one certificate into causes.
func (c *Court) weigh(ch *Chain, e *Entry, signer bool, at time.Time) {
	object := ID(e.Certificate)
	c.tellUnusable(ch, e)
	st := &e.Status
	if st.Stopped != nil {
		ch.cause(verdict.Custom, verdict.CodeLimit, clauseX509+" step 4", object, AboutOther, e, params("kind", "revocation data", "limit", st.Stopped.Error()))
	}
	switch {
	case st.State != revocation.Good && e.answered(at):
		// Not yet at the time judged at: the datum says good until then.
		e.State = stateGood
		ch.warn(verdict.CodeRevokedAfterProven, verdict.Info, clauseX509+" step 4", object, params("at", moment(effective(&st.Datum)), "bst", moment(at)))
		c.fresh(ch, e, signer, at)
	case st.State == revocation.Revoked:
		e.State = stateRevoked
		c.revokedCause(ch, e, signer)
	case st.State == revocation.OnHold:
		e.State = stateRevoked
		ch.cause(verdict.TryLater, verdict.CodeOnHold, clauseX509+" step 4c", object, AboutHold, e, params("at", moment(st.RevokedAt)))
	case st.State == revocation.Good:
		e.State = stateGood
		c.fresh(ch, e, signer, at)
	default:
		e.State = stateUnknown
		c.noData(ch, e)
	}
	if st.Contradiction {
		ch.warn(verdict.CodeRevocationContradiction, verdict.Warning, clauseX509+" step 4", object, params("subject", e.Certificate.Subject.String()))
	}
}

func (c *Court) tellUnusable(ch *Chain, e *Entry) {
	for _, p := range e.Status.Unusable {
		ch.warn(verdict.Code(p.Code), verdict.Warning, "RFC 5280 6.3.3", ItemID(p.Item), p.Params)
	}
	if e.Status.UnknownByOCSP {
		ch.warn(verdict.CodeOCSPUnknown, verdict.Warning, "RFC 6960 2.2", ID(e.Certificate), params("subject", e.Certificate.Subject.String()))
	}
}

func (c *Court) revokedCause(ch *Chain, e *Entry, signer bool) {
	st := &e.Status
	ps := params("subject", e.Certificate.Subject.String(), "at", moment(st.RevokedAt), "reason", ReasonName(st.Reason))
	if signer {
		ch.cause(verdict.RevokedNoPOE, verdict.CodeRevoked, clauseX509+" step 4b", ID(e.Certificate), AboutSigner, e, ps)
	} else {
		ch.cause(verdict.RevokedCANoPOE, verdict.CodeCARevoked, clauseX509+" step 4d", ID(e.Certificate), AboutCA, e, ps)
	}
	if notCompromise(st.Reason) {
		ch.warn(verdict.CodeRevokedNotCompromise, verdict.Info, "RFC 5280 5.3.1", ID(e.Certificate), ps)
	}
}

// fresh is step 4a, and step 8 for the signing certificate.
func (c *Court) fresh(ch *Chain, e *Entry, signer bool, at time.Time) {
	st := &e.Status
	if !c.isFresh(e, at) {
		if c.Policy.Revocation.Mode == policy.Prefer {
			e.State = stateUnknown
			ch.warn(verdict.CodeRevocationSoftFail, verdict.Warning, clauseX509+" step 4a", ID(e.Certificate), params("subject", e.Certificate.Subject.String()))
			ch.wantRevocation(e, verdict.CodeNotFresh, c.kinds(e))
			return
		}
		ch.cause(verdict.TryLater, verdict.CodeNotFresh, clauseX509+" step 4a", ID(e.Certificate), AboutNotFresh, e,
			params("thisUpdate", moment(st.ThisUpdate), "nextUpdate", moment(st.NextUpdate), "at", moment(at)))
		ch.wantRevocation(e, verdict.CodeNotFresh, c.kinds(e))
		return
	}
	if st.ThisUpdate.After(at) && at.Equal(c.At) { // right where an earlier time is asked about, odd for now
		ch.warn(verdict.CodeRevocationLater, verdict.Info, "EN 319 102-1 5.2.5.4", ItemID(st.Item),
			params("subject", e.Certificate.Subject.String(), "thisUpdate", moment(st.ThisUpdate), "at", moment(at)))
	}
	// Under the chain model a CA's list holds as what it issued does: by the time of its issue.
	issued := c.Policy.Model.Answer == policy.Chain && st.ByIssuer
	whole := at.Truncate(time.Second)
	// Step 7 comes first: outside the certificate's own validity that is the answer.
	if s := st.Signer; signer && s != nil && !issued && !during(s, whole) && during(e.Certificate, whole) {
		ch.cause(verdict.RevocationOutOfBoundsNoPOE, verdict.CodeRevocationOutOfBounds, clauseX509+" step 8", ID(e.Certificate), AboutOther, e, params("subject", s.Subject.String()))
	}
}

// during tells whether a time lies in the validity of a certificate.
func during(x *cert.Certificate, t time.Time) bool {
	return !t.Before(x.NotBefore) && !t.After(x.NotAfter)
}

func (c *Court) isFresh(e *Entry, at time.Time) bool {
	st := &e.Status
	return revocation.Fresh(st.ThisUpdate, st.NextUpdate, st.HasNextUpdate, c.Policy.MaxAge(e.position), at)
}

// noData: without any datum nothing is fresh, so the answer is TRY_LATER (the
// house's choice where the standard leaves only elimination).
func (c *Court) noData(ch *Chain, e *Entry) {
	object := ID(e.Certificate)
	subject := e.Certificate.Subject.String()
	if c.Trust.NotCheckable(ch.Path.Anchor) {
		e.State = stateNotCheckable
	}
	if c.Policy.Revocation.Mode == policy.Prefer {
		ch.warn(verdict.CodeRevocationSoftFail, verdict.Warning, clauseX509+" step 4", object, params("subject", subject))
		ch.wantRevocation(e, verdict.CodeNoRevocationData, c.kinds(e))
		return
	}
	code := verdict.CodeNoRevocationData
	if e.State == stateNotCheckable {
		code = verdict.CodeNotCheckable
	}
	ch.cause(verdict.TryLater, code, clauseX509+" step 4", object, AboutNotFresh, e, params("subject", subject, "urls", strings.Join(c.revocationURLs(e), " ")))
	ch.wantRevocation(e, verdict.CodeNoRevocationData, c.kinds(e))
}

var reasonNames = map[cert.Reason]string{
	cert.ReasonKeyCompromise: "keyCompromise", cert.ReasonCACompromise: "cACompromise", cert.ReasonAffiliationChanged: "affiliationChanged",
	cert.ReasonSuperseded: "superseded", cert.ReasonCessationOfOperation: "cessationOfOperation", cert.ReasonCertificateHold: "certificateHold",
	cert.ReasonRemoveFromCRL: "removeFromCRL", cert.ReasonPrivilegeWithdrawn: "privilegeWithdrawn", cert.ReasonAACompromise: "aACompromise",
	cert.ReasonUnspecified: "unspecified",
}

// ReasonName is the CRLReason as RFC 5280 5.3.1 spells it.
func ReasonName(r cert.Reason) string {
	if n, ok := reasonNames[r]; ok {
		return n
	}
	return "unspecified"
}

// notCompromise are reasons that say nothing against the key.
func notCompromise(r cert.Reason) bool {
	switch r {
	case cert.ReasonAffiliationChanged, cert.ReasonSuperseded, cert.ReasonCessationOfOperation:
		return true
	}
	return false
}

// compromised tells whether a datum says something against the key, or does
// not say why.
func compromised(d revocation.Datum) bool {
	return d.State == revocation.Revoked && !notCompromise(d.Reason)
}

// effective is the time from which a revocation counts: a compromise with an
// invalidity date counts from that date if it is earlier (RFC 5280 5.3.2).
func effective(d *revocation.Datum) time.Time {
	if !notCompromise(d.Reason) && !d.InvalidityDate.IsZero() && d.InvalidityDate.Before(d.RevokedAt) {
		return d.InvalidityDate
	}
	return d.RevokedAt
}

// EvidenceOf is the piece of evidence behind an item, nil for none.
func EvidenceOf(it *revocation.Item) *evidence.Item {
	if it == nil {
		return nil
	}
	ref, _ := it.Ref.(*evidence.Item)
	return ref
}
