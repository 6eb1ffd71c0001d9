package verify

import "github.com/kakuin/kakuin/verify/verdict"

// PathSchema names the format of a [PathReport].
const PathSchema = "kakuin/path/v1"

// A PathReport is everything that there is to say about one certificate: its
// path to a trust anchor, or every reason why there is none. Its zero value
// has no indication and is never a pass.
//
// Of the standard's words (EN 319 102-1 5.2.6) those that only an earlier
// proven time could better are settled here, since the question is about one
// moment: a certificate that was revoked, had run out or was not yet in force
// then is FAILED with REVOKED, EXPIRED or NOT_YET_VALID.
type PathReport struct {
	Schema         string                     `json:"schema"`
	Tool           Tool                       `json:"tool"`
	ValidationTime Time                       `json:"validationTime"`
	Policy         PolicyInfo                 `json:"policy"`
	Trust          TrustInfo                  `json:"trust"`
	Name           string                     `json:"name,omitempty"` // where the caller had it from
	Certificate    string                     `json:"certificate"`    // SHA-256 of the one that was asked about
	Purpose        string                     `json:"purpose"`
	Asked          *PathAsked                 `json:"asked,omitempty"`
	Indication     verdict.Indication         `json:"indication"` // PASSED, FAILED, INDETERMINATE
	SubIndication  verdict.SubIndication      `json:"subIndication,omitempty"`
	Path           []PathEntry                `json:"path,omitempty"`    // end entity first, anchor last; of several that do not hold the best
	Policies       []string                   `json:"policies,omitzero"` // user-constrained policy set of the path, in the anchor's words
	TrustService   *TrustService              `json:"trustService,omitempty"`
	Rejected       []RejectedPath             `json:"rejected,omitempty"`
	Certificates   map[string]CertificateInfo `json:"certificates,omitempty"` // by SHA-256 of the DER
	Evidence       []EvidenceInfo             `json:"evidence,omitempty"`
	Findings       []Finding                  `json:"findings,omitempty"`
	Steps          []Step                     `json:"steps,omitempty"`
}

// PathAsked echoes the inputs of RFC 5280 6.1.1 that the caller set.
type PathAsked struct {
	Policies              []string `json:"policies,omitempty"`
	RequireExplicitPolicy bool     `json:"requireExplicitPolicy,omitempty"`
	InhibitPolicyMapping  bool     `json:"inhibitPolicyMapping,omitempty"`
	InhibitAnyPolicy      bool     `json:"inhibitAnyPolicy,omitempty"`
	AnchorConstraints     bool     `json:"anchorConstraints,omitempty"`
	ExtKeyUsage           []string `json:"extKeyUsage,omitempty"`
}

// Outcome gives the two status words as one value.
func (r *PathReport) Outcome() verdict.Outcome {
	return verdict.Outcome{Indication: r.Indication, SubIndication: r.SubIndication}
}

// Passed is true only for a path that holds.
func (r *PathReport) Passed() bool { return r != nil && r.Outcome().IsPassed() }
