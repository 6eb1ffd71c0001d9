package fetch

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/fetch/cache"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// bare is a sealed and stamped message with nothing but the certificates of
// its two signers.
func (s *site) bare() []byte {
	w := s.world
	return w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Certificates: []*verifytest.Cert{w.Seal}, Signers: []verifytest.Signer{{Timestamp: &verifytest.TokenTemplate{}}}})
}

// judged verifies a message as of the clock.
func (s *site) judged(source verify.Source, data []byte, options ...verify.Option) *verify.Report {
	s.t.Helper()
	list, err := trustlist.Parse(s.world.TrustList(verifytest.TrustListTemplate{}), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	v, err := verify.New(list, append([]verify.Option{verify.WithTime(s.clock.now()), verify.WithSource(source)}, options...)...)
	if err != nil {
		s.t.Fatal(err)
	}
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), eseal.Options{Name: "notice.p7m"})
	if err != nil {
		s.t.Fatal(err)
	}
	rep, err := v.Verify(context.Background(), doc)
	if err != nil {
		s.t.Fatal(err)
	}
	if bad := rep.Contradictions(); len(bad) > 0 {
		s.t.Error(bad)
	}
	return rep
}

func answer1(rep *verify.Report) string { return rep.Signatures[0].Outcome().String() }

// found are the findings of a code about the signature, or about the document.
func found(all []verify.Finding, code verdict.Code) (out []verify.Finding) {
	for _, f := range all {
		if f.Code == code {
			out = append(out, f)
		}
	}
	return out
}

// origins counts the evidence by origin, document and list aside.
func origins(rep *verify.Report) map[string]int {
	n := map[string]int{}
	for _, e := range rep.Evidence {
		if e.Origin != verify.OriginDocument && e.Origin != verify.OriginList {
			n[e.Origin]++
		}
	}
	return n
}

// TestEndToEnd: a document without evidence passes by what its addresses give;
// with the server gone it is TRY_LATER, and the report says which address
// failed and why; a second run passes from the cache while it is fresh.
func TestEndToEnd(t *testing.T) {
	s := newSite(t)
	file := filepath.Join(t.TempDir(), "evidence.db")
	kept := func(o *Options) { o.Store = cache.New(file, cache.Options{Notice: func(err error) { t.Error(err) }}) }
	rep := s.judged(s.fetcher(kept), s.bare())
	if !rep.Passed() {
		t.Fatalf("%s %+v", answer1(rep), rep.Signatures[0].Findings)
	}
	for _, e := range rep.Evidence {
		if e.Origin == verify.OriginFetched && (e.URL == "" || !e.FetchedAt.Equal(s.world.Now)) {
			t.Errorf("%s %s came from %q at %s", e.ID, e.Type, e.URL, e.FetchedAt)
		}
	}
	if n := origins(rep); n[verify.OriginFetched] < 5 || n[verify.OriginCache] != 0 {
		t.Errorf("origins %v", n)
	}
	s.server.Close()

	rep = s.judged(s.fetcher(nil), s.bare())
	if answer1(rep) != "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND" || len(found(rep.Signatures[0].Findings, verdict.CodeFetchUnreachable)) == 0 {
		t.Errorf("no issuer: %s %+v", answer1(rep), rep.Signatures[0].Findings)
	}
	w := s.world
	chained := w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Certificates: []*verifytest.Cert{w.Seal, w.SealCA}})
	rep = s.judged(s.fetcher(nil), chained)
	var urls []string
	for _, f := range found(rep.Signatures[0].Findings, verdict.CodeFetchUnreachable) {
		urls = append(urls, f.Params["url"])
		if f.Params["reason"] == "" || f.Object == "" || f.Severity != verdict.Warning {
			t.Errorf("%+v", f)
		}
	}
	slices.Sort(urls)
	want := []string{s.want(evidence.OCSP).URLs[0], s.want(evidence.CRL).URLs[0], parsed(t, w.SealCA).CRLDistributionPoints[0].FullNames[0].Text}
	slices.Sort(want)
	if answer1(rep) != "INDETERMINATE/TRY_LATER" || !slices.Equal(urls, want) {
		t.Errorf("%s, failed %v, want %v", answer1(rep), urls, want)
	}

	rep = s.judged(s.fetcher(kept), s.bare())
	if n := origins(rep); !rep.Passed() || n[verify.OriginCache] < 5 || n[verify.OriginFetched] != 0 {
		t.Errorf("from the cache: %s %v", answer1(rep), n)
	}
	s.clock.add(8 * 24 * time.Hour) // past the nextUpdate of all
	rep = s.judged(s.fetcher(kept), chained)
	if answer1(rep) != "INDETERMINATE/TRY_LATER" || origins(rep)[verify.OriginCache] != 0 {
		t.Errorf("after the nextUpdate: %s %v", answer1(rep), origins(rep))
	}
}

