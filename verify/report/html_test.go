package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify/verdict"
)

var (
	inTags = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)
	space  = regexp.MustCompile(`\s+`)
)

// shownText is what a reader sees of a page.
func shownText(page []byte) string {
	return space.ReplaceAllString(html.UnescapeString(inTags.ReplaceAllString(string(page), " ")), "")
}

// TestPages holds that a page says all that the text report says, and nothing
// from a document becomes markup.
func TestPages(t *testing.T) {
	for name, report := range reports {
		for _, lang := range []string{"ja", "en"} {
			page := write(t, report(), HTML, Lang(lang))
			if name == "passed" || name == "several" {
				golden(t, name+"."+lang+".html", page)
			}
			shown := shownText(page)
			outline, err := Outline(report(), Lang(lang))
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range outline {
				sentence := b.Text()
				if b.Kind == Row {
					sentence = b.Label + strings.TrimPrefix(sentence, b.Label+colon)
				}
				if sentence = space.ReplaceAllString(Safe(sentence), ""); !strings.Contains(shown, sentence) {
					t.Errorf("%s.%s: the page does not say %q", name, lang, sentence)
				}
			}
			elements(t, name, page)
		}
	}
}

// elements reads the page as strictly as XML and looks at what is in it.
func elements(t *testing.T, name string, page []byte) {
	t.Helper()
	known := " html head meta title style body header p h1 h2 h3 span main section dl div dt dd footer table caption thead tbody tr th td "
	d := xml.NewDecoder(bytes.NewReader(regexp.MustCompile(`<meta [^>]*>|<!DOCTYPE html>`).ReplaceAll(page, nil)))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if !strings.Contains(known, " "+start.Name.Local+" ") {
			t.Errorf("%s: element %s", name, start.Name.Local)
		}
		for _, a := range start.Attr {
			if !strings.Contains(" lang class id scope aria-hidden aria-labelledby ", " "+a.Name.Local+" ") || strings.ContainsAny(a.Value, "<:/") {
				t.Errorf("%s: attribute %s=%q", name, a.Name.Local, a.Value)
			}
		}
	}
}

// TestPageOfHostileNames: what looks like markup in a name is shown, not obeyed.
func TestPageOfHostileNames(t *testing.T) {
	r := passed()
	r.Document.Name = `</title></style><script>alert(1)</script><img src="https://example.com/x">` + "\u202e\x00.pdf"
	r.Signatures[0].Signer.Organization = r.Document.Name
	page := write(t, r, HTML)
	elements(t, "hostile", page)
	for _, bad := range []string{"<script", "<img", "\u202e", "\x00"} {
		if bytes.Contains(page, []byte(bad)) {
			t.Errorf("%q stands in the page", bad)
		}
	}
	if !strings.Contains(shownText(page), `alert(1)</script>`) {
		t.Error("the name is not shown")
	}
}

// TestPageTone: the frame of a page has the tone of its verdict, and the mark
// and the words say the same.
func TestPageTone(t *testing.T) {
	for name, want := range map[string][2]string{"passed": {"is-good", "○"}, "altered": {"is-bad", "×"}, "missing": {"is-caution", "△"}, "not-signed": {"is-caution", "△"}, "unreadable": {"is-caution", "△"}} {
		page := string(write(t, reports[name](), HTML, Lang("ja")))
		if !strings.Contains(page, `class="answer `+want[0]+`"`) || !strings.Contains(page, `aria-hidden="true">`+want[1]) {
			t.Errorf("%s: not %v", name, want)
		}
	}
	r := passed()
	r.Verdict = verdict.DocumentFailed
	if page := string(write(t, r, HTML)); strings.Contains(page, `class="answer is-good"`) {
		t.Error("a failed document is framed as a good one")
	}
}

func BenchmarkHTML(b *testing.B) {
	r := passed()
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, r, HTML, Lang("ja")); err != nil {
			b.Fatal(err)
		}
	}
}

// TestPagesAreAccessible asks axe-core in headless Chromium, if both are here
// (.ci/run installs them).
func TestPagesAreAccessible(t *testing.T) {
	const folder = "../../.ci/axe"
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "axe-core")); err != nil {
		t.Skip("axe-core is not here: npm ci --prefix .ci/axe")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("Chromium is not here")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not here")
	}
	dir := t.TempDir()
	args := []string{filepath.Join(folder, "check.mjs")}
	for name, report := range reports {
		for _, lang := range []string{"ja", "en"} {
			path := filepath.Join(dir, name+"."+lang+".html")
			if err := os.WriteFile(path, write(t, report(), HTML, Lang(lang), Explain(true)), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, path)
		}
	}
	cmd := exec.Command(node, args...)
	cmd.Env = append(os.Environ(), "CHROMIUM="+browser)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
