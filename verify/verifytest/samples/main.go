// Command samples writes the sample documents of testdata/samples. Run it at the root of the module:
//
//	go run ./verify/verifytest/samples
//
// The output is the same every time; a test holds that the committed files are what it writes.
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	dir := filepath.Join("testdata", "samples")
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := write(dir, build()); err != nil {
		fmt.Fprintln(os.Stderr, "samples:", err)
		os.Exit(1)
	}
}

// write puts the files into the folder; it removes nothing.
func write(dir string, content map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(content)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}
