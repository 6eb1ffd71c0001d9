package path

import (
	"net/netip"
	"regexp"
	"strings"
)

// Subtrees are ASCII where their type is IA5String: the reader refuses others.

// A relation is where a name lies to a subtree.
type relation uint8

const (
	outside relation = iota
	inside
	unclear // cannot be told; RFC 5280 4.2.1.10 then refuses the certificate
)

func within(yes bool) relation {
	if yes {
		return inside
	}
	return outside
}

// withinDNS: zero or more labels added on the left (RFC 5280 4.2.1.10). A
// leading dot, which the standard gives no meaning here, is read as it is for
// addresses: at least one label more. A wildcard name is excluded as soon as
// one of the names that it stands for is.
func withinDNS(base, name string, excluding bool) relation {
	base, name = lower(base), lower(name)
	if !isHost(name) || !isDomain(base) {
		return unclear
	}
	if label, rest, _ := strings.Cut(name, "."); excluding && strings.Contains(label, "*") {
		if _, parent, _ := strings.Cut(strings.TrimPrefix(base, "."), "."); parent == rest {
			return inside
		}
	}
	switch {
	case base == "":
		return inside
	case base[0] == '.':
		return below(base, name)
	}
	return within(name == base || strings.HasSuffix(name, "."+base))
}

// below: at least one label left of a domain that begins with a dot. No host
// begins with one, so a suffix is always shorter than the host.
func below(domain, host string) relation { return within(strings.HasSuffix(host, domain)) }

// withinMail: a mailbox, a host, or with a leading dot all hosts below a
// domain (RFC 5280 4.2.1.10). The local part is compared as it is, the host
// without case.
func withinMail(base, address string) relation {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 {
		return unclear
	}
	local, host := address[:at], lower(address[at+1:])
	// RFC 9598 5: the host of an internationalised mailbox stands in A-labels.
	if !isHost(host) {
		return unclear
	}
	if i := strings.LastIndexByte(base, '@'); i > 0 { // one without a mailbox is no domain either
		mailbox, domain := base[:i], lower(base[i+1:])
		if !isHost(domain) {
			return unclear
		}
		return within(mailbox == local && domain == host)
	}
	return hostMatch(lower(base), host)
}

// withinURI: the host of the authority; an address or no host at all cannot
// be judged (RFC 5280 4.2.1.10 wants the certificate refused), nor a host
// that is written with percent signs: who decodes it sees another.
func withinURI(base, uri string) relation {
	before, rest, _ := strings.Cut(uri, "://")
	if !scheme.MatchString(before) { // what looks like an authority stands further on
		return unclear
	}
	for _, end := range []string{"/", "?", "#"} {
		rest, _, _ = strings.Cut(rest, end)
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	if i := strings.LastIndexByte(rest, ':'); i >= 0 {
		rest = rest[:i] // of a bracketed address too, which is none of ours anyway
	}
	host := lower(rest)
	if _, err := netip.ParseAddr(host); err == nil || !isHost(host) || strings.Contains(host, "%") || endsInNumber(host) {
		return unclear
	}
	return hostMatch(lower(base), host)
}

// scheme is RFC 3986 3.1.
var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`)

// endsInNumber: no domain does, but programs read such a host as an address
// of version 4 in one of its other spellings.
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return strings.HasPrefix(last, "0x") || strings.Trim(last, "0123456789") == ""
}

// hostMatch: with a leading dot any host below the domain, else the host itself.
func hostMatch(base, host string) relation {
	switch {
	case !isDomain(base):
		return unclear
	case base == "":
		return inside
	case base[0] == '.':
		return below(base, host)
	}
	return within(host == base)
}

// withinIP: address and mask of one family (RFC 4632 style). Their lengths are
// those of a family: form and the reader see to that.
func withinIP(base, ip []byte) relation {
	n := len(base) / 2
	if n != len(ip) {
		return outside
	}
	for i := range ip {
		if ip[i]&base[n+i] != base[i]&base[n+i] {
			return outside
		}
	}
	return inside
}

// isHost: labels of visible ASCII without the characters that end a host
// elsewhere. It is loose on purpose: underscores and the like name real hosts, a
// star stands for many.
func isHost(s string) bool {
	if s == "" || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || strings.IndexByte("@/:?#[]\\", c) >= 0 {
			return false
		}
	}
	return true
}

// isDomain tells whether a constraint names hosts at all: everything, a host,
// or with a leading dot those below it. One that names none would permit
// nothing, and exclude nothing without a word.
func isDomain(base string) bool {
	return base == "" || isHost(strings.TrimPrefix(base, ".")) && !strings.Contains(base, "*")
}

// lower folds ASCII only: host names have no other case (RFC 4343).
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
