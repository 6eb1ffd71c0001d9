package process

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

const (
	attrPolicyID   = "1.2.840.113549.1.9.16.2.15"
	attrCommitment = "1.2.840.113549.1.9.16.2.16"
	attrLocation   = "1.2.840.113549.1.9.16.2.17"
	attrSigner     = "0.4.0.19122.1.1"
	proofOfOrigin  = "1.2.840.113549.1.9.16.6.1"
	ourPolicy      = "1.2.392.99999.1"
	rules          = "the rules of the office"
)

func der(t testing.TB, v any) []byte {
	t.Helper()
	out, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func identifier(t testing.TB, dotted string) asn1.ObjectIdentifier {
	t.Helper()
	r, rest := asn1.ObjectIdentifier{}, 0
	for _, c := range dotted + "." {
		if c == '.' {
			r, rest = append(r, rest), 0
			continue
		}
		rest = rest*10 + int(c-'0')
	}
	return r
}

// signs adds a signed attribute.
func (s *scene) signs(id string, value []byte) {
	s.signer.ExtraSigned = append(s.signer.ExtraSigned, verifytest.Attribute{ID: id, Values: [][]byte{value}})
}

type algorithm struct{ OID asn1.ObjectIdentifier }

type statedHash struct {
	Algorithm algorithm
	Value     []byte
}

// names adds signature-policy-identifier with the digest of a document.
func (s *scene) names(t testing.TB, alg string, digest []byte) {
	s.signs(attrPolicyID, der(t, struct {
		ID   asn1.ObjectIdentifier
		Hash statedHash
	}{identifier(t, ourPolicy), statedHash{algorithm{identifier(t, alg)}, digest}}))
}

func (s *scene) namesRules(t testing.TB) {
	sum := sha256.Sum256([]byte(rules))
	s.names(t, "2.16.840.1.101.3.4.2.1", sum[:])
}

func (s *scene) commits(t testing.TB, what string) {
	s.signs(attrCommitment, der(t, struct{ ID asn1.ObjectIdentifier }{identifier(t, what)}))
}

func (s *scene) signsIn(t testing.TB, country string) {
	s.signs(attrLocation, der(t, struct {
		Country string `asn1:"explicit,tag:0,utf8"`
	}{country}))
}

// policyOf is the scene's policy with lines added.
func (s *scene) policyOf(t testing.TB, lines string, files fstest.MapFS) {
	t.Helper()
	data, err := policy.Source("strict")
	if err != nil {
		t.Fatal(err)
	}
	if s.policy, err = policy.ParseIn([]byte(string(data)+lines), files); err != nil {
		t.Fatal(err)
	}
}

// A constrained is one constraint: the lines, how it is met, how it is not.
type constrained struct {
	name       string
	lines      string
	met, unmet func(*scene)
	sub        verdict.SubIndication
	code       verdict.Code
	names      string // the constraint named by the finding
}

func element(name, rule, key string, met, unmet func(*scene)) constrained {
	return constrained{name, "signature-elements:\n  " + rule + "\n", met, unmet, verdict.SigConstraintsFailure, verdict.CodeConstraint, "signature-elements." + key}
}

func asIs(*scene) {}

func elementRows(t *testing.T) []constrained {
	return []constrained{
		element("format", "formats: {accept: [CAdES], source: s}", "formats", asIs, func(s *scene) { s.signer.ESS = "none" }),
		element("level", "least-level: {level: B-T, source: s}", "least-level", asIs, (*scene).unstamped),
		element("mandated attribute", "signed-attributes: {mandated: [id-aa-ets-commitmentType], source: s}", "signed-attributes.mandated",
			func(s *scene) { s.commits(t, proofOfOrigin) }, asIs),
		element("forbidden attribute", "signed-attributes: {forbidden: [1.2.840.113549.1.9.16.2.16], source: s}", "signed-attributes.forbidden",
			asIs, func(s *scene) { s.commits(t, proofOfOrigin) }),
		element("claimed time", "claimed-time: {required: true, source: s}", "claimed-time.required", asIs, func(s *scene) { s.signer.NoSigningTime = true }),
		element("claimed time not before", "claimed-time: {not-before: \"2026-10-30\", source: s}", "claimed-time.not-before",
			asIs, func(s *scene) { s.signer.SigningTime = on(time.October, 29, 23) }),
		element("claimed time not after", "claimed-time: {not-after: \"2026-10-30\", source: s}", "claimed-time.not-after",
			asIs, func(s *scene) { s.signer.SigningTime = on(time.October, 31, 0) }),
		element("claimed time within certificate", "claimed-time: {in-certificate: true, source: s}", "claimed-time.in-certificate",
			asIs, func(s *scene) { s.signer.SigningTime = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC) }),
		element("content type", "content-type: {accept: [id-data], source: s}", "content-type",
			asIs, func(s *scene) {
				s.mutate.Template = func(c *verifytest.CMSTemplate) { c.ContentType = "1.2.3.4" }
			}),
		element("commitment", "commitment-types: {accept: ["+proofOfOrigin+"], source: s}", "commitment-types",
			func(s *scene) { s.commits(t, proofOfOrigin) }, func(s *scene) { s.commits(t, "1.2.840.113549.1.9.16.6.2") }),
		element("no commitment", "commitment-types: {accept: ["+proofOfOrigin+"], source: s}", "commitment-types",
			func(s *scene) { s.commits(t, proofOfOrigin) }, asIs),
		element("location", "signer-location: {required: true, source: s}", "signer-location.required", func(s *scene) { s.signsIn(t, "JP") }, asIs),
		element("country", "signer-location: {countries: [JP], source: s}", "signer-location.countries",
			func(s *scene) { s.signsIn(t, "JP") }, func(s *scene) { s.signsIn(t, "FR") }),
		element("signer attributes", "signer-attributes: {required: true, source: s}", "signer-attributes",
			func(s *scene) { s.signs(attrSigner, []byte{0x30, 0}) }, asIs),
		element("signature time-stamp", "signature-time-stamp: {required: true, source: s}", "signature-time-stamp", asIs, (*scene).unstamped),
		element("content time-stamp", "content-time-stamp: {required: true, source: s}", "content-time-stamp",
			func(s *scene) { s.contentAt(s.SealTime) }, asIs),
		element("content time-stamp holds", "content-time-stamp: {required: true, source: s}", "content-time-stamp",
			func(s *scene) { s.contentAt(s.SealTime) }, func(s *scene) { s.contentAt(s.at.AddDate(0, 1, 0)) }),
		element("whole path", "references-for-whole-path: {required: true, source: s}", "references-for-whole-path",
			func(s *scene) { s.own(refs(s.Seal, s.SealCA, s.Root)) }, asIs),
		element("counter-signature", "counter-signature: {need: required, source: s}", "counter-signature",
			func(s *scene) {
				s.signer.CounterSigners = []verifytest.Signer{{Cert: s.Office}}
				s.crls = s.CRLs(s.Seal, s.TSA, s.Office)
				s.certs = slices.Concat(s.Seal.Chain(), s.Office.Chain())
			}, asIs),
		element("counter-signature holds", "counter-signature: {need: valid, source: s}", "counter-signature",
			asIs, func(s *scene) { s.signer.CounterSigners = []verifytest.Signer{{Cert: s.Office}} }),
	}
}

