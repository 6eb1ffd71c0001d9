package revocation_test

import (
	"bufio"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
)

// suiteCase is one case of a manifest (corpora/README.md).
type suiteCase struct {
	ID              string   `json:"id"`
	Kind            string   `json:"kind"`
	Anchors         []string `json:"trust_anchors"`
	Intermediates   []string `json:"intermediates"`
	CRLs            []string `json:"crls"`
	OCSPs           []string `json:"ocsps"`
	Leaf            string   `json:"leaf"`
	Time            string   `json:"time"`
	InitialPolicies []string `json:"initial_policy_set"`
	ExplicitPolicy  bool     `json:"require_explicit_policy"`
	InhibitMapping  bool     `json:"inhibit_mapping"`
	InhibitAny      bool     `json:"inhibit_any"`
	CheckRevocation bool     `json:"check_revocation"`
	RequiredEKU     []string `json:"required_eku"`
	LastCertTrust   string   `json:"last_cert_trust"`
	Expect          string   `json:"expect"`
	ExpectStatus    string   `json:"expect_status"`
	ExpectPolicies  []string `json:"expect_user_constrained_policy_set"`
	Why             string   `json:"why"`
	Fairness        string   `json:"fairness"`
	Cert            string   `json:"cert"`
	Issuer          string   `json:"issuer"`
	Response        string   `json:"response"`
	Serial          string   `json:"serial"`
	CheckFreshness  *bool    `json:"check_freshness"`
	MaxAgeSeconds   int64    `json:"max_age_seconds"`
	RevocationMode  string   `json:"revocation_mode"`
}

// scored follows "What is scored" of corpora/README.md. Time sliding
// (fair-etsi-319102) is the court's.
func (c suiteCase) scored() bool {
	if c.Fairness == "fair-etsi-319102" {
		return false
	}
	if c.Fairness == "" && strings.HasPrefix(c.ID, "go-ocsp") {
		return c.Expect == "valid"
	}
	return (c.Expect == "valid" || c.Expect == "invalid") && (strings.HasPrefix(c.Fairness, "fair") || c.Fairness == "option" && strings.HasPrefix(c.ID, "pkits"))
}

