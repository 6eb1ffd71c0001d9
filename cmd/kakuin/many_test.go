//go:build unix

package main

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/verifytest"
)

// many is how many documents TestMany judges; KAKUIN_BATCH_DOCUMENTS says
// otherwise, .ci/deep batch 100,000.
func many(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("KAKUIN_BATCH_DOCUMENTS"))
	if err != nil {
		if testing.Short() {
			t.Skip("short run")
		}
		return 300
	}
	return n
}

// A crowd is a folder of sealed documents, of which every hundredth is broken.
type crowd struct {
	dir, program, list string
	n                  int
}

// gather makes the documents, in folders of a thousand: messages of 1 KB to
// 200 KB with a time-stamp and revocation data, and PDFs with long-term
// material. Each has content and signature of its own.
func gather(t *testing.T, n int) *crowd {
	t.Helper()
	c := &crowd{dir: filepath.Join(t.TempDir(), "in"), n: n}
	c.program, c.list = filepath.Join(t.TempDir(), "kakuin"), filepath.Join(t.TempDir(), "list.yaml")
	if out, err := exec.Command("go", "build", "-o", c.program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	w := verifytest.New()
	if err := os.WriteFile(c.list, w.TrustList(verifytest.TrustListTemplate{}), 0o600); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < n; i += 1000 {
		if err := os.MkdirAll(filepath.Join(c.dir, fmt.Sprintf("%03d", i/1000)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	var makers sync.WaitGroup
	for k := range runtime.GOMAXPROCS(0) {
		makers.Go(func() {
			w := verifytest.New()
			crls, ocsp := w.CRLs(w.Seal, w.TSA), w.OCSP(verifytest.OCSPTemplate{Cert: w.Seal})
			for i := k; i < n; i += runtime.GOMAXPROCS(0) {
				doc, ext := one(w, i, crls, ocsp)
				if i%100 == 99 {
					doc[len(doc)/3] ^= 0x20
				}
				if err := os.WriteFile(filepath.Join(c.dir, fmt.Sprintf("%03d", i/1000), fmt.Sprintf("%06d.%s", i, ext)), doc, 0o600); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	makers.Wait()
	return c
}

func one(w *verifytest.World, i int, crls [][]byte, ocsp []byte) ([]byte, string) {
	if i%10 == 3 {
		return w.PDF(verifytest.PDFTemplate{Title: fmt.Sprintf("Certificate %d", i), Streams: i%20 == 3}).Sign(verifytest.SignOptions{}).AddLongTerm(w.Seal).Bytes(), "pdf"
	}
	size := []int{1 << 10, 4 << 10, 20 << 10, 200 << 10}[[]int{0, 1, 1, 2, 0, 1, 2, 0, 1, 3}[i%10]]
	content := make([]byte, size)
	seed := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
	rand.NewChaCha8(seed).Read(content)
	return w.CMS(verifytest.CMSTemplate{Content: content, CRLs: crls, OCSPs: [][]byte{ocsp}, Signers: []verifytest.Signer{{Cert: w.Seal, Timestamp: &verifytest.TokenTemplate{}}}}), "p7m"
}

// floor is what any program must do: read each document, its SHA-256, and the
// arithmetic of the two signatures that no other document has, the seal and its
// time-stamp.
func (c *crowd) floor(t *testing.T) time.Duration {
	t.Helper()
	w := verifytest.New()
	var keys []*rsa.PublicKey
	for _, x := range []*verifytest.Cert{w.Seal, w.TSA} {
		parsed, err := x509.ParseCertificate(x.DER)
		if err != nil {
			t.Fatal(err)
		}
		key, ok := parsed.PublicKey.(*rsa.PublicKey)
		if !ok {
			t.Fatalf("a key of the kind %T: this floor knows RSA", parsed.PublicKey)
		}
		keys = append(keys, key)
	}
	paths := make(chan string, 64)
	var done sync.WaitGroup
	begun := time.Now()
	for range runtime.GOMAXPROCS(0) {
		done.Go(func() {
			for path := range paths {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Error(err)
				}
				sum := sha256.Sum256(data)
				for _, k := range keys {
					value := make([]byte, k.Size())
					copy(value[1:], sum[:]) // no signature: finding that out costs the same
					if rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], value) == nil {
						t.Error("a digest is no signature")
					}
				}
			}
		})
	}
	err := filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths <- path
		}
		return err
	})
	close(paths)
	done.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return time.Since(begun)
}

// command is a run over some of the folders. cores is a list for taskset, empty
// for all.
func (c *crowd) command(cores string, args ...string) *exec.Cmd {
	w := verifytest.New()
	args = append([]string{c.program, "batch", "--offline", "--quiet", "--summary", "--trust", c.list, "--at", w.Now.Format(time.RFC3339)}, args...)
	if cores != "" {
		args = append([]string{"taskset", "-c", cores}, args...)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = os.Stderr
	return cmd
}

// A run is what measured saw: the time, and the peak of memory (PSS, of all
// processes of the run together, every 100 ms) of the whole and until a part of
// the output was written.
type run struct {
	took        time.Duration
	peak, early int64
}

// measured runs a command that writes a file. part is how much of the output
// counts as early.
func measured(t *testing.T, cmd *exec.Cmd, output string, part float64) (r run) {
	t.Helper()
	type sample struct{ written, memory int64 }
	var samples []sample
	size := func(path string) int64 {
		if st, err := os.Stat(path); err == nil {
			return st.Size()
		}
		return 0
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case err := <-done:
			var exit *exec.ExitError
			if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
				t.Fatal(err)
			}
			r.took = time.Since(begun)
			for _, s := range samples {
				if r.peak = max(r.peak, s.memory); float64(s.written) <= part*float64(size(output)) {
					r.early = max(r.early, s.memory)
				}
			}
			return r
		case <-time.After(100 * time.Millisecond):
			samples = append(samples, sample{size(output + ".part"), memory(cmd.Process.Pid)})
		}
	}
}

// memory is the proportional set size of a process group, in octets.
func memory(group int) (total int64) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		_, rest, found := strings.Cut(string(stat), ") ")
		if f := strings.Fields(rest); err != nil || !found || len(f) < 3 || f[2] != strconv.Itoa(group) {
			continue
		}
		roll, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "smaps_rollup"))
		for line := range strings.Lines(string(roll)) {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "Pss:" {
				n, _ := strconv.ParseInt(f[1], 10, 64)
				total += n << 10
			}
		}
	}
	return total
}

