package cert

import (
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// Codes of what a certificate, CRL or OCSP response shows that its standard
// does not allow or that a reader would not expect.
const (
	// CodeTrailing: octets follow the object; they belong to nothing and are not signed.
	CodeTrailing note.Code = "K-CRT-001"
	// CodeNotDER: an element is not encoded as DER encodes it (RFC 5280 4.1).
	CodeNotDER note.Code = "K-CRT-002"
	// CodeSerialNegative: the serial number is negative (RFC 5280 4.1.2.2).
	CodeSerialNegative note.Code = "K-CRT-003"
	// CodeSerialZero: the serial number is zero (RFC 5280 4.1.2.2).
	CodeSerialZero note.Code = "K-CRT-004"
	// CodeSerialLong: the serial number has more than 20 octets (RFC 5280 4.1.2.2).
	CodeSerialLong note.Code = "K-CRT-005"
	// CodeAlgorithmsDiffer: signature and signatureAlgorithm are not the same (RFC 5280 4.1.1.2, 5.1.1.2).
	CodeAlgorithmsDiffer note.Code = "K-CRT-006"
	// CodeRSAParameters: parameters of an RSA algorithm are not NULL (RFC 3279 2.3.1, RFC 4055 5).
	CodeRSAParameters note.Code = "K-CRT-007"
	// CodeModulusSign: the RSA modulus is encoded as a negative number; read as unsigned (RFC 8017 A.1.1).
	CodeModulusSign note.Code = "K-CRT-008"
	// CodeTimeForm: a time has another form than RFC 5280 4.1.2.5 allows.
	CodeTimeForm note.Code = "K-CRT-009"
	// CodeVersionFields: fields that the version does not have (RFC 5280 4.1.2.8, 4.1.2.9).
	CodeVersionFields note.Code = "K-CRT-010"
	// CodeDuplicateExtension: an extension occurs twice; the first is read (RFC 5280 4.2).
	CodeDuplicateExtension note.Code = "K-CRT-011"
	// CodeEmptyIssuer: the issuer name is empty (RFC 5280 4.1.2.4).
	CodeEmptyIssuer note.Code = "K-CRT-012"
	// CodeNameString: a value in a name holds characters that its string type does not have.
	CodeNameString note.Code = "K-CRT-013"
	// CodeExtensionTrailing: octets follow the value inside an extension.
	CodeExtensionTrailing note.Code = "K-CRT-014"
	// CodeUnknownCritical: a critical extension that this reader does not decode (RFC 5280 4.2).
	CodeUnknownCritical note.Code = "K-CRT-015"
	// CodeMalformedExtension: the value of an extension cannot be decoded.
	CodeMalformedExtension note.Code = "K-CRT-016"
	// CodeCriticality: an extension is critical, or not, against RFC 5280 4.2.
	CodeCriticality note.Code = "K-CRT-017"
	// CodeStrictRefuses: crypto/x509 does not accept the certificate.
	CodeStrictRefuses note.Code = "K-CRT-018"
	// CodeMore: there are more oddities than are listed.
	CodeMore note.Code = "K-CRT-019"
	// CodeVersion: the version number is not one that exists (RFC 5280 4.1.2.1, 5.1.2.1).
	CodeVersion note.Code = "K-CRT-020"
	// CodeValidityOrder: the end of the validity lies before its beginning.
	CodeValidityOrder note.Code = "K-CRT-021"
	// CodeEmptySubject: the subject is empty although it must not be (RFC 5280 4.1.2.6).
	CodeEmptySubject note.Code = "K-CRT-022"
	// CodeUnusedBits: a key or signature does not end at an octet.
	CodeUnusedBits note.Code = "K-CRT-023"
	// CodeDuplicatePolicy: a policy is listed twice (RFC 5280 4.2.1.4).
	CodeDuplicatePolicy note.Code = "K-CRT-024"
	// CodeNameForm: a GeneralName does not have the form of its type.
	CodeNameForm note.Code = "K-CRT-025"
	// CodeEmptyRDN: a relative distinguished name has no attribute (X.501 9.3).
	CodeEmptyRDN note.Code = "K-CRT-026"
	// CodeKeyShape: the public key is not encoded as its algorithm says.
	CodeKeyShape note.Code = "K-CRT-027"
	// CodeEmptyExtension: subjectAltName without a name (RFC 5280 4.2.1.6); the subject stands alone.
	CodeEmptyExtension note.Code = "K-CRT-028"
	// CodeExplicitCurve: an elliptic-curve key without a named curve (RFC 5480 2.1.1).
	CodeExplicitCurve note.Code = "K-CRT-029"

	// CodeCheckDigit: the check digit of a corporate number is wrong (Corporate Number rules, art. 2).
	CodeCheckDigit note.Code = "K-CRT-040"
	// CodeNumbersDiffer: the certificate names more than one corporate number.
	CodeNumbersDiffer note.Code = "K-CRT-041"
	// CodeIdentityMalformed: an extension or name that identifies the holder cannot be decoded.
	CodeIdentityMalformed note.Code = "K-CRT-042"
	// CodeSubstituted: characters of the name or address are not those of the resident register (JPKI).
	CodeSubstituted note.Code = "K-CRT-043"

	// CodeNoNextUpdate: the CRL does not say when the next one comes (RFC 5280 5.1.2.5).
	CodeNoNextUpdate note.Code = "K-CRT-050"
	// CodeEmptyRevoked: revokedCertificates is present but empty (RFC 5280 5.1.2.6).
	CodeEmptyRevoked note.Code = "K-CRT-051"
	// CodeUnknownReason: a reason code that RFC 5280 5.3.1 does not have.
	CodeUnknownReason note.Code = "K-CRT-053"

	// CodeBareOCSP: a BasicOCSPResponse without its envelope.
	CodeBareOCSP note.Code = "K-CRT-060"
	// CodeNoResponses: the OCSP response says nothing of any certificate (RFC 6960 4.2.1).
	CodeNoResponses note.Code = "K-CRT-061"
	// CodeResponderForm: the key hash of the responder is not one of SHA-1 (RFC 6960 4.2.1).
	CodeResponderForm note.Code = "K-CRT-062"
)

// maxNotes bounds the oddities told of one object: past some dozens nobody
// reads on, and a hostile object could have one in every four octets.
const maxNotes = 64

// scan is the state of reading one object.
type scan struct {
	purse *purse.Purse
	notes []note.Note
}

func newScan(p *purse.Purse) *scan {
	if p == nil {
		p = purse.New(purse.Limits{})
	}
	return &scan{purse: p}
}

func (s *scan) note(code note.Code, where string, offset int, params note.Params) {
	switch {
	case len(s.notes) < maxNotes:
		s.notes = append(s.notes, note.Note{Code: code, Where: where, Offset: int64(offset), Params: params})
	case len(s.notes) == maxNotes:
		s.notes = append(s.notes, note.New(CodeMore, "", nil))
	}
}

func (s *scan) reader(data []byte) ber.Reader { return ber.NewReader(data, s.purse) }
