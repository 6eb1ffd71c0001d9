package revocation_test

import (
	"bytes"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/ber"
)

// fieldChanges are of the fields of a certificate that are no extensions.
var fieldChanges = []change{
	{"validity", 5, on(func(s *shaker, d *deck, c *draft) bool {
		v := c.get(fieldValidity)
		if len(v.parts) != 2 {
			return false
		}
		v.parts[s.IntN(2)] = moment(d.near(s))
		return true
	})},
	{"validity-form", 2, on(timeForm)},
	{"serial", 3, on(func(s *shaker, _ *deck, c *draft) bool {
		c.set(fieldSerial, leafElement(0x02, pick(s, [][]byte{{0}, {0xff}, {0x80, 1}, bytes.Repeat([]byte{7}, 20), bytes.Repeat([]byte{7}, 21), bytes.Repeat([]byte{7}, 60), {0, 1}, {}})...))
		return true
	})},
	{"version", 3, on(func(s *shaker, _ *deck, c *draft) bool {
		if c.tbs.parts[0].tag == 0xa0 {
			c.tbs.parts = c.tbs.parts[1:]
		}
		if v := s.IntN(5); v > 0 {
			c.tbs.parts = slices.Insert(c.tbs.parts, 0, group(0xa0, smallInteger(int8(v-1))))
		}
		return true
	})},
	{"algorithm", 2, on(func(s *shaker, _ *deck, c *draft) bool { // inside only: the outer one follows the key
		c.set(fieldAlgorithm, pick(s, []*element{idEd25519, idRSASHA256, idECDSASHA256, sequence(idEd25519.parts[0], leafElement(0x05))}))
		return true
	})},
	{"unique-id", 1, on(func(s *shaker, _ *deck, c *draft) bool {
		c.tbs.parts = slices.Insert(c.tbs.parts, c.field(fieldSPKI)+1, leafElement(byte(0x81+s.IntN(2)), 0, 1, 2))
		return true
	})},
	{"name", 6, on(func(s *shaker, _ *deck, c *draft) bool {
		return changeName(s, c.get(pick(s, []int{fieldSubject, fieldSubject, fieldIssuer})))
	})},
	{"name-other", 2, on(func(s *shaker, d *deck, c *draft) bool {
		o := pick(s, d.all())
		c.set(pick(s, []int{fieldSubject, fieldIssuer}), o.get(pick(s, []int{fieldSubject, fieldIssuer})).clone())
		return true
	})},
	{"name-both", 3, renameBoth},
}

func timeForm(s *shaker, _ *deck, c *draft) bool {
	v := c.get(fieldValidity)
	if len(v.parts) != 2 {
		return false
	}
	p := v.parts[s.IntN(2)]
	text := string(p.body)
	switch s.IntN(6) {
	case 0: // the other type
		if p.tag == 0x17 {
			century := "20"
			if text[0] >= '5' {
				century = "19"
			}
			p.tag, text = 0x18, century+text
		} else {
			p.tag, text = 0x17, text[2:]
		}
	case 1: // no seconds
		text = text[:len(text)-3] + "Z"
	case 2:
		text = strings.TrimSuffix(text, "Z") + "+0900"
	case 3:
		text = strings.TrimSuffix(text, "Z")
	case 4:
		text = strings.TrimSuffix(text, "Z") + ".5Z"
	default:
		v.parts[0], v.parts[1] = v.parts[1], v.parts[0]
		return true
	}
	p.body = []byte(text)
	return true
}

// changeName changes a name the way that comparison of names (RFC 5280 7.1) has to see or to overlook.
func changeName(s *shaker, name *element) bool {
	if len(name.parts) == 0 {
		return false
	}
	at := s.IntN(len(name.parts))
	rdn := name.parts[at]
	if len(rdn.parts) == 0 || len(rdn.parts[0].parts) != 2 {
		return false
	}
	value := rdn.parts[0].parts[1]
	switch s.IntN(9) {
	case 0:
		value.body = bytes.ToUpper(value.body)
	case 1:
		value.body = []byte(" " + strings.ReplaceAll(string(value.body), " ", "  ") + " ")
	case 2:
		value.tag = pick(s, []byte{0x0c, 0x13, 0x16, 0x14, 0x1e})
	case 3:
		value.body = append(value.body, 0)
	case 4:
		value.body = append(value.body, 'x')
	case 5:
		name.parts = slices.Delete(name.parts, at, at+1)
	case 6: // two relative names become one of two values
		if at+1 == len(name.parts) {
			return false
		}
		rdn.parts = append(rdn.parts, name.parts[at+1].parts...)
		name.parts = slices.Delete(name.parts, at+1, at+2)
	case 7:
		s.Shuffle(len(name.parts), func(i, j int) { name.parts[i], name.parts[j] = name.parts[j], name.parts[i] })
	default:
		name.parts = nil
	}
	return true
}

// renameBoth changes a subject and, the same way, the issuer of what it issued.
func renameBoth(s *shaker, d *deck) bool {
	c := s.certificate(d)
	if c == nil {
		return false
	}
	old := c.get(fieldSubject).clone()
	if !changeName(s, c.get(fieldSubject)) {
		return false
	}
	fresh := c.get(fieldSubject)
	rename := func(x *draft) *draft {
		if x == c || x.key == nil || !x.get(fieldIssuer).is(old) {
			return x
		}
		x = x.clone()
		x.set(fieldIssuer, fresh)
		return x
	}
	d.leaf = rename(d.leaf)
	for i := range d.intermediates {
		d.intermediates[i] = rename(d.intermediates[i])
	}
	return true
}

// policies are those that the certificates of a deck name.
func (d *deck) policies() []string {
	out := []string{"1.3.6.1.4.1.32473.1.99"}
	for _, c := range d.all() {
		for _, p := range readable(c.der()) {
			for _, info := range p.Policies {
				out = append(out, string(info.OID))
			}
			for _, m := range p.PolicyMappings {
				out = append(out, string(m.IssuerDomain), string(m.SubjectDomain))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// policy is one of them in DER, or any-policy.
func (s *shaker) policy(d *deck) *element {
	oid := pick(s, append(d.policies(), anyPolicy))
	return encodeOID(oid)
}

func encodeOID(text string) *element {
	arcs := strings.Split(string(ber.OID(text)), ".")
	var numbers []int
	for _, a := range arcs {
		n := 0
		for _, c := range a {
			n = n*10 + int(c-'0')
		}
		numbers = append(numbers, n)
	}
	body := base128(numbers[0]*40 + numbers[1])
	for _, n := range numbers[2:] {
		body = append(body, base128(n)...)
	}
	return leafElement(0x06, body...)
}

func base128(n int) []byte {
	out := []byte{byte(n & 0x7f)}
	for n >>= 7; n > 0; n >>= 7 {
		out = append([]byte{byte(n&0x7f) | 0x80}, out...)
	}
	return out
}
