package verifytest

import (
	"bytes"
	"fmt"
	"strings"
)

// two is a file with two readings: the sealed document was prepared by stage, turn adds the other reading. The twin is
// the same document, which a post signs later instead.
func two(name, what string, want Want, stage, turn func(p *PDF), named ...string) Attack {
	a := shadow(name, what, want, stage, turn, named...)
	a.Name, a.Family = "file-"+name, Ambiguous
	return a
}

// inStreams is the same with cross-reference streams.
func (a Attack) inStreams(stage, turn func(p *PDF)) Attack {
	t := PDFTemplate{Streams: true, Draft: stage}
	a.forged = func(w *World) *PDF { p := w.prepared(t, SignOptions{}); turn(p); return p }
	a.honest = func(w *World) *PDF { return w.prepared(t, SignOptions{}).countersigned(SignOptions{}) }
	return a
}

// beside has a twin whose sealed document was made otherwise: the lie is in the staging.
func (a Attack) beside(stage func(p *PDF)) Attack {
	a.honest = func(w *World) *PDF {
		return w.prepared(PDFTemplate{Draft: stage}, SignOptions{}).countersigned(SignOptions{})
	}
	return a
}

// future is an offset behind everything that is there when the document is sealed.
const future = 100000

// goTo fills the file with a comment up to an offset.
func (p *PDF) goTo(at int) {
	p.data = append(p.data, "%"+strings.Repeat(" ", at-len(p.data)-2)+"\n"...)
}

// more adds material that an honest update may bring.
func (p *PDF) more() { p.AddSecurityStore(nil, p.w.CRLs(p.w.Person), nil) }

// later adds an object to the page's contents whose number leads nowhere yet.
func later(p *PDF) int {
	n := p.number()
	p.contents = fmt.Sprintf("[%d 0 R %d 0 R]", objContents, n)
	return n
}

func overlay(p *PDF) string {
	return p.stream("", append([]byte("q 1 0 0 1 80 640 cm\n"), append(white(420, 60, forgedWords), "Q\n"...)...))
}

const lateStream, lateObject = 80, 81

