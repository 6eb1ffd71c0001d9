package eseal

import (
	"fmt"
	"io"
	"slices"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/purse"
)

// Attributes that embed a record in a signature (RFC 4998 appendix A).
const (
	oidRecordInternal ber.OID = "1.2.840.113549.1.9.16.2.49"
	oidRecordExternal ber.OID = "1.2.840.113549.1.9.16.2.50"
)

func isRecordAttribute(t ber.OID) bool { return t == oidRecordInternal || t == oidRecordExternal }

// embeddedRecords reads the records among the unsigned attributes of the
// signers that became signatures. Their object is the message without them;
// where the content lies outside, that too.
func (b *builder) embeddedRecords(sd *cms.SignedData, signatures []*Signature, content *source, octets func() ([]byte, error)) error {
	held := 0
	for _, si := range sd.Signers {
		for _, a := range si.UnsignedAttrs {
			if isRecordAttribute(a.Type) {
				held += len(a.Values)
			}
		}
	}
	if held == 0 {
		return nil
	}
	raw, err := octets()
	if err != nil {
		return err
	}
	all := b.withoutSome(raw, nil)
	for i, s := range signatures {
		for _, a := range sd.Signers[i].UnsignedAttrs {
			if !isRecordAttribute(a.Type) {
				continue
			}
			for _, v := range a.Values {
				message := recordObject{sources: all, document: true}
				if held > 1 { // one that came later is over those that were there
					message.sources = slices.Concat(all, b.withoutSome(raw, v))
				}
				b.embeddedRecord(v, a.Type, s, message, content)
			}
		}
	}
	return nil
}

func (b *builder) embeddedRecord(raw []byte, t ber.OID, s *Signature, message recordObject, content *source) {
	message.name = func() string { return s.ID }
	objects := []recordObject{message}
	if t == oidRecordExternal && content != nil {
		for _, o := range content.all() {
			if !o.missing() {
				objects = append(objects, recordObject{sources: []*source{o}, name: func() string { return o.name }})
			}
		}
	}
	b.record(raw, "", "", objects).Signature = s
}

// messageOctets holds the message; nil where it is too large to take apart.
func (b *builder) messageOctets(r io.ReaderAt, size int64) ([]byte, error) {
	if size > maxToken {
		return nil, nil
	}
	raw, err := b.octets(r, size)
	if err != nil {
		return nil, b.orUnreadable(err)
	}
	return raw, nil
}

// withoutSome are the encodings of the message without one record, or without
// all where one is nil: as it stands, and in DER where that differs. What
// cannot be taken apart is not at hand.
func (b *builder) withoutSome(raw, one []byte) []*source {
	missing := []*source{newSource("message")}
	if raw == nil || b.purse.Take(purse.Bytes, 2*int64(len(raw))) != nil {
		return missing
	}
	c := cutter{one: one}
	outer := ber.NewReader(raw, b.purse)
	cut, err := rewrite(&outer, ber.Sequence, 0x30, c.contentInfo)
	if err != nil {
		return missing
	}
	out := []*source{b.add(memorySource("message", cut))}
	if der, err := ber.AppendDER(nil, cut, b.purse); err == nil && string(der) != string(cut) {
		out = append(out, b.add(memorySource("message", der)))
	}
	return out
}

// A cutter takes records out of the unsigned attributes of all signers: one, or
// all. An attribute without values goes, and a set of attributes that gets
// empty (RFC 5652 5.3, 11).
type cutter struct{ one []byte }

// contentInfo: ContentInfo ::= SEQUENCE { contentType, [0] EXPLICIT SignedData }.
func (c cutter) contentInfo(i int, in *ber.Reader, e ber.Element) ([]byte, error) {
	if i != 1 || e.Tag != ber.Context(0) {
		return e.Raw, nil
	}
	return within(in, e, 0xa0, func(_ int, in *ber.Reader, e ber.Element) ([]byte, error) {
		return within(in, e, 0x30, c.signedData)
	})
}

// signedData: signerInfos is the last element of SignedData, and the only SET
// after the content (RFC 5652 5.1).
func (c cutter) signedData(i int, in *ber.Reader, e ber.Element) ([]byte, error) {
	if i < 3 || e.Tag != ber.Set {
		return e.Raw, nil
	}
	return within(in, e, 0x31, func(_ int, in *ber.Reader, e ber.Element) ([]byte, error) {
		return within(in, e, 0x30, c.signer)
	})
}

func (c cutter) signer(i int, in *ber.Reader, e ber.Element) ([]byte, error) {
	if i < 5 || e.Tag != ber.Context(1) {
		return e.Raw, nil
	}
	left := 0
	out, err := within(in, e, 0xa1, func(_ int, in *ber.Reader, e ber.Element) ([]byte, error) {
		b, err := c.attribute(in, e)
		left += len(b)
		return b, err
	})
	if left == 0 {
		out = nil
	}
	return out, err
}

func (c cutter) attribute(in *ber.Reader, e ber.Element) ([]byte, error) {
	a, err := in.Enter(e)
	if err != nil {
		return nil, err
	}
	t, err := a.Expect(ber.ObjectID, "attrType")
	if err != nil {
		return nil, err
	}
	if oid, err := t.OID(); err != nil || !isRecordAttribute(oid) {
		return e.Raw, err
	}
	if c.one == nil {
		return nil, nil
	}
	left := 0
	out, err := within(in, e, 0x30, func(i int, in *ber.Reader, e ber.Element) ([]byte, error) {
		if i != 1 {
			return e.Raw, nil
		}
		return within(in, e, 0x31, func(_ int, _ *ber.Reader, e ber.Element) ([]byte, error) {
			if string(e.Raw) == string(c.one) {
				return nil, nil
			}
			left++
			return e.Raw, nil
		})
	})
	if left == 0 {
		out = nil
	}
	return out, err
}

// A part is what becomes of the i-th element inside another.
type part func(i int, in *ber.Reader, e ber.Element) ([]byte, error)

// rewrite reads one constructed element and writes it again.
func rewrite(r *ber.Reader, tag ber.Tag, id byte, f part) ([]byte, error) {
	e, err := r.Expect(tag, "message")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoMessage, err)
	}
	return within(r, e, id, f)
}

// within writes an element again with what f makes of each of those inside,
// and with a length of the same form.
func within(r *ber.Reader, e ber.Element, id byte, f part) ([]byte, error) {
	in, err := r.Enter(e)
	if err != nil {
		return nil, err
	}
	var parts [][]byte
	for i := 0; !in.Empty(); i++ {
		e, err := in.Next()
		if err != nil {
			return nil, err
		}
		p, err := f(i, &in, e)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	body := slices.Concat(parts...)
	if e.Indefinite {
		return slices.Concat([]byte{id, 0x80}, body, []byte{0, 0}), nil
	}
	return ber.Append(nil, id, body), nil
}
