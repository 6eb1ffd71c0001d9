package ber

import (
	"bytes"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/kakuin/kakuin/eseal/purse"
)

// An OID is an object identifier in dotted form. Identifiers that this
// project knows are interned, so reading them does not allocate.
type OID string

// OID reads an OBJECT IDENTIFIER (X.690 8.19).
func (e Element) OID() (OID, error) {
	if e.Tag != ObjectID && e.Tag.Class() == 0 {
		return "", syntax(e.Offset, "%s found where an object identifier is needed", e.Tag)
	}
	if o, ok := interned[string(e.Body)]; ok {
		return o, nil
	}
	s, ok := dotted(e.Body)
	if !ok {
		return "", syntax(e.Offset, "object identifier is malformed")
	}
	return OID(s), nil
}

// maxArc bounds one arc; UUID-based identifiers (2.25.n) need 128 bits.
const maxArcOctets = 19

func dotted(body []byte) (string, bool) {
	if len(body) == 0 || len(body) > 256 || body[len(body)-1]&0x80 != 0 {
		return "", false
	}
	var b strings.Builder
	for first := true; len(body) > 0; first = false {
		n := 0
		for body[n]&0x80 != 0 {
			n++
		}
		n++
		if n > maxArcOctets || body[0] == 0x80 {
			return "", false
		}
		arc := appendArc(nil, body[:n], first)
		if !first {
			b.WriteByte('.')
		}
		b.Write(arc)
		body = body[n:]
	}
	return b.String(), true
}

func appendArc(dst, septets []byte, first bool) []byte {
	if len(septets) > 9 {
		v := new(big.Int)
		for _, s := range septets {
			v.Lsh(v, 7).Or(v, big.NewInt(int64(s&0x7f)))
		}
		if first {
			dst = append(dst, "2."...)
			v.Sub(v, big.NewInt(80))
		}
		return v.Append(dst, 10)
	}
	var v uint64
	for _, s := range septets {
		v = v<<7 | uint64(s&0x7f)
	}
	if first {
		root := min(v/40, 2)
		dst = append(strconv.AppendUint(dst, root, 10), '.')
		v -= root * 40
	}
	return strconv.AppendUint(dst, v, 10)
}

// EncodeOID returns the contents octets of an identifier, or nil if it is not one.
func EncodeOID(o OID) []byte {
	parts := strings.Split(string(o), ".")
	if len(parts) < 2 {
		return nil
	}
	var out []byte
	var head big.Int
	for i, p := range parts {
		v, ok := new(big.Int).SetString(p, 10)
		if !ok || v.Sign() < 0 {
			return nil
		}
		switch i {
		case 0:
			head.Mul(v, big.NewInt(40))
			continue
		case 1:
			v.Add(v, &head)
		}
		out = appendSeptets(out, v)
	}
	return out
}

func appendSeptets(dst []byte, v *big.Int) []byte {
	n := max((v.BitLen()+6)/7, 1)
	for i := n - 1; i >= 0; i-- {
		s := byte(new(big.Int).Rsh(v, uint(7*i)).Uint64() & 0x7f)
		if i > 0 {
			s |= 0x80
		}
		dst = append(dst, s)
	}
	return dst
}

// Bool reads a BOOLEAN; BER takes any non-zero octet as true.
func (e Element) Bool() (bool, error) {
	if len(e.Body) != 1 {
		return false, syntax(e.Offset, "boolean of %d octets", len(e.Body))
	}
	return e.Body[0] != 0, nil
}

// Int reads a signed INTEGER or ENUMERATED of any size.
func (e Element) Int() (*big.Int, error) {
	if len(e.Body) == 0 {
		return nil, syntax(e.Offset, "integer without octets")
	}
	v := new(big.Int).SetBytes(e.Body)
	if e.Body[0]&0x80 != 0 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(e.Body))))
	}
	return v, nil
}

// Int64 reads an INTEGER that must fit in 64 bits.
func (e Element) Int64() (int64, error) {
	if len(e.Body) == 0 || len(e.Body) > 8 {
		return 0, syntax(e.Offset, "integer of %d octets where at most 8 are expected", len(e.Body))
	}
	v := int64(int8(e.Body[0]))
	for _, b := range e.Body[1:] {
		v = v<<8 | int64(b)
	}
	return v, nil
}

// Bits reads a primitive BIT STRING: its octets and the number of unused bits at the end.
func (e Element) Bits() ([]byte, int, error) {
	if e.Constructed {
		return nil, 0, syntax(e.Offset, "constructed bit string")
	}
	if len(e.Body) == 0 || e.Body[0] > 7 || (len(e.Body) == 1 && e.Body[0] != 0) {
		return nil, 0, syntax(e.Offset, "bit string is malformed")
	}
	return e.Body[1:], int(e.Body[0]), nil
}

// Octets is the value of an OCTET STRING (or an implicitly tagged one). A
// constructed one is joined, which copies; a primitive one aliases the input.
func (r *Reader) Octets(e Element) ([]byte, error) {
	if !e.Constructed {
		return e.Body, nil
	}
	if err := r.purse.Take(purse.Bytes, int64(len(e.Body))); err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(e.Body))
	err := r.Segments(e, func(seg Element) error {
		out = append(out, seg.Body...)
		return nil
	})
	return out, err
}

