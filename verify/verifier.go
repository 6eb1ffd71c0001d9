// Package verify judges sealed documents: signatures, seals and time-stamps
// against a trust list and a policy, by EN 319 102-1, and answers with a
// [Report]. The shortest call is the strictest one.
//
//	list, err := trustlist.Load("trust.yaml")
//	v, err := verify.New(list) // once, for many documents
//	doc, err := eseal.Open(ctx, file, size, eseal.Options{})
//	rep, err := v.Verify(ctx, doc, verify.SealedBy("5000020999999"))
//
// An error means that verification could not run: nothing is known of the
// document. A bad document is a report; [Report.Passed] tells. Without an
// expectation a pass says that the seal of somebody on the list is in order,
// not whose: compare the name, or expect one. [Verifier.Check] insists on that
// and is a yes (nil) or a no (a [*Refusal], which carries the report).
//
// Only what the document brings counts unless New is given more:
// [WithEvidence] (files at hand), [WithSource] (a network, package fetch, or a
// [Source] of your own; what it gives is checked, not believed). What is
// missing makes a verdict INDETERMINATE, never failed.
//
// [Verifier.Collect], [Verifier.Judge] and [Verifier.Save] are the steps of
// Verify by themselves: gather evidence, judge it at a time, keep it;
// [OpenSaved] judges again years later. Package report writes a report (JSON,
// text, HTML and more); [DecodeReport] reads its JSON back.
package verify

import (
	"context"
	"errors"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/policy"
)

// Want and Source are how a judgement asks for evidence that it lacks.
type (
	Want   = evidence.Want
	Source = evidence.Source
)

// A Verifier holds what is fixed for many documents. It is safe for
// concurrent use.
type Verifier struct {
	list     *trustlist.List
	policy   *policy.Policy
	source   Source
	register Register
	supplied []*evidence.Item
	stock    *stock
	clock    func() time.Time
	memory   *path.Verifier
	reading  *evidence.Memory
	tool     Tool
	limits   purse.Limits

	anchorConstraints bool
	personalData      bool
	explain           bool
	foreseeAll        bool
}

// An Option sets one thing of a Verifier.
type Option func(*Verifier) error

// WithPolicy judges by another policy than the built-in "japan".
func WithPolicy(p *policy.Policy) Option {
	return func(v *Verifier) error {
		if p == nil {
			return errors.New("verify: nil policy")
		}
		v.policy = p
		return nil
	}
}

// WithSource lets Collect and Verify ask a source for missing evidence.
// Without one only embedded and supplied evidence counts.
func WithSource(s Source) Option {
	return func(v *Verifier) error { v.source = s; return nil }
}

// WithEvidence supplies certificates, CRLs and OCSP responses as candidates.
// They are never anchors.
func WithEvidence(items ...*evidence.Item) Option {
	return func(v *Verifier) error { v.supplied = append(v.supplied, items...); return nil }
}

// WithTime judges at a fixed time instead of the moment of the call.
func WithTime(at time.Time) Option {
	return func(v *Verifier) error {
		if at.IsZero() {
			return errors.New("verify: zero validation time")
		}
		v.clock = func() time.Time { return at }
		return nil
	}
}

// WithVersion names the program in reports.
func WithVersion(version string) Option {
	return func(v *Verifier) error { v.tool.Version = version; return nil }
}

// WithLimits bounds the work spent on evidence and paths of one document.
func WithLimits(l purse.Limits) Option {
	return func(v *Verifier) error { v.limits = l; return nil }
}

// WithAnchorConstraints also enforces what an anchor's own certificate says (RFC 5937).
func WithAnchorConstraints() Option {
	return func(v *Verifier) error { v.anchorConstraints = true; return nil }
}

// WithPersonalData shows names, addresses and mail addresses of natural
// persons, which are masked otherwise.
func WithPersonalData() Option {
	return func(v *Verifier) error { v.personalData = true; return nil }
}

// WithExplanation puts the steps and rejected paths into the report.
func WithExplanation() Option {
	return func(v *Verifier) error { v.explain = true; return nil }
}

// WithForecast says how far the forecast of a report goes: full tells every
// event to come, otherwise it ends with the first one that changes the verdict.
func WithForecast(full bool) Option {
	return func(v *Verifier) error { v.foreseeAll = full; return nil }
}

// NoTrust is a list without anchors: integrity is checked, nobody is trusted.
func NoTrust() *trustlist.List { return &trustlist.List{ID: "none"} }

// New makes a Verifier. A nil list is an error, so that trust is never left
// out by accident; see NoTrust.
func New(list *trustlist.List, options ...Option) (*Verifier, error) {
	if list == nil {
		return nil, errors.New("verify: nil trust list; to check integrity alone say verify.NoTrust()")
	}
	v := &Verifier{list: list, clock: systemClock, memory: path.NewVerifier(0), reading: evidence.NewMemory(0), tool: Tool{Name: "kakuin"}}
	for _, o := range options {
		if err := o(v); err != nil {
			return nil, err
		}
	}
	if v.policy == nil {
		p, err := policy.ByName(policy.Default)
		if err != nil {
			return nil, err
		}
		v.policy = p
	}
	v.stock = newStock(v.list, v.supplied)
	return v, nil
}

// Evidence is a document with everything that its judgement rests on.
type Evidence struct {
	Document *eseal.Document
	Items    *evidence.Set
	// Wants are what the last judgement lacked.
	Wants []Want
	// Misses are the addresses that gave nothing, each for its want.
	Misses []evidence.Miss
	// Register is what the register said of the numbers of the certificates;
	// nil where none was asked.
	Register *Consulted
}

// Verify reads the evidence together and judges: the last judgement of
// Collect is the report.
func (v *Verifier) Verify(ctx context.Context, doc *eseal.Document, expect ...Expect) (*Report, error) {
	at := v.clock()
	_, rep, err := v.collect(ctx, doc, at, expect)
	return rep, err
}

// Collect gathers evidence until nothing is missing that the source can give.
func (v *Verifier) Collect(ctx context.Context, doc *eseal.Document, at time.Time) (*Evidence, error) {
	ev, _, err := v.collect(ctx, doc, at, nil)
	return ev, err
}

// Plan is what the first judgement lacks; nothing is fetched.
func (v *Verifier) Plan(ctx context.Context, doc *eseal.Document) ([]Want, error) {
	ev := v.gather(doc)
	_, wants, err := v.judge(ctx, ev, v.clock(), nil)
	return wants, err
}

// Judge judges evidence at a time. It reads nothing but its arguments: no
// clock, no network, no randomness.
func (v *Verifier) Judge(ctx context.Context, ev *Evidence, at time.Time, expect ...Expect) (*Report, error) {
	rep, wants, err := v.judge(ctx, ev, at, expect)
	if err == nil {
		ev.Wants = wants
	}
	return rep, err
}

// gather starts from what the document, the caller and the list bring.
func (v *Verifier) gather(doc *eseal.Document) *Evidence {
	set := evidence.Over(v.stock.set)
	for _, m := range doc.Material {
		set.Add(v.reading.NewItem(evidence.Type(m.Type), m.Raw, evidence.Document, m.Where, doc.Purse))
	}
	return &Evidence{Document: doc, Items: set}
}
