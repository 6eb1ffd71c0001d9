package pdf

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/internal/corpora"
)

// TestDifferQPDF holds our reading of every PDF of the corpora against that of
// qpdf: the number of pages, and where each revision has its objects. qpdf
// knows no revisions; it is given the file as it was at the end of each.
func TestDifferQPDF(t *testing.T) {
	qpdf := corpora.Tool(t, "qpdf")
	version, _, _ := corpora.Run(qpdf, "--version")
	t.Log(strings.SplitN(version, "\n", 2)[0])
	ledger := corpora.ReadLedger(t, "testdata/differ/qpdf.txt")
	defer ledger.Done()
	corpora.OnDisk(t, func(_ int, p corpora.PDF, file string) {
		f, err := OpenWith(bytes.NewReader(p.Data), int64(len(p.Data)), nil, Options{Password: []byte(p.Password)})
		if err != nil {
			return // TestEveryPDFOfTheCorpora names them
		}
		q := qpdfRun{t: t, ledger: ledger, qpdf: qpdf, pdf: p, file: file, f: f}
		q.pages()
		q.complaints()
		for rev := len(f.Revisions); rev > 0; rev-- {
			q.revision(rev)
		}
	})
}

type qpdfRun struct {
	t      *testing.T
	ledger *corpora.Ledger
	qpdf   string
	pdf    corpora.PDF
	file   string
	f      *File
}

func (q *qpdfRun) run(args ...string) (stdout, stderr string) {
	out, errs, ran := corpora.Run(q.qpdf, append(args, "--password="+q.pdf.Password, q.file)...)
	if !ran {
		q.t.Errorf("%s: qpdf did not finish", q.pdf.Name)
	}
	return out, errs
}

// pages compares the leaves of the page tree (7.7.3), in order.
func (q *qpdfRun) pages() {
	out, errs := q.run("--json", "--json-key=pages")
	var said struct{ Pages []struct{ Object string } }
	theirs := "refused: " + lastLine(errs)
	if json.Unmarshal([]byte(out), &said) == nil {
		var objects []string
		for _, p := range said.Pages {
			objects = append(objects, strings.TrimSuffix(p.Object, " 0 R"))
		}
		theirs = strings.Join(objects, ",")
	}
	tree := q.f.newPageFinder(len(q.f.Revisions))
	tree.find(widget{dict: &Dict{}}) // on no page: the whole tree is walked
	objects := make([]string, tree.count)
	for num, page := range tree.pages {
		objects[page-1] = strconv.Itoa(num)
	}
	ours := strings.Join(objects, ",")
	if q.f.locked() {
		ours = "locked"
	}
	if theirs != ours {
		q.ledger.Differ(corpora.Difference{File: q.pdf.Name, What: "pages", Theirs: theirs, Ours: ours, Milder: q.milder(errs), Detail: strings.TrimSpace(errs)})
	}
}

// What a warning of qpdf names beside its matter, and the warnings about the
// hint tables of a linearized file (Annex F), which nobody but a reader over a
// network needs.
var (
	qpdfPlace = regexp.MustCompile(`^[^:(]*(\([^)]*\))?[^:]*: |\d+`)
	qpdfHints = regexp.MustCompile(`hint table|linearized|first page|shared|outlines table|page length`)
)

// complaints: of what qpdf warns, we tell something too. All objects of the
// newest revision are read here, as qpdf does; a verification reads fewer.
func (q *qpdfRun) complaints() {
	_, errs := q.run("--check")
	rev := len(q.f.Revisions)
	for i := range q.f.index {
		o, err := q.f.Current(rev, int(q.f.index[i].num))
		if st, ok := o.(*Stream); ok && err == nil {
			q.f.Decode(st)
		}
	}
	if len(q.f.Notes) > 0 {
		return
	}
	told := map[string]bool{}
	for line := range strings.Lines(errs) {
		_, text, ok := strings.Cut(line, q.file)
		text = strings.Join(strings.Fields(qpdfPlace.ReplaceAllString(text, "")), " ")
		if qpdfHints.MatchString(text) {
			text = "hint tables"
		}
		if ok && strings.HasPrefix(line, "WARNING") && !told[text] {
			told[text] = true
			q.ledger.Differ(corpora.Difference{File: q.pdf.Name, What: "complaint", Theirs: text, Ours: "nothing", Milder: true, Detail: strings.TrimSpace(line)})
		}
	}
}

