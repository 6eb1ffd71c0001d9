package fetch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/evidence"
)

// failing is a machine without name service.
type failing struct{}

func (failing) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// changing answers otherwise each time.
type changing struct{ answers [][]netip.Addr }

func (c *changing) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	now := c.answers[0]
	if len(c.answers) > 1 {
		c.answers = c.answers[1:]
	}
	return now, nil
}

func addrs(all ...string) (out []netip.Addr) {
	for _, a := range all {
		out = append(out, netip.MustParseAddr(a))
	}
	return out
}

func TestPublic(t *testing.T) {
	for _, a := range addrs("8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "2606:4700::1111", "2400:4000::1", "223.255.255.255",
		"168.63.129.15", "168.63.129.17", "2606:4700::400:5efe:7f00:1", "2606:4700::1:5efe:7f00:1", "2606:4700::5e00:7f00:1", "2606:4700::fe:7f00:1") {
		if !public(a) {
			t.Errorf("%s is refused", a)
		}
	}
	for _, a := range addrs("0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.254", "10.0.0.1", "100.64.0.1", "100.127.255.255", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.168.0.1", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1",
		"fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1", "2606:4700::1111%lo", "168.63.129.16",
		"2606:4700:0:1:0:5efe:7f00:1", "2606:4700:0:1:200:5efe:a00:1", "2606:4700:0:1:300:5efe:a00:1") {
		if public(a) {
			t.Errorf("%s is asked", a)
		}
	}
	if public(netip.Addr{}) || !never(netip.Addr{}) {
		t.Error("no address is asked")
	}
}

