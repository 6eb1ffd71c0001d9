package revocation_test

import (
	"slices"
	"time"
)

// encodingChanges are of single octets and TLVs, blind to what they mean.
var encodingChanges = []change{
	{"octet-unsigned", 3, unsignedOctet},
	{"octet", 3, on(func(s *shaker, _ *deck, c *draft) bool { return signedOctet(s, c) })},
	{"tlv-tag", 3, on(func(s *shaker, _ *deck, c *draft) bool {
		pick(s, c.tbs.all()[1:]).tag ^= 1 << s.IntN(8)
		return true
	})},
	{"tlv-length", 2, on(func(s *shaker, _ *deck, c *draft) bool { return changeLength(s, c.tbs) })},
	{"tlv-value", 5, on(func(s *shaker, _ *deck, c *draft) bool { return changeValue(s, c.tbs) })},
	{"tlv-drop", 3, on(func(s *shaker, _ *deck, c *draft) bool {
		p := parent(s, c.tbs)
		at := s.IntN(len(p.parts))
		p.parts = slices.Delete(p.parts, at, at+1)
		return true
	})},
	{"tlv-double", 2, on(func(s *shaker, _ *deck, c *draft) bool {
		p := parent(s, c.tbs)
		at := s.IntN(len(p.parts))
		p.parts = slices.Insert(p.parts, at, p.parts[at].clone())
		return true
	})},
	{"tlv-swap", 2, on(func(s *shaker, _ *deck, c *draft) bool {
		p := parent(s, c.tbs)
		if len(p.parts) < 2 {
			return false
		}
		at := s.IntN(len(p.parts) - 1)
		p.parts[at], p.parts[at+1] = p.parts[at+1], p.parts[at]
		return true
	})},
}

func parent(s *shaker, e *element) *element {
	return pick(s, slices.DeleteFunc(e.all(), func(e *element) bool { return len(e.parts) == 0 }))
}

func unsignedOctet(s *shaker, d *deck) bool {
	c := s.certificate(d)
	if c == nil {
		return false
	}
	s.plain = true
	der := slices.Clone(c.der())
	der[s.IntN(len(der))] ^= 1 << s.IntN(8)
	*c = draft{raw: der}
	return true
}

func signedOctet(s *shaker, c *draft) bool {
	tbs := c.tbs.encode()
	at := s.IntN(len(tbs)-headLength(tbs)) + headLength(tbs)
	tbs[at] ^= 1 << s.IntN(8)
	*c = draft{raw: c.signed(tbs)}
	return true
}

func changeLength(s *shaker, tbs *element) bool {
	e := pick(s, tbs.all()[1:])
	switch s.IntN(4) {
	case 0:
		e.longer = 1
	case 1:
		e.longer = -1
	case 2:
		e.wordy = true
	default:
		e.infinite = e.holds
		return e.infinite
	}
	return true
}

func changeValue(s *shaker, tbs *element) bool {
	e := pick(s, tbs.all()[1:])
	if e.holds {
		return false
	}
	switch n := len(e.body); {
	case s.chance(25):
		e.body = append(e.body, byte(s.IntN(256)))
	case s.chance(20):
		e.body = append([]byte{byte(s.IntN(2) * 255)}, e.body...)
	case n == 0:
		return false
	case s.chance(25):
		e.body = e.body[:n-1]
	default:
		e.body[s.IntN(n)] ^= 1 << s.IntN(8)
	}
	return true
}

// listChanges are of what comes with the leaf.
var listChanges = []change{
	{"chain-drop", 1, func(s *shaker, d *deck) bool {
		list := pick(s, []*[]*draft{&d.intermediates, &d.intermediates, &d.anchors})
		if len(*list) == 0 || (list == &d.anchors && len(*list) == 1) {
			return false
		}
		at := s.IntN(len(*list))
		*list = slices.Delete(*list, at, at+1)
		return true
	}},
	{"chain-shuffle", 2, func(s *shaker, d *deck) bool {
		s.Shuffle(len(d.intermediates), func(i, j int) {
			d.intermediates[i], d.intermediates[j] = d.intermediates[j], d.intermediates[i]
		})
		return true
	}},
	{"chain-double", 1, func(s *shaker, d *deck) bool {
		if len(d.intermediates) == 0 {
			return false
		}
		d.intermediates = append(d.intermediates, pick(s, d.intermediates))
		return true
	}},
	{"chain-others", 2, func(s *shaker, d *deck) bool {
		o := pick(s, s.decks)
		d.intermediates = append(d.intermediates, slices.Concat(o.intermediates, o.anchors)...)
		s.Shuffle(len(d.intermediates), func(i, j int) {
			d.intermediates[i], d.intermediates[j] = d.intermediates[j], d.intermediates[i]
		})
		return true
	}},
	{"chain-swap", 1, func(s *shaker, d *deck) bool {
		o := pick(s, s.decks)
		if s.chance(50) {
			d.anchors = o.anchors
		} else {
			d.intermediates = o.intermediates
		}
		return true
	}},
	{"chain-anchor", 2, func(s *shaker, d *deck) bool { // trust a CA of the path instead
		if len(d.intermediates) == 0 {
			return false
		}
		d.anchors = []*draft{pick(s, d.intermediates)}
		return true
	}},
	{"chain-signer", 2, on(func(s *shaker, d *deck, c *draft) bool { // signed by somebody else of the chain
		c.key = pick(s, d.all()).key
		id, _ := sign(c.key, nil)
		c.set(fieldAlgorithm, id)
		return true
	})},
}

