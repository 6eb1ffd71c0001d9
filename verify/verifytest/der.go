package verifytest

import (
	"bytes"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tlv encodes one element in DER: identifier octet, shortest length, the parts one after another (X.690 10.1).
func tlv(tag byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(header(tag, len(body)), body...)
}

// header gives the identifier and length octets.
func header(tag byte, n int) []byte {
	if n < 0x80 {
		return []byte{tag, byte(n)}
	}
	size := big.NewInt(int64(n)).Bytes()
	return append([]byte{tag, 0x80 | byte(len(size))}, size...)
}

func seq(parts ...[]byte) []byte { return tlv(0x30, parts...) }
func set(parts ...[]byte) []byte { return tlv(0x31, parts...) }
func octets(b []byte) []byte     { return tlv(0x04, b) }
func null() []byte               { return []byte{0x05, 0x00} }
func utf8String(s string) []byte { return tlv(0x0c, []byte(s)) }
func printable(s string) []byte  { return tlv(0x13, []byte(s)) }
func ia5(s string) []byte        { return tlv(0x16, []byte(s)) }

// explicit wraps parts in a constructed context tag; primitive is the implicit form of a primitive type.
func explicit(n int, parts ...[]byte) []byte { return tlv(0xa0|byte(n), parts...) }
func primitive(n int, body []byte) []byte    { return tlv(0x80|byte(n), body) }

// setOf sorts the elements by their encodings, as DER wants of a SET OF (X.690 11.6).
func setOf(parts ...[]byte) []byte {
	sorted := slices.Clone(parts)
	slices.SortFunc(sorted, bytes.Compare)
	return set(sorted...)
}

func boolean(v bool) []byte {
	if v {
		return []byte{0x01, 0x01, 0xff}
	}
	return []byte{0x01, 0x01, 0x00}
}

// integer encodes any INTEGER in two's complement, negative ones too.
func integer(v *big.Int) []byte {
	if v.Sign() >= 0 {
		b := v.Bytes()
		if len(b) == 0 || b[0]&0x80 != 0 {
			b = append([]byte{0}, b...)
		}
		return tlv(0x02, b)
	}
	n := uint(v.BitLen()/8 + 1)
	b := new(big.Int).Add(v, new(big.Int).Lsh(big.NewInt(1), n*8)).Bytes()
	for len(b) > 1 && b[0] == 0xff && b[1]&0x80 != 0 {
		b = b[1:]
	}
	return tlv(0x02, b)
}

func integer64(v int64) []byte { return integer(big.NewInt(v)) }

// bitString holds whole octets; namedBits drops trailing zero bits (X.690 11.2.2).
func bitString(b []byte) []byte { return tlv(0x03, []byte{0}, b) }

func namedBits(bits ...int) []byte {
	var body []byte
	last := -1
	for _, b := range bits {
		for len(body) <= b/8 {
			body = append(body, 0)
		}
		body[b/8] |= 0x80 >> (b % 8)
		last = max(last, b)
	}
	if last < 0 {
		return tlv(0x03, []byte{0})
	}
	return tlv(0x03, []byte{byte(7 - last%8)}, body)
}

// objectID encodes a dotted OBJECT IDENTIFIER.
func objectID(dotted string) []byte { return tlv(0x06, arcs(dotted)) }

func arcs(dotted string) []byte {
	parts := strings.Split(dotted, ".")
	if len(parts) < 2 {
		panic("verifytest: not an object identifier: " + dotted)
	}
	values := make([]uint64, len(parts))
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 64)
		if err != nil {
			panic(fmt.Sprintf("verifytest: object identifier %q: %v", dotted, err))
		}
		values[i] = v
	}
	out := base128(values[0]*40 + values[1])
	for _, v := range values[2:] {
		out = append(out, base128(v)...)
	}
	return out
}

func base128(v uint64) []byte {
	out := []byte{byte(v & 0x7f)}
	for v >>= 7; v > 0; v >>= 7 {
		out = append([]byte{0x80 | byte(v&0x7f)}, out...)
	}
	return out
}

// moment encodes Time as RFC 5280 4.1.2.5 wants it: UTCTime through 2049, GeneralizedTime from 2050.
func moment(t time.Time) []byte {
	t = t.UTC()
	if t.Year() < 2050 {
		return tlv(0x17, []byte(t.Format("060102150405Z")))
	}
	return generalized(t)
}

// generalized encodes GeneralizedTime; a fraction keeps no trailing zeros (X.690 11.7).
func generalized(t time.Time) []byte {
	return tlv(0x18, []byte(t.UTC().Format("20060102150405.999999999")+"Z"))
}
