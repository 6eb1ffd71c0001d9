package view

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// pages500 is a document of 500 pages with four links and two pictures each.
func pages500() []byte {
	bodies := map[int]string{1: "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[90000 0 R]>>>>", 90000: "<</FT/Sig/T(a)/Subtype/Widget/Rect[0 0 0 0]/P 1499 0 R>>"}
	var kids strings.Builder
	for i := range 500 {
		fmt.Fprintf(&kids, "%d 0 R ", 1000+i)
		n := 2000 + 20*i
		bodies[1000+i] = fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Annots[%d 0 R %d 0 R %d 0 R %d 0 R]/Resources<</XObject<</A %d 0 R/B %d 0 R>>>>>>", n, n+1, n+2, n+3, n+4, n+5, n+6)
		bodies[n] = stream("", strings.Repeat("BT ET ", 100))
		for k := range 4 {
			bodies[n+1+k] = "<</Type/Annot/Subtype/Link/Rect[0 0 100 10]/Border[0 0 0]/A<</S/URI/URI(https://example.jp/)>>>>"
		}
		bodies[n+5], bodies[n+6] = stream("/Subtype/Image/Width 1/Height 1", "x"), stream("/Subtype/Form/BBox[0 0 1 1]", "")
	}
	bodies[2] = "<</Type/Pages/Kids[" + kids.String() + "]/Count 500>>"
	return document(bodies)
}

// BenchmarkLook looks at 500 pages; BenchmarkOpen is what opening them costs.
func BenchmarkLook(b *testing.B) {
	data := pages500()
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), purse.New(purse.Limits{}))
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if got := Look(f, 1); len(got.Items) > 0 || got.Missed != "" {
			b.Fatal(got)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	data := pages500()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pdf.Open(bytes.NewReader(data), int64(len(data)), nil); err != nil {
			b.Fatal(err)
		}
	}
}
