package verifytest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// PDFDeviations are the things that can be wrong with a sealed PDF file, or have come after the seal.
func PDFDeviations() []PDFMutator { return slices.Concat(pdfRanges, pdfChanges, pdfForms, pdfViews) }

// PDFDeviation is one of them by name.
func PDFDeviation(name string) PDFMutator {
	return find(PDFDeviations(), name, func(m PDFMutator) Deviation { return m.Deviation })
}

// SealedPDF makes a PAdES B-LT file that deviates so.
func (w *World) SealedPDF(mutators ...PDFMutator) *PDF {
	t := PDFTemplate{Fields: []FormField{{Name: "remarks"}, {Name: "number", Rect: [4]int{90, 160, 300, 180}}}}
	o := SignOptions{Reason: "証明のため", Location: "見本町", Rect: [4]int{400, 380, 470, 450}}
	for _, m := range mutators {
		if m.Template != nil {
			m.Template(&t)
		}
		if m.Options != nil {
			m.Options(&o)
		}
	}
	p := w.PDF(t).Sign(o).AddEvidence(orCert(o.Cert, w.Seal))
	for _, m := range mutators {
		if m.Sealed != nil {
			m.Sealed(p)
		}
	}
	return p
}

func orCert(a, b *Cert) *Cert {
	if a != nil {
		return a
	}
	return b
}

func pdf(name, what string, want Want) PDFMutator {
	return PDFMutator{Deviation: Deviation{"pdf-" + name, "pdf", what, want}}
}

func (m PDFMutator) options(f func(*SignOptions)) PDFMutator { m.Options = f; return m }
func (m PDFMutator) sealed(f func(*PDF)) PDFMutator          { m.Sealed = f; return m }

var badRange = failed("FORMAT_FAILURE", "ISO 32000-2 12.8.1; EN319102 section 4: other bytes hashed than shown")

