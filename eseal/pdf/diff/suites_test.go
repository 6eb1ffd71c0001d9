package diff

import (
	"bytes"
	"path"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/internal/corpora"
)

func openBytes(t testing.TB, b []byte) *pdf.File {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(b), int64(len(b)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func signatureOf(f *pdf.File, name string) *pdf.Signature {
	for _, s := range f.Signatures {
		for _, n := range s.Field.Names {
			if n == name && s.Reached {
				return s
			}
		}
	}
	return nil
}

// theirs are pyHanko's words for the levels.
var theirs = map[string]string{"NONE": LevelNone, "LTA_UPDATES": LevelLongTerm, "FORM_FILLING": LevelFormFilling, "ANNOTATIONS": LevelAnnotations, "OTHER": LevelOther}

// TestLevelsOfThePyHankoSuite holds our levels against those of pyHanko's own
// tests: none may be milder.
func TestLevelsOfThePyHankoSuite(t *testing.T) {
	fsys := corpora.Open(t, "documents/pyhanko.zip")
	var m struct {
		Entries []struct {
			File     string
			Expected struct {
				Signatures map[string]struct {
					Level string `json:"modification_level"`
				}
			}
		}
	}
	corpora.JSON(t, fsys, "generated/manifest.json", &m)
	seen, table := 0, map[string]int{}
	for _, e := range m.Entries {
		if !strings.HasSuffix(e.File, ".pdf") {
			continue
		}
		f := openBytes(t, corpora.Read(t, fsys, path.Join("generated", e.File)))
		ch := Compare(f)
		for name, want := range e.Expected.Signatures {
			s := signatureOf(f, name)
			if s == nil || want.Level == "" || !s.Coverage.Valid {
				table[want.Level+" -> not a sealed revision"]++
				continue
			}
			seen++
			got := ch.Level(s.Revision)
			table[want.Level+" -> "+got]++
			switch {
			case rank[got] < rank[theirs[want.Level]]:
				t.Errorf("%s %s: MILDER: %s, want %s: %+v", e.File, name, got, want.Level, ch.After(s.Revision))
			case got != theirs[want.Level]:
				t.Logf("%s %s: %s, there %s: %+v", e.File, name, got, want.Level, ch.After(s.Revision))
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d signatures seen", seen)
	}
	t.Logf("%d signatures; levels there and here: %v", seen, table)
}

// Every manipulated file of the Ruhr University shows its manipulation as a
// change that is other or cannot be read, or a coverage that is not whole; no
// signed original does.
func TestAttackFiles(t *testing.T) {
	fsys := corpora.Open(t, "documents/rub-pdf-attacks.zip")
	seen := 0
	corpora.Walk(t, fsys, func(name string, data []byte) {
		base := path.Base(name)
		if !strings.HasSuffix(name, ".pdf") {
			return
		}
		f := openBytes(t, data)
		ch := Compare(f)
		suspicious := false
		for _, s := range f.Signatures {
			suspicious = suspicious || !s.Coverage.Valid || rank[ch.Level(s.Revision)] > rank[LevelAnnotations] || !s.Reached
			for _, r := range ch.After(s.Revision) {
				for _, it := range r.Items {
					t.Logf("%s: revision %d: %+v", base, r.Number, it)
				}
			}
		}
		switch {
		case strings.Contains(base, "manipulated"):
			seen++
			if !suspicious {
				t.Errorf("%s: nothing is seen", name)
			}
		case strings.Contains(base, "signed") && suspicious:
			t.Errorf("%s: an original is suspicious", name)
		}
	})
	if seen == 0 {
		t.Error("no manipulated file in the suite")
	}
}
