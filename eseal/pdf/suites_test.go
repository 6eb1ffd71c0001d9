package pdf

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/internal/corpora"
)

// coverageWord is pyHanko's word for the same fact.
func coverageWord(s *Signature) string {
	switch {
	case s.Coverage.Valid && s.Coverage.WholeFile:
		return "ENTIRE_FILE"
	case s.Coverage.Valid:
		return "ENTIRE_REVISION"
	}
	return "less"
}

func TestCoverageOfThePyHankoSuite(t *testing.T) {
	fsys := corpora.Open(t, "documents/pyhanko.zip")
	var m struct {
		Entries []struct {
			File     string
			Expected struct {
				Signatures map[string]struct {
					Coverage string
				}
			}
		}
	}
	corpora.JSON(t, fsys, "generated/manifest.json", &m)
	seen := 0
	for _, e := range m.Entries {
		if !strings.HasSuffix(e.File, ".pdf") {
			continue
		}
		f := openBytes(t, corpora.Read(t, fsys, path.Join("generated", e.File)))
		for name, want := range e.Expected.Signatures {
			s := signatureOf(f, name)
			if f.Encrypted && !f.Decrypted && len(f.Signatures) > 0 {
				s = f.Signatures[0] // the names of its fields are not readable; the suite has one signature in each
			}
			if s == nil {
				t.Errorf("%s: %s is not found", e.File, name)
				continue
			}
			seen++
			if got := coverageWord(s); want.Coverage != "" && got != want.Coverage && !(got == "less" && (want.Coverage == "UNCLEAR" || want.Coverage == "CONTIGUOUS_BLOCK_FROM_START")) {
				t.Errorf("%s %s: coverage %s, want %s; %v", e.File, name, got, want.Coverage, s.Coverage.Problems)
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d signatures seen", seen)
	}
}

func signatureOf(f *File, name string) *Signature {
	for _, s := range f.Signatures {
		for _, n := range s.Field.Names {
			if n == name && s.Reached {
				return s
			}
		}
	}
	return nil
}

func TestCountsOfTheDSSSuite(t *testing.T) {
	fsys := corpora.Open(t, "documents/dss.zip")
	var rows []struct {
		File, Format, Confidence string
		Expected                 struct {
			Signatures *int  `json:"n_signatures"`
			Timestamps *int  `json:"n_timestamps"`
			RangeOK    *bool `json:"byterange_ok"`
		}
	}
	corpora.JSON(t, fsys, "index.json", &rows)
	seen := 0
	for _, r := range rows {
		if r.Format != "pdf" {
			continue
		}
		seen++
		f := openBytes(t, corpora.Read(t, fsys, r.File))
		sigs, stamps, good := 0, 0, true
		for _, s := range f.Signatures {
			if s.DocTimeStamp {
				stamps++
			} else if s.Reached {
				sigs++
			}
			good = good && s.Coverage.Valid
		}
		if want := r.Expected.Signatures; want != nil && *want != sigs && r.Confidence != "low" {
			t.Errorf("%s: %d signatures, want %d", r.File, sigs, *want)
		}
		if want := r.Expected.RangeOK; want != nil && *want != good {
			t.Errorf("%s: coverage of all valid %v, want %v", r.File, good, *want)
		}
	}
	if seen < 60 {
		t.Errorf("only %d rows", seen)
	}
}

func TestInteropPDFs(t *testing.T) {
	fsys := corpora.Open(t, "documents/interop.zip")
	var m struct {
		Cases []struct {
			File, Container, Deviation string
			Expect                     struct{ Signatures int }
		}
	}
	corpora.JSON(t, fsys, "manifest.json", &m)
	seen := 0
	for _, c := range m.Cases {
		if c.Container != "pdf" {
			continue
		}
		seen++
		f := openBytes(t, corpora.Read(t, fsys, c.File))
		n, valid := 0, true
		for _, s := range f.Signatures {
			if !s.DocTimeStamp {
				n++
			}
			valid = valid && s.Coverage.Valid
		}
		if n != c.Expect.Signatures || valid == strings.HasPrefix(path.Base(c.File), "pyhanko-mayor-rsa2048-b-b-byterange") {
			t.Errorf("%s (%s): %d signatures, want %d; coverage valid %v", c.File, c.Deviation, n, c.Expect.Signatures, valid)
		}
	}
	if seen == 0 {
		t.Error("no PDF in the suite")
	}
}

func TestAccreditedTimeStampOnAJapanesePDF(t *testing.T) {
	fsys := corpora.Open(t, "japan/socratic-qa-accredited-ts")
	names, _ := fs.Glob(fsys, "*.pdf")
	for _, name := range names {
		s := openBytes(t, corpora.Read(t, fsys, name)).Signatures[0]
		if !s.DocTimeStamp || !s.Coverage.Valid || !s.Coverage.WholeFile {
			t.Errorf("%s: %+v", name, s.Coverage)
		}
	}
}
