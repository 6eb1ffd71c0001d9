package verifytest

import (
	"fmt"
	"strings"
)

// certifiedForm is a shadow on a form whose certification permits filling it in (P 2). The twin fills a plain field in.
func certifiedForm(name, what string, want Want, stage, turn, honest func(p *PDF), named ...string) Attack {
	t := PDFTemplate{Draft: stage}
	with := func(change func(p *PDF)) func(*World) *PDF {
		return func(w *World) *PDF {
			p := w.prepared(t, SignOptions{DocMDP: 2})
			change(p)
			return p
		}
	}
	return Attack{Name: "shadow-" + name, Family: Shadow, What: what, Want: want, Named: named, forged: with(turn), honest: with(honest)}
}

// overField has an empty text field over the page's text, and a plain one.
func overField(p *PDF) {
	p.addTextField(FormField{Name: "over", Rect: overLine})
	p.addTextField(FormField{Name: "remarks"})
}

// bigBox has a check box as large as the page's text, whose other state draws words; and a small one.
func bigBox(p *PDF) {
	p.checkBox("big", overLine, p.drawing(300, 30, white(300, 30, forgedWords)))
	p.checkBox("small", [4]int{90, 160, 104, 174}, p.drawing(14, 14, line(2, 3, "X")))
}

func (p *PDF) checkBox(name string, rect [4]int, look string) {
	n := p.number()
	p.names[name] = n
	p.fields, p.annots = append(p.fields, n), append(p.annots, n)
	on, off := p.add(look), p.add(p.drawing(14, 14, nil))
	p.put(n, fmt.Sprintf("<< /Type /Annot /Subtype /Widget /FT /Btn /T (%s) /V /Off /AS /Off /Rect %s /P %d 0 R /F 4 /AP << /N << /Yes %d 0 R /Off %d 0 R >> >> >>",
		name, rectangle(rect), objPage, on, off))
}

func tick(name string) func(p *PDF) {
	return func(p *PDF) {
		n := p.names[name]
		p.Update(map[int]string{n: strings.ReplaceAll(p.objects[n], "/Off /", "/Yes /")})
	}
}

// namedFont has a field without an appearance, drawn with a font that the form does not have.
func namedFont(p *PDF) {
	p.addTextField(FormField{Name: "amount", Value: "100"})
	n := p.names["amount"]
	p.put(n, upTo(strings.Replace(p.objects[n], "/F2 11 Tf", "/Late 11 Tf", 1), " /AP"))
}

func addFont(name string) func(p *PDF) {
	return func(p *PDF) {
		n := p.add("<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>")
		p.Update(map[int]string{objForm: swap(p.objects[objForm], "/F2 9 0 R", fmt.Sprintf("/F2 9 0 R /%s %d 0 R", name, n))})
	}
}

// readOnly has a value that no user may change (Table 227), and a plain field.
func readOnly(p *PDF) {
	p.addTextField(FormField{Name: "amount", Value: "100"})
	p.addTextField(FormField{Name: "remarks", Rect: [4]int{90, 160, 300, 180}})
	n := p.names["amount"]
	p.put(n, swap(p.objects[n], "/FT /Tx", "/FT /Tx /Ff 1"))
}

func fillField(name, value string) func(p *PDF) {
	return func(p *PDF) {
		n := p.names[name]
		flags := strings.Contains(p.objects[n], "/Ff 1")
		p.putTextField(n, FormField{Name: name, Value: value, Rect: p.rect(n)})
		if flags {
			p.put(n, swap(p.objects[n], "/FT /Tx", "/FT /Tx /Ff 1"))
		}
		p.commit()
	}
}

// rect is the place of a field.
func (p *PDF) rect(n int) (r [4]int) {
	body := p.objects[n]
	if _, err := fmt.Sscanf(body[strings.Index(body, "/Rect"):], "/Rect [%d %d %d %d]", &r[0], &r[1], &r[2], &r[3]); err != nil {
		panic("verifytest: " + err.Error())
	}
	return r
}

var forms = []Attack{
	certifiedForm("field-ground", "a field over sealed text is filled in on a white ground that it did not have", doubtful, overField, func(p *PDF) {
		n := p.names["over"]
		look := p.add(p.drawing(300, 30, append([]byte("1 g 0 0 300 30 re f 0 g\n"), line(2, 8, "99999")...)))
		field := swap(p.objects[n], "/V ()", "/V (99999)")
		p.Update(map[int]string{n: upTo(field, " /AP")[:len(upTo(field, " /AP"))-3] + fmt.Sprintf(" /AP << /N %d 0 R >> >>", look)})
	}, fillField("remarks", "done"), "K-CHG-003", "field-filled"),
	certifiedForm("box-overlay", "a check box over sealed text is ticked: its sealed state hides the text", doubtful, bigBox, tick("big"), tick("small"), "K-CHG-003", "field-filled"),
	certifiedForm("font-by-name", "an update brings the font that a field without an appearance names", doubtful, namedFont, addFont("Late"), addFont("Other"), "K-CHG-003", "form"),
	certifiedForm("read-only", "a field that nobody is to fill in gets another value", doubtful, readOnly, fillField("amount", "99999"), fillField("remarks", "done"), "K-CHG-003", "field-changed"),
	certifiedForm("appearance-lies", "a field is filled in and shows something else", refused, overField, func(p *PDF) {
		n := p.names["remarks"]
		look := p.add(p.drawing(210, 20, line(2, 5, "99999")))
		field := swap(p.objects[n], "/V ()", "/V (100)")
		p.Update(map[int]string{n: upTo(field, " /AP")[:len(upTo(field, " /AP"))-3] + fmt.Sprintf(" /AP << /N %d 0 R >> >>", look)})
	}, fillField("remarks", "100"), "K-CHG-002", "field-appearance"),
}
