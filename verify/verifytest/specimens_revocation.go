package verifytest

import "slices"

// reasons are the words of CRLReason and what the court should make of them.
var reasons = []struct {
	name   string
	reason Reason
}{
	{"unspecified", Unspecified}, {"key-compromise", KeyCompromise}, {"ca-compromise", CACompromise},
	{"affiliation-changed", AffiliationChanged}, {"superseded", Superseded}, {"cessation", CessationOfOperation},
	{"privilege-withdrawn", PrivilegeWithdrawn},
}

var revocationSpecimens = slices.Concat(revokedBefore(), []maker{
	mk("crl", "crl-on-hold", "the seal certificate is suspended", unclear("TRY_LATER", "EN 319 102-1 5.2.6.4 step 4c"),
		func(w *World, s *Specimen) {
			w.Revoke(w.Seal, date(2026, 10, 1), CertificateHold)
			s.cms(w, w.Seal, w.CRLs(w.Seal, w.TSA))
		}),
	mk("crl", "crl-revoked-later", "the seal certificate was revoked after the time-stamp", passed("EN 319 102-1 5.5.4 step 4a: not forgery"),
		func(w *World, s *Specimen) {
			w.Revoke(w.Seal, w.StampTime.Add(30*60e9), Superseded)
			s.cms(w, w.Seal, w.CRLs(w.Seal, w.TSA))
		}),
	mk("crl", "crl-revoked-ca", "the CA was revoked before the seal", unclear("REVOKED_CA_NO_POE", "EN 319 102-1 5.2.6.4 step 4d"),
		func(w *World, s *Specimen) {
			w.Revoke(w.SealCA, date(2026, 10, 1), CACompromise)
			s.cms(w, w.Seal, w.CRLs(w.Seal, w.TSA))
		}),
	mk("crl", "crl-missing", "no revocation data about the seal certificate", noData("DESIGN 3"),
		func(w *World, s *Specimen) { s.cms(w, w.Seal, w.CRLs(w.SealCA, w.TSA)) }),
	mk("crl", "crl-none", "no revocation data at all", noData("DESIGN 3"),
		func(w *World, s *Specimen) { s.cms(w, w.Seal, nil) }),
	mk("crl", "crl-beside", "the CRLs lie beside the document (no deviation)", passed("supplied evidence counts like embedded"),
		func(w *World, s *Specimen) {
			s.cms(w, w.Seal, nil)
			s.CRLs = w.CRLs(w.Seal, w.TSA)
		}),
	mk("crl", "crl-delta", "a delta CRL tells the revocation that its base does not", unclear("REVOKED_NO_POE", "RFC 5280 6.3.3 (c), (i)"),
		func(w *World, s *Specimen) {
			base := w.CRL(w.SealCA, CRLTemplate{ThisUpdate: w.ThisUpdate.Add(-3600e9), Number: 7})
			delta := w.CRL(w.SealCA, CRLTemplate{Number: 8, DeltaBase: 7, Revoked: []Revocation{
				{Serial: w.Seal.Serial, At: date(2026, 10, 1), Reason: KeyCompromise}}})
			s.cms(w, w.Seal, append(w.CRLs(w.SealCA, w.TSA), base, delta))
		}),
	mk("crl", "crl-delta-removes", "a delta CRL ends the suspension that its base tells", passed("RFC 5280 5.3.1 removeFromCRL"),
		func(w *World, s *Specimen) {
			hold := []Revocation{{Serial: w.Seal.Serial, At: date(2026, 10, 1), Reason: CertificateHold}}
			free := []Revocation{{Serial: w.Seal.Serial, At: date(2026, 10, 1), Reason: RemoveFromCRL}}
			base := w.CRL(w.SealCA, CRLTemplate{ThisUpdate: w.ThisUpdate.Add(-3600e9), Number: 7, Revoked: hold})
			delta := w.CRL(w.SealCA, CRLTemplate{Number: 8, DeltaBase: 7, Revoked: free})
			s.cms(w, w.Seal, append(w.CRLs(w.SealCA, w.TSA), base, delta))
		}),
	mk("crl", "crl-indirect", "another issuer tells the status, as the certificate says (no deviation)", passed("RFC 5280 6.3.3 (b)(1)"),
		func(w *World, s *Specimen) { s.indirect(w, true) }),
	mk("crl", "crl-indirect-unnamed", "another issuer tells the status, and the certificate does not name it", noData("RFC 5280 6.3.3 (b)(1)"),
		func(w *World, s *Specimen) { s.indirect(w, false) }),
	mk("ocsp", "ocsp-bad-responder", "the responder's certificate is not for OCSP", noData("RFC 6960 4.2.2.2"), responder(func(w *World, d *CertDraft) {
		d.Set(extendedKeyUsage(false, ekuEmail))
	})),
	mk("ocsp", "ocsp-responder-expired", "the responder's certificate had run out", noData("RFC 6960 4.2.2.2"), responder(func(w *World, d *CertDraft) {
		d.NotAfter = date(2026, 9, 30)
	})),
	mk("ocsp", "ocsp-responder-foreign", "another CA issued the responder's certificate", noData("RFC 6960 4.2.2.2"), func(w *World, s *Specimen) {
		r := w.Issue(CertTemplate{Profile: OCSP, Issuer: w.OfficeCA, Key: "rsa2048-15", Subject: NewName("C", "JP", "CN", "Other Responder")})
		s.ocsp(w, w.OCSP(OCSPTemplate{Cert: w.Seal, Responder: r}))
	}),
	mk("ocsp", "ocsp-responder-checked", "the responder's certificate lacks ocsp-nocheck, its CA's CRL is there (no deviation)", passed("RFC 6960 4.2.2.2.1"),
		func(w *World, s *Specimen) {
			responder(func(w *World, d *CertDraft) { d.Drop(extNoCheck) })(w, s)
			s.CRLs = [][]byte{w.CRL(w.SealCA, CRLTemplate{})}
		}),
})

