package verify_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

// TestDifferPDFSig holds our answers against those of pdfsig (poppler): which
// fields are signed, whether the octets and the signature's value agree, and
// whether the whole file is covered. It knows no changes and is not asked for
// trust.
func TestDifferPDFSig(t *testing.T) {
	pdfsig := corpora.Tool(t, "pdfsig")
	_, version, _ := corpora.Run(pdfsig, "-v")
	t.Log(strings.SplitN(version, "\n", 2)[0])
	ledger := corpora.ReadLedger(t, "testdata/differ/pdfsig.txt")
	defer ledger.Done()
	corpora.OnDisk(t, func(_ int, p corpora.PDF, file string) {
		args := []string{"-nocert", file}
		if p.Password != "" {
			args = append([]string{"-upw", p.Password, "-opw", p.Password}, args...)
		}
		out, errs, ran := corpora.Run(pdfsig, args...)
		c := comparer{ledger: ledger, pdf: p, ours: ours(t, p)}
		said := pdfsigSays(out)
		switch {
		case !ran:
			t.Errorf("%s: pdfsig did not finish", p.Name)
			return
		case len(said) == 0 && !strings.Contains(out, "does not contain any signatures"):
			c.differ("file", "", "refused", c.ours.word(), c.ours.word() == "sound", firstLine(errs))
			return
		}
		if c.ours.rep.Document.Format != verify.FormatPDF {
			c.differ("file", "", "opened", c.ours.word(), false, "")
			return
		}
		var names []string
		for _, s := range said {
			if s.validation == "" {
				continue // an empty field
			}
			names = append(names, s.field)
			if mine := c.ours.named(s.field); mine != nil {
				c.pdfsig(s, mine)
			}
		}
		c.names(names)
	})
}

// A pdfsigSignature is one block of what pdfsig prints.
type pdfsigSignature struct {
	field, validation, covers string
}

var pdfsigBlock = regexp.MustCompile(`(?m)^Signature #\d+:$`)

func pdfsigSays(out string) []pdfsigSignature {
	var said []pdfsigSignature
	for _, block := range pdfsigBlock.Split(out, -1)[1:] {
		var s pdfsigSignature
		for _, line := range strings.Split(block, "\n") {
			if v, ok := strings.CutPrefix(line, "  - Signature Field Name: "); ok {
				s.field = v
			}
			if v, ok := strings.CutPrefix(line, "  - Signature Validation: "); ok {
				s.validation = strings.TrimSuffix(v, ".")
			}
			switch line {
			case "  - Total document signed":
				s.covers = "whole file"
			case "  - Not total document signed":
				s.covers = "part"
			}
		}
		said = append(said, s)
	}
	return said
}

func (c *comparer) pdfsig(s pdfsigSignature, mine *seal) {
	confirmed := mine.intact == string(verdict.Confirmed)
	if theirs := s.validation == "Signature is Valid"; theirs != confirmed {
		c.differ("intact", s.field, s.validation+", "+mine.SubFilter, mine.intact, confirmed, "")
	}
	whole := mine.coverage == "ENTIRE_FILE"
	if s.covers != "" { // it says nothing of those it cannot parse
		c.differ("coverage", s.field, s.covers, map[bool]string{true: "whole file", false: "part"}[whole], whole, "")
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
