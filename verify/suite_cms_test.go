package verify_test

import (
	"bytes"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

type cmsCase struct {
	ID, File, Expect, Why, Content string
	Anchors                        []string
	SignerCerts                    []string `json:"signer_certs"`
	Detached                       bool
}

// TestSuiteCMS runs pki/cms.zip: `valid` means that every signature of the
// message is intact, and has a path where anchors are given.
func TestSuiteCMS(t *testing.T) {
	t.Parallel()
	fsys := corpora.Open(t, "pki/cms.zip")
	var m struct{ Cases []cmsCase }
	corpora.JSON(t, fsys, "manifest.json", &m)
	s := newSuite(t, "cms", 67, 0)
	mutants := 0
	for _, c := range m.Cases {
		s.cases++
		if c.Expect != "valid" && c.Expect != "invalid" {
			continue
		}
		data := corpora.Read(t, fsys, c.File)
		rep := c.judge(t, fsys, data, c.content(t, fsys))
		ok := c.accepted(rep)
		s.score(c.ID, ok == (c.Expect == "valid"), ok && c.Expect == "invalid", codes(rep))
		if c.Expect == "invalid" && !ok && !strings.Contains(codes(rep), "K-") {
			t.Errorf("%s: refused without a finding", c.ID)
		}
		if c.Expect == "valid" && ok {
			mutants += c.mutants(t, fsys)
		}
	}
	s.done()
	t.Logf("%d mutants refused", mutants)
}

func (c cmsCase) content(t *testing.T, fsys fs.FS) []byte {
	if !c.Detached || c.Content == "" {
		return nil
	}
	b := corpora.Read(t, fsys, c.Content)
	if b == nil {
		b = []byte{}
	}
	return b
}

func (c cmsCase) judge(t *testing.T, fsys fs.FS, data, content []byte) *verify.Report {
	o := eseal.Options{Name: c.ID}
	if content != nil {
		o.Detached = detached(c.Content, content)
	}
	return judged(t, data, o, anchors(t, ders(t, fsys, c.Anchors...)),
		verify.WithPolicy(policyNamed(t, "rfc5280", policy.None)), verify.WithTime(when(t, "2026-11-22T00:00:00Z")),
		verify.WithEvidence(items(evidence.Certificate, ders(t, fsys, c.SignerCerts...))...))
}

func intact(s *verify.Signature) bool {
	return s.Layers.Find(verdict.Intact).Status == verdict.Confirmed
}

func (c cmsCase) accepted(rep *verify.Report) bool {
	if len(c.Anchors) > 0 {
		return rep.Verdict == verdict.DocumentPassed
	}
	for i := range rep.Signatures {
		if !intact(&rep.Signatures[i]) || rep.Signatures[i].SubIndication == verdict.FormatFailure {
			return false
		}
	}
	return len(rep.Signatures) > 0
}

// mutants changes the content, a signed attribute and the signature value of
// each signer; each must be refused with the finding that names it.
func (c cmsCase) mutants(t *testing.T, fsys fs.FS) int {
	der, content := eseal.Unarmour(corpora.Read(t, fsys, c.File))
	if content == nil {
		content = c.content(t, fsys)
	}
	sd, err := cms.Parse(der, nil)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	n := 0
	check := func(what string, data, content []byte, signer int, want ...verdict.Code) {
		n++
		rep := c.judge(t, fsys, data, content)
		if len(rep.Signatures) <= signer || !refusedWith(&rep.Signatures[signer], want) {
			t.Errorf("%s: mutant of %s, signer %d: %s", c.ID, what, signer, codes(rep))
		}
	}
	for i, si := range sd.Signers {
		own := flip(t, si.Raw, si.Signature, -1)
		check("signature value", bytes.Replace(der, si.Raw, own, 1), content, i, verdict.CodeSignatureValue)
		if len(si.SignedAttrs) > 0 {
			// One bit of the message digest: its length and all structure stay.
			digest, _ := si.MessageDigest()
			own = flip(t, si.Raw, digest, 0)
			check("signed attribute", bytes.Replace(der, si.Raw, own, 1), content, i, verdict.CodeDataDigest)
		}
	}
	changed, changedContent := c.changeContent(t, sd, der, content)
	for i := range sd.Signers {
		check("content", changed, changedContent, i, verdict.CodeDataDigest, verdict.CodeSignatureValue)
	}
	return n
}

func (c cmsCase) changeContent(t *testing.T, sd *cms.SignedData, der, content []byte) (data, detached []byte) {
	if sd.Content == nil {
		if len(content) == 0 {
			return der, []byte("x")
		}
		out := bytes.Clone(content)
		out[len(out)/2] ^= 1
		return der, out
	}
	all, err := io.ReadAll(sd.Content.Reader())
	if err != nil || len(all) == 0 {
		t.Fatalf("%s: attached content of %d octets, %v", c.ID, len(all), err)
	}
	for k := min(len(all), 64); k > 0; k /= 2 { // constructed content lies in pieces
		if bytes.Contains(der, all[:k]) {
			return flip(t, der, all[:k], 0), content
		}
	}
	t.Fatalf("%s: attached content not found", c.ID)
	return nil, nil
}

// flip changes one bit of the first place where part stands.
func flip(t *testing.T, data, part []byte, at int) []byte {
	t.Helper()
	i := bytes.Index(data, part)
	if i < 0 || len(part) == 0 {
		t.Fatal("the part to change is not there")
	}
	if at < 0 {
		at += len(part)
	}
	out := bytes.Clone(data)
	out[i+at] ^= 1
	return out
}

func refusedWith(s *verify.Signature, want []verdict.Code) bool {
	if s.Indication == verdict.TotalPassed {
		return false
	}
	for _, f := range s.Findings {
		for _, w := range want {
			if f.Code == w && f.Severity == verdict.Error {
				return true
			}
		}
	}
	return false
}
