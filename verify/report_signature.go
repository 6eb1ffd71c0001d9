package verify

import "github.com/kakuin/kakuin/verify/verdict"

// A Signature is one signature of the document and how it was judged. Broken
// ones are entries too.
type Signature struct {
	ID                 string                `json:"id"` // S1, S2 …
	Format             string                `json:"format"`
	Level              string                `json:"level"`
	Kind               string                `json:"kind"`
	KindBasis          string                `json:"kindBasis"`
	Indication         verdict.Indication    `json:"indication"`
	SubIndication      verdict.SubIndication `json:"subIndication,omitempty"` // absent when TOTAL-PASSED
	DigestAlgorithm    string                `json:"digestAlgorithm,omitempty"`
	SignatureAlgorithm string                `json:"signatureAlgorithm,omitempty"`
	ClaimedSigningTime Time                  `json:"claimedSigningTime,omitzero"`
	BestSignatureTime  *BestTime             `json:"bestSignatureTime,omitempty"`
	Signer             *Signer               `json:"signer,omitempty"`
	Field              *Field                `json:"field,omitempty"`   // PDF
	Content            *Content              `json:"content,omitempty"` // CMS, XML, JWS, ASiC
	Coverage           *Coverage             `json:"coverage,omitempty"`
	FormatRequirements *FormatRequirements   `json:"formatRequirements,omitempty"` // PDF
	Changes            *Changes              `json:"changes,omitempty"`
	SealedRevision     *SealedRevision       `json:"sealedRevision,omitempty"`
	Path               []PathEntry           `json:"path,omitempty"` // end entity first, anchor last
	Timestamps         []Timestamp           `json:"timestamps,omitempty"`
	CounterSignatures  []Signature           `json:"counterSignatures,omitempty"`
	TrustService       *TrustService         `json:"trustService,omitempty"`
	Layers             *Layers               `json:"layers,omitempty"`
	Findings           []Finding             `json:"findings,omitempty"`
	Steps              []Step                `json:"steps,omitempty"`
	Rejected           []RejectedPath        `json:"rejected,omitempty"`
}

// Outcome gives the two status words as one value.
func (s *Signature) Outcome() verdict.Outcome {
	return verdict.Outcome{Indication: s.Indication, SubIndication: s.SubIndication}
}

// Formats, levels and kinds of a signature, and what its kind rests on.
const (
	SignaturePAdES    = "PAdES"
	SignatureCAdES    = "CAdES"
	SignatureXAdES    = "XAdES"
	SignatureJAdES    = "JAdES"
	SignaturePKCS7PDF = "PKCS7-PDF"
	SignatureCMS      = "CMS"
	SignatureXMLDSig  = "XMLDSig"
	SignatureJWS      = "JWS"

	LevelBB   = "B-B"
	LevelBT   = "B-T"
	LevelBLT  = "B-LT"
	LevelBLTA = "B-LTA"
	LevelNone = "none"

	KindSeal    = "seal"   // legal person
	KindOffice  = "office" // a post (官職・職責)
	KindPerson  = "person" // natural person
	KindUnknown = "unknown"

	BasisTrustList              = "trust-list"
	BasisQCType                 = "qc-type"
	BasisPolicyOID              = "policy-oid"
	BasisOrganizationIdentifier = "organization-identifier"
	BasisNone                   = "none"
)

// BestTime is the best-signature-time and what proves it: the id of a
// time-stamp, or "validation-time" when nothing earlier is proven.
type BestTime struct {
	Time   Time   `json:"time"`
	Source string `json:"source"`
}

// SourceValidationTime is the source of a best-signature-time without any proof.
const SourceValidationTime = "validation-time"

// Signer is whom the signing certificate names.
type Signer struct {
	Certificate            string `json:"certificate"` // SHA-256 of the DER
	CommonName             string `json:"commonName,omitempty"`
	Organization           string `json:"organization,omitempty"`
	NameJa                 string `json:"nameJa,omitempty"`
	OrganizationJa         string `json:"organizationJa,omitempty"` // the organization alone, in Japanese
	OrganizationIdentifier string `json:"organizationIdentifier,omitempty"`
	CorporateNumber        string `json:"corporateNumber,omitempty"` // 13 digits, check digit tested
	Masked                 bool   `json:"masked,omitempty"`          // personal data is "***"

	Registry *Registration `json:"registry,omitempty"` // what the register says of the number
}

