package verifytest

import (
	"bytes"
	"fmt"
)

// A stage is a document that an attacker had sealed, and how it is turned afterwards. The twin is the same document,
// which a post signs later instead.
func shadow(name, what string, want Want, stage func(p *PDF), turn func(p *PDF), named ...string) Attack {
	t := PDFTemplate{Draft: stage}
	return Attack{Name: "shadow-" + name, Family: Shadow, What: what, Want: want, Named: named,
		forged: func(w *World) *PDF {
			p := w.prepared(t, SignOptions{})
			turn(p)
			return p
		},
		honest: func(w *World) *PDF { return w.prepared(t, SignOptions{}).countersigned(SignOptions{}) }}
}

// covered puts a white drawing over the page's text, as an object of its own.
func covered(p *PDF) {
	n := p.add(p.drawing(420, 60, white(420, 60, "この内容に同意します。")))
	p.names["cover"] = n
	p.drawOver(n, "Cover", "1 0 0 1 80 640 cm /Cover Do")
}

// drawOver draws an XObject after the page's own content.
func (p *PDF) drawOver(n int, name, ops string) {
	p.resources = fmt.Sprintf("<< /Font << /F1 6 0 R /F2 9 0 R >> /XObject << /%s %d 0 R >> >>", name, n)
	p.contents = fmt.Sprintf("[%d 0 R %d 0 R]", objContents, p.add(p.stream("", []byte("q "+ops+" Q"))))
}

// layered puts text into an optional content group that is off.
func layered(p *PDF) {
	group := p.add("<< /Type /OCG /Name (Layer) >>")
	text := p.add(p.stream("", append(append([]byte("/OC /L BDC\n"), line(90, 430, forgedWords)...), "EMC\n"...)))
	p.names["group"] = group
	p.contents = fmt.Sprintf("[%d 0 R %d 0 R]", objContents, text)
	p.resources = fmt.Sprintf("<< /Font << /F1 6 0 R /F2 9 0 R >> /Properties << /L %d 0 R >> >>", group)
	p.layers("OFF")
}

func (p *PDF) layers(state string) {
	p.extraCatalog = fmt.Sprintf(" /OCProperties << /OCGs [%d 0 R] /D << /%s [%[1]d 0 R] >> >>", p.names["group"], state)
}

