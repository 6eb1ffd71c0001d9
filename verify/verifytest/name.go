package verifytest

// Name is a distinguished name, one attribute to an RDN, in the order of encoding (country first, as in Japan).
type Name []Attr

// Attr is one attribute of a name. Type is a short word (C, O, OU, CN, L, ST, T, SN, G, serialNumber,
// organizationIdentifier) or a dotted object identifier. The value is a UTF8String, a PrintableString for C and
// serialNumber (RFC 5280 appendix A) or where Printable says so.
type Attr struct {
	Type, Value string
	Printable   bool
}

// NewName makes a name from pairs: NewName("C", "JP", "O", "Mihon Town").
func NewName(pairs ...string) Name {
	var n Name
	for i := 0; i+1 < len(pairs); i += 2 {
		n = append(n, Attr{Type: pairs[i], Value: pairs[i+1]})
	}
	return n
}

var attributeIDs = map[string]string{
	"C": "2.5.4.6", "O": "2.5.4.10", "OU": "2.5.4.11", "CN": "2.5.4.3", "L": "2.5.4.7", "ST": "2.5.4.8",
	"T": "2.5.4.12", "SN": "2.5.4.4", "G": "2.5.4.42", "serialNumber": "2.5.4.5", "organizationIdentifier": "2.5.4.97",
	"E": "1.2.840.113549.1.9.1",
}

// DER encodes the name.
func (n Name) DER() []byte {
	var rdns [][]byte
	for _, a := range n {
		rdns = append(rdns, set(a.encode()))
	}
	return seq(rdns...)
}

func (a Attr) encode() []byte {
	id, ok := attributeIDs[a.Type]
	if !ok {
		id = a.Type
	}
	value := utf8String(a.Value)
	switch {
	case a.Type == "E":
		value = ia5(a.Value)
	case a.Printable, a.Type == "C", a.Type == "serialNumber":
		value = printable(a.Value)
	}
	return seq(objectID(id), value)
}

// value gives the first attribute of that type.
func (n Name) value(kind string) string {
	for _, a := range n {
		if a.Type == kind {
			return a.Value
		}
	}
	return ""
}

// CorporateNumber puts the check digit before the twelve digits of a legal person:
// 9 - (sum of P_n * Q_n mod 9), Q = 1, 2, 1, 2 … from the right (rule of the National Tax Agency).
func CorporateNumber(twelve string) string {
	sum := 0
	for i := range twelve {
		digit := int(twelve[len(twelve)-1-i] - '0')
		sum += digit * (1 + i%2)
	}
	return string(rune('0'+9-sum%9)) + twelve
}

// General names (RFC 5280 4.2.1.6).
func directoryName(n Name) []byte { return explicit(4, n.DER()) }
func uri(s string) []byte         { return primitive(6, []byte(s)) }
