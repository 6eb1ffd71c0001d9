package verify_test

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

// pyhankoPython names a Python that has pyHanko; .ci/deep makes one.
const pyhankoPython = "KAKUIN_PYHANKO"

// TestDifferPyHanko holds our answers against those of pyHanko: which fields
// are signed, whether they are intact, what they cover, what came later and
// whether that is permitted, by its default policies.
func TestDifferPyHanko(t *testing.T) {
	if os.Getenv(pyhankoPython) == "" {
		t.Skipf("%s is not set: no comparison with pyHanko", pyhankoPython)
	}
	python := corpora.Tool(t, os.Getenv(pyhankoPython))
	version, _, _ := corpora.Run(python, "-c", "import pyhanko.version as v; print('pyHanko', v.__version__)")
	t.Log(strings.TrimSpace(version))
	ledger := corpora.ReadLedger(t, "testdata/differ/pyhanko.txt")
	defer ledger.Done()
	talks := []*pyhankoTalk{startPyHanko(t, python), startPyHanko(t, python)}
	corpora.OnDisk(t, func(worker int, p corpora.PDF, file string) {
		said, err := talks[worker].ask(file, p.Password)
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			return
		}
		c := comparer{ledger: ledger, pdf: p, ours: ours(t, p)}
		if said.Error != "" {
			c.differ("file", "", "refused", c.ours.word(), c.ours.word() == "sound", said.Error)
			return
		}
		var names []string
		for _, s := range said.Signatures {
			names = append(names, s.Field)
			if mine := c.ours.named(s.Field); mine != nil {
				c.pyhanko(s, mine)
			}
		}
		c.names(names)
	})
}

// pyhankoAnswer is a line of testdata/differ/pyhanko_says.py.
type pyhankoAnswer struct {
	Error      string
	Signatures []pyhankoSignature
}

type pyhankoSignature struct {
	Field, Coverage, Level, Why string
	Timestamp, Permitted        bool
	Intact                      *bool
	Problem, Failure            string // why it does not say what is covered and changed; why not whether it is intact
}

// A pyhankoTalk is a running pyHanko; it bounds the time of each answer itself.
type pyhankoTalk struct {
	in  io.Writer
	out *bufio.Scanner
}

func startPyHanko(t *testing.T, python string) *pyhankoTalk {
	t.Helper()
	cmd := exec.Command(python, "testdata/differ/pyhanko_says.py")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	return &pyhankoTalk{in, lines}
}

func (p *pyhankoTalk) ask(file, password string) (said pyhankoAnswer, err error) {
	if err := json.NewEncoder(p.in).Encode(map[string]string{"file": file, "password": password}); err != nil {
		return said, err
	}
	if !p.out.Scan() {
		return said, io.ErrUnexpectedEOF
	}
	return said, json.Unmarshal(p.out.Bytes(), &said)
}

// levelsOfPyHanko are our words for its levels.
var levelsOfPyHanko = map[string]string{
	"NONE": diff.LevelNone, "LTA_UPDATES": diff.LevelLongTerm, "FORM_FILLING": diff.LevelFormFilling, "ANNOTATIONS": diff.LevelAnnotations, "OTHER": diff.LevelOther,
}

func (c *comparer) pyhanko(s pyhankoSignature, mine *seal) {
	confirmed := mine.intact == string(verdict.Confirmed)
	theirs := "no answer"
	if s.Intact != nil {
		theirs = map[bool]string{true: "intact", false: "broken"}[*s.Intact]
	}
	if (theirs == "intact") != confirmed {
		c.differ("intact", s.Field, theirs, mine.intact, confirmed, s.Failure)
	}
	if s.Problem != "" {
		c.differ("changes", s.Field, "no answer", mine.level, diff.Worse(mine.level, diff.LevelAnnotations) == diff.LevelAnnotations, s.Problem)
		return
	}
	coverage := s.Coverage
	if coverage == "CONTIGUOUS_BLOCK_FROM_START" {
		coverage = "UNCLEAR"
	}
	c.differ("coverage", s.Field, coverage, mine.coverage, coverage == "UNCLEAR" || mine.coverage == "ENTIRE_FILE", s.Coverage)
	if mine.coverage == "UNCLEAR" {
		return // nothing is said of what came after octets that are no revision
	}
	level := levelsOfPyHanko[s.Level]
	c.differ("changes", s.Field, level, mine.level, diff.Worse(level, mine.level) != mine.level, s.Why)
	if mine.permitted != "" && s.Permitted != (mine.permitted == verify.PermittedYes) {
		c.differ("permitted", s.Field, map[bool]string{true: "yes", false: "no"}[s.Permitted], mine.permitted, !s.Permitted, s.Level)
	}
}