// checked reads an output: every document once, and its verdict as it should be.
func (c *crowd) checked(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seen := map[string]bool{}
	wrong := 0
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var s struct{ Path, Verdict string }
		if err := json.Unmarshal(in.Bytes(), &s); err != nil {
			t.Fatalf("%v: %.100s", err, in.Bytes())
		}
		if seen[s.Path] {
			t.Errorf("%s stands there twice", s.Path)
		}
		seen[s.Path] = true
		i, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(s.Path), filepath.Ext(s.Path)))
		if err != nil {
			t.Fatal(err)
		}
		if passed := s.Verdict == "TOTAL-PASSED"; passed == (i%100 == 99) {
			if wrong++; wrong < 5 {
				t.Errorf("%s is %s", s.Path, s.Verdict)
			}
		}
	}
	if len(seen) != c.n || in.Err() != nil {
		t.Errorf("%d of %d documents, %v", len(seen), c.n, in.Err())
	}
}

// partWhole holds what a killed run left: whole lines up to the journal's word.
func partWhole(t *testing.T, path, journal string) {
	t.Helper()
	j, err := os.ReadFile(journal)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	_, records, _ := bytes.Cut(j, []byte("\n"))
	n := len(records) / 29
	if n == 0 {
		return
	}
	end := int64(binary.BigEndian.Uint64(records[(n-1)*29+16:]))
	part, err := os.ReadFile(path + ".part")
	if err != nil || int64(len(part)) < end {
		if whole, other := os.ReadFile(path); other == nil && int64(len(whole)) == end {
			return // killed between the new name and the end of the journal
		}
		t.Fatalf("%d octets, the journal says %d: %v", len(part), end, err)
	}
	lines := 0
	for line := range bytes.Lines(part[:end]) {
		if lines++; !json.Valid(line) || !bytes.HasSuffix(line, []byte("\n")) {
			t.Fatalf("line %d: %.100s", lines, line)
		}
	}
	if lines != n {
		t.Fatalf("%d lines, %d records", lines, n)
	}
}