// TestRevokedOnline: what the network says against a certificate counts.
func TestRevokedOnline(t *testing.T) {
	s := newSite(t)
	store := newShelf()
	keep := func(o *Options) { o.Store = store }
	w := s.world
	signed := w.CMS(verifytest.CMSTemplate{Content: []byte("x")})
	if rep := s.judged(s.fetcher(keep), signed); !rep.Passed() {
		t.Fatal(answer1(rep))
	}
	w.Revoke(w.Seal, w.ThisUpdate.Add(-time.Hour), verifytest.KeyCompromise)
	s.served = w.Addresses()
	if rep := s.judged(s.fetcher(nil), signed); answer1(rep) != "INDETERMINATE/REVOKED_NO_POE" {
		t.Errorf("revoked: %s", answer1(rep))
	}
	s.clock.add(25 * time.Hour) // the stored answer is to be confirmed
	if rep := s.judged(s.fetcher(keep), signed); answer1(rep) != "INDETERMINATE/REVOKED_NO_POE" {
		t.Errorf("revoked, with an older answer in the store: %s", answer1(rep))
	}
}

// TestOneServes: where OCSP fails the CRL serves, which is told as no more than
// a remark; where OCSP serves no CRL of that certificate is asked for.
func TestOneServes(t *testing.T) {
	s := newSite(t)
	signed := s.world.CMS(verifytest.CMSTemplate{Content: []byte("x")})
	crl := s.want(evidence.CRL).URLs[0]
	asked := func() bool {
		return slices.ContainsFunc(s.requests(), func(r *http.Request) bool { return "http://"+r.Host+r.URL.Path == crl })
	}
	if rep := s.judged(s.fetcher(nil), signed); !rep.Passed() || asked() {
		t.Errorf("%s, the CRL asked for: %v", answer1(rep), asked())
	}
	s.lie(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Host == responder {
			w.Write([]byte("<html>out of order"))
		}
		return r.Host == responder
	})
	rep := s.judged(s.fetcher(nil), signed)
	told := found(rep.Findings, verdict.CodeFetchUnparsable)
	if !rep.Passed() || !asked() || len(told) != 1 || told[0].Severity != verdict.Info || told[0].Params["found"] != "found-html" {
		t.Errorf("%s %v %+v", answer1(rep), asked(), rep.Findings)
	}
}

// TestCacheThatDoesNotServe: what the court cannot use of a cache is asked for
// anew: the CRL of somebody else, and one that a policy calls too old.
func TestCacheThatDoesNotServe(t *testing.T) {
	s := newSite(t)
	signed := s.world.CMS(verifytest.CMSTemplate{Content: []byte("x")})
	s.lie(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Host == responder {
			http.NotFound(w, r)
		}
		return r.Host == responder
	})
	w := s.want(evidence.CRL)
	store := newShelf()
	f := s.fetcher(func(o *Options) { o.Store = store })
	store.Save(f.key(w, w.URLs[0]), evidence.Stored{Raw: s.world.CRL(s.world.OfficeCA, verifytest.CRLTemplate{}), URL: w.URLs[0], FetchedAt: s.world.Now})
	if rep := s.judged(f, signed); !rep.Passed() {
		t.Errorf("with the CRL of another CA in the store: %s", answer1(rep))
	}

	// A policy that wants data of the last day: the store has one of two days ago.
	p, err := policy.ByName(policy.Default)
	if err != nil {
		t.Fatal(err)
	}
	p.Revocation.MaxAge = []policy.MaxAge{{Position: "signer", Hours: 24}, {Position: "ca", Hours: 24}}
	old := newSite(t)
	store = newShelf()
	f = old.fetcher(func(o *Options) { o.Store = store })
	for _, k := range []evidence.Type{evidence.CRL, evidence.OCSP} {
		got(t, f, old.want(k), evidence.Fetched)
	}
	rep := old.judged(f, signed, verify.WithPolicy(p))
	if answer1(rep) != "INDETERMINATE/TRY_LATER" {
		t.Fatalf("two days old: %s", answer1(rep))
	}
	old.world.ThisUpdate = old.world.Now.Add(-time.Hour)
	old.served = old.world.Addresses()
	old.clock.add(remembered)
	f = old.fetcher(func(o *Options) { o.Store = store })
	if rep := old.judged(f, signed, verify.WithPolicy(p)); !rep.Passed() || origins(rep)[verify.OriginCache] == 0 {
		t.Errorf("a newer one is to be had: %s %v", answer1(rep), origins(rep))
	}
}

