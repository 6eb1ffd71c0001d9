package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kakuin/kakuin/cmd/internal/cli"
	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/cmd/internal/lock"
	"github.com/kakuin/kakuin/verify/verifytest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kakuin": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		if now, err := time.Parse(time.RFC3339, os.Getenv("KAKUIN_TEST_CLOCK")); err == nil {
			os.Exit(cli.MainAt(ctx, now, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		}
		os.Exit(cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}})
}

// TestScripts runs testdata/script: one theme a script. Beside the commands of
// testscript they have
//
//	exits N ARG...      runs kakuin ARG... and wants exit code N
//	json PATH VALUE     looks into the JSON on standard output; "-" = absent
//	lines FILE N        counts lines
//	specimen NAME       makes verifytest's case NAME: doc, detached, list.yaml
//	bridge [DEVIATION]  makes verifytest's bridge PKI: certs/NAME.cer and crls/NAME
//	sign-list FILE      signs a trust list: FILE.p7s, signer.cer, other.cer
//	tsa WAY             runs a time-stamp authority that answers so; $TSA is its address
//	site start|stop|asked N|lie   serves a world on loopback: see site_test.go
//	interrupted ARG...  runs kakuin with its context already ended
//
// $S is testdata/samples, $LIST its trust list, $AT the time of the samples.
func TestScripts(t *testing.T) {
	samples, err := filepath.Abs("../../../testdata/samples")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("S", samples)
			e.Setenv("LIST", filepath.Join(samples, "trust.yaml"))
			e.Setenv("AT", "2026-11-01T00:00:00Z")
			e.Values[siteKey{}] = &site{}
			e.Values[holdKey{}] = new(func())
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, "cache"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "json": jsonAt, "lines": lines, "specimen": specimen, "bridge": bridge, "sign-list": signList, "tsa": startTSA, "site": siteCommand, "interrupted": interrupted, "hold": hold,
		},
	})
}

func need(ts *testscript.TestScript, neg bool, args []string, n int) {
	if neg || len(args) < n {
		ts.Fatalf("needs %d arguments and no !", n)
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1)
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec("kakuin", args[1:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func interrupted(ts *testscript.TestScript, neg bool, args []string) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for i := range args {
		args[i] = ts.MkAbs(args[i])
	}
	if code := cli.Main(ctx, append([]string{"verify"}, args...), neverReader{}, ts.Stdout(), ts.Stderr()); code != exit.Interrupted {
		ts.Fatalf("exit code %d, want %d", code, exit.Interrupted)
	}
}

// A neverReader is a standard input that nobody types on.
type neverReader struct{}

func (neverReader) Read([]byte) (int, error) { select {} }

func lines(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2)
	if got := strings.Count(ts.ReadFile(args[0]), "\n"); strconv.Itoa(got) != args[1] {
		ts.Fatalf("%s has %d lines, want %s", args[0], got, args[1])
	}
}

// jsonAt finds .a.0.b in the JSON of standard output.
func jsonAt(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2)
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &v))
	for _, step := range strings.Split(strings.TrimPrefix(args[0], "."), ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(x) {
				ts.Fatalf("%s: a list of %d", args[0], len(x))
			}
			v = x[i]
		default:
			v = nil
		}
	}
	got := "-"
	if v != nil {
		got = fmt.Sprint(v)
	}
	if got != args[1] {
		ts.Fatalf("%s is %s, want %s", args[0], got, args[1])
	}
}

func specimen(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1)
	s := verifytest.MakeSpecimen(args[0])
	write(ts, "doc", s.Document)
	write(ts, "detached", s.Detached)
	write(ts, "list.yaml", s.TrustList)
	for i, crl := range s.CRLs {
		write(ts, fmt.Sprintf("crls/%d.crl", i), crl)
	}
}

func bridge(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 0)
	var changes []verifytest.BridgeDeviation
	for _, d := range verifytest.BridgeDeviations() {
		if d.Name == strings.Join(args, " ") {
			changes = append(changes, d)
		}
	}
	if len(args) > 0 && len(changes) != 1 {
		ts.Fatalf("no deviation %q", strings.Join(args, " "))
	}
	b := verifytest.NewBridge(changes...)
	ts.Check(os.RemoveAll(ts.MkAbs("crls")))
	for name, c := range b.Certs {
		write(ts, "certs/"+name+".cer", c.DER)
		write(ts, "pem/"+name+".pem", c.PEM())
	}
	for name, der := range b.Lists() {
		write(ts, "crls/"+name, der)
	}
}

// hold takes a file as another process would, until "hold end".
func hold(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1)
	held := ts.Value(holdKey{}).(*func())
	if args[0] == "end" {
		(*held)()
		return
	}
	release, err := lock.Take(ts.MkAbs(args[0]))
	ts.Check(err)
	*held = release
}

type holdKey struct{}

func signList(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1)
	w := verifytest.New()
	write(ts, args[0]+".p7s", w.CMS(verifytest.CMSTemplate{Content: []byte(ts.ReadFile(args[0])), Detached: true}))
	write(ts, "signer.cer", w.Seal.PEM())
	write(ts, "other.cer", w.Office.DER)
}

func write(ts *testscript.TestScript, name string, data []byte) {
	path := ts.MkAbs(name)
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o777))
	ts.Check(os.WriteFile(path, data, 0o666))
}
