package cert

import (
	"math/big"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
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

// CertStatus is what a responder says of one certificate. Its zero value is
// no status at all.
type CertStatus uint8

// The statuses of RFC 6960 4.2.1.
const (
	CertGood CertStatus = iota + 1
	CertRevoked
	CertUnknown
)

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
	Extensions         []Extension
	UnknownCritical    []ber.OID
	SignatureAlgorithm Algorithm
	Signature          []byte
	Certificates       [][]byte // encoded, as they stand
	Notes              []note.Note
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
	UnknownCritical []ber.OID
}

// CertHash is the digest of the certificate that the responder knows
// (Common PKI 2.0, 1.3.36.8.3.13).
type CertHash struct {
	Algorithm Algorithm
	Hash      []byte
}