// A Registration is what a snapshot of the corporate number register says of
// the body that a certificate names.
type Registration struct {
	Number    string           `json:"number"`
	Name      string           `json:"name,omitempty"`
	EnName    string           `json:"enName,omitempty"`
	Status    string           `json:"status"`              // active, closed, deleted, superseded
	CloseDate string           `json:"closeDate,omitempty"` // 2026-03-31
	Successor string           `json:"successor,omitempty"` // number of the body that took over
	NameMatch string           `json:"nameMatch"`           // same, variant, former, different, not-compared
	Variants  []string         `json:"variants,omitempty"`  // width, punctuation, kanji, form
	Snapshot  RegisterSnapshot `json:"snapshot"`
}

// RegisterSnapshot names the state of the register that was asked.
type RegisterSnapshot struct {
	Date   string `json:"date"`
	SHA256 string `json:"sha256,omitempty"`
}

// Field is the signature field of a PDF.
type Field struct {
	Name     string `json:"name,omitempty"`
	Page     int    `json:"page,omitempty"` // from 1; absent without a page
	Visible  bool   `json:"visible"`
	Type     string `json:"type"` // approval, certification
	Reason   string `json:"reason,omitempty"`
	Location string `json:"location,omitempty"`

	// What the signature dictionary claims besides, and what its appearance draws.
	Rect        []float64 `json:"rect,omitempty"` // of a visible seal: left, bottom, right, top, in points
	Shows       string    `json:"shows,omitempty"`
	ClaimedName string    `json:"claimedName,omitempty"`
	Contact     string    `json:"contact,omitempty"`
	Masked      bool      `json:"masked,omitempty"` // personal data is "***"
}

// The two types of PDF signatures (ISO 32000-2 12.8.1).
const (
	FieldApproval      = "approval"
	FieldCertification = "certification"
)

// Content is what a signature outside PDF signs.
type Content struct {
	Attached bool   `json:"attached"`
	SHA256   string `json:"sha256,omitempty"`
	Size     *int64 `json:"size,omitempty"`
	Name     string `json:"name,omitempty"`
}

// Coverage says how much of the document the signature covers.
type Coverage struct {
	WholeFile  bool     `json:"wholeFile"`
	Revision   int      `json:"revision,omitempty"` // from 1
	Revisions  int      `json:"revisions,omitempty"`
	ByteRange  []int64  `json:"byteRange,omitempty"`
	Objects    []string `json:"objects,omitempty"`
	NotCovered []string `json:"notCovered,omitempty"`
}

// Changes says what came after the seal and who permits it.
type Changes struct {
	Level     string       `json:"level"`
	Permitted string       `json:"permitted"`           // yes, doubtful, no
	DecidedBy string       `json:"decidedBy,omitempty"` // "DocMDP P2", "FieldMDP", "Lock", "policy:pdf-changes"
	Rules     int          `json:"rules,omitempty"`     // version of the rules that the changes were explained by
	Items     []ChangeItem `json:"items,omitempty"`
}

// Levels of change, and the three judgements on them.
const (
	ChangeNone        = "none"
	ChangeLongTerm    = "long-term-material"
	ChangeFormFilling = "form-filling"
	ChangeAnnotations = "annotations"
	ChangeOther       = "other"
	ChangeNotAnalysed = "not-analysed"

	PermittedYes      = "yes"
	PermittedDoubtful = "doubtful"
	PermittedNo       = "no"
)

// A ChangeItem is one changed object.
type ChangeItem struct {
	Object     string       `json:"object"` // "12 0"
	Level      string       `json:"level"`
	Code       verdict.Code `json:"code"`
	Kind       string       `json:"kind,omitempty"`     // "page-replaced", "field-filled": see eseal/pdf/diff
	Revision   int          `json:"revision,omitempty"` // that brought it
	Page       int          `json:"page,omitempty"`
	Field      string       `json:"field,omitempty"`
	Annotation string       `json:"annotation,omitempty"` // its kind: Text, FreeText, Link
	Text       Text         `json:"text"`
}

// SealedRevision is the judgement of the sealed bytes alone.
type SealedRevision struct {
	Revision      int                   `json:"revision"`
	Indication    verdict.Indication    `json:"indication"`
	SubIndication verdict.SubIndication `json:"subIndication,omitempty"`
}

// A PathEntry is one certificate of the certification path.
type PathEntry struct {
	Certificate string          `json:"certificate"`
	Anchor      bool            `json:"anchor"`
	Revocation  *RevocationInfo `json:"revocation,omitempty"`
}

