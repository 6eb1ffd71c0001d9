package process

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// sealedAt is when the planned histories begin.
var sealedAt = time.Date(2026, 4, 1, 1, 0, 0, 0, time.UTC)

// years after the seal.
func years(n int) time.Time { return sealedAt.AddDate(n, 0, 0) }

// agedCourt judges a planned history at a time, with what is published then.
func agedCourt(t testing.TB, p verifytest.Plan, at time.Time) *Court {
	t.Helper()
	h := p.History()
	doc, err := eseal.Open(context.Background(), bytes.NewReader(h.Document), int64(len(h.Document)), eseal.Options{Name: h.File})
	if err != nil || doc.Unreadable != nil {
		t.Fatal(err, doc.Unreadable)
	}
	set := evidence.NewSet()
	for _, m := range doc.Material {
		set.Add(evidence.NewItem(evidence.Type(m.Type), m.Raw, evidence.Document, m.Where, doc.Purse))
	}
	for _, s := range h.Published(at) {
		kind := map[string]evidence.Type{"CRL": evidence.CRL, "OCSP": evidence.OCSP}[s.Kind]
		set.Add(evidence.NewItem(kind, s.DER, evidence.Supplied, s.About, doc.Purse))
	}
	var trust testTrust
	for _, r := range h.Roots {
		trust = append(trust, anchor(t, r))
	}
	pol, err := policy.ByName("strict")
	if err != nil {
		t.Fatal(err)
	}
	own := *pol
	return &Court{Document: doc, At: at, Policy: &own, Trust: trust, Evidence: set, Verifier: path.NewVerifier(0), Purse: purse.New(purse.Limits{})}
}

// all judges every time-stamp and the first signature.
func (c *Court) all() (*Judgement, []*Stamp) {
	c.Settle()
	var stamps []*Stamp
	for _, t := range c.Document.Timestamps {
		stamps = append(stamps, c.Timestamp(t))
	}
	s := c.Document.Signatures[0]
	return c.Signature(s, DocumentStamps(s, stamps)), stamps
}

// TestLongTermAvailability is 5.6.3.4 for histories whose proofs are renewed in
// time: both passed by the proofs of the newer time-stamps, at the time of the
// first.
func TestLongTermAvailability(t *testing.T) {
	for _, format := range []string{"PAdES", "CAdES"} {
		p := verifytest.NewPlan(format, sealedAt, sealedAt.AddDate(0, 0, 7), years(4), years(8))
		c := agedCourt(t, p, years(12))
		j, _ := c.all()
		if !j.Passed() || !j.Best.Equal(sealedAt.Add(time.Minute)) || j.Source == "" || sub(j.Sealed) != "PASSED" {
			t.Fatalf("%s: %s at %s by %s: %v", format, j.Outcome, j.Best, j.Source, j.told())
		}
		if e := j.Basic.Chain.Entries; len(e) != 3 || e[0].State != stateGood || len(j.Basic.Wants) != 0 {
			t.Errorf("%s: the path of the past: %+v", format, e)
		}
		newest := c.Document.Timestamps
		if format == "CAdES" {
			newest = c.Document.Signatures[0].Timestamps
		}
		newest = slices.SortedFunc(slices.Values(newest), newestFirst)
		for i, stamp := range newest {
			st := c.Timestamp(stamp)
			old := i > 0 // the units of the others have ended by 2038
			if !st.Passed() || st.Now.IsPassed() == old || (st.Proof.By != "") != old || old && st.Proof.By != newest[i-1].ID {
				t.Errorf("%s: time-stamp %d of %s: %s, by itself %s, by %+v", format, i, st.GenTime, st.Outcome, st.Now, st.Proof)
			}
			told := slices.Contains((&Judgement{Causes: st.Causes, Trace: st.Trace}).told(), string(verdict.CodeProvenInTime))
			if told != old || old && len(st.Wants) != 0 || len(st.Causes) != 0 {
				t.Errorf("%s: time-stamp %d tells of its proof: %v", format, i, told)
			}
		}
	}
}

// archivedOnce is a plan whose first unit ends after a year; before that a
// time-stamp of another unit archives it.
func archivedOnce(format string) verifytest.Plan {
	p := verifytest.NewPlan(format, sealedAt, sealedAt.AddDate(0, 0, 7))
	p.Units[0].Until = years(1)
	return p
}

