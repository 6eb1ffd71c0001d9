package verifytest

import (
	"bytes"
	"slices"
)

// flip changes the last octet of a copy.
func flip(b []byte) []byte {
	out := bytes.Clone(b)
	out[len(out)-1] ^= 0x01
	return out
}

// CMSDeviations are the things that can be wrong with a CMS signature.
func CMSDeviations() []CMSMutator {
	return slices.Concat(cmsIntegrity, cmsAttributes, cmsAlgorithms, cmsStructure)
}

// CMSDeviation is one of them by name.
func CMSDeviation(name string) CMSMutator {
	return find(CMSDeviations(), name, func(m CMSMutator) Deviation { return m.Deviation })
}

func cms(name, what string, want Want) CMSMutator {
	return CMSMutator{Deviation: Deviation{"cms-" + name, "cms", what, want}}
}

func (m CMSMutator) template(f func(*CMSTemplate)) CMSMutator     { m.Template = f; return m }
func (m CMSMutator) signing(f func(*SignerDraft)) CMSMutator      { m.Signing = f; return m }
func (m CMSMutator) signed(f func(*SignerDraft)) CMSMutator       { m.Signed = f; return m }
func (m CMSMutator) assembled(f func(*SignedData)) CMSMutator     { m.Assembled = f; return m }
func (m CMSMutator) encoded(f func(der []byte) []byte) CMSMutator { m.Encoded = f; return m }

var cmsIntegrity = []CMSMutator{
	cms("content-changed", "the last octet of the content changed after signing",
		failed("HASH_FAILURE", "EN 319 102-1 5.2.7.4 step 2")).
		assembled(func(sd *SignedData) { sd.Content = flip(sd.Content) }),
	cms("digest-wrong", "the message-digest attribute is wrong, and signed",
		failed("HASH_FAILURE", "RFC 5652 5.6")).
		signing(func(d *SignerDraft) {
			a := d.Attribute(attrMessageDigest)
			a.Values = [][]byte{flip(a.Values[0])}
		}),
	cms("attribute-changed", "the signing time changed after signing",
		failed("SIG_CRYPTO_FAILURE", "RFC 5652 5.4")).
		signed(func(d *SignerDraft) {
			d.Attribute(attrSigningTime).Values = [][]byte{moment(date(2026, 10, 29))}
		}),
	cms("signature-changed", "the last octet of the signature value changed",
		failed("SIG_CRYPTO_FAILURE", "EN 319 102-1 5.2.7.4 step 4")).
		signed(func(d *SignerDraft) { d.Signature = flip(d.Signature) }),
	cms("signature-empty", "the signature value has no octets", failed("SIG_CRYPTO_FAILURE", "").or("TOTAL-FAILED/FORMAT_FAILURE")).
		signed(func(d *SignerDraft) { d.Signature = nil }),
	cms("stamp-imprint-wrong", "the signature time-stamp is over another value",
		passed("EN 319 102-1 5.5.4 step 3a drops the token; nothing else needs its time")).
		template(func(t *CMSTemplate) { t.first().Timestamp = &TokenTemplate{Data: []byte("another value")} }),
	cms("content-stamp-wrong", "the content time-stamp is over other content",
		passed("EN 319 102-1 5.2.8.4.2.5: looked at only if constrained")).
		template(func(t *CMSTemplate) {
			t.first().ExtraSigned = []Attribute{{attrContentStamp, [][]byte{New().Token(TokenTemplate{Data: []byte("other")})}}}
		}),
}

