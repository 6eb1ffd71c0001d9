package cms

import "github.com/kakuin/kakuin/eseal/note"

// What this reader may note about the message.
const (
	// CodeBare: SignedData stands without the ContentInfo around it (RFC 5652 3).
	CodeBare note.Code = "K-CMS-001"
	// CodeTrailing: octets that are not zero follow the message.
	CodeTrailing note.Code = "K-CMS-002"
	// CodeDataVersion: SignedData.version is not the one of RFC 5652 5.1.
	CodeDataVersion note.Code = "K-CMS-003"
	// CodeNoDigestAlgorithms: digestAlgorithms is empty though there are signers (RFC 5652 5.1).
	CodeNoDigestAlgorithms note.Code = "K-CMS-004"
	// CodeNoSigners: signerInfos is empty: a bag of certificates or CRLs (RFC 5652 5.1).
	CodeNoSigners note.Code = "K-CMS-005"
	// CodeNotOctets: eContent is not an OCTET STRING, as PKCS#7 v1.5 allowed (RFC 5652 5.2.1).
	CodeNotOctets note.Code = "K-CMS-006"
	// CodeCertificateKind: certificates holds another kind than X.509 (RFC 5652 10.2.2).
	CodeCertificateKind note.Code = "K-CMS-007"
	// CodeSetBroken: the rest of certificates or crls cannot be read (RFC 5652 5.1).
	CodeSetBroken note.Code = "K-CMS-008"
	// CodeRevocationFormat: crls holds revocation information that is neither CRL nor OCSP (RFC 5652 10.2.1).
	CodeRevocationFormat note.Code = "K-CMS-009"
	// CodeUnknownElement: elements follow where the syntax has none (RFC 5652 3, 5.1, 5.3).
	CodeUnknownElement note.Code = "K-CMS-010"
)

// What this reader may note about one signer.
const (
	// CodeSignerVersion: SignerInfo.version does not fit the signer identifier (RFC 5652 5.3).
	CodeSignerVersion note.Code = "K-CMS-020"
	// CodeSignerVersionUnknown: SignerInfo.version is neither 1 nor 3 (RFC 5652 5.3).
	CodeSignerVersionUnknown note.Code = "K-CMS-026"
	// CodeDigestUnlisted: digestAlgorithm is not in SignedData.digestAlgorithms (RFC 5652 5.3).
	CodeDigestUnlisted note.Code = "K-CMS-021"
	// CodeAttrsNeeded: no signed attributes though the content is not id-data (RFC 5652 5.3).
	CodeAttrsNeeded note.Code = "K-CMS-022"
	// CodeAmbiguous: signed without attributes, and the content is itself a set
	// of signed attributes: the signature may have been made for another content (RFC 5652 5.4).
	CodeAmbiguous note.Code = "K-CMS-023"
	// CodeNotDER: the signed attributes were not received as DER (RFC 5652 5.3).
	CodeNotDER note.Code = "K-CMS-024"
	// CodeUnsignedBroken: the unsigned attributes cannot be read (to the end) (RFC 5652 5.3).
	CodeUnsignedBroken note.Code = "K-CMS-025"
)

// What this reader may note about the attributes of one signer.
const (
	// CodeNoContentType: signed attributes without content-type (RFC 5652 11.1).
	CodeNoContentType note.Code = "K-CMS-030"
	// CodeNoMessageDigest: signed attributes without message-digest (RFC 5652 11.2).
	CodeNoMessageDigest note.Code = "K-CMS-031"
	// CodeContentTypeDiffers: content-type is not eContentType (RFC 5652 11.1).
	CodeContentTypeDiffers note.Code = "K-CMS-032"
	// CodeDuplicate: a signed attribute that may stand once stands twice (RFC 5652 11.1-11.3, RFC 5035 5.4).
	CodeDuplicate note.Code = "K-CMS-033"
	// CodeDuplicateUnknown: a signed attribute that this reader does not know stands twice (X.501 8.2).
	CodeDuplicateUnknown note.Code = "K-CMS-034"
	// CodeNoValues: an attribute without values (RFC 5652 5.3).
	CodeNoValues note.Code = "K-CMS-035"
	// CodeManyValues: an attribute that has one value has several (RFC 5652 11.1-11.3, RFC 5035 5.4).
	CodeManyValues note.Code = "K-CMS-036"
	// CodeNotProtected: content-type, message-digest or signing-time stands among the unsigned attributes (RFC 5652 11.1-11.3).
	CodeNotProtected note.Code = "K-CMS-037"
	// CodeNeedlesslySigned: an attribute that must be unsigned stands among the signed (RFC 5652 11.4).
	CodeNeedlesslySigned note.Code = "K-CMS-038"
	// CodeMalformed: the value of a signed attribute that decides about the
	// signature cannot be read (RFC 5652 11, RFC 5035 5.4, RFC 6211, EN 319 122-1 5.2.9).
	CodeMalformed note.Code = "K-CMS-039"
	// CodeTimeForm: signing-time is not in the form that its year needs, or not in DER (RFC 5652 11.3).
	CodeTimeForm note.Code = "K-CMS-040"
	// CodeProtectionDiffers: CMSAlgorithmProtection names other algorithms than the SignerInfo (RFC 6211 2).
	CodeProtectionDiffers note.Code = "K-CMS-041"
	// CodeProtectionEncoding: CMSAlgorithmProtection names the same algorithms as
	// the SignerInfo with other octets, a DEFAULT spelled out in one (X.690 11.5, RFC 6211 3).
	CodeProtectionEncoding note.Code = "K-CMS-046"
	// CodeIgnored: an attribute of CAdES or ESS that counts only when it is signed stands among the unsigned (RFC 5035 5.4, EN 319 122-1 5.2).
	CodeIgnored note.Code = "K-CMS-043"
	// CodeMalformedInfo: the value of a signed attribute that only informs cannot be read (EN 319 122-1 5.2).
	CodeMalformedInfo note.Code = "K-CMS-044"
	// CodeIssuerSerial: the issuerSerial of a certificate reference is not one
	// directoryName and a serial number; its digest stands (RFC 5035 5.4.1).
	CodeIssuerSerial note.Code = "K-CMS-045"
	// CodeCounterContentType: a counter-signature has a content-type attribute (RFC 5652 11.4).
	CodeCounterContentType note.Code = "K-CMS-042"
)
