package verify

import (
	"context"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verdict"
)

// maxRounds bounds judge-and-fetch: an issuer found opens the next one, and
// real paths have at most some six certificates with their revocation data.
const maxRounds = 16

func (v *Verifier) collect(ctx context.Context, doc *eseal.Document, at time.Time, expect []Expect) (*Evidence, *Report, error) {
	ev := v.gather(doc)
	var rep *Report
	err := v.rounds(ctx, ev, func() (wants []Want, err error) {
		v.consult(ev)
		rep, wants, err = v.judge(ctx, ev, at, expect)
		return wants, err
	})
	if err != nil {
		return nil, nil, err
	}
	return ev, rep, nil
}

// rounds judges and fetches in turn until nothing new comes; the last
// judgement is the one that counts.
func (v *Verifier) rounds(ctx context.Context, ev *Evidence, judge func() ([]Want, error)) error {
	a, done := newAsker(ctx, v.source, ev)
	defer done()
	for range maxRounds {
		wants, err := judge()
		if err != nil {
			return err
		}
		ev.Wants = wants
		news, err := a.ask(ctx, wants)
		if err != nil || !news {
			return err
		}
	}
	wants, err := judge()
	ev.Wants = wants
	return err
}

// An asker asks a source for what one document lacks, each want once; what a
// cache gave and the court still lacks is asked anew at its address.
type asker struct {
	source Source
	ev     *Evidence
	asked  map[string]bool // for good
	cached map[string]bool // answered from a cache alone
	spent  bool            // the purse has no more for asking
}

func newAsker(ctx context.Context, s Source, ev *Evidence) (*asker, func()) {
	done := func() {}
	if p, ok := s.(evidence.PerDocument); ok {
		s, done = p.ForDocument(ctx)
	}
	return &asker{source: s, ev: ev, asked: map[string]bool{}, cached: map[string]bool{}}, done
}

// need is what several wants serve alike: a CRL and an OCSP answer about one
// certificate. Once one came, the court says whether the others are wanted.
type need struct {
	about  [32]byte
	issuer bool
}

// planned are wants as they are told: each once, and without the names of
// persons that reports hide.
func (b *reportBuilder) planned(wants []Want) (out []Want) {
	seen := make(map[string]bool, len(wants))
	for _, w := range wants {
		key := w.Key()
		if seen[key] {
			continue
		}
		seen[key] = true
		if f := b.fact(b.knows(w.Target)); !b.v.personalData && w.Subject == f.full {
			w.Subject = f.shown
		}
		out = append(out, w)
	}
	return out
}

// ask tells whether there is something new to judge by: evidence, or a reason
// why there is none.
func (a *asker) ask(ctx context.Context, wants []Want) (bool, error) {
	if a.source == nil {
		return false, nil
	}
	defer func() { a.ev.Misses = evidence.SortMisses(a.ev.Misses) }()
	news, served := false, map[need]bool{}
	for _, w := range wants {
		key, n := w.Key(), need{w.For, w.Type == evidence.Certificate}
		if a.asked[key] || served[n] || a.spent {
			continue
		}
		w.Anew = a.cached[key]
		added, missed, err := a.get(ctx, w)
		if err != nil {
			return news, err
		}
		if a.cached[key] && !added && !w.Anew { // the court has it already, and still wants
			w.Anew = true
			var again bool
			if added, again, err = a.get(ctx, w); err != nil {
				return news, err
			}
			missed = missed || again
		}
		served[n] = added
		news = news || added || missed
	}
	return news, nil
}

// get asks for one want. What it cannot have stays a want; only a cancelled
// context ends the verification.
func (a *asker) get(ctx context.Context, w Want) (added, missed bool, err error) {
	key := w.Key()
	if empty := a.ev.Document.Purse.Take(purse.Fetches, 1); empty != nil {
		a.spent = true
		return false, a.miss(w, &evidence.Failure{Kind: evidence.OverBudget, Params: map[string]string{"limit": empty.Error()}, Err: empty}), nil
	}
	items, failure := a.source.Get(ctx, w, a.ev.Document.Purse)
	if ctx.Err() != nil {
		return false, false, ctx.Err()
	}
	fromCache := len(items) > 0
	for _, it := range items {
		added = a.ev.Items.Add(it) || added
		fromCache = fromCache && it.Origin == evidence.Cache
	}
	if fromCache && !w.Anew {
		a.cached[key] = true
	} else {
		a.asked[key] = true
	}
	return added, a.miss(w, failure), nil
}

func (a *asker) miss(w Want, err error) bool {
	w.Anew = false
	all := evidence.Failures(err)
	for _, f := range all {
		a.ev.Misses = append(a.ev.Misses, evidence.Miss{Want: w, Failure: f})
	}
	return len(all) > 0
}

// missCodes are the findings of the failures of a source.
var missCodes = map[evidence.FailureKind]verdict.Code{
	evidence.Failed: verdict.CodeFetchFailed, evidence.Refused: verdict.CodeFetchRefused, evidence.NoName: verdict.CodeFetchName,
	evidence.NoNetwork: verdict.CodeFetchNoNetwork, evidence.Unreachable: verdict.CodeFetchUnreachable, evidence.TimedOut: verdict.CodeFetchTimeout,
	evidence.TLSFailed: verdict.CodeFetchTLS, evidence.TLSExpired: verdict.CodeFetchTLSExpired, evidence.BadStatus: verdict.CodeFetchStatus,
	evidence.BadRedirect: verdict.CodeFetchRedirect, evidence.TooLarge: verdict.CodeFetchTooLarge, evidence.Broken: verdict.CodeFetchBroken,
	evidence.Unparsable: verdict.CodeFetchUnparsable, evidence.NotFetched: verdict.CodeFetchScheme, evidence.OverBudget: verdict.CodeFetchBudget,
	evidence.OCSPRefused: verdict.CodeFetchOCSP, evidence.OtherAnswer: verdict.CodeFetchOther,
}

// missed are the findings about what was asked for these wants in vain.
func (b *reportBuilder) missed(wants []Want) []verdict.Finding {
	if len(b.ev.Misses) == 0 {
		return nil
	}
	open := map[string]bool{}
	for _, w := range wants {
		open[w.Key()] = true
	}
	var out []verdict.Finding
	for _, m := range b.ev.Misses {
		if open[m.Want.Key()] {
			out = append(out, b.miss(m, verdict.Warning))
		}
	}
	return out
}

// spared are the misses that nothing hangs on any more: another address or
// another kind of evidence served.
func (b *reportBuilder) spared() {
	open := map[string]bool{}
	for _, w := range b.wants {
		open[w.Key()] = true
	}
	for _, m := range b.ev.Misses {
		if !open[m.Want.Key()] {
			b.document(b.miss(m, verdict.Info))
		}
	}
}

func (b *reportBuilder) miss(m evidence.Miss, s verdict.Severity) verdict.Finding {
	f := verdict.Finding{Code: missCodes[m.Failure.Kind], Severity: s, Params: map[string]string{"type": string(m.Want.Type)}}
	if m.Failure.URL != "" {
		f.Params["url"] = m.Failure.URL
	}
	for k, v := range m.Failure.Params {
		if v != "" {
			f.Params[k] = v
		}
	}
	if x := m.Want.Target; x != nil {
		f.Object = b.cert(x)
	}
	return f
}
