// Command mutate asks which test notices when a check is gone: it turns one
// condition at a time and runs the tests of its package (and of those named
// beside it). A mutant that no test kills is printed; too many of them fail.
//
//	go run ./cmd/internal/mutate -least 90 ./eseal/pdf/diff
//
// A package's testdata/mutants.txt lists those that change nothing, each with
// its reason: file, mutation, source line, reason, parted by tabs. They are
// not counted; one that a test kills all the same has to leave the list.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	least := flag.Int("least", 0, "fail when fewer than this `percent` of the mutants are killed")
	every := flag.Int("every", 1, "take each `N`th mutant")
	files := flag.String("files", "", "only files whose name has this `text`")
	tests := flag.String("tests", "", "packages whose tests run besides the mutated one's, by spaces")
	flag.Parse()
	killed, all, stale := 0, 0, 0
	for _, dir := range flag.Args() {
		list, err := mutantsOf(dir, *files)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		var chosen []mutant
		for i := 0; i < len(list); i += max(1, *every) {
			chosen = append(chosen, list[i])
		}
		known, err := readKnown(dir)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		dead, alike := run(chosen, known, append([]string{dir}, strings.Fields(*tests)...))
		killed += dead
		all += len(chosen) - alike
		if *every == 1 && *files == "" {
			stale += known.stale()
		}
	}
	percent := 100
	if all > 0 {
		percent = killed * 100 / all
	}
	fmt.Printf("mutants %d, killed %d (%d %%)\n", all, killed, percent)
	if percent < *least || stale > 0 {
		os.Exit(1)
	}
}

// A mutant is one file with one condition turned.
type mutant struct {
	file, what string
	key        string // by which a list of known ones names it
	source     []byte
}

// known are the mutants of one package that change nothing, by their key, and
// whether they were met.
type known map[string]bool

func readKnown(dir string) (known, error) {
	data, err := os.ReadFile(filepath.Join(dir, "testdata", "mutants.txt"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	k := known{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, "\t")
		if len(parts) != 4 || parts[3] == "" {
			return nil, fmt.Errorf("%s: mutants.txt: write file, mutation, source line and reason, parted by tabs: %q", dir, line)
		}
		k[strings.Join(parts[:3], "\t")] = false
	}
	return k, err
}

// stale tells of entries that no living mutant answers to.
func (k known) stale() (n int) {
	for _, key := range slices.Sorted(maps.Keys(k)) {
		if !k[key] {
			fmt.Println("listed, and killed or gone:", key)
			n++
		}
	}
	return n
}

// mutantsOf makes the mutants of a package's files, in order.
func mutantsOf(dir, only string) ([]mutant, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var out []mutant
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || !strings.Contains(filepath.Base(name), only) {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		lines := strings.Split(string(text), "\n")
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, c := range changes(f) {
			c.turn()
			var b bytes.Buffer
			if err := format.Node(&b, fset, f); err != nil {
				return nil, err
			}
			c.back()
			at := fset.Position(c.at)
			key := filepath.Base(name) + "\t" + c.what + "\t" + strings.TrimSpace(lines[at.Line-1])
			out = append(out, mutant{name, fmt.Sprintf("%s: %s", at, c.what), key, b.Bytes()})
		}
	}
	return out, nil
}

// A change is one place that can be turned and turned back.
type change struct {
	at         token.Pos
	what       string
	turn, back func()
}

// changes are: a condition negated, one side of "and" and "or" left out, a
// comparison moved by its border, a boolean answer turned.
func changes(f *ast.File) []change {
	var out []change
	swap := func(at token.Pos, what string, e *ast.Expr, to ast.Expr) {
		was := *e
		out = append(out, change{at, what, func() { *e = to }, func() { *e = was }})
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			swap(n.Cond.Pos(), "condition negated", &n.Cond, &ast.UnaryExpr{Op: token.NOT, X: &ast.ParenExpr{X: n.Cond}})
		case *ast.BinaryExpr:
			was := n.Op
			if to, ok := borders[n.Op]; ok {
				out = append(out, change{n.OpPos, n.Op.String() + " is " + to.String(), func() { n.Op = to }, func() { n.Op = was }})
			}
			if n.Op == token.LAND || n.Op == token.LOR {
				neutral := ast.NewIdent(fmt.Sprint(n.Op == token.LAND))
				swap(n.X.Pos(), "left of "+n.Op.String()+" left out", &n.X, neutral)
				swap(n.Y.Pos(), "right of "+n.Op.String()+" left out", &n.Y, neutral)
			}
		case *ast.ReturnStmt:
			for i := range n.Results {
				if id, ok := n.Results[i].(*ast.Ident); ok && (id.Name == "true" || id.Name == "false") {
					swap(n.Pos(), "returns not "+id.Name, &n.Results[i], ast.NewIdent(fmt.Sprint(id.Name != "true")))
				}
			}
		}
		return true
	})
	return out
}

var borders = map[token.Token]token.Token{token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR}

// run tries the mutants on all processors and prints those that live and are
// not known to change nothing.
func run(list []mutant, known known, packages []string) (killed, alike int) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	next := make(chan mutant)
	for range runtime.NumCPU() {
		wg.Go(func() {
			for m := range next {
				dead := m.dies(packages)
				mu.Lock()
				if _, listed := known[m.key]; dead {
					killed++
				} else if listed {
					known[m.key] = true
					alike++
				} else {
					fmt.Println("lives:", m.what)
				}
				mu.Unlock()
			}
		})
	}
	for _, m := range list {
		next <- m
	}
	close(next)
	wg.Wait()
	return killed, alike
}

// dies tells whether a test fails, or the mutant does not compile: what the
// compiler refuses cannot be left out unseen.
func (m mutant) dies(packages []string) bool {
	dir, err := os.MkdirTemp("", "mutant")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	full, _ := filepath.Abs(m.file)
	source, overlay := filepath.Join(dir, "m.go"), filepath.Join(dir, "overlay.json")
	about, _ := json.Marshal(map[string]map[string]string{"Replace": {full: source}})
	if os.WriteFile(source, m.source, 0o600) != nil || os.WriteFile(overlay, about, 0o600) != nil {
		panic("the temporary folder cannot be written")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	args := append([]string{"test", "-vet=off", "-failfast", "-timeout", "2m", "-overlay", overlay}, packages...)
	return exec.CommandContext(ctx, "go", args...).Run() != nil
}
