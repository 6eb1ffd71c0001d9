package verify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/verdict"
)

// services adds what the list says of times to come: changes in the history of
// the services that vouch, and when the list itself is due.
func (f *forecaster) services() {
	var used []*trustlist.Service
	note := func(ch *process.Chain, purpose path.Purpose, token ber.OID, at time.Time) {
		if s := f.b.trust.stand(ch, purpose, token, at).service; s != nil && !slices.Contains(used, s) {
			used = append(used, s)
		}
	}
	stamp := func(st *process.Stamp) {
		if st.Basic != nil && st.Facts.Token != nil {
			note(st.Basic.Chain, path.Timestamping, st.Facts.Token.Info.Policy, st.GenTime)
		}
	}
	for _, j := range f.now.signatures {
		note(j.Basic.Chain, path.Seal, "", j.Best)
		for _, st := range j.Stamps {
			stamp(st)
		}
	}
	for _, st := range f.now.allStamps() {
		stamp(st)
	}
	for _, s := range used {
		for _, h := range s.Status {
			kind := EventServiceEnds
			if h.Status == trustlist.Granted || h.Status == trustlist.Recognised {
				kind = EventServiceGranted
			}
			f.history(h.From, foreseen{Moment: process.Moment{Kind: kind}, service: s})
		}
	}
	if next := f.b.v.list.NextUpdate; !next.IsZero() && f.b.state == trustlist.Fresh {
		next = next.AddDate(0, 0, f.b.v.policy.StaleGrace.Days)
		f.history(next.Truncate(time.Second).Add(time.Second), foreseen{Moment: process.Moment{Kind: EventTrustListNextUpdate}})
	}
}

func (f *forecaster) history(at time.Time, e foreseen) {
	if e.At = at; at.After(f.b.at) && !at.After(f.last) {
		f.insert(e)
	}
}

// listed takes the list's own event out of a group: a list that is kept up to
// date changes nothing, so that nothing is judged again for it.
func (f *forecaster) listed(group []foreseen) []foreseen {
	return slices.DeleteFunc(group, func(e foreseen) bool {
		if e.Kind != EventTrustListNextUpdate {
			return false
		}
		for i, o := range f.was.outcomes {
			if o.IsPassed() {
				e.effect = verdict.Of(verdict.Custom).String()
				e.affects = append(e.affects, f.was.ids[i])
			}
		}
		if e.remedy = "forecast.fix.list"; f.b.v.foreseeAll {
			f.out.events = append(f.out.events, e)
		}
		return true
	})
}

// blame gives the effect to the moments of the group that the new causes name,
// or to the first one where they name none.
func (f *forecaster) blame(group []foreseen, is state, effect string, affects []string) {
	fresh := newCauses(f.was.scene, is.scene)
	guilty := func(e foreseen) bool {
		return slices.ContainsFunc(fresh, func(c process.Cause) bool { return names(e.Moment, c) })
	}
	told := slices.ContainsFunc(group, guilty)
	for i := range group {
		if told && !guilty(group[i]) {
			continue
		}
		group[i].effect, group[i].affects = effect, affects
		if f.broken(is) && !f.broken(f.was) {
			group[i].remedy = f.remedy(group[i], affects)
		}
		if !told {
			return
		}
	}
}

// newCauses are those that were not there before.
func newCauses(was, is scene) []process.Cause {
	key := func(c process.Cause) string {
		return fmt.Sprint(c.Sub, c.Finding.Code, c.Finding.Object, c.Finding.Params["algorithm"])
	}
	old := map[string]bool{}
	for _, c := range was.causes() {
		old[key(c)] = true
	}
	return slices.DeleteFunc(is.causes(), func(c process.Cause) bool { return old[key(c)] })
}

// causes are those of the time-stamps first: where one proves nothing any more,
// the rest follows from that.
func (s scene) causes() (out []process.Cause) {
	for _, st := range s.allStamps() {
		out = append(out, st.Causes...)
	}
	for _, r := range s.records {
		out = append(out, r.Causes...)
	}
	for _, j := range s.signatures {
		for _, st := range j.Stamps {
			out = append(out, st.Causes...)
		}
		out = append(out, j.Causes...)
	}
	return out
}

// allStamps are the time-stamps of the document and of its evidence records.
func (s scene) allStamps() []*process.Stamp {
	out := slices.Clone(s.stamps)
	for _, r := range s.records {
		out = append(out, r.Stamps...)
	}
	return out
}

// names tells whether a cause is about a moment.
func names(m process.Moment, c process.Cause) bool {
	switch m.Kind {
	case process.MomentRetired:
		return c.Finding.Params["algorithm"] == m.Algorithm
	case process.MomentAnchorEnds:
		return c.Finding.Code == verdict.CodeAnchorSunset
	case process.MomentCRL, process.MomentOCSP, process.MomentTooOld:
		return c.Entry != nil && c.About == process.AboutNotFresh && process.ItemID(c.Entry.Status.Item) == m.Object
	case process.MomentExpires:
		return c.Finding.Code == verdict.CodeCertificateExpired && c.Finding.Object == m.Object || c.Finding.Code == verdict.CodeCAExpired && c.Finding.Object == m.Object
	case process.MomentRevoked:
		return (c.Finding.Code == verdict.CodeRevoked || c.Finding.Code == verdict.CodeCARevoked || c.Finding.Code == verdict.CodeOnHold) && c.Finding.Object == m.Object
	}
	return false
}

