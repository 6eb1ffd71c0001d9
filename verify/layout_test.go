package verify_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/kakuin/kakuin"

// A room is a line of the layout: the own rooms that it may import ("x/..." is
// x and all below it, "..." is anything) and the modules of third parties.
type room struct {
	path  string
	own   string
	third string
}

// ground is what every reader stands on.
const ground = "eseal/purse eseal/note eseal/ber "

// layout is who may import whom. It is law: do not widen a line to mend a
// build. A new room needs a reason of one line. The first line whose path fits
// counts.
var layout = []room{
	{"eseal/purse", "", ""},
	{"eseal/note", "", ""},                                 // one type for a deviation that a reader saw: facts of all rooms look alike to the court
	{"eseal/ber", "eseal/purse", ""},                       // one TLV cursor for cms, cert, tsa, sigalg and revocation, so hostile ASN.1 is met in one place
	{"internal/corpora", "", ""},                           // opens other people's suites, for tests only
	{"internal/exactjson", "", ""},                         // one exact spelling of Go values, for facts of documents and saved evidence
	{"internal/plainyaml", "", "github.com/goccy/go-yaml"}, // one guard before the YAML library, for lists and policies
	{"verify/verdict", "", ""},
	{"eseal/cert", ground, "golang.org/x/text"},
	{"eseal/sigalg", ground, "github.com/ProtonMail/go-crypto github.com/cloudflare/circl filippo.io/mldsa golang.org/x/crypto"},
	{"eseal/cms", ground + "eseal/cert eseal/sigalg", ""},
	{"eseal/pdf", ground + "eseal/cert eseal/sigalg", ""},
	{"eseal/pdf/diff", ground + "eseal/pdf", ""},
	{"eseal/pdf/view", ground + "eseal/pdf eseal/pdf/diff", ""}, // what one revision can show besides what stands in it: no comparing, so no part of diff
	{"eseal/xml", ground + "eseal/cert eseal/sigalg eseal/xml/c14n", "github.com/lestrrat-go/helium"},
	{"eseal/xml/c14n", ground, "github.com/lestrrat-go/helium"},
	{"eseal/jws", ground + "eseal/cert eseal/sigalg", "github.com/go-json-experiment/json"},
	{"eseal/asic", ground + "eseal/cert eseal/sigalg eseal/cms eseal/xml", ""},
	{"eseal", "eseal/... tsa tsa/ers internal/exactjson", ""},
	{"tsa", ground + "eseal/cms eseal/cert eseal/sigalg", ""},
	{"tsa/ers", ground + "tsa eseal/cms eseal/cert eseal/sigalg eseal/xml", ""}, // tsa: an Archive Time-Stamp is a token over a tree
	{"tsa/client", ground + "tsa eseal/sigalg", "github.com/digitorus/timestamp"},
	{"trustlist", ground + "internal/plainyaml eseal/cert eseal/cms eseal/jws eseal/sigalg", "github.com/goccy/go-yaml"},
	{"registry", "eseal/cert", "golang.org/x/text"}, // the base registry on disk: an index of numbers, no question of trust
	{"trustlist/etsi", ground + "trustlist eseal/xml eseal/cert eseal/sigalg", ""},
	{"trustlist/japan", "trustlist", ""},
	{"verify/internal/recent", "", ""}, // one bounded memory for keys, signatures and parsed evidence of many documents
	{"verify/evidence", ground + "eseal/cert verify/verdict verify/internal/recent", ""},
	{"verify/policy", "internal/plainyaml verify/verdict eseal/sigalg eseal/ber", "github.com/goccy/go-yaml"},
	{"verify/internal/path", facts + "verify/internal/recent", ""}, // knows no revocation
	{"verify/internal/revocation", facts + "verify/internal/path", ""},
	{"verify/internal/poe", facts + "verify/internal/revocation verify/internal/path", ""},
	{"verify/internal/process", facts + "verify/internal/poe verify/internal/revocation verify/internal/path", ""},
	{"verify/internal/baseline", facts, ""}, // what a format asks for, line by line: no court, no trust
	{"verify/internal/archive", "", ""},     // saved evidence as a ZIP file of which every octet is fixed
	{"verify/internal/...", facts, ""},
	{"verify/fetch", ground + "verify/evidence eseal/cert eseal/cms", ""},
	{"verify/fetch/cache", ground + "verify/evidence eseal/cert eseal/cms", "go.etcd.io/bbolt"},
	{"verify/report/msg", "", ""},
	{"verify/report/pdf", "verify verify/report verify/report/msg", "codeberg.org/go-pdf/fpdf"}, // report: one outline of sentences for text, HTML and PDF
	{"verify/report", "verify verify/verdict verify/evidence verify/report/msg", ""},
	{"verify/verifytest/samples", "verify/verifytest", ""},                                                                                 // writes testdata/samples
	{"verify/verifytest/foreign", "verify/verifytest", "github.com/digitorus/timestamp go.mozilla.org/pkcs7 github.com/digitorus/pdfsign"}, // the same documents by other people's libraries, so that verifytest itself links none
	{"verify/verifytest", "", "github.com/ProtonMail/go-crypto github.com/cloudflare/circl filippo.io/mldsa golang.org/x/crypto"},
	{"verify", facts + "verify/internal/... verify/report/msg internal/exactjson", ""}, // msg: the report's JSON carries its words
	{"testdata/...", "...", ""},                                                        // generators of samples
	{"cmd/...", "...", "..."},
}

