package fetch

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestOCSP asks by GET, and by POST where the server does not know GET or a
// cache on the way did not serve; a nonce makes it POST, and another nonce is
// no answer.
func TestOCSP(t *testing.T) {
	s := newSite(t)
	w := s.want(evidence.OCSP)
	der := ocspRequest(w.Target, w.OCSPIssuer, nil)
	got(t, s.fetcher(nil), w, evidence.Fetched)
	r := s.requests()[0]
	if sent, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.URL.Path, "/seal/")); r.Method != http.MethodGet || err != nil || !bytes.Equal(sent, der) {
		t.Errorf("%s %s %v", r.Method, r.URL.Path, err)
	}
	if n := strings.Count(r.URL.EscapedPath(), "/"); n != 2 {
		t.Errorf("the slashes of base64 are not escaped: %s", r.URL.EscapedPath())
	}

	posted := func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/ocsp-request" || !bytes.Equal(body(r), der) {
			http.Error(rw, "no", http.StatusMethodNotAllowed)
			return true
		}
		return false
	}
	s.lie(posted)
	got(t, s.fetcher(nil), w, evidence.Fetched)
	w.Anew = true
	before := s.asked.Load()
	got(t, s.fetcher(nil), w, evidence.Fetched)
	if s.asked.Load() != before+1 {
		t.Error("what a cache did not serve is asked by GET again")
	}
}

func TestOCSPNonce(t *testing.T) {
	s := newSite(t)
	w := s.want(evidence.OCSP)
	nonce := func(change byte, none bool) func(rw http.ResponseWriter, r *http.Request) bool {
		return func(rw http.ResponseWriter, r *http.Request) bool {
			asked := body(r)
			n := bytes.Clone(asked[len(asked)-32:])
			n[0] ^= change
			if none {
				n = nil
			} else {
				n = append([]byte{4, 32}, n...)[2:]
			}
			rw.Write(s.world.OCSP(verifytest.OCSPTemplate{Cert: s.world.Seal, Nonce: n}))
			return r.Method == http.MethodPost
		}
	}
	f := s.fetcher(func(o *Options) { o.Nonce = true })
	for range 2 { // never from memory
		s.lie(nonce(0, false))
		got(t, f, w, evidence.Fetched)
	}
	s.lie(nonce(0, true))
	got(t, f, w, evidence.Fetched)
	for _, r := range s.requests() {
		if r.Method != http.MethodPost {
			t.Errorf("a nonce is asked by %s", r.Method)
		}
	}
	s.lie(nil) // the others are kept as ever
	got(t, f, s.want(evidence.CRL), evidence.Fetched)
	got(t, f, s.want(evidence.CRL), evidence.Cache)
	s.always(s.world.OCSP(verifytest.OCSPTemplate{Cert: s.world.Seal, ResponseStatus: 3}))
	failedAs(t, s.fetcher(func(o *Options) { o.Nonce = true }), w, evidence.OCSPRefused)
	s.lie(nonce(1, false))
	if fail := failedAs(t, f, w, evidence.OtherAnswer); fail.Params["what"] != "nonce" {
		t.Error(fail.Params)
	}
}

// TestLongestGET: RFC 6960 A.1 permits GET below 255 octets in all; a longer
// question is posted at once.
func TestLongestGET(t *testing.T) {
	s := newSite(t)
	w := s.want(evidence.OCSP)
	der := ocspRequest(w.Target, w.OCSPIssuer, nil)
	room := longestGET - len(ocspGET("http://a", der))
	for more, want := range map[int]bool{room - 1: true, room: false} {
		if got := ocspGET("http://a"+strings.Repeat("a", more), der); (got != "") != want {
			t.Errorf("%d octets: %v", len(got), want)
		}
	}
	if ocspGET("http://a?x", der)+ocspGET("http://a#x", der) != "" {
		t.Error("a query is asked by GET")
	}
	w.URLs = []string{w.URLs[0] + "/" + strings.Repeat("a", 200)}
	got(t, s.fetcher(nil), w, evidence.Fetched)
	if all := s.requests(); len(all) != 1 || all[0].Method != http.MethodPost {
		t.Errorf("%d requests", len(all))
	}
}

// TestPostedOn: a redirect that keeps the method keeps the question; one that
// would turn it into GET asks nothing.
func TestPostedOn(t *testing.T) {
	s := newSite(t)
	w := s.want(evidence.OCSP)
	der := ocspRequest(w.Target, w.OCSPIssuer, nil)
	w.Anew = true // by POST
	for status, follows := range map[int]bool{301: false, 302: false, 303: false, 307: true, 308: true} {
		s.lie(func(rw http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/on" {
				http.Redirect(rw, r, "/on", status)
				return true
			}
			if r.Method != http.MethodPost || !bytes.Equal(body(r), der) || r.Header.Get("Content-Type") != "application/ocsp-request" {
				t.Errorf("%d: %s arrives", status, r.Method)
			}
			return false
		})
		if follows {
			got(t, s.fetcher(nil), w, evidence.Fetched)
		} else {
			failedAs(t, s.fetcher(nil), w, evidence.BadRedirect)
		}
	}
}

// TestOCSPErrors: a status that is no answer, and an answer about another
// certificate, are told as such; nothing of them is kept.
func TestOCSPErrors(t *testing.T) {
	s := newSite(t)
	w := s.want(evidence.OCSP)
	for name, c := range map[string]struct {
		tmpl verifytest.OCSPTemplate
		kind evidence.FailureKind
		says string
	}{
		"tryLater":      {verifytest.OCSPTemplate{Cert: s.world.Seal, ResponseStatus: 3}, evidence.OCSPRefused, "tryLater"},
		"unauthorized":  {verifytest.OCSPTemplate{Cert: s.world.Seal, ResponseStatus: 6}, evidence.OCSPRefused, "unauthorized"},
		"another one's": {verifytest.OCSPTemplate{Cert: s.world.Office, Issuer: s.world.SealCA}, evidence.OtherAnswer, "certificate"},
		"another CA's":  {verifytest.OCSPTemplate{Cert: s.world.Seal, Issuer: s.world.OfficeCA}, evidence.OtherAnswer, "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			s.lie(func(rw http.ResponseWriter, _ *http.Request) bool { rw.Write(s.world.OCSP(c.tmpl)); return true })
			f := s.fetcher(nil)
			fail := failedAs(t, f, w, c.kind)
			if fail.Params["status"]+fail.Params["what"] != c.says {
				t.Error(fail.Params)
			}
			if len(f.memory.answers) != 0 {
				t.Error("kept")
			}
		})
	}
}

// TestNobodyToAskBy: an OCSP request names the issuer's key.
func TestNobodyToAskBy(t *testing.T) {
	s := newSite(t)
	for _, change := range []func(*evidence.Want){func(w *evidence.Want) { w.OCSPIssuer = nil }, func(w *evidence.Want) { w.Target = nil }} {
		w := s.want(evidence.OCSP)
		change(&w)
		failedAs(t, s.fetcher(nil), w, evidence.Failed)
	}
	if n := s.asked.Load(); n > 0 {
		t.Errorf("%d requests", n)
	}
}
