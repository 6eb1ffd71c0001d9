package batch

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/cmd/internal/lock"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestMain makes this program a worker, or a whole run that a test kills, when
// the environment says so.
func TestMain(m *testing.M) {
	switch os.Getenv("KAKUIN_BATCH_TEST") {
	case "worker":
		if err := serveTest(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(ExitSetup)
		}
	case "run":
		if err := runTest(os.Args[1], os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

// serveTest is a worker that some names of documents bring down.
func serveTest() error {
	in, feed := io.Pipe()
	go func() {
		r := bufio.NewReader(os.Stdin)
		for {
			k, body, err := receive(r)
			if err != nil {
				feed.CloseWithError(err)
				return
			}
			var t task
			if json.Unmarshal(body, &t); k == kindTask {
				poison(filepath.Base(string(t.Path)))
			}
			send(feed, k, json.RawMessage(body))
		}
	}()
	return Serve(context.Background(), in, os.Stdout, 256<<20, func(s verify.Source) (*Judge, error) {
		j, err := testJudge()
		if f := os.Getenv("KAKUIN_BATCH_FORM"); f != "" && err == nil {
			j.Form, j.Lang = Form(f), "ja"
		}
		return j, err
	})
}

func poison(name string) {
	switch {
	case strings.HasPrefix(name, "panic"):
		panic("poison")
	case strings.HasPrefix(name, "exit"):
		os.Exit(9)
	case strings.HasPrefix(name, "once"): // brought down from outside
		mark, err := os.OpenFile(os.Getenv("KAKUIN_BATCH_MARK")+name, os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			mark.Close()
			os.Exit(9)
		}
	case strings.HasPrefix(name, "stack"):
		var deeper func(int) int
		deeper = func(n int) int { return deeper(n+1) + 1 }
		deeper(0)
	case strings.HasPrefix(name, "hang"):
		time.Sleep(time.Hour)
	case strings.HasPrefix(name, "memory"):
		for kept := [][]byte{}; ; kept = append(kept, bytes.Repeat([]byte{1}, 16<<20)) {
			runtime.KeepAlive(kept)
		}
	}
}

func testJudge() (*Judge, error) {
	w := verifytest.New()
	list, err := trustlist.Parse(w.TrustList(verifytest.TrustListTemplate{}), nil)
	if err != nil {
		return nil, err
	}
	v, err := verify.New(list, verify.WithTime(w.Now))
	return &Judge{Verifier: v, Form: Summaries}, err
}

func testOptions(t testing.TB, paths ...string) Options {
	t.Helper()
	j, err := testJudge()
	if err != nil {
		t.Fatal(err)
	}
	return Options{Documents: Paths(paths, nil), Judge: j, Spawn: spawnTest, Workers: 2, Timeout: time.Minute, Now: time.Now}
}

// spawnForm starts workers that write another form.
func spawnForm(f Form) func(context.Context) *exec.Cmd {
	return func(ctx context.Context) *exec.Cmd {
		cmd := spawnTest(ctx)
		cmd.Env = append(cmd.Env, "KAKUIN_BATCH_FORM="+string(f))
		return cmd
	}
}

func spawnTest(context.Context) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "KAKUIN_BATCH_TEST=worker")
	return cmd
}

// sealed is a message that passes, and one that was altered.
func sealed(t testing.TB) (good, bad []byte) {
	t.Helper()
	w := verifytest.New()
	good = w.CMS(verifytest.CMSTemplate{Content: []byte("notice"), CRLs: w.CRLs(w.Seal, w.TSA), OCSPs: [][]byte{w.OCSP(verifytest.OCSPTemplate{Cert: w.Seal})},
		Signers: []verifytest.Signer{{Cert: w.Seal, Timestamp: &verifytest.TokenTemplate{}}}})
	bad = bytes.Replace(good, []byte("notice"), []byte("n0tice"), 1)
	return good, bad
}

func put(t testing.TB, data []byte, path ...string) string {
	t.Helper()
	name := filepath.Join(path...)
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, data, 0o666)); err != nil {
		t.Fatal(err)
	}
	return name
}

// ran runs and reads the lines, by the last part of their paths.
func ran(t *testing.T, o Options) (map[string]Summary, *Totals) {
	t.Helper()
	var out bytes.Buffer
	o.Writer = &out
	totals, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Summary{}
	for s := range summaries(t, out.Bytes()) {
		if _, twice := got[filepath.Base(s.Path)]; twice {
			t.Errorf("%s stands there twice", s.Path)
		}
		got[filepath.Base(s.Path)] = s
	}
	if totals.Documents != len(got) {
		t.Errorf("%d documents counted, %d lines", totals.Documents, len(got))
	}
	return got, totals
}

func summaries(t *testing.T, out []byte) func(func(Summary) bool) {
	return func(yield func(Summary) bool) {
		for line := range bytes.Lines(out) {
			var s Summary
			if err := json.Unmarshal(line, &s); err != nil || s.Schema != SummarySchema || line[len(line)-1] != '\n' {
				t.Fatalf("not a line: %v: %.200s", err, line)
			}
			if !yield(s) {
				return
			}
		}
	}
}

