package verify_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

func parsed(t *testing.T, c *verifytest.Cert) *cert.Certificate {
	t.Helper()
	x, err := cert.Parse(c.DER, purse.New(purse.Limits{}))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// officeList trusts the office CA of the bridge.
func officeList(t *testing.T, b *verifytest.Bridge) *trustlist.List {
	t.Helper()
	l, err := trustlist.FromCertificates("office", b.Certs["osca"].DER)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// about judges one certificate and holds the report against its contract.
func about(t *testing.T, list *trustlist.List, c *cert.Certificate, o verify.PathOptions, options ...verify.Option) *verify.PathReport {
	t.Helper()
	v, err := verify.New(list, options...)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := v.Path(context.Background(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	pathJSON(t, compilePathSchema(t), rep)
	return rep
}

func TestPathQuestions(t *testing.T) {
	b := verifytest.NewBridge()
	v, err := verify.New(officeList(t, b), verify.WithTime(b.Now))
	if err != nil {
		t.Fatal(err)
	}
	office := parsed(t, b.Certs["office"])
	for _, tc := range []struct {
		c *cert.Certificate
		o verify.PathOptions
	}{
		{nil, verify.PathOptions{}}, {office, verify.PathOptions{Purpose: "sealing"}}, {office, verify.PathOptions{Policies: []string{"1.2.x"}}},
		{office, verify.PathOptions{Policies: []string{""}}}, {office, verify.PathOptions{Policies: []string{"1.2.03"}}}, {office, verify.PathOptions{ExtKeyUsage: []string{"+1.2.3"}}},
	} {
		if _, err := v.Path(context.Background(), tc.c, tc.o); err == nil {
			t.Errorf("%+v: no error", tc.o)
		}
		if _, err := v.PathPlan(context.Background(), tc.c, tc.o); err == nil {
			t.Errorf("%+v: a plan", tc.o)
		}
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := v.Path(over, office, verify.PathOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	var zero verify.PathReport
	var none *verify.PathReport
	if zero.Passed() || none.Passed() || len(zero.Contradictions()) == 0 {
		t.Error("a zero path report passes")
	}
}

// TestPathIsAboutOneMoment: nothing was made with the certificate whose time
// could be proven, so what holds then is final; what is not known is not.
func TestPathIsAboutOneMoment(t *testing.T) {
	for _, tc := range []struct {
		name string
		at   func(*verifytest.Bridge) time.Time
		mode policy.Mode
		then func(*verifytest.Bridge)
		want string
		code verdict.Code
	}{
		{"right", nil, policy.Require, nil, "PASSED", ""},
		{"last second", func(b *verifytest.Bridge) time.Time { return b.Certs["office"].NotAfter.Add(999 * time.Millisecond) }, policy.None, nil, "PASSED", ""},
		{"a second later", func(b *verifytest.Bridge) time.Time { return b.Certs["office"].NotAfter.Add(time.Second) }, policy.None, nil, "FAILED/EXPIRED", verify.CodePathExpired},
		{"expired, no revocation data", func(b *verifytest.Bridge) time.Time { return b.Certs["office"].NotAfter.Add(time.Hour) }, policy.Require, nil, "FAILED/EXPIRED", verify.CodePathExpired},
		{"first second", func(b *verifytest.Bridge) time.Time { return b.Certs["office"].NotBefore }, policy.None, nil, "PASSED", ""},
		{"a second before", func(b *verifytest.Bridge) time.Time { return b.Certs["office"].NotBefore.Add(-time.Second) }, policy.None, nil, "FAILED/NOT_YET_VALID", verify.CodePathNotYet},
		{"revoked", nil, policy.Require, func(b *verifytest.Bridge) {
			b.Revoke(b.Certs["office"], b.Now.Add(-50*time.Hour), verifytest.Superseded)
		}, "FAILED/REVOKED", verify.CodePathRevoked},
		{"to be revoked", nil, policy.Require, func(b *verifytest.Bridge) {
			b.Revoke(b.Certs["office"], b.Now.Add(time.Hour), verifytest.Superseded)
		}, "PASSED", ""},
		{"no data", func(b *verifytest.Bridge) time.Time { return b.Now.AddDate(1, 0, 0) }, policy.Require, nil, "INDETERMINATE/TRY_LATER", verdict.CodeNotFresh},
	} {
		b := verifytest.NewBridge()
		if tc.then != nil {
			tc.then(b)
		}
		at := b.Now
		if tc.at != nil {
			at = tc.at(b)
		}
		rep := about(t, officeList(t, b), parsed(t, b.Certs["office"]), verify.PathOptions{}, verify.WithTime(at),
			verify.WithPolicy(policyNamed(t, "rfc5280", tc.mode)), verify.WithEvidence(bridgeEvidence(b)...))
		if got := rep.Outcome().String(); got != tc.want || tc.code != "" && rep.Findings[0].Code != tc.code {
			t.Errorf("%s: %s, want %s %s: %s", tc.name, got, tc.want, tc.code, pathCodes(rep))
		}
	}
}

// repository is a source that has what a bridge PKI publishes.
type repository struct {
	b     *verifytest.Bridge
	asked []verify.Want
}

func (r *repository) Get(_ context.Context, w verify.Want, p *purse.Purse) ([]*evidence.Item, error) {
	r.asked = append(r.asked, w)
	var out []*evidence.Item
	switch w.Type {
	case evidence.CRL:
		for _, der := range r.b.Lists() {
			out = append(out, evidence.NewItem(evidence.CRL, der, evidence.Fetched, "", p))
		}
	case evidence.Certificate:
		out = append(out, evidence.NewItem(evidence.Certificate, r.b.Certs["orgca"].DER, evidence.Fetched, "", p))
	}
	return out, nil
}

// TestPathAsksItsSource: what is missing is asked for, and planned without asking.
func TestPathAsksItsSource(t *testing.T) {
	b := verifytest.NewBridge()
	list, err := trustlist.FromCertificates("local", b.Certs["lgpki-3"].DER)
	if err != nil {
		t.Fatal(err)
	}
	src := &repository{b: b}
	post := parsed(t, b.Certs["post"])
	rep := about(t, list, post, verify.PathOptions{}, verify.WithTime(b.Now), verify.WithSource(src))
	if !rep.Passed() || len(src.asked) < 2 {
		t.Errorf("asked %d times: %s", len(src.asked), pathCodes(rep))
	}
	if !slices.ContainsFunc(rep.Evidence, func(e verify.EvidenceInfo) bool { return e.Origin == verify.OriginFetched }) {
		t.Errorf("evidence %+v", rep.Evidence)
	}
	src.asked = nil
	v, err := verify.New(list, verify.WithTime(b.Now), verify.WithSource(src))
	if err != nil {
		t.Fatal(err)
	}
	wants, err := v.PathPlan(context.Background(), post, verify.PathOptions{})
	if err != nil || len(wants) != 1 || wants[0].Type != evidence.Certificate || len(src.asked) != 0 {
		t.Errorf("plan %+v, %v, asked %d times", wants, err, len(src.asked))
	}
	// The list of the closed network is wanted at its address.
	v, err = verify.New(list, verify.WithTime(b.Now), verify.WithEvidence(items(evidence.Certificate, b.Candidates())...))
	if err != nil {
		t.Fatal(err)
	}
	wants, err = v.PathPlan(context.Background(), post, verify.PathOptions{})
	if err != nil || len(wants) != 2 || !strings.HasPrefix(wants[0].URLs[0], verifytest.ClosedNetwork) {
		t.Errorf("plan %+v, %v", wants, err)
	}
}

// TestPathAndList: what the list says narrows what the caller asks, and a list
// of no use lets nothing pass.
func TestPathAndList(t *testing.T) {
	b := verifytest.NewBridge()
	office := parsed(t, b.Certs["office"])
	accept := func(explicit bool, policies ...ber.OID) *trustlist.List {
		l := officeList(t, b)
		l.Services[0].Policies = trustlist.Policies{Accept: policies, Explicit: explicit}
		return l
	}
	stale := officeList(t, b)
	stale.NextUpdate = b.Now.AddDate(0, 0, -1)
	sunset := officeList(t, b)
	sunset.Services[0].Anchors[0].Until = b.Now.AddDate(0, 0, -1)
	tsaOnly := officeList(t, b)
	tsaOnly.Services[0].Purposes = []string{trustlist.PurposeTimestamping}
	const own, foreign = verifytest.BridgeOffice, verifytest.BridgePerson
	for _, tc := range []struct {
		name  string
		list  *trustlist.List
		o     verify.PathOptions
		more  []verify.Option
		want  string
		state string
	}{
		{"right", officeList(t, b), verify.PathOptions{}, nil, "PASSED", verify.TrustFresh},
		{"the list accepts it", accept(true, own), verify.PathOptions{}, nil, "PASSED", verify.TrustFresh},
		{"the list accepts another", accept(true, foreign), verify.PathOptions{}, nil, "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE", verify.TrustFresh},
		{"the list accepts another and demands none", accept(false, foreign), verify.PathOptions{}, nil, "PASSED", verify.TrustFresh},
		{"the caller demands one", accept(false, foreign), verify.PathOptions{RequireExplicitPolicy: true}, nil, "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE", verify.TrustFresh},
		{"both accept it", accept(true, own, foreign), verify.PathOptions{Policies: []string{own}}, nil, "PASSED", verify.TrustFresh},
		{"they agree on nothing", accept(true, foreign), verify.PathOptions{Policies: []string{own}}, nil, "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE", verify.TrustFresh},
		{"the list accepts any", accept(true, "2.5.29.32.0"), verify.PathOptions{Policies: []string{own}}, nil, "PASSED", verify.TrustFresh},
		{"the caller accepts any", accept(true, own), verify.PathOptions{Policies: []string{"2.5.29.32.0"}}, nil, "PASSED", verify.TrustFresh},
		{"the caller accepts any, the list another", accept(true, foreign), verify.PathOptions{Policies: []string{"2.5.29.32.0"}}, nil, "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE", verify.TrustFresh},
		{"no list", verify.NoTrust(), verify.PathOptions{}, nil, "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND", verify.TrustNone},
		{"a stale list", stale, verify.PathOptions{}, nil, "INDETERMINATE/CUSTOM", verify.TrustStale},
		{"an anchor past its end", sunset, verify.PathOptions{}, nil, "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND_NO_POE", verify.TrustFresh},
		{"an anchor for another purpose", tsaOnly, verify.PathOptions{Purpose: verify.PurposeSeal}, nil, "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND", verify.TrustFresh},
		{"an anchor for any purpose", tsaOnly, verify.PathOptions{Purpose: verify.PurposeAny}, nil, "PASSED", verify.TrustFresh},
		{"a purse for one signature", officeList(t, b), verify.PathOptions{}, []verify.Option{verify.WithLimits(purse.Limits{Signatures: 1})}, "INDETERMINATE/CUSTOM", verify.TrustFresh},
	} {
		options := append([]verify.Option{verify.WithTime(b.Now), verify.WithEvidence(bridgeEvidence(b)...)}, tc.more...)
		rep := about(t, tc.list, office, tc.o, options...)
		if got := rep.Outcome().String(); got != tc.want || rep.Trust.State != tc.state {
			t.Errorf("%s: %s, list %s, want %s: %s", tc.name, got, rep.Trust.State, tc.want, pathCodes(rep))
		}
	}
}

// TestPathTellsWhatCourtRefused: a path that RFC 5280 accepts and revocation
// does not is among the refused ones where another is told.
func TestPathTellsWhatCourtRefused(t *testing.T) {
	b := verifytest.NewBridge()
	old := b.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Subject: b.Certs["orgca"].Subject, Key: b.Certs["orgca"].KeyName, Issuer: b.Certs["lgpki-3"], CRL: "-",
		NotBefore: b.Certs["orgca"].NotBefore.AddDate(-1, 0, 0), Policies: []string{verifytest.BridgeLocal}})
	b.Revoke(old, b.ThisUpdate.Add(-time.Hour), verifytest.Superseded)
	list, err := trustlist.FromCertificates("local", b.Certs["lgpki-3"].DER)
	if err != nil {
		t.Fatal(err)
	}
	two := append(bridgeEvidence(b), items(evidence.Certificate, [][]byte{old.DER})...)
	rep := about(t, list, parsed(t, b.Certs["post"]), verify.PathOptions{}, verify.WithTime(b.Now), verify.WithEvidence(two...))
	if !rep.Passed() || rep.Path[1].Certificate != b.Certs["orgca"].SHA256() {
		t.Fatalf("%s", pathCodes(rep))
	}
	if len(rep.Rejected) > 0 && rep.Rejected[0].Anchor == "" {
		t.Errorf("rejected %+v", rep.Rejected)
	}
	// The other one alone: no good, and it is told which of the two and why.
	rep = about(t, list, parsed(t, b.Certs["post"]), verify.PathOptions{}, verify.WithTime(b.Now),
		verify.WithEvidence(slices.DeleteFunc(two, func(it *evidence.Item) bool { return it.SHA256 == parsed(t, b.Certs["orgca"]).SHA256 })...))
	if rep.Outcome().SubIndication == "" || rep.Passed() {
		t.Errorf("%s", pathCodes(rep))
	}
}

// TestPathOfAnchorTellsItsPolicies: no explicit policy refuses an anchor that
// is asked about itself (RFC 5280 6.1 knows no such path), but it is told.
func TestPathOfAnchorTellsItsPolicies(t *testing.T) {
	b := verifytest.NewBridge()
	osca := parsed(t, b.Certs["osca"])
	for name, tc := range map[string]struct {
		o    verify.PathOptions
		tell bool
	}{
		"nothing asked":     {verify.PathOptions{}, false},
		"a policy":          {verify.PathOptions{Policies: []string{"1.3.6.1.4.1.32473.77"}}, true},
		"that, explicitly":  {verify.PathOptions{Policies: []string{"1.3.6.1.4.1.32473.77"}, RequireExplicitPolicy: true}, true},
		"any, but explicit": {verify.PathOptions{RequireExplicitPolicy: true}, true},
	} {
		rep := about(t, officeList(t, b), osca, tc.o, verify.WithTime(b.Now))
		told := slices.ContainsFunc(rep.Findings, func(f verify.Finding) bool { return f.Code == verify.CodePathPolicies })
		if !rep.Passed() || told != tc.tell {
			t.Errorf("%s: %s, told %v", name, rep.Indication, told)
		}
	}
}
