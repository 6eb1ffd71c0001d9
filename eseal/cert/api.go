package cert

import (
	"errors"
	"math/big"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// session scaffold: each of these moves to its file within the hour
var errSoon = errors.New("not filled yet")

type crlIndex struct{}

// Parse reads one certificate. Trailing octets are a note, not part of Raw.
func Parse(der []byte, p *purse.Purse) (*Certificate, error) { return nil, errSoon }

// Strict is the opinion of crypto/x509: nil when it accepts the certificate.
func (c *Certificate) Strict() error { return nil }

// Reader is ReaderStrict when crypto/x509 accepts the certificate, else ReaderLenient.
func (c *Certificate) Reader() string { return "" }

// Oddities are Notes, and what crypto/x509 refused.
func (c *Certificate) Oddities() []note.Note { return nil }

// KeyName is "RSA-2048", "P-384", "Ed25519", "ML-DSA-65".
func (c *Certificate) KeyName() string { return "" }

// Identity gathers who the certificate names.
func (c *Certificate) Identity() Identity { return Identity{} }

// ParseName reads one encoded Name.
func ParseName(raw []byte, p *purse.Purse) (Name, error) { return Name{}, errSoon }

// String is the form of RFC 4514.
func (n Name) String() string { return "" }

// Get is the most specific value of a type, "" when there is none.
func (n Name) Get(oid ber.OID) string { return "" }

// All are the values of a type in the order of the encoding.
func (n Name) All(oid ber.OID) []string { return nil }

// CommonName is the most specific CN.
func (n Name) CommonName() string { return "" }

// Organization is the most specific O.
func (n Name) Organization() string { return "" }

// NamesEqual compares two encoded names by RFC 5280 7.1.
func NamesEqual(a, b []byte) bool { return false }

// NameKey is the same string for all names that NamesEqual takes as one.
func NameKey(raw []byte) string { return "" }

// AppendRDN is the full name of a nameRelativeToCRLIssuer under an issuer.
func AppendRDN(issuer, rdn []byte) ([]byte, error) { return nil, errSoon }

// ParseGeneralName reads one GeneralName.
func ParseGeneralName(raw []byte, p *purse.Purse) (GeneralName, error) { return GeneralName{}, errSoon }

// ParseGeneralNames reads a GeneralNames SEQUENCE.
func ParseGeneralNames(raw []byte, p *purse.Purse) ([]GeneralName, error) { return nil, errSoon }

// String is a name with its type: "dNS:example.jp".
func (g GeneralName) String() string { return "" }

// SmtpUTF8 is the mailbox of an id-on-SmtpUTF8Mailbox otherName (RFC 9598).
func (g GeneralName) SmtpUTF8() (string, bool) { return "", false }

// ParseAlgorithm reads an AlgorithmIdentifier.
func ParseAlgorithm(raw []byte, p *purse.Purse) (Algorithm, error) { return Algorithm{}, errSoon }

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