// TestVerdicts: each kind of document gets the verdict that it has alone.
func TestVerdicts(t *testing.T) {
	dir := t.TempDir()
	good, bad := sealed(t)
	put(t, good, dir, "good.p7m")
	put(t, bad, dir, "sub", "bad.p7m")
	put(t, nil, dir, "empty.pdf")
	put(t, []byte("hello"), dir, "\x8ap\x88\xf3.txt") // 角印 in Shift_JIS
	got, totals := ran(t, testOptions(t, dir))
	for name, want := range map[string]verdict.Document{
		"good.p7m": verdict.DocumentPassed, "bad.p7m": verdict.DocumentFailed, "empty.pdf": verdict.Unreadable, "角印.txt": verdict.Unreadable,
	} {
		if s := got[name]; s.Verdict != want || (want != verdict.DocumentPassed) != (s.Cause != nil) {
			t.Errorf("%s: %s %v", name, s.Verdict, s.Cause)
		}
	}
	if s := got["角印.txt"]; !strings.HasSuffix(s.PathOctets, "8a7088f32e747874") {
		t.Errorf("octets of the name: %q", s.PathOctets)
	}
	if totals.Exit != exit.Failed || got["good.p7m"].VerifiableUntil == "" || len(totals.First) != 1 {
		t.Errorf("totals %+v", totals)
	}
}

// TestPoison: whatever a document does to the process that judges it, it gets a
// line that says so, and the others theirs.
func TestPoison(t *testing.T) {
	dir := t.TempDir()
	good, _ := sealed(t)
	kinds := map[string]struct {
		exit int
		says string
	}{"panic": {exit.Internal, "poison"}, "exit": {exit.Internal, "exit status 9"}, "stack": {exit.Internal, "stack"}, "hang": {exit.Unreadable, "longer than"},
		"memory": {exit.Unreadable, "memory"}, "good": {exit.Passed, ""}}
	each := 3
	if os.Getenv("KAKUIN_DEEP") != "" {
		each = 200 // of five kinds: a thousand
	}
	for kind := range kinds {
		for i := range each {
			put(t, good, dir, fmt.Sprint(kind, i))
		}
	}
	o := testOptions(t, dir)
	o.Timeout, o.Ordered = 3*time.Second, true
	got, totals := ran(t, o)
	for kind, want := range kinds {
		for i := range each {
			s := got[fmt.Sprint(kind, i)]
			if s.Exit != want.exit || want.says != "" && (s.Cause == nil || !strings.Contains(s.Cause.EN, want.says)) {
				t.Errorf("%s%d: exit %d, want %d: %v", kind, i, s.Exit, want.exit, s.Cause)
			}
		}
	}
	if totals.Exit != exit.Internal || totals.Documents != each*len(kinds) {
		t.Errorf("exit %d, %d documents", totals.Exit, totals.Documents)
	}
}

// TestTroubles: what there is nothing to read of is told in its line.
func TestTroubles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links and modes of POSIX")
	}
	dir := t.TempDir()
	good, _ := sealed(t)
	put(t, good, dir, "a", "good.p7m")
	secret := put(t, good, dir, "a", "secret.p7m")
	if err := errors.Join(os.Chmod(secret, 0), os.Symlink(filepath.Join(dir, "a"), filepath.Join(dir, "a", "loop")), os.Symlink("nowhere", filepath.Join(dir, "a", "dangling")),
		exec.Command("mkfifo", filepath.Join(dir, "a", "pipe")).Run()); err != nil {
		t.Fatal(err)
	}
	put(t, nil, dir, "a", "empty.pdf")
	put(t, []byte("%PDF-1.7\n"), dir, "a", "huge.pdf")
	if size := map[bool]int64{false: 50 << 20, true: 5 << 30}[os.Getenv("KAKUIN_DEEP") != ""]; os.Truncate(filepath.Join(dir, "a", "huge.pdf"), size) != nil {
		t.Fatal("no sparse file")
	}
	got, totals := ran(t, testOptions(t, filepath.Join(dir, "a"), filepath.Join(dir, "vanished.pdf")))
	if totals.Exit != exit.Unreadable {
		t.Errorf("exit %d", totals.Exit)
	}
	for name, says := range map[string]string{"empty.pdf": "empty", "loop": "loop", "dangling": "no such file", "pipe": "regular file", "vanished.pdf": "no such file", "secret.p7m": "permission denied"} {
		if name == "secret.p7m" && os.Getuid() == 0 {
			continue // root reads everything
		}
		if s := got[name]; s.Verdict != verdict.Unreadable || s.Exit != exit.Unreadable || s.Cause == nil || !strings.Contains(s.Cause.EN, says) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if s := got["huge.pdf"]; s.Verdict != verdict.NotSigned || s.Size < 50<<20 || s.SHA256 == "" {
		t.Errorf("%+v", s)
	}
	if got["good.p7m"].Verdict != verdict.DocumentPassed {
		t.Errorf("%+v", got["good.p7m"])
	}
}

