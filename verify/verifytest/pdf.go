package verifytest

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// PDFTemplate is what a PDF file is made from; zero fields take good defaults.
type PDFTemplate struct {
	Draft   func(*PDF) // adds to the first revision before it is written
	Title   string     // default a sample certificate
	Lines   []string   // text of the page, below the title
	Page    *Page      // drawn by hand instead of Title and Lines
	Fields  []FormField
	Version string // default 1.7
	Streams bool   // cross-reference streams, object streams and compressed pages
	Created time.Time

	Catalog, Form string   // more entries of the catalog and of the form
	Annotations   []string // entries of more annotations of the page
	Objects       []string // bodies of more objects, numbered from FirstObject
}

// FormField is a text field of a form.
type FormField struct {
	Name, Value string
	Rect        [4]int
	Drawn       string // what the appearance draws; default Value, a blank for nothing
	Entries     string // more entries
}

// PDF is a file in the making. Every method that adds something writes one incremental update, so that what stands
// is never touched (ISO 32000-2 7.5.6).
type PDF struct {
	forge
	w       *World
	data    []byte
	streams bool
	objects map[int]string // latest body of each object
	touched []int          // since the last revision
	next    int
	xref    int // offset of the last cross-reference section
	version string
	created time.Time

	fields, annots []int // references
	names          map[string]int
	perms          int // signature dictionary that certifies
	store          securityStore
	promised       struct{ number, offset int }
	extraCatalog   string
	extraForm      string
	pages          int // the root of the page tree
}

// The fixed object numbers of the first revision.
const (
	objCatalog = 1 + iota
	objPages
	objPage
	objContents
	objForm
	objMincho
	objMinchoCID
	objMinchoDescriptor
	objHelvetica
	objInfo
	FirstObject // the number of the first of PDFTemplate.Objects
)

// PDF begins a file with one page and writes its first revision.
func (w *World) PDF(t PDFTemplate) *PDF {
	p := &PDF{w: w, streams: t.Streams, objects: map[int]string{}, next: objInfo + 1, version: or(t.Version, "1.7"),
		created: orTime(t.Created, w.SealTime.Add(-time.Hour)), names: map[string]int{}, pages: objPages,
		extraCatalog: t.Catalog, extraForm: t.Form}
	page := t.Page
	if page == nil {
		page = plainPage(t)
	}
	p.put(objPages, fmt.Sprintf("<< /Type /Pages /Kids [%d 0 R] /Count 1 >>", objPage))
	p.put(objContents, p.stream("", page.bytes()))
	p.putFonts()
	if t.Draft != nil {
		t.Draft(p)
	}
	p.put(objInfo, fmt.Sprintf("<< /Title %s /Producer (kakuin verifytest) /CreationDate %s >>",
		textString(or(t.Title, "見本 SAMPLE")), pdfDate(p.created)))
	for _, o := range t.Objects {
		p.put(p.number(), o)
	}
	for _, f := range t.Fields {
		p.addTextField(f)
	}
	for _, a := range t.Annotations {
		n := p.number()
		p.annots = append(p.annots, n)
		p.put(n, fmt.Sprintf("<< /Type /Annot /P %d 0 R %s >>", objPage, a))
	}
	p.data = fmt.Appendf(nil, "%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n", p.version)
	p.commit()
	return p
}

// plainPage is the title and the lines, one below another.
func plainPage(t PDFTemplate) *Page {
	lines := t.Lines
	if lines == nil {
		lines = []string{"見本町証明第１２３４号", "", "上記のとおり証明します。", "", "令和８年１０月３０日", "", "見本町長"}
	}
	p := &Page{}
	p.Sample()
	p.Text(pageWidth/2, 740, 22, Center, or(t.Title, "証 明 書（見本）"))
	for i, l := range lines {
		p.Text(90, 660-26*float64(i), 13, Left, l)
	}
	return p
}

