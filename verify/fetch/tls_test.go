package fetch

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/evidence"
)

// tlsSite serves the site over https with a certificate of its own.
func tlsSite(t *testing.T, s *site, notAfter time.Time) (*x509.CertPool, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, DNSNames: []string{repository}, NotBefore: time.Unix(0, 0), NotAfter: notAfter,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	x, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	server.Config.ErrorLog = quiet
	server.StartTLS()
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(x)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return pool, "https://" + repository + ":" + port
}

// TestTLS: https is verified, and a server whose certificate has run out is
// told from one that is somebody else.
func TestTLS(t *testing.T) {
	s := newSite(t)
	w := s.want(evidence.CRL)
	path := strings.TrimPrefix(w.URLs[0], "http://"+repository)
	pool, base := tlsSite(t, s, time.Unix(4e9, 0))
	w.URLs = []string{base + path}
	got(t, s.fetcher(func(o *Options) { o.RootCAs = pool }), w, evidence.Fetched)
	failedAs(t, s.fetcher(nil), w, evidence.TLSFailed)
	w.URLs = []string{strings.Replace(base, repository, responder, 1) + path}
	failedAs(t, s.fetcher(func(o *Options) { o.RootCAs = pool }), w, evidence.TLSFailed)

	pool, base = tlsSite(t, s, time.Unix(1e9, 0))
	w.URLs = []string{base + path}
	if fail := failedAs(t, s.fetcher(func(o *Options) { o.RootCAs = pool }), w, evidence.TLSExpired); fail.Params["notAfter"] != "2001-09-09T01:46:40Z" {
		t.Error(fail.Params)
	}
	_, port, err := net.SplitHostPort(s.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	w.URLs = []string{"https://" + repository + ":" + port + path}
	failedAs(t, s.fetcher(nil), w, evidence.TLSFailed)
}
