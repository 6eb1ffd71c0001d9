//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// half runs until some of the lines are written, and kills the run.
func (c *crowd) half(t *testing.T, out string) {
	t.Helper()
	for range 20 {
		os.Remove(out)
		os.Remove(out + ".part")
		os.Remove(out + ".journal")
		cmd := c.command("", "--workers", "1", "--output", out, "--journal", out+".journal", c.dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for range 3000 {
			if info, err := os.Stat(out + ".journal"); err == nil && info.Size() > 800 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
		if _, err := os.Stat(out); errors.Is(err, os.ErrNotExist) {
			return
		}
	}
	t.Skip("this machine is too quick: no run could be killed half way")
}

// TestDamagedJournal: a journal that is cut or changed anywhere, and an output
// that is shorter or gone, give the whole output or an error, never one that
// lacks a line or has it twice.
func TestDamagedJournal(t *testing.T) {
	if testing.Short() {
		t.Skip("short run")
	}
	c := gather(t, 600)
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	c.half(t, out)
	journal, err := os.ReadFile(out + ".journal")
	if err != nil {
		t.Fatal(err)
	}
	part, err := os.ReadFile(out + ".part")
	if err != nil {
		t.Fatal(err)
	}
	head := bytes.IndexByte(journal, '\n') + 1
	records := (len(journal) - head) / 29
	t.Logf("%d of %d documents were done", records, c.n)
	flip := func(data []byte, at int) []byte { data = bytes.Clone(data); data[at] ^= 0x10; return data }
	last := head + 29*records
	for name, x := range map[string]struct{ journal, part []byte }{
		"as it was":              {journal, part},
		"journal cut":            {journal[:last-7], part},
		"journal cut to half":    {journal[:head+29*(records/2)], part},
		"journal without record": {journal[:head], part},
		"journal cut in head":    {journal[:head-3], part},
		"journal empty":          {nil, part},
		"key changed":            {flip(journal, last-29), part},
		"offset changed":         {flip(journal, last-29*2+20), part},
		"first record changed":   {flip(journal, head+3), part},
		"head changed":           {flip(journal, 12), part},
		"output cut":             {journal, part[:len(part)/2]},
		"output empty":           {journal, nil},
		"output longer":          {journal, append(bytes.Clone(part), part[:200]...)},
		"line changed":           {journal, flip(part, 1)},
	} {
		if err := errors.Join(os.WriteFile(out+".journal", x.journal, 0o600), os.WriteFile(out+".part", x.part, 0o600)); err != nil {
			t.Fatal(err)
		}
		os.Remove(out)
		cmd := c.command("", "--workers", "2", "--output", out, "--journal", out+".journal", "--resume", c.dir)
		cmd.Stderr = nil
		said, err := cmd.CombinedOutput()
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			t.Fatalf("%s: %v", name, err)
		}
		_, missing := os.Stat(out)
		switch {
		case ended.ExitCode() == 1 && missing == nil: // broken documents are among them
			c.checked(t, out)
		case ended.ExitCode() == 2 || ended.ExitCode() == 7:
			if missing == nil || len(said) == 0 {
				t.Errorf("%s: exit %d, an output, and %q", name, ended.ExitCode(), said)
			}
		default:
			t.Errorf("%s: exit %d: %s", name, ended.ExitCode(), said)
		}
		t.Logf("%s: exit %d %.150s", name, ended.ExitCode(), said)
	}
}
