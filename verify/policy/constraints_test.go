package policy

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/verdict"
)

const bare = "schema: kakuin/policy/v1\nid: x\n"

func parsedPolicy(t *testing.T, lines string) *Policy {
	t.Helper()
	p, err := Parse([]byte(bare + lines))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func date(t *testing.T, day string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAbsentConstraints(t *testing.T) {
	p := parsedPolicy(t, "")
	if p.SignaturePolicies.Unknown != Stop || p.Elements.Counter.Need != CounterOptional || !p.EnforcesOrder() {
		t.Errorf("%+v", p)
	}
	if _, ok := p.TimestampDelay(); ok || p.Mandates(MandateSignature) || p.Mandates(MandateArchive) || p.Mandates(MandateRecord) {
		t.Error("an absent line mandates something")
	}
	for _, c := range p.Constraints() {
		if c.Explicit || c.Weaker || c.Disabled {
			t.Errorf("absent, and yet %+v", c)
		}
	}
}

func TestStamps(t *testing.T) {
	p := parsedPolicy(t, "time-stamps:\n  delay: {hours: 0, source: s}\n  mandated-valid: [{kind: archive, source: s}]\n  order: {answer: report, source: s}\n")
	if d, ok := p.TimestampDelay(); !ok || d != 0 {
		t.Errorf("delay %v %v", d, ok)
	}
	if p.Mandates(MandateSignature) || !p.Mandates(MandateArchive) || p.EnforcesOrder() {
		t.Error("mandates or order")
	}
	if !slices.Contains(p.Disabled(), "time-stamps.order.answer=report") {
		t.Errorf("disabled %v", p.Disabled())
	}
}

func TestRefusedConstraints(t *testing.T) {
	for name, text := range map[string]string{
		"no OID":               "signature-policies: {known: [{id: ours, source: s}]}\n",
		"twice":                "signature-policies: {known: [{id: 1.2.3, source: s}, {id: 1.2.3, source: s}]}\n",
		"known without source": "signature-policies: {known: [{id: 1.2.3}]}\n",
		"required, no source":  "signature-policies: {required: true}\n",
		"short digest":         "signature-policies: {known: [{id: 1.2.3, sha256: abcd, source: s}]}\n",
		"file elsewhere":       "signature-policies: {known: [{id: 1.2.3, file: ../x, source: s}]}\n",
		"unknown answer":       "signature-policies: {unknown: pass, source: s}\n",
		"format":               "signature-elements: {formats: {accept: [PDF], source: s}}\n",
		"level":                "signature-elements: {least-level: {level: B-X, source: s}}\n",
		"attribute":            "signature-elements: {signed-attributes: {mandated: [nonsense], source: s}}\n",
		"both":                 "signature-elements: {signed-attributes: {mandated: [id-signingTime], forbidden: [1.2.840.113549.1.9.5], source: s}}\n",
		"attribute, no source": "signature-elements: {signed-attributes: {mandated: [id-signingTime]}}\n",
		"bad day":              "signature-elements: {claimed-time: {not-before: soon, source: s}}\n",
		"empty window":         "signature-elements: {claimed-time: {not-before: \"2026-02-01\", not-after: \"2026-01-01\", source: s}}\n",
		"country":              "signature-elements: {signer-location: {countries: [Japan], source: s}}\n",
		"counter":              "signature-elements: {counter-signature: {need: always, source: s}}\n",
		"extension":            "signing-certificate: {mandated-extensions: [nonsense], source: s}\n",
		"negative delay":       "time-stamps: {delay: {hours: -1, source: s}}\n",
		"delay, no source":     "time-stamps: {delay: {hours: 1}}\n",
		"kind":                 "time-stamps: {mandated-valid: [{kind: all, source: s}]}\n",
		"kind twice":           "time-stamps: {mandated-valid: [{kind: archive, source: s}, {kind: archive, source: s}]}\n",
		"order":                "time-stamps: {order: {answer: maybe, source: s}}\n",
		"assurance":            "trust-service: {assurance: high}\n",
		"catalogue":            "algorithms: {catalogue: nowhere, source: s}\n",
		"catalogue, no source": "algorithms: {catalogue: eu-dss-6.4}\n",
		"negative size":        "algorithms: {signatures: [{name: ECDSA, min-bits: -1, generate-until: open, source: s}]}\n",
		"size of a digest":     "algorithms: {digests: [{name: SHA-1, min-bits: 1, generate-until: open, source: s}]}\n",
		"no name":              "algorithms: {digests: [{generate-until: open, source: s}]}\n",
	} {
		var se *SyntaxError
		if _, err := Parse([]byte(bare + text)); !errors.As(err, &se) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDocuments(t *testing.T) {
	text := []byte(bare + "signature-policies: {known: [{id: 1.2.3, file: a.txt, source: s}, {id: 1.2.4, file: b.txt, source: s}]}\n")
	p, err := ParseIn(text, fstest.MapFS{"a.txt": {Data: []byte("rules")}})
	if err != nil {
		t.Fatal(err)
	}
	a, ok := p.SignaturePolicy("1.2.3")
	b, ok2 := p.SignaturePolicy("1.2.4")
	if !ok || !ok2 || a.Err != nil || string(a.Document) != "rules" || b.Err == nil {
		t.Errorf("%+v %+v", a, b)
	}
	if _, ok := p.SignaturePolicy("1.2.5"); ok {
		t.Error("a policy without a line is known")
	}
	if p, _ := Parse(text); p.SignaturePolicies.Known[0].Err == nil {
		t.Error("a document was read without a folder")
	}
}

func TestCatalogues(t *testing.T) {
	for _, name := range Catalogues() {
		c, err := CatalogueByName(name)
		if err != nil || len(c.Digests) == 0 || len(c.Signatures) == 0 || c.Title.JA == "" || c.SHA256 == [32]byte{} {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSizes: a line is for keys of at least its size, and the policy's own line
// comes before the catalogue's.
func TestSizes(t *testing.T) {
	p := parsedPolicy(t, "algorithms:\n  catalogue: etsi-ts119312-v1.5.1\n  source: s\n  signatures:\n    - {name: ECDSA, min-bits: 384, generate-until: \"2040-12-31\", source: s}\n    - {name: ECDSA, digest: SHA-1, generate-until: \"2000-12-31\", source: s}\n    - {name: RSA-PSS, use: revocation, min-bits: 2048, generate-until: open, source: s}\n")
	rsa := func(bits int) *sigalg.PublicKey { return &sigalg.PublicKey{Algorithm: "RSA", Bits: bits} }
	ec := func(bits int) *sigalg.PublicKey { return &sigalg.PublicKey{Algorithm: "ECDSA", Curve: "P", Bits: bits} }
	for _, tc := range []struct {
		name  string
		suite Suite
		use   Use
		day   string
		weak  bool
		least int
	}{
		{"RSA-2048 to 2028", Suite{Signature: "RSA-PKCS1-v1_5", Key: rsa(2048)}, UseSignature, "2028-12-31", false, 0},
		{"RSA-2048 from 2029", Suite{Signature: "RSA-PKCS1-v1_5", Key: rsa(2048)}, UseSignature, "2029-01-01", true, 0},
		{"RSA-1899 counts as 1024", Suite{Signature: "RSA-PKCS1-v1_5", Key: rsa(1899)}, UseSignature, "2020-01-01", true, 0},
		{"PSS-3072 is open", Suite{Signature: "RSA-PSS", Key: rsa(3072)}, UseSignature, "2060-01-01", false, 0},
		{"PSS-2048 is not", Suite{Signature: "RSA-PSS", Key: rsa(2048)}, UseSignature, "2060-01-01", true, 0},
		{"but for revocation it is", Suite{Signature: "RSA-PSS", Key: rsa(2048)}, UseRevocation, "2060-01-01", false, 0},
		{"a line without a size needs a strength", Suite{Signature: "ECDSA", Digest: sigalg.SHA1, Key: ec(256)}, UseSignature, "1999-01-01", true, 0},
		{"512 bits have no line", Suite{Signature: "RSA-PKCS1-v1_5", Key: rsa(512)}, UseSignature, "2000-01-01", true, 786},
		{"no key, no size", Suite{Signature: "RSA-PKCS1-v1_5"}, UseSignature, "2000-01-01", true, 786},
		{"own line for P-384", Suite{Signature: "ECDSA", Key: ec(384)}, UseSignature, "2041-01-01", true, 0},
		{"the catalogue's for P-256", Suite{Signature: "ECDSA", Key: ec(256)}, UseSignature, "2041-01-01", false, 0},
		{"line of a digest", Suite{Digest: sigalg.SHA1, Signature: "ECDSA", Key: ec(256)}, UseSignature, "2001-01-01", true, 0},
	} {
		weak := p.Check(tc.suite, tc.use, Made, date(t, tc.day))
		if (len(weak) > 0) != tc.weak || (tc.least > 0 && !slices.ContainsFunc(weak, func(w Weak) bool { return w.Minimum == tc.least })) {
			t.Errorf("%s: %+v", tc.name, weak)
		}
	}
}

// TestProfiles: what makes each profile what it is.
func TestProfiles(t *testing.T) {
	named := func(name string) *Policy {
		p, err := ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	eu, dss, jnsa, notice := named("eu"), named("dss-default"), named("jnsa"), named("disposition")
	if a := eu.MaxAge("signer"); a == nil || *a != 24*time.Hour || eu.MaxAge("tsa") != nil || eu.Reference.Need != "required" {
		t.Errorf("eu: %+v", eu.Revocation)
	}
	sha1 := Suite{Digest: sigalg.SHA1}
	if len(dss.Check(sha1, UseSignature, Made, date(t, "2012-07-31"))) != 0 || len(dss.Check(sha1, UseSignature, Made, date(t, "2012-08-01"))) == 0 {
		t.Error("dss-default: SHA-1 ends on 2012-08-01")
	}
	if len(dss.Check(Suite{Digest: sigalg.SHA224}, UseSignature, Made, date(t, "2035-01-01"))) != 0 || dss.EnforcesOrder() || dss.Reference.Need != "optional" {
		t.Error("dss-default fails where DSS warns")
	}
	if !jnsa.Mandates(MandateArchive) || jnsa.CAExpiry.Answer != "reject" {
		t.Error("jnsa")
	}
	if notice.PDFChange("form-filling") != "no" || !notice.Elements.SignatureStamp.Required {
		t.Error("disposition")
	}
}

// TestLint: each problem is told with its code, and built-in policies have none.
func TestLint(t *testing.T) {
	at := date(t, "2026-11-01")
	for _, n := range Names() {
		data, _ := Source(n)
		for _, f := range Lint(data, nil, at) {
			if f.Severity != verdict.Info {
				t.Errorf("%s: %+v", n, f)
			}
		}
	}
	const sound = "purposes: [{name: seal, source: s}]\n"
	lines := func(digest string) string {
		return sound + "algorithms:\n  digests:\n    - {" + digest + ", source: s}\n  signatures:\n    - {name: ECDSA, generate-until: open, source: s}\n"
	}
	for name, tc := range map[string]struct {
		text string
		code verdict.Code
		sev  verdict.Severity
	}{
		"unknown key":      {"nonsense: 1\n", verdict.CodePolicyFile, verdict.Error},
		"no source":        {"revocation: {mode: none}\n", verdict.CodePolicyFile, verdict.Error},
		"contradiction":    {lines("name: SHA-256, generate-until: open") + "time-stamps: {delay: {hours: 1, source: s}}\nsignature-elements: {signed-attributes: {forbidden: [id-signingTime], source: s}}\n", verdict.CodePolicyContradiction, verdict.Error},
		"nothing accepted": {sound, verdict.CodePolicyContradiction, verdict.Error},
		"pointless line":   {lines("name: SHA-256, generate-until: open") + "revocation: {mode: none, source: s, max-age: [{position: ca, hours: 1, source: s}]}\n", verdict.CodePolicyContradiction, verdict.Warning},
		"order":            {lines("name: SHA-256, generate-until: \"2030-12-31\", verify-until: \"2029-12-31\""), verdict.CodePolicyDates, verdict.Error},
		"past":             {lines("name: SHA-1, generate-until: \"2014-12-31\""), verdict.CodePolicyPast, verdict.Info},
		"misspelt":         {lines("name: SHA256, generate-until: open"), verdict.CodePolicyName, verdict.Warning},
		"no document":      {lines("name: SHA-256, generate-until: open") + "signature-policies: {known: [{id: 1.2.3, file: a, source: s}]}\n", verdict.CodePolicyDocument, verdict.Error},
		"weaker":           {lines("name: SHA-256, generate-until: open") + "anchor-as-signer: {answer: accept, source: s}\n", verdict.CodePolicyWeaker, verdict.Info},
	} {
		found := Lint([]byte(bare+tc.text), nil, at)
		if !slices.ContainsFunc(found, func(f verdict.Finding) bool { return f.Code == tc.code && f.Severity == tc.sev }) {
			t.Errorf("%s: %+v", name, found)
		}
	}
	if f := Lint([]byte(bare+lines("name: SHA-256, generate-until: open")+"    - {name: ECDSA, min-bits: 384, generate-until: \"2020-12-31\", source: s}\n"), nil, at); !slices.ContainsFunc(f, func(f verdict.Finding) bool { return f.Code == verdict.CodePolicyDates }) {
		t.Errorf("a longer key that retires first: %+v", f)
	}
}

// TestImport: both forms of one catalogue give the same lines, and a policy
// with them is read and asked.
func TestImport(t *testing.T) {
	var texts []string
	for _, name := range []string{"testdata/suites.xml", "testdata/suites.json"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := ImportSuites(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		texts = append(texts, string(s.YAML()))
	}
	if texts[0] != texts[1] {
		t.Errorf("XML:\n%s\nJSON:\n%s", texts[0], texts[1])
	}
	p := parsedPolicy(t, texts[0])
	key := &sigalg.PublicKey{Algorithm: "RSA", Bits: 2048}
	suite := Suite{Digest: sigalg.SHA256, Signature: "RSA-PKCS1-v1_5", Key: key}
	if weak := p.Check(suite, UseSignature, Made, date(t, "2030-06-29")); len(weak) != 0 {
		t.Errorf("%+v", weak)
	}
	if weak := p.Check(suite, UseSignature, Made, date(t, "2030-06-30")); len(weak) != 1 {
		t.Errorf("the end date is the first day without: %+v", weak)
	}
	if weak := p.Check(Suite{Digest: sigalg.SHA384}, UseSignature, Made, date(t, "2026-01-01")); len(weak) != 1 || !weak[0].Unknown {
		t.Errorf("what is not in the catalogue: %+v", weak)
	}
	for _, left := range []string{"# left out: Sample curve", "at most 8192", "only from 2020-01-01"} {
		if !strings.Contains(texts[0], left) {
			t.Errorf("not told: %s", left)
		}
	}
}

// TestImportIsPlain: what a catalogue says of itself cannot become lines.
func TestImportIsPlain(t *testing.T) {
	s, err := ImportSuites([]byte(`{"SecuritySuitabilityPolicy":{"PolicyName":{"Name":"a\"\nrevocation: {mode: none, source: s}\u0000"},"Algorithm":[{"AlgorithmIdentifier":{"Name":"x\nid: y\u0007"},"Evaluation":{}},{"AlgorithmIdentifier":{"Name":"SHA1"},"Evaluation":{"Validity":{"End":"2012-01-01"}}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if p := parsedPolicy(t, string(s.YAML())); p.Revocation.Mode != Require || p.ID != "x" {
		t.Errorf("%s", s.YAML())
	}
}

func TestImportRefuses(t *testing.T) {
	for name, data := range map[string]string{
		"empty":      "",
		"other XML":  "<a/>",
		"other JSON": "{}",
		"not closed": `<SecuritySuitabilityPolicy xmlns="urn:ietf:params:xml:ns:dssc">`,
		"no lines":   `{"SecuritySuitabilityPolicy":{"Algorithm":[]}}`,
		"bad date":   `{"SecuritySuitabilityPolicy":{"Algorithm":{"AlgorithmIdentifier":{"Name":"SHA1"},"Evaluation":{"Validity":{"End":"never"}}}}}`,
		"too many":   `{"SecuritySuitabilityPolicy":{"Algorithm":[` + strings.Repeat("{},", maxSuites) + `{}]}}`,
		"too large":  strings.Repeat(" ", maxFile+1),
		"entity":     `<!DOCTYPE a [<!ENTITY b "c">]><SecuritySuitabilityPolicy xmlns="urn:ietf:params:xml:ns:dssc"><PolicyIssueDate>&b;</PolicyIssueDate></SecuritySuitabilityPolicy>`,
	} {
		if _, err := ImportSuites([]byte(data)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func FuzzImport(f *testing.F) {
	for _, name := range []string{"testdata/suites.xml", "testdata/suites.json"} {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ImportSuites(data)
		if err != nil {
			return
		}
		if _, err := Parse([]byte(bare + string(s.YAML()))); err != nil {
			t.Errorf("imported lines are refused: %v\n%s", err, s.YAML())
		}
	})
}
