package verifytest

import "slices"

// CRLDeviations are the things that can be wrong with the CRL that covers the seal certificate.
func CRLDeviations() []CRLMutator { return slices.Clone(crlDeviations) }

// CRLDeviation is one of them by name.
func CRLDeviation(name string) CRLMutator {
	return find(crlDeviations, name, func(m CRLMutator) Deviation { return m.Deviation })
}

// OCSPDeviations are the things that can be wrong with the OCSP response about the seal certificate.
func OCSPDeviations() []OCSPMutator { return slices.Clone(ocspDeviations) }

// OCSPDeviation is one of them by name.
func OCSPDeviation(name string) OCSPMutator {
	return find(ocspDeviations, name, func(m OCSPMutator) Deviation { return m.Deviation })
}

// noData is what comes of revocation data that cannot be used: there is none (EN319102 section 4).
func noData(clause string) Want {
	return unclear("TRY_LATER", clause).or("INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE")
}

func crl(name, what string, want Want, f func(*CRLDraft)) CRLMutator {
	return CRLMutator{Deviation{"crl-" + name, "crl", what, want}, f}
}

var crlDeviations = []CRLMutator{
	crl("stale", "the CRL ran out a fortnight before the seal", noData("EN 319 102-1 5.2.5.4"), func(d *CRLDraft) {
		d.ThisUpdate, d.NextUpdate = date(2026, 10, 9), date(2026, 10, 16)
	}),
	crl("no-next-update", "the CRL tells no nextUpdate", noData("EN 319 102-1 5.2.5.4 step 1"),
		func(d *CRLDraft) { d.NoNextUpdate = true }),
	crl("wrong-signer", "the CRL is signed with another key", noData("RFC 5280 6.3.3 (g)"),
		func(d *CRLDraft) { d.Key = &Cert{Key: Key("rsa2048-16")} }),
	crl("signature-wrong", "the signature on the CRL was changed", noData("RFC 5280 6.3.3 (g)"),
		func(d *CRLDraft) { d.SignatureHook = flip }),
	crl("only-ca", "the CRL covers CA certificates only", noData("RFC 5280 6.3.3 (b)(2)(iii)"),
		func(d *CRLDraft) { d.point(IssuingPoint{OnlyCA: true}) }),
	crl("only-attributes", "the CRL covers attribute certificates only", noData("RFC 5280 6.3.3 (b)(2)(iv)"),
		func(d *CRLDraft) { d.point(IssuingPoint{OnlyAttr: true}) }),
	crl("only-user", "the CRL covers user certificates only (no deviation)", passed("RFC 5280 6.3.3 (b)(2)(ii)"),
		func(d *CRLDraft) { d.point(IssuingPoint{OnlyUser: true}) }),
	crl("other-point", "the CRL is that of another distribution point", noData("RFC 5280 6.3.3 (b)(2)(i)"),
		func(d *CRLDraft) { d.point(IssuingPoint{URI: site + "crl/other.crl"}) }),
	crl("some-reasons", "the CRL tells key compromise only", noData("RFC 5280 6.3.3 (d): not all reasons covered"),
		func(d *CRLDraft) { d.point(IssuingPoint{Reasons: []int{1}}) }),
	crl("other-issuer", "the issuer field names another CA", noData("RFC 5280 6.3.3 (b)(1)"),
		func(d *CRLDraft) { d.Issuer = NewName("C", "JP", "O", "Nobody").DER() }),
	crl("unknown-critical", "the CRL has a critical extension that nobody knows", noData("RFC 5280 5.2"),
		func(d *CRLDraft) {
			d.Extensions = append(d.Extensions, Extension{"1.3.6.1.4.1.32473.9.2", true, null()})
		}),
	crl("later", "the CRL was made after the time of judgement", passed("no upper bound in EN 319 102-1 5.2.5.4"), func(d *CRLDraft) {
		d.ThisUpdate, d.NextUpdate = date(2026, 11, 2), date(2026, 11, 9)
	}),
}

func (d *CRLDraft) point(p IssuingPoint) {
	d.Extensions = append(d.Extensions, Extension{extIssuingPoint, true, p.encode()})
}

func ocsp(name, what string, want Want, f func(*OCSPDraft)) OCSPMutator {
	return OCSPMutator{Deviation{"ocsp-" + name, "ocsp", what, want}, f}
}

var ocspDeviations = []OCSPMutator{
	ocsp("unknown", "the responder does not know the certificate", noData("RFC 6960 2.2"),
		func(d *OCSPDraft) { d.Template.Status = "unknown" }),
	ocsp("stale", "the response ran out a fortnight before the seal", noData("EN 319 102-1 5.2.5.4"), func(d *OCSPDraft) {
		t := &d.Template
		t.ThisUpdate, t.Produced, t.NextUpdate = date(2026, 10, 9), date(2026, 10, 9), date(2026, 10, 16)
	}),
	ocsp("no-next-update", "the response tells no nextUpdate", noData("EN 319 102-1 5.2.5.4 step 1"),
		func(d *OCSPDraft) { d.Template.NoNextUpdate = true }),
	ocsp("signature-wrong", "the signature on the response was changed", noData("RFC 6960 3.2"),
		func(d *OCSPDraft) { d.SignatureHook = flip }),
	ocsp("wrong-signer", "the response is signed with another key", noData("RFC 6960 3.2"),
		func(d *OCSPDraft) { d.Signer = &Cert{Key: Key("rsa2048-16")} }),
	ocsp("other-serial", "the response is about another certificate", noData("RFC 6960 3.2 (1)"),
		func(d *OCSPDraft) { d.Template.Serial = New().Office.Serial }),
	ocsp("other-issuer", "the response is about a certificate of another CA", noData("RFC 6960 3.2 (1)"),
		func(d *OCSPDraft) { d.Template.Issuer = New().OfficeCA }),
	ocsp("refused", "the responder answers tryLater without a response", noData("RFC 6960 2.3"),
		func(d *OCSPDraft) { d.Template.ResponseStatus = 3 }),
	ocsp("revoked", "the certificate is revoked since before the seal", unclear("REVOKED_NO_POE", "EN 319 102-1 5.2.6.4 step 4b"),
		func(d *OCSPDraft) {
			d.Template.Status, d.Template.RevokedAt, d.Template.Reason = "revoked", date(2026, 10, 1), KeyCompromise
		}),
	ocsp("by-name", "the responder names itself by name (no deviation)", passed("RFC 6960 4.2.2.3"),
		func(d *OCSPDraft) { d.Template.ByName = true }),
	ocsp("certid-sha256", "CertID uses SHA-256 (no deviation)", passed("RFC 6960 4.1.1"),
		func(d *OCSPDraft) { d.Template.CertIDDigest = "SHA-256" }),
	ocsp("by-ca", "the CA itself signs the response (no deviation)", passed("RFC 6960 4.2.2.2"), func(d *OCSPDraft) {
		d.Template.Responder, d.Signer = d.Template.Issuer, d.Template.Issuer
	}),
}
