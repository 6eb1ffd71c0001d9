package bench

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	digitorus "github.com/digitorus/pdf"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/internal/corpora"
)

// A reader opens a PDF as far as it can; an error says that it does not.
type reader struct {
	name string
	open func(data []byte) error
}

// readers: kakuin reads every revision with its signatures, security stores
// and later changes; the others the newest revision, each object once.
var readers = []reader{
	{"kakuin", func(data []byte) error {
		_, err := pdf.Open(bytes.NewReader(data), int64(len(data)), nil)
		return err
	}},
	{"digitorus", openDigitorus},
	{"pdfcpu", openPdfcpu},
}

func openDigitorus(data []byte) (err error) {
	defer func() {
		if r := recover(); r != nil { // it panics on broken files
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	r, err := digitorus.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	for _, x := range r.Xref() {
		p := x.Ptr()
		r.Resolve(p, p)
	}
	return nil
}

func openPdfcpu(data []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	conf.Offline = true
	_, err = api.ReadContext(bytes.NewReader(data), conf)
	return err
}

// suitePDFs are the PDF files of the suites, in order of names.
func suitePDFs(tb testing.TB, suites ...string) (files [][]byte, names []string) {
	all := map[string][]byte{}
	for _, s := range suites {
		fsys := corpora.Open(tb, s)
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".pdf") {
				return err
			}
			f, err := fsys.Open(name)
			if err != nil {
				return err
			}
			defer f.Close()
			all[s+"/"+name], err = io.ReadAll(f)
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	names = slices.Sorted(maps.Keys(all))
	for _, n := range names {
		files = append(files, all[n])
	}
	return files, names
}

// BenchmarkOpenPDFs opens every PDF of dss.zip and pyhanko.zip by each reader
// in turn. "x-digitorus" and "x-pdfcpu" say how many times kakuin's time they
// take, over the files that they open at all; "refused" how many they do not.
func BenchmarkOpenPDFs(b *testing.B) {
	api.DisableConfigDir()
	files, _ := suitePDFs(b, "documents/dss.zip", "documents/pyhanko.zip")
	refused := map[string]int{}
	opens := make([][]bool, len(readers))
	for i, r := range readers {
		for _, data := range files {
			ok := r.open(data) == nil
			opens[i] = append(opens[i], ok)
			if !ok {
				refused[r.name]++
			}
		}
	}
	spent := make([]time.Duration, len(readers)) // over the files that the reader opens
	ours := make([]time.Duration, len(readers))  // kakuin over the same files
	for b.Loop() {
		for f, data := range files {
			var took []time.Duration
			for _, r := range readers {
				start := time.Now()
				_ = r.open(data)
				took = append(took, time.Since(start))
			}
			for i := range readers {
				if opens[i][f] {
					spent[i] += took[i]
					ours[i] += took[0]
				}
			}
		}
	}
	b.ReportMetric(float64(len(files)), "files")
	b.ReportMetric(float64(spent[0])/float64(b.N), "kakuin-ns/op")
	for i, r := range readers[1:] {
		b.ReportMetric(float64(spent[i+1])/float64(ours[i+1]), "x-"+r.name)
		b.ReportMetric(float64(refused[r.name]), r.name+"-refused")
	}
	b.ReportMetric(float64(refused["kakuin"]), "kakuin-refused")
}

// TestRefused lists what a reader does not open; with -v.
func TestRefused(t *testing.T) {
	api.DisableConfigDir()
	files, names := suitePDFs(t, "documents/dss.zip", "documents/pyhanko.zip")
	for _, r := range readers {
		for i, data := range files {
			if err := r.open(data); err != nil {
				t.Logf("%s: %s: %.120s", r.name, names[i], err.Error())
			}
		}
	}
}
