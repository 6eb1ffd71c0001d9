package cms

import (
	"bytes"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// SignedForm is one encoding of the signed attributes that may be what was signed.
type SignedForm struct {
	Bytes []byte
	Note  *note.Note // how the attributes were not received as DER; nil when they were
}

// SignedForms are the octets to verify the signature over, in the order to try
// them; nil without signed attributes, where the content itself was signed.
//
// RFC 5652 5.4 wants the DER of a SET OF Attribute digested. Producers exist
// that sort what they sign but not what they send, and others that sign what
// they send, unsorted. So the octets as received are tried first and their DER
// second. Every form holds the same attributes.
func (s *SignerInfo) SignedForms() []SignedForm {
	if s.RawSignedAttrs == nil {
		return nil
	}
	received := bytes.Clone(s.RawSignedAttrs)
	received[0] = 0x31
	var odd *note.Note
	for i := range s.Notes {
		if s.Notes[i].Code == CodeNotDER {
			odd = &s.Notes[i]
		}
	}
	if odd == nil {
		return []SignedForm{{Bytes: received}}
	}
	asReceived := SignedForm{Bytes: received, Note: odd}
	der, err := ber.AppendDER(nil, received, s.purse)
	switch {
	case err != nil || bytes.Equal(der, received):
		return []SignedForm{asReceived}
	case received[1] != 0x80:
		return []SignedForm{asReceived, {Bytes: der, Note: odd}}
	}
	// Nobody signs an indefinite length: the DER comes first, then the order
	// as received.
	forms := []SignedForm{{Bytes: der, Note: odd}}
	if unsorted := ber.Append(nil, 0x31, received[2:len(received)-2]); !bytes.Equal(unsorted, der) {
		forms = append(forms, SignedForm{Bytes: unsorted, Note: odd})
	}
	return forms
}

// notDER says how the signed attributes deviate from DER (X.690 10, 11); empty
// when they do not. Nothing is re-encoded for that.
func (s *SignerInfo) notDER() string {
	raw, p := s.RawSignedAttrs, s.purse
	if ascending(s.SignedAttrs) && plainDER(raw, false, p.MaxDepth()) {
		return ""
	}
	if len(raw) > 1 && raw[1] == 0x80 {
		return "indefinite length"
	}
	r := ber.NewReader(raw, p)
	e, err := r.Next()
	if err != nil {
		return err.Error()
	}
	if !minimal(&e) {
		return "length not minimal"
	}
	in, err := r.Enter(e)
	if err != nil {
		return err.Error()
	}
	return firstDeviation(in, true)
}

// firstDeviation walks one level; r is a copy, so that no level costs an allocation.
func firstDeviation(r ber.Reader, set bool) string {
	var prev []byte
	for !r.Empty() {
		e, err := r.Next()
		if err != nil {
			return err.Error()
		}
		switch {
		case e.Indefinite:
			return "indefinite length"
		case !minimal(&e):
			return "length not minimal"
		case set && bytes.Compare(prev, e.Raw) > 0:
			return "unsorted set"
		case e.Tag == ber.Boolean && len(e.Body) == 1 && e.Body[0] != 0 && e.Body[0] != 0xff:
			return "boolean that is neither 00 nor FF"
		}
		if set {
			prev = e.Raw
		}
		if !e.Constructed {
			continue
		}
		if e.Tag.Class() == 0 && e.Tag != ber.Sequence && e.Tag != ber.Set {
			return "constructed string"
		}
		in, err := r.Enter(e)
		if err != nil {
			return err.Error()
		}
		if cause := firstDeviation(in, e.Tag == ber.Set); cause != "" {
			return cause
		}
	}
	return ""
}

// minimal tells whether the length of e is in its shortest form (X.690 10.1).
func minimal(e *ber.Element) bool {
	n, size := len(e.Body), len(e.Raw)-len(e.Body)
	want := 2
	switch {
	case n >= 1<<24:
		want = 6
	case n >= 1<<16:
		want = 5
	case n >= 1<<8:
		want = 4
	case n >= 1<<7:
		want = 3
	}
	if t := e.Tag.Number(); t >= 0x1f {
		for ; t > 0; t >>= 7 {
			want++
		}
	}
	return size == want
}

func ascending(list []Attribute) bool {
	for i := 1; i < len(list); i++ {
		if bytes.Compare(list[i-1].Raw, list[i].Raw) > 0 {
			return false
		}
	}
	return true
}

// plainDER tells whether the elements in b are DER beyond doubt: one-octet
// tags, lengths up to 65535, no booleans, sets in order. Nearly all attributes
// are, and this costs a tenth of firstDeviation, which looks closer and finds
// the cause where this says no.
func plainDER(b []byte, set bool, depth int) bool {
	var prev []byte
	for len(b) > 0 {
		head, n := plainHeader(b)
		if head == 0 || n > len(b)-head {
			return false
		}
		if set && bytes.Compare(prev, b[:head+n]) > 0 {
			return false
		}
		if id := b[0]; id&0x20 != 0 {
			if id < 0x30 || id > 0x31 && id < 0x40 || depth == 0 || !plainDER(b[head:head+n], id == 0x31, depth-1) {
				return false
			}
		}
		prev, b = b[:head+n], b[head+n:]
	}
	return true
}

// plainHeader gives the octets of the header and of the contents; 0 is no.
func plainHeader(b []byte) (head, n int) {
	if len(b) < 2 || b[0]&0x1f == 0x1f || b[0] == 0x01 {
		return 0, 0
	}
	switch l := int(b[1]); {
	case l < 0x80:
		return 2, l
	case l == 0x81 && len(b) > 2 && b[2] >= 0x80:
		return 3, int(b[2])
	case l == 0x82 && len(b) > 3 && b[2] != 0:
		return 4, int(b[2])<<8 | int(b[3])
	}
	return 0, 0
}
