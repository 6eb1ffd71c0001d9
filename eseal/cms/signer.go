package cms

import (
	"bytes"
	"fmt"
	"math/big"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// SignerInfo is one signer.
//
//	SignerInfo ::= SEQUENCE {
//	  version CMSVersion,
//	  sid CHOICE { issuerAndSerialNumber SEQUENCE { issuer Name, serialNumber INTEGER },
//	               subjectKeyIdentifier [0] OCTET STRING },
//	  digestAlgorithm AlgorithmIdentifier,
//	  signedAttrs [0] IMPLICIT SET OF Attribute OPTIONAL,
//	  signatureAlgorithm AlgorithmIdentifier,
//	  signature OCTET STRING,
//	  unsignedAttrs [1] IMPLICIT SET OF Attribute OPTIONAL }
type SignerInfo struct {
	Raw                []byte
	Err                error // not nil: this SignerInfo could not be read; only Raw and Notes stand
	Version            int
	Issuer             []byte   // encoded Name; nil when the signer is named by SubjectKeyID
	Serial             *big.Int // with Issuer
	RawSerial          []byte   // contents octets of Serial
	SubjectKeyID       []byte
	DigestAlgorithm    AlgorithmIdentifier
	SignatureAlgorithm AlgorithmIdentifier
	Signature          []byte
	RawSignedAttrs     []byte // as received, tag A0; nil when absent
	RawUnsignedAttrs   []byte // as received, tag A1; nil when absent
	SignedAttrs        []Attribute
	UnsignedAttrs      []Attribute
	Counter            bool // a counter-signature: its message is the parent's Signature
	Notes              []note.Note

	refs   []CertRef // of signing-certificate, read once
	serial big.Int
	room   attributes
	index  int
	depth  int   // of counter-signatures
	base   int64 // see SignedData.base
	purse  *purse.Purse
}

// read fills s from e. On an error s keeps Raw and nothing else.
func (s *SignerInfo) read(r *ber.Reader, e ber.Element) error {
	err := s.readFields(r, e)
	if err != nil {
		*s = SignerInfo{Raw: e.Raw, Counter: s.Counter, Notes: s.Notes, index: s.index, depth: s.depth, base: s.base, purse: s.purse}
	}
	return err
}

func (s *SignerInfo) readFields(r *ber.Reader, e ber.Element) error {
	s.Raw = e.Raw
	if e.Tag != ber.Sequence {
		return unexpected(e.Tag, e.Offset, ber.Sequence, "SignerInfo", nil)
	}
	in, err := r.Enter(e)
	if err != nil {
		return err
	}
	if s.Version, err = version(&in); err != nil {
		return err
	}
	if err := s.readIdentifier(&in); err != nil {
		return fmt.Errorf("sid: %w", err)
	}
	if s.DigestAlgorithm, err = readAlgorithm(&in, "digestAlgorithm"); err != nil {
		return err
	}
	if err := s.readSigned(&in); err != nil {
		return fmt.Errorf("signedAttrs: %w", err)
	}
	if s.SignatureAlgorithm, err = readAlgorithm(&in, "signatureAlgorithm"); err != nil {
		return err
	}
	if s.Signature, err = octets(&in, "signature"); err != nil {
		return err
	}
	if err := s.readUnsigned(&in); err != nil {
		return err
	}
	if !in.Empty() {
		s.note(CodeUnknownElement, "", in.Offset(), nil)
	}
	return nil
}

// readIdentifier reads SignerIdentifier.
func (s *SignerInfo) readIdentifier(r *ber.Reader) (err error) {
	if tag, ok := r.Peek(); ok && tag == ber.Context(0) {
		e, err := r.Next()
		if err == nil {
			s.SubjectKeyID, err = r.Octets(e)
		}
		return err
	}
	var in ber.Reader
	if _, err = enter(r, ber.Sequence, "issuerAndSerialNumber", &in); err != nil {
		return err
	}
	if s.Issuer, err = element(&in, ber.Sequence, "issuer"); err != nil {
		return err
	}
	e, err := in.Next()
	if err != nil || e.Tag != ber.Integer {
		return unexpected(e.Tag, e.Offset, ber.Integer, "serialNumber", err)
	}
	s.RawSerial = e.Body
	s.Serial, err = s.integer(e)
	return err
}

// integer is ber.Element.Int with the room of s, which saves an allocation.
func (s *SignerInfo) integer(e ber.Element) (*big.Int, error) {
	if len(e.Body) == 0 || e.Body[0]&0x80 != 0 {
		return e.Int()
	}
	return s.serial.SetBytes(e.Body), nil
}

func (s *SignerInfo) readSigned(r *ber.Reader) error {
	e, ok, err := r.Optional(ber.Context(0))
	if err != nil || !ok {
		return err
	}
	in, err := r.Enter(e)
	if err != nil {
		return err
	}
	s.RawSignedAttrs = e.Raw
	s.SignedAttrs, _, err = readAttributes(&in, s.room.list[:0], s.room.values[:0], s.purse)
	if err == nil {
		s.readRefs()
	}
	return err
}

// readUnsigned reads what no signature protects, and what therefore never
// costs one: broken attributes are a note, those before them stand.
func (s *SignerInfo) readUnsigned(r *ber.Reader) error {
	e, ok, err := r.Optional(ber.Context(1))
	if err != nil || !ok {
		return err
	}
	s.RawUnsignedAttrs = e.Raw
	in, err := r.Enter(e)
	if err == nil {
		// Both lists share the room; the signed one stands in front.
		list := s.room.list[min(len(s.SignedAttrs), len(s.room.list)):]
		values := s.room.values[min(countValues(s.SignedAttrs), len(s.room.values)):]
		s.UnsignedAttrs, _, err = readAttributes(&in, list[:0:len(list)], values[:0:len(values)], s.purse)
	}
	if ranOut(err) {
		return fmt.Errorf("unsignedAttrs: %w", err)
	}
	if err != nil {
		s.note(CodeUnsignedBroken, "unsignedAttrs", e.Offset, note.Params{"cause": err.Error()})
	}
	return nil
}

func countValues(list []Attribute) (n int) {
	for i := range list {
		n += len(list[i].Values)
	}
	return n
}

// Digest is the digest algorithm of the SignerInfo; zero when it is unknown.
func (s *SignerInfo) Digest() sigalg.Digest { return sigalg.DigestByOID(s.DigestAlgorithm.OID) }

// Algorithm is the signature algorithm with all that it fixes.
func (s *SignerInfo) Algorithm() (sigalg.Algorithm, []note.Note, error) {
	return sigalg.ByIdentifier(s.SignatureAlgorithm.OID, s.SignatureAlgorithm.Params, s.Digest())
}

// Names tells whether the signer identifier names this certificate. Issuers
// are compared by RFC 5280 7.1, serial numbers by value.
func (s *SignerInfo) Names(c *cert.Certificate) bool {
	if s.SubjectKeyID != nil {
		return len(s.SubjectKeyID) > 0 && bytes.Equal(s.SubjectKeyID, c.SubjectKeyID)
	}
	return s.Serial != nil && c.Serial != nil && s.Serial.Cmp(c.Serial) == 0 &&
		(bytes.Equal(s.Issuer, c.RawIssuer) || cert.NamesEqual(s.Issuer, c.RawIssuer))
}

// place names the signer in notes.
func (s *SignerInfo) place(where string) string {
	p := fmt.Sprintf("SignerInfo[%d]", s.index)
	if s.Counter {
		p = fmt.Sprintf("counterSignature[%d]", s.index)
	}
	if where == "" {
		return p
	}
	return p + "." + where
}

// note adds a deviation of the signer; off counts in the buffer being read, -1 unknown.
func (s *SignerInfo) note(code note.Code, where string, off int, params note.Params) {
	if pay(s.purse, costNote) != nil {
		return // the message ends with that
	}
	n := note.New(code, s.place(where), params)
	if off >= 0 && s.base >= 0 {
		n.Offset = s.base + int64(off)
	}
	s.Notes = append(s.Notes, n)
}
