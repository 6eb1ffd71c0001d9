package verifytest

var goodSpecimens = []maker{
	mk("cms", "good-cms", "nothing is wrong: sealed, time-stamped, all evidence inside", passed(""),
		func(w *World, s *Specimen) { s.cms(w, w.Seal, w.CRLs(w.Seal, w.TSA)) }),
	mk("cms", "good-office", "signed by a post", passed(""),
		func(w *World, s *Specimen) { s.cms(w, w.Office, w.CRLs(w.Office, w.TSA)) }),
	mk("cms", "good-person", "signed by a natural person", passed("nonRepudiation alone; the CRL turned up inside"),
		func(w *World, s *Specimen) { s.cms(w, w.Person, w.CRLs(w.Person, w.TSA)) }),
	mk("cms", "good-ecdsa", "sealed with P-256", passed(""), goodKey("p256-01")),
	mk("cms", "good-p384", "sealed with P-384", passed(""), goodKey("p384-03")),
	mk("cms", "good-p521", "sealed with P-521", passed(""), goodKey("p521-01")),
	mk("cms", "good-ed25519", "sealed with Ed25519", passed("RFC 8419"), goodKey("ed25519-01")),
	mk("cms", "good-detached", "the content lies beside the signature", passed(""), func(w *World, s *Specimen) {
		s.File, s.Detached = "notice.p7s", []byte(Notice)
		s.Document = w.CMS(CMSTemplate{Content: s.Detached, Detached: true, SetTimestamp: true, CRLs: w.CRLs(w.Seal, w.TSA)})
	}),
	mk("cms", "good-archive", "with an archive time-stamp (CAdES B-LTA)", passed("EN 319 122-1 5.5.3"), func(w *World, s *Specimen) {
		s.File = "notice.p7m"
		s.Document = w.CMS(CMSTemplate{Content: []byte(Notice), CRLs: w.CRLs(w.Seal, w.TSA), Signers: []Signer{{
			Timestamp: &TokenTemplate{}, ArchiveTimestamp: &TokenTemplate{CRLs: w.CRLs(w.TSA)}}}})
	}),
	mk("cms", "good-two", "the town's seal and a post's signature on one message", passed(""), func(w *World, s *Specimen) {
		s.File = "notice.p7m"
		s.Document = w.CMS(CMSTemplate{Content: []byte(Notice), CRLs: w.CRLs(w.Seal, w.Office, w.TSA),
			Signers: []Signer{{Cert: w.Seal, Timestamp: &TokenTemplate{}}, {Cert: w.Office, Timestamp: &TokenTemplate{}}}})
	}),
	mk("ocsp", "good-ocsp", "the status comes by OCSP", passed(""),
		func(w *World, s *Specimen) { s.ocsp(w, w.OCSP(OCSPTemplate{Cert: w.Seal})) }),
	mk("token", "good-token", "a bare time-stamp token", passed(""), func(w *World, s *Specimen) { s.token(w, w.TSA) }),
}

func goodKey(name string) func(*World, *Specimen) {
	return func(w *World, s *Specimen) {
		leaf := w.SealWith(name)
		s.cms(w, leaf, w.CRLs(leaf, w.TSA))
	}
}

// only is the world's list with other anchors for the seal service.
func (w *World) only(change func(*Service)) []byte {
	services := w.Services()
	for i := range services {
		if services[i].Type == "seal-ca" {
			change(&services[i])
		}
	}
	return w.TrustList(TrustListTemplate{Services: []Service{services[1], services[3]}})
}

