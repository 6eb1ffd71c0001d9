package path

import (
	"net/netip"
	"strings"
)

// withinDNS: zero or more labels added on the left (RFC 5280 4.2.1.10). A
// leading dot, which the standard gives no meaning here, is read as it is for
// addresses: at least one label more. A wildcard name is excluded as soon as
// one of the names that it stands for is.
func withinDNS(base, name string, excluding bool) (match, ok bool) {
	base, name = lower(base), lower(name)
	if !isASCII(base) || !isHost(name, true) {
		return false, false
	}
	if excluding && strings.HasPrefix(name, "*.") {
		_, parent, found := strings.Cut(strings.TrimPrefix(base, "."), ".")
		if found && parent == name[2:] {
			return true, true
		}
	}
	return domainMatch(base, name), true
}

func domainMatch(base, name string) bool {
	switch {
	case base == "":
		return true
	case base[0] == '.':
		return len(name) > len(base) && strings.HasSuffix(name, base)
	}
	return name == base || strings.HasSuffix(name, "."+base)
}

// withinMail: a mailbox, a host, or with a leading dot all hosts below a
// domain (RFC 5280 4.2.1.10). The local part is compared as it is, the host
// without case.
func withinMail(base, address string) (match, ok bool) {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 {
		return false, false
	}
	local, host := address[:at], lower(address[at+1:])
	// RFC 9598 5: the host of an internationalised mailbox stands in A-labels.
	if !isHost(host, false) {
		return false, false
	}
	if i := strings.LastIndexByte(base, '@'); i >= 0 {
		return base[:i] == local && lower(base[i+1:]) == host, true
	}
	return hostMatch(lower(base), host)
}

// withinURI: the host of the authority; an address or no host at all cannot
// be judged (RFC 5280 4.2.1.10 wants the certificate refused).
func withinURI(base, uri string) (match, ok bool) {
	_, rest, found := strings.Cut(uri, "://")
	if !found {
		return false, false
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	if i := strings.LastIndexByte(rest, ':'); i >= 0 && !strings.HasSuffix(rest, "]") {
		rest = rest[:i]
	}
	host := lower(rest)
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil || !isHost(host, false) {
		return false, false
	}
	return hostMatch(lower(base), host)
}

// hostMatch: with a leading dot any host below the domain, else the host itself.
func hostMatch(base, host string) (match, ok bool) {
	switch {
	case !isASCII(base):
		return false, false
	case base == "":
		return true, true
	case base[0] == '.':
		return len(host) > len(base) && strings.HasSuffix(host, base), true
	}
	return host == base, true
}

// withinIP: address and mask of one family (RFC 4632 style).
func withinIP(base, ip []byte) (match, ok bool) {
	if (len(base) != 8 && len(base) != 32) || (len(ip) != 4 && len(ip) != 16) {
		return false, false
	}
	n := len(base) / 2
	if n != len(ip) {
		return false, true
	}
	for i := range ip {
		if ip[i]&base[n+i] != base[i]&base[n+i] {
			return false, true
		}
	}
	return true, true
}

// isHost: labels of visible ASCII without the characters that end a host
// elsewhere. It is loose on purpose: underscores and the like name real hosts.
func isHost(s string, wildcard bool) bool {
	if wildcard {
		s = strings.TrimPrefix(s, "*.")
	}
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

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// lower folds ASCII only: host names have no other case (RFC 4343).
func lower(s string) string {
	if !isASCII(s) {
		return s
	}
	return strings.ToLower(s)
}
