package pdf

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	digitorus "github.com/digitorus/pdf"

	"github.com/kakuin/kakuin/internal/corpora"
)

// suitePDFs are the PDF files of two suites.
func suitePDFs(t testing.TB, suites ...string) map[string][]byte {
	out := map[string][]byte{}
	for _, s := range suites {
		fsys := corpora.Open(t, s)
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".pdf") {
				return err
			}
			b, err := fs.ReadFile(fsys, name)
			out[s+"/"+name] = b
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// BenchmarkCorpora opens every PDF of two suites with all its revisions,
// signatures, security stores and later changes.
func BenchmarkCorpora(b *testing.B) {
	files := suitePDFs(b, "documents/dss.zip", "documents/pyhanko.zip")
	b.ReportAllocs()
	for b.Loop() {
		for _, data := range files {
			Open(bytes.NewReader(data), int64(len(data)), nil)
		}
	}
	b.ReportMetric(float64(len(files)), "files")
}

// BenchmarkCorporaDigitorus is the same work as far as that library does it:
// it opens the newest revision and reads each object once.
func BenchmarkCorporaDigitorus(b *testing.B) {
	files := suitePDFs(b, "documents/dss.zip", "documents/pyhanko.zip")
	b.ReportAllocs()
	for b.Loop() {
		for _, data := range files {
			readDigitorus(data)
		}
	}
	b.ReportMetric(float64(len(files)), "files")
}

func readDigitorus(data []byte) (n int) {
	defer func() { recover() }() // it panics on broken files
	r, err := digitorus.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return 0
	}
	for _, x := range r.Xref() {
		p := x.Ptr()
		if !r.Resolve(p, p).IsNull() {
			n++
		}
	}
	return n
}
