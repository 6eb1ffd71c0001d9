package cms

import (
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
)

// An Attribute is a type with its values, each a whole encoding.
//
//	Attribute ::= SEQUENCE { attrType OID, attrValues SET OF ANY }
type Attribute struct {
	Type   ber.OID
	Values [][]byte
	Raw    []byte
}

// attributes is the room that the attributes of one signer take first. Real
// signatures carry five attributes of one value each.
type attributes struct {
	list   [8]Attribute
	values [8][]byte
}

// readAttributes reads the contents of a SET OF Attribute, however it is
// tagged, and appends to list and values. What was read before an error is
// returned with it.
func readAttributes(r *ber.Reader, list []Attribute, values [][]byte, p *purse.Purse) ([]Attribute, [][]byte, error) {
	for !r.Empty() {
		n := len(list)
		list = append(list, Attribute{})
		var err error
		if values, err = list[n].read(r, values, p); err != nil {
			return list[:n], values, fmt.Errorf("attribute %d: %w", n, err)
		}
	}
	return list, values, nil
}

func (a *Attribute) read(r *ber.Reader, values [][]byte, p *purse.Purse) (_ [][]byte, err error) {
	var in, set ber.Reader
	if a.Raw, err = enter(r, ber.Sequence, "Attribute", &in); err != nil {
		return values, err
	}
	if a.Type, err = objectID(&in, "attrType"); err != nil {
		return values, err
	}
	if _, err = enter(&in, ber.Set, "attrValues", &set); err != nil {
		return values, err
	}
	if !in.Empty() {
		return values, fmt.Errorf("octet %d: an element follows attrValues", in.Offset())
	}
	if err = pay(p, costAttribute); err != nil {
		return values, err
	}
	start := len(values)
	for !set.Empty() {
		v, err := set.Next()
		if err == nil {
			err = pay(p, costSlice)
		}
		if err != nil {
			return values, fmt.Errorf("value of %s: %w", a.Type.Name(), err)
		}
		values = append(values, v.Raw)
	}
	a.Values = values[start:len(values):len(values)]
	return values, nil
}

// find is the first attribute of a type.
func find(list []Attribute, t ber.OID) (*Attribute, bool) {
	for i := range list {
		if list[i].Type == t {
			return &list[i], true
		}
	}
	return nil, false
}

// allValues are the values of all attributes of a type, in order.
func allValues(list []Attribute, t ber.OID) [][]byte {
	var out [][]byte
	for i := range list {
		if list[i].Type == t {
			out = append(out, list[i].Values...)
		}
	}
	return out
}

// SignedAttribute is the first signed attribute of a type. Duplicates are in
// the notes.
func (s *SignerInfo) SignedAttribute(t ber.OID) (*Attribute, bool) { return find(s.SignedAttrs, t) }

// UnsignedAttribute is the first unsigned attribute of a type.
func (s *SignerInfo) UnsignedAttribute(t ber.OID) (*Attribute, bool) { return find(s.UnsignedAttrs, t) }

// value is the only value of a signed attribute: false when there is no such
// attribute. None or several values are an error.
func (s *SignerInfo) value(t ber.OID) ([]byte, bool, error) {
	a, ok := find(s.SignedAttrs, t)
	if !ok {
		return nil, false, nil
	}
	if len(a.Values) != 1 {
		return nil, true, fmt.Errorf("%s has %d values where one is needed", t.Name(), len(a.Values))
	}
	return a.Values[0], true, nil
}

// enterValue opens the only value of a signed attribute that is a SEQUENCE.
func (s *SignerInfo) enterValue(t ber.OID, in *ber.Reader) (bool, error) {
	v, ok, err := s.value(t)
	if err != nil || !ok {
		return ok, err
	}
	r := ber.NewReader(v, s.purse)
	_, err = enter(&r, ber.Sequence, t.Name(), in)
	return true, err
}
