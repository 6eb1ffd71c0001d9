package verifytest

import (
	"fmt"
	"slices"
	"time"
)

// Life is a key and the period of the certificate over it.
type Life struct {
	Key         string // name of a test key
	From, Until time.Time
}

// Authority is a root and one CA under it.
type Authority struct{ Root, CA Life }

// Unit is a time-stamp unit and the authority that certified it, counted from 0 in Plan.Authorities.
type Unit struct {
	Life
	Authority int
}

// Stamping is a time-stamp that is made at a time.
type Stamping struct {
	At         time.Time
	Unit       int    // in Plan.Units
	Digest     string // of the imprint and of the token's signature; default SHA-256 and that of the key
	NoMaterial bool   // a renewal that does not add the material about the time-stamp before it
	V2         bool   // CAdES: archive-time-stamp-v2
	HashIndex  int    // CAdES: version of the ats-hash-index, default 3
}

// Ending is a revocation: of "seal", "ca-0" (the CA of authority 0), "unit-0" …
type Ending struct {
	Who    string
	At     time.Time
	Reason Reason
}

// Plan says what happens to a sealed document over the years. History makes it true.
type Plan struct {
	Format      string // "CAdES" or "PAdES" (default)
	Sign        time.Time
	Authorities []Authority // the first certifies the seal
	Units       []Unit
	Seal        Life
	Digest      string     // of the message and its signature; default by the key
	Stamp       *Stamping  // signature time-stamp; nil = none
	Evidence    time.Time  // when the material about seal and stamp was added (B-LT); zero = never
	Renewals    []Stamping // archive or document time-stamps, the material about the one before first (B-LTA)
	OCSP        bool       // status of end entities by OCSP responses of a delegate, not by CRLs
	Fresh       time.Duration
	DropExpired bool // CRLs forget a certificate once it has ended (RFC 5280 3.3)
	Revocations []Ending
	Judge       time.Time // a sensible time of judgement
	VRI         bool      // PAdES: with a VRI dictionary for the signature
	Indefinite  bool      // CAdES: in BER
}

// The first material follows its time-stamp by a day, so that status information is younger than what it is about; that
// of a renewal is fetched an hour before it.
const (
	settle  = 25 * time.Hour
	prepare = time.Hour
)

// NewPlan is a plan in which all goes well: strong algorithms, sealed and stamped at t, LT material a day later, one
// renewal at each of the times. Unit 0 stamps the signature and each renewal has a unit of its own, which begins a month
// before it and lasts five years and a half. Authorities last for twenty years, the second and third are those of the
// units, one after the other. It is judged 30 days after the last step.
func NewPlan(format string, t time.Time, renewals ...time.Time) Plan {
	p := Plan{Format: format, Sign: t, Fresh: 7 * 24 * time.Hour, Stamp: &Stamping{At: t.Add(time.Minute)},
		Seal: Life{"p256-01", t.AddDate(0, -6, 0), t.AddDate(2, 0, 0)}, Evidence: t.Add(time.Minute + settle)}
	p.Authorities = []Authority{{Life{"p384-01", t.AddDate(-1, 0, 0), t.AddDate(19, 0, 0)}, Life{"p384-02", t.AddDate(-1, 0, 0), t.AddDate(14, 0, 0)}}}
	p.stampUnit(t)
	last := p.Evidence
	for _, at := range renewals {
		p.Renewals = append(p.Renewals, Stamping{At: at, Unit: p.stampUnit(at)})
		last = at
	}
	p.Judge = last.AddDate(0, 0, 30)
	return p
}

// stampUnit adds a unit that begins a month before its first stamp, and an authority for it when the last one would end
// before it.
func (p *Plan) stampUnit(at time.Time) int {
	from := at.AddDate(0, -1, 0)
	until := from.AddDate(5, 6, 0)
	last := len(p.Authorities) - 1
	if last == 0 || p.Authorities[last].CA.Until.Before(until) {
		n := 2*len(p.Authorities) + 1
		start := from.AddDate(-1, 0, 0)
		p.Authorities = append(p.Authorities, Authority{
			Life{fmt.Sprintf("p384-%02d", (n-1)%8+1), start, start.AddDate(20, 0, 0)},
			Life{fmt.Sprintf("p384-%02d", n%8+1), start, start.AddDate(19, 0, 0)}})
		last++
	}
	p.Units = append(p.Units, Unit{Life{fmt.Sprintf("p256-%02d", len(p.Units)%10+2), from, until}, last})
	return len(p.Units) - 1
}

// Without is the plan with one renewal left out.
func (p Plan) Without(renewal int) Plan {
	p.Renewals = slices.Delete(slices.Clone(p.Renewals), renewal, renewal+1)
	return p
}

// Revoked is the plan with one more revocation.
func (p Plan) Revoked(who string, at time.Time, reason Reason) Plan {
	p.Revocations = append(slices.Clone(p.Revocations), Ending{who, at, reason})
	return p
}

// Event is what happens at a time. Kind is one of sign, stamp, evidence, renewal, revoked, end (of a certificate) and
// judge; What names the certificate: seal, root-0, ca-0, unit-0, or counts the renewals from 0.
type Event struct {
	Time time.Time
	Kind string
	What string
}

// events are the planned ones in order of time.
func (p *Plan) events() []Event {
	out := []Event{{p.Sign, "sign", "seal"}, {p.Seal.Until, "end", "seal"}, {p.Judge, "judge", ""}}
	if p.Stamp != nil {
		out = append(out, Event{p.Stamp.At, "stamp", fmt.Sprintf("unit-%d", p.Stamp.Unit)})
	}
	if !p.Evidence.IsZero() {
		out = append(out, Event{p.Evidence, "evidence", ""})
	}
	for i, r := range p.Renewals {
		out = append(out, Event{r.At, "renewal", fmt.Sprint(i)})
	}
	for i, a := range p.Authorities {
		out = append(out, Event{a.Root.Until, "end", fmt.Sprintf("root-%d", i)}, Event{a.CA.Until, "end", fmt.Sprintf("ca-%d", i)})
	}
	for i, u := range p.Units {
		out = append(out, Event{u.Until, "end", fmt.Sprintf("unit-%d", i)})
	}
	for _, r := range p.Revocations {
		out = append(out, Event{r.At, "revoked", r.Who})
	}
	slices.SortStableFunc(out, func(a, b Event) int { return a.Time.Compare(b.Time) })
	return out
}
