package cms

import (
	"bytes"
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// CertificateKind is the CHOICE of CertificateChoices (RFC 5652 10.2.2).
type CertificateKind uint8

// The kinds; zero is an element that is none of them.
const (
	UnknownCertificate  CertificateKind = iota
	X509                                // Certificate
	ExtendedCertificate                 // [0], PKCS#6, obsolete
	AttributeV1                         // [1], obsolete
	AttributeV2                         // [2], RFC 5755
	OtherCertificate                    // [3]
)

var kindNames = [...]string{"unknown", "X.509", "extended", "attribute v1", "attribute v2", "other"}

// String names the kind.
func (k CertificateKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// EmbeddedCertificate is one element of the certificates field. It is a
// candidate, never an anchor. What it says is read on demand: one odd
// certificate never costs the message.
type EmbeddedCertificate struct {
	Kind CertificateKind
	Raw  []byte // whole element; for X509 the certificate itself

	parsed *cert.Certificate
	err    error
	purse  *purse.Purse
}

// Cert reads the certificate, once. Other kinds than X509 are an error.
func (e *EmbeddedCertificate) Cert() (*cert.Certificate, error) {
	if e.parsed == nil && e.err == nil {
		if e.Kind != X509 {
			e.err = fmt.Errorf("a certificate of kind %s is not an X.509 certificate", e.Kind)
		} else {
			e.parsed, e.err = cert.Parse(e.Raw, e.purse)
		}
	}
	return e.parsed, e.err
}

// AttributeDER is an attribute certificate v2 as its own document: the
// universal SEQUENCE in place of the [2].
func (e *EmbeddedCertificate) AttributeDER() ([]byte, bool) {
	if e.Kind != AttributeV2 || len(e.Raw) == 0 {
		return nil, false
	}
	der := bytes.Clone(e.Raw)
	der[0] = 0x30
	return der, true
}

// readCertificates reads the certificates field. An element that cannot be
// stepped over ends the field, not the message.
func (sd *SignedData) readCertificates(r *ber.Reader, field ber.Element) error {
	sd.RawCertificates = field.Raw
	in, err := r.Enter(field)
	if err != nil {
		return fmt.Errorf("certificates: %w", err)
	}
	sd.Certificates = make([]EmbeddedCertificate, 0, 4)
	for !in.Empty() {
		e, err := in.Next()
		if err == nil {
			err = pay(sd.purse, costCertificate)
		}
		if ranOut(err) {
			return fmt.Errorf("certificates: %w", err)
		}
		if err != nil {
			sd.note(CodeSetBroken, "certificates", in.Offset(), note.Params{"cause": cause(err)})
			return nil
		}
		kind := certificateKind(e)
		if kind != X509 {
			sd.note(CodeCertificateKind, fmt.Sprintf("certificates[%d]", len(sd.Certificates)), e.Offset,
				note.Params{"kind": kind.String()})
		}
		sd.Certificates = append(sd.Certificates, EmbeddedCertificate{Kind: kind, Raw: e.Raw, purse: sd.purse})
	}
	return nil
}

func certificateKind(e ber.Element) CertificateKind {
	if !e.Constructed {
		return UnknownCertificate
	}
	switch e.Tag {
	case ber.Sequence:
		return X509
	case ber.Context(0):
		return ExtendedCertificate
	case ber.Context(1):
		return AttributeV1
	case ber.Context(2):
		return AttributeV2
	case ber.Context(3):
		return OtherCertificate
	}
	return UnknownCertificate
}

// OtherRevocation is an OtherRevocationInfoFormat (RFC 5652 10.2.1) that is
// not OCSP: SCVP responses (RFC 5276), or what nobody knows.
type OtherRevocation struct {
	Format ber.OID // empty when it cannot be read
	Raw    []byte  // whole element
	Info   []byte  // the value of the format, nil when it cannot be read
}

// readRevocation reads the crls field.
//
//	RevocationInfoChoice ::= CHOICE {
//	  crl CertificateList,
//	  other [1] IMPLICIT SEQUENCE { otherRevInfoFormat OID, otherRevInfo ANY } }
func (sd *SignedData) readRevocation(r *ber.Reader, field ber.Element) error {
	sd.RawCRLs = field.Raw
	in, err := r.Enter(field)
	if err != nil {
		return fmt.Errorf("crls: %w", err)
	}
	for i := 0; !in.Empty(); i++ {
		e, err := in.Next()
		if err == nil {
			err = pay(sd.purse, costCertificate)
		}
		if ranOut(err) {
			return fmt.Errorf("crls: %w", err)
		}
		if err != nil {
			sd.note(CodeSetBroken, "crls", in.Offset(), note.Params{"cause": cause(err)})
			return nil
		}
		if e.Tag == ber.Sequence && e.Constructed {
			sd.CRLs = append(sd.CRLs, e.Raw)
			continue
		}
		other := otherRevocation(&in, e)
		if other.Format == oidRIOCSP || other.Format == oidOCSPBasic {
			sd.OCSPs = append(sd.OCSPs, other.Info)
			continue
		}
		sd.note(CodeRevocationFormat, fmt.Sprintf("crls[%d]", i), e.Offset, note.Params{"format": string(other.Format)})
		sd.OtherRevocation = append(sd.OtherRevocation, other)
	}
	return nil
}

func otherRevocation(r *ber.Reader, e ber.Element) OtherRevocation {
	o := OtherRevocation{Raw: e.Raw}
	if e.Tag != ber.Context(1) {
		return o
	}
	in, err := r.Enter(e)
	if err != nil {
		return o
	}
	id, err := in.Expect(ber.ObjectID, "otherRevInfoFormat")
	if err != nil {
		return o
	}
	format, err := id.OID()
	if err != nil {
		return o
	}
	info, err := in.Next()
	if err != nil || !in.Empty() {
		return o
	}
	o.Format, o.Info = format, info.Raw
	return o
}
