package verify_test

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// pyhankoFacts is what a test of pyHanko's own suite found and held for right.
type pyhankoFacts struct {
	Intact, Valid *bool
	Coverage      string
	Modification  string   `json:"modification_level"`
	DocMDP        *bool    `json:"docmdp_ok"`
	RejectedWith  []string `json:"rejected_with"`
}

type pyhankoRow struct {
	File, Confidence string
	Sniff            struct{ Encrypted bool }
	Expected         struct {
		pyhankoFacts
		Unsigned   bool
		Signatures map[string]pyhankoFacts
		Count      *int `json:"n_signatures"`
	}
	Calls []struct {
		Field, Now string
		Roots      []string
	}
}

// TestSuitePyHanko runs documents/pyhanko.zip: PDFs kept in its repository and
// PDFs captured from its test run with what it found.
func TestSuitePyHanko(t *testing.T) {
	t.Parallel()
	fsys := corpora.Open(t, "documents/pyhanko.zip")
	var static, generated struct{ Entries []pyhankoRow }
	corpora.JSON(t, fsys, "manifest.json", &static)
	corpora.JSON(t, fsys, "generated/manifest.json", &generated)
	s := newSuite(t, "pyhanko", 254, 0)
	changes := newSuite(t, "pyhanko-changes", 217, 217*2/100)
	for i := range generated.Entries {
		generated.Entries[i].File = "generated/" + generated.Entries[i].File
	}
	for _, r := range slices.Concat(static.Entries, generated.Entries) {
		s.cases++
		if r.Confidence != "high" {
			continue
		}
		rep := r.judge(t, fsys)
		wrong, lenient := r.differs(rep)
		s.score(r.File, len(wrong) == 0, lenient, strings.Join(wrong, "; ")+": "+codes(rep))
		r.levels(rep, changes)
	}
	s.done()
	changes.done()
}

func (r pyhankoRow) judge(t *testing.T, fsys fs.FS) *verify.Report {
	t.Helper()
	at, roots := when(t, "2026-11-22T00:00:00Z"), []string{}
	for _, c := range r.Calls {
		for _, root := range c.Roots {
			if name := "generated/_roots/" + root + ".der"; !slices.Contains(roots, name) {
				roots = append(roots, name)
			}
		}
		if now, err := time.Parse(time.DateTime, c.Now); err == nil {
			at = now
		}
	}
	return judged(t, corpora.Read(t, fsys, r.File), eseal.Options{Name: r.File, Password: []byte(corpora.Password("documents/pyhanko.zip/" + r.File))}, anchors(t, ders(t, fsys, roots...)),
		verify.WithPolicy(policyNamed(t, "rfc5280", policy.None)), verify.WithTime(at))
}