func certificateRows() []constrained {
	row := func(name, rule, key string, met, unmet func(*scene)) constrained {
		return constrained{name, "signing-certificate:\n  " + rule + "\n", met, unmet, verdict.ChainConstraintsFailure, verdict.CodeConstraint, "signing-certificate." + key}
	}
	return []constrained{
		row("mandated extension", "{mandated-extensions: [2.5.29.32], source: s}", "mandated-extensions", asIs, nil),
		row("missing extension", "{mandated-extensions: [1.3.6.1.5.5.7.48.1.5], source: s}", "mandated-extensions", nil, asIs),
		row("forbidden extension", "{forbidden-extensions: [2.5.29.32], source: s}", "forbidden-extensions", nil, asIs),
		row("statement", "{qc-statements: [0.4.0.1862.1.6.3], source: s}", "qc-statements", nil, asIs),
	}
}

func policyRows(t *testing.T) []constrained {
	sum := sha256.Sum256([]byte(rules))
	known := func(rest string) string {
		return "signature-policies:\n  known: [{id: " + ourPolicy + ", " + rest + "source: s}]\n"
	}
	named := func(s *scene) { s.namesRules(t) }
	other := func(s *scene) { s.names(t, "2.16.840.1.101.3.4.2.1", make([]byte, 32)) }
	byHash := known("sha256: " + hex.EncodeToString(sum[:]) + ", ")
	const none, broken = verdict.SignaturePolicyNotAvailable, verdict.PolicyProcessingError
	return []constrained{
		{"unknown policy stops", "", asIs, named, none, verdict.CodePolicyNotAvailable, ""},
		{"unknown policy goes on", "signature-policies: {unknown: default, source: s}\n", named, nil, "", "", ""},
		{"policy required", "signature-policies: {required: true, unknown: default, source: s}\n", named, asIs, verdict.SigConstraintsFailure, verdict.CodeConstraint, "signature-policies.required"},
		{"known by identifier", known(""), named, nil, "", "", ""},
		{"document", known("file: rules.txt, "), named, other, broken, verdict.CodePolicyDocument, ""},
		{"document in SHA-1", known("file: rules.txt, "), func(s *scene) { d := sha1.Sum([]byte(rules)); s.names(t, "1.3.14.3.2.26", d[:]) }, nil, "", "", ""},
		{"document missing", known("file: nowhere.txt, "), asIs, named, none, verdict.CodePolicyNotAvailable, ""},
		{"document is another", known("file: rules.txt, sha256: \"" + hex.EncodeToString(make([]byte, 32)) + "\", "), asIs, named, broken, verdict.CodePolicyDocument, ""},
		{"document by digest", byHash, named, other, broken, verdict.CodePolicyDocument, ""},
		{"digest of another kind", byHash, named, func(s *scene) { s.names(t, "1.3.14.3.2.26", make([]byte, 20)) }, none, verdict.CodePolicyNotAvailable, ""},
		{"unknown digest", known("file: rules.txt, "), named, func(s *scene) { s.names(t, "1.2.3.4", make([]byte, 20)) }, broken, verdict.CodePolicyDocument, ""},
		{"unreadable attribute", "", asIs, func(s *scene) { s.signs(attrPolicyID, []byte{0x30, 1, 0}) }, broken, verdict.CodePolicyDocument, ""},
	}
}

