package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// BenchmarkBatch verifies small sealed messages of one issuer one after the
// other, as an agency does: each carries its certificates, CRLs and an OCSP
// answer, and beside them stands a folder of the certificates and CRLs of n
// other CAs.
func BenchmarkBatch(b *testing.B) {
	w := verifytest.New()
	list, err := trustlist.Parse(w.TrustList(verifytest.TrustListTemplate{}), nil)
	if err != nil {
		b.Fatal(err)
	}
	var folder []*evidence.Item
	for i := range 200 {
		ca := w.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa2048-13", Issuer: w.Root,
			Subject: verifytest.NewName("C", "JP", "O", "Mihon Trust Center", "CN", fmt.Sprintf("Mihon Office CA %d", i))})
		folder = append(folder, evidence.NewItem(evidence.Certificate, ca.DER, evidence.Supplied, "", purse.New(purse.Limits{})),
			evidence.NewItem(evidence.CRL, w.CRL(ca, verifytest.CRLTemplate{}), evidence.Supplied, "", purse.New(purse.Limits{})))
	}
	var docs [][]byte
	for i := range 16 {
		docs = append(docs, w.CMS(verifytest.CMSTemplate{
			Content: fmt.Appendf(nil, "notice %d", i), CRLs: w.CRLs(w.Seal, w.TSA), OCSPs: [][]byte{w.OCSP(verifytest.OCSPTemplate{Cert: w.Seal})},
			Signers: []verifytest.Signer{{Cert: w.Seal, Timestamp: &verifytest.TokenTemplate{}}},
		}))
	}
	for _, n := range []int{0, len(folder)} {
		b.Run(fmt.Sprintf("folder-%d", n), func(b *testing.B) {
			v, err := verify.New(list, verify.WithTime(w.Now), verify.WithEvidence(folder[:n]...))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				data := docs[i%len(docs)]
				i++
				doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), eseal.Options{})
				if err != nil {
					b.Fatal(err)
				}
				rep, err := v.Verify(context.Background(), doc)
				if err != nil || !rep.Passed() {
					b.Fatal(err, codes(rep))
				}
			}
			for _, c := range v.Caches() {
				b.ReportMetric(c.HitRate(), c.Name+"-hits")
			}
		})
	}
}
