package revocation_test

import (
	"bytes"
	"slices"
)

// Identifiers of extensions in DER (RFC 5280 4.2.1).
const (
	oidKeyUsage          = "\x55\x1d\x0f"
	oidSubjectAltName    = "\x55\x1d\x11"
	oidBasicConstraints  = "\x55\x1d\x13"
	oidNameConstraints   = "\x55\x1d\x1e"
	oidPolicies          = "\x55\x1d\x20"
	oidPolicyMappings    = "\x55\x1d\x21"
	oidPolicyConstraints = "\x55\x1d\x24"
	oidExtKeyUsage       = "\x55\x1d\x25"
	oidInhibitAny        = "\x55\x1d\x36"
)

// extensionChanges are of whole extensions, and of what they say.
var extensionChanges = []change{
	{"ext-drop", 4, onExtensions(func(s *shaker, _ *deck, c *draft, list *element) bool {
		at := s.IntN(len(list.parts))
		list.parts = slices.Delete(list.parts, at, at+1)
		return true
	})},
	{"ext-double", 2, onExtensions(func(s *shaker, _ *deck, _ *draft, list *element) bool {
		list.parts = append(list.parts, pick(s, list.parts).clone())
		return true
	})},
	{"ext-order", 2, onExtensions(func(s *shaker, _ *deck, _ *draft, list *element) bool {
		s.Shuffle(len(list.parts), func(i, j int) { list.parts[i], list.parts[j] = list.parts[j], list.parts[i] })
		return true
	})},
	{"ext-critical", 4, on(func(s *shaker, _ *deck, c *draft) bool { return changeCritical(s, c) })},
	{"ext-unknown", 2, onExtensions(func(s *shaker, _ *deck, c *draft, _ *element) bool {
		c.put(extension("\x2b\x06\x01\x04\x01\x81\xfd\x59\x01", s.chance(60), leafElement(0x05)))
		return true
	})},
	{"ext-other", 5, onExtensions(func(s *shaker, d *deck, c *draft, _ *element) bool {
		from := pick(s, append(s.decks[:len(s.decks):len(s.decks)], d, d)).all()
		if len(from) == 0 {
			return false
		}
		list := pick(s, from).extensions()
		if list == nil || len(list.parts) == 0 {
			return false
		}
		c.put(pick(s, list.parts).clone())
		return true
	})},
	{"basic-constraints", 5, onExtensions(func(s *shaker, _ *deck, c *draft, _ *element) bool {
		var parts []*element
		if s.chance(75) {
			parts = append(parts, leafElement(0x01, pick(s, []byte{0xff, 0xff, 0xff, 0xff, 0x01, 0x00})))
		}
		if s.chance(70) {
			parts = append(parts, smallInteger(int8(s.IntN(5)-1)))
		}
		c.put(extension(oidBasicConstraints, s.chance(80), sequence(parts...)))
		return true
	})},
	{"key-usage", 4, onExtensions(func(s *shaker, _ *deck, c *draft, _ *element) bool {
		bits := byte(s.IntN(256))
		c.put(extension(oidKeyUsage, s.chance(80), leafElement(0x03, byte(trailingZeros(bits)), bits)))
		return true
	})},
	{"ext-key-usage", 3, onExtensions(func(s *shaker, _ *deck, c *draft, _ *element) bool {
		purposes := []*element{}
		for range 1 + s.IntN(2) {
			purposes = append(purposes, pick(s, []*element{oidElement("\x55\x1d\x25\x00"), oidElement("\x2b\x06\x01\x05\x05\x07\x03\x01"), oidElement("\x2b\x06\x01\x05\x05\x07\x03\x04"), oidElement("\x2b\x06\x01\x05\x05\x07\x03\x08")}))
		}
		c.put(extension(oidExtKeyUsage, s.chance(30), sequence(purposes...)))
		return true
	})},
	{"policies", 6, onExtensions(func(s *shaker, d *deck, c *draft, _ *element) bool {
		var list []*element
		for range 1 + s.IntN(3) {
			list = append(list, sequence(s.policy(d)))
		}
		c.put(extension(oidPolicies, s.chance(30), sequence(list...)))
		return true
	})},
	{"policy-mappings", 5, onExtensions(func(s *shaker, d *deck, c *draft, _ *element) bool {
		var list []*element
		for range 1 + s.IntN(2) {
			list = append(list, sequence(s.policy(d), s.policy(d)))
		}
		c.put(extension(oidPolicyMappings, s.chance(50), sequence(list...)))
		return true
	})},
	{"policy-constraints", 5, onExtensions(func(s *shaker, _ *deck, c *draft, _ *element) bool {
		var parts []*element
		for tag := range 2 {
			if s.chance(65) {
				parts = append(parts, leafElement(byte(0x80+tag), byte(s.IntN(4))))
			}
		}
		c.put(extension(oidPolicyConstraints, s.chance(80), sequence(parts...)))
		return true
	})},
	{"inhibit-any", 3, onExtensions(func(s *shaker, _ *deck, c *draft, _ *element) bool {
		c.put(extension(oidInhibitAny, s.chance(80), smallInteger(int8(s.IntN(3)))))
		return true
	})},
	{"name-constraints", 8, onExtensions(nameConstraints)},
	{"alt-name", 6, onExtensions(altName)},
}

