package msg

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestEveryEntryIsComplete(t *testing.T) {
	c, err := read(files)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.codes) < 90 || len(c.words) < 200 {
		t.Fatalf("%d codes, %d terms: a file is missing", len(c.codes), len(c.words))
	}
	for _, code := range Codes() {
		e, _ := Lookup(code)
		pair(t, code+" text", e.Text, true)
		pair(t, code+" why", e.Why, true)
		pair(t, code+" fix", e.Remedy, e.Severity == "error")
	}
	for _, key := range Words() {
		w := Word(key)
		pair(t, key+" text", w.Text, true)
		pair(t, key+" fix", w.Remedy, false)
		pair(t, key+" why", w.Why, false)
	}
}

// pair holds that a text stands in both languages, names the same values in
// both, and is written in the language that it claims.
func pair(t *testing.T, what string, x Text, must bool) {
	t.Helper()
	if x.IsZero() {
		if must {
			t.Errorf("%s: missing", what)
		}
		return
	}
	if x.EN == "" || x.JA == "" {
		t.Errorf("%s: only in one language: %+v", what, x)
	}
	en, ja := Params(x.EN), Params(x.JA)
	sort.Strings(en)
	sort.Strings(ja)
	if !slices.Equal(en, ja) {
		t.Errorf("%s: the English text names %v, the Japanese %v", what, en, ja)
	}
	for _, s := range []string{x.EN, x.JA} {
		if strings.Count(s, "[[") != strings.Count(s, "]]") || strings.Contains(s, "  ") {
			t.Errorf("%s: stray brackets or blanks in %q", what, s)
		}
	}
	if strings.ContainsFunc(x.EN, japanese) && !strings.Contains(x.EN, "(") {
		t.Errorf("%s: Japanese in the English text: %q", what, x.EN)
	}
	if len(x.JA) > 24 && !strings.ContainsFunc(x.JA, japanese) {
		t.Errorf("%s: the Japanese text is not Japanese: %q", what, x.JA)
	}
}

func japanese(r rune) bool { return r >= 0x3040 && r <= 0x9fff }

var codeShape = regexp.MustCompile(`K-[A-Z]{3}-[0-9]{3}`)

// TestCatalogueMatchesCode compares the codes in the module's sources with
// those that have words: a code without words fails, and so do words whose code
// nobody uses.
func TestCatalogueMatchesCode(t *testing.T) {
	root := moduleRoot(t)
	used := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if n := d.Name(); n == "testdata" || (strings.HasPrefix(n, ".") && path != root) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		return codesOf(path, used)
	})
	if err != nil {
		t.Fatal(err)
	}
	for code, path := range used {
		if _, ok := Lookup(code); !ok {
			t.Errorf("%s (%s) has no words in the catalogue", code, path)
		}
	}
	for _, code := range Codes() {
		if used[code] == "" {
			t.Errorf("%s has words, but no source uses it", code)
		}
	}
}

// codesOf collects the codes in the string literals of one file. A file that is
// being written and does not parse is told by the compiler, not here.
func codesOf(path string, used map[string]string) error {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if f == nil {
		return err
	}
	ast.Inspect(f, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		s, err := strconv.Unquote(lit.Value)
		if err == nil {
			for _, code := range codeShape.FindAllString(s, -1) {
				used[code] = path
			}
		}
		return true
	})
	return nil
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skip("no go.mod above: not run from the module's sources")
		}
		dir = up
	}
}

func TestFill(t *testing.T) {
	for _, c := range []struct {
		name, lang, text string
		params           map[string]string
		want             string
	}{
		{"value", "en", "a {x} b", map[string]string{"x": "1"}, "a 1 b"},
		{"missing value", "en", "a {x} b", nil, "a (not known) b"},
		{"missing value ja", "ja", "a {x} b", nil, "a (不明) b"},
		{"optional there", "en", "a[[, at {x}]].", map[string]string{"x": "1"}, "a, at 1."},
		{"optional missing", "en", "a[[, at {x}]].", nil, "a."},
		{"optional empty", "en", "a[[, at {x}]].", map[string]string{"x": ""}, "a."},
		{"term en", "en", "{r}", map[string]string{"r": "superseded"}, "the certificate was replaced"},
		{"term ja", "ja", "{r}", map[string]string{"r": "superseded"}, "証明書の更新・差し替え"},
		{"time en", "en", "{t}", map[string]string{"t": "2026-11-21T15:00:00Z"}, "2026-11-21 15:00:00 UTC"},
		{"time ja", "ja", "{t}", map[string]string{"t": "2026-11-21T15:00:00Z"}, "2026年11月22日 00時00分00秒(日本時間)"},
		{"language of its own", "ja", "{a}", map[string]string{"a": "x", "a.ja": "あ", "a.en": "y"}, "あ"},
		{"no expansion of values", "en", "{a}", map[string]string{"a": "{b}", "b": "1"}, "{b}"},
		{"brackets in a value", "en", "[[x {a}]]", map[string]string{"a": "[[y]]"}, "x [[y]]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fill(c.lang, c.text, c.params); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"code twice":          "K-ABC-001 error x\nen a\n\nK-ABC-001 error x\nen a\n",
		"term twice":          "a.b\nen x\n\na.b\nen x\n",
		"unknown field":       "a.b\nfr x\n",
		"field twice":         "a.b\nen x\nen y\n",
		"bad head":            "K-ABC-001 fatal x\nen a\n",
		"nothing to continue": "a.b\n  more\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := read(fstest.MapFS{"catalogue/x.txt": {Data: []byte(text)}}); err == nil {
				t.Errorf("%q was accepted", text)
			}
		})
	}
}

func TestReadContinues(t *testing.T) {
	c, err := read(fstest.MapFS{"catalogue/x.txt": {Data: []byte("# c\na.b\nen one\n  two\nja 一\n  二\n")}})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.words["a.b"].Text; got != (Text{"one two", "一二"}) {
		t.Errorf("got %+v", got)
	}
}

func TestUnknownWordShowsItsKey(t *testing.T) {
	if got := Word("no.such").Text; got != (Text{"no.such", "no.such"}) {
		t.Errorf("got %+v", got)
	}
	if Has("no.such") || !Has("verdict.TOTAL-PASSED") {
		t.Error("Has is wrong")
	}
}

func TestTimeIsTheSameEverywhere(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("x", -3600))
	if got := Time("en", at); got != "2026-01-02 04:04:05 UTC" {
		t.Error(got)
	}
	if got := Time("ja", at); got != "2026年1月2日 13時04分05秒(日本時間)" {
		t.Error(got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("K-ABC-001 error x\nen a {b}\nja あ {b}\n")
	f.Add("a.b\nen x[[ {y}]]\n z\n\n# c\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := read(fstest.MapFS{"catalogue/x.txt": {Data: []byte(text)}})
		if err != nil {
			return
		}
		for _, w := range c.words {
			_ = w.Text.Fill(map[string]string{"y": "1"})
		}
		if len(c.order) != len(c.codes) {
			t.Fatalf("%d codes in order, %d in all", len(c.order), len(c.codes))
		}
	})
}
