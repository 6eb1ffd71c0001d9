package process

import (
	"bufio"
	"bytes"
	_ "embed"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

//go:embed testdata/clauses.txt
var clauseList []byte

// readClauses reads "document clause: steps # title" lines.
func readClauses(t *testing.T) map[string]map[string]bool {
	t.Helper()
	out := map[string]map[string]bool{}
	for sc := bufio.NewScanner(bytes.NewReader(clauseList)); sc.Scan(); {
		line, _, _ := strings.Cut(sc.Text(), "#")
		clause, steps, _ := strings.Cut(strings.TrimSpace(line), ":")
		if clause == "" {
			continue
		}
		if out[clause] != nil {
			t.Errorf("%s stands twice", clause)
		}
		out[clause] = map[string]bool{}
		for _, s := range strings.Fields(steps) {
			out[clause][s] = true
		}
	}
	return out
}

var (
	citation = regexp.MustCompile(`^(?:EN 319 \d{3}(?:-\d)?|RFC \d{4}|ISO 32000-[12]) (?:[A-Z0-9][0-9.]*)`)
	step     = regexp.MustCompile(`steps? (\d+[a-e]?)`)
	mention  = regexp.MustCompile(`(?:EN 319 \d{3}(?:-\d)?|RFC \d{4}|ISO 32000-[12]) (?:\d[0-9.]*\d|\d)`)
)

// TestClausesCited: every clause that the court cites, in findings, steps and
// comments, is in the list (DESIGN 3).
func TestClausesCited(t *testing.T) {
	known := readClauses(t)
	used := map[string]bool{}
	check := func(where, cited string) {
		for _, part := range strings.Split(cited, ", ") {
			clause := citation.FindString(part)
			if clause == "" {
				continue
			}
			clause = strings.TrimRight(clause, ".")
			used[clause] = true
			steps, ok := known[clause]
			if !ok {
				t.Errorf("%s cites %q, which is not in testdata/clauses.txt", where, clause)
				continue
			}
			if m := step.FindStringSubmatch(part[len(clause):]); m != nil && !steps[m[1]] {
				t.Errorf("%s cites step %s of %s, which has no such step", where, m[1], clause)
			}
		}
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		for _, c := range citedIn(t, f.Name()) {
			check(c.where, c.text)
		}
	}
	for clause := range known {
		if !used[clause] && !strings.HasPrefix(clause, "EN 319 102-1") {
			t.Errorf("%s is listed and nowhere cited", clause)
		}
	}
}

type cited struct{ where, text string }

// citedIn are the strings of a file, constants and what is added to them
// joined, and the clauses that its comments mention.
func citedIn(t *testing.T, name string) (out []cited) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	add := func(p token.Pos, text string) {
		out = append(out, cited{fset.Position(p).String(), text})
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				add(n.Pos(), s)
			}
		case *ast.BinaryExpr:
			id, isIdent := n.X.(*ast.Ident)
			lit, isLit := n.Y.(*ast.BasicLit)
			if isIdent && isLit && clauseConstants[id.Name] != "" {
				s, _ := strconv.Unquote(lit.Value)
				add(n.Pos(), clauseConstants[id.Name]+s)
			}
		}
		return true
	})
	for _, g := range f.Comments {
		for _, m := range mention.FindAllString(strings.ReplaceAll(g.Text(), "\n", " "), -1) {
			add(g.Pos(), m)
		}
	}
	return out
}

var clauseConstants = map[string]string{
	"clauseBasic": clauseBasic, "clauseX509": clauseX509, "clauseIdentify": clauseIdentify,
	"clauseCrypto": clauseCrypto, "clauseStamp": clauseStamp, "clauseTime": clauseTime,
}
