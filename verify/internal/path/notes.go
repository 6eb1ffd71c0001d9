package path

import "github.com/kakuin/kakuin/eseal/note"

// Why a path or an edge was refused. Expired and early CA certificates and
// weak forms that were let through carry the same codes as notes of a path.
const (
	CodeNoPath           note.Code = "K-PTH-001" // no path to an anchor; EN 319 102-1 5.2.6.4 step 2
	CodeCAExpired        note.Code = "K-PTH-002" // a CA certificate is past notAfter; RFC 5280 6.1.3 (a)(2)
	CodeLeafExpired      note.Code = "K-PTH-003" // the leaf is past notAfter; RFC 5280 6.1.3 (a)(2)
	CodeNotYetValid      note.Code = "K-PTH-004" // before notBefore; RFC 5280 6.1.3 (a)(2)
	CodeRejected         note.Code = "K-PTH-006" // refused for a reason that has no code of its own
	CodePolicy           note.Code = "K-PTH-007" // certificate policies do not allow the path; RFC 9618
	CodeKeyUsage         note.Code = "K-PTH-008" // keyUsage lacks a bit; RFC 5280 6.1.4 (n), 4.2.1.3
	CodeExtKeyUsage      note.Code = "K-PTH-009" // extendedKeyUsage does not allow the purpose; RFC 5280 4.2.1.12
	CodeUnknownCritical  note.Code = "K-PTH-010" // critical extension that is not processed; RFC 5280 6.1.4 (o), 6.1.5 (f)
	CodeNameConstraint   note.Code = "K-PTH-011" // a name breaks a constraint; RFC 5280 6.1.3 (b), (c)
	CodePathLength       note.Code = "K-PTH-012" // too many CA certificates below a limit; RFC 5280 6.1.4 (l)
	CodeNotCA            note.Code = "K-PTH-013" // the issuer is no CA; RFC 5280 6.1.4 (k)
	CodeSignature        note.Code = "K-PTH-014" // the certificate's signature does not verify; RFC 5280 6.1.3 (a)(1)
	CodeStopped          note.Code = "K-PTH-016" // the search ended at a limit
	CodeMissingIssuer    note.Code = "K-PTH-017" // the issuer's certificate is not at hand; RFC 4158 2.4
	CodeAlgorithmDiffers note.Code = "K-PTH-020" // signatureAlgorithm differs inside and outside; RFC 5280 4.1.1.2
	CodeUnusableKey      note.Code = "K-PTH-021" // public key or signature algorithm cannot be computed; RFC 5280 4.1.2.7
	CodeMalformed        note.Code = "K-PTH-022" // an extension cannot be decoded; RFC 5280 4.2
	CodeEmptyName        note.Code = "K-PTH-023" // issuer without a name; RFC 5280 4.1.2.4
	CodeAnchor           note.Code = "K-PTH-024" // the anchor's own certificate forbids the path; RFC 5937 3
	CodeDeep             note.Code = "K-PTH-025" // path longer than the limit of depth
	CodeIssuedOutside    note.Code = "K-PTH-030" // a CA certificate was not in force when the one below was issued; EN 319 102-1 5.2.6.4 step 4, chain model
)
