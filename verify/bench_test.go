package verify_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A benchDocument is a B-T file of about 1 MB, as a scanned certificate has,
// with its CRLs beside it and the least work that its verification can be.
type benchDocument struct {
	data  []byte
	list  *trustlist.List
	crls  []*evidence.Item
	at    time.Time
	level string
	parts [][]byte // the octets that seal and document time-stamps digest, two by two
	ops   []func() error
}

func newBenchDocument(tb testing.TB) *benchDocument {
	tb.Helper()
	w := verifytest.New()
	scan := map[int]string{}
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range 10 { // ten scans of 100 KB, which do not compress
		raw := make([]byte, 100_000)
		for j := range raw {
			raw[j] = byte(noise.Uint32())
		}
		scan[100+i] = fmt.Sprintf("<< /Type /XObject /Subtype /Image /Length %d >>\nstream\n%s\nendstream", len(raw), raw)
	}
	d := &benchDocument{data: w.PDF(verifytest.PDFTemplate{}).Update(scan).Sign(verifytest.SignOptions{}).Bytes(), at: w.Now, level: "B-T"}
	list, err := trustlist.Parse(w.TrustList(verifytest.TrustListTemplate{}), nil)
	if err != nil {
		tb.Fatal(err)
	}
	d.list = list
	for _, raw := range w.CRLs(w.Seal, w.TSA) {
		d.crls = append(d.crls, evidence.NewItem(evidence.CRL, raw, evidence.Supplied, "", purse.New(purse.Limits{})))
	}
	d.floorOf(tb, w)
	return d
}

// floorOf gathers the public-key operations that nobody can do without: the
// seal, its time-stamp, two paths of two certificates below their anchors, and
// the CRL of every issuer on them.
func (d *benchDocument) floorOf(tb testing.TB, w *verifytest.World) {
	doc := d.open(tb)
	seal := doc.Signatures[0]
	d.digested(seal.Field.ByteRange)
	for _, s := range []struct {
		by *x509.Certificate
		of *eseal.Signature
	}{{w.Seal.X509(), seal}, {w.TSA.X509(), seal.Timestamps[0].Signature}} {
		octets := s.of.Forms[0].Message.Bytes
		d.ops = append(d.ops, func() error { return s.by.CheckSignature(x509.SHA256WithRSA, octets, s.of.Value) })
	}
	for _, leaf := range []*verifytest.Cert{w.Seal, w.TSA} {
		for c := leaf; c.Issuer != nil; c = c.Issuer {
			child, issuer := c.X509(), c.Issuer.X509()
			crl, err := x509.ParseRevocationList(w.CRL(c.Issuer, verifytest.CRLTemplate{}))
			if err != nil {
				tb.Fatal(err)
			}
			d.ops = append(d.ops,
				func() error { return child.CheckSignatureFrom(issuer) },
				func() error { return crl.CheckSignatureFrom(issuer) })
		}
	}
}

func (d *benchDocument) digested(r []int64) {
	d.parts = append(d.parts, d.data[r[0]:r[0]+r[1]], d.data[r[2]:r[2]+r[3]])
}

func (d *benchDocument) open(tb testing.TB) *eseal.Document {
	tb.Helper()
	doc, err := eseal.Open(context.Background(), bytes.NewReader(d.data), int64(len(d.data)), eseal.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return doc
}

// floor is the least work: one digest over each range, the operations.
func (d *benchDocument) floor(tb testing.TB) {
	for i := 0; i < len(d.parts); i += 2 {
		h := sha256.New()
		h.Write(d.parts[i])
		h.Write(d.parts[i+1])
		h.Sum(nil)
	}
	for _, op := range d.ops {
		if err := op(); err != nil {
			tb.Fatal(err)
		}
	}
}

func (d *benchDocument) verifier(tb testing.TB) *verify.Verifier {
	tb.Helper()
	v, err := verify.New(d.list, verify.WithTime(d.at), verify.WithEvidence(d.crls...))
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// verify opens and judges, and wants it passed at its level.
func (d *benchDocument) verify(tb testing.TB, v *verify.Verifier) {
	rep, err := v.Verify(context.Background(), d.open(tb))
	if err != nil {
		tb.Fatal(err)
	}
	if !rep.Passed() || rep.Signatures[0].Level != d.level {
		tb.Fatalf("%s, level %s: %s", rep.Verdict, rep.Signatures[0].Level, codes(rep))
	}
}

// BenchmarkVerifyBT verifies a sealed and time-stamped PDF of 1 MB from its
// bytes to its report. The ratio "x-floor" is against the floor, measured turn
// by turn in the same run; the goal is 2. "cold" is the first document
// of a Verifier, "warm" the next one of a batch, whose CA certificates and CRLs
// were seen before.
func BenchmarkVerifyBT(b *testing.B) { newBenchDocument(b).measure(b) }

func (d *benchDocument) measure(b *testing.B) {
	warm := d.verifier(b)
	for name, verifier := range map[string]func() *verify.Verifier{
		"cold": func() *verify.Verifier { return d.verifier(b) },
		"warm": func() *verify.Verifier { return warm },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(d.data)))
			b.ReportAllocs()
			var whole, floor []time.Duration
			for b.Loop() {
				b.StopTimer()
				v := verifier()
				start := time.Now()
				d.floor(b)
				floor = append(floor, time.Since(start))
				b.StartTimer()
				start = time.Now()
				d.verify(b, v)
				whole = append(whole, time.Since(start))
			}
			b.ReportMetric(float64(median(whole))/float64(median(floor)), "x-floor")
			b.ReportMetric(float64(median(floor)), "floor-ns/op")
		})
	}
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// TestBenchDocument: what the benchmark measures is what it says.
func TestBenchDocument(t *testing.T) {
	d := newBenchDocument(t)
	if len(d.data) < 1_000_000 || len(d.data) > 1_200_000 || len(d.ops) != 10 {
		t.Errorf("%d octets, %d operations", len(d.data), len(d.ops))
	}
	d.verify(t, d.verifier(t))
	d.floor(t)
}
