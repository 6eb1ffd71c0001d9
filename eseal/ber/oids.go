package ber

// names are the identifiers that this project knows, with the name that the
// defining document gives them. The key form is dotted; reading one of these
// from an encoding does not allocate.
var names = map[OID]string{
	// RFC 5652 (CMS), RFC 2985 (attributes)
	"1.2.840.113549.1.7.1":      "id-data",
	"1.2.840.113549.1.7.2":      "id-signedData",
	"1.2.840.113549.1.9.3":      "id-contentType",
	"1.2.840.113549.1.9.4":      "id-messageDigest",
	"1.2.840.113549.1.9.5":      "id-signingTime",
	"1.2.840.113549.1.9.6":      "id-countersignature",
	"1.2.840.113549.1.9.15":     "smimeCapabilities",
	"1.2.840.113549.1.9.52":     "id-aa-CMSAlgorithmProtection", // RFC 6211
	"1.2.840.113583.1.1.8":      "adbe-revocationInfoArchival",  // ISO 32000-2 12.8.3.3.2
	"1.3.6.1.5.5.7.16.2":        "id-ri-ocsp-response",          // RFC 5940
	"1.2.840.113549.1.9.16.1.4": "id-ct-TSTInfo",                // RFC 3161
	// RFC 5035, RFC 2634 (ESS), EN 319 122-1 (CAdES)
	"1.2.840.113549.1.9.16.2.12": "id-aa-signingCertificate",
	"1.2.840.113549.1.9.16.2.47": "id-aa-signingCertificateV2",
	"1.2.840.113549.1.9.16.2.4":  "id-aa-contentHint",
	"1.2.840.113549.1.9.16.2.7":  "id-aa-contentIdentifier",
	"1.2.840.113549.1.9.16.2.10": "id-aa-contentReference",
	"1.2.840.113549.1.9.16.2.14": "id-aa-timeStampToken",
	"1.2.840.113549.1.9.16.2.15": "id-aa-ets-sigPolicyId",
	"1.2.840.113549.1.9.16.2.16": "id-aa-ets-commitmentType",
	"1.2.840.113549.1.9.16.2.17": "id-aa-ets-signerLocation",
	"1.2.840.113549.1.9.16.2.18": "id-aa-ets-signerAttr",
	"1.2.840.113549.1.9.16.2.20": "id-aa-ets-contentTimestamp",
	"1.2.840.113549.1.9.16.2.21": "id-aa-ets-certificateRefs",
	"1.2.840.113549.1.9.16.2.22": "id-aa-ets-revocationRefs",
	"1.2.840.113549.1.9.16.2.23": "id-aa-ets-certValues",
	"1.2.840.113549.1.9.16.2.24": "id-aa-ets-revocationValues",
	"1.2.840.113549.1.9.16.2.25": "id-aa-ets-escTimeStamp",
	"1.2.840.113549.1.9.16.2.26": "id-aa-ets-certCRLTimestamp",
	"1.2.840.113549.1.9.16.2.27": "id-aa-ets-archiveTimestamp",
	"1.2.840.113549.1.9.16.2.48": "id-aa-ets-archiveTimestampV2",
	"0.4.0.1733.2.1":             "id-aa-ets-mimeType",
	"0.4.0.1733.2.2":             "id-aa-ets-longTermValidation",
	"0.4.0.1733.2.4":             "id-aa-ets-archiveTimestampV3",
	"0.4.0.1733.2.5":             "id-aa-ATSHashIndex",
	"0.4.0.19122.1.1":            "id-aa-ets-signerAttrV2",
	"0.4.0.19122.1.3":            "id-aa-ets-sigPolicyStore",
	"0.4.0.19122.1.4":            "id-aa-ATSHashIndex-v2",
	"0.4.0.19122.1.5":            "id-aa-ATSHashIndex-v3",
	// Digests: RFC 3370, RFC 5754, NIST CSOR
	"1.2.840.113549.2.2":      "md2",
	"1.2.840.113549.2.4":      "md4",
	"1.2.840.113549.2.5":      "md5",
	"1.3.14.3.2.26":           "id-sha1",
	"1.3.36.3.2.1":            "ripemd160",
	"2.16.840.1.101.3.4.2.1":  "id-sha256",
	"2.16.840.1.101.3.4.2.2":  "id-sha384",
	"2.16.840.1.101.3.4.2.3":  "id-sha512",
	"2.16.840.1.101.3.4.2.4":  "id-sha224",
	"2.16.840.1.101.3.4.2.5":  "id-sha512-224",
	"2.16.840.1.101.3.4.2.6":  "id-sha512-256",
	"2.16.840.1.101.3.4.2.7":  "id-sha3-224",
	"2.16.840.1.101.3.4.2.8":  "id-sha3-256",
	"2.16.840.1.101.3.4.2.9":  "id-sha3-384",
	"2.16.840.1.101.3.4.2.10": "id-sha3-512",
	"2.16.840.1.101.3.4.2.11": "id-shake128",
	"2.16.840.1.101.3.4.2.12": "id-shake256",
	// Signatures and keys: RFC 8017, RFC 5758, RFC 8410
	"1.2.840.113549.1.1.1":  "rsaEncryption",
	"1.2.840.113549.1.1.4":  "md5WithRSAEncryption",
	"1.2.840.113549.1.1.5":  "sha1WithRSAEncryption",
	"1.2.840.113549.1.1.8":  "id-mgf1",
	"1.2.840.113549.1.1.10": "id-RSASSA-PSS",
	"1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
	"1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
	"1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
	"1.2.840.113549.1.1.14": "sha224WithRSAEncryption",
	"1.2.840.10045.2.1":     "id-ecPublicKey",
	"1.2.840.10045.4.1":     "ecdsa-with-SHA1",
	"1.2.840.10045.4.3.1":   "ecdsa-with-SHA224",
	"1.2.840.10045.4.3.2":   "ecdsa-with-SHA256",
	"1.2.840.10045.4.3.3":   "ecdsa-with-SHA384",
	"1.2.840.10045.4.3.4":   "ecdsa-with-SHA512",
	"1.2.840.10045.3.1.7":   "secp256r1",
	"1.3.132.0.34":          "secp384r1",
	"1.3.132.0.35":          "secp521r1",
	"1.2.840.10040.4.1":     "id-dsa",
	"1.2.840.10040.4.3":     "id-dsa-with-sha1",
	"1.3.101.112":           "id-Ed25519",
	"1.3.101.113":           "id-Ed448",
	// Names: X.520, RFC 4519, PKCS#9
	"2.5.4.3":                    "CN",
	"2.5.4.4":                    "SN",
	"2.5.4.5":                    "serialNumber",
	"2.5.4.6":                    "C",
	"2.5.4.7":                    "L",
	"2.5.4.8":                    "ST",
	"2.5.4.9":                    "street",
	"2.5.4.10":                   "O",
	"2.5.4.11":                   "OU",
	"2.5.4.12":                   "title",
	"2.5.4.42":                   "GN",
	"2.5.4.97":                   "organizationIdentifier",
	"0.9.2342.19200300.100.1.25": "DC",
	"1.2.840.113549.1.9.1":       "emailAddress",
	// Extensions: RFC 5280, RFC 3739, EN 319 412-5
	"2.5.29.9":                "subjectDirectoryAttributes",
	"2.5.29.14":               "subjectKeyIdentifier",
	"2.5.29.15":               "keyUsage",
	"2.5.29.16":               "privateKeyUsagePeriod",
	"2.5.29.17":               "subjectAltName",
	"2.5.29.18":               "issuerAltName",
	"2.5.29.19":               "basicConstraints",
	"2.5.29.20":               "cRLNumber",
	"2.5.29.21":               "cRLReason",
	"2.5.29.24":               "invalidityDate",
	"2.5.29.27":               "deltaCRLIndicator",
	"2.5.29.28":               "issuingDistributionPoint",
	"2.5.29.29":               "certificateIssuer",
	"2.5.29.30":               "nameConstraints",
	"2.5.29.31":               "cRLDistributionPoints",
	"2.5.29.32":               "certificatePolicies",
	"2.5.29.32.0":             "anyPolicy",
	"2.5.29.33":               "policyMappings",
	"2.5.29.35":               "authorityKeyIdentifier",
	"2.5.29.36":               "policyConstraints",
	"2.5.29.37":               "extKeyUsage",
	"2.5.29.37.0":             "anyExtendedKeyUsage",
	"2.5.29.46":               "freshestCRL",
	"2.5.29.54":               "inhibitAnyPolicy",
	"2.5.29.56":               "noRevAvail", // RFC 9608
	"1.3.6.1.5.5.7.1.1":       "authorityInfoAccess",
	"1.3.6.1.5.5.7.1.3":       "qcStatements",
	"1.3.6.1.5.5.7.1.11":      "subjectInfoAccess",
	"1.3.6.1.5.5.7.3.1":       "id-kp-serverAuth",
	"1.3.6.1.5.5.7.3.2":       "id-kp-clientAuth",
	"1.3.6.1.5.5.7.3.3":       "id-kp-codeSigning",
	"1.3.6.1.5.5.7.3.4":       "id-kp-emailProtection",
	"1.3.6.1.5.5.7.3.8":       "id-kp-timeStamping",
	"1.3.6.1.5.5.7.3.9":       "id-kp-OCSPSigning",
	"1.3.6.1.5.5.7.48.1":      "id-ad-ocsp",
	"1.3.6.1.5.5.7.48.1.1":    "id-pkix-ocsp-basic",
	"1.3.6.1.5.5.7.48.1.2":    "id-pkix-ocsp-nonce",
	"1.3.6.1.5.5.7.48.1.5":    "id-pkix-ocsp-nocheck",
	"1.3.6.1.5.5.7.48.1.6":    "id-pkix-ocsp-archive-cutoff",
	"1.3.6.1.5.5.7.48.2":      "id-ad-caIssuers",
	"1.2.840.113549.1.9.14":   "extensionRequest",
	"2.16.840.1.113730.1.1":   "netscape-cert-type",
	"1.2.840.113583.1.1.9.1":  "adbe-timeStamp",
	"1.2.840.113583.1.1.9.2":  "adbe-archiveRevInfo",
	"1.2.840.113583.1.1.5":    "adbe-authenticDocumentsTrust",
	"1.3.6.1.4.1.311.10.3.12": "ms-documentSigning",
	"1.3.6.1.5.5.7.3.36":      "id-kp-documentSigning", // RFC 9336
}

// Name is the defining document's name of an identifier, or the dotted form.
func (o OID) Name() string {
	if n, ok := names[o]; ok {
		return n
	}
	return string(o)
}

// ByName finds an identifier by the name that Name gives it.
func ByName(name string) (OID, bool) {
	for o, n := range names {
		if n == name {
			return o, true
		}
	}
	return "", false
}

var interned = func() map[string]OID {
	m := make(map[string]OID, len(names))
	for o := range names {
		m[string(EncodeOID(o))] = o
	}
	return m
}()
