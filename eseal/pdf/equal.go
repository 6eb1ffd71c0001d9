package pdf

import "bytes"

// equal compares two objects by value. References are equal by their numbers:
// what they lead to is compared on its own.
func equal(a, b Object) bool {
	switch x := a.(type) {
	case Array:
		y, ok := b.(Array)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !equal(x[i], y[i]) {
				return false
			}
		}
		return true
	case *Dict:
		y, ok := b.(*Dict)
		return ok && len(x.differs(y)) == 0
	case *String:
		y, ok := b.(*String)
		return ok && bytes.Equal(x.Value, y.Value)
	case *Stream:
		return x == b
	case Integer:
		if y, ok := b.(Real); ok {
			return Real(x) == y
		}
	case Real:
		if y, ok := b.(Integer); ok {
			return x == Real(y)
		}
	}
	return a == b
}

// differs lists the keys whose values are not equal, in the order of d and
// then of other. Doubled keys make a dictionary differ from every other.
func (d *Dict) differs(other *Dict) []Name {
	var keys []Name
	if d != nil {
		keys = append(keys, d.Duplicate...)
		for _, e := range d.Entries {
			if !equal(e.Value, other.Get(e.Key)) {
				keys = append(keys, e.Key)
			}
		}
	}
	if other != nil {
		keys = append(keys, other.Duplicate...)
		for _, e := range other.Entries {
			if !d.Has(e.Key) {
				keys = append(keys, e.Key)
			}
		}
	}
	return keys
}

// same compares two objects of two revisions, stream octets included.
func (f *File) same(a, b Object) bool {
	x, ok1 := a.(*Stream)
	y, ok2 := b.(*Stream)
	if ok1 != ok2 {
		return false
	}
	if !ok1 {
		return equal(a, b)
	}
	for _, key := range x.Dict.differs(y.Dict) {
		if key != "Length" {
			return false
		}
	}
	return f.sameOctets(x, y)
}

// sameOctets compares the encoded octets of two streams block by block.
func (f *File) sameOctets(x, y *Stream) bool {
	if f.measure(x) != nil || f.measure(y) != nil || x.DataLen != y.DataLen {
		return false
	}
	if f.sec != nil && (x.ref != y.ref || (x.rev < f.sec.from) != (y.rev < f.sec.from)) {
		return f.samePlain(x, y) // equal octets under two keys are not the same
	}
	return f.sameRaw(x, y) || f.sec != nil && f.samePlain(x, y)
}

func (f *File) sameRaw(x, y *Stream) bool {
	for i := int64(0); i < x.DataLen; {
		a, b := f.win.at(x.DataStart+i), f.win.at(y.DataStart+i)
		n := min(int64(len(a)), int64(len(b)), x.DataLen-i)
		if n == 0 || !bytes.Equal(a[:n], b[:n]) {
			return false
		}
		i += n
	}
	return true
}
