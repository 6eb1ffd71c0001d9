package process

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A scene is a sealed message in the making: the good one of the world, which
// each case changes. Sealed on 30 October at 01:00, stamped a minute later,
// CRLs of 03:00 until 6 November; judged on 1 November.
type scene struct {
	*verifytest.World
	content  string
	signer   verifytest.Signer
	certs    []*verifytest.Cert // in the message; nil: the chain
	crls     [][]byte           // nil: those of the chains
	ocsps    [][]byte
	supplied [][]byte // certificates beside the message
	mutate   verifytest.CMSMutator
	at       time.Time
	policy   *policy.Policy
	anchors  []path.Anchor // nil: root and time-stamping root
	stale    bool
}

type testTrust []path.Anchor

func (t testTrust) Groups(path.Purpose) []Group { return []Group{{Anchors: t}} }
func (testTrust) NotCheckable(path.Anchor) bool { return false }

func newScene(t testing.TB) *scene {
	w := verifytest.New()
	p, err := policy.ByName("strict")
	if err != nil {
		t.Fatal(err)
	}
	own := *p // cases change it
	return &scene{World: w, content: "notice", signer: verifytest.Signer{Cert: w.Seal, Timestamp: &verifytest.TokenTemplate{}}, at: w.Now, policy: &own}
}

// on is a time in 2026.
func on(month time.Month, day, hour int) time.Time {
	return time.Date(2026, month, day, hour, 0, 0, 0, time.UTC)
}

func parsed(t testing.TB, c *verifytest.Cert) *cert.Certificate {
	t.Helper()
	x, err := cert.Parse(c.DER, purse.New(purse.Limits{}))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func anchor(t testing.TB, c *verifytest.Cert) path.Anchor {
	return path.Anchor{Certificate: parsed(t, c), ID: c.Serial.String()}
}

// leaf is a seal certificate that a case changes before it is issued.
func (s *scene) leaf(change func(*verifytest.CertDraft)) *verifytest.Cert {
	c := s.Issue(s.SealTemplate(), verifytest.CertMutator{Apply: change})
	s.signer.Cert = c
	return c
}

// ending lets the seal's certificate end at a time.
func (s *scene) ending(at time.Time) *verifytest.Cert {
	return s.leaf(func(d *verifytest.CertDraft) { d.NotAfter = at })
}

func (s *scene) document(t testing.TB) *eseal.Document {
	t.Helper()
	if s.crls == nil {
		s.crls = s.CRLs(s.signer.Cert, s.TSA)
	}
	der := s.CMS(verifytest.CMSTemplate{Content: []byte(s.content), CRLs: s.crls, OCSPs: s.ocsps, Certificates: s.certs, Signers: []verifytest.Signer{s.signer}}, s.mutate)
	doc, err := eseal.Open(context.Background(), bytes.NewReader(der), int64(len(der)), eseal.Options{})
	if err != nil || doc.Unreadable != nil {
		t.Fatal(err, doc.Unreadable)
	}
	return doc
}

func (s *scene) court(t testing.TB, doc *eseal.Document) *Court {
	t.Helper()
	set := evidence.NewSet()
	for _, m := range doc.Material {
		set.Add(evidence.NewItem(evidence.Type(m.Type), m.Raw, evidence.Document, m.Where, doc.Purse))
	}
	for _, der := range s.supplied {
		set.Add(evidence.NewItem(evidence.Certificate, der, evidence.Supplied, "", doc.Purse))
	}
	trust := testTrust(s.anchors)
	if trust == nil {
		trust = testTrust{anchor(t, s.Root), anchor(t, s.TSARoot)}
	}
	c := &Court{Document: doc, At: s.at, Policy: s.policy, Trust: trust, Evidence: set, Verifier: path.NewVerifier(0), Purse: purse.New(purse.Limits{})}
	if s.stale {
		c.Stale = &verdict.Finding{Code: verdict.CodeListStale, Severity: verdict.Error}
	}
	return c
}

func (s *scene) judge(t testing.TB) *Judgement {
	t.Helper()
	doc := s.document(t)
	return s.court(t, doc).Signature(doc.Signatures[0], nil)
}

// sub is the sub-indication, or PASSED.
func sub(o verdict.Outcome) string {
	if o.IsPassed() {
		return "PASSED"
	}
	return string(o.SubIndication)
}

// told are the codes of causes and findings.
func (j *Judgement) told() []string {
	var out []string
	for _, c := range j.Causes {
		out = append(out, string(c.Finding.Code))
	}
	for _, f := range j.Findings {
		out = append(out, string(f.Code))
	}
	return out
}

// A judged is one row of a table: what the case changes, what 5.3 says of it,
// what 5.5 makes of that, and a finding that must be told.
type judged struct {
	name  string
	setup func(*scene)
	basic string
	long  string
	tells verdict.Code
}

func judgeTable(t *testing.T, rows []judged) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			row.setup(s)
			j := s.judge(t)
			if got := sub(j.Basic.Outcome); got != row.basic {
				t.Errorf("5.3: %s, want %s (%s)", got, row.basic, strings.Join(j.told(), " "))
			}
			if got := sub(j.Outcome); got != row.long {
				t.Errorf("5.5: %s, want %s (%s)", got, row.long, strings.Join(j.told(), " "))
			}
			if row.tells != "" && !slices.Contains(j.told(), string(row.tells)) {
				t.Errorf("not told: %s (%s)", row.tells, strings.Join(j.told(), " "))
			}
			if j.Passed() != j.Outcome.IsPassed() || (j.Best == s.at) != (j.Source == "") {
				t.Errorf("bst %s from %q", j.Best, j.Source)
			}
		})
	}
}

