package c14n

import (
	"slices"
	"strings"

	"github.com/lestrrat-go/helium"
)

// declare brings the declarations of an element into scope.
func (c *writer) declare(e *helium.Element) ([]string, error) {
	var own []string
	for _, ns := range e.Namespaces() {
		prefix, uri := ns.Prefix(), ns.URI()
		if prefix == "xml" {
			continue // always bound, never written (Canonical XML 1.0 section 2.3)
		}
		if uri != "" && !absolute(uri) {
			return nil, ErrRelativeNamespace
		}
		c.scope = append(c.scope, binding{prefix, uri})
		own = append(own, prefix)
	}
	return own, nil
}

// absolute tells whether a URI begins with a scheme (RFC 3986 3.1).
func absolute(uri string) bool {
	scheme, _, ok := strings.Cut(uri, ":")
	if !ok || scheme == "" || !letter(scheme[0]) {
		return false
	}
	for i := range len(scheme) {
		if ch := scheme[i]; !letter(ch) && !strings.ContainsRune("0123456789+-.", rune(ch)) {
			return false
		}
	}
	return true
}

func letter(ch byte) bool { return ch|0x20 >= 'a' && ch|0x20 <= 'z' }

// lookup finds the innermost binding of a prefix; empty where there is none.
func lookup(stack []binding, prefix string) string {
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i].prefix == prefix {
			return stack[i].uri
		}
	}
	return ""
}

// namespaces are the namespace nodes to write, by prefix: what an output
// ancestor already shows in the same way is left out, and xmlns="" stands only
// where it takes something back (Canonical XML 1.0 section 2.3).
func (c *writer) namespaces(e *helium.Element, attrs []attribute, own []string) []binding {
	prefixes := own
	if c.apex {
		for _, b := range c.scope {
			prefixes = append(prefixes, b.prefix)
		}
	}
	if c.method.Exclusive {
		prefixes = slices.DeleteFunc(prefixes, func(p string) bool { return !c.listed(p) })
		prefixes = append(prefixes, utilized(e, attrs)...)
	}
	slices.Sort(prefixes)
	var out []binding
	for _, p := range slices.Compact(prefixes) {
		uri := lookup(c.scope, p)
		if p == "xml" || uri == lookup(c.shown, p) {
			continue
		}
		out = append(out, binding{p, uri})
	}
	return out
}

// listed tells whether the PrefixList has a prefix handled as in the inclusive form.
func (c *writer) listed(prefix string) bool {
	if prefix == "" {
		prefix = "#default"
	}
	return slices.Contains(c.method.Prefixes, prefix)
}

// utilized are the prefixes that an element visibly uses (Exclusive XML
// Canonicalization 1.0 section 3).
func utilized(e *helium.Element, attrs []attribute) []string {
	out := []string{e.Prefix()}
	for _, a := range attrs {
		if a.prefix != "" {
			out = append(out, a.prefix)
		}
	}
	return out
}

// inherit gathers what the ancestors of an apex leave to it: their namespace
// declarations and, in the inclusive forms, their attributes in the xml
// namespace (Canonical XML 1.0 section 2.4, 1.1 section 2.4).
func (c *writer) inherit(e *helium.Element) {
	c.apex = true
	var chain []*helium.Element
	for n := e.Parent(); n != nil; n = n.Parent() {
		if a, ok := n.(*helium.Element); ok {
			chain = append(chain, a)
		}
	}
	slices.Reverse(chain)
	for _, a := range chain {
		for _, ns := range a.Namespaces() {
			if ns.Prefix() != "xml" {
				c.scope = append(c.scope, binding{ns.Prefix(), ns.URI()})
			}
		}
		if !c.method.Exclusive {
			c.inheritAttributes(a)
		}
	}
}

func (c *writer) inheritAttributes(a *helium.Element) {
	for _, at := range a.Attributes() {
		if at.Prefix() != "xml" || c.method.V11 && !slices.Contains([]string{"lang", "space", "base"}, at.LocalName()) {
			continue
		}
		c.take(attribute{"xml", at.LocalName(), xmlNamespace, at.Value()})
	}
}

// take puts an attribute over one of an outer ancestor; bases of 1.1 are joined.
func (c *writer) take(at attribute) {
	i := slices.IndexFunc(c.attrs, func(o attribute) bool { return o.local == at.local })
	if i < 0 {
		c.attrs = append(c.attrs, at)
		return
	}
	if c.method.V11 && at.local == "base" {
		at.value = join(c.attrs[i].value, at.value)
	}
	c.attrs[i] = at
}

// merge adds what the apex inherits to its own attributes.
func (c *writer) merge(own []attribute) []attribute {
	for _, in := range c.attrs {
		i := slices.IndexFunc(own, func(o attribute) bool { return o.uri == xmlNamespace && o.local == in.local })
		switch {
		case i >= 0 && c.method.V11 && in.local == "base":
			own[i].value = join(in.value, own[i].value)
		case i < 0 && !(c.method.V11 && in.local == "base" && in.value == ""):
			own = append(own, in)
		}
	}
	return own
}