var ambiguous = []Attack{
	two("offset-ahead", "the sealed cross-reference leads behind the sealed octets, where an update puts the object without an entry", uncounted,
		func(p *PDF) { n := later(p); p.names["late"] = n; p.rows = map[int][3]int{n: {1, future, 0}} }, func(p *PDF) {
			p.goTo(future)
			p.rawObjects(map[int]string{p.names["late"]: overlay(p)})
			p.more()
		}, "K-PDF-088").beside(func(p *PDF) { later(p) }),
	two("object-stream-ahead", "the sealed cross-reference names an object stream that an update brings", uncounted, nil, nil, "K-CHG-002").
		inStreams(func(p *PDF) {
			p.next = lateObject + 1
			p.contents = fmt.Sprintf("%d 0 R", lateObject)
			p.rows = map[int][3]int{lateObject: {2, lateStream, 0}}
		}, func(p *PDF) {
			list := fmt.Sprintf("[%d 0 R %d 0 R]", objContents, p.add(overlay(p)))
			head := fmt.Sprintf("%d 0 ", lateObject)
			p.Update(map[int]string{lateStream: p.stream(fmt.Sprintf("/Type /ObjStm /N 1 /First %d", len(head)), []byte(head+list))})
		}),
	two("object-stream-index", "the update's cross-reference names another index than that of the object", uncounted, nil, nil, "K-CHG-002").
		inStreams(nil, func(p *PDF) {
			n := p.add(p.forgedPage())
			page := strings.Replace(p.objects[objPage], fmt.Sprintf("/Contents %d 0 R", objContents), fmt.Sprintf("/Contents %d 0 R", n), 1)
			first := p.objects[objPage] + "\n"
			head := fmt.Sprintf("%d 0 %d %d ", objPage, objPage, len(first))
			home := p.add(p.stream(fmt.Sprintf("/Type /ObjStm /N 2 /First %d", len(head)), []byte(head+first+page)))
			p.rows = map[int][3]int{objPage: {2, home, 1}}
			p.commit()
		}),
	two("entry-twice", "the update's cross-reference has two entries for one object, the sealed and another", uncounted, nil, func(p *PDF) {
		sealed := bytes.Index(p.data, fmt.Appendf(nil, "\n%d 0 obj\n", objContents)) + 1
		forged := p.rawObjects(p.page2())
		at := p.rawTable(map[int]int{objContents: sealed})
		p.data = append(p.data, tableEntries(forged)...)
		p.rawTrailer(p.trailer())
		p.rawTail(at)
	}, "K-PDF-011"),
	two("entry-twice-reversed", "the same, the other first", refused, nil, func(p *PDF) {
		sealed := bytes.Index(p.data, fmt.Appendf(nil, "\n%d 0 obj\n", objContents)) + 1
		at := p.rawTable(p.rawObjects(p.page2()))
		p.data = append(p.data, tableEntries(map[int]int{objContents: sealed})...)
		p.rawTrailer(p.trailer())
		p.rawTail(at)
	}, "K-PDF-011", "K-CHG-002"),
	two("hybrid", "the update's table hides what its stream shows", uncounted, nil, func(p *PDF) {
		forged := p.rawObjects(p.page2())[objContents]
		stream := len(p.data)
		row := []byte{1, byte(forged >> 24), byte(forged >> 16), byte(forged >> 8), byte(forged), 0, 0}
		p.rawObjects(map[int]string{p.number(): fmt.Sprintf("<< /Type /XRef /Size %d /W [1 4 2] /Index [%d 1] /Length 7 >>\nstream\n%s\nendstream", p.next, objContents, row)})
		at := p.rawTable(nil)
		p.rawTrailer(p.trailer() + fmt.Sprintf(" /XRefStm %d", stream))
		p.rawTail(at)
	}, "K-PDF-008", "hybrid", "page-content"),
	sectionAhead("section-ready", "a cross-reference lies ready in the sealed octets; the update is a startxref that names it",
		func(w *World) *PDF { return w.sectionReady(0) }, "K-PDF-004", "K-PDF-030", "K-PDF-060"),
	sectionAhead("section-ready-after", "the same; it names the sealed section, whose place could be told before", func(w *World) *PDF {
		return w.sectionReady(w.sectionReady(0).xref)
	}, "K-CHG-002"),
	two("prev-itself", "the update's cross-reference names itself as the one before", uncounted, nil, func(p *PDF) {
		at := p.rawTable(p.rawObjects(p.page2()))
		p.rawTrailer(without(p.trailer(), "/Prev") + fmt.Sprintf(" /Prev %d", at))
		p.rawTail(at)
	}, "K-PDF-003"),
	two("size", "the update's trailer makes readers ignore the seal's objects", uncounted, nil, func(p *PDF) {
		at := p.rawTable(p.rawObjects(p.page2()))
		p.data = fmt.Appendf(p.data, "trailer\n<< /Size 11 %s >>\n", p.trailer())
		p.rawTail(at)
	}, "K-CHG-002", "trailer"),
	two("root-twice", "the update's trailer names two catalogs", refused, secondCatalog, func(p *PDF) {
		at := p.rawTable(nil)
		p.rawTrailer(fmt.Sprintf("/Root %d 0 R ", p.names["catalog"]) + p.trailer())
		p.rawTail(at)
	}, "K-CHG-002"),
	two("contents-of-page-twice", "the update names the page's content twice", refused, nil, func(p *PDF) {
		n := p.add(p.forgedPage())
		p.extraPage = fmt.Sprintf(" /Contents %d 0 R", n)
		p.commit()
	}, "K-CHG-002", "page-changed"),
	two("pages-cycle", "the update makes the page tree a circle with another page in it", refused, otherPages, func(p *PDF) {
		p.Update(map[int]string{objPages: fmt.Sprintf("<< /Type /Pages /Kids [%d 0 R %d 0 R %d 0 R] /Count 2 >>", objPages, objPage, p.names["pages"])})
	}, "K-CHG-002", "page-added"),
	two("generation", "the update gives the page's content another generation, and the page names it", refused, nil, func(p *PDF) {
		at := len(p.data)
		p.data = fmt.Appendf(p.data, "%d 1 obj\n%s\nendobj\n", objContents, p.forgedPage())
		page := p.rawObjects(map[int]string{objPage: strings.Replace(p.objects[objPage], "/Contents 4 0 R", "/Contents 4 1 R", 1)})
		table := p.rawTable(page)
		p.data = fmt.Appendf(p.data, "%d 1\n%010d 00001 n \n", objContents, at)
		p.rawTrailer(p.trailer())
		p.rawTail(table)
	}, "K-CHG-002"),
	two("freed", "the update frees the page's content", refused, nil, func(p *PDF) {
		at := len(p.data)
		p.data = fmt.Appendf(p.data, "xref\n%d 1\n0000000000 00001 f \n", objContents)
		p.rawTrailer(p.trailer())
		p.rawTail(at)
	}, "K-CHG-002", "page-content"),
	two("encrypted", "the update says that the file is encrypted", uncounted, nil, func(p *PDF) {
		n := p.number()
		at := p.rawTable(p.rawObjects(map[int]string{n: "<< /Filter /Mihon /V 1 >>"}))
		p.rawTrailer(p.trailer() + fmt.Sprintf(" /Encrypt %d 0 R", n))
		p.rawTail(at)
	}, "K-CHG-001", "K-PDF-016"),
	two("length", "the length of the page's content is an object of its own; the update makes it shorter", refused, func(p *PDF) {
		page := &Page{}
		page.Text(90, 660, 13, Left, "この証明は")
		half := len(page.bytes())
		page.Text(90, 640, 13, Left, "有効ではありません。")
		n := p.add(fmt.Sprint(len(page.bytes())))
		p.names["length"], p.names["half"] = n, half
		p.contents = fmt.Sprintf("%d 0 R", p.add(fmt.Sprintf("<< /Length %d 0 R >>\nstream\n%s\nendstream", n, page.bytes())))
	}, func(p *PDF) { p.Update(map[int]string{p.names["length"]: fmt.Sprint(p.names["half"])}) }, "K-CHG-002"),
	two("two-ends", "the content is written again with more behind its stated end", uncounted, nil, func(p *PDF) {
		p.Update(map[int]string{objContents: swap(p.objects[objContents], "\nendstream", "\nendstream\n"+string(white(420, 60, forgedWords))+"\nendstream")})
	}, "K-CHG-002", "page-content"),
	two("reason-elsewhere", "the seal's reason is an object of its own; the update exchanges it", refused, nil, nil, "K-CHG-002", "changed").reason(),
	two("field-again", "the update adds a second field for the sealed dictionary, over the text", refused, nil, func(p *PDF) {
		look := p.add(p.drawing(300, 30, white(300, 30, forgedWords)))
		n := p.add(fmt.Sprintf("<< /Type /Annot /Subtype /Widget /FT /Sig /T (Again) /V %d 0 R /P %d 0 R /F 4 /Rect %s /AP << /N %d 0 R >> >>", p.sealNumber(), objPage, rectangle(overLine), look))
		p.fields, p.annots = append(p.fields, n), append(p.annots, n)
		p.commit()
	}, "K-CHG-002", "form", "K-PDF-033"),
	two("tail-far", "behind the update stand so many spaces that its end is not found", uncounted, nil, func(p *PDF) {
		p.Update(p.page2())
		p.Append(bytes.Repeat([]byte(" "), 70000))
	}, "K-PDF-003"),
	two("before-header", "words stand before the header", uncounted.or("TOTAL-FAILED/HASH_FAILURE"), nil, func(p *PDF) {
		p.data = append([]byte("<html><body>"+"not sealed"+"</body></html>\n"), p.data...)
	}, "K-DOC-105"),
	two("behind-end", "words stand behind the end", uncounted, nil, func(p *PDF) { p.Append([]byte("<html><body>not sealed</body></html>")) }, "K-CHG-001", "K-PDF-002"),
	two("carrier", "the update turns the page's content into a member of the security store", refused, nil, func(p *PDF) {
		n := p.store.object
		p.Update(map[int]string{n: swap(p.objects[n], "/Certs [", fmt.Sprintf("/Certs [%d 0 R ", objContents)), objContents: p.forgedPage()})
	}, "K-CHG-002", "page-content"),
}

