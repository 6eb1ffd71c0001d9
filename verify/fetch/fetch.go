// Package fetch answers the wants of the court over the network: certificates
// of issuers, CRLs and OCSP responses by HTTP and HTTPS. It never judges: what
// it brings is evidence, signed by whoever issued it, which is why plain http
// does for it.
//
//	v, err := verify.New(list, verify.WithSource(fetch.New(fetch.Options{})))
//
// One Fetcher serves many documents at once; [Options].Store (verify/fetch/cache)
// keeps answers for later runs. Who runs a responder learns which certificate
// is asked about.
//
// The addresses stand in documents, so they are hostile. A fetcher refuses
// networks that are not public unless they are allowed by name, dials only the
// address that it checked, and has a limit for everything: octets, time,
// redirects, hosts and requests of one document.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
)

// Limits bound one answer. A zero field takes the default.
type Limits struct {
	Certificate, Bundle, OCSP, CRL int64 // octets
	Redirects                      int   // negative: none
	Retries                        int   // of a request that may do better; negative: none
	Hosts                          int   // that one document may have asked
	Request                        time.Duration
	Document                       time.Duration // all requests of one document together
	RetryAfter                     time.Duration // a server that wants more patience is not asked again
	Pace                           time.Duration // from the beginning of one request to a host to that of the next; 0: none
}

// Defaults of Limits, each with its origin.
const (
	// The largest real certificate of the corpora has 9 KB.
	DefaultCertificate = 1 << 20
	// Bundles of national bridges have some hundred certificates.
	DefaultBundle = 4 << 20
	// The largest real response of the corpora has 20 KB.
	DefaultOCSP = 1 << 20
	// The largest CRL seen has 60 MB.
	DefaultCRL = 100 << 20
	// One hop to another host, one to https, one to a path.
	DefaultRedirects = 3
	// A moment's trouble is over at the second or third time.
	DefaultRetries = 2
	// A signature with time-stamps names the hosts of two or three issuers.
	DefaultHosts = 16
	// A CRL of 60 MB within it needs a line of 16 Mbit/s.
	DefaultRequest = 30 * time.Second
	// A reader waits for one document; a batch has others to do.
	DefaultDocument = 2 * time.Minute
	// Patience for a server that says how much it needs.
	DefaultRetryAfter = 10 * time.Second
)

func (l Limits) filled() Limits {
	octets := func(n *int64, d int64) {
		if *n <= 0 {
			*n = d
		}
	}
	octets(&l.Certificate, DefaultCertificate)
	octets(&l.Bundle, DefaultBundle)
	octets(&l.OCSP, DefaultOCSP)
	octets(&l.CRL, DefaultCRL)
	count := func(n *int, d int) {
		if *n == 0 {
			*n = d
		}
		*n = max(*n, 0)
	}
	count(&l.Redirects, DefaultRedirects)
	count(&l.Retries, DefaultRetries)
	if l.Hosts <= 0 {
		l.Hosts = DefaultHosts
	}
	span := func(n *time.Duration, d time.Duration) {
		if *n <= 0 {
			*n = d
		}
	}
	span(&l.Request, DefaultRequest)
	span(&l.Document, DefaultDocument)
	span(&l.RetryAfter, DefaultRetryAfter)
	return l
}

// A Resolver finds the addresses of a name; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options of a Fetcher. The zero Options are safe: public addresses only, the
// proxy of the environment, no nonce, memory for one run.
type Options struct {
	// AllowHosts are names or addresses that may lie in closed networks;
	// ".lgwan.jp" allows every name below it.
	AllowHosts []string
	Limits     Limits
	// Proxy chooses the proxy of a request; nil: by HTTP_PROXY, HTTPS_PROXY and
	// NO_PROXY. A proxy resolves names itself: then only what the name says, and
	// what it resolves to here if it does, can be checked.
	Proxy    func(*http.Request) (*url.URL, error)
	Resolver Resolver       // nil: the system's
	RootCAs  *x509.CertPool // for https; nil: the system's
	// Store keeps answers for later runs; nil: none but the memory of this one.
	Store evidence.Store
	// Now tells fresh from stale in the Store. Without a clock nothing that is
	// stored is used before the server has confirmed it.
	Now func() time.Time
	// Nonce asks OCSP responders for an answer that was made just now (RFC 9654).
	// Many give none; what they give without it is taken.
	Nonce     bool
	UserAgent string // empty: "kakuin"
}

// A Fetcher is a source for a Verifier. It is safe for concurrent use; what it
// fetched it knows for all documents of the run.
type Fetcher struct {
	options Options
	limits  Limits
	guard   *guard
	direct  http.RoundTripper
	proxied http.RoundTripper
	proxy   func(*http.Request) (*url.URL, error)
	now     func() time.Time // nil without a clock
	memory  *memory
	parsed  *evidence.Memory // a list of megabytes is read once, not once a document
	flights flights
	pacer   pacer
	wait    func(context.Context, time.Duration) error
}

// New makes a fetcher. It dials nothing before it is asked.
func New(o Options) *Fetcher {
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	if o.Proxy == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	if o.UserAgent == "" {
		o.UserAgent = "kakuin"
	}
	f := &Fetcher{options: o, limits: o.Limits.filled(), proxy: o.Proxy, now: o.Now, memory: newMemory(), parsed: evidence.NewMemory(0), wait: pause, pacer: pacer{every: o.Limits.Pace}}
	dialer := &net.Dialer{Timeout: f.limits.Request}
	f.guard = &guard{allowed: allowList(o.AllowHosts), resolver: o.Resolver, dialer: dialer.DialContext, patience: dialPatience}
	f.direct = transport(o.RootCAs, f.guard.dial, nil)
	f.proxied = transport(o.RootCAs, dialer.DialContext, chosenProxy)
	return f
}

// maxHeader is for the head of an answer; servers send some hundred octets.
const maxHeader = 64 << 10

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// transport speaks HTTP/1.1 without cookies, credentials or hidden unpacking.
func transport(roots *x509.CertPool, dial dialFunc, proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return &http.Transport{
		Proxy: proxy, DialContext: dial, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		DisableCompression: true, MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns: 16, MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second,
	}
}

// Close ends connections that are kept for the next request.
func (f *Fetcher) Close() {
	for _, rt := range []http.RoundTripper{f.direct, f.proxied} {
		if t, ok := rt.(*http.Transport); ok {
			t.CloseIdleConnections()
		}
	}
}

// Get answers one want by itself, as if it were all that its document asks.
func (f *Fetcher) Get(ctx context.Context, w evidence.Want, p *purse.Purse) ([]*evidence.Item, error) {
	s, done := f.ForDocument(ctx)
	defer done()
	return s.Get(ctx, w, p)
}

// ForDocument is the source of one document: its hosts, requests and time are
// counted together.
func (f *Fetcher) ForDocument(ctx context.Context) (evidence.Source, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	s := &session{f: f, ctx: ctx, cancel: cancel, hosts: map[string]bool{}, given: map[string]given{}}
	return s, func() { s.end(context.Canceled) }
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
