package verifytest

import (
	"math/big"
	"slices"
)

// CertDeviations are the things that can be wrong with the seal certificate ("cert-…") or with the CA above it
// ("cert-ca-…").
func CertDeviations() []CertMutator { return slices.Concat(leafDeviations, caDeviations) }

// CertDeviation is one of them by name.
func CertDeviation(name string) CertMutator {
	return find(CertDeviations(), name, func(m CertMutator) Deviation { return m.Deviation })
}

func crt(name, what string, want Want, f func(*CertDraft)) CertMutator {
	return CertMutator{Deviation{"cert-" + name, "cert", what, want}, f}
}

var pathBroken = unclear("CERTIFICATE_CHAIN_GENERAL_FAILURE", "EN 319 102-1 5.2.6.4 step 4e").or("INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND")

// because is a path that RFC 5280 section 6 refuses, for that clause.
func because(clause string) Want {
	w := pathBroken
	w.Note = clause
	return w
}

var leafDeviations = []CertMutator{
	crt("expired", "the seal certificate ended a month before it was used",
		unclear("OUT_OF_BOUNDS_NO_POE", "EN 319 102-1 5.2.6.4 step 7").or("INDETERMINATE/OUT_OF_BOUNDS_NOT_REVOKED"),
		func(d *CertDraft) { d.NotAfter = date(2026, 9, 30) }),
	crt("not-yet-valid", "the seal certificate begins a month later",
		failed("NOT_YET_VALID", "EN 319 102-1 5.5.4 step 4b"), func(d *CertDraft) { d.NotBefore = date(2026, 12, 1) }),
	crt("key-usage-wrong", "key usage is keyEncipherment", unclear("CHAIN_CONSTRAINTS_FAILURE", "key usage is judged by purpose"),
		func(d *CertDraft) { d.Set(keyUsage(kuKeyEncipherment)) }),
	crt("key-usage-missing", "no key usage", passed("as the MOJ's certificates before 2026-03; the policy decides").
		or("INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE"), func(d *CertDraft) { d.Drop(extKeyUsage) }),
	crt("unknown-critical", "a critical extension that nobody knows", because("RFC 5280 6.1.4 (o), 6.1.5 (f)"),
		func(d *CertDraft) { d.Set(Extension{"1.3.6.1.4.1.32473.9.1", true, null()}) }),
	crt("unknown-extension", "an extension that nobody knows, not critical (no deviation)", passed("RFC 5280 4.2"),
		func(d *CertDraft) { d.Set(Extension{"1.3.6.1.4.1.32473.9.1", false, null()}) }),
	crt("signature-wrong", "the issuer's signature was changed", because("RFC 5280 6.1.3 (a)(1)"),
		func(d *CertDraft) { d.SignatureHook = flip }),
	crt("duplicate-extension", "the key usage extension stands twice", because("RFC 5280 4.2"),
		func(d *CertDraft) { d.Extensions = append(d.Extensions, keyUsage(kuDigitalSignature)) }),
	crt("serial-negative", "a negative serial number", passed("an oddity; RFC 5280 4.1.2.2"),
		func(d *CertDraft) { d.Serial = big.NewInt(-42) }),
	crt("serial-zero", "the serial number is zero", passed("an oddity; RFC 5280 4.1.2.2"),
		func(d *CertDraft) { d.Serial = big.NewInt(0) }),
	crt("digest-sha1", "the issuer signed with SHA-1", unclear("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "EN 319 102-1 5.2.6.4 step 6"),
		func(d *CertDraft) { d.scheme.digest = "SHA-1" }),
	crt("weak-key", "the seal's key is RSA-1024", unclear("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "EN 319 102-1 5.2.8.4.1"),
		func(d *CertDraft) { d.Key = "rsa1024-01" }),
	crt("key-other", "the certificate certifies another key than the one that signs",
		failed("SIG_CRYPTO_FAILURE", "EN 319 102-1 5.2.7.4 step 4"), func(d *CertDraft) { d.SPKI = spki(Key("rsa2048-16")) }),
	crt("issuer-name-other", "the issuer field names a CA that does not exist",
		unclear("NO_CERTIFICATE_CHAIN_FOUND", "RFC 5280 6.1.3 (a)(4)"),
		func(d *CertDraft) { d.Issuer = NewName("C", "JP", "O", "Nobody").DER() }),
	crt("malformed-extension", "basicConstraints holds no SEQUENCE", because("RFC 5280 4.2"),
		func(d *CertDraft) { d.Set(Extension{extBasicConstraints, true, octets([]byte{1})}) }),
}

func onCA(name, what string, want Want, f func(*CertDraft)) CertMutator {
	return crt("ca-"+name, what, want, f)
}

var caDeviations = []CertMutator{
	onCA("not-ca", "the CA certificate says cA FALSE", because("RFC 5280 6.1.4 (k)"),
		func(d *CertDraft) { d.Set(basicConstraints(false, -1)) }),
	onCA("no-constraints", "the CA certificate has no basicConstraints", because("RFC 5280 6.1.4 (k)"),
		func(d *CertDraft) { d.Drop(extBasicConstraints) }),
	onCA("key-usage-wrong", "the CA's key usage has no keyCertSign", because("RFC 5280 6.1.4 (n)").or("INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE"),
		func(d *CertDraft) { d.Set(keyUsage(kuCRLSign)) }),
	onCA("no-crl-sign", "the CA's key usage has no cRLSign: its CRL counts for nothing",
		unclear("TRY_LATER", "RFC 5280 6.3.3 (f)").or("INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"),
		func(d *CertDraft) { d.Set(keyUsage(kuCertSign)) }),
	onCA("name-constraint", "the CA may name O=Mihon City only", because("RFC 5280 6.1.3 (b), (c)").or("INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE"),
		func(d *CertDraft) {
			d.Set(Extension{extNameConstraints, true, seq(explicit(0, seq(directoryName(NewName("C", "JP", "O", "Mihon City")))))})
		}),
	onCA("name-excluded", "the CA may not name O=Mihon Town", because("RFC 5280 6.1.3 (b), (c)").or("INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE"),
		func(d *CertDraft) {
			d.Set(Extension{extNameConstraints, true, seq(explicit(1, seq(directoryName(NewName("C", "JP", "O", "Mihon Town")))))})
		}),
	onCA("policy-required", "the CA requires a policy that the seal certificate lacks", because("RFC 5280 6.1.5 (g)").or("INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE"),
		func(d *CertDraft) {
			d.Set(Extension{extPolicyConstraint, true, seq(primitive(0, []byte{0}))})
			d.Set(certificatePolicies(false, OfficePolicy))
		}),
	onCA("expired", "the CA certificate has run out", unclear("OUT_OF_BOUNDS_NO_POE", "EN319102 section 4: as DSS").
		or("INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"), func(d *CertDraft) { d.NotAfter = date(2026, 9, 30) }),
	onCA("unknown-critical", "the CA certificate has a critical extension that nobody knows", because("RFC 5280 6.1.4 (o)"),
		func(d *CertDraft) { d.Set(Extension{"1.3.6.1.4.1.32473.9.1", true, null()}) }),
	onCA("signature-wrong", "the root's signature on the CA certificate was changed", because("RFC 5280 6.1.3 (a)(1)"),
		func(d *CertDraft) { d.SignatureHook = flip }),
	onCA("version-1", "the CA certificate is X.509 v1", because("RFC 5280 6.1.4 (k)"),
		func(d *CertDraft) { d.Version, d.Extensions = 0, nil }),
}
