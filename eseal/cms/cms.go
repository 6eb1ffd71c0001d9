// Package cms reads CMS SignedData (RFC 5652, PKCS#7 v1.5 included) and the
// CAdES attributes in it (EN 319 122-1), in BER or DER. It keeps the original
// octets of everything that is hashed or signed, verifies nothing and trusts
// nobody: what it saw and did not expect stands in notes.
//
// All values alias the input, which must not change afterwards. A message
// belongs to one goroutine at a time, as its purse does.
package cms

import (
	"errors"
	"fmt"
	"io"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// SignedData is one message.
//
//	SignedData ::= SEQUENCE {
//	  version CMSVersion,
//	  digestAlgorithms SET OF AlgorithmIdentifier,
//	  encapContentInfo SEQUENCE { eContentType OID, eContent [0] EXPLICIT OCTET STRING OPTIONAL },
//	  certificates [0] IMPLICIT SET OF CertificateChoices OPTIONAL,
//	  crls [1] IMPLICIT SET OF RevocationInfoChoice OPTIONAL,
//	  signerInfos SET OF SignerInfo }
type SignedData struct {
	Version          int
	DigestAlgorithms []AlgorithmIdentifier
	ContentType      ber.OID  // eContentType
	Content          *Content // nil: detached
	Certificates     []EmbeddedCertificate
	CRLs             [][]byte          // CertificateList, whole encodings in order
	OCSPs            [][]byte          // RFC 5940: OCSPResponse or BasicOCSPResponse, as found
	OtherRevocation  []OtherRevocation // revocation information of any other format
	Signers          []*SignerInfo     // unreadable ones too: see SignerInfo.Err
	Trailing         int64             // octets after the message (PDF pads with zeros)
	Notes            []note.Note       // of the message; those of a signer stand in SignerInfo.Notes

	// Original octets, whole elements; nil where absent. Archive time-stamps hash them.
	RawDigestAlgorithms []byte // SET
	RawCertificates     []byte // [0]
	RawCRLs             []byte // [1]

	encap   Content // EncapsulatedContentInfo as one extent, tag and length included
	content Content // what Content points to
	base    int64   // position in the file of the buffer that is being read
	purse   *purse.Purse

	listed            map[ber.OID]bool // see lists
	asked, attributes bool             // see contentIsAttributes
}

// AlgorithmIdentifier is an algorithm with its parameters.
type AlgorithmIdentifier = cert.Algorithm

// NotSignedData is the error for a ContentInfo that holds something else.
type NotSignedData struct{ ContentType ber.OID }

// Error names what the message holds.
func (e *NotSignedData) Error() string {
	return fmt.Sprintf("the CMS message holds %s, not signed data", e.ContentType.Name())
}

// message is a SignedData with room for what nearly every message has, so
// that reading one costs few allocations.
type message struct {
	sd      SignedData
	digests [1]AlgorithmIdentifier
	signer  SignerInfo
	signers [1]*SignerInfo
}

func newMessage(p *purse.Purse) *message {
	if p == nil {
		p = purse.New(purse.Limits{})
	}
	m := &message{}
	m.sd.purse = p
	m.sd.DigestAlgorithms = m.digests[:0]
	m.sd.Signers = m.signers[:0]
	return m
}

// Parse reads one ContentInfo that is held in memory, DER or BER. A nil purse
// means the default limits. The error is *NotSignedData, *purse.Empty or a
// *ber.SyntaxError, wrapped with the place.
func Parse(data []byte, p *purse.Purse) (*SignedData, error) {
	m := newMessage(p)
	if err := m.parse(data); err != nil {
		return nil, fmt.Errorf("CMS message: %w", err)
	}
	return &m.sd, nil
}

func (m *message) parse(data []byte) error {
	sd := &m.sd
	r := ber.NewReader(data, sd.purse)
	var in ber.Reader
	if err := sd.enterContentInfo(&r, &in); err != nil {
		return err
	}
	sd.Trailing = int64(len(r.Rest()))
	if !allZero(r.Rest()) {
		sd.note(CodeTrailing, "ContentInfo", r.Offset(), note.Params{"octets": fmt.Sprint(sd.Trailing)})
	}
	if err := sd.readHead(&in); err != nil {
		return err
	}
	var enc ber.Reader
	raw, err := enter(&in, ber.Sequence, "encapContentInfo", &enc)
	if err != nil {
		return err
	}
	sd.encap = inMemory(raw)
	if err := sd.readEncap(&enc, data); err != nil {
		return fmt.Errorf("encapContentInfo: %w", err)
	}
	return m.readTail(&in)
}

// enterContentInfo steps into SignedData. A SignedData without its
// ContentInfo is taken, with a note.
func (sd *SignedData) enterContentInfo(r, body *ber.Reader) error {
	var info, content ber.Reader
	if _, err := enter(r, ber.Sequence, "ContentInfo", &info); err != nil {
		return err
	}
	if tag, _ := info.Peek(); tag == ber.Integer {
		sd.note(CodeBare, "SignedData", 0, nil)
		*body = info
		return nil
	}
	typ, err := objectID(&info, "contentType")
	if err != nil {
		return err
	}
	if typ != oidSignedData {
		return &NotSignedData{ContentType: typ}
	}
	if _, err := enter(&info, ber.Context(0), "content", &content); err != nil {
		return err
	}
	if _, err := enter(&content, ber.Sequence, "SignedData", body); err != nil {
		return err
	}
	for _, rest := range []*ber.Reader{&content, &info} {
		if !rest.Empty() {
			sd.note(CodeUnknownElement, "ContentInfo", rest.Offset(), nil)
		}
	}
	return nil
}

// readHead reads version and digestAlgorithms.
func (sd *SignedData) readHead(in *ber.Reader) (err error) {
	if sd.Version, err = version(in); err != nil {
		return err
	}
	var algs ber.Reader
	if sd.RawDigestAlgorithms, err = enter(in, ber.Set, "digestAlgorithms", &algs); err != nil {
		return err
	}
	for !algs.Empty() {
		a, err := readAlgorithm(&algs, "digestAlgorithms")
		if err == nil {
			err = pay(sd.purse, costAlgorithm)
		}
		if err != nil {
			return err
		}
		sd.DigestAlgorithms = append(sd.DigestAlgorithms, a)
	}
	return nil
}

// readEncap reads the contents of encapContentInfo; data is what in lies in.
func (sd *SignedData) readEncap(in *ber.Reader, data []byte) (err error) {
	if sd.ContentType, err = objectID(in, "eContentType"); err != nil || in.Empty() {
		return err
	}
	var c ber.Reader
	if _, err := enter(in, ber.Context(0), "eContent", &c); err != nil {
		return err
	}
	v, err := c.Next()
	if err != nil {
		return fmt.Errorf("eContent: %w", err)
	}
	if !c.Empty() || !in.Empty() {
		return fmt.Errorf("eContent: octet %d: more than one value; what was signed would be ambiguous", v.Offset)
	}
	sd.Content = &sd.content
	if v.Tag != ber.OctetString {
		// PKCS#7 v1.5 7 let any type stand here; RFC 5652 5.2.1 says that its
		// octets without tag and length were digested.
		sd.note(CodeNotOctets, "eContent", v.Offset, note.Params{"tag": v.Tag.String()})
		sd.content = inMemory(v.Body)
		return nil
	}
	if !v.Constructed {
		sd.content = inMemory(v.Body)
		return nil
	}
	sd.content.data = data
	err = c.Segments(v, func(seg ber.Element) error {
		return sd.content.add(int64(seg.BodyOffset()), int64(len(seg.Body)), sd.purse)
	})
	if err != nil {
		return fmt.Errorf("eContent: %w", err)
	}
	return nil
}

// readTail reads what follows encapContentInfo.
func (m *message) readTail(in *ber.Reader) error {
	sd := &m.sd
	certs, ok, err := in.Optional(ber.Context(0))
	if err != nil {
		return fmt.Errorf("certificates: %w", err)
	}
	if ok {
		if err := sd.readCertificates(in, certs); err != nil {
			return err
		}
	}
	crls, ok, err := in.Optional(ber.Context(1))
	if err != nil {
		return fmt.Errorf("crls: %w", err)
	}
	if ok {
		if err := sd.readRevocation(in, crls); err != nil {
			return err
		}
	}
	var set ber.Reader
	if _, err := enter(in, ber.Set, "signerInfos", &set); err != nil {
		return err
	}
	for !set.Empty() {
		if err := m.readSigner(&set); err != nil {
			return err
		}
	}
	if !in.Empty() {
		sd.note(CodeUnknownElement, "SignedData", in.Offset(), nil)
	}
	sd.checkMessage()
	// A check that ran out could only leave a note, or none: say what it was.
	if err := sd.purse.Take(purse.Objects, 1); err != nil {
		return err
	}
	return sd.purse.Take(purse.Bytes, 1)
}

// readSigner reads one element of signerInfos. What is wrong inside it stays
// with that signer; only what hides the next one ends the message.
func (m *message) readSigner(set *ber.Reader) error {
	sd := &m.sd
	i := len(sd.Signers)
	e, err := set.Next()
	if err == nil {
		err = pay(sd.purse, costSigner)
	}
	if err != nil {
		return fmt.Errorf("SignerInfo[%d]: %w", i, err)
	}
	s := &m.signer
	if i > 0 {
		s = &SignerInfo{}
	}
	s.index, s.base, s.purse = i, sd.base, sd.purse
	if err := s.read(set, e); err != nil {
		if ranOut(err) {
			return fmt.Errorf("SignerInfo[%d]: %w", i, err)
		}
		s.Err = fmt.Errorf("SignerInfo[%d]: %w", i, countedFrom(sd.base, err))
	}
	s.checkSigner(sd)
	sd.Signers = append(sd.Signers, s)
	return nil
}

// readAlgorithm reads one AlgorithmIdentifier (RFC 5280 4.1.1.2).
func readAlgorithm(r *ber.Reader, what string) (a AlgorithmIdentifier, err error) {
	var in ber.Reader
	if a.Raw, err = enter(r, ber.Sequence, what, &in); err != nil {
		return a, err
	}
	a.OID, a.Params, err = algorithm(&in, what)
	return a, err
}

// algorithm reads the contents of an AlgorithmIdentifier.
func algorithm(in *ber.Reader, what string) (ber.OID, []byte, error) {
	id, err := objectID(in, what)
	if err != nil || in.Empty() {
		return id, nil, err
	}
	params, err := in.Next()
	if err != nil {
		return id, nil, fmt.Errorf("%s parameters: %w", what, err)
	}
	if !in.Empty() {
		return id, nil, fmt.Errorf("%s: octet %d: an element follows the parameters", what, in.Offset())
	}
	return id, params.Raw, nil
}

// note adds a deviation of the message; off counts in the buffer being read, -1 unknown.
func (sd *SignedData) note(code note.Code, where string, off int, params note.Params) {
	if pay(sd.purse, costNote) != nil {
		return // the message ends with that
	}
	n := note.New(code, where, params)
	if off >= 0 {
		n.Offset = sd.base + int64(off)
	}
	sd.Notes = append(sd.Notes, n)
}

// EncapsulatedContentInfo streams the original octets of encapContentInfo,
// tag and length included (archive-time-stamp-v2 hashes them, TS 101 733 6.4.1).
func (sd *SignedData) EncapsulatedContentInfo() io.Reader { return sd.encap.Reader() }

// ranOut tells whether the purse is empty: an outcome of its own, which no
// reader may take for a malformed element.
func ranOut(err error) bool {
	if err == nil {
		return false
	}
	var empty *purse.Empty
	return errors.As(err, &empty)
}
