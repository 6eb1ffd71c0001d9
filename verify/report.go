package verify

import "github.com/kakuin/kakuin/verify/verdict"

// Schema names the report format. Names in it are fixed; additions are welcome.
const Schema = "kakuin/report/v1"

// A Report is everything that verification has to say about one document,
// whatever came out. Its zero value has no verdict and is never a pass. Absent
// members are not applicable; null is never written.
type Report struct {
	Schema          string                     `json:"schema"`
	Tool            Tool                       `json:"tool"`
	ValidationTime  Time                       `json:"validationTime"`
	Policy          PolicyInfo                 `json:"policy"`
	Trust           TrustInfo                  `json:"trust"`
	Document        DocumentInfo               `json:"document"`
	Verdict         verdict.Document           `json:"verdict"`
	Expectations    []Expectation              `json:"expectations,omitempty"`
	Signatures      []Signature                `json:"signatures,omitempty"`
	Timestamps      []Timestamp                `json:"timestamps,omitempty"` // of the document itself
	EvidenceRecords []EvidenceRecord           `json:"evidenceRecords,omitempty"`
	Certificates    map[string]CertificateInfo `json:"certificates,omitempty"` // by SHA-256 of the DER
	Evidence        []EvidenceInfo             `json:"evidence,omitempty"`
	Layers          *Layers                    `json:"layers,omitempty"`
	Forecast        *Forecast                  `json:"forecast,omitempty"`
	Readings        map[string]Reading         `json:"readings,omitempty"` // by rule book, "jnsa"
	SecondOpinion   []SecondOpinion            `json:"secondOpinion,omitempty"`
	Findings        []Finding                  `json:"findings,omitempty"` // about the document as a whole
}

// Passed is true only when the document's verdict is TOTAL-PASSED.
func (r *Report) Passed() bool { return r != nil && r.Verdict == verdict.DocumentPassed }

// Tool says which program judged.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// PolicyInfo says by which constraints was judged and which strict ones were switched off.
type PolicyInfo struct {
	ID         string   `json:"id"`
	SHA256     string   `json:"sha256,omitempty"`
	Revocation string   `json:"revocation"` // require, prefer, none
	OptOuts    []string `json:"optOuts,omitempty"`
	Catalogue  string   `json:"catalogue,omitempty"` // of algorithm lifetimes, by name
	// Disabled are the checks that the policy leaves out; they count as
	// succeeded (EN 319 102-1 5.1.4.1).
	Disabled []string `json:"disabled,omitempty"`
}

// How much revocation data a policy asks for.
const (
	RevocationRequire = "require"
	RevocationPrefer  = "prefer"
	RevocationNone    = "none"
)

// TrustInfo names the trust list.
type TrustInfo struct {
	ID       string `json:"id,omitempty"`
	SHA256   string `json:"sha256,omitempty"`
	Sequence int64  `json:"sequence,omitempty"`
	State    string `json:"state"` // fresh, stale, none
	BuiltIn  bool   `json:"builtIn"`
	Anchors  int    `json:"anchors"`
}

// The states of a trust list at the control time.
const (
	TrustFresh = "fresh"
	TrustStale = "stale"
	TrustNone  = "none"
)

// DocumentInfo says what was given.
type DocumentInfo struct {
	Name      string `json:"name,omitempty"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256,omitempty"`
	Format    string `json:"format"`
	Encrypted bool   `json:"encrypted,omitempty"`
}

// The containers that a document can be.
const (
	FormatPDF            = "pdf"
	FormatCMS            = "cms"
	FormatXML            = "xml"
	FormatJWS            = "jws"
	FormatASiCS          = "asic-s"
	FormatASiCE          = "asic-e"
	FormatZIP            = "zip"
	FormatTimestamp      = "timestamp"
	FormatEvidenceRecord = "evidence-record"
	FormatUnknown        = "unknown"
)

// An Expectation is what the caller asked for and what was found. Met says that
// the document names what was wanted; whether that is so, its verdict says.
type Expectation struct {
	Kind   string `json:"kind"` // sealed-by, level, assurance, document
	Wanted string `json:"wanted"`
	Found  string `json:"found,omitempty"`
	Met    bool   `json:"met"`
}