// remedy picks the advice: by the event, by the format, and by whether a time
// is proven that an archive time-stamp can build on.
func (f *forecaster) remedy(e foreseen, affects []string) string {
	form, proven := f.form(affects)
	switch e.Kind {
	case process.MomentCRL, process.MomentOCSP, process.MomentTooOld:
		if proven {
			return "forecast.fix.data." + form
		}
		return "forecast.fix.data"
	case process.MomentRetired:
		return "forecast.fix.stronger." + form
	case process.MomentAnchorEnds:
		return "forecast.fix.anchor." + form
	case EventServiceEnds:
		return "forecast.fix.service"
	case process.MomentBegins, process.MomentStamped, EventServiceGranted:
		return "forecast.fix.wait"
	}
	if proven || form == formToken {
		return "forecast.fix.archive." + form
	}
	return "forecast.fix.stamp." + form
}

// The forms that advice differs by.
const (
	formPDF   = "pdf"
	formCMS   = "cms"
	formToken = "token"
)

// form is that of the first one affected, and whether all have a proven time.
func (f *forecaster) form(affects []string) (form string, proven bool) {
	form, proven = formToken, len(f.now.signatures) > 0
	for _, j := range f.now.signatures {
		if len(affects) > 0 && !slices.Contains(affects, j.Facts.ID) {
			continue
		}
		if proven = proven && j.Source != ""; form == formToken {
			form = formCMS
			if j.Facts.Field != nil {
				form = formPDF
			}
		}
	}
	return form, proven
}

// waiting tells when data about a certificate are due that would end a wait
// (TRY_LATER): the standard wants the time told at which to try again.
func (f *forecaster) waiting() {
	due := map[string]bool{}
	for _, c := range f.now.causes() {
		if c.Sub == verdict.TryLater && c.Entry != nil && c.Entry.Status.Item != nil {
			due[process.ItemID(c.Entry.Status.Item)] = true
		}
	}
	if f.out.state != ForecastNotNow || len(due) == 0 {
		return
	}
	for _, m := range f.b.court.Moments(f.now.signatures, f.now.allStamps(), f.last) {
		if !due[m.Object] || m.Kind != process.MomentCRL && m.Kind != process.MomentOCSP {
			continue
		}
		e := foreseen{Moment: m, remedy: "forecast.fix.wait"}
		i := slices.IndexFunc(f.out.events, func(o foreseen) bool { return o.Compare(m) == 0 })
		switch {
		case i < 0:
			f.out.events = append(f.out.events, e)
		case f.out.events[i].remedy == "":
			f.out.events[i].remedy = e.remedy
		}
		break
	}
	slices.SortStableFunc(f.out.events, func(a, b foreseen) int { return a.Compare(b.Moment) })
}

// forecast writes the outlook down, once the verdict is known.
func (b *reportBuilder) forecast() {
	if b.ahead == nil {
		return
	}
	out := &Forecast{State: b.ahead.state, Incomplete: b.ahead.cut}
	switch {
	case b.rep.Verdict != verdict.DocumentPassed:
		out.State = ForecastNotNow
	case out.State == ForecastEnds:
		out.VerifiableUntil = At(b.ahead.until)
	}
	for _, e := range b.ahead.events {
		out.Events = append(out.Events, b.event(e))
	}
	b.rep.Forecast = out
}

func (b *reportBuilder) event(e foreseen) ForecastEvent {
	out := ForecastEvent{At: At(e.At), What: e.Kind, Algorithm: e.Algorithm, Effect: e.effect, Affects: e.affects}
	switch {
	case e.Certificate != nil:
		out.Object = b.cert(e.Certificate)
	case e.Object != "":
		out.Object = b.object(e.Object)
	}
	if e.service != nil {
		out.Service = &Text{JA: e.service.Name.JA, EN: e.service.Name.EN}
	}
	if e.remedy != "" {
		t := Term(e.remedy, nil)
		out.Remedy = &t
	}
	return out
}

// lasting answers the questions of the time axis about one signature.
func (b *reportBuilder) lasting(o verdict.Outcome, counter bool) (until, action Basis) {
	if b.ahead == nil || counter {
		return notAssessed(), notAssessed()
	}
	if !o.IsPassed() || b.ahead.state == ForecastLimit {
		return Basis{}, Basis{}
	}
	until, action = confirmedIf(true), confirmedIf(true)
	if b.ahead.until.IsZero() {
		action.Params = bilingual("action", Term("forecast.nothing-due", nil))
		return until, action
	}
	end := At(b.ahead.until).String()
	until.Params = map[string]string{"until": end}
	i := slices.IndexFunc(b.ahead.events, func(e foreseen) bool {
		return strings.HasPrefix(e.remedy, "forecast.fix.") && e.At.After(b.ahead.until) && e.Kind != EventTrustListNextUpdate
	})
	if i < 0 {
		return until, Basis{}
	}
	action.Params = bilingual("action", Term(b.ahead.events[i].remedy, nil))
	action.Params["until"] = end
	return until, action
}

func bilingual(name string, t Text) map[string]string {
	return map[string]string{name: t.EN, name + ".ja": t.JA}
}
