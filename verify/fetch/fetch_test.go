package fetch

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestForms: DER, PEM and certs-only CMS are read whatever type the server says.
func TestForms(t *testing.T) {
	s := newSite(t)
	w := s.world
	certsOnly := w.CMS(verifytest.CMSTemplate{Certificates: []*verifytest.Cert{w.SealCA}, Signers: []verifytest.Signer{{}}})
	armour := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	crl := w.CRL(w.SealCA, verifytest.CRLTemplate{})
	for name, c := range map[string]struct {
		t    evidence.Type
		body []byte
		want []byte
	}{
		"certificate":          {evidence.Certificate, w.SealCA.DER, w.SealCA.DER},
		"certificate in PEM":   {evidence.Certificate, w.SealCA.PEM(), w.SealCA.DER},
		"certificate and more": {evidence.Certificate, append(bytes.Clone(w.SealCA.DER), "\r\n"...), w.SealCA.DER},
		"certs-only CMS":       {evidence.Certificate, certsOnly, w.SealCA.DER},
		"certs-only in PEM":    {evidence.Certificate, armour("PKCS7", certsOnly), w.SealCA.DER},
		"CRL":                  {evidence.CRL, crl, crl},
		"CRL in PEM":           {evidence.CRL, armour("X509 CRL", crl), crl},
	} {
		t.Run(name, func(t *testing.T) {
			s.lie(func(rw http.ResponseWriter, _ *http.Request) bool {
				rw.Header().Set("Content-Type", "text/plain")
				rw.Write(c.body)
				return true
			})
			it := got(t, s.fetcher(nil), s.want(c.t), evidence.Fetched)
			if !bytes.Equal(it.Raw, c.want) || it.URL != s.want(c.t).URLs[0] || !it.FetchedAt.Equal(w.Now) {
				t.Errorf("%d octets of %s at %s", len(it.Raw), it.URL, it.FetchedAt)
			}
		})
	}
}

// TestRequests: what a server gets to see is the address, what is accepted and
// the name of the program: no cookie, no credentials, nothing of the document.
func TestRequests(t *testing.T) {
	s := newSite(t)
	s.lie(func(w http.ResponseWriter, _ *http.Request) bool { w.Header().Set("Set-Cookie", "a=b"); return false })
	f := s.fetcher(func(o *Options) { o.UserAgent = "kakuin/1" })
	for _, k := range []evidence.Type{evidence.CRL, evidence.Certificate} {
		got(t, f, s.want(k), evidence.Fetched)
	}
	allowed := map[string]bool{"Accept": true, "Accept-Encoding": true, "User-Agent": true}
	for _, r := range s.requests() {
		if r.Method != http.MethodGet || r.Header.Get("User-Agent") != "kakuin/1" || r.Header.Get("Accept-Encoding") != "identity" {
			t.Errorf("%s %v", r.Method, r.Header)
		}
		for name := range r.Header {
			if !allowed[name] {
				t.Errorf("sends %s: %s", name, r.Header.Get(name))
			}
		}
	}
}

// TestOtherIssuer: a certificate of somebody else is given, for it may serve
// through another path, and told.
func TestOtherIssuer(t *testing.T) {
	s := newSite(t)
	s.lie(func(rw http.ResponseWriter, _ *http.Request) bool { rw.Write(s.world.TSACA.DER); return true })
	f := s.fetcher(nil)
	items, err := f.Get(t.Context(), s.want(evidence.Certificate), full())
	all := evidence.Failures(err)
	if len(items) != 1 || len(all) != 1 || all[0].Kind != evidence.OtherAnswer || all[0].URL != s.want(evidence.Certificate).URLs[0] {
		t.Errorf("%d items %v", len(items), err)
	}
	got(t, f, s.want(evidence.Certificate), evidence.Cache)
}

// TestAddressesInTurn: the next address is asked where one gave nothing, and
// both are told.
func TestAddressesInTurn(t *testing.T) {
	s := newSite(t)
	w := s.want(evidence.CRL)
	good := w.URLs[0]
	w.URLs = []string{"ldap://directory.mihon.example/cn=CA?certificateRevocationList", "http://" + repository + "/gone", "http://www-asp.lgwan.jp/x.crl", good, "http://" + repository + "/never"}
	items, err := s.fetcher(nil).Get(t.Context(), w, full())
	if len(items) != 1 || items[0].URL != good {
		t.Fatalf("%v %v", items, err)
	}
	var kinds []evidence.FailureKind
	for i, f := range evidence.Failures(err) {
		kinds = append(kinds, f.Kind)
		if f.URL != w.URLs[i] {
			t.Errorf("%s is told for %s", f.URL, w.URLs[i])
		}
	}
	if len(kinds) != 3 || kinds[0] != evidence.NotFetched || kinds[1] != evidence.BadStatus || kinds[2] != evidence.Refused {
		t.Error(kinds)
	}
}

