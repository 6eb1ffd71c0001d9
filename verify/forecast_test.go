package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A foresight is a document with its whole forecast and the judge who made it.
type foresight struct {
	v      *verify.Verifier
	ev     *verify.Evidence
	at     time.Time
	rep    *verify.Report
	expect []verify.Expect
}

// patient is a policy by which a trust list never goes stale, so that what is
// judged later is judged as the forecast has it.
func patient(t testing.TB, name string) *policy.Policy {
	p := *policyNamed(t, name, policy.Require)
	p.StaleGrace.Days = 40_000
	return &p
}

func foresee(t testing.TB, data []byte, o eseal.Options, list []byte, at time.Time, p *policy.Policy, ev []*evidence.Item, expect ...verify.Expect) *foresight {
	t.Helper()
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatal(err)
	}
	v, err := verify.New(parsedList(t, list), verify.WithTime(at), verify.WithPolicy(p), verify.WithEvidence(ev...), verify.WithForecast(true))
	if err != nil {
		t.Fatal(err)
	}
	f := &foresight{v: v, at: at, expect: expect}
	if f.ev, err = v.Collect(context.Background(), doc, at); err != nil {
		t.Fatal(err)
	}
	f.rep = f.judge(t, at)
	v.Curtly()
	return f
}

func (f *foresight) judge(t testing.TB, at time.Time) *verify.Report {
	t.Helper()
	rep, err := f.v.Judge(context.Background(), f.ev, at, f.expect...)
	if err != nil {
		t.Fatal(err)
	}
	if bad := rep.Contradictions(); len(bad) > 0 {
		t.Errorf("at %s the report contradicts itself: %s", at, bad)
	}
	return rep
}

// outcomes are those that the verdict follows from, by id.
func outcomes(rep *verify.Report) map[string]verdict.Outcome {
	out := map[string]verdict.Outcome{}
	for i := range rep.Signatures {
		out[rep.Signatures[i].ID] = rep.Signatures[i].Outcome()
	}
	if len(rep.Signatures) == 0 {
		for i := range rep.Timestamps {
			out[rep.Timestamps[i].ID] = rep.Timestamps[i].Outcome()
		}
		for i := range rep.EvidenceRecords {
			out[rep.EvidenceRecords[i].ID] = rep.EvidenceRecords[i].Outcome()
		}
	}
	return out
}

// agrees holds a forecast against the judge: the same verdict to the last
// second and not a second longer, at each event the effect that it tells, and
// between two events nothing else.
func (f *foresight) agrees(t testing.TB, random *rand.Rand) {
	t.Helper()
	fc := f.rep.Forecast
	if fc == nil {
		t.Fatal("no forecast")
	}
	if f.rep.Passed() && fc.State == verify.ForecastEnds {
		if rep := f.judge(t, fc.VerifiableUntil.Time); !rep.Passed() {
			t.Errorf("%s at %s, until when it was to pass: %s", rep.Verdict, fc.VerifiableUntil, codes(rep))
		}
		if rep := f.judge(t, fc.VerifiableUntil.Add(time.Second)); rep.Passed() {
			t.Errorf("passes a second after %s", fc.VerifiableUntil)
		}
	}
	if f.rep.Passed() != (fc.State == verify.ForecastEnds || fc.State == verify.ForecastOpen) {
		t.Errorf("%s, but the forecast is %s", f.rep.Verdict, fc.State)
	}
	since, was := f.at, outcomes(f.rep)
	for i, e := range fc.Events {
		is := was
		if i == 0 || !e.At.Equal(since) {
			f.between(t, random, since, e.At.Time, was)
			is = outcomes(f.judge(t, e.At.Time))
			for id, o := range is {
				if affected := f.affected(e.At.Time, id); (o != was[id]) != affected {
					t.Errorf("%s %s: %s was %s and is %s, affected %v", e.At, e.What, id, was[id], o, affected)
				}
			}
		}
		var changed []verdict.Outcome
		for _, id := range e.Affects {
			changed = append(changed, is[id])
		}
		if len(changed) > 0 && verdict.Worst(changed...).String() != e.Effect {
			t.Errorf("%s %s: %v, told was %s", e.At, e.What, changed, e.Effect)
		}
		since, was = e.At.Time, is
	}
	f.between(t, random, since, f.at.AddDate(100, 0, 0), was)
}

