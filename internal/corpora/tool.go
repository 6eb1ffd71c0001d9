package corpora

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// DifferVariable runs the tests that hold us against other people's tools.
const DifferVariable = "KAKUIN_DIFFER"

// Tool is the path of another program; the test is skipped unless the
// comparison is asked for and the program is here.
func Tool(t testing.TB, name string) string {
	t.Helper()
	if os.Getenv(DifferVariable) == "" {
		t.Skipf("%s is not set: no comparison with %s", DifferVariable, name)
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not here", name)
	}
	return path
}

// toolTime is how long a program may look at one file; a second look has
// longer, since a busy machine is no answer.
var toolTime = [...]time.Duration{10 * time.Second, time.Minute}

// Run runs a program with what it prints to both channels; exit codes other
// than 0 are part of the answer. ran is false when its time was over or it
// could not be started.
func Run(program string, args ...string) (stdout, stderr string, ran bool) {
	for _, limit := range toolTime {
		if stdout, stderr, ran = runOnce(limit, program, args); ran {
			break
		}
	}
	return stdout, stderr, ran
}

func runOnce(limit time.Duration, program string, args []string) (stdout, stderr string, ran bool) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	err := cmd.Run()
	var exit *exec.ExitError
	ran = ctx.Err() == nil && (err == nil || errors.As(err, &exit))
	return out.String(), errs.String(), ran
}

// OnDisk calls f with every PDF of the corpora and a file that holds it, two
// at a time: worker is 0 or 1.
func OnDisk(t testing.TB, f func(worker int, p PDF, file string)) {
	t.Helper()
	dir := t.TempDir()
	jobs := make(chan PDF)
	var group sync.WaitGroup
	for worker := range 2 {
		group.Go(func() {
			for p := range jobs {
				file := filepath.Join(dir, strconv.Itoa(worker)+".pdf")
				if err := os.WriteFile(file, p.Data, 0o600); err != nil {
					t.Error(err)
					continue
				}
				f(worker, p, file)
			}
		})
	}
	PDFs(t, func(p PDF) { jobs <- p })
	close(jobs)
	group.Wait()
}
