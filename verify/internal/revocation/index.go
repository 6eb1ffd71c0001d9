package revocation

import (
	"bytes"
	"math/big"
	"slices"

	"github.com/kakuin/kakuin/eseal/cert"
)

// Index finds items by issuer and serial number. It does not change once
// built: any number of checks may share it.
type Index struct {
	crls      map[string][]*Item // by the CRL issuer's cert.NameKey
	responses map[string][]*Item // by serial number
	errors    []*Item            // responses without an answer
}

// NewIndex indexes items. Items without CRL and OCSP response are left out.
func NewIndex(items []Item) *Index {
	x := &Index{crls: make(map[string][]*Item), responses: make(map[string][]*Item)}
	for _, item := range items {
		i := &item
		switch {
		case i.CRL != nil:
			name := cert.NameKey(i.CRL.RawIssuer)
			x.crls[name] = append(x.crls[name], i)
		case i.OCSP == nil:
		case len(i.OCSP.Responses) == 0:
			x.errors = append(x.errors, i)
		default:
			x.addResponse(i)
		}
	}
	return x
}

func (x *Index) addResponse(i *Item) {
	for _, r := range i.OCSP.Responses {
		key := r.ID.Serial.Text(62) // of nil too
		if list := x.responses[key]; len(list) == 0 || list[len(list)-1] != i {
			x.responses[key] = append(list, i)
		}
	}
}

// view is a shared index and the items of one question, read as one.
type view struct{ shared, own *Index }

func (x *Index) with(items []Item) *view {
	return &view{shared: x, own: NewIndex(items)}
}

func (v *view) crls(name string) []*Item {
	return v.gather(func(x *Index) []*Item { return x.crls[name] })
}

func (v *view) responses(serial *big.Int) []*Item {
	return v.gather(func(x *Index) []*Item { return x.responses[serial.Text(62)] })
}

// errors are answers without content. They name no certificate, so only those
// that came with this question count, not those of the shared index.
func (v *view) errors() []*Item {
	own := view{own: v.own}
	return own.gather(func(x *Index) []*Item { return x.errors })
}

// gather puts items into an order of their own and drops repetitions.
func (v *view) gather(f func(*Index) []*Item) []*Item {
	var out []*Item
	for _, x := range []*Index{v.shared, v.own} {
		if x != nil {
			out = append(out, f(x)...)
		}
	}
	slices.SortStableFunc(out, func(a, b *Item) int {
		da, db := a.digest(), b.digest()
		return bytes.Compare(da[:], db[:])
	})
	return slices.CompactFunc(out, func(a, b *Item) bool { return a.digest() == b.digest() })
}
