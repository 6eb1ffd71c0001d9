package verifytest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestHistoriesAreDeterministic(t *testing.T) {
	begun := time.Now()
	kinds := map[string]int{}
	for seed := range uint64(200) {
		h := NewHistory(seed)
		if len(h.Document) == 0 || len(h.TrustList) == 0 || len(h.Later()) == 0 {
			t.Fatalf("seed %d is incomplete", seed)
		}
		if seed%10 == 0 {
			again := NewHistory(seed)
			if !bytes.Equal(h.Document, again.Document) || !bytes.Equal(h.TrustList, again.TrustList) {
				t.Errorf("seed %d comes out differently the second time", seed)
			}
		}
		if !slices.IsSortedFunc(h.Events, func(a, b Event) int { return a.Time.Compare(b.Time) }) {
			t.Errorf("seed %d: events out of order", seed)
		}
		kinds[h.Plan.Format]++
		for _, e := range h.Events {
			kinds[e.Kind]++
		}
	}
	t.Log(time.Since(begun), kinds)
}

// inTime is a plan for thirty years with a renewal every five.
func inTime(format string) Plan {
	t := date(2026, 4, 1)
	return NewPlan(format, t, t.AddDate(5, 0, 0), t.AddDate(10, 0, 0), t.AddDate(15, 0, 0), t.AddDate(20, 0, 0), t.AddDate(25, 0, 0))
}

// TestPlanFitsTogether: each unit works when it stamps, under authorities that stand, and a renewal comes before the
// unit of the time-stamp before it has ended.
func TestPlanFitsTogether(t *testing.T) {
	within := func(what string, at time.Time, l Life) {
		if at.Before(l.From) || at.After(l.Until) {
			t.Errorf("%s: %s is not from %s to %s", what, at, l.From, l.Until)
		}
	}
	check := func(name string, p Plan, complete bool) {
		stamps := append([]Stamping{*p.Stamp}, p.Renewals...)
		for i, s := range stamps {
			u := p.Units[s.Unit]
			a := p.Authorities[u.Authority]
			for what, l := range map[string]Life{"unit": u.Life, "CA": a.CA, "root": a.Root} {
				within(name+": stamp by "+what, s.At, l)
			}
			within(name+": end of a unit under its CA", u.Until, a.CA)
			within(name+": end of a CA under its root", a.CA.Until, a.Root)
			if complete && i > 0 {
				within(name+": renewal", s.At, p.Units[stamps[i-1].Unit].Life)
			}
		}
		within(name+": seal", p.Sign, p.Seal)
	}
	check("in time", inTime("CAdES"), true)
	gap := inTime("CAdES").Without(2)
	check("gap", gap, false)
	if last := gap.Renewals[1]; !gap.Renewals[2].At.After(gap.Units[last.Unit].Until) {
		t.Error("the renewal after the gap should come too late")
	}
	for seed := range uint64(200) {
		check("seeded", SeededPlan(seed), false)
	}
}

func TestToolsReadHistories(t *testing.T) {
	for _, p := range []Plan{inTime("PAdES"), SeededPlan(0), SeededPlan(1), SeededPlan(2), SeededPlan(3), SeededPlan(4)} {
		h := p.History()
		dir := files(t, map[string][]byte{"x": h.Document, "root.pem": h.Roots[0].PEM()})
		if h.Plan.Format == "PAdES" {
			if out := tool(t, dir, "qpdf", "--check", "x"); strings.Contains(out, "WARNING") {
				t.Errorf("qpdf: %s", out)
			}
			out := tool(t, dir, "pdfsig", "-nocert", "x") // which reads no document time-stamps
			if strings.Count(out, "Signature #") != 1+len(h.Plan.Renewals) || !strings.Contains(out, "Signature is Valid.") {
				t.Errorf("pdfsig:\n%s", out)
			}
			opensslDocTimestamps(t, h)
			continue
		}
		tool(t, dir, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "x", "-CAfile", "root.pem",
			"-attime", fmt.Sprint(h.Plan.Sign.Unix()), "-purpose", "any", "-out", "out")
	}
}

