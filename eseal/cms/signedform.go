package cms

import (
	"bytes"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
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

// notDER says how a set of attributes deviates from DER (X.690 10, 11); empty
// when it does not. Nothing is re-encoded for that.
func notDER(raw []byte, p *purse.Purse) string {
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
	return firstDeviation(&in, true)
}

func firstDeviation(r *ber.Reader, set bool) string {
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
		if cause := firstDeviation(&in, e.Tag == ber.Set); cause != "" {
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
	for t := e.Tag.Number(); t >= 0x1f; t >>= 7 {
		want++
		if t < 1<<7 {
			break
		}
	}
	return size == want
}