// otherPages prepares a second page tree that nothing leads to.
func otherPages(p *PDF) {
	root, page, content := p.number(), p.number(), p.number()
	p.names["pages"] = root
	p.put(root, fmt.Sprintf("<< /Type /Pages /Kids [%d 0 R] /Count 1 >>", page))
	p.put(page, fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources %s >>", root, content, fontResources))
	p.put(content, p.forgedPage())
}

// twoValues prepares a field whose value is another than its appearance shows.
func twoValues(p *PDF) {
	p.addTextField(FormField{Name: "amount", Value: "100"})
	p.put(p.names["amount"], swap(p.objects[p.names["amount"]], "/V (100)", "/V (99999)"))
}

var shadows = []Attack{
	shadow("hide-overlay", "a drawing hides text; an update empties the drawing", refused, covered, func(p *PDF) {
		p.Update(map[int]string{p.names["cover"]: p.drawing(420, 60, nil)})
	}, "K-CHG-002", "drawing"),
	shadow("hide-overlay-freed", "a drawing hides text; an update frees its object in the cross-reference alone", refused, covered, func(p *PDF) {
		at := len(p.data)
		p.Append(fmt.Appendf(nil, "xref\n%d 1\n0000000000 65535 f \n", p.names["cover"]))
		p.rawTrailer(p.trailer())
		p.rawTail(at)
	}, "K-CHG-002", "drawing"),
	shadow("hide-overlay-retyped", "a drawing hides text; an update turns it into an empty object", refused, covered, func(p *PDF) {
		p.Update(map[int]string{p.names["cover"]: "<< >>"})
	}, "K-CHG-002", "drawing"),
	shadow("hide-content-order", "an update takes the hiding part out of the list of contents", refused, covered, func(p *PDF) {
		p.contents = fmt.Sprintf("%d 0 R", objContents)
		p.commit()
	}, "K-CHG-002", "page-changed"),
	shadow("hide-annotation", "an annotation hides text; an update hides the annotation", uncounted, coveringNote, func(p *PDF) {
		p.Update(map[int]string{p.names["note"]: swap(p.objects[p.names["note"]], "/F 4", "/F 2")})
	}, "annotation-changed"),
	shadow("hide-annotation-removed", "an annotation hides text; an update removes it", uncounted, coveringNote, func(p *PDF) {
		p.annots = p.annots[1:]
		p.commit()
	}, "annotation-removed"),
	shadow("hide-layer", "an optional content group is off; an update switches it on", refused, layered, func(p *PDF) {
		p.layers("ON")
		p.commit()
	}, "K-CHG-002", "catalog"),
	shadow("hide-layer-group", "an update gives the hidden group another intent, so that its state does not count", refused, layered, func(p *PDF) {
		p.Update(map[int]string{p.names["group"]: "<< /Type /OCG /Name (Layer) /Intent /Design >>"})
	}, "K-CHG-002", "changed"),
	shadow("replace-font", "an update exchanges the font: other glyphs for the same codes", refused, nil, func(p *PDF) {
		p.Update(map[int]string{objHelvetica: "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"})
	}, "K-CHG-002", "font"),
	shadow("replace-cid-font", "an update exchanges the font under a composite font", refused, nil, func(p *PDF) {
		p.Update(map[int]string{objMinchoCID: swap(p.objects[objMinchoCID], "KozMinPr6N-Regular ", "Other ")})
	}, "K-CHG-002", "font"),
	shadow("replace-value", "the value of a field is another than its appearance shows; an update takes the appearance away", uncounted, twoValues, func(p *PDF) {
		n := p.names["amount"]
		p.Update(map[int]string{n: upTo(p.objects[n], " /AP")})
	}, "annotation-changed"),
	shadow("replace-value-redrawn", "the same; an update makes readers draw all fields anew", refused, twoValues, func(p *PDF) {
		p.Update(map[int]string{objForm: swap(p.objects[objForm], "/SigFlags 3", "/SigFlags 3 /NeedAppearances true")})
	}, "K-CHG-002", "form"),
	shadow("replace-value-appearance", "the same; an update draws the hidden value", uncounted, twoValues, func(p *PDF) {
		p.putTextField(p.names["amount"], FormField{Name: "amount", Value: "99999"})
		p.commit()
	}, "K-CHG-003", "field-changed"),
	shadow("replace-pages", "pages lie ready; an update leads the catalog to them", refused, otherPages, func(p *PDF) {
		p.pages = p.names["pages"]
		p.commit()
	}, "K-CHG-002", "page-replaced"),
	shadow("replace-kids", "pages lie ready; an update leads the page tree to them", refused, otherPages, func(p *PDF) {
		p.Update(map[int]string{objPages: fmt.Sprintf("<< /Type /Pages /Kids [%d 0 R] /Count 1 >>", p.names["pages"]+1)})
	}, "K-CHG-002", "page-replaced"),
	shadow("replace-resources", "an update leads a name of the resources to another drawing", refused, covered, func(p *PDF) {
		n := p.add(p.drawing(420, 60, white(420, 60, forgedWords)))
		p.resources = fmt.Sprintf("<< /Font << /F1 6 0 R /F2 9 0 R >> /XObject << /Cover %d 0 R >> >>", n)
		p.commit()
	}, "K-CHG-002", "page-changed"),
	shadow("both-xref", "another page content lies in the sealed octets; an update's cross-reference leads to it", refused, twice, func(p *PDF) {
		hidden := bytes.LastIndex(p.data, fmt.Appendf(nil, "\n%d 0 obj\n", objContents)) + 1
		at := p.rawTable(map[int]int{objContents: hidden})
		p.rawTrailer(p.trailer())
		p.rawTail(at)
	}, "K-CHG-002", "retargeted"),
	shadow("both-catalog", "a whole second document lies ready; an update's trailer leads to it", refused, secondCatalog, func(p *PDF) {
		at := len(p.data)
		p.Append([]byte("xref\n0 0\n"))
		p.rawTrailer(swap(p.trailer(), fmt.Sprintf("/Root %d 0 R", objCatalog), fmt.Sprintf("/Root %d 0 R", p.names["catalog"])))
		p.rawTail(at)
	}, "K-CHG-002", "page-replaced"),
}

// coveringNote is a free text over the page's text.
func coveringNote(p *PDF) {
	look := p.add(p.drawing(300, 30, white(300, 30, "")))
	n := p.add(fmt.Sprintf("<< /Type /Annot /Subtype /FreeText /Rect [80 650 380 680] /P %d 0 R /F 4 /DA (/F2 9 Tf) /Contents () /AP << /N %d 0 R >> >>", objPage, look))
	p.names["note"], p.annots = n, append(p.annots, n)
}

// twice has the octets of another page content inside a stream that the file uses for something else.
func twice(p *PDF) {
	p.add(p.stream("", fmt.Appendf(nil, "\n%d 0 obj\n%s\nendobj\n", objContents, p.forgedPage())))
}

// secondCatalog prepares a catalogue with pages of its own beside the sealed one.
func secondCatalog(p *PDF) {
	otherPages(p)
	p.names["catalog"] = p.add(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R /AcroForm %d 0 R >>", p.names["pages"], objForm))
}
