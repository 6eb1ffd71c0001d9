//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestFullDisk: a run that can write no more ends and says so; what is done is
// kept, and with room again it goes on to the same output.
func TestFullDisk(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash is not here")
	}
	c := gather(t, 150)
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	args := []string{"--workers", "2", "--output", out, "--journal", out + ".journal", c.dir}
	whole := c.command("", args...)
	said := &strings.Builder{}
	// A limit for files is what a full disk is to the program: a write that gives
	// an error in the middle.
	limited := exec.Command("bash", append([]string{"-c", `ulimit -f 30; exec "$@"`, "-"}, whole.Args...)...)
	limited.Stderr = said
	if err := limited.Run(); err == nil || limited.ProcessState.ExitCode() != 7 || !strings.Contains(said.String(), "--resume") {
		t.Fatalf("%v: %s", err, said)
	}
	if _, err := os.Stat(out); err == nil {
		t.Fatal("half an output has the name of a whole one")
	}
	partWhole(t, out, out+".journal")
	begun := time.Now()
	if err := c.command("", append(args, "--resume")...).Run(); err == nil {
		t.Error("broken documents passed")
	}
	t.Logf("went on in %s", time.Since(begun).Round(time.Millisecond))
	c.checked(t, out)
	if _, err := os.Stat(out + ".journal"); err == nil {
		t.Error("the journal of a whole run is still there")
	}
}

// TestOneRun: of two runs on one journal, or on one output, one is refused, and
// the other does not notice.
func TestOneRun(t *testing.T) {
	c := gather(t, 400)
	out := filepath.Join(t.TempDir(), "out")
	first := c.command("", "--workers", "1", "--output", out, "--journal", out+".journal", c.dir)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	for range 500 {
		if _, err := os.Stat(out + ".part"); err == nil {
			break
		}
		time.Sleep(2 * time.Millisecond)
	}
	for name, other := range map[string][]string{
		"both":    {"--output", out, "--journal", out + ".journal", "--resume"},
		"journal": {"--output", out + "2", "--journal", out + ".journal", "--resume"},
		"output":  {"--output", out, "--journal", out + ".journal2"},
		"alone":   {"--output", out},
	} {
		said := &strings.Builder{}
		second := c.command("", append(other, c.dir)...)
		second.Stderr = said
		if err := second.Run(); second.ProcessState.ExitCode() != 2 || !strings.Contains(said.String(), "in use by another") {
			t.Errorf("%s: %v: %s", name, err, said)
		}
	}
	first.Wait()
	c.checked(t, out)
	if left, _ := filepath.Glob(out + "?*"); len(left) != 0 {
		t.Errorf("%v is left behind", left)
	}
}

// TestSameAsOneByOne: the line of the batch is the report of `kakuin verify`.
func TestSameAsOneByOne(t *testing.T) {
	c := gather(t, 40)
	w := verifytest.New()
	shared := []string{"--offline", "--trust", c.list, "--at", w.Now.Format(time.RFC3339), "--format", "ndjson"}
	out := filepath.Join(t.TempDir(), "out")
	exec.Command(c.program, append(append([]string{"batch", "--ordered", "--quiet", "--output", out}, shared...), c.dir)...).Run()
	names, err := filepath.Glob(filepath.Join(c.dir, "*", "*"))
	if err != nil || len(names) != 40 {
		t.Fatal(names, err)
	}
	lines, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(lines)), "\n") {
		want, _ := exec.Command(c.program, append(append([]string{"verify"}, shared...), names[i])...).Output()
		if got := strings.Replace(line, names[i], filepath.Base(names[i]), 1); got != strings.TrimSpace(string(want)) {
			t.Fatalf("%s:\n%s\n%s", names[i], got, want)
		}
	}
}
