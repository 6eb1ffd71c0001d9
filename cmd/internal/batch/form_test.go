package batch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A run in each form that was ended goes on, and its totals are those of an
// undisturbed one.
func TestResumeInEachForm(t *testing.T) {
	dir := t.TempDir()
	good, bad := sealed(t)
	for i := range 12 {
		put(t, good, dir, "in", "=good,\"\n"+strconv.Itoa(i)+".p7m")
	}
	put(t, bad, dir, "in", "bad.p7m")
	put(t, []byte("x"), dir, "in", "no document")
	for _, f := range Forms() {
		t.Run(string(f), func(t *testing.T) {
			run := func(name string, resume bool, progress func(*Totals)) (*Totals, error) {
				o := testOptions(t, filepath.Join(dir, "in"))
				o.Judge.Form, o.Judge.Lang = f, "ja"
				o.Spawn = spawnForm(f)
				o.Output, o.Journal, o.Resume, o.Progress = filepath.Join(dir, string(f)+name), filepath.Join(dir, string(f)+"journal"), resume, progress
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if progress != nil {
					o.Progress = func(t *Totals) {
						if t.Documents == 5 {
							cancel()
						}
					}
				}
				return Run(ctx, o)
			}
			want, err := run("whole", false, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := run("parts", false, func(*Totals) {}); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(dir, string(f)+"parts")); err == nil {
				t.Fatal("half an output has the name of a whole one")
			}
			got, err := run("parts", true, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) || got.Documents != 14 || got.Verdicts[verdict.DocumentPassed] != 12 {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
			whole, _ := os.ReadFile(filepath.Join(dir, string(f)+"whole"))
			parts, _ := os.ReadFile(filepath.Join(dir, string(f)+"parts"))
			if len(whole) != len(parts) || (f == Table) != strings.HasPrefix(string(whole), mark) {
				t.Errorf("%d octets, %d in parts", len(whole), len(parts))
			}
		})
	}
}

// TestTable: a row read back says what was written, and no name becomes a
// formula.
func TestTable(t *testing.T) {
	for path, octets := range map[string]string{"=HYPERLINK(\"x\"),": "", "\n\u202e\x1b[2Jfdp.,": "", Name("\x8f\x91.pdf"): "8f912e706466"} {
		rowComesBack(t, path, octets)
	}
	if err := Table.each(strings.NewReader(mark+"a,b\n"), func(*Summary) error { return nil }); err == nil {
		t.Error("another table was read")
	}
}

func rowComesBack(t *testing.T, path, octets string) {
	t.Helper()
	want := &Summary{
		Schema: SummarySchema, Path: path, PathOctets: octets, SHA256: "aa", Size: 12, Format: "pdf", Verdict: verdict.DocumentFailed, SubIndication: "HASH_FAILURE",
		Exit: 1, Sealers: []string{"'@x", "総務省"}, Level: "B-T", BestTime: "2026-01-01T00:00:00Z", Findings: []string{"K-SIG-002", "K-TIM-003"},
		CauseCode: "K-SIG-002", Cause: &verify.Text{JA: "+1", EN: "+1"}, Unmet: []string{"level"}, VerifiableUntil: "2027-01-01T00:00:00Z", EndsBy: "crl-next-update",
	}
	line, err := Table.line(want, nil, "ja")
	if err != nil {
		t.Fatal(err)
	}
	var got *Summary
	if err := Table.each(strings.NewReader(string(Table.head("ja"))+string(line)+"\n"), func(s *Summary) error { got = s; return nil }); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		t.Errorf("got  %s\nwant %s", a, b)
	}
	for _, cell := range strings.Split(string(line), ",") {
		if cell = strings.TrimPrefix(cell, `"`); cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
			t.Errorf("%q is a formula", cell)
		}
	}
	if strings.ContainsAny(string(line), "\n\x1b\u202e") {
		t.Errorf("%q steers who shows it", line)
	}
}

// TestSummarySchema holds each line against its schema, and that the schema
// knows each member.
func TestSummarySchema(t *testing.T) {
	f, err := os.Open("summary-v1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("summary.json", doc); err != nil {
		t.Fatal(err)
	}
	schema := c.MustCompile("summary.json")
	dir := t.TempDir()
	good, bad := sealed(t)
	put(t, good, dir, "good")
	put(t, bad, dir, "bad")
	put(t, nil, dir, "empty")
	if runtime.GOOS == "linux" {
		put(t, []byte("x"), dir, "\x8a\xd1")
	}
	var out bytes.Buffer
	o := testOptions(t, dir, filepath.Join(dir, "none"))
	o.Writer = &out
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	members := doc.(map[string]any)["properties"].(map[string]any)
	for line := range bytes.Lines(out.Bytes()) {
		inst, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(inst); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		for name := range inst.(map[string]any) {
			if members[name] == nil {
				t.Errorf("the schema does not know %q", name)
			}
		}
	}
}