var pathSpecimens = []maker{
	mk("cert", "path-bridge", "the list trusts the bridge CA; the cross-certificate is inside", passed("RFC 5280 6.1, policy mapping"),
		func(w *World, s *Specimen) {
			s.through(w, w.RootByBridge, w.CRL(w.Bridge, CRLTemplate{}))
			s.TrustList = w.only(func(v *Service) { v.Anchors = []*Cert{w.Bridge} })
		}),
	mk("cert", "path-link", "the list trusts the root's new key only; the link certificate is inside", passed("RFC 4210 4.4"),
		func(w *World, s *Specimen) {
			s.through(w, w.RootByNext, w.CRL(w.RootNext, CRLTemplate{}))
			s.TrustList = w.only(func(v *Service) { v.Anchors = []*Cert{w.RootNext} })
		}),
	mk("cert", "path-untrusted", "all is well under a root of its own that nobody trusts", unclear("NO_CERTIFICATE_CHAIN_FOUND",
		"embedded certificates are candidates, never anchors"), func(w *World, s *Specimen) {
		root := w.Issue(CertTemplate{Profile: Root, Key: "rsa2048-14", Subject: NewName("C", "JP", "O", "Nobody", "CN", "Nobody Root")})
		leaf := w.under(root)
		s.Document = w.CMS(CMSTemplate{Content: []byte(Notice), CRLs: w.CRLs(leaf, w.TSA), Certificates: []*Cert{leaf, root},
			Signers: []Signer{{Cert: leaf, Timestamp: &TokenTemplate{}}}})
		s.File = "notice.p7m"
	}),
	mk("cert", "path-same-name", "a root of the government's name and another key signs", unclear("NO_CERTIFICATE_CHAIN_FOUND",
		"an anchor is a key, not a name").or("INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"), func(w *World, s *Specimen) {
		root := w.Issue(CertTemplate{Profile: Root, Key: "p384-04", Subject: w.Root.Subject})
		ca := w.Issue(CertTemplate{Profile: CA, Key: "rsa2048-14", Issuer: root, Subject: w.SealCA.Subject})
		leaf := w.under(ca)
		s.cms(w, leaf, w.CRLs(leaf, w.TSA))
	}),
	mk("cert", "path-sunset", "the anchor ended before the seal", unclear("NO_CERTIFICATE_CHAIN_FOUND_NO_POE", "EN 319 102-1 5.2.6.4 step 3"),
		func(w *World, s *Specimen) {
			s.cms(w, w.Seal, w.CRLs(w.Seal, w.TSA))
			s.TrustList = w.only(func(v *Service) { v.Until = date(2026, 10, 1) })
		}),
	mk("cert", "path-withdrawn", "the service was withdrawn before the seal: not accredited", passed("status touches the verdict by expectation only"),
		func(w *World, s *Specimen) {
			s.cms(w, w.Seal, w.CRLs(w.Seal, w.TSA))
			s.TrustList = w.only(func(v *Service) {
				v.Status = []ServiceStatus{{date(2023, 4, 1), "granted"}, {date(2026, 10, 1), "withdrawn"}}
			})
		}),
	mk("cert", "path-length", "a CA stands under one that permits none below it", because("RFC 5280 6.1.4 (l), (m)"),
		func(w *World, s *Specimen) {
			below := w.Issue(CertTemplate{Profile: CA, Key: "rsa2048-14", Issuer: w.secondCA(), Policies: []string{SealPolicy},
				Subject: NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon Electronic Seal CA G2-1")})
			leaf := w.under(below)
			s.cms(w, leaf, w.CRLs(leaf, w.TSA))
		}),
	mk("cert", "path-incomplete", "the CA certificate is missing; its address is in the certificate", unclear("NO_CERTIFICATE_CHAIN_FOUND",
		"EN 319 102-1 5.2.6.4 step 2a; a Want names the address"), func(w *World, s *Specimen) {
		s.File = "notice.p7m"
		s.Document = w.CMS(CMSTemplate{Content: []byte(Notice), CRLs: w.CRLs(w.Seal, w.TSA), Certificates: []*Cert{w.Seal},
			Signers: []Signer{{Timestamp: &TokenTemplate{}}}})
	}),
}

// through is the good message with one more certificate and CRL inside.
func (s *Specimen) through(w *World, extra *Cert, crl []byte) {
	s.File = "notice.p7m"
	s.Document = w.CMS(CMSTemplate{Content: []byte(Notice), CRLs: append(w.CRLs(w.Seal, w.TSA), crl),
		Certificates: []*Cert{w.Seal, w.SealCA, extra}, Signers: []Signer{{Timestamp: &TokenTemplate{}}}})
}

// unit makes a deviating time-stamp unit.
func unit(name, what string, want Want, f func(*CertDraft)) maker {
	return mk("token", "token-"+name, what, want, func(w *World, s *Specimen) { s.token(w, w.secondUnit(f)) })
}

// secondUnit is a time-stamp unit beside World.TSA, made to deviate.
func (w *World) secondUnit(f func(*CertDraft)) *Cert {
	return w.Issue(CertTemplate{Profile: Timestamp, Key: "rsa2048-15", Issuer: w.TSACA, Policies: []string{TSAPolicy},
		Subject: NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon Timestamp Service Unit 002")}, CertMutator{Apply: f})
}

var unitSpecimens = []maker{
	unit("eku-wrong", "the unit's certificate is for mail", unclear("CHAIN_CONSTRAINTS_FAILURE", "RFC 3161 2.3"),
		func(d *CertDraft) { d.Set(extendedKeyUsage(true, ekuEmail)) }),
	unit("eku-missing", "the unit's certificate has no extended key usage", unclear("CHAIN_CONSTRAINTS_FAILURE", "RFC 3161 2.3"),
		func(d *CertDraft) { d.Drop(extExtKeyUsage) }),
	unit("eku-not-critical", "the extended key usage is not critical", unclear("CHAIN_CONSTRAINTS_FAILURE", "RFC 3161 2.3").or("TOTAL-PASSED"),
		func(d *CertDraft) { d.Set(extendedKeyUsage(false, ekuTimestamping)) }),
	unit("eku-many", "the extended key usage names mail besides", unclear("CHAIN_CONSTRAINTS_FAILURE", "RFC 3161 2.3").or("TOTAL-PASSED"),
		func(d *CertDraft) { d.Set(extendedKeyUsage(true, ekuTimestamping, ekuEmail)) }),
	unit("tsa-expired", "the unit's certificate had run out when it stamped", unclear("OUT_OF_BOUNDS_NO_POE", "EN 319 102-1 5.2.6.4 step 7").
		or("INDETERMINATE/OUT_OF_BOUNDS_NOT_REVOKED"), func(d *CertDraft) { d.NotAfter = date(2026, 9, 30) }),
	mk("token", "token-tsa-revoked", "the unit's certificate was revoked before it stamped", unclear("REVOKED_NO_POE", "EN 319 102-1 5.2.6.4 step 4b"),
		func(w *World, s *Specimen) {
			w.Revoke(w.TSA, date(2026, 10, 1), KeyCompromise)
			s.token(w, w.TSA)
		}),
	mk("token", "token-tsa-untrusted", "no list names the service's root", unclear("NO_CERTIFICATE_CHAIN_FOUND", "EN 319 102-1 5.2.6.4 step 2a"),
		func(w *World, s *Specimen) {
			s.token(w, w.TSA)
			s.TrustList = w.TrustList(TrustListTemplate{Services: w.Services()[:3]})
		}),
	mk("token", "token-response", "a time-stamp response instead of a token (no deviation)", passed("RFC 3161 2.4.2"),
		func(w *World, s *Specimen) {
			s.token(w, w.TSA)
			s.File, s.Document = "notice.tsr", w.Response(s.Document)
		}),
	mk("token", "token-refused", "the service refused the request", failed("FORMAT_FAILURE", "RFC 3161 2.4.2: no token").or("NOT-SIGNED"),
		func(w *World, s *Specimen) {
			s.File, s.Document = "notice.tsr", w.Refusal("見本", 2)
			s.Detached = []byte(Notice)
		}),
}
