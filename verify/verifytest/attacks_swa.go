package verifytest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// swa leaves more than the value out of the signed octets.
func swa(name, what string, o SignOptions, named ...string) Attack {
	return Attack{Name: "swa-" + name, Family: Wrapping, What: what, Want: refused, Named: named,
		forged: func(w *World) *PDF { return w.sealedBy(o) }, honest: untouched}
}

func gap(before, behind string) SignOptions { return SignOptions{Gap: [2]string{before, behind}} }

// moved wraps a seal that somebody else made: its second part stands further back, and the octets between are the
// forger's.
func moved(name, what string, want Want, between func(p *PDF, shift int) string, named ...string) Attack {
	return Attack{Name: "swa-" + name, Family: Wrapping, What: what, Want: want, Named: named,
		forged: func(w *World) *PDF {
			p := w.sealedBy(SignOptions{Space: 18000})
			p.wrap(between)
			return p
		}, honest: untouched}
}

// shift is how far the second part moves: the sealed startxref then leads into the forger's octets.
const shift = 20000

// wrap puts the value without its padding and the forger's octets where the gap was.
func (p *PDF) wrap(between func(p *PDF, shift int) string) {
	r := p.ranges()
	first, value, second := p.data[:r[1]], string(p.data[r[1]:r[2]]), p.data[r[2]:]
	hex := "<" + bare(value) + "0000>"
	inside := hex + between(p, len(first)+len(hex))
	room := r[2] + shift - len(first)
	if len(inside) > room {
		panic("verifytest: the octets between do not fit")
	}
	out := append(append([]byte{}, first...), inside...)
	out = append(out, strings.Repeat(" ", room-len(inside))...)
	p.data = append(out, second...)
}

// section is a cross-reference where the sealed startxref leads: the sealed objects have moved, the page is another's.
func (p *PDF) section(at int, head string, more map[int]string) string {
	var b strings.Builder
	b.WriteString(head)
	offsets := map[int]int{}
	r := p.ranges()
	for n, off := range p.offsets {
		if offsets[n] = off; off >= r[2] {
			offsets[n] = off + shift
		}
	}
	for _, n := range slices.Sorted(maps.Keys(more)) {
		offsets[n] = at + b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, more[n])
	}
	b.WriteString(strings.Repeat(" ", p.xref-at-b.Len()))
	b.WriteString("xref\n" + tableEntries(offsets))
	trailer := string(p.data[p.xref:])
	from, to := strings.Index(trailer, "trailer"), strings.Index(trailer, "%%EOF")
	b.WriteString(trailer[from:to] + "%%EOF\n")
	return b.String()
}

func (p *PDF) secondRange() string {
	r := p.ranges()
	return fmt.Sprintf(" /ByteRange [0 %d %d %d] ", r[1], r[2]+shift, r[3])
}

const evilObject = " >>\nendobj\n90 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n91 0 obj\n<< /A 0"

