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

// embeddedRecords reads the records among the unsigned attributes. Their object
// is the message without them; where the content lies outside, that too.
func (b *builder) embeddedRecords(r io.ReaderAt, size int64, sd *cms.SignedData, content *source) error {
	var message *recordObject
	for i, si := range sd.Signers {
		for _, a := range si.UnsignedAttrs {
			if !isRecordAttribute(a.Type) {
				continue
			}
			if message == nil {
				m, err := b.messageObject(r, size)
				if err != nil {
					return err
				}
				message = m
			}
			for _, v := range a.Values {
				b.embeddedRecord(v, a.Type, b.doc.Signatures[i], *message, content)
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

// messageObject is the message without its records: as it stands but for the
// lengths, and in DER where that differs.
func (b *builder) messageObject(r io.ReaderAt, size int64) (*recordObject, error) {
	o := &recordObject{document: true}
	if size > maxToken {
		o.sources = []*source{newSource("message")} // too large to take apart: not at hand
		return o, nil
	}
	raw, err := b.octets(r, size)
	if err != nil {
		return o, b.orUnreadable(err)
	}
	for _, form := range messageForms(raw, b.purse) {
		o.sources = append(o.sources, b.add(memorySource("message", form)))
	}
	if len(o.sources) == 0 {
		o.sources = []*source{newSource("message")}
	}
	return o, nil
}

func messageForms(raw []byte, p *purse.Purse) [][]byte {
	if p.Take(purse.Bytes, 2*int64(len(raw))) != nil {
		return nil
	}
	stripped, err := withoutRecords(raw, p)
	if err != nil {
		return nil
	}
	out := [][]byte{stripped}
	if der, err := ber.AppendDER(nil, stripped, p); err == nil && string(der) != string(stripped) {
		out = append(out, der)
	}
	return out
}

// withoutRecords takes the records out of the unsigned attributes of all
// signers; a set of attributes that gets empty goes too (RFC 5652 5.3).
//
//	ContentInfo ::= SEQUENCE { contentType, [0] EXPLICIT SignedData }
func withoutRecords(raw []byte, p *purse.Purse) ([]byte, error) {
	outer := ber.NewReader(raw, p)
	return rewrite(&outer, ber.Sequence, 0x30, func(i int, in *ber.Reader, e ber.Element) ([]byte, error) {
		if i != 1 || e.Tag != ber.Context(0) {
			return e.Raw, nil
		}
		explicit, err := in.Enter(e)
		if err != nil {
			return nil, err
		}
		body, err := rewrite(&explicit, ber.Sequence, 0x30, signedDataPart)
		return ber.Append(nil, 0xa0, body), err
	})
}

// signedDataPart: signerInfos is the last element of SignedData and the only
// SET whose members are SEQUENCEs beginning with an INTEGER (RFC 5652 5.1).
func signedDataPart(i int, in *ber.Reader, e ber.Element) ([]byte, error) {
	if i < 3 || e.Tag != ber.Set {
		return e.Raw, nil
	}
	set, err := in.Enter(e)
	if err != nil {
		return nil, err
	}
	var body []byte
	for !set.Empty() {
		one, err := rewrite(&set, ber.Sequence, 0x30, signerPart)
		if err != nil {
			return nil, err
		}
		body = append(body, one...)
	}
	return ber.Append(nil, 0x31, body), nil
}

func signerPart(i int, in *ber.Reader, e ber.Element) ([]byte, error) {
	if i < 5 || e.Tag != ber.Context(1) {
		return e.Raw, nil
	}
	attrs, err := in.Enter(e)
	if err != nil {
		return nil, err
	}
	var body []byte
	for !attrs.Empty() {
		a, err := attrs.Next()
		if err != nil {
			return nil, err
		}
		if t, err := attributeType(&attrs, a); err != nil {
			return nil, err
		} else if !isRecordAttribute(t) {
			body = append(body, a.Raw...)
		}
	}
	if len(body) == 0 {
		return nil, nil
	}
	return ber.Append(nil, 0xa1, body), nil
}

func attributeType(r *ber.Reader, a ber.Element) (ber.OID, error) {
	in, err := r.Enter(a)
	if err != nil {
		return "", err
	}
	e, err := in.Expect(ber.ObjectID, "attrType")
	if err != nil {
		return "", err
	}
	return e.OID()
}

// rewrite reads one constructed element and writes it again with what part
// makes of each of its elements.
func rewrite(r *ber.Reader, tag ber.Tag, id byte, part func(int, *ber.Reader, ber.Element) ([]byte, error)) ([]byte, error) {
	_, in, err := r.ExpectEnter(tag, "message")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoMessage, err)
	}
	var parts [][]byte
	for i := 0; !in.Empty(); i++ {
		e, err := in.Next()
		if err != nil {
			return nil, err
		}
		p, err := part(i, &in, e)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return ber.Append(nil, id, slices.Concat(parts...)), nil
}
