package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

var update = flag.Bool("update", false, "write the golden files anew")

func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("report-v1.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("report-v1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t testing.TB, r *verify.Report, f Format, opts ...Option) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, f, opts...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func validate(t testing.TB, s *jsonschema.Schema, doc []byte) error {
	t.Helper()
	inst, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(inst)
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (look, then go test -update):\n%s", path, got)
	}
}

// TestGolden writes each report in each way, holds that it keeps its own
// contract and the schema, and compares with the files.
func TestGolden(t *testing.T) {
	s := compiled(t)
	for name, report := range reports {
		t.Run(name, func(t *testing.T) {
			r := report()
			if c := r.Contradictions(); len(c) > 0 {
				t.Errorf("the report contradicts itself:\n%s", strings.Join(c, "\n"))
			}
			doc := write(t, r, JSON)
			if err := validate(t, s, doc); err != nil {
				t.Errorf("schema: %v", err)
			}
			golden(t, name+".json", doc)
			golden(t, name+".ja.txt", write(t, r, Text, Lang("ja"), Explain(true)))
			golden(t, name+".en.txt", write(t, r, Text, Lang("en"), Explain(true)))
		})
	}
}

func TestJSONRoundTrip(t *testing.T) {
	for name, report := range reports {
		doc := write(t, report(), JSON)
		back, err := verify.DecodeReport(bytes.NewReader(doc))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if again := write(t, back, JSON); !bytes.Equal(doc, again) {
			t.Errorf("%s: not the same after reading it back", name)
		}
		if name != "hostile" && !reflect.DeepEqual(back, report()) {
			t.Errorf("%s: the types lose something", name)
		}
		line := write(t, report(), NDJSON)
		if bytes.Count(line, []byte("\n")) != 1 || line[len(line)-1] != '\n' {
			t.Errorf("%s: ndjson is not one line", name)
		}
		var flat bytes.Buffer
		if err := json.Compact(&flat, doc); err != nil || !bytes.Equal(append(flat.Bytes(), '\n'), line) {
			t.Errorf("%s: ndjson is another document than json (%v)", name, err)
		}
		if bytes.Contains(doc, []byte("null")) {
			t.Errorf("%s: null is never written", name)
		}
	}
}

// TestSchemaIsStrict changes a good report by one thing each; none may pass.
func TestSchemaIsStrict(t *testing.T) {
	s := compiled(t)
	for name, change := range map[string]func(m map[string]any){
		"unknown member":        func(m map[string]any) { m["valid"] = true },
		"unknown in signature":  func(m map[string]any) { sig(m)["valid"] = true },
		"no verdict":            func(m map[string]any) { delete(m, "verdict") },
		"empty verdict":         func(m map[string]any) { m["verdict"] = "" },
		"other verdict":         func(m map[string]any) { m["verdict"] = "PASSED" },
		"pass with a reason":    func(m map[string]any) { sig(m)["subIndication"] = "TRY_LATER" },
		"failed without reason": func(m map[string]any) { sig(m)["indication"] = "TOTAL-FAILED" },
		"failed with other class": func(m map[string]any) {
			sig(m)["indication"], sig(m)["subIndication"] = "TOTAL-FAILED", "TRY_LATER"
		},
		"indeterminate with other class": func(m map[string]any) {
			sig(m)["indication"], sig(m)["subIndication"] = "INDETERMINATE", "HASH_FAILURE"
		},
		"block word for a signature": func(m map[string]any) { sig(m)["indication"] = "PASSED" },
		"null":                       func(m map[string]any) { m["findings"] = nil },
		"empty list":                 func(m map[string]any) { m["findings"] = []any{} },
		"local time":                 func(m map[string]any) { m["validationTime"] = "2026-11-22T09:00:00+09:00" },
		"upper-case digest":          func(m map[string]any) { m["document"].(map[string]any)["sha256"] = sha("A") },
		"question order": func(m map[string]any) {
			q := m["layers"].(map[string]any)["data"].(map[string]any)["questions"].([]any)
			q[0], q[1] = q[1], q[0]
		},
		"passed without anything": func(m map[string]any) { delete(m, "signatures") },
		"not signed, but signatures": func(m map[string]any) {
			m["verdict"] = "NOT-SIGNED"
		},
	} {
		t.Run(name, func(t *testing.T) {
			var m map[string]any
			if err := json.Unmarshal(write(t, passed(), JSON), &m); err != nil {
				t.Fatal(err)
			}
			change(m)
			doc, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if validate(t, s, doc) == nil {
				t.Error("the schema lets it through")
			}
		})
	}
}

