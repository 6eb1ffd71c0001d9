package diff

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// grown is a document of some pages that later signatures follow.
func grown(pages, signatures int) []byte {
	w := newWriter()
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 1000+i)
		w.obj(1000+i, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 6 0 R>>")
	}
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>").obj(2, fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), pages))
	w.stream(6, "", "BT ET").obj(4, fmt.Sprintf(widget0, "Seal", 5)).signature(5, sigEntries).end("").seal()
	fields := "4 0 R"
	for i := range signatures {
		n := 2000 + 2*i
		fields += fmt.Sprintf(" %d 0 R", n)
		w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields["+fields+"]/SigFlags 3>>>>")
		w.obj(n, strings.Replace(fmt.Sprintf(widget0, fmt.Sprint("S", i), n+1), "/P 3 0 R", "/P 1000 0 R", 1)).signature(n+1, sigEntries).end("").seal()
	}
	return w.Bytes()
}

// BenchmarkCompare opens documents and compares their revisions; open/op is
// the part of opening, ratio what comparing costs beside it.
func BenchmarkCompare(b *testing.B) {
	for _, c := range []struct {
		name              string
		pages, signatures int
	}{{"50 revisions", 1, 50}, {"500 pages", 500, 1}, {"50 revisions of 500 pages", 500, 50}} {
		b.Run(c.name, func(b *testing.B) {
			data := grown(c.pages, c.signatures)
			b.ReportAllocs()
			var opening, comparing time.Duration
			for b.Loop() {
				start := time.Now()
				f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), nil)
				if err != nil {
					b.Fatal(err)
				}
				opened := time.Now()
				if l := Compare(f).Level(1); l != LevelFormFilling {
					b.Fatal(l)
				}
				opening, comparing = opening+opened.Sub(start), comparing+time.Since(opened)
			}
			b.ReportMetric(float64(opening.Nanoseconds())/float64(b.N), "open-ns/op")
			b.ReportMetric(float64(comparing)/float64(opening), "ratio")
		})
	}
}