var cmsAttributes = []CMSMutator{
	cms("ess-wrong", "the signed certificate reference has another digest",
		unclear("NO_SIGNING_CERTIFICATE_FOUND", "EN 319 102-1 5.2.3.4 step 2")).
		signing(func(d *SignerDraft) {
			d.Attribute(attrESSv2).Values = [][]byte{seq(seq(seq(octets(make([]byte, 32)))))}
		}),
	cms("ess-missing", "no signed attribute binds the certificate",
		unclear("SIG_CONSTRAINTS_FAILURE", "EN 319 102-1 5.2.3.4 step 5; TS 119 172-4").or("INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND")).
		template(func(t *CMSTemplate) { t.first().ESS = "none" }),
	cms("ess-v1", "the certificate is bound by its SHA-1 (ESSCertID v1)", passed("a real time-stamp service does so; a finding").
		or("INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE")).
		template(func(t *CMSTemplate) { t.first().ESS = "v1" }),
	cms("no-attributes", "the content is signed directly, without attributes",
		unclear("SIG_CONSTRAINTS_FAILURE", "nothing binds the certificate").or("INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND")).
		template(func(t *CMSTemplate) { t.first().NoAttributes = true }),
	cms("signing-time-missing", "no signing-time attribute", passed("a claim, not a proof; level none")).
		template(func(t *CMSTemplate) { t.first().NoSigningTime = true }),
	cms("signing-time-future", "the claimed signing time is a year ahead", passed("claimed time proves nothing")).
		template(func(t *CMSTemplate) { t.first().SigningTime = date(2027, 10, 30) }),
	cms("attributes-unsorted", "signed attributes are signed and sent in another order than DER's",
		passed("X.690 11.6 broken, the octets received verify; a note")).
		signing(func(d *SignerDraft) { d.unsort() }),
	cms("attributes-resorted", "signed attributes are signed in the order of DER and sent in another",
		passed("RFC 5652 5.4: the DER encoding is what was signed; a note")).
		signed(func(d *SignerDraft) { d.unsort() }),
	cms("attribute-duplicate", "the message-digest attribute stands twice, with two values",
		failed("FORMAT_FAILURE", "RFC 5652 11.2").or("TOTAL-FAILED/HASH_FAILURE")).
		signing(func(d *SignerDraft) {
			d.Attributes = append(d.Attributes, Attribute{attrMessageDigest, [][]byte{octets(make([]byte, 32))}})
		}),
	cms("attribute-many-values", "the message-digest attribute has two values",
		failed("FORMAT_FAILURE", "RFC 5652 11.2").or("TOTAL-FAILED/HASH_FAILURE")).
		signing(func(d *SignerDraft) {
			a := d.Attribute(attrMessageDigest)
			a.Values = append(a.Values, octets(make([]byte, 32)))
		}),
	cms("digest-missing", "no message-digest attribute", failed("FORMAT_FAILURE", "RFC 5652 5.3").or("TOTAL-FAILED/HASH_FAILURE")).
		signing(func(d *SignerDraft) { d.drop(attrMessageDigest) }),
	cms("content-type-missing", "no content-type attribute", failed("FORMAT_FAILURE", "RFC 5652 5.3").
		or("INDETERMINATE/SIG_CONSTRAINTS_FAILURE")).
		signing(func(d *SignerDraft) { d.drop(attrContentType) }),
	cms("content-type-wrong", "the content-type attribute names another type than the content has",
		failed("FORMAT_FAILURE", "RFC 5652 11.1").or("INDETERMINATE/SIG_CONSTRAINTS_FAILURE")).
		signing(func(d *SignerDraft) { d.Attribute(attrContentType).Values = [][]byte{objectID(idTSTInfo)} }),
	cms("algorithm-protection", "the algorithm protection attribute agrees (no deviation)", passed("RFC 6211")).
		template(func(t *CMSTemplate) { t.first().AlgorithmProtection = true }),
	cms("algorithm-protection-mismatch", "the algorithm protection attribute names another digest",
		failed("FORMAT_FAILURE", "RFC 6211 3: must be treated as invalid")).
		template(func(t *CMSTemplate) { t.first().AlgorithmProtection = true }).
		signing(func(d *SignerDraft) {
			d.Attribute(attrProtection).Values = [][]byte{seq(digestID("SHA-512"), retag(0xa1, d.SignatureAlgorithm))}
		}),
	cms("counter-signature", "an office counter-signs (no deviation)", passed("RFC 5652 11.4")).
		template(func(t *CMSTemplate) { t.first().CounterSigners = []Signer{{}} }),
	cms("counter-signature-wrong", "the counter-signature is over another value",
		passed("EN 319 102-1 5.2.8.4.2.6: never fails the main signature; a finding")).
		signed(func(d *SignerDraft) {
			w := New()
			counter := w.counterSigner(Signer{Cert: w.Office}, []byte("another value"))
			d.Unsigned = append(d.Unsigned, Attribute{attrCounter, [][]byte{counter.encode()}})
		}),
}

