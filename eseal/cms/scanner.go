package cms

import (
	"fmt"
	"io"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
)

// scanner walks the frame of a message that is not held in memory: the six
// values around the content, and the pieces of the content. Everything else is
// read through [ber.Reader].
type scanner struct {
	src    io.ReaderAt
	size   int64
	pos    int64
	purse  *purse.Purse
	window []byte
	from   int64 // what window[:held] holds
	held   int
	places bool // content stays in the file, whatever its size
}

const windowSize = 32 << 10

// frame is a value that is open.
type frame struct {
	end        int64 // of the contents; for an indefinite length that of the enclosing value
	indefinite bool
}

type header struct {
	id    byte
	frame frame
}

// tag is the identifier as package ber has it.
func (h header) tag() ber.Tag {
	return ber.Tag(uint32(h.id>>6)<<24 | uint32(h.id&0x1f))
}

// hold reads a range into memory, at the purse's expense.
func (s *scanner) hold(from, to int64) ([]byte, error) {
	if err := s.purse.Take(purse.Bytes, to-from); err != nil {
		return nil, err
	}
	b := make([]byte, to-from)
	return b, readFull(s.src, b, from)
}

// look gives up to n octets at the position.
func (s *scanner) look(n int) ([]byte, error) {
	n = int(min(int64(n), s.size-s.pos))
	if s.pos < s.from || s.pos+int64(n) > s.from+int64(s.held) {
		s.from = s.pos
		s.held = int(min(int64(len(s.window)), s.size-s.pos))
		if err := readFull(s.src, s.window[:s.held], s.from); err != nil {
			s.held = 0
			return nil, err
		}
	}
	at := int(s.pos - s.from)
	return s.window[at : at+n], nil
}

func (s *scanner) peek() (byte, error) {
	b, err := s.look(1)
	if err != nil {
		return 0, err
	}
	if len(b) == 0 {
		return 0, fmt.Errorf("octet %d: an element is missing: the file ends here", s.pos)
	}
	return b[0], nil
}

// header reads identifier and length of the next value inside in, and stands
// on its contents. Lengths may exceed what memory holds, which is why it does
// not go through package ber.
func (s *scanner) header(in frame) (header, error) {
	if err := s.purse.Take(purse.Objects, 1); err != nil {
		return header{}, err
	}
	b, err := s.look(10)
	if err != nil {
		return header{}, err
	}
	if len(b) < 2 || s.pos+2 > in.end {
		return header{}, fmt.Errorf("octet %d: an element is missing: the encoding ends here", s.pos)
	}
	if b[0]&0x1f == 0x1f {
		return header{}, fmt.Errorf("octet %d: identifier %02x has no place here", s.pos, b[0])
	}
	h := header{id: b[0], frame: frame{end: in.end}}
	n, size := int64(b[1]), int64(2)
	switch {
	case b[1] == 0x80:
		if h.id&0x20 == 0 {
			return header{}, fmt.Errorf("octet %d: indefinite length on a primitive value", s.pos)
		}
		h.frame.indefinite = true
		s.pos += size
		return h, nil
	case b[1] > 0x80:
		if n, size, err = s.longLength(b); err != nil {
			return header{}, err
		}
	}
	if n > in.end-s.pos-size {
		return header{}, fmt.Errorf("octet %d: the value claims %d octets, %d are left", s.pos, n, in.end-s.pos-size)
	}
	s.pos += size
	h.frame.end = s.pos + n
	return h, nil
}

func (s *scanner) longLength(b []byte) (n, size int64, err error) {
	k := int(b[1] & 0x7f)
	if k > 8 || 2+k > len(b) {
		return 0, 0, fmt.Errorf("octet %d: the length has %d octets", s.pos, k)
	}
	for _, c := range b[2 : 2+k] {
		if n >= 1<<55 {
			return 0, 0, fmt.Errorf("octet %d: the length is too large", s.pos)
		}
		n = n<<8 | int64(c)
	}
	return n, int64(2 + k), nil
}

// enter reads the header of a value that must have this identifier.
func (s *scanner) enter(in frame, id byte, what string) (frame, error) {
	at := s.pos
	h, err := s.header(in)
	if err != nil {
		return frame{}, fmt.Errorf("%s: %w", what, err)
	}
	if h.id != id {
		return frame{}, fmt.Errorf("%s: octet %d: identifier %02x found where %02x is needed", what, at, h.id, id)
	}
	return h.frame, nil
}

// atEnd tells whether the contents of f are read to the end.
func (s *scanner) atEnd(f frame) (bool, error) {
	if !f.indefinite {
		return s.pos == f.end, nil
	}
	b, err := s.look(2)
	return len(b) == 2 && b[0] == 0 && b[1] == 0, err
}

// leave steps over the end of f, which must be reached.
func (s *scanner) leave(f frame) error {
	done, err := s.atEnd(f)
	if err != nil {
		return err
	}
	if !done {
		return fmt.Errorf("octet %d: more than one value; what was signed would be ambiguous", s.pos)
	}
	if f.indefinite {
		if s.pos+2 > f.end {
			return fmt.Errorf("octet %d: end-of-contents octets are missing", s.pos)
		}
		s.pos += 2
	}
	return nil
}

// skip steps over a value whose header was read and gives the end of its contents.
func (s *scanner) skip(h header) (int64, error) {
	if !h.frame.indefinite {
		s.pos = h.frame.end
		return s.pos, nil
	}
	for open := 1; ; {
		if done, err := s.atEnd(h.frame); err != nil {
			return 0, err
		} else if done {
			end := s.pos
			if err := s.leave(h.frame); err != nil {
				return 0, err
			}
			if open--; open == 0 {
				return end, nil
			}
			continue
		}
		c, err := s.header(h.frame)
		if err != nil {
			return 0, err
		}
		if !c.frame.indefinite {
			s.pos = c.frame.end
			continue
		}
		if open++; open > s.purse.MaxDepth() {
			return 0, fmt.Errorf("octet %d: %w", s.pos, s.purse.TooDeep())
		}
	}
}

// objectID reads an OBJECT IDENTIFIER.
func (s *scanner) objectID(what string) (ber.OID, error) {
	b, err := s.look(300)
	if err != nil {
		return "", err
	}
	r := ber.NewReader(b, s.purse)
	e, err := r.Expect(ber.ObjectID, what)
	if err != nil {
		return "", fmt.Errorf("at octet %d: %w", s.pos, err)
	}
	s.pos += int64(len(e.Raw))
	return e.OID()
}
