package fetch

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verifytest"
)

func full() *purse.Purse { return purse.New(purse.Limits{}) }

func noProxy(*http.Request) (*url.URL, error) { return nil, nil }

// A clock that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// A site is a world served on loopback by the names of the addresses in its
// certificates.
type site struct {
	t      testing.TB
	world  *verifytest.World
	served map[string][]byte // by address
	server *httptest.Server
	asked  atomic.Int64
	clock  *clock

	mu  sync.Mutex
	way func(w http.ResponseWriter, r *http.Request) bool // true: answered
	log []*http.Request
}

// names of the site, which are closed names and so have to be allowed.
const (
	repository = "repository.mihon.example"
	responder  = "ocsp.mihon.example"
)

func newSite(t testing.TB) *site {
	t.Helper()
	w := verifytest.New()
	s := &site{t: t, world: w, served: w.Addresses(), clock: &clock{at: w.Now}}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.server.Close)
	return s
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	s.asked.Add(1)
	s.mu.Lock()
	way := s.way
	s.log = append(s.log, r.Clone(context.Background()))
	s.mu.Unlock()
	if way != nil && way(w, r) {
		return
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	switch raw, ok := s.served["http://"+host+r.URL.Path]; {
	case host == responder:
		w.Write(s.world.OCSP(verifytest.OCSPTemplate{Cert: s.world.Seal}))
	case ok:
		w.Write(raw)
	default:
		http.NotFound(w, r)
	}
}

func (s *site) lie(way func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.way = way
}

func (s *site) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// names is a resolver that leads every name to one address.
type names struct{ addr netip.Addr }

func (n names) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{n.addr}, nil
}

var loopback = netip.MustParseAddr("127.0.0.1")

// options lead the names of the world to the site's server: the resolver gives
// loopback, the dialer the server's port. Retries do not wait.
func (s *site) fetcher(change func(*Options)) *Fetcher {
	o := Options{AllowHosts: []string{repository, responder}, Proxy: noProxy, Resolver: names{loopback}, Now: s.clock.now}
	if change != nil {
		change(&o)
	}
	f := New(o)
	f.guard.dialer = s.dialer(nil)
	f.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	s.t.Cleanup(f.Close)
	return f
}

// dialer dials the server on loopback, and nothing else anywhere.
func (s *site) dialer(dialled *[]string) dialFunc {
	var mu sync.Mutex
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		mu.Lock()
		if dialled != nil {
			*dialled = append(*dialled, address)
		}
		mu.Unlock()
		to := address
		if strings.HasSuffix(address, ":80") {
			to = s.server.Listener.Addr().String()
		}
		if host, _, err := net.SplitHostPort(to); err != nil || !netip.MustParseAddr(host).IsLoopback() {
			return nil, errors.New("a test would leave this machine")
		}
		return new(net.Dialer).DialContext(ctx, network, to)
	}
}

func parsed(t testing.TB, c *verifytest.Cert) *cert.Certificate {
	t.Helper()
	x, err := cert.Parse(c.DER, full())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func (s *site) want(t evidence.Type) evidence.Want {
	x, issuer := parsed(s.t, s.world.Seal), parsed(s.t, s.world.SealCA)
	w := evidence.Want{Type: t, For: x.SHA256, Target: x, OCSPIssuer: issuer}
	switch t {
	case evidence.Certificate:
		w.URLs = x.CAIssuers
	case evidence.OCSP:
		w.URLs = x.OCSPServers
	case evidence.CRL:
		w.URLs = []string{x.CRLDistributionPoints[0].FullNames[0].Text}
	}
	if len(w.URLs) == 0 {
		s.t.Fatal("no address in the certificate")
	}
	return w
}

// got wants one item of an origin.
func got(t testing.TB, f evidence.Source, w evidence.Want, origin evidence.Origin) *evidence.Item {
	t.Helper()
	items, err := f.Get(context.Background(), w, full())
	if err != nil || len(items) != 1 || items[0].Origin != origin || items[0].Err != nil || items[0].Type != w.Type {
		t.Fatalf("%d items %v %v, want one that is %s", len(items), items, err, origin)
	}
	return items[0]
}

// failed wants one failure of a kind and nothing else.
func failedAs(t testing.TB, f evidence.Source, w evidence.Want, kind evidence.FailureKind) *evidence.Failure {
	t.Helper()
	items, err := f.Get(context.Background(), w, full())
	all := evidence.Failures(err)
	if len(items) != 0 || len(all) != 1 || all[0].Kind != kind || all[0].URL != w.URLs[0] {
		t.Fatalf("%d items, %v, want one failure of kind %d at %s", len(items), err, kind, w.URLs[0])
	}
	return all[0]
}

func body(r *http.Request) []byte {
	raw, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return nil
	}
	return raw
}

// unreachable is what the system says without a network.
var unreachable = os.NewSyscallError("connect", syscall.ENETUNREACH)

var quiet = log.New(io.Discard, "", 0)
