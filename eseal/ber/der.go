package ber

import (
	"bytes"
	"slices"

	"github.com/kakuin/kakuin/eseal/purse"
)

// AppendDER re-encodes one BER element as DER (X.690 10, 11): definite
// minimal lengths, primitive strings, sorted SET OF, FF for true.
func AppendDER(dst, raw []byte, p *purse.Purse) ([]byte, error) {
	r := NewReader(raw, p)
	e, err := r.Next()
	if err != nil {
		return nil, err
	}
	return r.appendDER(dst, e)
}

func (r *Reader) appendDER(dst []byte, e Element) ([]byte, error) {
	id := e.Raw[0]
	if !e.Constructed {
		if e.Tag == Boolean && len(e.Body) == 1 && e.Body[0] != 0 {
			return AppendTLV(dst, e, id, []byte{0xff}), nil
		}
		return AppendTLV(dst, e, id, e.Body), nil
	}
	if isString(e.Tag) {
		body, err := r.joinString(e)
		if err != nil {
			return nil, err
		}
		return AppendTLV(dst, e, id&^0x20, body), nil
	}
	in, err := r.Enter(e)
	if err != nil {
		return nil, err
	}
	var children [][]byte
	for !in.Empty() {
		c, err := in.Next()
		if err != nil {
			return nil, err
		}
		enc, err := in.appendDER(nil, c)
		if err != nil {
			return nil, err
		}
		children = append(children, enc)
	}
	if e.Tag == Set {
		slices.SortFunc(children, bytes.Compare)
	}
	return AppendTLV(dst, e, id, slices.Concat(children...)), nil
}

func isString(t Tag) bool {
	switch t {
	case OctetString, BitString, UTF8String, NumericString, PrintableString, TeletexString,
		IA5String, VisibleString, UniversalString, BMPString:
		return true
	}
	return false
}

// joinString joins the segments of a constructed string; a bit string keeps
// the unused-bits octet of its last segment (X.690 8.6.4).
func (r *Reader) joinString(e Element) ([]byte, error) {
	if e.Tag == OctetString {
		return r.Octets(e)
	}
	in, err := r.Enter(e)
	if err != nil {
		return nil, err
	}
	var out []byte
	if e.Tag == BitString {
		out = append(out, 0)
	}
	for !in.Empty() {
		seg, err := in.Next()
		if err != nil {
			return nil, err
		}
		body := seg.Body
		if seg.Constructed {
			if body, err = in.joinString(seg); err != nil {
				return nil, err
			}
		}
		if e.Tag == BitString {
			if len(body) == 0 {
				return nil, syntax(seg.Offset, "bit string segment without octets")
			}
			out[0] = body[0]
			body = body[1:]
		}
		out = append(out, body...)
	}
	return out, nil
}

// AppendTLV writes a value under the identifier of like, whose first octet is
// replaced by id (high tag numbers keep their further octets).
func AppendTLV(dst []byte, like Element, id byte, body []byte) []byte {
	dst = append(dst, id)
	if id&0x1f == 0x1f {
		for _, b := range like.Raw[1:] {
			dst = append(dst, b)
			if b&0x80 == 0 {
				break
			}
		}
	}
	return append(AppendLength(dst, len(body)), body...)
}

// Append writes a value under a one-octet identifier.
func Append(dst []byte, id byte, body []byte) []byte {
	return append(AppendLength(append(dst, id), len(body)), body...)
}

// AppendLength writes the minimal definite form (X.690 10.1).
func AppendLength(dst []byte, n int) []byte {
	switch {
	case n < 0x80:
		return append(dst, byte(n))
	case n < 1<<8:
		return append(dst, 0x81, byte(n))
	case n < 1<<16:
		return append(dst, 0x82, byte(n>>8), byte(n))
	case n < 1<<24:
		return append(dst, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	return append(dst, 0x84, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

// IsDER tells whether one element, with all that it contains, is encoded as
// DER would encode it.
func IsDER(raw []byte, p *purse.Purse) bool {
	out, err := AppendDER(nil, raw, p)
	return err == nil && bytes.Equal(out, raw)
}