var pdfRanges = []PDFMutator{
	pdf("byterange-gap", "the gap of ByteRange is wider than Contents, and signed so", badRange).
		options(func(o *SignOptions) {
			o.ByteRange = func(r [4]int) [4]int { return [4]int{0, r[1] - 4, r[2] + 3, r[3] - 3} }
		}),
	pdf("byterange-start", "ByteRange begins after the first octet, and is signed so", badRange).
		options(func(o *SignOptions) {
			o.ByteRange = func(r [4]int) [4]int { return [4]int{9, r[1] - 9, r[2], r[3]} }
		}),
	pdf("byterange-short", "ByteRange ends ten octets before the end of its revision, and is signed so", badRange.or("INDETERMINATE/CUSTOM")).
		options(func(o *SignOptions) {
			o.ByteRange = func(r [4]int) [4]int { r[3] -= 10; return r }
		}),
	pdf("byterange-overlap", "the second range begins inside the first", badRange).
		options(func(o *SignOptions) { o.Written = func(r [4]int) [4]int { r[2] = r[1] - 100; return r } }),
	pdf("byterange-huge", "a length beyond every file", badRange).
		options(func(o *SignOptions) { o.Written = func(r [4]int) [4]int { r[3] = 99999999999; return r } }),
	pdf("byterange-negative", "a negative offset", badRange).
		options(func(o *SignOptions) { o.Written = func(r [4]int) [4]int { r[2] = -r[2]; return r } }),
	pdf("contents-not-hex", "Contents holds letters that are no hex digits", failed("FORMAT_FAILURE", "ISO 32000-2 7.3.4.3").or("TOTAL-FAILED/SIG_CRYPTO_FAILURE")).
		options(func(o *SignOptions) { o.Contents = func(h string) string { return "zz" + h[2:] } }),
	pdf("contents-empty", "Contents holds zeros only", failed("FORMAT_FAILURE", "no CMS inside")).
		options(func(o *SignOptions) { o.Contents = func(h string) string { return strings.Repeat("0", len(h)) } }),
	pdf("sealed-changed", "an octet of the sealed page changed", failed("HASH_FAILURE", "EN 319 102-1 5.2.7.4 step 2")).
		sealed(func(p *PDF) {
			p.data = bytes.Replace(p.data, []byte("FF11FF12FF13FF14"), []byte("FF11FF12FF13FF15"), 1)
		}),
	pdf("subfilter-unknown", "the SubFilter is one that nobody knows", unclear("CUSTOM", "unsupported is not invalid")).
		options(func(o *SignOptions) { o.SubFilter = "MIHON.unknown" }),
	pdf("pkcs7", "SubFilter adbe.pkcs7.detached (no deviation)", passed("ISO 32000-2 12.8.3.3")).
		options(func(o *SignOptions) { o.SubFilter = PKCS7 }),
	pdf("pkcs7-sha1", "SubFilter adbe.pkcs7.sha1", unclear("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "the document is bound by SHA-1")).
		options(func(o *SignOptions) { o.SubFilter = PKCS7SHA1 }),
	pdf("adobe-revocation", "CRLs in a signed attribute too (no deviation)", passed("")).
		options(func(o *SignOptions) { o.SubFilter, o.AdobeRevocation = PKCS7, true }),
	pdf("streams", "cross-reference and object streams (no deviation)", passed("ISO 32000-2 7.5.8")).
		template(func(t *PDFTemplate) { t.Streams = true }),
}

func (m PDFMutator) template(f func(*PDFTemplate)) PDFMutator { m.Template = f; return m }

var forbidden = failed("FORMAT_FAILURE", "DESIGN 3: what no rule explains")

var pdfChanges = []PDFMutator{
	pdf("appended", "bytes behind the file, without a revision", forbidden.or("INDETERMINATE/CUSTOM")).
		sealed(func(p *PDF) { p.Append([]byte("these bytes are sealed by nobody\n")) }),
	pdf("page-replaced", "a later revision draws another page", forbidden).
		sealed(func(p *PDF) { p.replacePage() }),
	pdf("page-added", "a later revision adds a page", forbidden).sealed(func(p *PDF) {
		n := p.number()
		page := &Page{}
		page.Text(90, 700, 14, Left, "この頁は封印のあとに加えられました")
		p.Update(map[int]string{n + 1: p.stream("", page.bytes()),
			n:        fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources %s >>", n+1, fontResources),
			objPages: fmt.Sprintf("<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 2 >>", objPage, n)})
	}),
	pdf("font-replaced", "a later revision exchanges the font: other glyphs for the same codes", forbidden).
		sealed(func(p *PDF) {
			p.Update(map[int]string{objHelvetica: "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"})
		}),
	pdf("shadow-catalog", "a later revision points the catalog at other pages (shadow attack, replace)", forbidden).
		sealed(func(p *PDF) {
			n := p.number()
			page := &Page{}
			page.Text(90, 700, 14, Left, "影の頁")
			p.pages = n
			p.Update(map[int]string{n: fmt.Sprintf("<< /Type /Pages /Kids [%d 0 R] /Count 1 >>", n+1),
				n + 1: fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources %s >>", n, n+2, fontResources),
				n + 2: p.stream("", page.bytes())})
		}),
	pdf("script-added", "a later revision adds a script that runs on opening", forbidden).
		sealed(func(p *PDF) {
			p.extraCatalog = " /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
			p.commit()
		}),
	pdf("info-changed", "a later revision changes the title in the information dictionary", passed("metadata: a warning names it")).
		sealed(func(p *PDF) { p.Update(map[int]string{objInfo: "<< /Title (Another title) >>"}) }),
	pdf("info-date", "a later revision adds a modification date", passed("housekeeping")).sealed(func(p *PDF) {
		p.Update(map[int]string{objInfo: strings.TrimSuffix(p.objects[objInfo], ">>") + "/ModDate " + pdfDate(p.w.FinalTime) + " >>"})
	}),
	pdf("later-signature", "a post signs later (no deviation)", passed("DESIGN 3: later signatures are permitted")).
		sealed(func(p *PDF) {
			p.Sign(SignOptions{Cert: p.w.Office, Time: p.w.FinalTime}).AddEvidence(p.w.Seal, p.w.Office)
		}),
	pdf("later-signature-covers", "a later signature's visible field covers sealed text", failed("FORMAT_FAILURE", "DESIGN 3").or("INDETERMINATE/CUSTOM")).
		sealed(func(p *PDF) {
			p.Sign(SignOptions{Cert: p.w.Office, Time: p.w.FinalTime, Rect: [4]int{80, 600, 380, 700}}).AddEvidence(p.w.Seal, p.w.Office)
		}),
	pdf("store-added", "more long-term material came later (no deviation)", passed("EN 319 142-1 5.4.2")).
		sealed(func(p *PDF) { p.AddSecurityStore([]*Cert{p.w.Office}, p.w.CRLs(p.w.Office), nil) }),
	pdf("document-timestamp", "a document time-stamp came later (no deviation): B-LTA", passed("EN 319 142-1 5.4.3")).
		sealed(func(p *PDF) { p.AddDocTimestamp(TokenTemplate{}) }),
	pdf("document-timestamp-wrong", "the document time-stamp is over other data", passed("a warning: time-stamps act only through their proofs")).
		sealed(func(p *PDF) { p.AddDocTimestamp(TokenTemplate{}, TokenDeviation("token-imprint-wrong")) }),
	pdf("annotation-added", "a later revision adds a note to the page", unclear("CUSTOM", "DESIGN 3: doubtful")).
		sealed(func(p *PDF) { p.addNote() }),
	pdf("field-filled", "a form field was filled in after the seal", unclear("CUSTOM", "DESIGN 3: doubtful")).
		sealed(func(p *PDF) { p.fill() }),
}

var pdfForms = []PDFMutator{
	pdf("docmdp1", "certified, no changes permitted; the security store came later (no deviation)", passed("ISO 32000-2 12.8.2.2")).
		options(func(o *SignOptions) { o.DocMDP = 1 }),
	pdf("docmdp1-filled", "certified without changes; a field was filled in", failed("FORMAT_FAILURE", "ISO 32000-2 12.8.2.2, P 1")).
		options(func(o *SignOptions) { o.DocMDP = 1 }).sealed(func(p *PDF) { p.fill() }),
	pdf("docmdp2-filled", "certified, filling in permitted; a field was filled in (no deviation)", passed("ISO 32000-2 12.8.2.2, P 2")).
		options(func(o *SignOptions) { o.DocMDP = 2 }).sealed(func(p *PDF) { p.fill() }),
	pdf("docmdp2-annotation", "certified, filling in permitted; a note was added", failed("FORMAT_FAILURE", "ISO 32000-2 12.8.2.2, P 2")).
		options(func(o *SignOptions) { o.DocMDP = 2 }).sealed(func(p *PDF) { p.addNote() }),
	pdf("docmdp3-annotation", "certified, notes permitted; a note was added (no deviation)", passed("ISO 32000-2 12.8.2.2, P 3")).
		options(func(o *SignOptions) { o.DocMDP = 3 }).sealed(func(p *PDF) { p.addNote() }),
	pdf("docmdp3-page", "certified, notes permitted; the page was replaced", failed("FORMAT_FAILURE", "ISO 32000-2 12.8.2.2, P 3")).
		options(func(o *SignOptions) { o.DocMDP = 3 }).sealed(func(p *PDF) { p.replacePage() }),
	pdf("fieldmdp-filled", "the signature locks a field; it was filled in", failed("FORMAT_FAILURE", "ISO 32000-2 12.8.2.4")).
		options(func(o *SignOptions) { o.FieldMDP, o.MDPFields = "Include", []string{"remarks"} }).sealed(func(p *PDF) { p.fill() }),
	pdf("fieldmdp-other", "the signature locks another field than the one filled in", unclear("CUSTOM", "form filling without leave is doubtful").or("TOTAL-PASSED")).
		options(func(o *SignOptions) { o.FieldMDP, o.MDPFields = "Include", []string{"number"} }).sealed(func(p *PDF) { p.fill() }),
	pdf("lock-filled", "the field's Lock dictionary locks all; a field was filled in", failed("FORMAT_FAILURE", "ISO 32000-2 12.7.5.5")).
		options(func(o *SignOptions) { o.Lock = "All" }).sealed(func(p *PDF) { p.fill() }),
}

func (p *PDF) replacePage() {
	page := &Page{}
	page.Sample()
	page.Text(pageWidth/2, 740, 22, Center, "証 明 書（見本）")
	page.Text(90, 660, 13, Left, "見本町証明第９９９９号")
	p.Update(map[int]string{objContents: p.stream("", page.bytes())})
}

// fill puts a value into the field remarks, with its appearance.
func (p *PDF) fill() {
	p.putTextField(p.names["remarks"], FormField{Name: "remarks", Value: "あとから記入"})
	p.commit()
}

func (p *PDF) addNote() {
	n := p.number()
	p.annots = append(p.annots, n)
	p.put(n, fmt.Sprintf("<< /Type /Annot /Subtype /Text /Rect [500 760 520 780] /P %d 0 R /Contents %s /M %s >>",
		objPage, textString("あとからの注釈"), pdfDate(p.w.FinalTime)))
	p.commit()
}

var pdfSpecimens = []maker{
	mk("pdf", "good-pdf", "nothing is wrong: sealed, time-stamped, all evidence inside (B-LT)", passed(""),
		func(w *World, s *Specimen) { s.pdf(w.SealedPDF()) }),
	mk("pdf", "good-pdf-lta", "a form without fields, sealed for the long term (B-LTA)", passed(""),
		func(w *World, s *Specimen) { s.pdf(w.PDF(PDFTemplate{}).Sign(SignOptions{}).AddLongTerm()) }),
	mk("pdf", "pdf-unsigned", "no signature", Want{Verdict: "NOT-SIGNED"},
		func(w *World, s *Specimen) { s.pdf(w.PDF(PDFTemplate{})) }),
	mk("pdf", "pdf-field-empty", "a signature field that nobody signed", Want{Verdict: "NOT-SIGNED"},
		func(w *World, s *Specimen) { s.pdf(w.PDF(PDFTemplate{}).AddSignatureField(SignOptions{Field: "Seal"})) }),
	mk("pdf", "pdf-only-timestamp", "a document time-stamp alone", passed("judged itself"), func(w *World, s *Specimen) {
		s.pdf(w.PDF(PDFTemplate{}).AddSecurityStore([]*Cert{w.TSA, w.TSACA}, w.CRLs(w.TSA), nil).AddDocTimestamp(TokenTemplate{}))
	}),
	mk("pdf", "pdf-truncated", "the last revision is cut off", failed("FORMAT_FAILURE", "ByteRange beyond the end").or("UNREADABLE"), func(w *World, s *Specimen) {
		p := w.PDF(PDFTemplate{}).Sign(SignOptions{})
		p.data = p.data[:len(p.data)-400]
		s.pdf(p)
	}),
}

func (s *Specimen) pdf(p *PDF) { s.File, s.Document = "document.pdf", p.Bytes() }