// TestHostileDocument: a document whose certificate names a hundred hosts makes
// a bounded number of requests, and the report says that not all were asked.
func TestHostileDocument(t *testing.T) {
	s := newSite(t)
	s.lie(func(w http.ResponseWriter, r *http.Request) bool { http.NotFound(w, r); return true })
	var points [][]byte
	for i := range 100 {
		uri := ber.Append(nil, 0x86, fmt.Appendf(nil, "http://h%d.mihon.example/crl", i))
		points = append(points, sequence(ber.Append(nil, 0xa0, ber.Append(nil, 0xa0, uri))))
	}
	tmpl := s.world.SealTemplate()
	tmpl.CRL, tmpl.OCSP = "-", ""
	tmpl.Extensions = append(tmpl.Extensions, verifytest.Extension{ID: "2.5.29.31", Value: sequence(points...)})
	c := s.world.Issue(tmpl)
	doc := s.world.CMS(verifytest.CMSTemplate{Content: []byte("x"), Signers: []verifytest.Signer{{Cert: c}}})
	rep := s.judged(s.fetcher(func(o *Options) { o.AllowHosts = []string{".example"} }), doc)
	told := rep.Signatures[0].Findings
	if answer1(rep) != "INDETERMINATE/TRY_LATER" || len(found(told, verdict.CodeFetchBudget)) == 0 || len(found(told, verdict.CodeFetchStatus)) == 0 {
		t.Errorf("%s %+v", answer1(rep), told)
	}
	if n := s.asked.Load(); n > DefaultHosts {
		t.Errorf("%d requests", n)
	}
}

// TestResponderToo: what the signer of an OCSP answer lacks is asked for like
// what the signer of the document lacks.
func TestResponderToo(t *testing.T) {
	s := newSite(t)
	w := s.world
	uri := ber.Append(nil, 0x86, []byte(s.want(evidence.CRL).URLs[0]))
	point := sequence(sequence(ber.Append(nil, 0xa0, ber.Append(nil, 0xa0, uri))))
	checked := verifytest.CertMutator{Apply: func(d *verifytest.CertDraft) { d.Drop("1.3.6.1.5.5.7.48.1.5") }}
	w.Responder = w.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: w.SealCA, Key: "rsa2048-15", Subject: verifytest.NewName("C", "JP", "CN", "Responder 2"),
		Extensions: []verifytest.Extension{{ID: "2.5.29.31", Value: point}}}, checked)
	tmpl := w.SealTemplate()
	tmpl.CRL = "-"
	c := w.Issue(tmpl)
	s.lie(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Host == responder {
			rw.Write(w.OCSP(verifytest.OCSPTemplate{Cert: c}))
		}
		return r.Host == responder
	})
	doc := w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Signers: []verifytest.Signer{{Cert: c}}})
	rep := s.judged(s.fetcher(nil), doc)
	if told := rep.Signatures[0].Findings; !rep.Passed() || len(found(told, "K-REV-021")) > 0 { // its signer may not speak for the issuer
		t.Errorf("%s %+v", answer1(rep), told)
	}
	w.Revoke(w.Responder, w.ThisUpdate.Add(-time.Hour), verifytest.KeyCompromise)
	s.served = w.Addresses()
	rep = s.judged(s.fetcher(nil), doc)
	if told := rep.Signatures[0].Findings; len(found(told, "K-REV-021")) == 0 {
		t.Errorf("the responder is revoked: %+v", told)
	}
}
