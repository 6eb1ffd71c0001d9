package verify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/report"
)

// pathCase is one case of a manifest of certification paths (corpora/README.md).
type pathCase struct {
	ID              string   `json:"id"`
	Anchors         []string `json:"trust_anchors"`
	Intermediates   []string `json:"intermediates"`
	CRLs            []string `json:"crls"`
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
	ExpectPolicies  []string `json:"expect_user_constrained_policy_set"`
	Why             string   `json:"why"`
	Fairness        string   `json:"fairness"`
}

// scored follows "What is scored" of corpora/README.md; that an anchor's
// validity binds and nothing else of it is no question of the public door.
func (c pathCase) scored() bool {
	if c.Fairness == "fair-if-anchor-expiry" {
		return false
	}
	return (c.Expect == "valid" || c.Expect == "invalid") && (strings.HasPrefix(c.Fairness, "fair") || c.Fairness == "option" && strings.HasPrefix(c.ID, "pkits"))
}

func (c pathCase) options() verify.PathOptions {
	o := verify.PathOptions{Name: c.ID, Policies: c.InitialPolicies, RequireExplicitPolicy: c.ExplicitPolicy, InhibitPolicyMapping: c.InhibitMapping, InhibitAnyPolicy: c.InhibitAny}
	for _, e := range c.RequiredEKU {
		if e != "anyExtendedKeyUsage" {
			e = "id-kp-" + e
		}
		o.ExtKeyUsage = append(o.ExtKeyUsage, e)
	}
	if c.Fairness == "fair-tsa" {
		o.Purpose = verify.PurposeTimestamping
	}
	return o
}

// TestSuitePaths runs the suites of certification paths through the public
// door: the same answers as those of the rooms behind it, each report in
// order, the same whatever the order of the input.
func TestSuitePaths(t *testing.T) {
	t.Parallel()
	corpora.Dir(t)
	schema := compilePathSchema(t)
	for _, x := range []struct {
		file   string
		scored int
	}{
		{"pkits", 258}, {"x509-limbo", 65}, {"chains-bettertls", 347}, {"chains-boringssl-verify-chain", 56},
		{"chains-openssl-verify", 40}, {"chains-go-policies", 51}, {"chains-x509test", 22}, {"chains-botan-pss", 60},
	} {
		t.Run(x.file, func(t *testing.T) {
			fsys := corpora.Open(t, "pki/"+x.file+".zip")
			var manifest struct{ Cases []pathCase }
			corpora.JSON(t, fsys, "manifest.json", &manifest)
			s := newSuite(t, "door-"+x.file, x.scored, 0)
			for _, c := range manifest.Cases {
				s.cases++
				rep := c.run(t, fsys, schema)
				if !c.scored() {
					continue
				}
				passed := rep != nil && rep.Passed()
				right := passed == (c.Expect == "valid")
				s.score(c.ID, right, passed, c.Why+" "+pathCodes(rep))
				if right && passed && c.ExpectPolicies != nil && x.file == "pkits" && !slices.Equal(rep.Policies, sortedStrings(c.ExpectPolicies)) {
					t.Errorf("%s: user-constrained policies %v, want %v", c.ID, rep.Policies, c.ExpectPolicies)
				}
			}
			s.done()
		})
	}
}

