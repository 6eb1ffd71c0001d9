package verify_test

import (
	"bytes"
	"flag"
	"go/ast"
	"go/build"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var updateAPI = flag.Bool("update-api", false, "accept the exported names as they are now")

// public are the rooms that other programs may import.
var public = []string{"eseal", "registry", "tsa", "trustlist", "verify"}

// TestAPI holds what other programs see against docs/api: a name that is gone
// or has changed breaks them. A change is accepted by
//
//	go test ./verify -run TestAPI -update-api
//
// and then stands in the difference for whoever reads it.
func TestAPI(t *testing.T) {
	const root, kept = "..", "../docs/api"
	want := map[string]bool{}
	for _, top := range public {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			switch d.Name() {
			case "internal", "testdata", "verifytest":
				return fs.SkipDir
			}
			if text := exported(t, path); text != "" {
				room, _ := filepath.Rel(root, path)
				name := strings.ReplaceAll(filepath.ToSlash(room), "/", "-") + ".txt"
				want[name] = true
				compareAPI(t, filepath.Join(kept, name), text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(kept)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !want[f.Name()] {
			t.Errorf("docs/api/%s is of a room that is gone: remove it", f.Name())
		}
	}
}

func compareAPI(t *testing.T, path, text string) {
	t.Helper()
	if *updateAPI {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: a new room; accept it with -update-api", err)
	}
	was, is := strings.Split(string(kept), "\n"), strings.Split(text, "\n")
	for _, line := range was {
		if !slices.Contains(is, line) {
			t.Errorf("%s: gone or changed: %s", filepath.Base(path), line)
		}
	}
	for _, line := range is {
		if !slices.Contains(was, line) {
			t.Errorf("%s: new: %s", filepath.Base(path), line)
		}
	}
	if !t.Failed() && string(kept) != text {
		t.Errorf("%s: the order changed", filepath.Base(path))
	}
}

// exported are the declarations of a package that others see: functions,
// methods, types with their fields and tags, constants with their values.
func exported(t *testing.T, dir string) string {
	t.Helper()
	// One system, so that the text is the same on all.
	context := build.Default
	context.GOOS, context.GOARCH, context.CgoEnabled = "linux", "amd64", false
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range names {
		if match, err := context.MatchFile(dir, filepath.Base(name)); err != nil || !match || strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.FileExports(f)
		for _, d := range f.Decls {
			if text := declared(t, set, d); text != "" {
				out = append(out, text)
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, "")
}

func declared(t *testing.T, set *token.FileSet, d ast.Decl) string {
	t.Helper()
	switch d := d.(type) {
	case *ast.FuncDecl:
		d.Body = nil
	case *ast.GenDecl:
		if d.Tok == token.IMPORT {
			return ""
		}
	}
	var b bytes.Buffer
	if err := (&printer.Config{Mode: printer.RawFormat}).Fprint(&b, set, d); err != nil {
		t.Fatal(err)
	}
	// Empty lines are where something that others do not see stood.
	var lines []string
	for line := range strings.Lines(b.String()) {
		if line = strings.TrimRight(line, " \t\n"); line != "" {
			lines = append(lines, line+"\n")
		}
	}
	return strings.Join(lines, "")
}
