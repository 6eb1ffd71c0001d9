// Package evidence is everything that a judgement rests on besides the
// document itself: certificates, CRLs, OCSP responses, time-stamp tokens and
// lists, with their octets, where they came from and when they are proven to
// have existed.
package evidence

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A Type is a kind of evidence, spelled as in the report.
type Type string

// The types of evidence.
const (
	Certificate Type = "certificate"
	CRL         Type = "crl"
	OCSP        Type = "ocsp"
	Token       Type = "token"
	List        Type = "list"
)

// An Origin says which way an item came.
type Origin string

// The origins, nearest to the document first.
const (
	Document Origin = "document"
	Supplied Origin = "supplied"
	Cache    Origin = "cache"
	Fetched  Origin = "fetched"
	FromList Origin = "list"
)

// rank orders origins where the same octets came several ways: the report
// names the one that travels with the document first.
var rank = map[Origin]int{Document: 0, Supplied: 1, FromList: 2, Cache: 3, Fetched: 4}

// An Item is one piece of evidence. Exactly one of the parsed fields is set,
// or Err says why the octets could not be read; a broken item stays, so that
// the report can name it.
type Item struct {
	Type      Type
	Raw       []byte
	SHA256    [32]byte
	Origin    Origin
	URL       string
	Where     string // element of the document that carried it: "S1", "security store"
	FetchedAt time.Time

	Certificate *cert.Certificate
	CRL         *cert.CRL
	OCSP        *cert.OCSPResponse
	Err         error
}

// certificateCost is what a parsed certificate holds besides its octets, as
// messages with thousands of them showed.
const certificateCost = 8 << 10

// NewItem parses the octets of one item.
func NewItem(t Type, raw []byte, origin Origin, where string, p *purse.Purse) *Item {
	it := &Item{Type: t, Raw: raw, SHA256: sha256.Sum256(raw), Origin: origin, Where: where}
	switch t {
	case Certificate:
		if it.Err = p.Take(purse.Bytes, certificateCost); it.Err == nil {
			it.Certificate, it.Err = cert.Parse(raw, p)
		}
	case CRL:
		it.CRL, it.Err = cert.ParseCRL(raw, p)
	case OCSP:
		it.OCSP, it.Err = cert.ParseOCSP(raw, p)
	case Token, List:
	default:
		it.Err = fmt.Errorf("evidence of unknown type %q", t)
	}
	return it
}

// A Want is something that the judgement lacks: what, for which object, and
// where it may be had, best address first.
type Want struct {
	Type Type
	For  [32]byte // SHA-256 of the certificate that lacks it
	// Subject names that certificate for people.
	Subject string
	URLs    []string
	// OCSPIssuer is the certificate of the issuer, which an OCSP request needs.
	OCSPIssuer *cert.Certificate
	Target     *cert.Certificate
	Reason     string // finding code of the lack
	// Anew: what a cache gave for this want was not enough, so the address itself
	// is to be asked.
	Anew bool
}

// Key tells two wants apart; a want asked once is not asked again.
func (w Want) Key() string { return fmt.Sprintf("%s %x %q", w.Type, w.For, w.URLs) }

// A Source answers wants: a network, a cache, a folder. It never judges. It may
// return items and an error together: what it got, and which addresses gave
// nothing (see Failure).
type Source interface {
	Get(ctx context.Context, w Want, p *purse.Purse) ([]*Item, error)
}