func sig(m map[string]any) map[string]any {
	return m["signatures"].([]any)[0].(map[string]any)
}

func TestWriteRefuses(t *testing.T) {
	for name, err := range map[string]error{
		"nil":      Write(&bytes.Buffer{}, nil, JSON),
		"zero":     Write(&bytes.Buffer{}, &verify.Report{}, JSON),
		"format":   Write(&bytes.Buffer{}, passed(), "html?"),
		"language": Write(&bytes.Buffer{}, passed(), Text, Lang("fr")),
	} {
		if err == nil {
			t.Errorf("%s was written", name)
		}
	}
	if f := Formats(); !slices.IsSorted(f) || !slices.Contains(f, JSON) || !slices.Contains(f, HTML) || len(f) != len(writers) {
		t.Errorf("formats %v", f)
	}
}

// TestNothingSteersTheTerminal looks at every octet that is written.
func TestNothingSteersTheTerminal(t *testing.T) {
	for _, f := range []struct {
		format Format
		opts   []Option
	}{{JSON, nil}, {NDJSON, nil}, {Text, []Option{Lang("ja"), Explain(true)}}, {Text, []Option{Lang("en")}}} {
		out := write(t, hostile(), f.format, f.opts...)
		for _, r := range string(out) {
			if r != '\n' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)) {
				t.Errorf("%s: %U is written as it is", f.format, r)
			}
		}
	}
	out := string(write(t, hostile(), Text))
	if !strings.Contains(out, `\u202e`) || !strings.Contains(out, `\u001b[2J\u000d\n`) {
		t.Error("the characters are not shown as escapes")
	}
}

// TestColorAddsOnlyColor holds that colours carry no meaning of their own.
func TestColorAddsOnlyColor(t *testing.T) {
	for name, report := range reports {
		bare := string(write(t, report(), Text, Lang("ja")))
		coloured := string(write(t, report(), Text, Lang("ja"), Color(true)))
		if !strings.Contains(coloured, "\x1b[") {
			t.Errorf("%s: no colour", name)
		}
		for _, code := range escapes {
			coloured = strings.ReplaceAll(coloured, "\x1b["+code+"m", "")
		}
		if strings.ReplaceAll(coloured, "\x1b[0m", "") != bare {
			t.Errorf("%s: colour changes the text", name)
		}
	}
}

// TestFirstLine keeps the five outcomes apart in words.
func TestFirstLine(t *testing.T) {
	seen := map[string]string{}
	for name, want := range map[string][2]string{
		"passed":     {"確認できました - 見本省 のeシール", "Confirmed - Electronic seal of Ministry of Examples"},
		"altered":    {"改ざん・偽造、または破損があります", "Altered or forged"},
		"forged":     {"改ざん・偽造、または破損があります", "Altered or forged"},
		"missing":    {"まだ確認できていません", "Not yet confirmed"},
		"not-signed": {"電子署名・eシールがありません", "Not sealed"},
		"unreadable": {"読み取れません", "Cannot be read"},
	} {
		for i, lang := range []string{"ja", "en"} {
			out := string(write(t, reports[name](), Text, Lang(lang), Quiet(true)))
			line, _, _ := strings.Cut(out, "\n")
			if !strings.HasPrefix(line, want[i]) {
				t.Errorf("%s %s: %q", name, lang, line)
			}
			verdictWord, _, _ := strings.Cut(line, " - ")
			if other, ok := seen[verdictWord]; ok && other != string(reports[name]().Verdict) {
				t.Errorf("%s: the same words as for %s", name, other)
			}
			seen[verdictWord] = string(reports[name]().Verdict)
		}
	}
}

