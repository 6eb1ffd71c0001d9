package revocation_test

import (
	"bufio"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/internal/corpora"
)

// suite is one manifest of the corpora: its zip, the folder in it, and how many of its cases are scored.
type suite struct {
	file   string
	dir    string
	scored int
	run    func(*world, suiteCase) outcome
}

// chainSuites are about paths, statusSuites about the status of one certificate.
var (
	chainSuites = []suite{
		{"pki/pkits.zip", ".", 258, (*world).chain},
		{"pki/x509-limbo.zip", ".", 65, (*world).chain},
		{"pki/chains-bettertls.zip", ".", 347, (*world).chain},
		{"pki/chains-boringssl-verify-chain.zip", ".", 59, (*world).chain},
		{"pki/chains-openssl-verify.zip", ".", 40, (*world).chain},
		{"pki/chains-go-policies.zip", ".", 51, (*world).chain},
		{"pki/chains-x509test.zip", ".", 22, (*world).chain},
		{"pki/chains-botan-pss.zip", ".", 60, (*world).chain},
		{"pki/ocsp.zip", "pyhanko-ltv", 4, (*world).chain},
	}
	statusSuites = []suite{
		{"pki/chains-boringssl-crl.zip", ".", 32, (*world).crlStatus},
		{"pki/ocsp.zip", "boringssl", 14, (*world).ocspStatus},
		{"pki/ocsp.zip", "go-xcrypto", 1, (*world).ocspStatus},
		{"pki/ocsp.zip", "openssl", 62, (*world).ocspStatus},
	}
)

func (s suite) name() string {
	return strings.TrimSuffix(strings.TrimPrefix(s.file, "pki/"), ".zip") + strings.TrimPrefix("/"+s.dir, "/.")
}

func (s suite) open(t *testing.T) (*world, []suiteCase) {
	sub, err := fs.Sub(corpora.Open(t, s.file), s.dir)
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct{ Cases []suiteCase }
	corpora.JSON(t, sub, "manifest.json", &manifest)
	return &world{t: t, fsys: sub}, manifest.Cases
}

// TestSuites runs the field's suites and prints a line for each. A case that
// comes out wrong must stand in testdata/ledger.txt with a reason; one that
// stands there and comes out right fails too.
func TestSuites(t *testing.T) {
	corpora.Dir(t)
	ledger := readLedger(t)
	for _, s := range slices.Concat(chainSuites, statusSuites) {
		t.Run(s.name(), func(t *testing.T) {
			w, cases := s.open(t)
			runSuite(t, cases, s.scored, ledger, func(c suiteCase) outcome { return s.run(w, c) })
		})
	}
	for id := range ledger {
		if !ledger[id].used {
			t.Errorf("ledger: %s: no such case was run", id)
		}
	}
}

type outcome struct {
	good   bool
	why    string // one word: "passed", the code of the most telling rejection, what revocation said
	detail string
}

func runSuite(t *testing.T, cases []suiteCase, want int, ledger map[string]*exception, run func(suiteCase) outcome) {
	scored, right, accepted, refused, excused := 0, 0, 0, 0, 0
	for _, c := range cases {
		if !c.scored() {
			start := time.Now()
			run(c) // no crash, no hang
			if d := time.Since(start); d > corpora.TimeBar() {
				t.Logf("%s took %v", c.ID, d)
			}
			continue
		}
		scored++
		start := time.Now()
		o := run(c)
		if d := time.Since(start); d > corpora.TimeBar() {
			t.Logf("%s took %v", c.ID, d)
		}
		ok := o.good == (c.Expect == "valid")
		if e := ledger[c.ID]; e != nil {
			e.used = true
			excused++
			if ok {
				t.Errorf("%s: right now; strike it from the ledger", c.ID)
			}
			continue
		}
		switch {
		case ok:
			right++
		case o.good:
			accepted++
			t.Errorf("%s: wrongly accepted (%s)\n\t%s", c.ID, c.Why, o.detail)
		default:
			refused++
			t.Errorf("%s: wrongly refused (%s)\n\t%s", c.ID, c.Why, o.detail)
		}
	}
	t.Logf("cases %d, scored %d, right %d, wrongly accepted %d, wrongly refused %d, ledger %d", len(cases), scored, right, accepted, refused, excused)
	if scored != want {
		t.Errorf("%d cases scored, want %d: a suite that skips proves nothing", scored, want)
	}
}

type exception struct {
	reason string
	used   bool
}

func readLedger(t *testing.T) map[string]*exception {
	f, err := os.Open("testdata/ledger.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := make(map[string]*exception)
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line := strings.TrimSpace(sc.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		id, reason, _ := strings.Cut(line, " ")
		if reason == "" {
			t.Errorf("ledger: %s has no reason", id)
		}
		out[id] = &exception{reason: reason}
	}
	return out
}
