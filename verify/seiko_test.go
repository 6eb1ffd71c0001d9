package verify_test

import (
	"bytes"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/trustlist/japan"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// The document and its time-stamp: a real PDF with an accredited (認定)
// document time-stamp of 2026-06-27, its security store empty.
const (
	seikoFolder  = "japan/socratic-qa-accredited-ts"
	seikoFile    = "koan-kiroku-20260627.pdf"
	seikoUnit    = "01c0eed34fc74e5c0f072b7ae43972cd98e4ee724cee926d22fd83815ebcb3e7"
	seikoPolicy  = "1.3.6.1.4.1.955.1.10.1.5.3"
	seikoGenTime = "2026-06-27T02:34:44.181506Z"
	seikoCRL     = "http://crl.globalsign.com/ca/gsr45aatltimestampingrootca2021.crl"
	seikoOCSP    = "http://ocsp.globalsign.com/ca/gsr45aatltimestampingrootca2021"
)

// A seikoList is a list with the service under the GlobalSign root.
type seikoList struct {
	identity string // a line of YAML
	granted  string // since when
	root     []byte // DER; the list's only anchor
}

func (l seikoList) parse(t *testing.T) *trustlist.List {
	t.Helper()
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: l.root})
	if l.granted == "" {
		l.granted = "2023-02-16"
	}
	return parsedList(t, fmt.Appendf(nil, `schema: kakuin/trustlist/v1
id: test.seiko
sequence: 1
issued: 2026-06-01
nextUpdate: 2027-06-01
operator: test
services:
  - name: {ja: セイコータイムスタンプサービス, en: Seiko Timestamp Service}
    type: tsa
    framework: accredited-tsa
    anchors:
      - pem: |
          %s
    identity:
      - {%s}
    status:
      - {from: %s, status: granted}
    purposes: [timestamping]
    assurance: {level: 認定, basis: 令和3年総務省告示第146号}
`, strings.ReplaceAll(strings.TrimSpace(string(block)), "\n", "\n          "), l.identity, l.granted))
}

type seiko struct {
	t    *testing.T
	data []byte
	root []byte
}

func openSeiko(t *testing.T) seiko {
	fsys := corpora.Open(t, seikoFolder)
	return seiko{t, corpora.Read(t, fsys, seikoFile), ders(t, fsys, "GlobalSign-Timestamping-Root-R45.pem")[0]}
}

// judge is at the end of the period in which the certificates are good, the
// report explained.
func (s seiko) judge(list *trustlist.List, mode policy.Mode, options ...verify.Option) *verify.Report {
	s.t.Helper()
	options = append([]verify.Option{verify.WithPolicy(policyNamed(s.t, "strict", mode)), verify.WithTime(when(s.t, "2026-11-22T00:00:00Z")), verify.WithExplanation()}, options...)
	rep := judged(s.t, s.data, eseal.Options{Name: seikoFile}, list, options...)
	fitsSchema(s.t, reportSchema(s.t), seikoFile, rep)
	if len(rep.Timestamps) != 1 || len(rep.Signatures) != 0 {
		s.t.Fatalf("%d signatures, %d time-stamps", len(rep.Signatures), len(rep.Timestamps))
	}
	return rep
}

var seikoIdentities = map[string]string{
	"unit":                 "sha256: " + seikoUnit,
	"token policy":         "tokenPolicies: [" + seikoPolicy + "]",
	"unit and its policy":  "sha256: " + seikoUnit + ", tokenPolicies: [" + seikoPolicy + "]",
	"issuing CA and names": "sha256: 3a6224e6ef98d0c4770c229e89cfa346623df5a250d4b68d04cd5da4bd85c4ce, subject: {O: Seiko Solutions Inc.}",
}

// TestSeikoStrict: strict and offline everything is checked but revocation,
// and the answer says where its data is.
func TestSeikoStrict(t *testing.T) {
	s := openSeiko(t)
	for name, identity := range seikoIdentities {
		for _, at := range []string{"2026-07-01T00:00:00Z", "2026-11-22T00:00:00Z"} {
			rep := s.judge(seikoList{identity: identity, root: s.root}.parse(t), policy.Require, verify.WithTime(when(t, at)))
			if got := answer(rep); got != "INDETERMINATE/TRY_LATER" {
				t.Fatalf("%s at %s: %s", name, at, codes(rep))
			}
			seikoShown(t, rep)
			seikoRemedy(t, &rep.Timestamps[0])
		}
	}
}