// TestStaysAsItStands: what the process does not better stays as 5.5 has it.
func TestStaysAsItStands(t *testing.T) {
	const stays = "OUT_OF_BOUNDS_NO_POE"
	last := func(c *Court) *eseal.Timestamp {
		s := c.Document.Signatures[0]
		return s.Timestamps[len(s.Timestamps)-1]
	}
	bare := func(format string) verifytest.Plan {
		p := archivedOnce(format)
		p.Renewals = nil
		return p
	}
	weak := func(day string) func(c *Court) {
		return func(c *Court) {
			c.Policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-256", Use: policy.UseImprint, GenerateUntil: day, Source: "the case"}}, c.Policy.Algorithms.Digests...)
		}
	}
	for name, c := range map[string]struct {
		plan   verifytest.Plan
		change func(c *Court)
		at     time.Time
		want   string
	}{
		"step 3: archived, CAdES":                         {archivedOnce("CAdES"), nil, years(3), "PASSED"},
		"step 3: archived, PAdES":                         {archivedOnce("PAdES"), nil, years(3), "PASSED"},
		"step 3: nothing archives it, CAdES":              {bare("CAdES"), nil, years(3), stays},
		"step 3: nothing archives it, PAdES":              {bare("PAdES"), nil, years(3), stays},
		"step 3: over references":                         {archivedOnce("CAdES"), func(c *Court) { last(c).Kind = eseal.ReferenceTimestamp }, years(3), "PASSED"},
		"step 3: over the signature alone":                {archivedOnce("CAdES"), func(c *Court) { last(c).Kind = eseal.ContentTimestamp }, years(3), stays},
		"step 5b: another imprint":                        {archivedOnce("CAdES"), func(c *Court) { last(c).Imprint.Matches = false }, years(3), stays},
		"step 5b: the imprint's digest ended, not proven": {archivedOnce("CAdES"), weak("2028-01-01"), years(3), stays},
		"step 5b: the imprint's digest is to end":         {archivedOnce("CAdES"), weak("2030-01-01"), years(3), "PASSED"},
		"step 5d: the time-stamp does not hold, PAdES":    {archivedOnce("PAdES"), nil, years(9), stays},
		"step 5d: the time-stamp does not hold, CAdES":    {archivedOnce("CAdES"), nil, years(9), stays},
	} {
		t.Run(name, func(t *testing.T) {
			court := agedCourt(t, c.plan, c.at)
			if c.change != nil {
				c.change(court)
			}
			j, _ := court.all()
			if sub(j.Outcome) != c.want {
				t.Errorf("%s %v", j.Outcome, j.told())
			}
			step := slices.ContainsFunc(j.Steps, func(s verdict.Step) bool { return s.Clause == clauseLong+" step 7" })
			if asked := !strings.HasPrefix(name, "step 3: nothing") && !strings.HasPrefix(name, "step 3: over the signature"); step != asked {
				t.Errorf("step 7 is told: %v", step)
			}
		})
	}
}

// TestArchivedTooEarly: where only an algorithm stood against a signature, and
// its proofs clear that, it still must not be older than its certificate (5.5.4
// step 4b).
func TestArchivedTooEarly(t *testing.T) {
	for _, c := range []struct {
		begins time.Time
		want   string
	}{{sealedAt, "PASSED"}, {sealedAt.Add(time.Hour), "NOT_YET_VALID"}} {
		for _, format := range []string{"CAdES", "PAdES"} {
			p := verifytest.NewPlan(format, sealedAt, sealedAt.AddDate(0, 0, 7))
			p.Seal.From, p.Authorities[0].CA.Key = c.begins, "p256-10" // which signs by SHA-256
			court := agedCourt(t, p, years(1))
			court.Policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-256", Use: policy.UseCertificate, GenerateUntil: "2026-12-01", Source: "the case"}}, court.Policy.Algorithms.Digests...)
			j, _ := court.all()
			if sub(j.Outcome) != c.want {
				t.Errorf("%s, from %s: %s %v", format, c.begins, j.Outcome, j.told())
			}
			if j.Passed() && slices.ContainsFunc(j.Basic.Findings, func(f verdict.Finding) bool { return f.Severity == verdict.Error }) {
				t.Errorf("%s tells what stood against it: %v", format, j.told())
			}
		}
	}
}

// TestWeakTokens: a token whose own signature is weak now holds if it is proven
// to have existed while that was not (5.6.2.4.4 step 4).
func TestWeakTokens(t *testing.T) {
	for day, want := range map[string]bool{"2026-04-05": false, "2026-04-09": true, "2027-01-01": true} {
		p := verifytest.NewPlan("CAdES", sealedAt, sealedAt.AddDate(0, 0, 7))
		p.Renewals[0].Digest, p.Units[p.Renewals[0].Unit].Key = "SHA-512", "p384-05"
		court := agedCourt(t, p, years(1))
		court.Policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-256", Use: policy.UseSignature, GenerateUntil: day, Source: "the case"}}, court.Policy.Algorithms.Digests...)
		court.Settle()
		s := court.Document.Signatures[0]
		st := court.Timestamp(s.Timestamps[0])
		if st.Now.IsPassed() || st.Passed() != want || court.Timestamp(s.Timestamps[1]).Passed() != true {
			t.Errorf("SHA-256 until %s: by itself %s, %s, the archive time-stamp %s", day, st.Now, st.Outcome, court.Timestamp(s.Timestamps[1]).Outcome)
		}
	}
}

