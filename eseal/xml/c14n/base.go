package c14n

import "strings"

// parts are those of a URI reference (RFC 3986 appendix B).
type parts struct {
	scheme, authority, path, query string
	hasScheme, hasAuthority        bool
	hasQuery                       bool
}

func split(uri string) (p parts) {
	uri, _, _ = strings.Cut(uri, "#") // a base has no fragment (Canonical XML 1.1 section 2.4)
	uri, p.query, p.hasQuery = strings.Cut(uri, "?")
	if before, after, ok := strings.Cut(uri, ":"); ok && !strings.Contains(before, "/") && absolute(uri) {
		p.scheme, p.hasScheme, uri = before, true, after
	}
	if rest, ok := strings.CutPrefix(uri, "//"); ok {
		i := strings.IndexByte(rest, '/')
		if i < 0 {
			i = len(rest)
		}
		p.authority, p.hasAuthority, uri = rest[:i], true, rest[i:]
	}
	p.path = uri
	return p
}

func (p parts) String() string {
	var b strings.Builder
	if p.hasScheme {
		b.WriteString(p.scheme + ":")
	}
	if p.hasAuthority {
		b.WriteString("//" + p.authority)
	}
	b.WriteString(p.path)
	if p.hasQuery {
		b.WriteString("?" + p.query)
	}
	return b.String()
}

// join resolves a base against the one around it: RFC 3986 5.2 as changed by
// Canonical XML 1.1 section 2.4, where the outer base may be relative itself.
func join(outer, inner string) string {
	if outer == "" {
		return inner
	}
	if inner == "" {
		return outer
	}
	b, r := split(outer), split(inner)
	t := parts{scheme: b.scheme, hasScheme: b.hasScheme, authority: b.authority, hasAuthority: b.hasAuthority, query: r.query, hasQuery: r.hasQuery}
	switch {
	case r.hasScheme:
		t = r
		t.path = removeDots(r.path)
	case r.hasAuthority:
		t.authority, t.hasAuthority, t.path = r.authority, true, removeDots(r.path)
	case r.path == "":
		t.path = b.path
		if !r.hasQuery {
			t.query, t.hasQuery = b.query, b.hasQuery
		}
	case strings.HasPrefix(r.path, "/"):
		t.path = removeDots(r.path)
	default:
		t.path = removeDots(mergePaths(b, r.path))
	}
	return t.String()
}

// mergePaths is RFC 3986 5.2.3; a base that ends in ".." is a folder
// (Canonical XML 1.1 section 2.4).
func mergePaths(b parts, path string) string {
	base := b.path
	if base == ".." || strings.HasSuffix(base, "/..") {
		base += "/"
	}
	if b.hasAuthority && base == "" {
		return "/" + path
	}
	return base[:strings.LastIndexByte(base, '/')+1] + path
}

// removeDots is RFC 3986 5.2.4, which keeps leading ".." of a relative path
// and folds repeated slashes (Canonical XML 1.1 section 2.4).
func removeDots(path string) string {
	rooted := strings.HasPrefix(path, "/")
	segments := strings.Split(path, "/")
	var out []string
	for _, s := range segments {
		switch {
		case s == "." || s == "":
		case s == ".." && len(out) > 0 && out[len(out)-1] != "..":
			out = out[:len(out)-1]
		case s == ".." && rooted:
		default:
			out = append(out, s)
			continue
		}
	}
	folder := false
	if n := len(segments); n > 0 {
		s := segments[n-1]
		folder = s == "" || s == "." || s == ".."
	}
	p := strings.Join(out, "/")
	if folder && p != "" {
		p += "/"
	}
	if rooted {
		p = "/" + p
	}
	return p
}
