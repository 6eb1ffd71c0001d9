package cert

import "strings"

// CorporateNumber is one number of an organisation and where it stood.
type CorporateNumber struct {
	Digits  string // 13 digits; of 12 in the source, the check digit is computed
	Written string // as it stands in the certificate
	Source  NumberSource
	Checked bool // the check digit is right
}

// NumberSource is a place where certificates carry a corporate number.
type NumberSource string

// The places seen in Japanese certificates.
const (
	NumberNTR NumberSource = "organizationIdentifier NTRJP"
	NumberJCN NumberSource = "organizationIdentifier JCN"
	NumberOU  NumberSource = "organizationalUnitName CN-"
	NumberMOJ NumberSource = "registeredCorporationInfo"
)

// CheckDigit is the first digit of a 法人番号, computed from the other twelve:
// 9 - (sum of P_n * Q_n) mod 9, P_n the n-th digit from the right, Q_n 1 for
// odd and 2 for even n (ordinance on the designation of corporate numbers,
// article 2). False where twelve is not twelve digits.
func CheckDigit(twelve string) (byte, bool) {
	if len(twelve) != 12 || !digits(twelve) {
		return 0, false
	}
	sum := 0
	for i := range 12 {
		d := int(twelve[11-i] - '0')
		sum += d * (1 + i%2)
	}
	return byte('0' + 9 - sum%9), true
}

// IsCorporateNumber tells whether s is a 法人番号: 13 digits, the first of
// which checks the others.
func IsCorporateNumber(s string) bool {
	if len(s) != 13 {
		return false
	}
	d, ok := CheckDigit(s[1:])
	return ok && d == s[0]
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// corporateNumbers gathers the numbers of every place and compares them.
func (s *scan) corporateNumbers(c *Certificate, id *Identity) {
	for _, v := range c.Subject.All(OIDOrganizationIdentifier) {
		if n, ok := strings.CutPrefix(v, "NTRJP-"); ok {
			id.addNumber(n, v, NumberNTR)
		} else if n, ok := strings.CutPrefix(v, "JCN"); ok {
			id.addNumber(strings.TrimPrefix(n, "-"), v, NumberJCN)
		}
	}
	for _, v := range c.Subject.All(OIDOrganizationalUnit) {
		if n, ok := strings.CutPrefix(v, "CN-"); ok {
			id.addNumber(n, v, NumberOU)
		}
	}
	if id.MOJ != nil && id.MOJ.Number != "" {
		id.addNumber(id.MOJ.Number, id.MOJ.Number, NumberMOJ)
	}
	differ := false
	for i, n := range id.CorporateNumbers {
		if !n.Checked {
			s.note(CodeCheckDigit, "subject", -1, map[string]string{"number": n.Written, "source": string(n.Source)})
		}
		differ = differ || i > 0 && n.Digits != id.CorporateNumbers[0].Digits
	}
	switch {
	case differ:
		s.note(CodeNumbersDiffer, "subject", -1, map[string]string{"first": id.CorporateNumbers[0].Written, "last": id.CorporateNumbers[len(id.CorporateNumbers)-1].Written})
	case len(id.CorporateNumbers) > 0 && id.CorporateNumbers[0].Checked:
		id.CorporateNumber = id.CorporateNumbers[0].Digits
	}
}

// addNumber normalises a number to 13 digits. A company's registration number
// of 12 digits gets its check digit: that is how its 法人番号 is made.
func (id *Identity) addNumber(n, written string, source NumberSource) {
	out := CorporateNumber{Digits: n, Written: written, Source: source}
	if d, ok := CheckDigit(n); ok {
		out.Digits, out.Checked = string(d)+n, true
	} else {
		out.Checked = IsCorporateNumber(n)
	}
	id.CorporateNumbers = append(id.CorporateNumbers, out)
}