// inputChanges are of what is asked.
var inputChanges = []change{
	{"input-time", 4, shiftTime},
	{"input-policy", 4, func(s *shaker, d *deck) bool {
		d.q.InitialPolicies = []string{pick(s, append(d.policies(), anyPolicy))}
		return true
	}},
	{"input-explicit", 3, func(_ *shaker, d *deck) bool { d.q.ExplicitPolicy = !d.q.ExplicitPolicy; return true }},
	{"input-inhibit", 3, func(s *shaker, d *deck) bool {
		flag := pick(s, []*bool{&d.q.InhibitAny, &d.q.InhibitMapping})
		*flag = !*flag
		return true
	}},
	{"input-purpose", 1, func(s *shaker, d *deck) bool {
		d.q.RequiredEKU = []string{pick(s, []string{"serverAuth", "clientAuth", "emailProtection"})}
		return true
	}},
}

// shiftTime takes a bound of some certificate or a second beside it, or any time.
func shiftTime(s *shaker, d *deck) bool {
	at := time.Date(1990+s.IntN(70), 1, 1+s.IntN(365), 0, 0, s.IntN(86400), 0, time.UTC)
	if c := readable(pick(s, d.all()).der()); len(c) == 1 && s.chance(70) {
		at = pick(s, []time.Time{c[0].NotBefore, c[0].NotAfter}).Add(time.Duration(s.IntN(3)-1) * time.Second)
	}
	if at.Year() < 1970 || at.Year() > 9000 {
		return false
	}
	d.q.Time = at.UTC().Truncate(time.Second).Format(time.RFC3339)
	return true
}

// crlChanges are of the lists of a case that has some.
var crlChanges = []change{
	{"crl-drop", 1, func(s *shaker, d *deck) bool {
		if len(d.crls) == 0 {
			return false
		}
		at := s.IntN(len(d.crls))
		d.crls = slices.Delete(d.crls, at, at+1)
		return true
	}},
	{"crl-octet", 2, onCRL(func(s *shaker, _ *deck, c *draft) bool { return signedOctet(s, c) })},
	{"crl-value", 3, onCRL(func(s *shaker, _ *deck, c *draft) bool { return changeValue(s, c.tbs) })},
	{"crl-part", 2, onCRL(func(s *shaker, _ *deck, c *draft) bool {
		p := parent(s, c.tbs)
		at := s.IntN(len(p.parts))
		p.parts = slices.Delete(p.parts, at, at+1)
		return true
	})},
	{"crl-critical", 3, onCRL(func(s *shaker, _ *deck, c *draft) bool { return changeCritical(s, c) })},
	{"crl-extension", 3, onCRL(borrowCRLExtension)},
	{"crl-time", 2, onCRL(func(s *shaker, d *deck, c *draft) bool {
		at := crlVersion(c.tbs) + 2 + s.IntN(2)
		if at >= len(c.tbs.parts) || (c.tbs.parts[at].tag != 0x17 && c.tbs.parts[at].tag != 0x18) {
			return false
		}
		c.tbs.parts[at] = moment(d.near(s))
		return true
	})},
	{"crl-signer", 1, onCRL(func(s *shaker, d *deck, c *draft) bool {
		c.key = pick(s, d.all()).key
		id, _ := sign(c.key, nil)
		c.tbs.parts[crlVersion(c.tbs)] = id
		return true
	})},
	{"crl-revoke", 3, onCRL(revoke)},
}

// near is a time around the one that is asked for.
func (d *deck) near(s *shaker) time.Time {
	at, err := time.Parse(time.RFC3339, d.q.Time)
	if err != nil {
		panic(err)
	}
	return at.UTC().Add(pick(s, []time.Duration{-1, 0, 1, -86400, 86400, -86400 * 4000, 86400 * 4000}) * time.Second)
}

// moment is UTCTime up to 2049 and GeneralizedTime after (RFC 5280 4.1.2.5).
func moment(at time.Time) *element {
	if y := at.Year(); y >= 1950 && y < 2050 {
		return leafElement(0x17, []byte(at.Format("060102150405Z"))...)
	}
	return leafElement(0x18, []byte(at.Format("20060102150405Z"))...)
}

// revoke puts the number of some certificate on the list.
func revoke(s *shaker, d *deck, c *draft) bool {
	at := crlVersion(c.tbs) + 4
	if at > len(c.tbs.parts) {
		return false
	}
	of := pick(s, d.all())
	if of.field(fieldSerial) < 0 {
		return false
	}
	entry := sequence(of.get(fieldSerial), moment(d.near(s)))
	if s.chance(40) { // reasonCode
		entry.parts = append(entry.parts, sequence(sequence(oidElement("\x55\x1d\x15"), group(0x04, leafElement(0x0a, byte(s.IntN(11)))))))
	}
	if at < len(c.tbs.parts) && c.tbs.parts[at].tag == 0x30 {
		c.tbs.parts[at].parts = append(c.tbs.parts[at].parts, entry)
	} else {
		c.tbs.parts = slices.Insert(c.tbs.parts, at, sequence(entry))
	}
	return true
}

// borrowCRLExtension takes an extension of some other list.
func borrowCRLExtension(s *shaker, d *deck, c *draft) bool {
	o := pick(s, s.decks)
	if len(o.crls) == 0 {
		return false
	}
	from := pick(s, o.crls)
	if from.key == nil || from.extensions() == nil || c.extensions() == nil {
		return false
	}
	c.put(pick(s, from.extensions().parts).clone())
	return true
}