// TestOrdered: lines stand in the order of the documents, however long each takes.
func TestOrdered(t *testing.T) {
	dir := t.TempDir()
	good, _ := sealed(t)
	for i := range 200 {
		put(t, good[:len(good)-i%2], dir, fmt.Sprintf("%03d", i))
	}
	o := testOptions(t, dir)
	o.Ordered, o.Workers = true, 3
	var out bytes.Buffer
	o.Writer = &out
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	var names []string
	for s := range summaries(t, out.Bytes()) {
		names = append(names, s.Path)
	}
	if len(names) != 200 || !slices.IsSorted(names) {
		t.Errorf("%d lines, in order %v", len(names), slices.IsSorted(names))
	}
}

// runTest is a run over a folder that goes on where an earlier one was.
func runTest(dir, output string) error {
	j, err := testJudge()
	if err != nil {
		return err
	}
	o := Options{Documents: Paths([]string{dir}, nil), Judge: j, Spawn: spawnTest, Workers: 2, Timeout: time.Minute, Now: time.Now, Output: output, Journal: output + ".journal"}
	_, err = os.Stat(o.Journal)
	o.Resume = err == nil
	_, err = Run(context.Background(), o)
	return err
}

// TestKilled: a run that is killed again and again comes to its end with every
// document in the output once, and the output is whole whenever it is there.
func TestKilled(t *testing.T) {
	dir, output := t.TempDir(), filepath.Join(t.TempDir(), "out.ndjson")
	good, bad := sealed(t)
	documents := 3000
	if testing.Short() {
		documents = 300
	}
	for i := range documents {
		data := good
		if i%100 == 0 {
			data = bad
		}
		put(t, data, dir, strconv.Itoa(i%7), strconv.Itoa(i))
	}
	rng := rand.New(rand.NewPCG(7, 7))
	kills := 0
	for ; ; kills++ {
		cmd := exec.Command(os.Args[0], dir, output)
		cmd.Env = append(os.Environ(), "KAKUIN_BATCH_TEST=run")
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(50+rng.IntN(1400))*time.Millisecond, func() { cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		data, there := os.ReadFile(output)
		if err == nil {
			break
		}
		if n := bytes.Count(data, []byte("\n")); there == nil && n != documents {
			t.Fatalf("the output is there after %d kills with %d lines", kills+1, n)
		}
		if !strings.Contains(err.Error(), "killed") {
			t.Fatalf("%v: %s", err, said.String())
		}
		if kills > 200 {
			t.Fatal("the run comes to no end")
		}
	}
	data, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	failed := 0
	for s := range summaries(t, data) {
		seen[s.Path]++
		if s.Verdict == verdict.DocumentFailed {
			failed++
		}
	}
	for path, n := range seen {
		if n != 1 {
			t.Errorf("%s: %d lines", path, n)
		}
	}
	if len(seen) != documents || failed != documents/100 {
		t.Errorf("%d documents, %d of them failed", len(seen), failed)
	}
	if left, _ := filepath.Glob(output + ".*"); len(left) > 0 {
		t.Errorf("left behind: %s", left)
	}
	t.Logf("killed %d times", kills)
}

// TestKilledWorker: a worker that somebody else ended costs its document nothing.
func TestKilledWorker(t *testing.T) {
	dir := t.TempDir()
	good, _ := sealed(t)
	for i := range 20 {
		put(t, good, dir, "in", fmt.Sprintf("%s%d", []string{"good", "once"}[i%2], i))
	}
	t.Setenv("KAKUIN_BATCH_MARK", filepath.Join(dir, "mark-"))
	lines, totals := ran(t, testOptions(t, filepath.Join(dir, "in")))
	if len(lines) != 20 || totals.Verdicts[verdict.DocumentPassed] != 20 || totals.Exit != exit.Passed {
		t.Errorf("%+v", totals)
	}
	if marks, _ := filepath.Glob(filepath.Join(dir, "mark-*")); len(marks) != 10 {
		t.Errorf("%d workers ended", len(marks))
	}
}

// TestOutputTaken: two runs do not write into each other's output, and the one
// that is refused leaves nothing behind.
func TestOutputTaken(t *testing.T) {
	dir := t.TempDir()
	o := testOptions(t, filepath.Join(dir, "none"))
	o.Output, o.Journal = filepath.Join(dir, "out"), filepath.Join(dir, "journal")
	release, err := lock.Take(o.Output)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), o); !errors.Is(err, lock.ErrTaken) {
		t.Errorf("%v", err)
	}
	release()
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v is left behind", left)
	}
	if _, err := Run(t.Context(), o); err != nil {
		t.Error(err)
	}
	o.Output = filepath.Join(dir, "no such folder", "out")
	if _, err := Run(t.Context(), o); err == nil {
		t.Error("no folder, no error")
	}
	if _, err := os.Stat(o.Journal); err == nil {
		t.Error("the journal of a run that never began is left behind")
	}
}
