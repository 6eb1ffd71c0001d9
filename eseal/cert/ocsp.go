package cert

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// ResponseStatus is OCSPResponseStatus of RFC 6960 4.2.1, moved by one so
// that the zero value is not "successful".
type ResponseStatus uint8

// The response statuses.
const (
	ResponseSuccessful ResponseStatus = iota + 1
	ResponseMalformedRequest
	ResponseInternalError
	ResponseTryLater
	ResponseReserved // 4 is not used
	ResponseSigRequired
	ResponseUnauthorized
)

var responseNames = [...]string{"", "successful", "malformedRequest", "internalError", "tryLater", "4", "sigRequired", "unauthorized"}

// String is the name in RFC 6960 4.2.1.
func (s ResponseStatus) String() string {
	if int(s) < len(responseNames) {
		return responseNames[s]
	}
	return fmt.Sprintf("%d", uint8(s)-1)
}

// CertStatus is what a responder says of one certificate. Its zero value is
// no status at all.
type CertStatus uint8

// The statuses of RFC 6960 4.2.1.
const (
	CertGood CertStatus = iota + 1
	CertRevoked
	CertUnknown
)

// String is the name in RFC 6960 4.2.1, "" for the zero value.
func (s CertStatus) String() string {
	return [...]string{"", "good", "revoked", "unknown"}[s&3]
}

// OCSPResponse holds what one response says. Slices alias the input.
type OCSPResponse struct {
	Raw    []byte
	SHA256 [32]byte
	Status ResponseStatus
	Bare   bool   // a BasicOCSPResponse without its OCSPResponse envelope
	Basic  []byte // encoded BasicOCSPResponse; nil when Status is not successful

	RawTBS             []byte // ResponseData
	Version            int
	ResponderName      []byte // encoded Name, when byName
	ResponderKeyHash   []byte // SHA-1 of the responder's key bits, when byKey
	ProducedAt         time.Time
	Responses          []SingleResponse
	Nonce              []byte // value of the nonce: the octet string's contents
	ExtendedRevoked    bool   // RFC 6960 4.4.8: "revoked" may mean "never issued"
	Extensions         []Extension
	SignatureAlgorithm Algorithm
	Signature          []byte
	Certificates       [][]byte // encoded, as they stand
	Notes              []note.Note

	// UnknownCritical and MalformedExtensions: the response must not be used.
	UnknownCritical, MalformedExtensions []ber.OID
}

// CertID names one certificate in OCSP (RFC 6960 4.1.1).
type CertID struct {
	Raw            []byte
	HashAlgorithm  Algorithm
	IssuerNameHash []byte
	IssuerKeyHash  []byte
	Serial         *big.Int
}

// SingleResponse is what the responder says of one certificate.
type SingleResponse struct {
	ID              CertID
	Status          CertStatus
	RevokedAt       time.Time // CertRevoked only
	Reason          Reason    // CertRevoked only
	ThisUpdate      time.Time
	NextUpdate      time.Time // zero when absent
	Extensions      []Extension
	ArchiveCutoff   *time.Time // RFC 6960 4.4.4
	CertHash        *CertHash  // Common PKI positive statement
	InvalidityDate  time.Time  // CRL entry extension, RFC 6960 4.4.5
	UnknownCritical []ber.OID  // the response must not be used (RFC 6960 4.4)

	MalformedExtensions []ber.OID
}

// CertHash is the digest of the certificate that the responder knows
// (Common PKI 2.0, 1.3.36.8.3.13).
type CertHash struct {
	Algorithm Algorithm
	Hash      []byte
}

// ParseOCSP reads an OCSPResponse or a bare BasicOCSPResponse (RFC 6960 4.2.1),
// as RFC 5940 and PDF security stores hold them.
func ParseOCSP(der []byte, p *purse.Purse) (*OCSPResponse, error) {
	s := newScan(p)
	o := &OCSPResponse{}
	if err := s.ocsp(o, der); err != nil {
		return nil, fmt.Errorf("OCSP response: %w", err)
	}
	o.Notes = s.notes
	return o, nil
}

