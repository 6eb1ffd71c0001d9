package verifytest

import (
	"bytes"
	"fmt"
)

// isa is an update that changes the page; the twin is an update of the same make that a post's signature brings.
func isa(name, what string, want Want, forge func(p *PDF), named ...string) Attack {
	return Attack{Name: "isa-" + name, Family: IncrementalSaving, What: what, Want: want, Named: named,
		forged: func(w *World) *PDF {
			p := w.sealedBy(SignOptions{})
			forge(p)
			return p
		},
		honest: func(w *World) *PDF { return untouched(w).countersigned(SignOptions{}) }}
}

func (p *PDF) page2() map[int]string { return map[int]string{objContents: p.forgedPage()} }

// uncounted is an update that not all readers see: failed where it is read, doubtful where it cannot be told.
var uncounted = refused.or("INDETERMINATE/CUSTOM")

var incrementalSavings = []Attack{
	isa("whole", "a whole update with another page", refused, func(p *PDF) { p.Update(p.page2()) }, "K-CHG-002", "page-content"),
	isa("streams", "the update has an object stream and a cross-reference stream", refused, nil, "K-CHG-002", "page-changed").
		streams(func(p *PDF) {
			n := p.add(p.forgedPage())
			p.contents = fmt.Sprintf("%d 0 R", n)
			p.packs = true
			p.commit()
		}, func(p *PDF) {
			p.packs = true
			p.AddSecurityStore(nil, p.w.CRLs(p.w.Person), nil)
		}),
	isa("no-xref", "objects and a trailer, and no cross-reference", uncounted, func(p *PDF) {
		p.rawObjects(p.page2())
		p.rawTrailer(p.trailer())
		p.rawTail(p.xref)
	}, "K-CHG-001", "no-section"),
	isa("no-trailer", "objects and a cross-reference, and no trailer", uncounted, func(p *PDF) {
		p.rawTail(p.rawTable(p.rawObjects(p.page2())))
	}, "K-CHG-001", "K-PDF-003"),
	isa("no-xref-no-trailer", "objects and a startxref that leads to the sealed one", uncounted, func(p *PDF) {
		p.rawObjects(p.page2())
		p.rawTail(p.xref)
	}, "K-CHG-001", "no-section"),
	isa("objects-only", "objects behind the last end mark", uncounted, func(p *PDF) { p.rawObjects(p.page2()) }, "K-CHG-001", "K-PDF-002"),
	isa("end-mark-only", "objects and an end mark", uncounted, func(p *PDF) {
		p.rawObjects(p.page2())
		p.Append([]byte("%%EOF\n"))
	}, "K-CHG-001", "K-PDF-002"),
	isa("startxref-zero", "objects and a startxref of zero, so that readers repair the file", uncounted, func(p *PDF) {
		p.rawObjects(p.page2())
		p.rawTail(0)
	}, "K-PDF-003", "K-CHG-001"),
	isa("xref-not-named", "a whole update whose startxref names the sealed section", uncounted, func(p *PDF) {
		p.rawTable(p.rawObjects(p.page2()))
		p.rawTrailer(p.trailer())
		p.rawTail(p.xref)
	}, "K-CHG-001", "no-section"),
	isa("no-prev", "a new cross-reference of all objects that forgets the sealed one", uncounted, func(p *PDF) {
		all := map[int]string{}
		for n, body := range p.objects {
			all[n] = body
		}
		all[objContents] = p.forgedPage()
		at := p.rawTable(p.rawObjects(all))
		p.rawTrailer(without(p.trailer(), "/Prev"))
		p.rawTail(at)
	}, "K-COV-002"),
	isa("fork", "the update's cross-reference names the revision before the seal as the one before", uncounted, func(p *PDF) {
		older := bytes.LastIndex(p.data[:p.ranges()[1]], []byte("\nxref\n")) + 1
		at := p.rawTable(p.rawObjects(p.page2()))
		p.rawTrailer(without(p.trailer(), "/Prev") + fmt.Sprintf(" /Prev %d", older))
		p.rawTail(at)
	}, "K-PDF-060"),
	isa("rollback", "the update is a startxref that leads back to the revision before the seal", uncounted, func(p *PDF) {
		p.rawTail(bytes.LastIndex(p.data[:p.ranges()[1]], []byte("\nxref\n")) + 1)
	}, "K-PDF-030"),
	isa("signature-copied", "the update repeats the signature dictionary, so that a seal is in the last revision", refused, func(p *PDF) {
		n := p.sealNumber()
		body := p.page2()
		body[n] = p.sealBody(n)
		p.Update(body)
	}, "K-CHG-002", "page-content"),
	isa("signature-copied-aside", "the field leads to a copy of the signature dictionary", refused, func(p *PDF) {
		body := p.page2()
		n := p.number()
		body[n] = p.sealBody(p.sealNumber())
		field := p.names["Signature1"]
		body[field] = replaceRef(p.objects[field], p.sealNumber(), n)
		p.Update(body)
	}, "K-CHG-002", "page-content"),
	isa("form-emptied", "the update takes the form away, so that no signature is seen", refused, func(p *PDF) {
		body := p.page2()
		body[objForm] = "<< /Fields [] >>"
		p.Update(body)
	}, "K-CHG-002", "page-content", "K-PDF-031"),
	isa("blank-page-first", "the update puts another page before the sealed one", refused, func(p *PDF) {
		n := p.add(p.forgedPage())
		page := p.add(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources %s >>", objPages, n, fontResources))
		p.Update(map[int]string{objPages: fmt.Sprintf("<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 2 >>", page, objPage)})
	}, "K-CHG-002", "page-added"),
}

// streams makes attack and twin with cross-reference streams.
func (a Attack) streams(forge, honest func(p *PDF)) Attack {
	with := func(change func(p *PDF)) func(*World) *PDF {
		return func(w *World) *PDF {
			p := w.prepared(PDFTemplate{Streams: true}, SignOptions{})
			change(p)
			return p
		}
	}
	a.forged, a.honest = with(forge), with(honest)
	return a
}
