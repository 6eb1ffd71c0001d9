package verifytest

import (
	"math/big"
	"time"
)

// TokenTemplate is what a time-stamp token is made from; zero fields take good defaults.
type TokenTemplate struct {
	Data           []byte    // stamped data, hashed with Algorithm
	Imprint        []byte    // or its digest
	Algorithm      string    // of the imprint; default SHA-256
	GenTime        time.Time // default: the world's StampTime
	Policy         string    // default: the world's TSA policy
	Serial         *big.Int
	Nonce          *big.Int
	Accuracy       time.Duration // default one second; negative = absent
	Ordering       bool
	NoTSAName      bool
	TSA            *Cert // default: the world's unit
	Digest, Scheme string
	ESS            string // "v2" (default), "v1", "none"
	NoCertificates bool
	Certificates   []*Cert // default: the unit's chain without the anchor
	CRLs, OCSPs    [][]byte
	Extensions     []Extension
	Version        int // default 1
	ExtraUnsigned  []Attribute
}
