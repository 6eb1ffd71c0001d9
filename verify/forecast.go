package verify

import (
	"cmp"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/verdict"
)

// How far a forecast looks: years, and the moments at which it judges again.
const (
	horizonYears     = 100
	maxMoments       = 64  // for the first line
	maxMomentsForAll = 512 // for all events
)

// An outlook is what the same judge says of times to come.
type outlook struct {
	state  string
	until  time.Time // the last second at which all that passes now still does
	events []foreseen
	cut    bool // more was to come than was looked at
}

// A foreseen is an event with what comes of it.
type foreseen struct {
	process.Moment
	service *trustlist.Service
	effect  string
	affects []string
	remedy  string // key of the catalogue
}

// A forecaster judges again at each moment to come. Between two moments the
// evidence gives the same answer, so that nothing need be judged there; what
// another judgement newly rests on adds its own moments.
type forecaster struct {
	b      *reportBuilder
	expect []Expect // those that time can break
	purse  *purse.Purse
	last   time.Time
	queue  []foreseen // in order of time
	now    state
	was    state    // before the moment
	holds  []string // ids that pass now
	out    outlook
}

// A state is what came out at one time.
type state struct {
	scene
	ids      []string
	outcomes []verdict.Outcome
	met      bool
}

// state is what a judgement came to. Where time can break an expectation the
// whole report is made, since expectations are held against reports.
func (f *forecaster) state(s scene, c *process.Court) state {
	out := state{scene: s, met: true}
	for _, j := range s.signatures {
		out.ids, out.outcomes = append(out.ids, j.Facts.ID), append(out.outcomes, j.Outcome.Total())
	}
	if len(s.signatures) == 0 {
		for _, st := range s.stamps {
			out.ids, out.outcomes = append(out.ids, st.Facts.ID), append(out.outcomes, st.Outcome.Block())
		}
		for _, r := range s.records {
			out.ids, out.outcomes = append(out.ids, r.Facts.ID), append(out.outcomes, r.Outcome.Block())
		}
	}
	if len(f.expect) > 0 {
		b := f.b.v.newReport(f.b.ev, c.At)
		b.court, b.state = c, f.b.state
		b.write(s)
		b.expectations(f.expect)
		out.met = !slices.ContainsFunc(b.rep.Expectations, func(e Expectation) bool { return !e.Met })
	}
	return out
}

// foresee looks ahead from what was judged now.
func (b *reportBuilder) foresee(now scene, expect []Expect) *outlook {
	f := &forecaster{b: b, purse: purse.New(b.v.limits), last: horizon(b.at)}
	for _, e := range expect {
		if e.kind == ExpectLevel || e.kind == ExpectAssurance {
			f.expect = append(f.expect, e)
		}
	}
	f.now = f.state(now, b.court)
	if f.was = f.now; len(f.was.ids) == 0 {
		return nil
	}
	for i, id := range f.was.ids {
		if f.was.outcomes[i].IsPassed() {
			f.holds = append(f.holds, id)
		}
	}
	f.out.state = ForecastOpen
	if len(f.holds) < len(f.was.ids) || !f.now.met {
		f.out.state = ForecastNotNow
	}
	if len(f.holds) > 0 || b.v.foreseeAll {
		f.merge(b.court, now)
		f.services()
		f.run()
	}
	f.waiting()
	return &f.out
}

// horizon is the end of what is looked at; RFC 3339 ends with the year 9999.
func horizon(at time.Time) time.Time {
	last := at.AddDate(horizonYears, 0, 0)
	if end := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC); last.After(end) {
		return end
	}
	return last
}

// merge adds the moments that a judgement rests on to those that wait.
func (f *forecaster) merge(c *process.Court, s scene) {
	for _, m := range c.Moments(s.signatures, s.allStamps(), f.last) {
		f.insert(foreseen{Moment: m})
	}
}

func (f *forecaster) insert(e foreseen) {
	i, _ := slices.BinarySearchFunc(f.queue, e, func(a, b foreseen) int { return a.Compare(b.Moment) })
	for k := i; k < len(f.queue) && f.queue[k].Compare(e.Moment) == 0; k++ {
		if f.queue[k].service == e.service {
			f.queue[k].Aside = f.queue[k].Aside && e.Aside
			return
		}
	}
	f.queue = slices.Insert(f.queue, i, e)
}