var cmsAlgorithms = []CMSMutator{
	cms("digest-sha1", "signed with SHA-1 and RSA-2048", unclear("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "EN 319 102-1 5.2.8.4.1")).
		template(func(t *CMSTemplate) { t.first().Digest = "SHA-1" }),
	cms("digest-md5", "signed with MD5 and RSA-2048", unclear("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "EN 319 102-1 5.2.8.4.1")).
		template(func(t *CMSTemplate) { t.first().Digest = "MD5" }),
	cms("digest-sha512", "signed with SHA-512 (no deviation)", passed("")).
		template(func(t *CMSTemplate) { t.first().Digest, t.first().ESSDigest = "SHA-512", "SHA-512" }),
	cms("pss", "signed with RSA-PSS (no deviation)", passed("RFC 4056")).
		template(func(t *CMSTemplate) { t.first().Scheme = RSAPSS }),
	cms("digest-mismatch", "digestAlgorithm says SHA-512, the signature algorithm is with SHA-256",
		failed("HASH_FAILURE", "the message-digest attribute does not fit SHA-512").or("TOTAL-FAILED/FORMAT_FAILURE")).
		signed(func(d *SignerDraft) { d.DigestAlgorithm = digestID("SHA-512") }),
	cms("algorithm-unknown", "the signature algorithm is one that nobody knows",
		unclear("CUSTOM", "unsupported is not invalid")).
		signed(func(d *SignerDraft) { d.SignatureAlgorithm = seq(objectID("1.3.6.1.4.1.32473.9.9.9")) }),
	cms("rsa-identifier", "the signature algorithm is plain rsaEncryption (no deviation)", passed("RFC 3370 3.2")).
		signed(func(d *SignerDraft) { d.SignatureAlgorithm = seq(objectID("1.2.840.113549.1.1.1"), null()) }),
}

var cmsStructure = []CMSMutator{
	cms("certificate-missing", "the signing certificate is not inside, nor any other",
		unclear("NO_SIGNING_CERTIFICATE_FOUND", "EN 319 102-1 5.2.3.4 step 1")).
		template(func(t *CMSTemplate) { t.NoCertificates = true }),
	cms("certificate-foreign", "another certificate stands where the signer's should",
		unclear("NO_SIGNING_CERTIFICATE_FOUND", "EN 319 102-1 5.2.3.4 step 2")).
		assembled(func(sd *SignedData) { sd.Certificates = [][]byte{New().Office.DER} }),
	cms("signers-none", "no SignerInfo: a bag of certificates", Want{Verdict: "NOT-SIGNED", Note: "RFC 5652 5.1"}).
		assembled(func(sd *SignedData) { sd.Signers = nil }),
	cms("digest-algorithms-empty", "digestAlgorithms is an empty set", failed("FORMAT_FAILURE", "RFC 5652 5.1: a reader may fail signatures whose digest is not in the set; ours does where it is empty")).
		assembled(func(sd *SignedData) { sd.DigestAlgorithms = [][]byte{} }),
	cms("version-wrong", "SignedData has version 9", passed("the number carries nothing else; a note").or("TOTAL-FAILED/FORMAT_FAILURE")).
		assembled(func(sd *SignedData) { sd.Version = 9 }),
	cms("signer-version-wrong", "SignerInfo has version 3 with issuer and serial number", passed("a note").or("TOTAL-FAILED/FORMAT_FAILURE")).
		signed(func(d *SignerDraft) { d.Version = 3 }),
	cms("key-identifier", "the signer is named by its key identifier (no deviation)", passed("RFC 5652 5.3")).
		template(func(t *CMSTemplate) { t.first().SubjectKeyID = true }),
	cms("indefinite", "BER with indefinite lengths and chunked content (no deviation)", passed("RFC 5652 10.1")).
		template(func(t *CMSTemplate) { t.Indefinite = true }),
	cms("trailing", "two octets follow the message", passed("a note: they are covered by nothing").or("TOTAL-FAILED/FORMAT_FAILURE")).
		encoded(func(der []byte) []byte { return append(bytes.Clone(der), 0, 0) }),
	cms("truncated", "the last hundred octets are missing", Want{Verdict: "UNREADABLE"}.or("TOTAL-FAILED/FORMAT_FAILURE")).
		encoded(func(der []byte) []byte { return der[:len(der)-100] }),
}

// first is the first signer, a copy of its own.
func (t *CMSTemplate) first() *Signer {
	if t.Signers == nil {
		t.Signers = []Signer{{}}
	}
	t.Signers = slices.Clone(t.Signers)
	return &t.Signers[0]
}

// unsort puts the signed attributes into the reverse of the order of DER.
func (d *SignerDraft) unsort() {
	slices.SortFunc(d.Attributes, func(a, b Attribute) int { return bytes.Compare(b.encode(), a.encode()) })
	d.Unsorted = true
}

func (d *SignerDraft) drop(id string) {
	d.Attributes = slices.DeleteFunc(d.Attributes, func(a Attribute) bool { return a.ID == id })
}
