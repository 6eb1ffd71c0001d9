package verifytest

// Identifiers of the extensions (RFC 5280 4.2, RFC 3739, RFC 6960).
const (
	extSubjectKeyID     = "2.5.29.14"
	extKeyUsage         = "2.5.29.15"
	extSubjectAltName   = "2.5.29.17"
	extBasicConstraints = "2.5.29.19"
	extCRLNumber        = "2.5.29.20"
	extReason           = "2.5.29.21"
	extInvalidityDate   = "2.5.29.24"
	extDeltaCRL         = "2.5.29.27"
	extIssuingPoint     = "2.5.29.28"
	extCertIssuer       = "2.5.29.29"
	extNameConstraints  = "2.5.29.30"
	extCRLPoints        = "2.5.29.31"
	extPolicies         = "2.5.29.32"
	extPolicyMappings   = "2.5.29.33"
	extAuthorityKeyID   = "2.5.29.35"
	extPolicyConstraint = "2.5.29.36"
	extExtKeyUsage      = "2.5.29.37"
	extAuthorityInfo    = "1.3.6.1.5.5.7.1.1"
	extQCStatements     = "1.3.6.1.5.5.7.1.3"
	extNoCheck          = "1.3.6.1.5.5.7.48.1.5"
)

// Extended key usages. Document signing is RFC 9336.
const (
	ekuTimestamping    = "1.3.6.1.5.5.7.3.8"
	ekuOCSP            = "1.3.6.1.5.5.7.3.9"
	ekuEmail           = "1.3.6.1.5.5.7.3.4"
	ekuDocumentSigning = "1.3.6.1.5.5.7.3.36"
)

// Bits of KeyUsage (RFC 5280 4.2.1.3).
const (
	kuDigitalSignature = 0
	kuNonRepudiation   = 1
	kuKeyEncipherment  = 2
	kuCertSign         = 5
	kuCRLSign          = 6
)

var defaultKey = map[Profile]string{
	Root: "p384-01", CA: "rsa2048-01", Seal: "rsa2048-05", Office: "rsa2048-06", Person: "rsa2048-07",
	Timestamp: "rsa2048-08", OCSP: "rsa2048-09", CRLSigner: "rsa2048-10",
}

var profileKeyUsage = map[Profile][]int{
	Root: {kuCertSign, kuCRLSign}, CA: {kuCertSign, kuCRLSign},
	Seal: {kuDigitalSignature, kuNonRepudiation}, Office: {kuDigitalSignature, kuNonRepudiation},
	Person: {kuNonRepudiation}, Timestamp: {kuDigitalSignature}, OCSP: {kuDigitalSignature}, CRLSigner: {kuCRLSign},
}

// profileExtensions are the extensions of a certificate that follows the rules of its profile.
func profileExtensions(t CertTemplate, d *CertDraft) []Extension {
	list := []Extension{{extSubjectKeyID, false, octets(keyID(d.SPKI))}}
	if t.Issuer != nil {
		list = append(list, Extension{extAuthorityKeyID, false, seq(primitive(0, keyID(t.Issuer.spki)))})
	}
	list = append(list, keyUsage(profileKeyUsage[t.Profile]...))
	list = append(list, purposeExtensions(t)...)
	if len(t.Policies) > 0 {
		list = append(list, certificatePolicies(t.Profile == Office || t.Profile == Person, t.Policies...))
	}
	if t.JapaneseName != nil {
		list = append(list, Extension{extSubjectAltName, false, seq(directoryName(t.JapaneseName))})
	}
	if at := distributionPoint(t); at != "" {
		list = append(list, Extension{extCRLPoints, false, seq(seq(explicit(0, explicit(0, uri(at)))))})
	}
	if info := authorityInfo(t); info != nil {
		list = append(list, Extension{extAuthorityInfo, false, info})
	}
	return append(list, t.Extensions...)
}

// purposeExtensions are those that tell one profile from another.
func purposeExtensions(t CertTemplate) []Extension {
	switch t.Profile {
	case Root, CA:
		return []Extension{basicConstraints(true, t.PathLen-1)}
	case Seal:
		return []Extension{extendedKeyUsage(false, ekuDocumentSigning), qcStatements("0.4.0.1862.1.6.2")}
	case Person:
		return []Extension{qcStatements("0.4.0.1862.1.6.1")}
	case Timestamp:
		return []Extension{extendedKeyUsage(true, ekuTimestamping)}
	case OCSP:
		return []Extension{extendedKeyUsage(false, ekuOCSP), {extNoCheck, false, null()}}
	}
	return nil
}

func keyUsage(bits ...int) Extension { return Extension{extKeyUsage, true, namedBits(bits...)} }

func extendedKeyUsage(critical bool, ids ...string) Extension {
	var list [][]byte
	for _, id := range ids {
		list = append(list, objectID(id))
	}
	return Extension{extExtKeyUsage, critical, seq(list...)}
}

// basicConstraints leaves the path length out when it is negative.
func basicConstraints(ca bool, pathLen int) Extension {
	var parts [][]byte
	if ca {
		parts = append(parts, boolean(true))
	}
	if pathLen >= 0 {
		parts = append(parts, integer64(int64(pathLen)))
	}
	return Extension{extBasicConstraints, true, seq(parts...)}
}

func certificatePolicies(critical bool, ids ...string) Extension {
	var list [][]byte
	for _, id := range ids {
		list = append(list, seq(objectID(id)))
	}
	return Extension{extPolicies, critical, seq(list...)}
}

// policyMappings takes pairs of issuer and subject domain policy.
func policyMappings(pairs ...string) Extension {
	var list [][]byte
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, seq(objectID(pairs[i]), objectID(pairs[i+1])))
	}
	return Extension{extPolicyMappings, true, seq(list...)}
}

// qcStatements holds one id-etsi-qcs-QcType (EN 319 412-5 4.2.3).
func qcStatements(kind string) Extension {
	return Extension{extQCStatements, false, seq(seq(objectID("0.4.0.1862.1.6"), seq(objectID(kind))))}
}

// distributionPoint is the address of the issuer's CRL; certificates that need no revocation data have none.
func distributionPoint(t CertTemplate) string {
	if t.CRL == "-" || t.Issuer == nil || t.Profile == OCSP {
		return ""
	}
	return or(t.CRL, crlAddress(t.Issuer))
}

func authorityInfo(t CertTemplate) []byte {
	var list [][]byte
	if t.OCSP != "" {
		list = append(list, seq(objectID("1.3.6.1.5.5.7.48.1"), uri(t.OCSP)))
	}
	if t.Issuer != nil && !t.Issuer.selfSigned() {
		list = append(list, seq(objectID("1.3.6.1.5.5.7.48.2"), uri(certAddress(t.Issuer))))
	}
	if list == nil {
		return nil
	}
	return seq(list...)
}
