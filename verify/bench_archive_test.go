package verify_test

import (
	"crypto/x509"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// newBenchArchive is a B-LTA document with three document time-stamps over
// eight years, judged when all but the last of its certificates have run out.
func newBenchArchive(tb testing.TB) *benchDocument {
	tb.Helper()
	p := verifytest.NewPlan("PAdES", sealedAt, sealedAt.AddDate(0, 0, 7), sealedAt.AddDate(4, 0, 0), sealedAt.AddDate(8, 0, 0))
	h := p.History()
	d := &benchDocument{data: h.Document, at: h.At, level: "B-LTA", list: parsedList(tb, h.TrustList)}
	for _, s := range h.Published(h.At) {
		if s.Kind == "CRL" {
			d.crls = append(d.crls, items(evidence.CRL, [][]byte{s.DER})...)
		}
	}
	d.archiveFloor(tb, h)
	return d
}

// archiveFloor gathers what nobody can do without: every signature of the
// document, every certificate below an anchor and every list in it, each once.
func (d *benchDocument) archiveFloor(tb testing.TB, h *verifytest.History) {
	doc := d.open(tb)
	seal := doc.Signatures[0]
	signed := func(by *verifytest.Cert, of *eseal.Signature) {
		x, octets := by.X509(), of.Forms[0].Message.Bytes
		d.ops = append(d.ops, func() error { return x.CheckSignature(x509.ECDSAWithSHA256, octets, of.Value) })
	}
	d.digested(seal.Field.ByteRange)
	signed(h.Cert("seal"), seal)
	signed(h.Units[h.Plan.Stamp.Unit], seal.Timestamps[0].Signature)
	for i, t := range doc.Timestamps {
		d.digested(t.Field.ByteRange)
		signed(h.Units[h.Plan.Renewals[i].Unit], t.Signature)
	}
	seen := map[*verifytest.Cert]bool{}
	for _, leaf := range append(h.Units, h.Cert("seal")) {
		for c := leaf; c.Issuer != nil && !seen[c]; c = c.Issuer {
			seen[c] = true
			child, issuer := c.X509(), c.Issuer.X509()
			d.ops = append(d.ops, func() error { return child.CheckSignatureFrom(issuer) })
		}
	}
	issuers := append(append([]*verifytest.Cert{}, h.Roots...), h.CAs...)
	for _, m := range doc.Material {
		if m.Type != "crl" {
			continue
		}
		list, err := x509.ParseRevocationList(m.Raw)
		if err != nil {
			tb.Fatal(err)
		}
		for _, c := range issuers {
			if x := c.X509(); list.CheckSignatureFrom(x) == nil {
				d.ops = append(d.ops, func() error { return list.CheckSignatureFrom(x) })
				break
			}
		}
	}
}

// BenchmarkVerifyLTA is BenchmarkVerifyBT for a document that only its proofs
// of existence carry; the goal is 1.5 warm.
func BenchmarkVerifyLTA(b *testing.B) { newBenchArchive(b).measure(b) }

// TestBenchArchive: what the benchmark measures is what it says.
func TestBenchArchive(t *testing.T) {
	d := newBenchArchive(t)
	doc := d.open(t)
	if len(doc.Timestamps) != 3 || len(d.ops) < 20 {
		t.Errorf("%d document time-stamps, %d operations", len(doc.Timestamps), len(d.ops))
	}
	d.verify(t, d.verifier(t))
	d.floor(t)
}
