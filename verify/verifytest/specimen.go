package verifytest

import "slices"

// Specimen is a whole case for the court: a document, what lies beside it, the list to judge it by, the time, and the
// answer expected.
type Specimen struct {
	Deviation
	File      string // name of the document, with its extension
	Document  []byte
	Detached  []byte // content of a detached signature, or the data under a bare token
	Certs     []*Cert
	CRLs      [][]byte // beside the document; most specimens carry all evidence inside
	TrustList []byte
	World     *World // which made it; judge at World.Now
}

// maker is one entry of the registry.
type maker struct {
	Deviation
	make func(w *World, s *Specimen)
}

// registry is every specimen, in a fixed order.
func registry() []maker {
	all := slices.Concat(goodSpecimens, pathSpecimens, revocationSpecimens, unitSpecimens, pdfSpecimens, timeSpecimens, policySpecimens)
	for _, m := range CMSDeviations() {
		all = append(all, maker{m.Deviation, func(w *World, s *Specimen) { s.cms(w, w.Seal, w.CRLs(w.Seal, w.TSA), m) }})
	}
	for _, m := range leafDeviations {
		all = append(all, maker{m.Deviation, func(w *World, s *Specimen) {
			leaf := w.Issue(w.SealTemplate(), m)
			s.cms(w, leaf, w.CRLs(leaf, w.TSA))
		}})
	}
	for _, m := range caDeviations {
		all = append(all, maker{m.Deviation, func(w *World, s *Specimen) {
			leaf := w.under(w.secondCA(m))
			s.cms(w, leaf, w.CRLs(leaf, w.TSA))
		}})
	}
	for _, m := range crlDeviations {
		all = append(all, maker{m.Deviation, func(w *World, s *Specimen) {
			s.cms(w, w.Seal, append(w.CRLs(w.SealCA, w.TSA), w.CRL(w.SealCA, CRLTemplate{}, m)))
		}})
	}
	for _, m := range ocspDeviations {
		all = append(all, maker{m.Deviation, func(w *World, s *Specimen) { s.ocsp(w, w.OCSP(OCSPTemplate{Cert: w.Seal}, m)) }})
	}
	for _, m := range TokenDeviations() {
		all = append(all, maker{m.Deviation, func(w *World, s *Specimen) { s.token(w, w.TSA, m) }})
	}
	for _, m := range RecordDeviations() {
		all = append(all, maker{m.Deviation, func(w *World, s *Specimen) { s.record(w, m) }})
	}
	for _, m := range PDFDeviations() {
		all = append(all, maker{m.Deviation, func(w *World, s *Specimen) {
			s.pdf(w.SealedPDF(m))
		}})
	}
	return all
}

// Deviations lists every specimen that World.Specimen makes, without making it.
func Deviations() []Deviation {
	var out []Deviation
	for _, m := range registry() {
		out = append(out, m.Deviation)
	}
	return out
}

// MakeSpecimen makes a case by the name of its deviation, in a fresh world.
func MakeSpecimen(name string, opts ...Option) Specimen {
	m := find(registry(), name, func(m maker) Deviation { return m.Deviation })
	w := New(opts...)
	s := Specimen{Deviation: m.Deviation, World: w}
	m.make(w, &s)
	if s.TrustList == nil {
		s.TrustList = w.TrustList(TrustListTemplate{})
	}
	return s
}

// Notice is the content of the sample messages.
const Notice = "見本 SAMPLE\n\n見本町告示第１２号\n\n電子印の使用を開始したので、告示する。\n\n令和８年１０月３０日\n\n見本町長\n"

// cms fills the specimen with a time-stamped CMS signature that carries its evidence.
func (s *Specimen) cms(w *World, signer *Cert, crls [][]byte, m ...CMSMutator) {
	s.File = "notice.p7m"
	s.Document = w.CMS(CMSTemplate{Content: []byte(Notice), CRLs: crls,
		Signers: []Signer{{Cert: signer, Timestamp: &TokenTemplate{}}}}, m...)
}

// ocsp is the same with an OCSP response about the seal instead of its CA's CRL.
func (s *Specimen) ocsp(w *World, response []byte) {
	s.File = "notice.p7m"
	s.Document = w.CMS(CMSTemplate{Content: []byte(Notice), CRLs: w.CRLs(w.SealCA, w.TSA), OCSPs: [][]byte{response},
		Signers: []Signer{{Timestamp: &TokenTemplate{}}}})
}

// token fills the specimen with a bare token that carries its CRLs, and the data under it.
func (s *Specimen) token(w *World, unit *Cert, m ...TokenMutator) {
	s.File, s.Detached = "notice.tst", []byte(Notice)
	s.Document = w.Token(TokenTemplate{Data: s.Detached, TSA: unit, CRLs: w.CRLs(unit)}, m...)
}

// secondCA is a CA for seals beside World.SealCA, made to deviate.
func (w *World) secondCA(m ...CertMutator) *Cert {
	return w.Issue(CertTemplate{Profile: CA, Key: "rsa2048-13", Issuer: w.Root, PathLen: 1, Policies: []string{SealPolicy},
		Subject: NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon Electronic Seal CA G2")}, m...)
}

// under is a seal certificate by another CA.
func (w *World) under(ca *Cert) *Cert {
	t := w.SealTemplate()
	t.Issuer, t.OCSP = ca, ""
	return w.Issue(t)
}

func mk(kind, name, what string, want Want, f func(w *World, s *Specimen)) maker {
	return maker{Deviation{name, kind, what, want}, f}
}