// RevocationInfo says whether the issuer still stood behind a certificate.
type RevocationInfo struct {
	Status    string `json:"status"` // good, revoked, unknown, not-checked, not-checkable
	Evidence  string `json:"evidence,omitempty"`
	RevokedAt Time   `json:"revokedAt,omitzero"`
	Reason    string `json:"reason,omitempty"` // CRLReason name of RFC 5280 5.3.1
}

// The answers of revocation checking. Unknown and not-checkable name the reason in a finding.
const (
	RevocationGood         = "good"
	RevocationRevoked      = "revoked"
	RevocationUnknown      = "unknown"
	RevocationNotChecked   = "not-checked"
	RevocationNotCheckable = "not-checkable"
)

// A Timestamp is one time-stamp and how it was judged.
type Timestamp struct {
	ID            string                `json:"id"` // T1, T2 …
	Kind          string                `json:"kind"`
	Indication    verdict.Indication    `json:"indication"`
	SubIndication verdict.SubIndication `json:"subIndication,omitempty"`
	GenTime       Time                  `json:"genTime,omitzero"`
	Accuracy      string                `json:"accuracy,omitempty"` // "1s"
	Policy        string                `json:"policy,omitempty"`
	Serial        string                `json:"serial,omitempty"`
	Imprint       *Imprint              `json:"imprint,omitempty"`
	TSA           *TSA                  `json:"tsa,omitempty"`
	TrustService  *TrustService         `json:"trustService,omitempty"`
	Path          []PathEntry           `json:"path,omitempty"`
	Findings      []Finding             `json:"findings,omitempty"`
	Steps         []Step                `json:"steps,omitempty"`
	Rejected      []RejectedPath        `json:"rejected,omitempty"`
}

// Outcome gives the two status words as one value.
func (t *Timestamp) Outcome() verdict.Outcome {
	return verdict.Outcome{Indication: t.Indication, SubIndication: t.SubIndication}
}

// Kinds of time-stamps, by what they cover.
const (
	TimestampContent   = "content"
	TimestampSignature = "signature"
	TimestampArchive   = "archive"
	TimestampDocument  = "document"
	TimestampReference = "reference"
)

// Imprint is the message imprint; Matches is absent when the data is not at hand.
type Imprint struct {
	Algorithm string `json:"algorithm"`
	Matches   *bool  `json:"matches,omitempty"`
}

// TSA is the time-stamping unit.
type TSA struct {
	Certificate string `json:"certificate,omitempty"`
	Subject     string `json:"subject,omitempty"`
}

// An EvidenceRecord is an RFC 4998 or RFC 6283 record and how it was judged.
type EvidenceRecord struct {
	ID            string                `json:"id"` // R1, R2 …
	Format        string                `json:"format"`
	Indication    verdict.Indication    `json:"indication"`
	SubIndication verdict.SubIndication `json:"subIndication,omitempty"`
	Covers        []string              `json:"covers,omitempty"`
	NotCovered    []string              `json:"notCovered,omitempty"`
	Timestamps    []Timestamp           `json:"timestamps,omitempty"`
	Findings      []Finding             `json:"findings,omitempty"`
	Steps         []Step                `json:"steps,omitempty"`
}

// Outcome gives the two status words as one value.
func (r *EvidenceRecord) Outcome() verdict.Outcome {
	return verdict.Outcome{Indication: r.Indication, SubIndication: r.SubIndication}
}

// Formats of evidence records.
const (
	RecordRFC4998 = "RFC4998"
	RecordRFC6283 = "RFC6283"
)

// TrustService is which service of the trust list vouches, at the proven time.
type TrustService struct {
	List       string     `json:"list"`
	Service    Text       `json:"service"`
	Type       string     `json:"type"`
	Framework  string     `json:"framework,omitempty"`
	Status     string     `json:"status,omitempty"` // granted, withdrawn …
	Since      Time       `json:"since,omitzero"`
	Accredited bool       `json:"accredited"`
	Assurance  *Assurance `json:"assurance,omitempty"`
}

// Assurance is the level that the list states, and what it rests on.
type Assurance struct {
	Level string `json:"level,omitempty"`
	IAL   string `json:"ial,omitempty"`
	AAL   string `json:"aal,omitempty"`
	Basis string `json:"basis,omitempty"`
}