// TestGuard: what the address of a document says of itself.
func TestGuard(t *testing.T) {
	g := &guard{allowed: allowList([]string{"Allowed.Example.", ".lgwan.jp", "127.0.0.1", "[::1]", " "})}
	for _, ok := range []string{
		"http://crl.example.jp/a.crl", "https://crl.example.jp:443/", "HTTP://CRL.EXAMPLE.JP", "http://crl.example.jp:8080/x", "http://8.8.8.8/x",
		"http://allowed.example/", "http://ALLOWED.example.:25/", "http://www-asp.lgwan.jp/x", "http://127.0.0.1:1/", "http://[::1]:1/", "http://xn--eckwd4c7c.jp/", "http://crl.example.jp:80/", "http://crl.example.jp:1024/", "http://crl.example.jp:65535/",
		"http://crl_1.0x7g.example-a.jp/", "http://a09z-_.jp/", "http://127.1.jp/", "http://1.0xzz/", "http://8.8.8.8./", "http://[2606:4700::1111]/", "http://" + strings.Repeat("a", 63) + ".jp/", "http://" + strings.Repeat("a.", 125) + "jpx/",
	} {
		if _, err := g.parse(ok); err != nil {
			t.Errorf("%s: %v", ok, err)
		}
	}
	for _, bad := range []string{
		"http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://printer/", "http://printer.local/", "http://metadata.google.internal/", "http://x.test/", "http://x.example/",
		"http://lgwan.jp/", "http://evillgwan.jp.local/", "http://other.example/", "http://router.home.arpa/", "http://x.onion/", "http://2130706433/", "http://0x7f000001/",
		"http://127.0.0.2/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:8.8.8.8]/", "http://[fe80::1%25eth0]/", "http://0.0.0.0/", "http://10.0.0.1/",
		"http://crl.example.jp:25/", "http://crl.example.jp:1023/", "http://crl.example.jp:81/", "http://crl.example.jp:65536/", "http://crl.example.jp:0025/", "http://crl.example.jp:00000000025/", "http://crl.example.jp:0/", "http://user:pass@crl.example.jp/", "http://@crl.example.jp/",
		"http://127.1/", "http://10.1:80/", "http://0177.0.0.1/", "http://0x7f.1/", "http://0x7f.0x1/", "http://a.0x/", "http://crl.example.jp.1/", "http://127.0.0.1.08./", "http://localhost../", "http://127.0.0.1../",
		"http://crl..example.jp/", "http://.example.jp/", "http://crl,example.jp/", "http://crl.example.jp$x.org/", "http://" + strings.Repeat("a", 64) + ".jp/", "http://" + strings.Repeat("a.", 126) + "jp/",
		"http://crl.example.jp%2f@x.jp/", "http://127.0.0.1\\@crl.example.jp/", "http://crl.example.jp\\@127.0.0.1/", "http://[::ffff:7f00:1]/", "http://[::1%25lo]/", "http://[2606:4700::1%25lo]/", "http://[v1.x]/",
		"http://証明.jp/", "http://a b.jp/", "http://x.jp\x00.local/", "http://.lgwan.jp.local/",
	} {
		if u, err := g.parse(bad); err == nil {
			t.Errorf("%s is asked, as %s", bad, u)
		}
	}
	for address, scheme := range map[string]string{
		"ldap://dir.example.jp/cn=x": "ldap", "ftp://crl.example.jp/x": "ftp", "file:///etc/passwd": "file", "": "?", "crl.example.jp/x": "?", "//crl.example.jp/x": "?",
		"http:///x": "http", "http:crl.example.jp": "http", "http://[::1": "?", "javascript:alert(1)": "javascript", "gopher://x.jp/": "gopher",
	} {
		_, err := g.parse(address)
		all := evidence.Failures(err)
		if len(all) != 1 || all[0].Kind != evidence.NotFetched || all[0].Params["scheme"] != scheme {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestResolvedInside: a public name that leads into a closed network is not
// dialled; of several addresses only the public ones are.
func TestResolvedInside(t *testing.T) {
	s := newSite(t)
	for name, c := range map[string]struct {
		answer []netip.Addr
		dialed []string
	}{
		"loopback":         {addrs("127.0.0.1"), nil},
		"mapped":           {addrs("::ffff:127.0.0.1"), nil},
		"NAT64 of private": {addrs("64:ff9b::a00:1"), nil},
		"metadata":         {addrs("169.254.169.254"), nil},
		"unspecified":      {addrs("0.0.0.0", "::"), nil},
		"both":             {addrs("10.0.0.1", "8.8.8.8", "::1"), []string{"8.8.8.8:80"}},
		"mapped public":    {addrs("::ffff:8.8.8.8"), []string{"8.8.8.8:80"}},
	} {
		t.Run(name, func(t *testing.T) {
			var dialled []string
			f := s.fetcher(func(o *Options) { o.Resolver = &changing{[][]netip.Addr{c.answer}} })
			f.guard.dialer = s.dialer(&dialled)
			w := s.want(evidence.CRL)
			s.served["http://crl.kakuin.jp/x"] = s.served[w.URLs[0]]
			w.URLs = []string{"http://crl.kakuin.jp/x"}
			if c.dialed == nil {
				if fail := failedAs(t, f, w, evidence.Refused); !strings.Contains(fail.Params["address"], "crl.kakuin.jp (") {
					t.Error(fail.Params)
				}
			} else {
				got(t, f, w, evidence.Fetched)
			}
			if !slices.Equal(dialled, c.dialed) {
				t.Errorf("dialled %v", dialled)
			}
		})
	}
}

// TestNoAddress: a name without any address is no refusal.
func TestNoAddress(t *testing.T) {
	s := newSite(t)
	f := s.fetcher(func(o *Options) { o.Resolver = &changing{[][]netip.Addr{nil}} })
	if fail := failedAs(t, f, s.want(evidence.CRL), evidence.NoName); fail.Params["host"] != repository {
		t.Error(fail.Params)
	}
}

// TestNameThatChangesItsAnswer: the address that is dialled is the one that was
// checked, at each connection.
func TestNameThatChangesItsAnswer(t *testing.T) {
	s := newSite(t)
	var dialled []string
	dns := &changing{[][]netip.Addr{addrs("8.8.8.8"), addrs("127.0.0.1"), addrs("127.0.0.1")}}
	f := s.fetcher(func(o *Options) { o.Resolver = dns; o.Now = nil })
	f.guard.dialer = s.dialer(&dialled)
	w := s.want(evidence.CRL)
	s.served["http://crl.kakuin.jp/x"] = s.served[w.URLs[0]]
	w.URLs = []string{"http://crl.kakuin.jp/x"}
	got(t, f, w, evidence.Fetched)
	if len(dns.answers) != 2 {
		t.Fatal("a connection looks a name up twice")
	}
	f.Close()
	failedAs(t, f, w, evidence.Refused)
	if !slices.Equal(dialled, []string{"8.8.8.8:80"}) {
		t.Errorf("dialled %v", dialled)
	}
}

// TestAllowedNever: what no host has is not dialled by any name.
func TestAllowedNever(t *testing.T) {
	s := newSite(t)
	for _, a := range []string{"0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "ff02::1", "::ffff:0.0.0.0"} {
		f := s.fetcher(func(o *Options) { o.Resolver = &changing{[][]netip.Addr{addrs(a)}} })
		failedAs(t, f, s.want(evidence.CRL), evidence.Refused)
	}
}

// TestAddressThatSwallows: an address that takes no connection has its time and
// no more while there is another; the last has what is left.
func TestAddressThatSwallows(t *testing.T) {
	s := newSite(t)
	var dialled []string
	f := s.fetcher(func(o *Options) {
		o.Resolver = &changing{[][]netip.Addr{addrs("2606:4700::1", "2606:4700::2", "8.8.8.8")}}
	})
	f.guard.patience = 50 * time.Millisecond
	answers := s.dialer(&dialled)
	f.guard.dialer = func(ctx context.Context, network, address string) (net.Conn, error) {
		if strings.HasPrefix(address, "[") {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		if until, ok := ctx.Deadline(); ok && time.Until(until) < time.Second {
			t.Error("the last address has no more time than the others")
		}
		return answers(ctx, network, address)
	}
	got(t, f, s.want(evidence.CRL), evidence.Fetched)
	if !slices.Equal(dialled, []string{"8.8.8.8:80"}) {
		t.Errorf("dialled %v", dialled)
	}
}

// TestAddressesThatAreTried: no more than a few of one name, the last failure told.
func TestAddressesThatAreTried(t *testing.T) {
	s := newSite(t)
	n := 0
	f := s.fetcher(func(o *Options) {
		o.Resolver = &changing{[][]netip.Addr{addrs("8.8.8.1", "8.8.8.2", "8.8.8.3", "8.8.8.4", "8.8.8.5")}}
		o.Limits.Retries = -1
	})
	f.guard.dialer = func(_ context.Context, _, address string) (net.Conn, error) {
		n++
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("no way to " + address)}
	}
	if fail := failedAs(t, f, s.want(evidence.CRL), evidence.Unreachable); n != maxDials || fail.Params["reason"] != "no way to 8.8.8.4:80" {
		t.Errorf("%d dialled, %v", n, fail.Params)
	}
}

func FuzzGuard(f *testing.F) {
	for _, s := range []string{"http://127.0.0.1/", "http://localhost", "http://[::1]:80/x", "http://crl.example.jp/x?y#z", "http://a@b.jp/", "http://0x7f.1/", "ldap://x/y", "http://１２７.0.0.1/"} {
		f.Add(s)
	}
	g := &guard{}
	f.Fuzz(func(t *testing.T, address string) {
		u, err := g.parse(address)
		if err != nil {
			return
		}
		host := canonical(u.Hostname())
		a, perr := netip.ParseAddr(host)
		switch {
		case u.Scheme != "http" && u.Scheme != "https", u.User != nil, host == "", strings.HasSuffix(host, "localhost"):
			t.Errorf("%q is asked as %s", address, u)
		case perr == nil && !public(a), perr != nil && !strings.Contains(host, "."), perr != nil && strings.Trim(host[strings.LastIndex(host, ".")+1:], "0123456789") == "":
			t.Errorf("%q is asked at %s", address, host)
		}
		if _, err := g.parse(u.String()); err != nil {
			t.Errorf("%q is asked as %s, and that is not: %v", address, u, err)
		}
	})
}
