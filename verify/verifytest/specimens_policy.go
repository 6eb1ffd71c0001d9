package verifytest

// policySpecimens are those for which the built-in policies are meant to differ.
var policySpecimens = []maker{
	mk("pdf", "pdf-pkcs7-unbound", "SubFilter adbe.pkcs7.detached, and no signed attribute binds the certificate, as in older documents of offices",
		unclear("NO_SIGNING_CERTIFICATE_FOUND", "ISO 32000-1 12.8.3.3 does not name the attribute; the policy decides").or("INDETERMINATE/SIG_CONSTRAINTS_FAILURE"),
		func(w *World, s *Specimen) {
			unbound := CMSMutator{Template: func(t *CMSTemplate) { t.first().ESS = "none" }}
			s.pdf(w.PDF(PDFTemplate{}).Sign(SignOptions{SubFilter: PKCS7}, unbound).AddEvidence(w.Seal))
		}),
	mk("cms", "cms-anchor-signs", "the signing certificate itself stands in the list as an anchor",
		unclear("CHAIN_CONSTRAINTS_FAILURE", "EN 319 102-1 5.2.6.4 step 1: the policy decides").or("INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND"),
		func(w *World, s *Specimen) {
			s.cms(w, w.Seal, w.CRLs(w.Seal, w.TSA))
			s.TrustList = w.only(func(v *Service) { v.Anchors, v.Identity = []*Cert{w.Seal}, []*Cert{w.Seal} })
		}),
}
