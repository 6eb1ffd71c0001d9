package sigalg

import "github.com/kakuin/kakuin/eseal/note"

// Finding codes of this room. The first three stand for the three errors, so
// that the court can cite them; the others are deviations that were seen.
const (
	// CodeUnsupported: an algorithm that this tool does not compute (*Unsupported). TS 119 172-4 clause 4.2: never a failure.
	CodeUnsupported note.Code = "K-ALG-001"
	// CodeMismatch: the signature does not match message and key (ErrMismatch). EN 319 102-1 5.2.7.
	CodeMismatch note.Code = "K-ALG-002"
	// CodeMalformed: key or algorithm parameters cannot be read (*Malformed). RFC 5280 4.1.2.7, 4.1.1.2.
	CodeMalformed note.Code = "K-ALG-003"
	// CodeNegativeModulus: RSA modulus encoded as a negative INTEGER, read as unsigned. RFC 8017 A.1.1.
	CodeNegativeModulus note.Code = "K-ALG-004"
	// CodeBareKey: signatureAlgorithm is id-ecPublicKey, id-dsa or the bare arc of ECDSA; the hash is taken from digestAlgorithm. RFC 5753 2.1.1, RFC 3370 3.1.
	CodeBareKey note.Code = "K-ALG-005"
	// CodeDigestAsSignature: signatureAlgorithm holds the identifier of a digest. RFC 5652 5.3.
	CodeDigestAsSignature note.Code = "K-ALG-006"
	// CodeSignatureAsDigest: digestAlgorithm holds the identifier of a signature algorithm. RFC 5652 5.3.
	CodeSignatureAsDigest note.Code = "K-ALG-007"
	// CodeUnlikeDigests: signatureAlgorithm names another hash than digestAlgorithm; the first governs the signature, the second message-digest. RFC 5652 5.4.
	CodeUnlikeDigests note.Code = "K-ALG-008"
	// CodeParameters: the algorithm has parameters where it takes none or NULL. RFC 5754 2 and 3, RFC 8410 3.
	CodeParameters note.Code = "K-ALG-009"
	// CodePSSDefaults: RSASSA-PSS without parameters, read with the defaults. RFC 4055 3.1.
	CodePSSDefaults note.Code = "K-ALG-010"
	// CodeDigestInfoNoNull: the decrypted DigestInfo is right but leaves out the NULL parameters. RFC 8017 9.2 note 1.
	CodeDigestInfoNoNull note.Code = "K-ALG-011"
	// CodeDigestInfoOther: the decrypted DigestInfo names another hash than the signature algorithm. RFC 8017 8.2.2.
	CodeDigestInfoOther note.Code = "K-ALG-012"
	// CodePadding: the decrypted block has the padding of neither scheme, or one that is not canonical. RFC 8017 8.2.2, 9.1.2.
	CodePadding note.Code = "K-ALG-013"
	// CodeSignatureLength: the signature has not the length that key and algorithm fix. RFC 8017 8.1.2, 8.2.2.
	CodeSignatureLength note.Code = "K-ALG-014"
	// CodeSignatureEncoding: an ECDSA or DSA signature value that is not the DER of Ecdsa-Sig-Value. RFC 3279 2.2.2, 2.2.3.
	CodeSignatureEncoding note.Code = "K-ALG-015"
	// CodeKeyMismatch: the signature algorithm is not one of this kind of key. RFC 5280 4.1.1.2.
	CodeKeyMismatch note.Code = "K-ALG-016"
	// CodePSSRestriction: hash, mask or salt are not those that the id-RSASSA-PSS key is restricted to. RFC 4055 3.3.
	CodePSSRestriction note.Code = "K-ALG-017"
	// CodePSSSalt: the signature is right but for a salt of another length than stated. RFC 8017 9.1.2.
	CodePSSSalt note.Code = "K-ALG-018"
	// CodeExplicitCurve: curve given by parameters, found equal to a named curve. RFC 5480 2.1.1.
	CodeExplicitCurve note.Code = "K-ALG-019"
	// CodeScheme: the block is that of the other RSA scheme than the one named. RFC 8017 8.
	CodeScheme note.Code = "K-ALG-020"
	// CodeUnusualExponent: RSA public exponent larger than 2^256. FIPS 186-5 A.1.1.
	CodeUnusualExponent note.Code = "K-ALG-021"
	// CodeSignatureRange: r or s of the signature is zero or not below the group order. FIPS 186-5 6.4.2.
	CodeSignatureRange note.Code = "K-ALG-022"
)