// TestWithoutDocument: a signature that is judged outside of its document has
// nothing that proves more.
func TestWithoutDocument(t *testing.T) {
	c := agedCourt(t, verifytest.NewPlan("CAdES", sealedAt, sealedAt.AddDate(0, 0, 7)), years(3))
	s := c.Document.Signatures[0]
	c.Document = nil
	if j := c.Signature(s, nil); sub(j.Outcome) != "OUT_OF_BOUNDS_NO_POE" {
		t.Errorf("%s %v", j.Outcome, j.told())
	}
}

// TestSettle: proofs of existence are gathered when a time-stamp that can be
// read does not hold, and not before.
func TestSettle(t *testing.T) {
	for name, c := range map[string]struct {
		change func(d *eseal.Document)
		at     time.Time
		proven bool
	}{
		"all hold":           {func(*eseal.Document) {}, years(1), false},
		"one has run out":    {func(*eseal.Document) {}, years(6), true},
		"one cannot be read": {func(d *eseal.Document) { d.Timestamps[0] = &eseal.Timestamp{ID: "T9", Err: context.Canceled} }, years(1), false},
		"another cannot be": {func(d *eseal.Document) {
			d.Timestamps = append(d.Timestamps, &eseal.Timestamp{ID: "T9", Err: context.Canceled})
		}, years(6), true},
		"no time-stamp at all": {func(d *eseal.Document) { d.Timestamps, d.Signatures[0].Timestamps = nil, nil }, years(6), false},
	} {
		court := agedCourt(t, verifytest.NewPlan("PAdES", sealedAt, sealedAt.AddDate(0, 0, 7)), c.at)
		c.change(court.Document)
		if court.Settle(); court.proven != c.proven {
			t.Errorf("%s: gathered %v", name, court.proven)
		}
	}
	if allTimestamps(nil) != nil {
		t.Error("time-stamps of nothing")
	}
}

// TestNewestFirst is step 5a: the newest first; of one time what covers more.
func TestNewestFirst(t *testing.T) {
	c := agedCourt(t, verifytest.NewPlan("PAdES", sealedAt, sealedAt.AddDate(0, 0, 7), years(4)), years(5))
	early, late := c.Document.Timestamps[0], c.Document.Timestamps[1]
	unread := &eseal.Timestamp{ID: "T9"}
	if got := slices.SortedFunc(slices.Values([]*eseal.Timestamp{unread, early, late}), newestFirst); got[0] != late || got[1] != early || got[2] != unread {
		t.Errorf("%s %s %s", got[0].ID, got[1].ID, got[2].ID)
	}
	same := *late
	same.Token, same.Field, same.Kind = early.Token, nil, eseal.ArchiveTimestamp
	field := *late
	field.Token = early.Token
	if newestFirst(&same, early) <= 0 || newestFirst(&field, early) >= 0 || newestFirst(early, &field) <= 0 {
		t.Error("of one time the document time-stamp comes first, and of those the later revision")
	}
}

// TestInside: what an item holds that is an object of its own (5.6.2.3.4 step 2).
func TestInside(t *testing.T) {
	s := newScene(t)
	s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal, Responder: s.watched("rsa2048-15")})}
	c := s.court(t, s.document(t))
	c.prepare()
	got := 0
	for _, it := range c.Evidence.Items() {
		inside := c.inside(it.SHA256)
		if len(inside) > 0 && it.OCSP == nil {
			t.Errorf("%s holds certificates", it.Type)
		}
		got += len(inside)
	}
	if got == 0 || c.inside([32]byte{1}) != nil {
		t.Errorf("%d certificates in OCSP responses", got)
	}
}

// TestProofOfRevision: a document time-stamp proves the revisions before its
// own, with all that they hold.
func TestProofOfRevision(t *testing.T) {
	first := sealedAt.AddDate(0, 0, 7)
	c := agedCourt(t, verifytest.NewPlan("PAdES", sealedAt, first, years(4)), years(5))
	c.prove()
	at := func(o poe.Object) time.Time { return c.proofs.Earliest(o).At }
	for name, o := range map[string]struct {
		got, want time.Time
	}{
		"the signature":                 {at(poe.Signature(c.Document.Signatures[0])), sealedAt.Add(time.Minute)},
		"its time-stamp":                {at(poe.Timestamp(c.Document.Signatures[0].Timestamps[0])), first},
		"the first document time-stamp": {at(poe.Timestamp(c.Document.Timestamps[0])), years(4)},
		"the last":                      {at(poe.Timestamp(c.Document.Timestamps[1])), years(5)},
	} {
		if !o.got.Equal(o.want) {
			t.Errorf("%s: %s, want %s", name, o.got, o.want)
		}
	}
}
