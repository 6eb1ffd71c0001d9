// Package corpora opens the test suites that nobody on this project made.
// They lie outside the repository; KAKUIN_CORPORA names their folder, a
// relative value taken from the folder of go.mod.
package corpora

import (
	"archive/zip"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Variable is the environment variable that names the folder.
const Variable = "KAKUIN_CORPORA"

// Dir is the folder of the corpora. Unset: the test is skipped. Set but
// missing: the test fails, since a suite that skips itself proves nothing.
func Dir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv(Variable)
	if dir == "" {
		t.Skipf("%s is not set: suites of other people's cases are skipped", Variable)
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(moduleRoot(t), dir)
	}
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		t.Fatalf("%s=%s is not a folder: %v", Variable, dir, err)
	}
	return dir
}

func moduleRoot(t testing.TB) string {
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
			t.Fatal("go.mod not found above the test")
		}
		dir = up
	}
}

// Open gives a suite as a file system: a zip below the corpora folder
// ("pki/cms.zip") or a plain folder ("japan/hpki-signer").
func Open(t testing.TB, name string) fs.FS {
	t.Helper()
	path := filepath.Join(Dir(t), filepath.FromSlash(name))
	if filepath.Ext(name) != ".zip" {
		if _, err := os.Stat(path); err != nil {
			t.Fatal(err)
		}
		return os.DirFS(path)
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	t.Cleanup(func() { z.Close() })
	return z
}

// Read returns one file of a suite.
func Read(t testing.TB, fsys fs.FS, name string) []byte {
	t.Helper()
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// JSON decodes one file of a suite into v.
func JSON(t testing.TB, fsys fs.FS, name string, v any) {
	t.Helper()
	if err := json.Unmarshal(Read(t, fsys, name), v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// Walk calls f with each regular file of a suite, in order of names.
func Walk(t testing.TB, fsys fs.FS, f func(name string, data []byte)) {
	t.Helper()
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		f(name, data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
