package verify_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/trustlist/japan"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// hostileMemory is the bar of corpora/README.md; its time is corpora.TimeBar.
const hostileMemory = 256 << 20

// honestTime only tells a hang: real documents may be large.
const honestTime = 20 * time.Second

// suites whose files are all opened and judged, whatever they are.
var (
	honestSuites  = []string{"documents/*.zip", "pki/cms.zip", "pki/rfc3161.zip", "pki/ocsp.zip"}
	hostileSuites = []string{"pki/hostile.zip"}
)

// a corpusFile is one file of one suite.
type corpusFile struct {
	suite, name string
	data        []byte
}

// TestInvariants holds the contract of the report over every file of the
// corpora: it ends, it does not contradict itself, it validates against the
// schema, and the same bytes give the same bytes.
func TestInvariants(t *testing.T) {
	c := newInvariants(t)
	c.run(corpusFiles(t, honestSuites...), runtime.GOMAXPROCS(0), func(f corpusFile) { c.check(f, honestTime) })
	c.run(japanFiles(t), runtime.GOMAXPROCS(0), func(f corpusFile) { c.check(f, honestTime) })
	t.Logf("%d files judged: %v", c.files, c.verdicts)
}

// TestInvariantsHostile is the same for hostile files, one by one, since their
// memory is counted: all that was allocated from opening to the report, which
// is more than was ever held at once.
func TestInvariantsHostile(t *testing.T) {
	c := newInvariants(t)
	var worst uint64
	c.run(corpusFiles(t, hostileSuites...), 1, func(f corpusFile) {
		before := allocated()
		_, _ = c.judge(f)
		used := allocated() - before
		worst = max(worst, used)
		if used > hostileMemory {
			t.Errorf("%s %s: %d MB allocated", f.suite, f.name, used>>20)
		}
		c.check(f, corpora.TimeBar())
	})
	t.Logf("%d files judged: %v; at most %d MB allocated", c.files, c.verdicts, worst>>20)
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

type invariants struct {
	t        *testing.T
	schema   *jsonschema.Schema
	verifier *verify.Verifier
	mu       sync.Mutex // guards what follows
	files    int
	verdicts map[verdict.Document]int
}

func newInvariants(t *testing.T) *invariants {
	list, err := japan.List()
	if err != nil {
		t.Fatal(err)
	}
	v, err := verify.New(list, verify.WithTime(when(t, "2026-11-22T00:00:00Z")), verify.WithExplanation())
	if err != nil {
		t.Fatal(err)
	}
	return &invariants{t: t, schema: reportSchema(t), verifier: v, verdicts: map[verdict.Document]int{}}
}

// run gives every file to check; with -short every sixteenth.
func (c *invariants) run(files func(func(corpusFile) bool), workers int, check func(corpusFile)) {
	jobs := make(chan corpusFile)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for f := range jobs {
				check(f)
			}
		})
	}
	for f := range files {
		h := fnv.New32a()
		h.Write([]byte(f.suite + f.name))
		if !testing.Short() || h.Sum32()%16 == 0 {
			jobs <- f
		}
	}
	close(jobs)
	wg.Wait()
}

// judge opens and judges one file; the bytes are the report.
func (c *invariants) judge(f corpusFile) (*verify.Report, []byte) {
	doc, err := eseal.Open(context.Background(), bytes.NewReader(f.data), int64(len(f.data)), eseal.Options{Name: path.Base(f.name)})
	if err != nil {
		c.t.Errorf("%s %s: %v", f.suite, f.name, err)
		return nil, nil
	}
	rep, err := c.verifier.Verify(context.Background(), doc)
	if err != nil {
		c.t.Errorf("%s %s: %v", f.suite, f.name, err)
		return nil, nil
	}
	return rep, written(c.t, rep, report.NDJSON)
}

