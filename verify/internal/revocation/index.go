package revocation

import (
	"math/big"
	"slices"
)

// Index finds items by issuer and serial number. It does not change once
// built: any number of checks may share it.
type Index struct {
	base      *Index
	crls      map[string][]*Item // by the CRL issuer's cert.NameKey
	responses map[string][]*Item // by serial number
	errors    []*Item            // responses without an answer
}

// NewIndex indexes items. Items without CRL and OCSP response are left out.
func NewIndex(items []Item) *Index { return (*Index)(nil).With(items) }

// With is an index of the items of x and some more; of equal items the new one
// stands.
func (x *Index) With(items []Item) *Index {
	out := &Index{base: x, crls: make(map[string][]*Item), responses: make(map[string][]*Item)}
	for _, item := range items {
		i := &item
		switch {
		case i.CRL != nil:
			name := i.CRL.IssuerKey()
			out.crls[name] = append(out.crls[name], i)
		case i.OCSP == nil:
		case len(i.OCSP.Responses) == 0:
			out.errors = append(out.errors, i)
		default:
			out.addResponse(i)
		}
	}
	return out
}

func (x *Index) addResponse(i *Item) {
	for _, r := range i.OCSP.Responses {
		key := r.ID.Serial.Text(62) // of nil too
		if list := x.responses[key]; len(list) == 0 || list[len(list)-1] != i {
			x.responses[key] = append(list, i)
		}
	}
}

func (x *Index) listsOf(name string) []*Item {
	return x.gather(func(x *Index) []*Item { return x.crls[name] })
}

func (x *Index) answersTo(serial *big.Int) []*Item {
	key := serial.Text(62)
	return x.gather(func(x *Index) []*Item { return x.responses[key] })
}

// failed are answers without content. They name no certificate, so only those
// that came with this question count, not those of the index below.
func (x *Index) failed() []*Item {
	top := Index{errors: x.errors}
	return top.gather(func(x *Index) []*Item { return x.errors })
}

// gather puts items into an order of their own and drops repetitions.
func (x *Index) gather(f func(*Index) []*Item) []*Item {
	var out []*Item
	for ; x != nil; x = x.base {
		out = append(out, f(x)...)
	}
	slices.SortStableFunc(out, compareItems)
	return slices.CompactFunc(out, func(a, b *Item) bool { return a.digest() == b.digest() })
}
