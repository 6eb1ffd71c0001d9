package verifytest

import (
	"bytes"
	"math/big"
	"slices"
)

// TokenDeviations are the things that can be wrong with a time-stamp token.
func TokenDeviations() []TokenMutator { return slices.Concat(tokenIntegrity, tokenForms) }

// TokenDeviation is one of them by name.
func TokenDeviation(name string) TokenMutator {
	return find(TokenDeviations(), name, func(m TokenMutator) Deviation { return m.Deviation })
}

func tok(name, what string, want Want) TokenMutator {
	return TokenMutator{Deviation: Deviation{"token-" + name, "token", what, want}}
}

func (m TokenMutator) template(f func(*TokenTemplate)) TokenMutator { m.Template = f; return m }
func (m TokenMutator) cms(c CMSMutator) TokenMutator                { m.CMS = c; return m }

var tokenIntegrity = []TokenMutator{
	tok("imprint-wrong", "the token is over other data", failed("HASH_FAILURE", "EN 319 102-1 5.4.4, RFC 3161 2.4.2")).
		template(func(t *TokenTemplate) { t.Imprint = Digest(or(t.Algorithm, "SHA-256"), []byte("other data")) }),
	tok("info-changed", "TSTInfo changed after signing", failed("HASH_FAILURE", "EN 319 102-1 5.2.7.4 step 2")).
		cms(cms("", "", Want{}).assembled(func(sd *SignedData) {
			sd.Content = bytes.Replace(sd.Content, []byte("20261030"), []byte("20251030"), 1)
		})),
	tok("signature-changed", "the signature value changed", failed("SIG_CRYPTO_FAILURE", "EN 319 102-1 5.2.7.4 step 4")).
		cms(cms("", "", Want{}).signed(func(d *SignerDraft) { d.Signature = flip(d.Signature) })),
	tok("two-signers", "the token has two SignerInfos", failed("FORMAT_FAILURE", "RFC 3161 2.4.2")).
		cms(cms("", "", Want{}).template(func(t *CMSTemplate) { t.Signers = append(slices.Clone(t.Signers), t.Signers[0]) })),
	tok("ess-wrong", "the signed certificate reference has another digest",
		unclear("NO_SIGNING_CERTIFICATE_FOUND", "EN 319 102-1 5.2.3.4 step 2")).
		cms(CMSDeviation("cms-ess-wrong")),
	tok("ess-missing", "no signed attribute binds the unit's certificate",
		unclear("SIG_CONSTRAINTS_FAILURE", "RFC 3161 2.4.2").or("INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND")).
		template(func(t *TokenTemplate) { t.ESS = "none" }),
	tok("content-type-wrong", "the content is id-data, not id-ct-TSTInfo", failed("FORMAT_FAILURE", "RFC 3161 2.4.2").
		or("UNREADABLE").or("INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND").or("INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE")).
		cms(cms("", "", Want{}).template(func(t *CMSTemplate) { t.ContentType = idData })),
	tok("version-wrong", "TSTInfo has version 2", failed("FORMAT_FAILURE", "RFC 3161 2.4.2").or("TOTAL-PASSED")).
		template(func(t *TokenTemplate) { t.Version = 2 }),
	tok("no-certificates", "the unit's certificate is not inside", unclear("NO_SIGNING_CERTIFICATE_FOUND", "EN 319 102-1 5.2.3.4 step 1")).
		template(func(t *TokenTemplate) { t.NoCertificates = true }),
	tok("imprint-sha1", "the imprint is SHA-1", unclear("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "EN 319 102-1 5.2.8.4.1")).
		template(func(t *TokenTemplate) { t.Algorithm = "SHA-1" }),
	tok("imprint-length", "the imprint is shorter than its digest", failed("FORMAT_FAILURE", "RFC 3161 2.4.1").or("TOTAL-FAILED/HASH_FAILURE")).
		template(func(t *TokenTemplate) { t.Imprint = []byte{1, 2, 3, 4} }),
	tok("unknown-critical", "a critical extension in TSTInfo that nobody knows",
		unclear("SIG_CONSTRAINTS_FAILURE", "RFC 3161 2.4.2").or("TOTAL-FAILED/FORMAT_FAILURE")).
		template(func(t *TokenTemplate) { t.Extensions = []Extension{{"1.3.6.1.4.1.32473.9.3", true, null()}} }),
}

var tokenForms = []TokenMutator{
	tok("future", "the time of the token is a month after the judgement", passed("EN 319 102-1 5.4 does not look; a finding").
		or("INDETERMINATE/CUSTOM")).
		template(func(t *TokenTemplate) { t.GenTime = date(2026, 12, 1) }),
	tok("policy-other", "the policy is not one that the list names: not accredited", passed("accreditation is no part of the verdict")).
		template(func(t *TokenTemplate) { t.Policy = "1.3.6.1.4.1.32473.1.30.99" }),
	tok("nonce-negative", "the nonce is negative, as real services make it (no deviation)", passed("X.690 8.3")).
		template(func(t *TokenTemplate) { t.Nonce = big.NewInt(-6148914691236517206) }),
	tok("bare", "no accuracy and no tsa name (no deviation)", passed("RFC 3161 2.4.2: both optional")).
		template(func(t *TokenTemplate) { t.Accuracy, t.NoTSAName = -1, true }),
	tok("ess-v1", "the certificate is bound by ESSCertID v1, signed with SHA-512 (no deviation)", passed("RFC 3161 2.4.2; RFC 5816").
		or("INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE")).
		template(func(t *TokenTemplate) { t.ESS, t.Digest = "v1", "SHA-512" }),
	tok("imprint-sha512", "the imprint is SHA-512 (no deviation)", passed("")).
		template(func(t *TokenTemplate) { t.Algorithm = "SHA-512" }),
}
