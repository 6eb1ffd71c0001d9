package pdf

import "strconv"

// An Object is one of Bool, Integer, Real, Name, *String, Array, *Dict,
// *Stream and Ref (ISO 32000-2 7.3). The null object is the nil Object.
type Object interface{ object() }

// Bool is true or false (7.3.2).
type Bool bool

// Integer is a whole number (7.3.3).
type Integer int64

// Real is a number with a point (7.3.3).
type Real float64

// Name is a name without its solidus, #xx resolved (7.3.5).
type Name string

// Array is a row of objects (7.3.6).
type Array []Object

// Ref names an indirect object (7.3.10).
type Ref struct{ Number, Generation int }

// A String keeps where it stands, because a signature's coverage is measured
// against the very octets of its /Contents (7.3.4, 12.8.1).
type String struct {
	Value      []byte
	Start, End int64 // of the delimiters in the file: '<' or '(' and one past '>' or ')'; -1 inside an object stream
	Hex        bool  // written as <...>
	Odd        bool  // hexadecimal with an odd count of digits
	Blank      bool  // hexadecimal with white space between the digits
	Foreign    bool  // hexadecimal with other octets between the digits
}

// An Entry is one key and its value.
type Entry struct {
	Key   Name
	Value Object
}

// A Dict keeps its entries in the order of the file, doubled keys included.
type Dict struct {
	Entries    []Entry
	Start, End int64 // of << and one past >>; -1 inside an object stream
	Duplicate  []Name
}

// A Stream is a dictionary and the place of its encoded octets.
type Stream struct {
	*Dict
	DataStart int64 // first octet after the EOL that follows the keyword
	DataLen   int64 // encoded octets, by /Length where that is right
	bare      bool  // no end of line stands behind the keyword
	wrong     bool  // /Length is not where the data end
	stated    int64 // what /Length says
	rev       int   // the revision through which indirect entries are resolved
	ref       Ref   // as the object says it, which its encryption depends on
}

func (Bool) object()    {}
func (Integer) object() {}
func (Real) object()    {}
func (Name) object()    {}
func (Array) object()   {}
func (Ref) object()     {}
func (*String) object() {}
func (*Dict) object()   {}
func (*Stream) object() {}

// String writes the reference as the report names objects: "12 0".
func (r Ref) String() string {
	return strconv.Itoa(r.Number) + " " + strconv.Itoa(r.Generation)
}

// Get is the value of a key as it stands, not resolved; nil when absent. Of
// doubled keys the last counts, as in the readers that people use.
func (d *Dict) Get(key Name) Object {
	if d == nil {
		return nil
	}
	for i := len(d.Entries) - 1; i >= 0; i-- {
		if d.Entries[i].Key == key {
			return d.Entries[i].Value
		}
	}
	return nil
}

// Has tells whether the key is there.
func (d *Dict) Has(key Name) bool { return d.Get(key) != nil }

// Name is the value of a key if it is a direct name, else empty.
func (d *Dict) Name(key Name) Name {
	n, _ := d.Get(key).(Name)
	return n
}

// Int is the value of a key if it is a direct integer.
func (d *Dict) Int(key Name) (int64, bool) {
	n, ok := d.Get(key).(Integer)
	return int64(n), ok
}
