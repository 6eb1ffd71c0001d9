package fetch

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verifytest"
)

func small(octets int64) *purse.Purse { return purse.New(purse.Limits{Bytes: octets}) }

// FuzzAnswer: whatever octets come, they are items that were parsed from them
// or one failure, and never both missing.
func FuzzAnswer(f *testing.F) {
	w := verifytest.New()
	f.Add(uint8(0), w.SealCA.DER)
	f.Add(uint8(0), w.SealCA.PEM())
	f.Add(uint8(0), w.CMS(verifytest.CMSTemplate{Certificates: []*verifytest.Cert{w.SealCA, w.Root}, Signers: []verifytest.Signer{{}}}))
	f.Add(uint8(1), w.CRL(w.SealCA, verifytest.CRLTemplate{}))
	f.Add(uint8(2), w.OCSP(verifytest.OCSPTemplate{Cert: w.Seal}))
	f.Add(uint8(2), []byte{0x30, 3, 0x0a, 1, 6})
	f.Add(uint8(0), []byte("-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n"))
	f.Add(uint8(1), []byte("<html>"))
	target, err := cert.Parse(w.Seal.DER, full())
	if err != nil {
		f.Fatal(err)
	}
	issuer, err := cert.Parse(w.SealCA.DER, full())
	if err != nil {
		f.Fatal(err)
	}
	fetcher := New(Options{Proxy: noProxy})
	f.Fuzz(func(t *testing.T, kind uint8, raw []byte) {
		want := evidence.Want{Type: types[int(kind)%len(types)], Target: target, OCSPIssuer: issuer}
		items, failure := fetcher.parse(want, evidence.Stored{Raw: raw, URL: "u"}, evidence.Fetched, small(1<<20))
		if len(items) == 0 && failure == nil {
			t.Fatal("neither an item nor a failure")
		}
		for _, it := range items {
			if it.Err != nil || it.Type != want.Type || it.URL != "u" || len(it.Raw) == 0 {
				t.Fatalf("%+v", it)
			}
			if bytes.HasPrefix(raw, []byte("0")) && !bytes.Contains(raw, it.Raw) && want.Type != evidence.Certificate {
				t.Fatal("octets that did not come")
			}
		}
		if failure != nil && failure.Kind == evidence.Unparsable && failure.Params["found"] == "" {
			t.Fatal("not told what was there")
		}
	})
}

// FuzzRetryAfter: no header makes a request wait longer than it may.
func FuzzRetryAfter(f *testing.F) {
	f.Add("120", "")
	f.Add("Sun, 01 Nov 2026 00:00:05 GMT", "Sun, 01 Nov 2026 00:00:00 GMT")
	f.Add("99999999999999999999", "x")
	fetcher := New(Options{Proxy: noProxy})
	f.Fuzz(func(t *testing.T, after, date string) {
		h := http.Header{"Retry-After": {after}, "Date": {date}}
		d, ok := fetcher.again(&answer{status: 503, header: h}, &evidence.Failure{Kind: evidence.BadStatus})
		if d < 0 || ok && d > DefaultRetryAfter || d > 0 && d < time.Millisecond {
			t.Errorf("%s %v", d, ok)
		}
	})
}