// TestSeikoSteps: each check stands in the explained report.
func TestSeikoSteps(t *testing.T) {
	s := openSeiko(t)
	rep := s.judge(seikoList{identity: seikoIdentities["unit"], root: s.root}.parse(t), policy.Require)
	seikoSteps(t, &rep.Timestamps[0])
}

// seikoShown: imprint, signature, reference, path and time stand in the report.
func seikoShown(t *testing.T, rep *verify.Report) {
	t.Helper()
	ts := &rep.Timestamps[0]
	if m := ts.Imprint; m == nil || m.Algorithm != "SHA-256" || m.Matches == nil || !*m.Matches {
		t.Errorf("imprint: %+v", m)
	}
	if ts.GenTime.String() != seikoGenTime || ts.Policy != seikoPolicy || ts.Kind != "document" || ts.Accuracy != "1s" {
		t.Errorf("genTime %s, policy %s, kind %s, accuracy %v", ts.GenTime, ts.Policy, ts.Kind, ts.Accuracy)
	}
	if ts.TSA == nil || ts.TSA.Certificate != seikoUnit {
		t.Errorf("tsa: %+v", ts.TSA)
	}
	if len(ts.Path) != 3 || !ts.Path[2].Anchor || ts.Path[0].Certificate != seikoUnit {
		t.Errorf("path: %+v", ts.Path)
	}
	for id, want := range map[verdict.QuestionID]verdict.QuestionStatus{
		verdict.Intact: verdict.Confirmed, verdict.SealedBy: verdict.Confirmed, verdict.Covered: verdict.Confirmed,
		verdict.AsIssued: verdict.Confirmed, verdict.Issuer: verdict.Confirmed, verdict.Authority: verdict.Confirmed,
		verdict.Assurance: verdict.Confirmed, verdict.Algorithms: verdict.Confirmed,
		verdict.NotRevoked: verdict.Unconfirmed, verdict.Portable: verdict.Unconfirmed,
	} {
		if q := rep.Layers.Find(id); q.Status != want {
			t.Errorf("%s is %s, want %s", id, q.Status, want)
		}
	}
}

// seikoSteps: each check is a step of its own that passed.
func seikoSteps(t *testing.T, ts *verify.Timestamp) {
	t.Helper()
	for _, title := range []string{"identification of the signing certificate", "cryptographic verification", "certification path",
		"purpose of the certificate", "message imprint", "time of the token"} {
		if !slices.ContainsFunc(ts.Steps, func(s verify.Step) bool {
			return s.Title == title && s.Clause != "" && s.Indication == verdict.Passed
		}) {
			t.Errorf("no step shows that this was checked and passed: %s", title)
		}
	}
	seen := map[string]bool{}
	for _, s := range ts.Steps {
		key := fmt.Sprint(s)
		if seen[key] {
			t.Errorf("the step stands twice: %+v", s)
		}
		seen[key] = true
	}
}

// seikoRemedy: the CRL and OCSP address stand where people read what to do.
func seikoRemedy(t *testing.T, ts *verify.Timestamp) {
	t.Helper()
	for _, f := range ts.Findings {
		if f.Code == verdict.CodeNoRevocationData && f.Object == seikoUnit {
			for _, text := range []string{f.Remedy.EN, f.Remedy.JA} {
				if !strings.Contains(text, seikoCRL) || !strings.Contains(text, seikoOCSP) {
					t.Errorf("the remedy names no address: %s", text)
				}
			}
			return
		}
	}
	t.Error("no finding says that revocation data of the unit is missing")
}

