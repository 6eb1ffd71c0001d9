package verifytest

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// NewHistory makes a random history; the same seed gives the same octets.
func NewHistory(seed uint64) *History { return SeededPlan(seed).History() }

// SeededPlan is a random plan: format, keys, life times, how often it was renewed, whether one renewal is missing, what
// was revoked afterwards, CRL or OCSP. Renewals that are there come before the unit of the one before ends.
func SeededPlan(seed uint64) Plan {
	d := dice{rand.New(rand.NewPCG(seed, 319102))}
	t := date(2024, 1, 1).Add(d.between(0, 3*year)).Truncate(time.Second)
	p := Plan{Format: pick(d, "PAdES", "CAdES"), Sign: t, OCSP: d.chance(0.4), Fresh: pick(d, 24*time.Hour, 7*24*time.Hour, 30*24*time.Hour),
		DropExpired: d.chance(0.3)}
	p.Authorities = []Authority{d.authority(0, t)}
	p.Seal = Life{pick(d, "rsa2048-05", "p256-01", "rsa3072-02"), t.Add(-d.between(year/12, year)), t.Add(d.between(year/6, 4*year))}
	p.Stamp = &Stamping{At: t.Add(d.between(time.Minute, 2*time.Hour)), Unit: d.unit(&p, t)}
	p.Evidence = p.Stamp.At.Add(d.between(settle, 10*24*time.Hour))
	at, end := p.Evidence, p.Units[0].Until
	for n := d.IntN(6); n > 0; n-- {
		at = at.Add(d.between(year, 5*year))
		if last := end.AddDate(0, -1, 0); at.After(last) {
			at = last
		}
		u := d.unit(&p, at)
		p.Renewals = append(p.Renewals, Stamping{At: at, Unit: u, Digest: pick(d, "", "SHA-256", "SHA-512")})
		end = p.Units[u].Until
	}
	p.Judge = at.Add(d.between(24*time.Hour, 4*year))
	if len(p.Renewals) > 1 && d.chance(0.25) {
		p = p.Without(d.IntN(len(p.Renewals) - 1))
	}
	d.endings(&p)
	return p
}

const year = 365 * 24 * time.Hour

// dice gives random choices.
type dice struct{ *rand.Rand }

func (d dice) chance(p float64) bool { return d.Float64() < p }

// between is a length of time in whole seconds.
func (d dice) between(from, to time.Duration) time.Duration {
	return (from + time.Duration(d.Int64N(int64(to-from)))).Truncate(time.Second)
}

func pick[T any](d dice, from ...T) T { return from[d.IntN(len(from))] }

// authority is a CA of 10 to 20 years under a root that outlives it.
func (d dice) authority(n int, t time.Time) Authority {
	start := t.Add(-d.between(year, 3*year))
	end := start.Add(d.between(11*year, 20*year))
	strong := d.chance(0.7)
	key := func(i int) string {
		if strong {
			return fmt.Sprintf("p384-%02d", i%8+1)
		}
		return fmt.Sprintf("rsa2048-%02d", []int{1, 2, 3, 4, 11, 12, 13, 14}[i%8])
	}
	return Authority{Life{key(2 * n), start.Add(-year), end.Add(d.between(year, 10*year))}, Life{key(2*n + 1), start, end}}
}

// unit adds a unit of 2 to 11 years for a stamp at t, under the last authority if that lasts, else under a new one.
func (d dice) unit(p *Plan, t time.Time) int {
	from := t.Add(-d.between(24*time.Hour, year/2))
	until := t.Add(d.between(3*year/2, 11*year))
	last := len(p.Authorities) - 1
	if a := p.Authorities[last]; last == 0 || a.CA.Until.Before(until) || a.CA.From.After(from) {
		p.Authorities = append(p.Authorities, d.authority(last+1, from))
		last++
	}
	if ca := p.Authorities[last].CA; until.After(ca.Until) {
		until = ca.Until
	}
	n := len(p.Units)
	key := pick(d, fmt.Sprintf("p256-%02d", n%10+2), fmt.Sprintf("rsa3072-%02d", n%2+3), fmt.Sprintf("rsa2048-%02d", n%3+7))
	p.Units = append(p.Units, Unit{Life{key, from, until}, last})
	return n
}

// endings are revocations after the fact: of the seal often, of a CA or a unit now and then.
func (d dice) endings(p *Plan) {
	reasons := []Reason{Unspecified, KeyCompromise, Superseded, CessationOfOperation, AffiliationChanged}
	revoke := func(who string, after, before time.Time) {
		if before.Sub(after) > time.Hour {
			*p = p.Revoked(who, after.Add(d.between(time.Second, before.Sub(after))), pick(d, reasons...))
		}
	}
	if d.chance(0.25) {
		revoke("seal", p.Stamp.At, p.Seal.Until)
	}
	if d.chance(0.1) {
		n := d.IntN(len(p.Authorities))
		revoke(fmt.Sprintf("ca-%d", n), latest(p.Evidence, p.Authorities[n].CA.From), p.Authorities[n].CA.Until)
	}
	if d.chance(0.15) {
		n := d.IntN(len(p.Units))
		revoke(fmt.Sprintf("unit-%d", n), latest(p.Evidence, p.Units[n].From), p.Units[n].Until)
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
