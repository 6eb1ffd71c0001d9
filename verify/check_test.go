package verify_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// opened reads a document from memory.
func opened(t testing.TB, data []byte, o eseal.Options) *eseal.Document {
	t.Helper()
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func fingerprint(t testing.TB) string {
	t.Helper()
	sum := sha256.Sum256(sample(t, "certs/seal.cer"))
	return hex.EncodeToString(sum[:])
}

// colons writes a fingerprint as other tools print it.
func colons(hexDigits string) string {
	var parts []string
	for i := 0; i < len(hexDigits); i += 2 {
		parts = append(parts, hexDigits[i:i+2])
	}
	return strings.ToUpper(strings.Join(parts, ":"))
}

// A common name can say anything: it never stands for a number, an identifier
// or a fingerprint.
func TestSealerIsNotItsLabel(t *testing.T) {
	w := verifytest.New()
	for _, label := range []string{verifytest.SealNumber(), "NTRJP-" + verifytest.SealNumber(), w.Seal.SHA256(), colons(w.Seal.SHA256())} {
		tmpl := w.SealTemplate()
		tmpl.Subject, tmpl.JapaneseName = verifytest.NewName("C", "JP", "O", "Other Firm", "CN", label), nil
		c := w.Issue(tmpl)
		data := w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Signers: []verifytest.Signer{{Cert: c}}, CRLs: w.CRLs(c)})
		v, err := verify.New(parsedList(t, w.TrustList(verifytest.TrustListTemplate{})), verify.WithTime(w.Now))
		if err != nil {
			t.Fatal(err)
		}
		refusalHolds(t, label, v.Check(t.Context(), opened(t, data, eseal.Options{}), verify.SealedBy(label)), "sealed-by")
		if err := v.Check(t.Context(), opened(t, data, eseal.Options{}), verify.SealedBy("Other Firm")); err != nil {
			t.Errorf("%s: %v", label, err)
		}
	}
}

// TestCheck: nil only where everything passed and the sealer is the one
// expected; else a Refusal that carries the report.
func TestCheck(t *testing.T) {
	print := fingerprint(t)
	sealed := []string{"certificate.pdf"}
	for _, c := range []struct {
		name   string
		files  []string
		expect []verify.Expect
		want   string // in the error; empty: nil
	}{
		{"the corporate number", sealed, []verify.Expect{verify.SealedBy("5000020999999")}, ""},
		{"the organization", sealed, []verify.Expect{verify.SealedBy("Mihon Town")}, ""},
		{"the identifier", sealed, []verify.Expect{verify.SealedBy("NTRJP-5000020999999")}, ""},
		{"the fingerprint", sealed, []verify.Expect{verify.SealedBy(print)}, ""},
		{"the fingerprint in capitals", sealed, []verify.Expect{verify.SealedBy(strings.ToUpper(print))}, ""},
		{"the fingerprint with colons", sealed, []verify.Expect{verify.SealedBy(colons(print))}, ""},
		{"anybody", sealed, []verify.Expect{verify.AnySealerUnsafe()}, ""},
		{"level and sealer", sealed, []verify.Expect{verify.SealedBy("5000020999999"), verify.RequireLevel("B-LTA")}, ""},
		{"assurance", sealed, []verify.Expect{verify.AnySealerUnsafe(), verify.RequireAssurance("認定")}, ""},

		{"another number", sealed, []verify.Expect{verify.SealedBy("8000012010038")}, `expected sealed-by "8000012010038", found "Mihon Town (5000020999999)"`},
		{"the common name, a label beside the organization", []string{"certificate.pdf"}, []verify.Expect{verify.SealedBy("Mihon Town Electronic Seal")}, "sealed-by"},
		{"part of the name", sealed, []verify.Expect{verify.SealedBy("Mihon")}, "sealed-by"},
		{"the name with a blank", sealed, []verify.Expect{verify.SealedBy("Mihon Town ")}, "sealed-by"},
		{"a fingerprint cut short", sealed, []verify.Expect{verify.SealedBy(print[:40])}, "sealed-by"},
		{"another fingerprint", sealed, []verify.Expect{verify.SealedBy(strings.Repeat("0", 64))}, "sealed-by"},
		{"right and wrong", sealed, []verify.Expect{verify.AnySealerUnsafe(), verify.SealedBy("Other Town")}, "sealed-by"},
		{"a level too high", []string{"notice.txt.p7m"}, []verify.Expect{verify.AnySealerUnsafe(), verify.RequireLevel("B-LTA")}, "level"},
		{"another assurance", sealed, []verify.Expect{verify.AnySealerUnsafe(), verify.RequireAssurance("レベル9")}, "assurance"},
		{"altered", []string{"certificate-altered.pdf"}, []verify.Expect{verify.AnySealerUnsafe()}, "TOTAL-FAILED"},
		{"altered, by the right one", []string{"certificate-altered.pdf"}, []verify.Expect{verify.SealedBy("5000020999999")}, "TOTAL-FAILED"},
		{"not signed", []string{"unsigned.pdf"}, []verify.Expect{verify.AnySealerUnsafe()}, "NOT-SIGNED"},
		{"not signed, somebody expected", []string{"unsigned.pdf"}, []verify.Expect{verify.SealedBy("Mihon Town")}, "NOT-SIGNED"},
		{"not a document", []string{"notice.txt"}, []verify.Expect{verify.AnySealerUnsafe()}, "UNREADABLE"},
		{"signed by a post", []string{"disposition-notice.pdf"}, []verify.Expect{verify.SealedBy("5000020999999")}, "sealed-by"},
	} {
		for _, file := range c.files {
			err := sampleVerifier(t).Check(t.Context(), opened(t, sample(t, file), eseal.Options{Name: file}), c.expect...)
			if c.want == "" {
				if err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
				continue
			}
			refusalHolds(t, c.name, err, c.want)
		}
	}
}

