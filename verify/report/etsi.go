package report

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"io"
	"strings"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

// The validation report of ETSI TS 119 102-2 V1.4.1. What its words have no
// place for (no signature at all, a document that cannot be read) has a main
// indication of our own, so that no reader takes it for one of theirs; the
// findings stand in AdditionalValidationReportData.
const (
	etsiURN = "urn:etsi:019102:"
	ownURN  = "urn:kakuin:"
)

// writeETSI writes the report as XML.
func writeETSI(w io.Writer, rep *verify.Report, o options) error {
	e := &etsiWriter{rep: rep, lang: o.lang, known: map[string]bool{}}
	e.objects() // once for their names: they refer to each other
	out := e.report()
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type etsiWriter struct {
	rep   *verify.Report
	lang  string
	known map[string]bool // identifiers of validation objects
}

func (e *etsiWriter) report() *etsiReport {
	out := &etsiReport{
		VR: "http://uri.etsi.org/19102/v1.4.1#", DS: "http://www.w3.org/2000/09/xmldsig#", XAdES: "http://uri.etsi.org/01903/v1.3.2#",
	}
	if objects := e.objects(); len(objects) > 0 {
		out.Objects = &etsiObjects{objects}
	}
	var add func(all []verify.Signature)
	add = func(all []verify.Signature) {
		for i := range all {
			out.Reports = append(out.Reports, e.signature(&all[i]))
			add(all[i].CounterSignatures)
		}
	}
	add(e.rep.Signatures)
	if len(out.Reports) > 0 {
		return out
	}
	for i := range e.rep.Timestamps { // a time-stamp is signed, and here it is all there is
		t := &e.rep.Timestamps[i]
		s := e.frame("", t.ID)
		s.Status = e.status(t.Outcome(), t.Path, t.Findings)
		if t.TSA != nil {
			s.Signer = e.signer(t.TSA.Certificate, t.TSA.Subject)
		}
		out.Reports = append(out.Reports, s)
	}
	for i := range e.rep.EvidenceRecords {
		r := &e.rep.EvidenceRecords[i]
		s := e.frame("", r.ID)
		s.Status = e.status(r.Outcome(), nil, r.Findings)
		out.Reports = append(out.Reports, s)
	}
	if len(out.Reports) == 0 {
		s := e.frame("", "")
		s.Status = etsiStatus{Main: ownURN + "mainindication:" + strings.ToLower(string(e.rep.Verdict)), Data: e.findings(nil, e.rep.Findings)}
		out.Reports = append(out.Reports, s)
	}
	return out
}

// frame has what all reports of one validation share.
func (e *etsiWriter) frame(id, da string) etsiSignature {
	return etsiSignature{
		Identifier:  &etsiIdentifier{ID: id, DAID: Safe(da)},
		Constraints: &etsiPolicy{ID: e.rep.Policy.ID, Hash: digestOf(e.rep.Policy.SHA256), Name: Safe(e.rep.Policy.ID)},
		Time:        &etsiTime{At: e.rep.ValidationTime.String(), Best: &etsiPOE{Time: e.rep.ValidationTime.String(), Type: etsiURN + "poetype:validation"}},
		Process:     &etsiProcess{ID: etsiURN + "validationprocess:LTA", Other: Safe(e.rep.Tool.Name + " " + e.rep.Tool.Version)},
	}
}

func (e *etsiWriter) signature(s *verify.Signature) etsiSignature {
	da := ""
	if s.Field != nil {
		da = s.Field.Name
	}
	out := e.frame(s.ID, da)
	if b := s.BestSignatureTime; b != nil {
		out.Time.Best.Time, out.Time.Best.Object = b.Time.String(), e.ref(b.Source)
	}
	if c := s.Content; c != nil && c.SHA256 != "" {
		out.Document = &etsiDocument{Digest: digestOf(c.SHA256)}
	} else if r := e.ref("DOC"); r != nil {
		out.Document = &etsiDocument{Representation: r}
	}
	out.Attributes = e.attributes(s)
	if s.Signer != nil {
		out.Signer = e.signer(s.Signer.Certificate, first(e.rep.Certificates[s.Signer.Certificate].Subject, s.Signer.CommonName))
	}
	out.Status = e.status(verdict.Outcome{Indication: s.Indication, SubIndication: s.SubIndication}, s.Path, s.Findings)
	e.crypto(&out, s)
	return out
}

// crypto says what the signature was made with, and whether that was strong
// enough at the proven time, where it was asked.
func (e *etsiWriter) crypto(out *etsiSignature, s *verify.Signature) {
	q := s.Layers.Find(verdict.Algorithms)
	if q == nil || s.SignatureAlgorithm == "" || q.Status != verdict.Confirmed && q.Status != verdict.Refuted {
		return
	}
	if out.Status.Data == nil {
		out.Status.Data = &etsiData{}
	}
	out.Status.Data.Crypto = &etsiCrypto{etsiRef{s.ID}, algorithmURI(s.SignatureAlgorithm, s.DigestAlgorithm), q.Status == verdict.Confirmed}
}

// algorithmURI names a signature algorithm as RFC 9231 does, or else by a name
// of our own.
func algorithmURI(name, digest string) string {
	short := strings.ToLower(strings.ReplaceAll(digest, "-", ""))
	const more, later = "http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2007/05/xmldsig-more#"
	switch {
	case name == "RSA-PKCS1-v1_5" && short == "sha1":
		return "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
	case name == "RSA-PKCS1-v1_5" && strings.HasPrefix(short, "sha") && len(short) == 6:
		return more + "rsa-" + short
	case name == "RSA-PSS" && strings.HasPrefix(short, "sha") && len(short) == 6:
		return later + short + "-rsa-MGF1"
	case name == "ECDSA" && strings.HasPrefix(short, "sha") && len(short) <= 6:
		return more + "ecdsa-" + short
	case name == "Ed25519", name == "Ed448":
		return "http://www.w3.org/2021/04/xmldsig-more#eddsa-" + strings.ToLower(name)
	}
	return ownURN + "algorithm:" + strings.Trim(name+":"+digest, ":")
}

func (e *etsiWriter) attributes(s *verify.Signature) *etsiAttributes {
	a := &etsiAttributes{}
	any := false
	if !s.ClaimedSigningTime.IsZero() {
		a.SigningTime, any = &etsiTimeAttribute{Signed: true, Time: s.ClaimedSigningTime.String()}, true
	}
	names := map[string]string{
		verify.TimestampContent: "AllDataObjectsTimeStamp", verify.TimestampSignature: "SignatureTimeStamp", verify.TimestampArchive: "ArchiveTimeStamp",
		verify.TimestampDocument: "DocTimeStamp", verify.TimestampReference: "SigAndRefsTimeStamp",
	}
	for i := range s.Timestamps {
		t := &s.Timestamps[i]
		name, ref := names[t.Kind], e.ref(t.ID)
		if name == "" || ref == nil || t.GenTime.IsZero() {
			continue
		}
		a.Stamps, any = append(a.Stamps, etsiTimeAttribute{XMLName: xml.Name{Local: "vr:" + name}, Signed: t.Kind == verify.TimestampContent, Object: ref, Value: t.GenTime.String()}), true
	}
	if f := s.Field; f != nil {
		if f.Location != "" {
			a.Place, any = &etsiPlace{Safe(f.Location)}, true
		}
		if f.Reason != "" {
			a.Reason, any = &etsiReason{Safe(f.Reason)}, true
		}
		if f.ClaimedName != "" {
			a.Name, any = &etsiName{Safe(f.ClaimedName)}, true
		}
		if f.Contact != "" {
			a.Contact, any = &etsiContact{Safe(f.Contact)}, true
		}
	}
	if !any {
		return nil
	}
	return a
}

func (e *etsiWriter) signer(sha, name string) *etsiSigner {
	ref := e.ref("C" + sha)
	if ref == nil {
		return nil
	}
	return &etsiSigner{*ref, Safe(name)}
}

func (e *etsiWriter) status(o verdict.Outcome, path []verify.PathEntry, findings []verify.Finding) etsiStatus {
	s := etsiStatus{Main: etsiURN + "mainindication:" + strings.ToLower(string(o.Indication))}
	if o.SubIndication != "" {
		s.Sub = []string{etsiURN + "subindication:" + string(o.SubIndication)}
	}
	s.Data = e.findings(e.chain(path), findings)
	return s
}

// chain is the path and what is known of revocation on it.
func (e *etsiWriter) chain(path []verify.PathEntry) *etsiData {
	d := &etsiData{}
	for i, p := range path {
		ref := e.ref("C" + p.Certificate)
		if ref == nil {
			continue
		}
		if p.Anchor {
			d.Anchor = ref
		}
		switch {
		case i == 0:
			d.Chain = &etsiChain{Signing: *ref}
		case p.Anchor && d.Chain != nil:
			d.Chain.Anchor = ref
		case d.Chain != nil:
			d.Chain.Intermediate = append(d.Chain.Intermediate, *ref)
		}
		r := p.Revocation
		if r == nil {
			continue
		}
		if of := e.ref(r.Evidence); of != nil {
			d.Related = append(d.Related, *of)
		}
		if r.Status == verify.RevocationRevoked && d.Revoked == nil && !r.RevokedAt.IsZero() {
			d.Revoked = &etsiRevoked{Certificate: *ref, At: r.RevokedAt.String(), Object: e.ref(r.Evidence)}
			if r.Reason != "" {
				d.Revoked.Reason = etsiURN + "revocationReason:" + r.Reason
			}
		}
	}
	return d
}

// findings adds what was found, by code and in words.
func (e *etsiWriter) findings(d *etsiData, all []verify.Finding) *etsiData {
	if d == nil {
		d = &etsiData{}
	}
	for _, f := range all {
		if d.More == nil {
			d.More = &etsiAdditional{}
		}
		d.More.Data = append(d.More.Data, etsiTyped{ownURN + "finding:" + string(f.Severity) + ":" + string(f.Code), Safe(f.Text.In(e.lang))})
	}
	if d.Anchor == nil && d.Chain == nil && d.More == nil && len(d.Related) == 0 {
		return nil
	}
	return d
}

// ref points to a validation object, if there is one of that name.
func (e *etsiWriter) ref(id string) *etsiRef {
	if !e.known[id] {
		return nil
	}
	return &etsiRef{id}
}

func digestOf(sha256 string) *etsiDigest {
	raw, err := hex.DecodeString(sha256)
	if err != nil || len(raw) == 0 {
		return nil
	}
	return &etsiDigest{etsiMethod{"http://www.w3.org/2001/04/xmlenc#sha256"}, base64.StdEncoding.EncodeToString(raw)}
}

var etsiTypes = map[string]string{
	verify.EvidenceCertificate: "certificate", verify.EvidenceCRL: "CRL", verify.EvidenceOCSP: "OCSPResponse", verify.EvidenceToken: "timestamp",
}

// objects are everything that the reports refer to: certificates, evidence,
// time-stamps, evidence records and the document.
func (e *etsiWriter) objects() (all []etsiObject) {
	seen := map[string]bool{}
	add := func(o etsiObject) {
		if !seen[o.ID] {
			seen[o.ID], e.known[o.ID] = true, true
			all = append(all, o)
		}
	}
	if d := digestOf(e.rep.Document.SHA256); d != nil {
		add(etsiObject{ID: "DOC", Type: etsiURN + "validationObject:signedData", Digest: d})
	}
	for _, sha := range sorted(e.rep.Certificates) {
		if d := digestOf(sha); d != nil {
			add(etsiObject{ID: "C" + sha, Type: etsiURN + "validationObject:certificate", Digest: d})
		}
	}
	e.stamps(add)
	for _, x := range e.rep.Evidence {
		d, kind := digestOf(x.SHA256), etsiTypes[x.Type]
		if d == nil || kind == "" {
			continue
		}
		o := etsiObject{ID: x.ID, Type: etsiURN + "validationObject:" + kind, Digest: d}
		if !x.ProvenAt.IsZero() {
			o.POE = &etsiPOE{Time: x.ProvenAt.String(), Type: etsiURN + "poetype:validation", Object: e.ref(x.ProvenBy)}
		}
		add(o)
	}
	return all
}

// stamps are the time-stamps and evidence records, each with its own report.
func (e *etsiWriter) stamps(add func(etsiObject)) {
	stamp := func(all []verify.Timestamp) {
		for i := range all {
			t := &all[i]
			r := &etsiSubordinate{Status: e.status(t.Outcome(), t.Path, t.Findings)}
			o := etsiObject{ID: t.ID, Type: etsiURN + "validationObject:timestamp", Direct: Safe(strings.Join([]string{t.Kind, t.Policy, t.Serial}, " ")), Report: r}
			if t.TSA != nil {
				r.Signer = e.signer(t.TSA.Certificate, t.TSA.Subject)
			}
			if !t.GenTime.IsZero() && t.Indication.IsPassed() {
				o.Provisioning = &etsiProvision{t.GenTime.String()}
			}
			add(o)
		}
	}
	var of func([]verify.Signature)
	of = func(all []verify.Signature) {
		for i := range all {
			stamp(all[i].Timestamps)
			of(all[i].CounterSignatures)
		}
	}
	of(e.rep.Signatures)
	stamp(e.rep.Timestamps)
	for i := range e.rep.EvidenceRecords {
		r := &e.rep.EvidenceRecords[i]
		stamp(r.Timestamps)
		add(etsiObject{ID: r.ID, Type: etsiURN + "validationObject:evidencerecord", Direct: r.Format, Report: &etsiSubordinate{Status: e.status(r.Outcome(), nil, r.Findings)}})
	}
}
