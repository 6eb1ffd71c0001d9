package corpora

import (
	"bufio"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A Ledger explains where other people's tools and we say different things. A
// class begins with
//
//	== what | they say | we say | milder or - | right
//
// where "milder" marks those in which we object to less than they do, and
// right is they, we, both or neither. Lines of reason follow, then the files:
//
//   - 12 documents/dss.zip/*.pdf
//
// with how many differences of the class they hold; "*" stands for anything,
// in the files and in what is said.
type Ledger struct {
	t       testing.TB
	path    string
	mu      sync.Mutex
	entries []*ledgerEntry
	seen    int
	milder  int
	right   map[string]int // differences by who is right
}

type ledgerEntry struct {
	right                    string
	line                     int
	file, what, theirs, ours *regexp.Regexp
	milder                   bool
	want, got                int
}

// A Difference is one thing about one file on which a tool and we differ.
type Difference struct {
	File, What, Theirs, Ours string
	Milder                   bool   // we object to less
	Detail                   string // for people
}

// ReadLedger reads a ledger; Done has to be called.
func ReadLedger(t testing.TB, path string) *Ledger {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	l := &Ledger{t: t, path: path, right: make(map[string]int)}
	var class *ledgerEntry
	reason := false
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		switch line := strings.TrimSpace(lines.Text()); {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "== "):
			class, reason = l.class(n, line[3:]), false
		case class == nil:
			t.Fatalf("%s:%d: outside any class", path, n)
		case !strings.HasPrefix(line, "- "):
			reason = true
		default:
			if !reason {
				t.Fatalf("%s:%d: the class gives no reason", path, n)
			}
			l.add(n, *class, line[2:])
		}
	}
	return l
}

func (l *Ledger) class(n int, head string) *ledgerEntry {
	p := strings.Split(head, " | ")
	if len(p) != 5 || p[3] != "milder" && p[3] != "-" || !strings.Contains(" they we both neither ", " "+p[4]+" ") {
		l.t.Fatalf("%s:%d: %q is not: what | they say | we say | milder or - | right", l.path, n, head)
	}
	return &ledgerEntry{what: pattern(p[0]), theirs: pattern(p[1]), ours: pattern(p[2]), milder: p[3] == "milder", right: p[4]}
}

func (l *Ledger) add(n int, class ledgerEntry, rest string) {
	count, file, _ := strings.Cut(rest, " ")
	want, err := strconv.Atoi(count)
	if err != nil || want < 1 || file == "" {
		l.t.Fatalf("%s:%d: %q is not: count file", l.path, n, rest)
	}
	class.line, class.want, class.file = n, want, pattern(file)
	l.entries = append(l.entries, &class)
}

func pattern(s string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(s)), `\*`, ".*") + "$")
}

// Differ takes a difference; the first line that fits explains it.
func (l *Ledger) Differ(d Difference) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen++
	if d.Milder {
		l.milder++
	}
	for _, e := range l.entries {
		if e.milder == d.Milder && e.file.MatchString(d.File) && e.what.MatchString(d.What) && e.theirs.MatchString(d.Theirs) && e.ours.MatchString(d.Ours) {
			e.got++
			l.right[e.right]++
			return
		}
	}
	word := "-"
	if d.Milder {
		word = "milder"
	}
	l.t.Errorf("%s: %s | %s | %s | %s: %s", d.File, d.What, d.Theirs, d.Ours, word, d.Detail)
}

// Done fails for lines that explain more or less than they say. A test that is
// passed over has found nothing to explain.
func (l *Ledger) Done() {
	l.t.Helper()
	if l.t.Skipped() {
		return
	}
	for _, e := range l.entries {
		if e.got != e.want {
			l.t.Errorf("%s:%d: says %d, found %d", l.path, e.line, e.want, e.got)
		}
	}
	l.t.Logf("%s: %d differences, %d in which we are milder, right %v, %d lines", l.path, l.seen, l.milder, l.right, len(l.entries))
}
