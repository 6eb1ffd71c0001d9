package ers

import (
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// Attributes that cryptoInfos is known to carry (EN 319 122-1 A.1.1.2, A.1.2.2).
const (
	oidCertValues       ber.OID = "1.2.840.113549.1.9.16.2.23"
	oidRevocationValues ber.OID = "1.2.840.113549.1.9.16.2.24"
)

// cryptoInfos reads "data useful in the validation of the
// archiveTimeStampSequence" (RFC 4998 3.1): attributes. What cannot be used is
// noted, since no proof rests on it.
func (a *asn1Reader) cryptoInfos(in *ber.Reader) error {
	e, ok, err := in.Optional(ber.Context(0))
	if err != nil || !ok {
		return err
	}
	list, err := in.Enter(e)
	if err != nil {
		return err
	}
	for !list.Empty() {
		_, attr, err := list.ExpectEnter(ber.Sequence, "cryptoInfos")
		if err != nil {
			return err
		}
		if err := a.attribute(&attr); err != nil {
			a.rec.note(CodeAttribute, "cryptoInfos", note.Params{"what": err.Error()})
		}
	}
	return nil
}

func (a *asn1Reader) attribute(in *ber.Reader) error {
	e, err := in.Expect(ber.ObjectID, "type")
	if err != nil {
		return err
	}
	oid, err := e.OID()
	if err != nil {
		return err
	}
	_, values, err := in.ExpectEnter(ber.Set, "values")
	if err != nil {
		return err
	}
	read := a.certificates
	switch oid {
	case oidCertValues:
	case oidRevocationValues:
		read = a.revocation
	default:
		return fmt.Errorf("an attribute of type %s", oid.Name())
	}
	for err == nil && !values.Empty() {
		var list ber.Reader
		if _, list, err = values.ExpectEnter(ber.Sequence, oid.Name()); err == nil {
			err = read(&list)
		}
	}
	return err
}

func (a *asn1Reader) certificates(in *ber.Reader) error { return a.gather("certificate", in) }

func (a *asn1Reader) gather(kind string, in *ber.Reader) error {
	for !in.Empty() {
		e, err := in.Next()
		if err != nil {
			return err
		}
		a.rec.Material = append(a.rec.Material, Material{Type: kind, Raw: e.Raw})
	}
	return nil
}

// revocation reads RevocationValues: explicitly tagged lists.
func (a *asn1Reader) revocation(in *ber.Reader) error {
	for !in.Empty() {
		field, err := in.Next()
		if err != nil {
			return err
		}
		kind := map[ber.Tag]string{ber.Context(0): "crl", ber.Context(1): "ocsp"}[field.Tag]
		if kind == "" {
			return fmt.Errorf("octet %d: %s is no list of CRLs or OCSP responses", field.Offset, field.Tag)
		}
		inner, err := in.Enter(field)
		if err != nil {
			return err
		}
		_, list, err := inner.ExpectEnter(ber.Sequence, "RevocationValues")
		if err == nil {
			err = a.gather(kind, &list)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
