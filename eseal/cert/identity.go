package cert

// Personal is text about a natural person. It prints as "***" until somebody
// who was asked for it calls Reveal.
type Personal string

// Masked is what personal data prints as.
const Masked = "***"

// String hides the text.
func (p Personal) String() string {
	if p == "" {
		return ""
	}
	return Masked
}

// GoString hides the text from %#v too.
func (p Personal) GoString() string { return p.String() }

// MarshalText hides the text from JSON and other encodings.
func (p Personal) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Reveal is the text itself.
func (p Personal) Reveal() string { return string(p) }

// Identity is who a certificate names, gathered from all the places where
// Japanese certificates put it.
type Identity struct {
	CommonName             string
	Organization           string
	OrganizationalUnits    []string
	Country                string
	NameJa                 string            // Japanese name: subjectAltName directoryName, MOJ register name, or the subject where it is Japanese itself
	OrganizationIdentifier string            // 2.5.4.97 as written
	CorporateNumber        string            // 法人番号, 13 digits with the right check digit; "" when none or contradictory
	CorporateNumbers       []CorporateNumber // every number found, right or wrong
	QcCompliance, QcSSCD   bool
	QcSeal, QcSign, QcWeb  bool // QcType
	Roles                  []Role
	JPKI                   *JPKI
	MOJ                    *MOJ
	Emails                 []Personal
}

// CorporateNumber is one number of an organisation and where it stood.
type CorporateNumber struct {
	Digits  string // 13 digits, the check digit computed when the source has 12
	Written string
	Source  string // "organizationIdentifier NTRJP", "organizationIdentifier JCN", "OU CN-", "MOJ registeredCorporationInfo"
	Checked bool   // the check digit is right
}

// JPKI are the basic four items of a Japanese public personal certificate.
type JPKI struct {
	Name, Gender, BirthDate, Address Personal
	NameSubstituted                  Personal // one digit per character, 1 = replaced
	AddressSubstituted               Personal
	Substituted                      bool // some character is not that of the resident register
}

// MOJ are the private extensions of a commercial-registration certificate.
type MOJ struct {
	Registrar      string
	CorporateName  string
	Number         string // 会社法人等番号, 12 digits
	Address        string
	Representative Personal
	Title          string
	RegistryOffice string
	Policies       []PolicyInformation
}

// Role is one healthcare role of an HPKI certificate (ISO 17090, hcRole).
type Role struct {
	CodingScheme string
	Text         string
}