// TestSuites runs the field's suites and prints a line for each. A case that
// comes out wrong must stand in testdata/ledger.txt with a reason; one that
// stands there and comes out right fails too.
func TestSuites(t *testing.T) {
	corpora.Dir(t)
	ledger := readLedger(t)
	for _, suite := range []struct {
		file   string
		dir    string
		scored int
		run    func(*world, suiteCase) outcome
	}{
		{"pki/pkits.zip", ".", 258, (*world).chain},
		{"pki/x509-limbo.zip", ".", 65, (*world).chain},
		{"pki/chains-bettertls.zip", ".", 347, (*world).chain},
		{"pki/chains-boringssl-verify-chain.zip", ".", 59, (*world).chain},
		{"pki/chains-openssl-verify.zip", ".", 40, (*world).chain},
		{"pki/chains-go-policies.zip", ".", 51, (*world).chain},
		{"pki/chains-x509test.zip", ".", 22, (*world).chain},
		{"pki/chains-botan-pss.zip", ".", 60, (*world).chain},
		{"pki/chains-boringssl-crl.zip", ".", 32, (*world).crlStatus},
		{"pki/ocsp.zip", "boringssl", 14, (*world).ocspStatus},
		{"pki/ocsp.zip", "go-xcrypto", 1, (*world).ocspStatus},
		{"pki/ocsp.zip", "openssl", 62, (*world).ocspStatus},
		{"pki/ocsp.zip", "pyhanko-ltv", 4, (*world).chain},
	} {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(suite.file, "pki/"), ".zip")+strings.TrimPrefix("/"+suite.dir, "/."), func(t *testing.T) {
			sub, err := fs.Sub(corpora.Open(t, suite.file), suite.dir)
			if err != nil {
				t.Fatal(err)
			}
			w := &world{t: t, fsys: sub}
			var manifest struct{ Cases []suiteCase }
			corpora.JSON(t, w.fsys, "manifest.json", &manifest)
			runSuite(t, manifest.Cases, suite.scored, ledger, func(c suiteCase) outcome { return suite.run(w, c) })
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

// world reads the files of one suite.
type world struct {
	t    *testing.T
	fsys fs.FS
}

func (w *world) blocks(name string) [][]byte {
	w.t.Helper()
	data := corpora.Read(w.t, w.fsys, name)
	var out [][]byte
	for rest := data; ; {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			break
		}
		out = append(out, b.Bytes)
	}
	if out == nil {
		out = append(out, data)
	}
	return out
}

func (w *world) certs(names ...string) []*cert.Certificate {
	var out []*cert.Certificate
	for _, name := range names {
		for _, der := range w.blocks(name) {
			if c, err := cert.Parse(der, nil); err == nil {
				out = append(out, c)
			}
		}
	}
	return out
}

func (w *world) items(c suiteCase) []revocation.Item {
	var out []revocation.Item
	for _, name := range c.CRLs {
		for _, der := range w.blocks(name) {
			if crl, err := cert.ParseCRL(der, nil); err == nil {
				out = append(out, revocation.Item{CRL: crl, Ref: name})
			}
		}
	}
	for _, name := range c.OCSPs {
		for _, der := range w.blocks(name) {
			if o, err := cert.ParseOCSP(der, nil); err == nil {
				out = append(out, revocation.Item{OCSP: o, Ref: name})
			}
		}
	}
	return out
}

var ekuNames = map[string]ber.OID{
	"serverAuth": "1.3.6.1.5.5.7.3.1", "clientAuth": "1.3.6.1.5.5.7.3.2", "codeSigning": "1.3.6.1.5.5.7.3.3",
	"emailProtection": "1.3.6.1.5.5.7.3.4", "timeStamping": "1.3.6.1.5.5.7.3.8", "OCSPSigning": "1.3.6.1.5.5.7.3.9",
	"anyExtendedKeyUsage": "2.5.29.37.0",
}

// input is the search that a case asks for.
func (w *world) input(c suiteCase, at time.Time) (path.Input, bool) {
	leaf := w.certs(c.Leaf)
	if len(leaf) == 0 {
		return path.Input{}, false
	}
	in := path.Input{
		Leaf: leaf[0], Pool: path.NewPool(append(w.certs(c.Intermediates...), leaf[1:]...)), Time: at,
		ExplicitPolicy: c.ExplicitPolicy, InhibitMapping: c.InhibitMapping, InhibitAny: c.InhibitAny,
		AnchorConstraints: c.Fairness == "fair-if-anchor-constraints" && (c.LastCertTrust == "" || strings.Contains(c.LastCertTrust, "WITH_CONSTRAINTS") || strings.Contains(c.LastCertTrust, "AND_CONSTRAINTS")),
		AnchorValidity:    c.Fairness == "fair-if-anchor-expiry",
	}
	for _, a := range w.certs(c.Anchors...) {
		in.Anchors = append(in.Anchors, path.Anchor{Certificate: a})
	}
	for _, p := range c.InitialPolicies {
		in.InitialPolicies = append(in.InitialPolicies, ber.OID(p))
	}
	for _, e := range c.RequiredEKU {
		if oid, ok := ekuNames[e]; ok {
			in.RequiredEKU = append(in.RequiredEKU, oid)
		} else {
			w.t.Errorf("%s: unknown EKU %s", c.ID, e)
		}
	}
	if c.Fairness == "fair-tsa" {
		in.Usage.Purpose = path.Timestamping
	}
	return in, true
}

func (c suiteCase) at(t *testing.T) time.Time {
	at, err := time.Parse(time.RFC3339, c.Time)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	return at
}

// chain is path validation, with revocation where the case asks for it; the
// answer must be the same, to the word, with everything given the other way round.
func (w *world) chain(c suiteCase) outcome {
	o := w.judge(c)
	for _, list := range [][]string{c.Anchors, c.Intermediates, c.CRLs, c.OCSPs} {
		slices.Reverse(list)
	}
	if again := w.judge(c); again != o {
		w.t.Errorf("%s: depends on the order of input:\n\t%+v\n\t%+v", c.ID, o, again)
	}
	return o
}

func (w *world) judge(c suiteCase) outcome {
	in, ok := w.input(c, c.at(w.t))
	if !ok {
		return outcome{detail: "leaf cannot be parsed"}
	}
	court := &miniCourt{in: in, soft: strings.HasPrefix(c.RevocationMode, "soft-fail"), items: w.items(c), verifier: path.NewVerifier(0), purse: purse.New(purse.Limits{}), asked: map[[32]byte]bool{}}
	check := c.CheckRevocation || len(c.CRLs)+len(c.OCSPs) > 0
	var taken *path.Path
	in.Verifier, in.Purse = court.verifier, court.purse
	res := path.Search(in, func(p *path.Path) bool {
		if check && !court.notRevoked(p, 0) {
			return false
		}
		taken = p
		return true
	})
	if taken == nil {
		return outcome{detail: describe(res) + strings.Join(court.log, "; ")}
	}
	if c.ExpectPolicies != nil && c.Expect == "valid" && strings.HasPrefix(c.ID, "pkits") {
		if got := policySet(taken); !slices.Equal(got, sorted(c.ExpectPolicies)) {
			w.t.Errorf("%s: user-constrained policies %v, want %v", c.ID, got, c.ExpectPolicies)
		}
	}
	return outcome{good: true, detail: fmt.Sprint(len(taken.Certificates), " certificates; ", strings.Join(court.log, "; "))}
}

func policySet(p *path.Path) []string {
	var out []string
	for _, o := range p.Policies {
		out = append(out, string(o))
	}
	if p.AnyPolicy {
		out = append(out, "2.5.29.32.0")
	}
	return sorted(out)
}

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

func describe(res path.Result) string {
	var b strings.Builder
	for _, r := range res.Rejections {
		var names []string
		for _, c := range r.Path {
			names = append(names, c.Subject.CommonName())
		}
		params, _ := json.Marshal(r.Params)
		fmt.Fprintf(&b, "[%s %s %v %s anchor=%v] ", r.Code, r.Clause, names, params, r.Anchor != nil)
	}
	return b.String()
}

// miniCourt judges revocation of every certificate of a path the way the
// court will: each must be known to be good.
type miniCourt struct {
	in       path.Input
	items    []revocation.Item
	verifier *path.Verifier
	purse    *purse.Purse
	soft     bool              // no data is no failure, data that do not count are
	asked    map[[32]byte]bool // signers whose own status is being looked for
	log      []string
}

func (m *miniCourt) notRevoked(p *path.Path, depth int) bool {
	for i, c := range p.Certificates {
		if p.LeafIsAnchor {
			return true
		}
		st := revocation.Check(revocation.Input{
			Target: c, Issuer: p.Issuer(i), Items: m.items, At: m.in.Time, Pool: m.in.Pool, Purse: m.purse, Verifier: m.verifier,
			Delegate: func(signer *cert.Certificate, purpose path.Purpose) (*sigalg.PublicKey, error) {
				return m.delegate(p, signer, purpose, depth)
			},
		})
		fresh := len(st.All) > 0 && revocation.Fresh(st.ThisUpdate, st.NextUpdate, st.HasNextUpdate, nil, m.in.Time)
		if m.soft && len(st.All)+len(st.Unusable) == 0 {
			continue
		}
		if st.State != revocation.Good || !fresh {
			m.log = append(m.log, fmt.Sprintf("%s: %s fresh=%v %v", c.Subject.CommonName(), st.State, fresh, problems(st)))
			return false
		}
	}
	return true
}

func problems(st revocation.Status) []string {
	var out []string
	for _, p := range st.Unusable {
		out = append(out, fmt.Sprint(p.Code, p.Params["reason"]))
	}
	return out
}

// delegate finds a path for a CRL signer or responder under the same anchor. A
// signer whose status only its own list can tell (PKITS 4.14.30) is taken at
// its word.
func (m *miniCourt) delegate(p *path.Path, signer *cert.Certificate, purpose path.Purpose, depth int) (*sigalg.PublicKey, error) {
	if depth > 3 {
		return nil, errors.New("revocation data of revocation data is nested too deep")
	}
	in := path.Input{
		Leaf: signer, Pool: m.in.Pool, Anchors: []path.Anchor{p.Anchor}, Time: m.in.Time,
		Usage: path.Usage{Purpose: purpose}, Purse: m.purse, Verifier: m.verifier,
	}
	again := m.asked[signer.SHA256]
	m.asked[signer.SHA256] = true
	defer func() { m.asked[signer.SHA256] = again }()
	var key *sigalg.PublicKey
	res := path.Search(in, func(q *path.Path) bool {
		if !again && !signer.OCSPNoCheck && !m.notRevoked(q, depth+1) {
			return false
		}
		key = q.Keys[0]
		return true
	})
	if key == nil {
		return nil, errors.New(describe(res))
	}
	return key, nil
}
