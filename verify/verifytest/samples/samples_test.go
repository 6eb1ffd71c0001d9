package main

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var committed = filepath.Join("..", "..", "..", "testdata", "samples")

func TestCommittedSamplesAreGenerated(t *testing.T) {
	made := build()
	for _, name := range slices.Sorted(maps.Keys(made)) {
		got, err := os.ReadFile(filepath.Join(committed, filepath.FromSlash(name)))
		if err != nil {
			t.Errorf("%v; run go run ./verify/verifytest/samples", err)
		} else if !bytes.Equal(got, made[name]) {
			t.Errorf("%s differs from what is generated; run go run ./verify/verifytest/samples", name)
		}
	}
	err := filepath.WalkDir(committed, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(committed, path)
		if _, ok := made[filepath.ToSlash(name)]; !ok {
			t.Errorf("%s is not generated: remove it or make it", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSamplesAreTheSameTwice(t *testing.T) {
	first, second := build(), build()
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s came out differently", name)
		}
	}
}

func TestAlteredDiffersInOneDigit(t *testing.T) {
	files := build()
	a, b := files["certificate.pdf"], files["certificate-altered.pdf"]
	if len(a) != len(b) {
		t.Fatalf("lengths %d and %d", len(a), len(b))
	}
	differ := 0
	for i := range a {
		if a[i] != b[i] {
			differ++
		}
	}
	if differ != 1 {
		t.Errorf("%d octets differ, want 1", differ)
	}
}

func TestEverySampleSaysThatItIsOne(t *testing.T) {
	mark := []byte("(SAMPLE)")
	for name, data := range build() {
		if filepath.Ext(name) == ".pdf" && !bytes.Contains(data, mark) {
			t.Errorf("%s does not say SAMPLE", name)
		}
	}
}

func TestWriteMakesTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := write(dir, map[string][]byte{"c/d.txt": []byte("x")}); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "c", "d.txt")); err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write(file, map[string][]byte{"c/d.txt": nil}); err == nil {
		t.Error("no error for a folder that is a file")
	}
}
