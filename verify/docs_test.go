package verify_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	exampleFile = regexp.MustCompile("`(verify/[a-z_/]+_test\\.go)`")
	goBlock     = regexp.MustCompile("(?s)```go\n(.*?)```")
)

// TestDocsShowWhatRuns: every block of Go in docs/embedding.md stands in an
// example that is compiled and run; "…" is for lines left out.
func TestDocsShowWhatRuns(t *testing.T) {
	text, err := os.ReadFile("../docs/embedding.md")
	if err != nil {
		t.Fatal(err)
	}
	var sources string
	for _, m := range exampleFile.FindAllStringSubmatch(string(text), -1) {
		source, err := os.ReadFile("../" + m[1])
		if err != nil {
			t.Fatal(err)
		}
		sources += string(source)
	}
	blocks := goBlock.FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 8 {
		t.Fatalf("%d blocks", len(blocks))
	}
	for _, b := range blocks {
		from := 0
		for part := range strings.SplitSeq(b[1], "…\n") {
			at := strings.Index(sources[from:], part)
			if at < 0 {
				t.Errorf("in no example, or not in this order:\n%s", part)
				break
			}
			from += at + len(part)
		}
	}
}