func refusalHolds(t *testing.T, name string, err error, want string) {
	t.Helper()
	var r *verify.Refusal
	if !errors.As(err, &r) || r.Report == nil {
		t.Errorf("%s: %v is no refusal with a report", name, err)
		return
	}
	if !strings.Contains(r.Error(), want) {
		t.Errorf("%s: %q does not say %q", name, r, want)
	}
	if r.Report.Passed() || len(r.Report.Contradictions()) > 0 {
		t.Errorf("%s: the report of a refusal: %s %v", name, r.Report.Verdict, r.Report.Contradictions())
	}
	fitsSchema(t, reportSchema(t), name, r.Report)
}

// TestCheckNeedsASealer: who should have sealed is never left open by
// forgetting it, nor by a name that is empty.
func TestCheckNeedsASealer(t *testing.T) {
	for name, expect := range map[string][]verify.Expect{
		"nothing": nil, "a zero expectation": {{}}, "an empty name": {verify.SealedBy("")},
		"a level alone": {verify.RequireLevel("B-T")}, "an assurance alone": {verify.RequireAssurance("認定")},
		"a level that does not exist":      {verify.SealedBy("Mihon Town"), verify.RequireLevel("B-XL")},
		"a zero expectation beside a name": {verify.SealedBy("Mihon Town"), {}},
	} {
		err := sampleVerifier(t).Check(t.Context(), opened(t, sample(t, "certificate.pdf"), eseal.Options{}), expect...)
		var r *verify.Refusal
		if err == nil || errors.As(err, &r) {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := sampleVerifier(t).Check(t.Context(), opened(t, sample(t, "certificate.pdf"), eseal.Options{}))
	if err == nil || !strings.Contains(err.Error(), "AnySealerUnsafe") {
		t.Errorf("the error does not say what to do: %v", err)
	}
}

// TestAnySealerIsEchoed: what was switched off stands in the report.
func TestAnySealerIsEchoed(t *testing.T) {
	rep := verified(t, sampleVerifier(t), sample(t, "certificate.pdf"), eseal.Options{}, verify.AnySealerUnsafe())
	if !rep.Passed() || !has(rep.Findings, verdict.CodeOptOut, verdict.Warning) {
		t.Errorf("%s %+v", rep.Verdict, rep.Findings)
	}
}

// TestExpectationCapsTheVerdict: the document is no pass, the signature keeps
// its own, and the report says what was wanted and found.
func TestExpectationCapsTheVerdict(t *testing.T) {
	rep := verified(t, sampleVerifier(t), sample(t, "certificate.pdf"), eseal.Options{}, verify.SealedBy("Other Town"))
	if rep.Verdict != verdict.DocumentIndeterminate || rep.Signatures[0].Indication != verdict.TotalPassed {
		t.Errorf("%s, %s", rep.Verdict, rep.Signatures[0].Outcome())
	}
	e := rep.Expectations[0]
	if e.Kind != verify.ExpectSealedBy || e.Wanted != "Other Town" || e.Found != "Mihon Town" || e.Met || !has(rep.Findings, verdict.CodeSealerNotExpected, verdict.Error) {
		t.Errorf("%+v", e)
	}
	rep = verified(t, sampleVerifier(t), sample(t, "certificate-altered.pdf"), eseal.Options{}, verify.SealedBy("Other Town"))
	if rep.Verdict != verdict.DocumentFailed {
		t.Errorf("an expectation makes a forged document %s", rep.Verdict)
	}
}

// TestExpectationHoldsForEachSigner: one of two signers is not enough.
func TestExpectationHoldsForEachSigner(t *testing.T) {
	sp := verifytest.MakeSpecimen("good-two")
	v, err := verify.New(parsedList(t, sp.TrustList), verify.WithTime(sp.World.Now))
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{verifytest.SealNumber(), "Mihon Government"} {
		if err := v.Check(t.Context(), opened(t, sp.Document, specimenOptions(sp)), verify.SealedBy(who)); err == nil {
			t.Errorf("sealed by %s and somebody else, and it passes as theirs alone", who)
		}
	}
	if err := v.Check(t.Context(), opened(t, sp.Document, specimenOptions(sp)), verify.AnySealerUnsafe()); err != nil {
		t.Error(err)
	}
}

// TestMaskIsNoName: what a report hides is no name that an expectation could meet.
func TestMaskIsNoName(t *testing.T) {
	sp := verifytest.MakeSpecimen("good-person")
	v, err := verify.New(parsedList(t, sp.TrustList), verify.WithTime(sp.World.Now))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Check(t.Context(), opened(t, sp.Document, specimenOptions(sp)), verify.SealedBy("***")); err == nil {
		t.Error("a masked signer passes as ***")
	}
	if err := v.Check(t.Context(), opened(t, sp.Document, specimenOptions(sp)), verify.SealedBy(sp.World.Person.SHA256())); err != nil {
		t.Error(err)
	}
}

// planned is what the plans about a document and its signer tell.
func planned(t *testing.T, w *verifytest.World, signer *verifytest.Cert, data []byte, options ...verify.Option) string {
	t.Helper()
	v, err := verify.New(parsedList(t, w.TrustList(verifytest.TrustListTemplate{})), append(options, verify.WithTime(w.Now))...)
	if err != nil {
		t.Fatal(err)
	}
	wants, err := v.Plan(t.Context(), opened(t, data, eseal.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	x, err := cert.Parse(signer.DER, purse.New(purse.Limits{}))
	if err != nil {
		t.Fatal(err)
	}
	more, err := v.PathPlan(t.Context(), x, verify.PathOptions{Purpose: verify.PurposeAny})
	if err != nil || len(more) == 0 {
		t.Fatal(err, len(more))
	}
	var out []string
	for _, x := range append(wants, more...) {
		out = append(out, x.Subject)
	}
	return strings.Join(out, "\n")
}

// TestPersonalData: names, numbers and addresses of natural persons stand in
// no part of a report unless asked for, in findings, steps and paths neither.
func TestPersonalData(t *testing.T) {
	w := verifytest.New()
	template := w.SealTemplate()
	template.Subject = append(template.Subject, verifytest.Attr{Type: "E", Value: "clerk@mihon.example"})
	withMail := w.Issue(template)
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	for _, c := range []struct {
		name   string
		signer *verifytest.Cert
		secret []string
	}{
		{"person", w.Person, []string{"20261030000001999999999901", "見本太郎", "見本一丁目"}},
		{"mail address", withMail, []string{"clerk@mihon.example"}},
	} {
		for what, crls := range map[string][][]byte{"good": w.CRLs(c.signer, w.TSA), "no revocation data": nil} {
			data := w.CMS(verifytest.CMSTemplate{Content: []byte("x"), CRLs: crls, Signers: []verifytest.Signer{{Cert: c.signer, Timestamp: &verifytest.TokenTemplate{}}}})
			for _, l := range []*trustlist.List{list, verify.NoTrust()} {
				rep := judged(t, data, eseal.Options{}, l, verify.WithTime(w.Now), verify.WithExplanation())
				out := string(written(t, rep, report.NDJSON)) + string(written(t, rep, report.Text, report.Explain(true)))
				for _, s := range c.secret {
					if i := strings.Index(out, s); i >= 0 {
						t.Errorf("%s, %s: the report tells %s: …%s", c.name, what, s, out[max(0, i-100):min(len(out), i+60)])
					}
				}
				if rep.Signatures[0].Signer == nil || !rep.Certificates[c.signer.SHA256()].Masked {
					t.Errorf("%s, %s: not marked as masked", c.name, what)
				}
			}
			plan := planned(t, w, c.signer, data)
			for _, s := range c.secret {
				if strings.Contains(plan, s) {
					t.Errorf("%s, %s: the plan tells %s: %s", c.name, what, s, plan)
				}
			}
			if known := planned(t, w, c.signer, data, verify.WithPersonalData()); crls == nil && !strings.Contains(known, c.secret[0]) {
				t.Errorf("%s: asked for, but the plan does not tell: %s", c.name, known)
			}
			rep := judged(t, data, eseal.Options{}, list, verify.WithTime(w.Now), verify.WithPersonalData())
			if out := string(written(t, rep, report.NDJSON)); !strings.Contains(out, c.secret[0]) || strings.Contains(out, `"***"`) {
				t.Errorf("%s, %s: asked for, but not told", c.name, what)
			}
		}
	}
}

// TestNew: what cannot be meant is an error, and trust is never left out by accident.
func TestNew(t *testing.T) {
	for name, make := range map[string]func() (*verify.Verifier, error){
		"nil list":   func() (*verify.Verifier, error) { return verify.New(nil) },
		"nil policy": func() (*verify.Verifier, error) { return verify.New(verify.NoTrust(), verify.WithPolicy(nil)) },
		"zero time": func() (*verify.Verifier, error) {
			return verify.New(verify.NoTrust(), verify.WithTime(time.Time{}))
		},
	} {
		if v, err := make(); err == nil || v != nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := verify.New(nil); err == nil || !strings.Contains(err.Error(), "NoTrust") {
		t.Errorf("the error does not say what to do: %v", err)
	}
	v, err := verify.New(verify.NoTrust())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Judge(t.Context(), nil, sampleTime); err == nil {
		t.Error("evidence without a document is judged")
	}
	if _, err := v.Judge(t.Context(), &verify.Evidence{}, sampleTime); err == nil {
		t.Error("evidence without a document is judged")
	}
}

// TestNoTrust: integrity is told, nobody is trusted, and the report says so.
func TestNoTrust(t *testing.T) {
	v, err := verify.New(verify.NoTrust(), verify.WithTime(sampleTime))
	if err != nil {
		t.Fatal(err)
	}
	rep := verified(t, v, sample(t, "certificate.pdf"), eseal.Options{})
	if rep.Verdict != verdict.DocumentIndeterminate || rep.Trust.State != verify.TrustNone || !has(rep.Findings, verdict.CodeNoList, verdict.Error) {
		t.Errorf("%s %s", rep.Verdict, rep.Trust.State)
	}
	if rep.Layers.Find(verdict.Intact).Status != verdict.Confirmed || rep.Layers.Find(verdict.Issuer).Status == verdict.Confirmed {
		t.Error(rep.Layers.Missing())
	}
	if rep := verified(t, v, sample(t, "certificate-altered.pdf"), eseal.Options{}); answer(rep) != "TOTAL-FAILED/HASH_FAILURE" {
		t.Error(codes(rep))
	}
}

// TestStaleList: past its nextUpdate a list carries no pass, and a forged
// document stays forged.
func TestStaleList(t *testing.T) {
	w := verifytest.New()
	end := w.Now.AddDate(0, 0, -1)
	stale := parsedList(t, w.TrustList(verifytest.TrustListTemplate{NextUpdate: end}))
	sp := verifytest.MakeSpecimen("good-cms")
	rep := judged(t, sp.Document, specimenOptions(sp), stale, verify.WithTime(w.Now), verify.WithPolicy(policyNamed(t, "strict", policy.Require)))
	if rep.Verdict != verdict.DocumentIndeterminate || rep.Trust.State != verify.TrustStale || !has(rep.Findings, verdict.CodeListStale, verdict.Error) {
		t.Errorf("%s %s %s", rep.Verdict, rep.Trust.State, codes(rep))
	}
	before := judged(t, sp.Document, specimenOptions(sp), stale, verify.WithTime(end.Add(-time.Second)), verify.WithPolicy(policyNamed(t, "strict", policy.Require)))
	if !before.Passed() || before.Trust.State != verify.TrustFresh {
		t.Errorf("a second before the end: %s", codes(before))
	}
	bad := verifytest.MakeSpecimen("cms-content-changed")
	if rep := judged(t, bad.Document, specimenOptions(bad), stale, verify.WithTime(w.Now)); rep.Verdict != verdict.DocumentFailed {
		t.Errorf("forged, and %s", rep.Verdict)
	}
}

// A shelf is a source of the addresses of a world.
type shelf struct {
	t      *testing.T
	served map[string][]byte
	asked  []string
	err    error
}

func (s *shelf) Get(_ context.Context, w verify.Want, p *purse.Purse) ([]*evidence.Item, error) {
	if s.err != nil {
		return nil, s.err
	}
	for _, url := range w.URLs {
		s.asked = append(s.asked, url)
		if raw, ok := s.served[url]; ok {
			return []*evidence.Item{evidence.NewItem(w.Type, raw, evidence.Fetched, url, p)}, nil
		}
	}
	return nil, nil
}

// TestCollect: the source is asked for what is missing until nothing is; the
// last judgement is the report, and its evidence replays to the same one.
func TestCollect(t *testing.T) {
	w := verifytest.New()
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	bare := w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Certificates: []*verifytest.Cert{w.Seal}, Signers: []verifytest.Signer{{Timestamp: &verifytest.TokenTemplate{}}}})
	s := &shelf{t: t, served: w.Addresses()}
	v, err := verify.New(list, verify.WithTime(w.Now), verify.WithSource(s))
	if err != nil {
		t.Fatal(err)
	}
	doc := opened(t, bare, eseal.Options{Name: "notice.p7m"})
	ev, err := v.Collect(t.Context(), doc, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := v.Judge(t.Context(), ev, w.Now)
	if err != nil || !rep.Passed() {
		t.Fatalf("%v: %s after asking %v", err, codes(rep), s.asked)
	}
	again, err := v.Verify(t.Context(), opened(t, bare, eseal.Options{Name: "notice.p7m"}))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := written(t, rep, report.JSON), written(t, again, report.JSON); !bytes.Equal(a, b) {
		t.Error(firstDifference(a, b))
	}
	if bad := rep.Contradictions(); len(bad) > 0 {
		t.Error(bad)
	}
}

// TestSourceThatFails: a source that cannot give anything changes nothing; a
// cancelled context ends the verification with its error.
func TestSourceThatFails(t *testing.T) {
	w := verifytest.New()
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	bare := verifytest.MakeSpecimen("crl-none").Document
	v, err := verify.New(list, verify.WithTime(w.Now), verify.WithSource(&shelf{t: t, err: errors.New("no route to host")}))
	if err != nil {
		t.Fatal(err)
	}
	rep, err := v.Verify(t.Context(), opened(t, bare, eseal.Options{}))
	if err != nil || answer(rep) != "INDETERMINATE/TRY_LATER" {
		t.Errorf("%v %v", rep, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if rep, err := v.Verify(ctx, opened(t, bare, eseal.Options{})); !errors.Is(err, context.Canceled) || rep != nil {
		t.Errorf("cancelled: %v %v", rep, err)
	}
}
