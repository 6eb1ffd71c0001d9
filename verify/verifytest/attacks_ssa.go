package verifytest

import (
	"fmt"
	"strings"
)

// ssa is a later signature field on a document whose certification permits form filling and signatures (P 2). The
// twin is an honest later signature that shows nothing.
func ssa(name, what string, want Want, sneak func(p *PDF), named ...string) Attack {
	certified := func(w *World) *PDF { return w.sealedBy(SignOptions{DocMDP: 2}) }
	return Attack{Name: "ssa-" + name, Family: SneakySignature, What: what, Want: want, Named: named,
		forged: func(w *World) *PDF { p := certified(w); sneak(p); return p },
		honest: func(w *World) *PDF { return certified(w).countersigned(SignOptions{}) }}
}

var overLine = [4]int{80, 650, 380, 680}

func signs(o SignOptions) func(p *PDF) { return func(p *PDF) { p.countersigned(o) } }

func fields(o SignOptions) func(p *PDF) { return func(p *PDF) { p.AddSignatureField(o) } }

func whiteLook() string { return string(white(300, 30, forgedWords)) }

// widget adds entries to the later field.
func widget(more string) SignOptions {
	return SignOptions{Widget: func(e string) string { return e + " " + more }}
}

var sneakySignatures = []Attack{
	ssa("text", "a later signature's appearance is a white ground with words over sealed text", doubtful,
		signs(SignOptions{Rect: overLine, Look: whiteLook()}), "K-CHG-003", "later-signature"),
	ssa("unsigned", "the same as an empty field: nobody signs at all", doubtful, fields(SignOptions{Rect: overLine, Look: whiteLook()}), "K-CHG-003", "signature-field"),
	ssa("image", "the appearance is a picture", doubtful, func(p *PDF) {
		picture := p.add(p.stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8", []byte{0xff}))
		look := p.add(p.stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /I %d 0 R >> >>", picture), []byte("/I Do")))
		o := widget(fmt.Sprintf("/AP << /N %d 0 R >>", look))
		p.countersigned(SignOptions{Widget: func(e string) string {
			return o.Widget(strings.Replace(e, rectangle([4]int{}), rectangle(overLine), 1))
		}})
	}, "K-CHG-003", "later-signature"),
	ssa("whole-page", "the field is as large as the page", doubtful, signs(SignOptions{Rect: [4]int{0, 0, 595, 842}, Look: string(white(595, 842, forgedWords))}), "K-CHG-003", "later-signature"),
	ssa("turned-rectangle", "the rectangle's corners are named the other way round", doubtful,
		signs(SignOptions{Rect: [4]int{380, 680, 80, 650}, Look: whiteLook()}), "K-CHG-003", "later-signature"),
	ssa("printed-only", "the field is not seen on the screen and printed", doubtful, signs(SignOptions{Rect: overLine, Look: whiteLook(),
		Widget: func(e string) string { return strings.Replace(e, "/F 132", "/F 36", 1) }}), "K-CHG-003", "later-signature"),
	ssa("toggled", "the field is seen only while the pointer is over it", doubtful, signs(SignOptions{Rect: overLine, Look: whiteLook(),
		Widget: func(e string) string { return strings.Replace(e, "/F 132", "/F 292", 1) }}), "K-CHG-003", "later-signature"),
	ssa("timestamp", "a document time-stamp's field shows words over sealed text", doubtful, func(p *PDF) {
		p.docTimestamp(SignOptions{SubFilter: RFC3161, Rect: overLine, Look: whiteLook()}, TokenTemplate{})
	}, "K-CHG-003", "document-timestamp"),
	ssa("two-widgets", "a second widget of the field shows words", doubtful.or("TOTAL-FAILED/FORMAT_FAILURE"), twoWidgets, "later-signature"),
	ssa("loose-widget", "beside an honest signature stands a widget that belongs to no field", doubtful.or("TOTAL-FAILED/FORMAT_FAILURE"), func(p *PDF) {
		look := p.add(p.drawing(300, 30, white(300, 30, forgedWords)))
		n := p.add(fmt.Sprintf("<< /Type /Annot /Subtype /Widget /P %d 0 R /F 4 /Rect %s /AP << /N %d 0 R >> >>", objPage, rectangle(overLine), look))
		p.annots = append(p.annots, n)
		p.countersigned(SignOptions{})
	}, "K-CHG-002"),
	ssa("background", "the field has no appearance and a ground that readers draw", doubtful,
		signs(SignOptions{Rect: overLine, Widget: func(e string) string { return strings.Split(e, " /AP")[0] + " /MK << /BG [1 1 1] /CA (99999) >>" }}), "K-CHG-003", "later-signature"),
	ssa("script", "the field brings a script", refused, signs(widget("/AA << /Fo << /S /JavaScript /JS (x) >> >>")), "K-CHG-002"),
	ssa("action", "the field brings an action on a click", refused, signs(widget("/A << /S /URI /URI (https://example.jp/) >>")), "K-CHG-002"),
	ssa("layer", "the field belongs to an optional content group", refused, signs(widget("/OC << /Type /OCG /Name (x) >>")), "K-CHG-002"),
	ssa("kind", "the later field says it is of two kinds", refused, signs(widget("/FT /Tx")), "K-CHG-002"),
	ssa("same-name", "the later field has the name of the sealed one", refused, func(p *PDF) {
		p.countersigned(SignOptions{Field: "Two", Rect: overLine, Widget: func(e string) string { return strings.Replace(e, "(Two)", "(Signature1)", 1) }})
	}, "K-CHG-002", "form"),
	ssa("seal-redrawn", "an update draws the sealed field's own picture anew, with another name", refused, nil, "K-CHG-002").
		under(SignOptions{DocMDP: 2, Field: "Seal", Rect: [4]int{400, 380, 470, 450}}, func(p *PDF) {
			body := p.objects[p.names["Seal"]]
			var look int
			fmt.Sscanf(body[strings.Index(body, "/AP << /N "):], "/AP << /N %d", &look)
			p.Update(map[int]string{look: p.drawing(70, 70, stampArt("別市長之印", 70))})
		}, signs(SignOptions{})),
	ssa("no-leave", "a signature is added though the certification permits no change", refused, nil, "K-CHG-002", "later-signature").
		under(SignOptions{DocMDP: 1}, signs(SignOptions{}), func(p *PDF) { p.AddDocTimestamp(TokenTemplate{}) }),
	ssa("certified-twice", "a later certification permits annotations, and one is added", refused, func(p *PDF) {
		p.countersigned(SignOptions{DocMDP: 3})
		p.addNote()
	}, "K-CHG-002"),
	ssa("certification-lifted", "an update takes the certification out of the catalog, and a note is added", refused, func(p *PDF) {
		p.perms = 0
		p.addNote()
	}, "K-CHG-002"),
	ssa("lock-passed", "a field that the seal's Lock keeps is filled in under a later signature", refused, nil, "K-CHG-002", "field-filled").
		on(PDFTemplate{Fields: []FormField{{Name: "remarks"}}}, SignOptions{DocMDP: 2, Lock: "Include", MDPFields: []string{"remarks"}},
			func(p *PDF) { p.fill(); p.countersigned(SignOptions{}) }, signs(SignOptions{})),
	ssa("lock-removed", "an update takes the Lock away and fills the field in", refused, nil, "K-CHG-002").
		on(PDFTemplate{Fields: []FormField{{Name: "remarks"}}}, SignOptions{DocMDP: 2, Lock: "Include", MDPFields: []string{"remarks"}},
			func(p *PDF) {
				n := p.names["Signature2"]
				p.put(n, upTo(p.objects[n], " /Lock"))
				p.fill()
			}, signs(SignOptions{})),
	ssa("field-locked", "a field that the seal locks by FieldMDP is filled in under a later signature", refused, nil, "K-CHG-002", "field-filled").
		on(PDFTemplate{Fields: []FormField{{Name: "remarks"}}}, SignOptions{DocMDP: 2, FieldMDP: "Include", MDPFields: []string{"remarks"}},
			func(p *PDF) { p.fill(); p.countersigned(SignOptions{}) }, signs(SignOptions{})),
	ssa("field-moved", "the empty field for a later signature is moved over sealed text", refused, nil, "K-CHG-002").
		on(emptyField, SignOptions{DocMDP: 2}, signs(SignOptions{Field: "Later", Rect: overLine, Look: whiteLook()}), signLater),
	ssa("field-resized", "the empty field for a later signature is made larger", refused, nil, "K-CHG-002").
		on(emptyField, SignOptions{DocMDP: 2}, signs(SignOptions{Field: "Later", Rect: [4]int{80, 100, 580, 800}, Look: whiteLook()}), signLater),
	ssa("field-shown", "the hidden field for a later signature is shown over sealed text", doubtful.or("TOTAL-FAILED/FORMAT_FAILURE"), nil, "later-signature").
		on(PDFTemplate{Draft: func(p *PDF) {
			p.signatureField(SignOptions{Field: "Later", Rect: overLine, Widget: func(e string) string { return strings.Replace(e, "/F 132", "/F 134", 1) }}, 0)
		}}, SignOptions{DocMDP: 2}, signs(SignOptions{Field: "Later", Rect: overLine, Look: whiteLook()}),
			signs(SignOptions{Field: "Later", Rect: overLine, Widget: func(e string) string { return strings.Replace(e, "/F 132", "/F 134", 1) }})),
}

// emptyField is a document with a place for a later signature.
var emptyField = PDFTemplate{Draft: func(p *PDF) {
	p.signatureField(SignOptions{Field: "Later", Rect: [4]int{80, 100, 200, 160}}, 0)
}}

func signLater(p *PDF) {
	p.countersigned(SignOptions{Field: "Later", Rect: [4]int{80, 100, 200, 160}})
}

// under and on are the same with another certification or document, and another twin.
func (a Attack) under(o SignOptions, sneak, honest func(p *PDF)) Attack {
	return a.on(PDFTemplate{}, o, sneak, honest)
}

func (a Attack) on(t PDFTemplate, o SignOptions, sneak, honest func(p *PDF)) Attack {
	with := func(change func(p *PDF)) func(*World) *PDF {
		return func(w *World) *PDF { p := w.prepared(t, o); change(p); return p }
	}
	a.forged, a.honest = with(sneak), with(honest)
	return a
}

// twoWidgets makes a later signature field with an invisible widget and one over the text.
func twoWidgets(p *PDF) {
	look := p.add(p.drawing(300, 30, white(300, 30, forgedWords)))
	field := p.number()
	one := p.add(fmt.Sprintf("<< /Type /Annot /Subtype /Widget /Parent %d 0 R /P %d 0 R /F 132 /Rect [0 0 0 0] >>", field, objPage))
	two := p.add(fmt.Sprintf("<< /Type /Annot /Subtype /Widget /Parent %d 0 R /P %d 0 R /F 4 /Rect %s /AP << /N %d 0 R >> >>", field, objPage, rectangle(overLine), look))
	p.annots = append(p.annots, one, two)
	p.names["Two"] = field
	p.fields = append(p.fields, field)
	p.countersigned(SignOptions{Field: "Two", Widget: func(e string) string {
		return fmt.Sprintf("/FT /Sig /T (Two) /Kids [%d 0 R %d 0 R]", one, two) + e[strings.Index(e, " /V "):]
	}})
}