func TestCompareOnlyWithoutExpectation(t *testing.T) {
	ask := "Compare this name with the office that you expect."
	if out := string(write(t, passed(), Text)); !strings.Contains(out, ask) {
		t.Error("the reader is not asked to compare")
	}
	r := passed()
	r.Expectations = []verify.Expectation{{Kind: verify.ExpectSealedBy, Wanted: "Ministry of Examples", Found: "Ministry of Examples", Met: true}}
	if out := string(write(t, r, Text)); strings.Contains(out, ask) || !strings.Contains(out, "the one that you expect") {
		t.Error("the reader is asked although the expectation was met")
	}
	if out := string(write(t, altered(), Text, Quiet(true))); strings.Contains(out, ask) {
		t.Error("nobody is to compare names on a forged document")
	}
	r = altered()
	r.Expectations = []verify.Expectation{{Kind: verify.ExpectSealedBy, Wanted: "Ministry of Examples", Found: "Ministry of Examples", Met: true}}
	if out := string(write(t, r, Text, Quiet(true))); strings.Contains(out, "The sealer is the one") || !strings.Contains(out, "is not confirmed as theirs") {
		t.Errorf("an altered document is said to be sealed by whom the reader expects:\n%s", out)
	}
	r = several()
	if out := string(write(t, r, Text)); r.Verdict != verdict.DocumentIndeterminate || strings.Contains(out, ask) {
		t.Error("nobody is to compare a name that is not confirmed: whoever forges takes the name that is expected")
	}
}

// A list that has run out vouches for nobody, and that is told once.
func TestStaleListVouchesForNobody(t *testing.T) {
	r := passed()
	if out := string(write(t, r, Text)); !strings.Contains(out, "Vouched for by") {
		t.Fatal("nobody vouches for the good one")
	}
	r.Verdict, r.Trust.State = verdict.DocumentIndeterminate, verify.TrustStale
	s := &r.Signatures[0]
	s.Indication, s.SubIndication = verdict.Indeterminate, verdict.NoCertificateChainFound
	stale := verify.Finding{ID: "F90", Code: "K-POL-007", Severity: verdict.Error, Text: verify.Text{EN: "The list has run out.", JA: "期限切れです。"}}
	s.Findings = append([]verify.Finding{stale}, s.Findings...)
	r.Findings = append(r.Findings, stale)
	head, _, _ := strings.Cut(string(write(t, r, Text)), "\n\n")
	if strings.Contains(head, "Vouched for by") || strings.Count(head, stale.Text.EN) != 1 {
		t.Errorf("the first lines are\n%s", head)
	}
}

func TestFindingsAreNumberedWorstFirst(t *testing.T) {
	out := string(write(t, several(), Text))
	one, two, three := strings.Index(out, "1. [error]"), strings.Index(out, "2. [warning]"), strings.Index(out, "3. [note]")
	if one < 0 || two < one || three < two {
		t.Errorf("order %d %d %d in\n%s", one, two, three, out)
	}
}