// revokedBefore has one specimen for each reason, all before the time-stamp.
func revokedBefore() []maker {
	var out []maker
	for _, r := range reasons {
		out = append(out, mk("crl", "crl-revoked-"+r.name, "the seal certificate was revoked before the seal", unclear("REVOKED_NO_POE", "EN 319 102-1 5.2.6.4 step 4b"),
			func(w *World, s *Specimen) {
				w.Revoke(w.Seal, date(2026, 10, 1), r.reason)
				s.cms(w, w.Seal, w.CRLs(w.Seal, w.TSA))
			}))
	}
	return out
}

// responder makes an OCSP case with a deviating delegate of SealCA.
func responder(f func(*World, *CertDraft)) func(*World, *Specimen) {
	return func(w *World, s *Specimen) {
		r := w.Issue(CertTemplate{Profile: OCSP, Issuer: w.SealCA, Key: "rsa2048-15", Subject: NewName("C", "JP", "CN", "Mihon OCSP Responder 002")},
			CertMutator{Apply: func(d *CertDraft) { f(w, d) }})
		s.ocsp(w, w.OCSP(OCSPTemplate{Cert: w.Seal, Responder: r}))
	}
}

// indirect is a seal whose CRL comes from a CRL issuer under the same root; named says whether the certificate's
// distribution point names that issuer (cRLIssuer, RFC 5280 4.2.1.13).
func (s *Specimen) indirect(w *World, named bool) {
	signer := w.Issue(CertTemplate{Profile: CRLSigner, Issuer: w.SealCA, Subject: NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon CRL Issuer")})
	at := site + "crl/indirect.crl"
	leaf := w.Issue(w.SealTemplate(), CertMutator{Apply: func(d *CertDraft) {
		point := [][]byte{explicit(0, explicit(0, uri(at)))}
		if named {
			point = append(point, explicit(2, directoryName(signer.Subject)))
		}
		d.Set(Extension{extCRLPoints, false, seq(seq(point...))})
	}})
	entries := []Revocation{{Serial: w.Office.Serial, At: date(2026, 9, 1), Issuer: w.OfficeCA}}
	list := w.CRL(w.SealCA, CRLTemplate{Signer: signer, Issuer: signer, Revoked: entries, Point: &IssuingPoint{URI: at, Indirect: true}})
	own := w.CRL(w.SealCA, CRLTemplate{Point: &IssuingPoint{URI: crlAddress(w.SealCA)}}) // for the CRL issuer's own certificate
	s.File = "notice.p7m"
	s.Document = w.CMS(CMSTemplate{Content: []byte(Notice), CRLs: append(w.CRLs(w.SealCA, w.TSA), list, own),
		Certificates: []*Cert{leaf, signer, w.SealCA}, Signers: []Signer{{Cert: leaf, Timestamp: &TokenTemplate{}}}})
}
