package cli

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/cmd/internal/exit"
)

// TestREADMEShowsRealOutput: the command that README.md begins with says what
// README.md shows; a line "…" stands for lines left out.
func TestREADMEShowsRealOutput(t *testing.T) {
	t.Chdir("../../..")
	t.Setenv("LC_ALL", "C")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "<!-- ci -->\n```sh\n")
	command, rest, _ := strings.Cut(rest, "\n```")
	_, rest, _ = strings.Cut(rest, "```text\n")
	shown, _, _ := strings.Cut(rest, "```")
	args, ok := strings.CutPrefix(command, "go run ./cmd/kakuin ")
	if !ok || shown == "" {
		t.Fatalf("the first command of README.md is %q, its answer %q", command, shown)
	}
	var out, errs bytes.Buffer
	if code := Main(context.Background(), strings.Fields(args), strings.NewReader(""), &out, &errs); code != exit.Passed {
		t.Fatalf("exit %d: %s", code, &errs)
	}
	real := out.String()
	for block := range strings.SplitSeq(shown, "…\n") {
		at := strings.Index(real, block)
		if at < 0 {
			t.Fatalf("README.md shows\n%s\nand the command does not say so, or not at that place:\n%s", block, real)
		}
		real = real[at+len(block):]
	}
}