// differs lists what is not as expected; lenient when something that should be
// refused was not.
func (r pyhankoRow) differs(rep *verify.Report) (wrong []string, lenient bool) {
	x := r.Expected
	if x.Unsigned && len(rep.Signatures)+len(rep.Timestamps) > 0 {
		wrong = append(wrong, "it is not signed")
	}
	if x.Unsigned && rep.Verdict != verdict.NotSigned {
		wrong = append(wrong, "want NOT-SIGNED")
	}
	if x.Count != nil && *x.Count != len(rep.Signatures) {
		wrong = append(wrong, fmt.Sprintf("signatures: want %d, got %d", *x.Count, len(rep.Signatures)))
	}
	check := func(name string, want pyhankoFacts, s *verify.Signature) {
		w, l := want.differs(s)
		for _, one := range w {
			wrong = append(wrong, name+": "+one)
		}
		lenient = lenient || l
	}
	if x.Intact != nil || x.Coverage != "" {
		for i := range rep.Signatures {
			want := x.pyhankoFacts
			if i > 0 {
				want.Coverage = "" // stated of the first
			}
			check(fmt.Sprint("signature ", i+1), want, &rep.Signatures[i])
		}
		if len(rep.Signatures) == 0 {
			wrong = append(wrong, "no signature found")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(x.Signatures)) {
		s := fieldNamed(rep, name)
		if s == nil {
			// A time-stamp's SubFilter in a signature: judged as a time-stamp.
			if len(x.Signatures[name].RejectedWith) == 0 || len(rep.Timestamps) == 0 || rep.Passed() {
				wrong = append(wrong, name+": not found")
			}
			continue
		}
		check(name, x.Signatures[name], s)
	}
	return wrong, lenient
}

// fieldNamed finds a signature by its field. In an encrypted file the names
// cannot be read yet: the only signature is then the one that is meant.
func fieldNamed(rep *verify.Report, name string) *verify.Signature {
	if rep.Document.Encrypted && len(rep.Signatures) == 1 {
		return &rep.Signatures[0]
	}
	for i := range rep.Signatures {
		if f := rep.Signatures[i].Field; f != nil && f.Name == name {
			return &rep.Signatures[i]
		}
	}
	return nil
}

func (x pyhankoFacts) differs(s *verify.Signature) (wrong []string, lenient bool) {
	sound := x.Intact != nil && *x.Intact && x.Valid != nil && *x.Valid
	switch intact := integrity(s); {
	case sound && intact != verdict.Confirmed:
		wrong = append(wrong, "intact is "+string(intact))
	case !sound && len(x.RejectedWith) > 0 && s.Indication == verdict.TotalPassed:
		return []string{"passed, want a refusal: " + x.RejectedWith[0]}, true
	}
	got := coverageOf(s)
	want := x.Coverage
	if want == "CONTIGUOUS_BLOCK_FROM_START" {
		want = "UNCLEAR" // one word for ranges that are not a revision
	}
	if want != "" && got != want {
		wrong = append(wrong, fmt.Sprintf("coverage: want %s, got %s", x.Coverage, got))
		lenient = want == "UNCLEAR" || want == "ENTIRE_REVISION" && got == "ENTIRE_FILE"
	}
	return wrong, lenient
}

// coverageOf says in pyHanko's words what our report says of the byte ranges.
func coverageOf(s *verify.Signature) string {
	switch c := s.Coverage; {
	case c == nil, byteRange(s) != verdict.Confirmed:
		return "UNCLEAR"
	case c.WholeFile:
		return "ENTIRE_FILE"
	case c.Revision > 0:
		return "ENTIRE_REVISION"
	}
	return "UNCLEAR"
}

// changesLevels are pyHanko's words for the levels, mildest first.
var changesLevels = []struct{ theirs, ours string }{
	{"NONE", "none"}, {"LTA_UPDATES", "long-term-material"}, {"FORM_FILLING", "form-filling"}, {"ANNOTATIONS", "annotations"}, {"OTHER", "other"},
}

// levels scores what came after each signature. One whose ranges are not a
// revision has nothing that comes after: it must be refused.
func (r pyhankoRow) levels(rep *verify.Report, s *suite) {
	for _, name := range slices.Sorted(maps.Keys(r.Expected.Signatures)) {
		x, sig := r.Expected.Signatures[name], fieldNamed(rep, name)
		if x.Modification == "" || sig == nil {
			continue
		}
		s.cases++
		id := r.File + " " + name
		if sig.Changes == nil {
			refused := sig.Indication != verdict.TotalPassed && x.Coverage != "ENTIRE_REVISION" && x.Coverage != "ENTIRE_FILE"
			s.score(id, refused, !refused, "no changes told: "+codes(rep))
			continue
		}
		want := slices.IndexFunc(changesLevels, func(l struct{ theirs, ours string }) bool { return l.theirs == x.Modification })
		got := slices.IndexFunc(changesLevels, func(l struct{ theirs, ours string }) bool { return l.ours == sig.Changes.Level })
		milder := got >= 0 && got < want || x.DocMDP != nil && !*x.DocMDP && sig.Changes.Permitted == verify.PermittedYes
		s.score(id, got == want && !milder, milder, fmt.Sprintf("%s there, %s here, permitted %s", x.Modification, sig.Changes.Level, sig.Changes.Permitted))
	}
}