// TestContradictions breaks a good report by one thing each.
func TestContradictions(t *testing.T) {
	for name, change := range map[string]func(r *verify.Report){
		"verdict better than its parts": func(r *verify.Report) {
			r.Signatures[0].Indication, r.Signatures[0].SubIndication = verdict.Indeterminate, verdict.TryLater
		},
		"verdict worse without a cause": func(r *verify.Report) { r.Verdict = verdict.DocumentFailed },
		"no verdict":                    func(r *verify.Report) { r.Verdict = "" },
		"illegal pair":                  func(r *verify.Report) { r.Signatures[0].SubIndication = verdict.TryLater },
		"id twice":                      func(r *verify.Report) { r.Evidence[1].ID = "E1" },
		"dangling evidence":             func(r *verify.Report) { r.Signatures[0].Path[0].Revocation.Evidence = "E9" },
		"dangling certificate":          func(r *verify.Report) { r.Signatures[0].Path[0].Certificate = sha("9") },
		"dangling source":               func(r *verify.Report) { r.Signatures[0].BestSignatureTime.Source = "T9" },
		"unknown severity":              func(r *verify.Report) { r.Signatures[0].Findings[0].Severity = "" },
		"no words":                      func(r *verify.Report) { r.Signatures[0].Findings[0].Text.JA = "" },
		"intact refuted, passed":        func(r *verify.Report) { r.Signatures[0].Layers.Find(verdict.Intact).Status = verdict.Refuted },
		"issuer open, passed":           func(r *verify.Report) { r.Signatures[0].Layers.Find(verdict.Issuer).Status = verdict.Unconfirmed },
		"revocation open, passed":       func(r *verify.Report) { r.Signatures[0].Layers.Find(verdict.NotRevoked).Status = verdict.NotAssessed },
		"expectation not met, passed":   func(r *verify.Report) { r.Expectations = []verify.Expectation{{Kind: "level", Wanted: "B-LTA"}} },
		"question lost":                 func(r *verify.Report) { r.Layers.Data.Questions = r.Layers.Data.Questions[1:] },
		"block word":                    func(r *verify.Report) { r.Signatures[0].Timestamps[0].Indication = verdict.TotalPassed },
		"nothing in it, passed":         func(r *verify.Report) { r.Signatures = nil },
		"beyond the anchor":             func(r *verify.Report) { r.Signatures[0].Path[0].Anchor = true },
		"schema":                        func(r *verify.Report) { r.Schema = "" },
		"hash failure, intact confirmed": func(r *verify.Report) {
			r.Signatures[0].Indication, r.Signatures[0].SubIndication = verdict.TotalFailed, verdict.HashFailure
			r.Verdict = verdict.DocumentFailed
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := passed()
			change(r)
			if len(r.Contradictions()) == 0 {
				t.Error("the contradiction is not seen")
			}
		})
	}
}

func TestRevocationMayBeOpenWhenThePolicySaysSo(t *testing.T) {
	r := passed()
	r.Policy.Revocation = verify.RevocationNone
	r.Signatures[0].Layers.Find(verdict.NotRevoked).Status = verdict.Unconfirmed
	if c := r.Contradictions(); len(c) > 0 {
		t.Error(c)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, s := range []string{``, `{}`, `[]`, `{"schema":"kakuin/report/v1"}`, `{"schema":"kakuin/report/v2","verdict":"TOTAL-PASSED"}`, `{"schema":"kakuin/report/v1","verdict":"passed"}`} {
		if r, err := verify.DecodeReport(strings.NewReader(s)); err == nil {
			t.Errorf("%s was read as %v", s, r.Verdict)
		}
	}
	var zero verify.Report
	if zero.Passed() || (*verify.Report)(nil).Passed() {
		t.Error("a zero report passes")
	}
}

func FuzzSafe(f *testing.F) {
	for _, s := range []string{"", "見本省", "a\x1b[2J", "\u202e", "\xff\xfe", "葛\U000e0100城市", "\U000e0041"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := Safe(s)
		if strings.ContainsFunc(out, steers) {
			t.Errorf("%q still steers", out)
		}
		if Safe(out) != out {
			t.Errorf("%q is not stable", out)
		}
	})
}

func BenchmarkJSON(b *testing.B) {
	b.ReportAllocs()
	r := passed()
	var buf bytes.Buffer
	for b.Loop() {
		buf.Reset()
		if err := Write(&buf, r, NDJSON); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkText(b *testing.B) {
	b.ReportAllocs()
	r := passed()
	var buf bytes.Buffer
	for b.Loop() {
		buf.Reset()
		if err := Write(&buf, r, Text, Lang("ja")); err != nil {
			b.Fatal(err)
		}
	}
}
