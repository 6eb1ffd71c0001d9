package batch

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/msg"
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

// recount counts the lines of the run before.
func (t *Totals) recount(o *output) error {
	return lines(io.NewSectionReader(o.f, 0, o.offset), func(n int, line []byte) error {
		s, err := summaryOf(line)
		if err != nil {
			return fmt.Errorf("%s, line %d: %w", o.path+partial, n, err)
		}
		t.add(s)
		return nil
	})
}

func lines(r io.Reader, each func(int, []byte) error) error {
	in := bufio.NewReaderSize(r, 1<<20)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			if err := each(n, bytes.TrimSuffix(line, []byte("\n"))); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// summaryOf reads a line of either kind.
func summaryOf(line []byte) (*Summary, error) {
	var s Summary
	if err := json.Unmarshal(line, &s); err != nil {
		return nil, err
	}
	switch s.Schema {
	case SummarySchema:
		return &s, nil
	case verify.Schema:
		var rep verify.Report
		if err := json.Unmarshal(line, &rep); err != nil {
			return nil, err
		}
		s = summarize(rep.Document.Name, &rep)
		return &s, nil
	}
	return nil, fmt.Errorf("schema %q is none of a line", s.Schema)
}

// Write tells the totals to people.
func (t *Totals) Write(w io.Writer, lang string) error {
	word := func(key string) string { return msg.Word("batch." + key).Text.In(lang) }
	var b bytes.Buffer
	fmt.Fprintln(&b, msg.Word("batch.documents").Text.Fill(map[string]string{"count": strconv.Itoa(t.Documents)}).In(lang))
	for _, v := range []verdict.Document{verdict.DocumentPassed, verdict.DocumentFailed, verdict.DocumentIndeterminate, verdict.NotSigned, verdict.Unreadable} {
		if n := t.Verdicts[v]; n > 0 {
			fmt.Fprintf(&b, "%9d  %s (%s)\n", n, word("verdict."+string(v)), v)
		}
	}
	section := func(title string, keys []string, counts map[string]int) {
		if len(keys) > 0 {
			fmt.Fprintf(&b, "\n%s\n", title)
		}
		for _, k := range keys {
			fmt.Fprintf(&b, "%9d  %s\n", counts[k], report.Safe(k))
		}
	}
	often := slices.SortedFunc(maps.Keys(t.Findings), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.Findings[b], t.Findings[a]), strings.Compare(a, b))
	})
	section(word("findings"), often[:min(len(often), 10)], t.Findings)
	section(word("unmet"), slices.Sorted(maps.Keys(t.Unmet)), t.Unmet)
	section(word("ends"), slices.Sorted(maps.Keys(t.Ends)), t.Ends)
	if len(t.First) > 0 {
		fmt.Fprintf(&b, "\n%s\n", word("first"))
	}
	for _, e := range t.First[:min(len(t.First), 10)] {
		fmt.Fprintf(&b, "  %s  %s (%s)\n", e.Until, report.Safe(e.Path), msg.Word("event."+e.By).Text.In(lang))
	}
	_, err := w.Write(b.Bytes())
	return err
}
