package cert

import (
	"github.com/kakuin/kakuin/eseal/ber"
)

// NameType is the alternative of a GeneralName, its context tag (RFC 5280 4.2.1.6).
type NameType uint8

// The alternatives of GeneralName.
const (
	NameOther NameType = iota
	NameEmail
	NameDNS
	NameX400
	NameDirectory
	NameEDIParty
	NameURI
	NameIP
	NameRID
)

// GeneralName is one name. Exactly the field of its type is set.
type GeneralName struct {
	Type      NameType
	Raw       []byte
	Text      string  // rfc822Name, dNSName, uniformResourceIdentifier as written
	Directory []byte  // directoryName: the encoded Name
	IP        []byte  // iPAddress: 4 or 16 octets, in name constraints 8 or 32 (address, mask)
	OID       ber.OID // registeredID, or the type-id of an otherName
	Other     []byte  // otherName: the encoded value inside [0]
	Clean     bool    // Text fits IA5String, IP has a known length, the otherName has its tag
}
