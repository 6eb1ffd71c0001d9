package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommittedPagesAreGenerated: docs/man is what the command tree gives.
func TestCommittedPagesAreGenerated(t *testing.T) {
	const committed = "../../../docs/man"
	fresh := t.TempDir()
	if err := pages(fresh); err != nil {
		t.Fatal(err)
	}
	want, have := folder(t, fresh), folder(t, committed)
	for name, page := range want {
		if have[name] != page {
			t.Errorf("docs/man/%s is not what the tree gives: go run ./cmd/internal/gen", name)
		}
	}
	for name := range have {
		if _, ok := want[name]; !ok {
			t.Errorf("docs/man/%s is the page of no verb", name)
		}
	}
	if len(want) < 15 || !strings.Contains(want["kakuin-verify.1"], "sealed-by") {
		t.Errorf("%d pages", len(want))
	}
}

func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(data)
	}
	return out
}