// TestBudget: hosts, addresses and requests of one document are bounded, those
// of the next start anew.
func TestBudget(t *testing.T) {
	s := newSite(t)
	f := s.fetcher(func(o *Options) { o.AllowHosts = []string{".example"}; o.Limits.Hosts = 2 })
	doc, done := f.ForDocument(t.Context())
	defer done()
	w := s.want(evidence.CRL)
	at := func(host string) evidence.Want {
		w.URLs = []string{"http://" + host + "/none"}
		return w
	}
	failedAs(t, doc, at("a.example"), evidence.BadStatus)
	failedAs(t, doc, at("b.example"), evidence.BadStatus)
	failedAs(t, doc, at("c.example"), evidence.OverBudget)
	failedAs(t, doc, at("A.example."), evidence.BadStatus)
	next, done2 := f.ForDocument(t.Context())
	defer done2()
	failedAs(t, next, at("c.example"), evidence.BadStatus)

	w.URLs = nil
	for i := range maxAddresses + 3 {
		w.URLs = append(w.URLs, "http://a.example/"+string(rune('a'+i)))
	}
	_, err := f.Get(t.Context(), w, full())
	if all := evidence.Failures(err); len(all) != maxAddresses+1 || all[maxAddresses].Kind != evidence.OverBudget {
		t.Errorf("%d failures", len(all))
	}

	p := purse.New(purse.Limits{Fetches: 5})
	before := s.asked.Load()
	for i := range w.URLs {
		w.URLs[i] += "x"
	}
	_, err = f.Get(t.Context(), w, p)
	if n := s.asked.Load() - before; n != 6 || p.Left(purse.Fetches) != 0 { // the court pays for the first
		t.Errorf("%d requests with a purse of 5: %v", n, err)
	}
}

// TestTimeOfDocument: a document has one time for all that it asks.
func TestTimeOfDocument(t *testing.T) {
	s := newSite(t)
	s.lie(func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true })
	f := s.fetcher(func(o *Options) { o.Limits.Document = 100 * time.Millisecond })
	doc, done := f.ForDocument(t.Context())
	defer done()
	start := time.Now()
	for range 3 {
		if fail := failedAs(t, doc, s.want(evidence.CRL), evidence.TimedOut); fail.Params["limit"] != "100ms" {
			t.Error(fail.Params)
		}
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Error(d)
	}
	s.lie(nil)
	got(t, f, s.want(evidence.CRL), evidence.Fetched) // it was this document's time, not the server's failure
}

func TestCancelled(t *testing.T) {
	s := newSite(t)
	s.lie(func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if items, err := s.fetcher(nil).Get(ctx, s.want(evidence.CRL), full()); len(items) > 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%v %v", items, err)
	}
}

// TestFailuresAreRemembered for a while, so that a batch does not wait for the
// same dead server with each document.
func TestFailuresAreRemembered(t *testing.T) {
	s := newSite(t)
	s.lie(func(w http.ResponseWriter, _ *http.Request) bool { http.Error(w, "gone", http.StatusGone); return true })
	f := s.fetcher(nil)
	for range 3 {
		failedAs(t, f, s.want(evidence.CRL), evidence.BadStatus)
	}
	if n := s.asked.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
	s.lie(nil)
	s.clock.add(remembered)
	got(t, f, s.want(evidence.CRL), evidence.Fetched)
}

// TestProxy: the proxy is asked for what the name allows; a name that resolves
// here into a closed network is not.
func TestProxy(t *testing.T) {
	s := newSite(t)
	at, err := url.Parse(s.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	f := s.fetcher(func(o *Options) { o.Proxy = http.ProxyURL(at) })
	f.guard.resolver = failing{}
	got(t, f, s.want(evidence.CRL), evidence.Fetched)
	if r := s.requests()[0]; r.URL.Host != repository {
		t.Errorf("asked directly: %s", r.URL)
	}
	for _, address := range []string{"http://127.0.0.1/x", "http://169.254.169.254/latest", "http://printer.local/", "http://[::1]/", "http://127.1/", "http://0x7f.1/", "http://localhost../"} {
		w := s.want(evidence.CRL)
		w.URLs = []string{address}
		failedAs(t, f, w, evidence.Refused)
	}
	f.guard.resolver = names{loopback}
	w := s.want(evidence.CRL)
	w.URLs = []string{"http://crl.kakuin.jp/x"}
	failedAs(t, f, w, evidence.Refused)
	if n := s.asked.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// TestNoProxyChosen: a proxy that cannot be read is told as what it is.
func TestNoProxyChosen(t *testing.T) {
	s := newSite(t)
	f := s.fetcher(func(o *Options) {
		o.Proxy = func(*http.Request) (*url.URL, error) { return nil, errors.New("HTTP_PROXY is no address") }
	})
	if fail := failedAs(t, f, s.want(evidence.CRL), evidence.Failed); fail.Params["reason"] != "HTTP_PROXY is no address" {
		t.Error(fail.Params)
	}
	if n := s.asked.Load(); n > 0 {
		t.Errorf("%d requests", n)
	}
}
