// Package ber is the one cursor over ASN.1 encodings (ITU-T X.690), BER and
// DER alike, for every room that reads them: nothing is copied, nothing is
// built, and each element keeps its original octets.
//
// Values alias the input; the caller must not change it afterwards.
package ber

import (
	"fmt"

	"github.com/kakuin/kakuin/eseal/purse"
)

// A Tag is a class and a number, without the constructed bit.
type Tag uint32

// Universal tags (X.680 8.4).
const (
	EndOfContents   Tag = 0
	Boolean         Tag = 1
	Integer         Tag = 2
	BitString       Tag = 3
	OctetString     Tag = 4
	Null            Tag = 5
	ObjectID        Tag = 6
	Enumerated      Tag = 10
	UTF8String      Tag = 12
	Sequence        Tag = 16
	Set             Tag = 17
	NumericString   Tag = 18
	PrintableString Tag = 19
	TeletexString   Tag = 20
	IA5String       Tag = 22
	UTCTime         Tag = 23
	GeneralizedTime Tag = 24
	VisibleString   Tag = 26
	UniversalString Tag = 28
	BMPString       Tag = 30
)

const classShift = 24

// Context is the context-specific tag [n].
func Context(n uint32) Tag { return Tag(2<<classShift | n) }

// Application is the tag [APPLICATION n].
func Application(n uint32) Tag { return Tag(1<<classShift | n) }

// Number is the tag number without its class.
func (t Tag) Number() uint32 { return uint32(t) & (1<<classShift - 1) }

// Class is 0 universal, 1 application, 2 context-specific, 3 private.
func (t Tag) Class() int { return int(t >> classShift) }

func (t Tag) String() string {
	switch t.Class() {
	case 0:
		return fmt.Sprintf("universal %d", t.Number())
	case 2:
		return fmt.Sprintf("[%d]", t.Number())
	case 1:
		return fmt.Sprintf("[APPLICATION %d]", t.Number())
	}
	return fmt.Sprintf("[PRIVATE %d]", t.Number())
}

// An Element is one tag-length-value.
type Element struct {
	Tag         Tag
	Constructed bool
	Indefinite  bool   // length given as 80, X.690 8.1.3.6
	Raw         []byte // from identifier octet to last octet, end-of-contents included
	Body        []byte // contents octets, end-of-contents excluded
	Offset      int    // of Raw in the input that the first Reader was made from
}

// BodyOffset is the position of Body in the outermost input.
func (e Element) BodyOffset() int {
	if e.Indefinite {
		return e.Offset + len(e.Raw) - len(e.Body) - 2
	}
	return e.Offset + len(e.Raw) - len(e.Body)
}

// SyntaxError says where an encoding is broken and how.
type SyntaxError struct {
	Offset int
	Msg    string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("octet %d: %s", e.Offset, e.Msg) }

func syntax(off int, format string, args ...any) error {
	return &SyntaxError{Offset: off, Msg: fmt.Sprintf(format, args...)}
}

// A Reader walks the elements of one constructed value.
type Reader struct {
	data  []byte
	pos   int
	base  int
	depth int
	purse *purse.Purse
}

// NewReader starts at the outermost level of data. A nil purse means a new
// one with the default limits.
func NewReader(data []byte, p *purse.Purse) Reader {
	if p == nil {
		p = purse.New(purse.Limits{})
	}
	return Reader{data: data, purse: p}
}

// Empty tells whether all elements were read.
func (r *Reader) Empty() bool { return r.pos >= len(r.data) }

// Offset is the position of the next element in the outermost input.
func (r *Reader) Offset() int { return r.base + r.pos }

// Rest is what was not yet read.
func (r *Reader) Rest() []byte { return r.data[r.pos:] }

// Enter walks the contents of e, which this reader returned.
func (r *Reader) Enter(e Element) (Reader, error) {
	if !e.Constructed {
		return Reader{}, syntax(e.Offset, "%s is primitive where a constructed value is needed", e.Tag)
	}
	if r.depth >= r.purse.MaxDepth() {
		return Reader{}, fmt.Errorf("octet %d: %w", e.Offset, r.purse.TooDeep())
	}
	return Reader{data: e.Body, base: e.BodyOffset(), depth: r.depth + 1, purse: r.purse}, nil
}

// EnterBody walks the contents of a primitive string that holds an encoding
// (extension values, token octets).
func (r *Reader) EnterBody(e Element) Reader {
	return Reader{data: e.Body, base: e.BodyOffset(), depth: r.depth + 1, purse: r.purse}
}

// Peek is the tag of the next element; false at the end or where no tag can be read.
func (r *Reader) Peek() (Tag, bool) {
	if r.Empty() {
		return 0, false
	}
	h, err := readHeader(r.data, r.pos, r.base)
	return h.tag, err == nil
}

// Next reads one element.
func (r *Reader) Next() (Element, error) {
	if r.Empty() {
		return Element{}, syntax(r.Offset(), "an element is missing: the encoding ends here")
	}
	if err := r.purse.Take(purse.Objects, 1); err != nil {
		return Element{}, err
	}
	h, err := readHeader(r.data, r.pos, r.base)
	if err != nil {
		return Element{}, err
	}
	start := r.pos
	body := start + h.size
	e := Element{Tag: h.tag, Constructed: h.constructed, Indefinite: h.length < 0, Offset: r.base + start}
	if h.length >= 0 {
		if h.length > len(r.data)-body {
			return Element{}, syntax(e.Offset, "%s claims %d octets, %d are left", h.tag, h.length, len(r.data)-body)
		}
		r.pos = body + h.length
		e.Body, e.Raw = r.data[body:r.pos:r.pos], r.data[start:r.pos:r.pos]
		return e, nil
	}
	end, err := r.endOfContents(body)
	if err != nil {
		return Element{}, err
	}
	r.pos = end + 2
	e.Body, e.Raw = r.data[body:end:end], r.data[start:r.pos:r.pos]
	return e, nil
}

