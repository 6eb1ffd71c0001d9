package verify_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
)

// A suite counts cases and holds the exceptions against its ledger.
type suite struct {
	t                                                 *testing.T
	name                                              string
	need                                              int // cases that must be scored: a suite that skips itself is a failure
	budget                                            int // exceptions allowed
	ledger                                            map[string]string
	used                                              map[string]bool
	cases, scored, right, accepted, refused, excepted int
}

// newSuite reads testdata/ledgers/NAME.txt: "case<TAB>reason" a line.
func newSuite(t *testing.T, name string, need, budget int) *suite {
	s := &suite{t: t, name: name, need: need, budget: budget, ledger: map[string]string{}, used: map[string]bool{}}
	data, err := os.ReadFile(filepath.Join("testdata", "ledgers", name+".txt"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	sc := bufio.NewScanner(bytes.NewReader(data))
	for sc.Scan() {
		line := sc.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, reason, ok := strings.Cut(line, "\t")
		if !ok || reason == "" {
			t.Fatalf("ledger %s: %q has no reason", name, line)
		}
		s.ledger[id] = reason
	}
	return s
}

// score counts one case. lenient: we accept what should be refused.
func (s *suite) score(id string, right, lenient bool, detail string) {
	s.scored++
	reason, excused := s.ledger[id]
	switch {
	case right && excused:
		s.used[id] = true
		s.t.Errorf("%s: %s is right now, its ledger entry is stale: %s", s.name, id, reason)
	case right:
		s.right++
	case lenient:
		s.accepted++
		s.used[id] = true
		s.t.Errorf("%s: WRONGLY ACCEPTED %s: %s", s.name, id, detail)
	case excused:
		s.used[id] = true
		s.excepted++
	default:
		s.refused++
		s.t.Errorf("%s: %s: %s", s.name, id, detail)
	}
}

// done prints the line of the suite and fails where it was not run whole.
func (s *suite) done() {
	fmt.Printf("suite %-24s cases %4d  scored %4d  right %4d  wrongly accepted %d  wrongly refused %d  ledger %d\n",
		s.name, s.cases, s.scored, s.right, s.accepted, s.refused, s.excepted)
	if s.scored < s.need {
		s.t.Errorf("%s: %d cases scored, %d are there", s.name, s.scored, s.need)
	}
	if s.excepted > s.budget {
		s.t.Errorf("%s: %d exceptions, at most %d are allowed", s.name, s.excepted, s.budget)
	}
	var stale []string
	for id := range s.ledger {
		if !s.used[id] {
			stale = append(stale, id)
		}
	}
	sort.Strings(stale)
	for _, id := range stale {
		s.t.Errorf("%s: ledger names %s, which is no scored case", s.name, id)
	}
}

func ders(t testing.TB, fsys fs.FS, names ...string) [][]byte {
	t.Helper()
	var out [][]byte
	for _, n := range names {
		data := corpora.Read(t, fsys, n)
		if !bytes.Contains(data, []byte("-----BEGIN")) {
			out = append(out, data)
			continue
		}
		for {
			var b *pem.Block
			if b, data = pem.Decode(data); b == nil {
				break
			}
			out = append(out, b.Bytes)
		}
	}
	return out
}

func items(kind evidence.Type, raws [][]byte) []*evidence.Item {
	var out []*evidence.Item
	for _, raw := range raws {
		out = append(out, evidence.NewItem(kind, raw, evidence.Supplied, "", purse.New(purse.Limits{})))
	}
	return out
}

func anchors(t *testing.T, raws [][]byte) *trustlist.List {
	t.Helper()
	if len(raws) == 0 {
		return verify.NoTrust()
	}
	l, err := trustlist.FromCertificates("suite", raws...)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func policyNamed(t testing.TB, name string, mode policy.Mode) *policy.Policy {
	t.Helper()
	p, err := policy.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	if mode != policy.Require {
		p = p.WithRevocation(mode)
	}
	return p
}

// judged opens and verifies one document, and verifies it again from saved
// evidence.
func judged(t *testing.T, data []byte, o eseal.Options, list *trustlist.List, options ...verify.Option) *verify.Report {
	t.Helper()
	v, rep := judgedOnce(t, data, o, list, options...)
	replayedOnce(t, v, data, o, rep)
	return rep
}

// judgedOnce is judged for tests that measure what a judgement takes.
func judgedOnce(t *testing.T, data []byte, o eseal.Options, list *trustlist.List, options ...verify.Option) (*verify.Verifier, *verify.Report) {
	t.Helper()
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatal(err)
	}
	v, err := verify.New(list, options...)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := v.Verify(context.Background(), doc)
	if err != nil {
		t.Fatal(err)
	}
	if bad := rep.Contradictions(); len(bad) > 0 {
		t.Errorf("%s: the report contradicts itself: %s", o.Name, strings.Join(bad, "; "))
	}
	return v, rep
}

func when(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func detached(name string, data []byte) []eseal.Detached {
	return []eseal.Detached{{Name: name, R: bytes.NewReader(data), Size: int64(len(data))}}
}

// codes are the error findings of a report, for messages.
func codes(rep *verify.Report) string {
	var out []string
	add := func(id string, fs []verify.Finding) {
		for _, f := range fs {
			if f.Severity == "error" {
				out = append(out, fmt.Sprintf("%s:%s %v", id, f.Code, f.Params))
			}
		}
	}
	add("doc", rep.Findings)
	for _, s := range rep.Signatures {
		add(s.ID+"="+s.Outcome().String(), s.Findings)
		for _, t := range s.Timestamps {
			add(t.ID+"="+t.Outcome().String(), t.Findings)
		}
	}
	for _, t := range rep.Timestamps {
		add(t.ID+"="+t.Outcome().String(), t.Findings)
	}
	for _, r := range rep.EvidenceRecords {
		add(r.ID+"="+r.Outcome().String(), r.Findings)
		for _, t := range r.Timestamps {
			add(t.ID+"="+t.Outcome().String(), t.Findings)
		}
	}
	return string(rep.Verdict) + " " + strings.Join(out, " | ")
}
