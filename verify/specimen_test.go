package verify_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// answer is the verdict with the sub-indication of the part that gave it,
// spelled like verifytest.Want.
func answer(rep *verify.Report) string {
	return strings.TrimSuffix(string(rep.Verdict)+"/"+decisiveSub(rep), "/")
}

// parsedList reads a trust list that verifytest made.
func parsedList(t testing.TB, data []byte) *trustlist.List {
	t.Helper()
	l, err := trustlist.Parse(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// specimenOptions are how a specimen is opened: by its name, with the content
// that lies beside it.
func specimenOptions(s verifytest.Specimen) eseal.Options {
	o := eseal.Options{Name: s.File}
	if s.Detached != nil {
		o.Detached = detached("notice.txt", s.Detached)
	}
	return o
}

// beside is the evidence that lies beside a specimen.
func beside(s verifytest.Specimen) []*evidence.Item {
	var certs [][]byte
	for _, c := range s.Certs {
		certs = append(certs, c.DER)
	}
	return append(items(evidence.Certificate, certs), items(evidence.CRL, s.CRLs)...)
}

// judgedSpecimen judges a specimen at its world's time.
func judgedSpecimen(t *testing.T, s verifytest.Specimen, policyName string, ev []*evidence.Item, options ...verify.Option) *verify.Report {
	t.Helper()
	options = append([]verify.Option{verify.WithPolicy(policyNamed(t, policyName, policy.Require)), verify.WithTime(s.World.Now), verify.WithEvidence(ev...)}, options...)
	return judged(t, s.Document, specimenOptions(s), parsedList(t, s.TrustList), options...)
}

func written(t testing.TB, rep *verify.Report, f report.Format, o ...report.Option) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, rep, f, o...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// reportSchema compiles the schema that the report ships.
func reportSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("report-v1.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("report-v1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fitsSchema holds a report against the schema and gives its JSON.
func fitsSchema(t *testing.T, schema *jsonschema.Schema, name string, rep *verify.Report) []byte {
	t.Helper()
	out := written(t, rep, report.JSON)
	inst, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(inst); err != nil {
		t.Errorf("%s: the report breaks its schema: %v", name, err)
	}
	return out
}

// policyAnswers are the answers that the policy "japan" gives where it is
// meant to differ from "strict"; every other specimen must get the same.
var policyAnswers = map[string]string{
	"pdf-pkcs7-unbound": "TOTAL-PASSED", // signing-certificate-reference: by-format
	"cms-anchor-signs":  "TOTAL-PASSED", // anchor-as-signer: accept
}

// TestSpecimens judges every document that verifytest can make under the
// strict policy, and holds what every report promises: it validates, it reads
// the same in both languages' renderers, and the order of the evidence is
// nothing to it.
func TestSpecimens(t *testing.T) {
	t.Parallel()
	schema := reportSchema(t)
	all := verifytest.Deviations()
	s := newSuite(t, "specimens", len(all), 0)
	for i, d := range all {
		s.cases++
		sp := verifytest.MakeSpecimen(d.Name)
		rep := judgedSpecimen(t, sp, "strict", beside(sp))
		got := answer(rep)
		right := d.Want.Allows(got)
		s.score(d.Name, right, !right && rep.Passed(), "want "+d.Want.String()+" ("+d.Want.Note+"), got "+got+": "+codes(rep))
		first := fitsSchema(t, schema, d.Name, rep)
		if again := written(t, judgedSpecimen(t, sp, "strict", beside(sp)), report.JSON); !bytes.Equal(first, again) {
			t.Errorf("%s: judged twice, two reports", d.Name)
		}
		for _, lang := range []string{"ja", "en"} {
			if len(written(t, rep, report.Text, report.Lang(lang), report.Explain(true))) == 0 {
				t.Errorf("%s: no words in %s", d.Name, lang)
			}
		}
		if !testing.Short() || i%8 == 0 {
			shuffled(t, sp, uint64(i))
		}
	}
	s.done()
}

// shuffled judges a specimen with the same evidence in two orders, decoys
// among it, and against the same list with its services the other way round.
func shuffled(t *testing.T, sp verifytest.Specimen, seed uint64) {
	t.Helper()
	w := sp.World
	decoys := items(evidence.Certificate, [][]byte{w.RootNextByRoot.DER, w.RootByNext.DER, w.BridgeByRoot.DER, w.RootByBridge.DER, w.PersonCA.DER, w.TSARoot.DER})
	var outs [][]byte
	for pass := range uint64(3) {
		ev := append(beside(sp), decoys...)
		r := rand.New(rand.NewPCG(seed, pass))
		r.Shuffle(len(ev), func(i, j int) { ev[i], ev[j] = ev[j], ev[i] })
		list := parsedList(t, sp.TrustList)
		if pass == 2 {
			slices.Reverse(list.Services)
			for i := range list.Services {
				slices.Reverse(list.Services[i].Anchors)
			}
		}
		rep := judged(t, sp.Document, specimenOptions(sp), list, verify.WithPolicy(policyNamed(t, "strict", policy.Require)),
			verify.WithTime(w.Now), verify.WithEvidence(ev...), verify.WithExplanation())
		outs = append(outs, written(t, rep, report.NDJSON))
	}
	if !bytes.Equal(outs[0], outs[1]) {
		t.Errorf("%s: the order of the evidence changes the report\n%s", sp.Name, firstDifference(outs[0], outs[1]))
	}
	if !bytes.Equal(outs[0], outs[2]) {
		t.Errorf("%s: the order of the list changes the report\n%s", sp.Name, firstDifference(outs[0], outs[2]))
	}
}

func firstDifference(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	cut := func(x []byte) string { return string(x[max(0, i-120):min(len(x), i+120)]) }
	return cut(a) + "\n" + cut(b)
}

// TestSpecimensUnderJapan: the default policy gives the same answers, but for
// those that its own lines change.
func TestSpecimensUnderJapan(t *testing.T) {
	t.Parallel()
	for i, d := range verifytest.Deviations() {
		if testing.Short() && i%8 != 0 {
			continue // enough for the race detector
		}
		sp := verifytest.MakeSpecimen(d.Name)
		strict := answer(judgedSpecimen(t, sp, "strict", beside(sp)))
		got := answer(judgedSpecimen(t, sp, "japan", beside(sp)))
		want, other := policyAnswers[d.Name]
		if !other {
			want = strict
		}
		if got != want {
			t.Errorf("%s: under japan %s, want %s (under strict %s)", d.Name, got, want, strict)
		}
		if other && got == strict {
			t.Errorf("%s: japan and strict agree: the entry is stale", d.Name)
		}
	}
}

// TestSpecimenOrderInside: certificates and CRLs of a message are sets, so
// their order inside is nothing to the judgement either.
func TestSpecimenOrderInside(t *testing.T) {
	w := verifytest.New()
	content := []byte(verifytest.Notice)
	tmpl := verifytest.CMSTemplate{Content: content, CRLs: w.CRLs(w.Seal, w.TSA), Signers: []verifytest.Signer{{Timestamp: &verifytest.TokenTemplate{}}}}
	turn := verifytest.CMSMutator{Assembled: func(sd *verifytest.SignedData) {
		slices.Reverse(sd.Certificates)
		slices.Reverse(sd.CRLs)
	}}
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	var outs [2][]byte
	for i, data := range [][]byte{w.CMS(tmpl), w.CMS(tmpl, turn)} {
		rep := judged(t, data, eseal.Options{Name: "notice.p7m"}, list, verify.WithTime(w.Now), verify.WithPolicy(policyNamed(t, "strict", policy.Require)))
		if !rep.Passed() {
			t.Fatal(codes(rep))
		}
		rep.Document.SHA256 = ""
		outs[i] = written(t, rep, report.JSON)
	}
	if !bytes.Equal(outs[0], outs[1]) {
		t.Error(firstDifference(outs[0], outs[1]))
	}
}

// TestOpenedTwice: one Document judged twice, and the same bytes opened twice,
// give the same report: neither reading nor judging leaves anything behind.
func TestOpenedTwice(t *testing.T) {
	for _, name := range []string{"good-pdf", "good-pdf-lta", "good-cms", "good-token", "good-archive", "cms-counter-signature", "pdf-page-replaced", "crl-missing"} {
		sp := verifytest.MakeSpecimen(name)
		v, err := verify.New(parsedList(t, sp.TrustList), verify.WithTime(sp.World.Now), verify.WithEvidence(beside(sp)...))
		if err != nil {
			t.Fatal(err)
		}
		open := func() *eseal.Document {
			doc, err := eseal.Open(context.Background(), bytes.NewReader(sp.Document), int64(len(sp.Document)), specimenOptions(sp))
			if err != nil {
				t.Fatal(err)
			}
			return doc
		}
		judge := func(doc *eseal.Document) []byte {
			rep, err := v.Verify(context.Background(), doc)
			if err != nil {
				t.Fatal(err)
			}
			return written(t, rep, report.JSON)
		}
		doc := open()
		first, second, third := judge(doc), judge(doc), judge(open())
		if !bytes.Equal(first, second) {
			t.Errorf("%s: judged twice: %s", name, firstDifference(first, second))
		}
		if !bytes.Equal(first, third) {
			t.Errorf("%s: opened twice: %s", name, firstDifference(first, third))
		}
	}
}

// TestZeroReportIsNoPass: what was not judged has not passed.
func TestZeroReportIsNoPass(t *testing.T) {
	var rep verify.Report
	if rep.Passed() || (*verify.Report)(nil).Passed() {
		t.Error("a zero report passes")
	}
	if len(rep.Contradictions()) == 0 {
		t.Error("a zero report does not contradict itself")
	}
	if err := report.Write(&bytes.Buffer{}, &rep, report.JSON); err == nil {
		t.Error("a zero report can be written")
	}
	if verify.VerdictOf(&rep) == verdict.DocumentPassed {
		t.Error("nothing is a pass")
	}
}
