// Package cms reads CMS SignedData (RFC 5652, PKCS#7 v1.5 included) and the
// CAdES attributes in it (EN 319 122-1), in BER or DER. It keeps the original
// octets of everything that is hashed or signed, verifies nothing and trusts
// nobody: what it saw and did not expect stands in notes.
//
// All values alias the input, which must not change afterwards.
package cms

import (
	"bytes"
	"fmt"
	"io"

	"github.com/kakuin/kakuin/eseal/ber"
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

	encap section // EncapsulatedContentInfo, whole element
	purse *purse.Purse
}

// AlgorithmIdentifier is an algorithm with its parameters.
type AlgorithmIdentifier struct {
	OID    ber.OID
	Params []byte // whole encoding of the parameters, nil when absent
	Raw    []byte
}

// An Attribute is a type with its values, each a whole encoding.
type Attribute struct {
	Type   ber.OID
	Values [][]byte
	Raw    []byte
}

// OtherRevocation is an OtherRevocationInfoFormat (RFC 5652 10.2.1) that is not OCSP.
type OtherRevocation struct {
	Format ber.OID
	Raw    []byte // whole [1] element
	Info   []byte // the value of the format
}

// NotSignedData is the error for a ContentInfo that holds something else.
type NotSignedData struct{ ContentType ber.OID }

func (e *NotSignedData) Error() string {
	return fmt.Sprintf("the message is %s, not signed data", e.ContentType.Name())
}

// Parse reads one ContentInfo that is held in memory. A nil purse means the
// default limits.
func Parse(data []byte, p *purse.Purse) (*SignedData, error) { return nil, nil }

// Open reads one ContentInfo from a file. Attached content larger than a
// mebibyte stays in the file; everything else is held, at the purse's expense.
func Open(r io.ReaderAt, size int64, p *purse.Purse) (*SignedData, error) { return nil, nil }

// EncapsulatedContentInfo streams the original octets of encapContentInfo,
// tag and length included (archive-time-stamp-v2 hashes them).
func (sd *SignedData) EncapsulatedContentInfo() io.Reader { return bytes.NewReader(nil) }

// Content is attached content; it may lie in pieces and in the file.
type Content struct{}

// Size is the number of content octets.
func (c *Content) Size() int64 { return 0 }

// Reader streams the octets that are hashed (RFC 5652 5.4: without tag and length).
func (c *Content) Reader() io.Reader { return bytes.NewReader(nil) }

// Bytes is the content, when it is held in memory.
func (c *Content) Bytes() ([]byte, bool) { return nil, false }

type section struct{}