// TestMany judges a crowd on one core and on two, looks at its memory, and kills
// it at random moments.
func TestMany(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("looks at /proc")
	}
	begun := time.Now()
	c := gather(t, many(t))
	t.Logf("%d documents made in %s", c.n, time.Since(begun).Round(time.Second))
	out := func(name string) string { return filepath.Join(t.TempDir(), name) }
	if _, err := exec.LookPath("taskset"); err == nil && runtime.NumCPU() > 1 {
		var single, double time.Duration
		grown := math.Inf(1)
		for _, cores := range []int{1, 2, 2, 1} { // in this order, so that a machine that slows down favours neither
			o := out("a")
			cmd := c.command([]string{"0", "0,1"}[cores-1], "--workers", strconv.Itoa(cores), "--output", o, c.dir)
			r := measured(t, cmd, o, 10000/float64(c.n))
			c.checked(t, o)
			if cores == 1 {
				single += r.took
				continue
			}
			double += r.took
			busy := (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
			t.Logf("two cores were busy for %.2f of the time", busy/r.took.Seconds()/2)
			grown = min(grown, c.memory(t, r))
		}
		if c.n >= 100000 && grown > 1.1 {
			t.Error("memory grows with the number of documents")
		}
		least := c.floor(t)
		rate := func(d time.Duration) float64 { return float64(2*c.n) / d.Seconds() }
		t.Logf("one core %.0f documents a second, two %.0f: %.2f times", rate(single), rate(double), rate(double)/rate(single))
		t.Logf("floor (reading, SHA-256 and the two signatures of each document alone, on two cores): %.0f documents a second; the batch has %.2f of it", rate(2*least), rate(double)/rate(2*least))
	}
	c.killed(t, out("k"))
}

// memory tells the peak of a run and gives its ratio to the peak until 10,000
// documents were done. What grows with the documents does so in every run; one
// collection of garbage that comes late does not, so that the lesser ratio counts.
func (c *crowd) memory(t *testing.T, r run) float64 {
	t.Helper()
	mb := func(n int64) float64 { return float64(n) / (1 << 20) }
	grown := float64(r.peak) / float64(r.early)
	t.Logf("memory at most %.1f MB, %.1f MB until 10,000 documents were done: %.3f of it", mb(r.peak), mb(r.early), grown)
	if r.peak > 512<<20 {
		t.Errorf("%.1f MB", mb(r.peak))
	}
	return grown
}

// killed ends a run over and over: the run with all its processes, the run alone,
// or one of its workers.
func (c *crowd) killed(t *testing.T, out string) {
	r := rand.New(rand.NewPCG(7, 2026))
	kills := 8
	if c.n >= 100000 {
		kills = 100
	}
	journal := out + ".journal"
	done := 0
	for ended := false; !ended; {
		args := []string{"--workers", "2", "--output", out, "--journal", journal, c.dir}
		if _, err := os.Stat(journal); err == nil {
			args = append(args, "--resume")
		}
		cmd := c.command("", args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		finished := make(chan struct{})
		go func() { cmd.Wait(); close(finished) }()
		wait := time.Duration(50+r.IntN(1+min(c.n/40, 1000))) * time.Millisecond
		if done >= kills {
			wait = time.Hour
		}
		select {
		case <-finished:
			ended = true
			if _, err := os.Stat(out); err != nil {
				t.Fatal(err)
			}
		case <-time.After(wait):
			done++
			if done%4 == 0 { // a worker only: the run goes on
				exec.Command("pkill", "-9", "-n", "-g", strconv.Itoa(cmd.Process.Pid)).Run()
				time.Sleep(100 * time.Millisecond)
			}
			if done%3 == 0 {
				syscall.Kill(cmd.Process.Pid, syscall.SIGKILL)
			} else {
				syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			}
			<-finished
			partWhole(t, out, journal)
		}
	}
	t.Logf("killed %d times", done)
	if done < kills && c.n >= 100000 {
		t.Errorf("over after %d kills", done)
	}
	c.checked(t, out)
}
