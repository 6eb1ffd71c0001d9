package verifytest

import (
	"fmt"
	"strings"
)

// eaa is an annotation on a document whose certification permits annotations (P 3). The twin has the one beside it.
func eaa(name, what string, want Want, evil func(p *PDF) string, honest string, named ...string) Attack {
	certified := func(w *World) *PDF { return w.sealedBy(SignOptions{DocMDP: 3}) }
	return Attack{Name: "eaa-" + name, Family: EvilAnnotation, What: what, Want: want, Named: named,
		forged: func(w *World) *PDF { p := certified(w); p.annotate(evil(p)); return p },
		honest: func(w *World) *PDF { p := certified(w); p.annotate(honest); return p }}
}

// annotate adds an annotation to the page, and what else was put.
func (p *PDF) annotate(entries string) {
	p.annots = append(p.annots, p.add(fmt.Sprintf("<< /Type /Annot /P %d 0 R /M %s %s >>", objPage, pdfDate(p.w.FinalTime), entries)))
	p.commit()
}

const (
	overText = "/Rect [80 650 380 680] /F 4"
	note     = "/Subtype /Text /Rect [520 780 540 800] /Contents (note) /F 4"
	light    = "/Subtype /Highlight /Rect [90 600 300 620] /QuadPoints [90 620 300 620 90 600 300 600] /C [1 1 0.6] /F 4"
	link     = "/Subtype /Link /Rect [90 600 300 620] /Border [0 0 0] /A << /S /URI /URI (https://example.jp/) >>"
	window   = "/Subtype /Popup /Rect [400 600 560 700] /Open false"
)

// drawn is an annotation with an appearance of its own over the sealed text.
func drawn(subtype, more string) func(p *PDF) string {
	return func(p *PDF) string {
		look := p.add(p.drawing(300, 30, white(300, 30, forgedWords)))
		return fmt.Sprintf("/Subtype /%s %s /AP << /N %d 0 R >> %s", subtype, overText, look, more)
	}
}

func plainly(entries string) func(p *PDF) string { return func(*PDF) string { return entries } }