// TestConstraints: each constraint met and unmet (5.2.4.4, 5.2.8.4.2, 5.2.6.4 step 5).
func TestConstraints(t *testing.T) {
	files := fstest.MapFS{"rules.txt": {Data: []byte(rules)}}
	for _, row := range slices.Concat(elementRows(t), certificateRows(), policyRows(t)) {
		t.Run(row.name, func(t *testing.T) {
			if row.met != nil {
				s := newScene(t)
				s.policyOf(t, row.lines, files)
				row.met(s)
				if j := s.judge(t); !j.Passed() {
					t.Errorf("met: %s (%v)", sub(j.Outcome), j.told())
				}
			}
			if row.unmet == nil {
				return
			}
			s := newScene(t)
			s.policyOf(t, row.lines, files)
			row.unmet(s)
			j := s.judge(t)
			found := slices.ContainsFunc(j.Causes, func(c Cause) bool {
				return c.Sub == row.sub && c.Finding.Code == row.code && (row.names == "" || c.Finding.Params["constraint"] == row.names)
			})
			if j.Passed() || !found {
				t.Errorf("unmet: %s (%v)", sub(j.Outcome), j.Causes)
			}
		})
	}
}

// TestConstraintsLeaveTokensAlone: they are about the signature, not about its
// time-stamps and counter-signatures.
func TestConstraintsLeaveTokensAlone(t *testing.T) {
	s := newScene(t)
	s.policyOf(t, "signature-elements:\n  content-type: {accept: [id-data], source: s}\n  formats: {accept: [CAdES], source: s}\n", nil)
	j := s.judge(t)
	if !j.Passed() || len(j.Stamps) != 1 || !j.Stamps[0].Passed() {
		t.Errorf("%s %v", sub(j.Outcome), j.told())
	}
}

// TestKeyTooShort: the policy knows the scheme with longer keys only, and says
// from which size; no proven time helps.
func TestKeyTooShort(t *testing.T) {
	s := newScene(t)
	lines := slices.Clone(s.policy.Algorithms.Signatures)
	for i := range lines {
		lines[i].MinBits = 20000
	}
	s.policy.Algorithms.Signatures = lines
	j := s.judge(t)
	if !slices.ContainsFunc(j.Causes, func(c Cause) bool {
		return c.Finding.Code == verdict.CodeKeyTooShort && c.Finding.Params["minimum"] == "20000" && c.Finding.Params["key"] != "" && c.About == AboutSignature
	}) {
		t.Errorf("%s %v", sub(j.Outcome), j.Causes)
	}
}