// TestSeikoWants: what is missing is asked for, with its addresses, and
// nothing else; planning reads no network.
func TestSeikoWants(t *testing.T) {
	s := openSeiko(t)
	v, err := verify.New(seikoList{identity: seikoIdentities["unit"], root: s.root}.parse(t), verify.WithTime(when(t, "2026-11-22T00:00:00Z")))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := eseal.Open(t.Context(), bytes.NewReader(s.data), int64(len(s.data)), eseal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wants, err := v.Plan(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	asked := map[evidence.Type]int{}
	for _, w := range wants {
		asked[w.Type]++
	}
	if asked[evidence.CRL] != 2 || asked[evidence.OCSP] != 2 || len(wants) != 4 {
		t.Errorf("wants: %v", wants)
	}
}

// TestSeikoPrefer: where revocation data is preferred only, the time-stamp
// passes, and the report says what was not looked at.
func TestSeikoPrefer(t *testing.T) {
	s := openSeiko(t)
	for name, identity := range seikoIdentities {
		rep := s.judge(seikoList{identity: identity, root: s.root}.parse(t), policy.Prefer)
		ts := &rep.Timestamps[0]
		if !rep.Passed() || ts.TrustService == nil || !ts.TrustService.Accredited || ts.TrustService.Status != trustlist.Granted {
			t.Errorf("%s: %s %+v", name, codes(rep), ts.TrustService)
		}
		if rep.Policy.Revocation != verify.RevocationPrefer || !has(ts.Findings, verdict.CodeRevocationSoftFail, verdict.Warning) || !has(ts.Findings, verdict.CodeAccredited, verdict.Info) {
			t.Errorf("%s: the soft failure is not echoed: %+v", name, ts.Findings)
		}
		if got := rep.Layers.Find(verdict.NotRevoked).Status; got != verdict.Unconfirmed {
			t.Errorf("%s: not-revoked is %s", name, got)
		}
		if got := rep.Layers.Find(verdict.When).Status; got != verdict.Confirmed {
			t.Errorf("%s: when is %s", name, got)
		}
	}
}

func has(all []verify.Finding, code verdict.Code, severity verdict.Severity) bool {
	return slices.ContainsFunc(all, func(f verify.Finding) bool { return f.Code == code && f.Severity == severity })
}

// TestSeikoNotAccredited: accreditation is a property of the list, with its
// dates and its identity, and never of the verdict.
func TestSeikoNotAccredited(t *testing.T) {
	s := openSeiko(t)
	other := strings.Repeat("ab", 32)
	for name, c := range map[string]struct {
		list seikoList
		code verdict.Code
	}{
		"granted after genTime":   {seikoList{identity: seikoIdentities["unit"], granted: "2026-06-28"}, verdict.CodeNotAccredited},
		"granted a moment after":  {seikoList{identity: seikoIdentities["unit"], granted: "2026-06-27T02:34:45Z"}, verdict.CodeNotAccredited},
		"another unit":            {seikoList{identity: "sha256: " + other}, verdict.CodeOtherUnit},
		"another policy":          {seikoList{identity: "tokenPolicies: [1.3.6.1.4.1.955.1.10.1.5.4]"}, verdict.CodeOtherUnit},
		"the unit, other policy":  {seikoList{identity: "sha256: " + seikoUnit + ", tokenPolicies: [1.2.3.4]"}, verdict.CodeOtherUnit},
		"another operator's name": {seikoList{identity: "subject: {O: Other Solutions Inc.}"}, verdict.CodeOtherUnit},
	} {
		c.list.root = s.root
		rep := s.judge(c.list.parse(t), policy.Prefer)
		ts := &rep.Timestamps[0]
		if !rep.Passed() || ts.TrustService != nil && ts.TrustService.Accredited {
			t.Errorf("%s: %s %+v", name, codes(rep), ts.TrustService)
		}
		if !has(ts.Findings, c.code, verdict.Warning) || has(ts.Findings, verdict.CodeAccredited, verdict.Info) {
			t.Errorf("%s: %+v", name, ts.Findings)
		}
		if got := rep.Layers.Find(verdict.Assurance).Status; got != verdict.Refuted {
			t.Errorf("%s: assurance is %s", name, got)
		}
	}
}

// TestSeikoWithoutRoot: a list that does not know the root leaves it open, with
// a remedy; certificates that travel in the document are never anchors.
func TestSeikoWithoutRoot(t *testing.T) {
	s := openSeiko(t)
	lists := map[string]*trustlist.List{
		"another root": seikoList{identity: seikoIdentities["unit"], root: verifytest.New().TSARoot.DER}.parse(t),
		"none":         verify.NoTrust(),
	}
	for name, list := range lists {
		for _, mode := range []policy.Mode{policy.Require, policy.Prefer, policy.None} {
			rep := s.judge(list, mode)
			if rep.Verdict != verdict.DocumentIndeterminate || rep.Timestamps[0].SubIndication != verdict.NoCertificateChainFound {
				t.Errorf("%s, %s: %s", name, mode, codes(rep))
			}
			if !slices.ContainsFunc(rep.Timestamps[0].Findings, func(f verify.Finding) bool {
				return f.Severity == verdict.Error && f.Remedy != nil && f.Remedy.EN != "" && f.Remedy.JA != ""
			}) {
				t.Errorf("%s, %s: no remedy", name, mode)
			}
		}
	}
}

// TestSeikoBuiltInList: the catalogue has the root as a pin only; the token
// carries the certificate, so the pin resolves and the service is known.
func TestSeikoBuiltInList(t *testing.T) {
	s := openSeiko(t)
	list, err := japan.List()
	if err != nil {
		t.Fatal(err)
	}
	rep := s.judge(list, policy.Prefer)
	ts := &rep.Timestamps[0]
	if !rep.Passed() || ts.TrustService == nil || !ts.TrustService.Accredited || !rep.Trust.BuiltIn || !has(rep.Findings, verdict.CodeBuiltInList, verdict.Info) {
		t.Errorf("%s %+v", codes(rep), ts.TrustService)
	}
	if got := answer(s.judge(list, policy.Require)); got != "INDETERMINATE/TRY_LATER" {
		t.Errorf("strict: %s", got)
	}
}

// TestSeikoAltered: one bit of the page and the imprint no longer matches; one
// bit of the token and its signature does not.
func TestSeikoAltered(t *testing.T) {
	s := openSeiko(t)
	list := seikoList{identity: seikoIdentities["unit"], root: s.root}.parse(t)
	genTime := bytes.Index(s.data, []byte(hex.EncodeToString([]byte("20260627023444"))))
	if genTime < 0 {
		t.Fatal("genTime is not in the file as hexadecimal")
	}
	for _, c := range []struct {
		pos  int
		want string
	}{{2000, "TOTAL-FAILED/HASH_FAILURE"}, {len(s.data) - 30, "TOTAL-FAILED/HASH_FAILURE"}, {genTime + 7, "TOTAL-FAILED/HASH_FAILURE"}} {
		altered := s
		altered.data = bytes.Clone(s.data)
		altered.data[c.pos] ^= 1
		if got := answer(altered.judge(list, policy.Prefer)); got != c.want {
			t.Errorf("octet %d: %s, want %s", c.pos, got, c.want)
		}
	}
}

// TestSeikoTwin: the same kind of document with the CRLs at hand is right
// under the strict policy; without them it is as open as the real one.
func TestSeikoTwin(t *testing.T) {
	w := verifytest.New()
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	inside := w.PDF(verifytest.PDFTemplate{}).AddSecurityStore([]*verifytest.Cert{w.TSA, w.TSACA}, w.CRLs(w.TSA), nil).AddDocTimestamp(verifytest.TokenTemplate{}).Bytes()
	bare := w.PDF(verifytest.PDFTemplate{}).AddDocTimestamp(verifytest.TokenTemplate{}).Bytes()
	judge := func(data []byte, crls [][]byte) *verify.Report {
		return judged(t, data, eseal.Options{Name: "twin.pdf"}, list, verify.WithPolicy(policyNamed(t, "strict", policy.Require)),
			verify.WithTime(w.Now), verify.WithEvidence(items(evidence.CRL, crls)...))
	}
	for name, rep := range map[string]*verify.Report{"inside": judge(inside, nil), "beside": judge(bare, w.CRLs(w.TSA))} {
		ts := rep.Timestamps[0].TrustService
		if !rep.Passed() || ts == nil || !ts.Accredited {
			t.Errorf("CRLs %s: %s %+v", name, codes(rep), ts)
		}
		want := map[string]verdict.QuestionStatus{"inside": verdict.Confirmed, "beside": verdict.Unconfirmed}[name]
		if got := rep.Layers.Find(verdict.Portable).Status; got != want {
			t.Errorf("CRLs %s: portable is %s", name, got)
		}
	}
	rep := judge(bare, nil)
	if got := answer(rep); got != "INDETERMINATE/TRY_LATER" {
		t.Errorf("without CRLs: %s", got)
	}
	if !strings.Contains(codes(rep), "repository.mihon.example") {
		t.Errorf("no address: %s", codes(rep))
	}
}
