package verify_test

import (
	"encoding/base64"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// dssRow is one document of EU DSS with the facts that its own tests assert.
// A fact is true, false, "mixed" (of some, not of others) or null (not said).
type dssRow struct {
	File, Format, Confidence string
	Test                     string   `json:"test_class"`
	TrustedCerts             []string `json:"trusted_certs"`
	Detached                 []string
	Expected                 struct {
		CryptoIntact     any    `json:"crypto_intact"`
		CryptoBasis      string `json:"crypto_basis"`
		DigestIntact     any    `json:"digest_intact"`
		DataFound        any    `json:"data_found"`
		TimestampsIntact any    `json:"timestamps_intact"`
		SigningCertRef   any    `json:"signing_cert_ref_ok"`
		ByteRange        any    `json:"byterange_ok"`
		Signatures       *int   `json:"n_signatures"`
		Timestamps       *int   `json:"n_timestamps"`
		Records          int    `json:"n_evidence_records"`
		SubIndication    string `json:"subindication"`
	}
}

// TestSuiteDSS runs the CMS, PDF and time-stamp rows of documents/dss.zip.
// Trust is not asked: integrity, coverage and counts are.
func TestSuiteDSS(t *testing.T) {
	t.Parallel()
	fsys := corpora.Open(t, "documents/dss.zip")
	var rows []dssRow
	corpora.JSON(t, fsys, "index.json", &rows)
	const need = 120
	s := newSuite(t, "dss", need, need*2/100)
	sources := contentSources(t, fsys)
	for _, r := range rows {
		if !slices.Contains([]string{"pdf", "cms-signed", "tsr", "tst"}, r.Format) {
			continue
		}
		s.cases++
		if r.Confidence != "high" && r.Confidence != "medium" {
			continue
		}
		rep := r.judge(t, fsys, sources[r.File+r.Test])
		d := r.differs(rep)
		s.score(r.File, len(d.wrong) == 0, d.lenient, strings.Join(d.wrong, "; ")+": "+codes(rep))
	}
	s.done()
}

func (r dssRow) judge(t *testing.T, fsys fs.FS, source string) *verify.Report {
	t.Helper()
	o := eseal.Options{Name: r.File}
	data := corpora.Read(t, fsys, r.File)
	given(t, &o, source)
	for _, d := range r.Detached {
		if _, err := fs.Stat(fsys, d); err != nil {
			// The corpus lacks the content of six rows: the digest that the
			// message itself signs stands for it, so that the value, the
			// references and the time-stamps are still judged.
			o.Digests = signedDigests(t, data)
			continue
		}
		o.Detached = append(o.Detached, detached(d, corpora.Read(t, fsys, d))...)
	}
	var roots [][]byte
	for _, raw := range ders(t, fsys, r.TrustedCerts...) {
		if _, err := cert.Parse(raw, nil); err == nil { // OCSP responses are among them
			roots = append(roots, raw)
		}
	}
	return judged(t, data, o, anchors(t, roots), verify.WithPolicy(policyNamed(t, "rfc5280", policy.None)), verify.WithTime(when(t, "2026-11-22T00:00:00Z")))
}

var (
	textContent = regexp.MustCompile(`InMemoryDocument\(\s*"([^"]*)"\.getBytes\(\)`)
	hashContent = regexp.MustCompile(`DigestAlgorithm\.SHA256, (?:Utils\.fromBase64\()?"([^"]+)"`)
)

// given reads the content that a test of EU DSS holds in its own source.
func given(t *testing.T, o *eseal.Options, source string) {
	t.Helper()
	if m := textContent.FindStringSubmatch(source); m != nil {
		o.Detached = detached("content", []byte(m[1]))
	}
	if m := hashContent.FindStringSubmatch(source); m != nil {
		b, err := base64.StdEncoding.DecodeString(m[1])
		if err != nil {
			t.Fatal(err)
		}
		o.Digests = []eseal.KnownDigest{{Algorithm: sigalg.SHA256, Value: b}}
	}
}

// contentSources are the lines of EU DSS's own tests that hand over content,
// by file and test.
func contentSources(t *testing.T, fsys fs.FS) map[string]string {
	var m struct {
		Entries []struct {
			File   string
			Test   any `json:"test_class"`
			Config struct{ Source map[string]string }
		}
	}
	corpora.JSON(t, fsys, "manifest.json", &m)
	out := map[string]string{}
	for _, e := range m.Entries {
		if src := e.Config.Source["getDetachedContents"]; src != "" {
			out[fmt.Sprint(e.File, e.Test)] = src
		}
	}
	return out
}

func signedDigests(t *testing.T, data []byte) []eseal.KnownDigest {
	t.Helper()
	sd, err := cms.Parse(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []eseal.KnownDigest
	for _, si := range sd.Signers {
		if d, ok := si.MessageDigest(); ok {
			out = append(out, eseal.KnownDigest{Algorithm: si.Digest(), Value: d})
		}
	}
	return out
}

// a difference lists what is not as expected; lenient when something that
// should not hold was found to hold.
type difference struct {
	wrong   []string
	lenient bool
}

func (d *difference) add(what string, want, got any) {
	d.wrong = append(d.wrong, fmt.Sprintf("%s: want %v, got %v", what, want, got))
}

func (d *difference) hold(what string, want any, facts []verdict.QuestionStatus) {
	if got := summary(facts); !asExpected(want, facts) {
		d.add(what, want, got)
		d.lenient = d.lenient || want == false && got == "confirmed"
	}
}

func (r dssRow) differs(rep *verify.Report) difference {
	x, fix, d := r.Expected, dssCorrections[r.File], difference{}
	if fix.intact {
		x.CryptoIntact, x.DigestIntact = true, true
	}
	if fix.told != "" && !tells(rep, fix.told) {
		d.add("finding", fix.told, "none")
	}
	signatures, stamps := allSignatures(rep.Signatures), allStamps(rep)
	if x.Signatures != nil && *x.Signatures != len(signatures) && *x.Signatures != len(rep.Signatures) {
		d.add("signatures", *x.Signatures, len(signatures))
	}
	if x.Timestamps != nil && !fix.noCount && x.Records == 0 && *x.Timestamps != len(stamps) { // those of evidence records are counted there
		d.add("time-stamps", *x.Timestamps, len(stamps))
	}
	if slices.Contains([]string{"SIGNED_DATA_NOT_FOUND", "NO_SIGNING_CERTIFICATE_FOUND", "FORMAT_FAILURE"}, x.SubIndication) &&
		!slices.ContainsFunc(signatures, func(s *verify.Signature) bool { return string(s.SubIndication) == x.SubIndication }) {
		d.add("sub-indication", x.SubIndication, codes(rep))
	}
	asked := signatures
	if strings.Contains(x.CryptoBasis, "first signature only") && len(asked) > 1 {
		asked = asked[:1]
	}
	intact := each(asked, integrity)
	if x.CryptoIntact == "mixed" { // arithmetic that holds under a structure that does not
		intact = append(intact, each(asked, structure)...)
	}
	d.hold("intact", x.CryptoIntact, intact)
	if x.DigestIntact == false { // a matching digest under a broken value is not told apart
		d.hold("digest", false, each(asked, integrity))
	}
	if x.DataFound == false {
		d.hold("data found", false, each(asked, dataFound))
	}
	d.hold("signing certificate reference", x.SigningCertRef, each(asked, reference))
	d.hold("time-stamps", x.TimestampsIntact, each(stamps, stampIntegrity))
	d.hold("byte ranges", x.ByteRange, append(each(signatures, byteRange), each(stamps, stampByteRange)...))
	return d
}

// summary is one word for many facts: that of all, "mixed", or "none".
func summary(facts []verdict.QuestionStatus) string {
	switch all := slices.Compact(slices.Sorted(slices.Values(facts))); len(all) {
	case 0:
		return "none"
	case 1:
		return string(all[0])
	}
	return "mixed"
}

// asExpected: true asks that all hold, false that not all do, "mixed" that some
// do. What this version does not compute is not-assessed and may be either.
func asExpected(want any, facts []verdict.QuestionStatus) bool {
	yes, open := 0, 0
	for _, f := range facts {
		switch f {
		case verdict.Confirmed:
			yes++
		case verdict.NotAssessed:
			open++
		}
	}
	switch want {
	case true:
		return yes+open == len(facts)
	case false:
		return yes < len(facts) || len(facts) == 0
	case "mixed": // of some, or of one part of each: an imprint without its data under a good signature
		return yes < len(facts)
	}
	return true
}

// A correction is a label that corpora/oracle/READINGS.md finds wrong, with the
// finding that has to tell what the label meant. It never concerns a row that
// we pass: without anchors none of them can be.
type correction struct {
	intact  bool         // the arithmetic holds, by hand and by other tools
	told    verdict.Code // what is odd is told
	noCount bool         // the number of time-stamps belongs to another input of the test
}

var dssCorrections = map[string]correction{
	// P10, attribute-order: signed over the attributes as sent, unsorted. The
	// rows IT_ADO-1 and DE_CRY-2 are alike and labelled intact.
	"dss-cades/src/test/resources/validation/Signature-C-DE_CRY-4.p7m":                    {intact: true, told: verdict.Code(cms.CodeNotDER)},
	"dss-pades/src/test/resources/validation/dss-818/Signature-P-SK-1 (HASH_FAILURE).pdf": {intact: true, told: verdict.Code(cms.CodeNotDER), noCount: true},
	// algorithm-protection-encoding: equal values, a DEFAULT spelled out in one.
	"dss-cades/src/test/resources/validation/evidence-record/C-E-ERS-basic-invalid-sig.p7m": {intact: true, told: verdict.Code(cms.CodeProtectionEncoding)},
	// D3 and timestamp-typed-sig: counts of another input, or of less than the file holds.
	"dss-pades/src/test/resources/validation/test-with-vri.pdf":           {noCount: true},
	"dss-pades/src/test/resources/validation/pades-tst-with-sig-type.pdf": {noCount: true},
}

func each[T any](in []T, f func(T) verdict.QuestionStatus) []verdict.QuestionStatus {
	var out []verdict.QuestionStatus
	for _, x := range in {
		out = append(out, f(x))
	}
	return out
}

// allSignatures are the signatures and the counter-signatures on each.
func allSignatures(in []verify.Signature) []*verify.Signature {
	var out []*verify.Signature
	for i := range in {
		out = append(out, &in[i])
		out = append(out, allSignatures(in[i].CounterSignatures)...)
	}
	return out
}

// allStamps are the time-stamps of every signature and of the document.
func allStamps(rep *verify.Report) []*verify.Timestamp {
	var out []*verify.Timestamp
	add := func(in []verify.Timestamp) {
		for i := range in {
			out = append(out, &in[i])
		}
	}
	for _, s := range allSignatures(rep.Signatures) {
		add(s.Timestamps)
	}
	add(rep.Timestamps)
	return out
}

func integrity(s *verify.Signature) verdict.QuestionStatus {
	return s.Layers.Find(verdict.Intact).Status
}

func structure(s *verify.Signature) verdict.QuestionStatus {
	if s.SubIndication == verdict.FormatFailure {
		return verdict.Refuted
	}
	return verdict.Confirmed
}

func unless(findings []verify.Finding, bad ...verdict.Code) verdict.QuestionStatus {
	if slices.ContainsFunc(findings, func(f verify.Finding) bool { return slices.Contains(bad, f.Code) }) {
		return verdict.Refuted
	}
	return verdict.Confirmed
}

func tells(rep *verify.Report, code verdict.Code) bool {
	for _, s := range allSignatures(rep.Signatures) {
		if unless(s.Findings, code) == verdict.Refuted {
			return true
		}
	}
	return false
}

func dataFound(s *verify.Signature) verdict.QuestionStatus {
	return unless(s.Findings, verdict.CodeDataNotFound)
}

func reference(s *verify.Signature) verdict.QuestionStatus {
	return unless(s.Findings, verdict.CodeNoSigner, verdict.CodeNoSignerReference, verdict.CodeReferenceMismatch, verdict.CodeReferenceIssuerSerial)
}

func byteRange(s *verify.Signature) verdict.QuestionStatus {
	return unless(s.Findings, verdict.CodeByteRange)
}

func stampByteRange(s *verify.Timestamp) verdict.QuestionStatus {
	return unless(s.Findings, verdict.CodeByteRange)
}

// stampIntegrity: the imprint is that of the data and the token's own
// signature holds. That a hash index names things that are gone is told apart,
// as EU DSS does.
func stampIntegrity(s *verify.Timestamp) verdict.QuestionStatus {
	indexed := slices.ContainsFunc(s.Findings, func(f verify.Finding) bool { return string(f.Code) == string(eseal.CodeHashIndex) })
	switch s.SubIndication {
	case verdict.HashFailure:
		if !indexed {
			return verdict.Refuted
		}
	case verdict.SigCryptoFailure, verdict.FormatFailure, verdict.NoSigningCertificateFound:
		return verdict.Refuted
	}
	switch {
	case s.Imprint != nil && s.Imprint.Matches != nil && *s.Imprint.Matches:
		return verdict.Confirmed
	case s.Imprint != nil && s.Imprint.Matches == nil && s.Kind == verify.TimestampArchive:
		return verdict.NotAssessed // an archive time-stamp v2 is over the octets of the content, which is known by digest here
	}
	return verdict.Unconfirmed
}
