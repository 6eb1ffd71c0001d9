package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/verdict"
)

// The purposes that a certificate can be asked for: see PathOptions.
const (
	PurposeAny          = trustlist.PurposeAny
	PurposeSeal         = trustlist.PurposeSeal
	PurposeTimestamping = trustlist.PurposeTimestamping
	PurposeOCSP         = trustlist.PurposeOCSP
	PurposeCRL          = trustlist.PurposeCRL
)

// Purposes are the words for PathOptions.Purpose.
func Purposes() []string {
	return []string{PurposeAny, PurposeSeal, PurposeTimestamping, PurposeOCSP, PurposeCRL}
}

// PathOptions are the inputs of RFC 5280 6.1.1 that a caller may set, and
// what the certificate is wanted for. They narrow what list and policy allow.
type PathOptions struct {
	Name                  string   // of the certificate, for the report
	Purpose               string   // one of Purposes; empty is any: nothing is asked of its key usage
	Policies              []string // user-initial-policy-set; none is any-policy
	RequireExplicitPolicy bool
	InhibitPolicyMapping  bool
	InhibitAnyPolicy      bool
	ExtKeyUsage           []string // each must be allowed by the certificate's extendedKeyUsage, if it has one
}

// Path finds the certification path of one certificate and validates it, with
// revocation, at the time of the Verifier (X.509 certificate validation, EN
// 319 102-1 5.2.6). An error means that it could not run.
func (v *Verifier) Path(ctx context.Context, c *cert.Certificate, o PathOptions) (*PathReport, error) {
	q, err := v.pathQuestion(c, o)
	if err != nil {
		return nil, err
	}
	var rep *PathReport
	err = v.rounds(ctx, q.ev, func() ([]Want, error) {
		var wants []Want
		rep, wants = q.judge()
		return wants, ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	return rep, nil
}

// PathPlan is what the first judgement of Path lacks; nothing is fetched.
func (v *Verifier) PathPlan(ctx context.Context, c *cert.Certificate, o PathOptions) ([]Want, error) {
	q, err := v.pathQuestion(c, o)
	if err != nil {
		return nil, err
	}
	_, wants := q.judge()
	return wants, ctx.Err()
}

// pathQuestion is one certificate with everything that its judgement reads.
type pathQuestion struct {
	v       *Verifier
	ev      *Evidence
	leaf    *cert.Certificate
	purpose path.Purpose
	ask     process.Ask
	options PathOptions
	at      time.Time
}

func (v *Verifier) pathQuestion(c *cert.Certificate, o PathOptions) (*pathQuestion, error) {
	if c == nil {
		return nil, errors.New("verify: no certificate")
	}
	q := &pathQuestion{v: v, leaf: c, options: o, at: v.clock()}
	q.options.Purpose = strings.TrimSpace(o.Purpose)
	if q.options.Purpose == "" {
		q.options.Purpose = PurposeAny
	}
	known := false
	for p, word := range purposeWord {
		if word == q.options.Purpose {
			q.purpose, known = p, true
		}
	}
	if !known {
		return nil, fmt.Errorf("verify: purpose %q is none of %s", o.Purpose, strings.Join(Purposes(), ", "))
	}
	q.ask = process.Ask{Explicit: o.RequireExplicitPolicy, InhibitMap: o.InhibitPolicyMapping, InhibitAny: o.InhibitAnyPolicy}
	var err error
	if q.ask.Policies, err = identifiers(o.Policies); err != nil {
		return nil, err
	}
	if q.ask.ExtKeyUsage, err = identifiers(o.ExtKeyUsage); err != nil {
		return nil, err
	}
	q.ev = v.gather(&eseal.Document{Name: o.Name, Purse: purse.New(v.limits)})
	q.ev.Items.Add(&evidence.Item{Type: evidence.Certificate, Raw: c.Raw, SHA256: c.SHA256, Origin: evidence.Supplied, Where: o.Name, Certificate: c})
	return q, nil
}

// identifiers reads object identifiers, or the names of those that we know.
func identifiers(list []string) ([]ber.OID, error) {
	var out []ber.OID
	for _, s := range list {
		o, ok := ber.ByName(s)
		if !ok {
			o = ber.OID(s)
			back, err := ber.Element{Tag: ber.ObjectID, Body: ber.EncodeOID(o)}.OID()
			ok = err == nil && back == o
		}
		if !ok {
			return nil, fmt.Errorf("verify: %q is no object identifier", s)
		}
		out = append(out, o)
	}
	return out, nil
}

// judge is one judgement over what is at hand.
func (q *pathQuestion) judge() (*PathReport, []Want) {
	b := q.v.newReport(q.ev, q.at)
	b.trustFindings()
	b.policyFindings()
	b.unreadableEvidence()
	ch := b.court.Certificate(q.leaf, q.purpose, q.ask)
	causes, o := settle(ch.Causes)
	rep := &PathReport{
		Schema: PathSchema, Tool: b.rep.Tool, ValidationTime: b.rep.ValidationTime, Policy: b.rep.Policy, Trust: b.rep.Trust,
		Name: q.options.Name, Certificate: b.cert(q.leaf), Purpose: q.options.Purpose, Asked: q.asked(),
		Path: b.path(ch), Rejected: b.rejected(ch), Policies: policySet(ch.Path),
		TrustService: trustService(b.trust.stand(ch, q.purpose, "", q.at)),
	}
	more := slices.Concat(ch.Warnings, ch.Findings, b.missed(ch.Wants), q.unmetPolicies(ch.Path), untold(ch.Untold))
	// What policy and list say of the whole, the path may have told already.
	about := slices.DeleteFunc(b.rep.Findings, func(f Finding) bool {
		return slices.ContainsFunc(more, func(m verdict.Finding) bool { return m.Code == f.Code && m.Object == f.Object })
	})
	rep.Findings = append(b.tell(causes, more), about...)
	if q.v.explain {
		rep.Steps = b.steps(ch.Steps)
	}
	if o.IsPassed() && (!ch.Passed() || b.state != trustlist.Fresh || len(b.limits) > 0) {
		o = verdict.Of(verdict.Custom) // a finding of the whole says why
	}
	rep.Indication, rep.SubIndication = o.Indication, o.SubIndication
	rep.Certificates = b.rep.Certificates
	rep.Evidence = b.rep.Evidence
	return rep, b.planned(ch.Wants)
}

func (q *pathQuestion) asked() *PathAsked {
	o := q.options
	a := &PathAsked{Policies: dotted(q.ask.Policies), RequireExplicitPolicy: o.RequireExplicitPolicy, InhibitPolicyMapping: o.InhibitPolicyMapping,
		InhibitAnyPolicy: o.InhibitAnyPolicy, AnchorConstraints: q.v.anchorConstraints, ExtKeyUsage: dotted(q.ask.ExtKeyUsage)}
	if len(a.Policies)+len(a.ExtKeyUsage) == 0 && !a.RequireExplicitPolicy && !a.InhibitPolicyMapping && !a.InhibitAnyPolicy && !a.AnchorConstraints {
		return nil
	}
	return a
}

func dotted(list []ber.OID) []string {
	var out []string
	for _, o := range list {
		out = append(out, string(o))
	}
	return out
}

// policySet is the user-constrained-policy-set; nil without a path.
func policySet(p *path.Path) []string {
	if p == nil {
		return nil
	}
	out := append([]string{}, dotted(p.Policies)...)
	if p.AnyPolicy {
		out = append(out, string(path.AnyPolicy))
	}
	slices.Sort(out)
	return out
}

// settled are the causes that are final at one moment: nothing was made with
// the certificate whose time could be proven.
var settled = map[verdict.Code]struct {
	sub  verdict.SubIndication
	code verdict.Code
}{
	verdict.CodeRevoked:            {verdict.Revoked, CodePathRevoked},
	verdict.CodeCertificateExpired: {verdict.Expired, CodePathExpired},
	verdict.CodeCertificateNotYet:  {verdict.NotYetValid, CodePathNotYet},
}

// What a path report says of the certificate itself.
const (
	CodePathExpired  verdict.Code = "K-PTH-026" // it had run out at the time asked about
	CodePathNotYet   verdict.Code = "K-PTH-027" // it was not yet in force
	CodePathPolicies verdict.Code = "K-PTH-028" // none of the policies asked for holds, and none had to
	CodePathUntold   verdict.Code = "K-PTH-029" // more candidates were refused than are listed
	CodePathRevoked  verdict.Code = "K-REV-031" // it was revoked
)

// settle puts what decides before the other causes, and gives the outcome.
func settle(causes []process.Cause) ([]process.Cause, verdict.Outcome) {
	all := slices.Clone(causes)
	for i, c := range all {
		if s, ok := settled[c.Finding.Code]; ok && c.About == process.AboutSigner {
			all[i].Sub, all[i].Finding.Code = s.sub, s.code
		}
	}
	d, refused := process.Decisive(all)
	if !refused {
		return nil, verdict.Pass()
	}
	var first, rest []process.Cause
	for _, c := range all {
		if c.Sub == d.Sub {
			first = append(first, c)
		} else {
			rest = append(rest, c)
		}
	}
	return append(first, rest...), verdict.Of(d.Sub)
}

// unmetPolicies warns where policies were asked for and none of them holds:
// unless explicit policy is required that refuses nothing (RFC 5280 6.1.5 (g)),
// nor does it ever of a path that is an anchor alone.
func (q *pathQuestion) unmetPolicies(p *path.Path) []verdict.Finding {
	if p == nil || len(q.ask.Policies) == 0 && !q.ask.Explicit || len(p.Policies) > 0 || p.AnyPolicy {
		return nil
	}
	wanted := cmp.Or(strings.Join(dotted(q.ask.Policies), " "), "anyPolicy")
	return []verdict.Finding{{Code: CodePathPolicies, Severity: verdict.Warning, Clause: "RFC 5280 6.1.5 (g)", Object: process.ID(q.leaf),
		Params: map[string]string{"wanted": wanted}}}
}

func untold(n int) []verdict.Finding {
	if n == 0 {
		return nil
	}
	return []verdict.Finding{{Code: CodePathUntold, Severity: verdict.Info, Params: map[string]string{"count": strconv.Itoa(n)}}}
}
