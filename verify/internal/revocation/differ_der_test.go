package revocation_test

import (
	"bytes"
	"math/big"
	"slices"
)

// An element is one TLV of a structure that is going to be changed.
type element struct {
	tag      byte
	body     []byte     // of one without parts
	parts    []*element // of a constructed one, and of an OCTET STRING that holds a structure
	holds    bool
	longer   int  // what the length says too much
	wordy    bool // the length in a form longer than DER allows
	infinite bool // indefinite length (BER)
}

// readElement reads an encoding that is one TLV and nothing after it; nil: it is something else.
func readElement(der []byte) *element {
	e, rest := cutElement(der, 0)
	if e == nil || len(rest) > 0 {
		return nil
	}
	return e
}

func cutElement(der []byte, depth int) (*element, []byte) {
	if len(der) < 2 || depth > 32 || der[0]&0x1f == 0x1f {
		return nil, nil
	}
	n, at := int(der[1]), 2
	if n >= 0x80 {
		size := n & 0x7f
		if size == 0 || size > 3 || len(der) < 2+size {
			return nil, nil
		}
		n, at = int(new(big.Int).SetBytes(der[2:2+size]).Int64()), 2+size
	}
	if n > len(der)-at {
		return nil, nil
	}
	e := &element{tag: der[0], body: der[at : at+n]}
	if e.tag&0x20 != 0 || (e.tag == 0x04 && n > 1) {
		e.open(depth)
	}
	return e, der[at+n:]
}

// open reads the parts, if the body is made of nothing else.
func (e *element) open(depth int) {
	var parts []*element
	for rest := e.body; len(rest) > 0; {
		var p *element
		if p, rest = cutElement(rest, depth+1); p == nil {
			return
		}
		parts = append(parts, p)
	}
	if e.tag == 0x04 && (len(parts) != 1 || !slices.Contains([]byte{0x30, 0x03, 0x02, 0x04, 0x05}, parts[0].tag)) {
		return
	}
	e.parts, e.holds, e.body = parts, true, nil
}

func (e *element) encode() []byte {
	body := e.body
	if e.holds {
		body = e.content()
	}
	if e.infinite {
		return slices.Concat([]byte{e.tag, 0x80}, body, []byte{0, 0})
	}
	n := max(len(body)+e.longer, 0)
	head := []byte{e.tag, byte(n)}
	if size := big.NewInt(int64(n)).Bytes(); n >= 0x80 || e.wordy {
		if e.wordy {
			size = append([]byte{0}, size...)
		}
		head = append([]byte{e.tag, 0x80 | byte(len(size))}, size...)
	}
	return append(head, body...)
}

func (e *element) content() []byte {
	var out [][]byte
	for _, p := range e.parts {
		out = append(out, p.encode())
	}
	return bytes.Join(out, nil)
}

func (e *element) clone() *element {
	c := *e
	c.body = slices.Clone(e.body)
	c.parts = make([]*element, len(e.parts))
	for i, p := range e.parts {
		c.parts[i] = p.clone()
	}
	return &c
}

// all lists an element and everything below it.
func (e *element) all() []*element {
	out := []*element{e}
	for _, p := range e.parts {
		out = append(out, p.all()...)
	}
	return out
}

func (e *element) is(o *element) bool { return bytes.Equal(e.encode(), o.encode()) }

func leafElement(tag byte, body ...byte) *element { return &element{tag: tag, body: body} }

func group(tag byte, parts ...*element) *element {
	return &element{tag: tag, parts: parts, holds: true}
}

func sequence(parts ...*element) *element { return group(0x30, parts...) }

// oidElement takes the arcs in DER.
func oidElement(body string) *element { return leafElement(0x06, []byte(body)...) }

func smallInteger(n int8) *element { return leafElement(0x02, byte(n)) }
