package batch

import (
	"slices"
	"strings"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/verify/verdict"
)

// Totals are what the lines of a run come to. They hold counts, and of
// documents only the first to end, so that they do not grow with the run.
type Totals struct {
	Documents int                      `json:"documents"`
	Octets    int64                    `json:"octets"`
	Exit      int                      `json:"exit"` // the one that counts of all
	Verdicts  map[verdict.Document]int `json:"verdicts"`
	Subs      map[string]int           `json:"subIndications,omitempty"`
	Findings  map[string]int           `json:"findings,omitempty"` // documents that have it
	Unmet     map[string]int           `json:"unmet,omitempty"`    // documents that miss an expectation of this kind
	// Ends counts the documents whose verdict ends in a month ("2027-03"): by
	// then they need another time-stamp.
	Ends  map[string]int `json:"ends,omitempty"`
	First []Ending       `json:"first,omitempty"` // the first to end, at most maxFirst
	// NotPassed are the documents that did not pass, the worst first, at most
	// maxFirst.
	NotPassed []Miss `json:"notPassed,omitempty"`
}

// A Miss is one document that did not pass, and the code of its first cause.
type Miss struct {
	Verdict   verdict.Document `json:"verdict"`
	Exit      int              `json:"exit"`
	CauseCode string           `json:"causeCode,omitempty"`
	Path      string           `json:"path"`
}

// An Ending is one document and when its verdict ends.
type Ending struct {
	Until string `json:"until"`
	By    string `json:"by"`
	Path  string `json:"path"`
}

// maxFirst is how many documents are named: a page or two.
const maxFirst = 100

func newTotals() *Totals {
	return &Totals{Verdicts: map[verdict.Document]int{}, Subs: map[string]int{}, Findings: map[string]int{}, Unmet: map[string]int{}, Ends: map[string]int{}}
}

func (t *Totals) add(s *Summary) {
	t.Documents++
	t.Octets += s.Size
	t.Exit = exit.Worst(t.Exit, s.Exit)
	t.Verdicts[s.Verdict]++
	if s.SubIndication != "" {
		t.Subs[s.SubIndication]++
	}
	for _, code := range s.Findings {
		t.Findings[code]++
	}
	for _, kind := range s.Unmet {
		t.Unmet[kind]++
	}
	if s.Verdict != verdict.DocumentPassed {
		t.NotPassed = keep(t.NotPassed, Miss{s.Verdict, s.Exit, s.CauseCode, s.Path}, worse)
	}
	if s.VerifiableUntil == "" {
		return
	}
	t.Ends[s.VerifiableUntil[:len("2006-01")]]++
	t.First = keep(t.First, Ending{s.VerifiableUntil, s.EndsBy, s.Path}, earlier)
}

// keep puts one into a list in order, of which the first maxFirst are kept.
func keep[T any](all []T, one T, order func(a, b T) int) []T {
	i, _ := slices.BinarySearchFunc(all, one, order)
	if i < maxFirst {
		all = slices.Insert(all, i, one)
	}
	return all[:min(len(all), maxFirst)]
}

// worse orders by the exit code that counts, then by path.
func worse(a, b Miss) int {
	switch {
	case a.Exit == b.Exit:
		return strings.Compare(a.Path, b.Path)
	case exit.Worst(a.Exit, b.Exit) == a.Exit:
		return -1
	}
	return 1
}

// earlier orders endings by time, then by path, so that the order of the lines
// does not matter.
func earlier(a, b Ending) int {
	if c := strings.Compare(a.Until, b.Until); c != 0 {
		return c
	}
	return strings.Compare(a.Path, b.Path)
}
