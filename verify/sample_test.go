package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
)

// sampleTime is the moment at which the samples are judged.
var sampleTime = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func samplePath(name string) string { return filepath.Join("..", "testdata", "samples", name) }

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(samplePath(name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func sampleList(t testing.TB) *trustlist.List {
	t.Helper()
	list, err := trustlist.Load(samplePath("trust.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// sampleVerifier is what a citizen has: the sample list and the default policy.
func sampleVerifier(t testing.TB, options ...verify.Option) *verify.Verifier {
	t.Helper()
	v, err := verify.New(sampleList(t), append([]verify.Option{verify.WithTime(sampleTime)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// verified opens and judges bytes; reading from memory and judging never fail.
func verified(t testing.TB, v *verify.Verifier, data []byte, o eseal.Options, expect ...verify.Expect) *verify.Report {
	t.Helper()
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatalf("open %s: %v", o.Name, err)
	}
	rep, err := v.Verify(context.Background(), doc, expect...)
	if err != nil {
		t.Fatalf("verify %s: %v", o.Name, err)
	}
	if bad := rep.Contradictions(); len(bad) > 0 {
		t.Errorf("%s: the report contradicts itself: %s", o.Name, strings.Join(bad, "; "))
	}
	return rep
}

// TestSamples holds the table of testdata/samples/README.md.
func TestSamples(t *testing.T) {
	schema := reportSchema(t)
	for _, c := range []struct{ file, want, level string }{
		{"certificate.pdf", "TOTAL-PASSED", "B-LTA"},
		{"course-completion.pdf", "TOTAL-PASSED", "B-LTA"},
		{"disposition-notice.pdf", "TOTAL-PASSED", "B-LTA"},
		{"certificate-altered.pdf", "TOTAL-FAILED/HASH_FAILURE", ""},
		{"unsigned.pdf", "NOT-SIGNED", ""},
		{"notice.txt", "UNREADABLE", ""},
		{"notice.txt.p7m", "TOTAL-PASSED", "B-LT"},
		{"notice.txt.p7s", "TOTAL-PASSED", "B-LT"},
		{"notice.txt.tst", "TOTAL-PASSED", ""},
		{"notice.txt.tsr", "TOTAL-PASSED", ""},
	} {
		o := eseal.Options{Name: c.file}
		switch filepath.Ext(c.file) {
		case ".p7s", ".tst":
			o.Detached = detached("notice.txt", sample(t, "notice.txt"))
		case ".tsr":
			o.Detached, o.Request = detached("notice.txt", sample(t, "notice.txt")), sample(t, "notice.txt.tsq")
		}
		rep := verified(t, sampleVerifier(t), sample(t, c.file), o)
		if got := answer(rep); got != c.want {
			t.Errorf("%s: %s, want %s: %s", c.file, got, c.want, codes(rep))
		}
		if c.level != "" && (len(rep.Signatures) != 1 || rep.Signatures[0].Level != c.level) {
			t.Errorf("%s: level is not %s", c.file, c.level)
		}
		fitsSchema(t, schema, c.file, rep)
	}
}

// TestSampleInBothLanguages: who sealed, which list vouches and the verdict
// stand in the report for people in either language.
func TestSampleInBothLanguages(t *testing.T) {
	rep := verified(t, sampleVerifier(t), sample(t, "certificate.pdf"), eseal.Options{Name: "certificate.pdf"})
	if !rep.Passed() || rep.Signatures[0].Signer.CorporateNumber != "5000020999999" || rep.Signatures[0].Kind != verify.KindSeal {
		t.Fatalf("%s: %+v", codes(rep), rep.Signatures[0].Signer)
	}
	for lang, words := range map[string][]string{"ja": {"見本町", "見本トラストセンター"}, "en": {"Mihon Town", "Mihon Electronic Seal CA"}} {
		text := string(written(t, rep, report.Text, report.Lang(lang)))
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("the report in %s does not name %s:\n%s", lang, w, text)
			}
		}
	}
}

// ranges are the octets that a ByteRange takes in.
type ranges [4]int64

func (r ranges) has(pos int64) bool {
	return pos >= r[0] && pos < r[0]+r[1] || pos >= r[2] && pos < r[2]+r[3]
}

// A mutation is one octet of a document changed.
type mutation struct {
	pos int
	by  byte // is xored, never 0
}

// mutations are n anywhere in the document and half as many within the seal,
// whose ranges are a small part of a file with long-term material.
func (m *mutator) mutations(n int) []mutation {
	r := rand.New(rand.NewPCG(1, 20261101))
	var out []mutation
	for range n {
		out = append(out, mutation{r.IntN(len(m.data)), byte(1 + r.IntN(255))})
	}
	for range n / 2 {
		pos := r.Int64N(m.signed[1] + m.signed[3])
		if pos >= m.signed[1] {
			pos += m.signed[2] - m.signed[1]
		}
		out = append(out, mutation{int(pos), byte(1 + r.IntN(255))})
	}
	return out
}

// TestSampleMutated changes 10,000 octets of the sample, one at a time, and
// 5,000 more within the seal. Inside
// the signed ranges it must never pass; outside (padding of /Contents, unsigned
// attributes, later revisions) it stays or gets worse: no other signer, no
// better level, and a document time-stamp over the octet no longer holds.
func TestSampleMutated(t *testing.T) {
	t.Parallel()
	n := 10_000
	if testing.Short() {
		n = 500
	}
	data := sample(t, "certificate.pdf")
	v := sampleVerifier(t)
	base := verified(t, v, data, eseal.Options{Name: "certificate.pdf"})
	if !base.Passed() {
		t.Fatal(codes(base))
	}
	m := mutator{v: v, data: data, base: base, signed: sealRange(base), stamped: stampRanges(t, data)}
	all := m.mutations(n)
	total, faults := m.run(all)
	for i, f := range faults {
		if i == 20 {
			t.Errorf("and %d more", len(faults)-i)
			break
		}
		t.Error(f)
	}
	t.Logf("%d mutations: %v", len(all), total)
	if total["inside TOTAL-FAILED"] < n/2 {
		t.Errorf("only %d mutations of signed octets failed", total["inside TOTAL-FAILED"])
	}
}

// run tries all mutations with one Verifier, which is shared: it is safe for
// concurrent use.
func (m *mutator) run(all []mutation) (total map[string]int, faults []string) {
	const workers = 2
	var wg sync.WaitGroup
	var mu sync.Mutex
	total = map[string]int{}
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(all); i += workers {
				what, fault := m.try(all[i])
				mu.Lock()
				total[what]++
				if fault != "" {
					faults = append(faults, fmt.Sprintf("octet %d xor %02x: %s", all[i].pos, all[i].by, fault))
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(faults)
	return total, faults
}

type mutator struct {
	v       *verify.Verifier
	data    []byte
	base    *verify.Report
	signed  ranges
	stamped map[string]ranges
}

func sealRange(rep *verify.Report) ranges { return ranges(rep.Signatures[0].Coverage.ByteRange) }

// stampRanges are the byte ranges of the document time-stamps, by id.
func stampRanges(t testing.TB, data []byte) map[string]ranges {
	t.Helper()
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), eseal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]ranges{}
	for _, ts := range doc.Timestamps {
		out[ts.ID] = ranges(ts.Field.ByteRange)
	}
	return out
}

// try gives what came of a mutation, and what is wrong with that.
func (m *mutator) try(c mutation) (what, fault string) {
	data := bytes.Clone(m.data)
	data[c.pos] ^= c.by
	where := "outside "
	inside := m.signed.has(int64(c.pos))
	if inside {
		where = "inside "
	}
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), eseal.Options{Name: "certificate.pdf"})
	if err != nil {
		return where + "error", err.Error()
	}
	rep, err := m.v.Verify(context.Background(), doc)
	if err != nil {
		return where + "error", err.Error()
	}
	what = where + string(rep.Verdict)
	switch bad := rep.Contradictions(); {
	case len(bad) > 0:
		return what, "the report contradicts itself: " + strings.Join(bad, "; ")
	case inside && rep.Passed():
		return what, "a changed signed octet passes"
	case rep.Passed():
		return what, m.noBetter(rep, int64(c.pos))
	}
	return what, ""
}

// noBetter compares a pass with that of the document as it was.
func (m *mutator) noBetter(rep *verify.Report, pos int64) string {
	was, is := &m.base.Signatures[0], &rep.Signatures[0]
	switch {
	case len(rep.Signatures) != len(m.base.Signatures):
		return fmt.Sprintf("%d signatures", len(rep.Signatures))
	case is.Signer == nil || is.Signer.Certificate != was.Signer.Certificate:
		return "another signer"
	case sealRange(rep) != m.signed:
		return fmt.Sprintf("another byte range: %v", sealRange(rep))
	case is.BestSignatureTime.Time.Before(was.BestSignatureTime.Time.Time):
		return "proven for an earlier time than before"
	}
	for _, ts := range rep.Timestamps {
		if m.stamped[ts.ID].has(pos) && ts.Indication == verdict.Passed {
			return ts.ID + " is over the octet and holds"
		}
	}
	return ""
}