func (c *invariants) check(f corpusFile, limit time.Duration) {
	defer func() {
		if r := recover(); r != nil {
			c.t.Errorf("%s %s: panic: %v", f.suite, f.name, r)
		}
	}()
	start := time.Now()
	rep, doc := c.judge(f)
	if took := time.Since(start); took > limit {
		c.t.Errorf("%s %s: took %v", f.suite, f.name, took)
	}
	if rep == nil {
		return
	}
	if bad := rep.Contradictions(); len(bad) > 0 {
		c.t.Errorf("%s %s: the report contradicts itself: %s", f.suite, f.name, strings.Join(bad, "; "))
	}
	if ext := path.Ext(f.name); (ext == ".crl" || ext == ".cer" || ext == ".crt") && rep.Verdict != verdict.Unreadable && rep.Verdict != verdict.DocumentIndeterminate { // one is XML
		c.t.Errorf("%s %s: a certificate or CRL is no document, the verdict is %s", f.suite, f.name, rep.Verdict)
	}
	inst, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err == nil {
		err = c.schema.Validate(inst)
	}
	if err != nil {
		c.t.Errorf("%s %s: schema: %v", f.suite, f.name, err)
	}
	if _, again := c.judge(f); !bytes.Equal(doc, again) {
		c.t.Errorf("%s %s: judged twice, the reports differ: %s", f.suite, f.name, firstDifference(doc, again))
	}
	back, err := verify.DecodeReport(bytes.NewReader(doc))
	if err != nil {
		c.t.Errorf("%s %s: decode: %v", f.suite, f.name, err)
	} else if !bytes.Equal(doc, written(c.t, back, report.NDJSON)) {
		c.t.Errorf("%s %s: read back and written again, the report differs", f.suite, f.name)
	}
	for _, lang := range []string{"ja", "en"} {
		if text := written(c.t, rep, report.Text, report.Lang(lang)); len(text) == 0 {
			c.t.Errorf("%s %s: no text in %s", f.suite, f.name, lang)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files++
	c.verdicts[rep.Verdict]++
}

// corpusFiles yields every file of the suites that fit the patterns, those in
// inner archives of seeds included.
func corpusFiles(t *testing.T, patterns ...string) func(func(corpusFile) bool) {
	dir := corpora.Dir(t)
	return func(yield func(corpusFile) bool) {
		for _, p := range patterns {
			names, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(p)))
			if err != nil || len(names) == 0 {
				t.Errorf("%s: no suite, %v", p, err)
			}
			for _, n := range names {
				suite := path.Dir(p) + "/" + filepath.Base(n)
				if !walkFiles(t, suite, corpora.Open(t, suite), strings.HasSuffix(suite, "hostile.zip"), yield) {
					return
				}
			}
		}
	}
}

func japanFiles(t *testing.T) func(func(corpusFile) bool) {
	fsys := corpora.Open(t, "japan")
	return func(yield func(corpusFile) bool) { walkFiles(t, "japan", fsys, false, yield) }
}

func walkFiles(t *testing.T, suite string, fsys fs.FS, seeds bool, yield func(corpusFile) bool) bool {
	more := true
	corpora.Walk(t, fsys, func(name string, data []byte) {
		if !more {
			return
		}
		more = yield(corpusFile{suite, name, data})
		if !seeds || !strings.HasSuffix(name, ".zip") || !more {
			return
		}
		inner, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Errorf("%s %s: %v", suite, name, err)
			return
		}
		more = walkFiles(t, suite+"!"+name, inner, false, yield)
	})
	return more
}

// TestHostileEvidence: certificates, CRLs and OCSP responses that nobody asked
// for do not change what is said of a good document, and cost little.
func TestHostileEvidence(t *testing.T) {
	sp, good := goodSpecimen(t)
	const batch = 100
	var held []*evidence.Item
	batches := 0
	flush := func(last string) {
		if len(held) == 0 {
			return
		}
		batches++
		start, before := time.Now(), allocated()
		rep := judgedSpecimen(t, sp, "strict", append(beside(sp), held...))
		if got := answer(rep); got != good {
			t.Errorf("batch up to %s: %s, without it %s", last, got, good)
		}
		if took := time.Since(start); took > corpora.TimeBar() {
			t.Errorf("batch up to %s: took %v", last, took)
		}
		if used := allocated() - before; used > hostileMemory {
			t.Errorf("batch up to %s: %d MB allocated", last, used>>20)
		}
		held = nil
	}
	for f := range corpusFiles(t, hostileSuites...) {
		if testing.Short() && batches == 3 {
			break
		}
		data := f.data
		if b, _ := pem.Decode(data); b != nil {
			data = b.Bytes
		}
		for _, kind := range []evidence.Type{evidence.Certificate, evidence.CRL, evidence.OCSP} {
			start := time.Now()
			held = append(held, evidence.NewItem(kind, data, evidence.Supplied, "", purse.New(purse.Limits{})))
			if took := time.Since(start); took > corpora.TimeBar() {
				t.Errorf("%s %s as %s: took %v", f.suite, f.name, kind, took)
			}
		}
		if len(held) >= batch {
			flush(fmt.Sprint(f.suite, " ", f.name))
		}
	}
	flush("the end")
	t.Logf("%d batches", batches)
}

