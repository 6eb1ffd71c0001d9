package pdf

import (
	"bytes"

	"github.com/kakuin/kakuin/eseal/purse"
)

// hexValue is the value of a hexadecimal digit, 0xff for anything else.
var hexValue = func() (v [256]byte) {
	for i := range v {
		v[i] = 0xff
	}
	for i := range 10 {
		v['0'+i] = byte(i)
	}
	for i := range 6 {
		v['a'+i], v['A'+i] = byte(10+i), byte(10+i)
	}
	return v
}()

// hex reads a hexadecimal string behind its '<' (7.3.4.3).
func (l *lexer) hex() token {
	start := l.offset() - 1
	if l.skip {
		return l.skipHex()
	}
	s := &String{Start: l.fileOffset(start), Hex: true}
	if i := bytes.IndexByte(l.buf[l.pos:], '>'); i > 0 {
		s.Value = make([]byte, 0, i/2+1)
	}
	half, have := byte(0), false
	for room := l.p.Left(purse.Bytes); ; {
		if !have {
			l.hexPairs(s)
		}
		c := l.get()
		if c < 0 || int64(len(s.Value)) > room {
			return l.unfinished(s)
		}
		if c == '>' {
			break
		}
		v := hexValue[c]
		switch {
		case v < 16 && have:
			s.Value, have = append(s.Value, half<<4|v), false
		case v < 16:
			half, have = v, true
		case class[c] == space:
			s.Blank = true
		default:
			s.Foreign, l.odd = true, true
		}
	}
	if have {
		s.Value, s.Odd = append(s.Value, half<<4), true
	}
	return l.built(s)
}

// briefLen is up to where a hexadecimal string that is passed over is looked
// at: only signatures and hashes are longer.
const briefLen = 1 << 10

// hexPairs reads what stands in plain pairs of digits within the block: all
// of a usual /Contents.
func (l *lexer) hexPairs(s *String) {
	b, out := l.buf[l.pos:], s.Value
	for len(b) >= 2 {
		hi, lo := hexValue[b[0]], hexValue[b[1]]
		if hi|lo >= 16 {
			break
		}
		out = append(out, hi<<4|lo)
		b = b[2:]
	}
	l.pos, s.Value = len(l.buf)-len(b), out
}

func (l *lexer) skipHex() token {
	for {
		i := bytes.IndexByte(l.buf[l.pos:], '>')
		if i >= 0 {
			for _, c := range l.buf[l.pos:][:min(i, briefLen)] {
				l.odd = l.odd || hexValue[c] >= 16 && class[c] != space
			}
			l.pos += i + 1
			return tokString
		}
		if l.pos = len(l.buf); !l.more() {
			return tokEOF
		}
	}
}

// literal reads a string behind its '(' (7.3.4.2).
func (l *lexer) literal() token {
	s := &l.spare
	if !l.skip {
		s = &String{Start: l.fileOffset(l.offset() - 1)}
	}
	room := l.p.Left(purse.Bytes)
	for open := 1; ; {
		c := l.get()
		if c < 0 || int64(len(s.Value)) > room {
			return l.unfinished(s)
		}
		switch c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return l.built(s)
			}
		case '\\':
			if c = l.escape(); c == -1 {
				continue
			}
		case '\r':
			if l.peek() == '\n' {
				l.pos++
			}
			c = '\n'
		}
		if !l.skip {
			s.Value = append(s.Value, byte(c))
		}
	}
}

var escapes = [256]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

// escape reads what follows a backslash; -1 when it stands for nothing.
func (l *lexer) escape() int {
	c := l.get()
	switch {
	case c < 0:
		return -1
	case escapes[c] != 0:
		return int(escapes[c])
	case c == '\r':
		if l.peek() == '\n' {
			l.pos++
		}
		return -1
	case c == '\n':
		return -1
	case c < '0' || c > '7':
		return c
	}
	n := c - '0'
	for range 2 {
		c = l.peek()
		if c < '0' || c > '7' {
			break
		}
		l.pos++
		n = n<<3 | (c - '0')
	}
	return n & 0xff
}

// unfinished pays for a string that has no end.
func (l *lexer) unfinished(s *String) token {
	if err := l.p.Take(purse.Bytes, int64(len(s.Value))); err != nil && l.err == nil {
		l.err = err
	}
	return tokEOF
}

func (l *lexer) built(s *String) token {
	s.End = l.fileOffset(l.offset())
	if !l.skip && l.err == nil {
		l.err = l.p.Take(purse.Bytes, int64(len(s.Value))+stringCost)
	}
	l.str = s
	return tokString
}