// affected: an event of that time tells so of the signature.
func (f *foresight) affected(at time.Time, id string) bool {
	return slices.ContainsFunc(f.rep.Forecast.Events, func(e verify.ForecastEvent) bool { return e.At.Equal(at) && slices.Contains(e.Affects, id) })
}

// between judges at the last second before end and at another time since.
func (f *foresight) between(t testing.TB, random *rand.Rand, since, end time.Time, want map[string]verdict.Outcome) {
	t.Helper()
	gap := end.Sub(since)
	if gap <= 2*time.Second {
		return
	}
	other := since.Add(time.Second)
	if random.IntN(2) == 0 {
		other = other.Add(time.Duration(random.Int64N(int64(gap - time.Second)))).Truncate(time.Second)
	}
	for _, at := range []time.Time{other, end.Add(-time.Second)} {
		for id, o := range outcomes(f.judge(t, at)) {
			if o != want[id] {
				t.Errorf("%s, between the events of %s and %s: %s is %s, was %s", at, since, end, id, o, want[id])
			}
		}
	}
}

// TestForecastAgrees: over the specimens, under one policy or the other,
// forecast and judge agree at every event and at random times between.
func TestForecastAgrees(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(6, 5))
	for i, d := range verifytest.Deviations() {
		if testing.Short() && i%8 != 0 {
			continue
		}
		s := verifytest.MakeSpecimen(d.Name)
		f := foresee(t, s.Document, specimenOptions(s), s.TrustList, s.World.Now, patient(t, []string{"strict", "japan"}[i%2]), beside(s))
		if f.rep.Forecast == nil {
			if len(outcomes(f.rep)) > 0 {
				t.Errorf("%s: no forecast", d.Name)
			}
			continue
		}
		t.Run(d.Name, func(t *testing.T) { f.agrees(t, random) })
	}
}

// TestForecastOfHistories: 200 random long-term histories, at the end of the
// plan or soon after sealing.
func TestForecastOfHistories(t *testing.T) {
	t.Parallel()
	n := 200
	if testing.Short() {
		n = 6
	}
	states := map[string]int{}
	for seed := range n {
		h := verifytest.NewHistory(uint64(seed))
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		at := []time.Time{h.At, h.Plan.Sign.AddDate(0, 0, 3)}[seed%2]
		t.Run(fmt.Sprintf("%d/%s", seed, at.Format(time.DateOnly)), func(t *testing.T) {
			f := foresee(t, h.Document, eseal.Options{Name: h.File}, h.TrustList, at, patient(t, "strict"), published(h, at))
			f.agrees(t, random)
			states[f.rep.Forecast.State]++
		})
	}
	if states[verify.ForecastEnds] == 0 || states[verify.ForecastNotNow] == 0 {
		t.Errorf("all forecasts are of one state: %v", states)
	}
	t.Log(states)
}

// TestForecastIsPlain: the first line is that of the whole forecast, and a
// forecast changes nothing else of a report.
func TestForecastIsPlain(t *testing.T) {
	for _, name := range []string{"good-cms", "good-pdf-lta", "time-unstamped", "time-expired-since", "crl-indirect"} {
		s := verifytest.MakeSpecimen(name)
		whole := judgedSpecimen(t, s, "japan", beside(s), verify.WithForecast(true))
		first := judgedSpecimen(t, s, "japan", beside(s))
		again := judgedSpecimen(t, s, "japan", beside(s))
		if !bytes.Equal(written(t, first, "json"), written(t, again, "json")) {
			t.Errorf("%s: two reports differ", name)
		}
		a, b := whole.Forecast, first.Forecast
		if a.State != b.State || !a.VerifiableUntil.Equal(b.VerifiableUntil.Time) || len(b.Events) != 1 || len(a.Events) <= 1 {
			t.Fatalf("%s: %+v, whole %+v", name, b, a)
		}
		if i := slices.IndexFunc(a.Events, func(e verify.ForecastEvent) bool { return e.Remedy != nil && e.What != verify.EventTrustListNextUpdate }); i < 0 ||
			a.Events[i].What != b.Events[0].What || !a.Events[i].At.Equal(b.Events[0].At.Time) || *a.Events[i].Remedy != *b.Events[0].Remedy {
			t.Errorf("%s: the first event is %+v, in the whole %+v", name, b.Events[0], a.Events)
		}
	}
}
