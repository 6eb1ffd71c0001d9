package policy

import (
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// Lint tells what is wrong with a policy file, then what is odd, then what is
// weaker than the strict answer. at is the day against which dates are held.
func Lint(data []byte, base fs.FS, at time.Time) []verdict.Finding {
	p, err := ParseIn(data, base)
	if err != nil {
		return []verdict.Finding{lintFinding(verdict.CodePolicyFile, verdict.Error, "reason", err.Error())}
	}
	l := &linter{}
	l.contradictions(p)
	l.documents(p)
	l.dates(p, at)
	for _, c := range p.Constraints() {
		if c.Weaker || c.Disabled {
			l.add(verdict.CodePolicyWeaker, verdict.Info, "constraint", c.Key, "value", c.Value, "strict", c.Strict)
		}
	}
	slices.SortStableFunc(l.out, func(a, b verdict.Finding) int { return lintRank(a.Severity) - lintRank(b.Severity) })
	return l.out
}

func lintRank(s verdict.Severity) int {
	return slices.Index([]verdict.Severity{verdict.Error, verdict.Warning, verdict.Info}, s)
}

type linter struct{ out []verdict.Finding }

func lintFinding(code verdict.Code, s verdict.Severity, kv ...string) verdict.Finding {
	ps := map[string]string{}
	for i := 0; i+1 < len(kv); i += 2 {
		ps[kv[i]] = kv[i+1]
	}
	return verdict.Finding{Code: code, Severity: s, Params: ps}
}

func (l *linter) add(code verdict.Code, s verdict.Severity, kv ...string) {
	l.out = append(l.out, lintFinding(code, s, kv...))
}

// contradictions are lines of which one makes the other pointless.
func (l *linter) contradictions(p *Policy) {
	pair := func(broken bool, s verdict.Severity, first, second string) {
		if broken {
			l.add(verdict.CodePolicyContradiction, s, "first", first, "second", second)
		}
	}
	const signingTime = "1.2.840.113549.1.9.5"
	off := p.Revocation.Mode == None
	forbidsTime := Named(p.Elements.Attributes.Forbidden, signingTime)
	_, delayed := p.TimestampDelay()
	pair(off && len(p.Revocation.MaxAge) > 0, verdict.Warning, "revocation.mode none", "revocation.max-age")
	pair(off && len(p.Revocation.Sources) > 0, verdict.Warning, "revocation.mode none", "revocation.sources")
	pair(p.Algorithms.Lifetimes == "none" && len(p.Algorithms.Lines()) > 0, verdict.Warning, "algorithms.lifetimes none", "algorithms (lines)")
	pair(forbidsTime && p.Elements.ClaimedTime.Required, verdict.Error, "signature-elements.claimed-time.required", "signature-elements.signed-attributes.forbidden signing-time")
	pair(forbidsTime && delayed, verdict.Error, "time-stamps.delay", "signature-elements.signed-attributes.forbidden signing-time")
	pair(Named(p.Elements.Attributes.Forbidden, "1.2.840.113549.1.9.16.2.20") && p.Elements.ContentStamp.Required, verdict.Error, "signature-elements.content-time-stamp", "signature-elements.signed-attributes.forbidden content-time-stamp")
	pair(Named(p.Elements.Attributes.Forbidden, "1.2.840.113549.1.9.16.2.15") && p.SignaturePolicies.Required, verdict.Error, "signature-policies.required", "signature-elements.signed-attributes.forbidden signature-policy-identifier")
	if p.Algorithms.Lifetimes != "none" {
		pair(len(p.Algorithms.Digests) == 0 || len(p.Algorithms.Signatures) == 0, verdict.Error, "algorithms.lifetimes enforced", "algorithms without lines: nothing is accepted")
	}
	_, seals := p.Purpose("seal")
	pair(!seals, verdict.Error, "purposes", "purposes without seal: no signature is accepted")
}

func (l *linter) documents(p *Policy) {
	for _, k := range p.SignaturePolicies.Known {
		if k.Err != nil {
			l.add(verdict.CodePolicyDocument, verdict.Error, "policy", k.ID, "reason", fmt.Sprintf("%s: %v", k.File, k.Err))
		}
	}
}

// dates are lifetimes that are over, or in an order that cannot be meant.
func (l *linter) dates(p *Policy, at time.Time) {
	a := &p.Algorithms
	for _, x := range a.Lines() {
		made, _ := until(x.GenerateUntil) // checked by Parse
		relied, _ := until(x.VerifyUntil)
		name := lineName(x)
		switch {
		case x.VerifyUntil != "" && !relied.IsZero() && (made.IsZero() || relied.Before(made)):
			l.add(verdict.CodePolicyDates, verdict.Error, "algorithm", name, "first", x.VerifyUntil, "second", x.GenerateUntil)
		case !made.IsZero() && !at.Before(made):
			l.add(verdict.CodePolicyPast, verdict.Info, "algorithm", name, "until", x.GenerateUntil)
		}
	}
	l.sizes(a.Signatures)
	l.names(a)
}

// sizes: a longer key does not retire before a shorter one of the same line.
func (l *linter) sizes(lines []Lifetime) {
	for _, short := range lines {
		for _, long := range lines {
			if long.Name != short.Name || long.Use != short.Use || long.Digest != short.Digest || long.MinBits <= short.MinBits {
				continue
			}
			a, _ := until(short.GenerateUntil)
			b, _ := until(long.GenerateUntil)
			if !b.IsZero() && (a.IsZero() || b.Before(a)) {
				l.add(verdict.CodePolicyDates, verdict.Warning, "algorithm", lineName(long), "first", long.GenerateUntil, "second", lineName(short)+": "+short.GenerateUntil)
			}
		}
	}
}

// names: a digest that no program can compute under that name is misspelt.
func (l *linter) names(a *Algorithms) {
	known := map[string]bool{}
	for d := sigalg.SHA1; d.Name() != ""; d++ {
		known[d.Name()] = true
	}
	for _, x := range a.Digests {
		if !known[x.Name] {
			l.add(verdict.CodePolicyName, verdict.Warning, "algorithm", x.Name)
		}
	}
}

func lineName(x Lifetime) string {
	out := x.Name
	if x.MinBits > 0 {
		out += fmt.Sprintf(" %d", x.MinBits)
	}
	for _, s := range []string{x.Digest, string(x.Use)} {
		if s != "" {
			out += " " + s
		}
	}
	return out
}