var evilAnnotations = []Attack{
	eaa("freetext", "a free text with a white ground over sealed text", doubtful, drawn("FreeText", "/DA (/F2 13 Tf 0 g)"), note, "K-CHG-003", "annotation-added"),
	eaa("freetext-plain", "a free text without an appearance: readers draw it themselves", doubtful,
		plainly("/Subtype /FreeText "+overText+" /DA (/F2 13 Tf 0 g) /C [1 1 1] /Contents (99999)"), note, "K-CHG-003", "annotation-added"),
	eaa("stamp", "a stamp with words over sealed text", doubtful, drawn("Stamp", "/Name /Approved"), note, "K-CHG-003", "annotation-added"),
	eaa("redact", "a redaction over sealed text", refused.or("INDETERMINATE/CUSTOM"),
		drawn("Redact", "/QuadPoints [80 680 380 680 80 650 380 650] /IC [1 1 1] /OverlayText (99999)"), note, "K-CHG-002"),
	eaa("highlight-drawn", "a highlight whose appearance is a white ground with words", doubtful,
		drawn("Highlight", "/QuadPoints [80 680 380 680 80 650 380 650]"), light, "K-CHG-003", "annotation-added"),
	eaa("highlight-black", "a black highlight over sealed text", doubtful,
		plainly("/Subtype /Highlight "+overText+" /QuadPoints [80 680 380 680 80 650 380 650] /C [0 0 0]"), light, "K-CHG-003", "annotation-added"),
	eaa("highlight-mode", "a highlight that is blended another way", doubtful,
		plainly("/Subtype /Highlight "+overText+" /QuadPoints [80 680 380 680 80 650 380 650] /C [1 1 1] /BM /Normal"), light, "K-CHG-003", "annotation-added"),
	eaa("strikeout", "sealed text is struck out", doubtful,
		plainly("/Subtype /StrikeOut "+overText+" /QuadPoints [80 680 380 680 80 650 380 650] /C [0 0 0]"), light, "K-CHG-003", "annotation-added"),
	eaa("underline-drawn", "an underline whose appearance is a white ground with words", doubtful,
		drawn("Underline", "/QuadPoints [80 680 380 680 80 650 380 650]"), light, "K-CHG-003", "annotation-added"),
	eaa("ink", "lines in white ink over sealed text", doubtful,
		plainly("/Subtype /Ink "+overText+" /InkList [[80 665 380 665]] /C [1 1 1] /BS << /W 30 >>"), note, "K-CHG-003", "annotation-added"),
	eaa("square", "a white square over sealed text", doubtful, plainly("/Subtype /Square "+overText+" /IC [1 1 1] /C [1 1 1]"), note, "K-CHG-003", "annotation-added"),
	eaa("circle", "a white ellipse over sealed text", doubtful, plainly("/Subtype /Circle "+overText+" /IC [1 1 1] /C [1 1 1]"), note, "K-CHG-003", "annotation-added"),
	eaa("polygon", "a white polygon over sealed text", doubtful,
		plainly("/Subtype /Polygon "+overText+" /Vertices [80 650 380 650 380 680 80 680] /IC [1 1 1]"), note, "K-CHG-003", "annotation-added"),
	eaa("line", "a thick white line over sealed text", doubtful, plainly("/Subtype /Line "+overText+" /L [80 665 380 665] /BS << /W 30 >> /C [1 1 1]"), note, "K-CHG-003", "annotation-added"),
	eaa("caret", "an insertion mark with words of its own", doubtful, drawn("Caret", ""), note, "K-CHG-003", "annotation-added"),
	eaa("note-drawn", "a note whose icon is a white ground with words", doubtful, drawn("Text", ""), note, "K-CHG-003", "annotation-added"),
	eaa("popup-open", "an open window over sealed text", doubtful, plainly("/Subtype /Popup /Rect [60 400 560 760] /Open true"), window, "K-CHG-003", "annotation-added"),
	eaa("popup-drawn", "a window with an appearance of its own", doubtful, drawn("Popup", ""), window, "K-CHG-003", "annotation-added"),
	eaa("link-drawn", "a link with an appearance of its own", doubtful, drawn("Link", "/Border [0 0 0]"), link, "K-CHG-003", "annotation-added"),
	eaa("link-bar", "a link whose border is a bar over sealed text", doubtful, plainly("/Subtype /Link "+overText+" /Border [0 0 30] /C [1 1 1]"), link, "K-CHG-003", "annotation-added"),
	eaa("link-script", "a link that runs a script", refused, plainly("/Subtype /Link "+overText+" /Border [0 0 0] /A << /S /JavaScript /JS (app.alert\\(1\\)) >>"), link, "K-CHG-002"),
	eaa("attachment", "a file attachment with an icon of its own over sealed text", refused, drawn("FileAttachment", "/FS << /F (a.txt) >>"), note, "K-CHG-002"),
	eaa("unknown", "a kind of annotation that nobody knows, with an appearance", refused, drawn("Mihon", ""), note, "K-CHG-002"),
	eaa("watermark", "a watermark annotation over the page", refused, drawn("Watermark", ""), note, "K-CHG-002"),
	eaa("widget", "a widget that belongs to no field", refused, drawn("Widget", "/FT /Tx /T (x)"), note, "K-CHG-002"),
	eaa("rich-media", "a screen annotation with an action that opens it", refused, drawn("Screen", "/A << /S /Rendition >>"), note, "K-CHG-002"),
	eaa("layer", "an annotation that belongs to an optional content group", refused, func(p *PDF) string {
		return drawn("Stamp", fmt.Sprintf("/OC %d 0 R", p.add("<< /Type /OCG /Name (x) >>")))(p)
	}, note, "K-CHG-002"),
	eaa("subtype-twice", "an annotation with two kinds", refused, drawn("Text", "/Subtype /FreeText"), note, "K-CHG-002"),
	eaa("type", "an annotation that says it is a page", refused, drawn("Text", "/Type /Page"), note, "K-CHG-002"),
	eaa("action-added", "an annotation with an action for the moment when its page opens", refused, plainly(note+" /AA << /PO << /S /JavaScript /JS (x) >> >>"), note, "K-CHG-002"),
	eaa("state-hidden", "an annotation with two appearances, one of them hidden for now", doubtful, func(p *PDF) string {
		look := p.add(p.drawing(300, 30, white(300, 30, forgedWords)))
		none := p.add(p.drawing(300, 30, nil))
		return fmt.Sprintf("/Subtype /Stamp %s /AS /Off /AP << /N << /Off %d 0 R /On %d 0 R >> >>", overText, none, look)
	}, note, "K-CHG-003", "annotation-added"),
	eaa("image", "a stamp whose appearance is a picture of the page", doubtful, func(p *PDF) string {
		picture := p.add(p.stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8", []byte{0xff}))
		look := p.add(p.stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /I %d 0 R >> >>", picture), []byte("/I Do")))
		return fmt.Sprintf("/Subtype /Stamp %s /AP << /N %d 0 R >>", overText, look)
	}, note, "K-CHG-003", "annotation-added"),
	gone("removed", "a sealed stamp that voids the document is taken off the page", doubtful, drawn("Stamp", "/Name /Void"), false, "K-CHG-003", "annotation-removed"),
	gone("removed-freed", "a sealed stamp is taken off the page and freed", doubtful, drawn("Stamp", "/Name /Void"), true, "K-CHG-003", "annotation-removed"),
	earlier("subtype-changed", "a sealed note becomes a free text over sealed text", refused, func(old string) string {
		return strings.Replace(old, "/Subtype /Text", "/Subtype /FreeText /DA (/F2 13 Tf 0 g)", 1)
	}, "K-CHG-002"),
	earlier("moved", "a sealed note is moved and made as large as the page", doubtful, func(old string) string {
		return strings.Replace(old, "[520 780 540 800]", "[0 0 595 842]", 1)
	}, "K-CHG-003", "annotation-changed"),
}

// gone takes a sealed annotation away; the twin takes a note away.
func gone(name, what string, want Want, sealed func(p *PDF) string, free bool, named ...string) Attack {
	without := func(entries func(p *PDF) string) func(*World) *PDF {
		return func(w *World) *PDF {
			n := 0
			p := w.prepared(PDFTemplate{Draft: func(p *PDF) {
				n = p.add(fmt.Sprintf("<< /Type /Annot /P %d 0 R %s >>", objPage, entries(p)))
				p.annots = append(p.annots, n)
			}}, SignOptions{DocMDP: 3})
			p.annots = p.annots[1:]
			if free {
				p.freed = []int{n}
			}
			p.commit()
			return p
		}
	}
	return Attack{Name: "eaa-" + name, Family: EvilAnnotation, What: what, Want: want, Named: named, forged: without(sealed), honest: without(plainly(note))}
}

// earlier changes an annotation that was sealed; the twin changes its words.
func earlier(name, what string, want Want, change func(old string) string, named ...string) Attack {
	make := func(change func(old string) string) func(*World) *PDF {
		return func(w *World) *PDF {
			n := 0
			p := w.prepared(PDFTemplate{Draft: func(p *PDF) {
				n = p.add(fmt.Sprintf("<< /Type /Annot /P %d 0 R %s >>", objPage, note))
				p.annots = append(p.annots, n)
			}}, SignOptions{DocMDP: 3})
			return p.Update(map[int]string{n: change(p.objects[n])})
		}
	}
	return Attack{Name: "eaa-" + name, Family: EvilAnnotation, What: what, Want: want, Named: named, forged: make(change),
		honest: make(func(old string) string { return strings.Replace(old, "(note)", "(another note)", 1) })}
}