func (p *PDF) putFonts() {
	p.put(objMincho, fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /KozMinPr6N-Regular-UniJIS-UTF16-H /Encoding /UniJIS-UTF16-H /DescendantFonts [%d 0 R] >>", objMinchoCID))
	p.put(objMinchoCID, fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /KozMinPr6N-Regular /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 6 >> /DW 1000 /FontDescriptor %d 0 R >>", objMinchoDescriptor))
	p.put(objMinchoDescriptor, "<< /Type /FontDescriptor /FontName /KozMinPr6N-Regular /Flags 6 /FontBBox [-437 -340 1147 1317] /ItalicAngle 0 /Ascent 1137 /Descent -349 /CapHeight 742 /StemV 80 >>")
	p.put(objHelvetica, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
}

const fontResources = "<< /Font << /F1 6 0 R /F2 9 0 R >> >>"

func (p *PDF) addTextField(f FormField) {
	n := p.number()
	p.names[f.Name] = n
	p.fields, p.annots = append(p.fields, n), append(p.annots, n)
	p.putTextField(n, f)
}

func (p *PDF) putTextField(n int, f FormField) {
	if f.Rect == [4]int{} {
		f.Rect = [4]int{90, 200, 300, 220}
	}
	look := p.number()
	var art Page
	if drawn := strings.TrimSpace(or(f.Drawn, f.Value)); drawn != "" {
		art.Text(2, 5, 11, Left, drawn)
	}
	p.put(look, p.stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 %d %d] /Resources %s",
		f.Rect[2]-f.Rect[0], f.Rect[3]-f.Rect[1], fontResources), art.bytes()))
	p.put(n, fmt.Sprintf("<< /Type /Annot /Subtype /Widget /FT /Tx /T %s /V %s /Rect %s /P %d 0 R /F 4 /DA (/F2 11 Tf 0 g) /AP << /N %d 0 R >>%s >>",
		textString(f.Name), textString(f.Value), rectangle(f.Rect), objPage, look, f.Entries))
}

// number reserves an object number; put sets the body of an object for the next revision.
func (p *PDF) number() int {
	p.next++
	return p.next - 1
}

func (p *PDF) put(n int, body string) {
	p.objects[n] = body
	if !slices.Contains(p.touched, n) {
		p.touched = append(p.touched, n)
	}
}

// stream encodes a stream object; pages are compressed only when the file uses streams throughout.
func (p *PDF) stream(entries string, data []byte) string {
	if p.streams {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		z.Write(data) // cannot fail: the writer is a buffer
		z.Close()
		entries, data = entries+" /Filter /FlateDecode", b.Bytes()
	}
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", entries, len(data), data)
}

// commit writes a revision: the first one whole, later ones as incremental updates.
func (p *PDF) commit() {
	p.putRoots()
	slices.Sort(p.touched)
	if len(p.data) > 0 && p.data[len(p.data)-1] != '\n' {
		p.data = append(p.data, '\n')
	}
	if p.streams {
		p.commitStreams()
	} else {
		p.commitTable()
	}
	p.touched, p.rows, p.freed = nil, nil, nil
}

// putRoots renews the catalog, the page and the form where what they list has changed.
func (p *PDF) putRoots() {
	p.renew(objPage, fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %d %d] /Contents %s /Resources %s%s%s >>",
		objPages, pageWidth, pageHeight, or(p.contents, fmt.Sprintf("%d 0 R", objContents)), or(p.resources, fontResources), list(" /Annots", p.annots), p.extraPage))
	flags := ""
	if p.signed() {
		flags = " /SigFlags 3" // ISO 32000-2 12.7.3: signatures exist, append only
	}
	p.renew(objForm, fmt.Sprintf("<< /Fields%s%s /DR %s /DA (/F2 11 Tf 0 g)%s >>", or(list("", p.fields), " []"), flags, fontResources, p.extraForm))
	catalog := fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R /AcroForm %d 0 R", p.pages, objForm)
	if p.perms != 0 {
		catalog += fmt.Sprintf(" /Perms << /DocMDP %d 0 R >>", p.perms)
	}
	if p.store.object != 0 {
		catalog += fmt.Sprintf(" /DSS %d 0 R", p.store.object)
		catalog += " /Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 >> >>"
	}
	p.renew(objCatalog, catalog+p.extraCatalog+" >>")
}

// signed tells whether a signature field exists.
func (p *PDF) signed() bool {
	return slices.ContainsFunc(p.fields, func(n int) bool { return strings.Contains(p.objects[n], "/FT /Sig") })
}

// renew leaves alone what an update sets itself.
func (p *PDF) renew(n int, body string) {
	if p.objects[n] != body && !slices.Contains(p.touched, n) {
		p.put(n, body)
	}
}

func list(key string, refs []int) string {
	if len(refs) == 0 {
		return ""
	}
	var b strings.Builder
	for i, r := range refs {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d 0 R", r)
	}
	return fmt.Sprintf("%s [%s]", key, b.String())
}

