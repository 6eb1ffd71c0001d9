package verify_test

import (
	"encoding/base64"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/tsa"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

type stampCase struct {
	ID, File, Kind, Expect, Why, Fairness string
	DataBase64                            *string  `json:"data_base64"`
	DataFile                              string   `json:"data_file"`
	TrustAnchors                          []string `json:"trust_anchors"`
	ChainFile                             string   `json:"chain_file"`
	TSACerts                              []string `json:"tsa_certs"`
	Request                               string
	Digest                                map[string]string
	ExpectSignerNot                       string `json:"expect_signer_not"`
}

// TestSuiteRFC3161 runs pki/rfc3161.zip: `valid` = token and path good at
// genTime without revocation, `integrity-ok` = the same without a path.
func TestSuiteRFC3161(t *testing.T) {
	fsys := corpora.Open(t, "pki/rfc3161.zip")
	var m struct{ Cases []stampCase }
	corpora.JSON(t, fsys, "manifest.json", &m)
	s := newSuite(t, "rfc3161", 40, 0)
	for _, c := range m.Cases {
		s.cases++
		scored := map[string]bool{"valid": true, "invalid": true, "integrity-ok": true, "rejected": true}[c.Expect] && c.Fairness == ""
		rep := c.judge(t, fsys)
		if !scored {
			t.Logf("not scored: %s (%s): %s", c.ID, c.Expect, codes(rep))
			continue
		}
		passed := rep.Verdict == verdict.DocumentPassed
		right := false
		switch c.Expect {
		case "valid":
			right = passed && (c.ExpectSignerNot == "" || !strings.Contains(rep.Timestamps[0].TSA.Subject, c.ExpectSignerNot))
		case "integrity-ok":
			right = !passed && stampIntact(rep)
			passed = false
		case "rejected":
			right = !passed && strings.Contains(codes(rep), string(verdict.CodeResponseRefused))
		default:
			right = !passed && strings.Contains(codes(rep), "K-")
		}
		s.score(c.ID, right, passed && c.Expect != "valid", codes(rep))
	}
	s.done()
}

// stampIntact: imprint, token signature and all rules of the token hold; only
// the path is missing.
func stampIntact(rep *verify.Report) bool {
	if len(rep.Timestamps) != 1 {
		return false
	}
	st := rep.Timestamps[0]
	return st.SubIndication == verdict.NoCertificateChainFound && st.Imprint != nil && st.Imprint.Matches != nil && *st.Imprint.Matches &&
		rep.Layers.Find(verdict.Intact).Status == verdict.Confirmed
}

func (c stampCase) judge(t *testing.T, fsys fs.FS) *verify.Report {
	t.Helper()
	data := corpora.Read(t, fsys, c.File)
	o := eseal.Options{Name: c.ID}
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	info := tokenInfo(data)
	if info != nil {
		at = info.GenTime
	}
	switch {
	case c.DataBase64 != nil:
		b, err := base64.StdEncoding.DecodeString(*c.DataBase64)
		if err != nil {
			t.Fatal(err)
		}
		o.Detached = detached("data", b)
	case c.DataFile != "":
		o.Detached = detached(c.DataFile, corpora.Read(t, fsys, c.DataFile))
	case len(c.Digest) > 0:
		o.Digests = knownDigests(t, c.Digest)
	case info != nil:
		// No data in the case: its own imprint stands for it.
		o.Digests = []eseal.KnownDigest{{Algorithm: info.ImprintDigest, Value: info.Imprint}}
	}
	if c.Request != "" {
		o.Request = corpora.Read(t, fsys, c.Request)
	}
	var chain [][]byte
	if c.ChainFile != "" {
		chain = ders(t, fsys, c.ChainFile)
	}
	roots := ders(t, fsys, c.TrustAnchors...)
	if len(chain) > 0 {
		roots = append(roots, chain[len(chain)-1])
	}
	certs := append(chain, ders(t, fsys, c.TSACerts...)...)
	return judged(t, data, o, anchors(t, roots), verify.WithPolicy(policyNamed(t, "rfc5280", policy.None)), verify.WithTime(at),
		verify.WithEvidence(items(evidence.Certificate, certs)...))
}

func tokenInfo(data []byte) *tsa.Info {
	if tok, err := tsa.ParseToken(data, nil); err == nil {
		return &tok.Info
	}
	if r, err := tsa.ParseResponse(data, nil); err == nil && r.Token != nil {
		return &r.Token.Info
	}
	return nil
}

func knownDigests(t *testing.T, in map[string]string) []eseal.KnownDigest {
	var out []eseal.KnownDigest
	for name, value := range in {
		b, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			t.Fatal(err)
		}
		d := map[string]sigalg.Digest{"SHA256": sigalg.SHA256, "SHA512": sigalg.SHA512}[name]
		out = append(out, eseal.KnownDigest{Algorithm: d, Value: b})
	}
	return out
}
