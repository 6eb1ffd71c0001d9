package verifytest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A forge is what a PDF file in the making has for those who make it lie.
type forge struct {
	extraPage string
	resources string         // of the page
	contents  string         // of the page
	packs     bool           // later revisions have object streams too
	offsets   map[int]int    // where the last revision has its objects
	freed     []int          // objects that the next cross-reference frees
	rows      map[int][3]int // further entries for the next cross-reference
}

// forgedWords are what a forger wants to be read.
const forgedWords = "見本町証明第９９９９号"

// forgedPage is the stream of another page.
func (p *PDF) forgedPage() string {
	page := &Page{}
	page.Sample()
	page.Text(pageWidth/2, 740, 22, Center, "証 明 書（見本）")
	page.Text(90, 660, 13, Left, forgedWords)
	return p.stream("", page.bytes())
}

// line is one line of text as content.
func line(x, y float64, s string) []byte {
	page := &Page{}
	page.Text(x, y, 13, Left, s)
	return page.bytes()
}

// white is a white ground with a line of text on it.
func white(w, h int, s string) []byte {
	return slices.Concat(fmt.Appendf(nil, "1 g 0 0 %d %d re f 0 g\n", w, h), line(2, 5, s))
}

// drawing is a form XObject.
func (p *PDF) drawing(w, h int, content []byte) string {
	return p.stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 %d %d] /Resources %s", w, h, fontResources), content)
}

// add reserves a number for a body.
func (p *PDF) add(body string) int {
	n := p.number()
	p.put(n, body)
	return n
}

// ranges are the octets of the last seal: [0, start of the gap, its end, the rest].
func (p *PDF) ranges() (r [4]int) {
	at := bytes.LastIndex(p.data, []byte("/ByteRange ["))
	if _, err := fmt.Sscanf(string(p.data[at:at+80]), "/ByteRange [%d %d %d %d", &r[0], &r[1], &r[2], &r[3]); err != nil {
		panic("verifytest: " + err.Error())
	}
	return r
}

// rawObjects writes objects behind the file and nothing else.
func (p *PDF) rawObjects(bodies map[int]string) map[int]int {
	offsets := map[int]int{}
	for _, n := range slices.Sorted(maps.Keys(bodies)) {
		offsets[n] = len(p.data)
		p.data = fmt.Appendf(p.data, "%d 0 obj\n%s\nendobj\n", n, bodies[n])
	}
	return offsets
}

func (p *PDF) rawTable(offsets map[int]int) int {
	at := len(p.data)
	p.data = append(p.data, "xref\n"+tableEntries(offsets)...)
	return at
}

func (p *PDF) rawTrailer(entries string) {
	p.data = fmt.Appendf(p.data, "trailer\n<< /Size %d %s >>\n", p.next, entries)
}

func (p *PDF) rawTail(startxref int) {
	p.data = fmt.Appendf(p.data, "startxref\n%d\n%%%%EOF\n", startxref)
}

// without takes an entry of the kind /Key value out of a trailer.
func without(entries, key string) string {
	at := strings.Index(entries, " "+key+" ")
	if at < 0 {
		return entries
	}
	rest := entries[at+len(key)+2:]
	if end := strings.Index(rest, " /"); end >= 0 {
		return entries[:at] + rest[end:]
	}
	return entries[:at]
}

// sealNumber is the object of the last seal, and sealBody its dictionary as it came to stand in the file.
func (p *PDF) sealNumber() int {
	last := 0
	for n, body := range p.objects {
		if strings.Contains(body, "/ByteRange [0 *") {
			last = max(last, n)
		}
	}
	return last
}

func (p *PDF) sealBody(n int) string {
	head := fmt.Appendf(nil, "\n%d 0 obj\n", n)
	from := bytes.LastIndex(p.data, head) + len(head)
	return string(p.data[from : from+bytes.Index(p.data[from:], []byte("\nendobj"))])
}

func replaceRef(body string, old, now int) string {
	return strings.Replace(body, fmt.Sprintf(" %d 0 R", old), fmt.Sprintf(" %d 0 R", now), 1)
}

// swap exchanges a text that must be there, and upTo ends a dictionary before one.
func swap(body, old, now string) string {
	if !strings.Contains(body, old) {
		panic("verifytest: no " + old + " in " + body)
	}
	return strings.Replace(body, old, now, 1)
}

func upTo(body, at string) string {
	before, _, ok := strings.Cut(body, at)
	if !ok {
		panic("verifytest: no " + at + " in " + body)
	}
	return before + " >>"
}
