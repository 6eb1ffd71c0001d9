package cert

import (
	"errors"
	"math/big"

	"github.com/kakuin/kakuin/eseal/purse"
)

var errSoon = errors.New("not filled yet")

type crlIndex struct{}

// Identity gathers who the certificate names.
func (c *Certificate) Identity() Identity { return Identity{} }

// ParseCRL reads a CRL.
func ParseCRL(der []byte, p *purse.Purse) (*CRL, error) { return nil, errSoon }

// Lookup finds the entry of a certificate by serial number and issuer name.
func (c *CRL) Lookup(serial *big.Int, issuer []byte) (Entry, bool, error) {
	return Entry{}, false, errSoon
}

// Entries calls f with each entry until it returns false.
func (c *CRL) Entries(f func(Entry) bool) error { return errSoon }

// Indirect tells whether the CRL may hold certificates of other issuers.
func (c *CRL) Indirect() bool { return c.IDP != nil && c.IDP.IndirectCRL }

// ParseOCSP reads an OCSPResponse or a bare BasicOCSPResponse.
func ParseOCSP(der []byte, p *purse.Purse) (*OCSPResponse, error) { return nil, errSoon }

// Matches tells whether the identifier names the certificate with this
// serial number under an issuer with this encoded name and key bits.
// An error says that the hash algorithm is not known.
func (id CertID) Matches(issuerName, issuerKey []byte, serial *big.Int) (bool, error) {
	return false, errSoon
}

// AttributeCertificate is an RFC 5755 attribute certificate, as far as it is read.
type AttributeCertificate struct{ Raw []byte }

// ParseAttribute reads an attribute certificate.
func ParseAttribute(der []byte, p *purse.Purse) (*AttributeCertificate, error) { return nil, errSoon }
