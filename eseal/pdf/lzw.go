package pdf

import (
	"errors"
	"io"
)

const (
	lzwClear = 256
	lzwEnd   = 257
	lzwCodes = 4096
)

var errLZW = errors.New("a code that was not yet defined")

// An lzw is LZWDecode (7.4.4.2). compress/lzw of the standard library counts
// the code width for GIF and TIFF only; PDF changes it one code early.
type lzw struct {
	data   []byte
	bits   uint32
	nbits  uint
	width  uint
	early  int
	next   int
	last   int
	prefix [lzwCodes]uint16
	suffix [lzwCodes]byte
	text   [lzwCodes]byte // the octets of one code, from the end
	ready  []byte
}

func newLZW(data []byte, early bool) *lzw {
	z := &lzw{data: data, width: 9, next: 258, last: -1}
	if early {
		z.early = 1
	}
	return z
}

func (z *lzw) Read(out []byte) (int, error) {
	n := 0
	for n < len(out) {
		if len(z.ready) == 0 {
			if err := z.step(); err != nil {
				return n, err
			}
		}
		k := copy(out[n:], z.ready)
		n, z.ready = n+k, z.ready[k:]
	}
	return n, nil
}

func (z *lzw) code() int {
	for z.nbits < z.width {
		if len(z.data) == 0 {
			return lzwEnd
		}
		z.bits = z.bits<<8 | uint32(z.data[0])
		z.data, z.nbits = z.data[1:], z.nbits+8
	}
	z.nbits -= z.width
	return int(z.bits >> z.nbits & (1<<z.width - 1))
}

// step decodes one code into z.ready.
func (z *lzw) step() error {
	c := z.code()
	switch {
	case c == lzwEnd:
		return io.EOF
	case c == lzwClear:
		z.width, z.next, z.last = 9, 258, -1
		return nil
	case c > z.next || (c == z.next && z.last < 0) || (c >= 256 && z.last < 0):
		return errLZW
	}
	i := len(z.text)
	from := c
	if c == z.next { // the code that this very step defines
		i--
		from = z.last
	}
	for from >= 258 {
		i--
		z.text[i] = z.suffix[from]
		from = int(z.prefix[from])
	}
	i--
	z.text[i] = byte(from)
	if c == z.next {
		z.text[len(z.text)-1] = byte(from)
	}
	if z.last >= 0 && z.next < lzwCodes {
		z.prefix[z.next], z.suffix[z.next] = uint16(z.last), byte(from)
		z.next++
		if z.next+z.early >= 1<<z.width && z.width < 12 {
			z.width++
		}
	}
	z.last, z.ready = c, z.text[i:]
	return nil
}