// commitTable writes the touched objects and a classic cross-reference table (ISO 32000-2 7.5.4).
func (p *PDF) commitTable() {
	p.offsets = map[int]int{}
	for _, n := range p.touched {
		p.offsets[n] = len(p.data)
		p.data = fmt.Appendf(p.data, "%d 0 obj\n%s\nendobj\n", n, p.objects[n])
	}
	for n, row := range p.rows {
		p.offsets[n] = row[1]
	}
	at := len(p.data)
	p.data = append(p.data, "xref\n"...)
	if p.xref == 0 {
		p.data = append(p.data, "0 1\n0000000000 65535 f \n"...)
	}
	p.data = append(p.data, tableEntries(p.offsets)...)
	for _, n := range p.freed {
		p.data = fmt.Appendf(p.data, "%d 1\n0000000000 00001 f \n", n)
	}
	p.data = fmt.Appendf(p.data, "trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n", p.next, p.trailer(), at)
	p.xref = at
}

// tableEntries are the subsections of a cross-reference table, one object each.
func tableEntries(offsets map[int]int) string {
	var b strings.Builder
	for _, n := range slices.Sorted(maps.Keys(offsets)) {
		fmt.Fprintf(&b, "%d 1\n%010d 00000 n \n", n, offsets[n])
	}
	return b.String()
}

func (p *PDF) trailer() string {
	id := fmt.Sprintf("%x", md5.Sum([]byte(p.objects[objInfo]))) // ISO 32000-2 14.4: identity, not security
	now := fmt.Sprintf("%x", md5.Sum(p.data))
	out := fmt.Sprintf("/Root %d 0 R /Info %d 0 R /ID [<%s> <%s>]", objCatalog, objInfo, id, now)
	if p.xref != 0 {
		out += fmt.Sprintf(" /Prev %d", p.xref)
	}
	return out
}

// commitStreams writes the touched objects, those without a stream packed into an object stream in the first
// revision, and a cross-reference stream (ISO 32000-2 7.5.7, 7.5.8).
func (p *PDF) commitStreams() {
	rows := map[int][3]int{0: {0, 0, 65535}}
	maps.Copy(rows, p.rows)
	var packed []int
	for _, n := range p.touched {
		if (p.xref == 0 || p.packs) && !strings.Contains(p.objects[n], "stream\n") {
			packed = append(packed, n)
			continue
		}
		rows[n] = [3]int{1, len(p.data), 0}
		p.data = fmt.Appendf(p.data, "%d 0 obj\n%s\nendobj\n", n, p.objects[n])
	}
	if packed != nil {
		home := p.number()
		rows[home] = [3]int{1, len(p.data), 0}
		p.data = fmt.Appendf(p.data, "%d 0 obj\n%s\nendobj\n", home, p.pack(packed))
		for i, n := range packed {
			rows[n] = [3]int{2, home, i}
		}
	}
	self := p.number()
	at := len(p.data)
	rows[self] = [3]int{1, at, 0}
	var index strings.Builder
	var table []byte
	for _, n := range slices.Sorted(maps.Keys(rows)) {
		r := rows[n]
		fmt.Fprintf(&index, "%d 1 ", n)
		table = append(table, byte(r[0]), byte(r[1]>>24), byte(r[1]>>16), byte(r[1]>>8), byte(r[1]), byte(r[2]>>8), byte(r[2]))
	}
	dict := fmt.Sprintf("/Type /XRef /Size %d /W [1 4 2] /Index [%s] %s", p.next, strings.TrimSpace(index.String()), p.trailer())
	p.data = fmt.Appendf(p.data, "%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n", self, p.stream(dict, table), at)
	p.xref = at
}

func (p *PDF) pack(numbers []int) string {
	var head, body strings.Builder
	for _, n := range numbers {
		fmt.Fprintf(&head, "%d %d ", n, body.Len())
		body.WriteString(p.objects[n] + "\n")
	}
	return p.stream(fmt.Sprintf("/Type /ObjStm /N %d /First %d", len(numbers), head.Len()), []byte(head.String()+body.String()))
}

// Update writes a revision with these object bodies, whatever they are: numbers of existing objects replace them.
func (p *PDF) Update(bodies map[int]string) *PDF {
	for _, n := range slices.Sorted(maps.Keys(bodies)) {
		p.put(n, bodies[n])
		p.next = max(p.next, n+1)
	}
	p.commit()
	return p
}

// Append adds raw bytes behind the file, without a revision.
func (p *PDF) Append(raw []byte) *PDF {
	p.data = append(p.data, raw...)
	return p
}

// Bytes is the file as it stands.
func (p *PDF) Bytes() []byte { return bytes.Clone(p.data) }

func rectangle(r [4]int) string { return fmt.Sprintf("[%d %d %d %d]", r[0], r[1], r[2], r[3]) }

// pdfDate is a date string in Japan time (ISO 32000-2 7.9.4).
func pdfDate(t time.Time) string {
	return t.In(time.FixedZone("JST", 9*3600)).Format("(D:20060102150405+09'00)")
}