// lastLine is the complaint without the name of the file.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	_, rest, _ := strings.Cut(lines[len(lines)-1], ".pdf")
	return strings.Trim(rest, ": ")
}

// milder: qpdf objects and we have nothing to say.
func (q *qpdfRun) milder(errs string) bool { return errs != "" && len(q.f.Notes) == 0 }

// revision compares the objects of one revision.
func (q *qpdfRun) revision(rev int) {
	if err := os.WriteFile(q.file, q.pdf.Data[:q.f.Revisions[rev-1].End], 0o600); err != nil {
		q.t.Error(err)
		return
	}
	out, errs := q.run("--show-xref")
	theirs, ours := qpdfTable(out), q.table(rev)
	how := "as written"
	switch {
	case len(theirs) == 0:
		how = "refused"
	case strings.Contains(errs, "reconstruct"):
		how = "repaired"
	}
	mine := "as written"
	if q.f.Rebuilt {
		mine = "repaired"
	}
	var lines []string
	count := map[string]int{}
	for _, num := range numbers(theirs, ours) {
		a, b := theirs[num], ours[num]
		switch {
		case a == b:
			continue
		case a == "":
			count["only here"]++
		case b == "":
			count["only there"]++
		default:
			count["elsewhere"]++
		}
		lines = append(lines, fmt.Sprintf("%s: there %q here %q", num, a, b))
	}
	if len(lines) == 0 && (how == mine || rev < len(q.f.Revisions)) { // where only the newest is damaged, all is read by scanning
		return
	}
	words := ""
	for _, k := range []string{"only there", "only here", "elsewhere"} {
		if count[k] > 0 {
			words += ", " + strconv.Itoa(count[k]) + " " + k
		}
	}
	q.ledger.Differ(corpora.Difference{File: q.pdf.Name, What: "objects of revision " + strconv.Itoa(rev), Theirs: how, Ours: mine + words, Milder: q.milder(errs),
		Detail: strings.Join(lines[:min(len(lines), 8)], "; ") + " " + strings.TrimSpace(errs)})
}

func numbers(a, b map[string]string) []string {
	var out []string
	for k := range a {
		out = append(out, k)
	}
	for k := range b {
		if _, ok := a[k]; !ok {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// qpdfTable reads "5/0: uncompressed; offset = 17" and "6/0: compressed;
// stream = 5, index = 0".
func qpdfTable(out string) map[string]string {
	table := map[string]string{}
	for _, line := range strings.Split(out, "\n") {
		if id, where, ok := strings.Cut(line, ": "); ok && strings.Contains(where, "compressed; ") {
			table[id] = where
		}
	}
	return table
}

// table is our index of a revision in qpdf's words. Entries that are free or
// lead into an object stream that is not there are none.
func (q *qpdfRun) table(rev int) map[string]string {
	table := map[string]string{}
	for i := range q.f.index {
		num := int(q.f.index[i].num)
		e, ok := q.f.lookup(rev, num)
		switch {
		case !ok || num == 0:
		case e.kind == entryUsed:
			table[fmt.Sprintf("%d/%d", num, e.gen)] = fmt.Sprintf("uncompressed; offset = %d", e.off)
		case e.kind == entryCompressed:
			table[fmt.Sprintf("%d/0", num)] = fmt.Sprintf("compressed; stream = %d, index = %d", e.off, e.gen)
		}
	}
	return table
}
