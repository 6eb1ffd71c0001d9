package pdf

import (
	"fmt"

	"github.com/kakuin/kakuin/eseal/purse"
)

type token uint8

const (
	tokEOF token = iota
	tokInt
	tokReal
	tokName
	tokString
	tokArray
	tokArrayEnd
	tokDict
	tokDictEnd
	tokWord
)

// Classes of octets (7.2.3).
const (
	regular = iota
	space
	delimiter
)

var class = func() (c [256]uint8) {
	for _, b := range "\x00\t\n\f\r " {
		c[b] = space
	}
	for _, b := range "()<>[]{}/%" {
		c[b] = delimiter
	}
	return c
}()

// maxWord bounds a name or number: ISO 32000-1 Annex C allows 127 octets for a name; producers write up to some hundreds.
const maxWord = 4096

// A lexer reads tokens from the window, or from memory when w is nil.
type lexer struct {
	w     *window
	p     *purse.Purse
	buf   []byte
	base  int64 // file offset of buf[0]
	pos   int
	skip  bool   // strings are passed over, not built
	spare String // of those that are passed over
	int   int64
	real  float64
	word  []byte // name or keyword, good until the next token
	str   *String
	tmp   []byte
	odd   bool // a number or string that readers do not read alike
	err   error
	limit int64 // file offset where reading ends; 0 is the end of the file
}

func (l *lexer) seek(off int64) {
	l.base, l.pos, l.err = off, 0, nil
	l.buf = l.clip(l.w.at(off))
}

func (l *lexer) clip(b []byte) []byte {
	if l.limit > 0 && l.base+int64(len(b)) > l.limit {
		return b[:max(0, l.limit-l.base)]
	}
	return b
}

func (l *lexer) offset() int64 { return l.base + int64(l.pos) }

// fileOffset is the place in the file, -1 in memory.
func (l *lexer) fileOffset(off int64) int64 {
	if l.w == nil {
		return -1
	}
	return off
}

// more moves to the next block.
func (l *lexer) more() bool {
	if l.w == nil || l.err != nil {
		return false
	}
	next := l.base + int64(len(l.buf))
	b := l.w.at(next)
	if len(b) == 0 {
		return false
	}
	// Objects hardly ever cross a block; the toll stops tokens that run to the end of the file again and again.
	if l.err = l.p.Take(purse.Objects, int64(len(b))/64); l.err != nil {
		return false
	}
	l.base, l.pos = next, 0
	l.buf = l.clip(b)
	return len(l.buf) > 0
}

// peek is the next octet, -1 at the end.
func (l *lexer) peek() int {
	if l.pos >= len(l.buf) && !l.more() {
		return -1
	}
	return int(l.buf[l.pos])
}

func (l *lexer) get() int {
	c := l.peek()
	if c >= 0 {
		l.pos++
	}
	return c
}

// blanks steps over white space and comments.
func (l *lexer) blanks() {
	for {
		c := l.peek()
		switch {
		case c < 0:
			return
		case class[c] == space:
			l.pos++
		case c == '%':
			for c >= 0 && c != '\n' && c != '\r' {
				c = l.get()
			}
		default:
			return
		}
	}
}

// run is the regular characters from here on.
func (l *lexer) run() []byte {
	l.tmp = l.tmp[:0]
	start := l.pos
	for {
		for l.pos < len(l.buf) && class[l.buf[l.pos]] == regular {
			l.pos++
		}
		if l.pos < len(l.buf) && len(l.tmp) == 0 {
			return l.buf[start:l.pos]
		}
		l.tmp = append(l.tmp, l.buf[start:l.pos]...)
		if len(l.tmp) > maxWord && l.err == nil {
			l.err = fmt.Errorf("octet %d: a name or number of more than %d octets", l.offset(), maxWord)
		}
		if l.err != nil || l.pos < len(l.buf) || !l.more() {
			return l.tmp
		}
		start = 0
	}
}

// next reads one token.
func (l *lexer) next() token {
	l.blanks()
	c := l.peek()
	if c < 0 || l.err != nil {
		return tokEOF
	}
	if class[c] == regular {
		return l.number(l.run())
	}
	l.pos++
	switch c {
	case '/':
		l.word = l.unescape(l.run())
		return tokName
	case '[':
		return tokArray
	case ']':
		return tokArrayEnd
	case '(':
		return l.literal()
	case '<':
		if l.peek() == '<' {
			l.pos++
			return tokDict
		}
		return l.hex()
	case '>':
		if l.peek() == '>' {
			l.pos++
			return tokDictEnd
		}
	}
	l.word = append(l.word[:0:0], byte(c)) // a lone > ) { }: a word that no grammar knows
	return tokWord
}

// unescape resolves #xx in a name (7.3.5).
func (l *lexer) unescape(b []byte) []byte {
	at := -1
	for i, c := range b {
		if c == '#' {
			at = i
			break
		}
	}
	if at < 0 {
		return b
	}
	out := append(make([]byte, 0, len(b)), b[:at]...)
	for i := at; i < len(b); i++ {
		if b[i] == '#' && i+2 < len(b) {
			hi, lo := hexValue[b[i+1]], hexValue[b[i+2]]
			if hi < 16 && lo < 16 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

// number tells integers and reals from keywords.
func (l *lexer) number(b []byte) token {
	l.word = b
	i, neg := 0, false
	for i < len(b) && (b[i] == '+' || b[i] == '-') {
		neg = neg || b[i] == '-'
		i++
	}
	signs := i
	if i == len(b) || (b[i] != '.' && (b[i] < '0' || b[i] > '9')) {
		return tokWord
	}
	var n int64
	big := 0.0
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		d := int64(b[i] - '0')
		big = big*10 + float64(d)
		if n > (1<<63-1-d)/10 {
			n = 1<<63 - 1 // saturates: a huge number must not turn into a small one
		} else {
			n = n*10 + d
		}
	}
	l.odd = l.odd || signs > 1
	if i == len(b) {
		if l.int = n; neg {
			l.int = -n
		}
		return tokInt
	}
	if b[i] != '.' {
		return tokWord
	}
	scale := 1.0
	for i++; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		scale /= 10
		big += float64(b[i]-'0') * scale
	}
	l.odd = l.odd || i < len(b) || i == signs+1
	if l.real = big; neg {
		l.real = -big
	}
	return tokReal
}