// reason makes the seal's reason an object of its own.
func (a Attack) reason() Attack {
	with := func(change func(p *PDF, n int)) func(*World) *PDF {
		return func(w *World) *PDF {
			n := 0
			t := PDFTemplate{Draft: func(p *PDF) { n = p.add("(approved in part)") }}
			p := w.prepared(t, SignOptions{Dictionary: func(e string) string { return e + fmt.Sprintf(" /Reason %d 0 R", n) }})
			change(p, n)
			return p
		}
	}
	a.forged = with(func(p *PDF, n int) { p.Update(map[int]string{n: "(approved in full)"}) })
	a.honest = with(func(p *PDF, _ int) { p.countersigned(SignOptions{}) })
	return a
}

// sectionReady has a content, a cross-reference and a trailer in a stream before it is sealed; with them an update is
// no more than a startxref. The section names prev, or the last one before, as the section before.
func (w *World) sectionReady(prev int) *PDF {
	p := w.PDF(PDFTemplate{}).AddEvidence(w.Seal)
	n := p.number()
	const head = "<< /Length %6d >>\nstream\n"
	from := len(p.data) + len(fmt.Sprintf("%d 0 obj\n"+head, n, 0))
	body := fmt.Sprintf("%d 0 obj\n%s\nendobj\n", objContents, p.forgedPage())
	p.names["section"] = from + len(body)
	if prev == 0 {
		prev = p.xref
	}
	body += fmt.Sprintf("xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size 200 /Root %d 0 R /Prev %06d >>\n", objContents, from, objCatalog, prev)
	return p.Update(map[int]string{n: fmt.Sprintf(head, len(body)) + body + "\nendstream"}).Sign(SignOptions{})
}

func sectionAhead(name, what string, make func(w *World) *PDF, named ...string) Attack {
	return Attack{Name: "file-" + name, Family: Ambiguous, What: what, Want: uncounted, Named: named, honest: make, forged: func(w *World) *PDF {
		p := make(w)
		p.rawTail(p.names["section"])
		return p
	}}
}