var byteRange = regexp.MustCompile(`/ByteRange \[0 (\d+) (\d+) (\d+)`)

// opensslDocTimestamps asks openssl about each document time-stamp at its time.
func opensslDocTimestamps(t *testing.T, h *History) {
	t.Helper()
	found := byteRange.FindAllStringSubmatch(string(h.Document), -1)
	if len(found) != 1+len(h.Plan.Renewals) {
		t.Fatalf("%d byte ranges", len(found))
	}
	for i, r := range h.Plan.Renewals {
		var n [3]int
		for j, digits := range found[i+1][1:] {
			n[j], _ = strconv.Atoi(digits)
		}
		padded, err := hex.DecodeString(string(h.Document[n[0]+1 : n[1]-1]))
		if err != nil {
			t.Fatal(err)
		}
		token, _ := cut(padded)
		data := slices.Concat(h.Document[:n[0]], h.Document[n[1]:n[1]+n[2]])
		dir := files(t, map[string][]byte{"t": token, "data": data, "root.pem": h.Units[r.Unit].Anchor().PEM()})
		tool(t, dir, "openssl", "ts", "-verify", "-in", "t", "-token_in", "-data", "data", "-CAfile", "root.pem", "-attime", fmt.Sprint(r.At.Unix()))
	}
}

// TestPublishedFollowsTime: a list tells a revocation from its hour on, and an authority that has ended falls silent.
func TestPublishedFollowsTime(t *testing.T) {
	at := date(2027, 1, 1)
	p := NewPlan("PAdES", date(2026, 4, 1)).Revoked("seal", at, Superseded)
	for _, ocsp := range []bool{false, true} {
		p.OCSP = ocsp
		h := p.History()
		tells := func(when time.Time) bool {
			return slices.ContainsFunc(h.Published(when), func(s Published) bool {
				return bytes.Contains(s.DER, content(generalized(at))) || bytes.Contains(s.DER, content(moment(at)))
			})
		}
		if tells(at.Add(-time.Second)) || !tells(at) {
			t.Errorf("OCSP %v: told before or not told", ocsp)
		}
		end := p.Authorities[0].CA.Until
		for _, s := range h.Published(end.AddDate(3, 0, 0)) {
			if (s.About == "ca-0" || s.About == "seal") && s.Time.After(end) {
				t.Errorf("%s is told of at %s, after %s", s.About, s.Time, end)
			}
		}
	}
}

// TestUntilIsAnEarlierRevision: the file as it stood is the beginning of the file as it stands.
func TestUntilIsAnEarlierRevision(t *testing.T) {
	p := inTime("PAdES")
	whole := p.History().Document
	for i, r := range p.Renewals {
		before, then := p.Until(r.At.Add(-time.Second)).History().Document, p.Until(r.At).History().Document
		if !bytes.HasPrefix(whole, then) || !bytes.HasPrefix(then, before) || len(before) == len(then) {
			t.Errorf("renewal %d: no earlier revision", i)
		}
	}
	if p.Until(p.Sign).Stamp != nil || !p.Until(p.Sign).Evidence.IsZero() {
		t.Error("stamp or material before their time")
	}
}

// A document sealed in 2026 and stamped again every five years, and the same with one renewal forgotten.
func ExamplePlan_History() {
	p := NewPlan("PAdES", date(2026, 4, 1), date(2031, 4, 1), date(2036, 4, 1))
	whole, gap := p.History(), p.Without(0).History()
	fmt.Println(whole.File, whole.At.Format(time.DateOnly), len(gap.Document) < len(whole.Document))
	for _, e := range gap.Events[3:6] {
		fmt.Println(e.Time.Format(time.DateOnly), e.Kind, e.What)
	}
	// Output:
	// document.pdf 2036-05-01 true
	// 2028-04-01 end seal
	// 2031-09-01 end unit-0
	// 2036-04-01 renewal 0
}