var wrappings = []Attack{
	moved("moved", "the second part is moved, a second ByteRange says so, another page and a cross-reference stand between", refused,
		func(p *PDF, at int) string { return p.section(at, p.secondRange()+">>\nendobj\n", p.page2()) }, "K-PDF-013"),
	moved("moved-range-untold", "the second part is moved and the ByteRange left as it was", refused.or("TOTAL-FAILED/HASH_FAILURE"),
		func(p *PDF, at int) string { return p.section(at, " >>\nendobj\n", p.page2()) }, "K-PDF-060"),
	moved("dictionary-copied", "the cross-reference leads to a copy of the dictionary between the parts", refused, func(p *PDF, at int) string {
		n := p.sealNumber()
		body := p.sealBody(n)
		r := p.ranges()
		old := fmt.Sprintf("/ByteRange [0 %d %d %d", r[1], r[2], r[3])
		value := body[strings.Index(body, "/Contents"):]
		body = strings.Replace(body, old, strings.TrimSuffix(strings.TrimSpace(p.secondRange()), "]"), 1)
		more := p.page2()
		more[n] = strings.Replace(body, value, "/Contents <"+bare(strings.Fields(value)[1])+"0000> >>", 1)
		return p.section(at, " >>\nendobj\n", more)
	}, "K-PDF-057", "K-PDF-030"),
	moved("ranges-only", "the second part is moved, a second ByteRange says so, nothing stands between", refused.or("UNREADABLE"),
		func(p *PDF, _ int) string { return p.secondRange() }, "K-COV-002"),
	swa("gap-space", "spaces stand around the value and are not signed", gap("  ", "  "), "K-PDF-057"),
	swa("gap-line-ends", "line ends stand behind the value and are not signed", gap("", "\r\n\r\n"), "K-PDF-057"),
	swa("gap-comment", "a comment stands in the gap", gap("", "% not signed\n"), "K-PDF-057"),
	swa("gap-comment-before", "a comment stands in the gap before the value", gap("% not signed\n", ""), "K-PDF-057"),
	swa("gap-entry", "another entry stands in the gap", gap("", " /Reason (not signed)"), "K-PDF-057"),
	swa("gap-object", "another object stands in the gap", gap("", evilObject), "K-PDF-057"),
	swa("gap-stream", "the gap begins a stream that swallows what follows", gap("", " >>\nendobj\n90 0 obj\n<< /Length 9999 >>\nstream\n"), "K-PDF-057"),
	swa("gap-string", "the gap begins a string that swallows what follows", gap("", " /Reason ("), "K-COV-002"),
	swa("gap-comments-out", "the gap ends with the sign of a comment, which swallows what follows", gap("", " >>\nendobj %"), "K-PDF-057"),
	swa("gap-padding", "the value is shorter than the gap, spaces fill it", valued(func(s string) string { return "<" + bare(s) + "0000>" }), "K-PDF-057"),
	swa("contents-twice", "a second value stands in the gap", gap(" <00> /Contents ", ""), "K-PDF-013"),
	swa("contents-twice-signed", "a second value stands in the signed part", SignOptions{Dictionary: func(e string) string { return e + " /Contents <00>" }}, "K-PDF-013"),
	swa("range-twice", "a second ByteRange stands in the signed part", SignOptions{Dictionary: func(e string) string { return e + " /ByteRange [0 1 2 3]" }}, "K-PDF-013"),
	swa("gap-elsewhere", "the octets left out are the page's content", SignOptions{ByteRange: func(r [4]int) [4]int {
		return [4]int{0, 100, 400, r[1] - 400}
	}}, "K-PDF-058"),
	swa("gap-in-page", "a third pair leaves out octets of the page", room3(), "K-PDF-051"),
	swa("order", "the ranges are named in the other order", SignOptions{ByteRange: func(r [4]int) [4]int { return [4]int{r[2], r[3], 0, r[1]} }}, "K-PDF-054", "K-PDF-055"),
	swa("overlap", "the ranges overlap", SignOptions{ByteRange: func(r [4]int) [4]int { return [4]int{0, r[1], r[1] - 50, len100(r)} }}, "K-PDF-055"),
	swa("end-early", "the ranges end before the cross-reference", SignOptions{ByteRange: func(r [4]int) [4]int { r[3] -= 300; return r }}, "K-PDF-060"),
	{Name: "swa-contents-indirect", Family: Wrapping, What: "the value is an object of its own, which an update may exchange", Want: doubtful,
		Named: []string{"K-PDF-038"}, forged: (*World).indirectlySealed, honest: untouched},
}

func len100(r [4]int) int { return r[3] + (r[2] - r[1]) + 50 }

// room3 writes six numbers: octets of the page are left out too.
func room3() SignOptions {
	return room(func(r, c string) (string, string) {
		var n [4]int
		fmt.Sscanf(r, "/ByteRange [%d %d %d %d", &n[0], &n[1], &n[2], &n[3])
		return fmt.Sprintf("/ByteRange [0 9 20 %d %d %d]", n[1]-20, n[2], n[3]), c
	})
}

// indirectlySealed is a file whose signature dictionary has a reference for its value; the gap is around the string.
func (w *World) indirectlySealed() *PDF {
	p := w.PDF(PDFTemplate{}).AddEvidence(w.Seal)
	value, holder := p.number(), p.number()
	o := SignOptions{Cert: w.Seal, SubFilter: PAdES, Time: w.SealTime}
	p.signatureField(o, value)
	p.put(value, fmt.Sprintf("<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /%s /M %s /ByteRange [0 %s] /Contents %d 0 R >>",
		PAdES, pdfDate(o.Time), strings.Repeat("*", 3*fieldWidth+2), holder))
	p.put(holder, "<"+strings.Repeat("0", 2*defaultSpace)+">")
	p.commit()
	at := bytes.LastIndex(p.data, []byte("/ByteRange [0 *"))
	open := at + bytes.Index(p.data[at:], []byte("<0000"))
	return p.enclose(o, at, open, open+2*defaultSpace+2, func(covered []byte) []byte { return p.cms(o, covered, nil) })
}