func (s *scan) ocsp(o *OCSPResponse, der []byte) error {
	r := s.reader(der)
	whole, in, err := r.ExpectEnter(ber.Sequence, "OCSPResponse")
	if err != nil {
		return err
	}
	if !r.Empty() {
		s.note(CodeTrailing, "OCSPResponse", r.Offset(), octets(len(r.Rest())))
	}
	o.Raw, o.SHA256 = whole.Raw, sha256.Sum256(whole.Raw)
	s.checkDER("OCSPResponse", whole.Raw, 0)
	if t, ok := in.Peek(); ok && t == ber.Sequence {
		o.Bare, o.Status, o.Basic = true, ResponseSuccessful, whole.Raw
		s.note(CodeBareOCSP, "BasicOCSPResponse", -1, nil)
		return s.basicOCSP(o, &in)
	}
	status, err := in.Expect(ber.Enumerated, "responseStatus")
	if err != nil {
		return err
	}
	n, err := status.Int64()
	if err != nil || n < 0 || n > 250 {
		return fmt.Errorf("responseStatus: octet %d: not a status", status.Offset)
	}
	o.Status = ResponseStatus(n) + 1
	outer, ok, err := in.Optional(ber.Context(0))
	if err != nil {
		return err
	}
	if err := end(&in); err != nil {
		return err
	}
	switch {
	case o.Status != ResponseSuccessful:
		return nil // RFC 6960 4.2.1: then there are no responseBytes
	case !ok:
		return fmt.Errorf("responseBytes: missing in a successful response")
	}
	return s.responseBytes(o, &in, outer)
}

const oidOCSPBasic ber.OID = "1.3.6.1.5.5.7.48.1.1"

func (s *scan) responseBytes(o *OCSPResponse, r *ber.Reader, outer ber.Element) error {
	in, err := r.Enter(outer)
	if err != nil {
		return err
	}
	body, err := sequence(&in, "responseBytes")
	if err != nil {
		return err
	}
	kind, err := expectOID(&body, "responseType")
	if err != nil {
		return err
	}
	if kind != oidOCSPBasic {
		return fmt.Errorf("responseType %s is not id-pkix-ocsp-basic", kind)
	}
	v, err := body.Expect(ber.OctetString, "response")
	if err != nil {
		return err
	}
	if o.Basic, err = body.Octets(v); err != nil {
		return err
	}
	basic := s.reader(o.Basic)
	fields, err := sequence(&basic, "BasicOCSPResponse")
	if err != nil {
		return err
	}
	s.checkDER("BasicOCSPResponse", o.Basic, v.BodyOffset())
	return s.basicOCSP(o, &fields)
}

func (s *scan) basicOCSP(o *OCSPResponse, in *ber.Reader) error {
	tbs, data, err := in.ExpectEnter(ber.Sequence, "tbsResponseData")
	if err != nil {
		return err
	}
	o.RawTBS = tbs.Raw
	if err := s.responseData(o, data); err != nil {
		return err
	}
	if o.SignatureAlgorithm, err = algorithm(in, "signatureAlgorithm"); err != nil {
		return err
	}
	if o.Signature, err = s.bits(in, ber.BitString, "signature"); err != nil {
		return err
	}
	outer, ok, err := in.Optional(ber.Context(0))
	if err != nil {
		return err
	}
	if ok {
		if err := s.responderCertificates(o, in, outer); err != nil {
			return err
		}
	}
	return end(in)
}

func (s *scan) responderCertificates(o *OCSPResponse, r *ber.Reader, outer ber.Element) error {
	in, err := r.Enter(outer)
	if err != nil {
		return err
	}
	list, err := sequence(&in, "certs")
	if err != nil {
		return err
	}
	for !list.Empty() {
		e, err := list.Next()
		if err != nil {
			return fmt.Errorf("certs[%d]: %w", len(o.Certificates), err)
		}
		if err := s.hold(costExtension); err != nil {
			return err
		}
		o.Certificates = append(o.Certificates, e.Raw)
	}
	return nil
}
