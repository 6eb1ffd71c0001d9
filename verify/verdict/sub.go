package verdict

// A SubIndication is the reason word of EN 319 102-1 Table 6, empty for a pass.
type SubIndication string

// The tokens of Table 6 in the standard's order, first those of FAILED, then
// those of INDETERMINATE.
const (
	FormatFailure    SubIndication = "FORMAT_FAILURE"
	HashFailure      SubIndication = "HASH_FAILURE"
	SigCryptoFailure SubIndication = "SIG_CRYPTO_FAILURE"
	Revoked          SubIndication = "REVOKED"
	Expired          SubIndication = "EXPIRED"
	NotYetValid      SubIndication = "NOT_YET_VALID"

	SigConstraintsFailure         SubIndication = "SIG_CONSTRAINTS_FAILURE"
	ChainConstraintsFailure       SubIndication = "CHAIN_CONSTRAINTS_FAILURE"
	CertificateChainGeneral       SubIndication = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
	CryptoConstraintsFailure      SubIndication = "CRYPTO_CONSTRAINTS_FAILURE"
	PolicyProcessingError         SubIndication = "POLICY_PROCESSING_ERROR"
	SignaturePolicyNotAvailable   SubIndication = "SIGNATURE_POLICY_NOT_AVAILABLE"
	TimestampOrderFailure         SubIndication = "TIMESTAMP_ORDER_FAILURE"
	NoSigningCertificateFound     SubIndication = "NO_SIGNING_CERTIFICATE_FOUND"
	NoCertificateChainFound       SubIndication = "NO_CERTIFICATE_CHAIN_FOUND"
	NoCertificateChainFoundNoPOE  SubIndication = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
	RevokedNoPOE                  SubIndication = "REVOKED_NO_POE"
	RevokedCANoPOE                SubIndication = "REVOKED_CA_NO_POE"
	OutOfBoundsNotRevoked         SubIndication = "OUT_OF_BOUNDS_NOT_REVOKED"
	OutOfBoundsNoPOE              SubIndication = "OUT_OF_BOUNDS_NO_POE"
	RevocationOutOfBoundsNoPOE    SubIndication = "REVOCATION_OUT_OF_BOUNDS_NO_POE"
	CryptoConstraintsFailureNoPOE SubIndication = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
	NoPOE                         SubIndication = "NO_POE"
	TryLater                      SubIndication = "TRY_LATER"
	SignedDataNotFound            SubIndication = "SIGNED_DATA_NOT_FOUND"
	Custom                        SubIndication = "CUSTOM"
)

// pairs is the one table of Table 6: each token with the class that it belongs
// to. A pass has no token; FAILED and INDETERMINATE have one of their own class.
var pairs = []struct {
	sub SubIndication
	of  class
}{
	{FormatFailure, classFailed},
	{HashFailure, classFailed},
	{SigCryptoFailure, classFailed},
	{Revoked, classFailed},
	{Expired, classFailed},
	{NotYetValid, classFailed},
	{SigConstraintsFailure, classIndeterminate},
	{ChainConstraintsFailure, classIndeterminate},
	{CertificateChainGeneral, classIndeterminate},
	{CryptoConstraintsFailure, classIndeterminate},
	{PolicyProcessingError, classIndeterminate},
	{SignaturePolicyNotAvailable, classIndeterminate},
	{TimestampOrderFailure, classIndeterminate},
	{NoSigningCertificateFound, classIndeterminate},
	{NoCertificateChainFound, classIndeterminate},
	{NoCertificateChainFoundNoPOE, classIndeterminate},
	{RevokedNoPOE, classIndeterminate},
	{RevokedCANoPOE, classIndeterminate},
	{OutOfBoundsNotRevoked, classIndeterminate},
	{OutOfBoundsNoPOE, classIndeterminate},
	{RevocationOutOfBoundsNoPOE, classIndeterminate},
	{CryptoConstraintsFailureNoPOE, classIndeterminate},
	{NoPOE, classIndeterminate},
	{TryLater, classIndeterminate},
	{SignedDataNotFound, classIndeterminate},
	{Custom, classIndeterminate},
}

// SubIndications lists all tokens in the order of the table.
func SubIndications() []SubIndication {
	out := make([]SubIndication, len(pairs))
	for i, p := range pairs {
		out[i] = p.sub
	}
	return out
}

func (s SubIndication) class() class {
	for _, p := range pairs {
		if p.sub == s {
			return p.of
		}
	}
	return classNone
}

// Known says whether s is a token of Table 6; the empty one is not.
func (s SubIndication) Known() bool { return s.class() != classNone }

// Indication gives the block-level status that the token belongs to: FAILED,
// INDETERMINATE, or the zero value for no token.
func (s SubIndication) Indication() Indication {
	switch s.class() {
	case classFailed:
		return Failed
	case classIndeterminate:
		return Indeterminate
	}
	return ""
}

// URI gives the identifier of TS 119 102-2 clause 4.3.4.3. Tokens younger than
// that list take the same prefix.
func (s SubIndication) URI() string {
	if !s.Known() {
		return ""
	}
	return "urn:etsi:019102:subindication:" + string(s)
}

// Legal says whether the standard knows the pair (Table 6): a pass without a
// token, a failure or an indetermination with a token of its own class.
func Legal(ind Indication, sub SubIndication) bool {
	switch ind.class() {
	case classPassed:
		return sub == ""
	case classFailed, classIndeterminate:
		return sub != "" && sub.class() == ind.class()
	}
	return false
}
