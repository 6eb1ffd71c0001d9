package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/cmd/internal/cli"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A nodeCase is a call as run_node.js reads it.
type nodeCase struct {
	Name     string         `json:"name"`
	Document []byte         `json:"document"`
	Options  map[string]any `json:"options"`
	Bytes    map[string]any `json:"bytes"` // become Uint8Arrays
	Text     bool           `json:"text"`  // hand the options over as JSON text
	Replay   bool           `json:"replay"`
	want     string         // of a replay: the report when it was saved
}

// call is the same natively.
func (n nodeCase) call(t *testing.T) call {
	t.Helper()
	all := map[string]any{}
	for k, v := range n.Options {
		all[k] = v
	}
	for k, v := range n.Bytes {
		all[k] = v
	}
	options, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	c, err := parseCall(n.Document, string(options))
	if err != nil {
		t.Fatal(err)
	}
	if raw, ok := n.Bytes["detached"].([]byte); ok { // base64 of a text is no text
		c.Detached = raw
	}
	return c
}

// TestSameBytesInTheBrowser builds the program and runs it under node: the
// report has the same bytes as natively, for every sample and every specimen.
func TestSameBytesInTheBrowser(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not here: reports of the browser build are not compared")
	}
	if testing.Short() {
		t.Skip("builds and runs wasm: not in short runs")
	}
	var cases []nodeCase
	for _, c := range sampleCases(t) {
		cases = append(append(cases, c), replayCases(t, c)...)
	}
	for _, c := range specimenCases() {
		cases = append(cases, c)
		cases = append(cases, replayCases(t, c)[:1]...) // without the document
	}
	got := runNode(t, node, cases)
	if len(got) != len(cases) {
		t.Fatalf("%d answers to %d calls", len(got), len(cases))
	}
	for i, c := range cases {
		want := c.want
		if !c.Replay {
			want = string(answer(c.call(t)))
		}
		if got[i] != want {
			t.Errorf("%s differs\nnode:   %s\nnative: %s", c.Name, clip(got[i], want), clip(want, got[i]))
		}
		if !strings.Contains(want, `"verdict"`) {
			t.Errorf("%s: %.300s", c.Name, want)
		}
	}
	t.Logf("%d reports are the same", len(cases))
}

// clip shows where a differs from b.
func clip(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return a[max(0, i-80):min(len(a), i+160)]
}

func runNode(t *testing.T, node string, cases []nodeCase) (answers []string) {
	t.Helper()
	dir := t.TempDir()
	wasm, in, out := filepath.Join(dir, "kakuin.wasm"), filepath.Join(dir, "cases.json"), filepath.Join(dir, "answers.json")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", wasm, ".")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if msg, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, msg)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in, data, 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	glue := filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js")
	if msg, err := exec.CommandContext(ctx, node, "--stack-size=8192", "run_node.js", glue, wasm, in, out).CombinedOutput(); err != nil {
		t.Fatalf("node: %v\n%s", err, msg)
	}
	if data, err = os.ReadFile(out); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

const (
	sampleDir  = "../../testdata/samples"
	sampleTime = "2026-11-01T00:00:00Z"
)

func sample(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(sampleDir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func sampleCases(t *testing.T) (out []nodeCase) {
	list := string(sample(t, "trust.yaml"))
	for _, name := range []string{"certificate.pdf", "certificate-altered.pdf", "course-completion.pdf", "disposition-notice.pdf", "unsigned.pdf", "notice.txt", "notice.txt.p7m"} {
		out = append(out, nodeCase{Name: name, Document: sample(t, name), Options: map[string]any{"name": name, "at": sampleTime, "trust": list}})
	}
	detached := map[string]any{"detached": sample(t, "notice.txt")}
	for _, name := range []string{"notice.txt.p7s", "notice.txt.tst"} {
		out = append(out, nodeCase{Name: name, Document: sample(t, name), Options: map[string]any{"name": name, "at": sampleTime, "trust": list}, Bytes: detached})
	}
	return append(out,
		nodeCase{Name: "both languages", Text: true, Document: sample(t, "certificate.pdf"), Options: map[string]any{"at": sampleTime, "trust": list, "lang": "ja", "explain": true}},
		nodeCase{Name: "built-in catalogue", Document: sample(t, "certificate.pdf"), Options: map[string]any{"at": sampleTime, "policy": "strict", "revocation": "prefer"}},
	)
}

// specimenCases are all deviations of verifytest.
func specimenCases() (out []nodeCase) {
	for _, d := range verifytest.Deviations() {
		s := verifytest.MakeSpecimen(d.Name)
		c := nodeCase{Name: d.Name, Document: s.Document, Options: map[string]any{"name": s.File, "at": s.World.Now.UTC().Format(time.RFC3339), "trust": string(s.TrustList)}, Bytes: map[string]any{}}
		if s.Detached != nil {
			c.Bytes["detached"] = s.Detached
		}
		if len(s.CRLs) > 0 {
			c.Bytes["crls"] = s.CRLs
		}
		out = append(out, c)
	}
	return out
}

// TestSameBytesAsTheCommand: the page and the command give one report.
func TestSameBytesAsTheCommand(t *testing.T) {
	for _, c := range sampleCases(t)[:7] {
		var out, errs bytes.Buffer
		cli.Main(context.Background(), []string{"verify", "--json", "--trust", filepath.Join(sampleDir, "trust.yaml"), "--at", sampleTime, filepath.Join(sampleDir, c.Name)}, strings.NewReader(""), &out, &errs)
		if want := string(answer(c.call(t))); out.String() != want {
			t.Errorf("%s differs (%s)\ncommand: %s\npage:    %s", c.Name, &errs, clip(out.String(), want), clip(want, out.String()))
		}
	}
}

// replayCases save what a case was judged by and verify again from it, with
// the document and without it.
func replayCases(t *testing.T, n nodeCase) []nodeCase {
	t.Helper()
	c := n.call(t)
	if c.Lang != "" || c.At == "" {
		return nil
	}
	v, err := c.verifier()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	doc, err := c.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, c.At)
	if err != nil {
		t.Fatal(err)
	}
	ev, err := v.Collect(ctx, doc, at)
	if err != nil {
		t.Fatal(err)
	}
	var saved bytes.Buffer
	if _, err := v.Save(ctx, &saved, ev, at); err != nil {
		t.Fatalf("%s: %v", n.Name, err)
	}
	want := string(answer(c))
	alone := nodeCase{Name: n.Name + ", from saved evidence", Document: saved.Bytes(), Options: map[string]any{}, Replay: true, want: want}
	with := alone
	with.Name, with.Bytes = n.Name+", from saved evidence and the document", map[string]any{"document": n.Document}
	if d := n.Bytes["detached"]; d != nil {
		with.Bytes["detached"] = d
	}
	with.Options = map[string]any{}
	return []nodeCase{alone, with}
}