// unstamped takes the signature time-stamp away: bst is the validation time.
func (s *scene) unstamped() { s.signer.Timestamp = nil }

// stampedAt sets the time of the signature time-stamp.
func (s *scene) stampedAt(at time.Time) { s.signer.Timestamp = &verifytest.TokenTemplate{GenTime: at} }

// contentAt adds a content time-stamp.
func (s *scene) contentAt(at time.Time) {
	s.signer.ContentTimestamp = &verifytest.TokenTemplate{GenTime: at}
}

func TestGood(t *testing.T) {
	judgeTable(t, []judged{
		{"stamped", func(*scene) {}, "PASSED", "PASSED", verdict.CodeBestTime},
		{"unstamped", (*scene).unstamped, "PASSED", "PASSED", verdict.CodeNoProvenTime},
		{"content and signature time-stamp", func(s *scene) { s.contentAt(s.SealTime) }, "PASSED", "PASSED", ""},
		{"stale list", func(s *scene) { s.stale = true }, "CUSTOM", "CUSTOM", verdict.CodeListStale},
	})
}

// TestZeroIsNoPass: what was not looked at does not pass (DESIGN 2).
func TestZeroIsNoPass(t *testing.T) {
	if (verdict.Outcome{}).IsPassed() {
		t.Error("the zero outcome passes")
	}
	s := newScene(t)
	doc := s.document(t)
	sig := doc.Signatures[0]
	sig.Forms = nil
	if j := s.court(t, doc).Signature(sig, nil); j.Passed() || j.Basic.Passed() {
		t.Error("a signature without anything to compute passes")
	}
	empty := &eseal.Signature{ID: "S1"}
	if j := s.court(t, doc).Signature(empty, nil); j.Passed() {
		t.Error("an empty signature passes")
	}
	if st := s.court(t, doc).Timestamp(&eseal.Timestamp{ID: "T1", Err: context.Canceled}); st.Passed() {
		t.Error("an unreadable token passes")
	}
}

// TestPurseEmpty: running out is an outcome of its own.
func TestPurseEmpty(t *testing.T) {
	s := newScene(t)
	s.unstamped()
	doc := s.document(t)
	c := s.court(t, doc)
	c.Purse = purse.New(purse.Limits{Signatures: 1})
	_ = c.Purse.Take(purse.Signatures, 1)
	j := c.Signature(doc.Signatures[0], nil)
	if sub(j.Outcome) != string(verdict.Custom) || !slices.Contains(j.told(), string(verdict.CodeLimit)) {
		t.Errorf("%s %v", sub(j.Outcome), j.told())
	}
}
