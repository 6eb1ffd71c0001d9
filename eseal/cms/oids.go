package cms

import "github.com/kakuin/kakuin/eseal/ber"

// Content types and revocation formats.
const (
	oidData       ber.OID = "1.2.840.113549.1.7.1" // RFC 5652 4
	oidSignedData ber.OID = "1.2.840.113549.1.7.2" // RFC 5652 5.1
	oidRIOCSP     ber.OID = "1.3.6.1.5.5.7.16.2"   // RFC 5940 2: OCSPResponse
	oidOCSPBasic  ber.OID = "1.3.6.1.5.5.7.48.1.1" // BasicOCSPResponse, written by CAdES tools (TS 101 733 6.3.4)
)

// Attributes.
const (
	oidContentType        ber.OID = "1.2.840.113549.1.9.3"       // RFC 5652 11.1
	oidMessageDigest      ber.OID = "1.2.840.113549.1.9.4"       // RFC 5652 11.2
	oidSigningTime        ber.OID = "1.2.840.113549.1.9.5"       // RFC 5652 11.3
	oidCounterSignature   ber.OID = "1.2.840.113549.1.9.6"       // RFC 5652 11.4
	oidAlgorithmProtect   ber.OID = "1.2.840.113549.1.9.52"      // RFC 6211
	oidSigningCert        ber.OID = "1.2.840.113549.1.9.16.2.12" // RFC 5035 5.4.1
	oidSigningCertV2      ber.OID = "1.2.840.113549.1.9.16.2.47" // RFC 5035 5.4.1.1
	oidContentHint        ber.OID = "1.2.840.113549.1.9.16.2.4"  // RFC 2634 2.9
	oidSigTimestamp       ber.OID = "1.2.840.113549.1.9.16.2.14" // RFC 3161 appendix A
	oidPolicyID           ber.OID = "1.2.840.113549.1.9.16.2.15" // EN 319 122-1 5.2.9
	oidCommitment         ber.OID = "1.2.840.113549.1.9.16.2.16" // EN 319 122-1 5.2.3
	oidSignerLocation     ber.OID = "1.2.840.113549.1.9.16.2.17" // EN 319 122-1 5.2.5
	oidSignerAttr         ber.OID = "1.2.840.113549.1.9.16.2.18" // TS 101 733 5.11.3
	oidContentTimestamp   ber.OID = "1.2.840.113549.1.9.16.2.20" // EN 319 122-1 5.2.8
	oidCertRefs           ber.OID = "1.2.840.113549.1.9.16.2.21" // EN 319 122-1 A.1.1.1
	oidRevocationRefs     ber.OID = "1.2.840.113549.1.9.16.2.22" // EN 319 122-1 A.1.2.1
	oidCertValues         ber.OID = "1.2.840.113549.1.9.16.2.23" // EN 319 122-1 A.1.1.2
	oidRevocationValues   ber.OID = "1.2.840.113549.1.9.16.2.24" // EN 319 122-1 A.1.2.2
	oidCTimestamp         ber.OID = "1.2.840.113549.1.9.16.2.25" // EN 319 122-1 A.1.5.2
	oidRefsTimestamp      ber.OID = "1.2.840.113549.1.9.16.2.26" // EN 319 122-1 A.1.5.1
	oidArchiveV1          ber.OID = "1.2.840.113549.1.9.16.2.27" // TS 101 733 V1.4.0
	oidArchiveV2          ber.OID = "1.2.840.113549.1.9.16.2.48" // EN 319 122-1 A.2.4
	oidArchiveV3          ber.OID = "0.4.0.1733.2.4"             // EN 319 122-1 5.5.3
	oidHashIndexV1        ber.OID = "0.4.0.1733.2.5"             // TS 101 733 6.4.2
	oidHashIndexV2        ber.OID = "0.4.0.19122.1.4"            // EN 319 122-1 V1.0.0
	oidHashIndexV3        ber.OID = "0.4.0.19122.1.5"            // EN 319 122-1 5.5.2
	oidLongTermValidation ber.OID = "0.4.0.1733.2.2"             // TS 101 733 V2.1.1 6.5.1, withdrawn
	oidMimeType           ber.OID = "0.4.0.1733.2.1"             // EN 319 122-1 5.2.4.2
	oidSignerAttrV2       ber.OID = "0.4.0.19122.1.1"            // EN 319 122-1 5.2.6.1
	oidAdobeRevocation    ber.OID = "1.2.840.113583.1.1.8"       // ISO 32000-2 12.8.3.3.2
	oidPolicyURI          ber.OID = "1.2.840.113549.1.9.16.5.1"  // EN 319 122-1 5.2.9.1 id-spq-ets-uri
	oidSHA1               ber.OID = "1.3.14.3.2.26"
	oidSHA256             ber.OID = "2.16.840.1.101.3.4.2.1"
	oidPSS                ber.OID = "1.2.840.113549.1.1.10"
)