// facts are the readers and the court's vocabulary.
const facts = "eseal/... tsa tsa/ers trustlist trustlist/... registry verify/verdict verify/evidence verify/policy "

// inTests may be imported by the tests of any room.
const inTests = "github.com/rogpeppe/go-internal github.com/santhosh-tekuri/jsonschema golang.org/x/crypto github.com/digitorus/timestamp github.com/digitorus/pdfsign github.com/digitorus/pdf go.mozilla.org/pkcs7 github.com/ProtonMail/go-crypto github.com/cloudflare/circl filippo.io/mldsa"

type listed struct {
	ImportPath, Dir                             string
	Imports, TestImports, XTestImports, GoFiles []string
	Deps                                        []string
	Standard                                    bool
}

func goList(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Dir,Imports,TestImports,XTestImports,GoFiles,Deps,Standard"}, args...)...)
	cmd.Dir = ".."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// fits tells whether a path is named by a list of patterns.
func fits(patterns, path string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(p string) bool {
		below, ok := strings.CutSuffix(p, "...")
		return p == path || ok && strings.HasPrefix(path+"/", below)
	})
}

// fitsModule tells whether an import path lies in one of the modules.
func fitsModule(modules, path string) bool {
	return slices.ContainsFunc(strings.Fields(modules), func(m string) bool {
		return m == "..." || path == m || strings.HasPrefix(path, m+"/")
	})
}

func lineOf(path string) (room, bool) {
	i := slices.IndexFunc(layout, func(r room) bool { return fits(r.path, path) })
	if i < 0 {
		return room{}, false
	}
	return layout[i], true
}

func standard(path string) bool { return !strings.Contains(strings.SplitN(path, "/", 2)[0], ".") }

// dialers are the rooms that may import net and net/http.
const dialers = "verify/fetch verify/fetch/cache tsa/client cmd/..."

func TestRoomsImportWhatTheTableAllows(t *testing.T) {
	for _, p := range goList(t, "./...") {
		path := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		line, ok := lineOf(path)
		if !ok {
			t.Errorf("%s has no line in the layout: give it one, with its reason", path)
			continue
		}
		for _, imp := range p.Imports {
			own, isOwn := strings.CutPrefix(imp, module+"/")
			switch {
			case isOwn && !fits(line.own, own):
				t.Errorf("%s imports %s, which its line does not allow", path, own)
			case !isOwn && !standard(imp) && !fitsModule(line.third, imp):
				t.Errorf("%s imports %s, a third party that its line does not name", path, imp)
			case (imp == "net" || imp == "net/http") && !fits(dialers, path):
				t.Errorf("%s imports %s; only %s dial", path, imp, dialers)
			}
		}
		for _, imp := range slices.Concat(p.TestImports, p.XTestImports) {
			if !standard(imp) && !strings.HasPrefix(imp, module+"/") && !fitsModule(line.third+" "+inTests, imp) {
				t.Errorf("tests of %s import %s, a third party that nobody allowed", path, imp)
			}
		}
	}
}

// TestOnlyTheClockReadsTheClock: judging depends on the time that it is given.
func TestOnlyTheClockReadsTheClock(t *testing.T) {
	for _, p := range goList(t, "./...") {
		path := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if fits("cmd/... internal/corpora", path) { // corpora measures time for tests
			continue
		}
		for _, name := range p.GoFiles {
			if path == "verify" && name == "clock.go" {
				continue
			}
			for _, pos := range clockReads(t, filepath.Join(p.Dir, name)) {
				t.Errorf("%s/%s:%d reads the clock; take the time as an argument", path, name, pos)
			}
		}
	}
}

func clockReads(t *testing.T, file string) (lines []int) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
			lines = append(lines, fset.Position(n.Pos()).Line)
		}
		return true
	})
	return lines
}

// TestTheJudgeLinksNothingElse: a program that embeds the judge gets the judge.
func TestTheJudgeLinksNothingElse(t *testing.T) {
	const (
		judge   = "eseal eseal/... tsa tsa/ers trustlist trustlist/... verify verify/verdict verify/evidence verify/policy verify/internal/..."
		foreign = "github.com/spf13 github.com/digitorus go.mozilla.org/pkcs7 go.etcd.io/bbolt codeberg.org/go-pdf/fpdf net/http " + module + "/verify/fetch " + module + "/tsa/client"
	)
	for _, p := range goList(t, "./...") {
		path := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if !fits(judge+" cmd/kakuin-wasm", path) { // the page in the browser links no network either
			continue
		}
		for _, dep := range p.Deps {
			if fitsModule(foreign, dep) {
				t.Errorf("%s links %s", path, dep)
			}
		}
	}
}

// TestTheBrowserLinksNoNetwork looks at the build for the browser itself
// (crypto/x509 links net for its types).
func TestTheBrowserLinksNoNetwork(t *testing.T) {
	t.Setenv("GOOS", "js")
	t.Setenv("GOARCH", "wasm")
	for _, p := range goList(t, "./cmd/kakuin-wasm") {
		for _, dep := range p.Deps {
			if fitsModule("net/http go.etcd.io/bbolt "+module+"/verify/fetch "+module+"/tsa/client", dep) {
				t.Errorf("the browser build links %s", dep)
			}
		}
	}
}
