package verifytest

import (
	"time"
)

// CMSTemplate is what a CMS SignedData is made from; zero fields take good defaults.
type CMSTemplate struct {
	Content        []byte
	ContentType    string // default id-data
	Detached       bool
	Signers        []Signer // default: the world's seal certificate
	Certificates   []*Cert  // default: the signers' chains without the anchors
	NoCertificates bool
	CRLs, OCSPs    [][]byte // OCSPs as OtherRevocationInfo (RFC 5940): OCSPResponse octets
	Version        int      // default by RFC 5652 5.1
	Indefinite     bool     // BER with indefinite lengths and chunked content
	SetTimestamp   bool     // sets a signature time-stamp on the first signer; short for Signers[0].Timestamp
}

// Signer is one SignerInfo to be made.
type Signer struct {
	Cert                       *Cert
	Digest, Scheme             string    // default by the key
	ESS                        string    // "v2" (default), "v1", "none"
	ESSDigest                  string    // of the v2 certificate hash; default SHA-256
	SigningTime                time.Time // default: the world's SealTime
	NoSigningTime              bool      // PAdES: /M has it
	SubjectKeyID               bool
	NoAttributes               bool
	AlgorithmProtection        bool // RFC 6211
	ExtraSigned, ExtraUnsigned []Attribute
	Timestamp                  *TokenTemplate // signature time-stamp; Imprint is filled in
	ContentTimestamp           *TokenTemplate // signed attribute; Imprint is filled in
	CounterSigners             []Signer
	ArchiveTimestamp           *TokenTemplate // archive-time-stamp-v3; Imprint is filled in
}

// Attribute is a CMS attribute; Values are DER.
type Attribute struct {
	ID     string
	Values [][]byte
}
