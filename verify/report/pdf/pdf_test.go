package pdf

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
)

// fixtures are the golden reports of package report.
func fixtures(t testing.TB) map[string]*verify.Report {
	t.Helper()
	paths, err := filepath.Glob("../testdata/*.json")
	if err != nil || len(paths) < 5 {
		t.Fatal(paths, err)
	}
	out := map[string]*verify.Report{}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		rep, err := verify.DecodeReport(f)
		f.Close()
		if err == nil && rep.Verdict.Known() {
			out[strings.TrimSuffix(filepath.Base(path), ".json")] = rep
		}
	}
	if out["passed"] == nil || out["hostile"] == nil {
		t.Fatal("fixtures are missing")
	}
	return out
}

func written(t testing.TB, rep *verify.Report, lang string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, rep, lang); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// textOf is what pdftotext reads above the foot of the pages, without blanks.
func textOf(t *testing.T, doc []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not here")
	}
	cmd := exec.Command("pdftotext", "-raw", "-enc", "UTF-8", "-x", "0", "-y", "0", "-W", "596", "-H", "790", "-", "-")
	cmd.Stdin = bytes.NewReader(doc)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return bare(string(out))
}

func bare(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\f", " ")), "")
}

// TestSentences holds that the paper says what the text report says: each block,
// in order, and nothing but these, the frame's kind and the closing words.
func TestSentences(t *testing.T) {
	font, err := theFace()
	if err != nil {
		t.Fatal(err)
	}
	for name, rep := range fixtures(t) {
		for _, lang := range []string{"ja", "en"} {
			got := textOf(t, written(t, rep, lang))
			outline, err := report.Outline(rep, report.Lang(lang))
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range outline {
				parts := []string{b.Text()}
				if b.Kind == report.Row {
					b.Kind = report.Line
					parts = []string{b.Label, b.Text()}
				}
				for _, part := range parts {
					want := bare(font.fit(part, shownAs{}))
					i := strings.Index(got, want)
					if i < 0 {
						t.Fatalf("%s.%s: %q is not there, or not in its place; the rest is %.300q", name, lang, want, got)
					}
					if i > 120 {
						t.Errorf("%s.%s: before %q stands %.200q", name, lang, want, got[:i])
					}
					got = got[i+len(want):]
				}
			}
			if !strings.Contains(got, "kakuinverify") || len(got) > 2000 {
				t.Errorf("%s.%s: after the sentences stands %q", name, lang, got)
			}
		}
	}
}

// TestSameReportSameOctets: nothing of the paper comes from a clock or a map.
func TestSameReportSameOctets(t *testing.T) {
	rep := fixtures(t)["passed"]
	first := written(t, rep, "ja")
	for range 5 {
		if !bytes.Equal(first, written(t, rep, "ja")) {
			t.Fatal("the same report gave other octets")
		}
	}
	if !bytes.Contains(first, []byte("/CreationDate (D:20261122000000")) || !bytes.Contains(first, []byte("/Lang (ja)")) {
		t.Error("no date of validation, or no language")
	}
}

// TestCharacters: what the font or the library lacks is shown by number or by a
// plainer form that is told, never left out.
func TestCharacters(t *testing.T) {
	rep := fixtures(t)["passed"]
	rep.Document.Name = "𠮷野家\u202e葛\U000e0100城😀ᚠ\x00.pdf"
	rep.Signatures[0].Signer.NameJa = rep.Document.Name
	got := textOf(t, written(t, rep, "ja"))
	for _, want := range []string{`吉野家\u202e葛城[U+1F600][U+16A0]\u0000.pdf`, "文字U+20BB7は「吉」", "異体字セレクタU+E0100"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not there: %.300q", want, got)
		}
	}
}

// TestLines: every line fits, nothing is lost, no line begins or ends with what
// it may not (JIS X 4051), unless a piece is longer than a line.
func TestLines(t *testing.T) {
	measure := func(s string) float64 {
		w := 0.0
		for _, r := range s {
			if w++; wide(r) {
				w++
			}
		}
		return w
	}
	text := "「見本市」の(電子)証明書は、2027年3月31日まで有効です。Certificate of Residence, issued by Mihon-shi. 「終わり」。" + strings.Repeat("x", 70)
	for width := 8; width < 80; width++ {
		joined := ""
		lines := fill([]run{{"", text[:60]}, {report.Good, text[60:]}}, float64(width), measure)
		for i, l := range lines {
			line := ""
			for _, r := range l {
				line += r.text
			}
			joined += line
			line = strings.TrimRight(line, " ")
			if w := measure(line); w > float64(width)+2 {
				t.Errorf("width %d: line %q has %v", width, line, w)
			}
			runes := []rune(line)
			if i > 0 && width > 14 && len(runes) > 0 && strings.ContainsRune(notFirst, runes[0]) {
				t.Errorf("width %d: a line begins %q", width, line)
			}
			if width > 14 && i < len(lines)-1 && len(runes) > 0 && strings.ContainsRune(notLast, runes[len(runes)-1]) {
				t.Errorf("width %d: a line ends %q", width, line)
			}
		}
		if joined != text {
			t.Fatalf("width %d: %q is lost", width, joined)
		}
	}
}

// TestManyPages: a report of thousands of findings is written, each page with
// its number.
func TestManyPages(t *testing.T) {
	rep := fixtures(t)["passed"]
	for range 3000 {
		rep.Findings = append(rep.Findings, verify.Finding{ID: "F9", Code: "K-SIG-002", Severity: verdict.Info, Text: verify.Text{JA: strings.Repeat("長い文。", 30), EN: "long"}})
	}
	if n := bytes.Count(written(t, rep, "ja"), []byte("/Type /Page\n")); n < 100 {
		t.Errorf("%d pages", n)
	}
}

func TestRefuses(t *testing.T) {
	if Write(io.Discard, nil, "ja") == nil || Write(io.Discard, &verify.Report{}, "ja") == nil || Write(io.Discard, fixtures(t)["passed"], "fr") == nil {
		t.Error("written")
	}
}

// FuzzNames: whatever stands in a document's names, the paper is written and
// says it.
func FuzzNames(f *testing.F) {
	f.Add("a.pdf", "名")
	f.Add("\xff𠮷\u202e", "\U0010ffff\ufffe\ud7ff")
	f.Add(strings.Repeat("wide 広い", 200), "()\\<>")
	rep := fixtures(f)["passed"]
	f.Fuzz(func(t *testing.T, name, who string) {
		r := *rep
		r.Document.Name = name
		r.Findings = append(r.Findings, verify.Finding{Code: "K-SIG-002", Severity: verdict.Info, Text: verify.Text{JA: who, EN: who}})
		doc := written(t, &r, "ja")
		if !bytes.HasPrefix(doc, []byte("%PDF-")) || !bytes.HasSuffix(doc, []byte("%%EOF\n")) {
			t.Errorf("no whole PDF: %.20q … %.20q", doc, doc[len(doc)-20:])
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	rep := fixtures(b)["passed"]
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, rep, "ja"); err != nil {
			b.Fatal(err)
		}
	}
}
