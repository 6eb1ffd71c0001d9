// Command gen writes the manual pages of kakuin into docs/man, from the command
// tree itself:
//
//	go run ./cmd/internal/gen
//
// The same tree gives the same bytes; a test holds that they are checked in.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/kakuin/kakuin/cmd/internal/build"
	"github.com/kakuin/kakuin/cmd/internal/cli"
)

func main() {
	dir := filepath.Join("docs", "man")
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := pages(dir); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// edition is the date on the pages: that of the text, not of the run.
var edition = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// pages writes one page a verb and removes those of verbs that are gone.
func pages(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil {
		return err
	}
	for _, page := range old {
		if err := os.Remove(page); err != nil {
			return err
		}
	}
	root := cli.Root()
	noTag(root)
	return doc.GenManTree(root, &doc.GenManHeader{
		Title: "KAKUIN", Section: "1", Source: "kakuin " + build.Version, Manual: "kakuin", Date: &edition,
	}, dir)
}

// noTag leaves out the line that names the day of generation.
func noTag(c *cobra.Command) {
	c.DisableAutoGenTag = true
	for _, sub := range c.Commands() {
		noTag(sub)
	}
}
