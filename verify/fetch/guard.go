package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kakuin/kakuin/verify/evidence"
)

// A guard keeps requests out of networks that the public cannot reach: a
// document must not make its verifier ask the machine that it runs on, its
// neighbours or a cloud's metadata service.
type guard struct {
	allowed  []string // lower case; ".x" for all names below x
	resolver Resolver
	dialer   dialFunc
	patience time.Duration // with one address while there is another
}

// closedNames are top domains that the public DNS does not serve, and the one
// of Japan's closed network of local governments.
var closedNames = []string{
	"localhost", "test", "invalid", "example", // RFC 6761
	"local",     // RFC 6762
	"onion",     // RFC 7686
	"home.arpa", // RFC 8375
	"alt",       // RFC 9476
	"internal",  // ICANN resolution 2024.07.29.06
	"lgwan.jp",  // LGWAN; stands in distribution points of LGPKI
}

// closedNetworks are not reached from the public Internet, or lead into
// networks that are not (IANA special-purpose address registries).
var closedNetworks = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", // the rest of IPv6 outside 2000::/3 is refused at once
	"168.63.129.16/32", // Azure: answers to the machines of the cloud alone, from a public range
)

var globalUnicast6 = netip.MustParsePrefix("2000::/3")

func prefixes(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, s := range all {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// public tells whether an address may be asked without being allowed by name.
// An IPv4-mapped or NAT64 address lies outside 2000::/3, and so does one with a
// zone.
func public(a netip.Addr) bool {
	if !a.IsValid() || a.Is6() && (!globalUnicast6.Contains(a) || isatap(a)) {
		return false
	}
	return !slices.ContainsFunc(closedNetworks, func(p netip.Prefix) bool { return p.Contains(a) })
}

// isatap tells interface identifiers that carry an IPv4 address (RFC 5214
// 6.1): whoever routes them may lead them to it.
func isatap(a netip.Addr) bool {
	b := a.As16()
	return b[8]&^3 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe
}

// never tells addresses that no host has: on some systems they lead to this
// machine.
func never(a netip.Addr) bool {
	a = a.Unmap()
	return !a.IsValid() || a.IsUnspecified() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

func allowList(hosts []string) []string {
	out := make([]string, 0, len(hosts))
	for _, h := range hosts {
		if h = canonical(strings.Trim(strings.TrimSpace(h), "[]")); h != "" {
			out = append(out, h)
		}
	}
	return out
}

// canonical is how a host is compared: names in lower case without the dot of
// the root, addresses in their shortest form.
func canonical(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if a, err := netip.ParseAddr(host); err == nil {
		return a.String()
	}
	return host
}

func (g *guard) allows(host string) bool {
	host = canonical(host)
	return slices.ContainsFunc(g.allowed, func(a string) bool {
		return a == host || strings.HasPrefix(a, ".") && strings.HasSuffix(host, a)
	})
}

// errRefused is why the guard says no.
type errRefused struct{ address string }

func (e *errRefused) Error() string {
	return "not asked without being allowed by name: " + e.address
}

// parse reads an address of a document and checks what it says of itself.
func (g *guard) parse(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, &evidence.Failure{Kind: evidence.NotFetched, Params: map[string]string{"scheme": "?"}, Err: fmt.Errorf("not an address: %w", err)}
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, &evidence.Failure{Kind: evidence.NotFetched, Params: map[string]string{"scheme": orUnknown(u.Scheme)}, Err: errors.New("only http and https are asked")}
	}
	if err := g.check(u); err != nil {
		return nil, err
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

func orUnknown(s string) string {
	if s == "" {
		return "?"
	}
	return s
}

// check refuses by what the address says, before anything is resolved.
func (g *guard) check(u *url.URL) error {
	host := u.Hostname()
	switch {
	case u.User != nil: // credentials of a document are nobody's to send
		return &errRefused{"user name in the address"}
	case !written(host):
		return &errRefused{host}
	case g.allows(host):
		return nil
	case !standardPort(u.Port()):
		return &errRefused{u.Host}
	}
	name := canonical(host)
	if a, err := netip.ParseAddr(name); err == nil {
		if !public(a) {
			return &errRefused{host}
		}
		return nil
	}
	closed := !strings.Contains(name, ".") || slices.ContainsFunc(closedNames, func(c string) bool {
		return name == c || strings.HasSuffix(name, "."+c)
	})
	if closed {
		return &errRefused{host}
	}
	return nil
}

// written tells whether a host is an address, or a name as the DNS has it (RFC
// 1123 2.1; A-labels for all else, RFC 9549 2.3). A last label that is a number
// is what some resolvers and proxies read as an IPv4 address: "127.1", "0x7f.1".
func written(host string) bool {
	name := canonical(host)
	if a, err := netip.ParseAddr(name); err == nil {
		return a.Zone() == ""
	}
	labels := strings.Split(name, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || strings.ContainsFunc(l, notInLabel) {
			return false
		}
	}
	return len(name) <= 253 && !number(labels[len(labels)-1])
}

// notInLabel: names of hosts in use have the low line too.
func notInLabel(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

// number: decimal and octal digits, or hexadecimal ones after 0x, even none.
func number(label string) bool {
	digits, hex := strings.CutPrefix(label, "0x")
	return strings.Trim(digits, "0123456789") == "" || hex && strings.Trim(digits, "0123456789abcdef") == ""
}

// standardPort: below 1024 other protocols live, whose servers must not be sent
// octets that a document chose.
func standardPort(p string) bool {
	n, err := strconv.ParseUint(p, 10, 16)
	return p == "" || err == nil && (n == 80 || n == 443 || n >= 1024)
}

// resolve gives the addresses of a host that may be dialled.
func (g *guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	var all []netip.Addr
	if a, err := netip.ParseAddr(host); err == nil {
		all = []netip.Addr{a}
	} else if all, err = g.resolver.LookupNetIP(ctx, "ip", host); err != nil {
		return nil, err
	}
	allowed := g.allows(host)
	var out []netip.Addr
	for _, a := range all {
		a = a.Unmap() // resolvers give IPv4 in either form
		if !never(a) && (allowed || public(a)) {
			out = append(out, a)
		}
	}
	if len(out) == 0 && len(all) > 0 {
		return nil, &errRefused{fmt.Sprintf("%s (%s)", host, all[0])}
	}
	if len(out) == 0 {
		return nil, &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	return out, nil
}

// maxDials bounds how many addresses of one name are tried.
const maxDials = 4

// dialPatience: a host that is there takes a connection within a round trip or
// three lost packets (RFC 6298 2.1: 1, 2 and 4 s); the time of the whole request
// is not for one address that swallows packets.
const dialPatience = 5 * time.Second

// dial connects to the very address that was checked, so that a name that
// answers otherwise the second time gains nothing.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	all, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	all = all[:min(len(all), maxDials)]
	var last error
	for i, a := range all {
		conn, err := g.dialOne(ctx, network, net.JoinHostPort(a.String(), port), i+1 < len(all))
		if err == nil {
			return conn, nil
		}
		last = err
	}
	return nil, last
}

func (g *guard) dialOne(ctx context.Context, network, address string, more bool) (net.Conn, error) {
	if more {
		var done context.CancelFunc
		ctx, done = context.WithTimeout(ctx, g.patience)
		defer done()
	}
	return g.dialer(ctx, network, address)
}
