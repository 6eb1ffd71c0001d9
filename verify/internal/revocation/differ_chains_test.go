package revocation_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify/internal/path"
)

// pyhankoPython names a Python that has pyHanko and its certvalidator; .ci/deep makes one.
const pyhankoPython = "KAKUIN_PYHANKO"

// TestDifferChains holds our answers on certification paths against those of
// crypto/x509, openssl verify and pyHanko's certvalidator: on every scored case
// of the path suites, and on mutants of them. The ledgers say who is right
// where we differ.
func TestDifferChains(t *testing.T) {
	if os.Getenv(corpora.DifferVariable) == "" {
		t.Skipf("%s is not set: no comparison of paths", corpora.DifferVariable)
	}
	scored := scoredQuestions(t)
	questions := slices.Concat(scored, mutants(t, scored))
	for _, p := range []struct {
		name, ledger string
		start        func(*testing.T) peer
	}{
		{"x509", "testdata/differ/chains-x509.txt", func(*testing.T) peer { return x509Peer{} }},
		{"openssl", "testdata/differ/chains-openssl.txt", func(t *testing.T) peer { return opensslPeer{corpora.Tool(t, "openssl"), t.TempDir()} }},
		{"certvalidator", "testdata/differ/chains-certvalidator.txt", func(t *testing.T) peer {
			if os.Getenv(pyhankoPython) == "" {
				t.Skipf("%s is not set: no comparison with certvalidator", pyhankoPython)
			}
			return startCertvalidator(t, corpora.Tool(t, os.Getenv(pyhankoPython)))
		}},
	} {
		t.Run(p.name, func(t *testing.T) {
			peers := []peer{p.start(t), p.start(t)}
			t.Log(peers[0].version())
			ledger := corpora.ReadLedger(t, p.ledger)
			defer ledger.Done()
			compareAll(t, ledger, peers, questions)
		})
	}
}

// scoredQuestions are the scored cases of the path suites, and what the bridge
// PKI of verifytest is asked.
func scoredQuestions(t *testing.T) []question {
	out, _ := bridgeQuestions()
	for _, s := range chainSuites {
		w, cases := s.open(t)
		for _, c := range cases {
			if c.scored() {
				q := w.load(c)
				q.ID = "scored/" + s.name() + "/" + c.ID
				q.ExpectPolicies = nil // TestSuites asks for those
				out = append(out, q)
			}
		}
	}
	return out
}

// A tally counts what was asked of one tool.
type tally struct {
	asked, agreed, bothPassed, weAlone, theyAlone int
	left                                          map[string]int
}

func (a *tally) String() string {
	return fmt.Sprintf("asked %d, agreed %d (both passed %d), we alone passed %d, they alone passed %d, not asked %v", a.asked, a.agreed, a.bothPassed, a.weAlone, a.theyAlone, a.left)
}

// compareAll asks every peer's share of the questions; the answers of one tool
// do not depend on which of its peers was asked.
func compareAll(t *testing.T, ledger *corpora.Ledger, peers []peer, questions []question) {
	var mu sync.Mutex
	tallies := map[string]*tally{"scored": {left: map[string]int{}}, "mutant": {left: map[string]int{}}}
	jobs := make(chan question)
	var group sync.WaitGroup
	for _, p := range peers {
		group.Go(func() {
			for q := range jobs {
				o, s := compare(t, ledger, p, q)
				kind, _, _ := strings.Cut(q.ID, "/")
				mu.Lock()
				tallies[kind].add(o, s)
				mu.Unlock()
			}
		})
	}
	for _, q := range questions {
		jobs <- q
	}
	close(jobs)
	group.Wait()
	for _, kind := range []string{"scored", "mutant"} {
		t.Logf("%s %s: %v", peers[0].name(), kind, tallies[kind])
	}
}

func compare(t *testing.T, ledger *corpora.Ledger, p peer, q question) (outcome, says) {
	q, left := p.wants(q)
	if left != "" {
		return outcome{}, says{left: left}
	}
	o, taken := q.seek(t)
	s := p.ask(t, q)
	if o.good == s.passed {
		return o, s
	}
	theirs, ours := s.why, o.why
	if taken != nil && q.origin != nil && oddities(taken) > oddities(second(q.origin.seek(t))) {
		ours = "passed, form told"
	}
	if q.origin != nil && refusesUnchanged(t, p, *q.origin, o, s) {
		theirs = "unchanged too: " + theirs
	} else if taken != nil && p.ask(t, q.along(taken)).passed {
		theirs = "another path: " + theirs
	} else if taken != nil && s.depth >= len(taken.Certificates) {
		theirs = "the anchor itself: " + theirs
	}
	ledger.Differ(corpora.Difference{File: q.ID, What: "path", Theirs: theirs, Ours: ours, Milder: o.good, Detail: o.detail + " " + q.Why})
	return o, s
}

// oddities counts what the report tells about the form of the certificates of a path.
func oddities(p *path.Path) (n int) {
	if p == nil {
		return 0
	}
	for _, c := range p.Certificates {
		n += len(c.Oddities())
	}
	return n
}

func second[A, B any](_ A, b B) B { return b }

// refusesUnchanged: of what the mutant was made of they and we say the same as
// of the mutant; the change has nothing to do with it.
func refusesUnchanged(t *testing.T, p peer, origin question, o outcome, s says) bool {
	origin, left := p.wants(origin)
	if left != "" {
		return false
	}
	before := p.ask(t, origin)
	return before.passed == s.passed && before.why == s.why && origin.judge(t).why == o.why
}

// along is the question with nothing to build a path of but the one that we
// took: who accepts that too did not find it.
func (q question) along(taken *path.Path) question {
	q.intermediates, q.anchors = nil, nil
	for _, c := range taken.Certificates[1:] {
		q.intermediates = append(q.intermediates, c.Raw)
	}
	if taken.Anchor.Certificate != nil {
		q.anchors = [][]byte{taken.Anchor.Certificate.Raw}
	}
	return q
}

func (a *tally) add(o outcome, s says) {
	if s.left != "" {
		a.left[s.left]++
		return
	}
	a.asked++
	switch {
	case o.good != s.passed && o.good:
		a.weAlone++
	case o.good != s.passed:
		a.theyAlone++
	default:
		a.agreed++
		if o.good {
			a.bothPassed++
		}
	}
}
