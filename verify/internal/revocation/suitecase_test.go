package revocation_test

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
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

// A question is a case of a path suite with its octets: what can be asked of us and of anybody else.
type question struct {
	suiteCase
	leaf                                []byte
	anchors, intermediates, crls, ocsps [][]byte
	constraints, expiry                 bool      // what the anchor's own certificate says binds; of that only its validity
	origin                              *question // what a mutant was made of
}

func (w *world) load(c suiteCase) question {
	q := question{suiteCase: c, crls: w.all(c.CRLs), ocsps: w.all(c.OCSPs), anchors: w.all(c.Anchors), intermediates: w.all(c.Intermediates)}
	leaf := w.blocks(c.Leaf)
	q.leaf, q.intermediates = leaf[0], append(q.intermediates, leaf[1:]...)
	q.constraints = c.Fairness == "fair-if-anchor-constraints" && (c.LastCertTrust == "" || strings.Contains(c.LastCertTrust, "WITH_CONSTRAINTS") || strings.Contains(c.LastCertTrust, "AND_CONSTRAINTS"))
	q.expiry = c.Fairness == "fair-if-anchor-expiry"
	return q
}

func (w *world) all(names []string) (out [][]byte) {
	for _, name := range names {
		out = append(out, w.blocks(name)...)
	}
	return out
}

// readable are the certificates that can be parsed.
func readable(list ...[]byte) (out []*cert.Certificate) {
	for _, der := range list {
		if c, err := cert.Parse(der, nil); err == nil {
			out = append(out, c)
		}
	}
	return out
}

func (q question) items() (out []revocation.Item) {
	for i, der := range q.crls {
		if crl, err := cert.ParseCRL(der, nil); err == nil {
			out = append(out, revocation.Item{CRL: crl, Ref: i})
		}
	}
	for i, der := range q.ocsps {
		if o, err := cert.ParseOCSP(der, nil); err == nil {
			out = append(out, revocation.Item{OCSP: o, Ref: i})
		}
	}
	return out
}

var ekuNames = map[string]ber.OID{
	"serverAuth": "1.3.6.1.5.5.7.3.1", "clientAuth": "1.3.6.1.5.5.7.3.2", "codeSigning": "1.3.6.1.5.5.7.3.3",
	"emailProtection": "1.3.6.1.5.5.7.3.4", "timeStamping": "1.3.6.1.5.5.7.3.8", "OCSPSigning": "1.3.6.1.5.5.7.3.9",
	"anyExtendedKeyUsage": "2.5.29.37.0",
}

// input is the search that a case asks for; false: there is no leaf that can be parsed.
func (q question) input(t *testing.T) (path.Input, bool) {
	leaf := readable(q.leaf)
	if leaf == nil {
		return path.Input{}, false
	}
	in := path.Input{
		Leaf: leaf[0], Pool: path.NewPool(readable(q.intermediates...)), Time: q.at(t),
		ExplicitPolicy: q.ExplicitPolicy, InhibitMapping: q.InhibitMapping, InhibitAny: q.InhibitAny,
		AnchorConstraints: q.constraints, AnchorValidity: q.expiry,
	}
	for _, a := range readable(q.anchors...) {
		in.Anchors = append(in.Anchors, path.Anchor{Certificate: a})
	}
	for _, p := range q.InitialPolicies {
		in.InitialPolicies = append(in.InitialPolicies, ber.OID(p))
	}
	for _, e := range q.RequiredEKU {
		if oid, ok := ekuNames[e]; ok {
			in.RequiredEKU = append(in.RequiredEKU, oid)
		} else {
			t.Errorf("%s: unknown EKU %s", q.ID, e)
		}
	}
	if q.timestamping() {
		in.Usage.Purpose = path.Timestamping
	}
	return in, true
}

func (q question) timestamping() bool { return q.Fairness == "fair-tsa" }

// revocable: the case asks for revocation.
func (q question) revocable() bool { return q.CheckRevocation || len(q.crls)+len(q.ocsps) > 0 }

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
	q := w.load(c)
	o := q.judge(w.t)
	for _, list := range [][][]byte{q.anchors, q.intermediates, q.crls, q.ocsps} {
		slices.Reverse(list)
	}
	if again := q.judge(w.t); again != o {
		w.t.Errorf("%s: depends on the order of input:\n\t%+v\n\t%+v", c.ID, o, again)
	}
	return o
}

func (q question) judge(t *testing.T) outcome {
	o, _ := q.seek(t)
	return o
}

// seek is judge with the path that was taken.
func (q question) seek(t *testing.T) (outcome, *path.Path) {
	in, ok := q.input(t)
	if !ok {
		return outcome{why: "unparsed", detail: "leaf cannot be parsed"}, nil
	}
	court := &miniCourt{in: in, soft: strings.HasPrefix(q.RevocationMode, "soft-fail"), items: q.items(), verifier: path.NewVerifier(0), purse: purse.New(purse.Limits{}), asked: map[[32]byte]bool{}}
	var taken *path.Path
	in.Verifier, in.Purse = court.verifier, court.purse
	res := path.Search(in, func(p *path.Path) bool {
		if q.revocable() && !court.notRevoked(p, 0) {
			return false
		}
		taken = p
		return true
	})
	if taken == nil {
		return outcome{why: reason(res, court), detail: describe(res) + strings.Join(court.log, "; ")}, nil
	}
	if q.ExpectPolicies != nil && q.Expect == "valid" && strings.HasPrefix(q.ID, "pkits") {
		if got := policySet(taken); !slices.Equal(got, sorted(q.ExpectPolicies)) {
			t.Errorf("%s: user-constrained policies %v, want %v", q.ID, got, q.ExpectPolicies)
		}
	}
	return outcome{good: true, why: "passed", detail: fmt.Sprint(len(taken.Certificates), " certificates; ", strings.Join(court.log, "; "))}, taken
}

// reason is the word for why no path was taken: what revocation said of the
// last good one, or the most telling rejection.
func reason(res path.Result, court *miniCourt) string {
	switch {
	case res.Offered > 0:
		return "revocation " + court.last
	case len(res.Rejections) > 0:
		return string(res.Rejections[0].Code)
	}
	return "no path"
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
