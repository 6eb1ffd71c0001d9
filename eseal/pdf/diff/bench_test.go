package diff

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// fifty is a document of 500 pages that fifty later signatures follow.
func fifty() []byte {
	w := newWriter()
	var kids strings.Builder
	for i := range 500 {
		fmt.Fprintf(&kids, "%d 0 R ", 1000+i)
		w.obj(1000+i, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 6 0 R>>")
	}
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>").obj(2, "<</Type/Pages/Kids["+kids.String()+"]/Count 500>>")
	w.stream(6, "", "BT ET").obj(4, fmt.Sprintf(widget0, "Seal", 5)).signature(5, sigEntries).end("").seal()
	fields := "4 0 R"
	for i := range 50 {
		n := 2000 + 2*i
		fields += fmt.Sprintf(" %d 0 R", n)
		w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields["+fields+"]/SigFlags 3>>>>")
		w.obj(n, strings.Replace(fmt.Sprintf(widget0, fmt.Sprint("S", i), n+1), "/P 3 0 R", "/P 1000 0 R", 1)).signature(n+1, sigEntries).end("").seal()
	}
	return w.Bytes()
}

// BenchmarkCompare compares fifty revisions of 500 pages; BenchmarkOpen is
// what opening them costs.
func BenchmarkCompare(b *testing.B) {
	data := fifty()
	f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if l := Compare(f).Level(1); l != LevelFormFilling {
			b.Fatal(l)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	data := fifty()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pdf.Open(bytes.NewReader(data), int64(len(data)), nil); err != nil {
			b.Fatal(err)
		}
	}
}
