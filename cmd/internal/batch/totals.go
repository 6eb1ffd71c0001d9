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
	if s.VerifiableUntil == "" {
		return
	}
	t.Ends[s.VerifiableUntil[:len("2006-01")]]++
	e := Ending{s.VerifiableUntil, s.EndsBy, s.Path}
	if i, _ := slices.BinarySearchFunc(t.First, e, earlier); i < maxFirst {
		t.First = slices.Insert(t.First, i, e)
		t.First = t.First[:min(len(t.First), maxFirst)]
	}
}

// earlier orders endings by time, then by path, so that the order of the lines
// does not matter.
func earlier(a, b Ending) int {
	if c := strings.Compare(a.Until, b.Until); c != 0 {
		return c
	}
	return strings.Compare(a.Path, b.Path)
}