func trailingZeros(b byte) int {
	n := 0
	for ; b != 0 && b&1 == 0; b >>= 1 {
		n++
	}
	return n
}

// onExtensions gives a certificate that has extensions.
func onExtensions(apply func(*shaker, *deck, *draft, *element) bool) func(*shaker, *deck) bool {
	return on(func(s *shaker, d *deck, c *draft) bool {
		list := c.extensions()
		return list != nil && len(list.parts) > 0 && apply(s, d, c, list)
	})
}

func extension(oid string, critical bool, value *element) *element {
	e := sequence(oidElement(oid))
	if critical {
		e.parts = append(e.parts, leafElement(0x01, 0xff))
	}
	e.parts = append(e.parts, group(0x04, value))
	return e
}

// put replaces the extension of the same identifier, or adds it.
func (d *draft) put(e *element) {
	list := d.extensions()
	for i, x := range list.parts {
		if len(x.parts) > 0 && x.parts[0].is(e.parts[0]) {
			list.parts[i] = e
			return
		}
	}
	list.parts = append(list.parts, e)
}

// changeCritical turns the flag of one extension, sometimes as DER forbids.
func changeCritical(s *shaker, d *draft) bool {
	list := d.extensions()
	if list == nil || len(list.parts) == 0 {
		return false
	}
	e := pick(s, list.parts)
	switch {
	case len(e.parts) == 3:
		e.parts = slices.Delete(e.parts, 1, 2)
	case len(e.parts) == 2 && s.chance(10):
		e.parts = slices.Insert(e.parts, 1, leafElement(0x01, 0x00))
	case len(e.parts) == 2:
		e.parts = slices.Insert(e.parts, 1, leafElement(0x01, 0xff))
	default:
		return false
	}
	return true
}

// names are the general names that the certificates of a deck bear: their
// subjects, what is above those, and their alternative names.
func (d *deck) names() (out []*element) {
	for _, c := range d.all() {
		if c.field(fieldSPKI) < 0 {
			continue
		}
		for subject := c.get(fieldSubject).clone(); len(subject.parts) > 0; {
			out = append(out, group(0xa4, subject.clone()))
			subject.parts = subject.parts[:len(subject.parts)-1]
		}
		if list := c.extensions(); list != nil {
			for _, e := range list.parts {
				if len(e.parts) >= 2 && e.parts[0].is(oidElement(oidSubjectAltName)) {
					if value := e.parts[len(e.parts)-1]; value.holds {
						out = append(out, value.parts[0].parts...)
					}
				}
			}
		}
	}
	return append(out, leafElement(0x82, []byte("host.example.com")...), leafElement(0x81, []byte("post@mail.example.com")...), leafElement(0x86, []byte("http://www.example.com/x")...), leafElement(0x87, 192, 0, 2, 1))
}

// base makes a constraint of a name: for a host or mail address what stands
// above it, for an address a net.
func (s *shaker) base(name *element) *element {
	b := name.clone()
	switch name.tag {
	case 0x82, 0x81:
		if at := bytes.IndexAny(b.body, "@."); at >= 0 && s.chance(60) {
			b.body = b.body[at+s.IntN(2):]
		}
	case 0x86:
		if _, host, ok := bytes.Cut(b.body, []byte("://")); ok {
			b.body, _, _ = bytes.Cut(host, []byte("/"))
		}
		if at := bytes.IndexByte(b.body, '.'); at >= 0 && s.chance(50) {
			b.body = b.body[at:]
		}
	case 0x87:
		mask := bytes.Repeat([]byte{255}, len(b.body))
		for i := range mask {
			if i >= len(mask)/2 || s.chance(10) {
				mask[i] = 0
				b.body[i] = 0
			}
		}
		b.body = append(b.body, mask...)
	}
	return b
}

func nameConstraints(s *shaker, d *deck, c *draft, _ *element) bool {
	var parts []*element
	for tag := range 2 {
		if !s.chance(60) {
			continue
		}
		var trees []*element
		for range 1 + s.IntN(2) {
			tree := sequence(s.base(pick(s, d.names())))
			if s.chance(5) { // minimum or maximum
				tree.parts = append(tree.parts, leafElement(byte(0x80+s.IntN(2)), byte(s.IntN(2))))
			}
			trees = append(trees, tree)
		}
		parts = append(parts, group(byte(0xa0+tag), trees...))
	}
	c.put(extension(oidNameConstraints, s.chance(80), sequence(parts...)))
	return true
}

func altName(s *shaker, d *deck, c *draft, _ *element) bool {
	var list []*element
	for range 1 + s.IntN(2) {
		name := pick(s, d.names()).clone()
		switch {
		case name.holds:
		case s.chance(20) && name.tag != 0x87:
			name.body = bytes.ToUpper(name.body)
		case s.chance(20):
			name.body = append([]byte(pick(s, []string{"a.", ".", "*.", "x", "\x00", "a@"})), name.body...)
		case s.chance(10):
			name.body = append(name.body, '.')
		}
		list = append(list, name)
	}
	c.put(extension(oidSubjectAltName, s.chance(20), sequence(list...)))
	return true
}
