package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kakuin/kakuin/verify/verifytest"
)

type siteKey struct{}

// A site serves the CRLs and certificates of a world to the scripts.
type site struct {
	server *httptest.Server
	asked  atomic.Int64
	lies   atomic.Bool
	mu     sync.Mutex
	served map[string][]byte
}

// siteCommand is "site": of a script.
//
//	start    serves a world. It is the proxy of the script, so that it is asked by
//	         the names in certificates; direct.p7m names it by its address on
//	         loopback. Writes bare.p7m (no evidence), direct.p7m, list.yaml, crls,
//	         certs. $SITE is its address.
//	stop     is gone
//	lie      answers with a web page from now on
//	serve URL FILE  answers with the file at this address
//	asked N  wants that it was asked N times since the last time
func siteCommand(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1)
	s := ts.Value(siteKey{}).(*site)
	switch args[0] {
	case "start":
		s.start(ts)
	case "stop":
		s.server.Close()
	case "lie":
		s.lies.Store(true)
	case "serve":
		need(ts, neg, args, 3)
		s.mu.Lock()
		s.served[args[1]] = []byte(ts.ReadFile(args[2]))
		s.mu.Unlock()
	case "asked":
		need(ts, neg, args, 2)
		if got := s.asked.Swap(0); strconv.FormatInt(got, 10) != args[1] {
			ts.Fatalf("asked %d times, want %s", got, args[1])
		}
	default:
		ts.Fatalf("site %s", args[0])
	}
}

func (s *site) start(ts *testscript.TestScript) {
	w := verifytest.New()
	s.server = httptest.NewServer(s)
	ts.Defer(s.server.Close)
	at, err := url.Parse(s.server.URL)
	ts.Check(err)
	s.served = w.Addresses()
	s.served[s.server.URL+"/direct.crl"] = w.CRL(w.SealCA, verifytest.CRLTemplate{})

	ts.Setenv("SITE", at.Host)
	ts.Setenv("HTTP_PROXY", s.server.URL)
	ts.Setenv("NO_PROXY", "")
	tmpl := w.SealTemplate()
	tmpl.OCSP, tmpl.CRL = "", s.server.URL+"/direct.crl"
	direct := w.Issue(tmpl)
	write(ts, "bare.p7m", w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Certificates: []*verifytest.Cert{w.Seal}}))
	write(ts, "direct.p7m", w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Signers: []verifytest.Signer{{Cert: direct}}, CRLs: [][]byte{w.CRL(w.Root, verifytest.CRLTemplate{})}}))
	write(ts, "list.yaml", w.TrustList(verifytest.TrustListTemplate{}))
	for i, crl := range w.CRLs(w.Seal) {
		write(ts, fmt.Sprintf("crls/%d.crl", i), crl)
	}
	write(ts, "certs/ca.cer", w.SealCA.DER)
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked.Add(1)
	s.mu.Lock()
	raw, ok := s.served["http://"+r.Host+r.URL.Path]
	s.mu.Unlock()
	switch {
	case s.lies.Load():
		fmt.Fprint(w, "<html>maintenance")
	case ok:
		w.Write(raw)
	default:
		http.NotFound(w, r)
	}
}
