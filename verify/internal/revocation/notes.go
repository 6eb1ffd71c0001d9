package revocation

import "github.com/kakuin/kakuin/eseal/note"

// Why a CRL or an OCSP response that speaks of the certificate does not count.
const (
	CodeSignature       note.Code = "K-REV-020" // its signature does not verify; RFC 5280 6.3.3 (g), RFC 6960 3.2
	CodeNotAuthorised   note.Code = "K-REV-021" // its signer may not speak for the issuer; RFC 5280 6.3.3 (f), RFC 6960 4.2.2.2
	CodeScope           note.Code = "K-REV-022" // it does not cover this certificate; RFC 5280 6.3.3 (b), RFC 6960 4.1.1
	CodeUnknownCritical note.Code = "K-REV-023" // critical extension that is not processed; RFC 5280 5.2, 5.3, RFC 6960 4.4
	CodeMalformed       note.Code = "K-REV-024" // it cannot be read far enough; RFC 5280 5.1, RFC 6960 4.2.1
	CodeResponderError  note.Code = "K-REV-025" // the responder answered with an error; RFC 6960 4.2.1
	CodeCertHash        note.Code = "K-REV-026" // the responder knows another certificate of this number; Common PKI 2.0 part 4
	CodeDelta           note.Code = "K-REV-027" // delta CRL without a complete CRL that it continues; RFC 5280 5.2.4
	CodeSignerMissing   note.Code = "K-REV-028" // the certificate of its signer is not at hand
	CodeUnsupported     note.Code = "K-REV-029" // key or signature algorithm cannot be computed
	CodeOutOfValidity   note.Code = "K-REV-030" // issued outside the validity of its signer's certificate; EN 319 102-1 5.2.6.4 step 4
)
