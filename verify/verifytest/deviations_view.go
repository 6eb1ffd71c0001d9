package verifytest

import (
	"fmt"
	"strings"
)

// pdfViews are sealed with parts that can make them look different, and plain twins of these. None is a deviation
// from what was sealed, so all pass; the question appearance has the answer.
var pdfViews = []PDFMutator{
	viewed("script-opening", "sealed with a script that runs on opening", func(t *PDFTemplate) {
		t.Catalog = " /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
	}),
	viewed("script-named", "sealed with a script in the name tree of the document", func(t *PDFTemplate) {
		t.Catalog = " /Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (1) >>] >> >>"
	}),
	viewed("script-field", "sealed with a field that a script calculates", func(t *PDFTemplate) {
		t.Fields[0].Entries = " /AA << /C << /S /JavaScript /JS (event.value = 1) >> >>"
	}),
	viewed("field-contradiction", "sealed with a field that draws another value than it has", func(t *PDFTemplate) {
		t.Fields[0].Value, t.Fields[0].Drawn = "1000", "9000"
	}),
	viewed("field-undrawn", "sealed with a field whose value is not drawn", func(t *PDFTemplate) {
		t.Fields[0].Value, t.Fields[0].Drawn = "1000", " "
	}),
	viewed("field-drawn", "sealed with a filled field (no deviation)", func(t *PDFTemplate) { t.Fields[0].Value = "1000" }),
	viewed("form-redrawn", "sealed with a form that the viewer draws anew", func(t *PDFTemplate) { t.Form = " /NeedAppearances true" }),
	viewed("form-xfa", "sealed with a second form in XML", func(t *PDFTemplate) { t.Form = " /XFA (<xdp/>)" }),
	viewed("layer-hidden", "sealed with a layer that is off", func(t *PDFTemplate) { t.layer("/OFF", "") }),
	viewed("layer-print", "sealed with a layer that printing turns off", func(t *PDFTemplate) {
		t.layer("/AS [<< /Event /Print /Category [/Print] >>] /ON", " /Usage << /Print << /PrintState /OFF >> >>")
		t.Catalog = strings.Replace(t.Catalog, "/Category", fmt.Sprintf("/OCGs [%d 0 R] /Category", FirstObject), 1)
	}),
	viewed("layer-shown", "sealed with a layer that is on (no deviation)", func(t *PDFTemplate) { t.layer("/ON", "") }),
	viewed("print-only", "sealed with an annotation that only a print shows", func(t *PDFTemplate) {
		t.Annotations = []string{fmt.Sprintf("/Subtype /Square /Rect [90 600 300 620] /F 36 /AP << /N %d 0 R >>", objContents)}
	}),
	viewed("media", "sealed with a video", func(t *PDFTemplate) {
		t.Annotations = []string{"/Subtype /Screen /Rect [90 600 300 620] /F 4"}
	}),
	viewed("launch", "sealed with a link that starts a program", func(t *PDFTemplate) {
		t.Annotations = []string{"/Subtype /Link /Rect [90 600 300 620] /F 4 /A << /S /Launch /F (calc.exe) >>"}
	}),
	viewed("link", "sealed with a link to an address (no deviation)", func(t *PDFTemplate) {
		t.Annotations = []string{"/Subtype /Link /Rect [90 600 300 620] /F 4 /A << /S /URI /URI (https://example.jp/) >>"}
	}),
	viewed("hide", "sealed with a link that hides a field", func(t *PDFTemplate) {
		t.Annotations = []string{"/Subtype /Link /Rect [90 600 300 620] /F 4 /A << /S /Hide /T (remarks) /H true >>"}
	}),
	viewed("outside", "sealed with a picture that lies in another file", func(t *PDFTemplate) {
		t.Annotations = []string{fmt.Sprintf("/Subtype /Square /Rect [90 600 300 620] /F 4 /AP << /N %d 0 R >>", FirstObject)}
		t.Objects = []string{"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /F (other.txt) /Length 0 >>\nstream\n\nendstream"}
	}),
	viewed("collection", "sealed as a collection of files", func(t *PDFTemplate) { t.Catalog = " /Collection << /View /T >>" }),
	viewed("attachment", "sealed with an attached file (no deviation)", func(t *PDFTemplate) {
		t.Annotations = []string{"/Subtype /FileAttachment /Rect [90 600 100 620] /F 4 /FS << /Type /Filespec /F (a.txt) >>"}
	}),
}

func viewed(name, what string, f func(*PDFTemplate)) PDFMutator {
	return pdf("view-"+name, what, passed("the seal fixes the bytes; REPORT: appearance")).template(f)
}

// layer gives the document one layer; state is the key of the default configuration that lists it.
func (t *PDFTemplate) layer(state, usage string) {
	t.Objects = []string{fmt.Sprintf("<< /Type /OCG /Name (layer)%s >>", usage)}
	t.Catalog = fmt.Sprintf(" /OCProperties << /OCGs [%[1]d 0 R] /D << %[2]s [%[1]d 0 R] >> >>", FirstObject, state)
}
