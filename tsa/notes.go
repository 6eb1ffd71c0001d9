package tsa

import "github.com/kakuin/kakuin/eseal/note"

// Finding codes of this room: tokens.
const (
	// CodeSigners: a token has exactly one SignerInfo. RFC 3161 2.4.2.
	CodeSigners note.Code = "K-TSA-001"
	// CodeSignerVersion: SignerInfo version does not fit the signer identifier. RFC 5652 5.3.
	CodeSignerVersion note.Code = "K-TSA-002"
	// CodeVersion: TSTInfo version is not 1. RFC 3161 2.4.2.
	CodeVersion note.Code = "K-TSA-003"
	// CodePolicy: the policy is no object identifier. RFC 3161 2.4.2.
	CodePolicy note.Code = "K-TSA-004"
	// CodeImprintAlgorithm: hashAlgorithm of the imprint is no hash that is known. RFC 3161 2.4.1.
	CodeImprintAlgorithm note.Code = "K-TSA-005"
	// CodeImprintLength: the imprint has not the length of its hash. RFC 3161 2.4.1.
	CodeImprintLength note.Code = "K-TSA-006"
	// CodeGenTime: genTime is not in the form YYYYMMDDhhmmss[.s...]Z. RFC 3161 2.4.2.
	CodeGenTime note.Code = "K-TSA-007"
	// CodeAccuracy: accuracy has values outside their range. RFC 3161 2.4.2.
	CodeAccuracy note.Code = "K-TSA-008"
	// CodeTSAName: the tsa field cannot be read as a GeneralName. RFC 3161 2.4.2.
	CodeTSAName note.Code = "K-TSA-009"
	// CodeCriticalExtension: a critical extension that this tool does not know. RFC 3161 2.4.2.
	CodeCriticalExtension note.Code = "K-TSA-010"
	// CodeInfoElement: TSTInfo holds an element that its syntax does not have. RFC 3161 2.4.2.
	CodeInfoElement note.Code = "K-TSA-011"
	// CodeNoESS: no signing-certificate attribute of either version. RFC 3161 2.4.2, RFC 5816 2.2.1.
	CodeNoESS note.Code = "K-TSA-012"
	// CodeESSMalformed: a signing-certificate attribute that is empty or cannot be read. RFC 5035 3, 4.
	CodeESSMalformed note.Code = "K-TSA-013"
	// CodeESSIssuerSerial: issuerSerial of a reference is not one directoryName and a number. RFC 5035 5.4.1.1.
	CodeESSIssuerSerial note.Code = "K-TSA-014"
	// CodeAttributes: the token is signed without attributes. RFC 3161 2.4.2, RFC 5652 5.3.
	CodeAttributes note.Code = "K-TSA-015"
	// CodeSerial: serialNumber is negative or longer than 160 bits. RFC 3161 2.4.2.
	CodeSerial note.Code = "K-TSA-016"
)

// Finding codes: the certificate of a time-stamping unit.
const (
	// CodeNoUsage: extendedKeyUsage without id-kp-timeStamping, or absent. RFC 3161 2.3.
	CodeNoUsage note.Code = "K-TSA-020"
	// CodeUsageNotCritical: extendedKeyUsage is not critical. RFC 3161 2.3.
	CodeUsageNotCritical note.Code = "K-TSA-021"
	// CodeUsageNotSole: extendedKeyUsage has other purposes beside id-kp-timeStamping. RFC 3161 2.3.
	CodeUsageNotSole note.Code = "K-TSA-022"
	// CodeKeyUsage: keyUsage is not digitalSignature, nonRepudiation or both. RFC 3161 2.3.
	CodeKeyUsage note.Code = "K-TSA-023"
)

// Finding codes: a response against its request.
const (
	// CodeOtherImprint: the token is over another imprint than the request's. RFC 3161 2.4.2.
	CodeOtherImprint note.Code = "K-TSA-030"
	// CodeOtherNonce: the nonce of the request is missing or another. RFC 3161 2.4.2.
	CodeOtherNonce note.Code = "K-TSA-031"
	// CodeOtherPolicy: the policy is not the one that was asked for. RFC 3161 2.4.1.
	CodeOtherPolicy note.Code = "K-TSA-032"
	// CodeNoCertificate: the signer's certificate was asked for and is not there. RFC 3161 2.4.1.
	CodeNoCertificate note.Code = "K-TSA-033"
	// CodeUnaskedCertificate: certificates were not asked for and are there. RFC 3161 2.4.1.
	CodeUnaskedCertificate note.Code = "K-TSA-034"
	// CodeNoToken: granted without a token. RFC 3161 2.4.2.
	CodeNoToken note.Code = "K-TSA-035"
	// CodeTokenOnRefusal: a token in spite of a refusal. RFC 3161 2.4.2.
	CodeTokenOnRefusal note.Code = "K-TSA-036"
	// CodeStatus: a status or failure that RFC 3161 does not have. RFC 3161 2.4.2.
	CodeStatus note.Code = "K-TSA-037"
	// CodeTrailing: octets follow the message. X.690 10.
	CodeTrailing note.Code = "K-TSA-038"
	// CodeRequest: the request has a version or element that RFC 3161 does not have. RFC 3161 2.4.1.
	CodeRequest note.Code = "K-TSA-039"
)
