package pdf

import "fmt"

// withStore is signed, then an update with a security store, then one with a
// document time-stamp.
func withStore() *writer {
	w := signed()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>/DSS 10 0 R>>")
	w.obj(10, "<</Type/DSS/Certs[11 0 R]/CRLs[12 0 R]/OCSPs[13 0 R]/VRI<</0123456789ABCDEF0123456789ABCDEF01234567 14 0 R>>>>")
	w.stream(11, "", "cert").stream(12, "", "crl").stream(13, "/Filter/ASCIIHexDecode", "6f637370>")
	w.obj(14, "<</Cert[11 0 R]/TU(D:20260101000000Z)>>").end("")
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 20 0 R]/SigFlags 3>>/DSS 10 0 R>>")
	w.obj(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Annots[4 0 R 20 0 R]>>")
	w.obj(20, fmt.Sprintf(widget0, "Stamp", 21)).signature(21, tstEntries)
	return w.end("").seal()
}

// compressedDoc has its catalogue and pages in an object stream.
func compressedDoc() *writer {
	w := newWriter()
	body := "<</Type/Catalog/Pages 2 0 R>> <</Type/Pages/Kids[3 0 R]/Count 1>> <</Type/Page/Parent 2 0 R>>"
	head := fmt.Sprintf("1 0 2 %d 3 %d ", len("<</Type/Catalog/Pages 2 0 R>> "), len("<</Type/Catalog/Pages 2 0 R>> <</Type/Pages/Kids[3 0 R]/Count 1>> "))
	w.stream(7, fmt.Sprintf("/Type/ObjStm/N 3/First %d", len(head)), head+body)
	return w.endStream(8, "", map[int][2]int{1: {7, 0}, 2: {7, 1}, 3: {7, 2}})
}

// hybridDoc hides its page tree from readers of tables only.
func hybridDoc() *writer {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R>>")
	catalog := w.offs[1]
	w.obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").obj(3, "<</Type/Page/Parent 2 0 R>>")
	w.at(9)
	at := w.Len()
	row := func(a int) string {
		return string([]byte{1, byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a), 0, 0})
	}
	data := row(w.offs[2]) + row(w.offs[3])
	fmt.Fprintf(w, "9 0 obj\n<</Type/XRef/W[1 4 2]/Index[2 2]/Size 10/Length %d>>\nstream\n%s\nendstream\nendobj\n", len(data), data)
	w.offs = map[int]int{1: catalog, 2: 0, 3: 0}
	return w.end(fmt.Sprintf("/XRefStm %d", at))
}

// filledForm is a signed form whose text field is filled later.
func filledForm() *writer {
	w := newWriter()
	field := "<</Type/Annot/Subtype/Widget/FT/Tx/T(Name)/Rect[10 10 90 30]/P 3 0 R%s>>"
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm 8 0 R>>").obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")
	w.obj(3, "<</Type/Page/Parent 2 0 R/Annots[4 0 R 7 0 R]>>").obj(8, "<</Fields[4 0 R 7 0 R]/SigFlags 3>>")
	w.obj(4, fmt.Sprintf(widget0, "Seal", 5)).obj(7, fmt.Sprintf(field, "")).signature(5, sigEntries)
	w.end("").seal()
	return w.obj(7, fmt.Sprintf(field, "/V(Taro)")).end("")
}
