package cert

import (
	"bytes"

	"github.com/kakuin/kakuin/eseal/ber"
)

// fault is the first place where an encoding is not DER.
type fault struct {
	offset int
	what   string
}

// derFault walks the elements of r and returns the first that X.690 10 and 11
// would encode otherwise. It builds nothing, so it can run on every object.
// Errors of syntax end the walk: the reader proper reports them.
func derFault(r ber.Reader, set bool) (fault, bool) {
	var last []byte
	for !r.Empty() {
		e, err := r.Next()
		if err != nil {
			return fault{}, false
		}
		if set {
			if last != nil && bytes.Compare(last, e.Raw) > 0 {
				return fault{e.Offset, "SET OF is not sorted"}, true
			}
			last = e.Raw
		}
		if what := elementFault(e); what != "" {
			return fault{e.Offset, what}, true
		}
		if !e.Constructed {
			continue
		}
		in, err := r.Enter(e)
		if err != nil {
			return fault{}, false
		}
		if f, bad := derFault(in, e.Tag == ber.Set); bad {
			return f, true
		}
	}
	return fault{}, false
}

func elementFault(e ber.Element) string {
	if e.Indefinite {
		return "indefinite length"
	}
	if len(e.Raw)-len(e.Body) != headerSize(e) {
		return "length or tag is not minimal"
	}
	b := e.Body
	switch e.Tag {
	case ber.Sequence, ber.Set:
		if !e.Constructed {
			return "SEQUENCE or SET is primitive"
		}
	case ber.Boolean:
		if len(b) != 1 || (b[0] != 0 && b[0] != 0xff) {
			return "BOOLEAN is neither 00 nor FF"
		}
	case ber.Integer, ber.Enumerated:
		if !minimalInteger(b) {
			return "INTEGER is not minimal"
		}
	case ber.BitString:
		if len(b) > 1 && b[0] < 8 && b[len(b)-1]&(1<<b[0]-1) != 0 {
			return "unused bits of a BIT STRING are not zero"
		}
	}
	if e.Constructed && e.Tag.Class() == 0 && e.Tag != ber.Sequence && e.Tag != ber.Set {
		return "string or simple type is constructed"
	}
	return ""
}

// headerSize is the number of octets that DER needs for identifier and length.
func headerSize(e ber.Element) int {
	n := 2
	if num := e.Tag.Number(); num >= 31 {
		for ; num > 0; num >>= 7 {
			n++
		}
	}
	if l := len(e.Body); l >= 0x80 {
		for ; l > 0; l >>= 8 {
			n++
		}
	}
	return n
}

// minimalInteger is the rule of X.690 8.3.2.
func minimalInteger(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	return len(b) == 1 || !(b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80)
}

// checkDER notes the first fault of an encoding that starts at offset base.
func (s *scan) checkDER(where string, raw []byte, base int) {
	if f, bad := derFault(s.reader(raw), false); bad {
		s.note(CodeNotDER, where, base+f.offset, map[string]string{"what": f.what})
	}
}
