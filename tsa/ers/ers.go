// Package ers reads evidence records: Archive Time-Stamps over hash trees and
// their renewals, in the ASN.1 form of RFC 4998 and the XML form of RFC 6283.
// Parse says what a record says, Cover what its trees lead to. Neither trusts
// anybody nor knows the time: who made a token and when it was good is for a
// court.
package ers

import (
	"bytes"
	"fmt"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/eseal/xml"
	"github.com/kakuin/kakuin/tsa"
)

// Formats of a record, spelled as in the report.
const (
	RFC4998 = "RFC4998"
	RFC6283 = "RFC6283"
)

// A Record is what one evidence record says.
type Record struct {
	Format    string
	Chains    []*Chain // oldest first
	Encrypted bool     // the objects were hashed in an encrypted form (RFC 4998 6, RFC 6283 2.1)
	Material  []Material
	Notes     []note.Note
}

// Material is data for the validation of the record that travels in it.
type Material struct {
	Type string // "certificate", "crl", "ocsp"
	Raw  []byte
}

// A Chain is an ArchiveTimeStampChain: one digest algorithm, one initial
// Archive Time-Stamp and its renewals.
type Chain struct {
	Stamps []*Stamp
	// encoded gives the octets of all chains before this one, as a hash-tree
	// renewal hashes them; more than one reading where the encoding allows it.
	encoded func() ([][]byte, error)
	// canonical is the form in which XML is hashed (RFC 6283 4.1.1).
	canonical *xml.Method
}

// A Stamp is one ArchiveTimeStamp.
type Stamp struct {
	Chain, Place int           // from 0
	Digest       sigalg.Digest // of its tree; zero where it is not known
	DigestName   string
	Tree         [][][]byte // reduced hash tree: lists of hash values, the one with the objects first; nil for none
	Raw          []byte     // the token
	Token        *tsa.Token
	TokenErr     error // the token cannot be read
	// encoded gives the octets that a renewal of this stamp hashes.
	encoded func() ([][]byte, error)
}

// Stamps are all Archive Time-Stamps, oldest first.
func (r *Record) Stamps() []*Stamp {
	var out []*Stamp
	for _, c := range r.Chains {
		out = append(out, c.Stamps...)
	}
	return out
}

// Wants are the digests of the objects that Cover asks for: one a chain.
func (r *Record) Wants() []sigalg.Digest {
	var out []sigalg.Digest
	for _, c := range r.Chains {
		out = append(out, c.Stamps[0].Digest)
	}
	return out
}

// Canonical are the forms in which an object that is XML may have been hashed
// (RFC 6283 4.1.1); none in RFC 4998.
func (r *Record) Canonical() []xml.Method {
	var out []xml.Method
	for _, c := range r.Chains {
		if c.canonical != nil {
			out = append(out, *c.canonical)
		}
	}
	return out
}

// Parse reads a record of either form. It verifies nothing. A nil purse means
// the default limits. The error says where the record is broken.
func Parse(raw []byte, p *purse.Purse) (*Record, error) {
	if p == nil {
		p = purse.New(purse.Limits{})
	}
	r := &Record{}
	var err error
	if Looks(raw) == RFC6283 {
		err = r.parseXML(raw, p)
	} else {
		err = r.parseASN1(raw, p)
	}
	if err != nil {
		return nil, fmt.Errorf("evidence record: %w", err)
	}
	r.noteFacts()
	return r, nil
}

// Looks tells the two forms apart by the first octet that is no blank.
func Looks(raw []byte) string {
	head := bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), " \t\r\n")
	if bytes.HasPrefix(head, []byte("<")) {
		return RFC6283
	}
	return RFC4998
}

func (r *Record) note(code note.Code, where string, params note.Params) {
	r.Notes = append(r.Notes, note.New(code, where, params))
}

// where names a stamp in notes.
func (s *Stamp) where() string { return fmt.Sprintf("ArchiveTimeStamp[%d][%d]", s.Chain, s.Place) }

// readToken reads the token of a stamp and settles its digest algorithm.
func (s *Stamp) readToken(raw []byte, p *purse.Purse) {
	s.Raw = raw
	s.Token, s.TokenErr = tsa.ParseToken(raw, p)
	// "If the optional field digestAlgorithm is not present, the digest
	// algorithm of the timestamp MUST be used" (RFC 4998 4.1).
	if s.Digest == 0 && s.DigestName == "" && s.Token != nil {
		s.Digest = s.Token.Info.ImprintDigest
		s.DigestName = s.Token.Info.ImprintAlgorithm.OID.Name()
		if s.Digest != 0 {
			s.DigestName = s.Digest.Name()
		}
	}
}
