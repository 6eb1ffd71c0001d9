package verifytest

import (
	"fmt"
	"strings"
)

// ready is a document with content that waits to be revealed. The seal is good, so that it passes with a warning. The
// twin shows the same content, and has no warning.
func ready(name, what string, t PDFTemplate, honest func(p *PDF), code string) Attack {
	shown := t
	shown.Draft = honest
	return Attack{Name: "ready-" + name, Family: Prepared, What: what, Want: passed("a warning names it"), Named: []string{code},
		forged: func(w *World) *PDF { return w.prepared(t, SignOptions{}) },
		honest: func(w *World) *PDF { return w.prepared(shown, SignOptions{}) }}
}

// shownPages puts a second page into the page tree.
func shownPages(p *PDF) {
	page := p.number()
	p.put(page, fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources %s >>", objPages, p.add(p.forgedPage()), fontResources))
	p.put(objPages, fmt.Sprintf("<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 2 >>", objPage, page))
}

// annotated has an annotation with an appearance; flags say whether it is seen.
func annotated(kind, flags string) func(p *PDF) {
	return func(p *PDF) {
		look := p.add(p.drawing(300, 30, white(300, 30, forgedWords)))
		n := p.add(fmt.Sprintf("<< /Type /Annot /Subtype /%s /Rect %s /P %d 0 R /F %s /Contents () /AP << /N %d 0 R >> >>", kind, rectangle(overLine), objPage, flags, look))
		p.annots = append(p.annots, n)
	}
}

// field has a form field with a value; flags say whether it is seen.
func field(flags string) func(p *PDF) {
	return func(p *PDF) {
		p.addTextField(FormField{Name: "amount", Value: "99999"})
		n := p.names["amount"]
		p.put(n, strings.Replace(p.objects[n], "/F 4", "/F "+flags, 1))
	}
}

var preparations = []Attack{
	ready("pages", "a second page tree that nothing leads to", PDFTemplate{Draft: otherPages}, shownPages, "K-PDF-070"),
	ready("page", "a page that is in no page tree", PDFTemplate{Draft: func(p *PDF) {
		p.add(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R >>", objPages, p.add(p.forgedPage())))
	}}, shownPages, "K-PDF-070"),
	ready("catalog", "a second catalog with pages of its own", PDFTemplate{Draft: secondCatalog}, shownPages, "K-PDF-070"),
	ready("packed", "a second page tree in an object stream", PDFTemplate{Streams: true, Draft: otherPages}, shownPages, "K-PDF-070"),
	ready("stamp", "a hidden stamp over sealed text", PDFTemplate{Draft: annotated("Stamp", "2")}, annotated("Stamp", "4"), "K-PDF-071"),
	ready("freetext", "a free text that is neither shown nor printed", PDFTemplate{Draft: annotated("FreeText", "32")}, annotated("FreeText", "4"), "K-PDF-071"),
	ready("field", "a hidden form field with another value", PDFTemplate{Draft: field("2")}, field("4"), "K-PDF-071"),
}