// The kinds of expectations.
const (
	ExpectSealedBy  = "sealed-by"
	ExpectLevel     = "level"
	ExpectAssurance = "assurance"
	ExpectDocument  = "document"
)

// Text is a sentence for people in both languages.
type Text struct {
	JA string `json:"ja"`
	EN string `json:"en"`
}

// IsZero says that there is no text.
func (t Text) IsZero() bool { return t == Text{} }

// In gives the text in the language "ja", and in English for any other.
func (t Text) In(lang string) string {
	if lang == "ja" {
		return t.JA
	}
	return t.EN
}

// A Finding tells one thing: a stable code, its parameters and its words.
type Finding struct {
	ID       string            `json:"id"` // F1, F2 …, unique in the document
	Code     verdict.Code      `json:"code"`
	Severity verdict.Severity  `json:"severity"`
	Clause   string            `json:"clause,omitempty"`
	Object   string            `json:"object,omitempty"` // S1, T1, R1, E2 or the SHA-256 of a certificate
	Params   map[string]string `json:"params,omitempty"`
	Text     Text              `json:"text"`
	Remedy   *Text             `json:"remedy,omitempty"`
}

// CertificateInfo is what a reader of the report needs to know of a certificate.
type CertificateInfo struct {
	Subject   string   `json:"subject"`
	Issuer    string   `json:"issuer"`
	Serial    string   `json:"serial"`
	NotBefore Time     `json:"notBefore"`
	NotAfter  Time     `json:"notAfter"`
	Key       string   `json:"key"`
	Policies  []string `json:"policies,omitempty"`
	Oddities  []string `json:"oddities,omitempty"`
	Masked    bool     `json:"masked,omitempty"` // personal data is "***"
}

// EvidenceInfo is one piece of evidence, where it came from and since when it is proven to exist.
type EvidenceInfo struct {
	ID         string `json:"id"`   // E1, E2 …
	Type       string `json:"type"` // certificate, crl, ocsp, token, list
	SHA256     string `json:"sha256"`
	Origin     string `json:"origin"` // document, supplied, cache, fetched, list
	URL        string `json:"url,omitempty"`
	FetchedAt  Time   `json:"fetchedAt,omitzero"`
	ThisUpdate Time   `json:"thisUpdate,omitzero"`
	NextUpdate Time   `json:"nextUpdate,omitzero"`
	ProducedAt Time   `json:"producedAt,omitzero"`
	ProvenBy   string `json:"provenBy,omitempty"`
	ProvenAt   Time   `json:"provenAt,omitzero"`
}

// The kinds of evidence and where it can come from.
const (
	EvidenceCertificate = "certificate"
	EvidenceCRL         = "crl"
	EvidenceOCSP        = "ocsp"
	EvidenceToken       = "token"
	EvidenceList        = "list"

	OriginDocument = "document"
	OriginSupplied = "supplied"
	OriginCache    = "cache"
	OriginFetched  = "fetched"
	OriginList     = "list"
)

// A Reading is how another rule book reads the same facts.
type Reading struct {
	Result string `json:"result"` // VALID, INVALID, INDETERMINATE
	Clause string `json:"clause,omitempty"`
}

// A SecondOpinion is what another tool says.
type SecondOpinion struct {
	Tool    string `json:"tool"`
	Version string `json:"version,omitempty"`
	Says    string `json:"says"`
	Differs bool   `json:"differs"`
}

// A Step is one line of the reasoning, for --explain.
type Step struct {
	Clause        string                `json:"clause"`
	Title         string                `json:"title"`
	Object        string                `json:"object,omitempty"`
	Indication    verdict.Indication    `json:"indication,omitempty"`
	SubIndication verdict.SubIndication `json:"subIndication,omitempty"`
	Explanation   string                `json:"explanation,omitempty"`
}

// A RejectedPath is a plausible certification path that did not hold, and why.
type RejectedPath struct {
	Path   []string          `json:"path"`             // SHA-256 of the certificates, end entity first
	Anchor string            `json:"anchor,omitempty"` // the anchor's certificate, where the path reached one
	At     string            `json:"at,omitempty"`     // the certificate that the reason is about
	Code   verdict.Code      `json:"code"`
	Clause string            `json:"clause,omitempty"`
	Params map[string]string `json:"params,omitempty"`
	Text   *Text             `json:"text,omitempty"`
}