// endOfContents finds the 00 00 that closes an indefinite-length value whose
// contents start at pos. Definite children are stepped over, so the time is
// linear in the number of elements looked at.
func (r *Reader) endOfContents(pos int) (int, error) {
	open := 1
	for {
		if pos >= len(r.data) {
			return 0, syntax(r.base+len(r.data), "end-of-contents octets are missing")
		}
		h, err := readHeader(r.data, pos, r.base)
		if err != nil {
			return 0, err
		}
		if err := r.purse.Take(purse.Objects, 1); err != nil {
			return 0, err
		}
		switch {
		case h.tag == EndOfContents && h.length == 0 && !h.constructed:
			open--
			if open == 0 {
				return pos, nil
			}
			pos += h.size
		case h.length < 0:
			open++
			if r.depth+open > r.purse.MaxDepth() {
				return 0, fmt.Errorf("octet %d: %w", r.base+pos, r.purse.TooDeep())
			}
			pos += h.size
		default:
			if h.length > len(r.data)-pos-h.size {
				return 0, syntax(r.base+pos, "%s claims %d octets, %d are left", h.tag, h.length, len(r.data)-pos-h.size)
			}
			pos += h.size + h.length
		}
	}
}

// Expect reads one element with the given tag; what names it in the error.
func (r *Reader) Expect(tag Tag, what string) (Element, error) {
	off := r.Offset()
	e, err := r.Next()
	if err != nil {
		return Element{}, fmt.Errorf("%s: %w", what, err)
	}
	if e.Tag != tag {
		return Element{}, syntax(off, "%s: %s found where %s is needed", what, e.Tag, tag)
	}
	return e, nil
}

// ExpectEnter reads one constructed element and walks into it.
func (r *Reader) ExpectEnter(tag Tag, what string) (Element, Reader, error) {
	e, err := r.Expect(tag, what)
	if err != nil {
		return Element{}, Reader{}, err
	}
	in, err := r.Enter(e)
	if err != nil {
		return Element{}, Reader{}, fmt.Errorf("%s: %w", what, err)
	}
	return e, in, nil
}

// Optional reads the next element if it has the tag.
func (r *Reader) Optional(tag Tag) (Element, bool, error) {
	if t, ok := r.Peek(); !ok || t != tag {
		return Element{}, false, nil
	}
	e, err := r.Next()
	return e, err == nil, err
}

type header struct {
	tag         Tag
	constructed bool
	size        int // octets of identifier and length
	length      int // -1 for indefinite
}

// maxLengthOctets bounds the long form of a length: 2^31 octets are enough
// for anything held in memory, and the arithmetic stays inside an int.
const maxLengthOctets = 4

func readHeader(data []byte, pos, base int) (header, error) {
	start := pos
	if pos >= len(data) {
		return header{}, syntax(base+pos, "identifier octet is missing")
	}
	id := data[pos]
	pos++
	number := uint32(id & 0x1f)
	if number == 0x1f {
		var err error
		if number, pos, err = readHighTag(data, pos, base); err != nil {
			return header{}, err
		}
	}
	if pos >= len(data) {
		return header{}, syntax(base+pos, "length octet is missing")
	}
	h := header{tag: Tag(uint32(id>>6)<<classShift | number), constructed: id&0x20 != 0}
	l := data[pos]
	pos++
	switch {
	case l < 0x80:
		h.length = int(l)
	case l == 0x80:
		if !h.constructed {
			return header{}, syntax(base+start, "indefinite length on a primitive value")
		}
		h.length = -1
	default:
		var err error
		if h.length, pos, err = readLongLength(data, pos, int(l&0x7f), base); err != nil {
			return header{}, err
		}
	}
	h.size = pos - start
	return h, nil
}

func readHighTag(data []byte, pos, base int) (uint32, int, error) {
	var n uint32
	for i := 0; ; i++ {
		if pos >= len(data) {
			return 0, 0, syntax(base+pos, "tag number is cut off")
		}
		b := data[pos]
		pos++
		n = n<<7 | uint32(b&0x7f)
		if b&0x80 == 0 {
			return n, pos, nil
		}
		if i >= 2 { // three septets: 2 097 151, far above any standard's tag
			return 0, 0, syntax(base+pos, "tag number is too large")
		}
	}
}

func readLongLength(data []byte, pos, n, base int) (int, int, error) {
	if n == 0x7f {
		return 0, 0, syntax(base+pos, "length octet FF is reserved")
	}
	if n > len(data)-pos {
		return 0, 0, syntax(base+pos, "length octets are cut off")
	}
	v := uint64(0)
	for i := range n {
		b := data[pos+i]
		if v == 0 && b == 0 {
			continue // leading zeros: BER allows them
		}
		if v >= 1<<(8*(maxLengthOctets-1)) {
			return 0, 0, syntax(base+pos, "length is too large")
		}
		v = v<<8 | uint64(b)
	}
	if v > 1<<31-1 {
		return 0, 0, syntax(base+pos, "length is too large")
	}
	return int(v), pos + n, nil
}