// run judges at each moment in turn, to the first that changes something that
// passes now, or to the last.
func (f *forecaster) run() {
	bound := maxMoments
	if f.b.v.foreseeAll {
		bound = maxMomentsForAll
	}
	for n := 0; len(f.queue) > 0; n++ {
		group := f.next()
		if n >= bound || !f.step(group) {
			if f.out.cut = true; f.out.until.IsZero() && f.out.state == ForecastOpen {
				f.out.state = ForecastLimit
			}
			return
		}
		if f.done() {
			return
		}
	}
}

// done: the first line is all that was asked for.
func (f *forecaster) done() bool { return !f.out.until.IsZero() && !f.b.v.foreseeAll }

// next takes the moments of one time from the queue.
func (f *forecaster) next() []foreseen {
	n := 1
	for n < len(f.queue) && f.queue[n].At.Equal(f.queue[0].At) {
		n++
	}
	group := slices.Clone(f.queue[:n])
	f.queue = f.queue[n:]
	return group
}

// step judges at the time of a group and tells what its moments change. False
// means that the purse does not reach so far.
func (f *forecaster) step(group []foreseen) bool {
	at := group[0].At
	if group = f.listed(group); len(group) == 0 {
		return true
	}
	court, is := f.judge(at)
	for _, k := range []purse.Kind{purse.Bytes, purse.Objects, purse.Signatures, purse.Paths} {
		if f.purse.Left(k) == 0 {
			return false
		}
	}
	if effect, affects := f.effect(is); effect != "" {
		f.blame(group, is, effect, affects)
	}
	if f.out.until.IsZero() && f.broken(is) {
		f.out.until = lastSecond(at, f.b.at)
		if f.out.state == ForecastOpen {
			f.out.state = ForecastEnds
		}
	}
	f.tell(group)
	if f.was = is; !f.done() {
		f.merge(court, is.scene)
	}
	return true
}

// tell keeps what is to be told of a group: for the first line the first event
// that has an effect, otherwise all, an algorithm once.
func (f *forecaster) tell(group []foreseen) {
	told := map[string]bool{}
	slices.SortStableFunc(group, func(a, b foreseen) int { return cmp.Compare(b.effect, a.effect) }) // empty ones last
	for _, e := range group {
		switch {
		case e.effect == "" && (e.Aside || !f.b.v.foreseeAll), e.Algorithm != "" && told[e.Algorithm]:
			continue
		case e.effect != "" && !f.b.v.foreseeAll:
			f.out.events = append(f.out.events, e)
			return
		}
		if told[e.Algorithm] = true; told[e.remedy] {
			e.remedy = "" // said just above
		}
		told[e.remedy] = true
		f.out.events = append(f.out.events, e)
	}
}

// lastSecond is the last whole second before an event, and not before now.
func lastSecond(event, now time.Time) time.Time {
	last := event.Add(-1).Truncate(time.Second)
	if last.Before(now) {
		return now
	}
	return last
}

// judge is the same judge at another time.
func (f *forecaster) judge(at time.Time) (*process.Court, state) {
	c := f.b.court.Then(at, f.purse)
	return c, f.state(sceneOf(c, f.b.doc), c)
}

// effect is the worst of what comes out otherwise than before; empty where
// all is as it was.
func (f *forecaster) effect(is state) (string, []string) {
	var changed []verdict.Outcome
	var affects []string
	for i, o := range is.outcomes {
		if o != f.was.outcomes[i] {
			changed, affects = append(changed, o), append(affects, is.ids[i])
		}
	}
	switch {
	case len(changed) > 0:
		return verdict.Worst(changed...).String(), affects
	case f.was.met && !is.met:
		return string(verdict.DocumentIndeterminate), nil
	case is.met && !f.was.met:
		return string(verdict.DocumentPassed), nil
	}
	return "", nil
}

// broken tells whether something that passes now does not any more.
func (f *forecaster) broken(is state) bool {
	for i, o := range is.outcomes {
		if !o.IsPassed() && slices.Contains(f.holds, is.ids[i]) {
			return true
		}
	}
	return f.now.met && !is.met
}
