package cert

import (
	"errors"

	"github.com/kakuin/kakuin/eseal/purse"
)

var errSoon = errors.New("not filled yet")

// Identity gathers who the certificate names.
func (c *Certificate) Identity() Identity { return Identity{} }

// AttributeCertificate is an RFC 5755 attribute certificate, as far as it is read.
type AttributeCertificate struct{ Raw []byte }

// ParseAttribute reads an attribute certificate.
func ParseAttribute(der []byte, p *purse.Purse) (*AttributeCertificate, error) { return nil, errSoon }