// BenchmarkPKITS is the whole of NIST PKITS, each case from its octets to its
// report by a Verifier of its own: nothing is remembered from case to case.
func BenchmarkPKITS(b *testing.B) {
	fsys := corpora.Open(b, "pki/pkits.zip")
	var manifest struct{ Cases []pathCase }
	corpora.JSON(b, fsys, "manifest.json", &manifest)
	memory := fstest.MapFS{} // reading the zip is not measured
	for _, c := range manifest.Cases {
		for _, name := range slices.Concat([]string{c.Leaf}, c.Anchors, c.Intermediates, c.CRLs) {
			memory[name] = &fstest.MapFile{Data: corpora.Read(b, fsys, name)}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		right := 0
		for _, c := range manifest.Cases {
			if rep := c.ask(b, memory); (rep != nil && rep.Passed()) == (c.Expect == "valid") {
				right++
			}
		}
		if right != 258 {
			b.Fatalf("%d of 258 right", right)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/258, "us/case")
}

func sortedStrings(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

// run asks twice, the second time with everything the other way round.
func (c pathCase) run(t *testing.T, fsys fs.FS, schema *jsonschema.Schema) *verify.PathReport {
	t.Helper()
	first := c.ask(t, fsys)
	for _, list := range [][]string{c.Anchors, c.Intermediates, c.CRLs, c.InitialPolicies} {
		slices.Reverse(list)
	}
	again := c.ask(t, fsys)
	if first == nil || again == nil {
		return first
	}
	again.Trust.SHA256 = first.Trust.SHA256 // the list's octets
	if first.Asked != nil {
		again.Asked.Policies = first.Asked.Policies // echoed as they were given
	}
	a, b := pathJSON(t, schema, first), pathJSON(t, schema, again)
	if !bytes.Equal(a, b) {
		t.Errorf("%s: depends on the order of input:\n%s\n%s", c.ID, a, b)
	}
	return first
}

func (c pathCase) ask(t testing.TB, fsys fs.FS) *verify.PathReport {
	t.Helper()
	leaf := ders(t, fsys, c.Leaf)
	x, err := cert.Parse(leaf[0], purse.New(purse.Limits{}))
	if err != nil {
		return nil
	}
	mode := policy.None
	if c.CheckRevocation || len(c.CRLs) > 0 {
		mode = policy.Require
	}
	list := verify.NoTrust()
	if raws := ders(t, fsys, c.Anchors...); len(raws) > 0 {
		if list, err = trustlist.FromCertificates("suite", pickParsed(raws)...); err != nil {
			return nil
		}
	}
	options := []verify.Option{
		verify.WithPolicy(policyNamed(t, "rfc5280", mode)), verify.WithTime(when(t, c.Time)),
		verify.WithEvidence(items(evidence.Certificate, pickParsed(append(leaf[1:], ders(t, fsys, c.Intermediates...)...)))...),
		verify.WithEvidence(pickItems(items(evidence.CRL, ders(t, fsys, c.CRLs...)))...),
	}
	if c.Fairness == "fair-if-anchor-constraints" && (c.LastCertTrust == "" || strings.Contains(c.LastCertTrust, "WITH_CONSTRAINTS") || strings.Contains(c.LastCertTrust, "AND_CONSTRAINTS")) {
		options = append(options, verify.WithAnchorConstraints())
	}
	v, err := verify.New(list, options...)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := v.Path(context.Background(), x, c.options())
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	return rep
}

// pickParsed leaves out what is no certificate, as the rooms' suite does.
func pickParsed(raws [][]byte) [][]byte {
	return slices.DeleteFunc(slices.Clone(raws), func(raw []byte) bool {
		_, err := cert.Parse(raw, purse.New(purse.Limits{}))
		return err != nil
	})
}

func pickItems(list []*evidence.Item) []*evidence.Item {
	return slices.DeleteFunc(list, func(it *evidence.Item) bool { return it.Err != nil })
}

// pathJSON holds a path report against its contract and schema.
func pathJSON(t *testing.T, schema *jsonschema.Schema, rep *verify.PathReport) []byte {
	t.Helper()
	if bad := rep.Contradictions(); len(bad) > 0 {
		t.Errorf("%s: the report contradicts itself: %s", rep.Name, strings.Join(bad, "; "))
	}
	var b bytes.Buffer
	if err := report.WritePath(&b, rep, report.JSON); err != nil {
		t.Fatalf("%s: %v", rep.Name, err)
	}
	if schema != nil {
		inst, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(inst); err != nil {
			t.Errorf("%s: %v\n%s", rep.Name, err, b.Bytes())
		}
	}
	return b.Bytes()
}

func compilePathSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	for _, raw := range [][]byte{report.Schema(), report.PathSchema()} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		var head struct {
			ID string `json:"$id"`
		}
		if err := json.Unmarshal(raw, &head); err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(head.ID, doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile("urn:kakuin:path:v1")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pathCodes are the error findings and rejections of a report, for messages.
func pathCodes(rep *verify.PathReport) string {
	if rep == nil {
		return "not read"
	}
	var out []string
	for _, f := range rep.Findings {
		if f.Severity == "error" {
			out = append(out, fmt.Sprintf("%s %v", f.Code, f.Params))
		}
	}
	for _, r := range rep.Rejected {
		out = append(out, fmt.Sprintf("[%s %s %v]", r.Code, r.Clause, r.Params))
	}
	return rep.Outcome().String() + " " + strings.Join(out, " | ")
}