// An oddBox judges a good message with odd certificates and CRLs in it.
type oddBox struct {
	t     *testing.T
	w     *verifytest.World
	list  *trustlist.List
	crls  [][]byte
	held  [][]byte
	names []string
	size  int
}

// maxOdd: more in one message may use up the purse, which is an outcome of its own.
const maxOdd = 2 << 20

func (b *oddBox) judge(odd [][]byte) string {
	certs := []*verifytest.Cert{b.w.Seal, b.w.SealCA}
	for _, der := range odd {
		certs = append(certs, &verifytest.Cert{DER: der})
	}
	message := b.w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Certificates: certs, CRLs: slices.Concat(b.crls, odd), SetTimestamp: true})
	start, before := time.Now(), allocated()
	_, rep := judgedOnce(b.t, message, eseal.Options{Name: "odd.p7m"}, b.list, verify.WithPolicy(policyNamed(b.t, "strict", policy.Require)), verify.WithTime(b.w.Now))
	got := answer(rep)
	if took, used := time.Since(start), allocated()-before; took > corpora.TimeBar() || used > hostileMemory {
		b.t.Errorf("%d odd certificates: %v, %d MB", len(odd), took, used>>20)
	}
	return got
}

// flush judges what is held together, and one by one where that matters.
func (b *oddBox) flush() {
	const good = string(verdict.DocumentPassed)
	if got := b.judge(b.held); got != good {
		b.t.Errorf("%d together: %s", len(b.held), got)
		for i := range b.held {
			if got := b.judge(b.held[i : i+1]); got != good {
				b.t.Errorf("%s inside: %s", b.names[i], got)
			}
		}
	}
	b.held, b.names, b.size = nil, nil, 0
}

// TestHostileInside: one odd certificate or CRL in a message never costs the
// whole message.
func TestHostileInside(t *testing.T) {
	w := verifytest.New()
	b := &oddBox{t: t, w: w, list: parsedList(t, w.TrustList(verifytest.TrustListTemplate{})), crls: w.CRLs(w.Seal, w.TSA)}
	b.flush() // the good message alone
	for f := range corpusFiles(t, hostileSuites...) {
		data := f.data
		if p, _ := pem.Decode(data); p != nil {
			data = p.Bytes
		}
		if !oneSequence(data) {
			continue // it would not be the certificate that is broken, but the message around it
		}
		if b.size > 0 && b.size+len(data) > maxOdd || len(b.held) == 100 {
			b.flush()
			if testing.Short() {
				return
			}
		}
		b.held, b.names, b.size = append(b.held, data), append(b.names, f.suite+" "+f.name), b.size+len(data)
	}
	b.flush()
}

// oneSequence tells whether the octets are one SEQUENCE of definite length.
func oneSequence(b []byte) bool {
	var v asn1.RawValue
	rest, err := asn1.Unmarshal(b, &v)
	return err == nil && len(rest) == 0 && b[0] == 0x30
}

// goodSpecimen is a sealed PDF that passes, with its answer.
func goodSpecimen(t *testing.T) (verifytest.Specimen, string) {
	t.Helper()
	for _, d := range verifytest.Deviations() {
		if d.Want.Verdict != string(verdict.DocumentPassed) || !strings.HasPrefix(d.Name, "pdf") {
			continue
		}
		sp := verifytest.MakeSpecimen(d.Name)
		if got := answer(judgedSpecimen(t, sp, "strict", beside(sp))); got == d.Want.Verdict {
			return sp, got
		}
	}
	t.Fatal("no PDF of verifytest passes")
	return verifytest.Specimen{}, ""
}