// Segments calls f with each primitive segment of an OCTET STRING in order (X.690 8.7.3).
func (r *Reader) Segments(e Element, f func(Element) error) error {
	if !e.Constructed {
		return f(e)
	}
	in, err := r.Enter(e)
	if err != nil {
		return err
	}
	for !in.Empty() {
		seg, err := in.Next()
		if err != nil {
			return err
		}
		if seg.Tag != OctetString {
			return syntax(seg.Offset, "%s inside a constructed octet string", seg.Tag)
		}
		if err := in.Segments(seg, f); err != nil {
			return err
		}
	}
	return nil
}

// Text reads a character string of any of the types that names use, as UTF-8.
// clean is false where octets did not fit the type and were replaced.
func (e Element) Text() (s string, clean bool) {
	switch e.Tag {
	case BMPString:
		return decodeUTF16(e.Body)
	case UniversalString:
		return decodeUTF32(e.Body)
	case TeletexString:
		// T.61 in practice holds ISO 8859-1 (RFC 5280 4.1.2.4 forbids new uses).
		if utf8.Valid(e.Body) {
			return string(e.Body), true
		}
		return latin1(e.Body), true
	}
	if utf8.Valid(e.Body) {
		return string(e.Body), true
	}
	return strings.ToValidUTF8(string(e.Body), "\uFFFD"), false
}

func latin1(b []byte) string {
	rs := make([]rune, len(b))
	for i, c := range b {
		rs[i] = rune(c)
	}
	return string(rs)
}

func decodeUTF16(b []byte) (string, bool) {
	if len(b)%2 != 0 {
		return strings.ToValidUTF8(string(b), "\uFFFD"), false
	}
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	s := string(utf16.Decode(u))
	return s, !strings.ContainsRune(s, utf8.RuneError)
}

func decodeUTF32(b []byte) (string, bool) {
	if len(b)%4 != 0 {
		return strings.ToValidUTF8(string(b), "\uFFFD"), false
	}
	var sb strings.Builder
	clean := true
	for i := 0; i < len(b); i += 4 {
		v := uint32(b[i])<<24 | uint32(b[i+1])<<16 | uint32(b[i+2])<<8 | uint32(b[i+3])
		r := rune(utf8.RuneError)
		if v <= utf8.MaxRune && utf8.ValidRune(rune(v)) {
			r = rune(v)
		} else {
			clean = false
		}
		sb.WriteRune(r)
	}
	return sb.String(), clean
}

// Time reads a UTCTime or GeneralizedTime, chosen by tag; an implicitly
// tagged value is read as GeneralizedTime. der is false where the form is not
// the one of DER (X.690 11.7, 11.8): no seconds, an offset instead of Z,
// trailing zeros in the fraction.
func (e Element) Time() (t time.Time, der bool, err error) {
	s := string(e.Body)
	if e.Tag == UTCTime {
		if t, der, err = parseTime(s, "060102150405", "0601021504"); err == nil {
			// RFC 5280 4.1.2.5.1: years 50 to 99 are 19xx; Go turns at 69.
			if t.Year() >= 2050 {
				t = t.AddDate(-100, 0, 0)
			}
		}
	} else {
		t, der, err = parseTime(s, "20060102150405", "200601021504", "2006010215")
	}
	if err != nil {
		return time.Time{}, false, syntax(e.Offset, "time %q is malformed", s)
	}
	return t, der, nil
}

func parseTime(s string, layouts ...string) (time.Time, bool, error) {
	body, zone, der := s, "", true
	if n := len(s); n > 0 && s[n-1] == 'Z' {
		body = s[:n-1]
	} else if i := strings.LastIndexAny(s, "+-"); i > 0 {
		body, zone, der = s[:i], s[i:], false
	} else {
		der = false
	}
	frac := ""
	if i := strings.IndexAny(body, ".,"); i >= 0 {
		if body[i] == ',' || strings.HasSuffix(body, "0") || i == len(body)-1 {
			der = false
		}
		body, frac = body[:i], body[i+1:]
	}
	for i, layout := range layouts {
		if len(body) != len(layout) {
			continue
		}
		t, err := time.Parse(layout, body)
		if err != nil {
			return time.Time{}, false, err
		}
		unit := []time.Duration{time.Second, time.Minute, time.Hour}[i]
		if frac != "" {
			v, err := strconv.ParseFloat("0."+frac, 64)
			if err != nil || strings.ContainsAny(frac, "eExX_+-pP") || len(frac) > 18 {
				return time.Time{}, false, strconv.ErrSyntax
			}
			if unit == time.Second {
				// Exact for the up to nine digits that a Duration holds.
				digits := (frac + "000000000")[:9]
				ns, _ := strconv.ParseInt(digits, 10, 64)
				t = t.Add(time.Duration(ns))
			} else {
				t = t.Add(time.Duration(v * float64(unit)))
			}
		}
		if zone != "" {
			z, err := time.Parse("-0700", zone)
			if err != nil {
				return time.Time{}, false, err
			}
			_, off := z.Zone()
			t = t.Add(-time.Duration(off) * time.Second)
		}
		return t.UTC(), der && i == 0, nil
	}
	return time.Time{}, false, strconv.ErrSyntax
}

// Equal compares two encodings octet by octet.
func (e Element) Equal(o Element) bool { return bytes.Equal(e.Raw, o.Raw) }
