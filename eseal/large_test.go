package eseal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// largeMemory is what reading a file of a gigabyte may take, the index of its
// objects apart (48 octets for each, entryBytes of eseal/pdf).
const largeMemory = 64 << 20

// A holed file is text with holes of zeros.
type holed struct {
	parts []any // []byte or int64: the length of a hole
	size  int64
}

func (h *holed) text(format string, a ...any) int64 {
	at := h.size
	b := fmt.Appendf(nil, format, a...)
	h.parts, h.size = append(h.parts, b), h.size+int64(len(b))
	return at
}

func (h *holed) hole(n int64) { h.parts, h.size = append(h.parts, n), h.size+n }

func (h *holed) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	at := int64(0)
	for _, part := range h.parts {
		n, b := int64(0), []byte(nil)
		switch v := part.(type) {
		case []byte:
			n, b = int64(len(v)), v
		case int64:
			n = v
		}
		if b != nil && at < off+int64(len(p)) && at+n > off {
			copy(p[max(0, at-off):], b[max(0, off-at):])
		}
		at += n
	}
	if off+int64(len(p)) > h.size {
		return int(max(0, h.size-off)), io.EOF
	}
	return len(p), nil
}

// TestGigabyte opens, hashes and compares a file of a gigabyte: a sealed
// revision with a stream of half of it, and an update that writes the stream
// anew.
func TestGigabyte(t *testing.T) {
	if testing.Short() {
		t.Skip("reads three gigabytes")
	}
	const half = 512 << 20
	cms := verifytest.New().CMS(verifytest.CMSTemplate{Content: []byte("x"), Detached: true})
	h := &holed{}
	h.text("%%PDF-1.7\n")
	offs := []int64{h.text("1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>endobj\n"),
		h.text("2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"),
		h.text("3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 6 0 R>>endobj\n"),
		h.text("4 0 obj<</FT/Sig/T(S)/V 5 0 R/Subtype/Widget/Rect[0 0 0 0]>>endobj\n")}
	big := func() int64 {
		at := h.text("6 0 obj<</Length %d>>stream\n", half)
		h.hole(half)
		h.text("\nendstream endobj\n")
		return at
	}
	content := big()
	const dictionary = "5 0 obj<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange [0 %010d %010d %010d]/Contents "
	signature := h.size
	gap := signature + int64(len(fmt.Sprintf(dictionary, 0, 0, 0)))
	value := fmt.Sprintf("<%x>", cms)
	table := "xref\n0 7\n0000000000 65535 f \n"
	for _, at := range append(offs, signature, content) {
		table += fmt.Sprintf("%010d 00000 n \n", at)
	}
	after := gap + int64(len(value))
	rest := fmt.Sprintf(">>endobj\n%strailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table, after+int64(len(">>endobj\n")))
	h.text(dictionary, gap, after, len(rest))
	h.text("%s%s", value, rest)
	sealed := h.size
	again := big()
	at := h.text("xref\n6 1\n%010d 00000 n \n", again)
	h.text("trailer<</Size 7/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n", after+int64(len(">>endobj\n")), at)

	var doc *eseal.Document
	var err error
	used := peak(func() { doc, err = eseal.Open(context.Background(), h, h.size, eseal.Options{}) })
	if err != nil || len(doc.Signatures) != 1 || doc.PDF.Exhausted != nil || len(doc.PDF.Notes)+len(doc.PDF.Readings) > 0 {
		t.Fatalf("%v %+v %v %v", err, doc.Signatures, doc.PDF.Notes, doc.PDF.Readings)
	}
	t.Logf("%d MB", used>>20)
	if used > largeMemory {
		t.Errorf("%d MB were used", used>>20)
	}
	sum := sha256.New()
	io.Copy(sum, io.NewSectionReader(h, 0, gap))
	io.Copy(sum, io.NewSectionReader(h, after, sealed-after))
	if s := doc.Signatures[0]; !s.Field.Coverage.Valid || !bytes.Equal(s.References[0].Got, sum.Sum(nil)) {
		t.Errorf("%+v: %x", s.Field.Coverage, s.References[0].Got)
	}
	if got := doc.Changes.Level(1); got != diff.LevelNone { // written again without change
		t.Errorf("changes: %s %+v", got, doc.Changes.After(1))
	}
}
