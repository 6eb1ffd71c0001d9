// Package tsa reads what the time-stamp protocol of RFC 3161 and RFC 5816
// exchanges: requests, responses and tokens. Parse never verifies: a Token is
// what a token says, and its notes are what it should not say. The rest are
// questions that a court asks of it: is this the imprint, is this certificate
// named, is the answer one to this request, which of two came first.
package tsa

import (
	"fmt"
	"math/big"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// A Token is a TimeStampToken: SignedData over a TSTInfo (RFC 3161 2.4.2).
type Token struct {
	Raw    []byte
	CMS    *cms.SignedData
	Signer *cms.SignerInfo // the first readable one; nil when there is none
	Info   Info
	Notes  []note.Note // of the token; those of message and signer stand in CMS and Signer
}

// Info is a TSTInfo (RFC 3161 2.4.2).
type Info struct {
	Raw              []byte
	Version          int
	Policy           ber.OID // empty when it is no object identifier
	ImprintAlgorithm cert.Algorithm
	ImprintDigest    sigalg.Digest // zero when ImprintAlgorithm is no known hash
	Imprint          []byte
	Serial           *big.Int
	GenTime          time.Time
	Accuracy         time.Duration
	HasAccuracy      bool
	Ordering         bool
	Nonce            *big.Int          // may be negative; nil when absent
	TSA              *cert.GeneralName // nil when absent or unreadable
	Extensions       []cert.Extension
	Qualified        bool // an EU qualified time-stamp says so by esi4-qtstStatement-1 (EN 319 422 9.1)
}

// NotToken is the error for an encoding that is something else than a token.
type NotToken struct {
	ContentType ber.OID // what the message holds; empty when it is no message
	Err         error
}

// Error says what was found.
func (e *NotToken) Error() string {
	if e.ContentType != "" {
		return fmt.Sprintf("not a time-stamp token: it holds %s, not id-ct-TSTInfo", e.ContentType.Name())
	}
	return "not a time-stamp token: " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *NotToken) Unwrap() error { return e.Err }

// Earliest is the earliest time that the token can mean: genTime less accuracy.
func (t *Token) Earliest() time.Time { return t.Info.GenTime.Add(-t.Info.Accuracy) }

// Latest is the latest time that the token can mean: genTime plus accuracy.
func (t *Token) Latest() time.Time { return t.Info.GenTime.Add(t.Info.Accuracy) }
