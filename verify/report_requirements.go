package verify

// FormatRequirements says what the format that a PDF signature claims asks for,
// line by line, which level is reached, and what the next one lacks. It is
// about which parts are there, not whether they prove anything.
type FormatRequirements struct {
	Rules        string            `json:"rules"`           // "EN 319 142-1 V1.2.1 6.3", "ISO 32000-2 12.8.3"
	Level        string            `json:"level,omitempty"` // of which every requirement is met; absent for rules without levels
	Next         string            `json:"next,omitempty"`  // the level above
	Missing      []string          `json:"missing,omitempty"`
	Requirements []Requirement     `json:"requirements"`
	Archival     *RevocationInside `json:"revocationArchival,omitempty"`
}

// A Requirement is one line of the rules. Its id is stable.
type Requirement struct {
	ID      string `json:"id"`
	Clause  string `json:"clause"`
	Level   string `json:"level,omitempty"`
	Advised bool   `json:"advised,omitempty"` // "should": it stops no level
	Status  string `json:"status"`            // met, not-met, not-checkable
	Detail  string `json:"detail,omitempty"`
	Text    Text   `json:"text"`
}

// The answers to a requirement.
const (
	RequirementMet          = "met"
	RequirementNotMet       = "not-met"
	RequirementNotCheckable = "not-checkable"
)

// RevocationInside counts what adbe-revocationInfoArchival carries.
type RevocationInside struct {
	CRLs   int  `json:"crls"`
	OCSPs  int  `json:"ocsps"`
	Other  int  `json:"other"`  // of formats that nobody reads
	Signed bool `json:"signed"` // among the signed attributes, as it should be
}
