// Command kakuin-wasm is the judge for the browser: bytes in, report JSON out.
// It links no network; what is missing is told in the report.
//
// The page loads it with wasm_exec.js of the Go release that built it; then
//
//	kakuinVerify(document, options) -> JSON text of the report
//
// stands in the global object. document is a Uint8Array. options is an object
// or its JSON text:
//
//	name        of the document, for the report
//	at          judge at this time, RFC 3339; absent: now
//	trust       trust list (YAML) or PEM as text, or any of them or DER as Uint8Array; absent: the built-in catalogue
//	policy      name of a built-in policy, or a policy file as text
//	revocation  require, prefer, none
//	detached    content that the signature does not carry
//	request     the request that a time-stamp response must answer
//	certs, crls, ocsps   lists of extra evidence
//	sealedBy    expect this sealer
//	personalData, explain   true as in the command
//	lang        also render for people, ja or en: the answer is then {"report": …, "text": "…"}
//
//	kakuinReplay(evidence, options) -> JSON text of the report
//
// verifies again from what --save-evidence wrote, a Uint8Array; the options are
// document, detached, password and lang. Without the document, what it says is
// on the word of the archive.
//
// Octets are Uint8Array, or base64 in text form; detached text as a string is
// its UTF-8. A call that cannot be carried out gives {"error": "…"}.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/kakuin/kakuin/cmd/internal/build"
	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/trustlist/japan"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/report"
)

// A call is what the page asks.
type call struct {
	Document     []byte   `json:"-"`
	Name         string   `json:"name"`
	At           string   `json:"at"`
	Lang         string   `json:"lang"`
	Trust        text     `json:"trust"`
	Policy       string   `json:"policy"`
	Revocation   string   `json:"revocation"`
	Detached     text     `json:"detached"`
	Request      octets   `json:"request"`
	Certs        []octets `json:"certs"`
	CRLs         []octets `json:"crls"`
	OCSPs        []octets `json:"ocsps"`
	SealedBy     string   `json:"sealedBy"`
	PersonalData bool     `json:"personalData"`
	Explain      bool     `json:"explain"`
}

// answer carries out a call; the answer is JSON whatever happens.
func answer(c call) []byte {
	return guarded(func() ([]byte, error) {
		rep, err := c.judge()
		if err != nil {
			return nil, err
		}
		return rendered(rep, c.Lang, c.Explain)
	})
}

// guarded turns every failure into an answer.
func guarded(do func() ([]byte, error)) (out []byte) {
	defer func() {
		if r := recover(); r != nil {
			out = problem(fmt.Errorf("internal error: %v", r))
		}
	}()
	out, err := do()
	if err != nil {
		return problem(err)
	}
	return out
}

// rendered is the JSON of a report, with the text for people beside it where
// a language is named.
func rendered(rep *verify.Report, lang string, explain bool) ([]byte, error) {
	var b bytes.Buffer
	if err := report.Write(&b, rep, report.JSON); err != nil {
		return nil, err
	}
	if lang == "" {
		return b.Bytes(), nil
	}
	var t strings.Builder
	if err := report.Write(&t, rep, report.Text, report.Lang(lang), report.Explain(explain)); err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Report json.RawMessage `json:"report"`
		Text   string          `json:"text"`
	}{b.Bytes(), t.String()})
}

func problem(err error) []byte {
	out, err := json.Marshal(map[string]string{"error": err.Error()})
	if err != nil {
		return []byte(`{"error":"internal error"}`)
	}
	return out
}

func (c call) judge() (*verify.Report, error) {
	v, err := c.verifier()
	if err != nil {
		return nil, err
	}
	doc, err := c.open(context.Background())
	if err != nil {
		return nil, err
	}
	var expect []verify.Expect
	if c.SealedBy != "" {
		expect = append(expect, verify.SealedBy(c.SealedBy))
	}
	return v.Verify(context.Background(), doc, expect...)
}

func (c call) open(ctx context.Context) (*eseal.Document, error) {
	o := eseal.Options{Name: c.Name, Request: c.Request}
	if c.Detached != nil {
		o.Detached = []eseal.Detached{{R: bytes.NewReader(c.Detached), Size: int64(len(c.Detached))}}
	}
	return eseal.Open(ctx, bytes.NewReader(c.Document), int64(len(c.Document)), o)
}

func (c call) verifier() (*verify.Verifier, error) {
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	p, err := c.pickPolicy()
	if err != nil {
		return nil, err
	}
	at := time.Now()
	if c.At != "" {
		if at, err = time.Parse(time.RFC3339, c.At); err != nil {
			return nil, fmt.Errorf("at: %w", err)
		}
	}
	options := []verify.Option{verify.WithPolicy(p), verify.WithTime(at.UTC()), verify.WithVersion(build.Version)}
	for _, kind := range []struct {
		t    evidence.Type
		raws []octets
	}{{evidence.Certificate, c.Certs}, {evidence.CRL, c.CRLs}, {evidence.OCSP, c.OCSPs}} {
		for i, raw := range kind.raws {
			it := evidence.NewItem(kind.t, raw, evidence.Supplied, "", purse.New(purse.Limits{}))
			if it.Err != nil {
				return nil, fmt.Errorf("%s %d: %w", kind.t, i+1, it.Err)
			}
			options = append(options, verify.WithEvidence(it))
		}
	}
	if c.PersonalData {
		options = append(options, verify.WithPersonalData())
	}
	if c.Explain {
		options = append(options, verify.WithExplanation())
	}
	return verify.New(list, options...)
}

func (c call) list() (*trustlist.List, error) {
	switch {
	case len(c.Trust) == 0:
		return japan.List()
	case bytes.HasPrefix(c.Trust, []byte{0x30}) || bytes.Contains(c.Trust, []byte("-----BEGIN CERTIFICATE-----")) && !bytes.Contains(c.Trust, []byte(trustlist.Schema)):
		return trustlist.FromCertificates("anchors", c.Trust)
	}
	return trustlist.Parse(c.Trust, nil)
}

func (c call) pickPolicy() (p *policy.Policy, err error) {
	switch {
	case c.Policy == "":
		p, err = policy.ByName(policy.Default)
	case strings.Contains(c.Policy, "\n"):
		p, err = policy.Parse([]byte(c.Policy))
	default:
		p, err = policy.ByName(c.Policy)
	}
	if err != nil || c.Revocation == "" {
		return p, err
	}
	switch m := policy.Mode(c.Revocation); m {
	case policy.Require, policy.Prefer, policy.None:
		return p.WithRevocation(m), nil
	}
	return nil, fmt.Errorf("revocation %q: one of require, prefer, none", c.Revocation)
}
