package cert

import (
	"github.com/kakuin/kakuin/eseal/ber"
)

// Attribute is one AttributeTypeAndValue of a name.
type Attribute struct {
	Type  ber.OID
	Tag   ber.Tag // string type of the value
	Value string  // as UTF-8; for values that are no string, empty
	Raw   []byte  // the encoded value
}

// Name is a distinguished name in the order of its encoding.
type Name struct {
	Raw  []byte
	RDNs [][]Attribute
}
