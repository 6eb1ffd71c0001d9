package verify_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

type interopExpect struct {
	Verdict           verdict.Document
	SubIndication     words
	Level             string
	Signatures        int
	BestSignatureTime string
	ChangesLevel      string
	Intact            *bool
	Permitted         any // true, false, "doubtful"
	AlsoAcceptable    []interopExpect
}

// words is one word or several.
type words []string

func (w *words) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*w = words{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(w))
}

type interopCase struct {
	ID, File, Format, Level, At, Container, Why, Deviation string
	Detached, Trust, Certs, CRLs, OCSPs, PolicyOids        []string
	Expect                                                 interopExpect
}

// TestSuiteInterop runs the documents of ten producers that this version can
// judge, at every level, under the strict policy.
func TestSuiteInterop(t *testing.T) {
	t.Parallel()
	fsys := corpora.Open(t, "documents/interop.zip")
	var m struct{ Cases []interopCase }
	corpora.JSON(t, fsys, "manifest.json", &m)
	s := newSuite(t, "interop", 165, 0)
	paths := newSuite(t, "interop-path", 66, 0)
	for _, c := range m.Cases {
		s.cases++
		if !slices.Contains([]string{"cms", "timestamp", "pdf", "evidence-record"}, c.Container) {
			continue
		}
		rep := c.judge(t, fsys)
		right := c.fits(rep)
		s.score(c.ID, right, !right && rep.Passed(), fmt.Sprintf("want %s/%v (%s), got %s", c.Expect.Verdict, c.Expect.SubIndication, c.Why, codes(rep)))
		if c.aboutPaths() {
			paths.cases++
			paths.score(c.ID, right, !right && rep.Passed(), codes(rep))
		}
		c.facts(t, rep)
		c.changes(t, rep)
		if right && rep.Passed() && c.Expect.BestSignatureTime != "" && rep.Signatures[0].BestSignatureTime.Time.String() != c.Expect.BestSignatureTime {
			t.Errorf("%s: best-signature-time %s, want %s", c.ID, rep.Signatures[0].BestSignatureTime.Time, c.Expect.BestSignatureTime)
		}
		if right && rep.Passed() && len(rep.Signatures) > 0 && rep.Signatures[0].Level != c.Expect.Level {
			t.Errorf("%s: level %s, want %s", c.ID, rep.Signatures[0].Level, c.Expect.Level)
		}
	}
	s.done()
	paths.done()
}

// pathDeviations lie in certification paths and revocation data.
var pathDeviations = []string{"CRL absent", "CRL by wrong issuer", "OCSP badresponder", "OCSP stale", "TSA certificate expired", "anchor missing",
	"anchor missing for one signer", "base CRL absent", "missing intermediate", "name constraint violated", "policy violated",
	"revoked by delta CRL", "revoked by indirect CRL", "revoked, no time-stamp"}

// aboutPaths: without a time-stamp, and right or wrong by path and revocation alone.
func (c interopCase) aboutPaths() bool {
	return slices.Contains([]string{"B-B", "none"}, c.Expect.Level) && (c.Deviation == "" || slices.Contains(pathDeviations, c.Deviation))
}

func (c interopCase) judge(t *testing.T, fsys fs.FS) *verify.Report {
	t.Helper()
	o := eseal.Options{Name: c.ID}
	for _, d := range c.Detached {
		o.Detached = append(o.Detached, detached(d, corpora.Read(t, fsys, d))...)
	}
	var ev []*evidence.Item
	ev = append(ev, items(evidence.Certificate, ders(t, fsys, c.Certs...))...)
	ev = append(ev, items(evidence.CRL, ders(t, fsys, c.CRLs...))...)
	ev = append(ev, items(evidence.OCSP, ders(t, fsys, c.OCSPs...))...)
	return judged(t, corpora.Read(t, fsys, c.File), o, c.list(t, fsys), verify.WithPolicy(policyNamed(t, "strict", policy.Require)),
		verify.WithTime(when(t, c.At)), verify.WithEvidence(ev...))
}

// facts holds what does not depend on trust: the count of signatures, whether
// they are intact, and that a PDF's ranges cover a revision unless that is what
// the case is about.
func (c interopCase) facts(t *testing.T, rep *verify.Report) {
	t.Helper()
	if len(rep.Signatures) != c.Expect.Signatures {
		t.Errorf("%s: %d signatures, want %d", c.ID, len(rep.Signatures), c.Expect.Signatures)
	}
	intact := true
	for i := range rep.Signatures {
		s := &rep.Signatures[i]
		intact = intact && integrity(s) == verdict.Confirmed
		if ranges := s.Coverage != nil && byteRange(s) == verdict.Confirmed; c.Container == "pdf" && ranges == strings.HasPrefix(c.Deviation, "ByteRange") {
			t.Errorf("%s (%s): coverage %+v", c.ID, c.Deviation, s.Coverage)
		}
	}
	if c.Container == "evidence-record" {
		intact = rep.Layers.Find(verdict.Intact).Status == verdict.Confirmed
	}
	if c.Expect.Intact != nil && *c.Expect.Intact != intact {
		t.Errorf("%s (%s): intact %v, want %v", c.ID, c.Deviation, intact, *c.Expect.Intact)
	}
}

// changes holds what came after the seal against what the case expects.
func (c interopCase) changes(t *testing.T, rep *verify.Report) {
	t.Helper()
	if c.Expect.ChangesLevel == "" {
		return
	}
	got := rep.Signatures[0].Changes
	permitted := map[any]string{true: verify.PermittedYes, false: verify.PermittedNo}[c.Expect.Permitted]
	if permitted == "" {
		permitted, _ = c.Expect.Permitted.(string)
	}
	if got == nil || got.Level != c.Expect.ChangesLevel || got.Permitted != permitted {
		t.Errorf("%s: changes %+v, want %s, permitted %s", c.ID, got, c.Expect.ChangesLevel, permitted)
	}
}

func (c interopCase) list(t *testing.T, fsys fs.FS) *trustlist.List {
	roots := ders(t, fsys, c.Trust...)
	if len(c.PolicyOids) == 0 {
		return anchors(t, roots)
	}
	var b strings.Builder
	b.WriteString("schema: kakuin/trustlist/v1\nid: interop\nsequence: 1\nissued: 2020-01-01\noperator: suite\nservices:\n")
	for _, r := range roots {
		fmt.Fprintf(&b, "  - name: {ja: 例, en: Example}\n    type: ca\n    framework: private\n    anchors:\n      - der: %s\n    policies: {accept: [%s], explicit: true}\n", base64.StdEncoding.EncodeToString(r), strings.Join(c.PolicyOids, ", "))
	}
	l, err := trustlist.Parse([]byte(b.String()), nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (c interopCase) fits(rep *verify.Report) bool {
	for _, e := range append([]interopExpect{c.Expect}, c.Expect.AlsoAcceptable...) {
		if rep.Verdict == e.Verdict && (len(e.SubIndication) == 0 || slices.Contains(e.SubIndication, decisiveSub(rep))) {
			return true
		}
	}
	return false
}

// decisiveSub is the sub-indication of the part that gave the verdict.
func decisiveSub(rep *verify.Report) string {
	for _, s := range rep.Signatures {
		if s.Indication.Document() == rep.Verdict {
			return string(s.SubIndication)
		}
	}
	for _, s := range rep.Timestamps {
		if s.Indication.Document() == rep.Verdict {
			return string(s.SubIndication)
		}
	}
	for _, s := range rep.EvidenceRecords {
		if s.Indication.Document() == rep.Verdict {
			return string(s.SubIndication)
		}
	}
	return ""
}
